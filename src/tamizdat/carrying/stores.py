"""What the last look at the second stores saw: whether what the ledger says of them is so today.

The ledger says that a store gave everything back on one day. A disk that was pulled out, emptied or lost since holds
nothing, so the desk looks again, and writes down what it saw where those find it who ask no passphrase (``status``)::

    incoming/stores.json   {"check": "8f14e45f", "objects": null,
                            "stores": {"second": {"at": "2026-12-01T09:00:00Z", "away": false, "lacking": []}}}

By short name of each second store: when it was looked at, whether it was *away* (it did not answer), and the ids of the
consignments of which it did not show all, by name; whether the bytes are sound only reading them tells (``check``).
*objects* is the same of the place on which the desk's own objects lie, null if they lie on its disk. What was never
looked at, and a file that is damaged, count as nothing seen: nobody is told that a card may be wiped because of it.
"""

from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import asdict, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tamizdat.archive.store.copies import shows
from tamizdat.dataclass import dataclass
from tamizdat.disk.files import refusals, write_file
from tamizdat.encoding import Json, canonical, parse_canonical, sha256_hex, timestamp
from tamizdat.errors import BadEncoding, PlaceRefused

if TYPE_CHECKING:
    from tamizdat.places.place import Place  # a protocol; its package opens connections, which status does not

_WHAT: Final = "what the last look at the second stores saw"


@dataclass(frozen=True)
class Seen:
    """What a look at one store saw. *at*: a time in UTC; *lacking*: ids of consignments that are not whole there."""

    at: str
    away: bool = False
    lacking: tuple[str, ...] = ()

    def has(self, consignment: str) -> bool:
        """Whether all of a consignment was there."""
        return not self.away and consignment not in self.lacking


@dataclass(frozen=True)
class SeenStores:
    """What the last look saw of each second store, and of the place of the desk's own objects, if there is one."""

    stores: dict[str, Seen] = field(default_factory=dict)
    objects: Seen | None = None

    def having(self, consignment: str, names: Collection[str]) -> tuple[str, ...]:
        """Return those of the second stores *names* that showed all of a consignment."""
        return tuple(name for name in names if name in self.stores and self.stores[name].has(consignment))

    @classmethod
    def read(cls, folder: Path) -> "SeenStores":
        """Return what the last look saw; *folder* is the desk's. A damaged file is none: the next look writes it."""
        path = _path(folder)
        with refusals(_WHAT):
            data = path.read_bytes() if path.is_file() else b""
        try:
            said = parse_canonical(data, _WHAT)
            if said.pop("check", None) != _check(said):
                return cls()
            stores = {name: _seen(each) for name, each in said["stores"].items()}
            return cls(stores, None if said["objects"] is None else _seen(said["objects"]))
        except (BadEncoding, AttributeError, KeyError, TypeError):
            return cls()

    def keep(self, folder: Path) -> None:
        """Write it into the desk's *folder*."""
        stores: dict[str, Json] = {name: _told(each) for name, each in self.stores.items()}
        said: dict[str, Json] = {"objects": None if self.objects is None else _told(self.objects), "stores": stores}
        with refusals(_WHAT):
            _path(folder).parent.mkdir(mode=0o700, exist_ok=True)
        write_file(_path(folder), canonical({**said, "check": _check(said)}), _WHAT)


def look_at(place: "Place", claims: Mapping[str, Mapping[str, int]], now: datetime) -> Seen:
    """Ask a second store for the objects of each consignment in *claims* (SHA-256 → size), by name.

    A listing proves no absence, so what it does not show is asked for by itself. Raises PlaceError if it is away.
    """
    listed: set[str] = set()
    with suppress(PlaceRefused):  # a login that may not list
        listed.update(place.list())
    lacking = [
        consignment
        for consignment, objects in claims.items()
        if not all(shows(place, listed, digest, size) for digest, size in objects.items())
    ]
    return Seen(timestamp(now), lacking=tuple(sorted(lacking)))


def _seen(said: dict[str, Json]) -> Seen:
    at, away, lacking = said["at"], said["away"], said["lacking"]
    if not isinstance(at, str) or not isinstance(away, bool) or not isinstance(lacking, list):
        raise BadEncoding(
            f"Expected time, whether it was away and a list, found {at!r:.40}, {away!r:.40}, {lacking!r:.40}."
        )
    return Seen(at, away, tuple(str(each) for each in lacking))


def _told(seen: Seen) -> Json:
    return {**asdict(seen), "lacking": list[Json](seen.lacking)}


def _check(said: dict[str, Json]) -> str:
    return sha256_hex(canonical(said))[:8]


def _path(folder: Path) -> Path:
    return folder / "incoming" / "stores.json"
