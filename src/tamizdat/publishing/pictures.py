"""The pictures of posts, made anew without metadata; once for each statement and recipe.

A post's files keep their places: ``picture-2.jpg`` is the second of them, also if the first is a clip or is damaged and
is left out. Descriptions of the desk come before those of the platform.
"""

import contextlib
import hashlib
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from tamizdat.archive import Archive
from tamizdat.archive.releases import File
from tamizdat.durable import refusals
from tamizdat.encoding import Json
from tamizdat.errors import BadMedia
from tamizdat.footage.probe import PICTURE, recognise
from tamizdat.footage.redaction import remake
from tamizdat.ledger.statement import Subject
from tamizdat.publishing.statements import Statements

NAMES: Final = ("picture-{}.jpg", "small-{}.jpg")


@dataclass
class Made:
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

    def of(self, number: int, files: Sequence[File], alts: Sequence[str]) -> Made:
        """The pictures of post *number*, whose files these are."""
        made = Made()
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
        with self._folder() as folder:
            made = [(path, _digest(path)) for path in remake(source, form.kind, folder)]
            sizes = [(digest, path.stat().st_size) for path, digest in made]
            self.archive.objects.adopt_many(made)
        self.made += 1
        return sizes

    @contextlib.contextmanager
    def _folder(self) -> Iterator[Path]:
        folder = self.archive.objects.staged()
        with refusals("published pictures"):
            folder.mkdir(mode=0o700)
            try:
                yield folder
            finally:
                shutil.rmtree(folder)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
