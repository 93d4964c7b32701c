"""Watching the places: looking again and again, for as long as the desk is open, and telling what happens.

A look is one run of :func:`tamizdat.carrying.receive.receive`. After one that brought something the next follows soon;
while nothing comes the pause grows, so that a quiet week costs little and tells whoever sees the line little::

    something came    10 s
    nothing           15 s, 22 s, 34 s … 10 min

A place that fails, or gives nothing, rests by itself for a minute, then two, four … up to half an hour, and is left
out of the looks until then; one whose threads still wait for it is not asked again before it lets go of them. A place
that was asked alone would hold up the look for as long as it hangs, so what is due waits for the next look of all.

Pauses are measured with the monotonic clock: a computer whose clock was set wrong, or is set right meanwhile, neither
stops looking nor looks without a pause.
"""

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from enum import StrEnum
from typing import Final

from tamizdat.archive import Archive
from tamizdat.carrying.arrived import SHORT, arrived
from tamizdat.carrying.receipts import Receipt
from tamizdat.carrying.receive import Arrival, Underway, receive
from tamizdat.carrying.unpack import Unpacked
from tamizdat.dataclass import dataclass
from tamizdat.errors import InUse, PlaceError, StorageFull
from tamizdat.home.home import Home, PlaceSettings
from tamizdat.sealing.inventory import moment

SHORTEST: Final = 10.0  #: seconds between two looks while something comes
LONGEST: Final = 600.0  #: seconds between two looks when nothing has come for long
GROWTH: Final = 1.5  #: how much longer each pause is than the one before, while nothing comes
REST: Final = 60.0  #: seconds that a place rests which failed once
LONGEST_REST: Final = 1800.0  #: seconds that a place rests which has failed again and again
OBJECTS: Final = "The objects"  #: the name of no place: what is told of the place where the desk's objects lie
LOOK: Final = 600.0  #: seconds after which the second stores are looked at again, though nothing is new
STEPS: Final = 10  #: how often it is told that a consignment grows, at most
_GIVEN: Final = ("taken", "spare", "filler", "beyond", "over", "not for us")
_DAMAGE: Final = ("damaged", "contradicting", "faulty")


class Kind(StrEnum):
    """What happened."""

    COMING = "coming"  #: more of a consignment is here
    HELD = "held"  #: a consignment cannot be taken in as it is
    ARRIVED = "arrived"  #: a consignment is in the archive
    RECEIPT = "receipt"  #: a receipt is released
    WITHHELD = "withheld"  #: a receipt waits for a second store, or for a backup
    CLOSED = "closed"  #: a consignment was closed by its device before it was whole
    AWAY = "away"  #: a place fails
    BACK = "back"  #: it does not fail any more
    STORE = "store"  #: a second store could not hold everything
    DAMAGE = "damage"  #: a place gave what does not hold
    FULL = "full"  #: the disk, or what those may store who are not accepted
    OVER = "over"  #: a device has stored what it may in a day
    BUSY = "busy"  #: another process receives here


@dataclass(frozen=True)
class Event:
    """One thing that happened. *name* is of the consignment or place; *why* is a sentence, where there is one."""

    kind: Kind
    name: str = ""
    consignment: str = ""
    why: str = ""
    parts: int = 0
    expected: int = 0
    unpacked: Unpacked | None = None
    receipt: Receipt | None = None


@dataclass
class _Rest:
    """How long a place rests that failed. *let_go* is set when nothing of ours waits for it any more."""

    seconds: float
    until: float
    let_go: threading.Event | None


class Watch:
    """A watch over the places of one desk. *told* is given each event; once it is *stopped* it ends in order."""

    def __init__(
        self,
        archive: Archive,
        told: Callable[[Event], None],
        stopped: Callable[[], bool],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._archive, self._told, self._stopped, self._clock = archive, told, stopped, clock
        self._pause = SHORTEST
        self._look_after: float | None = None  # when the second stores are looked at again
        self._rests: dict[str, _Rest] = {}
        self._withheld: set[str] = set()  # consignments whose receipt was told to wait
        self._known: dict[tuple[Kind, str], object] = {}  # what was told last, so that nothing is told twice

    def run(
        self,
        opened: Callable[[], Home],
        wait: Callable[[float], object],
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """Look until it is stopped; *opened* returns the desk as it is now, *wait* waits so many seconds or less.

        Raises what :func:`receive` raises, but that the disk is full, or the place of the desk's objects away: then
        room may be made, or it may come back, while it waits.
        """
        while not self._stopped():
            pause = self.look(opened(), now())
            if not self._stopped():
                wait(pause)

    def look(self, home: Home, now: datetime) -> float:
        """Look once; return how many seconds to wait before the next look."""
        places = self._due(home.places())
        names: list[str] = []
        look = self._look_after is None or self._clock() >= self._look_after

        def taken_in(taken: Unpacked) -> None:
            names.append(taken.consignment.hex())
            self._tell_arrived(taken)

        try:
            arrival = receive(
                home, self._archive, now, taken_in=taken_in, places=places, stopped=self._stopped, look=look
            )
        except InUse as error:  # somebody receives by hand; the next look finds what that left
            self._tell_once(Event(Kind.BUSY, why=str(error)))
            return self._longer()
        except StorageFull as error:
            self._tell_once(Event(Kind.FULL, "disk", why=str(error)))
            return LONGEST
        except PlaceError as error:  # of the place where the desk's objects lie: any other is told by name below
            self._tell_once(Event(Kind.AWAY, OBJECTS, why=str(error)))
            return self._longer()
        if look:
            self._look_after = self._clock() + LOOK
        self._back(OBJECTS)
        self._forget(Kind.BUSY, "")
        self._forget(Kind.FULL, "disk")
        self._let_rest(places, arrival)
        self._tell(arrival, names, look)
        if names or arrival.news or any(counts["taken"] for counts in arrival.fetched.by_place.values()):
            self._pause = SHORTEST
            return self._pause
        return self._longer()

    def _longer(self) -> float:
        self._pause = min(LONGEST, self._pause * GROWTH)
        return self._pause

    # Places -----------------------------------------------------------------------------------------------------------

    def _due(self, places: list[PlaceSettings]) -> list[PlaceSettings]:
        """Return the places that do not rest."""
        return [place for place in places if not self._rests_now(place.name)]

    def _rests_now(self, name: str) -> bool:
        rest = self._rests.get(name)
        if rest is None:
            return False
        return self._clock() < rest.until or (rest.let_go is not None and not rest.let_go.is_set())

    def _let_rest(self, places: list[PlaceSettings], arrival: Arrival) -> None:
        for name in [place.name for place in places]:
            why = arrival.fetched.failures.get(name)
            if why is None:
                self._rests.pop(name, None)
                self._back(name)
                continue
            before = self._rests.get(name)
            gave = any(arrival.fetched.by_place[name][what] for what in _GIVEN)
            seconds = min(LONGEST_REST, before.seconds * 2) if before and not gave else REST
            self._rests[name] = _Rest(seconds, self._clock() + seconds, arrival.fetched.left.get(name))
            self._tell_once(Event(Kind.AWAY, name, why=why))

    # Telling ----------------------------------------------------------------------------------------------------------

    def _tell(self, arrival: Arrival, told_already: list[str], looked: bool) -> None:
        for taken in arrival.unpacked:
            if taken.consignment.hex() not in told_already:
                self._tell_arrived(taken)
        for each in arrival.underway:
            self._tell_underway(each)
        for place, counts in arrival.fetched.by_place.items():
            damaged = sum(counts[kind] for kind in _DAMAGE)
            if damaged:
                self._tell_once(Event(Kind.DAMAGE, place, parts=damaged))
            else:
                self._forget(Kind.DAMAGE, place)
        for kind, device in [key for key in self._known if key[0] == Kind.OVER and key[1] not in arrival.over]:
            self._forget(kind, device)
        for device, count in arrival.over.items():
            self._tell_once(Event(Kind.OVER, device, parts=count), "over")  # however many more there are
        if arrival.fetched.beyond:
            self._tell_once(Event(Kind.FULL, "allowance", parts=arrival.fetched.beyond))
        else:
            self._forget(Kind.FULL, "allowance")
        if looked:  # what was away and is back may go away again
            told = [name for kind, name in self._known if kind == Kind.STORE]
            for name in [each for each in told if each not in arrival.copy_failures]:
                self._forget(Kind.STORE, name)
        for name, why in arrival.copy_failures.items():
            self._tell_once(Event(Kind.STORE, name, why=why))
        for receipt in arrival.receipts:
            self._tell_receipt(receipt, arrival)

    def _tell_receipt(self, receipt: Receipt, arrival: Arrival) -> None:
        """Tell a receipt that is new, or that waited and is released: a backup may have been made meanwhile."""
        consignment, name = receipt.consignment, arrival.names[receipt.consignment]
        if consignment not in arrival.news | self._withheld:
            return
        if receipt.released:
            self._withheld.discard(consignment)
            self._told(Event(Kind.RECEIPT, name, consignment, receipt=receipt))
        elif consignment in arrival.news:
            self._withheld.add(consignment)
            self._told(Event(Kind.WITHHELD, name, consignment, receipt=receipt))

    def _tell_arrived(self, taken: Unpacked) -> None:
        consignment = taken.consignment.hex()
        [name] = [each.name for each in arrived(self._archive) if each.id == consignment]
        self._told(Event(Kind.ARRIVED, name, consignment, unpacked=taken))

    def _tell_underway(self, each: Underway) -> None:
        consignment = each.consignment.hex()
        name = f"{each.coming.device} {moment(each.coming.opened)}" if each.coming else consignment[:SHORT]
        if each.closed:
            self._tell_once(Event(Kind.CLOSED, name, consignment, parts=each.payloads))
            return
        if each.problem:
            self._tell_once(Event(Kind.HELD, name, consignment, each.problem, each.payloads, each.expected))
            return
        self._forget(Kind.HELD, consignment)
        event = Event(Kind.COMING, name, consignment, parts=each.payloads, expected=each.expected)
        self._tell_once(event, (name, each.payloads * STEPS // max(1, each.expected)))

    def _tell_once(self, event: Event, what: object = None) -> None:
        """Tell the event unless the same was told of the same consignment or place before."""
        key, what = (event.kind, event.consignment or event.name), what or (event.why, event.parts)
        if self._known.get(key) != what:
            self._known[key] = what
            self._told(event)

    def _forget(self, kind: Kind, about: str) -> None:
        self._known.pop((kind, about), None)

    def _back(self, name: str) -> None:
        if self._known.pop((Kind.AWAY, name), None) is not None:
            self._told(Event(Kind.BACK, name))
