"""A feed that is visited again and again.

A visit asks conditionally: with the ``ETag`` and ``Last-Modified`` of the last answer, and the site says 304 when
nothing changed (RFC 9110, section 13). Posts that were in the feed and are not any more prove nothing: a feed holds the
latest. But those the feed should still hold, being younger than its oldest, are asked for one by one at their own
address, and there the site may say with its own word that they are gone: status 404 or 410. That counts, and only if

* the address is on the feed's own host, and the answer came from there, without a redirect;
* the post itself is of that host, by its id or by the address at which it was first seen: a feed may hold any id;
* the feed itself was answered with 200 in the same visit, so that a broken site or a blocked line looks different;
* the post's address was a page of its own (not the feed's, and no mere anchor in another).

Whatever else happens (a timeout, 403, 500, a login page) leaves the post as it is.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from tamizdat.errors import TamizdatError
from tamizdat.posts.fetch import Answer, check_address, fetch

GONE: Final = (404, 410)
MAX_ASKED: Final = 50  #: posts asked for one by one in a visit
Fetch = Callable[[str, Mapping[str, str]], Answer]


@dataclass(frozen=True)
class Visit:
    """What a visit brought: *body* is None when nothing changed."""

    url: str
    body: bytes | None
    etag: str | None
    modified: str | None


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


class NoFeed(TamizdatError):
    """The site answered, and not with a feed; what is known of its posts stays as it is."""


def visit(url: str, etag: str | None = None, modified: str | None = None, get: Fetch = fetch) -> Visit:
    """Ask for the feed, conditionally if there is a last answer; raise :class:`NoFeed` for a status but 200 or 304."""
    asked = {"If-None-Match": etag, "If-Modified-Since": modified}
    answer = get(url, {name: value for name, value in asked.items() if value})
    if answer.status == 304 and (etag or modified):
        return Visit(url, None, etag, modified)
    if answer.status != 200:
        raise NoFeed(
            f"Expected the feed (status 200), the site answered with status {answer.status}. Nothing was changed; try "
            "again later, or look whether the feed has another address now."
        )
    return Visit(url, answer.body, _short(answer.headers.get("etag")), _short(answer.headers.get("last-modified")))


def ask_for(missing: Iterable[Missing], feed: str, get: Fetch = fetch) -> list[Word]:
    """Ask for posts one by one; return those of which the site says, by status 404 or 410, that they are gone."""
    words = []
    for each in list(missing)[:MAX_ASKED]:
        if not own_page(each.url, feed):
            continue
        try:
            answer = get(each.url, {})
        except TamizdatError:  # unreachable, refused, too large: nothing follows from that
            continue
        if answer.status in GONE and not answer.redirected:
            words.append(Word(each.post, each.url, answer.status))
    return words


def own_page(url: str, feed: str) -> bool:
    """Tell whether a post has an address of its own, on the host of its feed."""
    try:
        page = check_address(url)
    except TamizdatError:
        return False
    home = urlsplit(feed)
    same_host = (page.scheme, page.netloc) == (home.scheme, home.netloc)
    return same_host and not urlsplit(url).fragment and page.path not in ("", "/", home.path)


def is_on_host_of(address: str, feed: str) -> bool:
    """Tell whether a web address is on the host of the feed; False for ids that are no web address."""
    try:
        return check_address(address).netloc.lower() == urlsplit(feed).netloc.lower()
    except TamizdatError:
        return False


def _short(value: str | None) -> str | None:
    """Return a header to give back, if it is one line of a sane length."""
    return value if value and len(value) <= 512 and value.isprintable() else None
