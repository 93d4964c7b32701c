"""A large object on a place as a file, of which only those segments are fetched that are asked for."""

import contextlib
import io
import os
from collections import OrderedDict
from typing import Final, TypeVar

from tamizdat.archive.store import segments
from tamizdat.archive.store.object_place import ObjectPlace

Key = TypeVar("Key")
Value = TypeVar("Value")

HEAD: Final = 8192  #: bytes of the beginning of an object that are remembered: they tell what it is
HEADS: Final = 500  #: objects whose beginning is remembered
RECENT: Final = 4  #: segments in memory


class RecentSegments:
    """The last few segments that were read, and the beginnings of more objects. May be used by several threads."""

    def __init__(self) -> None:
        self._heads: OrderedDict[str, bytes] = OrderedDict()
        self._segments: OrderedDict[tuple[str, int], memoryview] = OrderedDict()

    def segment(self, place: ObjectPlace, digest: str, number: int, size: int) -> memoryview:
        """Return the bytes of one segment, from memory or from the place."""
        known = self._segments.get((digest, number))
        if known is not None:
            return known
        data = place.get(digest, number, size)
        _remember(self._segments, (digest, number), data, RECENT)
        if not number:
            _remember(self._heads, digest, bytes(data[:HEAD]), HEADS)
        return data

    def head(self, digest: str) -> bytes:
        """Return the first bytes of an object if they are remembered."""
        return self._heads.get(digest, b"")

    def clear(self) -> None:
        """Forget all of it."""
        self._segments.clear()
        self._heads.clear()


def open_segments(place: ObjectPlace, recent: RecentSegments, digest: str, size: int) -> io.BufferedReader:
    """Open an object of *size* bytes for reading; nothing is asked of the place yet."""
    return io.BufferedReader(_SegmentFile(place, recent, digest, size), HEAD)


class _SegmentFile(io.RawIOBase):
    def __init__(self, place: ObjectPlace, recent: RecentSegments, digest: str, size: int) -> None:
        self._place, self._recent, self._digest, self._size, self._at = place, recent, digest, size, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        begin = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self._size}[whence]
        if begin + offset < 0:
            raise ValueError(f"Expected a position in an object, found {begin + offset}.")
        self._at = begin + offset
        return self._at

    def readinto(self, room: "bytearray | memoryview") -> int:  # type: ignore[override]  # any buffer
        view = memoryview(room).cast("B")
        wanted = min(len(view), self._size - self._at)
        if wanted <= 0:
            return 0
        if self._at + wanted <= len(head := self._recent.head(self._digest)):
            view[:wanted] = head[self._at : self._at + wanted]
        else:
            number, begin = divmod(self._at, segments.PAYLOAD)
            data = self._recent.segment(self._place, self._digest, number, self._size)[begin : begin + wanted]
            wanted = len(data)
            view[:wanted] = data
        self._at += wanted
        return wanted


def _remember(known: OrderedDict[Key, Value], key: Key, value: Value, most: int) -> None:
    known[key] = value
    while len(known) > most:
        with contextlib.suppress(KeyError):  # another thread was faster
            known.popitem(last=False)
