"""Tables for people: CSV in UTF-8 with a mark at its beginning, as spreadsheets open it, and what they make of it.

What comes back is read as :mod:`tamizdat.text.spreadsheet` says. A cell that a spreadsheet would run (``=…``, ``+…``,
``-…``, ``@…``) is written with an apostrophe before it, which is taken away again.

>>> read_table(write_table([["a", "=1+1"]]), "a table")
[['a', '=1+1']]
"""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Final

from tamizdat.errors import BadPacket, DamagedInput
from tamizdat.text.spreadsheet import table_of

MARK: Final = b"\xef\xbb\xbf"
MAX_BYTES: Final = 16 << 20
MAX_CELL: Final = 1 << 20  #: characters
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

    Raises :class:`BadPacket` for what is no table.
    """
    if len(data) > MAX_BYTES:
        raise BadPacket(f"Expected {what} of at most {MAX_BYTES >> 20} MiB, found a larger one. Split it.")
    csv.field_size_limit(MAX_CELL)
    try:
        text, separator = table_of(data, what)
        rows = list(csv.reader(io.StringIO(text, newline=""), strict=True, delimiter=separator))
    except DamagedInput as error:
        raise BadPacket(str(error)) from None
    except csv.Error:
        raise BadPacket(
            f"Expected {what} (CSV), found quotation marks that do not fit, or an endless cell. Save it as CSV UTF-8."
        ) from None
    return [[cell[1:] if cell.startswith("'") and cell[1:].startswith(_RUN) else cell for cell in row] for row in rows]
