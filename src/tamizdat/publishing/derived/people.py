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
from tamizdat.encoding import Json, canonical, sha256_hex
from tamizdat.ledger.statement import Subject
from tamizdat.publishing.derived.statements import Derived
from tamizdat.publishing.model import Person

KIND: Final = "person"
HOW: Final = "as the desk lists it (recipe person/1)"
TOLD: Final = ("name", "language", "age", "place", "school", "state", "note")


def entries(archive: Archive) -> list[Entry]:
    """Those who are released, by number."""
    return archive.index.people.all("public")


def statements(
    archive: Archive, people: list[Entry], published: Mapping[int | str, int]
) -> Iterator[tuple[int, tuple[Subject, ...], dict[str, Json]]]:
    """Number, subjects and words of each; *published* are numbers of items, by themselves and by ids of posts."""
    leaves = archive.commitments()
    for entry in people:
        sources = dict.fromkeys(published[each] for each in entry.sources if each in published)
        told: dict[str, Json] = {name: getattr(entry, name) for name in TOLD}
        told |= {"names": dict(entry.names), "sources": list(sources)}
        said: dict[str, Json] = {
            "item": entry.number,
            "kind": KIND,
            "how": HOW,
            "source": {"index": entry.latest, "commitment": leaves[entry.latest].hex()},
            "said": told,
        }
        yield entry.number, (Subject("record", sha256_hex(canonical(told))),), said


def shown(derived: Derived) -> Person:
    """The person as the pages show them."""
    told = derived.said["said"]
    return Person(
        number=derived.said["item"],
        **{name: told[name] for name in TOLD},
        names=tuple(told["names"].items()),
        sources=tuple(told["sources"]),
        day=derived.said["day"],
        index=derived.index,
        signer=derived.signer.hex(),
    )
