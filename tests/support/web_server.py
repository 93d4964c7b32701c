"""A web server of the tests' own, on loopback: what it answers is a function of the request."""

import threading
from collections.abc import Callable
from datetime import datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self, TypeAlias

Reply: TypeAlias = tuple[int, dict[str, str], bytes]  # status, headers, body


class WebServer:
    """The server, a context manager. *answer* is given each request; None if it has answered it itself.

    ``asked`` is what it was asked for: paths, and headers by their names in small letters; ``now`` what its clock
    shows.
    """

    def __init__(self, answer: Callable[[BaseHTTPRequestHandler], Reply | None]) -> None:
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.now: datetime | None = None
        web = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                web.asked.append((self.path, {name.lower(): value for name, value in self.headers.items()}))
                reply = answer(self)
                if reply is None:
                    return
                status, headers, body = reply
                self.send_response(status)
                for name, value in {"Content-Length": str(len(body)), **headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            do_POST = do_GET

            def date_time_string(self, timestamp: float | None = None) -> str:
                return format_datetime(web.now, usegmt=True) if web.now else super().date_time_string(timestamp)

            def log_message(self, format: str, *args: object) -> None:
                return

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})
        self.host = f"127.0.0.1:{self._server.server_port}"
        self.site = f"http://{self.host}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Answer nobody any more."""
        if self._thread.is_alive():
            self._server.shutdown()
            self._thread.join()
            self._server.server_close()


class WebPages(WebServer):
    """A web site: ``pages`` answers by path, all else is 404; an ETag that is asked about again is 304."""

    def __init__(self) -> None:
        self.pages: dict[str, Reply | Callable[[BaseHTTPRequestHandler], None]] = {}
        super().__init__(self._page)

    def __getitem__(self, path: str) -> str:
        """Return the address of a path."""
        return f"{self.site}{path}"

    def _page(self, request: BaseHTTPRequestHandler) -> Reply | None:
        page = self.pages.get(request.path, (404, {}, b"no"))
        if callable(page):
            page(request)
            return None
        status, headers, body = page
        if headers.get("ETag") and request.headers.get("If-None-Match") == headers["ETag"]:
            return 304, headers, b""
        return status, headers, body
