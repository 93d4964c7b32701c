"""Takes that a camera wrote as several files (pieces, or sound apart): one item, whose number is that of the first.

What is released, restricted or withdrawn of the first is stated of each, in one step, so that no file of it is public
that nobody released. Where files of a take were released one by one, before or on purpose, they stay items of their
own.
"""

from collections.abc import Sequence

from tamizdat.archive.archive import Archive
from tamizdat.archive.views.items import Item
from tamizdat.footage.kinds import kind_of
from tamizdat.footage.takes import parts, takes
from tamizdat.statements.catalogued import Release


class Spanned:
    """The spanned takes of an archive, looked for card by card."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._cards: dict[str, dict[int, tuple[Item, ...]]] = {}

    def take_of(self, item: Item) -> tuple[Item, ...]:
        """Return the files of the take that an item is a file of, in order; the item alone if it is no such take."""
        if kind_of(item.path) not in ("clip", "sound"):
            return (item,)
        if item.consignment not in self._cards:
            self._cards[item.consignment] = self._look(item.consignment)
        return self._cards[item.consignment].get(item.number, (item,))

    def is_later(self, item: Item) -> bool:
        """Whether an item is a file of a take, and not its first."""
        return self.take_of(item)[0].number != item.number

    def _look(self, consignment: str) -> dict[int, tuple[Item, ...]]:
        files = {each.path: each for each in self._archive.index.files(consignment)}  # the latest of each path
        sizes, found = {path: each.size for path, each in files.items()}, dict[int, tuple[Item, ...]]()
        for take in takes(sizes):
            pieces = tuple(files[path] for path in parts(take, sizes))
            if pieces and _is_one(pieces):
                found |= {each.number: pieces for each in pieces}
        return found


def _is_one(pieces: Sequence[Item]) -> bool:
    """Whether all of a take is here, and nothing was said of a later file alone."""
    first, *later = pieces
    whole = all(each.kind == "original" and each.state == "whole" for each in pieces)
    return whole and not any(each.title or each.caption or each.alt or each.release != first.release for each in later)


def refused(first: Item, item: Item, release: str | None) -> str:
    """Return why a later file of a take is not released alone; empty if that is not asked for."""
    if release != Release.PUBLIC:
        return ""
    return (
        f"Expected the number of a whole take, found {item.number}, a later file of the take {first.number}: the "
        f"camera wrote it as several files, which are one item. Release {first.number}."
    )
