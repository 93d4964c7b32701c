"""Where the shares of what arrives of a consignment lie: payloads, whole or moved into files, and parity that waits."""

import contextlib
from pathlib import Path

from tamizdat.carrying.arrival_journal import Gathering
from tamizdat.carrying.moved import Moved
from tamizdat.disk.files import refusals


class ShareFiles:
    """The files of one consignment's folder, by what they hold; *moved* are payloads that were put into other files."""

    def __init__(self, folder: Path, moved: Moved) -> None:
        self._payloads, self._parities, self._moved = folder / "payloads", folder / "parity", moved

    def payload(self, number: int) -> Path:
        """Return where a payload lies, unless it was moved."""
        return self._payloads / str(number)

    def parity(self, group: bytes, index: int) -> Path:
        """Return where a parity share waits for others of its group."""
        return self._parities / f"{group.hex()}-{index}"

    def read(self, group: bytes, gathering: Gathering, index: int, size: int) -> bytes:
        """Return the payload of a share, of *size* bytes, as the disk gives it; nothing if it is not here any more."""
        number = gathering.first + index if index < gathering.k else -1
        path = self.payload(number) if number >= 0 else self.parity(group, index)
        with refusals("what arrives"):
            if path.exists():
                return path.read_bytes()
            if number not in self._moved:
                return b""
            room = bytearray(size)
            with contextlib.suppress(FileNotFoundError):  # what it was moved to is gone
                return bytes(room[: self._moved.read(number, memoryview(room))])
        return b""
