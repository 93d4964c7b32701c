"""An account of a server with Mastodon's API, visited again and again without logging in.

::

    GET /api/v1/accounts/lookup?acct=lin                {"id": "1", "acct": "lin", …}
    GET /api/v1/accounts/1/statuses?limit=40            the newest page, then ?max_id=… from page to page
    GET /api/v1/statuses/7/history                      of a post that says it was edited
    GET /api/v1/statuses/7                              404 or 410 for a post that stood on a page and does not any more

What comes is kept as it came, under names that say what was asked (:class:`Page`), and from these names the next visit
knows what is held: which span of the account's numbers, and where pages are missing because a visit broke off. Nothing
else is remembered.

A visit is polite: one request after the other with a pause between, no more than :data:`MAX_REQUESTS`, and none at all
once the server says that it is enough (429, 503, ``X-RateLimit-Remaining``); a short ``Retry-After`` is waited for. A
page's ``Link`` is never followed: only the number in it is taken, and only if it leads on. An answer that came from
another host than the account's is none.
"""

import re
import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Final, NamedTuple
from urllib.parse import parse_qs, quote, urlencode, urlsplit

from tamizdat.dataclass import dataclass
from tamizdat.errors import UsageError
from tamizdat.posts.elements import JsonValue, NotJson, decode
from tamizdat.posts.feed_visits import Fetch, NoFeed
from tamizdat.posts.fetch import Answer, check_address, fetch
from tamizdat.posts.formats import members
from tamizdat.posts.formats.fediverse import NUMBER, number_in
from tamizdat.posts.manners import BUSY, retry_after

MAX_REQUESTS: Final = 300  #: of a visit: as many as Mastodon allows in five minutes
MAX_PAGE: Final = 8 << 20  #: bytes; a page of 40 posts has some 200,000
PER_PAGE: Final = 40
PATIENCE: Final = timedelta(minutes=1)  #: that is waited for on a server's word, at most
FEW: Final = 5  #: requests that are left to others of the same address
TOP: Final = "newest"
_ADDRESS: Final = re.compile(r"/@([A-Za-z0-9_][A-Za-z0-9_.-]{0,63})(@[A-Za-z0-9.:-]+)?/?")
_PAGE: Final = re.compile(r"statuses/([\w-]{1,64})/(?:([\w-]{1,64})\.([\w-]{1,64})|end)\.json")
_NEXT: Final = re.compile(r"<([^<>]{1,2000})>\s*;[^,]*\brel=\"?next\"?")

Order = tuple[int, str]


class Account(NamedTuple):
    """An account by the address of its page."""

    site: str
    name: str
    url: str


class Page(NamedTuple):
    """A page that is kept: asked for below *below* ("newest" for the first), it held the numbers *newest* to *oldest*.

    A page that held none ends the account; its *newest* and *oldest* are "".
    """

    below: str
    newest: str = ""
    oldest: str = ""

    @property
    def path(self) -> str:
        """Return the name under which the page is kept."""
        return f"statuses/{self.below}/{f'{self.newest}.{self.oldest}' if self.oldest else 'end'}.json"


def page_of(path: str) -> Page | None:
    """Return the page that is kept under this name; None for another file."""
    found = _PAGE.fullmatch(path)
    return Page(found[1], found[2] or "", found[3] or "") if found else None


def account_of(url: str) -> Account | None:
    """Return the account whose page this may be (``https://host/@name``); None for any other address.

    Raises :class:`UsageError` for the page under which a server shows an account of another.
    """
    parts = check_address(url)
    found = _ADDRESS.fullmatch(parts.path)
    if not found or parts.query:
        return None
    site = f"{parts.scheme}://{parts.netloc.lower()}"
    host = (found[2] or "")[1:].lower()
    if host and host != parts.netloc.lower():
        raise UsageError(
            f"Expected an account of {parts.netloc} itself, found one of {host}. Its own server knows it best: follow "
            f"https://{host}/@{found[1]}."
        )
    return Account(site, found[1], f"{site}/@{found[1]}")


def order(number: str) -> Order:
    """Return what sorts the numbers of a server, which grow: longer ones are later, then letter by letter."""
    return len(number), number


@dataclass
class Asking:
    """The requests of one visit: counted, paused between, and ended when the server has enough."""

    account: Account
    get: Fetch = fetch  #: with pauses between (:mod:`tamizdat.posts.manners`)
    pause: Callable[[float], object] = time.sleep
    left: int = MAX_REQUESTS
    enough: str = ""  #: why nothing more is asked, as a sentence
    wait: timedelta | None = None  #: how long the server wants to be left alone

    def ask(self, path: str, **query: str) -> Answer:
        """Return the server's own answer, whatever its status.

        Raises :class:`NoFeed` if nothing more is to be asked, or the answer is another host's or too large.
        """
        answer = self._ask(path, query)
        wait = _asked_to_wait(answer)
        if answer.status in BUSY and wait is not None and wait <= PATIENCE and self.left:
            self.pause(wait.total_seconds())
            answer = self._ask(path, query)
            wait = _asked_to_wait(answer)
        if answer.status in BUSY:
            self.wait, seconds = wait, wait.total_seconds() if wait else 0
            later = (
                "later"
                if not wait
                else f"in {seconds / 60:.0f} minutes"
                if seconds >= 90
                else f"in {seconds:.0f} seconds"
            )
            self.enough = f"The server says that this is enough for now (status {answer.status}): go on {later}."
            raise NoFeed(self.enough)
        remaining = answer.headers.get("x-ratelimit-remaining", "")
        if remaining.isascii() and remaining.isdigit() and len(remaining) < 8 and int(remaining) < FEW:
            self.enough = f"Requests that the server allows for now: {int(remaining)}. Go on in some minutes."
        return answer

    def _ask(self, path: str, query: dict[str, str]) -> Answer:
        if not self.left:
            self.enough = f"A visit asks {MAX_REQUESTS} times at most: the same command goes on where this one ended."
        if self.enough:
            raise NoFeed(self.enough)
        self.left -= 1
        asked = f"?{urlencode(query)}" if query else ""
        answer = self.get(f"{self.account.site}{path}{asked}", {"Accept": "application/json"})
        if urlsplit(answer.url).netloc.lower() != urlsplit(self.account.site).netloc:
            raise NoFeed(
                f"Expected an answer of {urlsplit(self.account.site).netloc}, was sent on to "
                f"{urlsplit(answer.url).netloc[:120]!r}. Nothing was taken from there."
            )
        if len(answer.body) > MAX_PAGE:
            raise NoFeed(f"Expected an answer of at most {MAX_PAGE:,} bytes, found {len(answer.body):,}.")
        return answer


def _asked_to_wait(answer: Answer) -> timedelta | None:
    """Return how long an answer asks to wait; None if it names no time."""
    told = retry_after(answer)
    if told is not None:
        return told
    try:
        reset = datetime.fromisoformat(answer.headers.get("x-ratelimit-reset", "").strip())
        return min(max(reset - datetime.now(UTC), timedelta(0)), timedelta(days=1))
    except (ValueError, TypeError, OverflowError):
        return None


class Found(NamedTuple):
    """An account as its server knows it: its number, and the page that it has moved to, "" for none."""

    number: str
    moved: str = ""
    is_empty: bool = False  #: whether the server says that it has no posts
    created: str = ""  #: when it was made, by the server's word


def look_up(asking: Asking) -> Found | None:
    """Return the account as its server knows it; None if no server with this API answers there.

    Raises :class:`NoFeed` if the server has the API and does not give out the account.
    """
    name = asking.account.name
    answer = asking.ask("/api/v1/accounts/lookup", acct=name)
    said = _json(answer.body)
    if not isinstance(said, dict):
        return None
    if answer.status != 200:
        told = members.text(said, "error")[:200]
        raise NoFeed(
            f"Expected the account {name} (status 200), the server answered with status {answer.status}"
            f"{f' and {told!r}' if told else ''}. What is known of it stays as it is: look at its page yourself."
        )
    number = members.text(said, "id") or members.digits(said, "id")
    if not NUMBER.fullmatch(number):
        return None
    if members.at(said, "suspended") is True:
        raise NoFeed(
            f"The server says that the account {name} is suspended: it gives out nothing of it. What is known of it "
            "stays as it is."
        )
    moved, is_empty = members.text(said, "moved", "url")[:200], members.at(said, "statuses_count") == 0
    return Found(number, moved, is_empty, members.text(said, "created_at"))


def fetch_page(asking: Asking, account: str, below: str) -> tuple[Page, bytes, str]:
    """Fetch the page of posts below a number; return it, its bytes, and below which the next one begins ("" for none).

    Raises :class:`NoFeed` if the answer is no page, or leads back to where it came from.
    """
    query = {"limit": str(PER_PAGE), **({} if below == TOP else {"max_id": below})}
    answer = asking.ask(f"/api/v1/accounts/{quote(account)}/statuses", **query)
    said = _json(answer.body)
    if answer.status != 200 or not isinstance(said, list):
        raise NoFeed(
            f"Expected a page of posts (status 200), the server answered with status {answer.status} and "
            f"{answer.body[:40].decode('utf-8', 'replace')!r}. Some servers give posts out only to those who log in."
        )
    numbers = sorted({number for each in said if (number := number_in(each))}, key=order)
    if said and not numbers:
        raise NoFeed("Expected a page of posts with their numbers, found posts without. Nothing was taken from it.")
    if not numbers:
        return Page(below), answer.body, ""
    if below != TOP and order(numbers[-1]) >= order(below):
        raise NoFeed(
            f"Expected posts older than {below}, found {numbers[-1]}: the server's pages go round in a circle."
        )
    return Page(below, numbers[-1], numbers[0]), answer.body, _following(asking, answer, numbers[0])


def _following(asking: Asking, answer: Answer, oldest: str) -> str:
    """Return below which number the next page begins: what ``Link`` says if it leads on there, else the oldest here."""
    found = _NEXT.search(answer.headers.get("link", ""))
    if not found:
        return oldest
    try:
        parts = urlsplit(found[1])
        told = parse_qs(parts.query, max_num_fields=20).get("max_id", [""])[0]
    except ValueError:
        return oldest
    same = parts.netloc.lower() in ("", urlsplit(asking.account.site).netloc)
    return told if same and NUMBER.fullmatch(told) and order(told) <= order(oldest) else oldest


def fetch_history(asking: Asking, number: str) -> bytes | None:
    """Return the list of a post's edits as the server gives it; None if it has none.

    Raises :class:`NoFeed` if nothing more is to be asked.
    """
    answer = asking.ask(f"/api/v1/statuses/{quote(number)}/history")
    edits = _json(answer.body) if answer.status == 200 else None
    return answer.body if isinstance(edits, list) and len(edits) > 1 else None


def fetch_status(asking: Asking, number: str) -> Answer:
    """Return what the server answers for one post."""
    return asking.ask(f"/api/v1/statuses/{quote(number)}")


def holes(kept: Iterable[Page]) -> list[tuple[str, str]]:
    """Return where pages are missing: (below which number, down to which), the newest first.

    "" is the beginning of the account.
    """
    spans = _spans(kept)
    between = [(upper[0][1], lower[1][1]) for upper, lower in pairwise(spans)]
    return between + ([(spans[-1][0][1], "")] if spans and spans[-1][0][1] else [])


def is_covered(kept: Iterable[Page], page: Page) -> bool:
    """Tell whether the numbers of a page lie in one of the spans that pages are kept of, without a hole."""
    return any(low <= order(page.oldest) and order(page.newest) <= high for low, high in _spans(kept))


def _spans(kept: Iterable[Page]) -> list[tuple[Order, Order]]:
    """Return the spans (lowest, highest) of numbers that pages cover, the newest first, those that meet as one.

    A page covers the numbers from its oldest up to below which it was asked for; the first page, up to its newest.
    """
    each = [(order(page.oldest), order(page.newest if page.below == TOP else page.below))
            for page in kept if page.oldest or page.below != TOP]  # fmt: skip
    spans: list[tuple[Order, Order]] = []
    for low, high in sorted(each, key=lambda span: (span[1], span[0]), reverse=True):
        if spans and high >= spans[-1][0]:
            spans[-1] = (min(low, spans[-1][0]), spans[-1][1])
        else:
            spans.append((low, high))
    return spans


def statuses_in(body: bytes) -> list[JsonValue]:
    """Return the statuses of a page; none of what is no list."""
    said = _json(body)
    return list(said) if isinstance(said, list) else []


def _json(body: bytes) -> JsonValue:
    try:
        return decode(body)
    except NotJson:
        return None
