"""A WARC or WACZ as one thing: its records by address, its pages, what one page says.

A WACZ lists its pages. In a WARC by itself a page is an HTML answer to whoever asked for a document: not a redirect,
and not what the request says was asked for a frame.
"""

import zlib
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import field
from pathlib import Path
from typing import BinaryIO, Final
from urllib.parse import urljoin

from tamizdat.captures.http_message import Answer, answer_in
from tamizdat.captures.page_text import HTML, markup_of, one_line, title_of
from tamizdat.captures.wacz import Container, check_container, lines_of, open_container, read_json
from tamizdat.captures.wacz_signature import Signature
from tamizdat.captures.warc import GZIP, BadWebArchive, Place, Record, record_at, records
from tamizdat.dataclass import dataclass

WARC, WACZ = "warc/v1", "wacz/v1"  #: names of formats in statements
MAX_PAGES: Final = 10_000
MAX_ENTRIES: Final = 1_000_000
MAX_BLOCK: Final = 256 << 20  #: bytes of one record that are held in memory
HEAD: Final = 16 << 10  #: bytes of an answer in which its headers end, nearly always
MAX_LINE: Final = 16 << 20
HOPS: Final = 10
PAGES: Final = "pages/pages.jsonl"
ANSWERS: Final = ("response", "resource", "revisit")
_PICTURES: Final = ("image/png", "image/jpeg", "image/webp")


@dataclass(frozen=True)
class Entry:
    """A record that answers for an address. *member* is the file in the WACZ, "" of a WARC by itself."""

    uri: str
    date: str
    member: str
    place: Place
    type: str
    status: int
    media_type: str
    size: int
    location: str = ""
    wanted: str = ""  #: for what the browser asked: "document", "iframe" …; "" if nobody said


@dataclass(frozen=True)
class Page:
    """A captured page. *final* is the address after redirects; *entry* its record, None if the file has none."""

    url: str
    date: str
    title: str
    final: str = ""
    entry: Entry | None = None
    text: str = ""  #: as the capturing browser saw it, if the list of pages tells


@dataclass
class Contents:
    """What one reading of a web archive found. *broken* records are in no list: nothing is taken from them."""

    by_uri: dict[str, list[Entry]] = field(default_factory=dict)
    count: int = 0
    broken: list[str] = field(default_factory=list)
    damage: str = ""  #: why the reading ended early
    left: Counter[str] = field(default_factory=Counter)

    def nearest(self, uri: str, date: str) -> Entry | None:
        """Return the entry for an address, of those the one nearest in time; without the fragment, if need be."""
        found = self.by_uri.get(uri) or self.by_uri.get(uri.partition("#")[0]) or []
        return min(found, key=lambda each: _apart(each.date, date), default=None)

    def followed(self, entry: Entry) -> Entry:
        """Return where redirects inside the archive lead from an entry."""
        for _ in range(HOPS):
            if not (300 <= entry.status < 400 and entry.location):
                return entry
            target = self.nearest(seen_from(entry.uri, entry.location), entry.date)
            if target is None or target is entry:
                return entry
            entry = target
        return entry


def seen_from(base: str, address: str) -> str:
    """Return *address* as a page at *base* means it; "" for what is none, such as ``http://[a``."""
    try:
        return urljoin(base, address)
    except ValueError:
        return ""


def _apart(one: str, other: str) -> int:
    """Return how far two times of WARC are apart, roughly: as numbers of their digits."""
    numbers = [int("".join(each for each in text if each.isdecimal())[:14].ljust(14, "0")) for text in (one, other)]
    return abs(numbers[0] - numbers[1])


def is_web_archive(path: Path) -> bool:
    """Tell by its first bytes whether a file is a WARC or a WACZ."""
    with path.open("rb") as file:
        return _kind(file) is not None


def _kind(file: BinaryIO) -> str | None:
    start = file.read(1 << 14)
    file.seek(0)
    if start.startswith((b"PK\3\4", b"PK\5\6")):
        try:
            with open_container(file) as container:
                return WACZ if container.names("archive/") or container.names("pages/") else None
        except BadWebArchive:
            return None
        finally:
            file.seek(0)
    if start.startswith(GZIP):
        try:
            start = zlib.decompressobj(31).decompress(start, 16)
        except zlib.error:
            return None
    return WARC if start.startswith(b"WARC/") else None


class WebArchive:
    """An open web archive; also a context manager. *check*: all hashes and the signature of a WACZ are checked."""

    def __init__(self, file: BinaryIO, check: bool = False) -> None:
        kind = _kind(file)
        if kind is None:
            raise BadWebArchive("Expected a WARC or a WACZ, found a file that is neither. Nothing was taken.")
        self.format = kind
        self._file = file
        self.container: Container | None = None
        if kind == WACZ:
            self.container = check_container(file) if check else open_container(file)

    def __enter__(self) -> "WebArchive":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the zip, and the file."""
        if self.container is not None:
            self.container.close()
        self._file.close()

    @property
    def signature(self) -> Signature:
        """Who signed it, if it was checked."""
        return self.container.signature if self.container else Signature()

    def members(self) -> list[str]:
        """Return the names of its WARC files; one, "", of a WARC by itself."""
        if self.container is None:
            return [""]
        return [each for each in self.container.names("archive/") if each.endswith((".warc", ".warc.gz"))]

    def beside(self) -> Iterator[tuple[str, bytes]]:
        """Yield name and bytes of every file of a WACZ beside its WARC files and their indexes; none of a bare WARC.

        Raises :class:`BadWebArchive` for one that is too large to be looked through.
        """
        if self.container is None:
            return
        for name in self.container.names():
            if name.startswith(("archive/", "indexes/")):
                continue
            if self.container.size(name) > MAX_BLOCK:
                raise BadWebArchive(
                    f"Expected files of at most {MAX_BLOCK:,} bytes beside pages, found more in {name!a}."
                )
            with self.container.open(name) as file:
                yield name, file.read()

    @contextmanager
    def open_member(self, member: str) -> Iterator[BinaryIO]:
        """Open one of its WARC files, at its beginning."""
        if self.container is None:
            self._file.seek(0)
            yield self._file
        else:
            with self.container.open(member) as file:
                yield file

    # -- reading -------------------------------------------------------------------------------------------------

    def contents(self) -> Contents:
        """Read it once, to its end or to where it is damaged."""
        found = Contents()
        for member in self.members():
            heads = _Heads()
            try:
                with self.open_member(member) as file:
                    for record in records(file, heads):
                        self._note(found, member, record, heads)
            except BadWebArchive as error:
                found.damage = f"{member or 'the WARC'}: {error}"
            heads.settle(found, member)
        return found

    def _note(self, found: Contents, member: str, record: Record, heads: "_Heads") -> None:
        found.count += 1
        if record.broken:
            found.broken.append(f"{record.uri[:120]} ({record.broken})")
        elif record.type == "request":
            heads.asked(record)
        elif record.type in ANSWERS and record.uri:
            if found.count > MAX_ENTRIES:
                raise BadWebArchive(f"Expected at most {MAX_ENTRIES:,} records in a web archive, found more.")
            heads.answered(record, member)

    def pages(self, contents: Contents) -> list[Page]:
        """Return its pages, at most :data:`MAX_PAGES`; what is none is counted in ``contents.left``."""
        listed = list(self._listed(contents)) if self.container else []
        found = listed or list(_pages_of(contents))
        if len(found) > MAX_PAGES:
            contents.left[f"pages beyond the first {MAX_PAGES:,}"] += len(found) - MAX_PAGES
        return [self._titled(each) for each in found[:MAX_PAGES]]

    def _listed(self, contents: Contents) -> Iterator[Page]:
        """Yield the pages that the WACZ lists, each with the record for it."""
        for url, date, title, text in self.listed():
            if not url.lower().startswith(("http://", "https://")):
                contents.left["pages that are not of the web"] += 1
                continue
            entry = contents.nearest(url, date)
            last = contents.followed(entry) if entry else None
            yield Page(url, date, title, last.uri if last and last.uri != url else "", last, text)

    def listed(self) -> Iterator[tuple[str, str, str, str]]:
        """Yield address, time, title and text of each line of the WACZ's list of pages."""
        if self.container is None or PAGES not in self.container.names("pages/"):
            return
        with self.container.open(PAGES) as file:
            for line in lines_of(file, MAX_LINE):
                said = read_json(line)
                if isinstance(said, dict) and isinstance(said.get("url"), str) and isinstance(said.get("ts"), str):
                    title, text = (said.get(name) for name in ("title", "text"))
                    title = one_line(title) if isinstance(title, str) else ""
                    yield said["url"][:8192], _utc(said["ts"]), title, text if isinstance(text, str) else ""

    def _titled(self, page: Page) -> Page:
        if page.title or page.entry is None or page.entry.media_type not in HTML:
            return page
        title = title_of(markup_of(self.answer(page.entry)))
        return Page(page.url, page.date, title, page.final, page.entry, page.text)

    def answer(self, entry: Entry) -> Answer:
        """Return what an entry's record holds. Raises :class:`BadWebArchive`."""
        with self.open_member(entry.member) as file:
            record, block = record_at(file, entry.place, MAX_BLOCK)
        if record.broken:
            raise BadWebArchive(f"Expected a record whose digests hold, found one of which {record.broken}.")
        if record.type == "resource":
            return Answer(200, {"content-type": record.headers.get("content-type", "")}, block)
        return answer_in(block)

    def bytes_of(self, entry: Entry) -> bytes:
        """Return the body of an entry, undone of its encodings."""
        return self.answer(entry).body


def screenshot_of(contents: Contents, url: str) -> Entry | None:
    """Return the picture that the capturing browser made of a page, if it is there under a name that is known."""
    names = (f"urn:fullPage:{url}", f"urn:view:{url}", f"urn:screenshot:{url}", "file:///screenshot.png")
    for name in names:
        for entry in contents.by_uri.get(name, ()):
            if entry.type == "resource" and entry.media_type in _PICTURES:
                return entry
    return None


def _pages_of(contents: Contents) -> Iterator[Page]:
    for uri, entries in contents.by_uri.items():
        for entry in entries:
            is_web = uri.lower().startswith(("http://", "https://"))
            if is_web and entry.media_type in HTML and not 300 <= entry.status < 400:
                if entry.wanted in ("", "document"):
                    yield Page(uri, entry.date, "", "", entry)
                else:
                    contents.left["frames of pages"] += 1


def _utc(text: str) -> str:
    """Return a time of a list of pages to the second, as statements have it; as it is if it is none."""
    return f"{text[:19]}Z" if len(text) > 19 and text.endswith("Z") else text[:40]


class _Heads:
    """Keeps the beginning of each block while it is read, and puts together what was asked and what was answered."""

    def __init__(self) -> None:
        self._record: tuple[Place, str] | None = None
        self._head = bytearray()
        self._wanted: dict[str, str] = {}  #: by record id of the answer, or its address and time
        self._answers: list[tuple[Record, Entry]] = []

    def see(self, record: Record, piece: bytes) -> None:
        key = (record.place, record.id)
        if key != self._record:
            self._record, self._head = key, bytearray()
        self._head += piece[: max(0, HEAD - len(self._head))]

    def asked(self, record: Record) -> None:
        """Note for what a browser asked, of a request record that was just read."""
        for line in bytes(self._head).split(b"\r\n"):
            name, _, value = line.partition(b":")
            if name.strip().lower() == b"sec-fetch-dest":
                wanted = value.strip().decode("ascii", "replace").lower()[:20]
                keys = [record.headers.get("warc-concurrent-to", ""), f"{record.uri} {record.date}"]
                self._wanted |= {key: wanted for key in keys if key}

    def answered(self, record: Record, member: str) -> None:
        """Note an answer that was just read."""
        head = bytes(self._head) if record.size else b""
        status, media_type, location = 200, record.headers.get("content-type", ""), ""
        if record.type != "resource":
            try:
                answer = answer_in(head if b"\r\n\r\n" in head or b"\n\n" in head else head + b"\r\n\r\n")
            except BadWebArchive:
                return
            status, media_type = answer.status, answer.headers.get("content-type", "")
            location = answer.headers.get("location", "")[:8192]
        kind = media_type.partition(";")[0].strip().lower()[:100]
        date = _utc(record.date)
        entry = Entry(record.uri, date, member, record.place, record.type, status, kind, record.size, location)
        self._answers.append((record, entry))

    def settle(self, found: Contents, member: str) -> None:
        """Put all that was answered into *found*; a revisit stands for the answer it repeats, if that is here."""
        for record, entry in self._answers:
            wanted = self._wanted.get(record.id) or self._wanted.get(f"{record.uri} {record.date}", "")
            if entry.type == "revisit":
                target = record.headers.get("warc-refers-to-target-uri", record.uri).strip("<>")
                when = record.headers.get("warc-refers-to-date", "")
                first = next(
                    (each for each in found.by_uri.get(target, ()) if not when or _utc(when) == each.date), None
                )
                if first is None:
                    continue
                entry = Entry(
                    entry.uri, entry.date, first.member, first.place, first.type, first.status, first.media_type,
                    first.size, first.location,
                )  # fmt: skip
            if wanted:
                entry = Entry(**{**vars(entry), "wanted": wanted})
            found.by_uri.setdefault(entry.uri, []).append(entry)
