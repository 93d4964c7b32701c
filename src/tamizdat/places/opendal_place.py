"""Places that are services: S3 and WebDAV, through Apache OpenDAL.

opendal speaks the protocols; this module holds it to the rules of :mod:`tamizdat.places.place`:

* ``put`` is one request, and afterwards the service is asked for the size it holds. If it refuses to
  overwrite (good: a thief cannot either), the copy it has is read and must be the same bytes. The request is sent by
  :mod:`~tamizdat.places.upload`, which sees what moves; only where the environment names a proxy (HTTPS_PROXY,
  ALL_PROXY) opendal sends it, through that proxy, and nothing opens a socket beside it.
* ``get`` reads at most :data:`~tamizdat.places.place.MAX_OBJECT` bytes, and from nobody who is slower than
  :data:`SLOWEST`.
* Every request ends in time: the timeout is the time in which nothing moves. A place that was silent for a minute is
  asked a small question first: nobody should wait long to learn that a server is dead.
* Listings are asked for shelf by shelf, ``0/`` to ``z/``, never recursively (a server could show folders
  without end), and a name that we would not put is passed over.
"""

import contextlib
import http.client
import time
import urllib.request
from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Final, TypeVar
from urllib.parse import quote, urlsplit

import opendal
from opendal.layers import RetryLayer, TimeoutLayer

from tamizdat.errors import NotThere, PlaceBusy, PlaceError, PlaceRefused, PlaceUnreachable
from tamizdat.places.opendal_errors import FAILURES, explain
from tamizdat.places.place import MAX_LISTED, Guarantees, Pace, check_size, is_name, name_at, path_of
from tamizdat.places.s3_signature import signed_headers
from tamizdat.places.service import Service, parse_service
from tamizdat.places.upload import Answer, Unpaced, Uploader

_Answer = TypeVar("_Answer")

SMALL_QUESTION: Final = 30.0  #: seconds in which a living service answers "how large is this?"
AWAKE: Final = 60.0  #: seconds after an answer in which we do not ask whether it is there at all
PIECE: Final = 1 << 20  #: bytes read at a time, so that a service that sends without end is noticed
WHOLE: Final = 86_400.0  #: seconds for one object where the library moves it: what ends it is that nothing moves
LONGEST_REST: Final = 3600  #: seconds that a service may ask us to wait; it could say for ever
SLOWEST: Final = 1 << 10  #: bytes a second that a service must give: 4 MiB in an hour; a drip is no progress

#: WebDAV servers differ: many write in place, so that a broken connection leaves a part under the final name.
GUARANTEES: Final = {
    "s3": Guarantees(atomic_put=True, durable_put=True, complete_list=True, can_delete=True),
    "webdav": Guarantees(atomic_put=False, durable_put=False, complete_list=True, can_delete=True),
}


def open_remote(name: str, url: str, options: Mapping[str, str]) -> "OpendalPlace":
    """Return the service at *url*; see :mod:`tamizdat.places.service` for its URL and options. Nothing is sent yet."""
    return OpendalPlace(name, parse_service(name, url, options))


class OpendalPlace:
    """Objects on an S3 or WebDAV service."""

    def __init__(self, name: str, service: Service) -> None:
        self.name = name
        self.kind = service.kind
        self.guarantees = GUARANTEES[service.kind]
        self._timeout = service.timeout
        self._last_answer = float("-inf")
        operator = opendal.Operator(service.kind, **service.settings).layer(RetryLayer(max_times=2, min_delay=0.2))
        quick = min(SMALL_QUESTION, service.timeout)
        self._root = _root_of(service)
        self._uploader = None if urllib.request.getproxies_environment() else _uploader_of(service)
        self._shelves: set[str] = set()  # of a WebDAV server, seen or made in this run
        self._asking = operator.layer(TimeoutLayer(timeout=quick, io_timeout=quick))
        self._moving = operator.layer(TimeoutLayer(timeout=max(WHOLE, service.timeout), io_timeout=service.timeout))

    def __repr__(self) -> str:
        return f"OpendalPlace({self.name!r}, {self.kind})"

    def put(self, name: str, data: bytes | memoryview) -> None:
        """Send the object, then ask the service for its size.

        A refusal is passed over if the service holds the same bytes already; else raises :class:`PlaceRefused`.
        """
        self.put_paced(name, data, Unpaced())

    def put_paced(self, name: str, data: bytes | memoryview, pace: Pace) -> None:
        """Send the object as :meth:`put` does, at the pace of who shares the line out. Raises PlaceRefused."""
        view = memoryview(data)
        check_size(self.name, view.nbytes)
        try:
            if self._uploader is None:
                self._put_by_library(path_of(name), view, pace)
            else:
                self._put_by_us(self._uploader, path_of(name), view, pace)
        except PlaceRefused:
            if not self._holds(name, data):
                raise
        except NotThere:  # so do some answer who do not allow it
            if not self._holds(name, data):
                raise PlaceRefused(f"Place “{self.name}” takes no objects under this URL with this login.") from None
        self._confirm(name, view.nbytes)

    def _put_by_library(self, path: str, data: memoryview, pace: Pace) -> None:
        pace.turn()
        self._ask("take an object", lambda: self._moving.write(path, bytes(data)))
        pace.moved(data.nbytes)
        pace.sent()

    def _put_by_us(self, uploader: Uploader, path: str, data: memoryview, pace: Pace) -> None:
        shelf = path[:2]
        if self.kind == "webdav" and shelf not in self._shelves:  # a body sent to where no folder is was sent in vain
            self._answer("take an object", lambda: self._asking.create_dir(shelf))
            self._shelves.add(shelf)
        answer = self._answer("take an object", lambda: uploader.put(self._root + quote(path), data, pace))
        if not 200 <= answer.status < 300:
            self._shelves.discard(shelf)
            problem = explain(self.name, "take an object", _Refusal(answer))
            if answer.status in (429, 503) and answer.after is not None:
                raise PlaceBusy(str(problem), min(answer.after, LONGEST_REST))
            raise problem

    def get(self, name: str) -> bytes:
        """Return the object, read in pieces and within the place's timeout."""
        path = path_of(name)
        return self._ask("give an object", lambda: self._read(path))

    def stat(self, name: str) -> int:
        """Return the size in bytes that the service tells; raises :class:`NotThere` also for what is no file."""
        path = path_of(name)
        found = self._answer("find an object", lambda: self._asking.stat(path))
        if not found.mode.is_file():
            raise NotThere(f"Place “{self.name}” holds nothing of this name.")
        return found.content_length

    def list(self) -> Iterator[str]:
        """Yield the names shelf by shelf; each listing is bounded in number and time."""
        for shelf in self._ask("list its objects", lambda: self._listed("", _shelf_at)):
            yield from self._ask("list its objects", lambda: self._listed(shelf, name_at))  # noqa: B023 - used at once

    def delete(self, name: str) -> None:
        """Ask the service to delete the object; it may keep older versions."""
        path = path_of(name)
        with contextlib.suppress(NotThere):
            self._ask("delete an object", lambda: self._asking.delete(path))

    def _read(self, path: str) -> bytes:
        """Return the object, read in pieces: the service may send without end, or a byte a minute."""
        begun = time.monotonic()
        whole = bytearray()
        with self._moving.open(path, "rb") as file:
            while piece := file.read(PIECE):
                whole += piece
                check_size(self.name, len(whole))
                if time.monotonic() - begun > self._timeout + len(whole) / SLOWEST:
                    raise self._too_slow("gives an object")
        return bytes(whole)

    def _listed(self, folder: str, accept: Callable[[str], str | None]) -> Sequence[str]:
        """Return what *accept* makes of every path the service shows in *folder*, without what it refuses.

        opendal keeps the interpreter's lock while it waits for a page, so a page gets the short timeout.
        """
        end = time.monotonic() + self._timeout
        accepted = []
        for shown, entry in enumerate(self._asking.list(folder)):
            if shown >= MAX_LISTED:
                raise PlaceError(f"Place “{self.name}” lists more than {MAX_LISTED:,} objects; it was broken off.")
            if time.monotonic() > end:
                raise self._too_slow("lists its objects")
            if (found := accept(entry.path)) is not None:
                accepted.append(found)
        return accepted

    def _confirm(self, name: str, size: int) -> None:
        """Ask the service for the size of what it took; some say yes and keep nothing."""
        try:
            held = self._size(name)
        except NotThere:
            held = -1
        if held != size:
            found = "nothing" if held < 0 else f"{held:,} bytes"
            raise PlaceError(f"Place “{self.name}” took {size:,} bytes and says that it holds {found}; put it again.")

    def _size(self, name: str) -> int:
        """Return the size of what was just put, asked over the connection that took it if it can tell."""
        if self._uploader is not None:
            uploader, path = self._uploader, self._root + quote(path_of(name))
            answer = self._answer("find an object", lambda: uploader.head(path))
            if answer.status == 404:
                raise NotThere(f"Place “{self.name}” holds nothing of this name.")
            if answer.status == 200 and answer.size is not None:
                return answer.size
        return self.stat(name)

    def _holds(self, name: str, data: bytes | memoryview) -> bool:
        try:
            return self.get(name) == data
        except PlaceError:
            return False

    def _ask(self, doing: str, ask: Callable[[], _Answer]) -> _Answer:
        """Ask for what may take long, after having seen whether the service answers at all."""
        if time.monotonic() - self._last_answer > AWAKE:
            with contextlib.suppress(NotThere, PlaceRefused):  # these are answers too
                self._answer(doing, lambda: self._asking.stat(path_of("0")))
        return self._answer(doing, ask)

    def _answer(self, doing: str, ask: Callable[[], _Answer]) -> _Answer:
        """Return what *ask* returns, or raise its failure in our words, with nothing of opendal's text in the chain."""
        failure: BaseException
        try:
            answer = ask()
        except (*FAILURES, http.client.HTTPException) as error:
            failure = error
        except BaseException as error:
            if type(error).__name__ != "PanicException":  # what a Rust library raises; it has no importable name
                raise
            failure = error
        else:
            self._last_answer = time.monotonic()
            return answer
        problem = explain(self.name, doing, failure)
        if isinstance(problem, NotThere):
            self._last_answer = time.monotonic()
        raise problem

    def _too_slow(self, doing: str) -> PlaceUnreachable:
        return PlaceUnreachable(
            f"Place “{self.name}” {doing} slower than {self._timeout:.0f} seconds allow; it was broken off. "
            "Try again later, or raise its option timeout."
        )


class _Refusal(Exception):
    """An answer that is no success, in the words by which :mod:`~tamizdat.places.opendal_errors` knows it."""

    def __init__(self, answer: Answer) -> None:
        said = answer.body[:2048].decode("ascii", "replace")
        kind = "" if answer.status != 404 else "ConfigInvalid " if "NoSuchBucket" in said else "NotFound "
        super().__init__(f"{kind}status: {answer.status} {said}")


def _root_of(service: Service) -> str:
    """Return the path, escaped, below which the service's objects lie; it ends in a slash."""
    bucket = f"/{service.settings['bucket']}" if service.kind == "s3" else ""
    return quote(f"{bucket}{service.settings['root']}")


def _uploader_of(service: Service) -> Uploader:
    """Return who sends objects to *service*."""
    settings = service.settings
    if service.kind == "webdav":
        login = f"{settings['username']}:{settings['password']}".encode() if "username" in settings else b""
        headers = {"Authorization": f"Basic {b64encode(login).decode()}"} if login else {}
        return Uploader(settings["endpoint"], lambda method, path, body: headers, service.timeout)
    region = settings["region"]
    suffix = ".cn" if region.startswith("cn-") else ""
    endpoint = settings.get("endpoint") or f"https://s3.{region}.amazonaws.com{suffix}"
    host = urlsplit(endpoint).netloc

    def sign(method: str, path: str, body: memoryview) -> dict[str, str]:
        return signed_headers(method, host, path, body, settings, datetime.now(UTC))

    return Uploader(endpoint, sign, service.timeout)


def _shelf_at(path: str) -> str | None:
    """Return *path* if it is a shelf, ``9/``, on which objects of ours may lie."""
    return path if len(path) == 2 and path[1] == "/" and is_name(path[0]) else None
