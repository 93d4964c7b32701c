"""S3, as far as a place needs it: objects are put, given, looked at, listed by page, and deleted."""

import contextlib
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Final
from urllib.parse import urlsplit

from tamizdat.network.exchange import Answer, Server
from tamizdat.places.answers import require
from tamizdat.places.listings import BadListing, Page, bucket_page
from tamizdat.places.s3_signature import Login, encoded_path, encoded_query, signed_headers
from tamizdat.places.service import SMALL_QUESTION, Service

AMAZON: Final = "https://s3.{}.amazonaws.com"
EMPTY_PAGES: Final = 3  #: pages in a row that show nothing and promise more; then the listing is broken off


class S3Bucket:
    """A prefix in a bucket; paths are below it."""

    def __init__(self, service: Service) -> None:
        settings = service.settings
        parts = urlsplit(settings.get("endpoint") or AMAZON.format(settings["region"]))
        self._server = Server(parts.scheme, parts.hostname or "", parts.port, service.timeout)
        self._host = parts.netloc
        self._quick = min(SMALL_QUESTION, service.timeout)
        self._bucket, self._prefix = f"/{settings['bucket']}", settings["root"].lstrip("/")
        self._login = Login(
            settings["access_key_id"],
            settings["secret_access_key"],
            settings["region"],
            settings.get("session_token"),
        )

    def put(self, path: str, data: bytes | memoryview) -> None:
        """Send an object. Raises Refusal."""
        with self._ask("PUT", path, body=data) as answer:
            require(answer, 200, 201, 204)
            answer.read(1 << 16)

    @contextlib.contextmanager
    def get(self, path: str) -> Iterator[Answer]:
        """Give the answer that holds an object. Raises Refusal."""
        with self._ask("GET", path) as answer:
            require(answer, 200)
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

    def files(self, shelf: str) -> Iterator[str]:
        """Yield the paths of what lies on a shelf. Raises Refusal, BadListing."""
        for page in self._pages(self._prefix + shelf):
            yield from (each.removeprefix(self._prefix) for each in page.keys if each.startswith(self._prefix))

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
            empty = 0 if page.keys or page.shelves else empty + 1
            if empty >= EMPTY_PAGES or page.next == more.get("continuation-token"):
                raise BadListing("pages without end")
            more = {"continuation-token": page.next}

    @contextlib.contextmanager
    def _ask(
        self,
        method: str,
        path: str | None,
        query: Mapping[str, str] | None = None,
        body: bytes | memoryview = b"",
        seconds: float | None = None,
    ) -> Iterator[Answer]:
        where = self._bucket if path is None else f"{self._bucket}/{self._prefix}{path}"
        asked = query or {}
        headers = signed_headers(self._login, method, where, asked, {"host": self._host}, body, datetime.now(UTC))
        target = encoded_path(where) + (f"?{encoded_query(asked)}" if asked else "")
        with self._server.ask(method, target, headers, body, seconds) as answer:
            yield answer
