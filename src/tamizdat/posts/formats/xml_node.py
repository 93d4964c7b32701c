"""An element of a feed in XML, and the namespaces that feeds are written in."""

from dataclasses import field
from typing import Final

from tamizdat.dataclass import dataclass

ATOM, CONTENT, DC = (
    "http://www.w3.org/2005/Atom",
    "http://purl.org/rss/1.0/modules/content/",
    "http://purl.org/dc/elements/1.1/",
)
PLAIN: Final = (
    "",
    "http://purl.org/rss/1.0/",
    "http://my.netscape.com/rdf/simple/0.9/",
    "http://backend.userland.com/rss2",
)


@dataclass(slots=True)
class Node:
    """An element: its name without the prefix, its namespace, and what is in it, in order."""

    space: str
    name: str
    attributes: dict[str, str]
    children: "list[Node | str]" = field(default_factory=list)
    offset: int = 0

    def child(self, name: str, *spaces: str) -> "Node | None":
        """Return the first child of that name, in one of these namespaces (none given: RSS's own, and Atom's)."""
        wanted = spaces or (*PLAIN, ATOM)
        found = (
            each for each in self.children if isinstance(each, Node) and each.name == name and each.space in wanted
        )
        return next(found, None)

    def all(self, name: str) -> "list[Node]":
        """Return all children of that name, of any namespace."""
        return [each for each in self.children if isinstance(each, Node) and each.name == name]

    def text(self) -> str:
        """Return all character data in it."""
        if len(self.children) == 1 and isinstance(self.children[0], str):
            return self.children[0]
        return "".join(each if isinstance(each, str) else each.text() for each in self.children)

    def markup(self) -> str:
        """Return what is in it as HTML, for Atom's XHTML."""
        escape = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
        pieces = [
            "".join(escape.get(letter, letter) for letter in each)
            if isinstance(each, str)
            else f"<{each.name}>{each.markup()}</{each.name}>"
            for each in self.children
        ]
        return "".join(pieces)
