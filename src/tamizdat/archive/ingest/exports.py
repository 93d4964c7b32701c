"""Taking in whatever lies at a path: every export in it, each by itself, and web archives; what is not read is named.

What happens is told as it happens, so that ``tamizdat collect`` and the workbench say the same of the same bytes::

    Part("2024.zip")            something begins that lies in the path
    Names(report)               what is wrong with names of files, where several things lie there
    Taken(report)               an export was read
    Pages(report)               a web archive was
    Failed("old.zip", error)    this one cannot be read; the others are read all the same
    Unread(("cover.psd", …))    files that no format of posts is found in
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, Protocol, TypeAlias

from tamizdat.archive.archive import Archive
from tamizdat.archive.ingest import web_archives
from tamizdat.archive.ingest.dry_run import look_over
from tamizdat.archive.ingest.ingest import ingest
from tamizdat.archive.ingest.web_archives import WebReport
from tamizdat.captures.web_archive import is_web_archive
from tamizdat.dataclass import dataclass
from tamizdat.errors import TamizdatError, UsageError, WorkRemains
from tamizdat.keys import SigningKey
from tamizdat.posts.export import Export, open_export
from tamizdat.posts.formats import Context, Format, Found, Open, Plan, Removal, find_exports, owner, says_whose
from tamizdat.posts.formats.contents import Contents, Some
from tamizdat.posts.post import Post
from tamizdat.posts.report import IngestReport
from tamizdat.posts.unreadable import check_readable

PAGES: Final = (".wacz", ".warc", ".warc.gz")  #: what web archives are called
NOBODY_KNOWS: Final = "-"  #: of an export, whose it is


class Counting(Protocol):
    """Counts the bytes that were taken in."""

    def advance(self, size: int) -> None:
        """Count *size* more."""


Progress: TypeAlias = Callable[[], AbstractContextManager[Counting]]  #: makes one for each thing that is taken in


@dataclass(frozen=True)
class Intake:
    """How it is to be taken in."""

    dry: bool = False  #: look only
    letters: bool = False  #: with the direct messages of an export
    owner: str = ""  #: whose export it is, if it does not say so itself: a handle, a number; :data:`NOBODY_KNOWS`
    batched: Callable[[], None] = lambda: None  #: called after each batch that is looked over; what it raises ends it


@dataclass(frozen=True)
class Part:
    """Something begins, called so."""

    where: str


@dataclass(frozen=True)
class Names:
    """What is wrong with names of files, of all that lies there."""

    report: IngestReport


@dataclass(frozen=True)
class Taken:
    """An export was taken in, or looked over."""

    report: IngestReport


@dataclass(frozen=True)
class Pages:
    """A web archive was."""

    report: WebReport


@dataclass(frozen=True)
class Failed:
    """Something of it cannot be read: *where*, "" for a web archive, and why."""

    where: str
    error: TamizdatError


@dataclass(frozen=True)
class Unread:
    """Files that no format is found in."""

    names: tuple[str, ...]


Event: TypeAlias = Part | Names | Taken | Pages | Failed | Unread


class OwnerUnsaid(UsageError):
    """Nobody has said yet whose this export is, and what is kept of it under no account never gets one."""


@dataclass(frozen=True)
class Owned:
    """A format, of an export that may not say whose it is; the desk does then."""

    format: Format
    handle: str

    @property
    def NAME(self) -> str:
        """Return the name of the format."""
        return self.format.NAME

    def recognises(self, export: Export) -> bool:
        """Tell whether an export is of this format."""
        return self.format.recognises(export)

    def plan(self, export: Export, report: IngestReport) -> Plan:
        """Return the plan, with the account that was named, if the export names none.

        Raises :class:`OwnerUnsaid` if none was named, for an export of which that matters.
        """
        made = self.format.plan(export, report)
        if self.handle not in ("", NOBODY_KNOWS) and not owner(made.format, made.context):
            number = self.handle if self.handle.isdigit() else ""
            about: Context = {
                "account": number,
                "handle": "" if number else self.handle,
                "name": "",
                "named_by": "desk",
            }
            made.context = {**made.context, **about}
        if made.unsaid and self.handle != NOBODY_KNOWS and not says_whose(made):
            raise OwnerUnsaid(
                f"Expected to be told whose export this is before anything of it is kept, found nobody named. "
                f"{made.unsaid} Collect this export by itself with it; if nobody knows it, with --owner "
                f"{NOBODY_KNOWS}. Nothing of it was taken."
            )
        return made

    def read(self, plan: Plan, open_file: Open, report: IngestReport) -> Iterator[Found | Removal]:
        """Yield every post."""
        return self.format.read(plan, open_file, report)

    def post(self, raw: Sequence[bytes], context: Context) -> Post:
        """Return the post of these bytes."""
        return self.format.post(raw, context)


def check_not_empty(path: Path) -> None:
    """Raise :class:`UsageError` for a file of 0 bytes, which is what a copy that was cut off leaves behind."""
    if path.is_file() and path.stat().st_size == 0:
        raise UsageError(
            f"Expected an export, found {path.name} with 0 bytes. Nothing was taken. Copy or download it again."
        )


def take_in(path: Path, archive: Archive, desk: SigningKey, how: Intake, progress: Progress) -> Iterator[Event]:
    """Take in everything at *path*, or look at it, and yield what happens.

    Raises :class:`UsageError` if there is nothing that any format reads, and whatever keeps all of it from being read.
    """
    check_not_empty(path)
    if path.is_file() and is_web_archive(path):
        yield Pages(_pages(path, archive, desk, how, progress))
        return
    opening = IngestReport()
    export = open_export(path, opening)
    try:
        folder = path.is_dir()
        called = [each for each in export.names() if folder and each.lower().endswith(PAGES)]
        pages = [each for each in called if is_web_archive(path / each)]
        try:
            found = _exports(export, pages)
        except UsageError:
            check_readable(export.names(), opening)
            yield Names(opening)  # a name that was not taken may be that of the export
            raise
        several = len(found.parts) + len(found.packed) * folder + len(pages) > 1
        if several:
            yield Names(opening)
        for part in found.parts:
            if several:
                yield Part(part.where or path.resolve().name)
            report = IngestReport() if several else opening
            try:
                one = Owned(part.format, how.owner.lstrip("@"))
                _take(one, part.export, archive, desk, report, how, progress)
            except OwnerUnsaid as error:
                if not several:
                    raise
                yield Failed(part.where or path.resolve().name, error)
            else:
                yield Taken(report)
    finally:
        export.close()
    unread = list(found.unread)
    for name in found.packed:
        try:
            _check_packed(path, name, folder)
            yield Part(name)
            yield from take_in(path / name, archive, desk, how, progress)
        except WorkRemains:
            raise
        except TamizdatError as error:
            yield Failed(name, error)
            unread += [] if isinstance(error, OwnerUnsaid) else [name]
    for name in pages:
        yield Part(name)
        try:
            yield Pages(_pages(path / name, archive, desk, how, progress))
        except WorkRemains:
            raise
        except TamizdatError as error:
            yield Failed("", error)
    if unread:
        yield Unread(tuple(unread))


def _check_packed(path: Path, name: str, folder: bool) -> None:
    """Raise :class:`UsageError` for a packed file that is not opened."""
    if not folder and name != path.name:
        raise UsageError("It lies in another packed file.")
    if not folder:
        raise UsageError(
            f"Expected a packed file, by its name, found one that cannot be opened ({path.stat().st_size:,} "
            "bytes): it is damaged, or only a part came over. Copy or download it again."
        )


def _exports(export: Export, pages: Sequence[str]) -> Contents:
    """Return the exports in what is no web archive. Raises :class:`UsageError` if there is neither."""
    try:
        return find_exports(Some(export, [each for each in export.names() if each not in pages]) if pages else export)
    except UsageError:
        if not pages:
            raise
        return Contents([], [], [each for each in export.names() if each not in pages])


def _take(
    export_format: Format,
    export: Export,
    archive: Archive,
    desk: SigningKey,
    report: IngestReport,
    how: Intake,
    progress: Progress,
) -> None:
    now = datetime.now(UTC)
    if how.dry:
        look_over(archive, export, export_format, now, report, how.letters, how.batched)
        return
    with progress() as counting:
        ingest(archive, desk, export, export_format, now, report, progress=counting.advance, letters=how.letters)


def _pages(path: Path, archive: Archive, desk: SigningKey, how: Intake, progress: Progress) -> WebReport:
    if how.dry:
        return web_archives.look_into(path)
    with progress() as counting:
        return web_archives.take_in(archive, desk, path, datetime.now(UTC), counting.advance)
