"""Many texts looked for at once, by the first bytes of each.

Aho and Corasick's automaton goes through a text once, whatever it looks for. It is given the bytes of UTF-8, each as a
letter: with the thousands of letters of Chinese it is fifty times slower than with 256.
"""

from collections.abc import Iterator
from dataclasses import field
from typing import Final

import ahocorasick

from tamizdat.dataclass import dataclass

ANCHOR: Final = 12  #: bytes by which a text is found


@dataclass
class _Bucket:
    """Forms of secrets that begin alike, and which secret each belongs to."""

    forms: dict[str, int] = field(default_factory=dict)
    others: dict[str, list[int]] = field(default_factory=dict)  #: further secrets of the same form
    lengths: set[int] = field(default_factory=set)

    def at(self, text: str, place: int) -> Iterator[int]:
        """Yield the secrets that stand in *text* at *place*."""
        for length in self.lengths:
            found = self.forms.get(text[place : place + length])
            if found is not None:
                yield found
                yield from self.others.get(text[place : place + length], ())


class PatternTable:
    """Forms of secrets by their first bytes."""

    def __init__(self) -> None:
        self._buckets: dict[str, _Bucket] = {}
        self._automaton: ahocorasick.Automaton | None = None

    def add(self, form: str, number: int) -> None:
        """One form of the secret *number*."""
        letters = bytewise(form)
        alike = self._buckets.get(letters[:ANCHOR])
        if alike is None:
            alike = self._buckets[letters[:ANCHOR]] = _Bucket()
        if alike.forms.setdefault(letters, number) != number:  # what excuses one of two does not excuse the other
            alike.others.setdefault(letters, []).append(number)
        alike.lengths.add(len(letters))

    def __bool__(self) -> bool:
        """Return whether anything is looked for."""
        return bool(self._buckets)

    def close(self) -> None:
        """After the last form, before the first search."""
        made = ahocorasick.Automaton()
        for anchor in self._buckets:
            made.add_word(anchor, anchor)
        if self._buckets:
            made.make_automaton()
        self._automaton = made if self._buckets else None

    def forms(self) -> Iterator[tuple[bytes, int]]:
        """Every form, in UTF-8."""
        for alike in self._buckets.values():
            for form, number in alike.forms.items():
                yield form.encode("latin-1"), number

    def occurring(self, letters: str) -> Iterator[int]:
        """Yield the number of every secret in a text, given as :func:`bytewise`; of one perhaps several times."""
        if self._automaton is not None:
            for end, anchor in self._automaton.iter(letters):
                yield from self._buckets[anchor].at(letters, end + 1 - len(anchor))


def bytewise(text: str) -> str:
    """Return a text in which each letter stands for a byte of *text* in UTF-8."""
    return text if text.isascii() else text.encode("utf-8", "surrogatepass").decode("latin-1")
