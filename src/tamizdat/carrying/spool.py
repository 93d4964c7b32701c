"""What waits in the spool, for each place the oldest first: what a run of sending takes its parcels from.

Several threads take from it at a time. It looks into the outboxes anew when a queue is empty, because a sealing may go
on beside; what could not go comes back to the front.
"""

import contextlib
import threading
import time
from collections import deque
from pathlib import Path
from typing import Final, NamedTuple, Protocol

from tamizdat.carrying.outbox import Outbox, Parcel, outboxes
from tamizdat.disk.files import refusals

LOOK: Final = 0.2  #: seconds between two looks into the spool while a sealing fills it


class HasFolder(Protocol):
    """A field device, of which only the folder is looked at."""

    @property
    def folder(self) -> Path:
        """The device's folder."""


class Job(NamedTuple):
    """A parcel and where it stands in the order: consignment, group, and which of the group."""

    order: tuple[int, str, int]
    outbox: Outbox
    parcel: Parcel
    place: int


class Spool:
    """What waits for each place, oldest first; several threads take from it. *numbers* are the places of this run."""

    def __init__(self, folder: Path, numbers: list[int]) -> None:
        self._folder, self._numbers = folder, numbers
        self._lock = threading.Condition()
        self._queues: dict[int, deque[Job]] = {number: deque() for number in numbers}
        self._known: set[Path] = set()  # in a queue, in hand, or given up
        self._in_hand: dict[int, int] = dict.fromkeys(numbers, 0)
        self._looked, self._took = float("-inf"), 0.0

    def take(self, number: int, since: float) -> Job | None:
        """Return the oldest parcel that waits for place *number*; None if none did when looked for *since* then.

        Raises StorageRefused.
        """
        with self._lock:
            queue, age = self._queues[number], time.monotonic() - self._looked
            if not queue and (age > LOOK or self._looked - self._took < since) and age >= 5 * self._took:
                self._look()
            if not queue:
                return None
            self._in_hand[number] += 1
            return queue.popleft()

    def wait_for_more(self, number: int, since: float) -> bool:
        """Return False if nothing more can come for a place; else wait until something changed, :data:`LOOK` at most.

        A parcel that is in hand may come back, and more may lie there if nobody has looked into the spool *since*.
        """
        with self._lock:
            if not self._in_hand[number] and not self._queues[number] and self._looked - self._took >= since:
                return False
            if not self._queues[number] and self._looked - self._took >= since:
                self._lock.wait(LOOK)
            else:
                self._lock.wait(self._took * 5)  # as long as the next look has to wait
            return True

    def wait(self) -> None:
        """Wait until something changed, :data:`LOOK` at most."""
        with self._lock:
            self._lock.wait(LOOK)

    def has_any(self, number: int) -> bool:
        """Whether anything waits for place *number*."""
        with self._lock:
            if not self._queues[number] and time.monotonic() - self._looked > LOOK:
                self._look()
            return bool(self._queues[number])

    def give_back(self, job: Job) -> None:
        """Put a parcel back that could not go."""
        with self._lock:
            self._in_hand[job.place] -= 1
            self._queues[job.place].appendleft(job)
            self._lock.notify_all()

    def give_up(self, job: Job) -> None:
        """Leave a parcel where it is for this run."""
        with self._lock:
            self._in_hand[job.place] -= 1
            self._lock.notify_all()

    def done(self, job: Job) -> None:
        """Forget a parcel that is away."""
        with self._lock:
            self._in_hand[job.place] -= 1
            self._known.discard(job.parcel.file)
            self._lock.notify_all()

    def _look(self) -> None:
        began = time.monotonic()
        with refusals("what waits to be sent"):
            for outbox in outboxes(self._folder):
                for at, parcel in enumerate(outbox.waiting()):
                    if parcel.file not in self._known:
                        self._known.add(parcel.file)
                        number = bound_for(parcel.place, self._numbers)
                        order = (outbox.number, parcel.file.parent.name, at)
                        self._queues[number].append(Job(order, outbox, parcel, number))
        self._looked = time.monotonic()
        self._took = self._looked - began


def bound_for(place: int, numbers: list[int]) -> int:
    """Return the number of the place to which a parcel for *place* goes, which may have been removed."""
    return place if place in numbers else numbers[place % len(numbers)]


def waiting_in(folder: Path) -> tuple[int, int]:
    """Return how many parcels wait in a device's spool, and their bytes."""
    count = size = 0
    for outbox in outboxes(folder):
        for parcel in outbox.waiting():
            with contextlib.suppress(FileNotFoundError):  # it left this moment
                count, size = count + 1, size + parcel.file.stat().st_size
    return count, size


def waiting_by_place(home: HasFolder, numbers: list[int] | None = None) -> dict[int, int]:
    """Return how many parcels wait for each place, by its number; with *numbers* by those of these places."""
    counts: dict[int, int] = {}
    for outbox in outboxes(home.folder):
        for parcel in outbox.waiting():
            number = bound_for(parcel.place, numbers) if numbers else parcel.place
            counts[number] = counts.get(number, 0) + 1
    return counts
