"""Any bytes of a gzip (RFC 1952), wherever they stand, without unpacking it to a disk.

Deflate can be read forwards only. While the file is read through once, the state of the decompressor is kept at up to
:data:`POINTS` places, evenly spread: when there are too many, every second one is dropped and the distance doubles. To
read at a place costs unpacking from the nearest one before it; reading on from where one is costs nothing more. So
memory stays below some 15 MiB however large the file is::

    10 GiB unpacked   →   256 points, 40 MiB apart   →   at most a fifth of a second to the first byte
"""

import io
import zlib
from bisect import bisect_right
from pathlib import Path
from typing import Any, Final

from tamizdat.dataclass import dataclass
from tamizdat.posts.export_bounds import BadExport, swells, unpacking

POINTS: Final = 256
FIRST_GAP: Final = 1 << 20  #: bytes between two points, at first
PACKED_STEP: Final = 1 << 14  #: bytes; a kept state holds on to the last ones
STEP: Final = 1 << 20  #: bytes unpacked at a time, at most
MAGIC: Final = b"\x1f\x8b"


@dataclass
class _State:
    """Where reading stands: bytes unpacked, bytes read, and the decompressor, None between two members."""

    out: int
    read: int
    stream: Any  # zlib gives its class no name

    def copy(self) -> "_State":
        """Return the same place, to go on from again."""
        return _State(self.out, self.read, self.stream.copy() if self.stream else None)


class GzipReader:
    """A gzip, and its unpacked bytes at any place. Raises :class:`BadExport` where it is damaged or swells."""

    def __init__(self, path: Path) -> None:
        with unpacking():
            self._file = path.open("rb")
        self._gap = FIRST_GAP
        self._points = [_State(0, 0, None)]
        self._state = _State(0, 0, None)
        self._chunk, self._chunk_at = b"", 0  #: what was unpacked last, and where it begins
        self._ended = False

    @property
    def packed(self) -> int:
        """Return how many packed bytes were read to come to where reading stands."""
        return self._state.read

    @property
    def unpacked(self) -> int:
        """Return how many bytes were unpacked to come to where reading stands."""
        return self._state.out

    def read_at(self, offset: int, size: int) -> bytes:
        """Return up to *size* bytes from *offset* of what it unpacks to, fewer only at its end."""
        pieces = []
        while size > 0:
            piece = self._piece(offset, size)
            if not piece:
                break
            pieces.append(piece)
            offset, size = offset + len(piece), size - len(piece)
        return b"".join(pieces)

    def rest(self) -> int:
        """Read on to the end, which checks its digests; return the number of bytes it unpacks to."""
        while self._next():
            pass
        return self._state.out

    def _piece(self, offset: int, size: int) -> bytes:
        if not self._chunk_at <= offset <= self._state.out:
            self._go_near(offset)
        while offset >= self._state.out:
            if offset > self._state.out:
                self._go_near(offset, onwards=True)
            if not self._next():
                return b""
        at = offset - self._chunk_at
        return self._chunk[at : at + size]

    def _go_near(self, offset: int, onwards: bool = False) -> None:
        """Go to the last point not behind *offset*, unless where we are is nearer."""
        point = self._points[bisect_right(self._points, offset, key=lambda each: each.out) - 1]
        if (offset >= self._state.out or onwards) and point.out <= self._state.out:
            return
        self._state, self._ended = point.copy(), False
        self._chunk, self._chunk_at = b"", self._state.out

    def _next(self) -> bool:
        """Unpack some more; return False at the end."""
        with unpacking():
            state = self._state
            while not self._ended:
                self._file.seek(state.read)
                data = self._file.read(PACKED_STEP)
                if state.stream is None and not self._begins(data):
                    self._ended = True
                    break
                if not data:
                    raise BadExport(
                        "Expected a gzip that is whole, found one that ends too early. Copy or download it again."
                    )
                state.stream = state.stream or zlib.decompressobj(wbits=31)
                chunk = state.stream.decompress(data, STEP)
                state.read += len(data) - len(state.stream.unconsumed_tail) - len(state.stream.unused_data)
                self._chunk, self._chunk_at = chunk, state.out
                state.out += len(chunk)
                if swells(state.out, state.read):
                    raise BadExport(f"Expected a gzip of honest size, found one that swells ({state.out:,} bytes).")
                if state.stream.eof:
                    state.stream = None
                self._keep_point()
                if chunk:
                    return True
            return False

    def _begins(self, data: bytes) -> bool:
        """Tell whether another member begins; what else follows one (padding, mostly) is no part of it."""
        return data.startswith(MAGIC)

    def _keep_point(self) -> None:
        if self._state.out < self._points[-1].out + self._gap:
            return
        self._points.append(self._state.copy())
        if len(self._points) > POINTS:
            del self._points[1::2]
            self._gap *= 2

    def close(self) -> None:
        """Close the file."""
        self._file.close()


class PlainReader:
    """Any bytes of a file that is not packed, under the same interface."""

    def __init__(self, path: Path) -> None:
        with unpacking():
            self._file = path.open("rb")
            self.packed = path.stat().st_size

    def read_at(self, offset: int, size: int) -> bytes:
        """Return up to *size* bytes from *offset*, fewer only at the end."""
        with unpacking():
            self._file.seek(offset)
            return self._file.read(size)

    def rest(self) -> int:
        """Return the size of the file in bytes."""
        return self.packed

    def close(self) -> None:
        """Close the file."""
        self._file.close()


class Part(io.RawIOBase):
    """Some bytes of a reader, as a file. It raises :class:`BadExport` where they end before their size says."""

    def __init__(self, reader: GzipReader | PlainReader, offset: int, size: int) -> None:
        self._reader, self._offset, self._left = reader, offset, size

    def readable(self) -> bool:
        """Return True."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Fill *buffer* as far as there are bytes; raise :class:`BadExport` where they are too few."""
        data = self._reader.read_at(self._offset, min(len(buffer), self._left))
        if not data and self._left and len(buffer):
            raise BadExport("Expected a file as long as its tar says, found one that is cut short.")
        buffer[: len(data)] = data
        self._offset, self._left = self._offset + len(data), self._left - len(data)
        return len(data)
