"""Bare copies: a clip re-encoded without metadata, once, for those at the desk and for the site.

::

    bare/4be1…9f-0c3a5e1d/clip.mp4, poster.jpg, small.jpg     made of the object 4be1…9f, by the recipe of this digest
    bare/4be1…9f-77d0b2aa/sound.mp4                           its sound alone
    bare/4be1…9f-09aa31c7/clip.mp4, poster.jpg, small.jpg     the clip, where its sound does not decode and is left out
    bare/4be1…9f-c15e9e02-a7d0…31/clip.mp4, …                 the clip under the cover of this digest
    bare/90c2…e1-1b8f3d40/small.mp4, sheet.jpg, wave.svg      made of the clip 90c2…e1, which is published

The folder lies in the archive's, holds nothing that could not be made again, and is in no backup. A copy is made in
``staging/`` and takes its name when it is whole and the disk has it. Whoever asks for one was let in before: what is
here is bare, and not public. An edition takes over the very file.
"""

import os
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from tamizdat.archive import Archive
from tamizdat.covering import NOTHING, Cover
from tamizdat.disk.files import file_sha256, flush_folder, refusals
from tamizdat.encoding import sha256_hex
from tamizdat.errors import BadMedia
from tamizdat.footage.probe import CLIP, PICTURE, SOUND
from tamizdat.footage.reencode import HOW, full_disk_told, is_sound_alone_damaged, remake, remake_sound
from tamizdat.footage.renditions import AND_RENDITIONS, RENDITIONS, make_renditions
from tamizdat.publishing.derived.clearance import RECIPE

FOLDER: Final = "bare"
WHAT: Final = "copies without metadata (bare)"
COVERED: Final = "covered"  #: a clip of which only the sound is given out
MUTE: Final = "mute"  #: a clip whose sound is not even decoded
#: by what is made: the names of its files, the chief one first
FILES: Final[Mapping[str, tuple[str, ...]]] = {
    CLIP: ("clip.mp4", "poster.jpg", "small.jpg"),
    MUTE: ("clip.mp4", "poster.jpg", "small.jpg"),
    SOUND: ("sound.mp4",),
    COVERED: ("sound.mp4",),
    PICTURE: ("picture.jpg", "small.jpg"),
}
READ_ONLY: Final = 0o444


class BareCopies:
    """The copies in an archive's folder."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._folder = archive.folder / FOLDER

    def find(self, original: str, kind: str, cover: Cover = NOTHING) -> dict[str, Path]:
        """Return the files made of the object with this SHA-256, by name; nothing if there is no copy yet."""
        folder = self._place(original, kind, cover)
        with refusals(WHAT):
            return {name: folder / name for name in FILES[kind]} if folder.is_dir() else {}

    def make(
        self, original: str, kind: str, told: Callable[[float], None] | None = None, cover: Cover = NOTHING
    ) -> dict[str, Path]:
        """Return the files, made now if they are not there; *told* is told which share is done, from 0 to 1.

        Raises :class:`BadMedia` if the object is not here, and as :func:`tamizdat.footage.reencode.remake`.
        """
        if found := self.find(original, kind, cover):
            return found
        if not self._archive.objects.has(original):
            raise BadMedia("Expected the original in the archive; it is not there.")

        def making(folder: Path) -> tuple[Path, ...]:
            if kind in (CLIP, MUTE, PICTURE):
                return remake(source, CLIP if kind == MUTE else kind, folder, told, cover, kind != MUTE)
            return (remake_sound(source, folder, told, cover),)

        with self._archive.objects.whole(original) as source:
            self._make(self._place(original, kind, cover), making)
        return self.find(original, kind, cover)

    def find_seen(self, original: str, kind: str, cover: Cover = NOTHING) -> dict[str, Path]:
        """Return the files, as :meth:`find`; of a clip whose sound does not decode those without it."""
        found = self.find(original, kind, cover)
        return self.find(original, MUTE, Cover(cover.regions)) if kind == CLIP and not found else found

    def make_seen(
        self, original: str, kind: str, told: Callable[[float], None] | None = None, cover: Cover = NOTHING
    ) -> dict[str, Path]:
        """Return the files, as :meth:`make`; of a clip whose picture alone decodes those without sound."""
        if found := self.find_seen(original, kind, cover):
            return found
        try:
            return self.make(original, kind, told, cover)
        except BadMedia:
            if kind != CLIP or not self._archive.objects.has(original):
                raise
            with self._archive.objects.whole(original) as source:
                if not is_sound_alone_damaged(source):
                    raise
            return self.make(original, MUTE, told, Cover(cover.regions))

    def make_unheard(self, original: str, cover: Cover = NOTHING) -> Path:
        """Return a clip whose sound is to be left out; if its sound does not decode, one that was made without it.

        Raises as :meth:`make`.
        """
        silent = Cover(cover.regions)
        if found := self.find(original, MUTE, silent):
            return found["clip.mp4"]
        try:
            return self.make(original, CLIP, cover=cover)["clip.mp4"]
        except BadMedia:
            return self.make(original, MUTE, cover=silent)["clip.mp4"]

    def publish(self, original: str, cover: Cover = NOTHING) -> list[tuple[str, str, int]]:
        """Put the copy of a clip among the objects: name, SHA-256 and bytes of each file."""
        return self._publish(self.make(original, CLIP, cover=cover))

    def publish_renditions(self, clip: str) -> list[tuple[str, str, int]]:
        """Put what is made of the published clip with this SHA-256 among the objects; as :meth:`publish`.

        Raises as :func:`tamizdat.footage.renditions.make_renditions`, and :class:`StorageFull`.
        """
        place = self._folder / f"{clip}-{sha256_hex(AND_RENDITIONS.encode())[:8]}"
        if not place.is_dir():
            with self._archive.objects.whole(clip) as source:
                self._make(place, lambda folder: make_renditions(source, folder))
        with refusals(WHAT):
            return self._publish({name: place / name for name in RENDITIONS if (place / name).is_file()})

    def _publish(self, files: Mapping[str, Path]) -> list[tuple[str, str, int]]:
        arrivals, told = [], []
        with refusals(WHAT):
            for name, path in files.items():
                digest, staged = file_sha256(path), self._archive.objects.staged()
                try:
                    os.link(path, staged)
                except OSError:  # a file system without second names
                    shutil.copyfile(path, staged)
                arrivals.append((staged, digest))
                told.append((name, digest, path.stat().st_size))
            self._archive.objects.adopt_many(arrivals)
        return told

    def _make(self, place: Path, making: Callable[[Path], tuple[Path, ...]]) -> None:
        """Have files made in a folder of their own, which takes the name *place* when they are whole."""
        staged = self._archive.objects.staged()
        with refusals(WHAT):
            staged.mkdir(mode=0o700)
        try:
            with refusals(WHAT), full_disk_told(staged):
                self._settle(staged, making(staged), place)
        finally:
            shutil.rmtree(staged, ignore_errors=True)

    def _place(self, original: str, kind: str, cover: Cover) -> Path:
        named = self._archive.objects.path(original).name  # which is nothing but a digest
        recipe = f"{kind} {HOW[PICTURE if kind == PICTURE else CLIP]}" + (f" {RECIPE}" if cover else "")
        under = f"-{cover.digest}" if cover else ""  # whole: who draws covers could find two that begin alike
        return self._folder / f"{named}-{sha256_hex(recipe.encode())[:8]}{under}"

    def _settle(self, staged: Path, made: tuple[Path, ...], place: Path) -> None:
        for path in made:
            handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
            try:
                os.fchmod(handle, READ_ONLY)
                os.fsync(handle)
            finally:
                os.close(handle)
        flush_folder(staged)
        self._folder.mkdir(mode=0o700, exist_ok=True)
        if not place.is_dir():  # somebody else may have made it meanwhile
            staged.rename(place)
            flush_folder(self._folder)
