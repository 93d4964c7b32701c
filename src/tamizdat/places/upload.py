"""Sending an object by HTTP over connections of our own, so that it is seen byte by byte whether the line carries it.

A library that takes a whole object and answers when it is over cannot tell a line that is slow from one that is dead.
Here the system is asked how many bytes the other side has acknowledged (``SIOCOUTQ``, Linux; elsewhere what it took
counts). So a deadline is a time *without progress*, never a time for an object, and whoever shares the line out
(:class:`~tamizdat.places.place.Pace`) can let one transfer move after the other.

After a silence TCP asks again at growing intervals, and sleeps on for as long as the silence was; newer systems can be
told not to (:class:`~tamizdat.places.connection.Connection`). A transfer that stalls tries a second connection: as soon
as that one stands, the line is back, and the rest goes over it from the start if that is cheaper than waiting for the
old one, as it seldom is while others use the line. A cut costs what was on its way, and a second or two.
"""

import http.client
import socket
import ssl
import threading
import time
import weakref
from collections.abc import Callable, Mapping
from typing import Final
from urllib.parse import SplitResult, urlsplit

from tamizdat.network.connect import CONNECTING, connect, is_direct
from tamizdat.network.exchange import AGENT, BegunTooOften, tls
from tamizdat.places.connection import Answer, Connection, NoProgress, Stalled
from tamizdat.places.place import Pace

FIRST_TRY: Final = 4.0  #: seconds for one try to connect to a service that we do not know yet
TRY: Final = 1.0  #: seconds for one try at least, later three times what it took: a lost packet is not waited for
RESTARTS: Final = 4  #: times that one object is begun before whoever asked must decide
_BROKEN: Final = (OSError, http.client.HTTPException)


class Uploader:
    """HTTP to one service. *authorize* returns the headers of a request: (method, path, body) → headers.

    *idle* is how many seconds may pass without a byte that moves. May be used by several threads.
    """

    def __init__(self, base: str, authorize: Callable[[str, str, memoryview], Mapping[str, str]], idle: float) -> None:
        self._base: SplitResult = urlsplit(base)
        self._authorize = authorize
        self._idle = idle
        self._free: list[Connection] = []
        weakref.finalize(self, _close_all, self._free)
        self._lock = threading.Lock()
        self._trusted = tls() if self._base.scheme == "https" else None
        self._one_try = FIRST_TRY  # seconds; once we know how far it is, less
        self._address: str | None = None  # where it was found last: a name is not looked up at each cut

    def put(self, path: str, data: memoryview, pace: Pace) -> Answer:
        """Send *data* to *path*, waiting for our turn before each piece. Raises OSError, http.client.HTTPException."""
        pace.soon()  # many services hang up on who is silent for ten seconds
        return self._insist(lambda connection: connection.put(path, data, self._headers("PUT", path, data), pace))

    def head(self, path: str) -> Answer:
        """Ask how large the object at *path* is. Raises as :meth:`put`."""
        return self._insist(lambda connection: connection.ask(path, self._headers("HEAD", path, memoryview(b""))))

    def _headers(self, method: str, path: str, body: memoryview) -> dict[str, str]:
        return {"User-Agent": AGENT, **self._authorize(method, path, body)}

    def _insist(self, exchange: "Callable[[Connection], Answer]") -> Answer:
        """Exchange over a kept or a new connection, and again over another one if it broke or the line was silent."""
        connection = self._take()
        for _ in range(RESTARTS):
            kept = connection is not None
            try:
                if connection is None:
                    connection = self._connect(self._idle)
                answer = exchange(connection)
            except Stalled as stalled:
                if connection is not None:
                    connection.drop()
                connection = stalled.successor
                continue
            except _BROKEN as error:
                if connection is not None:
                    connection.drop()
                if isinstance(error, NoProgress | ssl.SSLError) or not (kept or isinstance(error, ConnectionError)):
                    raise
                if isinstance(error, ConnectionRefusedError):
                    raise
                connection = None  # cut: most likely the line, which may be back already
                continue
            except BaseException:
                if connection is not None:
                    connection.drop()
                raise
            self._give_back(connection)
            return answer
        if connection is not None:
            connection.drop()
        raise BegunTooOften  # it was not silent for as long as it may be: to be tried again

    def _connect(self, within: float) -> "Connection":
        """Connect, trying anew every few seconds. Raises OSError, NoProgress."""
        end = time.monotonic() + within
        one_try = self._one_try if is_direct(self._base.hostname or "") else CONNECTING  # a proxy has a long way to go
        while True:
            began = time.monotonic()
            try:
                plain = self._reach(min(one_try, within) if within else one_try)
            except TimeoutError:
                if time.monotonic() > end:
                    raise NoProgress from None
                one_try = min(2 * one_try, max(FIRST_TRY, 4 * self._one_try), CONNECTING)
                continue
            self._one_try = max(TRY, 3 * (time.monotonic() - began))
            return Connection(self._base, plain, self._trusted, self._idle, self._connect)

    def _reach(self, within: float) -> socket.socket:
        """Connect to where the service was last, else to what its name stands for now."""
        host, port = self._base.hostname or "", self._base.port or (443 if self._trusted else 80)
        if not is_direct(host):
            return connect(host, port, within)
        if self._address is not None:
            try:
                return connect(self._address, port, within)
            except TimeoutError:
                raise
            except OSError:
                self._address = None
        reached = connect(host, port, within)
        self._address = str(reached.getpeername()[0])
        return reached

    def _take(self) -> "Connection | None":
        with self._lock:
            while self._free:
                connection = self._free.pop()
                if connection.is_usable():
                    return connection
                connection.close()
        return None

    def _give_back(self, connection: "Connection") -> None:
        if connection.is_usable():
            with self._lock:
                self._free.append(connection)
        else:
            connection.close()


def _close_all(connections: list[Connection]) -> None:
    for connection in connections:
        connection.close()
