"""From a stream to objects: every file copied out, hashed, and adopted only when all of them hold.

When the whole consignment is here, and lies on the same disk as the archive, each payload is deleted as soon as the
disk has its bytes elsewhere (:mod:`tamizdat.carrying.moved`): a card needs little more room than it has bytes.
Otherwise the payloads stay, and a copy is made in the archive's ``staging``.
"""

import contextlib
import hashlib
import os
import threading
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

from tamizdat.archive import Archive
from tamizdat.carrying.arrived_stream import Stream
from tamizdat.carrying.moved import BETWEEN, WHAT, Moved, Piece
from tamizdat.disk.files import aligned_buffer, flush_folder, refusals, write_all
from tamizdat.errors import BadConsignment
from tamizdat.sealing.parcel import PLAINTEXT
from tamizdat.sealing.pax import Member

THREADS: Final = 4  #: files copied at a time: each waits for the disk, and hashing lets the others go on
BATCH: Final = 64 << 20  #: bytes that are copied before the disk is waited for and payloads are let go
GAP: Final = 1 << 20  #: bytes of a payload that may lie between files; one with more of them (a document) stays
_THREAD: Final = threading.local()


def copy_files(archive: Archive, stream: Stream, files: Sequence[Member]) -> "Copies":
    """Copy files out of a stream of which more may come into the archive's ``staging``. Use it as a context."""
    return Copies(archive, stream, files)


def move_files(archive: Archive, stream: Stream, files: Sequence[Member]) -> "Copies":
    """Copy files out of a whole stream, and let its payloads go meanwhile where that makes room. Use it as a context.

    *files* are all that the closing manifest lists, in its order.
    """
    with refusals(WHAT):
        one_disk = stream.folder.stat().st_dev == archive.objects.folder.stat().st_dev
    return Moving(archive, stream, files) if one_disk else Copies(archive, stream, files)


class Copies(contextlib.AbstractContextManager["Copies"]):
    """Files copied out of a stream: ``digests`` their SHA-256, in order. What is not adopted is deleted at the end."""

    def __init__(self, archive: Archive, stream: Stream, files: Sequence[Member]) -> None:
        self._archive, self._stream, self._files = archive, stream, files
        self._paths = self._places()
        self.digests: list[str] = []

    def _places(self) -> list[Path]:
        return [self._archive.objects.staged() for _ in self._files]

    def copy(self) -> list[str]:
        """Copy all of them; return their SHA-256. Raises BadConsignment, StorageFull, StorageRefused."""
        with ThreadPoolExecutor(THREADS, thread_name_prefix="unpacking") as pool:
            self.digests = list(pool.map(self._copy, range(len(self._files))))
        return self.digests

    def adopt(self, numbers: Iterable[int]) -> None:
        """Make these files objects."""
        self._archive.objects.adopt_many([(self._paths[each], self.digests[each]) for each in numbers])

    def __exit__(self, *_: object) -> None:
        with refusals(WHAT):
            for path in self._paths:
                path.unlink(missing_ok=True)

    def _copy(self, number: int) -> str:
        return self._write(number, 0, hashlib.sha256(), lambda upto: None)

    def _write(self, number: int, begin: int, digest: "hashlib._Hash", written: Callable[[int], None]) -> str:
        """Copy a file from byte *begin* on; *written* is told how many of its bytes are there."""
        member, room = self._files[number], _room()
        with refusals("a received file"):
            handle = os.open(self._paths[number], os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o600)
            try:
                os.ftruncate(handle, begin)
                os.lseek(handle, begin, os.SEEK_SET)
                for at in range(begin, member.size, len(room)):
                    part = room[: min(len(room), member.size - at)]
                    self._stream.read_at(member.offset + at, part)
                    digest.update(part)
                    write_all(handle, part, around=member.size >= len(room))
                    written(at + len(part))
            finally:
                os.close(handle)
        return digest.hexdigest()


class Moving(Copies):
    """The same, letting payloads go. What a run that was killed has moved stays moved, and is gone on with."""

    def __init__(self, archive: Archive, stream: Stream, files: Sequence[Member]) -> None:
        self._moved: Moved = stream.moved
        super().__init__(archive, stream, files)
        with refusals(WHAT):
            self._moved.files.mkdir(mode=0o700, exist_ok=True)
        self._moved.put_back(stream.folder)
        order = sorted((each.offset, number) for number, each in enumerate(files) if each.size)
        self._starts, self._numbers = [start for start, _ in order], [number for _, number in order]
        self._flushed = [self._moved.prefix(number) for number in range(len(files))]
        self._copied = list(self._flushed)  # bytes of each file that were written; the disk may not have them
        self._dirty: set[int] = set()  # files of which the disk may lack some
        self._fresh = 0  # bytes since the disk was last waited for
        self._lock, self._waiting = threading.Lock(), threading.Lock()

    def _places(self) -> list[Path]:
        return [self._moved.files / str(number) for number in range(len(self._files))]

    def adopt(self, numbers: Iterable[int]) -> None:
        """Make these files objects; those that are, since an earlier run, stay."""
        if self._archive.objects.on_place:
            self._adopt_links(numbers)
            return
        fresh = [each for each in numbers if self._moved.adopted(each) is None]
        self._moved.adopt((each, self.digests[each]) for each in fresh)
        super().adopt(fresh)

    def _adopt_links(self, numbers: Iterable[int]) -> None:
        """Put these files on the place, and keep them here until all is done: what was let go is read from them."""
        links: list[tuple[Path, str]] = []
        try:
            for number in numbers:
                links.append((self._archive.objects.staged(), self.digests[number]))
                with refusals(WHAT):
                    os.link(self._paths[number], links[-1][0])
            self._archive.objects.adopt_many(links)
        finally:
            with refusals(WHAT):
                for path, _ in links:
                    path.unlink(missing_ok=True)

    def __exit__(self, *exception: object) -> None:
        if not self._moved:  # else they are all that there is of the payloads
            super().__exit__(*exception)

    def _copy(self, number: int) -> str:
        adopted = self._moved.adopted(number)
        if adopted is not None:
            self._archive.objects.check(adopted)
            return adopted
        begin = min(self._moved.prefix(number), self._files[number].size)
        digest = hashlib.sha256()
        if begin:
            self._hash(number, begin, digest)
        return self._write(number, begin, digest, lambda upto: self._note(number, upto))

    def _hash(self, number: int, size: int, digest: "hashlib._Hash") -> None:
        """Read what an earlier run has moved of a file."""
        room = _room()
        with refusals("a received file"), self._paths[number].open("rb", buffering=0) as file:
            while size:
                count = file.readinto(room[: min(size, len(room))])
                if not count:
                    raise BadConsignment("Expected all that has arrived on this desk's own disk, found a part missing.")
                digest.update(room[:count])
                size -= count

    def _note(self, number: int, upto: int) -> None:
        with self._lock:
            self._fresh += upto - self._copied[number]
            self._copied[number] = upto
            self._dirty.add(number)
            fresh = self._fresh
        # one thread waits for the disk while the others go on, but not by more than another batch
        if fresh >= BATCH and self._waiting.acquire(blocking=fresh >= 2 * BATCH):
            try:
                if self._fresh >= BATCH:
                    self._let_go()
            finally:
                self._waiting.release()

    def _let_go(self) -> None:
        """Wait for the disk, then delete every payload that lies elsewhere. One thread at a time."""
        with self._lock:
            copied = {number: self._copied[number] for number in self._dirty}
            self._dirty, self._fresh = set(), 0
        with refusals("a received file"):
            for number in copied:
                _flush(self._paths[number])
            flush_folder(self._moved.files)
        size, touched = self._stream.payload_size, set[int]()
        for number, upto in copied.items():
            start = self._files[number].offset
            touched |= set(range((start + self._flushed[number]) // size, (start + upto - 1) // size + 1))
            self._flushed[number] = upto
        found = {number: (pieces, self._gaps(number, pieces)) for number, pieces in self._ready(sorted(touched))}
        self._moved.let_go(found, self._stream.folder)

    def _ready(self, payloads: Iterable[int]) -> Iterator[tuple[int, list[Piece]]]:
        """Yield those of which the disk has every byte in files, but for little that lies between them."""
        for number in payloads:
            if number in self._moved:
                continue
            pieces = self._pieces(number)
            gaps = sum(piece.length for piece in pieces if piece.source == BETWEEN)
            there = all(
                piece.source == BETWEEN or self._flushed[piece.source] >= piece.offset + piece.length
                for piece in pieces
            )
            if there and gaps <= GAP:
                yield number, pieces

    def _pieces(self, payload: int) -> list[Piece]:
        """Return which files a payload is made of, and what lies between them (``offset`` in the payload)."""
        size = self._stream.payload_size
        begin = at = payload * size
        end, found = begin + size, []
        place = max(0, bisect_right(self._starts, at) - 1)
        while at < end:
            number = self._numbers[place] if place < len(self._numbers) else None
            start = end if number is None else self._starts[place]
            stop = end if number is None else start + self._files[number].size
            if number is not None and stop <= at:
                place += 1
            elif number is not None and start <= at:
                found.append(Piece(number, at - start, min(stop, end) - at))
                at = min(stop, end)
            else:
                found.append(Piece(BETWEEN, at - begin, min(start, end) - at))
                at = min(start, end)
        return found

    def _gaps(self, payload: int, pieces: Iterable[Piece]) -> list[bytes]:
        """Return the bytes of a payload that lie between files."""
        with refusals(WHAT), (self._stream.folder / str(payload)).open("rb", buffering=0) as file:
            return [os.pread(file.fileno(), each.length, each.offset) for each in pieces if each.source == BETWEEN]


def _flush(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _room() -> memoryview:
    """Return this thread's buffer, used again and again."""
    if not hasattr(_THREAD, "room"):
        _THREAD.room = aligned_buffer(PLAINTEXT)
    room: memoryview = _THREAD.room
    return room
