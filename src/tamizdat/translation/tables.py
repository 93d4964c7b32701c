"""Tables for people: CSV in UTF-8 with a mark at its beginning, as spreadsheets open it, and what they make of it.

A spreadsheet saves with the separator of its country: commas, semicolons (German, French, Russian …) or tabs. The first
line tells which, because the names of the columns are known. A cell that a spreadsheet would run (``=…``, ``+…``,
``-…``, ``@…``) is written with an apostrophe before it, which is taken away again.

>>> read_table(write_table([["a", "=1+1"]]), "a table")
[['a', '=1+1']]
"""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Final

from tamizdat.errors import BadPacket

MARK: Final = b"\xef\xbb\xbf"
MAX_BYTES: Final = 16 << 20
MAX_CELL: Final = 1 << 20  #: characters
SEPARATORS: Final = ",;\t"
_RUN: Final = tuple("=+-@\t\r'")


def write_table(rows: Iterable[Sequence[str]]) -> bytes:
    """Return the rows as CSV, every cell harmless."""
    text = io.StringIO()
    table = csv.writer(text)
    for row in rows:
        table.writerow([f"'{cell}" if cell.startswith(_RUN) else cell for cell in row])
    return MARK + text.getvalue().encode()


def read_table(data: bytes, what: str) -> list[list[str]]:
    """Return the rows of a table that a spreadsheet saved, whichever separator it took.

    Raises :class:`BadPacket` for what is no table in UTF-8.
    """
    if len(data) > MAX_BYTES:
        raise BadPacket(f"Expected {what} of at most {MAX_BYTES >> 20} MiB, found a larger one. Split it.")
    csv.field_size_limit(MAX_CELL)
    try:
        text = data.decode("utf-8-sig")
        head = next(iter(text.splitlines()), "")
        separator = max(SEPARATORS, key=head.count)
        rows = list(csv.reader(io.StringIO(text, newline=""), strict=True, delimiter=separator))
    except (UnicodeDecodeError, csv.Error):
        raise BadPacket("Expected a table (CSV) in UTF-8, found bytes that are not. Save it as CSV UTF-8.") from None
    return [[cell[1:] if cell.startswith("'") and cell[1:].startswith(_RUN) else cell for cell in row] for row in rows]
