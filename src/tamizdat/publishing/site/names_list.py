"""The list of names: people by place and school, in pages, with an index of them.

A page holds :data:`MOST` names and whole schools, unless one school alone has more; then it stands in parts. Up to
:data:`MOST` names are one page, which is its own index.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Final, TypeVar

from tamizdat.dataclass import dataclass
from tamizdat.statements.derived import Person

MOST: Final = 600  #: names on a page
Key = TypeVar("Key")
One = TypeVar("One")
_DIGITS: Final = re.compile(r"(\d+)")


@dataclass(frozen=True)
class Roll:
    """The people of one school, or a part of them, in the order of their names."""

    place: str
    school: str
    people: tuple[Person, ...]
    page: int  #: counted from 1
    anchor: str  #: where it stands on its page
    part: bool  #: whether others of this school stand in another

    @property
    def language(self) -> str:
        """The language of most of its names, which is that of the school's in most lists."""
        return most([each.told.language for each in self.people])

    @property
    def from_to(self) -> str:
        """The first and the last name, which tell the parts of a school apart."""
        return f"{self.people[0].told.name} – {self.people[-1].told.name}"


def most(languages: Sequence[str]) -> str:
    """Return the language that most of these are."""
    return max(dict.fromkeys(languages), key=languages.count)


def natural(text: str) -> list[tuple[int, int, str]]:
    """Return by what names of schools are put in order: numbers in them count as numbers.

    >>> sorted(["第10小学", "第2小学", "第1小学"], key=natural)
    ['第1小学', '第2小学', '第10小学']
    """
    pieces = enumerate(_DIGITS.split(text))
    return [(0, int(piece), "") if at % 2 else (1, 0, piece) for at, piece in pieces if piece]


def in_pages(groups: Iterable[tuple[Key, Iterable[One]]]) -> Iterator[tuple[Key, tuple[One, ...], int, bool]]:
    """Yield each group, or the parts of one that is larger than a page, with its page, and whether it is a part."""
    page, room = 1, MOST
    for key, group in groups:
        row = tuple(group)
        for at in range(0, len(row), MOST):
            some = row[at : at + MOST]
            if len(some) > room:
                page, room = page + 1, MOST
            room -= len(some)
            yield key, some, page, len(row) > MOST


def rolls(people: Sequence[Person]) -> list[Roll]:
    """Return everybody, by place, school and name. Who has neither stands at the end."""

    def where(one: Person) -> tuple[str, str]:
        return one.told.place, one.told.school

    def order(one: Person) -> tuple[object, ...]:
        place, school = where(one)
        return not (place or school), natural(place), natural(school), one.told.name, one.number

    parts = in_pages(groupby(sorted(people, key=order), key=where))
    return [Roll(*key, some, page, f"s{at}", part) for at, (key, some, page, part) in enumerate(parts, 1)]


def by_place(found: Sequence[Roll]) -> list[tuple[str, list[Roll]]]:
    """Return the index: each place, and what stands in it."""
    return [(place, list(row)) for place, row in groupby(found, key=lambda each: each.place)]
