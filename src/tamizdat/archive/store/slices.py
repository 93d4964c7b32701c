"""Slices of objects: thousands of posts lie in one file, which is opened once for all of them."""

import os
import weakref
from collections import OrderedDict
from typing import Final

from tamizdat.archive.store.objects import Objects
from tamizdat.disk.files import refusals

SEPARATOR: Final = b"\n"  #: between the slices of a post, where their digest is taken
OPEN: Final = 8  #: files that are open at a time: those of one export, mostly
WHAT: Final = "an object"


class Slices:
    """A reader of slices of objects, for one run, by one thread: it holds on to files that may be replaced."""

    def __init__(self, objects: Objects) -> None:
        self._objects = objects
        self._handles: OrderedDict[str, int] = OrderedDict()
        weakref.finalize(self, _close_all, self._handles)

    def read(self, digest: str, offset: int, length: int) -> bytes:
        """Return *length* bytes from *offset* of the object with this digest, or as many as it has."""
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
