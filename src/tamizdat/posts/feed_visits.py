"""A feed that is visited again and again.

A visit asks conditionally: with the ``ETag`` and ``Last-Modified`` of the last answer, and the site says 304 when
nothing changed (RFC 9110, section 13). Posts that were in the feed and are not any more prove nothing: a feed holds the
latest. But those the feed should still hold, being younger than its oldest, are asked for one by one at their own
address, and there the site may say with its own word that they are gone: status 404 or 410. That counts, and only if

* the address is on the feed's own host, and the answer came from there, without a redirect;
* the post itself is of that host, by its id or by the address at which it was first seen: a feed may hold any id;
* the feed itself was answered in the same visit (200, or 304), so that a broken site or a blocked line looks different;
* the post's address was a page of its own (not the feed's, and no mere anchor in another);
* it says so twice, an hour or more apart, by our clock and, if it tells one, by its own: a site that is being moved
  says it once, and a clock that is set makes no hour;
* after the second time it gives out the page of another post that is kept, whose address has the same form
  (:func:`~tamizdat.posts.page_addresses.form_of`).

Whatever else happens (a timeout, 403, 500, a login page) leaves the post as it is.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Final

from tamizdat.dataclass import dataclass
from tamizdat.errors import TamizdatError
from tamizdat.posts.fetch import Answer, fetch
from tamizdat.posts.manners import BUSY, AskedToWait, clock_of, date_of, retry_after
from tamizdat.posts.markup import MAX_MARKUP, MarkupTooLong, attributes_of, write
from tamizdat.posts.page_addresses import as_encrypted, is_same_page, own_page
from tamizdat.posts.plain import absolute

GONE: Final = (404, 410)
CHARSET: Final = re.compile(r"charset\s*=\s*\"?([A-Za-z0-9._:-]{1,40})", re.I)
FEED_TYPES: Final = ("application/rss+xml", "application/atom+xml", "application/feed+json", "application/rdf+xml",
                     "application/json", "text/xml", "application/xml")  # fmt: skip
MAX_NAMED: Final = 10  #: feeds that a page names
MAX_ASKED: Final = 50  #: posts asked for one by one in a visit
Fetch = Callable[[str, Mapping[str, str]], Answer]


@dataclass(frozen=True)
class Visit:
    """What a visit brought: *body* is None when nothing changed.

    *fetched* is the address that answered in the end, *moved* whether the site says that it is the feed's from now on,
    *charset* what the header said of the bytes, *clock* the time by the site's clock, "" if it tells none.
    """

    url: str
    body: bytes | None
    etag: str | None
    modified: str | None
    status: int = 200
    fetched: str = ""
    moved: bool = False
    charset: str = ""
    clock: str = ""


@dataclass(frozen=True)
class Missing:
    """A post the feed does not hold any more: its id and address."""

    post: str
    url: str


@dataclass(frozen=True)
class Word:
    """The site's own word that a post is gone."""

    post: str
    url: str
    status: int
    date: str = ""  #: when, by the site's clock; "" if it tells none


class NoFeed(TamizdatError):
    """The site answered, and not with a feed; what is known of its posts stays as it is."""

    def __init__(self, message: str, status: int = 200, wait: timedelta | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.wait = wait  #: how long the site asks to be left alone


def visit(url: str, etag: str | None = None, modified: str | None = None, get: Fetch = fetch) -> Visit:
    """Ask for the feed, conditionally if there is a last answer; raise :class:`NoFeed` for a status but 200 or 304."""
    asked = {"If-None-Match": etag, "If-Modified-Since": modified}
    answer = get(url, {name: value for name, value in asked.items() if value})
    if answer.status == 304 and (etag or modified):
        return Visit(url, None, etag, modified, 304, answer.url, answer.moved, clock=clock_of(answer))
    if answer.status == 410:
        raise NoFeed(
            "Expected the feed (status 200), the site answered with status 410: it says that this feed is gone for "
            "good. Nothing of what is kept was changed; look whether the feed has another address now.",
            410,
        )
    if answer.status != 200:
        raise NoFeed(
            f"Expected the feed (status 200), the site answered with status {answer.status}. Nothing was changed; try "
            "again later, or look whether the feed has another address now.",
            answer.status,
            retry_after(answer),
        )
    etag, modified = (_short(answer.headers.get(name)) for name in ("etag", "last-modified"))
    charset = CHARSET.search(answer.headers.get("content-type", ""))
    named = charset[1] if charset else ""
    return Visit(url, answer.body, etag, modified, 200, answer.url, answer.moved, named, clock_of(answer))


def alternates(page: bytes, address: str) -> list[str]:
    """Return the addresses of feeds that an HTML page names, at most :data:`MAX_NAMED`."""
    named = _Named(address)
    try:
        write(page[:MAX_MARKUP].decode("utf-8", "replace"), named)
    except MarkupTooLong:  # more characters than bytes there are not
        return []
    return list(named.found)[:MAX_NAMED]


class _Named:
    """The ``<link rel=alternate>`` of a page that lead to feeds."""

    def __init__(self, address: str) -> None:
        self._address = address
        self.found: dict[str, None] = {}

    def open(self, tag: str, attributes: str) -> None:
        if tag != "link":
            return
        said = attributes_of(attributes)
        kind, names = said.get("type", "").partition(";")[0].strip().lower(), said.get("rel", "").lower().split()
        if "alternate" in names and kind in FEED_TYPES and said.get("href"):
            self.found[absolute(self._address, said["href"])] = None

    def close(self, tag: str) -> None:
        return

    def add(self, words: str) -> None:
        return


def ask_for(missing: Iterable[Missing], feed: str, get: Fetch = fetch) -> tuple[list[Word], list[str]]:
    """Ask for posts one by one; return what the site says, by status 404 or 410, is gone, and what it says is not.

    The second are ids of posts whose address answered with anything else. One that could not be asked is in neither.
    """
    words, there = list[Word](), list[str]()
    asked = [replace(one, url=as_encrypted(one.url, feed)) for one in missing]
    for each in [one for one in asked if own_page(one.url, feed)][:MAX_ASKED]:
        try:
            answer = get(each.url, {})
        except AskedToWait:
            break
        except TamizdatError:  # unreachable, refused, too large: nothing follows from that
            continue
        if answer.status in GONE and not answer.redirected:
            words.append(Word(each.post, each.url, answer.status, date_of(answer)))
        elif answer.status < 500 and answer.status not in BUSY:
            there.append(each.post)
    return words, there


def is_given_out(page: str, get: Fetch = fetch) -> bool:
    """Tell whether a post's page is there: then what its host says of others can be believed."""
    try:
        answer = get(page, {})
    except TamizdatError:
        return False
    return answer.status == 200 and is_same_page(page, answer.url)


def _short(value: str | None) -> str | None:
    """Return a header to give back, if it is one line of a sane length."""
    return value if value and len(value) <= 512 and value.isprintable() else None
