"""Pixels that were decoded a short time ago, kept in memory: a picture that thirty people look at is decoded once.

What is kept are JPEGs without metadata, by the digest of the object they were made of; at most :data:`MOST` bytes,
those that were asked for longest ago go first. Nothing of it is on a disk. Whoever asks was let in before, and the
object is looked for each time: of what was destroyed nothing is shown. Who asks for what is being decoded waits for it.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import Final
from weakref import WeakKeyDictionary

from tamizdat.archive import Archive

MOST: Final = 16 << 20  #: bytes


class Pixels:
    """The pixels of one archive."""

    def __init__(self) -> None:
        self._mutex = threading.Lock()
        self._kept: OrderedDict[tuple[str, int], bytes] = OrderedDict()
        self._size = 0
        self._decoding: dict[tuple[str, int], threading.Lock] = {}

    def get(self, digest: str, page: int, decode: Callable[[], bytes]) -> bytes:
        """Return the JPEG of a page (-1: of a picture, or a clip's frame); *decode* makes it if it is not kept."""
        key = digest, page
        if (found := self._find(key)) is not None:
            return found
        with self._mutex:
            mine = self._decoding.setdefault(key, threading.Lock())
        with mine:
            try:
                found = self._find(key)
                return self._keep(key, decode()) if found is None else found
            finally:
                with self._mutex:
                    self._decoding.pop(key, None)

    def _find(self, key: tuple[str, int]) -> bytes | None:
        with self._mutex:
            if key in self._kept:
                self._kept.move_to_end(key)
            return self._kept.get(key)

    def _keep(self, key: tuple[str, int], image: bytes) -> bytes:
        with self._mutex:
            self._size += len(image) - len(self._kept.pop(key, b""))  # two may have decoded it
            self._kept[key] = image
            while self._size > MOST:
                self._size -= len(self._kept.popitem(last=False)[1])
        return image


_OPEN: Final[WeakKeyDictionary[Archive, Pixels]] = WeakKeyDictionary()
_OPENING: Final = threading.Lock()


def pixels(archive: Archive) -> Pixels:
    """Return the pixels of *archive*, which all that show its pictures share."""
    with _OPENING:
        return _OPEN.setdefault(archive, Pixels())
