"""A consignment is one POSIX (pax) tar stream, most precious first, cut into payloads and grouped.

The order of the stream, in *stages*::

    inventory   inventory.json
    texts       card/… notes, sidecars, subtitles: small, and often worth more than the footage
    previews    previews/… one small picture of each clip or picture
    originals   card/… everything else, what the operator named with --first in front
    manifest    SHA256SUMS, manifest.signature, manifest.json, and tar's end of archive, zeros to the end of the payload

The stream is cut every :data:`~tamizdat.sealing.parcel.PAYLOAD` bytes, or every
:data:`~tamizdat.sealing.parcel.SMALL_PAYLOAD` for a poor line. *k* payloads make a group and get parity
(:mod:`tamizdat.sealing.erasure`). Where a stage ends, the payload that holds its last byte also ends a group, so
that nothing of a finished stage waits for the next one: that group is simply shorter. Nothing is filled up inside
the stream; only after tar's own end mark do zeros follow.

The same card and inventory always give the same stream, which is what makes a cut-off sealing resumable.

After the manifest come *filler* groups of one share each: their number rounds the parcels up (Padmé), so that
the count tells little about the card.
"""

from collections.abc import Iterable
from typing import Protocol

from tamizdat.dataclass import dataclass
from tamizdat.errors import BadConsignment
from tamizdat.sealing.inventory import BEGINNING, INVENTORY, read_device
from tamizdat.sealing.parcel import HEADER, PLAINTEXT
from tamizdat.sealing.pax import END_OF_ARCHIVE, Seekable, member, read_member


@dataclass
class Group:
    """Up to *k* payloads that travel together. Each buffer is a whole parcel, its first 512 bytes still empty."""

    number: int  # counts groups, from 0
    first: int  # counts payloads, from 0
    stage: str  # the stage in which the group's first byte lies
    buffers: list[bytearray]


class GroupSealer(Protocol):
    """Where the groups of a stream go: :class:`tamizdat.carrying.groups.Groups`."""

    def buffer(self) -> bytearray:
        """Return a buffer for one parcel, as large as it is inside its seal; its contents are undefined."""

    def take(self, group: Group) -> None:
        """Take a full group; its buffers are not touched again by who gave it."""


class Cutter:
    """Cuts the stream into groups of *k* payloads and hands each full group to *groups*, whose buffers it fills.

    Files are read straight into the parcels' buffers: :meth:`room` is the free rest of the current one,
    :meth:`advance` says how much of it was filled.
    """

    def __init__(self, k: int, groups: GroupSealer, size: int = PLAINTEXT) -> None:
        self._k, self._size = k, size
        self._groups = groups
        self._group = Group(0, 0, "inventory", [])
        self._stage = "inventory"
        self._at = size  # no buffer yet
        self._ends = False  # a stage ended in the current payload

    def write(self, data: bytes | memoryview) -> None:
        """Append bytes to the stream."""
        view = memoryview(data)
        while view:
            room = self.room()
            count = min(len(room), len(view))
            room[:count] = view[:count]
            self.advance(count)
            view = view[count:]

    def room(self) -> memoryview:
        """Return the part of the current buffer where the next bytes of the stream go; at least one byte."""
        if self._at == self._size:
            if not self._group.buffers:
                self._group.stage = self._stage
            self._group.buffers.append(self._groups.buffer())
            self._at = HEADER
        return memoryview(self._group.buffers[-1])[self._at :]

    def advance(self, count: int) -> None:
        """Count the first *count* bytes of :meth:`room` to the stream."""
        self._at += count
        if self._at == self._size and (self._ends or len(self._group.buffers) == self._k):
            self._flush()

    def end_stage(self, following: str) -> None:
        """End the current stage with the byte before; the stage *following* begins."""
        self._stage = following
        if self._at == self._size:
            if self._group.buffers:
                self._flush()
        else:
            self._ends = True

    def close(self) -> None:
        """Write tar's end of archive and zeros to the end of the payload; hand over the last group."""
        self.write(END_OF_ARCHIVE)
        self._ends = True
        if self._at != self._size:
            self.write(bytes(self._size - self._at))
        elif self._group.buffers:
            self._flush()

    def _flush(self) -> None:
        done = self._group
        self._group = Group(done.number + 1, done.first + len(done.buffers), self._stage, [])
        self._ends = False
        self._groups.take(done)


def padme(count: int) -> int:
    """Return *count* rounded up so that it tells at most O(log log) bits (Padmé: PURBs, PETS 2019, section 4)."""
    if count < 2:
        return count
    exponent = count.bit_length() - 1
    mask = (1 << max(0, exponent - exponent.bit_length())) - 1
    return (count + mask) & ~mask


def read_sender(stream: Seekable, length: int, consignment: bytes) -> bytes | None:
    """Return the Ed25519 key (32 bytes) of the device that vouches for a received stream, None before it is here.

    The first *length* bytes have arrived. Raises BadConsignment.
    """
    first = read_member(stream, 0, length)
    if first is None or first.offset + BEGINNING > length:
        return None
    if first.name != INVENTORY:
        raise BadConsignment(
            f"Expected {INVENTORY} as the first file of a consignment, found one of {first.size:,} bytes that is not."
        )
    stream.seek(first.offset)
    return read_device(stream.read(BEGINNING), consignment)


def closing_members(documents: Iterable[tuple[str, bytes]], modified: str) -> bytes:
    """Return the tar members of the last stage; *documents* are (name, bytes), the manifest last."""
    return b"".join(member(name, data, modified) for name, data in documents)
