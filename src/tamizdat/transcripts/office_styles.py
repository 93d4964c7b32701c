"""Styles of a document of a word processor that hide what is written in them: *Hidden* in Word and LibreOffice.

::

    <w:style w:styleId="Secret"><w:basedOn w:val="…"/><w:rPr><w:vanish/></w:rPr></w:style>
    <style:style style:name="T1" style:parent-style-name="…"><style:text-properties text:display="none"/></style:style>

LibreOffice writes each hidden word so. A style is as the one that it is based on unless it says otherwise.
"""

from collections.abc import Iterable
from typing import Final
from xml.parsers import expat

from tamizdat.errors import BadPacket

W: Final = "http://schemas.openxmlformats.org/wordprocessingml/2006/main "
T: Final = "urn:oasis:names:tc:opendocument:xmlns:text:1.0 "
S: Final = "urn:oasis:names:tc:opendocument:xmlns:style:1.0 "
NO: Final = ("0", "false", "off")
_OLD: Final = (f"{W}rPrChange", f"{W}pPrChange")  #: what was so before a change


def hiding(parts: Iterable[bytes]) -> frozenset[str]:
    """Return the names of the styles that hide, of all *parts* of a document that say what its styles are.

    Raises :class:`BadPacket` for a document type, and what expat raises.
    """
    reader = _Styles()
    for part in parts:
        reader.read(part)
    return frozenset(filter(reader.hides, reader.said))


class _Styles:
    def __init__(self) -> None:
        self.said: dict[str, bool | None] = {}  #: by name: whether it hides; None if it does not say
        self.based: dict[str, str] = {}
        self._name = ""
        self._old = 0

    def read(self, part: bytes) -> None:
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.StartDoctypeDeclHandler = _doctype
        parser.Parse(part, True)

    def hides(self, name: str) -> bool:
        seen = set[str]()
        while name in self.said and name not in seen:
            if (told := self.said[name]) is not None:
                return told
            seen.add(name)
            name = self.based.get(name, "")
        return False

    def _start(self, name: str, said: dict[str, str]) -> None:
        self._old += name in _OLD
        if name in (f"{W}style", f"{S}style"):
            self._name = said.get(f"{W}styleId") or said.get(f"{S}name", "")
            self.said.setdefault(self._name, None)
            if based := said.get(f"{S}parent-style-name"):
                self.based[self._name] = based
        elif not self._name or self._old:
            return
        elif name == f"{W}basedOn":
            self.based[self._name] = said.get(f"{W}val", "")
        elif name == f"{W}vanish":
            self.said[self._name] = said.get(f"{W}val", "1") not in NO
        elif name == f"{S}text-properties" and (shown := said.get(f"{T}display")):
            self.said[self._name] = shown == "none"

    def _end(self, name: str) -> None:
        self._old -= name in _OLD
        if name in (f"{W}style", f"{S}style"):
            self._name = ""


def _doctype(*_about: object) -> None:
    raise BadPacket("Expected a document without a document type, found one. It was not read.")
