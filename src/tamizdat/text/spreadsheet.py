r"""What spreadsheet programs save as a table: text, the character between its cells, and what is no table at all.

The separator is that of a country: commas, semicolons (German, French, Russian …) or tabs; a first line ``sep=;`` tells
it, else the line of the names has most of it. Excel's "Unicode text" is UTF-16. A workbook itself (``.xlsx``, ``.ods``,
``.xls``) is no table: it has sheets and columns that nobody sees, and cells that are computed.

A spreadsheet runs a cell that begins with ``=``, ``+``, ``-`` or ``@``, and whoever wrote a name into a form may have
wanted that. So an apostrophe is put in front when a table is written, also where a separator or a line break inside the
cell would begin a new one for a program that splits it wrongly; and one is taken away when it is read. Applied to
whatever text, the two undo each other:

>>> guarded("=cmd()"), guarded("'=cmd()"), unguarded(guarded("=cmd()"))
("'=cmd()", "''=cmd()", '=cmd()')
>>> table_of(b"\xef\xbb\xbfsep=;\r\nname;age\r\n")
('name;age\r\n', ';')
"""

import re
from typing import Final

from tamizdat.errors import DamagedInput

SEPARATORS: Final = ",;\t"
WORKBOOKS: Final = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
SAVE_AS_CSV: Final = (
    "Open it in the program that made it, and save the sheet that is meant as “CSV UTF-8”. Look at it first: columns "
    "and rows that are hidden go along"
)
_TOLD: Final = re.compile(r'(?:sep|"sep)=([,;\t])"?,*\r?\n')
LIVE: Final = "=+\\-@\uff1d\uff0b\uff0d\uff20"  #: begin a formula, also in their wide form
_GUARD: Final = re.compile(f"(^|[,;\t\r\n])('*)(?=[{LIVE}])")
_UNGUARD: Final = re.compile(f"(^|[,;\t\r\n])'('*)(?=[{LIVE}])")


def guarded(cell: str) -> str:
    """Return *cell* with an apostrophe before whatever a spreadsheet would run as a formula."""
    return _GUARD.sub(r"\1'\2", cell)


def unguarded(cell: str) -> str:
    """Return the text of a cell that :func:`guarded` made."""
    return _UNGUARD.sub(r"\1\2", cell)


def table_of(data: bytes, what: str = "a table") -> tuple[str, str]:
    """Return the text of a table, without what only says how to read it, and the character between its cells.

    Raises :class:`DamagedInput` for a workbook, and for text that is neither UTF-8 nor UTF-16 with a mark.
    """
    if data.startswith(WORKBOOKS):
        raise DamagedInput(f"Expected {what} (CSV), found a workbook of a spreadsheet program. {SAVE_AS_CSV}.")
    try:
        text = data.decode("utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise DamagedInput(
            f"Expected {what} (CSV) in UTF-8, found other bytes in line {line:,}. Save it as “CSV UTF-8” and try again."
        ) from None
    return separated(text.lstrip("\ufeff"))


def separated(text: str) -> tuple[str, str]:
    """Return the text of a table without the line that only says what separates its cells, and what does."""
    if told := _TOLD.match(text):
        return text[told.end() :], told[1]
    first = text.partition("\n")[0]
    return text, max(SEPARATORS, key=first.count)
