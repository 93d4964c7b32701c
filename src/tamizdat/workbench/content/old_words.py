"""Words that somebody typed for sentences that an edit took away, each beside the sentence that is nearest to it."""

from collections.abc import Sequence
from typing import Final

from rapidfuzz import fuzz

from tamizdat.archive import Archive
from tamizdat.dataclass import dataclass
from tamizdat.translation.difference import Change, difference
from tamizdat.workbench.content.translation_view import Work
from tamizdat.workbench.content.typed_words import known_sources
from tamizdat.workbench.drafts.translations import Draft, Left

LIKE: Final = 30  #: of 100; a sentence less like the old one than this is near by its place only


@dataclass(frozen=True)
class OldWords:
    """Words that were left: their sentence with how the nearest one differs from it, if it may still be shown."""

    key: str
    words: str
    changes: tuple[Change, ...]
    place: int  #: of the nearest sentence; -1 if the post has none
    aside: bool


def old_words(archive: Archive, work: Work, draft: Draft) -> list[OldWords]:
    """Return all words of a draft that were left, in the order of the sentences they stand beside."""
    if not draft.left:
        return []
    known = known_sources(archive, work)
    found = []
    for each in draft.left:
        place = nearest(each, work.sources)
        shown = each.line.source in known and place >= 0
        changes = tuple(difference(each.line.source, work.sources[place])) if shown else ()
        found.append(OldWords(each.key, each.line.target, changes, place, each.aside))
    return sorted(found, key=lambda each: each.place)


def nearest(left: Left, sources: Sequence[str]) -> int:
    """Return the place of the sentence that is most like the one that is gone; of equals, the one nearest to its place.

    -1 if there are none.
    """
    if not sources:
        return -1
    near = min(left.place, len(sources) - 1)
    scored = [(fuzz.ratio(left.line.source, source), -abs(place - near), place) for place, source in enumerate(sources)]
    score, _distance, place = max(scored)
    return place if score >= LIKE else near
