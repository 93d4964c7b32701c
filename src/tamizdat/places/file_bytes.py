"""The bytes of a site's file on their way: out of a file here without reading it whole, and into one, bounded."""

import contextlib
import mmap
import os
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from tamizdat.disk.files import refusals
from tamizdat.errors import PlaceError


@contextlib.contextmanager
def mapped(file: Path) -> Iterator[memoryview]:
    """Give the bytes of a file, not read into memory."""
    with file.open("rb") as opened:
        if not os.fstat(opened.fileno()).st_size:
            yield memoryview(b"")
            return
        with mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ) as mapped, memoryview(mapped) as view:
            yield view


def copied(pieces: Iterator[bytes], into: BinaryIO, most: int, name: str) -> int:
    """Write the *pieces* that the site *name* gives into a file here, and return their size in bytes.

    Raises PlaceError from *most* bytes on, StorageFull and StorageRefused if it cannot be written.
    """
    size = 0
    for piece in pieces:
        size += len(piece)
        if size > most:
            raise PlaceError(f"“{name}”: expected a file of at most {most:,} bytes, found more; it was broken off.")
        with refusals("a file of the site"):
            into.write(piece)
    return size
