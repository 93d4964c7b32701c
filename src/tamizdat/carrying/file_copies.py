"""From a stream to objects: every file copied out, hashed, and adopted only when all of them hold.

Most footage lies in its file already, since it arrived (:mod:`.placed_payloads`), and is only read. When the
whole consignment is here, and lies on the same disk as the archive, each payload is deleted as soon as the disk has its
bytes elsewhere (:mod:`tamizdat.carrying.moved`): a card needs little more room than it has bytes.
Otherwise the payloads stay, and a copy is made in the archive's ``staging``.
"""

import contextlib
import hashlib
import os
import threading
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import chain, groupby
from pathlib import Path
from typing import Final

from tamizdat.archive import Archive
from tamizdat.carrying.arrived_stream import Stream
from tamizdat.carrying.layout import BETWEEN, Layout, Piece
from tamizdat.carrying.moved import WHAT, Moved
from tamizdat.carrying.placed_payloads import GAP
from tamizdat.disk.files import flush_all, flush_folder, refusals, write_at
from tamizdat.sealing.pax import Member

THREADS: Final = 4  #: files copied at a time: each waits for the disk, and hashing lets the others go on
BATCH: Final = 64 << 20  #: bytes that are copied before the disk is waited for and payloads are let go


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
        self._archive, self._stream = archive, stream
        given = sorted(range(len(files)), key=lambda number: files[number].offset)
        self._files = [files[number] for number in given]  # inside, files are numbered in the order of the stream
        self._number = {number: at for at, number in enumerate(given)}
        self._paths = self._places()
        self._digests: list[str] = []
        self._making = threading.Lock()  # one folder takes one new file at a time: the others would spin for it

    def _places(self) -> list[Path]:
        return [self._archive.objects.staged() for _ in self._files]

    def copy(self) -> list[str]:
        """Copy all of them; return their SHA-256. Raises BadConsignment, StorageFull, StorageRefused."""
        # one thread for all that begin in one payload, so that it is read once
        runs = groupby(range(len(self._files)), lambda at: self._files[at].offset // self._stream.payload_size)
        with ThreadPoolExecutor(THREADS, thread_name_prefix="unpacking") as pool:
            found = pool.map(lambda run: [self._copy(at) for at in run], [[*run] for _, run in runs])
            self._digests = list(chain.from_iterable(found))
        return [self._digests[self._number[number]] for number in range(len(self._files))]

    def adopt(self, numbers: Iterable[int]) -> None:
        """Make these files objects."""
        self._adopt([self._number[number] for number in numbers])

    def _adopt(self, numbers: Sequence[int]) -> None:
        self._archive.objects.adopt_many([(self._paths[each], self._digests[each]) for each in numbers])

    def __exit__(self, *_: object) -> None:
        with refusals(WHAT):
            for path in self._paths:
                path.unlink(missing_ok=True)

    def _copy(self, number: int) -> str:
        """Copy a file and return its SHA-256; what lies in place already is only read."""
        member, digest, size = self._files[number], hashlib.sha256(), self._stream.payload_size
        with refusals("a received file"):
            with self._making:
                handle = os.open(self._paths[number], os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o600)
            try:
                os.ftruncate(handle, member.size)
                at = 0
                while at < member.size:
                    payload, begin = divmod(member.offset + at, size)
                    part = self._stream.payload(payload)[begin : begin + member.size - at]
                    digest.update(part)
                    fresh = not self._lies_in_place(payload)
                    if fresh:
                        write_at(handle, part, at)
                    at += len(part)
                    self._copied_to(number, at, len(part) if fresh else 0)
            finally:
                os.close(handle)
        return digest.hexdigest()

    def _lies_in_place(self, payload: int) -> bool:
        """Whether all bytes of a payload lie in the very files that are copied out."""
        return False

    def _copied_to(self, number: int, upto: int, fresh: int) -> None:
        """Note that a file's bytes are there up to *upto*, of which *fresh* were written just now."""


class Moving(Copies):
    """The same, letting payloads go. What a run that was killed has moved stays moved, and is gone on with."""

    def __init__(self, archive: Archive, stream: Stream, files: Sequence[Member]) -> None:
        self._moved: Moved = stream.moved
        super().__init__(archive, stream, files)
        with refusals(WHAT):
            self._moved.files.mkdir(mode=0o700, exist_ok=True)
        self._moved.put_back(stream.folder)
        self._layout = Layout([(each.offset, each.size) for each in self._files], stream.payload_size)
        self._moved.take_back(self._layout, stream.folder)
        self._flushed = [0] * len(files)  # bytes of each file, from its beginning on, that the disk has
        self._copied = [0] * len(files)  # bytes of each file that are there; the disk may not have them
        self._dirty: set[int] = set()  # files of which the disk may lack some
        self._fresh = 0  # bytes that were copied since the disk was last waited for
        self._lock, self._waiting = threading.Lock(), threading.Lock()

    def _places(self) -> list[Path]:
        return [self._moved.files / str(number) for number in range(len(self._files))]

    def _adopt(self, numbers: Sequence[int]) -> None:
        """Make these files objects; those that are, since an earlier run, stay."""
        if self._archive.objects.on_place:
            self._adopt_links(numbers)
            return
        fresh = [each for each in numbers if self._moved.adopted(each) is None]
        self._moved.adopt((each, self._digests[each]) for each in fresh)
        super()._adopt(fresh)

    def _adopt_links(self, numbers: Iterable[int]) -> None:
        """Put these files on the place, and keep them here until all is done: what was let go is read from them."""
        links: list[tuple[Path, str]] = []
        try:
            for number in numbers:
                links.append((self._archive.objects.staged(), self._digests[number]))
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
        return super()._copy(number)

    def _lies_in_place(self, payload: int) -> bool:
        return payload in self._moved

    def _copied_to(self, number: int, upto: int, fresh: int) -> None:
        with self._lock:
            self._fresh += fresh
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
            flush_all([self._paths[number] for number in copied])
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
            pieces = self._layout.pieces(number)
            gaps = sum(piece.length for piece in pieces if piece.source == BETWEEN)
            there = all(
                piece.source == BETWEEN or self._flushed[piece.source] >= piece.offset + piece.length
                for piece in pieces
            )
            if there and gaps <= GAP:
                yield number, pieces

    def _gaps(self, payload: int, pieces: Iterable[Piece]) -> list[bytes]:
        """Return the bytes of a payload that lie between files."""
        with refusals(WHAT), (self._stream.folder / str(payload)).open("rb", buffering=0) as file:
            return [os.pread(file.fileno(), each.length, each.offset) for each in pieces if each.source == BETWEEN]
