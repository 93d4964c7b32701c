"""Carrying the spool away: oldest parcels first, over all places, on one line that is shared out.

A few threads a place each take the oldest parcel that waits for it; :mod:`tamizdat.carrying.line` says which of them
may move now, so that parcels become whole one after the other. Disks lie behind no line, and wait for nobody. A
parcel leaves the spool only when its place says that it holds all of it.

A place that fails is tried again with growing pauses and never holds up the others; then it rests, until the next run
or, *until done*, for a minute at a time. One that takes connections, next to nothing of a parcel, and gives no answer
rests at once: it was waited for as long as a poor line may need, and asking five times more would only hold up the end
of the run. Before a parcel is sent a second time the place is asked whether it holds it already: the line may have been
cut between its last byte and the answer, or the answer takes longer than a line may be silent. What waits for a place
that was removed meanwhile goes to the others in turn: two shares of a group in one place are worse than one in each,
and better than one that never leaves. Places are told nothing but names and bytes.
"""

import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from dataclasses import field
from pathlib import Path
from typing import Final, Protocol

from tamizdat.carrying.begun import unfinished
from tamizdat.carrying.line import Line, Stopped
from tamizdat.carrying.line_limit import LineLimit
from tamizdat.carrying.outbox import outboxes
from tamizdat.carrying.read_back import ReadBack, is_held
from tamizdat.carrying.spool import Job, Spool, waiting_by_place
from tamizdat.carrying.told import Signs, ToldTransfer
from tamizdat.dataclass import dataclass
from tamizdat.disk.files import aligned_buffer, read_into, refusals
from tamizdat.errors import (
    BadArchive,
    InUse,
    PlaceBusy,
    PlaceError,
    PlaceFull,
    PlaceRefused,
    PlaceSilent,
    PlaceUnreachable,
    TamizdatError,
    UsageError,
)
from tamizdat.home.home import PlaceSettings
from tamizdat.places import Place
from tamizdat.places.folder import FolderPlace
from tamizdat.places.memory import MemoryPlace
from tamizdat.sealing.age import MAX_RECIPIENTS, sealed_size
from tamizdat.sealing.parcel import PLAINTEXT, parcel_name

HANDS: Final = 3  #: parcels of one place that may be under way at a time: most of them wait for an answer
PAUSES: Final = (0.1, 0.5, 2.0, 8.0)  #: seconds before a failed put is tried again; then the place rests
REST: Final = 60.0  #: seconds that a place rests which does not answer, while the run goes on
LONG_REST: Final = 600.0  #: seconds for a place that is full or refuses: somebody has to do something there
GRACE: Final = 3.0  #: seconds that transfers get to end when the run is stopped
_THREAD: Final = threading.local()


class Sender(Protocol):
    """What a delivery needs of a field device: its folder and its places' logins. No key is among it."""

    @property
    def folder(self) -> Path:
        """The device's folder."""

    def places(self) -> list[PlaceSettings]:
        """Return the places with their logins."""

    def alone(self, work: str, patience: float = ...) -> AbstractContextManager[None]:
        """Hold the lock for *work*; raises InUse if another process does for longer than *patience*, in seconds."""


@dataclass
class Delivered:
    """What one place got in this run. *error* is why it got no more."""

    place: str
    parcels: int = 0
    size: int = 0
    waiting: int = 0
    error: TamizdatError | None = None
    unsampled: bool = False  # its login may not read, so nothing of what it took could be read back

    @property
    def failure(self) -> str | None:
        """Why it got no more, in words."""
        return None if self.error is None else str(self.error)


@dataclass
class _Station:
    """A place in this run. *until*: it is asked then, *its_wish*: as it said; *gone*: not in this run any more."""

    settings: PlaceSettings
    result: Delivered
    until: float = 0.0
    its_wish: bool = False
    told: str = ""  # why it is asked again
    gone: bool = False
    place: Place | None = None
    read_back: ReadBack = field(default_factory=lambda: ReadBack(HANDS))


@dataclass
class Delivery:
    """One run of sending. *more* is set while a sealing goes on beside it and new parcels may still appear.

    *until_done*: a place that fails rests and is tried again, until nothing waits any more. *progress* is told the
    bytes that moved, and takes them back (a negative number) when a transfer was cut off.
    """

    home: Sender
    progress: Callable[[int], None] = lambda size: None
    until_done: bool = False
    failed: Callable[[str, TamizdatError], None] = lambda place, why: None  # told when a place is asked again
    silent: Callable[[tuple[str, ...]], None] = lambda places: None  # told which places give no sign, when it changes
    recovered: Callable[[str], None] = lambda place: None  # told when one that was asked again takes a parcel
    more: threading.Event = field(default_factory=threading.Event)
    moved: threading.Event = field(default_factory=threading.Event)  # set whenever the spool lost a parcel
    stop: threading.Event = field(default_factory=threading.Event)
    away: int = 0  # bytes of whole parcels that went, to disks too
    arrived: int = 0  # bytes of whole parcels that went over the line
    goodput: float = 0.0  # bytes a second of whole parcels over the line, while there was something to send
    _counting: threading.Lock = field(default_factory=threading.Lock)
    _signs: Signs = field(default_factory=Signs)

    def run(self) -> list[Delivered]:
        """Send until nothing waits any more, or no place takes what waits. Raises UsageError if there is no place."""
        places = self.home.places()
        if not places:
            raise UsageError("There is no storage place yet, so nothing was sent. Add one: 'tamizdat places add NAME'.")
        with self.home.alone("sending"):
            self._line = Line(HANDS * len(places))
            self._limit = LineLimit(self.home.folder)
            self._spool = Spool(self.home.folder, [place.number for place in places])
            self.arrived = 0
            stations = [_Station(place, Delivered(place.name)) for place in places]
            threads = [
                threading.Thread(target=self._serve, args=(station,), name=f"sending-{number}", daemon=True)
                for number, station in enumerate(stations)
                for _ in range(HANDS)
            ]
            for thread in threads:
                thread.start()
            try:
                self._wait_for(threads)
            finally:
                self._line.stop()
                self._limit.end()
            if self._line.busy > 0:
                self.goodput = self.arrived / self._line.busy
            self._tidy()
            waiting = waiting_by_place(self.home, [place.number for place in places])
            for station in stations:
                station.result.waiting = waiting.get(station.settings.number, 0)
        return [station.result for station in stations]

    def _wait_for(self, threads: list[threading.Thread]) -> None:
        """Wait until all have ended; when the run is stopped, not for those that hang on a dead line."""
        end: float | None = None
        silent, told_at = tuple[str, ...](), time.monotonic()
        try:
            while any(thread.is_alive() for thread in threads):
                for thread in threads:
                    thread.join(0.02)
                if time.monotonic() - told_at > 1:
                    told_at = time.monotonic()
                    self.progress(0)  # how fast it goes changes when nothing moves, too
                    if silent != (silent := self._signs.lacking()):
                        self.silent(silent)
                if self.stop.is_set():
                    self._line.stop()
                    end = end or time.monotonic() + GRACE
                    if time.monotonic() > end:
                        return
        except BaseException:
            self.stop.set()
            self._line.stop()
            end = time.monotonic() + GRACE
            for thread in threads:
                thread.join(max(0.0, end - time.monotonic()))
            raise

    def _serve(self, station: _Station) -> None:
        """Send parcels of one place until none waits: one of its threads."""
        try:
            while not self.stop.is_set() and not station.gone:
                if self._rests(station) or self._waits_for_its_hour(station):
                    continue
                more, since = self._more_may_come(), time.monotonic()  # before looking: later ones are seen next time
                job = self._spool.take(station.settings.number, float("-inf") if more else since)
                if job is not None:
                    self._carry(station, job)
                elif more:
                    self._spool.wait()
                elif not self._spool.wait_for_more(station.settings.number, since):
                    return
        except Stopped:
            return
        except TamizdatError as error:  # our own disk, or settings that open no place
            station.result.error, station.gone = error, True

    def _more_may_come(self) -> bool:
        """Whether a sealing goes on: in this process, or, if we wait until all is done, in another one."""
        if self.more.is_set() or not self.until_done:
            return self.more.is_set()
        return unfinished(self.home.folder).at_work

    def _rests(self, station: _Station) -> bool:
        """Wait a moment if the place rests.

        One that failed while a sealing went on rests no longer than that: it is asked once more, and the run ends.
        """
        if not (station.its_wish or self.until_done or self.more.is_set()):
            return False
        seconds = station.until - time.monotonic()
        if seconds > 0:
            self.stop.wait(min(seconds, 1.0))
        return seconds > 0

    def _waits_for_its_hour(self, station: _Station) -> bool:
        """Wait a moment if nothing may be sent over the line at this hour."""
        if self._limit.may_begin() or _is_disk(self._opened(station)):
            return False
        if not self.more.is_set() and not self._spool.has_any(station.settings.number):
            return False  # nothing to wait for
        self.stop.wait(1.0)
        return True

    def _carry(self, station: _Station, job: Job) -> None:
        self._signs.moved(station.settings.name)
        before = station.result.parcels
        try:
            sent = self._send(station, self._opened(station), job)
        except PlaceBusy as error:
            self._spool.give_back(job)
            self._let_rest(station, error.seconds, error, at_once=error.seconds <= REST)
        except (PlaceRefused, PlaceFull) as error:
            self._spool.give_back(job)
            self._let_rest(station, LONG_REST, error)
        except PlaceSilent as error:
            self._spool.give_back(job)
            if station.result.parcels == before:  # else it answers others of its threads: one at a time, perhaps
                self._let_rest(station, REST, error)
        except PlaceError as error:
            self._spool.give_back(job)
            self._let_rest(station, REST, error)
        except BaseException:
            self._spool.give_back(job)
            raise
        else:
            if sent:
                self.moved.set()
                if station.told:
                    station.told = ""
                    self.recovered(station.settings.name)
                if self.until_done:
                    station.result.error = None
        finally:
            self._signs.ended(station.settings.name)

    def _opened(self, station: _Station) -> Place:
        with self._counting:
            if station.place is None:
                station.place = station.settings.open()
            return station.place

    def _let_rest(self, station: _Station, seconds: float, why: TamizdatError, at_once: bool = False) -> None:
        """Let a place rest; without a reason to go on without it, it is gone for this run."""
        if at_once or self.until_done or self.more.is_set():
            station.until, station.its_wish = time.monotonic() + seconds, at_once
        else:
            station.gone = True
        if not at_once:
            station.result.error = why
        if not at_once and not station.gone:
            self._tell(station, why)

    def _tell(self, station: _Station, why: TamizdatError) -> None:
        """Tell, once, that a place is asked again, and why."""
        if station.told != str(why):
            station.told = str(why)
            self.failed(station.settings.name, why)

    def _send(self, station: _Station, place: Place, job: Job) -> bool:
        data = _read(job.parcel.file)
        if data is None:  # somebody else has delivered it: a transfer that an earlier run of this process left hanging
            self._spool.done(job)
            return True
        if parcel_name(data) != job.parcel.name:  # the others of its place are not held up by it
            station.result.error = BadArchive(
                "A parcel in the spool is damaged: this disk loses bytes. Check it. If the desk does not get enough of "
                "the other parcels, seal the card again with 'tamizdat seal --whole'."
            )
            self._spool.give_up(job)
            return False
        if _is_disk(place):
            self._insist(station, place, job, data)
        elif station.read_back.was_taken(place, job.parcel.name, data):
            self.progress(len(data))
        else:
            self._insist(station, place, job, data)
            station.read_back.sample(place, job.parcel.name, data)
            with self._counting:
                self.arrived += len(data)
        station.result.unsampled = station.read_back.is_refused
        job.outbox.delivered(job.parcel)
        self._spool.done(job)
        with self._counting:
            station.result.parcels += 1
            station.result.size += len(data)
            self.away += len(data)
        return True

    def _insist(self, station: _Station, place: Place, job: Job, data: memoryview) -> None:
        """Put a parcel, and again after each pause."""
        for pause in (*PAUSES, None):
            try:
                self._put(station, place, job, data)
            except (PlaceRefused, PlaceFull, PlaceBusy, PlaceSilent):
                raise  # trying again at once would not help
            except PlaceError as error:
                if pause is None or station.gone:
                    raise
                self._tell(station, error)
                self._signs.waits(station.settings.name)
                if self.stop.wait(pause):
                    raise
                self._signs.moved(station.settings.name)
                if _is_disk(place) or not is_held(place, job.parcel.name, len(data)):
                    continue
                self.progress(len(data))
            return

    def _put(self, station: _Station, place: Place, job: Job, data: memoryview) -> None:
        name = job.parcel.name
        if _is_disk(place):
            place.put(name, data)
            self.progress(len(data))
            return
        transfer = ToldTransfer(
            self._line.enter(job.order, len(data)), station.settings.name, self._signs, self.progress
        )
        try:
            paced = getattr(place, "put_paced", None)
            if paced is not None:
                paced(name, data, transfer)
            else:
                transfer.turn()
                place.put(name, data)
                transfer.moved(len(data))
        except BaseException as error:
            transfer.take_back()
            self._line.leave(transfer.inner, cut=True)
            if isinstance(error, PlaceSilent) and transfer.is_past_half(len(data)):
                raise PlaceUnreachable(str(error)) from None  # it lives, is slow to answer, and may hold it by now
            raise
        transfer.tell_rest(len(data))
        self._line.leave(transfer.inner)

    def _tidy(self) -> None:
        with suppress(InUse), self.home.alone("sealing"):  # who seals at this moment closes what it has sealed
            for outbox in outboxes(self.home.folder):
                if outbox.is_closed:
                    outbox.close()  # finishes a closing that was cut off
        for outbox in outboxes(self.home.folder):
            outbox.remove_if_done()


def _is_disk(place: Place) -> bool:
    """Whether nothing of the line is used to reach it."""
    return type(place) in (FolderPlace, MemoryPlace)


def _read(file: Path) -> memoryview | None:
    """Return the parcel, in this thread's own buffer; None if it is gone."""
    if not hasattr(_THREAD, "room"):
        _THREAD.room = aligned_buffer(sealed_size(PLAINTEXT, MAX_RECIPIENTS))
    room: memoryview = _THREAD.room
    with refusals("a parcel in the spool"):
        try:
            return read_into(file, room)
        except FileNotFoundError:
            return None
