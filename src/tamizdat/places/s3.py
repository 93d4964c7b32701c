"""S3, as far as a place needs it: objects are put, given, looked at, listed by page, and deleted."""

import contextlib
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Final
from urllib.parse import urlsplit

from tamizdat.network.exchange import Answer, Server
from tamizdat.places.answers import GIVEN, NO_HEADERS, accepted, require, size_told
from tamizdat.places.listings import BadListing, Page, Shown, bucket_page
from tamizdat.places.place import Pace
from tamizdat.places.s3_signature import Login, encoded_path, encoded_query, signed_headers
from tamizdat.places.service import SMALL_QUESTION, Service
from tamizdat.places.upload import Uploader

AMAZON: Final = "https://s3.{}.amazonaws.com"
EMPTY_PAGES: Final = 3  #: pages in a row that show nothing and promise more; then the listing is broken off


class S3Bucket:
    """A prefix in a bucket; paths are below it."""

    def __init__(self, service: Service) -> None:
        settings = service.settings
        parts = urlsplit(settings.get("endpoint") or AMAZON.format(settings["region"]))
        self._server = Server(parts.scheme, parts.hostname or "", parts.port, service.timeout)
        self._uploader = Uploader(parts.geturl(), self._signed, service.timeout)
        self._host = parts.netloc
        self._quick = min(SMALL_QUESTION, service.timeout)
        self._bucket, self._prefix = f"/{settings['bucket']}", settings["root"].lstrip("/")
        self._login = Login(
            settings["access_key_id"],
            settings["secret_access_key"],
            settings["region"],
            settings.get("session_token"),
        )

    def put(self, path: str, data: memoryview, pace: Pace) -> None:
        """Send an object. Raises Refusal."""
        accepted(self._uploader.put(self._path(path), data, pace))

    def held(self, path: str) -> int | None:
        """Return the size in bytes of what was just put, over the connection that took it; None if it is not told."""
        return size_told(self._uploader.head(self._path(path)))

    @contextlib.contextmanager
    def get(self, path: str, headers: Mapping[str, str] = NO_HEADERS) -> Iterator[Answer]:
        """Give the answer that holds an object, or with *headers* a part of it. Raises Refusal."""
        with self._ask("GET", path, headers=headers) as answer:
            require(answer, *(GIVEN if headers else (200,)))
            yield answer

    def stat(self, path: str) -> int | None:
        """Return the size of an object in bytes. Raises Refusal."""
        with self._ask("HEAD", path, seconds=self._quick) as answer:
            require(answer, 200)
            answer.read(0)
            told = answer.headers.get("content-length", "")
            return int(told[:20]) if told.isdecimal() and told.isascii() else None

    def folders(self) -> Iterator[str]:
        """Yield the shelves, relative to the prefix. Raises Refusal, BadListing."""
        for page in self._pages(self._prefix):
            yield from (each.removeprefix(self._prefix) for each in page.shelves if each.startswith(self._prefix))

    def files(self, shelf: str) -> Iterator[Shown]:
        """Yield what lies on a shelf. Raises Refusal, BadListing."""
        for page in self._pages(self._prefix + shelf):
            for time, key in page.objects:
                if key.startswith(self._prefix):
                    yield Shown(time, key.removeprefix(self._prefix))

    def stands(self) -> bool:
        """Whether the service takes a connection at this moment."""
        return self._server.stands()

    def delete(self, path: str) -> None:
        """Delete an object. Raises Refusal."""
        with self._ask("DELETE", path, seconds=self._quick) as answer:
            require(answer, 200, 204)
            answer.read(1 << 16)

    def _pages(self, prefix: str) -> Iterator[Page]:
        more: dict[str, str] = {}
        empty = 0
        while True:
            query = {"list-type": "2", "delimiter": "/", "prefix": prefix, **more}
            with self._ask("GET", None, query, seconds=self._quick) as answer:
                require(answer, 200)
                page = bucket_page(answer.pieces())
            yield page
            if page.next is None:
                return
            empty = 0 if page.objects or page.shelves else empty + 1
            if empty >= EMPTY_PAGES or page.next == more.get("continuation-token"):
                raise BadListing("pages without end")
            more = {"continuation-token": page.next}

    @contextlib.contextmanager
    def _ask(
        self,
        method: str,
        path: str | None,
        query: Mapping[str, str] | None = None,
        seconds: float | None = None,
        headers: Mapping[str, str] = NO_HEADERS,
    ) -> Iterator[Answer]:
        target, asked = self._path(path), query or {}
        signed = self._signed(method, target, memoryview(b""), asked)
        with self._server.ask(
            method, target + (f"?{encoded_query(asked)}" if asked else ""), {**signed, **headers}, b"", seconds
        ) as answer:
            yield answer

    def _signed(
        self, method: str, path: str, body: memoryview, query: Mapping[str, str] = NO_HEADERS
    ) -> dict[str, str]:
        signed = signed_headers(self._login, method, path, query, {"host": self._host}, body, datetime.now(UTC))
        del signed["host"]  # whoever sends the request writes it
        return signed

    def _path(self, path: str | None) -> str:
        """Return a path below the prefix, or the bucket's own, percent-encoded."""
        return encoded_path(self._bucket if path is None else f"{self._bucket}/{self._prefix}{path}")
