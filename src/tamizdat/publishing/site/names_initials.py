"""The list of names by what they begin with: a letter, or of Chinese names the first character, which is the surname.

A reader who looks for somebody knows the name and perhaps not the school. In each language of the interface the names
stand as they are written in it, where the list has them so ("Wang Xiaoming" under W), else in their own script.

What stands in which order is that of Unicode: letters mostly as their alphabet has them, Chinese characters by radical
and strokes, as dictionaries are. It is not by pronunciation: one character has several as a surname, and a wrong one
would hide a person (docs/adr/0042). Of Tibetan the first written letter counts, not the root letter.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Final, NamedTuple

from tamizdat.publishing.site.l10n import is_written_in
from tamizdat.publishing.site.names_list import in_pages, most
from tamizdat.statements.derived import Person

NONE: Final = "#"  #: what names stand under that begin with no letter
_ARTICLE: Final = re.compile("^ال(?=.{3})")
_LETTERS: Final = re.compile(r"[^\W\d_]")


class Listed(NamedTuple):
    """A person of the list: the number, the name as it is shown and its language, the own name where it is another."""

    number: int
    name: str
    language: str
    own: str
    own_language: str


class Initial(NamedTuple):
    """The people whose names begin so, or a part of them."""

    initial: str
    language: str  #: of most of these names
    people: tuple[Listed, ...]
    page: int  #: counted from 1
    anchor: str  #: where it stands on its page
    part: bool  #: whether others of this initial stand in another

    @property
    def from_to(self) -> str:
        """The first and the last name, which tell the parts of an initial apart."""
        return f"{self.people[0].name} – {self.people[-1].name}"


def initial(name: str) -> str:
    """Return what a name stands under: its first letter, without accents, large; :data:`NONE` if it has none.

    >>> [initial(each) for each in ("王小明", "Émile", "ю. ли", "الشرطة", "“Lin”", "42")]
    ['王', 'E', 'Ю', 'ش', 'L', '#']
    """
    found = _LETTERS.search(_ARTICLE.sub("", unicodedata.normalize("NFC", name).strip()))
    if found is None:
        return NONE
    first = unicodedata.normalize("NFKD", found[0])[0]
    return first.upper()[0]


def initials(people: Sequence[Person], language: str) -> list[Initial]:
    """Return everybody by initial, for readers of *language*, in pages of :data:`~.names_list.MOST` names."""
    rows = sorted((_listed(each, language) for each in people), key=_place)
    parts = in_pages(groupby(rows, key=lambda each: initial(each.name)))
    return [
        Initial(letter, most([each.language for each in some]), some, page, f"i{at}", part)
        for at, (letter, some, page, part) in enumerate(parts, 1)
    ]


def by_script(found: Iterable[Initial]) -> Iterator[list[Initial]]:
    """Yield the index in rows: the letters of one script, then those of the next."""
    for _, row in groupby(found, key=lambda each: _script(each.initial)):
        yield list(row)


def _listed(one: Person, language: str) -> Listed:
    told = one.told
    for tag, name in told.names.items():
        if name and is_written_in(tag, language) and not is_written_in(told.language, language):
            return Listed(one.number, name, tag, told.name, told.language)
    return Listed(one.number, told.name, told.language, "", "")


def _place(one: Listed) -> tuple[bool, str, str, int]:
    letter = initial(one.name)
    return letter == NONE, letter, one.name.casefold(), one.number


def _script(letter: str) -> str:
    """Return the first word of a letter's name in Unicode, which is its script."""
    return unicodedata.name(letter, NONE).partition(" ")[0]
