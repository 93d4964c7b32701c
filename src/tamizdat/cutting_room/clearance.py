"""Which clips of an edition go out no longer: somebody was covered since, or nobody said who can be recognised."""

from collections.abc import Mapping

from tamizdat.archive import Archive
from tamizdat.archive.spanned import Spanned
from tamizdat.publishing.derived.clearance import Clearance, covered_by
from tamizdat.publishing.derived.item_words import words
from tamizdat.statements.derived import Footage, Item

COVERED_SINCE = "Somebody in it was covered after this edition was made. Publish; then take it out."


def kept_back(archive: Archive, chosen: Mapping[int, Item]) -> list[tuple[int, str]]:
    """Return the numbers of clips and sounds that may not go out as the edition shows them, and why."""
    clearance, spanned, found = Clearance(archive, words(archive)), Spanned(archive), list[tuple[int, str]]()
    for number, said in chosen.items():
        item = archive.index.item(number)
        if item is None or not isinstance(said, Footage):
            continue
        take = spanned.take_of(item)
        why = next(filter(None, map(clearance.why_not, take)), "")
        if covered_by(archive, take) not in said.how:
            why = COVERED_SINCE
        if why:
            found.append((number, why))
    return found
