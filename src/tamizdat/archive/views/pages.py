"""What the index knows of captured web pages, and which posts they stand beside.

A page's number is the index of its ``captured`` statement. It stands beside a post if both have the same address, told
apart by what means nothing: ``http`` or ``https``, ``www.``, a fragment, a last slash, the many addresses of one
post on X (:func:`address_key`).
"""

import json
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from tamizdat.archive.store.objects import Objects
from tamizdat.archive.views.rows import Ask, Row, insertion
from tamizdat.dataclass import dataclass, field_names
from tamizdat.disk.files import refusals
from tamizdat.errors import BadArchive
from tamizdat.statements import Act
from tamizdat.statements.captured import CapturedSource

if TYPE_CHECKING:  # most runs open no web archive, and to load what reads one takes a tenth of a second
    from tamizdat.captures.wacz_signature import Signature
    from tamizdat.captures.web_archive import Entry, WebArchive

WEB, PAGE = KINDS = ("web", "page")  #: kinds of ``captured``: a web archive, and a page in it
MOST_WORDS: Final = 1 << 20  #: characters of a page that are kept to be found

TABLES: Final = {
    "web_archives": "number INTEGER PRIMARY KEY, object TEXT, format TEXT, path TEXT, size INTEGER, seen TEXT,"
    " signature TEXT, own INTEGER",
    "pages": "number INTEGER PRIMARY KEY, object TEXT, format TEXT, member TEXT, place TEXT, url TEXT, key TEXT,"
    " date TEXT, seen TEXT, title TEXT, status INTEGER, media_type TEXT, final TEXT, size INTEGER, text TEXT",
}
LOOKUPS: Final = {
    "pages_of": "pages (object, number)",
    "pages_by_key": "pages (key)",
    "posts_by_url": "posts (url)",
}
_STATUS: Final = re.compile(r"(?:x|twitter)\.com/[^/]+(?:/web)?/status/(\d{1,19})(?:/.*)?")


@dataclass(frozen=True)
class WebFile:
    """A web archive that was kept whole; *signature* as the statement tells it, in JSON."""

    number: int
    object: str
    format: str
    path: str
    size: int
    seen: str
    signature: str
    own: int  #: whether this desk captured it itself

    @property
    def signed(self) -> "Signature":
        """What was checked when it was taken in."""
        from tamizdat.captures.wacz_signature import Signature

        return Signature.read(json.loads(self.signature))


@dataclass(frozen=True)
class CapturedPage:
    """A page; *date* is when it was captured, by the archive's word, *seen* when it was taken in here."""

    number: int
    object: str
    format: str
    member: str
    place: str
    url: str
    key: str
    date: str
    seen: str
    title: str
    status: int
    media_type: str
    final: str
    size: int
    text: str

    @property
    def entry(self) -> "Entry":
        """Where its record stands."""
        from tamizdat.captures.warc import Place
        from tamizdat.captures.web_archive import Entry

        offset, skip = json.loads(self.place)
        where = Place(offset, skip)
        return Entry(
            self.final or self.url, self.date, self.member, where, "response", self.status, self.media_type, self.size
        )


def address_key(url: str) -> str:
    """Return an address without what tells nothing: two of one key are the same page, or post.

    >>> address_key("https://twitter.com/lin/status/57?s=20"), address_key("http://www.example.org/a/#top")
    ('x.com/i/status/57', 'example.org/a')
    """
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").lower(), parts.port
    except ValueError:
        return url[:2048]
    host = re.sub(r"^(www|m|mobile)\.", "", host)
    host += f":{port}" if port and (parts.scheme, port) not in (("http", 80), ("https", 443)) else ""
    path = f"{host}{parts.path.rstrip('/')}"
    if status := _STATUS.fullmatch(path):
        return f"x.com/i/status/{status[1]}"
    return (path + (f"?{parts.query}" if parts.query else ""))[:2048]


class PageReader:
    """Reads what pages say, one after the other; it keeps the web archive of the last one open. To be closed."""

    def __init__(self, objects: Objects) -> None:
        self._objects = objects
        self._digest = ""
        self._web: WebArchive | None = None
        self._seen: dict[tuple[str, str], str] = {}

    def words(self, page: CapturedPage) -> str:
        """Return what a page says, as the capturing browser saw it or as its bytes tell; "" if they cannot be read."""
        from tamizdat.captures.page_text import text_of
        from tamizdat.captures.warc import BadWebArchive

        try:
            web = self._opened(page.object)
            return self._seen.get((page.url, page.date)) or text_of(web.answer(page.entry))
        except (BadWebArchive, BadArchive, ValueError, TypeError):
            return ""

    def _opened(self, digest: str) -> "WebArchive":
        if self._web is None or self._digest != digest:
            self.close()
            self._web = open_kept(self._objects, digest)
            self._digest = digest
            self._seen = {(url, date): text[:MOST_WORDS] for url, date, _, text in self._web.listed() if text}
        return self._web

    def close(self) -> None:
        """Close what is open."""
        if self._web is not None:
            self._web.close()
        self._web, self._seen = None, {}


def rows(number: int, said: Act, reader: PageReader) -> Iterator[Row]:
    """Yield the row that a web archive or a page adds to the index; a page whose bytes are damaged has no words."""
    if not isinstance(said, CapturedSource) or said.kind not in KINDS:
        return
    context = said.context or {}
    if said.kind == WEB:
        signature = json.dumps(context.get("signature") or {}, sort_keys=True)
        about = (said.original, said.format, said.path, said.size, said.seen)
        yield insertion("web_archives", (number, *about, signature, int("asked" in context)))
        return

    def word(name: str) -> str:
        value = context.get(name)
        return value if isinstance(value, str) else ""

    status, url = context.get("status"), said.url or ""
    page = CapturedPage(
        number, said.original, said.format, said.path, json.dumps(context.get("place")), url, address_key(url),
        said.as_of or "", said.seen, word("title"), status if isinstance(status, int) else 0, word("type"),
        word("final"), said.size, "",
    )  # fmt: skip
    yield insertion("pages", (*list(vars(page).values())[:-1], reader.words(page)[:MOST_WORDS]))


def open_kept(objects: Objects, digest: str) -> "WebArchive":
    """Open a web archive that was taken in, without checking its hashes again."""
    from tamizdat.captures.web_archive import WebArchive

    with refusals("a web archive"):
        file = objects.open(digest)
    try:
        return WebArchive(file)
    except BaseException:
        file.close()
        raise


_PAGES: Final = f"SELECT {', '.join(field_names(CapturedPage))} FROM pages"  # noqa: S608
_BESIDE: Final = f"{_PAGES} WHERE key IN (SELECT value FROM json_each(?)) ORDER BY date, number"  # noqa: S608
_FILES: Final = f"SELECT {', '.join(field_names(WebFile))} FROM web_archives"  # noqa: S608


class Pages:
    """Questions about captured pages."""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask

    def page(self, number: int) -> CapturedPage | None:
        """Return a page; None if this is not the number of one."""
        found = self._ask(f"{_PAGES} WHERE number = ?", number)
        return CapturedPage(*found[0]) if found else None

    def all(self) -> list[CapturedPage]:
        """Return every page, by number."""
        return [CapturedPage(*row) for row in self._ask(f"{_PAGES} ORDER BY number")]

    def of_file(self, digest: str) -> list[CapturedPage]:
        """Return the pages of a web archive, by its SHA-256."""
        return [CapturedPage(*row) for row in self._ask(f"{_PAGES} WHERE object = ? ORDER BY number", digest)]

    def file(self, digest: str) -> WebFile | None:
        """Return a web archive by its SHA-256; None if it was not taken in."""
        found = self._ask(f"{_FILES} WHERE object = ? ORDER BY number LIMIT 1", digest)
        return WebFile(*found[0]) if found else None

    def is_own(self, number: int) -> bool:
        """Tell whether this desk captured a web archive itself, by the number of its statement."""
        return bool(self._ask("SELECT 1 FROM web_archives WHERE number = ? AND own", number))

    def beside(self, *addresses: str) -> list[CapturedPage]:
        """Return the pages that were captured at one of these addresses, by time."""
        keys = json.dumps(sorted({address_key(each) for each in addresses if each}))
        return [CapturedPage(*row) for row in self._ask(_BESIDE, keys)]

    def posts_beside(self, url: str) -> list[str]:
        """Return the ids of posts that have a page's address."""
        key = address_key(url)
        hosts = [f"{scheme}{www}{key}" for scheme in ("https://", "http://") for www in ("", "www.")]
        forms = {f"{each}{end}" for each in hosts for end in ("", "/")}
        forms |= {url, url.partition("#")[0]}
        among = "(SELECT value FROM json_each(?1))"
        question = f"SELECT post FROM posts WHERE post IN {among} UNION SELECT post FROM posts WHERE url IN {among}"  # noqa: S608
        return [row[0] for row in self._ask(question, json.dumps(sorted(forms)))]
