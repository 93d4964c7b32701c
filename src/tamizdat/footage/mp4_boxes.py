"""The boxes of an MP4 that we have made (ISO/IEC 14496-12, 4.2): ``length kind payload``, one after the other.

What shows and sounds, the box ``mdat``, is many times as large as all others and is not read. How long a file plays
stands in the box ``mvhd`` of ``moov``: units a second, and how many of them.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Final

from tamizdat.errors import DamagedInput

MEDIA: Final = b"mdat"
REST: Final = b"rest"  #: what is called what belongs to no box
_HEAD: Final = 16
_LARGEST: Final = 512 << 20  #: bytes of a box that is read: the index of a day's clip has a tenth of it


def boxes(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield kind and payload of each box; what is left over is called :data:`REST`."""
    at = 0
    while at + 8 <= len(data):
        length, head = _length(data[at : at + _HEAD])
        if length < head or at + length > len(data):
            break
        yield data[at + 4 : at + 8], data[at + head : at + length]
        at += length
    if at != len(data):
        yield REST, data[at:]


def outer_boxes(file: BinaryIO, size: int) -> Iterator[tuple[bytes, bytes]]:
    """Yield kind and payload of each outermost box of an open file of *size* bytes; that of ``mdat`` is empty."""
    at = 0
    while at + 8 <= size:
        file.seek(at)
        begun = file.read(_HEAD)
        length, head = _length(begun)
        kind = begun[4:8]
        if length < head or at + length > size or (kind != MEDIA and length > _LARGEST):
            break
        file.seek(at + head)
        yield kind, b"" if kind == MEDIA else file.read(length - head)
        at += length
    if at != size:
        yield REST, b""


def length_of(path: Path) -> float:
    """Return how many seconds an MP4 of ours plays; raise :class:`DamagedInput` if it does not tell."""
    with path.open("rb") as file:
        moov = next((data for kind, data in outer_boxes(file, path.stat().st_size) if kind == b"moov"), b"")
    mvhd = next((data for kind, data in boxes(moov) if kind == b"mvhd"), b"")
    units, played = int.from_bytes(mvhd[12:16], "big"), mvhd[16:20]
    if mvhd[:1] != b"\0" or len(played) < 4 or not units:  # version 1, of 64 bits, is for weeks
        raise DamagedInput("Expected an MP4 that tells how long it plays, found one that does not.")
    return int.from_bytes(played, "big") / units


def _length(begun: bytes) -> tuple[int, int]:
    """Return the length of a box and of its head, by its first bytes."""
    length = int.from_bytes(begun[:4], "big")
    return (int.from_bytes(begun[8:16], "big"), 16) if length == 1 else (length, 8)
