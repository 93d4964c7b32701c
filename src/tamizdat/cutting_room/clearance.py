"""Which items of an edition go out no longer: somebody was covered since, or nobody said who can be recognised."""

from collections.abc import Mapping
from pathlib import Path

from tamizdat.archive import Archive, Item
from tamizdat.archive.acts.redactions import of_post
from tamizdat.errors import UsageError
from tamizdat.publishing.book import items_of
from tamizdat.publishing.derived.clearance import Clearance, covered_by, shows_what_is_covered
from tamizdat.publishing.derived.item_words import words
from tamizdat.publishing.release_choice import Posts, is_public
from tamizdat.statements import derived
from tamizdat.statements.derived import Footage, Post

SHOWN = 12  #: numbers that are told
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


def require_still_shown(archive: Archive, site: Path) -> None:
    """Raise :class:`UsageError` if an edition shows what may not go out any more: no copy is called back.

    Somebody was covered since, or something was withdrawn: a reader of a name took back the consent, for one.
    """
    shown, posts = dict(items_of(site)), Posts.of(archive)
    gone = [number for number in shown if not is_public(archive, posts, number)]
    media = {number: each for number, each in shown.items() if isinstance(each, Footage | Post)}
    for numbers, what in ((gone, "not released any more"), (covered_since(archive, media), "covered since")):
        if numbers:
            these = "1 item" if len(numbers) == 1 else f"{len(numbers):,} items"
            raise UsageError(
                f"Expected an edition of what may be shown now, found {these} {what} "
                f"({', '.join(map(str, numbers[:SHOWN]))}). Publish; then make the copy."
            )


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
