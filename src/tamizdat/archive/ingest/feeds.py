"""Visiting a feed for the archive: fetch, take in what is new, and ask after what should still be there.

What a visit needs of the one before (ETag, Last-Modified, which posts there were) is read from the statements about it;
how visits went, and which pages were not there once, from the list of what is followed
(:mod:`~tamizdat.archive.ingest.followed`).

A feed can name any post as its own. Its host's word that a post is gone counts only for a post of that host: by the
post's id, or by the address at which it was first seen; and only if it is said twice, :data:`INTERVAL` apart, by our
clock and, if it tells one, by the host's, while the feed answers, and while the host gives out the page of another post
that is kept, whose address has the same form: where all pages are lost to a wrong setting, or the domain has another
owner, nobody has deleted anything.

An address can come into other hands: :mod:`.other_hands`.
"""

import random
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import islice
from typing import Final

from tamizdat.archive.acts.state import state
from tamizdat.archive.acts.versions import gone, is_gone_by_its_own_word
from tamizdat.archive.archive import Archive
from tamizdat.archive.ingest.followed import ANOTHER, Followed, Following, GoneOnce
from tamizdat.archive.ingest.ingest import ingest
from tamizdat.archive.ingest.kept_files import Origin
from tamizdat.archive.ingest.moved_entries import feed_join
from tamizdat.archive.ingest.other_hands import AnotherFeed, another_feed, what_to_say
from tamizdat.archive.ingest.refused_answers import keep, take_in
from tamizdat.archive.views.posts import Version
from tamizdat.dataclass import dataclass
from tamizdat.encoding import timestamp
from tamizdat.errors import TamizdatError
from tamizdat.keys import SigningKey
from tamizdat.posts.export import Bytes
from tamizdat.posts.feed_visits import (
    GONE,
    MAX_ASKED,
    Fetch,
    Missing,
    NoFeed,
    Visit,
    alternates,
    ask_for,
    is_given_out,
    visit,
)
from tamizdat.posts.fetch import BadAnswer, Unreachable, check_address, fetch
from tamizdat.posts.formats import Plan
from tamizdat.posts.formats.feeds import FetchedFeed, listed
from tamizdat.posts.manners import AskedToWait
from tamizdat.posts.page_addresses import as_encrypted, form_of, is_on_host_of, own_page
from tamizdat.posts.post import Post
from tamizdat.posts.report import IngestReport
from tamizdat.posts.times import moment
from tamizdat.statements.gone import HTTP

INTERVAL: Final = timedelta(hours=1)  #: between the two answers that a post's page is not there
CLOCKS: Final = timedelta(minutes=10)  #: by which a host's clock may have been set between them
SPOILT: Final = ("truncated", "damaged", "size")  #: a feed with such a problem may hold more than could be read
WRONG: Final = timedelta(days=1)  #: by which the two clocks differ of which one is wrong
TRUSTED: Final = timedelta(days=7)  #: in which a site is believed that nothing has changed (304)
MANY: Final = 5  #: posts that say something else at once, which their author has hardly all edited
WITNESSES: Final = 3  #: pages that are asked for, of each form, to see whether the host still gives out any


def follow(
    archive: Archive, desk: SigningKey, url: str, now: datetime, report: IngestReport, get: Fetch = fetch
) -> bool:
    """Visit the feed at *url*; return False if nothing had changed there. The visit is noted, however it ends.

    Raises :class:`NoFeed` if what came is no feed, and what fetching raises.
    """
    check_address(url)
    following = Following(archive)
    followed, feed = url in following, following.of(url)
    try:
        changed = _FeedVisit(archive, desk, feed, now, report, get).run()
    except TamizdatError as error:
        feed.note(now, _why(error), failed=not isinstance(error, AnotherFeed))
        if isinstance(error, NoFeed) and error.wait:
            feed.wait_until = timestamp(now + error.wait)
        if followed:
            following.save()
        raise
    following.save()
    return changed


def _why(error: TamizdatError) -> str:
    """Return in a word why there was no feed."""
    if isinstance(error, AnotherFeed):
        return ANOTHER
    if isinstance(error, NoFeed):
        return "no feed" if error.status == 200 else str(error.status)
    if isinstance(error, AskedToWait):
        return "asked to wait"
    return "unreachable" if isinstance(error, Unreachable) else "refused" if isinstance(error, BadAnswer) else "failed"


@dataclass
class _FeedVisit:
    archive: Archive
    desk: SigningKey
    feed: Followed
    now: datetime
    report: IngestReport
    get: Fetch

    def run(self) -> bool:
        """Visit; return whether anything is new. What had been refused and is theirs is taken in first."""
        url = self.feed.url
        if taken := self.feed.theirs and take_in(self.archive, self.desk, self.feed, self.report):
            self.feed.theirs = False  # what comes now is judged by what was taken in
        known = self.archive.index.posts.from_visit(url)
        seen = self._fetch()
        self.feed.wait_until = ""
        self.report.format = FetchedFeed(url).NAME
        self._compare_clocks(seen)
        if seen.body is None:
            self._ask_again(known)
        else:
            self._take(seen, seen.body, known)
        if seen.moved and seen.fetched != self.feed.moved:  # not where a stranger's feed is
            self.feed.moved = seen.fetched
            self.report.notes.append(f"The site says that this feed has moved for good, to {seen.fetched}.")
        self.feed.note(self.now, self._brought() or str(seen.status))
        return seen.body is not None or bool(self.report.gone) or taken

    def _compare_clocks(self, seen: Visit) -> None:
        theirs = moment(seen.clock)
        if theirs is not None and abs(self.now - theirs) > WRONG:
            self.report.notes.append(
                f"This computer's clock says {timestamp(self.now)[:10]}, the site's {seen.clock[:10]}: one of both is "
                "wrong. What is stated here has this computer's time. Look at its clock before you go on."
            )

    def _brought(self) -> str:
        counts = {"new": self.report.new, "edited": self.report.edited, "gone": self.report.gone,
                  "back": self.report.back}  # fmt: skip
        return ", ".join(f"{name} {number}" for name, number in counts.items() if number)

    def _fetch(self) -> Visit:
        """Ask for the feed where it was; where the site said it moved to, if it is not there any more."""
        before = self.archive.index.posts.visits(self.feed.url)
        last = before[-1] if before and not self._is_doubted() else None
        conditions = (last.etag, last.modified) if last else (None, None)
        try:
            return visit(self.feed.url, *conditions, self.get)
        except (NoFeed, Unreachable) as error:
            dead = not isinstance(error, NoFeed) or error.status in GONE
            if not self.feed.moved or not dead:
                raise
            return replace(visit(self.feed.moved, *conditions, self.get), url=self.feed.url)

    def _is_doubted(self) -> bool:
        """Tell whether the site has said for so long that nothing changed that the whole is asked for."""
        last = self.feed.visits[-1] if self.feed.visits else None
        first = moment(last.first) if last and last.said == "304" else None
        return first is not None and self.now - first >= TRUSTED

    def _take(self, seen: Visit, body: bytes, known: Sequence[Version]) -> None:
        url, export = self.feed.url, Bytes("feed", body)
        fetched = seen.fetched.partition("?")[0] if seen.fetched != url else ""  # what is behind may change each time
        feed_format = FetchedFeed(url, seen.charset, fetched)
        if not feed_format.recognises(export):
            raise NoFeed(_no_feed(body, seen.fetched))
        plan = feed_format.plan(export, IngestReport())
        origin = Origin(url, seen.etag, seen.modified)
        join = feed_join(self.archive, plan)
        held = [found.post for found in feed_format.read(plan, export.open, IngestReport())] if known else []
        here = {join(post) or post.id: post for post in held}
        context = plan.context_of("feed")
        if why := another_feed(self.archive, self.feed, known, here, str(context.get("title", ""))):
            self.feed.another = self.feed.another or timestamp(self.now)  # also if the disk is full now
            tags = (seen.etag, seen.modified)
            kept = keep(self.archive, self.desk, self.feed, body, held, context, self.now, tags)
            raise AnotherFeed(f"{why} {kept} {what_to_say(self.feed)}")
        ingest(self.archive, self.desk, export, feed_format, self.now, self.report, origin, join=join)
        if self.report.edited >= MANY and not self.report.already:
            self.report.notes.append(
                f"All {self.report.edited:,} posts that were known say something else than before, at once: the site "
                "may write something around them now. Look at a difference before you tell that they were edited."
            )
        self.feed.title = self.feed.title or str(context.get("title", ""))[:200]
        if known and not any(self.report.kinds[kind] for kind in SPOILT):
            self._ask_after(known, here, plan)

    # -- what is not in the feed any more ----------------------------------------------------------------------

    def _ask_after(self, known: Sequence[Version], held: Mapping[str, Post], plan: Plan) -> None:
        """Ask for posts that the feed should still hold, and does not."""
        here = {post for each in listed(plan).values() for post, _ in each.posts}
        for post in here & self.feed.gone_once.keys():
            del self.feed.gone_once[post]
        here |= held.keys()
        if not held or all(version.post in here for version in known):
            return
        oldest = min((when for post in held.values() if (when := moment(post.published))), default=None)
        url = self.feed.url
        missing = [
            Missing(version.post, version.url)
            for version in known
            if version.post not in here
            and not is_gone_by_its_own_word(self.archive, version)
            and _expected(version, oldest)
            and (is_on_host_of(version.post, url) or is_on_host_of(_first_address(self.archive, version.post), url))
        ]
        if len(missing) > MAX_ASKED:  # an old entry that stays on top lets all younger ones be missed, at each visit
            random.shuffle(missing)
            missing.sort(key=lambda each: each.post not in self.feed.gone_once)
        self._ask(missing, known)

    def _ask_again(self, known: Sequence[Version]) -> None:
        """Ask once more for pages that were not there at an earlier visit; the feed answers that it has not changed."""
        waiting = self.feed.gone_once
        self._ask(
            [
                Missing(each.post, each.url)
                for each in known
                if each.post in waiting and self._is_due(waiting[each.post])
            ],
            known,
        )

    def _is_due(self, first: GoneOnce) -> bool:
        asked = datetime.fromisoformat(first.asked)
        return self.now < asked or self.now - asked >= INTERVAL

    def _ask(self, missing: Sequence[Missing], known: Sequence[Version]) -> None:
        words, there = ask_for(missing, self.feed.url, self.get)
        waiting, time, twice = self.feed.gone_once, timestamp(self.now), []
        for post in there:
            waiting.pop(post, None)
        for word in words:
            answer = GoneOnce(time, word.url, word.status, word.date)
            first = waiting.setdefault(word.post, answer)
            if time < first.asked:  # our clock was ahead then
                waiting[word.post] = answer
            elif is_borne_out(first, answer):
                twice.append(word)
        forms = {form for form in {form_of(word.url) for word in twice} if self._gives_out(form, known)}
        statements = []
        for word in twice:
            if form_of(word.url) in forms:
                said = gone(self.archive, word.post, HTTP, time, time)
                if said is not None:
                    statements.append(replace(said, status=word.status, url=word.url).to_statement())
                del waiting[word.post]
        state(self.archive, self.desk, statements)
        self.report.gone += len(statements)
        unborne = sum(word.post in waiting for word in twice)
        if once := sum(word.post in waiting for word in words) - unborne:
            self.report.notes.append(
                f"{once:,} of the posts that are not in the feed any more have no page either. They count as gone if a "
                "visit in an hour or later finds the same."
            )
        if unborne:
            self.report.notes.append(
                f"{unborne:,} of the posts that are not in the feed any more had no page a second time; nor has any "
                "other post that is kept, at an address of that form. Nothing follows from that: the site may be "
                "broken, or in other hands."
            )

    def _gives_out(self, form: str, known: Sequence[Version]) -> bool:
        """Tell whether the host gives out the page of a post that is kept, of this form; the newest are asked for."""
        newest = sorted(known, key=lambda each: each.moment or "", reverse=True)
        pages = (
            as_encrypted(each.url, self.feed.url)
            for each in newest
            if each.post not in self.feed.gone_once and each.state != "gone"
        )
        alike = (page for page in pages if own_page(page, self.feed.url) and form_of(page) == form)
        return any(is_given_out(page, self.get) for page in islice(alike, WITNESSES))


def is_borne_out(first: GoneOnce, second: GoneOnce) -> bool:
    """Tell whether two answers lie far enough apart, by our clock and by the host's; each may have been set."""
    ours, then, theirs, before = map(moment, (second.asked, first.asked, second.date, first.date))
    if ours is None or then is None or ours - then < INTERVAL:
        return False
    return theirs is None or before is None or theirs - before >= INTERVAL - CLOCKS


def _no_feed(body: bytes, address: str) -> str:
    """Return the message about an answer that is no feed; it names the feeds that an HTML page names."""
    beginning = body[:40].decode("utf-8", "replace")
    found = (
        f"Expected an RSS, Atom or JSON feed at this address, found {len(body):,} bytes that begin with {beginning!r}."
    )
    named = alternates(body, address)
    if named:
        return f"{found} Nothing was taken; the page names these feeds: {', '.join(named)}."
    return f"{found} Nothing was taken; look for the address of the feed itself."


def _first_address(archive: Archive, post: str) -> str:
    """Return the address of the version that was observed first, whatever later ones say."""
    return min(archive.index.posts.versions(post), key=lambda version: version.number).url


def _expected(version: Version, oldest: datetime | None) -> bool:
    """Tell whether a feed whose oldest post is from then would still hold this one."""
    when = moment(version.published)
    return oldest is None or when is None or when >= oldest
