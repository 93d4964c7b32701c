"""``entries.log``: the private ledger, an append-only file of records (see record.py).

The file begins with 64 bytes: ``tamizdat/entries/v1`` and a newline, 12 zero bytes, and the SHA-256 of the log's
origin, so that the log of another archive is not taken for this one's. Then record follows record.

An append takes the lock, writes all its records behind the last finished append, and calls fsync once: when that
returns, and not before, the statements are in the archive. If anything fails on the way, the file is cut back to
its former length. A writer that is killed leaves an unfinished append, which the next one cuts off (scan.py).

In memory there is where each record begins and its commitment, 40 bytes a statement; what other processes append
is read when the file is found longer. The same lies beside the log for who opens it next (places.py).
"""

import contextlib
import os
import threading
import weakref
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from tamizdat.archive.log.disclosure import Commitments, Disclosure, StandingLedger
from tamizdat.archive.log.instead import NAMED, InsteadOf
from tamizdat.archive.log.places import NAME, Places, PlacesFile, Stamp, stamp_of, touch
from tamizdat.archive.log.record import GONE, HEADER, SALT, SECRET, Header, damaged, holds, lost, pack, pack_all, unpack
from tamizdat.archive.log.scan import check_newest, scan
from tamizdat.disk.files import refusals, write_file
from tamizdat.disk.lock import locked
from tamizdat.encoding import sha256
from tamizdat.errors import BadArchive, BadStatement, Forgotten, InUse, StorageFull, StorageRefused, UsageError
from tamizdat.ledger.statement import MAX_ENVELOPE

PREAMBLE: Final = 64  #: bytes before the first record
WRITE: Final = 8 << 20  #: bytes collected before they are written
WHAT: Final = "the ledger (entries.log)"


def preamble(origin: str) -> bytes:
    """Return the first 64 bytes of the file."""
    return b"tamizdat/entries/v1\n".ljust(32, b"\0") + sha256(origin.encode())


class EntryLog:
    """The open ``entries.log``. Several processes, and several threads, may hold one each or share one."""

    def __init__(self, path: Path, lock: Path, origin: str) -> None:
        self._lock = lock
        self._mutex = threading.RLock()
        with refusals(WHAT):
            try:
                self._handle = os.open(path, os.O_RDWR | os.O_CLOEXEC)
            except FileNotFoundError:
                raise BadArchive(
                    "entries.log: expected the ledger, found no file. Restore it from a copy; without it the objects "
                    "remain, but nobody can say what they are."
                ) from None
            self._let_go = weakref.finalize(self, os.close, self._handle)
            found = os.pread(self._handle, PREAMBLE, 0)
        if found != preamble(origin):
            raise BadArchive(
                "entries.log: expected the ledger of this archive, found a file that begins differently. "
                "Restore entries.log (or archive.json) from a copy of the same archive."
            )
        self._end = PREAMBLE
        self._offsets = array("Q")
        self._leaves = bytearray()
        self._gone: set[int] = set()
        self._instead = InsteadOf()
        self._places = PlacesFile(path.with_name(NAME))
        self._stamp: Stamp | None = None  #: of the file when all of it was known; None if others may have touched it

    @staticmethod
    def create(path: Path, origin: str) -> None:
        """Write an empty log."""
        write_file(path, preamble(origin), WHAT)

    def close(self) -> None:
        """Close the file; every later use is refused."""
        with self._mutex:
            if self._stamp and self._handle >= 0:
                self._places.wait(self._stamp, len(self._offsets))
                with contextlib.suppress(InUse, StorageFull, StorageRefused), locked(self._lock, work="at work"):
                    self._keep_places()
            self._let_go()
            self._handle = -1  # the number may soon belong to another file

    # -- reading ---------------------------------------------------------------------------------------------

    @property
    def size(self) -> int:
        """Statements and padding, in all finished appends of all processes up to now."""
        with self._mutex:
            with refusals(WHAT):
                length = os.fstat(self._handle).st_size
            if length != self._end:
                with locked(self._lock, shared=True):
                    self.read_on()
            return len(self._offsets)

    def commitments(self) -> Commitments:
        """Return all leaves, in order."""
        return Commitments(self._leaves, self.size)

    def commitments_known(self) -> Commitments:
        """Return the leaves up to the last time anybody asked for the size; takes no lock."""
        with self._mutex:
            return Commitments(self._leaves, len(self._offsets))

    @property
    def gone(self) -> set[int]:
        """Indexes known to be forgotten."""
        with self._mutex:
            return set(self._gone)

    def is_gone(self, index: int) -> bool:
        """Return whether an entry is forgotten, also by another process since this log was opened; takes no lock."""
        with self._mutex, refusals(WHAT):
            if index in self._gone or index >= len(self._offsets):
                return index in self._gone
            gone = os.pread(self._handle, len(GONE), self._offsets[index]) == GONE
            if gone:
                self._gone.add(index)
            return gone

    def disclosure(self, index: int) -> Disclosure:
        """Return salt and envelope of one statement, verified.

        Raises :class:`Forgotten` if they were destroyed, :class:`UsageError` for an index that is none of a statement,
        and :class:`BadArchive` if the record is damaged.
        """
        header, envelope = self.record(self._known(index))
        if header.lost:
            raise Forgotten(
                f"Statement {index:,} is lost: it was made after the backup that this desk was made again from. Only "
                "its leaf remains, taken over from the published ledger."
            )
        if header.gone:
            raise Forgotten(
                f"Statement {index:,} was forgotten: its text and salt were destroyed, only its leaf remains."
            )
        if not envelope:
            raise UsageError(f"Expected the index of a statement; {index:,} is padding, a random leaf.")
        return Disclosure(index, header.salt, envelope, header.commitment)

    def statements(self, start: int = 0, end: int | None = None) -> Iterator[tuple[int, bytes]]:
        """Yield index and envelope of every statement that was not forgotten, padding left out."""
        size = self.size
        for index in range(start, size if end is None else min(end, size)):
            header, envelope = self.record(index)
            if envelope and not header.gone:
                yield index, envelope

    def instead_of(self, index: int) -> int:
        """Return the entry that counts where this one is spoken of, as far as is known; takes no lock."""
        if not self.is_gone(index):
            return index
        return self._instead.of(index, len(self.commitments_known()), self._of_forgotten)

    def _of_forgotten(self, start: int) -> Iterator[bytes]:
        """Yield the envelopes from *start* on that may be ``forgotten`` statements."""
        size = len(self.commitments_known())
        while start < size:
            first = self._offsets[start]
            end = max(start + 1, min(bisect_left(self._offsets, first + WRITE), size))
            data = self._bytes(first, (self._offsets[end] if end < len(self._offsets) else self._end) - first)
            for found in NAMED.finditer(data):
                header, envelope = self.record(bisect_right(self._offsets, first + found.start()) - 1)
                if not header.gone:
                    yield envelope
            start = end

    @contextlib.contextmanager
    def standing(self) -> Iterator[StandingLedger]:
        """Give the finished appends of the file while nobody can append or forget: what is read holds together."""
        with self._mutex, locked(self._lock, shared=True):
            self.read_on()
            yield StandingLedger(self._end, len(self._offsets), len(self._gone), self._bytes, self._offsets)

    def _bytes(self, offset: int, count: int) -> bytes:
        with self._mutex, refusals(WHAT):
            data = os.pread(self._handle, count, offset)
            while len(data) < count and (more := os.pread(self._handle, count - len(data), offset + len(data))):
                data += more
        return data

    def record(self, index: int) -> tuple[Header, bytes]:
        """Return header and envelope of a record whose place is known.

        Raises :class:`BadArchive` if it is damaged.
        """
        with self._mutex:
            offset = self._offsets[index]
            end = self._offsets[index + 1] if index + 1 < len(self._offsets) else self._end
            leaf = self._leaves[32 * index : 32 * index + 32]
        for _ in range(2):  # a second time, because another process may be forgetting it at this moment
            with refusals(WHAT):
                data = os.pread(self._handle, end - offset, offset)
            header = unpack(data) if len(data) >= HEADER.size else None
            if header is None or header.commitment != leaf:
                continue
            envelope = data[HEADER.size : HEADER.size + header.length]
            if (header.gone or holds(header, envelope)) and not any(data[HEADER.size + header.length :]):
                return header, envelope
        raise damaged(index, offset, "bytes that do not fit their checksum or commitment")

    def read_on(self) -> bool:
        """Read what was appended since; return whether an unfinished append follows it.

        The caller holds the lock. Raises :class:`BadArchive` if the file is damaged or shorter than it was.
        """
        with refusals(WHAT):
            length = os.fstat(self._handle).st_size
            if length < self._end:
                raise BadArchive(
                    f"entries.log: expected at least {self._end:,} bytes, found {length:,}: it was cut short by "
                    "something else while we had it open. Restore it from a copy."
                )
            first, stamp = self._end == PREAMBLE, stamp_of(self._handle)
            count = bisect_left(self._offsets, self._end)  # drops what an interrupted append() noted half
            del self._offsets[count:], self._leaves[32 * count :]
            if first and (known := self._places.read(stamp)):
                self._note(known.offsets, known.leaves, known.end)
                self._gone.update(known.gone)
                count = len(known.offsets)
            found = scan(self._handle, self._end, count, length)
            if first:
                check_newest(self._handle, found, count, length)
        self._note(found.offsets, found.leaves, found.end)
        self._gone.update(found.gone)
        self._stamp = stamp if first or stamp == self._stamp else None  # what others wrote may be elsewhere, too
        return self._end < length

    # -- writing ---------------------------------------------------------------------------------------------

    def append(self, envelopes: Collection[bytes]) -> list[int]:
        """Append statements, all or none; return their indexes when the disk has them.

        Raises :class:`BadStatement` for an envelope that is no JSON or too large.
        """
        for envelope in envelopes:
            if not envelope.endswith(b"}") or len(envelope) > MAX_ENVELOPE:
                raise BadStatement(
                    f"Expected an envelope in JSON of at most {MAX_ENVELOPE:,} bytes, found {len(envelope):,} bytes."
                )
        with self._writing():
            return self._append(pack_all(len(self._offsets), envelopes), len(envelopes))

    def take_over(self, leaves: Sequence[bytes], known: Mapping[int, tuple[bytes, bytes]]) -> int:
        """Append entries that were published from a newer copy of this log; return how many, when the disk has them.

        *leaves* are their commitments in order; *known* has salt and envelope by index, where they are known. The
        others are lost: their leaf counts, and nothing else of them is left. Raises :class:`UsageError` if the log
        grew since the caller looked, or an envelope is not what its leaf commits to.
        """
        with self._writing():
            first, count = len(self._offsets), len(leaves)
            records = []
            for number, leaf in enumerate(leaves):
                record, found = lost(first + number, count - number - 1, leaf), leaf
                if first + number in known:
                    record, found = pack(first + number, count - number - 1, *known[first + number])
                if found != leaf:
                    raise UsageError(
                        f"Expected what entry {first + number:,} commits to ({leaf.hex()}), found a statement of the "
                        f"leaf {found.hex()}."
                    )
                records.append((record, leaf))
            self._append(records, count)
            self._gone.update(first + number for number in range(count) if first + number not in known)
        return count

    def pad(self, multiple: int) -> list[int]:
        """Append random leaves until the size is a multiple of *multiple*; return their indexes.

        Raises :class:`UsageError` if *multiple* is less than one.
        """
        if multiple < 1:
            raise UsageError(f"Expected a number of leaves to round up to, 1 or more; found {multiple}.")
        with self._writing():
            padding = [b""] * (-len(self._offsets) % multiple)
            return self._append(pack_all(len(self._offsets), padding), len(padding))

    def forget(self, *indexes: int) -> None:
        """Destroy salts and envelopes where they lie; the commitments stay, and the log still verifies.

        Raises :class:`UsageError` for an index that is none of a statement.
        """
        for index in indexes:
            self._known(index)
        with self._writing():
            marked = []
            for index in indexes:
                header, envelope = self.record(index)
                if not header.gone and not envelope:
                    raise UsageError(f"Expected the index of a statement; {index:,} is padding, a random leaf.")
                marked.append((index, header))
            self._places.forget()
            with refusals(WHAT):
                touch(self._handle)  # who knew it before must see this, also if it is cut off at any of the next lines
                for index, _ in marked:
                    os.pwrite(self._handle, GONE, self._offsets[index])
                os.fsync(self._handle)  # from here on, whoever opens the archive finishes what was begun
                for index, header in marked:
                    self._erase(index, header)
                os.fsync(self._handle)
            self._gone.update(indexes)

    def recover(self) -> int:
        """Cut off an unfinished append, finish a forgetting that was begun, and return how many bytes were cut off.

        The caller holds the lock.
        """
        with refusals(WHAT):
            cut = os.fstat(self._handle).st_size - self._end
            if cut:
                self._cut_back()
            for index in sorted(self._gone):
                header, envelope = self.record(index)
                if any(header.salt) or any(envelope):
                    self._erase(index, header)
                    os.fsync(self._handle)
            self._stamp = stamp_of(self._handle)
            self._keep_places()
        return cut

    @contextlib.contextmanager
    def _writing(self) -> Iterator[None]:
        """Hold the lock, with everything known that is in the file and nothing unfinished behind it."""
        with self._mutex, locked(self._lock):
            if self.read_on():
                with refusals(WHAT):
                    self._cut_back()
            yield
            if self._stamp:  # all of it was known, and so it is again
                self._stamp = stamp_of(self._handle)

    def _keep_places(self) -> None:
        """Let who opens the log next know where its records are, if nobody else touched it; the caller has the lock."""
        if self._stamp and self._stamp == stamp_of(self._handle):
            self._places.keep(self._stamp, Places(self._offsets, self._leaves, self._gone, self._end))

    def _append(self, records: Iterable[tuple[bytes, bytes]], count: int) -> list[int]:
        """Write the *count* records of one append, each given with its leaf; the caller holds the lock."""
        if not count:
            return []
        first = len(self._offsets)
        offsets, leaves, position = array("Q"), bytearray(), self._end
        with self._rolled_back(), refusals(WHAT):
            waiting = bytearray()
            for record, leaf in records:
                offsets.append(position + len(waiting))
                leaves += leaf
                waiting += record
                if len(waiting) >= WRITE:
                    position = self._write(waiting, position)
                    waiting = bytearray()
            end = self._write(waiting, position)
            os.fsync(self._handle)
        self._note(offsets, leaves, end)
        return list(range(first, first + count))

    def _write(self, data: bytearray, position: int) -> int:
        rest = memoryview(data)
        while rest:
            written = os.pwrite(self._handle, rest, position)
            rest, position = rest[written:], position + written
        return position

    @contextlib.contextmanager
    def _rolled_back(self) -> Iterator[None]:
        """Cut the file back to its length before the block if the append fails, also by being interrupted."""
        try:
            yield
        except BaseException:
            with contextlib.suppress(OSError):  # the next to hold the lock cuts it off
                self._cut_back()
            raise

    def _cut_back(self) -> None:
        os.ftruncate(self._handle, self._end)
        os.fsync(self._handle)

    def _erase(self, index: int, header: Header) -> None:
        size = SALT + header.length
        os.pwrite(self._handle, bytes(size), self._offsets[index] + SECRET)

    def _note(self, offsets: "array[int]", leaves: bytearray, end: int) -> None:
        self._leaves += leaves
        self._offsets += offsets
        self._end = end

    def _known(self, index: int) -> int:
        size = self.size
        if not 0 <= index < size:
            raise UsageError(f"Expected the index of a statement, 0 to {size - 1:,}; found {index:,}.")
        return index
