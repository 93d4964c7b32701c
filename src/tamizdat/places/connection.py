"""One HTTP connection of our own, one request on it at a time: seen byte by byte whether the line carries it."""

import contextlib
import http.client
import io
import socket
import ssl
import struct
import sys
import time
from collections.abc import Callable, Mapping
from typing import Any, Final
from urllib.parse import SplitResult

from tamizdat.dataclass import dataclass
from tamizdat.disk.descriptors import is_readable
from tamizdat.network.limit import SENDING
from tamizdat.places.place import Pace

PIECE: Final = 16 << 10  #: bytes given to the system at a time: one TLS record
AHEAD: Final = 128 << 10  #: bytes the system holds for us at least; more on a line that moves more in a second
TAIL: Final = 128 << 10  #: bytes; when no more are on their way the next transfer may begin, so that no line idles
ROUND_TRIPS: Final = 3.5  #: that a connection needs until it fills the line; a far line's next transfer begins sooner
UNSEEN: Final = 32 << 10  #: bytes the system holds of a transfer of which none has arrived yet: a silence takes no more
STALL: Final = 4.0  #: seconds without progress after which a second connection is tried
LONGEST_ANSWER: Final = 64 << 10  #: bytes of an answer that are read
_TICK: Final = 0.25  #: seconds between two looks at the clock
LONGEST_SLEEP: Final = 1.0  #: seconds between two times that TCP asks for what was not acknowledged
_SIOCOUTQ: Final = 0x5411  #: <linux/sockios.h>: bytes that the other side has not acknowledged
_MIN_RTT: Final = 148  #: where <linux/tcp.h>, struct tcp_info, has the shortest round trip of late, in microseconds
_TCP_RTO_MAX_MS: Final = 44  #: <linux/tcp.h>, since Linux 6.15


@dataclass(frozen=True)
class Answer:
    """What the service said: its status, the size it tells in a HEAD, and the beginning of its words.

    *after* is how many seconds it wants to be left alone (``Retry-After``), if it says so in a number.
    """

    status: int
    size: int | None
    body: bytes
    after: int | None = None


class NoProgress(TimeoutError):
    """No byte moved, and no answer came, for as long as the place may take."""

    def __str__(self) -> str:
        return "timeout reached"


class Unpaced:
    """The pace of who shares the line with nobody."""

    def soon(self) -> None:
        """Go on at once."""

    def turn(self) -> None:
        """Go on at once."""

    def moved(self, size: int) -> None:
        """Count nothing."""

    def sent(self) -> None:
        """Let nobody else begin."""

    def others_wait(self) -> bool:
        """Whether others wait: no."""
        return False


class Stalled(Exception):
    """The old connection sleeps while a new one, *successor*, stands already."""

    def __init__(self, successor: "Connection") -> None:
        self.successor = successor


class Connection:
    """One connection, and one request on it at a time.

    TCP asks again for what was lost after 0.2 seconds, then 0.4, and so on: after a silence it sleeps for as long as
    that was. Where the system allows it, it asks each second instead.
    """

    def __init__(
        self,
        base: SplitResult,
        plain: socket.socket,
        trusted: ssl.SSLContext | None,
        idle: float,
        again: "Callable[[float], Connection]",
    ) -> None:
        self._host, self._idle, self._again = base.netloc, idle, again
        self._early = bytearray()  # of an answer that came before all was sent
        self._trusted = (0.0, 0.0)  # since when nothing moves, and until when it may sleep though the line is back
        self._sleeps: float | None = None  # seconds at most; None: as long as the silence was
        try:
            self._wake_often(plain)
            plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._number = plain.fileno()
            if trusted is not None:
                plain.settimeout(idle)
                self._socket: socket.socket = trusted.wrap_socket(plain, server_hostname=base.hostname)
            else:
                self._socket = plain
        except BaseException:
            plain.close()
            raise
        self._socket.settimeout(_TICK)
        self._open = True

    def put(self, path: str, data: memoryview, headers: Mapping[str, str], pace: Pace) -> Answer:
        """Send the request and wait for the answer."""
        begun = time.monotonic()
        pace.moved(0)  # whatever happened before, there is a connection
        pace.turn()
        self._open = False  # until the answer was read to its end
        head = self._request("PUT", path, {**headers, "Content-Length": str(len(data))})
        self._send(memoryview(head), _NO_PACE, begun)
        self._send(data, pace, time.monotonic())
        pace.sent()
        return self._answer("PUT")

    def ask(self, path: str, headers: Mapping[str, str]) -> Answer:
        """Send a HEAD and wait for the answer."""
        self._open = False
        self._send(memoryview(self._request("HEAD", path, headers)), _NO_PACE, time.monotonic())
        return self._answer("HEAD")

    def is_usable(self) -> bool:
        """Whether another request may be sent: the answer was read, and the other side has not hung up."""
        if not self._open:
            return False
        try:
            return not is_readable(self._number, 0)  # readable while nothing was asked: it is closed
        except (OSError, ValueError):
            return False

    def close(self) -> None:
        """Hang up."""
        self._open = False
        with contextlib.suppress(OSError):
            self._socket.close()

    def drop(self) -> None:
        """Hang up and let the system forget what it has not sent: on a poor line that would go on for seconds."""
        with contextlib.suppress(OSError):
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close()

    def _wake_often(self, plain: socket.socket) -> None:
        """Let TCP ask again each second, and give up no sooner than we do."""
        with contextlib.suppress(OSError, AttributeError):  # an older kernel, or none of Linux
            plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, int(2000 * self._idle))
            if sys.platform.startswith("linux"):
                plain.setsockopt(socket.IPPROTO_TCP, _TCP_RTO_MAX_MS, int(1000 * LONGEST_SLEEP))
                self._sleeps = LONGEST_SLEEP

    def _request(self, method: str, path: str, headers: Mapping[str, str]) -> bytes:
        lines = [f"{method} {path} HTTP/1.1", f"Host: {self._host}", *(f"{k}: {v}" for k, v in headers.items())]
        if any("\r" in line or "\n" in line for line in lines):
            raise ValueError("a header with a line end")
        return "\r\n".join([*lines, "", ""]).encode("latin-1")

    def _send(self, data: memoryview, pace: Pace, begun: float) -> None:
        """Give *data* to the system and see it acknowledged, but for a short tail."""
        given, known, moved_at, tail = 0, 0, time.monotonic(), TAIL
        while (given < len(data) or self._waiting() > tail) and not self._is_answered():
            if given < len(data):
                if (waited := _timed(pace.turn)) > _TICK:
                    moved_at, begun = moved_at + waited, begun + waited  # not the line's fault
                rate = known / max(time.monotonic() - begun, 0.1)
                tail = max(TAIL, min(len(data) // 2, int(rate * ROUND_TRIPS * self._round_trip())))
                ahead = max(AHEAD, rate, tail) if known else UNSEEN
                if self._waiting() < ahead:
                    taken = self._give(data[given : given + PIECE])
                    given += taken
                    if (waited := _timed(lambda: SENDING.take(taken))) > _TICK:  # noqa: B023 -- used at once
                        moved_at, begun = moved_at + waited, begun + waited  # our own limit
                else:
                    time.sleep(_TICK / 10)
            else:
                time.sleep(_TICK / 10)
            acknowledged = max(0, given - self._waiting())
            now = time.monotonic()
            if acknowledged > known:
                pace.moved(acknowledged - known)
                known, moved_at = acknowledged, now
            elif now - moved_at > STALL:
                self._look_for_the_line(moved_at, known / max(moved_at - begun, 0.1), known, pace)

    def _give(self, piece: memoryview) -> int:
        """Give the system what it takes within a tick; return how many bytes."""
        try:
            return self._socket.send(piece)
        except (TimeoutError, ssl.SSLWantWriteError, ssl.SSLWantReadError):
            return 0

    def _is_answered(self) -> bool:
        """Whether an answer comes already: nobody reads on who refuses an object for its size or its login."""
        if not self._early and self._readable(0):
            self._socket.settimeout(0)
            try:
                self._early += self._socket.recv(PIECE)
            except (BlockingIOError, ssl.SSLWantReadError, TimeoutError):
                return False  # something of the encryption's own
            finally:
                self._socket.settimeout(_TICK)
            if not self._early:
                raise ConnectionResetError("closed by the other side")
        return bool(self._early)

    def _waiting(self) -> int:
        """Return how many bytes the other side has not acknowledged; 0 where the system does not tell."""
        if not sys.platform.startswith("linux"):
            return 0
        import fcntl

        return int(struct.unpack("i", fcntl.ioctl(self._number, _SIOCOUTQ, b"\0\0\0\0"))[0])

    def _round_trip(self) -> float:
        """Return in how many seconds the other side can answer at best; 0 where the system does not tell."""
        with contextlib.suppress(OSError, AttributeError, struct.error):
            told = self._socket.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, _MIN_RTT + 4)
            return float(struct.unpack_from("I", told, _MIN_RTT)[0]) / 1e6
        return 0.0

    def _look_for_the_line(self, moved_at: float, rate: float, done: int, pace: Pace) -> None:
        """See whether a new connection stands; if so, and the old one still sleeps, raise Stalled or go on waiting."""
        waiting, silent = self._waiting(), time.monotonic() - moved_at
        if silent > self._idle:
            raise NoProgress
        since, until = self._trusted
        if since == moved_at and time.monotonic() < until:
            time.sleep(_TICK / 10)
            return
        try:
            successor = self._again(0)
        except NoProgress:
            return  # the line is silent: nothing would be gained
        except OSError:
            time.sleep(1)
            return
        time.sleep(_TICK)
        sleeps = silent if self._sleeps is None else self._sleeps
        if self._waiting() < waiting:
            successor.close()  # it moves again
            return
        if since != moved_at and done > (UNSEEN if pace.others_wait() else rate * sleeps):
            successor.close()  # there is more to lose than to wait, once
            self._trusted = moved_at, time.monotonic() + sleeps + STALL
            return
        raise Stalled(successor)

    def _answer(self, method: str) -> Answer:
        """Wait for the answer and read it to its end, within bounds."""
        end = time.monotonic() + self._idle
        while not (self._early or getattr(self._socket, "pending", lambda: 0)() or self._readable(_TICK)):
            if time.monotonic() > end:
                raise NoProgress
        end = time.monotonic() + self._idle  # for the whole, which is small: who sends a byte now and then is left
        try:
            response = http.client.HTTPResponse(_Source(self._socket, self._early, end), method=method)  # type: ignore[arg-type]  # makefile is all it wants
            self._early = bytearray()
            response.begin()
            body = response.read(LONGEST_ANSWER)
            whole = response.isclosed() or not response.read(1)
            self._open = whole and not response.will_close
            size, after = (_number(response.getheader(name, "")) for name in ("Content-Length", "Retry-After"))
            return Answer(response.status, size, body, after)
        except TimeoutError:
            raise NoProgress from None
        finally:
            with contextlib.suppress(OSError):
                self._socket.settimeout(_TICK)

    def _readable(self, seconds: float) -> bool:
        return is_readable(self._number, seconds)


class _Source(io.RawIOBase):
    """What came early, and then the socket, as the file from which an answer is read."""

    def __init__(self, source: socket.socket, early: bytearray, end: float) -> None:
        super().__init__()
        self._source, self._early, self._end = source, early, end

    def makefile(self, mode: str) -> io.BufferedReader:
        """Return the file."""
        return io.BufferedReader(self, 8192)

    def readable(self) -> bool:
        """Whether it can be read: yes."""
        return True

    def readinto(self, room: Any) -> int:
        """Fill *room*, first from what came early."""
        if self._early:
            count = min(len(room), len(self._early))
            room[:count] = self._early[:count]
            del self._early[:count]
            return count
        if (left := self._end - time.monotonic()) <= 0:
            raise NoProgress
        self._source.settimeout(left)
        return self._source.recv_into(room)


_NO_PACE: Final = Unpaced()


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 16 else None


def _timed(wait: Callable[[], None]) -> float:
    start = time.monotonic()
    wait()
    return time.monotonic() - start
