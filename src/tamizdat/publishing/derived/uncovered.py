"""Which editions show an item without what lies over it now: whoever has one of them has what was covered since.

A ``derived`` statement is in every edition from the first after it until another takes its place, or a withdrawal does.
What became of an edition, the desk does not know: mirrors, files for reading offline and copies are others'.
"""

from typing import NamedTuple

from tamizdat.archive import Archive, Item
from tamizdat.archive.spanned import Spanned
from tamizdat.publishing.derived.clearance import covered_by
from tamizdat.statements import derived, published, withdrawn
from tamizdat.statements.derived import Footage


class Shown(NamedTuple):
    """An edition: its number and its day."""

    edition: int
    day: str


def uncovered(archive: Archive, item: Item) -> list[Shown]:
    """Return the editions that show *item* otherwise than under its cover, in order; none if it has no cover."""
    take = Spanned(archive).take_of(item)
    now, number = covered_by(archive, take), take[0].number
    if not now:
        return []
    turns: list[tuple[int, bool]] = []  # from which index on it is, and is not, shown so
    for index in archive.index.by_act(derived.ACT):
        shown = derived.read(archive.statement(index))
        if shown.number == number and isinstance(shown, Footage):
            turns.append((index, now not in shown.how))
    for index in archive.index.by_act(withdrawn.ACT):
        if withdrawn.read(archive.statement(index)).number == number:
            turns.append((index, False))
    turns.sort()
    found = []
    for index in archive.index.by_act(published.ACT):
        if next((shows for at, shows in reversed(turns) if at < index), False):
            edition = published.read(archive.statement(index))
            found.append(Shown(edition.number, edition.date))
    return found
