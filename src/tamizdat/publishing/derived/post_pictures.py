"""The pictures of posts, made anew without metadata; once for each statement and recipe.

A post's files keep their places: ``picture-2.jpg`` is the second of them, also if the first is a clip or is damaged and
is left out. Descriptions of the desk come before those of the platform.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from tamizdat.archive import Archive
from tamizdat.archive.views.releases import File
from tamizdat.encoding import Json
from tamizdat.errors import BadMedia
from tamizdat.footage.probe import PICTURE, recognise
from tamizdat.ledger.statement import Subject
from tamizdat.publishing.derived.reencode import reencode_to_archive
from tamizdat.publishing.derived.statements import Statements

NAMES: Final = ("picture-{}.jpg", "small-{}.jpg")


@dataclass
class PostPictures:
    """What a post's statement says of its pictures; *left*: why some are left out."""

    listed: list[Json] = field(default_factory=list)
    files: list[Json] = field(default_factory=list)
    subjects: tuple[Subject, ...] = ()
    left: list[str] = field(default_factory=list)


@dataclass
class Pictures:
    """Makes what no statement of this recipe (*how*) names yet. ``made`` counts pictures."""

    archive: Archive
    statements: Statements
    how: str
    dry: bool = False  #: nothing is encoded; statements then name no bytes
    made: int = 0

    def of(self, number: int, files: Sequence[File], alts: Sequence[str]) -> PostPictures:
        """The pictures of post *number*, whose files these are."""
        made = PostPictures()
        if not files:
            return made
        known = self._known(number)
        for file in files:
            leaf = self.archive.commitments()[file.capture].hex()
            try:
                pair = known.get((file.position, leaf)) or self._make(file)
            except BadMedia as error:
                made.left.append(f"Picture {file.position + 1} is left out: {error}")
                continue
            alt = alts[file.position] if file.position < len(alts) and alts[file.position] else file.alt
            names = [name.format(file.position + 1) for name in NAMES]
            source: Json = {"index": file.capture, "commitment": leaf}
            made.listed.append({"names": list[Json](names), "alt": alt, "source": source})
            for name, (digest, size) in zip(names, pair, strict=True):
                made.files.append({"name": name, "size": size})
                made.subjects += (Subject(name, digest),)
        return made

    def _known(self, number: int) -> dict[tuple[int, str], list[tuple[str, int]]]:
        """Pictures that earlier statements name and that are still there: place and source → digests and sizes."""
        found: dict[tuple[int, str], list[tuple[str, int]]] = {}
        for derived in self.statements.of(number):
            said: Any = derived.said
            sizes = {each["name"]: each["size"] for each in said["published_files"]}
            for each in said["pictures"] if said["how"] == self.how else ():
                pair = [(derived.subject(name), sizes[name]) for name in each["names"]]
                place = int(each["names"][0].removeprefix("picture-").removesuffix(".jpg")) - 1
                if all(self.archive.objects.has(digest) for digest, _ in pair):
                    found[place, each["source"]["commitment"]] = pair
        return found

    def _make(self, file: File) -> list[tuple[str, int]]:
        if not self.archive.objects.has(file.object):
            raise BadMedia("Expected the file in the archive; it is not there.")
        source = self.archive.objects.path(file.object)
        form = recognise(source)
        if form is None or form.kind != PICTURE:
            raise BadMedia("Expected a picture, found something else; clips of posts are not published yet.")
        if self.dry:
            return [("0" * 64, 0)] * len(NAMES)
        made = reencode_to_archive(self.archive.objects, source, form.kind)
        self.made += 1
        return [(each.sha256, each.size) for each in made]
