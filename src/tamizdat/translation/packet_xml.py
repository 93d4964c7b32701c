"""XML of packets, read with nothing switched on that a stranger could use, and written as others write it.

What makes XML dangerous is refused: document types (and with them entities, bombs, files of ours in somebody's text)
and whatever is deeper, longer or more than any packet. What is written is laid out as lxml does, so that tools built on
it (translate-toolkit) load and save a packet without changing a byte.

>>> print("".join(written(("note", {"from": "a"}, "5 < 6"))), end="")
<note from="a">5 &lt; 6</note>
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import field
from typing import Final, TypeAlias
from xml.parsers import expat

from tamizdat.dataclass import dataclass
from tamizdat.errors import BadPacket

# A packet comes from outside; its bounds are those of docs/spec/translation.md.
MAX_BYTES: Final = 32 << 20
MAX_DEPTH: Final = 64
MAX_ELEMENTS: Final = 500_000
DECLARATION: Final = '<?xml version="1.0" encoding="UTF-8"?>\n'
_UNFIT: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # what XML 1.0 cannot hold


@dataclass
class Element:
    """An element: its name, the namespace in front of it and a space between (or none), and what is in it."""

    name: str
    attributes: dict[str, str]
    children: "list[Element | str]" = field(default_factory=list)

    @property
    def local(self) -> str:
        """The name without the namespace."""
        return self.name.rpartition(" ")[2]

    def all(self, local: str) -> "Iterator[Element]":
        """Yield the children of this name."""
        return (each for each in self.children if isinstance(each, Element) and each.local == local)

    def first(self, local: str) -> "Element | None":
        """Return the first child of this name; None if there is none."""
        return next(self.all(local), None)

    def every(self, local: str = "") -> "Iterator[Element]":
        """Yield the elements of this name, or of any, however deep they are in it, in order."""
        for each in self.children:
            if isinstance(each, Element):
                if local in ("", each.local):
                    yield each
                yield from each.every(local)

    def text(self) -> str:
        """Return all text in the element, also of elements inside, in order."""
        return "".join(each if isinstance(each, str) else each.text() for each in self.children)


class _Reader:
    def __init__(self, doctype: bool) -> None:
        self._may_name_doctype = doctype
        self.root: Element | None = None
        self._open: list[Element] = []
        self._count = 0
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text
        self.parser.StartDoctypeDeclHandler = self._doctype

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._count += 1
        if len(self._open) >= MAX_DEPTH or self._count > MAX_ELEMENTS:
            raise BadPacket(f"Expected a file of at most {MAX_ELEMENTS:,} elements, {MAX_DEPTH} deep; found more.")
        element = Element(name, attributes)
        if self._open:
            self._open[-1].children.append(element)
        else:
            self.root = element
        self._open.append(element)

    def _end(self, name: str) -> None:
        self._open.pop()

    def _text(self, text: str) -> None:
        self._open[-1].children.append(text)

    def _doctype(self, _name: str, _system: str | None, _public: str | None, has_internal_subset: bool) -> None:
        if self._may_name_doctype and not has_internal_subset:
            return  # it names a file elsewhere, which nobody opens
        raise BadPacket("Expected a file without a document type; this one declares one. It was not read.")


def read(data: bytes, doctype: bool = False) -> Element:
    """Parse a packet and return its root element. With *doctype* it may name a document type, as TMX does.

    Such a type is never opened, and one that stands in the packet itself is refused.

    Raises :class:`BadPacket` for what is damaged or does what a packet has no business to do.
    """
    if len(data) > MAX_BYTES:
        raise BadPacket(f"Expected a file of at most {MAX_BYTES >> 20} MiB, found {len(data) >> 20} MiB.")
    reader = _Reader(doctype)
    try:
        reader.parser.Parse(data, True)
    except expat.ExpatError as error:
        raise BadPacket(
            f"Expected XML, found something that is not well-formed in line {error.lineno}. "
            "Ask for it again, or export it anew."
        ) from None
    except (LookupError, UnicodeError, ValueError):
        raise BadPacket("Expected XML in UTF-8, found an encoding that is not known. Save it as UTF-8.") from None
    assert reader.root is not None
    return reader.root


def fit(text: str) -> str:
    """Return *text* as XML can hold it: control characters and unpaired surrogates become U+FFFD."""
    return _UNFIT.sub("\ufffd", text)


def escaped(text: str, attribute: bool = False) -> str:
    """Return *text* as it is written in an element or an attribute."""
    text = fit(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\r", "&#13;")
    return text.replace('"', "&quot;").replace("\n", "&#10;").replace("\t", "&#9;") if attribute else text


Tree: TypeAlias = tuple[str, Mapping[str, str], "str | Iterable[Tree]"]  #: name, attributes, text or what is in it


def written(tree: Tree, depth: int = 0) -> Iterator[str]:
    """Yield an element as it is laid out in a file, line by line."""
    name, attributes, content = tree
    margin = "  " * depth
    start = name + "".join(f' {each}="{escaped(value, True)}"' for each, value in attributes.items())
    if isinstance(content, str):
        yield f"{margin}<{start}>{escaped(content)}</{name}>\n" if content else f"{margin}<{start}/>\n"
        return
    inside = [line for each in content for line in written(each, depth + 1)]
    if inside:
        yield f"{margin}<{start}>\n"
        yield from inside
        yield f"{margin}</{name}>\n"
    else:
        yield f"{margin}<{start}/>\n"
