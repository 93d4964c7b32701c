"""Reading ``entries.log`` header by header, and telling an unfinished append from damage.

Appends are whole or not at all: each record says how many of the same call follow it, and records whose last
companion is missing do not count. ``A2 A1 A0 | B1 B0 | C1`` is five statements and an unfinished append.

What follows the last finished append is *unfinished* if it could have been left by a writer that was killed (the
file ends inside a record, or before the last one) or by a power cut (the file was lengthened but not filled: from
some point on there are only zeros). Whoever holds the lock may cut that off: nobody was told that it was stored.
Anything else is damage and raises; it is never cut off. A statement that was forgotten had been stored, so it is part
of no unfinished append; a lost entry, which is ``GONE`` from the first, may be.
"""

import os
from array import array
from bisect import bisect_left
from dataclasses import field
from typing import Final
from zlib import crc32

from tamizdat.archive.log.record import BEFORE_SALT, GONE, HEADER, HELD, SECRET, damaged, holds, unpack
from tamizdat.dataclass import dataclass
from tamizdat.ledger.statement import MAX_ENVELOPE

WINDOW: Final = 4 << 20  #: bytes read at once
NEAR: Final = 256 << 10  #: bytes of headers, and of what lies between, read at once: a processor has so many at hand
KINDS: Final = (HELD, GONE)
_ZEROS: Final = 8  #: so many zero bytes never end a salt, a header or an envelope


@dataclass
class Scan:
    """The finished appends from some byte of the file on, where statement *index* begins."""

    start: int
    index: int
    offsets: "array[int]" = field(default_factory=lambda: array("Q"))
    leaves: bytearray = field(default_factory=bytearray)
    gone: list[int] = field(default_factory=list)
    end: int = 0  #: where the last finished append ends
    newest: int = 0  #: the number, within this scan, of the first record of the last finished append

    def drop_newest(self) -> None:
        """Remove the last append: its records turned out not to have been filled."""
        self.end = self.offsets[self.newest]
        self.keep(self.newest)

    def keep(self, count: int) -> None:
        """Remove what was found after the first *count* records."""
        del self.offsets[count:]
        del self.leaves[32 * count :]
        del self.gone[bisect_left(self.gone, self.index + count) :]


def scan(handle: int, start: int, index: int, length: int) -> Scan:
    """Find all finished appends from byte *start*, where statement *index* begins, up to *length*.

    Raises :class:`BadArchive` for a header that is damaged or out of its order.
    """
    found = Scan(start, index, end=start)
    position, more, count, first, base, window, last = start, 0, 0, 0, start, b"", -1
    forgotten = index - 1, start  # the last one, and where its record begins
    offsets, leaves, unpack_from, header_size = found.offsets, found.leaves, BEFORE_SALT.unpack_from, HEADER.size
    while position < length:
        if position > last:  # where the last whole header can begin that is at hand
            base, window = position, os.pread(handle, min(NEAR, length - position), position)
            last = base + len(window) - header_size
            if len(window) < header_size:
                _require_beginning(window, index + count, position)
                break
        at = position - base
        kind, crc, number, size, following, leaf = unpack_from(window, at)  # as `unpack`, which names what it reads
        if crc32(window[at + 8 : at + 56]) != crc or kind not in KINDS or size > MAX_ENVELOPE:
            if _unfilled(handle, position + (SECRET if kind == GONE else HEADER.size), length):  # that has no salt
                break
            raise damaged(index + count, position, "a header whose checksum does not hold")
        if number != index + count or (more and following != more - 1):
            raise damaged(index + count, position, f"the record of statement {number:,} out of its order")
        end = position + ((header_size + size + 7) & ~7)
        if kind == GONE and size:
            forgotten = number, position
        if end > length:
            break
        offsets.append(position)
        leaves += leaf
        if kind == GONE:
            found.gone.append(number)
        position, more, count = end, following, count + 1
        if not more:
            found.end, found.newest, first = position, first, count
    if forgotten[0] >= index + first:
        raise damaged(*forgotten, "it forgotten, without all that was stored with it")
    found.keep(first)
    return found


def check_newest(handle: int, found: Scan, index: int, length: int) -> None:
    """Verify salt and envelope of the last append; drop it if it was lengthened but never filled.

    Only done when an archive is opened. Earlier records are verified when they are read, and by ``check``. Raises
    :class:`BadArchive` for one that is damaged.
    """
    forgotten = False
    for number in range(found.newest, len(found.offsets)):
        offset = found.offsets[number]
        end = found.offsets[number + 1] if number + 1 < len(found.offsets) else found.end
        data = os.pread(handle, end - offset, offset)
        header = unpack(data)
        if header is None or header.gone:
            forgotten = forgotten or (header is not None and not header.lost)
            continue
        if holds(header, data[HEADER.size : HEADER.size + header.length]):
            continue
        if forgotten or not _unfilled(handle, end, length):  # what was not filled begins at a multiple of eight bytes
            raise damaged(index + number, offset, "an envelope or salt that does not fit its commitment")
        found.drop_newest()
        return


def _require_beginning(piece: bytes, index: int, position: int) -> None:
    """Require that what is left of a header is its beginning, or zeros, and not that of a forgotten statement."""
    lost = GONE.startswith(piece[:4]) and not any(piece[16:20])
    if not lost and not HELD.startswith(piece[:4]) and any(piece):
        raise damaged(index, position, f"{len(piece)} stray bytes at the end of the file")


def _unfilled(handle: int, position: int, length: int) -> bool:
    """Return whether the eight bytes before *position* and everything after them are zeros."""
    position -= _ZEROS
    if length - position < _ZEROS:
        return False
    while position < length:
        piece = os.pread(handle, min(WINDOW, length - position), position)
        if any(piece) or not piece:
            return False
        position += len(piece)
    return True
