"""Transcripts that people type in a word processor (``.docx``, ``.odt``): their paragraphs, as plain text or a table.

A paragraph is a line of plain text (:mod:`.plain`), with times and names as people type them. A file whose words stand
in one table is read as one (:mod:`.table`), whose first row names the columns. Words that a reader of the page does not
see are none: what is deleted by a change that nobody accepted yet, and what is hidden, by a style too; so are comments,
notes and the heads of pages. Each is told.
"""

import csv
import io
import zipfile
from typing import Final
from xml.parsers import expat

from tamizdat.disk.zip_reading import DAMAGE, PACKED
from tamizdat.errors import BadPacket
from tamizdat.transcripts import plain, table
from tamizdat.transcripts.cues import Found, Told
from tamizdat.transcripts.office_styles import NO, hiding
from tamizdat.transcripts.office_styles import T as _T
from tamizdat.transcripts.office_styles import W as _W

#: where the words of a document are, by the ending of its name
PARTS: Final = {".docx": "word/document.xml", ".odt": "content.xml"}
MAX_BYTES: Final = 32 << 20  #: of the part that holds the words, unpacked
MAX_DEPTH: Final = 200
#: where its styles are
STYLES: Final = {".docx": ("word/styles.xml",), ".odt": ("styles.xml", "content.xml")}
_O: Final = "urn:oasis:names:tc:opendocument:xmlns:office:1.0 "
_B: Final = "urn:oasis:names:tc:opendocument:xmlns:table:1.0 "
#: what holds words that nobody is shown as such, and what is told of it
_CHANGED: Final = "what was deleted, or moved away, by changes that nobody accepted yet is not read"
_NOTES: Final = "comments and notes are not read"
_HIDDEN: Final = "hidden words are not read"
_PASSED_OVER: Final = {
    f"{_W}del": _CHANGED, f"{_W}moveFrom": _CHANGED, f"{_T}tracked-changes": _CHANGED, f"{_O}annotation": _NOTES,
    f"{_T}note": _NOTES, f"{_T}hidden-text": _HIDDEN,
    f"{_W}rPrChange": "", f"{_W}pPrChange": "",
    "http://schemas.openxmlformats.org/markup-compatibility/2006 Fallback": "",
}  # fmt: skip
_PARAGRAPHS: Final = (f"{_W}p", f"{_T}p", f"{_T}h")
_TABLES: Final = (f"{_W}tbl", f"{_B}table")
_ROWS: Final = (f"{_W}tr", f"{_B}table-row")
_CELLS: Final = (f"{_W}tc", f"{_B}table-cell")
_INSTEAD: Final = {
    f"{_W}tab": "\t", f"{_T}tab": "\t", f"{_W}br": "\n", f"{_W}cr": "\n", f"{_T}line-break": "\n",
    f"{_W}noBreakHyphen": "\u2011",
}  # fmt: skip
_ABOVE: Final = (f"{_W}rt", f"{_T}ruby-text")  #: what stands above letters
_REFERENCES: Final = (f"{_W}commentReference", f"{_W}footnoteReference", f"{_W}endnoteReference")


def read(data: bytes, ending: str, length: int = 0) -> Found:
    """Read a document; *length* is that of the clip in milliseconds, 0 if it is not known.

    Raises :class:`BadPacket` for what is no such document, damaged, or has its words in several tables.
    """
    try:
        reader = _Reader(hiding(filter(None, (_unpacked(data, each, True) for each in STYLES[ending]))))
        reader.parser.Parse(_unpacked(data, PARTS[ending]), True)
    except expat.ExpatError as error:
        raise BadPacket(
            f"Expected a document of a word processor, found {expat.errors.messages[error.code]} in it."
        ) from None
    told = [Told(0, each) for each in dict.fromkeys(filter(None, reader.told))]
    lines, tables = "\n".join(reader.lines), reader.tables
    if not tables:
        found = plain.read(lines, length)
    elif lines.strip() or len(tables) > 1:
        raise BadPacket(
            f"Expected paragraphs, or one table and nothing else, found {len(tables)} of them"
            f"{' and words beside' if lines.strip() else ''}. Keep what is said, in one of these forms, in a copy."
        )
    else:
        out = io.StringIO()
        csv.writer(out).writerows(tables[0])
        found = table.read(out.getvalue())
    return Found(found.cues, (*told, *found.told))


def _unpacked(data: bytes, part: str, may_lack: bool = False) -> bytes:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            if may_lack and part not in packed.namelist():
                return b""
            info = packed.getinfo(part)
            if info.compress_type not in PACKED or info.file_size > MAX_BYTES:
                raise BadPacket(f"Expected a document with at most {MAX_BYTES >> 20} MiB of words, found another.")
            with packed.open(info) as file:
                return file.read(MAX_BYTES)
    except (KeyError, *DAMAGE):
        raise BadPacket(
            f"Expected a document of a word processor with {part} in it, found none. Save it there once more, without "
            "a password, or as text (.txt)."
        ) from None


class _Reader:
    def __init__(self, hiding: frozenset[str]) -> None:
        self._hiding = hiding  #: styles
        self.lines: list[str] = []
        self.tables: list[list[list[str]]] = []
        self.told: list[str] = []
        self._open: list[str] = []
        self._passed = 0  #: how deep in what is passed over
        self._words: list[str] = []
        self._is_hidden = False
        self._hidden_paragraphs: list[bool] = []  #: of those that are open, whether all of it is hidden
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text
        self.parser.StartDoctypeDeclHandler = self._doctype

    def _doctype(self, *_about: object) -> None:
        raise BadPacket("Expected a document without a document type, found one. It was not read.")

    def _start(self, name: str, said: dict[str, str]) -> None:
        if len(self._open) >= MAX_DEPTH:
            raise BadPacket(f"Expected elements at most {MAX_DEPTH} deep, found more. It was not read.")
        self._open.append(name)
        if name in _PARAGRAPHS:
            self._hidden_paragraphs.append(False)
        if self._passed or name in _PASSED_OVER:
            self._passed += 1
            self.told.append(_PASSED_OVER.get(name, ""))
        elif said.get(f"{_T}style-name") in self._hiding or said.get(f"{_T}display") == "none":
            self._passed += 1
            self.told.append(_HIDDEN)
        elif self._hides_paragraph(name, said):
            self._hide_paragraph()
        elif name in _TABLES:
            if sum(each in _TABLES for each in self._open) > 1:
                raise BadPacket("Expected a table without another in it, found one. Keep what is said in one table.")
            self.tables.append([])
        elif name in _ROWS and self.tables:
            self.tables[-1].append([])
        elif name in _CELLS and self.tables and self.tables[-1]:
            self.tables[-1][-1].append("")
        elif name in _PARAGRAPHS and not self._is_inside(_PARAGRAPHS):
            self._words = []
        elif name in _INSTEAD and f"{_W}tabs" not in self._open:
            self._words.append(_INSTEAD[name])
        elif name == f"{_T}s":
            count = said.get(f"{_T}c", "1")
            self._words.append(" " * min(int(count) if count.isdecimal() and len(count) < 4 else 1, 80))
        elif name == f"{_W}r":
            self._is_hidden = self._hidden_paragraphs[-1:] == [True]
        elif name == f"{_W}rStyle" and said.get(f"{_W}val") in self._hiding:
            self._is_hidden = True
        elif name == f"{_W}vanish":
            self._is_hidden = said.get(f"{_W}val", "1") not in NO
        elif name in _ABOVE:
            self._words.append("[")
        elif name in _REFERENCES:
            self.told.append(_NOTES)

    def _hides_paragraph(self, name: str, said: dict[str, str]) -> bool:
        by_field = name == f"{_T}hidden-paragraph" and said.get(f"{_T}is-hidden", "true") == "true"
        return by_field or (name == f"{_W}pStyle" and said.get(f"{_W}val") in self._hiding)

    def _hide_paragraph(self) -> None:
        if self._hidden_paragraphs:
            self._hidden_paragraphs[-1] = True

    def _end(self, name: str) -> None:
        self._open.pop()
        is_hidden = name in _PARAGRAPHS and self._hidden_paragraphs.pop() and name != f"{_W}p"
        if is_hidden and "".join(self._words).strip():
            self._words = []
            self.told.append(_HIDDEN)
        if self._passed:
            self._passed -= 1
        elif name in _PARAGRAPHS and not self._is_inside(_PARAGRAPHS):
            words = "".join(self._words)
            if self._is_inside(_CELLS) and self.tables and self.tables[-1] and self.tables[-1][-1]:
                cell = self.tables[-1][-1][-1]
                self.tables[-1][-1][-1] = f"{cell}\n{words}" if cell else words
            else:
                self.lines += words.split("\n")
            self._words = []
        elif name in _ABOVE:
            self._words.append("]")

    def _text(self, text: str) -> None:
        if self._passed or not (self._is_inside((f"{_W}t",)) or (self._is_inside((f"{_T}p", f"{_T}h")))):
            return
        if self._is_hidden and self._is_inside((f"{_W}t",)):
            self.told.append(_HIDDEN)
        else:
            self._words.append(text)

    def _is_inside(self, names: tuple[str, ...]) -> bool:
        return any(each in names for each in self._open)
