"""From an export or a feed to statements: the bytes are kept, and what stands in them is stated, post by post.

::

    captured  {"kind": "posts", "path": "data/tweets.js", "format": "x-archive/v1", "context": {…}, "seen": …, …}
    observed  {"post": "https://x.com/i/status/57", "from": [slices of captures], "published": "2013-05-12T…+08:00",
               "seen": "2026-11-23T09:00:00Z", "as_of": …, "text": SHA-256 of the text}
    edited    {"post": …, "before": {"index": 19, "text": "五年了"}, "after": {"index": 47, "text": "五年了。"}, …}
    gone      {"post": …, "observed": 47, "word": "export", "deleted": "2013-05-12T17:40:00+00:00", …}

What is read is what was kept: the files go into ``objects/`` first, and posts are read from there. Posts go in batches:
new versions first, then, from what the index now knows, the differences and removals that nobody has stated yet. So a
run that was killed is finished by the next one, and a rerun adds nothing.

A version is new when neither the version known for that time nor the next one after it says the same; an old export
taken in after a newer one therefore ends up before it. A post is gone when the platform says so, never because it is
not there.
"""

import hashlib
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice, pairwise
from pathlib import Path
from typing import BinaryIO, Final

from tamizdat.archive.acts.state import sign_all, state
from tamizdat.archive.acts.versions import Known, edited, gone, is_known
from tamizdat.archive.archive import Archive
from tamizdat.archive.store.slices import SEPARATOR, Slices
from tamizdat.archive.views.observed import Media, ObservedPost
from tamizdat.disk.files import refusals
from tamizdat.encoding import sha256_hex, timestamp
from tamizdat.keys import SigningKey
from tamizdat.posts.export import BadExport, Export
from tamizdat.posts.formats import Format, Found, Plan, Removal, Slice
from tamizdat.posts.report import IngestReport
from tamizdat.posts.times import doubtful, moment
from tamizdat.statements import captured, observed
from tamizdat.statements.captured import CapturedSource
from tamizdat.statements.gone import EXPORT
from tamizdat.statements.observed import File, Observed

BATCH: Final = 2_000  #: posts whose statements are appended together
STEP: Final = 1 << 20
POSTS: Final = "posts"
MEDIA: Final = "media"
WHAT: Final = "a file of the export"


@dataclass(frozen=True)
class Origin:
    """Where a feed was fetched from, and what to ask with the next time."""

    url: str
    etag: str | None = None
    modified: str | None = None


@dataclass(frozen=True)
class Kept:
    """A file of the export in the archive: its ``captured`` statement, by its index and commitment."""

    capture: int
    commitment: bytes
    said: CapturedSource


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
) -> IngestReport:
    """Take in what is new of *export*; what was wrong with it is in the report, and stops nothing.

    *letters*: with the direct messages that stand between the posts.
    """
    plan = export_format.plan(export, report)
    plan.withheld = plan.never_kept if letters else plan.withheld
    _IngestRun(archive, desk, export, plan, now, report, origin, progress).run(export_format)
    return report


def batches(found: Iterable[Found | Removal]) -> Iterator[list[Found | Removal]]:
    """Yield up to :data:`BATCH` posts at a time; the last one may be empty."""
    every = iter(found)
    while True:
        batch = list(islice(every, BATCH))
        yield batch
        if len(batch) < BATCH:
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
    ) -> None:
        self.archive, self.desk, self.export, self.plan = archive, desk, export, plan
        self.report, self.origin, self.progress = report, origin, progress
        self.now, self.seen = now, timestamp(now)
        self.kept: dict[str, Kept] = {}
        self.slices = Slices(archive.objects)
        report.format = plan.format
        self.as_of = self._as_of()

    def run(self, export_format: Format) -> None:
        """Keep the files, then state their posts."""
        readable = [path for path in self.plan.sources if self._keep(path)]
        self.plan.sources = readable
        for batch in batches(export_format.read(self.plan, self._open, self.report)):
            self._take(batch)

    # -- files -----------------------------------------------------------------------------------------------

    def _as_of(self) -> str:
        """Return when the platform gave this out: by its own word if that can be, else now."""
        when = moment(self.plan.as_of)
        if when is None:
            return self.seen
        if doubtful(timestamp(when), self.now):
            self.report.problem("time", "the export", detail="the time at which it says it was made")
            return self.seen
        return timestamp(when)

    def _open(self, path: str) -> BinaryIO:
        file = self.archive.objects.open(self.kept[path].said.original)
        self.progress(self.export.size(path))
        return file

    def _keep(self, path: str) -> bool:
        """Keep a file and state it, unless that was done before; return False if it cannot be read whole."""
        [found] = self._stage([path])
        if found is None:
            return False
        known = self._captured_before(found, POSTS, path)
        if known is None:
            said = self._captured(path, POSTS, found, self.as_of)
            [number] = state(self.archive, self.desk, [said.to_statement()])
            known = self._kept(number, said)
            self.report.files += 1
        self.kept[path] = known
        return True

    def _kept(self, capture: int, said: CapturedSource) -> Kept:
        return Kept(capture, self.archive.commitments()[capture], said)

    def _captured_before(self, digest: str, kind: str, path: str) -> Kept | None:
        """Return the capture of the same bytes with the same context; None if there is none.

        Of a fetched feed, only that of the last visit: between two visits that brought the same, there was one that
        did not.
        """
        posts = self.archive.index.posts
        sources = posts.visits(self.origin.url)[-1:] if self.origin else posts.sources_of(digest)
        for source in reversed(sources):
            said = captured.read(self.archive.statement(source.number))
            if not isinstance(said, CapturedSource):
                continue
            same = (said.original, said.kind, said.format) == (digest, kind, self.plan.format)
            if same and (kind != POSTS or self._tells_the_same(said, path)):
                return self._kept(source.number, said)
        return None

    def _tells_the_same(self, said: CapturedSource, path: str) -> bool:
        """Tell whether a capture says of these bytes what we would; a later export that still holds them is news."""
        dated = self.plan.as_of is not None and said.as_of != self.as_of
        return said.context == self.plan.context_of(path) and not dated

    def _captured(self, path: str, kind: str, digest: str, as_of: str) -> CapturedSource:
        origin = self.origin
        return CapturedSource(
            kind=kind,
            path=path,
            format=self.plan.format,
            size=self.archive.objects.size(digest),
            seen=self.seen,
            as_of=as_of,
            context=self.plan.context_of(path) if kind == POSTS else None,
            url=(origin.url or None) if origin else None,
            etag=(origin.etag or None) if origin else None,
            modified=(origin.modified or None) if origin else None,
            withheld=len(self.plan.withheld[path]) if path in self.plan.withheld else None,
            original=digest,
        )

    def _stage(self, paths: Sequence[str]) -> list[str | None]:
        """Copy these files into objects, unless they are there; return their SHA-256, None for one that is damaged."""
        objects, arrivals, digests = self.archive.objects, [], list[str | None]()
        for path in paths:
            digest = self._digest(path) if self.archive.index.posts.has_path(path) else None
            if digest is None or not objects.has(digest):
                staged = objects.staged()
                digest = self._copy(path, staged)
                if digest is not None:
                    arrivals.append((staged, digest))
            digests.append(digest)
        objects.adopt_many(arrivals)
        return digests

    def _data(self, path: str) -> Iterator[bytes]:
        """Yield the bytes of a file as they are kept: what is withheld is ``null`` and spaces."""
        withheld, offset = deque(self.plan.withheld.get(path, ())), 0
        with self.export.open(path) as file:
            while data := file.read(STEP):
                kept, end = bytearray(data), offset + len(data)
                while withheld and withheld[0][0] < end:
                    start, length = withheld[0]
                    first, last = max(start, offset), min(start + length, end)
                    kept[first - offset : last - offset] = b"null"[first - start : last - start].ljust(last - first)
                    if start + length > end:  # the rest of it is in the next bytes
                        break
                    withheld.popleft()
                yield bytes(kept)
                offset = end

    def _digest(self, path: str) -> str | None:
        try:
            with refusals(WHAT):
                digest = hashlib.sha256()
                for data in self._data(path):
                    digest.update(data)
        except BadExport:
            return None
        return digest.hexdigest()

    def _copy(self, path: str, staged: Path) -> str | None:
        """Copy a file of the export, damaged or not; return its SHA-256, None if nothing of it can be read."""
        digest, size = hashlib.sha256(), 0
        with refusals(WHAT), staged.open("xb") as target:
            try:
                for data in self._data(path):
                    size += len(data)
                    digest.update(data)
                    target.write(data)
            except BadExport as error:  # what could be read is kept, and read as far as it goes
                self.report.problem("damaged", path, size, str(error))
        if not size:
            staged.unlink()
            return None
        return digest.hexdigest()

    # -- posts -----------------------------------------------------------------------------------------------

    def _take(self, batch: Sequence[Found | Removal]) -> None:
        """State what is new in a batch."""
        posts = [each for each in batch if isinstance(each, Found)]
        for each in posts:
            note_doubts(self.report, each, self.now)
        self.report.found += len(posts)
        fresh, several = self._fresh(posts)
        media = self._keep_media([path for found in fresh for path in found.media])
        self._state_observed([self._observed(found, media) for found in fresh])
        self.report.private += sum(found.post.audience in ("followers", "direct") for found in fresh)
        self._state_differences(several)
        self._state_removals(batch)

    def _state_observed(self, observed: Sequence[ObservedPost]) -> None:
        """Append, and let the index have the posts as they were just read."""
        envelopes = sign_all([each.said.to_statement() for each in observed], self.desk)
        self.archive.append(envelopes)
        self.archive.catch_up(dict(zip(envelopes, observed, strict=True)))

    def _time_of(self, found: Found) -> str:
        said = self.kept[found.slices[0].source].said
        return said.as_of or said.seen

    def _fresh(self, posts: Sequence[Found]) -> tuple[list[Found], list[str]]:
        """Return the posts that say what is not known yet, and the ids of which there are now several versions.

        Their differences are to be stated, also those that a run that was killed did not come to.
        """
        fresh: list[Found] = []
        index, ids = self.archive.index.posts, {found.post.id for found in posts}
        held = {post: [Known(*each) for each in versions] for post, versions in index.known(ids).items()}
        several = dict.fromkeys(post for post, known in held.items() if len(known) > 1)
        gone = index.gone_since(ids)
        for found in posts:
            known = held.setdefault(found.post.id, [])
            capture = self.kept[found.slices[0].source].capture
            post = found.post
            this = Known(self._time_of(found), post.said, capture, post.version, post.audience)
            since = gone.get(found.post.id) if known and found.deleted is None else None
            back = since is not None and this.as_of > max(since, *(each.as_of for each in known))
            if is_known(known, this) and not back:
                self.report.already += 1
                continue
            if any((each.as_of, each.capture, each.version) == (this.as_of, capture, this.version) for each in known):
                self.report.problem("duplicate", found.slices[0].source, found.slices[0].offset)
            self.report.new += not known
            self.report.back += back
            fresh.append(found)
            several.update({found.post.id: None} if known else {})
            known.append(this)
        return fresh, list(several)

    def _keep_media(self, paths: Iterable[str]) -> dict[str, Kept]:
        wanted = list(dict.fromkeys(paths))
        held = {path: digest for path, digest in zip(wanted, self._stage(wanted), strict=True) if digest}
        kept = {path: known for path, digest in held.items() if (known := self._captured_before(digest, MEDIA, path))}
        new = [path for path in held if path not in kept]
        said = [self._captured(path, MEDIA, held[path], self.seen) for path in new]
        numbers = state(self.archive, self.desk, [each.to_statement() for each in said])
        self.report.media += len(new)
        kept |= {path: self._kept(number, each) for path, number, each in zip(new, numbers, said, strict=True)}
        return kept

    def _observed(self, found: Found, media: dict[str, Kept]) -> ObservedPost:
        """Return a post with what is stated of it."""
        post, raw = found.post, self._raw(found)
        files = [(media[path], path) for path in found.media if path in media]
        said = Observed(
            post=post.id,
            slices=tuple(self._slice(each) for each in found.slices),
            published=post.published,
            seen=self.seen,
            as_of=self._time_of(found),
            text=sha256_hex(post.text.encode()),
            media=tuple(File(kept.capture, kept.commitment, path) for kept, path in files) or None,
            raw=sha256_hex(raw),
        )
        pictures = tuple(Media(kept.capture, kept.said.original, path) for kept, path in files)
        return ObservedPost(said, post, raw, pictures, self.kept[found.slices[0].source].said)

    def _raw(self, found: Found) -> bytes:
        read = self.slices.read
        return SEPARATOR.join(
            read(self.kept[each.source].said.original, each.offset, each.length) for each in found.slices
        )

    def _slice(self, where: Slice) -> observed.Slice:
        """Return a where of a captured file, by salted commitment: its statement may be disclosed, the file may not."""
        kept = self.kept[where.source]
        return observed.Slice(kept.capture, kept.commitment, where.offset, where.length)

    # -- what follows from it --------------------------------------------------------------------------------

    def _state_differences(self, posts: Sequence[str]) -> None:
        """State an ``edited`` for every two versions in a row that differ, unless there is one."""
        statements = []
        index = self.archive.index.posts
        for post in posts:
            versions = index.versions(post)
            if len(versions) < 2:
                continue
            stated = {(edit.before, edit.after) for edit in index.edits(post)}
            for before, after in pairwise(versions):
                apart = (before.as_of, before.version) != (after.as_of, after.version) and before.said != after.said
                if apart and (before.number, after.number) not in stated:
                    statements.append(edited(self.archive, before, after, self.seen).to_statement())
        state(self.archive, self.desk, statements)
        self.report.edited += len(statements)

    def _state_removals(self, batch: Sequence[Found | Removal]) -> None:
        """State a ``gone`` for what the export says was deleted, unless it is known to be gone."""
        statements = []
        for each in batch:
            if isinstance(each, Found) and each.deleted is None:
                continue
            listed = isinstance(each, Removal)
            where, post = (each.slice, each.id) if isinstance(each, Removal) else (each.slices[0], each.post.id)
            source = self.kept[where.source].said
            said = gone(self.archive, post, EXPORT, source.as_of or source.seen, self.seen, source)
            if said is not None:
                reason = (each.reason or None) if isinstance(each, Removal) else None
                more = replace(said, deleted=each.deleted or None, reason=reason, slices=(self._slice(where),))
                statements.append(more.to_statement())
            elif listed and not self.archive.index.posts.versions(post):
                self.report.left["removals of posts that are not here"] += 1
        state(self.archive, self.desk, statements)
        self.report.gone += len(statements)


def note_doubts(report: IngestReport, found: Found, now: datetime) -> None:
    """Report what is doubtful about a post that was found, and a publication time that cannot be right."""
    where, published = found.slices[0], found.post.published
    for doubt in found.post.doubts:
        report.problem(doubt, where.source, where.offset)
    if published and doubtful(published, now):
        report.problem("time", where.source, where.offset, published)
