"""Asking again for every post that is kept, one by one, at its own address: ``collect recheck``.

::

    captured  {"kind": "answers", "format": "recheck/v1", "path": "answers/2026-11-25T10:00:00Z.json", …}
    gone      {"word": "http", "status": 404, "url": "https://a.example/57", "from": [all of that file], …}

A feed holds the last posts, an export is of one day: what is deleted or changed further back nobody tells. So each post
is asked for (:mod:`tamizdat.posts.recheck`), in an order drawn by lot, with pauses, at most :data:`MOST` in a run; a
run that ends anywhere is gone on with by the next.

That a post is gone is stated when its address says so twice, :data:`INTERVAL` apart, by our clock and, if it tells one,
by the server's. One answer proves a bad hour. Of a page moreover only

* while the same host gives out other pages that are kept, later in the same run: a site that is down says 404 of all;
* pages whose addresses have the same form: a site that was made anew has its old ones elsewhere;
* and at least as many of that form as it does not, answered by the same host, with ``www.`` or without;
* and only if it is not there at the end of the run either, before yet another page that is: where the site says 404 for
  a minute of each night, the runs of two days may begin in it.

And of a host that said it the day before of posts that are there again nothing is believed on that day.

What is there and says the same is not stated: it is told, and a ledger that grew by every unchanged post would hold
little else. A status that its server says was edited is taken in.
"""

import random
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import field, replace
from datetime import UTC, datetime, timedelta
from typing import Final
from urllib.parse import urlsplit

from tamizdat.archive.acts.state import state
from tamizdat.archive.acts.versions import gone
from tamizdat.archive.archive import Archive
from tamizdat.archive.ingest.ingest import ingest
from tamizdat.archive.ingest.kept_files import Origin
from tamizdat.archive.ingest.other_hands import in_other_hands
from tamizdat.archive.ingest.rechecks import INTERVAL, CheckedHost, Rechecks, turn_of
from tamizdat.archive.views.current_version import first_source
from tamizdat.dataclass import dataclass
from tamizdat.disk.files import refusals
from tamizdat.encoding import canonical, sha256_hex, timestamp
from tamizdat.errors import InUse
from tamizdat.keys import SigningKey
from tamizdat.ledger.shapes import members_of
from tamizdat.network.proxy import is_here
from tamizdat.posts.export import Several
from tamizdat.posts.feed_visits import Fetch
from tamizdat.posts.formats.followed_account import ASKED, FollowedAccount
from tamizdat.posts.manners import Manners
from tamizdat.posts.recheck import (
    Asker,
    NotThere,
    Outcome,
    Permalink,
    Said,
    fetch_only_of,
    own_post,
)
from tamizdat.posts.report import IngestReport
from tamizdat.posts.times import moment
from tamizdat.statements.captured import CapturedSource
from tamizdat.statements.gone import HTTP
from tamizdat.statements.observed import Slice

NAME: Final = "recheck/v1"
ANSWERS: Final = "answers"
CLOCKS: Final = timedelta(hours=1)  #: by which a server's clock may have been set between them
SHORTEST, LONGEST = 1.0, 5.0  #: seconds that are waited before a post, beside the pause between any two requests
ENOUGH: Final = 5  #: answers in a row from which nothing follows: then the host is left alone in this run
UNPROVED: Final = 20  #: pages of which none was there, or of which only they themselves may be at fault: then too
SAVED: Final = 10  #: answers after which it is written down how far a round is


@dataclass
class RecheckReport:
    """What came of asking one host."""

    host: str
    asked: int = 0
    there: int = 0
    edited: int = 0
    gone: int = 0
    once: list[str] = field(default_factory=list)  #: posts that are not there, for the first time
    withheld: list[str] = field(default_factory=list)  #: posts
    unseen: Counter[str] = field(default_factory=Counter)  #: why, and how many
    left: int = 0  #: of this round
    notes: list[str] = field(default_factory=list)
    stopped: bool = False  #: before the end of what was to be asked for


def recheck(
    archive: Archive,
    desk: SigningKey,
    host: str,
    permalinks: Sequence[Permalink],
    by_name: bool = True,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
    get: Fetch = fetch_only_of,
    pause: Callable[[float], object] = time.sleep,
    progress: Callable[[int], None] = lambda count: None,
    collecting: Callable[[], AbstractContextManager[object]] = nullcontext,
) -> RecheckReport:
    """Ask *host* for those of *permalinks* whose turn it is. A host that is not asked *by_name* rests between rounds.

    *collecting* gives the lock under which alone a version is taken in.
    """
    hosts = Rechecks(archive)
    run = _HostRun(archive, desk, hosts, hosts.of(host), now, Asker(Manners(get, pause).get, pause), pause, collecting)
    try:
        run.run({each.post: each for each in permalinks}, by_name, progress)
    finally:
        run.save()
    return run.report


def _bears_out(first: NotThere, second: NotThere) -> bool:
    """Tell whether two answers lie far enough apart, by our clock and by the server's; each may have been set."""
    ours, then, theirs, before = map(moment, (second.asked, first.asked, second.date, first.date))
    if ours is None or then is None or ours - then < INTERVAL:
        return False
    return theirs is None or before is None or theirs - before >= INTERVAL - CLOCKS


@dataclass
class _Form:
    """Pages of a host whose addresses have one form, as they were in this run."""

    pages: int = 0  #: that were there
    lacking: int = 0  #: that were not
    last: Permalink | None = None  #: the last that was there
    unproved: list[tuple[Permalink, NotThere]] = field(default_factory=list)  #: not there, and none was since


Lacking = tuple[Permalink, NotThere, _Form]


@dataclass
class _HostRun:
    archive: Archive
    desk: SigningKey
    hosts: Rechecks
    host: CheckedHost
    now: Callable[[], datetime]
    asker: Asker
    pause: Callable[[float], object]
    collecting: Callable[[], AbstractContextManager[object]]
    report: RecheckReport = field(init=False)
    forms: defaultdict[str, _Form] = field(default_factory=lambda: defaultdict(_Form))
    stands: bool = False  #: whether the host gave out anything in this run
    twice: list[Lacking] = field(default_factory=list)  #: not there, as a day or more before
    back: int = 0  #: that were not there before
    nothing: int = 0  #: answers in a row from which nothing follows
    doubtful: int = 0  #: the same, of which it may be the posts' own fault
    busy: bool = False  #: whether the host said that it is enough

    def run(self, known: dict[str, Permalink], by_name: bool, progress: Callable[[int], None]) -> None:
        """Ask for all whose turn it is."""
        self.report = RecheckReport(self.host.host)
        if self.host.is_waiting(self.now()):
            self._stop(f"It asked to be left alone until {self.host.wait_until}.")
            return
        if other := in_other_hands(self.archive, self.host.host):
            self._stop(f"{other} is another's now, or its server was made anew: nobody was asked. Look at it.")
            return
        self.host.begin(known)
        self.host.asked = timestamp(self.now())
        for post in self.host.missing.keys() - known.keys():
            del self.host.missing[post]  # it is gone by another word, or not here any more
        turn = turn_of(self.host, known, by_name, self.now())
        came = seen = began = self.host.after
        following = {each.post for each in turn.others}
        for number, permalink in enumerate([*turn.waiting, *turn.others, *turn.beside]):
            if number:
                self._wait()
            self._ask(permalink)
            if permalink.post in following:
                came = self.host.place(permalink.post)
            seen = seen if self.nothing else came
            if self.report.stopped:
                break
            if self.stands or self.doubtful:
                self.host.after = seen
            progress(1)
            if number % SAVED == SAVED - 1:
                self.save()
        self._prove()
        self._ask_again(progress)
        if self.stands or self.doubtful:
            self.host.after = seen if self.report.stopped else came
        try:
            with self.collecting() if self.twice else nullcontext():  # nothing is said of what is being forgotten
                self._conclude()
        except InUse:
            self._stop("Somebody else collects or forgets: what was not there a second time is asked for again.")
        done = {each.post for each in turn.waiting} | self.host.missing.keys()
        left = self.host.left(known.keys() - done)
        self.report.left = 0 if turn.rests else left
        if self.nothing >= ENOUGH and self.host.after == began:
            self.host.lot = self.host.after = ""  # so that no five posts are what every run begins and ends with
        if not left and not self.report.stopped:
            self.host.end(timestamp(self.now()))

    def _wait(self) -> None:
        if not is_here(urlsplit(f"//{self.host.host}").hostname or ""):
            self.pause(random.uniform(SHORTEST, LONGEST))  # noqa: S311 -- it hides nothing, it is no metronome either

    def _ask(self, permalink: Permalink) -> None:
        outcome, report = self.asker.ask(permalink), self.report
        report.asked += 1
        if outcome.said != Said.UNSEEN:
            self.nothing = self.doubtful = 0
        elif outcome.of_post:
            self.doubtful += 1
        else:
            self.nothing += 1
        match outcome.said:
            case Said.THERE:
                report.there, self.stands = report.there + 1, True
                self.back += self.host.missing.pop(permalink.post, None) is not None
                self._is_there(permalink, outcome)
            case Said.NOT_THERE if permalink.number:
                self.stands = True
                self._is_not_there(permalink, outcome.record(self.now()), _Form())
            case Said.NOT_THERE:
                form = self._form(permalink, outcome)
                form.lacking += 1
                form.unproved.append((permalink, outcome.record(self.now())))
                if not self.stands and report.asked >= UNPROVED:
                    self._stop("None of the pages that were asked for is there: the site is down, or has moved.")
            case Said.WITHHELD:
                report.withheld.append(permalink.post)
            case Said.UNSEEN:
                report.unseen[outcome.why] += 1
        self.busy = outcome.stops
        if outcome.stops or self.nothing >= ENOUGH or self.doubtful >= UNPROVED:
            if self.asker.wait:
                self.host.wait_until = timestamp(self.now() + self.asker.wait)
            self._stop(f"It was left alone after post {report.asked:,}: {outcome.why}.")

    def _stop(self, why: str) -> None:
        self.report.stopped = True
        self.report.notes.append(why)

    # -- what is there ---------------------------------------------------------------------------------------

    def _is_there(self, permalink: Permalink, outcome: Outcome) -> None:
        if not permalink.number:
            form = self._form(permalink, outcome)
            form.pages, form.last = form.pages + 1, permalink
            self._proved(form)
        elif outcome.answer is not None and self._is_news(permalink, outcome):
            site = permalink.address.partition("/api/v1/")[0]
            before = self.archive.index.posts.versions(permalink.post)
            source = first_source(before)
            followed = source if source.startswith(f"{site}/@") else f"{site}/api/v1/statuses"
            files, taken = Several({ASKED: b"[%b]" % outcome.answer.body}), IngestReport()
            try:
                with self.collecting():
                    ingest(self.archive, self.desk, files, FollowedAccount(site), self.now(), taken, Origin(followed))
            except InUse:
                self._stop("A post was edited, and somebody else collects: it is taken in at the next run.")
            self.report.edited += len(self.archive.index.posts.versions(permalink.post)) > len(before)

    def _is_news(self, permalink: Permalink, outcome: Outcome) -> bool:
        """Tell whether its server says that a status was edited, and its words are none of those that are kept."""
        post = own_post(outcome.status)
        if post is None or not post.updated:
            return False
        known = self.archive.index.sights.known([permalink.post]).get(permalink.post, ())
        return post.words not in {each.compared.words for each in known}

    # -- what is not there -----------------------------------------------------------------------------------

    def _form(self, permalink: Permalink, outcome: Outcome) -> _Form:
        """Return the pages of the same form that the same host has answered for: a redirect may lead to another."""
        assert outcome.answer is not None
        return self.forms[f"{urlsplit(outcome.answer.url).netloc.lower()} {permalink.form}"]

    def _prove(self) -> None:
        """Ask once more for a page that was there, of each form of which some are not there and none was since."""
        for form in self.forms.values():
            if form.unproved and form.last is not None and not self.report.stopped:
                self._wait()
                if self.asker.ask(form.last).said == Said.THERE:
                    self._proved(form)

    def _proved(self, form: _Form) -> None:
        for permalink, answer in form.unproved:
            self._is_not_there(permalink, answer, form)
        form.unproved.clear()

    def _ask_again(self, progress: Callable[[int], None]) -> None:
        """Ask once more for the pages that would be stated, and after them for one that is there.

        What is not borne out waits as before. Of a status the witnesses are asked with it.
        """
        borne_out, forms = list[Lacking](), dict[int, _Form]()
        for permalink, answer, form in self.twice:
            if permalink.number or self.host.missing.get(permalink.post) is None:
                borne_out.append((permalink, answer, form))
                continue
            progress(0)  # whoever stops it need not wait for all of them
            said = Said.UNSEEN if self.busy else self._once_more(permalink)
            if said == Said.THERE:
                self.back += self.host.missing.pop(permalink.post, None) is not None
            elif said == Said.NOT_THERE:
                borne_out.append((permalink, answer, form))
                forms[id(form)] = form
        for form in forms.values():
            assert form.last is not None  # else nothing of it was proved
            if self.busy or self._once_more(form.last) != Said.THERE:
                borne_out = [each for each in borne_out if each[2] is not form]
        if unborne := len(self.twice) - len(borne_out):
            self.report.notes.append(
                f"{unborne:,} were not there a second time, and that was not borne out at the end of the run. Nothing "
                "follows from that."
            )
        self.twice = borne_out

    def _once_more(self, permalink: Permalink) -> Said:
        self._wait()
        outcome = self.asker.ask(permalink)
        self.busy = outcome.stops
        return outcome.said

    def _is_not_there(self, permalink: Permalink, answer: NotThere, form: _Form) -> None:
        first = self.host.missing.get(permalink.post)
        if first is None or not _bears_out(first, answer):
            if first is None or first.asked > answer.asked:
                self.host.missing[permalink.post] = answer
            self.report.once += [permalink.post] if first is None else []
        else:
            self.twice.append((permalink, answer, form))

    def _conclude(self) -> None:
        """State what was not there twice, unless most such pages are not, or the host says so of what is there."""
        wrong, doubted = self.back * 2 >= len(self.twice), 0
        for permalink, answer, form in self.twice:
            if wrong or form.pages < form.lacking:
                self.host.missing[permalink.post] = answer
                doubted += 1
            else:
                self._state(permalink, answer)
        if doubted:
            why = (
                f"{self.back:,} that were not there before are there again"
                if wrong
                else "most such pages are not there"
            )
            self.report.notes.append(
                f"{doubted:,} were not there a second time, and nothing is stated of that: {why}. The site may be at "
                "fault, or have moved. Look at it."
            )
        if unproved := sum(len(form.unproved) for form in self.forms.values()):
            self.report.notes.append(
                f"Pages that were not there, as since then no other page of such an address was: {unproved:,}. Nothing "
                "follows from that."
            )

    def _state(self, permalink: Permalink, answer: NotThere) -> None:
        """Keep both answers, and state that the post is gone."""
        first = self.host.missing.get(permalink.post)
        if first is None:  # forgotten meanwhile
            return
        said = gone(self.archive, permalink.post, HTTP, answer.asked, answer.asked)
        if said is None:
            del self.host.missing[permalink.post]
            return
        body, seen = canonical([members_of(first), members_of(answer)]), answer.asked
        digest = sha256_hex(body)
        staged = self.archive.objects.staged()
        with refusals("the answers of a host"):
            staged.write_bytes(body)
        self.archive.objects.adopt(staged, digest)
        kept = CapturedSource(ANSWERS, f"answers/{seen}.json", NAME, len(body), seen, original=digest)
        [number] = state(self.archive, self.desk, [kept.to_statement()])
        where = Slice(number, self.archive.commitments()[number], 0, len(body))
        word = replace(said, status=answer.status, url=permalink.address, slices=(where,))
        state(self.archive, self.desk, [word.to_statement()])
        del self.host.missing[permalink.post]  # not before: what a full disk refuses is stated by the next run
        self.report.gone += 1
        self.host.gone = (self.host.gone or 0) + 1
        self.save()

    def save(self) -> None:
        """Write down how far it is, without what was forgotten meanwhile."""
        for post in [post for post in self.host.missing if not self.archive.index.posts.is_here(post)]:
            del self.host.missing[post]
        self.hosts.save()
