"""The stream of a consignment, as far as it is here without a gap: payload after payload, wherever they lie."""

import errno
import os
import threading
from collections.abc import Callable
from pathlib import Path

from tamizdat.carrying.moved import Moved
from tamizdat.disk.files import aligned_buffer, read_into, refusals
from tamizdat.sealing.parcel import PAYLOAD


class Stream:
    """The first *count* payloads as one stream. One reader may ``read`` and ``seek``, any threads ``read_at``."""

    def __init__(self, folder: Path, count: int, moved: Moved, size: int = PAYLOAD) -> None:
        self.folder, self.moved = folder, moved
        self.payload_size = size  #: bytes of each payload
        self.length = count * size
        self.watch: Callable[[int, memoryview], None] = lambda number, payload: None  #: told each payload that is read
        self._thread = threading.local()
        self._at = 0

    def read(self, count: int) -> bytes:
        """Return at most *count* bytes from where the last call ended."""
        data = bytearray(max(0, min(count, self.length - self._at)))
        self.read_at(self._at, memoryview(data))
        self._at += len(data)
        return bytes(data)

    def seek(self, offset: int) -> None:
        """Return where the next :meth:`read` begins, in bytes."""
        self._at = offset

    def tell(self) -> int:
        """Return where the next :meth:`read` begins, in bytes."""
        return self._at

    def read_at(self, offset: int, room: memoryview) -> None:
        """Fill *room* from *offset*. Each thread keeps the payload it read last: files follow upon each other."""
        while room:
            number, at = divmod(offset, self.payload_size)
            part = self.payload(number)[at : at + len(room)]
            room[: len(part)] = part
            room, offset = room[len(part) :], offset + len(part)

    def payload(self, number: int) -> memoryview:
        """Return one payload, in this thread's buffer until it reads the next."""
        if getattr(self._thread, "number", None) != number:
            if not hasattr(self._thread, "room"):
                self._thread.room = aligned_buffer(self.payload_size)
            self._thread.number = None  # a reading that fails leaves neither payload
            with refusals("what arrived"):
                if self._fill(number, self._thread.room) != self.payload_size:
                    raise OSError(errno.EIO, os.strerror(errno.EIO))
            self._thread.number = number
            self.watch(number, self._thread.room)
        room: memoryview = self._thread.room
        return room

    def _fill(self, number: int, room: memoryview) -> int:
        """Read a payload, or what it was let go for; return how many bytes of it are there."""
        try:
            return len(read_into(self.folder / str(number), room))
        except FileNotFoundError:
            if number not in self.moved:
                raise
        return self.moved.read(number, room)
