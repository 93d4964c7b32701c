"""Asking for a post by its own address, without signing in, and what an answer says.

::

    https://a.example/2013/05/list            the page of an entry of a feed: only its status counts
    https://a.example/api/v1/statuses/7       a status, by Mastodon's API: what it says now, or that it is not there

==============  ======================================================================================================
there           200: a page, or the status itself. Of a page no word is compared: a site may say "not found" with 200
not there       404 or 410, where the post itself was asked for and nothing led to another page or site. It is the
                site's own word, and not yet one to state: :mod:`tamizdat.archive.ingest.recheck` asks again on another
                day
withheld        451 (RFC 7725): kept back by a demand of the law, which nobody would make of what is not there
could not be    anything else: a sign-in, a wall against robots, a redirect, an outage, an answer that is none.
seen            Nothing follows from it
==============  ======================================================================================================

A server of Mastodon's API says 404 of what it does not want to show, too, and some say it of everything for an hour. So
its word counts only in its API's own form, while it gives out the account, which is older than the post, and a page of
that account's posts, around the one that was asked for, on which that one does not stand. A server that shows an
account and none of its posts to strangers gives out an empty page, too: that counts only of an account of which it says
that it has none.
"""

import hashlib
import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated, Final
from urllib.parse import SplitResult, quote, urlsplit

from tamizdat.dataclass import dataclass
from tamizdat.encoding import timestamp
from tamizdat.errors import TamizdatError, UsageError
from tamizdat.ledger.shapes import ABSENT, record, text, whole
from tamizdat.network.exchange import reason
from tamizdat.network.proxy import is_here
from tamizdat.posts.account_pages import TOP, Account, Asking, Found, fetch_page, fetch_status, look_up
from tamizdat.posts.elements import JsonValue, NotJson, decode
from tamizdat.posts.feed_visits import GONE, Fetch, NoFeed
from tamizdat.posts.fetch import Answer, Unreachable, body_of, check_address, fetch
from tamizdat.posts.formats import members
from tamizdat.posts.formats.fediverse import number_at, number_in
from tamizdat.posts.formats.format import BadPost, one_post
from tamizdat.posts.formats.statuses import read_status
from tamizdat.posts.manners import BUSY, AskedToWait, date_of, retry_after
from tamizdat.posts.page_addresses import form_of, is_on_host_of, is_same_page, own_page, site_of
from tamizdat.posts.post import Post
from tamizdat.posts.times import moment

MAX_NOT_THERE: Final = 1 << 20  #: bytes of an answer that a page is not there
DEADLINE: Final = 60.0  #: seconds for one answer
TOLD: Final = 1_000  #: letters of what a server's API says of a post that is not there
WITHHELD: Final = 451
UNLIMITED: Final = 1 << 30  #: requests: whoever asks counts them
BUSY_WORD: Final = "asked to be left alone for a while"
LED: Final = "led to another page"
STATUSES: Final = ("mastodon", "mastodon-api")
REPOSITORIES: Final = ("bluesky", "bluesky-json")
_HOST: Final = re.compile(r"(\w[\w.-]*|\[[0-9A-Fa-f:.]+\])(:\d+)?")  #: as it is said on a command line
_PAGE: Final = {"Accept": "text/html, application/xhtml+xml, */*;q=0.8"}


class Unaskable(StrEnum):
    """Why a post cannot be asked for."""

    SIGN_IN = "its platform answers nobody soundly who has not signed in"
    SIGNED = "the account's signed repository tells it: follow the account"
    FEW = "it was not written for everybody: who asks without signing in is told that it is not there"
    NO_PAGE = "it has no address that is its own alone"


@dataclass(frozen=True)
class Permalink:
    """Where a post is asked for. On a server of Mastodon's API *name* is its account's, *number* its own.

    *published* is the platform's time of it.
    """

    post: str
    address: str
    name: str = ""
    number: str = ""
    published: str = ""

    @property
    def host(self) -> str:
        """The host that is asked, with its port."""
        return urlsplit(self.address).netloc.lower()

    @property
    def form(self) -> str:
        """The form of a page's address (:func:`form_of`); "" of a status."""
        return "" if self.number else form_of(self.address)


@dataclass(frozen=True)
class NotThere:
    """An answer that a post is not there, as it is kept: nothing in it names the post."""

    asked: str  #: when, by our clock
    date: str  #: when the answer was made by the server's; "" if it tells none
    status: int
    size: int  #: of its bytes
    sha256: str
    answer: Annotated[str | None, ABSENT] = None  #: of JSON, its first letters


NOT_THERE: Final = record(NotThere, asked=text, date=text, status=whole, size=whole, sha256=text, answer=text)


class Said(StrEnum):
    """What an answer says of a post."""

    THERE = "there"
    NOT_THERE = "not there"
    WITHHELD = "withheld"
    UNSEEN = "could not be seen"


@dataclass(frozen=True)
class Outcome:
    """What came of asking once. *why* tells of what could not be seen; *stops*: the host is to be left alone now."""

    said: Said
    why: str = ""
    answer: Answer | None = None
    status: JsonValue = None  #: of a post that is there, as the API gives it out
    stops: bool = False
    of_post: bool = False  #: of what could not be seen: it may be so for good, while others are there

    def record(self, now: datetime) -> NotThere:
        """Return what is kept of an answer that a post is not there."""
        assert self.answer is not None
        body, headers = self.answer.body, self.answer.headers
        words = body.decode("utf-8", "replace")[:TOLD] if "json" in headers.get("content-type", "").lower() else None
        digest = hashlib.sha256(body).hexdigest()
        return NotThere(timestamp(now), date_of(self.answer), self.answer.status, len(body), digest, words)


def permalink_of(
    family: str, post: str, url: str, handle: str, audience: str, source: str, published: str = ""
) -> Permalink | Unaskable:
    """Return where a post is asked for, or why it cannot be. *family* is its format's, *source* where it came from."""
    if family in REPOSITORIES:
        return Unaskable.SIGNED
    if family not in (*STATUSES, "feed"):
        return Unaskable.SIGN_IN
    if audience not in ("public", "unlisted"):
        return Unaskable.FEW
    if family == "feed":
        return _page_of(post, url, source)
    try:
        parts = _askable(post)
        beside = number_at(url) if is_on_host_of(url, post) else ""
        number, name = number_at(post) or beside, handle.partition("@")[0]
    except TamizdatError:
        return Unaskable.NO_PAGE
    if not number or not name:
        return Unaskable.NO_PAGE
    scheme = parts.scheme if is_here(parts.hostname or "") else "https"  # whatever an old id says
    address = f"{scheme}://{parts.netloc.lower()}/api/v1/statuses/{quote(number)}"
    return Permalink(post, address, name, number, published)


def _askable(url: str) -> SplitResult:
    """Return the parts of a web address. Its host is told in a command to copy: one that a shell would run is none."""
    parts = check_address(url)
    if not _HOST.fullmatch(parts.netloc):
        raise UsageError(f"Expected a host in an address, found {parts.netloc[:120]!r}.")
    return parts


def _page_of(post: str, url: str, source: str) -> Permalink | Unaskable:
    """Return the page of a feed's entry, if it is the entry's own, on the feed's site and on that of its id."""
    try:
        parts = _askable(url)
        own = site_of(check_address(post).geturl()) if post.startswith(("http://", "https://")) else ""
    except TamizdatError:
        return Unaskable.NO_PAGE
    fetched = source.startswith(("http://", "https://"))
    if fetched and source.startswith("https://"):
        parts = parts._replace(scheme="https")
    address = parts._replace(netloc=parts.netloc.lower()).geturl()
    known = site_of(address) == site_of(source) if fetched else own in ("", site_of(address))
    home = urlsplit(source)._replace(netloc=parts.netloc.lower()).geturl() if fetched else address[: -len(parts.path)]
    is_own = own_page(address, home) and "#" not in url
    return Permalink(post, address) if known and is_own else Unaskable.NO_PAGE


def fetch_only_of(url: str, headers: Mapping[str, str]) -> Answer:
    """Fetch what is asked for from its own site alone; of a page that is there, no byte of its body is read."""
    site, is_page = site_of(url), headers.get("Accept") == _PAGE["Accept"]
    read = body_of(GONE, MAX_NOT_THERE) if is_page else None
    return fetch(url, headers, read, lambda asked: site_of(f"//{asked}") == site, DEADLINE)


class Asker:
    """Asks one host for its posts, one after the other."""

    def __init__(self, get: Fetch, pause: Callable[[float], object]) -> None:
        self._asking = Asking(Account("", "", ""), get, pause, UNLIMITED)
        self._accounts: dict[str, Found | None] = {}

    @property
    def wait(self) -> timedelta | None:
        """How long the host wants to be left alone."""
        return self._asking.wait

    def ask(self, permalink: Permalink) -> Outcome:
        """Ask once for a post. A failure of the line is an outcome, too."""
        self._asking.account = Account(permalink.address.partition("/api/v1/")[0], permalink.name, "")
        try:
            return self._status(permalink) if permalink.number else self._page(permalink)
        except AskedToWait:
            return Outcome(Said.UNSEEN, BUSY_WORD, stops=True)
        except UsageError:  # a proxy that cannot be used: nothing leaves
            raise
        except Unreachable as error:
            why = f" ({reason(error.__cause__)})" if isinstance(error.__cause__, Exception) else ""
            return Outcome(Said.UNSEEN, f"no answer{why}")
        except TamizdatError:  # too large, damaged, sent on to another host; or, of the API, that it is enough for now
            enough = bool(self._asking.enough)
            why = BUSY_WORD if enough else "sent elsewhere, or no sound answer"
            return Outcome(Said.UNSEEN, why, stops=enough, of_post=not enough)

    def _page(self, permalink: Permalink) -> Outcome:
        answer = self._asking.get(permalink.address, _PAGE)
        self._asking.wait = retry_after(answer)
        if answer.redirected and not is_same_page(permalink.address, answer.url):
            return Outcome(Said.UNSEEN, LED, answer, of_post=True)
        return _judged(answer, Said.THERE if answer.status == 200 else None)

    def _status(self, permalink: Permalink) -> Outcome:
        answer = fetch_status(self._asking, permalink.number)
        said = _json(answer.body)
        if answer.redirected:
            return Outcome(Said.UNSEEN, LED, answer, of_post=True)
        if answer.status == 200:
            post = own_post(said)
            if post is None or post.id != permalink.post or number_in(said) != permalink.number:
                return Outcome(Said.UNSEEN, "an answer about something else", answer, of_post=True)
            return Outcome(Said.THERE, "", answer, said)
        if answer.status in GONE and not (isinstance(said, dict) and self._is_confirmed(permalink)):
            return Outcome(Said.UNSEEN, "a 404 that nothing else bears out", answer, of_post=True)
        return _judged(answer)

    def _is_confirmed(self, permalink: Permalink) -> bool:
        """Tell whether the server gives out the account, and posts of it around this one, and not this one."""
        name, number = permalink.name, permalink.number
        below = str(int(number) + 1) if number.isascii() and number.isdigit() else TOP
        try:
            if name not in self._accounts:
                self._accounts[name] = None
                self._accounts[name] = look_up(self._asking)
            found = self._accounts[name]
            if found is None or _is_younger(found, permalink.published):
                return False
            listed = _json(fetch_page(self._asking, found.number, below)[1])
            is_shown = bool(listed) or found.is_empty or bool(_json(fetch_page(self._asking, found.number, TOP)[1]))
        except NoFeed:
            return False
        return is_shown and isinstance(listed, list) and number not in map(number_in, listed)


def own_post(status: JsonValue) -> Post | None:
    """Return the post of a status that is one's own; None for a boost, and for what cannot be read."""
    try:
        with one_post():
            return None if isinstance(members.at(status, "reblog"), dict) else read_status(status)
    except BadPost:
        return None


def _is_younger(account: Found, published: str) -> bool:
    """Tell whether an account was made after a post was written: then its name is another's now, or its server new."""
    made, written = moment(account.created), moment(published)
    return made is not None and written is not None and made - written > timedelta(days=1)


def _judged(answer: Answer, there: Said | None = None) -> Outcome:
    if there is not None:
        return Outcome(there, "", answer)
    if answer.status in GONE:
        return Outcome(Said.NOT_THERE, "", answer)
    if answer.status == WITHHELD:
        return Outcome(Said.WITHHELD, "", answer)
    return Outcome(Said.UNSEEN, f"status {answer.status}", answer, stops=answer.status in BUSY)


def _json(body: bytes) -> JsonValue:
    try:
        return decode(body)
    except NotJson:
        return None
