"""What a process may hold that waits for hours beside an unlocked laptop: the logins of places, and nothing else.

``send --until-done`` asks for the passphrase, takes the places out of the settings, and then *becomes* another process:
the same one by number, with new memory, which is handed this document through a descriptor. The device's key, the
settings' key and whatever a consignment's state holds are gone with the old memory; the new one sees the names of
parcels in the spool, which are no secret. It is never written to a disk.
"""

import os
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from tamizdat.encoding import canonical, parse_canonical
from tamizdat.home.home import Home, PlaceSettings, alone

WHAT: Final = "the logins of the places"
LONGEST: Final = 16 << 20  #: bytes of all logins together


@dataclass(frozen=True)
class Logins:
    """A field device's folder and the logins of its places; a :class:`~tamizdat.carrying.deliver.Sender`."""

    folder: Path
    settings: tuple[PlaceSettings, ...]

    @classmethod
    def of(cls, home: Home) -> "Logins":
        """Take the logins out of an opened home."""
        return cls(home.folder, tuple(home.places()))

    def places(self) -> list[PlaceSettings]:
        """Return the places with their logins."""
        return list(self.settings)

    def alone(self, work: str) -> AbstractContextManager[None]:
        """Hold the lock for *work*; raises UsageError if another process does."""
        return alone(self.folder, work)

    def hand_over(self) -> int:
        """Return a descriptor from which the process that this one becomes reads the logins, once."""
        handle = os.memfd_create("logins", 0) if hasattr(os, "memfd_create") else -1
        if handle >= 0:
            os.write(handle, self._encode())
            os.lseek(handle, 0, os.SEEK_SET)
            return handle
        handle, giving = os.pipe()
        os.set_inheritable(handle, True)
        os.write(giving, self._encode())
        os.close(giving)
        return handle

    @classmethod
    def take_over(cls, folder: Path, handle: int) -> "Logins":
        """Read what :meth:`hand_over` wrote; raises BadEncoding."""
        with os.fdopen(handle, "rb") as file:
            document = parse_canonical(file.read(LONGEST), WHAT)
        return cls(folder, tuple(PlaceSettings(**place) for place in document))

    def _encode(self) -> bytes:
        return canonical([asdict(place) for place in self.settings])
