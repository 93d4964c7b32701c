"""What each accepted device may store at a desk in a day, before people are asked.

A device that was accepted may be seized, or turn, and whoever holds it can seal as much as the line carries. So in a
day (UTC) it may store no more than nine tenths of what was free of the disk: a card that just fits is taken in, and
there is room for the desk's own work. Whoever runs the desk may give a device another limit, in bytes a day, or none.
What goes beyond it stays in the places until the next day, or until the limit is changed. What came before it showed
whose it is is within the allowance of those who are not accepted, and counted as soon as that shows.

``incoming/used`` remembers what was stored this day, sealed under the settings key. It is written with every flush of
the journals: a kill forgets at most a few parcels.
"""

import shutil
from collections import Counter
from pathlib import Path
from typing import Any, Final

from tamizdat.disk.files import refusals, write_file
from tamizdat.encoding import Json, canonical, parse_canonical, sha256
from tamizdat.errors import DamagedInput
from tamizdat.home.home import Home

SHARE: Final = 9  #: times what is still free, that a device may have stored this day: nine tenths of what was
LIMITS: Final = "limits"  #: in the settings: key of a device in hex → bytes a day, 0: no limit
_WHAT: Final = "what devices stored today"


class DailyUse:
    """What the devices have stored at this desk on the day *today* (YYYY-MM-DD)."""

    def __init__(self, home: Home, today: str) -> None:
        self._home, self._today = home, today
        self._folder = home.folder / "incoming"
        self._limits: dict[str, int] = home.settings.get(LIMITS, {})
        self._used: Counter[str] = self._read()
        self._unknown: Counter[bytes] = Counter()
        self._changed = False

    @property
    def standing(self) -> str:
        """Digest (64 hex digits) over the day, the limits and the size of what is free: by it what was left is left."""
        free = _free(self._folder) + self._used.total()
        said: dict[str, Json] = {"day": self._today, "free": free.bit_length(), "limits": dict(self._limits)}
        return sha256(canonical(said)).hex()

    def has_room(self, device: bytes, size: int) -> bool:
        """Whether the *device* may store *size* more bytes today."""
        limit = self._limits.get(device.hex())
        if limit == 0:
            return True
        return self._used[device.hex()] + size <= (SHARE * (_free(self._folder) - size) if limit is None else limit)

    def count(self, consignment: bytes, device: bytes | None, size: int) -> None:
        """Count what was stored of a consignment; its *device* is None until that shows."""
        self._unknown[consignment] += size
        if device is not None:
            self._used[device.hex()] += self._unknown.pop(consignment)
            self._changed = True

    def save(self) -> None:
        """Write what was counted since the last time."""
        if self._changed:
            used: dict[str, Json] = dict(self._used)
            data = canonical({"day": self._today, "used": used})
            write_file(_path(self._folder), self._home.keyring.seal(data, _WHAT), _WHAT)
            self._changed = False

    def _read(self) -> Counter[str]:
        with refusals(_WHAT):
            sealed = _path(self._folder).read_bytes() if _path(self._folder).is_file() else b""
        if not sealed:
            return Counter()
        try:
            said: dict[str, Any] = parse_canonical(self._home.keyring.open(sealed, _WHAT), _WHAT)
        except DamagedInput:  # our own disk: it is counted anew
            return Counter()
        return Counter(said["used"]) if said["day"] == self._today else Counter()


def _free(folder: Path) -> int:
    with refusals("what arrives"):
        return shutil.disk_usage(folder).free


def _path(folder: Path) -> Path:
    return folder / "used"
