"""Numbers of items as people type them: ``17``, ``20-44``."""

from collections.abc import Iterable
from typing import Final

from tamizdat.errors import UsageError

MOST: Final = 100_000  #: numbers in a range


def numbers_of(texts: Iterable[str]) -> set[int]:
    """Return the numbers that words name: ``17``, ``20-44``; raises :class:`UsageError` for what names none."""
    found: set[int] = set()
    for text in texts:
        first, _, last = text.partition("-")
        last = last or first
        if not (first.isascii() and first.isdecimal() and last.isascii() and last.isdecimal() and len(text) < 32):
            raise UsageError(f"Expected numbers of items, posts or people, such as 17 or 20-44, found {text!r}.")
        if not 0 <= int(last) - int(first) <= MOST:
            raise UsageError(f"Expected a range of at most {MOST:,} numbers, the smaller one first, found {text}.")
        found.update(range(int(first), int(last) + 1))
    return found
