"""People of the list who are released: their ``derived`` statements.

::

    {"item": 31, "kind": "person", "how": "as the desk lists it (recipe person/1)", "source": {"index": 58, …},
     "said": {"name": "王小明", "age": "7", …, "sources": [57]}, "day": "2026-11-25"}        subject ``record``

``said`` is the entry without what is the desk's alone (whether it is released, and why). Of its ``sources`` are told
those that are published themselves, by their numbers. The subject is the SHA-256 of the canonical JSON of ``said``.
"""

from collections.abc import Iterator, Mapping
from typing import Final

from tamizdat.archive.archive import Archive
from tamizdat.archive.views.people import Person as Entry
from tamizdat.statements.derived import PERSON, Person, PersonRecord

HOW: Final = "as the desk lists it (recipe person/1)"


def entries(archive: Archive) -> list[Entry]:
    """Return those who are released, by number."""
    return archive.index.people.all("public")


def statements(archive: Archive, people: list[Entry], published: Mapping[int | str, int]) -> Iterator[Person]:
    """Yield what is said of each; *published* are numbers of items, by themselves and by ids of posts."""
    for entry in people:
        told = PersonRecord(
            name=entry.name,
            language=entry.language,
            names=dict(entry.names),
            age=entry.age,
            place=entry.place,
            school=entry.school,
            state=entry.state,
            note=entry.note,
            sources=tuple(dict.fromkeys(published[each] for each in entry.sources if each in published)),
        )
        yield Person(entry.number, archive.reference(entry.latest), PERSON, HOW, day="", told=told)
