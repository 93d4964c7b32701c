"""The pictures, clips and sounds of posts, made anew without metadata; once for each statement and recipe.

A post's files keep their places: ``picture-2.jpg`` is the second of them, also if the first is a clip
(``clip-1.mp4``, ``poster-1.jpg``, ``small-1.jpg``) or is damaged and is left out. A GIF that moves is a clip; beside a
sound, ``sound-3.mp4``, stands a drawing of how loud it is. Descriptions of the desk come before those of the platform.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from tamizdat.archive import Archive
from tamizdat.archive.views import releases
from tamizdat.errors import BadMedia, SandboxMissing, ToolMissing
from tamizdat.footage.probe import CLIP, PICTURE, SOUND, moves
from tamizdat.footage.reencode import kind_of_media
from tamizdat.ledger.statement import Subject
from tamizdat.publishing.derived.bare_copies import BareCopies
from tamizdat.publishing.derived.reencode import Made, reencode_to_archive
from tamizdat.publishing.derived.statements import Statements
from tamizdat.statements.derived import File, Picture, Post
from tamizdat.statements.reference import Reference

NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    PICTURE: ("picture-{}.jpg", "small-{}.jpg"),
    CLIP: ("clip-{}.mp4", "poster-{}.jpg", "small-{}.jpg"),
    SOUND: ("sound-{}.mp4", "poster-{}.jpg", "small-{}.jpg"),
}


@dataclass
class PostPictures:
    """What a post's statement says of its pictures, clips and sounds; *left*: why some are left out."""

    pictures: tuple[Picture, ...] = ()
    files: tuple[File, ...] = ()
    media: tuple[Subject, ...] = ()
    left: list[str] = field(default_factory=list)

    @property
    def play(self) -> bool:
        """Whether there is a clip or a sound among them."""
        return any(each.name.startswith(("clip-", "sound-")) for each in self.files)


@dataclass
class Pictures:
    """Makes what no statement of these recipes (*hows*) names yet. ``made`` counts pictures and clips."""

    archive: Archive
    statements: Statements
    hows: Collection[str]
    dry: bool = False  #: nothing is encoded; statements then name no bytes
    made: int = 0
    progress: Callable[[int], None] = lambda size: None  #: told the bytes of what was encoded, or, dry, would be

    def of(self, number: int, files: Sequence[releases.File], alts: Sequence[str]) -> PostPictures:
        """Return the pictures and clips of post *number*, whose files these are."""
        made = PostPictures()
        if not files:
            return made
        known = self._known(number)
        for file in files:
            place = file.position + 1
            if file.waits:
                made.left.append(
                    f"File {place} is left out: it was fetched after the post was released. Look at it, "
                    "and release the post again."
                )
                continue
            source = self.archive.reference(file.capture)
            try:
                some = self._still_right(file, known.get((file.position, source))) or self._make(file)
            except (BadMedia, SandboxMissing, ToolMissing) as error:
                made.left.append(f"File {place} is left out: {error}")
                continue
            alt = alts[file.position] if file.position < len(alts) and alts[file.position] else file.alt
            names = tuple(each.format(place) for each in NAMES[_kind_of(some)])
            made.pictures += (Picture(names, alt, source),)
            made.files += tuple(File(name, each.size) for name, each in zip(names, some, strict=True))
            made.media += tuple(Subject(name, each.sha256) for name, each in zip(names, some, strict=True))
        return made

    def _known(self, number: int) -> dict[tuple[int, Reference], list[Made]]:
        """Files that earlier statements name and that are still there, by place and source."""
        found: dict[tuple[int, Reference], list[Made]] = {}
        for derived in self.statements.of(number):
            post = derived.item
            if not isinstance(post, Post) or post.how not in self.hows:
                continue
            digests = {each.name: each.sha256 for each in post.media}
            sizes = {each.name: each.size for each in post.files}
            for each in post.pictures:
                some = [Made(name, digests[name], sizes[name]) for name in each.names]
                place = int(each.names[0].rpartition("-")[2].partition(".")[0]) - 1
                if all(self.archive.objects.has(file.sha256) for file in some):
                    found[place, each.source] = some
        return found

    def _still_right(self, file: releases.File, known: list[Made] | None) -> list[Made] | None:
        """Return what is *known* of a file, but for a GIF that moves of which one picture was shown: as it once was."""
        still = known is not None and len(known) == len(NAMES[PICTURE]) and file.path.lower().endswith(".gif")
        if still and self.archive.objects.has(file.object):
            with self.archive.objects.open(file.object) as opened:
                return None if moves(opened) else known
        return known

    def _make(self, file: releases.File) -> list[Made]:
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
            made = (
                [Made(*each) for each in BareCopies(self.archive).publish(file.object)]
                if kind == CLIP
                else reencode_to_archive(self.archive.objects, source, kind)
            )
        self.made += 1
        self.progress(size)
        return made


def _kind_of(made: Sequence[Made]) -> str:
    """Return what these files are, by the name of the first."""
    return SOUND if made[0].name.startswith("sound") else PICTURE if len(made) == len(NAMES[PICTURE]) else CLIP
