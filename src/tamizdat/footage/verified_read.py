"""One verified reading of a card's file: exactly the listed size is delivered and hashed, and its state is told."""

import contextlib
import hashlib
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

from tamizdat.disk.files import aligned_buffer
from tamizdat.footage.card import READ, CardFile

STEP: Final = 4 << 20  #: bytes read ahead of a large file
PAGE: Final = 4096  #: bytes that are passed over where a card fails, at first
GAP: Final = 64 << 20  #: bytes that are passed over at once, at most: what is dead is not tried page by page
TRIES: Final = 256  #: failures in one file, after which the rest is not tried: each may take half a minute


class _Ahead:
    """Reads a large file one step ahead, in a thread of its own and around the system's cache: cards are slow."""

    def __init__(self, where: Path) -> None:
        self._handle = os.open(where, READ | getattr(os, "O_DIRECT", 0))
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="reading")
        self._rooms = (aligned_buffer(STEP), aligned_buffer(STEP))
        self._steps = 0
        self._coming = self._thread.submit(self._read)

    def _read(self) -> memoryview:
        room = self._rooms[self._steps % 2]
        return room[: os.preadv(self._handle, [room], self._steps * STEP)]

    def take(self) -> memoryview:
        """Return the next bytes, which stay until the next call; empty at the end. Raises OSError."""
        found = self._coming.result()
        self._steps += 1
        self._coming = self._thread.submit(self._read)
        return found

    def close(self) -> None:
        """Close the file."""
        self._thread.shutdown()
        _close(self._handle)


class Reading:
    """One verified reading of a file: *read_into* until it returns 0, then *state* and *digest*.

    Exactly the listed size is delivered. What is missing is zeros, and *state* says so. Behind a place that a failing
    card does not give, reading goes on: one bad spot costs a clip little. *lost* is why not even its beginning could be
    tried, None if it was opened.
    """

    def __init__(self, file: CardFile) -> None:
        self._file = file
        self._hash = hashlib.sha256()
        self._left = file.size
        self._cut = False
        self._gap = self._failures = self._next_try = 0
        self.lost: OSError | None = None
        self._ahead: _Ahead | None = None
        self._chunk = memoryview(b"")
        try:
            self._handle: int | None = os.open(file.where, READ)
            if file.size >= 2 * STEP:
                with contextlib.suppress(OSError):  # a file system that has no way around its cache
                    self._ahead = _Ahead(file.where)
        except OSError as error:
            self._handle, self._cut, self.lost = None, True, error

    @property
    def is_cut(self) -> bool:
        """Tell whether bytes that were listed could not be read, or whether they are still the file's."""
        return self._cut

    def read_into(self, room: memoryview) -> int:
        """Fill *room* as far as the file goes; return how many bytes, 0 at the end."""
        room = room[: self._left]
        if not room:
            return 0
        count = self._fill(room)
        if count == 0:
            self._cut = True
            at = self._file.size - self._left
            count = min(len(room), self._next_try - at) if self._next_try > at else len(room)
            room[:count] = bytes(count)
        self._hash.update(room[:count])
        self._left -= count
        return count

    def _fill(self, room: memoryview) -> int:
        at = self._file.size - self._left
        if self._handle is None or self._next_try > at:
            return 0
        try:
            if self._ahead is not None and not self._chunk:
                self._chunk = self._ahead.take()
                if len(self._chunk) < STEP:  # the end; or a short answer, behind which the next step does not follow
                    self._stop_ahead()
        except OSError:  # a bad place within this step: what is before it is read in smaller ones
            self._stop_ahead()
        if self._chunk:
            count = min(len(room), len(self._chunk))
            room[:count] = self._chunk[:count]
            self._chunk = self._chunk[count:]
            return count
        try:
            count = os.preadv(self._handle, [room], at)
        except OSError:  # a card that fails under our hands: keep what was read, and try behind it
            self._failures += 1
            self._gap = min(2 * self._gap, GAP) or PAGE
            self._next_try = self._file.size if self._failures == TRIES else at // PAGE * PAGE + self._gap
            return 0
        self._gap = 0
        if not count:  # it ended early
            self._next_try = self._file.size
        return count

    def _stop_ahead(self) -> None:
        if self._ahead is not None:
            self._ahead.close()
            self._ahead = None

    def finish(self) -> tuple[str, bytes]:
        """Close the file; return its state and the SHA-256 of the bytes delivered."""
        state = "cut short" if self._cut else "whole"
        self._stop_ahead()
        if self._handle is not None:
            if not self._cut and not self._is_unchanged(self._handle):
                state = "changed while read"
            _close(self._handle)
            self._handle = None
        return state, self._hash.digest()

    def _is_unchanged(self, handle: int) -> bool:
        try:
            now = os.fstat(handle)
        except OSError:  # a card that was pulled out after its last byte
            self._cut = True
            return False
        return (now.st_size, now.st_mtime_ns) == (self._file.size, self._file.modified_ns)


def _close(handle: int) -> None:
    with contextlib.suppress(OSError):  # a card that is gone refuses even that
        os.close(handle)
