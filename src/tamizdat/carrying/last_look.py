"""What the last look at the places saw, kept for those who did not do the looking: the workbench's *Deliveries*.

``incoming/seen``, sealed under the desk's settings key, is written at the end of each run of receiving. It is only a
memory: what is here, missing or away is found out anew by every run, and deleting it loses nothing. Whoever reads it
touches nothing of what is arriving.
"""

from collections.abc import Collection, Sequence
from dataclasses import asdict, field
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from tamizdat.carrying.arrived import SHORT
from tamizdat.carrying.fetched import Fetched
from tamizdat.dataclass import dataclass
from tamizdat.disk.files import refusals, write_file
from tamizdat.encoding import canonical, parse_canonical, timestamp
from tamizdat.errors import DamagedInput
from tamizdat.home.home import Home
from tamizdat.sealing.inventory import moment

_WHAT: Final = "what the last look saw"


@dataclass(frozen=True)
class Awaited:
    """A consignment on its way. Sizes in bytes; *key* is the device's in hex, "" while it does not show.

    *files* and *size* are what the inventory promises, 0 before it is here; *missing* is how many parcels at least have
    to come for what has begun.
    """

    consignment: str
    key: str
    device: str
    opened: str
    parts: int
    expected: int
    files: int
    size: int
    files_here: int
    size_here: int
    missing: int
    problem: str
    closed: bool  #: whether its device has said that it will never be whole
    again: str = ""  #: the code by which its device sends again what is lacking, "" while nothing seems lost

    @property
    def name(self) -> str:
        """What people call it, as far as that is known: ``anna 2026-11-23 09:14``."""
        return f"{self.device or self.consignment[:SHORT]} {moment(self.opened)}".strip()


@dataclass(frozen=True)
class LastLook:
    """What a run saw. *failures*: place → why it gave nothing; *copies*: second store → why it could not hold all.

    *over*: name of an accepted device → how many parcels its limit for a day left in the places.
    """

    at: str = ""
    awaited: tuple[Awaited, ...] = ()
    failures: dict[str, str] = field(default_factory=dict)
    copies: dict[str, str] = field(default_factory=dict)
    beyond: int = 0
    limit_bytes: int = 0
    limit_consignments: int = 0
    over: dict[str, int] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)  #: see :class:`~.fetched.Fetched`


def read_last_look(home: Home) -> LastLook:
    """Return what the last run saw; that nothing was seen yet if there was none, or if its memory is damaged."""
    path = _path(home)
    try:
        with refusals(_WHAT):
            sealed = path.read_bytes() if path.is_file() else b""
        if not sealed:
            return LastLook()
        said: dict[str, Any] = parse_canonical(home.keyring.open(sealed, _WHAT), _WHAT)
        return LastLook(**said | {"awaited": tuple(Awaited(**each) for each in said["awaited"])})
    except (DamagedInput, KeyError, TypeError):  # of another version, or damaged: the next run writes it anew
        return LastLook()


def keep_last_look(
    home: Home,
    fetched: Fetched,
    awaited: Sequence[Awaited],
    copy_failures: dict[str, str],
    asked: Collection[str],
    now: datetime,
) -> None:
    """Write what this run saw. Of places that were not *asked* what is known before stays."""
    others = {place.name for place in home.places()} - set(asked)
    before = read_last_look(home)
    seen = LastLook(
        timestamp(now),
        tuple(awaited),
        {name: why for name, why in before.failures.items() if name in others} | fetched.failures,
        copy_failures,
        fetched.beyond,
        fetched.allowance.size,
        fetched.allowance.consignments,
        over_by_name(home, fetched),
        {name: kind for name, kind in before.kinds.items() if name in others} | fetched.kinds,
    )
    said = asdict(seen) | {"awaited": [asdict(each) for each in awaited]}
    write_file(_path(home), home.keyring.seal(canonical(said), _WHAT), _WHAT)


def over_by_name(home: Home, fetched: Fetched) -> dict[str, int]:
    """Return how many parcels the limits for a day left in the places, by what the desk calls the device."""
    return {name: fetched.over[key] for name, key in home.settings["devices"].items() if fetched.over[key]}


def _path(home: Home) -> Path:
    return home.folder / "incoming" / "seen"
