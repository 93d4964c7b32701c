"""What an archive shows of its private ledger: one statement's disclosure, and the leaves of the public log."""

from collections.abc import Callable, Sequence
from typing import overload

from tamizdat.dataclass import dataclass


@dataclass(frozen=True)
class Disclosure:
    """What makes one leaf of the public log readable: show salt and envelope, and anyone computes the commitment."""

    index: int
    salt: bytes
    envelope: bytes
    commitment: bytes


@dataclass(frozen=True)
class StandingLedger:
    """The file at one moment: bytes and entries of its finished appends; *read* gives bytes from an offset.

    *offsets*: where each entry begins.
    """

    size: int
    leaves: int
    forgotten: int
    read: Callable[[int, int], bytes]
    offsets: Sequence[int]


class Commitments(Sequence[bytes]):
    """The leaves of the log, 32 bytes each, without a bytes object for every one of them."""

    def __init__(self, leaves: bytearray, count: int) -> None:
        self._leaves = leaves
        self._count = count

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, index: int) -> bytes: ...
    @overload
    def __getitem__(self, index: slice) -> list[bytes]: ...
    def __getitem__(self, index: int | slice) -> bytes | list[bytes]:
        if not isinstance(index, slice) and 0 <= index < self._count:
            return bytes(self._leaves[32 * index : 32 * index + 32])
        if isinstance(index, slice):
            start, end, step = index.indices(self._count)
            leaves = bytes(self._leaves[32 * start : 32 * end]) if step == 1 else b""
            if leaves:
                return [leaves[at : at + 32] for at in range(0, len(leaves), 32)]
            return [self[each] for each in range(start, end, step)]
        if index < -self._count or index >= 0:
            raise IndexError(index)
        return self[index + self._count]
