"""Following an account of a server with Mastodon's API: pages, edits, and what is gone.

The first visit goes back page by page to the account's first post; a later one reads the newest pages and, by turns, a
few older ones, and fills what a visit that broke off has left open. What is held is known from the pages that are kept
(:mod:`~tamizdat.posts.account_pages`), which are taken in as they come, ten at a time: a visit that is killed loses no
more than these.

A post counts as gone by the server's own word: the account answers, the pages around the post are there and do not hold
it, one page of the visit holds a post or the account says that it has none, and the post's own address in the API says
404 or 410, in every visit since one :data:`INTERVAL` ago, by our clock and the server's. Each such answer is kept.
"""

import json
import re
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import field, replace
from datetime import datetime, timedelta
from functools import cached_property
from typing import Final
from urllib.parse import urlsplit

from tamizdat.archive.acts.state import state
from tamizdat.archive.acts.versions import gone, is_gone_by_its_own_word
from tamizdat.archive.archive import Archive
from tamizdat.archive.ingest.bluesky import follow_repository
from tamizdat.archive.ingest.feeds import follow
from tamizdat.archive.ingest.followed import ANOTHER, Following
from tamizdat.archive.ingest.ingest import ingest
from tamizdat.archive.ingest.kept_files import Origin
from tamizdat.archive.ingest.other_hands import AnotherFeed, refuse_another_account
from tamizdat.archive.views.posts import Source, Version
from tamizdat.dataclass import dataclass
from tamizdat.encoding import timestamp
from tamizdat.errors import BadArchive, TamizdatError
from tamizdat.keys import SigningKey
from tamizdat.posts import bluesky_account
from tamizdat.posts.account_pages import (
    TOP,
    Account,
    Asking,
    Order,
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
    statuses_in,
)
from tamizdat.posts.elements import JsonValue, NotJson, decode
from tamizdat.posts.export import Several
from tamizdat.posts.feed_visits import GONE as NOT_THERE
from tamizdat.posts.feed_visits import MAX_ASKED, Fetch, NoFeed
from tamizdat.posts.fetch import fetch
from tamizdat.posts.formats import members
from tamizdat.posts.formats.fediverse import number_at, number_in
from tamizdat.posts.formats.followed_account import ASKED, FollowedAccount
from tamizdat.posts.formats.format import BadPost, one_post
from tamizdat.posts.formats.statuses import read_status
from tamizdat.posts.manners import Manners, date_of
from tamizdat.posts.post import Post
from tamizdat.posts.report import IngestReport
from tamizdat.posts.times import moment
from tamizdat.statements.gone import HTTP, Gone

AT_ONCE: Final = 10  #: pages that are taken in together
READ_AGAIN: Final = 5  #: of the newest pages, at every visit: where posts are edited and removed
OLDER: Final = 3  #: older pages that a visit reads again
INTERVAL: Final = timedelta(hours=6)  #: between the first and the last answer that a post is not there
CLOCKS: Final = timedelta(hours=1)  #: by which the server's clock may have been set between them
_NOTHING_SHOWN: Final = (
    "The server shows no post of this account, and does not say that it has none: that is no word about those that are "
    "known."
)
_MISSING: Final = re.compile(r"missing/([A-Za-z0-9_-]{1,64})\.json")

Pause = Callable[[float], object]


def followed_as(url: str) -> str:
    """Return the address under which what is at *url* is followed: an account's own page, however it was written.

    Raises :class:`UsageError` for the page under which a server shows an account of another.
    """
    repository = bluesky_account.account_of(url)
    account = None if repository else account_of(url)
    return repository.url if repository else account.url if account else url


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
    if repository := bluesky_account.account_of(url):
        return follow_repository(archive, desk, repository, now, report, get)
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

    Each visit of an account that is followed is noted (:mod:`.followed`), also one that brought nothing.
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
        refuse_another_account(archive, followed, found.number)
        count = sum(each.times for each in followed.visits)
        _Visit(archive, desk, account, now, report, asking, found.number, count, found.is_empty).run()
    except TamizdatError as error:
        why = ANOTHER if isinstance(error, AnotherFeed) else "no account" if isinstance(error, NoFeed) else "failed"
        followed.note(now, why, failed=True)
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
    count: int  #: of earlier visits
    is_empty: bool  #: whether the server says that the account has no posts
    before: list[Source] = field(default_factory=list)  #: what earlier visits kept
    seen: set[str] = field(default_factory=set)  #: numbers on the pages of this visit that earlier ones had too
    spans: list[tuple[Order, Order | None]] = field(default_factory=list)  #: what they cover; None: to the newest
    ended: str = ""  #: why it ended early

    def run(self) -> None:
        """Take in the newest pages and some older ones, ask after what they lack, fill the holes of earlier visits."""
        self.before = self.archive.index.posts.visits(self.account.url)
        known = self.archive.index.posts.from_visit(self.account.url)
        self._newest()
        self._older()
        if not self.report.damaged:
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
            self._note(page, body)
            if not following or (len(files) >= READ_AGAIN and kept and is_covered(kept, page)):
                break
            below = following
        self._take(files, kept)

    def _older(self) -> None:
        """Read a few older pages again, others at each visit: there too posts are edited and removed."""
        kept, low = self._kept(), min((span[0] for span in self.spans), default=order(""))
        older = sorted({page.below for page in kept if page.oldest and page.below != TOP}, key=order, reverse=True)
        older = [below for below in older if order(below) <= low]
        turns = -(-len(older) // OLDER)
        files = dict[Page, bytes]()
        for below in older[self.count % turns * OLDER :][:OLDER] if turns else ():
            fetched = None if self.ended else self._page(below)
            if fetched is None:
                break
            files[fetched[0]] = fetched[1]
            self._note(*fetched[:2])
        self._take(files, kept, first=False)

    def _note(self, page: Page, body: bytes) -> None:
        self.seen |= {number for each in statuses_in(body) if (number := number_in(each))}
        self.spans.append((order(page.oldest), None if page.below == TOP else order(page.below)))

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

    def _take(self, files: dict[Page, bytes], kept: list[Page] | None, first: bool = True) -> None:
        """Take in pages; of those that earlier visits cover (*kept*), only what holds news, and the *first*."""
        named = {page.path: body for page, body in files.items()}
        histories = {page: self._histories(body) for page, body in files.items()}
        for number, (page, body) in enumerate(files.items()):
            if (
                kept
                and (number or not first)
                and is_covered(kept, page)
                and not histories[page]
                and not self._is_news(body)
            ):
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
        posts = list(filter(None, map(_post, statuses_in(body))))
        known = self.archive.index.sights.known(post.id for post in posts)
        said = {post: {each.compared.words for each in versions} for post, versions in known.items()}
        return any(post.words not in said.get(post.id, ()) for post in posts)

    def _histories(self, body: bytes) -> dict[str, bytes]:
        """Return the edits of posts of a page that were edited since their edits were last asked for."""
        asked = {each.path: each.seen for each in self.before if each.path.startswith("history/")}
        found = dict[str, bytes]()
        for each in statuses_in(body):
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
        words, statements = dict[str, bytes](), []
        numbered = ((_number(version, self.account.site), version) for version in known)
        missing = [(number, version) for number, version in numbered if number and self._is_missing(version, number)]
        if missing and not self.seen and not self.is_empty:  # it may give strangers nothing, and 404 for each post
            self.report.notes.append(_NOTHING_SHOWN)
            return
        # those that the last visit missed come first: a visit that does not ask for them says nothing of them
        for number, version in sorted(missing, key=lambda each: each[0] not in self._missed())[:MAX_ASKED]:
            if self.ended:
                break
            try:
                answer = fetch_status(self.asking, number)
            except TamizdatError as error:
                self.ended = str(error)
                break
            if answer.status not in NOT_THERE or answer.redirected:
                continue
            said = self._gone(version, number, date_of(answer))
            if said:
                statements.append(replace(said, status=answer.status, url=answer.url).to_statement())
                continue
            told = {"asked": timestamp(self.now), "date": date_of(answer), "status": answer.status, "url": answer.url,
                    "answer": answer.body[:4096].decode("utf-8", "replace")}  # fmt: skip
            words[f"missing/{number}.json"] = json.dumps(told, ensure_ascii=False, sort_keys=True).encode()
        state(self.archive, self.desk, statements)
        self.report.gone += len(statements)
        if words:
            self._ingest(words)
            self.report.notes.append(
                f"Posts that were not there when asked for: {len(words):,}. They count as gone if a visit "
                f"{INTERVAL.seconds // 3600} hours after the first that missed them does not find them either."
            )

    def _is_missing(self, version: Version, number: str) -> bool:
        at = order(number)
        inside = any(low <= at and (high is None or at < high) for low, high in self.spans)
        lacks = number not in self.seen and (inside or number in self._missed())
        return lacks and not is_gone_by_its_own_word(self.archive, version)

    @cached_property
    def _visits(self) -> list[tuple[str, frozenset[str]]]:
        """When earlier visits were, and which numbers each missed; the latest first."""
        found: dict[str, set[str]] = {}
        for each in self.before:
            if each.path == ASKED:  # it was asked for by itself: that says nothing of others
                continue
            name = _MISSING.fullmatch(each.path)
            found.setdefault(each.seen, set()).update([name[1]] if name else [])
        return [(when, frozenset(found[when])) for when in sorted(found, reverse=True)]

    def _missed(self) -> frozenset[str]:
        """Return the numbers that the last visit missed."""
        return self._visits[0][1] if self._visits else frozenset()

    def _gone(self, version: Version, number: str, date: str) -> Gone | None:
        """Return the act ``gone`` if all visits since one long ago missed the post; *date* is the server's clock."""
        first = ""
        for when, missed in self._visits:
            if number not in missed:
                break
            first = when
        began = moment(first)
        if began is None or self.now - began < INTERVAL:
            return None
        theirs, before = moment(date), moment(self._date(number, first))
        if theirs and before and theirs - before < INTERVAL - CLOCKS:
            return None
        return gone(self.archive, version.post, HTTP, timestamp(self.now), timestamp(self.now))

    def _date(self, number: str, seen: str) -> str:
        """Return what the server's clock showed when it was asked for a missing post at an earlier visit, or ""."""
        path = f"missing/{number}.json"
        kept = next(each for each in self.before if (each.path, each.seen) == (path, seen))
        with suppress(BadArchive, NotJson), self.archive.objects.open(kept.object) as file:
            return str(members.at(decode(file.read()), "date") or "")
        return ""


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
    return (number_at(version.post) or number_at(version.url)) if own else ""
