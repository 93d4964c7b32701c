"""What is said in clips, as an edition tells it: the approved transcript, and its approved translations.

::

    transcribed 60 ─ approved ──► track zh ──► items/41/track.zh.vtt
    translated  72 ─ approved ──► track en ──► items/41/track.en.vtt    at the times of 60

A translation that is of other words than the transcript that counts is left out until it is brought up to date.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Final

from tamizdat.archive import Archive
from tamizdat.archive.views.transcripts import Transcript, name_of, subtitles
from tamizdat.archive.views.translations import Review, Translation
from tamizdat.dataclass import dataclass
from tamizdat.encoding import sha256_hex
from tamizdat.ledger.statement import Subject
from tamizdat.statements.derived import CLIP, SOUND, File, Footage, Track
from tamizdat.verifying.track_links import webvtt

Credit = Callable[[str, str, str], str]  #: id of a text, language, tag of an account → the name it chose, or ""
PREFIX: Final = "track."  #: of the names of these files


@dataclass(frozen=True)
class Tracks:
    """The tracks of an archive's clips; *credit* tells by which name an account wants to be known."""

    archive: Archive
    credit: Credit

    def on(self, footage: Footage) -> Footage:
        """Return *footage* with what is said in it now, and the files that hold it behind its media."""
        tracks = tuple(self.of(footage.number, PREFIX)) if footage.kind in (CLIP, SOUND) else ()
        if not tracks and footage.tracks is None:
            return footage
        made = [(each.name, webvtt(each.cues)) for each in tracks]
        files = [each for each in footage.files if not each.name.startswith(PREFIX)]
        media = [each for each in footage.media if not each.name.startswith(PREFIX)]
        return replace(
            footage,
            tracks=tracks or None,
            files=(*files, *(File(name, len(data)) for name, data in made)),
            media=(*media, *(Subject(name, sha256_hex(data)) for name, data in made)),
        )

    def keep(self, footage: Footage) -> Footage:
        """Put the files of its tracks among the objects, and return it."""
        for each in footage.tracks or ():
            self.archive.objects.add([webvtt(each.cues)])
        return footage

    def left_out(self, number: int) -> Iterator[str]:
        """Yield why translations of what is said in an item are not shown."""
        transcript = self.archive.index.transcripts.approved(number)
        if transcript is None:
            return
        for each in self.archive.index.translations.approved(name_of(number)):
            if each.text != transcript.subject:
                yield f"The subtitles in {each.language} are of another transcript; they are left out."

    def of(self, number: int, prefix: str) -> Iterator[Track]:
        """Yield what is said in a clip or sound, as spoken first; names of files begin with *prefix*."""
        index = self.archive.index
        transcript = index.transcripts.approved(number)
        if transcript is None:
            return
        yield self._track(prefix, transcript, transcript, None, index.transcripts.counting(transcript.number))
        for each in sorted(index.translations.approved(name_of(number)), key=lambda each: each.language):
            if each.text == transcript.subject and each.language != transcript.language:
                yield self._track(prefix, each, transcript, each, index.translations.counting(each.number))

    def _track(
        self,
        prefix: str,
        work: Transcript | Translation,
        of: Transcript,
        into: Translation | None,
        reviews: Sequence[Review],
    ) -> Track:
        checked = next(review.by for review in reviews if review.verdict == "reviewed")
        return Track(
            language=work.language,
            name=f"{prefix}{work.language}.vtt",
            cues=subtitles(of, into),
            credit=self.credit(work.post, work.language, work.by),
            reviewer=self.credit(work.post, work.language, checked),
            day=work.day,
            stated=self.archive.reference(work.number),
            reviewed=tuple(self.archive.reference(review.number) for review in reviews),
        )
