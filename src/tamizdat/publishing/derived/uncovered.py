"""Which editions show an item without what lies over it now: whoever has one of them has what was covered since.

A ``derived`` statement is in every edition from the first after it until another takes its place, or a withdrawal does.
What became of an edition, the desk does not know: mirrors, files for reading offline and copies are others'.
"""

from collections.abc import Iterator
from typing import NamedTuple

from tamizdat.archive import Archive, Item
from tamizdat.statements import derived, published, withdrawn
from tamizdat.statements.derived import Footage, Post
from tamizdat.statements.reference import Reference


class Shown(NamedTuple):
    """An edition: its number and its day."""

    edition: int
    day: str


def uncovered(archive: Archive, item: Item) -> list[Shown]:
    """Return the editions that show *item* otherwise than under its cover, in order; none if it has no cover.

    They show it where a statement names its bytes as what files were made of: alone, as a file of a take, or in a post.
    """
    lying = archive.index.redactions.approved(item.number)
    if not lying or not lying.cover:
        return []
    return [each for each, shows in _editions(archive, item, archive.reference(lying.number).commitment.hex()) if shows]


def is_shown_bare(archive: Archive, item: Item) -> bool:
    """Tell whether the newest edition shows an item without what lies over it, or as it is where nothing does."""
    lying = archive.index.redactions.approved(item.number)
    under = archive.reference(lying.number).commitment.hex() if lying and lying.cover else None
    editions = list(_editions(archive, item, under))
    return bool(editions) and editions[-1][1]


def _editions(archive: Archive, item: Item, under: str | None) -> Iterator[tuple[Shown, bool]]:
    """Yield every edition, and whether it shows *item* otherwise than under this cover; at all, without one."""
    captures = {*archive.index.redactions.captures(item.original)}
    showing = set[int]()  # numbers of items
    for index in sorted(
        each for act in (derived.ACT, withdrawn.ACT, published.ACT) for each in archive.index.by_act(act)
    ):
        statement = archive.statement(index)
        if statement.act == published.ACT:
            edition = published.read(statement)
            yield Shown(edition.number, edition.date), bool(showing)
        elif statement.act == withdrawn.ACT:
            showing.discard(withdrawn.read(statement).number)
        elif isinstance(shown := derived.read(statement), Footage | Post):
            showing.discard(shown.number)
            if not captures.isdisjoint(each.index for each in _made_of(shown)) and (
                under is None or under not in shown.how
            ):
                showing.add(shown.number)


def _made_of(shown: Footage | Post) -> list[Reference]:
    if isinstance(shown, Post):
        return [each.source for each in shown.pictures]
    return [shown.source, *(shown.rest or ())]
