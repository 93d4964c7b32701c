"""Many texts looked for at once, by a short piece of each.

ASCII texts are found by their first :data:`ANCHOR` characters with Aho and Corasick's automaton, others by their first
:data:`PIECE` in a table: with thousands of different letters the automaton is fifty times slower.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

import ahocorasick

ANCHOR: Final = 12  #: characters by which an ASCII text is found
PIECE: Final = 8  #: characters by which another is found
BRIEF: Final = 2  #: the same, of one that is shorter than that
_FOREIGN: Final = re.compile(r"[^\x00-\x7f]")


@dataclass
class _Bucket:
    """Forms of secrets that share a piece: which secret each belongs to, and where in a form the piece stands."""

    forms: dict[str, int] = field(default_factory=dict)
    others: dict[str, list[int]] = field(default_factory=dict)  #: further secrets of the same form
    shapes: set[tuple[int, int]] = field(default_factory=set)  #: start of the piece in the form, length of the form

    def at(self, text: str, place: int) -> Iterator[int]:
        """Yield the secrets in *text* whose piece stands at *place*."""
        for start, length in self.shapes:
            found = self.forms.get(text[place - start : place - start + length]) if place >= start else None
            if found is not None:
                yield found
                yield from self.others.get(text[place - start : place - start + length], ())


class PatternTable:
    """Forms of secrets by a piece of each.

    The piece of an ASCII form is its beginning, that of another begins with its first letter that is not ASCII; so of a
    text only such letters are looked at.
    """

    def __init__(self) -> None:
        self._ascii: dict[str, _Bucket] = {}
        self._others: dict[int, dict[str, _Bucket]] = {}  #: by the length of the piece
        self._automaton: ahocorasick.Automaton | None = None

    def add(self, form: str, number: int) -> None:
        """One form of the secret *number*."""
        if form.isascii():
            table, start, length = self._ascii, 0, ANCHOR
        else:
            start = next(_FOREIGN.finditer(form)).start()
            length = PIECE if len(form) - start >= PIECE else min(BRIEF, len(form) - start)
            table = self._others.setdefault(length, {})
        alike = table.setdefault(form[start : start + length], _Bucket())
        if alike.forms.setdefault(form, number) != number:  # what excuses one of two does not excuse the other
            alike.others.setdefault(form, []).append(number)
        alike.shapes.add((start, len(form)))

    def close(self) -> None:
        """After the last form, before the first search."""
        made = ahocorasick.Automaton()
        for anchor in self._ascii:
            made.add_word(anchor, anchor)
        if self._ascii:
            made.make_automaton()
        self._automaton = made if self._ascii else None

    def forms(self) -> Iterator[tuple[str, int]]:
        """Every form."""
        for table in (self._ascii, *self._others.values()):
            for alike in table.values():
                yield from alike.forms.items()

    def occurring(self, text: str) -> Iterator[int]:
        """Yield the number of every secret in *text*, perhaps several times."""
        if self._automaton is not None:
            for end, anchor in self._automaton.iter(text):
                yield from self._ascii[anchor].at(text, end + 1 - len(anchor))
        if self._others and not text.isascii():
            places = [each.start() for each in _FOREIGN.finditer(text)]
            for length, table in self._others.items():
                found = {text[at : at + length] for at in places} & table.keys()
                for at in places if found else ():
                    if text[at : at + length] in found:
                        yield from table[text[at : at + length]].at(text, at)
