"""Whether a picture, clip or sound may be shown, as far as the people in it are concerned; and under what.

An editor says of each one of a card that nobody in it can be recognised, or that all who can be have consented; or
somebody draws what is to be covered, and another account approves it. Without one of these nothing is made of the
original for an edition. What an edition showed before anybody was asked stays, and is told (``docs/adr/0050``).

================================  ============================  ============================
what was said                     not shown yet                 shown before
================================  ============================  ============================
nothing, or it was taken back     waits                         stays, and is told
nobody, or all consented          shown                         shown
a cover was proposed              waits                         stays, and is told
a cover was approved              shown under it                made anew under it
================================  ============================  ============================

A cover that was approved lies over the item whatever else is said: some consented, others are covered. It is lifted
only by an approved cover without anything in it, and a word of an editor.

The files of a post that was written for everybody were public before, so that nobody is asked about them; but whoever
is to be covered in them is, and while a cover is proposed, what is not shown yet waits. The files of a post that is
shown by its author's consent are asked about as those of cards are, once for the post (``docs/adr/0054``).

A recording in which somebody reads a name (:mod:`tamizdat.archive.views.readings`) asks for another word: its
speaker's, after being told that a voice can be recognised. If that is taken back, or the person's name may not be shown
(any more), the recording goes, whatever was shown before: it says the name. Consent that was taken back is taken back
also for a recording that is no reading any more: it is the same voice.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import Final

from tamizdat.archive import Archive, Item
from tamizdat.archive.acts.redactions import MEDIA, kind_seen, of_post
from tamizdat.archive.released import version_that_counts
from tamizdat.archive.views.audience import written_for_everybody
from tamizdat.archive.views.posts import Version
from tamizdat.archive.views.readings import Reading
from tamizdat.archive.views.redactions import PROPOSED, Redaction, newest_approved
from tamizdat.archive.views.releases import Release
from tamizdat.archive.views.transcripts import name_of
from tamizdat.covering import Cover
from tamizdat.errors import BadMedia
from tamizdat.publishing.derived.item_words import Words
from tamizdat.statements import catalogued
from tamizdat.statements.catalogued import CONSENTED, NOBODY
from tamizdat.statements.covered import Covered, Stretch
from tamizdat.statements.derived import Post
from tamizdat.statements.recited import UNASKED

SAID = (NOBODY, CONSENTED)
RECIPE: Final = "recipe cover/1"  #: what how a covered file is published tells
BEFORE: Final = "; before that, "  #: between how a file is made and what lies over it


def covered_by(archive: Archive, take: Sequence[Item]) -> str:
    """Return what the public statement adds to how the files of a *take* are published; "" if nothing lies over them.

    It tells how much is covered, which is to be seen, and names the private statements that tell where.
    """
    return told(archive, filter(None, (archive.index.redactions.approved(each.number) for each in take)))


def covered(covers: Sequence[Cover], within: Sequence[tuple[int, int]] = ()) -> Covered | None:
    """Return what the public statement tells of what lies over a file, or the files of a take; None if nothing does.

    *within* is where each file of a take lies in it, in milliseconds, which is known when it is made: else there are no
    times.
    """
    regions, silences = sum(len(each.regions) for each in covers), [one for each in covers for one in each.silences]
    if not regions and not silences:
        return None
    times = [Stretch(each.start, each.end) for each in silences] if len(covers) == 1 else []
    for cover, (start, end) in zip(covers, within, strict=False):
        times += [Stretch(start + each.start, min(start + each.end, end)) for each in cover.silences]
    is_whole = len(times) == len(silences) and all(each.start < each.end for each in times)
    return Covered(regions, len(silences), tuple(sorted(times, key=lambda each: each.start)) if is_whole else ())


def told(archive: Archive, approved: Iterable[Redaction]) -> str:
    """Return what the public statement adds to how files are published over which these lie; "" if that is nothing."""
    found = [each for each in approved if each.cover]
    if not found:
        return ""
    regions, silences = sum(len(each.cover.regions) for each in found), sum(len(each.cover.silences) for each in found)
    stated = ", ".join(f"{each.number} {archive.reference(each.number).commitment.hex()}" for each in found)
    return f"{BEFORE}regions covered: {regions}, stretches silenced: {silences} ({RECIPE}, as stated in {stated})"


def proposed_only(number: int) -> str:
    """Return why a file waits for which a cover was proposed and nobody approved it."""
    return (
        "Expected what is to be covered in it to be approved by another account, found it proposed. "
        f"Look at it on its page in the workbench, or with 'tamizdat redact {number}'."
    )


def shows_what_is_covered(archive: Archive, post: Post) -> bool:
    """Return whether a post was published with a file otherwise than under what lies over it now."""
    lying = (archive.index.redactions.approved(each.source.index) for each in post.pictures)
    return any(archive.reference(each.number).commitment.hex() not in post.how for each in lying if each and each.cover)


def bare_files(archive: Archive) -> dict[str, str]:
    """Return the files over which something lies, or was proposed last, by their SHA-256: what they are, in words."""
    every = archive.index.redactions.every()
    return {
        original: f"a picture, clip or sound in which something is covered, or is to be (no. {said[-1].item})"
        for original, said in every.items()
        if said[-1].state == PROPOSED or ((lying := newest_approved(said)) and lying.cover)
    }


def is_open_in_post(version: Version, said: Release) -> bool:
    """Return whether the files of a post need no word on the people in them, or have it."""
    return written_for_everybody(version.audience) or version.number in said.cleared


def in_posts(archive: Archive) -> list[Item]:
    """Return the files of released posts in which something was to be covered, or of which a word may be asked."""
    index = archive.index
    held = {*index.redactions.every()}
    for post in index.releases.asked_authors():
        if counting := version_that_counts(archive, post):
            held.update(each[0] for each in index.posts.media(counting.version.number))
    numbers = sorted(number for each in held if (number := index.transcripts.number_of(each)) is not None)
    found = (of_post(archive, number) for number in numbers)
    return [each for each in found if each and each.release == catalogued.Release.PUBLIC]


class Clearance:
    """What was said of the people in each item: *said* are the words of items, by number."""

    def __init__(self, archive: Archive, said: Mapping[int, Words]) -> None:
        self._archive = archive
        self._said = said

    def cover(self, item: Item) -> Cover:
        """Return what lies over an item."""
        return self._archive.index.redactions.cover(item.number)

    def is_open(self, item: Item) -> bool:
        """Return whether the whole of it may be seen and heard by others than editors."""
        return not self.why_not(item) and not self.cover(item)

    def is_lifted(self, item: Item) -> bool:
        """Return whether something was to be covered in an item once, and nothing is now."""
        return not self.cover(item) and bool(self._archive.index.redactions.history(item.number))

    @cached_property
    def _readings(self) -> dict[int, Reading]:
        return self._archive.index.readings.newest()

    def reading(self, number: int) -> Reading | None:
        """Return whose name is read in an item; None if nobody's is."""
        found = self._readings.get(number)
        return found if found and found.person is not None else None

    def is_refused(self, item: Item) -> bool:
        """Return whether an item goes, even if it was shown: a reading that may not be heard, or is none any more."""
        reading = self._readings.get(item.number)
        if reading is None or reading.person is not None:
            return reading is not None and (self._is_taken_back(reading) or not self._is_named(reading))
        return reading.is_refused or not self._is_said(item)

    def why_not(self, item: Item) -> str:
        """Return why nothing may be made of an item for others than editors; "" if it may."""
        if why := self.why_not_read(item):
            return why
        reading = self.reading(item.number)
        latest = self._archive.index.redactions.latest(item.number)
        proposed = latest is not None and latest.state == PROPOSED
        if self.cover(item) or ((reading or self._is_said(item)) and not proposed):
            return ""
        if not kind_seen(self._archive, item):  # last, for the original may have to be fetched
            return ""
        if proposed:
            return proposed_only(item.number)
        return (
            "Expected an editor's word on the people in it, found none: that nobody can be recognised, that they "
            "consented, or what is to be covered. Say it on its page in the workbench, or with 'tamizdat redact "
            f"{item.number}'."
        )

    def why_not_read(self, item: Item) -> str:
        """Return why nobody may hear a recording in which a name is read; "" if all may, and of anything else."""
        said, reading = self._readings.get(item.number), self.reading(item.number)
        return self._why_not_read(said) if said and (reading or said.is_refused) else ""

    def _is_said(self, item: Item) -> bool:
        """Return whether an editor said that nobody can be recognised, or all consented."""
        if item.kind != MEDIA:
            return self._said.get(item.number, Words()).covering in SAID
        index = self._archive.index
        every = [(post, index.releases.of(post)) for post in index.transcripts.posts_of(name_of(item.number))]
        shown = [(post, said) for post, said in every if said.release == catalogued.Release.PUBLIC]
        counting = [(version_that_counts(self._archive, post), said) for post, said in shown]
        return all(is_open_in_post(each.version, said) for each, said in counting if each)

    def _is_taken_back(self, reading: Reading) -> bool:
        """Return whether the speaker took the consent back, or it was said to be given and is not any more."""
        said = self._archive.index.readings.history(reading.recording) if reading.consent == UNASKED else ()
        return reading.is_refused or any(each.is_consented for each in said)

    def _is_named(self, reading: Reading) -> bool:
        """Return whether the name that is read is shown."""
        person = self._archive.index.people.person(reading.person) if reading.person is not None else None
        return person is not None and person.release == catalogued.Release.PUBLIC

    def _why_not_read(self, reading: Reading) -> str:
        if not reading.is_refused and not self._is_named(reading):
            return (
                f"Expected a recording that reads the name of somebody who is shown, found person {reading.person}, "
                "who is not. Release the person, or match the recording with another."
            )
        if reading.is_consented:
            return ""
        found = "that it was taken back" if reading.is_refused else "none"
        return (
            "Expected the consent of who speaks in this recording, given after being told that a voice can be "
            f"recognised, found {found}. Say it on the page of readings in the workbench, or with 'tamizdat reading "
            f"consent {reading.recording}'."
        )

    def require(self, files: Sequence[Item]) -> None:
        """Raise :class:`BadMedia` if one of the *files* of an item may not be shown yet."""
        for each in files:
            if why := self.why_not(each):
                raise BadMedia(why)
