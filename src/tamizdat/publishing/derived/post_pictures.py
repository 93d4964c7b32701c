"""The pictures of posts, made anew without metadata; once for each statement and recipe.

A post's files keep their places: ``picture-2.jpg`` is the second of them, also if the first is a clip or is damaged and
is left out. Descriptions of the desk come before those of the platform.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from tamizdat.archive import Archive
from tamizdat.archive.views import releases
from tamizdat.errors import BadMedia, SandboxMissing
from tamizdat.footage.probe import PICTURE, recognise
from tamizdat.ledger.statement import Subject
from tamizdat.publishing.derived.reencode import Made, reencode_to_archive
from tamizdat.publishing.derived.statements import Statements
from tamizdat.statements.derived import File, Picture, Post
from tamizdat.statements.reference import Reference

NAMES: Final = ("picture-{}.jpg", "small-{}.jpg")


@dataclass
class PostPictures:
    """What a post's statement says of its pictures; *left*: why some are left out."""

    pictures: tuple[Picture, ...] = ()
    files: tuple[File, ...] = ()
    media: tuple[Subject, ...] = ()
    left: list[str] = field(default_factory=list)


@dataclass
class Pictures:
    """Makes what no statement of this recipe (*how*) names yet. ``made`` counts pictures."""

    archive: Archive
    statements: Statements
    how: str
    dry: bool = False  #: nothing is encoded; statements then name no bytes
    made: int = 0

    def of(self, number: int, files: Sequence[releases.File], alts: Sequence[str]) -> PostPictures:
        """Return the pictures of post *number*, whose files these are."""
        made = PostPictures()
        if not files:
            return made
        known = self._known(number)
        for file in files:
            if file.waits:
                made.left.append(
                    f"Picture {file.position + 1} is left out: it was fetched after the post was released. Look at it, "
                    "and release the post again."
                )
                continue
            source = self.archive.reference(file.capture)
            try:
                pair = known.get((file.position, source)) or self._make(file)
            except (BadMedia, SandboxMissing) as error:
                made.left.append(f"Picture {file.position + 1} is left out: {error}")
                continue
            alt = alts[file.position] if file.position < len(alts) and alts[file.position] else file.alt
            names = tuple(name.format(file.position + 1) for name in NAMES)
            made.pictures += (Picture(names, alt, source),)
            made.files += tuple(File(name, each.size) for name, each in zip(names, pair, strict=True))
            made.media += tuple(Subject(name, each.sha256) for name, each in zip(names, pair, strict=True))
        return made

    def _known(self, number: int) -> dict[tuple[int, Reference], list[Made]]:
        """Pictures that earlier statements name and that are still there, by place and source."""
        found: dict[tuple[int, Reference], list[Made]] = {}
        for derived in self.statements.of(number):
            post = derived.item
            if not isinstance(post, Post) or post.how != self.how:
                continue
            digests = {each.name: each.sha256 for each in post.media}
            sizes = {each.name: each.size for each in post.files}
            for each in post.pictures:
                pair = [Made(name, digests[name], sizes[name]) for name in each.names]
                place = int(each.names[0].removeprefix("picture-").removesuffix(".jpg")) - 1
                if all(self.archive.objects.has(file.sha256) for file in pair):
                    found[place, each.source] = pair
        return found

    def _make(self, file: releases.File) -> list[Made]:
        if not self.archive.objects.has(file.object):
            raise BadMedia("Expected the file in the archive; it is not there.")
        with self.archive.objects.whole(file.object) as source:
            form = recognise(source)
            if form is None or form.kind != PICTURE:
                found = form.kind if form else "a file that is neither picture nor clip"
                raise BadMedia(f"Expected a picture, found {found}; clips of posts are not published yet.")
            if self.dry:
                return [Made("", "0" * 64, 0)] * len(NAMES)
            made = reencode_to_archive(self.archive.objects, source, form.kind)
        self.made += 1
        return made
