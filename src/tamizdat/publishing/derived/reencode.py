"""From an original to published files in the archive: made anew in a private folder, then kept under their SHA-256."""

import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from tamizdat.archive import Objects
from tamizdat.covering import NOTHING, Cover
from tamizdat.disk.files import file_sha256, refusals
from tamizdat.footage.reencode import join_take, remake

WHAT = "published media"


class Made(NamedTuple):
    """A published file: its name beside the statement, SHA-256, and bytes."""

    name: str
    sha256: str
    size: int


def reencode_to_archive(objects: Objects, source: Path, kind: str, cover: Cover = NOTHING) -> list[Made]:
    """Make the published files of *source* and keeps them; raises as :func:`tamizdat.footage.reencode.remake`."""
    return _kept(objects, lambda folder: remake(source, kind, folder, cover=cover))


def join_to_archive(
    objects: Objects, clips: Sequence[Path], sounds: Sequence[Path] = (), heard: bool = True
) -> list[Made]:
    """Make the published files of a take of the bare copies of its files, and keep them; raises the same.

    A clip in one file that is not to be *heard* is a take without sound.
    """
    return _kept(objects, lambda folder: join_take(clips, folder, sounds, heard))


def _kept(objects: Objects, make: Callable[[Path], tuple[Path, ...]]) -> list[Made]:
    folder = objects.staged()
    with refusals(WHAT):
        folder.mkdir(mode=0o700)
        try:
            made = [(path, file_sha256(path)) for path in make(folder)]
            found = [Made(path.name, digest, path.stat().st_size) for path, digest in made]
            objects.adopt_many(made)
        finally:
            shutil.rmtree(folder)
    return found
