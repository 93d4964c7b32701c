"""The files of many units, packed: an edition has several hundred thousand, and as values they take a kilobyte each."""

import struct
from collections.abc import Callable, Iterable, Iterator, Mapping, MutableMapping
from pathlib import Path
from typing import Final, NamedTuple

from tamizdat.disk.overflow import Overflow

TOGETHER: Final = 256  #: units that are written to the disk together
_FIXED: Final = struct.Struct(">HQQQ32s")  #: bytes of the path, size, identity, when it was touched, SHA-256
_Packed = tuple[str, str, bytes]  #: the name of a unit, its fingerprint, its files


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

    def add(self, unit: str, file: WrittenFile) -> None:
        """Add one file of a unit."""
        self._packed[unit] = self._packed.get(unit, b"") + _pack(file)

    def add_packed(self, units: Iterable[tuple[str, bytes]]) -> None:
        """Add units whose files are packed."""
        self._packed.update(units)

    def packed(self) -> Iterable[tuple[str, bytes]]:
        """Return the name of each unit, and its files as they are packed."""
        return self._packed.items()

    def files(self) -> Iterator[WrittenFile]:
        """Yield all files."""
        return (file for packed in self._packed.values() for file in _unpacked(packed))


class MadeUnits:
    """Units that were made in this run, with their files, one after the other: on disk in *folder*."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._aside = folder, Overflow(folder)
        self._places, self._waiting, self._count = list[int](), list[_Packed](), 0

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[str]:
        return (name for name, _, _ in self._every())

    def items(self) -> Iterator[tuple[str, list[WrittenFile]]]:
        """Yield the name of each unit and its files."""
        return ((name, [*_unpacked(packed)]) for name, _, packed in self._every())

    def fingerprints(self) -> Iterator[tuple[str, str]]:
        """Yield the name of each unit and its fingerprint."""
        return ((name, fingerprint) for name, fingerprint, _ in self._every())

    def files(self) -> Iterator[WrittenFile]:
        """Yield all files."""
        return (file for _, _, packed in self._every() for file in _unpacked(packed))

    def add(self, unit: str, fingerprint: str, files: Iterable[WrittenFile]) -> None:
        """Add a unit."""
        self._add((unit, fingerprint, b"".join(map(_pack, files))))

    def add_all(self, others: UnitFiles, fingerprints: Mapping[str, str]) -> None:
        """Add several, whose *fingerprints* are these by name."""
        for unit, packed in others.packed():
            self._add((unit, fingerprints[unit], packed))

    def changed(self, change: Callable[[WrittenFile], WrittenFile]) -> "MadeUnits":
        """Return the same units, each of whose files is what *change* makes of it."""
        made = MadeUnits(self._folder)
        for unit, fingerprint, packed in self._every():
            made.add(unit, fingerprint, map(change, _unpacked(packed)))
        return made

    def _add(self, unit: _Packed) -> None:
        self._waiting.append(unit)
        self._count += 1
        if len(self._waiting) == TOGETHER:
            self._places.append(self._aside.put(self._waiting))
            self._waiting = []

    def _every(self) -> Iterator[_Packed]:
        for place in self._places:
            some = self._aside.get(place)
            assert isinstance(some, list), "it was put there as one"
            yield from some
        yield from self._waiting


def _pack(file: WrittenFile) -> bytes:
    path = file.path.encode()
    return _FIXED.pack(len(path), file.size, file.identity, file.touched, bytes.fromhex(file.sha256)) + path


def _unpacked(packed: bytes) -> Iterator[WrittenFile]:
    at = 0
    while at < len(packed):
        length, size, identity, touched, digest = _FIXED.unpack_from(packed, at)
        at += _FIXED.size + length
        yield WrittenFile(packed[at - length : at].decode(), size, identity, digest.hex(), touched)
