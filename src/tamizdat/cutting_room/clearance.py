"""Which items of an edition go out no longer: somebody was covered since, or nobody said who can be recognised."""

from collections.abc import Mapping

from tamizdat.archive import Archive, Item
from tamizdat.archive.acts.redactions import of_post
from tamizdat.publishing.derived.clearance import Clearance, covered_by, shows_what_is_covered
from tamizdat.publishing.derived.item_words import words
from tamizdat.statements import derived
from tamizdat.statements.derived import Footage, Post

COVERED_SINCE = "Somebody in it was covered after this edition was made. Publish; then take it out."


def kept_back(archive: Archive, chosen: Mapping[int, derived.Item]) -> list[tuple[int, str]]:
    """Return the numbers of what may not go out as the edition shows it, and why: who is in it is not settled."""
    clearance, found = Clearance(archive, words(archive)), list[tuple[int, str]]()
    for number, said in chosen.items():
        if not isinstance(said, Footage | Post):
            continue
        why = next(filter(None, map(clearance.why_not, _made_of(archive, said))), "")
        if _is_covered_since(archive, said):
            why = COVERED_SINCE
        if why:
            found.append((number, why))
    return found


def covered_since(archive: Archive, shown: Mapping[int, Footage | Post]) -> list[int]:
    """Return the numbers of what an edition shows without the cover that lies over it by now."""
    if not archive.index.redactions.every():
        return []
    return [number for number, said in shown.items() if _is_covered_since(archive, said)]


def _is_covered_since(archive: Archive, said: Footage | Post) -> bool:
    """Return whether something lies by now over the files of which this was made that did not then."""
    if isinstance(said, Post):
        return shows_what_is_covered(archive, said)
    return covered_by(archive, _made_of(archive, said)) not in said.how


def _made_of(archive: Archive, said: Footage | Post) -> list[Item]:
    if isinstance(said, Post):
        held = [archive.statement(each.source.index).subjects[0].sha256 for each in said.pictures]
        numbers = [archive.index.transcripts.number_of(each) for each in held]
        return [each for number in numbers if number is not None and (each := of_post(archive, number))]
    named = [archive.index.item(each.index) for each in (said.source, *(said.rest or ()))]
    return [each for each in named if each]
