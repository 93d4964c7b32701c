"""One budget for the whole line: who may move bytes now, whatever the places are.

A laptop has one line, however many places lie behind it. What is shared among fifteen parcels makes none of them whole
before the line is cut. So at first one transfer moves at a time, the one whose parcel is the oldest; the next one is
connected meanwhile, and the others wait::

    places      a ──█████───────────███──     each █ a parcel whose bytes move
                b ───────█████──────────
                c ────────────███───────      budget 1: whole one after the other

As long as parcels go through in :data:`QUICK` seconds the budget grows by one: such a line is better used by several.
When they take longer than :data:`SLOW`, or one is cut off, it shrinks again. A transfer that moves nothing for
:data:`STALLED` seconds uses nothing of the line and does not count, so a place that hangs delays only itself; and one
that moves far less than the line can carry leaves room beside it. Of those that stalled and move again, when a silence
is over, the oldest goes on and the others wait for it.
"""

import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import field
from typing import Any, Final

from tamizdat.dataclass import dataclass

QUICK: Final = 2.0  #: seconds for a parcel that let the budget grow by one
SLOW: Final = 4.0  #: seconds for a parcel that let it shrink
STALLED: Final = 3.0  #: seconds without a byte after which a transfer does not count
CONNECTED: Final = 1.0  #: seconds that a transfer which connects keeps its place in the order
WINDOW: Final = 10.0  #: seconds over which a line's speed is taken
FADING: Final = 60.0  #: seconds in which half of what the line once carried is forgotten
SHARE: Final = 4  #: who moves less than a fourth of its share of what the line carried does not count


class Stopped(Exception):
    """The run ends: nothing more is moved."""


@dataclass
class Transfer:
    """One parcel on its way, the :class:`~tamizdat.places.place.Pace` of its place. *order*: the lowest moves first.

    *whole* is its size in bytes; 0 if that is not known.
    """

    line: "Line"
    order: tuple[Any, ...]
    whole: int = 0
    begun: float | None = None  # when it had its first turn
    moved_at: float = 0.0  # when bytes moved last, or it got its turn
    anew: float = 0.0  # when it began, or began again over another connection
    marks: deque[tuple[float, int]] = field(default_factory=deque)  # when, and how many bytes moved, lately
    size: int = 0
    waits: bool = False  # for its turn, at this moment
    next_at: float | None = None  # when it was let connect
    over: bool = False

    def soon(self) -> None:
        """Wait until this transfer is the next that may move; raises Stopped."""
        self.line.wait_until_next(self)

    def turn(self) -> None:
        """Wait until this transfer may move; raises Stopped."""
        self.line.wait_for_turn(self)

    def moved(self, size: int) -> None:
        """Count bytes that arrived."""
        self.line.count(self, size)

    def sent(self) -> None:
        """Leave the line to others."""
        self.line.leave(self)

    def others_wait(self) -> bool:
        """Whether another transfer would use the line, if this one does not."""
        return self.line.others_wait(self)


class Line:
    """Shares one line out among transfers. *most* is how many may ever move at a time."""

    def __init__(self, most: int) -> None:
        self.budget = 1
        self.stopped = False
        self._most = most
        self._changed = threading.Condition()
        self._transfers: list[Transfer] = []
        self._moved: deque[tuple[float, int]] = deque()
        self._best, self._best_at = 0.0, 0.0  # bytes a second, the most of late, and when
        self.busy = 0.0  #: seconds in which at least one transfer was under way
        self._busy_since: float | None = None

    def enter(self, order: tuple[Any, ...], whole: int = 0) -> Transfer:
        """Return a new transfer of *whole* bytes, which waits for its turn."""
        transfer = Transfer(self, order, whole)
        with self._changed:
            if not self._transfers:
                self._busy_since = time.monotonic()
            self._transfers.append(transfer)
            self._changed.notify_all()
        return transfer

    def leave(self, transfer: Transfer, cut: bool = False) -> None:
        """Take a transfer off the line; *cut* says that it broke off. May be called twice."""
        with self._changed:
            if transfer.over:
                return
            transfer.over = True
            self._transfers.remove(transfer)
            now = time.monotonic()
            if not self._transfers and self._busy_since is not None:
                self.busy += now - self._busy_since
            if transfer.begun is not None:
                # it leaves before its end has moved, so that the next one may begin: what counts is all of it
                rest = max(1.0, transfer.whole / transfer.size) if transfer.size else 1.0
                self._adapt((now - transfer.begun) * rest, cut, transfer.size)
            self._changed.notify_all()

    def stop(self) -> None:
        """Wake whoever waits, and let nobody move any more."""
        with self._changed:
            self.stopped = True
            self._changed.notify_all()

    def wait_until_next(self, transfer: Transfer) -> None:
        """Return when *transfer* is among the first of those that may move, or the first behind them."""
        with self._changed:
            self._wait(transfer, lambda: self.budget + 1)
            transfer.next_at = time.monotonic()

    def wait_for_turn(self, transfer: Transfer) -> None:
        """Return when *transfer* is among the first of those that may move."""
        with self._changed:
            has_waited = self._wait(transfer, lambda: self.budget)
            if has_waited or transfer.begun is None:  # for what it did not move meanwhile it is not to blame
                transfer.anew = transfer.moved_at = time.monotonic()
                transfer.marks.clear()
            if transfer.begun is None:
                transfer.begun = transfer.anew

    def _wait(self, transfer: Transfer, places: Callable[[], int]) -> bool:
        """Return when fewer than so many are before it; tell whether there were more."""
        has_waited, transfer.waits = False, True
        try:
            while not self.stopped and self._before(transfer) >= places():
                has_waited = True
                self._changed.wait(0.25)
        finally:
            transfer.waits = False
        if self.stopped:
            raise Stopped
        return has_waited

    def others_wait(self, transfer: Transfer) -> bool:
        """Whether others wait for their turn."""
        with self._changed:
            return any(other.waits for other in self._transfers if other is not transfer)

    def count(self, transfer: Transfer, size: int) -> None:
        """Count bytes of *transfer* that arrived; 0 says that it begins again over another connection."""
        now = time.monotonic()
        with self._changed:
            transfer.size += size
            transfer.moved_at = now
            if not size:
                transfer.anew = now
                transfer.marks.clear()
                self._changed.notify_all()
                return
            for marks in (self._moved, transfer.marks):
                marks.append((now, size))
                while now - marks[0][0] > WINDOW:
                    marks.popleft()
            faded = self._best * 0.5 ** ((now - self._best_at) / FADING)
            self._best, self._best_at = max(faded, _rate(self._moved, now)), now

    def _before(self, transfer: Transfer) -> int:
        """Return how many are before it: those that move already, then the oldest."""
        now = time.monotonic()
        before = 0
        for other in self._transfers:
            if other is transfer or not self._counts(other, now):
                continue
            begun, ours = other.begun is not None, transfer.begun is not None
            before += (begun and not ours) or (begun == ours and other.order < transfer.order)
        return before

    def _counts(self, transfer: Transfer, now: float) -> bool:
        """Whether it uses the line: it waits for its turn, or its bytes move as fast as a share of the line."""
        if transfer.waits:
            return True
        if transfer.begun is None:  # it is still connecting
            return transfer.next_at is not None and now - transfer.next_at <= CONNECTED
        if now - transfer.moved_at > STALLED:
            return False
        if now - transfer.anew < STALLED:
            return True
        moving = sum(each.begun is not None and now - each.moved_at <= STALLED for each in self._transfers)
        return _rate(transfer.marks, now) * SHARE >= self._best / max(self.budget, moving)

    def _adapt(self, seconds: float, cut: bool, size: int) -> None:
        if cut or seconds > SLOW:
            self.budget = max(1, self.budget - 1)
        elif seconds < QUICK and size:
            self.budget = min(self._most, self.budget + 1)


def _rate(marks: "deque[tuple[float, int]]", now: float) -> float:
    """Return the bytes a second within the window, taken over one second at least."""
    if not marks:
        return 0.0
    return sum(size for _, size in marks) / max(1.0, now - marks[0][0])
