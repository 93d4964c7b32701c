"""How fast the line is, and which of the two sizes of parcels it can carry.

What the line carried lately is remembered in the sealed settings (``line``: bytes a second of whole parcels, and
when), also what it carried when a place that was added was tried. If that is unknown or half a day old, a probe is sent
to the first network place that takes one: random bytes, as many as a small parcel has, for two seconds or, if nothing
gets through, ten, under a name that no parcel has. A line that cannot be measured is poor. Disks are on no line.
"""

import contextlib
import secrets
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from tamizdat.encoding import parse_timestamp, timestamp
from tamizdat.errors import PlaceError, PlaceRefused, PlaceSilent, UsageError
from tamizdat.home.home import Home, PlaceSettings
from tamizdat.places import Place, takes
from tamizdat.places.service import TIMEOUT
from tamizdat.sealing.age import sealed_size
from tamizdat.sealing.parcel import PLAINTEXT, SMALL_PLAINTEXT

POOR: Final = 512 << 10  #: bytes a second: on less, a parcel of 4 MiB takes 8 seconds, and a cut costs half of them
FRESH: Final = timedelta(hours=12)  #: for how long a measurement counts
ENOUGH: Final = 2 << 20  #: bytes of whole parcels by which a line is judged
PATIENCE: Final = 10.0  #: seconds for a probe that does not get through
BRIEF: Final = 2.0  #: seconds for one of which TELLING bytes got through: the line is to carry other things
TELLING: Final = 64 << 10
TRIES: Final = 3  #: places that are asked for one
DISKS: Final = ("/", "file:", "memory:")  #: what URLs of places begin with that are on no line


def parcel_size(home: Home, now: datetime) -> int:
    """Return how many bytes a parcel of a new consignment has inside its seal: one of two sizes, by the line."""
    distant = [place for place in home.places() if not place.url.startswith(DISKS)]
    if not distant:
        return PLAINTEXT
    if any(place.name in home.settings.get("small_only", []) for place in distant):
        return SMALL_PLAINTEXT
    rate = _remembered(home, now)
    if rate is None:
        rate = measure(distant)
        remember(home, rate, now)
    return SMALL_PLAINTEXT if rate < POOR else PLAINTEXT


def try_size(home: Home, settings: PlaceSettings, now: datetime) -> bool:
    """Try whether a new place takes parcels of the full size; if it takes only small ones, remember that.

    Raises PlaceError if it takes nothing at this moment.
    """
    place, recipients = settings.open(), len(home.settings["recipients"])
    size, began = sealed_size(PLAINTEXT, recipients), time.monotonic()
    if takes(place, size):
        rate = size / max(time.monotonic() - began, 1e-3)
        if not settings.url.startswith(DISKS) and rate > (_remembered(home, now) or 0.0):
            remember(home, rate, now)  # the first card that is sealed need not wait for a probe
        return True
    if not takes(place, sealed_size(SMALL_PLAINTEXT, recipients)):
        least = sealed_size(SMALL_PLAINTEXT, recipients)
        raise PlaceRefused(
            f"Place “{settings.name}”: expected it to take objects of {least:,} bytes, found that it takes only "
            "smaller ones. Ask its owner to allow larger requests, or use another place."
        )
    with home.changing():
        home.settings["small_only"] = sorted({*home.settings.get("small_only", []), settings.name})
    return False


def remember(home: Home, rate: float, now: datetime) -> None:
    """Keep what the line carried, bytes a second, in the settings."""
    with home.changing():
        home.settings["line"] = {"rate": int(rate), "at": timestamp(now)}


def measure(places: Sequence[PlaceSettings]) -> float:
    """Return how many bytes a second reach the first place that takes a probe; 0 if none does."""
    for settings in places[:TRIES]:
        with contextlib.suppress(PlaceError, UsageError):
            return _probe(_impatient(settings).open())
    return 0.0


def _impatient(settings: PlaceSettings) -> PlaceSettings:
    """Return the place as it is asked for a probe: whoever seals waits for it, and another place may be asked."""
    patience = min(int(PATIENCE), int(settings.options.get("timeout", str(TIMEOUT))))
    return replace(settings, options={**settings.options, "timeout": str(patience)})


def _remembered(home: Home, now: datetime) -> float | None:
    line = home.settings.get("line")
    if line is None or not timedelta(0) <= now - parse_timestamp(line["at"], "when the line was measured") < FRESH:
        return None
    return float(line["rate"])


def _probe(place: Place) -> float:
    name, data = f"probe-{secrets.token_hex(8)}", secrets.token_bytes(SMALL_PLAINTEXT)
    stopwatch = _Stopwatch()
    try:
        paced = getattr(place, "put_paced", None)
        if paced is not None:
            with contextlib.suppress(_TimeIsOver):
                paced(name, data, stopwatch)
        else:
            stopwatch.turn()
            place.put(name, data)
            stopwatch.moved(len(data))
    except PlaceSilent:
        raise  # nor would it answer to this
    except BaseException:
        _take_away(place, name)
        raise
    _take_away(place, name)
    return stopwatch.rate


def _take_away(place: Place, name: str) -> None:
    with contextlib.suppress(PlaceError):
        place.delete(name)


class _TimeIsOver(Exception):
    """The probe has taken long enough."""


class _Stopwatch:
    """The pace of a probe. The second half counts: a connection takes a while to find out what the line can carry."""

    def __init__(self) -> None:
        self._size = 0
        self._marks: list[tuple[float, int]] = []

    def soon(self) -> None:
        """Go on at once."""

    def turn(self) -> None:
        """Go on, unless the time is over."""
        now = time.monotonic()
        if not self._marks:
            self._marks.append((now, 0))
        if now - self._marks[0][0] > (BRIEF if self._size > TELLING else PATIENCE):
            raise _TimeIsOver

    def moved(self, size: int) -> None:
        """Note what moved, and when."""
        self._size += size
        self._marks.append((time.monotonic(), self._size))

    def sent(self) -> None:
        """Nobody waits."""

    def others_wait(self) -> bool:
        """Whether others wait: no."""
        return False

    @property
    def rate(self) -> float:
        """Bytes a second, of the second half of what got through."""
        if len(self._marks) < 2:
            return 0.0
        last = self._marks[-1]
        half = next(mark for mark in self._marks if mark[1] >= self._size // 2)
        begin = half if last[1] > half[1] else self._marks[0]
        return (last[1] - begin[1]) / max(last[0] - begin[0], 1e-3)
