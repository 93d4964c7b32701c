"""The pictures, clips and sounds of posts, made anew without metadata; once for each statement and recipe.

A post's files keep their places: ``picture-2.jpg`` is the second of them, also if the first is a clip
(``clip-1.mp4``, ``poster-1.jpg``, ``small-1.jpg``, and what is made of the published clip: ``small-1.mp4``,
``sheet-1.jpg``, ``wave-1.svg``) or is damaged and is left out. A GIF that moves is a clip; beside a sound,
``sound-3.mp4``, stands a drawing of how loud it is. Descriptions of the desk come before those of the platform.

What lies over a file, by its bytes, is drawn before anything is made of it; how the post is published then names the
private statement that tells where (:mod:`.clearance`).
"""

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import field
from functools import cached_property
from typing import Final

from tamizdat.archive import Archive
from tamizdat.archive.views import releases
from tamizdat.archive.views.redactions import PROPOSED, Redaction, newest_approved
from tamizdat.covering import NOTHING, Cover
from tamizdat.dataclass import dataclass
from tamizdat.encoding import sha256_hex
from tamizdat.errors import BadMedia, SandboxMissing, ToolMissing
from tamizdat.footage.probe import CLIP, PICTURE, SOUND, moves
from tamizdat.footage.reencode import WITHOUT_SOUND, kind_of_media
from tamizdat.footage.renditions import RENDITIONS
from tamizdat.ledger.statement import Subject
from tamizdat.publishing.derived.bare_copies import BareCopies
from tamizdat.publishing.derived.clearance import BEFORE, covered, proposed_only
from tamizdat.publishing.derived.reencode import Made, join_to_archive, reencode_to_archive
from tamizdat.publishing.derived.silence import check_silence, sound_told
from tamizdat.publishing.derived.statements import Statements
from tamizdat.publishing.derived.tracks import PREFIX, Tracks
from tamizdat.statements.derived import File, Picture, Post, Track
from tamizdat.statements.reference import Reference
from tamizdat.verifying.track_links import webvtt

#: the files of one of a post's files, in the order in which a statement names them: what is played or seen, last the
#: larger and the smaller picture of it. Some have no wave form, and those of earlier recipes no renditions
NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    PICTURE: ("picture.jpg", "small.jpg"),
    CLIP: ("clip.mp4", *RENDITIONS, "poster.jpg", "small.jpg"),
    SOUND: ("sound.mp4", "poster.jpg", "small.jpg"),
}
_NUMBERED: Final = re.compile(r"-[0-9]+(?=\.)")


@dataclass
class PostPictures:
    """What a post's statement says of its pictures, clips and sounds; *left*: why some are left out."""

    pictures: tuple[Picture, ...] = ()
    files: tuple[File, ...] = ()
    media: tuple[Subject, ...] = ()
    left: list[str] = field(default_factory=list)
    covers: tuple[Redaction, ...] = ()  #: what lies over them
    hides: bool = False  #: something is covered in a file, or is to be before it is shown

    @property
    def play(self) -> bool:
        """Whether there is a clip or a sound among them."""
        return any(each.name.startswith(("clip-", "sound-")) for each in self.files)

    @property
    def rendered(self) -> bool:
        """Whether there is a clip among them, of which renditions were made."""
        return any(each.name.startswith("sheet-") for each in self.files)


@dataclass
class Pictures:
    """Makes what no statement of these recipes (*hows*) names yet. ``made`` counts pictures and clips."""

    archive: Archive
    statements: Statements
    hows: Collection[str]
    tracks: Tracks
    dry: bool = False  #: nothing is encoded; statements then name no bytes
    made: int = 0
    unsaid: list[int] = field(default_factory=list)  #: posts that nobody spoke of, though somebody has to
    progress: Callable[[int], None] = lambda size: None  #: told the bytes of what was encoded, or, dry, would be

    def of(
        self,
        number: int,
        files: Sequence[releases.File],
        alts: Sequence[str],
        heard: bool = True,
        spoken_of: bool = True,
    ) -> PostPictures:
        """Return the pictures and clips of post *number*, whose files these are; clips without sound if not *heard*.

        If it is not *spoken_of*, nobody said who is in them, and somebody has to: what was not shown is left out.
        """
        made = PostPictures()
        if not files:
            return made
        known = self._known(number, files, heard)
        self.unsaid += [] if spoken_of else [number]
        for file in files:
            place = file.position + 1
            source, lying = self.archive.reference(file.capture), self.lying_over(file)
            cover = lying.cover if lying else NOTHING
            why = "" if cover else self._why_not(number, file, source, spoken_of)
            made.hides |= bool(cover or why)  # also if it is left out below
            if file.waits:
                made.left.append(
                    f"File {place} is left out: it was fetched after the post was released. Look at it, "
                    f"and release the post again ('tamizdat publish release {number}')."
                )
                continue
            if why:
                made.left.append(f"File {place} is left out: {why}")
                continue
            try:
                some = self._still_right(file, known.get((file.position, source))) or self._make(
                    number, file, heard, cover
                )
                some = self._with_renditions(number, file, some, heard and not cover.silences)
            except (BadMedia, SandboxMissing, ToolMissing) as error:
                made.left.append(f"File {place} is left out: {error}")
                continue
            alt = alts[file.position] if file.position < len(alts) and alts[file.position] else file.alt
            some = [each._replace(name=each.name.replace(".", f"-{place}.")) for each in some]
            tracks = () if some[0].name.startswith(PICTURE) else self._tracks(file, place, made.left)
            some[-2:-2] = [Made(each.name, *_kept_track(self.archive, each, self.dry)) for each in tracks]
            names = tuple(each.name for each in some)
            made.pictures += (Picture(names, alt, source, tracks or None, covered([cover])),)
            made.files += tuple(File(name, each.size) for name, each in zip(names, some, strict=True))
            made.media += tuple(Subject(name, each.sha256) for name, each in zip(names, some, strict=True))
            made.covers += (lying,) if lying and cover else ()
        return made

    def hide(self, number: int, files: Iterable[releases.File], spoken_of: bool) -> bool:
        """Return whether something is covered in one of these *files* of a post, or is to be before it is shown."""
        for each in files:
            lying = self.lying_over(each)
            if (lying and lying.cover) or self._why_not(number, each, self.archive.reference(each.capture), spoken_of):
                return True
        return False

    @cached_property
    def _said(self) -> dict[str, list[Redaction]]:
        return self.archive.index.redactions.every()

    def lying_over(self, file: releases.File) -> Redaction | None:
        """Return the proposal that was approved last for a file's bytes; None if none was."""
        return newest_approved(self._said.get(file.object, ()))

    def _why_not(self, number: int, file: releases.File, source: Reference, spoken_of: bool) -> str:
        """Return why a file over which nothing lies may not be shown yet; "" if it may, or was before anybody asked."""
        proposed = self._said.get(file.object, ())[-1:]
        waits = any(each.state == PROPOSED for each in proposed)
        latest = self.statements.latest(number)
        shown = latest.item if latest and isinstance(latest.item, Post) else None
        was_shown = shown is not None and any(each.source == source for each in shown.pictures)
        if (spoken_of and not waits) or (shown and was_shown and not self._covered_then(file, shown.how)):
            return ""
        if waits:
            named = self.archive.index.transcripts.number_of(file.object)
            return proposed_only(file.capture if named is None else named)
        return (
            "Expected an editor's word on the people in it, found none, and the post was written for few: that "
            "nobody can be recognised, that they consented, or what is to be covered. Say it on the post's page in the "
            f"workbench, or with 'tamizdat redact {number}'."
        )

    def _covered_then(self, file: releases.File, how: str) -> set[int]:
        """Return which of the covers that were ever proposed for a file a statement says that lay over it."""
        said = self._said.get(file.object, ())
        return {each.number for each in said if self.archive.reference(each.number).commitment.hex() in how}

    def is_as_covered(self, file: releases.File, how: str) -> bool:
        """Return whether what lies over a file now is what lay over it by *how* it was published."""
        lying = self.lying_over(file)
        return self._covered_then(file, how) == ({lying.number} if lying and lying.cover else set())

    def _tracks(self, file: releases.File, place: int, left: list[str]) -> tuple[Track, ...]:
        """Return what is said in a clip or sound of a post; add to *left* why a translation of it is not shown."""
        number = self.archive.index.transcripts.number_of(file.object)
        if number is None:
            return ()
        left += self.tracks.left_out(number)
        return tuple(self.tracks.of(number, f"{PREFIX[:-1]}-{place}."))

    def _known(
        self, number: int, files: Sequence[releases.File], heard: bool
    ) -> dict[tuple[int, Reference], list[Made]]:
        """Files that earlier statements name and that are there, under what lies over them now, by place and source."""
        at = {each.position: each for each in files}
        found: dict[tuple[int, Reference], list[Made]] = {}
        for derived in self.statements.of(number):
            post = derived.item
            if not isinstance(post, Post) or post.how.partition(BEFORE)[0] not in self.hows:
                continue
            same = (WITHOUT_SOUND not in post.how) == heard
            digests = {each.name: each.sha256 for each in post.media}
            sizes = {each.name: each.size for each in post.files}
            for each in post.pictures:
                names = [name for name in each.names if not name.endswith(".vtt")]
                some = [Made(_NUMBERED.sub("", name), digests[name], sizes[name]) for name in names]
                place = int(each.names[0].rpartition("-")[2].partition(".")[0]) - 1
                there = all(self.archive.objects.has(file.sha256) for file in some)
                as_now = place in at and self.is_as_covered(at[place], post.how)
                if there and as_now and (same or some[0].name != NAMES[CLIP][0]):
                    found[place, each.source] = some
        return found

    def _still_right(self, file: releases.File, known: list[Made] | None) -> list[Made] | None:
        """Return what is *known* of a file, but for a GIF that moves of which one picture was shown: as it once was."""
        still = known is not None and len(known) == len(NAMES[PICTURE]) and file.path.lower().endswith(".gif")
        if still and self.archive.objects.has(file.object):
            with self.archive.objects.open(file.object) as opened:
                return None if moves(opened) else known
        return known

    def _with_renditions(self, number: int, file: releases.File, some: list[Made], heard: bool) -> list[Made]:
        """Return the files of a clip with those that are made of the published one, in their order."""
        is_clip = some[0].name == NAMES[CLIP][0]
        if not is_clip or not self.statements.signs or any(each.name in RENDITIONS for each in some):
            return some
        if self.dry:
            made = [Made(name, "0" * 64, 0) for name in RENDITIONS]
        else:
            made = [Made(*each) for each in BareCopies(self.archive).publish_renditions(some[0].sha256)]
            if heard:
                check_silence(self.archive, number, [file.object], made)
        return sorted([*some, *made], key=lambda each: NAMES[CLIP].index(each.name))

    def _make(self, number: int, file: releases.File, heard: bool, cover: Cover) -> list[Made]:
        if not self.archive.objects.has(file.object):
            raise BadMedia("Expected the file in the archive; it is not there.")
        with self.archive.objects.whole(file.object) as source:
            kind = kind_of_media(source)
            if kind is None or kind not in NAMES:
                found = kind or "a file that is none of them"
                raise BadMedia(f"Expected a picture, clip or sound, found {found}, which is not published with a post.")
            size = source.stat().st_size
            if self.dry:
                self.progress(size)
                return [Made(name, "0" * 64, 0) for name in NAMES[kind]]
            copies = BareCopies(self.archive)
            if kind == CLIP and not heard:
                made = join_to_archive(self.archive.objects, [copies.make_unheard(file.object, cover)], heard=False)
            elif kind == CLIP:
                with sound_told(source, number):
                    made = [Made(*each) for each in copies.publish(file.object, cover)]
            else:
                made = reencode_to_archive(self.archive.objects, source, kind, cover)
        self.made += 1
        self.progress(size)
        return made


def _kept_track(archive: Archive, track: Track, dry: bool) -> tuple[str, int]:
    """Return the SHA-256 and the bytes of a file of subtitles, which is an object then; nothing is kept if *dry*."""
    data = webvtt(track.cues)
    return sha256_hex(data) if dry else archive.objects.add([data]), len(data)
