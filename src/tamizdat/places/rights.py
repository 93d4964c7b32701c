"""What a place's credentials can do, and how fast it is; told in words a person can act on.

The probe puts one object of random bytes, reads it, lists, puts other bytes over it, and deletes it. Best is
a place that can be added to, read and listed, and where nothing can be overwritten or deleted with what lies
on the laptop: whoever takes a laptop takes its credentials too.

::

    Place “cloud”: stores yes, gives back yes, lists yes, overwrites yes, deletes yes; 1.9 MB/s up, 4.2 MB/s down.
    Warning: it deletes and overwrites. Whoever takes this device can empty this place.
"""

import contextlib
import secrets
import time
from collections.abc import Callable, Iterable
from typing import Final

from tamizdat.dataclass import dataclass
from tamizdat.errors import NotThere, PlaceError, PlaceFull, PlaceRefused, PlaceUnreachable
from tamizdat.places.place import TRY, Place

PROBE_SIZE: Final = 1 << 20  #: bytes; large enough for a speed, small enough for a poor line

#: what a service can give instead
LESS_HARM: Final = "for credentials that add but neither delete nor overwrite, or for kept older versions"

_YES_NO: Final = {True: "yes", False: "no", None: "not tried"}


@dataclass(frozen=True)
class Rights:
    """What was tried and whether it worked; None where it could not be tried."""

    place: str
    put: bool
    get: bool | None
    list: bool | None
    overwrite: bool | None
    delete: bool | None
    up: float | None  #: bytes a second
    down: float | None
    left_behind: str | None  #: the name of the probe's object, if it is still there
    refused: str = ""  #: why it did not store

    def __str__(self) -> str:
        return self.report()

    @property
    def harms(self) -> bool:
        """Whether who has these credentials can destroy what is there."""
        return bool(self.delete or self.overwrite)

    def report(self) -> str:
        """Return the findings in plain words, a line each."""
        lines = [f"Place “{self.place}”: {_words(self)}{_speeds(self)}."]
        if not self.put:
            lines.append("Nothing can be stored here with these credentials: it is of no use for sending.")
            lines += filter(None, [self.refused.removesuffix(TRY)])
        if self.get is False:
            lines.append("What is stored cannot be read back here, so the desk needs other credentials to receive.")
        if self.harms:
            how = " and ".join([*(["deletes"] if self.delete else []), *(["overwrites"] if self.overwrite else [])])
            lines.append(f"Warning: it {how}. Whoever takes this device can empty this place.")
        if self.left_behind:
            lines.append(f"The probe left the object “{self.left_behind}” there; it may stay.")
        return "\n".join(lines)


def probe(place: Place, size: int = PROBE_SIZE) -> Rights:
    """Try everything once with random bytes; raises PlaceUnreachable or PlaceFull if the place cannot be tried."""
    name = f"probe-{secrets.token_hex(8)}"
    first, second = secrets.token_bytes(size), secrets.token_bytes(1000)
    start = time.monotonic()
    try:
        place.put(name, first)
    except (PlaceUnreachable, PlaceFull):
        raise  # says nothing about rights
    except PlaceError as error:
        listed = _works(lambda: _lists(place))
        return Rights(place.name, False, None, listed, None, None, None, None, None, str(error))
    up = size / max(time.monotonic() - start, 1e-6)
    get, down = _timed(lambda: place.get(name) == first, size)
    listed = _works(lambda: _lists(place, name))
    overwrite = _works(lambda: _puts(place, name, second) and (not get or place.get(name) == second))
    delete = _works(lambda: _deletes(place, name))
    return Rights(place.name, True, get, listed, overwrite, delete, up, down, None if delete else name)


def takes(place: Place, size: int) -> bool:
    """Whether *place* takes an object of *size* bytes; what was put is deleted again, if it can be.

    Raises PlaceUnreachable, PlaceFull, and PlaceRefused if it takes none of 1,000 bytes either.
    """
    try:
        _put_and_delete(place, size)
    except PlaceRefused:
        _put_and_delete(place, 1000)  # whether it is the size
        return False
    return True


def twin(place: Place, others: Iterable[Place]) -> str | None:
    """Return which of *others* is the same store under another name: it shows what was put in *place* a moment before.

    None if there is none, or if their logins may not look. Raises PlaceError if *place* takes nothing.
    """
    name = f"probe-{secrets.token_hex(8)}"
    place.put(name, secrets.token_bytes(1000))
    try:
        for other in others:
            with contextlib.suppress(PlaceError):  # it does not hold it, or does not say
                other.stat(name)
                return other.name
    finally:
        with contextlib.suppress(PlaceError):
            place.delete(name)
    return None


def _put_and_delete(place: Place, size: int) -> None:
    name = f"probe-{secrets.token_hex(8)}"
    place.put(name, secrets.token_bytes(size))
    with contextlib.suppress(PlaceError):
        place.delete(name)


def _works(attempt: Callable[[], bool]) -> bool:
    try:
        return attempt()
    except (PlaceUnreachable, PlaceFull):
        raise  # says nothing about rights
    except PlaceError:
        return False


def _timed(attempt: Callable[[], bool], size: int) -> tuple[bool, float | None]:
    start = time.monotonic()
    worked = _works(attempt)
    return worked, size / max(time.monotonic() - start, 1e-6) if worked else None


def _puts(place: Place, name: str, data: bytes) -> bool:
    place.put(name, data)
    return True


def _lists(place: Place, name: str | None = None) -> bool:
    names = list(place.list())
    return name is None or name in names


def _deletes(place: Place, name: str) -> bool:
    place.delete(name)
    try:
        place.stat(name)
    except NotThere:
        return True
    return False


def _words(rights: Rights) -> str:
    tried = {
        "stores": rights.put,
        "gives back": rights.get,
        "lists": rights.list,
        "overwrites": rights.overwrite,
        "deletes": rights.delete,
    }
    return ", ".join(f"{what} {_YES_NO[found]}" for what, found in tried.items())


def _speeds(rights: Rights) -> str:
    up = f"; {rights.up / 1e6:,.1f} MB/s up" if rights.up else ""
    down = f", {rights.down / 1e6:,.1f} MB/s down" if rights.down else ""
    return up + down
