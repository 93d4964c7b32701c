"""The cache of objects that are kept on a place: which of its files go when there are too many.

A file goes only if its object is on the list, which is asked again under the list's lock. Large ones go first, whole
posts, pictures and previews last; of each kind the one that was used longest ago, by the time of its last access, which
we set ourselves. A file that is open, or has another name in ``staging/``, keeps its bytes for as long.
"""

import os
import shutil
import threading
import time
from pathlib import Path
from typing import Final

from tamizdat.archive.store import segments
from tamizdat.archive.store.placed_list import PlacedList
from tamizdat.disk.files import refusals

LARGE: Final = segments.PAYLOAD  #: bytes above which an object goes before all smaller ones
FREE: Final = 1 << 30  #: bytes of the disk that the cache leaves free, whatever its bound
SLACK: Final = 10  #: a tenth of the bound may be new before the folder is looked through
WHAT: Final = "the cache of objects"


class Cache:
    """The folder ``objects/`` of an archive on a place; *bound* is how many bytes of it may be cached, None: all."""

    def __init__(self, folder: Path, listed: PlacedList, bound: int | None) -> None:
        self.bound = bound
        self._folder, self._listed = folder, listed
        self._new = bound or 0  # bytes since the folder was looked through: at first nobody knows
        self._mutex = threading.Lock()

    def takes(self, size: int) -> bool:
        """Return whether an object of *size* bytes may be cached."""
        return self.bound is None or size <= self.bound

    def used(self, digest: str) -> None:
        """Note that an object was used now."""
        path = self._folder / digest[:2] / digest
        with refusals(WHAT):
            try:
                os.utime(path, ns=(time.time_ns(), path.stat().st_mtime_ns))
            except FileNotFoundError:  # evicted meanwhile by another process
                return

    def grew(self, size: int) -> None:
        """Note that *size* bytes came, and evict what is over the bound now and then."""
        self._new += size
        if self.bound is not None and (self._new > self.bound // SLACK or self._is_disk_full()):
            self.make_room(0)

    def make_room(self, size: int) -> None:
        """Evict until *size* more bytes fit into the bound, and the disk has them and :data:`FREE` free."""
        if self.bound is None:
            return
        with self._mutex, self._listed.locked(), refusals(WHAT):
            lacking = size + FREE - shutil.disk_usage(self._folder).free
            held = sorted(self._held())
            over = sum(each for _, _, each, _ in held) + min(size, self.bound) - self.bound
            for _, _, bytes_of_it, path in held:
                if max(over, lacking) <= 0:
                    break
                path.unlink(missing_ok=True)
                over -= bytes_of_it
                lacking -= bytes_of_it
            self._new = 0

    def _held(self) -> list[tuple[bool, int, int, Path]]:
        """Return every cached file, those that go first in front."""
        found, placed = [], self._listed.sizes
        for shelf in self._folder.iterdir():
            if len(shelf.name) != 2 or not shelf.is_dir():
                continue
            with os.scandir(shelf) as entries:
                for entry in entries:
                    if entry.name in placed and entry.is_file(follow_symlinks=False):
                        about = entry.stat(follow_symlinks=False)
                        found.append((about.st_size <= LARGE, about.st_atime_ns, about.st_size, Path(entry.path)))
        return found

    def _is_disk_full(self) -> bool:
        with refusals(WHAT):
            return shutil.disk_usage(self._folder).free < FREE
