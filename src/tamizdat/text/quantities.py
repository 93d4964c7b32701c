"""How numbers of bytes and of things are said to people."""

import re
from typing import Final

from tamizdat.errors import UsageError

UNITS: Final = ("bytes", "kB", "MB", "GB", "TB", "PB")
_AMOUNT: Final = re.compile(r"([1-9][0-9]{0,11})(?:\.([0-9]))?([kMGT]?)")
_SCALE: Final = {"": 1, "k": 10**3, "M": 10**6, "G": 10**9, "T": 10**12}


def amount(size: float) -> str:
    """Return a number of bytes as people say it: ``512 bytes``, ``4.2 MB``, ``60 GB`` (powers of 1,000).

    >>> amount(999), amount(4_193_792), amount(59_960_000_000), amount(999_999)
    ('999 bytes', '4.2 MB', '60 GB', '1.0 MB')
    """
    power = 0
    while size >= 999.5 and power < len(UNITS) - 1:
        size, power = size / 1000, power + 1
    digits = 1 if power and size < 9.95 else 0
    return f"{size:.{digits}f} {UNITS[power]}"


def amount_in_line(size: float, direction: str) -> str:
    """Return a number of bytes for a line that runs in *direction*; from right to left, kept together as it is read.

    >>> amount_in_line(999, "ltr"), amount_in_line(999, "rtl") == "\u2066999 bytes\u2069"
    ('999 bytes', True)
    """
    return f"\u2066{amount(size)}\u2069" if direction == "rtl" else amount(size)


def parse_amount(text: str) -> int:
    """Return a number of bytes that a person typed: ``500G``, ``1.5T``, ``64000``. Raises :class:`UsageError`.

    >>> parse_amount("1.5T"), parse_amount("64000")
    (1500000000000, 64000)
    """
    found = _AMOUNT.fullmatch(text)
    if not found:
        raise UsageError(f"Expected a number of bytes, like 500G or 1.5T, found {text[:40]!r}.")
    return int((int(found[1]) * 10 + int(found[2] or 0)) * _SCALE[found[3]] // 10)
