"""How numbers of bytes and of things are said to people."""

from typing import Final

UNITS: Final = ("bytes", "kB", "MB", "GB", "TB", "PB")


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
