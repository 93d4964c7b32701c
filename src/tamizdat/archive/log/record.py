"""One record of ``entries.log``: a statement with what ties it to the public log, and how damage to it shows.

A record is 88 bytes of header, the envelope, and 0–7 zero bytes up to a multiple of 8; integers are big-endian::

    offset  bytes
         0      4   kind: "HELD", or "GONE" once the statement was forgotten
         4      4   CRC-32 (as in zip and gzip) of bytes 8 … 55
         8      8   number: the statement's index in the log, from 0
        16      4   length of the envelope
        20      4   more: how many further records were appended by the same call; 0 on its last
        24     32   commitment: SHA-256("tamizdat/commitment/v1" ‖ 0x00 ‖ salt ‖ envelope), the public log's leaf
        56     32   salt, random
        88      …   the envelope, exact bytes; empty for padding

* Padding (the random leaves of decision 3) is a commitment to the empty envelope: outside the archive nobody
  tells it from any other leaf.
* Forgetting writes GONE over HELD and then zeros over salt and envelope. Nothing else ever changes in place.
  Records begin at multiples of 8, so those four bytes never lie across two sectors of a disk.
* GONE with an empty envelope is a *lost* entry: a desk that was made again from a backup took its commitment over from
  the published ledger, and has nothing else of it.
* The header is protected by its CRC, salt and envelope by the commitment, the order by number and ``more``.

An append is unfinished when the file ends before its last record does, or when nothing but zeros follows (a file
that was lengthened before the power went). Any other contradiction is damage: :class:`BadArchive`.
"""

import os
import struct
from collections.abc import Collection, Iterator
from typing import Final, NamedTuple
from zlib import crc32

from tamizdat.errors import BadArchive
from tamizdat.ledger.commitment import commitment
from tamizdat.ledger.statement import MAX_ENVELOPE

HELD: Final = b"HELD"
GONE: Final = b"GONE"
HEADER: Final = struct.Struct(">4sIQII32s32s")
SALT: Final = 32
BEFORE_SALT: Final = struct.Struct(">4sIQII32s")  #: all of a header but the salt
PROTECTED: Final = slice(8, 56)  #: the bytes under the CRC
SECRET: Final = 56  #: from here to the record's end a forgotten statement is overwritten


_BODY: Final = struct.Struct(">QII32s")


class Header(NamedTuple):
    """The header of a record, its CRC having been checked."""

    gone: bool
    number: int
    length: int
    more: int
    commitment: bytes
    salt: bytes

    @property
    def size(self) -> int:
        """Bytes of the whole record."""
        return record_size(self.length)

    @property
    def lost(self) -> bool:
        """Whether it was taken over from the published ledger without what it commits to."""
        return self.gone and not self.length


def record_size(length: int) -> int:
    """Return the bytes of the record of an envelope of *length* bytes."""
    return (HEADER.size + length + 7) & ~7


def pack(index: int, more: int, salt: bytes, envelope: bytes) -> tuple[bytes, bytes]:
    """Return the record of an envelope, and its commitment."""
    leaf = commitment(salt, envelope)
    body = _BODY.pack(index, len(envelope), more, leaf)
    padding = bytes(-len(envelope) & 7)
    return b"".join((HELD, crc32(body).to_bytes(4, "big"), body, salt, envelope, padding)), leaf


def pack_all(first: int, envelopes: Collection[bytes]) -> Iterator[tuple[bytes, bytes]]:
    """Yield each record of one append with its commitment; every salt is fresh."""
    count = len(envelopes)
    salts = os.urandom(SALT * count)
    for number, envelope in enumerate(envelopes):
        yield pack(first + number, count - number - 1, salts[SALT * number : SALT * (number + 1)], envelope)


def lost(index: int, more: int, leaf: bytes) -> bytes:
    """Return the record of an entry of which only its commitment is known: GONE, with neither salt nor envelope."""
    body = _BODY.pack(index, 0, more, leaf)
    return b"".join((GONE, crc32(body).to_bytes(4, "big"), body, bytes(SALT)))


def unpack(data: bytes | memoryview, offset: int = 0) -> Header | None:
    """Return the header at *offset*, or None when these 88 bytes are not a sound one."""
    kind, crc, number, length, more, leaf, salt = HEADER.unpack_from(data, offset)
    if crc32(data[offset + 8 : offset + 56]) != crc or kind not in (HELD, GONE) or length > MAX_ENVELOPE:
        return None
    return Header(kind == GONE, number, length, more, leaf, salt)


def holds(header: Header, envelope: bytes) -> bool:
    """Return whether salt and envelope are what the commitment was made from."""
    return commitment(header.salt, envelope) == header.commitment


def damaged(index: int, offset: int, found: str) -> BadArchive:
    """Return the error for damage in ``entries.log``, whose one message this is."""
    return BadArchive(
        f"entries.log: expected statement {index:,} at byte {offset:,}, found {found}. Nothing was changed. "
        "Restore entries.log from a copy; keep the damaged file, what comes after the damage is still in it."
    )
