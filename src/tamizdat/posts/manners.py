"""Asking strangers politely: one request at a time, a pause between two to one host, and longer if it asks for that.

A host that says 429 or 503 with ``Retry-After`` (RFC 9110, 10.2.3) is not asked again before that, in this run or, as
the caller remembers it, the next. Nothing here knows why anything is asked.
"""

import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Final
from urllib.parse import urlsplit

from tamizdat.encoding import timestamp
from tamizdat.errors import PlaceUnreachable
from tamizdat.network.proxy import is_here
from tamizdat.posts.fetch import Answer, fetch

PAUSE: Final = 1.0  #: seconds between two requests to one host; none to this computer itself
BUSY: Final = (429, 503)
LONGEST: Final = timedelta(days=7)  #: a host that wants more is asked again after this


class AskedToWait(PlaceUnreachable):
    """A host asked not to be asked before a certain time; nothing was sent to it."""


class Manners:
    """How one run asks: :meth:`get` fetches as :func:`tamizdat.posts.fetch.fetch` does."""

    def __init__(
        self,
        get: Callable[[str, Mapping[str, str]], Answer] = fetch,
        wait: Callable[[float], object] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._get, self._wait, self._clock = get, wait, clock
        self._last: dict[str, float] = {}
        self._until: dict[str, float] = {}

    def get(self, url: str, headers: Mapping[str, str]) -> Answer:
        """Fetch *url* when its host may be asked; raises :class:`AskedToWait` if that is not now."""
        host = urlsplit(url).netloc.lower()
        if self._until.get(host, 0.0) > self._clock():
            raise AskedToWait(
                "Expected to ask this host, and it asked to be left alone for a while (Retry-After). Nothing was sent; "
                "it is asked again at the next visit."
            )
        if host in self._last and not is_here(urlsplit(url).hostname or ""):
            self._wait(max(0.0, self._last[host] + PAUSE - self._clock()))
        try:
            answer = self._get(url, headers)
        finally:
            self._last[host] = self._clock()
        if (pause := retry_after(answer)) is not None:
            self._until[host] = self._clock() + pause.total_seconds()
        return answer


def retry_after(answer: Answer) -> timedelta | None:
    """Return how long a host asks to be left alone; None if it does not. A moment is one of its own clock's."""
    said = answer.headers.get("retry-after", "").strip()
    if answer.status not in BUSY or not said:
        return None
    if said.isascii() and said.isdigit():
        return min(timedelta(seconds=int(said[:9])), LONGEST)
    try:
        when = parsedate_to_datetime(said)
    except (ValueError, TypeError):
        return None
    if when.tzinfo is None:
        return None
    return min(max(when - (_made(answer) or datetime.now(UTC)), timedelta(0)), LONGEST)


def date_of(answer: Answer) -> str:
    """Return when the answer was made, by the server's own clock; "" if it tells no time.

    What stands in between may give out for days what it was told once: then it says how old that is (RFC 9111, 5.1).
    """
    age = answer.headers.get("age", "").strip()
    old = timedelta(seconds=int(age[:9])) if age.isascii() and age.isdigit() else timedelta(0)
    try:
        made = _made(answer)
        return timestamp(made - old) if made else ""
    except OverflowError:
        return ""


def clock_of(answer: Answer) -> str:
    """Return the time by the server's clock; "" if it tells none, or a cache in between gave the answer (``Age``)."""
    made = None if "age" in answer.headers else _made(answer)
    return timestamp(made) if made else ""


def _made(answer: Answer) -> datetime | None:
    """Return what the server's clock, or a cache's, showed when the answer was made."""
    try:
        when = parsedate_to_datetime(answer.headers.get("date", ""))
        return when.astimezone(UTC) if when.tzinfo else None
    except (ValueError, TypeError, OverflowError):
        return None
