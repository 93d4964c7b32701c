"""The list of people: each entry, and each change to one, is a ``catalogued`` statement; the latest counts.

The first statement about a person carries no number, its own index becomes the person's number; a later one gives that
number and the whole entry anew, so that what is known of somebody is always one statement::

    31 catalogued  {"person": null, "said": {"name": "王小明", "state": "reported", "release": "restricted", …}}
    58 catalogued  {"person": 31,   "said": {"name": "王小明", "state": "checked",  "release": "public",     …}}
    →  person 31   checked, public

Subject of both is the SHA-256 of the canonical JSON of ``said``. Everything in an entry is text, for an age is often
"about 7"; ``sources`` are numbers of items and ids of posts. Nothing of a person is shown before ``release`` is
``public``. ``docs/spec/people.md`` has the members.

The sentence that the wall of names spells is stated alike: ``{"wall": {"sentence": "…", "language": "zh-Hans"}}``.
"""

import json
from collections.abc import Iterator
from typing import Final

from tamizdat.archive.views.rows import Answer, Ask, Row, insertion
from tamizdat.dataclass import dataclass
from tamizdat.statements import Act
from tamizdat.statements.catalogued import CataloguedPerson, CataloguedWall, PersonEntry, Release

STATES: Final = ("reported", "checked", "confirmed")
TEXTS: Final = ("name", "language", "age", "place", "school", "state", "note", "release", "reason")
LISTS: Final = ("known_as", "elsewhere")  #: of texts, for the desk alone

TABLES: Final = {
    "people": "number INTEGER PRIMARY KEY, person INTEGER, name TEXT, language TEXT, names TEXT, age TEXT, place TEXT,"
    " school TEXT, sources TEXT, state TEXT, note TEXT, release TEXT, reason TEXT, known_as TEXT, elsewhere TEXT",
    "walls": "number INTEGER PRIMARY KEY, sentence TEXT, language TEXT",
}
LOOKUPS: Final = {"entries_of": "people (person, number)"}

# An entry must have been begun at its number; a beginning that was forgotten has no act left.
_BEGUN: Final = (
    "(number = person OR EXISTS (SELECT 1 FROM people AS first WHERE first.number = this.person"
    " AND first.person = this.person)"
    " OR EXISTS (SELECT 1 FROM entries WHERE entries.number = this.person AND act IS NULL))"
)
_ENTRIES: Final = (
    "SELECT person, number, name, language, names, age, place, school, sources, state, note, release, reason,"  # noqa: S608
    " known_as, elsewhere"
    f" FROM people AS this WHERE {_BEGUN}"
)
_LATEST: Final = " AND NOT EXISTS (SELECT 1 FROM people AS other WHERE other.person = this.person AND other.number > this.number)"  # fmt: skip  # noqa: E501


@dataclass(frozen=True)
class Person:
    """An entry: ``number`` is the person's, ``latest`` the index of the statement that says this."""

    number: int
    latest: int
    name: str
    language: str = ""  #: of the name, place and school
    names: tuple[tuple[str, str], ...] = ()  #: (language, name) in others, by language
    age: str = ""
    place: str = ""
    school: str = ""
    sources: tuple[int | str, ...] = ()
    state: str = STATES[0]
    note: str = ""
    release: str = Release.RESTRICTED
    reason: str = ""
    known_as: tuple[str, ...] = ()  #: what else they are called; never published
    elsewhere: tuple[str, ...] = ()  #: words in which a name of theirs is another's

    def entry(self) -> PersonEntry:
        """Return the entry as it is stated."""
        texts = {each: getattr(self, each) for each in TEXTS}
        lists = (self.known_as or None, self.elsewhere or None)
        return PersonEntry(**texts, names=dict(self.names), sources=self.sources, known_as=lists[0], elsewhere=lists[1])


class People:
    """The people of the list; reached as ``archive.index.people``."""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask

    def all(self, release: str | None = None) -> list[Person]:
        """Return everybody, by number; only those of this release, if it is given."""
        found = [_person(row) for row in self._ask(f"{_ENTRIES}{_LATEST} ORDER BY person")]
        return [person for person in found if release in (None, person.release)]

    def person(self, number: int) -> Person | None:
        """Return the entry of one person as it now is; None if nobody has this number."""
        found = self._ask(f"{_ENTRIES} AND person = ? ORDER BY number DESC LIMIT 1", number)
        return _person(found[0]) if found else None

    def history(self, number: int) -> list[Person]:
        """Return every entry that was stated for a person, the oldest first."""
        return [_person(row) for row in self._ask(f"{_ENTRIES} AND person = ? ORDER BY number", number)]

    def stated(self) -> list[Person]:
        """Return every entry that was stated for anybody, the oldest first."""
        return [_person(row) for row in self._ask(f"{_ENTRIES} ORDER BY number")]

    def wall(self) -> tuple[str, str]:
        """Return the sentence of the wall of names, and its language; both empty if nobody chose one."""
        found = self._ask("SELECT sentence, language FROM walls ORDER BY number DESC LIMIT 1")
        return (found[0][0], found[0][1]) if found else ("", "")


def rows(number: int, said: Act) -> Iterator[Row]:
    """Return the rows that a statement about a person or the wall adds to the index."""
    if isinstance(said, CataloguedWall):
        yield insertion("walls", (number, said.wall.sentence, said.wall.language))
    elif isinstance(said, CataloguedPerson) and (said.person is None or said.person < number):
        person = number if said.person is None else said.person
        yield insertion("people", (number, person, *_columns(said.entry)))


def _columns(entry: PersonEntry) -> tuple[str, ...]:
    """Return the entry as a row."""
    names, sources = (json.dumps(each, ensure_ascii=False) for each in (dict(entry.names), entry.sources))
    about = (entry.age, entry.place, entry.school, sources, entry.state, entry.note, entry.release, entry.reason)
    lists = (json.dumps(getattr(entry, each) or (), ensure_ascii=False) for each in LISTS)
    return entry.name, entry.language, names, *about, *lists


def _person(row: Answer) -> Person:
    number, latest, name, language, names, age, place, school, sources, *rest, known_as, elsewhere = row
    told, lists = (age, place, school, tuple(json.loads(sources))), map(tuple, map(json.loads, (known_as, elsewhere)))
    return Person(number, latest, name, language, tuple(json.loads(names).items()), *told, *rest, *lists)
