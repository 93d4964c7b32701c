"""HTTP over connections of our own opening: requests out, answers in pieces, everything bounded.

``http.client`` of the standard library speaks the protocol; it is given a connected socket and opens none. It follows
no redirect, reads no environment and knows no password. What goes out is cut into pieces, so that the line's limit
(:mod:`tamizdat.network.limit`) holds, and so that we see whether anything moves.

Deadlines are by progress: :class:`Patience` wants a piece to move within so many seconds, however long the whole
takes; over a poor line 4 MiB take an hour, and a server that sends a byte now and then is left all the same.
A request to a stranger also has an end for the whole.
"""

import contextlib
import http.client
import io
import socket
import ssl
import threading
import time
from collections.abc import Iterator, Mapping
from functools import cache
from typing import TYPE_CHECKING, Final

from tamizdat.dataclass import dataclass
from tamizdat.network.connect import CONNECTING, connect, stands
from tamizdat.network.limit import SENDING
from tamizdat.network.proxy import ProxyFailed

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

PIECE: Final = 16 << 10  #: bytes that count as progress, and that are sent at a time
READ: Final = 1 << 16
#: What every request calls itself, to whomever it goes. Some servers refuse who says nothing; a name of ours would
#: tell each of them, their logs, and where it is plain HTTP the line, who runs this program. Many scripts say this.
AGENT: Final = "Mozilla/5.0"
IDLE: Final = 20.0  #: seconds for which a connection is kept for the next request; servers keep it a little longer


class NotHttp(http.client.HTTPException):
    """What came is no answer of a web server. It is not repeated: it may be our login."""


class Patience:
    """How long to wait: *seconds* for each *piece* bytes, and *whole* seconds in all, if given."""

    def __init__(self, seconds: float, whole: float | None = None, piece: int = PIECE) -> None:
        self._seconds, self._piece = seconds, piece
        self._until = None if whole is None else time.monotonic() + whole
        self._since = time.monotonic()
        self._moved = 0

    def left(self) -> float:
        """Return the seconds for the next step; raises TimeoutError if none are left."""
        now = time.monotonic()
        left = self._since + self._seconds - now
        if self._until is not None:
            left = min(left, self._until - now)
        if left <= 0:
            raise TimeoutError
        return left

    def moved(self, size: int) -> None:
        """Count *size* bytes; a whole piece begins the time anew."""
        self._moved += size
        if self._moved >= self._piece:
            self.renew()

    def renew(self) -> None:
        """Begin the time anew: another step begins."""
        self._moved, self._since = 0, time.monotonic()


class TimedSocket:
    """A connected socket, as ``http.client`` uses one, of which every read and write is held to a patience.

    Whoever connected closes it: ``http.client`` closes its socket while the answer is still being read.
    """

    def __init__(self, connected: socket.socket, patience: Patience) -> None:
        self.patience = patience
        self._connected = connected

    def sendall(self, data: bytes | memoryview) -> None:
        """Send *data* piece by piece, as fast as the line's limit allows."""
        view = memoryview(data).cast("B")
        for start in range(0, len(view), PIECE):
            piece = view[start : start + PIECE]
            before = time.monotonic()
            SENDING.take(len(piece))
            if time.monotonic() - before > 0.01:
                self.patience.renew()  # we waited because of our own limit
            self._connected.settimeout(self.patience.left())
            self._connected.sendall(piece)
            self.patience.moved(len(piece))

    def makefile(self, mode: str) -> io.BufferedReader:
        """Return what is read from; ``http.client`` asks for it once an answer."""
        assert mode == "rb"
        return io.BufferedReader(_TimedReads(self._connected, self))

    def close(self) -> None:
        """Leave the connection open."""


class _TimedReads(io.RawIOBase):
    def __init__(self, connected: socket.socket, timed: TimedSocket) -> None:
        self._connected, self._timed = connected, timed

    def readable(self) -> bool:
        return True

    def readinto(self, into: "WriteableBuffer") -> int:
        self._connected.settimeout(self._timed.patience.left())
        size = self._connected.recv_into(into)
        self._timed.patience.moved(size)
        return size


@cache
def tls() -> ssl.SSLContext:
    """Return how certificates are checked: by the system's authorities, with the name."""
    return ssl.create_default_context()


def secure(connected: socket.socket, host: str, patience: Patience) -> ssl.SSLSocket:
    """Return the connection with TLS over it, for the server named *host*; raises OSError."""
    connected.settimeout(patience.left())
    return tls().wrap_socket(connected, server_hostname=host)


@dataclass
class Answer:
    """The beginning of an answer: its status, its headers by lower-case name, and its body, to be read in pieces."""

    status: int
    headers: Mapping[str, str]
    _response: http.client.HTTPResponse
    _bodyless: bool = False  # HEAD: the length is told, and nothing comes

    def pieces(self) -> Iterator[bytes]:
        """Yield the body; raises OSError or HTTPException if it ends too early."""
        size = 0
        while piece := self._response.read1(READ):
            size += len(piece)
            yield piece
        told = "" if self._bodyless else self.headers.get("content-length", "")
        told = (
            told if told.isascii() and told.isdecimal() and len(told) < 20 else ""
        )  # "²" is a digit too, and no number
        if "transfer-encoding" not in self.headers and told and size != int(told):
            raise http.client.IncompleteRead(b"", int(told) - size)

    def read(self, largest: int) -> bytes:
        """Return the body up to *largest* bytes, and no more than a piece beyond: whoever cares looks at the length."""
        whole = bytearray()
        for piece in self.pieces():
            whole += piece
            if len(whole) > largest:
                break
        return bytes(whole)

    @property
    def is_over(self) -> bool:
        """Whether the whole body was read."""
        return self._response.isclosed()


@dataclass
class _Connection:
    speaker: http.client.HTTPConnection
    connected: socket.socket
    timed: TimedSocket
    used: float = 0.0

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self.connected.close()


class Server:
    """One server, asked again and again, by several threads; a few connections are kept between requests."""

    def __init__(self, scheme: str, host: str, port: int | None, seconds: float) -> None:
        self._encrypted = scheme == "https"
        self._host, self._port = host, port or (443 if self._encrypted else 80)
        self._seconds = seconds  #: within which a piece has to move
        self._kept: list[_Connection] = []
        self._lock = threading.Lock()

    @contextlib.contextmanager
    def ask(
        self,
        method: str,
        target: str,
        headers: Mapping[str, str],
        body: bytes | memoryview = b"",
        seconds: float | None = None,
    ) -> Iterator[Answer]:
        """Give the answer to a request, open while the block runs; raises OSError, HTTPException.

        *target* is a path with its query, percent-encoded; *seconds* within which a piece has to move, if not the
        server's. Our requests may be asked twice: a connection that was kept and is gone is made anew once.
        """
        patience = Patience(seconds or self._seconds)
        connection = self._take()
        if connection is not None:
            try:
                answer = self._begin(connection, method, target, headers, body, patience)
            except (ConnectionError, ssl.SSLEOFError, ssl.SSLZeroReturnError):
                connection.close()
                connection = None
            except BaseException:
                connection.close()
                raise
        if connection is None:
            connection = self._open()
            try:
                answer = self._begin(connection, method, target, headers, body, patience)
            except BaseException:
                connection.close()
                raise
        whole = False
        try:
            yield answer
            whole = answer.is_over and connection.speaker.sock is not None  # None: the server's end of it is closed
        finally:
            self._keep(connection) if whole else connection.close()

    def _begin(
        self,
        connection: _Connection,
        method: str,
        target: str,
        headers: Mapping[str, str],
        body: bytes | memoryview,
        patience: Patience,
    ) -> Answer:
        connection.timed.patience = patience
        patience.renew()
        always = {"User-Agent": AGENT, "Accept-Encoding": "identity"}
        broken: OSError | None = None
        try:
            connection.speaker.request(method, target, body=body or None, headers={**always, **headers})
        except (BrokenPipeError, ConnectionResetError) as error:
            broken = error  # some refuse before they have heard all, and say why
        patience.renew()
        failure: OSError | http.client.HTTPException
        try:
            response = connection.speaker.getresponse()
        except OSError as error:  # http.client.RemoteDisconnected among them
            failure = broken or error
        except http.client.HTTPException as error:
            failure = broken or (NotHttp() if type(error) is not http.client.IncompleteRead else error)
        else:
            headers = {name.lower(): value for name, value in response.getheaders()}
            return Answer(response.status, headers, response, method == "HEAD")
        raise failure  # here, so that what the server said is not in its context

    def _open(self) -> _Connection:
        connected = connect(self._host, self._port, min(CONNECTING, self._seconds))
        try:
            if self._encrypted:
                connected = secure(connected, self._host, Patience(min(CONNECTING, self._seconds)))
            kind = http.client.HTTPSConnection if self._encrypted else http.client.HTTPConnection
            speaker = kind(self._host, self._port)  # which port is not written in "Host" depends on the kind
            speaker.auto_open = 0  # else it would connect by itself once the server closed, and beside the proxy
            timed = TimedSocket(connected, Patience(self._seconds))
            speaker.sock = timed
        except BaseException:
            connected.close()
            raise
        return _Connection(speaker, connected, timed)

    def _take(self) -> _Connection | None:
        now = time.monotonic()
        with self._lock:
            fresh = [each for each in self._kept if now - each.used < IDLE]
            stale = [each for each in self._kept if now - each.used >= IDLE]
            self._kept = fresh
            found = self._kept.pop() if self._kept else None
        for each in stale:
            each.close()
        return found

    def _keep(self, connection: _Connection) -> None:
        connection.used = time.monotonic()
        with self._lock:
            self._kept.append(connection)

    def stands(self) -> bool:
        """Whether it takes a connection at this moment."""
        return stands(self._host, self._port)

    def close(self) -> None:
        """Close what was kept."""
        with self._lock:
            kept, self._kept = self._kept, []
        for each in kept:
            each.close()

    def __del__(self) -> None:
        self.close()


class BegunTooOften(OSError):
    """One connection after the other broke or stood still."""


_OUT_OF_TIME: Final = (9, 10)  #: OpenSSL's X509_V_ERR_CERT_NOT_YET_VALID and …_HAS_EXPIRED


_UNKNOWN_ISSUER: Final = (18, 19, 20, 21)  #: X509_V_ERR_…_SELF_SIGNED_CERT…, …_UNABLE_TO_GET_ISSUER_…, …_VERIFY_LEAF_…
_OWN_AUTHORITY: Final = "; if its owner signs certificates himself, add his own to those that this system trusts"


def reason(error: BaseException) -> str:
    """Return why there was no answer, in words that quote nothing a server sent."""
    if isinstance(error, BegunTooOften):
        return "the connection broke or stood still, again and again"
    if isinstance(error, ProxyFailed):
        return str(error)
    if isinstance(error, ssl.SSLCertVerificationError):
        if error.verify_code in _OUT_OF_TIME:
            return "its certificate does not hold at this time: it has run out, or the clock of this machine is wrong"
        return (
            "its certificate does not hold: someone may be listening on the line, or this network (a hotel's, a "
            "café's) wants a login of its own first" + (_OWN_AUTHORITY if error.verify_code in _UNKNOWN_ISSUER else "")
        )
    if isinstance(error, ssl.SSLError):
        return "it does not speak TLS as it should"
    if isinstance(error, TimeoutError):
        return "it did not answer in time"
    if isinstance(error, ConnectionRefusedError):
        return "nobody answers at its address"
    if isinstance(error, socket.gaierror):
        return "its name was not found (is this machine online?)"
    if isinstance(error, http.client.IncompleteRead):
        return "its answer broke off before the end"
    if isinstance(error, ConnectionError):
        return "it closed the connection"
    if isinstance(error, http.client.HTTPException):
        return "it does not answer as a web server does"
    return "the line broke"
