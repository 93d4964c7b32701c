"""Where the files of a card lie in its stream, and so of which pieces of them each payload is made.

The closing manifest comes last, but the order is known before: the first payloads hold the inventory, the texts and the
previews, and then the originals follow in the inventory's order, each with a header of known length. So as soon as the
header of the first original is here, :class:`Foreseen` tells where all of them are going to lie. It is a forecast, no
proof: who takes a consignment in compares it with the headers that did come.
"""

from bisect import bisect_right
from collections.abc import Sequence
from typing import Final, NamedTuple

from tamizdat.errors import BadConsignment
from tamizdat.sealing.inventory import INVENTORY, MAX_DOCUMENT, Inventory
from tamizdat.sealing.pax import Member, Seekable, member_header_size, member_padding, read_member

BETWEEN: Final = -1  #: the source of a piece that lies between files


class Piece(NamedTuple):
    """Bytes of a payload: *length* from *offset* on in the *source*-th file, or in what lies between files."""

    source: int
    offset: int
    length: int


class Layout:
    """Files of a stream, numbered from 0 in its order: ``files`` their offset and size in bytes."""

    def __init__(self, files: Sequence[tuple[int, int]], payload_size: int) -> None:
        self.files, self.payload_size = files, payload_size
        self._numbers = [number for number, (_, size) in enumerate(files) if size]
        self._starts = [files[number][0] for number in self._numbers]

    def pieces(self, payload: int) -> list[Piece]:
        """Return which files a payload is made of, and what lies between them (``offset`` in the payload)."""
        begin = at = payload * self.payload_size
        end, found = begin + self.payload_size, list[Piece]()
        place = max(0, bisect_right(self._starts, at) - 1)
        while at < end:
            number = self._numbers[place] if place < len(self._numbers) else None
            start = end if number is None else self._starts[place]
            stop = end if number is None else start + self.files[number][1]
            if number is not None and stop <= at:
                place += 1
            elif number is not None and start <= at:
                found.append(Piece(number, at - start, min(stop, end) - at))
                at = min(stop, end)
            else:
                found.append(Piece(BETWEEN, at - begin, min(start, end) - at))
                at = min(start, end)
        return found


class Foreseen:
    """The layout of a stream that is arriving, looked for as more of its beginning is here."""

    def __init__(self) -> None:
        self._at = 0
        self._inventory: Inventory | None = None
        self._files: list[tuple[int, int]] = []

    def look(self, stream: Seekable, length: int, payload_size: int) -> Layout | None:
        """Return the layout, None while the header of the first original is not among the first *length* bytes.

        Raises BadConsignment, BadEncoding, BadPath.
        """
        while (member := read_member(stream, self._at, length)) is not None:
            if self._inventory is not None and member.name == self._first(self._inventory):
                return self._foresee(self._inventory, member, payload_size)
            if member.offset + member.size > length:
                return None
            if self._inventory is None:
                self._inventory = _read_inventory(stream, member)
            else:
                self._files.append((member.offset, member.size))
            self._at = member.end
        return None

    @staticmethod
    def _first(inventory: Inventory) -> str | None:
        return next((entry.member for entry in inventory.files if entry.stage == "originals"), None)

    def _foresee(self, inventory: Inventory, first: Member, payload_size: int) -> Layout:
        files, at = list(self._files), self._at
        for entry in inventory.files:
            if entry.stage == "originals":
                at += member_header_size(entry.member, entry.size, entry.modified)
                files.append((at, entry.size))
                at += entry.size + len(member_padding(entry.size))
        offset, size = files[len(self._files)]
        if (offset, size) != (first.offset, first.size):
            raise BadConsignment(
                f"Expected the first original at byte {offset:,} of the stream, {size:,} bytes long, "
                f"as the inventory says, found {first.size:,} bytes at {first.offset:,}."
            )
        return Layout(files, payload_size)


def _read_inventory(stream: Seekable, member: Member) -> Inventory:
    if member.name != INVENTORY or member.size > MAX_DOCUMENT:
        raise BadConsignment(
            f"Expected {INVENTORY} of at most {MAX_DOCUMENT:,} bytes as the first file, found one of {member.size:,}."
        )
    stream.seek(member.offset)
    return Inventory.parse(stream.read(member.size))
