"""Lines of plain text, put together from words and what stands between them: gaps, white space, cells, lists.

What is between words is written only when the next words come, so that nothing stands at an end, and several gaps are
one: of two paragraphs with an empty list between them there is one empty line.
"""

import re
from typing import Final

from tamizdat.dataclass import dataclass

MAX_NESTED: Final = 16  #: lists, their items and quotations in one another; deeper ones are written like these
LISTS: Final = frozenset(["ol", "ul", "menu", "dir"])

_NUMBER: Final = re.compile(r"\s*([+-]?[0-9]{1,9})")


@dataclass
class _Box:
    """A list, an item of one, or a quotation, and what it puts before its first line and before the others."""

    kind: str
    first: str = ""
    rest: str = ""
    number: int = 0
    step: int = 0
    style: str = ""

    def next_item(self, value: str) -> "_Box":
        """Return the next item of this list, with its number if it is an ordered one."""
        if not self.step:
            return _Box("li")
        stated = _NUMBER.match(value)
        self.number = int(stated[1]) if stated else self.number + self.step
        return _Box("li", f"{_numbered(self.number, self.style)}. ")


@dataclass
class _Row:
    """A row of a table: whether it has cells and words yet, and whether it is still one line."""

    cells: int = 0
    said: bool = False
    flat: bool = True


class Layout:
    """Text as it grows. *verbatim*: white space at the beginning of lines is written too."""

    def __init__(self, verbatim: bool) -> None:
        self.verbatim = verbatim
        self.pieces: list[str] = []
        self.gap = 0  #: line ends that stand before the next words
        self.space = ""  #: white space before them, if it is on one line with what was written
        self._cells = 0  #: ends of cells before them
        self._rows = [_Row()]
        self._boxes: list[_Box] = []
        self._shared = 0  #: how many of them have been open since the last words
        self._beyond = 0  #: lists and quotations open that are nested too deep

    def text(self, since: int = 0) -> str:
        """Return the text, or that of the pieces from this one on, without line ends around it."""
        return "".join(self.pieces[since:]).strip("\n").rstrip(" ")

    def say(self, words: str) -> None:
        """Write words, behind the line ends, white space and ends of cells that stand before them."""
        row = self._rows[-1]
        if self.gap or not self.pieces:
            row.flat &= not row.said
            self._break()
            self.pieces.append("| " * self._cells)
            if self.verbatim:
                self.pieces.append(self.space)
        else:
            self.pieces.append(f"{' |' * self._cells} " if self._cells else self.space)
        self.pieces.append(words)
        self.space, self._cells, row.said = "", 0, True

    def end_lines(self, lines: int) -> None:
        """Have at least so many line ends before the next words; but a block that begins a cell begins in its row."""
        row = self._rows[-1]
        if not self._cells and not (row.cells and not row.said):
            self.space, self.gap = "", max(self.gap, lines)

    def _break(self) -> None:
        if self.pieces:
            empty = "".join(box.rest for box in self._boxes[: self._shared]).rstrip()
            self.pieces.append("\n" + f"{empty}\n" * (self.gap - 1))
        for box in self._boxes:
            self.pieces.append(box.first)
            box.first = box.rest
        self.gap, self._shared = 0, len(self._boxes)

    def table(self, tag: str) -> None:
        """Take a table, a row or a cell that begins, or ``/table``."""
        row = self._rows[-1]
        if tag == "table":
            self._rows = [*self._rows[-MAX_NESTED:], _Row()]
        elif tag == "/table":
            self._cells, self._rows = 0, self._rows[:-1] or [_Row()]
            self._rows[-1].flat = False
        elif tag == "tr":
            self.gap = 1 if row.said and row.flat and len(self._rows) > 1 else self.gap
            self._cells, self._rows[-1] = 0, _Row()
        elif not row.cells:
            row.cells = 1
        elif row.flat:
            self._cells += 1
            self.gap = 0 if row.said else self.gap
        else:  # a cell of several lines came before: the table is there for the layout
            self.end_lines(1)

    # -- lists and quotations --------------------------------------------------------------------------------

    def in_item(self) -> bool:
        """Tell whether an item of a list is open."""
        return bool(self._boxes) and any(box.kind == "li" for box in self._boxes)

    def quotation(self) -> None:
        """Begin a quotation."""
        self._push(_Box("blockquote", "> ", "> "))

    def list(self, tag: str, attributes: dict[str, str]) -> None:
        """Begin a list."""
        self._push(_list(tag, attributes, "  " if self.in_item() else ""))

    def _push(self, box: _Box) -> None:
        if len(self._boxes) >= MAX_NESTED:
            self._beyond += 1
        else:
            self._boxes.append(box)

    def item(self, value: str) -> None:
        """Begin an item of the innermost list; *value* may number it."""
        if self._beyond:
            return
        inner = self._innermost(*LISTS)
        self._cut(inner + 1 if inner >= 0 else self._innermost("li"))
        found = self._boxes[inner].next_item(value) if inner >= 0 else _Box("li")
        if len(self._boxes) < MAX_NESTED:
            self._boxes.append(found)

    def close(self, kind: str) -> None:
        """End the innermost list, item or quotation of this tag."""
        if self._beyond:
            self._beyond -= kind != "li"
            return
        at = self._innermost(kind)
        if at >= 0 and not (kind == "li" and at < self._innermost(*LISTS)):
            self._cut(at)

    def _innermost(self, *kinds: str) -> int:
        for at in range(len(self._boxes) - 1, -1, -1):
            if self._boxes[at].kind in kinds:
                return at
        return -1

    def _cut(self, at: int) -> None:
        if at >= 0:
            del self._boxes[at:]
            self._shared = min(self._shared, at)


def _list(tag: str, found: dict[str, str], indent: str) -> _Box:
    start = _NUMBER.match(found.get("start", ""))
    if tag != "ol" or ("reversed" in found and not start):  # which would have to count its items first
        return _Box(tag, indent, indent)
    step = -1 if "reversed" in found else 1
    return _Box(tag, indent, indent, (int(start[1]) if start else 1) - step, step, found.get("type", ""))


def _numbered(number: int, style: str) -> str:
    """Return the number of an item as its list writes it: 3, c, C, iii, III."""
    if style in ("a", "A") and 1 <= number <= 26:
        letter = "abcdefghijklmnopqrstuvwxyz"[number - 1]
    elif style in ("i", "I") and 1 <= number < 40:
        letter = "x" * (number // 10) + ("", "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix")[number % 10]
    else:
        return str(number)
    return letter.upper() if style in ("A", "I") else letter
