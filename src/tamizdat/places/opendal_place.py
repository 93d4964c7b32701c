"""Places that are services: S3 and WebDAV, through Apache OpenDAL.

opendal speaks the protocols; this module holds it to the rules of :mod:`tamizdat.places.place`:

* ``put`` is one request, and afterwards the service is asked for the size it holds. If it refuses to
  overwrite (good: a thief cannot either), the copy it has is read and must be the same bytes.
* ``get`` reads at most :data:`~tamizdat.places.place.MAX_OBJECT` bytes, and not for longer than the timeout.
* Every request ends in time. The timeout is outside the retries, so it bounds them all. A place that was
  silent for a minute is asked a small question first: nobody should wait five minutes to learn that a server
  is dead. opendal makes the connection, through the proxy of the environment (HTTPS_PROXY, ALL_PROXY) if
  one is set; nothing here opens a socket beside it.
* Listings are asked for shelf by shelf, ``0/`` to ``z/``, never recursively (a server could show folders
  without end), and a name that we would not put is passed over.
"""

import contextlib
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final, TypeVar

import opendal
from opendal.layers import RetryLayer, TimeoutLayer

from tamizdat.errors import NotThere, PlaceError, PlaceRefused, PlaceUnreachable
from tamizdat.places.opendal_errors import FAILURES, explain
from tamizdat.places.place import MAX_LISTED, Guarantees, check_size, is_name, name_at, path_of
from tamizdat.places.service import Service, parse_service

_Answer = TypeVar("_Answer")

SMALL_QUESTION: Final = 30.0  #: seconds in which a living service answers "how large is this?"
AWAKE: Final = 60.0  #: seconds after an answer in which we do not ask whether it is there at all
PIECE: Final = 1 << 20  #: bytes read at a time, so that a service that sends without end is noticed

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
        self._asking = operator.layer(TimeoutLayer(timeout=quick, io_timeout=quick))
        self._moving = operator.layer(TimeoutLayer(timeout=service.timeout, io_timeout=service.timeout))

    def __repr__(self) -> str:
        return f"OpendalPlace({self.name!r}, {self.kind})"

    def put(self, name: str, data: bytes | memoryview) -> None:
        """Send the object, then ask the service for its size.

        A refusal is passed over if the service holds the same bytes already; else raises :class:`PlaceRefused`.
        """
        path, size = path_of(name), memoryview(data).nbytes
        check_size(self.name, size)
        try:
            self._ask("take an object", lambda: self._moving.write(path, bytes(data)))
        except PlaceRefused:
            if not self._holds(name, data):
                raise
        except NotThere:  # so do some answer who do not allow it
            if not self._holds(name, data):
                raise PlaceRefused(f"Place “{self.name}” takes no objects under this URL with this login.") from None
        self._confirm(name, size)

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
        end = time.monotonic() + self._timeout
        whole = bytearray()
        with self._moving.open(path, "rb") as file:
            while piece := file.read(PIECE):
                whole += piece
                check_size(self.name, len(whole))
                if time.monotonic() > end:
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
            held = self.stat(name)
        except NotThere:
            held = -1
        if held != size:
            found = "nothing" if held < 0 else f"{held:,} bytes"
            raise PlaceError(f"Place “{self.name}” took {size:,} bytes and says that it holds {found}; put it again.")

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
        except FAILURES as error:
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


def _shelf_at(path: str) -> str | None:
    """Return *path* if it is a shelf, ``9/``, on which objects of ours may lie."""
    return path if len(path) == 2 and path[1] == "/" and is_name(path[0]) else None
