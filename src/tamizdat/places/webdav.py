"""WebDAV (RFC 4918), as far as a place needs it: PUT, GET, PROPFIND, MKCOL, DELETE."""

import base64
import contextlib
import threading
from collections.abc import Iterator, Mapping
from typing import Final
from urllib.parse import quote, unquote, urlsplit

from tamizdat.network.exchange import Answer, Server
from tamizdat.places.answers import GIVEN, NO_HEADERS, Refusal, accepted, require, size_told
from tamizdat.places.listings import Entry, Shown, webdav_entries
from tamizdat.places.place import Pace
from tamizdat.places.service import SMALL_QUESTION, Service
from tamizdat.places.upload import Uploader

_ASKED: Final = (
    b'<?xml version="1.0" encoding="utf-8"?>'
    b'<D:propfind xmlns:D="DAV:"><D:prop><D:resourcetype/><D:getcontentlength/><D:getlastmodified/></D:prop>'
    b"</D:propfind>"
)
_MADE: Final = (200, 201, 204, 405)  #: 405: it is there already


class WebdavFolder:
    """A folder on a WebDAV server; paths are below it."""

    def __init__(self, service: Service) -> None:
        parts = urlsplit(service.settings["endpoint"])
        self._server = Server(parts.scheme, parts.hostname or "", parts.port, service.timeout)
        self._quick = min(SMALL_QUESTION, service.timeout)
        self._root = service.settings["root"]
        self._headers: dict[str, str] = {}
        if "username" in service.settings:
            login = f"{service.settings['username']}:{service.settings['password']}".encode()
            self._headers["Authorization"] = f"Basic {base64.b64encode(login).decode()}"
        self._uploader = Uploader(service.settings["endpoint"], lambda *_: self._headers, service.timeout)
        self._ready: set[str] = set()
        self._lock = threading.Lock()

    def put(self, path: str, data: memoryview, pace: Pace) -> None:
        """Send an object; its folder is made if need be. Raises Refusal."""
        shelf = path.partition("/")[0] + "/"
        self.make_ready(shelf)
        try:
            accepted(self._uploader.put(self._target(path), data, pace))
        except Refusal as refusal:
            if refusal.status not in (404, 409):
                raise
            self._ready.discard(shelf)  # somebody tidied up
            self.make_ready(shelf)
            accepted(self._uploader.put(self._target(path), data, pace))

    def held(self, path: str) -> int | None:
        """Return the size in bytes of what was just put, over the connection that took it; None if it is not told."""
        return size_told(self._uploader.head(self._target(path)))

    @contextlib.contextmanager
    def get(self, path: str, headers: Mapping[str, str] = NO_HEADERS) -> Iterator[Answer]:
        """Give the answer that holds an object, or with *headers* a part of it. Raises Refusal."""
        with self._server.ask("GET", self._target(path), {**self._headers, **headers}) as answer:
            require(answer, *(GIVEN if headers else (200,)))
            yield answer

    def stat(self, path: str) -> int | None:
        """Return the size of a file in bytes; None for what is no file. Raises Refusal."""
        found = next(self._found(path, "0"), None)
        return None if found is None or found.folder else found.size

    def folders(self) -> Iterator[str]:
        """Yield the paths of what lies in the root. Raises Refusal."""
        yield from (shown.path for shown in self._shown(""))

    def files(self, shelf: str) -> Iterator[Shown]:
        """Yield what lies on a shelf. Raises Refusal."""
        yield from self._shown(shelf)

    def stands(self) -> bool:
        """Whether the service takes a connection at this moment."""
        return self._server.stands()

    def delete(self, path: str) -> None:
        """Delete an object. Raises Refusal."""
        with self._server.ask("DELETE", self._target(path), self._headers, seconds=self._quick) as answer:
            require(answer, 200, 204)
            answer.read(1 << 16)

    def _shown(self, folder: str) -> Iterator[Shown]:
        try:
            for entry in self._found(folder, "1"):
                path = _path_of(entry.path)
                if path.startswith(self._root):
                    yield Shown(entry.time, path.removeprefix(self._root).rstrip("/") + ("/" if entry.folder else ""))
        except Refusal as refusal:
            if refusal.status != 404:  # a folder that is not there yet is empty
                raise

    def _found(self, path: str, depth: str) -> Iterator[Entry]:
        headers = {**self._headers, "Depth": depth, "Content-Type": "application/xml"}
        with self._server.ask("PROPFIND", self._target(path), headers, _ASKED, self._quick) as answer:
            require(answer, 207)
            yield from webdav_entries(answer.pieces())

    def make_ready(self, shelf: str) -> None:
        """Make a folder, and the root above it, once."""
        with self._lock:
            if shelf in self._ready:
                return
            if self._make_folder(self._root + shelf) in (404, 409):
                steps = [step for step in self._root.split("/") if step]
                for count in range(1, len(steps) + 1):
                    self._make_folder("/" + "/".join(steps[:count]) + "/")
                self._make_folder(self._root + shelf)
            self._ready.add(shelf)  # if it could not be made, putting will say why

    def _make_folder(self, path: str) -> int:
        with self._server.ask("MKCOL", quote(path), self._headers, seconds=self._quick) as answer:
            answer.read(1 << 16)
            return 201 if answer.status in _MADE else answer.status

    def _target(self, path: str) -> str:
        return quote(self._root + path)


def _path_of(href: str) -> str:
    """Return the path of an address in a listing, empty if it is none.

    Servers also write whole URLs, of whatever name they have inside.
    """
    try:
        return unquote(urlsplit(href).path) if href.startswith(("/", "http://", "https://")) else ""
    except ValueError:  # "http://[" is no address
        return ""
