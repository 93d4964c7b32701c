"""Carrying the spool away: every place gets its parcels, each at its own pace.

A few threads a place, oldest first. A parcel leaves the spool only when its place says it holds all of it. A place
that fails is tried again with growing pauses, and never holds up the others; what could not go stays in the spool
for the next run. What waits for a place that was removed meanwhile goes to the others in turn: two shares of a group
in one place are worse than one in each, and better than one that never leaves. Places are told nothing but names and
bytes.
"""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from tamizdat.carrying.outbox import Outbox, Parcel, outboxes
from tamizdat.disk.files import aligned_buffer, read_into, refusals
from tamizdat.errors import PlaceError, PlaceFull, PlaceRefused, TamizdatError, UsageError
from tamizdat.home.home import Home, PlaceSettings
from tamizdat.places import Place
from tamizdat.sealing.age import MAX_RECIPIENTS, sealed_size
from tamizdat.sealing.parcel import PLAINTEXT, parcel_name

HANDS: Final = 3  #: parcels that go to one place at a time: it waits for its disk or line, we need not
PAUSES: Final = (0.5, 2.0, 8.0)  #: seconds before a failed put is tried again; then the place rests until the next run
_THREAD: Final = threading.local()


@dataclass
class Delivered:
    """What one place got in this run. *failure* is why it got no more."""

    place: str
    parcels: int = 0
    size: int = 0
    waiting: int = 0
    failure: str | None = None


@dataclass
class Delivery:
    """One run of sending. *more* is set while a sealing goes on beside it and new parcels may still appear."""

    home: Home
    progress: Callable[[int], None] = lambda size: None
    more: threading.Event = field(default_factory=threading.Event)
    moved: threading.Event = field(default_factory=threading.Event)  # set whenever the spool lost a parcel
    stop: threading.Event = field(default_factory=threading.Event)
    _counting: threading.Lock = field(default_factory=threading.Lock)
    _numbers: list[int] = field(default_factory=list)  # of the places of this run

    def run(self) -> list[Delivered]:
        """Send until nothing waits any more, or no place takes what waits. Raises UsageError if there is no place."""
        places = self.home.places()
        if not places:
            raise UsageError("There is no storage place yet. Add one with 'tamizdat places add NAME URL'.")
        with self.home.alone("sending"):
            self._numbers = [place.number for place in places]
            results = [Delivered(place.name) for place in places]
            threads = [
                threading.Thread(target=self._serve, args=(place, result), name=f"sending-{place.number}")
                for place, result in zip(places, results, strict=True)
            ]
            for thread in threads:
                thread.start()
            try:
                for thread in threads:
                    thread.join()
            except BaseException:
                self.stop.set()
                raise
            self._tidy()
        return results

    def _serve(self, settings: PlaceSettings, result: Delivered) -> None:
        try:
            place = settings.open()
            with ThreadPoolExecutor(HANDS, thread_name_prefix=f"sending-{settings.number}") as hands:
                while not self.stop.is_set():
                    more = self.more.is_set()  # read before looking: what comes after is seen in the next round
                    sent = self._round(place, self._waiting(settings.number), result, hands)
                    if not sent and not more:
                        break
                    if not sent:
                        self.stop.wait(0.2)
        except TamizdatError as error:
            result.failure = str(error)
        result.waiting = sum(1 for _ in self._waiting(settings.number))

    def _round(
        self, place: Place, waiting: "list[tuple[Outbox, Parcel]]", result: Delivered, hands: ThreadPoolExecutor
    ) -> int:
        """Send once what waits for *place*; the first failure ends it, when its other parcels in hand are away."""
        gone = threading.Event()

        def send(outbox: Outbox, parcel: Parcel) -> int:
            if gone.is_set() or self.stop.is_set():
                return 0
            try:
                return self._send(place, outbox, parcel, result)
            except BaseException:
                gone.set()
                raise

        return sum(hands.map(lambda pair: send(*pair), waiting))

    def _waiting(self, number: int) -> list[tuple[Outbox, Parcel]]:
        return [
            (outbox, parcel)
            for outbox in outboxes(self.home.folder)
            for parcel in outbox.waiting()
            if self._bound_for(parcel) == number
        ]

    def _bound_for(self, parcel: Parcel) -> int:
        return parcel.place if parcel.place in self._numbers else self._numbers[parcel.place % len(self._numbers)]

    def _send(self, place: Place, outbox: Outbox, parcel: Parcel, result: Delivered) -> int:
        data = _read(parcel.file)
        if parcel_name(data) != parcel.name:  # the others of its place are not held up by it
            result.failure = (
                "A parcel in the spool is damaged: this disk loses bytes. Check it. If the desk does not get enough of "
                "the other parcels, seal the card again."
            )
            return 0
        self._put(place, parcel.name, data)
        outbox.delivered(parcel)
        with self._counting:
            result.parcels += 1
            result.size += len(data)
        self.progress(len(data))
        self.moved.set()
        return 1

    def _put(self, place: Place, name: str, data: memoryview) -> None:
        for pause in PAUSES:
            try:
                return place.put(name, data)
            except (PlaceRefused, PlaceFull):
                raise  # trying again would not help
            except PlaceError:
                if self.stop.wait(pause):
                    raise
        return place.put(name, data)

    def _tidy(self) -> None:
        for outbox in outboxes(self.home.folder):
            if outbox.is_closed:
                outbox.close()  # finishes a closing that was cut off
            outbox.remove_if_done()


def _read(file: Path) -> memoryview:
    """Return the parcel, in this thread's own buffer."""
    if not hasattr(_THREAD, "room"):
        _THREAD.room = aligned_buffer(sealed_size(PLAINTEXT, MAX_RECIPIENTS))
    room: memoryview = _THREAD.room
    with refusals("a parcel in the spool"):
        return read_into(file, room)


def waiting_by_place(home: Home) -> dict[int, int]:
    """Return how many parcels wait for each place, by its number."""
    counts: dict[int, int] = {}
    for outbox in outboxes(home.folder):
        for parcel in outbox.waiting():
            counts[parcel.place] = counts.get(parcel.place, 0) + 1
    return counts
