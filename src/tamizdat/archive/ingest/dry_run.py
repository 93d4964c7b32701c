"""What taking in an export would do, without keeping anything: ``collect --dry-run``.

It decides as the run does (:mod:`.news`), from the export itself, and remembers what the run would have stated.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from itertools import islice

from tamizdat.archive.acts.versions import gone
from tamizdat.archive.archive import Archive
from tamizdat.archive.ingest.identity import joined
from tamizdat.archive.ingest.ingest import (
    BATCH,
    NOT_HERE,
    NOT_THEIRS,
    batches,
    dated_by_newest,
    export_time,
    is_own,
    may_keep_strays,
    note_doubts,
    planned,
    removal_time,
    stray_files,
    with_words,
)
from tamizdat.archive.ingest.kept_files import digest_of
from tamizdat.archive.ingest.moved_entries import feed_join
from tamizdat.archive.ingest.news import Clock, Dated, compare
from tamizdat.archive.views.audience import written_for_everybody
from tamizdat.archive.views.observed import source_name
from tamizdat.archive.views.sights import Known
from tamizdat.archive.views.version_difference import are_in_order, are_numbered, at_hand, difference, pairs
from tamizdat.encoding import timestamp
from tamizdat.posts.export import Export
from tamizdat.posts.formats import Format, Found, Plan, Removal
from tamizdat.posts.identity import closed_within
from tamizdat.posts.report import IngestReport
from tamizdat.statements.captured import CapturedSource
from tamizdat.statements.gone import EXPORT


def look_over(
    archive: Archive,
    export: Export,
    export_format: Format,
    now: datetime,
    report: IngestReport,
    letters: bool = False,
    batched: Callable[[], None] = lambda: None,
) -> IngestReport:
    """Report what :func:`~tamizdat.archive.ingest.ingest.ingest` would find, without keeping anything.

    *batched* is called after each batch of posts; what it raises ends the look.
    """
    plan = planned(export, export_format, report, letters)
    _DryRun(archive, export, plan, now, report).run(export_format, batched)
    return report


class _DryRun:
    def __init__(self, archive: Archive, export: Export, plan: Plan, now: datetime, report: IngestReport) -> None:
        self.archive, self.export, self.plan, self.now, self.report = archive, export, plan, now, report
        self.join = feed_join(archive, plan)
        self.clock = Clock(now, export_time(plan, now, report))
        self.unstated: dict[str, list[Known]] = {}
        self.authors: dict[str, str] = {}  #: of new posts
        self.gone: set[str] = set()
        self.within: set[str] = set()  #: posts that new ones repeat or quote
        self.media: set[str] = set()  #: SHA-256 of pictures and clips that would be new
        self.used: set[str] = set()

    def run(self, export_format: Format, batched: Callable[[], None]) -> None:
        self.clock = dated_by_newest(self.clock, self.plan, export_format, self.export.open)
        for batch in batches(export_format.read(self.plan, self.export.open, self.report)):
            self._look(batch)
            batched()
        self._count_differences()
        strays = stray_files(self.plan, self.used)
        if may_keep_strays(self.plan, self.report):
            self._count_media(strays)
            self.report.strays += len(strays)

    def _look(self, batch: Sequence[Found | Removal]) -> None:
        batch = [joined(each, self.join)[0] if isinstance(each, Found) else each for each in batch]
        posts = with_words(batch, self.report)
        for each in posts:
            note_doubts(self.report, each, self.now)
            self.used.update(each.media)
        dated = [self._dated(each) for each in posts]
        news = compare(self.archive.index, dated, self._digests, self.report, self.unstated)
        for fresh in news.fresh:
            self._remember_media(fresh)
            self.within |= closed_within(fresh.found.post).keys()
            self.authors[fresh.found.post.id] = fresh.found.post.author.id
        self.report.private += sum(not written_for_everybody(each.found.post.audience) for each in news.fresh)
        for said in batch:
            self._count_removal(said)

    def _dated(self, found: Found) -> Dated:
        said, post = self._said(found.slices[0].source), found.post
        source = source_name(said, post.author.id, post.url, post.author.name)
        return Dated(found, self.clock.of(found), -1, source, timestamp(self.now))

    def _said(self, path: str) -> CapturedSource:
        """Return what a capture of this file would say."""
        return CapturedSource("posts", path, self.plan.format, 0, "", context=self.plan.context_of(path))

    def _digests(self, paths: Sequence[str]) -> list[str | None]:
        return [digest_of(self.export, self.plan, path) for path in paths]

    def _count_media(self, paths: Sequence[str]) -> list[tuple[str, str]]:
        """Count those of these files that would be new; return the SHA-256 of each with its name."""
        held = [(digest, path) for digest, path in zip(self._digests(paths), paths, strict=True) if digest]
        posts = self.archive.index.posts
        new = {digest for digest, _ in held if digest not in self.media and not posts.sources_of(digest)}
        self.media |= new
        self.report.media += len(new)
        return held

    def _remember_media(self, each: Dated) -> None:
        if each.found.media:
            pictures, every = tuple(self._count_media(each.found.media)), self.unstated[each.found.post.id]
            for place, known in enumerate(every):
                if (known.as_of, known.version) == (each.as_of, each.found.post.version):
                    every[place] = known._replace(compared=known.compared._replace(pictures=pictures))

    def _count_removal(self, each: Found | Removal) -> None:
        if isinstance(each, Found) and each.deleted is None:
            return
        self.report.removals += 1
        if isinstance(each, Removal) and each.author and not is_own(each, self._authors(each.id)):
            self.report.left[NOT_THEIRS] += 1
            return
        where, post = (each.slice, each.id) if isinstance(each, Removal) else (each.slices[0], each.post.id)
        time, said = removal_time(self.clock, each), self._said(where.source)
        news = gone(self.archive, post, EXPORT, time, time, said) is not None
        posts, here = self.archive.index.posts, post in self.unstated or post in self.within
        known = bool(posts.versions(post) or posts.gone(post))
        if post not in self.gone and (news or (not known and here)):
            self.gone.add(post)
            self.report.gone += 1
        elif isinstance(each, Removal) and not known and not here:
            self.report.left[NOT_HERE] += 1

    def _authors(self, post: str) -> list[str]:
        known = [each.author for each in self.archive.index.posts.versions(post)]
        return [*known, self.authors[post]] if post in self.authors else known

    def _count_differences(self) -> None:
        """Count the differences among the versions that there would be of each post."""
        ids = iter(self.unstated)
        while some := list(islice(ids, BATCH)):
            stated = self.archive.index.sights.known(some)
            for post in some:
                every = sorted([*stated.get(post, ()), *self.unstated[post]], key=lambda one: (one.as_of, one.version))
                for before, after in pairs(every):
                    if min(before.number, after.number) < 0 and are_in_order(before, after):
                        texts = at_hand(self._text(before), self._text(after))
                        sides, numbered = (before.compared, after.compared), are_numbered(before, after)
                        self.report.edited += bool(difference(*sides, texts, numbered))

    def _text(self, one: Known) -> str:
        version = self.archive.index.posts.version(one.number) if one.number >= 0 else None
        return version.text if version else one.text
