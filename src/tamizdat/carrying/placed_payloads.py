"""Payloads that are written straight into the files of the card they belong to, by the threads that fetch them.

Several threads may hold the same payload, from two places, or from two senders of whom one lies. So a thread claims a
payload's number before it writes, and keeps the claim until somebody has decided whether what it wrote counts; who
finds it claimed writes a file of its own, as always. What was written and does not count is no harm: nobody reads that
part of the file before it is written again. While a consignment is taken in nothing is placed at all
(:meth:`Placing.held`): a file that was hashed must not change any more.
"""

import contextlib
import os
import threading
from collections.abc import Container, Iterator
from typing import Final

from tamizdat.carrying.layout import BETWEEN, Layout, Piece
from tamizdat.carrying.moved import WHAT, Moved
from tamizdat.dataclass import dataclass
from tamizdat.disk.files import refusals, write_at

MOST: Final = 8  #: files that one payload is written into at once; many small files are copied together later
GAP: Final = 1 << 20  #: bytes of a payload that may lie between files; one with more of them (a document) stays


@dataclass(frozen=True)
class Placed:
    """A payload that lies in files: its pieces, and the bytes between them."""

    number: int
    size: int
    pieces: list[Piece]
    gaps: list[bytes]


class Placing:
    """The files of one consignment, written into by any thread. Nothing is placed before it has a *layout*."""

    def __init__(self, moved: Moved) -> None:
        self.layout: Layout | None = None
        self._moved = moved
        self._claimed: set[int] = set()
        self._writing = self._holds = 0
        self._changed = threading.Condition()

    def place(self, number: int, payload: memoryview, here: Container[int]) -> Placed | None:
        """Write a payload into its files; None if it does not go there, or is *here*, or somebody else has it.

        Whoever placed it must :meth:`release` it when it is decided whether it counts. Raises StorageFull,
        StorageRefused.
        """
        layout = self.layout
        if layout is None or len(payload) != layout.payload_size:
            return None
        pieces = layout.pieces(number)
        files = [piece for piece in pieces if piece.source != BETWEEN]
        if not 0 < len(files) <= MOST or sum(each.length for each in pieces) - sum(each.length for each in files) > GAP:
            return None
        if any(self._moved.adopted(piece.source) for piece in files):
            return None  # it is an object already, of which this is put back
        with self._changed:
            if self._holds or number in self._claimed or number in here:
                return None
            self._claimed.add(number)
            self._writing += 1
        try:
            return Placed(number, len(payload), pieces, self._write(layout, pieces, payload))
        except BaseException:
            self.release(number)
            raise
        finally:
            with self._changed:
                self._writing -= 1
                self._changed.notify_all()

    def release(self, number: int) -> None:
        """Give up the claim to a payload: it counts, or what was written does not."""
        with self._changed:
            self._claimed.discard(number)

    @contextlib.contextmanager
    def held(self) -> Iterator[None]:
        """Hold every thread off the files within the block."""
        self.hold()
        try:
            yield
        finally:
            with self._changed:
                self._holds -= 1

    def hold(self) -> None:
        """Hold every thread off the files from now on, and wait for those that are writing."""
        with self._changed:
            self._holds += 1
            self._changed.wait_for(lambda: not self._writing)

    def _write(self, layout: Layout, pieces: list[Piece], payload: memoryview) -> list[bytes]:
        gaps, at = list[bytes](), 0
        with refusals(WHAT):
            self._moved.files.mkdir(mode=0o700, exist_ok=True)
            for piece in pieces:
                part = payload[at : at + piece.length]
                at += piece.length
                if piece.source == BETWEEN:
                    gaps.append(bytes(part))
                    continue
                size = layout.files[piece.source][1]
                flags = os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC
                handle = os.open(self._moved.files / str(piece.source), flags, 0o600)
                try:
                    if os.fstat(handle).st_size < size:
                        os.ftruncate(handle, size)  # a file that does not grow is written by several threads at once
                    write_at(handle, part, piece.offset)
                finally:
                    os.close(handle)
        return gaps
