"""What a service's XML says: a folder of WebDAV (RFC 4918), a page of a bucket, and the code of an S3 error.

The XML comes from a stranger. expat reads it as it arrives, nothing is kept but what is asked for, and a document with
a document type is not read at all: with it go entities and all that can be done with them.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import field
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Final, NamedTuple
from xml.parsers import expat

from tamizdat.dataclass import dataclass

MAX_DEPTH: Final = 32
MAX_TEXT: Final = 8192  #: bytes of an element's text; a name of ours has 128
_CODE: Final = re.compile(rb"<Code>([A-Za-z0-9.]{1,80})</Code>")


class BadListing(ValueError):
    """XML that is not well formed, or that no service has reason to send."""


class Shown(NamedTuple):
    """An object as a listing shows it: since when, in seconds since 1970 (0 where it does not tell), and its path."""

    time: float
    path: str


@dataclass
class Entry:
    """What a WebDAV server shows: its path as it is written, its size, since when, and whether it is a folder."""

    path: str = ""
    size: int | None = None
    time: float = 0.0
    folder: bool = False


@dataclass
class Page:
    """A page of a bucket's listing."""

    objects: list[Shown] = field(default_factory=list)
    shelves: list[str] = field(default_factory=list)
    next: str | None = None  #: how the next page is asked for


def webdav_entries(pieces: Iterable[bytes]) -> Iterator[Entry]:
    """Yield the entries of a multistatus; raises BadListing."""
    entry = Entry()
    for kind, path, text in _events(pieces, "multistatus"):
        name = path[-1]
        if kind == "start" and name == "response":
            entry = Entry()
        elif kind == "end" and name == "response":
            yield entry
        elif name == "collection" and "resourcetype" in path:
            entry.folder = True
        elif kind == "end" and name == "href" and path[-2:-1] == ["response"]:
            entry.path = text.strip()
        elif kind == "end" and name == "getcontentlength" and text.isascii() and text.strip().isdecimal():
            entry.size = int(text.strip()[:20])
        elif kind == "end" and name == "getlastmodified":
            entry.time = _seconds(text)


def bucket_page(pieces: Iterable[bytes]) -> Page:
    """Return a page of a bucket; raises BadListing."""
    page, truncated, token = Page(), False, None
    key, time = "", 0.0
    for kind, path, text in _events(pieces, "ListBucketResult"):
        if kind != "end":
            continue
        if path[-2:] == ["Contents", "Key"]:
            key = text
        elif path[-2:] == ["Contents", "LastModified"]:
            time = _seconds(text)
        elif path[-1] == "Contents":
            page.objects.append(Shown(time, key))
            key, time = "", 0.0
        elif path[-2:] == ["CommonPrefixes", "Prefix"]:
            page.shelves.append(text)
        elif path[-1] == "IsTruncated":
            truncated = text.strip() == "true"
        elif path[-1] == "NextContinuationToken":
            token = text
    page.next = token if truncated else None
    return page


def _seconds(text: str) -> float:
    """Return a time of a listing, as S3 (ISO 8601) or WebDAV (RFC 9110) write it; 0 for what is none."""
    try:
        found = datetime.fromisoformat(text) if text[:1].isdecimal() else parsedate_to_datetime(text)
        return found.timestamp()
    except (ValueError, OverflowError, OSError):
        return 0.0


def error_code(body: bytes) -> str:
    """Return the code of an S3 error, "" if there is none. Only letters, digits and dots: it goes to no message."""
    found = _CODE.search(body)
    return found[1].decode() if found else ""


def _events(pieces: Iterable[bytes], outermost: str) -> Iterator[tuple[str, list[str], str]]:
    """Yield ``start`` and ``end`` of every element, with the local names down to it and, at its end, its own text.

    Another document than one of *outermost*, as the page by which a hotel's network greets, is no empty listing.
    """
    events: list[tuple[str, list[str], str]] = []
    path: list[str] = []
    texts: list[list[str]] = []

    def start(name: str, _: object) -> None:
        path.append(name.rpartition(" ")[2])
        if path[0] != outermost:
            raise BadListing("another document")
        if texts:
            texts[-1].clear()  # text between elements is nobody's
        texts.append([])
        if len(path) > MAX_DEPTH:
            raise BadListing("too deep")
        events.append(("start", [*path], ""))

    def end(_: str) -> None:
        events.append(("end", [*path], "".join(texts.pop())))
        path.pop()

    def text(data: str) -> None:
        if texts:
            texts[-1].append(data)
            if sum(map(len, texts[-1])) > MAX_TEXT:
                raise BadListing("a text too long")

    def doctype(*_: object) -> None:
        raise BadListing("a document type")

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.CharacterDataHandler, parser.StartDoctypeDeclHandler = text, doctype
    try:
        for piece in pieces:
            parser.Parse(piece, False)
            yield from events
            events.clear()
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise BadListing("not well formed") from error
    yield from events
