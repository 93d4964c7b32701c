"""Following an account of a server with Mastodon's API: pages, edits, and what is gone.

The first visit goes back page by page to the account's first post; a later one takes the newest pages, and fills what a
visit that broke off has left open. What is held is known from the pages that are kept
(:mod:`~tamizdat.posts.account_pages`), which are taken in as they come, ten at a time: a visit that is killed loses no
more than these.

A post counts as gone by the server's own word: the account answers, the pages around the post are there and do not hold
it, and its own address in the API says 404 or 410, in every visit since one at least :data:`INTERVAL` ago. Each such
answer is kept.
"""

import json
import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlsplit

from tamizdat.archive.acts.state import state
from tamizdat.archive.acts.versions import gone, is_gone_by_its_own_word
from tamizdat.archive.archive import Archive
from tamizdat.archive.ingest.feeds import follow
from tamizdat.archive.ingest.following import Following
from tamizdat.archive.ingest.ingest import ingest
from tamizdat.archive.ingest.kept_files import Origin
from tamizdat.archive.views.posts import Source, Version
from tamizdat.encoding import timestamp
from tamizdat.errors import TamizdatError
from tamizdat.keys import SigningKey
from tamizdat.posts.account_pages import (
    TOP,
    Account,
    Asking,
    Page,
    account_of,
    fetch_history,
    fetch_page,
    fetch_status,
    holes,
    is_covered,
    look_up,
    order,
    page_of,
)
from tamizdat.posts.elements import JsonValue, NotJson, decode
from tamizdat.posts.export import Several
from tamizdat.posts.feed_visits import GONE as NOT_THERE
from tamizdat.posts.feed_visits import MAX_ASKED, Fetch, NoFeed
from tamizdat.posts.fetch import fetch
from tamizdat.posts.formats import members
from tamizdat.posts.formats.fediverse import number_in
from tamizdat.posts.formats.followed_account import FollowedAccount
from tamizdat.posts.formats.format import BadPost, one_post
from tamizdat.posts.formats.statuses import read_status
from tamizdat.posts.identity import words_compared
from tamizdat.posts.manners import Manners
from tamizdat.posts.post import Post
from tamizdat.posts.report import IngestReport
from tamizdat.posts.times import moment
from tamizdat.statements.gone import HTTP, Gone

AT_ONCE: Final = 10  #: pages that are taken in together
READ_AGAIN: Final = 5  #: of the newest pages, at every visit: where posts are edited and removed
INTERVAL: Final = timedelta(hours=6)  #: between the first and the last answer that a post is not there
_NUMBER: Final = re.compile(r"/(?:statuses|notice|p/[^/]+)/([A-Za-z0-9_-]{1,64})(?:/activity)?$")

Pause = Callable[[float], object]


def followed_as(url: str) -> str:
    """Return the address under which what is at *url* is followed: an account's own page, however it was written.

    Raises :class:`UsageError` for the page under which a server shows an account of another.
    """
    account = account_of(url)
    return account.url if account else url


def follow_address(
    archive: Archive,
    desk: SigningKey,
    url: str,
    now: datetime,
    report: IngestReport,
    get: Fetch | None = None,
    pause: Pause = time.sleep,
) -> bool:
    """Visit the account or feed at *url*; return False if nothing had changed there. Raises what fetching raises."""
    get = get or Manners().get
    account = account_of(url)
    is_feed = any(each.format.startswith("feed/") for each in archive.index.posts.visits(url))
    if account and not is_feed and follow_account(archive, desk, account, now, report, get, pause):
        return True
    return follow(archive, desk, url, now, report, get)


def follow_account(
    archive: Archive,
    desk: SigningKey,
    account: Account,
    now: datetime,
    report: IngestReport,
    get: Fetch = fetch,
    pause: Pause = time.sleep,
) -> bool:
    """Visit an account; return False if no server with Mastodon's API answers there. Raises what fetching raises.

    Each visit of an account that is followed is noted (:mod:`.following`), also one that brought nothing.
    """
    asking, following = Asking(account, get, pause), Following(archive)
    known = account.url in following
    followed = following.of(account.url, account.url)
    try:
        found = look_up(asking)
        if found is None:
            return False
        report.format = FollowedAccount.NAME
        if found.moved:
            report.notes.append(f"The account says that it has moved to {found.moved!r}; nothing was asked there.")
        _Visit(archive, desk, account, now, report, asking, found.number).run()
    except TamizdatError as error:
        followed.note(now, "no account" if isinstance(error, NoFeed) else "failed", failed=True)
        followed.wait_until = timestamp(now + asking.wait) if asking.wait else ""
        if known:
            following.save()
        raise
    brought = {"new": report.new, "edited": report.edited, "gone": report.gone, "back": report.back}
    followed.note(now, ", ".join(f"{name} {number}" for name, number in brought.items() if number) or "200")
    followed.wait_until = timestamp(now + asking.wait) if asking.wait else ""
    following.save()
    return True


@dataclass
class _Visit:
    archive: Archive
    desk: SigningKey
    account: Account
    now: datetime
    report: IngestReport
    asking: Asking
    number: str
    before: list[Source] = field(default_factory=list)  #: what earlier visits kept
    seen: set[str] = field(default_factory=set)  #: numbers on the newest pages of this visit
    span: tuple[str, str] = ("", "")  #: the oldest and newest of them
    ended: str = ""  #: why it ended early

    def run(self) -> None:
        """Take in the newest pages, ask after what they lack, then fill the holes of earlier visits."""
        self.before = self.archive.index.posts.visits(self.account.url)
        known = self.archive.index.posts.from_visit(self.account.url)
        self._newest()
        if not self.report.damaged and self.seen:
            self._ask_after(known)
        tried = set[tuple[str, str]]()
        while not self.ended and (hole := next(iter(self._holes()), None)) and hole not in tried:
            tried.add(hole)
            self._fill(*hole)
        if self.ended:
            self.report.notes.append(self.ended)
        if self._holes():
            self.report.notes.append("Older posts of this account are still to come: the same command goes on there.")

    def _kept(self) -> list[Page]:
        paths = (each.path for each in self.archive.index.posts.visits(self.account.url))
        return [page for path in paths if (page := page_of(path))]

    def _holes(self) -> list[tuple[str, str]]:
        return holes(self._kept())

    # -- pages -----------------------------------------------------------------------------------------------

    def _newest(self) -> None:
        kept, files, below = self._kept(), dict[Page, bytes](), TOP
        while len(files) < AT_ONCE:
            fetched = self._page(below, must=not files)
            if fetched is None:
                break
            page, body, following = fetched
            files[page] = body
            if page.oldest:
                self.span = (page.oldest, self.span[1] or page.newest)
                self.seen |= {number for each in _statuses(body) if (number := number_in(each))}
            if not following or (len(files) >= READ_AGAIN and kept and is_covered(kept, page)):
                break
            below = following
        self._take(files, kept)

    def _fill(self, below: str, down_to: str) -> None:
        files = dict[Page, bytes]()
        while len(files) < AT_ONCE and not self.ended:
            fetched = self._page(below)
            if fetched is None:
                break
            page, body, following = fetched
            files[page] = body
            if not following or (down_to and order(page.oldest) <= order(down_to)):
                break
            below = following
        self._take(files, None)

    def _page(self, below: str, must: bool = False) -> tuple[Page, bytes, str] | None:
        try:
            return fetch_page(self.asking, self.number, below)
        except TamizdatError as error:
            if must:
                raise
            self.ended = str(error)
            return None

    def _take(self, files: dict[Page, bytes], kept: list[Page] | None) -> None:
        """Take in pages; of those that earlier visits cover (*kept*), only the first and what holds news."""
        named = {page.path: body for page, body in files.items()}
        histories = {page: self._histories(body) for page, body in files.items()}
        for number, (page, body) in enumerate(files.items()):
            if kept and number and is_covered(kept, page) and not histories[page] and not self._is_news(body):
                del named[page.path]
        for each in histories.values():
            named |= each
        self._ingest(named)

    def _ingest(self, files: dict[str, bytes]) -> None:
        export, origin = Several(files), Origin(self.account.url)
        if files:
            followed = FollowedAccount(self.account.site)
            ingest(self.archive, self.desk, export, followed, self.now, self.report, origin)

    def _is_news(self, body: bytes) -> bool:
        posts = list(filter(None, map(_post, _statuses(body))))
        known = self.archive.index.sights.known(post.id for post in posts)
        said = {post: {each.compared.words for each in versions} for post, versions in known.items()}
        return any(words_compared(post) not in said.get(post.id, ()) for post in posts)

    def _histories(self, body: bytes) -> dict[str, bytes]:
        """Return the edits of posts of a page that were edited since their edits were last asked for."""
        asked = {each.path: each.seen for each in self.before if each.path.startswith("history/")}
        found = dict[str, bytes]()
        for each in _statuses(body):
            post, number = _post(each), number_in(each)
            path, edited = f"history/{number}.json", moment(post.updated) if post else None
            if not number or edited is None or asked.get(path, "") > timestamp(edited) or self.ended:
                continue
            try:
                history = fetch_history(self.asking, number)
            except TamizdatError as error:
                self.ended = str(error)
                break
            if history is not None:
                found[path] = history
        return found

    # -- what is not there any more --------------------------------------------------------------------------

    def _ask_after(self, known: Sequence[Version]) -> None:
        words, asked = dict[str, bytes](), 0
        statements = []
        for version in known:
            number = _number(version, self.account.site)
            if not number or not self._is_missing(version, number):
                continue
            if asked >= MAX_ASKED or self.ended:
                break
            asked += 1
            try:
                answer = fetch_status(self.asking, number)
            except TamizdatError as error:
                self.ended = str(error)
                break
            if answer.status not in NOT_THERE or answer.redirected:
                continue
            said = self._gone(version, number)
            if said:
                statements.append(replace(said, status=answer.status, url=answer.url).to_statement())
                continue
            told = {"asked": timestamp(self.now), "status": answer.status, "url": answer.url,
                    "answer": answer.body[:4096].decode("utf-8", "replace")}  # fmt: skip
            words[f"missing/{number}.json"] = json.dumps(told, ensure_ascii=False, sort_keys=True).encode()
        state(self.archive, self.desk, statements)
        self.report.gone += len(statements)
        if words:
            self._ingest(words)
            self.report.notes.append(
                f"{len(words):,} posts were not there when asked for. They count as gone if a visit "
                f"{INTERVAL.seconds // 3600} hours after the first that missed them does not find them either."
            )

    def _is_missing(self, version: Version, number: str) -> bool:
        low, high = map(order, self.span)
        inside = low <= order(number) <= high and number not in self.seen
        return inside and not is_gone_by_its_own_word(self.archive, version)

    def _gone(self, version: Version, number: str) -> Gone | None:
        """Return the ``gone`` act, if every visit since one long enough ago missed the post; None if not yet."""
        visits: dict[str, set[str]] = {}
        for each in self.before:
            visits.setdefault(each.seen, set()).add(each.path)
        first = ""
        for when in sorted(visits, reverse=True):
            if f"missing/{number}.json" not in visits[when]:
                break
            first = when
        began = moment(first)
        if began is None or self.now - began < INTERVAL:
            return None
        return gone(self.archive, version.post, HTTP, timestamp(self.now), timestamp(self.now))


def _statuses(body: bytes) -> list[JsonValue]:
    try:
        said = decode(body)
    except NotJson:
        return []
    return list(said) if isinstance(said, list) else []


def _post(status: JsonValue) -> Post | None:
    """Return the post of a status that is one's own; None for a boost, and for what cannot be read."""
    try:
        with one_post():
            return None if isinstance(members.at(status, "reblog"), dict) else read_status(status)
    except BadPost:
        return None


def _number(version: Version, site: str) -> str:
    """Return the number that the server at *site* has for a post of its own; "" for others'."""
    try:
        own = urlsplit(version.post).netloc.lower() == urlsplit(site).netloc
    except ValueError:
        return ""
    found = _NUMBER.search(version.post) or _NUMBER.search(version.url)
    return found[1] if own and found else ""
