"""From an export or a feed to statements: the bytes are kept, and what stands in them is stated, post by post.

::

    captured  {"kind": "posts", "path": "data/tweets.js", "format": "x-archive/v1", "context": {…}, "seen": …, …}
    observed  {"post": "https://x.com/i/status/57", "from": [slices of captures], "published": "2013-05-12T…+08:00",
               "seen": "2026-11-23T09:00:00Z", "as_of": …, "text": SHA-256 of the text}
    sighted   {"capture": 44, "as_of": …, "versions": [[19, 40]], …}
    edited    {"post": …, "before": {"index": 19, "text": "五年了"}, "after": {"index": 47, "text": "五年了。"}, …}
    gone      {"post": …, "observed": 47, "word": "export", "deleted": "2013-05-12T17:40:00+00:00", …}

What is read is what was kept: the files go into ``objects/`` first (:mod:`.kept_files`), and posts are read from there.
Posts go in batches: new versions first (:mod:`.news`), with what was only seen again; then, from what the index now
knows, the differences and removals that nobody has stated yet. So a run that was killed is finished by the next one,
and a rerun adds nothing. A post is gone when the platform says so, never because it is not there; that it is not there
any more, in a whole export, is told as that.
"""

import contextlib
import gc
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import chain, islice
from typing import Final

from tamizdat.archive.acts.state import sign_all, state
from tamizdat.archive.acts.versions import differences, gone
from tamizdat.archive.archive import Archive
from tamizdat.archive.ingest.identity import Join, joined, no_join
from tamizdat.archive.ingest.kept_files import Kept, KeptFiles, Origin, time_of_visit
from tamizdat.archive.ingest.moved_entries import feed_join
from tamizdat.archive.ingest.news import Clock, Dated, News, compare
from tamizdat.archive.store.slices import SEPARATOR, Slices
from tamizdat.archive.views.audience import written_for_everybody
from tamizdat.archive.views.observed import Media, ObservedPost, read_anew, source_name
from tamizdat.encoding import sha256_hex, timestamp
from tamizdat.keys import SigningKey
from tamizdat.ledger.statement import Statement
from tamizdat.posts.export import Export
from tamizdat.posts.formats import Format, Found, Open, Plan, Removal, Slice, owner, says_whose, times
from tamizdat.posts.identity import is_reference, lacking
from tamizdat.posts.report import IngestReport
from tamizdat.posts.times import doubtful, moment
from tamizdat.posts.unshowable import why_unshowable
from tamizdat.statements import observed
from tamizdat.statements.captured import CapturedSource
from tamizdat.statements.gone import EXPORT
from tamizdat.statements.observed import File, Observed
from tamizdat.statements.sighted import Sighted, spans

BATCH: Final = 2_000  #: posts whose statements are appended together
MANY: Final = 64  #: batches after which all rubbish is looked for; after each, that which is new
NAMED: Final = "posts that it only names, without their words"
LACKING: Final = "pictures and clips that it names and does not hold; what is said of them is kept"
NOT_HERE: Final = "removals of posts that are not here"
NOT_THEIRS: Final = "removals of posts that are not here, or not of the account that says so"
#: formats in which a file holds all that there was when it was made, and is not added to later
SNAPSHOTS: Final = (
    "x-archive",
    "mastodon",
    "instagram",
    "threads",
    "facebook",
    "tiktok",
    "substack",
    "ghost",
    "telegram",
    "telegram-html",
    "whatsapp",
    "matrix",
    "livejournal",
    "feed",
)
WHOLE: Final = ("x-archive", "mastodon")  #: formats in which an account is given all it has written
PARTIAL: Final = "parts of an archive that was made in several"


def ingest(
    archive: Archive,
    desk: SigningKey,
    export: Export,
    export_format: Format,
    now: datetime,
    report: IngestReport,
    origin: Origin | None = None,
    progress: Callable[[int], None] = lambda size: None,
    letters: bool = False,
    join: Join = no_join,
) -> IngestReport:
    """Take in what is new of *export*; what was wrong with it is in the report, and stops nothing.

    *letters*: with the direct messages that stand between the posts. *join* tells which known post one is that its
    source gave another id (:mod:`.identity`).
    """
    plan = planned(export, export_format, report, letters)
    join = feed_join(archive, plan) if join is no_join else join
    _IngestRun(archive, desk, export, plan, now, report, origin, progress, join).run(export_format)
    return report


def planned(export: Export, export_format: Format, report: IngestReport, letters: bool) -> Plan:
    """Return the plan of an export, and tell its format."""
    plan = export_format.plan(export, report)
    if plan.unsaid and not says_whose(plan):
        report.notes.append(plan.unsaid)
    plan.withheld = plan.never_kept if letters else plan.withheld
    report.format = plan.format
    return plan


def batches(found: Iterable[Found | Removal]) -> Iterator[list[Found | Removal]]:
    """Yield up to :data:`BATCH` posts at a time; the last one may be empty."""
    every = iter(found)
    while True:
        batch = list(islice(every, BATCH))
        last = len(batch) < BATCH
        yield batch
        if last:
            return


class _IngestRun:
    """One run of taking in."""

    def __init__(
        self,
        archive: Archive,
        desk: SigningKey,
        export: Export,
        plan: Plan,
        now: datetime,
        report: IngestReport,
        origin: Origin | None,
        progress: Callable[[int], None],
        join: Join,
    ) -> None:
        self.archive, self.desk, self.plan = archive, desk, plan
        self.report, self.now, self.seen, self.join = report, now, timestamp(now), join
        dated = export_time(plan, now, report)
        visit = (origin.as_of or time_of_visit(archive, origin.url, self.seen)) if origin else ""
        self.clock = Clock(now, dated, visit)
        as_of = dated or visit or self.seen
        self.files = KeptFiles(archive, desk, export, plan, report, origin, self.seen, as_of, bool(dated), progress)
        self.fetched = origin is not None
        self.slices = Slices(archive.objects)
        self.own: dict[Slice, str] = {}  #: ids that the bytes give, of posts of this batch that were joined
        self.used: set[str] = set()  #: pictures and clips of posts

    def run(self, export_format: Format) -> None:
        """Keep the files, then state their posts, then what follows from all of them."""
        every = len(self.plan.sources)
        self.plan.sources = [path for path in self.plan.sources if self.files.keep(path)]
        self.clock = dated_by_newest(self.clock, self.plan, export_format, self.files.open)
        with _rubbish_waits():
            for number, batch in enumerate(batches(export_format.read(self.plan, self.files.open, self.report)), 1):
                self._take(batch)
                batch.clear()  # else all of it would be looked at for rubbish
                gc.collect(2 if number % MANY == 0 else 1)
                self.files.progress(0)  # what it raises ends the run: the next one goes on here
        self._keep_strays()
        if len(self.plan.sources) == every:
            self._state_whole()

    # -- posts -----------------------------------------------------------------------------------------------

    def _take(self, batch: Sequence[Found | Removal]) -> None:
        """State what is new in a batch."""
        self.own.clear()
        batch = [self._joined(each) if isinstance(each, Found) else each for each in batch]
        posts = with_words(batch, self.report)
        for each in posts:
            note_doubts(self.report, each, self.now)
            self.used.update(each.media)
        news = compare(self.archive.index, [self._dated(each) for each in posts], self.files.stage, self.report)
        media = self.files.keep_media([path for each in news.fresh for path in each.found.media])
        self._state_observed([self._observed(each, media) for each in news.fresh], news)
        self.report.private += sum(not written_for_everybody(each.found.post.audience) for each in news.fresh)
        self._state_differences(list(news.several))
        self._state_removals(batch)

    def _joined(self, found: Found) -> Found:
        found, own = joined(found, self.join)
        if own:
            self.own[found.slices[0]] = own
        return found

    def _dated(self, found: Found) -> Dated:
        kept = self.files.kept[found.slices[0].source]
        clock = replace(self.clock, visit=kept.said.as_of or kept.said.seen) if self.fetched else self.clock
        post = found.post
        source = source_name(kept.said, post.author.id, post.url, post.author.name)
        return Dated(found, clock.of(found), kept.capture, source, self.seen)

    def _state_observed(self, observed: Sequence[ObservedPost], news: News) -> None:
        """Append, with what was seen again, and let the index have the posts as they were just read."""
        statements = [each.said.to_statement() for each in observed]
        statements += [self._once_more(*each) for each in news.again]
        statements += [self._sighted(*each, numbers) for each, numbers in news.sights.items()]
        envelopes = sign_all(statements, self.desk)
        self.archive.catch_up(dict(zip(self.archive.append(envelopes), observed, strict=False)))

    def _once_more(self, number: int, as_of: str) -> Statement:
        """Return that a known version stood after one that was found now, as a later sight of it told."""
        said = observed.read(self.archive.statement(number))
        return replace(said, as_of=as_of, seen=self.seen).to_statement()

    def _sighted(self, capture: int, as_of: str, versions: Sequence[int], whole: str | None = None) -> Statement:
        kept = next(each for each in self.files.kept.values() if each.capture == capture)
        told = Sighted(capture, kept.commitment, as_of, self.seen, spans(versions), whole, kept.said.original)
        return told.to_statement()

    def _observed(self, dated: Dated, media: dict[str, Kept]) -> ObservedPost:
        """Return a post with what is stated of it."""
        found, post, pieces = dated.found, dated.found.post, self._pieces(dated.found)
        raw, source = SEPARATOR.join(pieces), self.files.kept[dated.found.slices[0].source].said
        files = [(media[path], path) for path in found.media if path in media] if found.media else ()
        said = Observed(
            post=post.id,
            slices=tuple(self._slice(each) for each in found.slices),
            published=post.published,
            seen=self.seen,
            as_of=dated.as_of,
            text=sha256_hex(post.text.encode()),
            media=tuple(File(kept.capture, kept.commitment, path) for kept, path in files) if files else None,
            own=self.own.get(found.slices[0]) if self.own else None,
            raw=sha256_hex(raw),
        )
        pictures = tuple(Media(kept.capture, kept.said.original, path) for kept, path in files) if files else ()
        return ObservedPost(said, post, raw, pictures, source, read_anew(pieces, source))

    def _pieces(self, found: Found) -> list[bytes]:
        read, kept = self.slices.read, self.files.kept
        return [read(kept[each.source].said.original, each.offset, each.length) for each in found.slices]

    def _slice(self, where: Slice) -> observed.Slice:
        """Return a where of a captured file, by salted commitment: its statement may be disclosed, the file may not."""
        kept = self.files.kept[where.source]
        return observed.Slice(kept.capture, kept.commitment, where.offset, where.length)

    # -- what follows from it --------------------------------------------------------------------------------

    def _state_differences(self, posts: Sequence[str]) -> None:
        """State an ``edited`` for every two versions in a row that differ, unless there is one."""
        statements = [each.to_statement() for post in posts for each in differences(self.archive, post, self.seen)]
        state(self.archive, self.desk, statements)
        self.report.edited += len(statements)

    def _state_removals(self, batch: Sequence[Found | Removal]) -> None:
        """State a ``gone`` for what the export says was deleted, unless it is known to be gone."""
        statements = []
        for each in batch:
            if isinstance(each, Found) and each.deleted is None:
                continue
            self.report.removals += 1
            if isinstance(each, Removal) and not is_own(each, self._authors(each)):
                self.report.left[NOT_THEIRS] += 1
                continue
            listed = isinstance(each, Removal)
            where, post = (each.slice, each.id) if isinstance(each, Removal) else (each.slices[0], each.post.id)
            source = self.files.kept[where.source].said
            said = gone(self.archive, post, EXPORT, removal_time(self.clock, each), self.seen, source)
            if said is not None:
                reason = (each.reason or None) if isinstance(each, Removal) else None
                more = replace(said, deleted=each.deleted or None, reason=reason, slices=(self._slice(where),))
                statements.append(more.to_statement())
            elif listed and not self.archive.index.posts.versions(post) and not self.archive.index.posts.gone(post):
                self.report.left[NOT_HERE] += 1
        state(self.archive, self.desk, statements)
        self.report.gone += len(statements)

    def _authors(self, removal: Removal) -> list[str]:
        return [each.author for each in self.archive.index.posts.versions(removal.id)] if removal.author else []

    def _keep_strays(self) -> None:
        """Keep pictures and clips whose posts are not in the export: they may be all that is left of them.

        Where letters were left out, nobody can tell whose they are; then they are only counted.
        """
        strays = stray_files(self.plan, self.used)
        if strays and may_keep_strays(self.plan, self.report):
            for at in range(0, len(strays), BATCH):
                self.files.keep_media(strays[at : at + BATCH])
            self.report.strays += len(strays)
        elif strays:
            self.report.left["pictures and clips that belong to no post that was read"] += len(strays)

    def _state_whole(self) -> None:
        """State that an export was whole and read to its end, once; and count what was in earlier ones alone."""
        source = whole_source(self.plan, self.report)
        as_of = self.clock.export or self.clock.newest_in("")
        if not source or not as_of or not self.files.kept:
            return
        if not self.archive.index.sights.is_whole(source, as_of):
            capture = min(each.capture for each in self.files.kept.values())
            state(self.archive, self.desk, [self._sighted(capture, as_of, (), source)])
        sights = self.archive.index.sights
        if sights.whole(source) == as_of:
            self.report.absent = sights.absent(source, as_of)


@contextlib.contextmanager
def _rubbish_waits() -> Iterator[None]:
    """Let nothing look for rubbish between two batches: each time it would look at all posts of one, and find none."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


# ---- what a dry run decides in the same way --------------------------------------------------------------------------


def export_time(plan: Plan, now: datetime, report: IngestReport) -> str:
    """Return when the platform made the export, by its own word if that can be; "" if it does not say."""
    when = moment(plan.as_of)
    if when is None:
        return ""
    if doubtful(timestamp(when), now):
        report.problem("time", "the export", detail="the time at which it says it was made")
        return ""
    return timestamp(when)


def dated_by_newest(clock: Clock, plan: Plan, export_format: Format, open_file: Open) -> Clock:
    """Return the clock, for an export or feed without a date with the time of the newest post in it."""
    if clock.export or clock.visit or plan.format.partition("/")[0] not in SNAPSHOTS:
        return clock
    newest, feeds = dict[str, str](), plan.format.startswith("feed/")
    for path, time in chain(times(export_format, plan, open_file), plan.made.items()):
        where = path if feeds else ""
        newest[where] = max(newest.get(where, ""), clock.sound(time))
    now = timestamp(clock.now)
    return replace(clock, newest={where: min(time, now) for where, time in newest.items()})


def with_words(batch: Sequence[Found | Removal], report: IngestReport) -> list[Found]:
    """Return the posts of a batch that are more than a name, and count them, and what they lack."""
    found = [each for each in batch if isinstance(each, Found) and _is_shown(each, report)]
    posts = [each for each in found if not is_reference(each.post)]
    report.found += len(posts)
    if len(posts) < len(found):
        report.left[NAMED] += len(found) - len(posts)
    if missing := sum(lacking(each.post, each.media) for each in posts):
        report.left[LACKING] += missing
    return posts


def _is_shown(found: Found, report: IngestReport) -> bool:
    """Tell whether it can be a post; of what cannot the bytes are kept, and that is told."""
    why = why_unshowable(found.post)
    if why:
        report.problem("form", found.slices[0].source, found.slices[0].offset, why)
    return not why


def removal_time(clock: Clock, said: Found | Removal) -> str:
    """Return for when the platform says that a post is gone: as of its export, else since the day that it tells."""
    where = said.slice if isinstance(said, Removal) else said.slices[0]
    told = clock.sound(said.as_of) or clock.export or clock.visit or clock.newest_in(where.source)
    return told or clock.sound(said.deleted) or timestamp(clock.now)


def is_own(removal: Removal, authors: Sequence[str]) -> bool:
    """Tell whether who says that a post is gone may say so; *authors* are those of its known versions."""
    return not removal.author or set(authors) == {removal.author}


def stray_files(plan: Plan, used: set[str]) -> list[str]:
    """Return the pictures and clips that no post asks for."""
    return sorted({path for paths in plan.media.values() for path in paths} - used)


def may_keep_strays(plan: Plan, report: IngestReport) -> bool:
    """Return whether such files can belong to nothing but posts: X has a folder of its own for those of letters."""
    apart = plan.format.startswith("x-archive/")
    return not plan.withheld and (apart or not any("direct messages" in what for what in report.left))


def whole_source(plan: Plan, report: IngestReport) -> str:
    """Return whose export it is if it is all that the platform gave the account; "" if it is not, or damaged."""
    mine = owner(plan.format, plan.context) if plan.format.partition("/")[0] in WHOLE else ""
    if not mine or report.damaged or report.left[PARTIAL]:
        return ""
    said = CapturedSource("posts", "", plan.format, 0, "", context=plan.context)
    return source_name(said, mine, "", "")


def note_doubts(report: IngestReport, found: Found, now: datetime) -> None:
    """Report what is doubtful about a post that was found, and a publication time that cannot be right."""
    where, published = found.slices[0], found.post.published
    for doubt in found.post.doubts:
        kind, _, stands = doubt.partition(": ")
        report.problem(kind, where.source, where.offset, stands)
    if published and doubtful(published, now):
        report.problem("time", where.source, where.offset, published)
