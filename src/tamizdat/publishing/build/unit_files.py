"""The files of many units, packed: an edition has several hundred thousand, and as values they take a kilobyte each."""

import struct
from collections.abc import Iterable, Iterator, MutableMapping
from typing import Final, NamedTuple, Self

_FIXED: Final = struct.Struct(">HQQQ32s")  #: bytes of the path, size, identity, when it was touched, SHA-256


class WrittenFile(NamedTuple):
    """A file of the site as it was written; *identity* tells it from one that was put in its place since.

    *touched* is when the system noted a change of any kind last, also of its names and times.
    """

    path: str
    size: int
    identity: int  #: column ``changed``
    sha256: str
    touched: int = 0


class UnitFiles(MutableMapping[str, list[WrittenFile]]):
    """Files by the name of the unit that they are of."""

    def __init__(self) -> None:
        self._packed: dict[str, bytes] = {}

    def __getitem__(self, unit: str) -> list[WrittenFile]:
        return [*_unpacked(self._packed[unit])]

    def __setitem__(self, unit: str, files: Iterable[WrittenFile]) -> None:
        self._packed[unit] = b"".join(map(_pack, files))

    def __delitem__(self, unit: str) -> None:
        del self._packed[unit]

    def __iter__(self) -> Iterator[str]:
        return iter(self._packed)

    def __len__(self) -> int:
        return len(self._packed)

    def __ior__(self, others: "UnitFiles") -> Self:
        self._packed |= others._packed
        return self

    def add(self, unit: str, file: WrittenFile) -> None:
        """Add one file of a unit."""
        self._packed[unit] = self._packed.get(unit, b"") + _pack(file)

    def files(self) -> Iterator[WrittenFile]:
        """Yield all files."""
        return (file for packed in self._packed.values() for file in _unpacked(packed))


def _pack(file: WrittenFile) -> bytes:
    path = file.path.encode()
    return _FIXED.pack(len(path), file.size, file.identity, file.touched, bytes.fromhex(file.sha256)) + path


def _unpacked(packed: bytes) -> Iterator[WrittenFile]:
    at = 0
    while at < len(packed):
        length, size, identity, touched, digest = _FIXED.unpack_from(packed, at)
        at += _FIXED.size + length
        yield WrittenFile(packed[at - length : at].decode(), size, identity, digest.hex(), touched)
