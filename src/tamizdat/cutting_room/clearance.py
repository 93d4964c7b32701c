"""Which clips of an edition go out no longer: somebody was covered since, or nobody said who can be recognised."""

from collections.abc import Mapping, Sequence

from tamizdat.archive import Archive, Item
from tamizdat.archive.spanned import Spanned
from tamizdat.publishing.derived.clearance import Clearance, covered_by
from tamizdat.publishing.derived.item_words import words
from tamizdat.statements import derived
from tamizdat.statements.derived import Footage

COVERED_SINCE = "Somebody in it was covered after this edition was made. Publish; then take it out."


def kept_back(archive: Archive, chosen: Mapping[int, derived.Item]) -> list[tuple[int, str]]:
    """Return the numbers of clips and sounds that may not go out as the edition shows them, and why."""
    clearance, spanned, found = Clearance(archive, words(archive)), Spanned(archive), list[tuple[int, str]]()
    for number, said in chosen.items():
        item = archive.index.item(number)
        if item is None or not isinstance(said, Footage):
            continue
        take = spanned.take_of(item)
        why = next(filter(None, map(clearance.why_not, take)), "")
        if _is_covered_since(archive, take, said):
            why = COVERED_SINCE
        if why:
            found.append((number, why))
    return found


def covered_since(archive: Archive, shown: Mapping[int, Footage]) -> list[int]:
    """Return the numbers of what an edition shows without the cover that lies over it by now."""
    spanned, items = Spanned(archive), ((number, archive.index.item(number)) for number in shown)
    return [each for each, item in items if item and _is_covered_since(archive, spanned.take_of(item), shown[each])]


def _is_covered_since(archive: Archive, take: Sequence[Item], said: Footage) -> bool:
    return covered_by(archive, take) not in said.how
