"""Places that are services on the web: S3 and WebDAV, spoken by our own client.

The protocols are in :mod:`~tamizdat.places.s3` and :mod:`~tamizdat.places.webdav`; this module holds both to the rules
of :mod:`tamizdat.places.place`:

* ``put`` is one request, and afterwards the service is asked for the size it holds, if the login may look. If it
  refuses to overwrite (good: a thief cannot either), the copy it has is read and must be the same bytes.
* ``get`` reads at most :data:`~tamizdat.places.place.MAX_OBJECT` bytes.
* A request goes on for as long as something moves (:class:`tamizdat.network.exchange.Patience`): a deadline for the
  whole would throw away, on a poor line, what had nearly arrived.
* Listings are asked for shelf by shelf, ``0/`` to ``z/``, never recursively (a server could show folders without end),
  and a name that we would not put is passed over.
* No redirect is followed: the login would go there too.
* Connections are opened by :mod:`tamizdat.network.connect` alone, so that nothing goes round the proxy.
"""

import contextlib
import http.client
import time
from collections.abc import Iterable, Iterator, Mapping
from typing import Final, Protocol, TypeVar

from tamizdat.errors import NotThere, PlaceError, PlaceRefused, PlaceUnreachable
from tamizdat.network.exchange import Answer, reason
from tamizdat.places.answers import NO_HEADERS, Refusal, explain, no_answer, part_of, range_header
from tamizdat.places.connection import Unpaced
from tamizdat.places.listings import BadListing, Shown
from tamizdat.places.place import (
    MAX_LISTED,
    MAX_OBJECT,
    Guarantees,
    Pace,
    check_size,
    is_name,
    name_at,
    oldest_first,
    path_of,
)
from tamizdat.places.s3 import S3Bucket
from tamizdat.places.service import parse_service
from tamizdat.places.webdav import WebdavFolder

_T = TypeVar("_T")

INTERNAL: Final = 500  #: a fault inside the service, which may pass
SECOND_LOOK: Final = 0.3  #: seconds before a service that does not show what it took is asked once more

#: WebDAV servers differ: many write in place, so that a broken connection leaves a part under the final name.
GUARANTEES: Final = {
    "s3": Guarantees(atomic_put=True, durable_put=True, complete_list=True, can_delete=True),
    "webdav": Guarantees(atomic_put=False, durable_put=False, complete_list=True, can_delete=True),
}


class Service(Protocol):
    """What both protocols can be asked for; all raise Refusal, OSError, HTTPException."""

    def put(self, path: str, data: memoryview, pace: Pace) -> None:
        """Send an object."""

    def held(self, path: str) -> int | None:
        """Return the size in bytes of what was just put, over the connection that took it; None if it is not told."""

    def get(self, path: str, headers: Mapping[str, str] = NO_HEADERS) -> contextlib.AbstractContextManager[Answer]:
        """Give the answer that holds an object, or with *headers* a part of it."""

    def stat(self, path: str) -> int | None:
        """Return its size in bytes; None for what is no object."""

    def folders(self) -> Iterator[str]:
        """Yield the shelves, ``9/``, and whatever else is shown beside them."""

    def files(self, shelf: str) -> Iterator[Shown]:
        """Yield what lies on a shelf."""

    def delete(self, path: str) -> None:
        """Delete an object."""

    def stands(self) -> bool:
        """Whether the service takes a connection at this moment."""


class Sender(Protocol):
    """What takes objects under a path."""

    def put(self, path: str, data: memoryview, pace: Pace) -> None:
        """Store an object."""


def send(service: Sender, path: str, view: memoryview, pace: Pace) -> None:
    """Send an object; a service that fails inside itself (500) is asked once more, as S3 wants its clients to.

    Raises what the *service* raises: :class:`Refusal`.
    """
    try:
        service.put(path, view, pace)
    except Refusal as refusal:
        if refusal.status != INTERNAL:
            raise
        time.sleep(SECOND_LOOK)
        service.put(path, view, pace)


def open_remote(name: str, url: str, options: Mapping[str, str]) -> "RemotePlace":
    """Return the service at *url*; see :mod:`tamizdat.places.service` for its URL and options. Nothing is sent yet."""
    service = parse_service(name, url, options)
    speaking = S3Bucket(service) if service.kind == "s3" else WebdavFolder(service)
    return RemotePlace(name, service.kind, speaking)


class RemotePlace:
    """Objects on an S3 or WebDAV service."""

    def __init__(self, name: str, kind: str, service: Service) -> None:
        self.name = name
        self.kind = kind
        self.guarantees = GUARANTEES[kind]
        self._service = service

    def __repr__(self) -> str:
        return f"RemotePlace({self.name!r}, {self.kind})"

    def put(self, name: str, data: bytes | memoryview) -> None:
        """Send the object, then ask the service for its size.

        A refusal is passed over if the service holds the same bytes already; else raises :class:`PlaceRefused`.
        """
        self.put_paced(name, data, Unpaced())

    def put_paced(self, name: str, data: bytes | memoryview, pace: Pace) -> None:
        """Send the object as :meth:`put` does, at the pace of who shares the line. Raises :class:`PlaceRefused`."""
        path, view = path_of(name), memoryview(data)
        size = view.nbytes
        check_size(self.name, size)
        try:
            with self._explained("take an object", size):
                send(self._service, path, view.cast("B") if size else memoryview(b""), pace)
        except PlaceRefused:
            if not self._holds(name, data):
                raise
        except NotThere:  # so do some answer who do not allow it
            if not self._holds(name, data):
                raise PlaceRefused(f"Place “{self.name}” takes no objects under this URL with this login.") from None
        self._confirm(name, size)

    def get(self, name: str) -> bytes:
        """Return the object, read in pieces for as long as they come."""
        path = path_of(name)
        with self._explained("give an object"), self._service.get(path) as answer:
            whole = answer.read(MAX_OBJECT)
            check_size(self.name, len(whole))
            return whole

    def get_part(self, name: str, start: int, count: int) -> bytes:
        """Return a part of the object; raises :class:`NotThere`."""
        path = path_of(name)
        asked = range_header(start, count)
        with self._explained("give an object"), self._service.get(path, asked) as answer:
            return part_of(answer, start, count)

    def stat(self, name: str) -> int:
        """Return the size in bytes that the service tells; raises :class:`NotThere` also for what is no file."""
        path = path_of(name)
        with self._explained("find an object"):
            size = self._service.stat(path)
        if size is None:
            raise NotThere(f"Place “{self.name}” holds nothing of this name.")
        return size

    def list(self) -> Iterator[str]:
        """Yield the names, oldest first; each listing is bounded in number."""
        yield from oldest_first(self._shelves())

    def _shelves(self) -> Iterator[Iterable[tuple[float, str]]]:
        with self._explained("list its objects"):
            shelves = [path for path in self._bounded(self._service.folders()) if _is_shelf(path)]
        for shelf in shelves:
            with self._explained("list its objects"):
                shown = self._bounded(self._service.files(shelf))
                names = [(each.time, name) for each in shown if (name := name_at(each.path))]
            yield names

    def delete(self, name: str) -> None:
        """Ask the service to delete the object; it may keep older versions."""
        path = path_of(name)
        with contextlib.suppress(NotThere), self._explained("delete an object"):
            self._service.delete(path)

    def _bounded(self, listed: Iterable[_T]) -> Iterator[_T]:
        for shown, each in enumerate(listed):
            if shown >= MAX_LISTED:
                raise PlaceError(f"Place “{self.name}” lists more than {MAX_LISTED:,} objects; it was broken off.")
            yield each

    def _confirm(self, name: str, size: int) -> None:
        """Ask the service for the size of what it took; some say yes and keep nothing."""
        for pause in (SECOND_LOOK, 0.0):
            try:
                held = self._held(name)
            except PlaceRefused:
                return  # a login that only adds: what it says is all there is
            except NotThere:
                held = -1
            if held == size:
                return
            time.sleep(pause)  # while somebody else puts the same, or its parts have not told each other yet
        found = "nothing" if held < 0 else f"{held:,} bytes"
        raise PlaceError(f"Place “{self.name}” took {size:,} bytes and says that it holds {found}; put it again.")

    def _held(self, name: str) -> int:
        with self._explained("find an object"):
            size = self._service.held(path_of(name))
        return self.stat(name) if size is None else size

    def _holds(self, name: str, data: bytes | memoryview) -> bool:
        try:
            return self.get(name) == data
        except PlaceError:
            return False

    @contextlib.contextmanager
    def _explained(self, doing: str, size: int | None = None) -> Iterator[None]:
        """Raise what fails within the block in our words, with nothing of the server's in the chain."""
        problem: PlaceError
        try:
            yield
            return
        except Refusal as refusal:
            problem = explain(self.name, doing, refusal, size)
        except BadListing:
            problem = PlaceUnreachable(
                f"Place “{self.name}” could not {doing}: it answers what no sound service answers. Try again later, or "
                "tell its owner."
            )
        except TimeoutError as error:
            problem = no_answer(self.name, doing, reason(error), self._service.stands())
        except (OSError, http.client.HTTPException, UnicodeError) as error:
            problem = PlaceUnreachable(
                f"Place “{self.name}” could not {doing}: {reason(error)}. Run the same command again later."
            )
        raise problem from None


def _is_shelf(path: str) -> bool:
    """Whether *path* is a shelf, ``9/``, on which objects of ours may lie."""
    return len(path) == 2 and path[1] == "/" and is_name(path[0])
