"""What a person is told while parcels are on their way: what moves, and which places give no sign.

A transfer that waits for its turn on the line is nobody's silence. One that asked or sent something, and of which
nothing moves for :data:`SOON` seconds, is: its place is named then, long before it is given up.
"""

import threading
import time
from collections.abc import Callable
from typing import Final

from tamizdat.carrying.line import Transfer
from tamizdat.network.limit import SENDING

SOON: Final = 10.0  #: seconds without a sign after which a place is named
PIECES: Final = 64 << 10  #: bytes that pass while a limit of our own keeps a transfer waiting, at most
_WAITS: Final = float("inf")


class Signs:
    """When each transfer last gave a sign, by place; told by the threads that carry, asked by the one that waits."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._last: dict[tuple[str, int], float] = {}  # place, thread → moment

    def moved(self, place: str) -> None:
        """Note that something moved, or is begun, in this thread."""
        self._last[place, threading.get_ident()] = self._clock()

    def waits(self, place: str) -> float:
        """Note that this thread waits for its turn; return when it gave its last sign."""
        here = place, threading.get_ident()
        before, self._last[here] = self._last.get(here, self._clock()), _WAITS
        return before

    def goes_on(self, place: str, moment: float) -> None:
        """Note that this thread has its turn, and gave its last sign at that *moment*."""
        self._last[place, threading.get_ident()] = moment

    def ended(self, place: str) -> None:
        """Note that this thread has nothing under way."""
        self._last.pop((place, threading.get_ident()), None)

    def lacking(self) -> tuple[str, ...]:
        """Return the places of which no transfer gave a sign lately."""
        last: dict[str, float] = {}
        for (place, _), moment in list(self._last.items()):
            last[place] = max(moment, last.get(place, 0.0))
        patience = SOON + (PIECES / SENDING.rate if SENDING.rate else 0.0)  # our own limit lets a piece pass seldom
        now = self._clock()
        return tuple(sorted(place for place, moment in last.items() if now - moment > patience))


class ToldTransfer:
    """A transfer's pace that also tells the person what moves."""

    def __init__(self, inner: Transfer, place: str, signs: Signs, progress: Callable[[int], None]) -> None:
        self.inner, self._place, self._signs, self._progress, self._size = inner, place, signs, progress, 0

    def soon(self) -> None:
        """Wait until it is almost our turn."""
        self._signs.waits(self._place)
        self.inner.soon()
        self._signs.moved(self._place)

    def turn(self) -> None:
        """Wait for our turn. It is asked for before each piece: one that is given at once is no sign of the place."""
        before = self._signs.waits(self._place)
        begun = time.monotonic()
        self.inner.turn()
        self._signs.goes_on(self._place, before + time.monotonic() - begun)

    def moved(self, size: int) -> None:
        """Count what moved."""
        if size:
            self._signs.moved(self._place)
        self._size += size
        self.inner.moved(size)
        self._progress(size)

    def sent(self) -> None:
        """Leave the line."""
        self.inner.sent()

    def others_wait(self) -> bool:
        """Whether others wait for their turn."""
        return bool(self.inner.others_wait())

    def tell_rest(self, whole: int) -> None:
        """Tell the person what was not seen to move: the end of an object, acknowledged while others began."""
        self._progress(whole - self._size)
        self._size = whole

    def take_back(self) -> None:
        """Take back what moved of a transfer that was cut off."""
        self._progress(-self._size)

    def is_past_half(self, whole: int) -> bool:
        """Whether more moved of *whole* bytes than a system takes in for a program that reads nothing."""
        return 2 * self._size > whole
