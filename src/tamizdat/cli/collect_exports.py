"""What ``collect PATH`` does: every export that lies there is read, each by itself, and what is not read is named."""

from argparse import Namespace
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from tamizdat.archive import Archive
from tamizdat.archive.ingest.dry_run import look_over
from tamizdat.archive.ingest.ingest import ingest
from tamizdat.captures.web_archive import is_web_archive
from tamizdat.cli.collect_pages import collect_web_archive
from tamizdat.cli.console import Out
from tamizdat.cli.formatting import counted
from tamizdat.errors import TamizdatError, UsageError
from tamizdat.keys import SigningKey
from tamizdat.posts.export import Export, open_export
from tamizdat.posts.formats import Context, Format, Found, Open, Plan, Removal, find_exports, owner
from tamizdat.posts.formats.contents import Contents, Some
from tamizdat.posts.post import Post
from tamizdat.posts.report import IngestReport

SHOWN = 12  #: problems told one by one
NAMED = 6  #: files that nobody reads, told by name
PAGES = (".wacz", ".warc", ".warc.gz")  #: what web archives are called
NOTHING = (
    "No post was found in it. Look whether this is the whole export, and whether its posts lie elsewhere: of this, "
    "nothing but the files is in the archive."
)


@dataclass(frozen=True)
class Owned:
    """A format, of an export that does not say whose it is; the desk says so."""

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
        """Return the plan, with the account that was named, if the export names none."""
        made = self.format.plan(export, report)
        if not owner(made.format, made.context):
            number = self.handle if self.handle.isdigit() else ""
            about: Context = {
                "account": number,
                "handle": "" if number else self.handle,
                "name": "",
                "named_by": "desk",
            }
            made.context = {**made.context, **about}
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


def collect_path(path: Path, archive: Archive, desk: SigningKey, args: Namespace, out: Out) -> int:
    """Take in every export at *path*; return the exit code."""
    check_not_empty(path)
    opening = IngestReport()
    export = open_export(path, opening)
    try:
        folder = path.is_dir()
        called = [each for each in export.names() if folder and each.lower().endswith(PAGES)]
        pages = [each for each in called if is_web_archive(path / each)]
        try:
            found = _exports(export, pages)
        except UsageError:
            _say_names(opening, out)  # a name that was not taken may be that of the export
            raise
        several = len(found.parts) + len(found.packed) * folder + len(pages) > 1
        codes = [_say_names(opening, out)] if several else []
        for part in found.parts:
            if several:
                out.show(f"\n{part.where or path.resolve().name}")
            report = IngestReport() if several else opening
            one = Owned(part.format, args.owner.lstrip("@")) if args.owner else part.format
            codes.append(_take(one, part.export, archive, desk, report, args, out))
    finally:
        export.close()
    unread, read = list(found.unread), len(found.parts)
    for name in found.packed:
        try:
            if not folder and name != path.name:
                raise UsageError("It lies in another packed file.")
            if not folder:
                raise UsageError(
                    f"Expected a packed file, by its name, found one that cannot be opened ({path.stat().st_size:,} "
                    "bytes): it is damaged, or only a part came over. Copy or download it again."
                )
            out.show(f"\n{name}")
            codes.append(collect_path(path / name, archive, desk, args, out))
            read += 1
        except TamizdatError as error:
            out.warn(f"{name}: {error}")
            unread.append(name)
    for name in pages:
        out.show(f"\n{name}")
        try:
            codes.append(collect_web_archive(path / name, archive, desk, args, out))
            read += 1
        except TamizdatError as error:
            out.warn(str(error))
            codes.append(error.exit_code)
    if unread:
        listed = ", ".join(unread[:NAMED]) + (" …" if len(unread) > NAMED else "")
        out.say(f"Left ({len(unread):,}): files that no format of posts is found in: {listed}.")
        out.record({"unread": list(unread)})
    if not read:
        out.warn("No post was found in it. Nothing was taken.")
    return max(codes) if read else 3


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
    args: Namespace,
    out: Out,
) -> int:
    now, letters = datetime.now(UTC), bool(args.direct_messages)
    if args.dry_run:
        look_over(archive, export, export_format, now, report, letters)
    else:
        with out.progress(None, "collecting") as progress:
            ingest(archive, desk, export, export_format, now, report, progress=progress.advance, letters=letters)
    say_intake(report, out, args.dry_run)
    return exit_code(report)


def exit_code(report: IngestReport) -> int:
    """Return 3 if something was damaged, or nothing was found at all."""
    return 3 if report.damaged or report.empty else 0


def _say_names(report: IngestReport, out: Out) -> int:
    """Tell what is wrong with names of files, of all that lies there."""
    for problem in report.problems[:SHOWN]:
        out.warn(str(problem))
    return 3 if report.damaged else 0


def say_intake(report: IngestReport, out: Out, dry_run: bool = False) -> None:
    """Print the report: what was taken, what was left, what was wrong."""
    would = "would be " if dry_run else ""
    numbers = {"known": report.already, "edited": report.edited, "gone": report.gone, "back": report.back}
    also = "".join(f", {number:,} {what}" for what, number in numbers.items() if number)
    media = f"; {counted(report.media, 'new picture or clip', 'new pictures and clips')}" if report.media else ""
    out.say(f"{counted(report.found, 'post')} ({report.format}): {report.new:,} {would}new{also}{media}.")
    if report.empty:
        out.warn(NOTHING)
    if report.private:
        were = (
            "was not written for the public; it is"
            if report.private == 1
            else "were not written for the public; they are"
        )
        out.say(f"{report.private:,} of the new posts {were} marked so.")
    if report.strays:
        out.say(
            f"{counted(report.strays, 'picture or clip', 'pictures and clips')} of posts that are not in it: kept, by "
            "their names."
        )
    if report.absent:
        out.say(
            f"{counted(report.absent, 'post')} of earlier exports {'is' if report.absent == 1 else 'are'} not in this "
            "one, and it does not say why: 'tamizdat find --state absent' lists them. That is no deletion."
        )
    for what, number in sorted(report.left.items()):
        out.say(f"Left ({number:,}): {what}.")
    for note in report.notes:
        out.say(note)
    for problem in report.problems[:SHOWN]:
        out.warn(str(problem))
    told = sum(report.kinds.values())
    if told > SHOWN:
        out.say(
            f"{told:,} problems in all: {', '.join(f'{number:,} {kind}' for kind, number in report.kinds.items())}."
        )
    out.record(
        {
            "format": report.format,
            "found": report.found,
            "new": report.new,
            "known": report.already,
            "edited": report.edited,
            "gone": report.gone,
            "back": report.back,
            "media": report.media,
            "private": report.private,
            "strays": report.strays,
            "absent": report.absent,
            "left": dict(report.left),
            "notes": list(report.notes),
            "problems": dict(report.kinds),
        }
    )
