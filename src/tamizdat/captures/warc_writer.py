"""Writing WARC and WACZ: what went over the line, as it went, and a list of it that outside readers check."""

import gzip
import hashlib
import io
import json
import secrets
import uuid
import zipfile
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import IO, BinaryIO, Final
from urllib.parse import urlsplit

from tamizdat import __version__
from tamizdat.dataclass import dataclass
from tamizdat.encoding import timestamp

STEP: Final = 1 << 20
SOFTWARE: Final = f"tamizdat {__version__}"
DATA: Final = "data.warc.gz"


@dataclass(frozen=True)
class Line:
    """A line of the index: where a record stands, and what it answers."""

    uri: str
    date: str
    media_type: str
    status: int
    digest: str
    offset: int
    length: int

    def cdxj(self) -> str:
        """Return the line as CDXJ has it: the address turned round, the time, the rest as JSON."""
        told = {
            "url": self.uri, "mime": self.media_type or "unk", "status": str(self.status), "digest": self.digest,
            "length": str(self.length), "offset": str(self.offset), "filename": DATA,
        }  # fmt: skip
        return f"{turned(self.uri)} {''.join(each for each in self.date if each.isdigit())} {json.dumps(told)}\n"


def turned(uri: str) -> str:
    """Return an address as indexes sort it: ``https://www.example.org/a`` is ``org,example)/a``."""
    try:
        parts = urlsplit(uri)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return uri.replace(" ", "%20")
    if not host:
        return uri.replace(" ", "%20")
    host = ",".join(reversed(host.removeprefix("www.").split(".")))
    at = f":{port}" if port and (parts.scheme, port) not in (("http", 80), ("https", 443)) else ""
    query = f"?{parts.query}" if parts.query else ""
    return f"{host}{at}){parts.path or '/'}{query}".lower().replace(" ", "%20")


class WarcWriter:
    """Writes records, a gzip member each, to *file*, which is at its beginning."""

    def __init__(self, file: BinaryIO, when: datetime) -> None:
        self._file = file
        self.lines: list[Line] = []
        told = f"software: {SOFTWARE}\r\nformat: WARC File Format 1.1\r\n".encode()
        self.write("warcinfo", "", timestamp(when), {"Content-Type": "application/warc-fields"}, io.BytesIO(told))

    def exchange(
        self,
        uri: str,
        date: str,
        request: bytes,
        response: IO[bytes],
        answered: tuple[int, str],
        head: int,
        address: str,
        cut: str,
    ) -> None:
        """Write what was asked and what was answered, *head* bytes of which are its headers.

        *cut* says why the answer is not whole ("disconnect", "length"), "" if it is.
        """
        number = _record_id()
        more = {"WARC-IP-Address": address, "WARC-Truncated": cut, "WARC-Record-ID": number}
        kind = {"Content-Type": "application/http; msgtype=response"}
        offset, length, digest = self.write("response", uri, date, {**kind, **more}, response, head)
        self.lines.append(Line(uri, date, answered[1], answered[0], digest, offset, length))
        kind = {"Content-Type": "application/http; msgtype=request", "WARC-Concurrent-To": number}
        self.write("request", uri, date, {**kind, "WARC-IP-Address": address}, io.BytesIO(request))

    def resource(self, uri: str, date: str, media_type: str, data: bytes) -> None:
        """Write something that no server gave: a picture that the browser made."""
        offset, length, digest = self.write("resource", uri, date, {"Content-Type": media_type}, io.BytesIO(data), 0)
        self.lines.append(Line(uri, date, media_type, 200, digest, offset, length))

    def write(
        self, kind: str, uri: str, date: str, more: Mapping[str, str], block: IO[bytes], head: int | None = None
    ) -> tuple[int, int, str]:
        """Write a record; return its offset, its length and its payload's digest."""
        whole, payload, size = hashlib.sha256(), hashlib.sha256(), 0
        block.seek(0)
        while data := block.read(STEP):
            whole.update(data)
            if head is not None:
                payload.update(data[max(0, head - size) :])
            size += len(data)
        digest = f"sha256:{payload.hexdigest()}"
        headers = {
            "WARC-Type": kind,
            "WARC-Record-ID": _record_id(),
            "WARC-Target-URI": uri,
            "WARC-Date": date,
            "WARC-Block-Digest": f"sha256:{whole.hexdigest()}",
            "WARC-Payload-Digest": digest if head is not None else "",
            "Content-Length": str(size),
            **more,
        }
        offset = self._file.tell()
        with gzip.GzipFile(fileobj=self._file, mode="wb", filename="", mtime=0) as packed:
            lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items() if value)
            packed.write(f"WARC/1.1\r\n{lines}\r\n".encode())
            block.seek(0)
            while data := block.read(STEP):
                packed.write(data)
            packed.write(b"\r\n\r\n")
        return offset, self._file.tell() - offset, digest


def _record_id() -> str:
    return f"<urn:uuid:{uuid.UUID(bytes=secrets.token_bytes(16), version=4)}>"


def write_wacz(
    path: Path, warc: Path, lines: Sequence[Line], pages: Sequence[Mapping[str, str]], when: datetime, title: str
) -> None:
    """Write a WACZ 1.1.1 around a WARC: index, pages, the list of all with hashes, and the hash of that list."""
    index = "".join(sorted(each.cdxj() for each in lines)).encode()
    first = {"format": "json-pages-1.0", "id": "pages", "title": "All Pages"}
    listed = "".join(json.dumps(each, ensure_ascii=False) + "\n" for each in (first, *pages)).encode()
    small = {"indexes/index.cdx.gz": gzip.compress(index, mtime=0), "pages/pages.jsonl": listed}
    resources: list[dict[str, object]] = []
    with zipfile.ZipFile(path, "x") as made:
        with warc.open("rb") as source, made.open(_member(f"archive/{DATA}"), "w", force_zip64=True) as target:
            digest, size = hashlib.sha256(), 0
            while data := source.read(STEP):
                digest.update(data)
                size += len(data)
                target.write(data)
        resources.append(_resource(f"archive/{DATA}", digest.hexdigest(), size))
        for name, data in small.items():
            made.writestr(_member(name), data)
            resources.append(_resource(name, hashlib.sha256(data).hexdigest(), len(data)))
        package = {
            "profile": "data-package", "resources": resources, "wacz_version": "1.1.1", "title": title,
            "created": timestamp(when), "software": SOFTWARE,
        }  # fmt: skip
        whole = json.dumps(package, ensure_ascii=False, indent=2).encode()
        made.writestr(_member("datapackage.json"), whole)
        about = {"path": "datapackage.json", "hash": f"sha256:{hashlib.sha256(whole).hexdigest()}"}
        made.writestr(_member("datapackage-digest.json"), json.dumps(about, indent=2))


def _member(name: str) -> zipfile.ZipInfo:
    """Return a member's head without a time of its own: the list tells when."""
    return zipfile.ZipInfo(name)


def _resource(path: str, digest: str, size: int) -> dict[str, object]:
    return {"name": path.rpartition("/")[2], "path": path, "hash": f"sha256:{digest}", "bytes": size}
