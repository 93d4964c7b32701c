"""Which editions show an item without what lies over it now: whoever has one of them has what was covered since.

A ``derived`` statement is in every edition from the first after it until another takes its place, or a withdrawal does.
What became of an edition, the desk does not know: mirrors, files for reading offline and copies are others'.
"""

from typing import NamedTuple

from tamizdat.archive import Archive, Item
from tamizdat.statements import derived, published, withdrawn
from tamizdat.statements.derived import Footage


class Shown(NamedTuple):
    """An edition: its number and its day."""

    edition: int
    day: str


def uncovered(archive: Archive, item: Item) -> list[Shown]:
    """Return the editions that show *item* otherwise than under its cover, in order; none if it has no cover.

    They show it where a statement names it as what its files were made of: alone, or as a file of a take.
    """
    lying = archive.index.redactions.approved(item.number)
    if not lying or not lying.cover:
        return []
    under = archive.reference(lying.number).commitment.hex()
    found, showing = [], set[int]()  # the latter: numbers of items
    for index in sorted(
        each for act in (derived.ACT, withdrawn.ACT, published.ACT) for each in archive.index.by_act(act)
    ):
        statement = archive.statement(index)
        if statement.act == published.ACT:
            if showing:
                edition = published.read(statement)
                found.append(Shown(edition.number, edition.date))
        elif statement.act == withdrawn.ACT:
            showing.discard(withdrawn.read(statement).number)
        elif isinstance(shown := derived.read(statement), Footage):
            made_of = {each.index for each in (shown.source, *(shown.rest or ()))}
            showing.discard(shown.number)
            if item.number in made_of and under not in shown.how:
                showing.add(shown.number)
    return found
