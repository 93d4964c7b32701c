"""Files out of a consignment's stream into objects of the archive: copied under another name, hashed, then all adopted.

While they are copied each payload is read once, and what it adds to the receipt is computed from it in passing.
"""

import hashlib
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tamizdat.archive import Archive
from tamizdat.carrying.reassembly import Stream
from tamizdat.carrying.receipt import leaf
from tamizdat.disk.files import aligned_buffer, refusals, write_all
from tamizdat.errors import BadConsignment
from tamizdat.sealing.inventory import Entry
from tamizdat.sealing.parcel import PLAINTEXT
from tamizdat.sealing.pax import Member

THREADS: Final = 4  #: files copied at a time: each waits for the disk, and hashing lets the others go on
_THREAD: Final = threading.local()


@dataclass(frozen=True)
class StoredFile:
    """A file of the card that is an object now."""

    entry: Entry
    sha256: str


def member_of(found: dict[str, Member], entry: Entry) -> Member:
    """Return where a listed file is in the stream; raises BadConsignment if it is not there with its size."""
    member = found.get(entry.member)
    if member is None or member.size != entry.size:
        found_size = "no such file" if member is None else f"{member.size:,} bytes"
        raise BadConsignment(
            f"Expected every file that is listed with its size; for one of {entry.size:,} bytes found {found_size}."
        )
    return member


def store_files(
    archive: Archive, stream: Stream, wanted: Sequence[tuple[Entry, Member]], confirmed: bool
) -> list[StoredFile]:
    """Copy the files out of the stream, hashing; adopt them only when all of them hold. Raises BadConsignment."""
    staged = [archive.objects.staged() for _ in wanted]
    try:
        return _adopt(archive, stream, wanted, staged, confirmed)
    finally:
        for path in staged:  # those that were not adopted
            path.unlink(missing_ok=True)


def _adopt(
    archive: Archive, stream: Stream, wanted: Sequence[tuple[Entry, Member]], staged: Sequence[Path], confirmed: bool
) -> list[StoredFile]:
    with ThreadPoolExecutor(THREADS, thread_name_prefix="unpacking") as pool:
        digests = list(pool.map(lambda pair, path: _copy(stream, pair[1], path), wanted, staged))
    holds = [entry.sha256 in (None, digest) for (entry, _), digest in zip(wanted, digests, strict=True)]
    if confirmed and not all(holds):
        raise BadConsignment(
            f"Expected files with the SHA-256 the closing manifest lists, found {holds.count(False)} of {len(holds)} "
            "that have not. Nothing of this consignment was taken in; ask the field to keep the card, and to seal it "
            "again with 'tamizdat seal --whole'."
        )
    # of an incomplete consignment whatever holds is taken, for nothing else may come
    kept = [(path, digest) for path, digest, holding in zip(staged, digests, holds, strict=True) if holding]
    archive.objects.adopt_many(kept)
    return [
        StoredFile(entry, digest) for (entry, _), digest, holding in zip(wanted, digests, holds, strict=True) if holding
    ]


def _copy(stream: Stream, member: Member, path: Path) -> str:
    digest, room = hashlib.sha256(), _room()
    with refusals("a received file"), path.open("xb", buffering=0) as file:
        for at in range(0, member.size, len(room)):
            part = room[: min(len(room), member.size - at)]
            stream.read_at(member.offset + at, part)
            digest.update(part)
            write_all(file.fileno(), part, around=member.size >= len(room))
    return digest.hexdigest()


def _room() -> memoryview:
    """Return this thread's buffer, used again and again."""
    if not hasattr(_THREAD, "room"):
        _THREAD.room = aligned_buffer(PLAINTEXT)
    room: memoryview = _THREAD.room
    return room


class Leaves:
    """The receipt's leaves, computed from each payload when it is read for another reason; every byte once."""

    def __init__(self, stream: Stream, key: bytes) -> None:
        self._stream, self._key = stream, key
        self._found: dict[int, bytes] = {}
        stream.watch = self._see

    def _see(self, number: int, payload: memoryview) -> None:
        if number not in self._found:
            self._found[number] = leaf(self._key, payload)

    def first(self, count: int) -> list[bytes]:
        """Return the leaves of the first *count* payloads; what nobody has read yet is read now."""
        for number in range(count):
            if number not in self._found:
                self._found[number] = leaf(self._key, self._stream.payload(number))
        return [self._found[number] for number in range(count)]
