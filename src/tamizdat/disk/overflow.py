"""Values of one run that would fill the memory: on disk, in a file that has no name.

The file lies in a folder of whoever makes it, so that nobody's words come into ``/tmp``. Its name is taken away at
once: when the process ends, however it ends, the file is gone. A second process that was forked sees what was put there
before, and puts nothing there.
"""

import os
import pickle
import weakref
from collections.abc import Iterator, MutableMapping
from pathlib import Path
from typing import Final

from tamizdat.disk.files import refusals, write_all

WHAT: Final = "what a run sets aside"
LENGTH: Final = 4  #: bytes before a value that tell how many it has
READ: Final = 8192  #: bytes that are read at first; most values are shorter


class Overflow:
    """Values one after the other; each is read back by the place at which it was put."""

    def __init__(self, folder: Path) -> None:
        path = folder / f"aside-{os.urandom(8).hex()}"
        with refusals(WHAT):
            self._handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
            path.unlink()
        weakref.finalize(self, os.close, self._handle)
        self._end = 0

    def put(self, value: object) -> int:
        """Write a value and return its place."""
        data, place = pickle.dumps(value, pickle.HIGHEST_PROTOCOL), self._end
        with refusals(WHAT):
            os.lseek(self._handle, place, os.SEEK_SET)  # of one that did not fit, a part may lie there
            write_all(self._handle, len(data).to_bytes(LENGTH, "big") + data)
        self._end += LENGTH + len(data)
        return place

    def after(self, place: int) -> int:
        """Return the place of the value that was put after the one at *place*."""
        with refusals(WHAT):
            return place + LENGTH + int.from_bytes(os.pread(self._handle, LENGTH, place), "big")

    def get(self, place: int) -> object:
        """Read the value at a place again, as a new one."""
        with refusals(WHAT):
            data = os.pread(self._handle, READ, place)
            end = LENGTH + int.from_bytes(data[:LENGTH], "big")
            if end > len(data):
                data += os.pread(self._handle, end - len(data), place + len(data))
        return pickle.loads(memoryview(data)[LENGTH:end])  # noqa: S301 -- this run's own; nobody else can open the file


class OverflowTexts(MutableMapping[str, bytes]):
    """Bytes by name, of which only the names are in memory."""

    def __init__(self, folder: Path) -> None:
        self._aside, self._places = Overflow(folder), dict[str, int]()

    def __getitem__(self, name: str) -> bytes:
        found = self._aside.get(self._places[name])
        assert isinstance(found, bytes), "it was put there as bytes"
        return found

    def __setitem__(self, name: str, data: bytes) -> None:
        self._places[name] = self._aside.put(data)

    def __delitem__(self, name: str) -> None:
        del self._places[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)
