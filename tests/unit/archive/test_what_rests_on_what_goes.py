"""Whatever a statement names that is forgotten, the statement goes too: it says what was said, or that it was."""

from dataclasses import replace

import pytest

from tamizdat.archive.forgetting.dependents import Dependents
from tamizdat.covering import Region
from tamizdat.statements import Act
from tamizdat.statements.captured import CapturedFile
from tamizdat.statements.catalogued import (
    CataloguedItem,
    CataloguedPerson,
    CataloguedPost,
    CataloguedTerm,
    PersonEntry,
    TermEntry,
)
from tamizdat.statements.cleared import Cleared
from tamizdat.statements.composed import Composed, Story
from tamizdat.statements.derived import Footage, Track
from tamizdat.statements.edited import Edited, Side
from tamizdat.statements.gone import Gone
from tamizdat.statements.observed import Observed, Slice
from tamizdat.statements.parted import Parted
from tamizdat.statements.recited import Recited
from tamizdat.statements.redacted import Redacted
from tamizdat.statements.reference import Reference
from tamizdat.statements.reviewed import Reviewed
from tamizdat.statements.sighted import Sighted
from tamizdat.statements.transcribed import Cue, Transcribed
from tamizdat.statements.translated import Translated

LEAF, RAW, OTHER_RAW = bytes(32), "aa" * 32, "bb" * 32
GOES, STAYS = 19, 20
GOING, STAYING = Reference(GOES, LEAF), Reference(STAYS, LEAF)
POST, OTHER = "https://x.com/i/status/57", "https://x.com/i/status/58"
DAY, TAG = "2026-11-25", "0d" * 16
CUES = (Cue(0, 900, "", "五年了。"),)
STORY = Story("A list", "en", "", ())
REGIONS: tuple[Region, ...] = ()
TRACK = Track("en", "track.en.vtt", CUES, "", "", DAY, STAYING, (STAYING,))
FOOTAGE = Footage(STAYS, STAYING, "clip", "", "", "", "en", "re-encoded", (), DAY, tracks=(TRACK,))

#: Statements that stay if nothing that they name goes, with each way to name what goes.
EDITED = Edited(OTHER, Side(STAYS, LEAF, "a"), Side(STAYS, LEAF, "b"), DAY, DAY)
GONE = Gone(OTHER, STAYS, LEAF, "http", DAY, DAY)
PARTED = Parted(STAYS, LEAF, "https://a.example/1", OTHER, DAY)
OBSERVED = Observed(OTHER, (Slice(STAYS, LEAF, 0, 9),), None, DAY, DAY, "", (), raw=OTHER_RAW)
SIGHTED = Sighted(STAYS, LEAF, DAY, DAY, ((1, 2),))
OF_POST = CataloguedPost(OTHER, "public", raw=OTHER_RAW)
TRANSLATED = Translated(OTHER, STAYING, OTHER_RAW, "en", (), "", (), TAG, DAY, STAYING)
REVIEWED = Reviewed(OTHER, "en", STAYING, "approved", TAG, DAY)
TRANSCRIBED = Transcribed(STAYING, "zh", CUES, TAG, DAY, STAYING)
REDACTED = Redacted(STAYING, REGIONS, (), TAG, DAY, STAYING)
RECITED = Recited(STAYING, STAYING, "given", DAY)
CLEARED = Cleared(STAYING, "approved", TAG, DAY)
PERSON, TERM = CataloguedPerson(STAYS, PersonEntry("王")), CataloguedTerm(STAYS, TermEntry("zh", ("渣",), {}))
COMPOSED = Composed(STAYING, "public", STORY, "", DAY)
STAYING_ACTS: tuple[Act, ...] = (
    EDITED, GONE, PARTED, OBSERVED, SIGHTED, OF_POST, CataloguedItem(STAYS), PERSON, TERM, TRANSLATED, REVIEWED,
    TRANSCRIBED, REDACTED, CLEARED, RECITED, COMPOSED, FOOTAGE,
    replace(TRANSLATED, after=None), replace(TRANSCRIBED, after=None), replace(REDACTED, after=None),
    replace(RECITED, person=None), replace(COMPOSED, story=None), replace(PERSON, person=None),
    CapturedFile("cc" * 32, "0042.MP4", 7, None, "original", "whole"),
)  # fmt: skip
RESTING: dict[str, Act] = {
    "edited, of the post": replace(EDITED, post=POST),
    "edited, the version before": replace(EDITED, before=Side(GOES, LEAF, "a")),
    "edited, the version after": replace(EDITED, after=Side(GOES, LEAF, "b")),
    "gone, of the post": replace(GONE, post=POST),
    "gone, of the version": replace(GONE, observed=GOES),
    "parted, of the post": replace(PARTED, post=POST),
    "parted, of the version": replace(PARTED, observed=GOES),
    "observed, of the post": replace(OBSERVED, post=POST),
    "observed, in the file": replace(OBSERVED, slices=(*OBSERVED.slices, Slice(GOES, LEAF, 0, 9))),
    "sighted, in the file": replace(SIGHTED, capture=GOES),
    "catalogued, of the post": replace(OF_POST, post=POST),
    "catalogued, about the bytes of the version": replace(OF_POST, raw=RAW),
    "catalogued, of the item": CataloguedItem(GOES),
    "catalogued, of the person": replace(PERSON, person=GOES),
    "catalogued, of the term": replace(TERM, term=GOES),
    "translated, of the post": replace(TRANSLATED, post=POST),
    "translated, of the version": replace(TRANSLATED, source=GOING),
    "translated, after the one that goes": replace(TRANSLATED, after=GOING),
    "reviewed, of the post": replace(REVIEWED, post=POST),
    "reviewed, of the translation": replace(REVIEWED, translated=GOING),
    "transcribed, of the clip": replace(TRANSCRIBED, clip=GOING),
    "transcribed, after the one that goes": replace(TRANSCRIBED, after=GOING),
    "redacted, of the item": replace(REDACTED, item=GOING),
    "redacted, after the one that goes": replace(REDACTED, after=GOING),
    "cleared, of the covering": replace(CLEARED, redacted=GOING),
    "recited, of the recording": replace(RECITED, recording=GOING),
    "recited, of the person": replace(RECITED, person=GOING),
    "composed, of the story": replace(COMPOSED, story=GOING),
    "derived, of the item": replace(FOOTAGE, number=GOES),
    "derived, from its statement": replace(FOOTAGE, source=GOING),
    "derived, with the words of a transcript": replace(FOOTAGE, tracks=(replace(TRACK, stated=GOING),)),
    "derived, with the word of a reviewer": replace(FOOTAGE, tracks=(replace(TRACK, reviewed=(STAYING, GOING)),)),
}


def found(said: Act) -> Dependents:
    """What is found where this is the one statement after what goes."""
    dependents = Dependents({GOES}, {POST}, {RAW})
    dependents.take(47, "an act", (), said)
    return dependents


@pytest.mark.parametrize("said", STAYING_ACTS, ids=lambda said: type(said).__name__)
def test_what_names_nothing_that_goes_stays(said: Act) -> None:
    assert found(said).entries == {GOES}


@pytest.mark.parametrize("how", RESTING)
def test_what_rests_on_what_goes_goes_with_it(how: str) -> None:
    assert found(RESTING[how]).entries == {GOES, 47}


def test_what_rests_on_what_rests_on_it_goes_too() -> None:
    dependents = Dependents({GOES}, set())
    dependents.take(47, "transcribed", (), replace(TRANSCRIBED, clip=GOING))
    dependents.take(48, "reviewed", (), replace(REVIEWED, translated=Reference(47, LEAF)))
    dependents.take(49, "reviewed", (), REVIEWED)
    assert dependents.entries == {GOES, 47, 48}
