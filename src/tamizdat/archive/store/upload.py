"""Putting files on the place of an archive's objects: every segment of each, several at a time."""

import contextlib
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Final

from tamizdat.archive.store import segments
from tamizdat.archive.store.object_place import ObjectPlace, in_parallel
from tamizdat.archive.store.objects import WHAT
from tamizdat.disk.files import refusals
from tamizdat.encoding import parse_hex
from tamizdat.errors import BadArchive

BATCH: Final = 64 << 20  #: bytes that are put before they are noted as kept


def batches(arrivals: Sequence[tuple[Path, str]]) -> Iterator[list[tuple[Path, str, int]]]:
    """Yield files that are to be stored, each with its SHA-256 and size, some :data:`BATCH` bytes at a time."""
    batch: list[tuple[Path, str, int]] = []
    waiting = 0
    for path, digest in arrivals:
        parse_hex(digest, 32, "the name of an object")
        with refusals(WHAT):
            size = path.lstat().st_size
        batch.append((path, digest, size))
        waiting += size
        if waiting >= BATCH:
            yield batch
            batch, waiting = [], 0
    if batch:
        yield batch


def put_files(
    place: ObjectPlace,
    batch: Sequence[tuple[Path, str, int]],
    opened: contextlib.ExitStack,
    progress: Callable[[int], None] = lambda size: None,
) -> None:
    """Put every segment of these files; they stay open until *opened* ends. Raises PlaceError.

    *progress* is told the bytes of each segment. Raises :class:`BadArchive` for a file that became shorter meanwhile.
    """
    jobs = list[tuple[int, str, int, int]]()
    for digest, (path, size) in {digest: (path, size) for path, digest, size in batch}.items():
        with refusals(WHAT):
            handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
        opened.callback(os.close, handle)
        jobs += [(handle, digest, size, number) for number in range(segments.count(size))]
    counting = threading.Lock()

    def put(job: tuple[int, str, int, int]) -> None:
        handle, digest, size, number = job
        wanted = segments.length(size, number)
        with refusals(WHAT):
            data = os.pread(handle, wanted, number * segments.PAYLOAD)
        if len(data) != wanted:
            raise BadArchive(f"Object {digest}: expected {size:,} bytes, found that its file became shorter.")
        place.put(digest, size, number, memoryview(data))
        with counting:
            progress(len(data))

    for _ in in_parallel(put, jobs):
        pass
