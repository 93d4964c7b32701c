"""``entries.places``: where every record of ``entries.log`` begins, and its leaf, so that no header is read again.

Whoever opens an archive must know this of every record, and 65,000 headers take longer to read than all else that most
commands do. The file holds for as long as nobody touched the log: inode, size and times are those that its head tells,
also the time of the last change (``ctime``), which only the system sets. Otherwise the log is read header by header
(scan.py), as it is if this file is missing, torn or damaged. It is a view, and tells nothing that the log does not::

    head    the log's inode, size and times; how many records the body has, how many are gone, where they end;
            SHA-256 of the body; SHA-256 of the head so far
    body    where each record begins, 8 bytes; its leaf, 32 bytes; the numbers of those that are gone, 8 bytes

Who appended writes the head again when it closes the log; the body is written when many records are not in it. The
system's clock for times of files goes on in steps: of a log that was written a moment before this file nobody could
tell whether it was touched in the same step, so it is read header by header, too.
"""

import contextlib
import os
from array import array
from collections.abc import Collection
from pathlib import Path
from struct import Struct
from typing import Final, NamedTuple

from tamizdat.encoding import sha256

NAME: Final = "entries.places"
LEAST: Final = 4_096  #: records from which it pays, and that may be missing in the body
STEP: Final = 20_000_000  #: nanoseconds; no system's step is longer
SECOND: Final = 1_000_000_000  #: in nanoseconds
_MAGIC: Final = b"tamizdat/places/v1\n"
_HEAD: Final = Struct("<19s7Q32s")
_DIGEST: Final = 32


class Stamp(NamedTuple):
    """By what it is seen that nobody touched the log."""

    inode: int
    size: int
    modified: int
    changed: int  #: of any kind, as the system noted it


class Places(NamedTuple):
    """What the first records are: where each begins, their leaves, the numbers of those gone, and where they end."""

    offsets: "array[int]"
    leaves: bytearray
    gone: Collection[int]
    end: int


def stamp_of(handle: int) -> Stamp:
    """Return the stamp of the open log."""
    found = os.fstat(handle)
    return Stamp(found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns)


class PlacesFile:
    """The file beside one log. Whoever writes it holds the archive's lock."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._body: tuple[int, int, int, bytes] | None = None  #: of the body: records, gone, end, SHA-256
        self._stamp: Stamp | None = None  #: that its head tells

    def read(self, stamp: Stamp) -> Places | None:
        """Return what it holds of the log that has this *stamp*; None if that is another, or the file is not whole."""
        try:
            with self.path.open("rb") as file:
                data, written = file.read(), os.fstat(file.fileno()).st_mtime_ns
        except OSError:
            return None
        if written - stamp.changed < STEP or not stamp.changed % SECOND:  # or a file system that knows seconds alone
            return None
        head, digest = data[: _HEAD.size], data[_HEAD.size : _HEAD.size + _DIGEST]
        if len(head) < _HEAD.size or sha256(head) != digest:
            return None
        magic, *facts, expected = _HEAD.unpack(head)
        body = memoryview(data)[_HEAD.size + _DIGEST :]
        if magic != _MAGIC or Stamp(*facts[:4]) != stamp or sha256(body) != expected:
            return None
        count, gone, end = facts[4:]
        offsets, numbers = array("Q"), array("Q")
        offsets.frombytes(body[: 8 * count])
        numbers.frombytes(body[40 * count :])
        if len(numbers) != gone:
            return None
        self._body, self._stamp = (count, gone, end, expected), stamp
        return Places(offsets, bytearray(body[8 * count : 40 * count]), numbers, end)

    def keep(self, stamp: Stamp, places: Places) -> None:
        """Remember *places* for the log of this *stamp*, as far as the disk has room; nothing of few records."""
        count, gone = len(places.offsets), len(places.gone)
        if self._body is not None and self._body[1] != gone:
            self._body = None
        missing = count - self._body[0] if self._body else count
        with contextlib.suppress(OSError):
            if missing >= LEAST:
                self._write_all(stamp, places)
            elif self._body is not None and stamp != self._stamp:
                handle = os.open(self.path, os.O_WRONLY | os.O_CLOEXEC)
                try:
                    os.pwrite(handle, _head(stamp, *self._body), 0)
                finally:
                    os.close(handle)
                self._stamp = stamp

    def forget(self) -> None:
        """Delete the file."""
        self._body = self._stamp = None
        with contextlib.suppress(OSError):
            self.path.unlink(missing_ok=True)

    def _write_all(self, stamp: Stamp, places: Places) -> None:
        body = b"".join((places.offsets.tobytes(), places.leaves, array("Q", sorted(places.gone)).tobytes()))
        facts = len(places.offsets), len(places.gone), places.end, sha256(body)
        part = self.path.with_name(f"{NAME}.part")
        handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(_head(stamp, *facts))
            file.write(body)
        part.rename(self.path)
        self._body, self._stamp = facts, stamp


def _head(stamp: Stamp, count: int, gone: int, end: int, digest: bytes) -> bytes:
    head = _HEAD.pack(_MAGIC, *stamp, count, gone, end, digest)
    return head + sha256(head)
