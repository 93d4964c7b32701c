"""A WebDAV server of the tests' own, as slow and as untrue as is asked, that counts what it was sent.

::

    with SlowServer({"a": "sound", "b": "hang"}, rate=256_000) as server:
        place = open_place("a", server.url("a"), {})

*rate* is what it reads of all bodies together, in bytes a second. Each place has its manner:

    sound    takes everything
    hang     reads the body and never answers
    stuck    reads nothing of a body
    busy     answers 429 with Retry-After: 1, the first two times
    full     507
    drop     says 201, tells the right size when asked at once, lets nobody read, and keeps nothing
    forget   says 201 and keeps nothing
"""

import socket
import threading
import time
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

FOUND = (
    '<?xml version="1.0"?><d:multistatus xmlns:d="DAV:"><d:response><d:href>{path}</d:href><d:propstat><d:prop>'
    "<d:getcontentlength>{size}</d:getcontentlength><d:resourcetype/></d:prop><d:status>HTTP/1.1 200 OK</d:status>"
    "</d:propstat></d:response></d:multistatus>"
)


class SlowServer:
    """The server, on a free port of this computer; a context manager."""

    def __init__(self, manners: dict[str, str], rate: int | None = None) -> None:
        self.manners, self.rate = manners, rate
        self.held: dict[str, bytes] = {}
        self.sent: Counter[str] = Counter()  #: bytes of bodies that came, by place
        self.ended = threading.Event()
        self._turns: Counter[str] = Counter()
        self._lock = threading.Lock()
        self._free_at = 0.0
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        # what is acknowledged and not read yet would look as if the line had carried it
        self._server.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 32 << 10)

    def __enter__(self) -> "SlowServer":
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.ended.set()
        self._server.shutdown()
        self._server.server_close()

    def url(self, place: str) -> str:
        """Where a place is."""
        return f"webdav+http://127.0.0.1:{self._server.server_port}/{place}"

    def names(self, place: str) -> set[str]:
        """What a place holds."""
        return {path.rpartition("/")[2] for path in self.held if path.startswith(f"/{place}/")}

    def wait_for_line(self, size: int) -> None:
        """Let so many bytes pass, as slowly as the line is."""
        if self.rate:
            with self._lock:
                now = time.monotonic()
                self._free_at = max(self._free_at, now) + size / self.rate
                pause = self._free_at - now
            time.sleep(pause)

    def turn(self, place: str) -> int:
        """Count the requests to put something there."""
        with self._lock:
            self._turns[place] += 1
            return self._turns[place]


def _handler(server: SlowServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, format: str, *args: Any) -> None:
            pass

        def answer(self, status: int, size: int = 0, **headers: str) -> None:
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name.replace("_", "-"), value)
            self.send_header("Content-Length", str(size))
            self.end_headers()

        def do_PUT(self) -> None:
            place = self.path.split("/")[1]
            manner, turn = server.manners[place], server.turn(place)
            if manner == "stuck":
                server.ended.wait(60)
                self.close_connection = True
                return
            body = bytearray()
            size = int(self.headers["Content-Length"])
            while len(body) < size:
                piece = self.rfile.read(min(8192, size - len(body)))
                if not piece:
                    self.close_connection = True
                    return
                server.wait_for_line(len(piece))
                server.sent[place] += len(piece)
                body += piece
            if manner == "hang":
                server.ended.wait(60)
                self.close_connection = True
            elif manner == "busy" and turn <= 2:
                self.answer(429, Retry_After="1")
            elif manner == "full":
                self.answer(507)
            else:
                if manner == "sound" or (manner == "busy" and turn > 2):
                    server.held[self.path] = bytes(body)
                elif manner == "drop":
                    server.held[self.path] = bytes(size)
                self.answer(201)

        def do_HEAD(self) -> None:
            held = server.held.get(self.path)
            self.answer(404) if held is None else self.answer(200, len(held))

        def do_GET(self) -> None:
            held = server.held.get(self.path)
            if held is None or server.manners[self.path.split("/")[1]] == "drop":
                self.answer(404 if held is None else 403)
                return
            self.answer(200, len(held))
            self.wfile.write(held)

        def do_MKCOL(self) -> None:
            self.answer(201)

        def do_PROPFIND(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            held = server.held.get(self.path)
            if held is None:
                self.answer(404)
                return
            said = FOUND.format(path=self.path, size=len(held)).encode()
            self.answer(207, len(said))
            self.wfile.write(said)

        def do_DELETE(self) -> None:
            server.held.pop(self.path, None)
            self.answer(204)

    return Handler
