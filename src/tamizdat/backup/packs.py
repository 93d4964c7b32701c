r"""Packs: what a backup is cut into, all of one size and without a mark on the outside.

A pack is an age file sealed to the recovery key, and looks like a parcel for one recipient: the same size to the byte,
and its name is the BLAKE3 of its bytes. Inside lies a tar of 4 MiB, of two kinds of files, then zeros::

    pieces/<SHA-256>    a piece of a file of the desk, at most 1,047,552 bytes (four fill a pack)
    backup/<number>     what a whole backup consists of (tamizdat.backup.file_list), after all its pieces were sent

There is one way to write a pack, so a reader writes each header again and compares.

>>> pack = Pack()
>>> pack.add("pieces/" + sha256_hex(b"note"), b"note")
>>> [(name[:11], bytes(data)) for name, data in members(pack.plaintext())]
[('pieces/edb4', b'note')]
"""

import re
from collections.abc import Iterator
from typing import Final

from tamizdat.encoding import sha256_hex
from tamizdat.errors import BadBackup
from tamizdat.sealing.parcel import PLAINTEXT
from tamizdat.sealing.pax import BLOCK, END_OF_ARCHIVE, member, member_header

PIECE: Final = 2046 * BLOCK  #: bytes of the largest piece; four with their headers fill a pack
ROOM: Final = PLAINTEXT - len(END_OF_ARCHIVE)  #: bytes of a pack for headers and pieces
MODIFIED: Final = "1980-01-01T00:00:00Z"  #: the time of every file in a pack: it tells nothing
_PIECE_NAME: Final = re.compile(r"pieces/[0-9a-f]{64}")
_HEAD_NAME: Final = re.compile(r"backup/[1-9][0-9]{0,14}")
_SIZE: Final = re.compile(rb"[0-7]{11}")


class Pack:
    """A pack that is being filled."""

    def __init__(self) -> None:
        self._tar = bytearray()
        self.sizes: dict[str, int] = {}  #: SHA-256 of each piece in it, in order → its bytes

    def fits(self, size: int) -> bool:
        """Whether a file of *size* bytes still has room."""
        return len(self._tar) + BLOCK + size + -size % BLOCK <= ROOM

    def add(self, name: str, data: bytes) -> None:
        """Add a file that :meth:`fits`."""
        assert self.fits(len(data)), "a pack has one size"
        self._tar += member(name, data, MODIFIED)
        if name.startswith("pieces/"):
            self.sizes[name[7:]] = len(data)

    def plaintext(self) -> bytes:
        """Return the 4 MiB that are sealed."""
        return bytes(self._tar).ljust(PLAINTEXT, b"\0")


def piece_sizes(size: int) -> list[int]:
    """Return the sizes in bytes of the pieces of a file of *size* bytes, in order; an empty file has none."""
    return [min(PIECE, size - at) for at in range(0, size, PIECE)]


def members(plaintext: bytes | memoryview) -> Iterator[tuple[str, memoryview]]:
    """Yield name and bytes of each file in an unsealed pack.

    Raises BadBackup unless it is one that :class:`Pack` makes, and each piece has the SHA-256 that it is named by.
    """
    view, at = memoryview(plaintext), 0
    if len(view) != PLAINTEXT:
        raise BadBackup(f"Expected {PLAINTEXT:,} bytes inside the seal of a backup's file, found {len(view):,}.")
    while at < ROOM and any(header := bytes(view[at : at + BLOCK])):
        name, size = _parse(header)
        at += BLOCK
        if at + size > ROOM:
            raise BadBackup(f"Expected at most {ROOM - at:,} more bytes in a backup's file, found a piece of {size:,}.")
        data = view[at : at + size]
        if _PIECE_NAME.fullmatch(name) and sha256_hex(data) != name[7:]:
            raise BadBackup(f"Expected a piece with the SHA-256 {name[7:]}, found {sha256_hex(data)}.")
        yield name, data
        at, end = at + size + -size % BLOCK, at + size
        if bytes(view[end:at]).strip(b"\0"):
            raise BadBackup("Expected zeros to the end of a piece's last block, found other bytes.")
    if bytes(view[at:]).strip(b"\0"):
        raise BadBackup("Expected nothing but zeros behind the last piece of a backup's file, found other bytes.")


def _parse(header: bytes) -> tuple[str, int]:
    name = header[:100].rstrip(b"\0").decode("ascii", "replace")
    size = int(header[124:135], 8) if _SIZE.fullmatch(header[124:135]) else -1
    if not (_PIECE_NAME.fullmatch(name) or _HEAD_NAME.fullmatch(name)) or not 0 <= size <= PIECE:
        raise BadBackup(f"Expected a piece or the head of a backup, found {header[:24]!a}.")
    if member_header(name, size, MODIFIED) != header:
        raise BadBackup("Expected the header of a piece in its one exact form, found one that differs.")
    return name, size
