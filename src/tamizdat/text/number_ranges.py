"""Numbers of items as people type them: ``17``, ``20-44``.

What stands by itself is meant, whatever it is. In a range lie numbers of other things, too: a command takes
what it is about, and tells how many it passed over.
"""

from collections.abc import Iterable
from typing import Final

from tamizdat.errors import UsageError

MOST: Final = 100_000  #: numbers in a range


def numbers_of(texts: Iterable[str]) -> set[int]:
    """Return the numbers that words name: ``17``, ``20-44``; raises :class:`UsageError` for what names none."""
    return {number for text in texts for number in number_or_range(text)}


def number_or_range(text: str) -> range:
    """Return the numbers that one word names, ``17`` or ``20-44``; raises :class:`UsageError` if it names none."""
    first, dash, last = text.partition("-")
    last = last if dash else first
    if not (first.isascii() and first.isdecimal() and last.isascii() and last.isdecimal() and len(text) < 32):
        raise UsageError(f"Expected numbers of items, posts or people, such as 17 or 20-44, found {text!r}.")
    if not 0 <= int(last) - int(first) <= MOST:
        raise UsageError(f"Expected a range of at most {MOST:,} numbers, the smaller one first, found {text}.")
    return range(int(first), int(last) + 1)


def by_themselves(typed: Iterable[range]) -> tuple[list[int], list[int]]:
    """Return the numbers that were named by themselves, in their order, and the others that lie in ranges."""
    typed = [*typed]
    named = dict.fromkeys(each[0] for each in typed if len(each) == 1)
    ranged = {number for each in typed if len(each) > 1 for number in each}
    return [*named], sorted(ranged - named.keys())


def told(typed: Iterable[range]) -> str:
    """Return numbers and ranges as they were typed."""
    return " ".join(str(each[0]) if len(each) == 1 else f"{each[0]}-{each[-1]}" for each in typed)
