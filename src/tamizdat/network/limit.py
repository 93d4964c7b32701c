"""How fast, and at which hours, may be sent: ``--limit 500k --between 01:00-06:00``.

One limit holds for the whole line, whatever number of places and threads share it. Each piece is given the moment at
which it may begin, so that over any stretch longer than a few pieces the rate is the limit's: the moment of the next
piece is this one's plus its size divided by the rate, and what was left unused is lost after half a second.

The hours are those of this computer's clock, and may pass midnight (``22:00-05:00``). They say when a parcel may begin.
One under way goes on: broken off it would have to be sent again.
"""

import re
import threading
import time
from collections.abc import Callable
from datetime import datetime
from datetime import time as hour
from typing import Final

from tamizdat.dataclass import dataclass
from tamizdat.errors import UsageError

UNUSED: Final = 0.5  #: seconds of the rate that may be made up for after a pause
LEAST: Final = 1000  #: bytes a second; below that a parcel takes more than an hour and servers hang up
_RATE: Final = re.compile(r"([1-9][0-9]{0,8})(?:\.([0-9]))?([kM]?)")
_SCALE: Final = {"": 1, "k": 1000, "M": 1_000_000}
_HOURS: Final = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])-([01][0-9]|2[0-3]):([0-5][0-9])")


def parse_rate(text: str) -> int | None:
    """Return bytes a second of ``500k``, ``1.5M`` or ``64000``; None for ``none``. Raises UsageError."""
    if text == "none":
        return None
    found = _RATE.fullmatch(text)
    rate = int((int(found[1]) + int(found[2] or 0) / 10) * _SCALE[found[3]]) if found else 0
    if rate < LEAST:
        raise UsageError(
            f"Expected a limit in bytes a second, like 500k or 1.5M (at least {LEAST:,} bytes), or none, "
            f"found {text[:40]!r}."
        )
    return rate


@dataclass(frozen=True)
class Hours:
    """A stretch of the day; it may pass midnight."""

    start: hour
    end: hour

    @classmethod
    def parse(cls, text: str) -> "Hours | None":
        """Return the hours of ``01:00-06:00``; None for ``none``. Raises UsageError."""
        if text == "none":
            return None
        found = _HOURS.fullmatch(text)
        start = hour(int(found[1]), int(found[2])) if found else hour()
        end = hour(int(found[3]), int(found[4])) if found else hour()
        if start == end:
            raise UsageError(
                "Expected hours of this computer's clock like 01:00-06:00 or 22:00-05:00, or none, found "
                f"{text[:40]!r}."
            )
        return cls(start, end)

    def __str__(self) -> str:
        return f"{self.start:%H:%M}-{self.end:%H:%M}"

    def hold(self, now: datetime) -> bool:
        """Tell whether *now* is within them; the end is not."""
        moment = now.time()
        if self.start < self.end:
            return self.start <= moment < self.end
        return moment >= self.start or moment < self.end


class Limit:
    """The rate of the whole line. It may be changed while it is in use, by any thread."""

    def __init__(
        self,
        rate: int | None = None,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.rate = rate  #: bytes a second; None: as fast as it goes
        self._clock, self._sleep = clock, sleep
        self._next = float("-inf")
        self._lock = threading.Lock()

    def take(self, size: int) -> None:
        """Wait until *size* more bytes may be sent."""
        if (wait := self.reserve(size)) > 0:
            self._sleep(wait)

    def reserve(self, size: int) -> float:
        """Return in how many seconds the next *size* bytes may be sent; they count as sent then."""
        rate = self.rate
        if rate is None:
            return 0.0
        with self._lock:
            now = self._clock()
            begin = max(self._next, now - UNUSED)
            self._next = begin + size / rate
        return max(0.0, begin - now)


SENDING: Final = Limit()  #: of this process's line
