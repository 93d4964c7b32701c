"""What a process may hold that waits for hours beside an unlocked laptop: the logins of places, and nothing else.

``send --until-done`` asks for the passphrase, takes the places out of the settings, and then *becomes* another process:
the same one by number, with new memory, which is handed this document through a descriptor. The device's key, the
settings' key and whatever a consignment's state holds are gone with the old memory; the new one sees the names of
parcels in the spool, which are no secret. It is never written to a disk.
"""

import os
from contextlib import AbstractContextManager
from dataclasses import asdict
from pathlib import Path
from typing import Final

from tamizdat.dataclass import dataclass
from tamizdat.encoding import canonical, parse_canonical
from tamizdat.home.home import LOOKING, Home, PlaceSettings, alone
from tamizdat.network.proxy import Proxy, use_proxy

WHAT: Final = "the logins of the places"
LONGEST: Final = 16 << 20  #: bytes of all logins together


@dataclass(frozen=True)
class Logins:
    """A field device's folder and the logins of its places; a :class:`~tamizdat.carrying.deliver.Sender`."""

    folder: Path
    settings: tuple[PlaceSettings, ...]
    proxy: Proxy | None = None  # without it the new process would go round it

    @classmethod
    def of(cls, home: Home) -> "Logins":
        """Take the logins out of an opened home."""
        return cls(home.folder, tuple(home.places()), home.proxy)

    def places(self) -> list[PlaceSettings]:
        """Return the places with their logins."""
        return list(self.settings)

    def alone(self, work: str, patience: float = LOOKING) -> AbstractContextManager[None]:
        """Hold the lock for *work*; raises InUse if another process does for longer than *patience*, in seconds."""
        return alone(self.folder, work, patience)

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
        """Read what :meth:`hand_over` wrote, and use its proxy from now on; raises BadEncoding."""
        with os.fdopen(handle, "rb") as file:
            document = parse_canonical(file.read(LONGEST), WHAT)
        proxy = Proxy.parse(document["proxy"]) if document["proxy"] is not None else None
        if proxy is not None:
            use_proxy(proxy)
        return cls(folder, tuple(PlaceSettings(**place) for place in document["places"]), proxy)

    def _encode(self) -> bytes:
        proxy = None if self.proxy is None else self.proxy.encode()
        return canonical({"places": [asdict(place) for place in self.settings], "proxy": proxy})
