"""A consignment is one POSIX (pax) tar stream, most precious first, cut into payloads and grouped.

The order of the stream, in *stages*::

    inventory   inventory.json
    texts       card/… notes, sidecars, subtitles: small, and often worth more than the footage
    previews    previews/… one small picture of each clip or picture
    originals   card/… everything else, what the operator named with --first in front
    manifest    SHA256SUMS, manifest.signature, manifest.json, and tar's end of archive, zeros to the end of the payload

The stream is cut every :data:`~tamizdat.sealing.parcel.PAYLOAD` bytes. *k* payloads make a group and get parity
(:mod:`tamizdat.sealing.erasure`). Where a stage ends, the payload that holds its last byte also ends a group, so
that nothing of a finished stage waits for the next one: that group is simply shorter. Nothing is filled up inside
the stream; only after tar's own end mark do zeros follow.

The same card and inventory always give the same stream, which is what makes a cut-off sealing resumable.

After the manifest come *filler* groups of one share each: their number rounds the parcels up (Padmé), so that
the count tells little about the card.
"""

import io
import tarfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final, Protocol

from tamizdat.encoding import parse_timestamp, safe_path
from tamizdat.errors import BadConsignment, BadPath
from tamizdat.sealing.inventory import INVENTORY, MANIFEST, SIGNATURE, SUMS
from tamizdat.sealing.parcel import HEADER, PLAINTEXT

BLOCK: Final = 512  #: bytes of a tar block
_FRAME: Final = {INVENTORY, MANIFEST, SIGNATURE, SUMS}
_MAX_HEADER: Final = 64 << 10  #: bytes; a pax header of ours is under 10 KB, a hostile one could claim anything


def member_header(name: str, size: int, modified: str) -> bytes:
    """The pax header blocks of one regular file; no owner, no group, mode 0644 (POSIX.1-2017, pax)."""
    info = tarfile.TarInfo(name)
    info.size = size
    info.mtime = int(parse_timestamp(modified, "a file's time").timestamp())
    return info.tobuf(tarfile.PAX_FORMAT, "utf-8", "strict")


def member_padding(size: int) -> bytes:
    """The zeros that fill a file's last block."""
    return bytes(-size % BLOCK)


END_OF_ARCHIVE: Final = bytes(2 * BLOCK)


def member(name: str, data: bytes, modified: str) -> bytes:
    """A whole small file of the stream: header, bytes, padding."""
    return member_header(name, len(data), modified) + data + member_padding(len(data))


@dataclass
class Group:
    """Up to *k* payloads that travel together. Each buffer is a whole parcel, its first 512 bytes still empty."""

    number: int  # counts groups, from 0
    first: int  # counts payloads, from 0
    stage: str  # the stage in which the group's first byte lies
    buffers: list[bytearray]


class Cutter:
    """Cuts the stream into groups of *k* payloads and hands each full group to *emit*.

    Files are read straight into the parcels' buffers: :meth:`room` is the free rest of the current one,
    :meth:`advance` says how much of it was filled.
    """

    def __init__(self, k: int, emit: Callable[[Group], None], new_buffer: Callable[[], bytearray]) -> None:
        self._k = k
        self._emit = emit
        self._new_buffer = new_buffer  # of PLAINTEXT bytes, whatever they are
        self._group = Group(0, 0, "inventory", [])
        self._stage = "inventory"
        self._at = PLAINTEXT  # no buffer yet
        self._ends = False  # a stage ended in the current payload

    def write(self, data: bytes | memoryview) -> None:
        """Appends bytes to the stream."""
        view = memoryview(data)
        while view:
            room = self.room()
            count = min(len(room), len(view))
            room[:count] = view[:count]
            self.advance(count)
            view = view[count:]

    def room(self) -> memoryview:
        """Where the next bytes of the stream go; at least one byte."""
        if self._at == PLAINTEXT:
            if not self._group.buffers:
                self._group.stage = self._stage
            self._group.buffers.append(self._new_buffer())
            self._at = HEADER
        return memoryview(self._group.buffers[-1])[self._at :]

    def advance(self, count: int) -> None:
        """The first *count* bytes of :meth:`room` now belong to the stream."""
        self._at += count
        if self._at == PLAINTEXT and (self._ends or len(self._group.buffers) == self._k):
            self._flush()

    def end_stage(self, following: str) -> None:
        """The stage is complete with the byte before; *following* begins."""
        self._stage = following
        if self._at == PLAINTEXT:
            if self._group.buffers:
                self._flush()
        else:
            self._ends = True

    def close(self) -> None:
        """Tar's end of archive and zeros to the end of the payload; emits the last group."""
        self.write(END_OF_ARCHIVE)
        self._ends = True
        if self._at != PLAINTEXT:
            self.write(bytes(PLAINTEXT - self._at))
        elif self._group.buffers:
            self._flush()

    def _flush(self) -> None:
        done = self._group
        self._group = Group(done.number + 1, done.first + len(done.buffers), self._stage, [])
        self._ends = False
        self._emit(done)


def padme(count: int) -> int:
    """*count* rounded up so that it tells at most O(log log) bits (Padmé: PURBs, PETS 2019, section 4)."""
    if count < 2:
        return count
    exponent = count.bit_length() - 1
    mask = (1 << max(0, exponent - exponent.bit_length())) - 1
    return (count + mask) & ~mask


@dataclass(frozen=True)
class Member:
    """A file of the received stream: *name* has passed :func:`~tamizdat.encoding.safe_path`; data at *offset*."""

    name: str
    size: int
    offset: int


class Seekable(Protocol):
    """What a received stream is read through."""

    def read(self, count: int) -> bytes: ...
    def seek(self, offset: int, /) -> object: ...
    def tell(self) -> int: ...


class _Bounded:
    """Refuses the huge reads by which a hostile header would exhaust memory."""

    def __init__(self, stream: Seekable, length: int) -> None:
        self._stream, self._length = stream, length
        self.cut = False  #: a read met the end of what has arrived

    def read(self, count: int = -1) -> bytes:
        if not 0 <= count <= _MAX_HEADER:
            raise BadConsignment("Expected tar headers of at most 64 KiB, found a larger one.")
        data = self._stream.read(max(0, min(count, self._length - self._stream.tell())))
        self.cut = self.cut or len(data) < count
        return data

    def seek(self, offset: int, whence: int = 0) -> int:
        if whence != io.SEEK_SET or offset < 0:
            raise BadConsignment("Expected a tar stream that is read forwards.")
        self._stream.seek(min(offset, self._length))
        return self._stream.tell()

    def tell(self) -> int:
        return self._stream.tell()


def members(stream: Seekable, length: int) -> Iterator[Member]:
    """The files of the first *length* bytes of a received stream, in order.

    A file that does not end within *length* is not among them. Anything but a plain file, a name that leads
    elsewhere, or one outside ``card/``, ``previews/`` and the frame raises :class:`BadConsignment`.
    """
    arrived = _Bounded(stream, length)
    try:
        with tarfile.open(fileobj=arrived, mode="r:") as archive:  # type: ignore[call-overload]  # any object with read, seek and tell serves
            for info in archive:
                if info.type not in (tarfile.REGTYPE, tarfile.AREGTYPE) or info.issparse():
                    raise BadConsignment("Expected only plain files in a consignment, found something else.")
                if info.size < 0:  # tarfile would step back and read the same header for ever
                    raise BadConsignment("Expected files of 0 bytes or more, found a negative size.")
                if info.offset_data + info.size > length:
                    return
                yield Member(_member_name(info.name), info.size, info.offset_data)
                archive.members.clear()  # tarfile remembers every header otherwise
    except (tarfile.TarError, ValueError, OverflowError, EOFError, RecursionError) as error:
        if arrived.cut and isinstance(error, tarfile.TarError):
            return  # in the middle of a header: the rest is on its way
        # RecursionError: tarfile calls itself for each extended header, and a hostile stream is nothing but those
        raise BadConsignment(f"Expected a tar stream, found bytes that are none: {type(error).__name__}.") from error


def _member_name(name: str) -> str:
    try:
        path = safe_path(name)
    except BadPath as error:
        raise BadConsignment(f"A file of this consignment has a name that is not accepted: {error}") from error
    if path not in _FRAME and not path.startswith(("card/", "previews/")):
        raise BadConsignment("Expected files under card/ and previews/ only, found another.")
    return path


def closing_members(documents: Iterable[tuple[str, bytes]], modified: str) -> bytes:
    """The files of the last stage, the manifest as the very last."""
    return b"".join(member(name, data, modified) for name, data in documents)
