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

import time
from collections.abc import Callable, Iterator, Mapping
from typing import Final, TypeVar

import opendal
from opendal.layers import RetryLayer, TimeoutLayer

from tamizdat.errors import NotThere, PlaceError, PlaceRefused, PlaceUnreachable
from tamizdat.places.opendal_errors import FAILURES, explain
from tamizdat.places.place import MAX_LISTED, MAX_OBJECT, Guarantees, check_size, name_at, path_of
from tamizdat.places.service import Service, parse_service

_Answer = TypeVar("_Answer")

SMALL_QUESTION: Final = 30.0  #: seconds in which a living service answers "how large is this?"
AWAKE: Final = 60.0  #: seconds after an answer in which we do not ask whether it is there at all
PIECE: Final = 1 << 20

#: WebDAV servers differ: many write in place, so that a broken connection leaves a part under the final name.
_GUARANTEES: Final = {
    "s3": Guarantees(atomic_put=True, durable_put=True, complete_list=True, can_delete=False),
    "webdav": Guarantees(atomic_put=False, durable_put=False, complete_list=True, can_delete=True),
}


def open_remote(name: str, url: str, options: Mapping[str, str]) -> "OpendalPlace":
    """The service at *url*; see :mod:`tamizdat.places.service` for its URL and options. Nothing is sent yet."""
    return OpendalPlace(name, parse_service(name, url, options))


class OpendalPlace:
    """Objects on an S3 or WebDAV service."""

    def __init__(self, name: str, service: Service) -> None:
        self.name = name
        self.kind = service.kind
        self.guarantees = _GUARANTEES[service.kind]
        self._timeout = service.timeout
        self._last_answer = float("-inf")
        operator = opendal.Operator(service.kind, **service.settings).layer(RetryLayer(max_times=2, jitter=True))
        quick = min(SMALL_QUESTION, service.timeout)
        self._asking = operator.layer(TimeoutLayer(timeout=quick, io_timeout=quick))
        self._moving = operator.layer(TimeoutLayer(timeout=service.timeout, io_timeout=service.timeout))

    def __repr__(self) -> str:
        return f"OpendalPlace({self.name!r}, {self.kind})"

    def put(self, name: str, data: bytes | memoryview) -> None:
        path, size = path_of(name), memoryview(data).nbytes
        check_size(self.name, size)
        try:
            self._ask("take an object", lambda: self._moving.write(path, bytes(data)))
        except PlaceRefused:
            if not self._holds(name, data):
                raise
        self._confirm(name, size)

    def get(self, name: str) -> bytes:
        path = path_of(name)
        return self._ask("give an object", lambda: self._read(path))

    def stat(self, name: str) -> int:
        path = path_of(name)
        found = self._answer("find an object", lambda: self._asking.stat(path))
        if not found.mode.is_file():
            raise NotThere(f"Place “{self.name}” holds nothing of this name.")
        return found.content_length

    def list(self) -> Iterator[str]:
        left = MAX_LISTED
        for shelf in self._ask("list its objects", self._shelves):
            for name in self._listed(f"{shelf}/"):
                left -= 1
                if left < 0:
                    raise PlaceError(f"Place “{self.name}” lists more than {MAX_LISTED:,} objects; it was broken off.")
                yield name

    def delete(self, name: str) -> None:
        path = path_of(name)
        try:
            self._ask("delete an object", lambda: self._asking.delete(path))
        except NotThere:
            pass
