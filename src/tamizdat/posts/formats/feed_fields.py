"""The elements of an entry of a feed by family and name, whatever prefix and namespace the feed gave them.

A name is that of RSS and Atom as it is, and one of another vocabulary with its family before it: ``dc:date``,
``media:description``, ``wp:status`` of a blog's export.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from tamizdat.posts.formats.xml_node import Node
from tamizdat.posts.plain import media_type_of

#: families of names: a namespace without its scheme and last sign
FAMILIES: Final = {
    "": "", "purl.org/rss/1.0": "", "my.netscape.com/rdf/simple/0.9": "", "channel.netscape.com/rdf/simple/0.9": "",
    "my.netscape.com/publish/formats/rss-0.91.dtd": "", "backend.userland.com/rss2": "",
    "blogs.law.harvard.edu/tech/rss": "", "cyber.harvard.edu/rss": "", "purl.org/net/rss1.1": "",
    "w3.org/2005/atom": "", "purl.org/atom/ns": "", "purl.org/rss/1.0/modules/content": "content:",
    "purl.org/dc/elements/1.1": "dc:", "purl.org/dc/elements/1.0": "dc:", "purl.org/dc/terms": "dc:",
    "search.yahoo.com/mrss": "media:", "itunes.com/dtds/podcast-1.0.dtd": "itunes:", "w3.org/1999/xhtml": "xhtml:",
    "purl.org/syndication/thread/1.0": "thr:", "rssnamespace.org/feedburner/ext/1.0": "feedburner:",
    "w3.org/2007/app": "app:", "purl.org/atom/app": "app:", "app": "app:",
    "georss.org/georss": "geo:", "w3.org/2003/01/geo/wgs84_pos": "geo:",
}  # fmt: skip
#: those of the exports of blogs, whatever their version, and their prefixes where nothing binds them
OF_BLOGS: Final = (
    (re.compile(r"wordpress\.org/export/[\d.]+|wp"), "wp:"),
    (re.compile(r"livejournal\.org/rss/lj/[\d.]+|lj"), "lj:"),
    (re.compile(r"schemas\.google\.com/blogger/\d+|blogger"), "blogger:"),
)


class Fields:
    """The children of an element by family and name, in lower case: ``title``, ``dc:date``; groups opened."""

    def __init__(self, node: Node) -> None:
        self._found: dict[str, list[Node]] = {}
        self.captions: list[Node] = []  #: what describes a picture, and is nobody's post
        for each in children(node):
            name, family = each.name.lower(), _family(each.space, node.space)
            self._found.setdefault(f"{family}{name}", []).append(each)
            if family == "media:" and name in ("group", "content"):
                of_picture = name == "content" and _is_picture(each)
                for inner in children(each):
                    self._found.setdefault(f"media:{inner.name.lower()}", []).append(inner)
                    if of_picture and inner.name.lower() == "description":
                        self.captions.append(inner)

    def all(self, *names: str) -> list[Node]:
        """Return the elements of these names, in the order of the names."""
        found: list[Node] = []
        for name in names:
            if name in self._found:
                found += self._found[name]
        return found

    def words(self, *names: str) -> str:
        """Return the words of the first of these elements that has some."""
        for name in names:
            for each in self._found.get(name, ()):
                if words := each.text().strip():
                    return words
        return ""

    def has(self, family: str) -> bool:
        """Tell whether there is an element of this family."""
        return any(name.startswith(family) for name in self._found)


def children(node: Node) -> Iterator[Node]:
    """Yield the elements in an element."""
    return (each for each in node.children if isinstance(each, Node))


@lru_cache(256)
def _family(space: str, own: str) -> str:
    """Return the family of an element of this namespace, in one of the namespace *own*."""
    bare = _bare(space)
    known = FAMILIES.get(bare)
    if known is None:
        known = next((family for form, family in OF_BLOGS if form.fullmatch(bare)), None)
    return ("" if bare == _bare(own) else "?:") if known is None else known


def _bare(space: str) -> str:
    """Return a namespace without its scheme, ``www.`` and last sign, which feeds write as they like."""
    return space.strip().lower().removeprefix("http://").removeprefix("https://").removeprefix("www.").rstrip("/#")


def _is_picture(content: Node) -> bool:
    """Tell whether a ``media:content`` is a picture."""
    given = content.attributes
    kind = given.get("type") or media_type_of(given.get("url", ""))
    return given.get("medium") == "image" or kind.startswith("image/")
