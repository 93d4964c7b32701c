"""Slices of objects: thousands of posts lie in one file, which is opened once for all of them."""

import os
import weakref
from collections import OrderedDict
from typing import Final

from tamizdat.archive.store.objects import Objects
from tamizdat.disk.files import refusals

SEPARATOR: Final = b"\n"  #: between the slices of a post, where their digest is taken
OPEN: Final = 8  #: files that are open at a time: those of one export, mostly
AHEAD: Final = 1 << 18  #: bytes that are read at once where one slice follows the other
NEAR: Final = 1 << 10  #: bytes between two slices that follow each other, at the most
WHAT: Final = "an object"


class Slices:
    """A reader of slices of objects, for one run, by one thread: it holds on to files that may be replaced."""

    def __init__(self, objects: Objects) -> None:
        self._objects = objects
        self._handles: OrderedDict[str, int] = OrderedDict()
        self._last = "", 0  #: the object that was read last, and up to where
        self._window = "", 0, b""  #: of an object, from where on, its bytes
        weakref.finalize(self, _close_all, self._handles)

    def read(self, digest: str, offset: int, length: int) -> bytes:
        """Return *length* bytes from *offset* of the object with this digest, or as many as it has."""
        held, start, data = self._window
        if held != digest or not start <= offset <= offset + length <= start + len(data):
            read, end = self._last
            ahead = read == digest and 0 <= offset - end <= NEAR
            start, data = offset, self._read(digest, offset, max(length, AHEAD) if ahead else length)
            if ahead:
                self._window = digest, start, data
        self._last = digest, offset + length
        return data[offset - start : offset - start + length]

    def _read(self, digest: str, offset: int, length: int) -> bytes:
        handle = self._handles.get(digest)
        if handle is None:
            handle = self._open(digest)
        try:
            data = os.pread(handle, length, offset)
            while len(data) < length and (more := os.pread(handle, length - len(data), offset + len(data))):
                data += more
        except OSError:
            with refusals(WHAT):  # entered for each slice, it would take as long as the reading
                raise
        return data

    def _open(self, digest: str) -> int:
        with self._objects.open_whole(digest) as file, refusals(WHAT):
            handle = os.dup(file.fileno())
        self._handles[digest] = handle
        if len(self._handles) > OPEN:
            os.close(self._handles.popitem(last=False)[1])
        return handle


def _close_all(handles: OrderedDict[str, int]) -> None:
    while handles:
        os.close(handles.popitem()[1])
