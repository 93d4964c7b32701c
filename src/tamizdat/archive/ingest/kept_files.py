"""Files of an export in the archive: kept first, and read from there; each is stated once."""

import hashlib
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import BinaryIO, Final

from tamizdat.archive.acts.state import state
from tamizdat.archive.archive import Archive
from tamizdat.archive.views.posts import Source
from tamizdat.dataclass import dataclass
from tamizdat.disk.files import refusals
from tamizdat.keys import SigningKey
from tamizdat.posts.export import BadExport, Export
from tamizdat.posts.formats import Plan
from tamizdat.posts.report import IngestReport
from tamizdat.statements import captured
from tamizdat.statements.captured import CapturedSource

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
    as_of: str = ""  #: of an answer that was kept before it is taken in (:mod:`.refused_answers`): for when it speaks


@dataclass(frozen=True)
class Kept:
    """A file of the export in the archive: its ``captured`` statement, by its index and commitment."""

    capture: int
    commitment: bytes
    said: CapturedSource


@dataclass
class KeptFiles:
    """The files of one export; *as_of* is when the platform gave them out, *seen* when they were taken in."""

    archive: Archive
    desk: SigningKey
    export: Export
    plan: Plan
    report: IngestReport
    origin: Origin | None
    seen: str
    as_of: str
    dated: bool  #: whether *as_of* is the platform's word
    progress: Callable[[int], None]

    def __post_init__(self) -> None:
        self.kept: dict[str, Kept] = {}

    def open(self, path: str) -> BinaryIO:
        """Open a kept file of posts."""
        self.progress(self.export.size(path))
        return self.archive.objects.open(self.kept[path].said.original)

    def keep(self, path: str) -> bool:
        """Keep a file of posts and state it, unless that was done; return False if nothing of it can be read."""
        [found] = self.stage([path])
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

    def keep_media(self, paths: Iterable[str]) -> dict[str, Kept]:
        """Keep pictures and clips and state them, unless that was done; those that cannot be read are left out."""
        wanted = list(dict.fromkeys(paths))
        held = {path: digest for path, digest in zip(wanted, self.stage(wanted), strict=True) if digest}
        kept = {path: known for path, digest in held.items() if (known := self._captured_before(digest, MEDIA, path))}
        new = [path for path in held if path not in kept]
        said = [self._captured(path, MEDIA, held[path], self.seen) for path in new]
        numbers = state(self.archive, self.desk, [each.to_statement() for each in said])
        self.report.media += len(new)
        kept |= {path: self._kept(number, each) for path, number, each in zip(new, numbers, said, strict=True)}
        return kept

    def _kept(self, capture: int, said: CapturedSource) -> Kept:
        return Kept(capture, self.archive.commitments()[capture], said)

    def _captured_before(self, digest: str, kind: str, path: str) -> Kept | None:
        """Return the capture of the same bytes with the same context; None if there is none.

        Of a fetched feed, only that of the last visit: between two visits that brought the same, there was one that
        did not.
        """
        posts = self.archive.index.posts
        sources: list[Source]
        if self.origin is None:
            sources = posts.sources_of(digest)
        elif self.origin.as_of:  # a run that was killed took it in, as of its own visit
            sources = [each for each in posts.visits(self.origin.url) if each.seen == self.seen]
        else:
            sources = posts.visits(self.origin.url)[-1:]
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
        news = self.dated and said.as_of != self.as_of
        return said.context == self.plan.context_of(path) and not news

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

    # -- bytes -----------------------------------------------------------------------------------------------

    def stage(self, paths: Sequence[str]) -> list[str | None]:
        """Copy these files into objects, unless they are there; return their SHA-256, None for one that is damaged."""
        objects, arrivals, digests = self.archive.objects, [], list[str | None]()
        for path in paths:
            digest = digest_of(self.export, self.plan, path) if self.archive.index.posts.has_path(path) else None
            if digest is None or not objects.has(digest):
                staged = objects.staged()
                digest = self._copy(path, staged)
                if digest is not None:
                    arrivals.append((staged, digest))
            digests.append(digest)
        objects.adopt_many(arrivals)
        return digests

    def _copy(self, path: str, staged: Path) -> str | None:
        """Copy a file of the export, damaged or not; return its SHA-256, None if nothing of it can be read."""
        digest, size = hashlib.sha256(), 0
        with refusals(WHAT), staged.open("xb") as target:
            try:
                for data in _data(self.export, self.plan, path):
                    size += len(data)
                    digest.update(data)
                    target.write(data)
            except BadExport as error:  # what could be read is kept, and read as far as it goes
                self.report.problem("damaged", path, size, str(error))
        if not size:
            staged.unlink()
            return None
        return digest.hexdigest()


def time_of_visit(archive: Archive, url: str, seen: str) -> str:
    """Return the time of this visit, which is not before the last one's: a clock may have been set back."""
    before = archive.index.posts.visits(url)[-1:]
    said = captured.read(archive.statement(before[0].number)) if before else None
    return max(seen, (said.as_of or said.seen) if isinstance(said, CapturedSource) else "")


def digest_of(export: Export, plan: Plan, path: str) -> str | None:
    """Return the SHA-256 of a file as it would be kept; None if it is damaged."""
    try:
        with refusals(WHAT):
            digest = hashlib.sha256()
            for data in _data(export, plan, path):
                digest.update(data)
    except BadExport:
        return None
    return digest.hexdigest()


def _data(export: Export, plan: Plan, path: str) -> Iterator[bytes]:
    """Yield the bytes of a file as they are kept: what is withheld is ``null`` and spaces."""
    withheld, offset = deque(plan.withheld.get(path, ())), 0
    with export.open(path) as file:
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
