"""The one way out of the browser's box: a proxy that connects to strangers only, and writes down what it carries.

::

    browser in the box ── connection, handed out ──▶ here ── network/connect.py ──▶ the site
                                                        └──▶ the WARC: what was asked, what was answered

Encrypted connections are opened here, on the browser's side with a key that exists for this one capture and that the
browser was told of, on the site's side with the system's authorities and the site's name. So what is written down are
the bytes of HTTP/1.1 as they came from the site: chunks, packing and all, not what a browser made of them. One header
is changed on the way out, ``Accept-Encoding`` to what readers of archives can unpack, and ``User-Agent`` is that of a
browser with a screen; the request that is written down is the one that was sent.

A name is looked up once, and the connection goes to one of the addresses that were looked at
(:func:`tamizdat.network.connect.connect_to_stranger`). Nothing else is spoken: no WebSocket, no other protocol behind
CONNECT.
"""

import io
import re
import socket
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import field
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, BinaryIO, Final
from urllib.parse import urlsplit

from tamizdat.captures.certificate import Certificate
from tamizdat.captures.request import (
    FIRST,
    MAX_HEAD,
    BadExchange,
    Exchange,
    address_of,
    parsed_head,
    read_body,
    read_head,
    request_head,
)
from tamizdat.captures.warc_writer import WarcWriter
from tamizdat.dataclass import dataclass
from tamizdat.encoding import timestamp
from tamizdat.network.connect import connect_to_stranger
from tamizdat.network.exchange import Patience, reason, secure

MAX_ANSWER: Final = 128 << 20
MAX_WHOLE: Final = 1 << 30  #: bytes of all answers
MAX_CONNECTIONS: Final = 64
SECONDS: Final = 30.0  #: in which something has to move
IN_MEMORY: Final = 1 << 20
STEP: Final = 1 << 16
#: what Chromium asks for itself, whatever flags it is given: for news of itself, not of the page
BROWSERS_OWN: Final = re.compile(
    r"(update|optimizationguide-pa|content-autofill|safebrowsing|chromewebstore|clientservices)\.googleapis\.com"
    r"|(clients\d?|accounts|safebrowsing|sb-ssl|chrome-devtools-frontend|tools)\.google\.com|redirector\.gvt1\.com"
    r"|edgedl\.me\.gvt1\.com|chromium-i18n\.appspot\.com"
)
ESTABLISHED: Final = b"HTTP/1.1 200 Connection established\r\n\r\n"
REFUSED: Final = b"HTTP/1.1 502 Refused\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
_STATUS: Final = re.compile(rb"HTTP/1\.[01] ([1-5][0-9][0-9])")

Connect = Callable[[str, int, float], socket.socket]


@dataclass
class Way:
    """What went over the way out: how much, to which hosts, and what did not work."""

    hosts: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)  #: host and reason
    size: int = 0
    open: int = 0  #: exchanges that are going on
    last: float = 0.0  #: when the last one ended or began


class WayOut:
    """Serves the connections that come out of the box, a thread each, until :meth:`close`."""

    def __init__(
        self,
        connections: socket.socket,
        writer: WarcWriter,
        folder: Path,
        certificate: Certificate,
        connect: Connect = connect_to_stranger,
    ) -> None:
        self.way = Way(last=time.monotonic())
        self._connections, self._writer, self._folder = connections, writer, folder
        self._certificate, self._connect = certificate, connect
        self._lock = threading.Lock()
        self._writing = threading.Lock()
        self._closed = False
        self._slots = threading.BoundedSemaphore(MAX_CONNECTIONS)
        self._serving: set[_Served] = set()
        self._threads: list[threading.Thread] = []
        self._taking = threading.Thread(target=self._take, daemon=True)
        self._taking.start()

    def close(self) -> None:
        """Take no more connections, end those that are there, and wait until nothing is written any more."""
        with self._lock:
            self._closed = True
            serving = list(self._serving)
        with suppress(OSError):
            self._connections.shutdown(socket.SHUT_RDWR)
        for each in serving:
            each.end()
        self._taking.join()
        for thread in self._threads:
            thread.join(SECONDS)

    def quiet(self) -> float:
        """Return for how many seconds nothing went over the way; 0 while something does."""
        with self._lock:
            return 0.0 if self.way.open else time.monotonic() - self.way.last

    def _take(self) -> None:
        while not self._closed:
            try:
                message, handles, _, _ = socket.recv_fds(self._connections, 16, 4)
            except OSError:
                return
            if not message:
                return
            for handle in handles:
                connected = socket.socket(fileno=handle)
                if not self._slots.acquire(timeout=SECONDS):
                    connected.close()
                    continue
                served = _Served(self, connected)
                with self._lock:
                    self._serving.add(served)
                thread = threading.Thread(target=self._serve, args=(served,), daemon=True)
                self._threads.append(thread)
                thread.start()

    def _serve(self, served: "_Served") -> None:
        try:
            served.run()
        except (OSError, BadExchange, ValueError):
            pass  # the browser sees that the connection ended
        finally:
            with self._lock:
                self._serving.discard(served)
            self._slots.release()

    def began(self) -> None:
        """Note that an exchange begins."""
        with self._lock:
            self.way.open += 1

    def ended(self) -> None:
        """Note that an exchange ended."""
        with self._lock:
            self.way.open -= 1
            self.way.last = time.monotonic()

    def out(self, host: str, port: int, encrypted: bool) -> socket.socket:
        """Return a connection to a site; raises OSError, noted with its reason."""
        if BROWSERS_OWN.fullmatch(host.lower()):
            raise OSError("the browser asks for itself")
        try:
            if self.way.size > MAX_WHOLE:
                raise OSError(f"this page already loaded {MAX_WHOLE:,} bytes")
            connected = self._connect(host, port, SECONDS)
            if encrypted:
                try:
                    connected = secure(connected, host, Patience(SECONDS))
                except BaseException:
                    connected.close()
                    raise
            connected.settimeout(SECONDS)
        except OSError as error:
            with self._lock:
                self.way.refused.append(f"{host}: {_why(error)}"[:300])
            raise
        with self._lock:
            if host not in self.way.hosts:
                self.way.hosts.append(host)
        return connected

    def keep(self, exchange: "Exchange") -> None:
        """Write an exchange down."""
        with self._lock:
            self.way.size += exchange.size
        with self._writing:
            if self._closed:
                return
            self._writer.exchange(
                exchange.uri, exchange.date, exchange.request, exchange.body, (exchange.status, exchange.media_type),
                exchange.head, exchange.address, exchange.cut,
            )  # fmt: skip

    @property
    def certificate(self) -> Certificate:
        """The key for the browser's side."""
        return self._certificate

    def room(self) -> IO[bytes]:
        """Return a file for an answer: in memory, and beside the WARC if it is long."""
        return tempfile.SpooledTemporaryFile(IN_MEMORY, dir=str(self._folder))


def _why(error: OSError) -> str:
    text = str(error)
    return text if text and error.errno is None else reason(error)


class _Served:
    """One connection of the browser: requests and answers in turn, until one side closes."""

    def __init__(self, way: WayOut, connected: socket.socket) -> None:
        connected.settimeout(SECONDS)
        self._way = way
        self._browser: socket.socket = connected
        self._from: BinaryIO = connected.makefile("rb")
        self._site: socket.socket | None = None
        self._answers: io.BufferedReader | None = None
        self._where: tuple[str, str, int] | None = None

    def run(self) -> None:
        """Speak until it ends."""
        try:
            head = read_head(self._from)
            if head and head.startswith(b"CONNECT "):
                self._tunnel(head)
                head = read_head(self._from)
            while head and self._ask(head):
                head = read_head(self._from)
        finally:
            self._leave()
            self._from.close()
            self._browser.close()

    def end(self) -> None:
        """End it from another thread: whatever it waits for is over."""
        for each in (self._browser, self._site):
            if each is not None:
                with suppress(OSError):
                    each.shutdown(socket.SHUT_RDWR)

    def _tunnel(self, head: bytes) -> None:
        """Connect to the site that the browser names, and speak TLS with both."""
        first = FIRST.fullmatch(head.partition(b"\r\n")[0])
        host, _, port = (first[2] if first else b"").decode("ascii").rpartition(":")
        if not host or not port.isdecimal():
            raise BadExchange
        try:
            self._enter("https", host.strip("[]"), int(port))
        except OSError:
            self._browser.sendall(REFUSED)
            raise
        self._browser.sendall(ESTABLISHED)
        self._from.close()
        self._browser = self._way.certificate.context.wrap_socket(self._browser, server_side=True)
        self._from = self._browser.makefile("rb")

    def _enter(self, scheme: str, host: str, port: int) -> None:
        self._leave()
        self._site = self._way.out(host, port, scheme == "https")
        self._answers = self._site.makefile("rb")
        self._where = (scheme, host, port)

    def _leave(self) -> None:
        for each in (self._answers, self._site):
            if each is not None:
                each.close()
        self._site = self._answers = None

    def _ask(self, head: bytes) -> bool:
        """Send a request on and its answer back; return whether the connection goes on."""
        self._way.began()
        try:
            return self._exchange(head)
        finally:
            self._way.ended()

    def _exchange(self, head: bytes) -> bool:
        first, headers = parsed_head(head)
        found = FIRST.fullmatch(first)
        if not found or any(name == b"upgrade" for name, _ in headers):
            self._browser.sendall(REFUSED)
            return False
        method, target = found[1], found[2].decode("ascii")
        body = read_body(self._from, headers)
        if not target.startswith("/"):
            parts = urlsplit(target)
            host = parts.hostname
            if parts.scheme != "http" or not host:
                raise BadExchange
            where = ("http", host, parts.port or 80)
            if self._where != where or self._site is None:
                self._enter(*where)
            target = parts._replace(scheme="", netloc="").geturl() or "/"
        elif self._where is None:
            raise BadExchange
        elif self._site is None:
            self._enter(*self._where)
        request = request_head(method, target, headers) + body
        assert self._where is not None
        assert self._site is not None
        exchange = Exchange(
            address_of(self._where, target), timestamp(datetime.now(UTC)), request, self._way.room(), ""
        )
        with suppress(OSError):
            peer = self._site.getpeername()
            exchange.address = str(peer[0]) if isinstance(peer, tuple) else ""
        with exchange.body:
            self._site.sendall(request)
            goes_on = self._answer(exchange, method)
            self._way.keep(exchange)
        return goes_on

    def _answer(self, exchange: Exchange, method: bytes) -> bool:
        """Pass the answer on as it comes, and keep it; return whether both connections may go on."""
        assert self._answers is not None
        head = read_head(self._answers)
        while head and head[9:10] == b"1" and head[9:12] != b"101":
            head = read_head(self._answers)
        if not head:
            raise BadExchange
        first, headers = parsed_head(head)
        status = _STATUS.match(first)
        if not status:
            raise BadExchange
        exchange.status, exchange.head = int(status[1]), len(head)
        told = dict(headers)
        exchange.media_type = told.get(b"content-type", b"").split(b";")[0].strip().decode("ascii", "replace").lower()
        self._pass_on(exchange, head)
        try:
            whole = self._pieces(exchange, method, told)
        except OSError:
            exchange.cut = exchange.cut or "disconnect"
            self._leave()
            return False
        if not whole or told.get(b"connection", b"").lower() == b"close" or exchange.cut:
            self._leave()
            return False
        return True

    def _pieces(self, exchange: Exchange, method: bytes, told: dict[bytes, bytes]) -> bool:
        """Pass the body on; return whether its end was told by other means than the connection's."""
        answers = self._answers
        assert answers is not None
        if method == b"HEAD" or exchange.status in (204, 304):
            return True
        if b"chunked" in told.get(b"transfer-encoding", b"").lower():
            while True:
                line = answers.readline(1024)
                length = re.match(rb"[0-9A-Fa-f]{1,8}", line)
                self._pass_on(exchange, line)
                if not length:
                    exchange.cut = "disconnect"
                    return False
                size = int(length[0], 16)
                if size == 0:
                    while (line := answers.readline(MAX_HEAD)) not in (b"\r\n", b"\n", b""):
                        self._pass_on(exchange, line)
                    self._pass_on(exchange, line)
                    return True
                if not self._copy(exchange, size + 2):
                    return False
        length_told = told.get(b"content-length", b"")
        if length_told.isdigit():
            return self._copy(exchange, int(length_told))
        while data := answers.read1(STEP):
            if not self._pass_on(exchange, data):
                return False
        return False

    def _copy(self, exchange: Exchange, size: int) -> bool:
        answers = self._answers
        assert answers is not None
        while size:
            data = answers.read1(min(size, STEP))
            if not data:
                exchange.cut = "disconnect"
                return False
            size -= len(data)
            if not self._pass_on(exchange, data):
                return False
        return True

    def _pass_on(self, exchange: Exchange, data: bytes) -> bool:
        """Keep bytes of an answer and pass them on; return False when there are too many."""
        if exchange.size + len(data) > MAX_ANSWER:
            exchange.cut = "length"
            return False
        exchange.body.write(data)
        exchange.size += len(data)
        self._browser.sendall(data)
        return True
