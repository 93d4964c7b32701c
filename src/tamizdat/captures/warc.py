"""WARC (ISO 28500): records of what was asked and answered on the web, one after the other.

::

    WARC/1.1 CRLF
    WARC-Type: response CRLF            also: request, revisit, resource, metadata, warcinfo, conversion
    WARC-Record-ID: <urn:uuid:…> CRLF
    WARC-Date: 2026-11-28T09:00:00Z CRLF
    WARC-Target-URI: https://example.org/ CRLF
    WARC-Block-Digest: sha256:… CRLF    over the block; WARC-Payload-Digest over the body of the HTTP message
    Content-Length: 1234 CRLF CRLF
    <block: 1,234 bytes> CRLF CRLF

A file is these, or these packed by gzip: a member for each record, as the standard asks, or one for all, as some write.
Where a record stands is told by the byte at which its member begins and the bytes of what that unpacks to before it
(:class:`Place`); in a plain file the second is 0.

Nothing is guessed: a record whose head is no head, whose length is not told once and in digits, which ends early, or
behind which something else stands than two line ends, ends the reading with :class:`BadWebArchive`. A digest that does
not hold is told of its record (:attr:`Record.broken`), and the reading goes on.
"""

import base64
import binascii
import hashlib
import re
import zlib
from collections.abc import Iterator, Mapping
from typing import BinaryIO, Final, Protocol

from tamizdat.captures.chunks import unchunked
from tamizdat.dataclass import dataclass
from tamizdat.errors import DamagedInput

STEP: Final = 1 << 16
MAX_HEAD: Final = 1 << 16  #: bytes of a record's head
MAX_RATIO: Final = 1_100  #: what gzip can do at all is some 1,030
MAX_RECORDS: Final = 5_000_000
GZIP: Final = b"\x1f\x8b"
END: Final = b"\r\n\r\n"
_VERSION: Final = re.compile(rb"WARC/1\.[01]\r\n")
_NAME: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_DATE: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z")
_ALGORITHMS: Final = {"sha1": 20, "sha256": 32, "sha512": 64, "md5": 16}
ONCE: Final = ("warc-type", "warc-record-id", "warc-date", "content-length", "warc-target-uri")


class BadWebArchive(DamagedInput):
    """A WARC or WACZ that breaks its format, or says of itself what is not so."""


@dataclass(frozen=True, order=True)
class Place:
    """Where a record stands: the byte in the file, and the bytes behind it once it is unpacked."""

    offset: int
    skip: int = 0


@dataclass(frozen=True)
class Record:
    """The head of a record, and what was found of its block."""

    place: Place
    type: str
    id: str
    date: str
    uri: str  #: "" where there is none (warcinfo)
    headers: Mapping[str, str]  #: by lower-case name
    size: int  #: of the block, in bytes
    broken: str = ""  #: which digest does not hold


class BlockVisitor(Protocol):
    """Sees the block of a record as it is read: what it keeps, and how much, is its own affair."""

    def see(self, record: Record, piece: bytes) -> None:
        """See the next piece."""


class _Unpacked:
    """The bytes of a file, unpacked if it is packed, and where each of them came from."""

    def __init__(self, file: BinaryIO, place: Place) -> None:
        file.seek(place.offset)
        self._file = file
        self._buffer = bytearray()
        self._given = 0  #: bytes given out, unpacked
        self._packed = self._made = 0
        self._at = place.offset  #: of the first byte that was not unpacked yet
        self._gzip: zlib._Decompress | None = None
        self._members: list[tuple[int, int]] = []  #: (bytes unpacked before it, its offset), of those not passed yet
        self._raw = file.read(STEP)
        self.is_packed = self._raw.startswith(GZIP)
        self._skip(place.skip)

    @property
    def place(self) -> Place:
        """Where the next byte stands."""
        if not self.is_packed:
            return Place(self._at + self._given)
        if not self._buffer and self._gzip is None:
            return Place(self._at)
        while len(self._members) > 1 and self._members[1][0] <= self._given:
            del self._members[0]
        before, offset = self._members[0]
        return Place(offset, self._given - before)

    def _fill(self) -> bool:
        """Add to the buffer; return False at the end of the file."""
        if not self.is_packed:
            data, self._raw = self._raw or self._file.read(STEP), b""
            self._buffer += data
            return bool(data)
        while True:
            self._raw = self._raw or self._file.read(STEP)
            if not self._raw:
                if self._gzip is not None:
                    raise BadWebArchive("Expected a WARC that unpacks to its end, found one that is cut short.")
                return False
            if self._gzip is None:
                self._gzip = zlib.decompressobj(31)
                self._members.append((self._made, self._at))
            before = len(self._raw)
            try:
                data = self._gzip.decompress(self._raw, STEP)
            except zlib.error as error:
                raise BadWebArchive(
                    f"Expected packed records up to the end of the WARC, found damage at byte {self._at:,}."
                ) from error
            self._raw = self._gzip.unconsumed_tail or self._gzip.unused_data
            self._at += before - len(self._raw)
            self._packed += before - len(self._raw)
            self._made += len(data)
            if self._made > MAX_RATIO * self._packed + STEP:
                raise BadWebArchive("Expected a WARC that unpacks as gzip can, found one that swells beyond that.")
            if self._gzip.eof:
                self._gzip = None
            if data:
                self._buffer += data
                return True

    def _take(self, size: int) -> bytes:
        data = bytes(self._buffer[:size])
        del self._buffer[:size]
        self._given += size
        return data

    def line(self, most: int) -> bytes:
        """Return bytes up to and with the next line feed; fewer only at the end. At most *most* are looked through."""
        looked = 0
        while (found := self._buffer.find(b"\n", looked)) < 0:
            looked = len(self._buffer)
            if looked > most or not self._fill():
                return self._take(len(self._buffer))
        return self._take(found + 1)

    def read(self, size: int) -> bytes:
        """Return up to *size* bytes, some unless the file is at its end."""
        if not self._buffer and not self._fill():
            return b""
        return self._take(min(size, len(self._buffer)))

    def _skip(self, size: int) -> None:
        while size:
            data = self.read(min(size, STEP))
            if not data:
                raise BadWebArchive("Expected a record where it was found before, found the end of the file.")
            size -= len(data)


def records(file: BinaryIO, visitor: BlockVisitor | None = None) -> Iterator[Record]:
    """Yield the records of a WARC, in order, with their digests checked; *visitor* sees each block before.

    Raises :class:`BadWebArchive` where the file breaks the format: what was yielded before stands.
    """
    stream = _Unpacked(file, Place(0))
    for _ in range(MAX_RECORDS):
        place = stream.place
        record = _head(stream, place)
        if record is None:
            return
        yield _body(stream, record, visitor)
    raise BadWebArchive(f"Expected a WARC of at most {MAX_RECORDS:,} records, found more.")


def record_at(file: BinaryIO, place: Place, largest: int) -> tuple[Record, bytes]:
    """Return the record at a place, and its block; raises :class:`BadWebArchive` above *largest* bytes."""
    stream = _Unpacked(file, place)
    record = _head(stream, place)
    if record is None or record.size > largest:
        found = "the end of the file" if record is None else f"one of {record.size:,}"
        raise BadWebArchive(f"Expected a record of at most {largest:,} bytes at byte {place.offset:,}, found {found}.")
    kept = _Keep()
    return _body(stream, record, kept), bytes(kept.data)


class _Keep:
    def __init__(self) -> None:
        self.data = bytearray()

    def see(self, record: Record, piece: bytes) -> None:
        self.data += piece


def _head(stream: _Unpacked, place: Place) -> Record | None:
    """Read a record's head; None at the end of the file."""
    where = f"byte {place.offset:,}"
    first = stream.line(64)
    if not first:
        return None
    if not _VERSION.fullmatch(first):
        raise BadWebArchive(f"Expected a WARC record (WARC/1.0 or 1.1) at {where}, found {first[:24]!a}.")
    headers: dict[str, str] = {}
    size = 0
    while (line := stream.line(MAX_HEAD)) not in (b"\r\n", b""):
        size += len(line)
        if size > MAX_HEAD or not line.endswith(b"\r\n"):
            raise BadWebArchive(f"Expected lines of a head at {where}, found {line[:24]!a}.")
        text = line[:-2].decode("utf-8", "replace")
        name, colon, value = text.partition(":")
        if text[:1] in " \t" and headers:  # a line that goes on
            last = next(reversed(headers))
            headers[last] = f"{headers[last]} {text.strip()}"
            continue
        name = name.lower()
        if not colon or not _NAME.fullmatch(name):
            raise BadWebArchive(f"Expected lines 'Name: value' at {where}, found {text[:24]!a}.")
        if name in headers and name in ONCE:
            raise BadWebArchive(f"Expected {name} once in the record at {where}, found it twice.")
        headers[name] = value.strip()
    length = headers.get("content-length", "")
    if not (length.isascii() and length.isdecimal() and len(length) < 16):
        raise BadWebArchive(f"Expected a Content-Length in digits at {where}, found {length[:24]!a}.")
    if not headers.get("warc-type") or not _DATE.fullmatch(headers.get("warc-date", "")):
        found = headers.get("warc-date", "")[:40]
        raise BadWebArchive(f"Expected a WARC-Type and a WARC-Date in UTC at {where}, found {found!a}.")
    uri = headers.get("warc-target-uri", "")
    uri = uri[1:-1] if uri.startswith("<") and uri.endswith(">") else uri  # as wget wrote it
    date = headers["warc-date"]
    return Record(place, headers["warc-type"], headers.get("warc-record-id", ""), date, uri, headers, int(length))


def _body(stream: _Unpacked, record: Record, visitor: BlockVisitor | None) -> Record:
    """Read a record's block and what stands behind it; return the record with what its digests say."""
    digests = _Digests(record)
    left = record.size
    where = f"byte {record.place.offset:,}"
    while left:
        piece = stream.read(min(left, STEP))
        if not piece:
            raise BadWebArchive(f"Expected {record.size:,} bytes in the record at {where}, found the end of the file.")
        left -= len(piece)
        digests.see(piece)
        if visitor is not None:
            visitor.see(record, piece)
    ends = b""
    while len(ends) < len(END) and (more := stream.read(len(END) - len(ends))):
        ends += more
    if ends != END:
        raise BadWebArchive(f"Expected two line ends behind the record at {where}, found {ends[:8]!a}.")
    broken = digests.broken()
    return Record(**{**vars(record), "broken": broken}) if broken else record


class _Digests:
    """The digests that a record tells, over its block and over the body of its HTTP message."""

    def __init__(self, record: Record) -> None:
        revisit = record.type == "revisit"  # its payload digest is of another record's body
        self._told = {
            name: _digest_told(record.headers[name])
            for name in ("warc-block-digest", *(() if revisit else ("warc-payload-digest",)))
            if record.headers.get(name)  # wget without digests writes their names, and nothing behind them
        }
        self._over = {name: hashlib.new(told[0], usedforsecurity=False) for name, told in self._told.items() if told}
        self._http = record.headers.get("content-type", "").replace(" ", "").lower().startswith("application/http")
        self._waiting: bytearray | None = bytearray() if self._http and "warc-payload-digest" in self._over else None
        self._body: bytearray | None = None  #: kept as long as it may be chunked, and the digest of its content
        self._chunked = False

    def see(self, piece: bytes) -> None:
        block, payload = self._over.get("warc-block-digest"), self._over.get("warc-payload-digest")
        if block:
            block.update(piece)
        if payload is None:
            return
        if self._waiting is not None:
            self._waiting += piece
            end = self._waiting.find(END)
            if end < 0:
                return
            piece = bytes(self._waiting[end + len(END) :])
            self._chunked = b"chunked" in bytes(self._waiting[:end]).lower()
            self._body = bytearray() if self._chunked else None
            self._waiting = None
        payload.update(piece)
        if self._body is not None:
            self._body += piece
            if len(self._body) > 64 << 20:
                self._body = None

    def broken(self) -> str:
        """Return the first digest that does not hold, "" if all do."""
        for name, told in self._told.items():
            if told is None:
                return f"{name} is of a kind that is not known"
            if self._over[name].digest() != told[1] and not self._holds_unchunked(name, told):
                return f"{name} does not hold"
        return ""

    def _holds_unchunked(self, name: str, told: tuple[str, bytes]) -> bool:
        """Tell whether a payload digest is over the body without its chunks, as some writers take it."""
        if name != "warc-payload-digest" or not self._body:
            return False
        body = unchunked(bytes(self._body))
        return body is not None and hashlib.new(told[0], body, usedforsecurity=False).digest() == told[1]


def _digest_told(text: str) -> tuple[str, bytes] | None:
    """Return a digest's algorithm and bytes, written in base32 or hexadecimal; None for any other."""
    algorithm, _, value = text.partition(":")
    algorithm = algorithm.lower().replace("-", "")
    size = _ALGORITHMS.get(algorithm)
    if size is None:
        return None
    try:
        data = bytes.fromhex(value) if len(value) == 2 * size else base64.b32decode(value + "=" * (-len(value) % 8))
    except (ValueError, binascii.Error):
        return None
    return (algorithm, data) if len(data) == size else None
