"""``entries.places``: where every record of ``entries.log`` begins, and its leaf, so that no header is read again.

Whoever opens an archive must know this of every record, and 65,000 headers take longer to read than all else that most
commands do. The file holds for as long as nobody touched the log: inode, size and times are those that its head tells,
also the time of the last change (``ctime``), which only the system sets. Otherwise the log is read header by header
(scan.py), as it is if this file is missing, torn or damaged. It is a view, and tells nothing that the log does not::

    head    the log's inode, size and times; how many records the body has, how many are gone, where they end;
            SHA-256 of the body; SHA-256 of the head so far
    body    where each record begins, 8 bytes; its leaf, 32 bytes; the numbers of those that are gone, 8 bytes

Who appended writes the head again when it closes the log; the body is written when many records are not in it. The
system's clock for times of files goes on in steps (Linux before 6.13, and others): of a log that was written a moment
before this file nobody could tell whether it was touched in the same step, so it is read header by header, too. Who
closes the log waits for the next step.
"""

import contextlib
import hashlib
import os
import time
from array import array
from collections.abc import Collection, Iterable
from pathlib import Path
from struct import Struct
from typing import Final, NamedTuple

from tamizdat.disk.files import flush_folder
from tamizdat.encoding import sha256

NAME: Final = "entries.places"
LEAST: Final = 4_096  #: records from which it pays, and that may be missing in the body
STEP: Final = 20_000_000  #: nanoseconds; no system's step is longer
WAIT: Final = 10_000_000  #: nanoseconds beside, for that clock is behind the other one
SECOND: Final = 1_000_000_000  #: in nanoseconds
_MAGIC: Final = b"tamizdat/places/v1\n"
_HEAD: Final = Struct("<19s7Q32s")
_DIGEST: Final = 32
_PLAINLY: Final = os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK  #: nobody waits for a pipe in its place


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


def touch(handle: int) -> None:
    """Give the open log another stamp than it has, on the disk: times of files are coarse."""
    before = stamp_of(handle)
    while stamp_of(handle) == before:
        os.utime(handle)
    os.fsync(handle)


class PlacesFile:
    """The file beside one log. Whoever writes it holds the archive's lock."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._body: tuple[int, int, int, bytes] | None = None  #: of the body: records, gone, end, SHA-256
        self._stamp: Stamp | None = None  #: that its head tells

    def read(self, stamp: Stamp) -> Places | None:
        """Return what it holds of the log that has this *stamp*; None if that is another, or the file is not whole."""
        try:
            with os.fdopen(os.open(self.path, _PLAINLY), "rb") as file:
                found = os.fstat(file.fileno())
                head, digest = file.read(_HEAD.size), file.read(_DIGEST)
                if len(head) < _HEAD.size or sha256(head) != digest:
                    return None
                magic, *facts, expected = _HEAD.unpack(head)
                count, gone, end = facts[4:]
                sizes = 8 * count, 32 * count, 8 * gone
                if magic != _MAGIC or found.st_size != _HEAD.size + _DIGEST + sum(sizes):
                    return None
                body = [file.read(size) for size in sizes]
        except OSError:
            return None
        # on a file system that knows seconds alone nothing is told by times
        if Stamp(*facts[:4]) != stamp or found.st_mtime_ns - stamp.changed < STEP or not stamp.changed % SECOND:
            return None
        if _digest(body) != expected:
            return None
        self._body, self._stamp = (count, gone, end, expected), stamp
        return Places(array("Q", body[0]), bytearray(body[1]), array("Q", body[2]), end)

    def wait(self, stamp: Stamp, count: int) -> None:
        """Wait, for a moment at most, until what is kept of a log of *count* records with this stamp is believed."""
        rest = stamp.changed + STEP + WAIT - time.time_ns()
        if count >= LEAST and stamp != self._stamp and 0 < rest <= STEP + WAIT:
            time.sleep(rest / SECOND)

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
                handle = os.open(self.path, os.O_WRONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
                try:
                    os.pwrite(handle, _head(stamp, *self._body), 0)
                finally:
                    os.close(handle)
                self._stamp = stamp

    def forget(self) -> None:
        """Delete the file; when this returns, no power cut brings it back."""
        self._body = self._stamp = None
        with contextlib.suppress(OSError):
            self.path.unlink(missing_ok=True)
            flush_folder(self.path.parent)

    def _write_all(self, stamp: Stamp, places: Places) -> None:
        body: list[bytes | bytearray] = [
            places.offsets.tobytes(),
            places.leaves,
            array("Q", sorted(places.gone)).tobytes(),
        ]
        facts = len(places.offsets), len(places.gone), places.end, _digest(body)
        part = self.path.with_name(f"{NAME}.part")
        try:
            handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
            with os.fdopen(handle, "wb") as file:
                file.writelines((_head(stamp, *facts), *body))
            part.rename(self.path)
        except OSError:
            part.unlink(missing_ok=True)
            raise
        self._body, self._stamp = facts, stamp


def _digest(parts: Iterable[bytes | bytearray]) -> bytes:
    found = hashlib.sha256()
    for part in parts:
        found.update(part)
    return found.digest()


def _head(stamp: Stamp, count: int, gone: int, end: int, digest: bytes) -> bytes:
    head = _HEAD.pack(_MAGIC, *stamp, count, gone, end, digest)
    return head + sha256(head)
