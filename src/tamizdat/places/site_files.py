"""A published site where it lies: files by their paths, read and written one by one.

A site has names that mean something, ``items/17/index.html``, unlike what a :class:`~.place.Place` holds; so it is put
beside it, through the same protocols and logins. Every answer is distrusted by whoever asks.

::

    /srv/site   file:///…          a folder
    https://host/path/             a web server; it is only read
    s3://…  webdav://…  sftp://…   as of places, with the same options
"""

import contextlib
import http.client
import os
import shutil
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType
from typing import BinaryIO, Final, Protocol
from urllib.parse import quote, unquote, urlsplit

from tamizdat.encoding import safe_path
from tamizdat.errors import NotThere, PlaceError, PlaceRefused, PlaceUnreachable, UsageError
from tamizdat.network.exchange import Answer, Server, reason
from tamizdat.network.proxy import proxy_in_use
from tamizdat.places.answers import Refusal, accepted, explain
from tamizdat.places.connection import Unpaced
from tamizdat.places.file_bytes import copied, mapped
from tamizdat.places.place import Pace
from tamizdat.places.remote import send
from tamizdat.places.s3 import S3Bucket
from tamizdat.places.s3_signature import signed_headers
from tamizdat.places.service import TIMEOUT, parse_service, read_timeout
from tamizdat.places.webdav import WebdavFolder

PIECE: Final = 1 << 20
_TYPES: Final = {
    "html": "text/html; charset=utf-8", "css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8",
    "json": "application/json", "txt": "text/plain; charset=utf-8", "xml": "application/xml", "svg": "image/svg+xml",
    "jpg": "image/jpeg", "png": "image/png", "mp4": "video/mp4", "vtt": "text/vtt; charset=utf-8",
    "woff2": "font/woff2", "tlog-proof": "text/plain; charset=utf-8", "checkpoint": "text/plain; charset=utf-8",
}  # fmt: skip


class SiteFiles(Protocol):
    """Where a site lies. Paths are relative, with ``/``; all raise :class:`~tamizdat.errors.PlaceError`."""

    @property
    def name(self) -> str:
        """What the person calls it, for messages."""

    def fetch(self, path: str, into: BinaryIO, most: int) -> int:
        """Write a file of at most *most* bytes into *into*, and return its size in bytes; raises NotThere."""

    def put(self, path: str, file: Path) -> None:
        """Hold the bytes of *file* under *path*; returns only when the place says that it does."""

    def delete(self, path: str) -> None:
        """Remove a file; that it is not there is fine."""


def open_site_files(name: str, url: str, options: Mapping[str, str]) -> SiteFiles:
    """Return where the site at *url* lies, called *name*. Nothing is sent yet; raises UsageError."""
    scheme = "file" if url.startswith("/") else url.partition(":")[0]
    if scheme == "file":
        return FolderSite(name, Path(url.removeprefix("file://")))
    if scheme in ("https", "http"):
        return WebSite(name, url, read_timeout(name, options))
    if scheme == "s3":
        return ServiceSite(name, _TypedBucket(parse_service(name, url, options)))
    if scheme in ("webdav", "webdav+http"):
        return ServiceSite(name, _NestedWebdav(parse_service(name, url, options)))
    if scheme == "sftp":
        from tamizdat.places.site_sftp import open_sftp_site  # its library is an extra

        return open_sftp_site(name, url, options)
    raise UsageError(f"Site “{name}”: expected a folder, https://, s3://, webdav:// or sftp://, found {scheme[:12]!r}.")


def media_type(path: str) -> str:
    """Return the media type of a file of a site, by its name."""
    return _TYPES.get(path.rpartition("/")[2].rpartition(".")[2], "application/octet-stream")


class FolderSite:
    """A site in a folder; files appear in it whole, and no time of a file or folder tells when."""

    def __init__(self, name: str, folder: Path) -> None:
        self.name = name
        self.folder = folder

    def fetch(self, path: str, into: BinaryIO, most: int) -> int:
        """Read a plain file that no link leads to; raises NotThere, PlaceUnreachable."""
        place = self.folder
        try:
            for part in safe_path(path).split("/"):
                place /= part
                if place.is_symlink():
                    raise NotThere(f"“{self.name}” holds a link instead of {path}; it was not followed.")
            with place.open("rb") as file:
                return copied(iter(lambda: file.read(PIECE), b""), into, most, self.name)
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
            raise NotThere(f"“{self.name}” holds no file {path}.") from None
        except OSError as error:
            raise PlaceUnreachable(f"“{self.name}” could not be read: {os.strerror(error.errno or 5)}.") from None

    def put(self, path: str, file: Path) -> None:
        """Write the file beside its place and move it there once it is on the disk. Raises PlaceError."""
        final = self.folder / safe_path(path)
        part = _part_of(final)
        try:
            final.parent.mkdir(parents=True, exist_ok=True)
            part.unlink(missing_ok=True)  # of a run that was killed
            with file.open("rb") as source, part.open("xb") as target:
                shutil.copyfileobj(source, target, PIECE)
                target.flush()
                os.fsync(target.fileno())
            time = file.stat().st_mtime_ns
            os.utime(part, ns=(time, time))
            part.replace(final)
            with contextlib.suppress(OSError):  # a folder of somebody else's
                for above in self._above(final):
                    os.utime(above, ns=(time, time))
        except OSError as error:
            with contextlib.suppress(OSError):
                part.unlink(missing_ok=True)
            raise PlaceError(f"“{self.name}” could not take a file: {os.strerror(error.errno or 5)}.") from None

    def delete(self, path: str) -> None:
        """Remove a file, what a killed run left of it, and the folders that are empty then; raises PlaceRefused."""
        place = self.folder / safe_path(path)
        before: dict[Path, int] = {}
        for above in self._above(place):
            with contextlib.suppress(OSError):
                before[above] = above.stat().st_mtime_ns
        try:
            for each in (_part_of(place), place):
                each.unlink(missing_ok=True)
        except NotADirectoryError:
            return
        except OSError as error:
            raise PlaceRefused(
                f"“{self.name}” could not delete a file: {os.strerror(error.errno or 5)}. Delete {path} there by hand,"
                " or let this account delete."
            ) from None
        with contextlib.suppress(OSError):
            for above in self._above(place)[:-1]:
                above.rmdir()
        for above, time in before.items():
            with contextlib.suppress(OSError):
                os.utime(above, ns=(time, time))

    def _above(self, place: Path) -> list[Path]:
        """Return the folders above a file, up to the site's own, which comes last."""
        return [each for each in place.parents if each.is_relative_to(self.folder)]


def _part_of(final: Path) -> Path:
    """Return where a file is written until it is whole; always there, so that a killed run leaves no copy for ever."""
    return final.with_name(f".{final.name}.part")


class WebSite:
    """A site on a web server, which is only read. No redirect is followed."""

    def __init__(self, name: str, url: str, seconds: float = TIMEOUT) -> None:
        self.name = name
        try:
            parts = urlsplit(url)
            host, port = parts.hostname or "", parts.port
        except ValueError:
            host, port, parts = "", None, urlsplit("")
        if not host or "@" in parts.netloc or parts.query or parts.fragment:
            raise UsageError(f"Expected the address of a site, such as https://example.org/, found {url!r}.")
        if host.endswith(".onion") and proxy_in_use() is None:
            raise UsageError(
                "Expected a proxy for an onion service, found none: its name would be asked for in the clear. Set "
                "one, Tor's for instance: ALL_PROXY=socks5h://127.0.0.1:9050, or 'tamizdat places proxy' in a desk's "
                "folder."
            )
        path = parts.path.removesuffix("index.html")
        self._base = f"{path.rstrip('/')}/"
        self._server = Server(parts.scheme, host, port, seconds)

    def fetch(self, path: str, into: BinaryIO, most: int) -> int:
        """Ask for a file; raises NotThere, PlaceRefused, PlaceUnreachable."""
        with self._explained(), self._server.ask("GET", f"{self._base}{quote(safe_path(path))}", {}) as answer:
            if answer.status in (404, 410):
                answer.read(1 << 16)
                raise NotThere(f"“{self.name}” holds no file {path}.")
            if answer.status != 200:
                raise PlaceRefused(f"“{self.name}” does not give out {path} (answer {answer.status}).")
            return copied(answer.pieces(), into, most, self.name)

    def put(self, path: str, file: Path) -> None:
        """Raise PlaceRefused: a web server takes nothing."""
        raise PlaceRefused(f"“{self.name}” is a web server, which is only read. Name the place behind it.")

    def delete(self, path: str) -> None:
        """Raise PlaceRefused: a web server takes nothing."""
        raise PlaceRefused(f"“{self.name}” is a web server, which is only read. Name the place behind it.")

    @contextlib.contextmanager
    def _explained(self) -> Iterator[None]:
        problem: PlaceError
        try:
            yield
            return
        except (OSError, http.client.HTTPException, UnicodeError) as error:
            problem = PlaceUnreachable(f"“{self.name}” could not be read: {reason(error)}. Run it again later.")
        raise problem from None


class PathService(Protocol):
    """What S3 and WebDAV can be asked for, by paths."""

    def put(self, path: str, data: memoryview, pace: Pace) -> None:
        """Send a file."""

    def get(self, path: str) -> contextlib.AbstractContextManager[Answer]:
        """Give the answer that holds a file."""

    def stat(self, path: str) -> int | None:
        """Return its size in bytes."""

    def delete(self, path: str) -> None:
        """Delete a file."""


class ServiceSite:
    """A site on S3 or WebDAV."""

    def __init__(self, name: str, service: PathService) -> None:
        self.name = name
        self._service = service

    def fetch(self, path: str, into: BinaryIO, most: int) -> int:
        """Ask the service for a file."""
        with self._explained("give a file"), self._service.get(safe_path(path)) as answer:
            return copied(answer.pieces(), into, most, self.name)

    def put(self, path: str, file: Path) -> None:
        """Send a file, then ask the service for its size. Raises PlaceError for another size."""
        safe_path(path)
        with mapped(file) as data:
            size = data.nbytes
            with self._explained("take a file"):
                send(self._service, path, data, Unpaced())
        held: int | None = None
        with contextlib.suppress(PlaceRefused, NotThere), self._explained("find a file"):
            held = self._service.stat(path)
        if held is not None and held != size:
            raise PlaceError(f"“{self.name}” took {size:,} bytes and says that it holds {held:,}; run it again.")

    def delete(self, path: str) -> None:
        """Ask the service to delete a file."""
        with contextlib.suppress(NotThere), self._explained("delete a file"):
            self._service.delete(safe_path(path))

    @contextlib.contextmanager
    def _explained(self, doing: str) -> Iterator[None]:
        problem: PlaceError
        try:
            yield
            return
        except Refusal as refusal:
            problem = explain(self.name, doing, refusal)
        except (OSError, http.client.HTTPException, UnicodeError) as error:
            problem = PlaceUnreachable(f"“{self.name}” could not {doing}: {reason(error)}. Run it again later.")
        raise problem from None


class _TypedBucket(S3Bucket):
    """A bucket that is told what each file is: browsers would save pages that come as mere bytes."""

    def _signed(
        self, method: str, path: str, body: memoryview, query: Mapping[str, str] = MappingProxyType({})
    ) -> dict[str, str]:
        if method != "PUT":
            return super()._signed(method, path, body, query)
        headers = {"host": self._host, "content-type": media_type(unquote(path))}
        signed = signed_headers(self._login, method, path, query, headers, body, datetime.now(UTC))
        del signed["host"]
        return signed


class _NestedWebdav(WebdavFolder):
    """A folder on a WebDAV server in which folders lie in folders."""

    def put(self, path: str, data: memoryview, pace: Pace) -> None:
        """Send a file; the folders above it are made if need be. Raises Refusal."""
        steps = path.split("/")[:-1]
        for count in range(len(steps) + 1):
            self.make_ready("".join(f"{step}/" for step in steps[:count]))
        accepted(self._uploader.put(self._target(path), data, pace))
