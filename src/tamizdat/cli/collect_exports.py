"""What ``collect PATH`` does: every export that lies there is read, each by itself, and what is not read is named."""

from argparse import Namespace
from pathlib import Path

from tamizdat.archive import Archive
from tamizdat.archive.ingest.exports import Failed, Intake, Names, OwnerUnsaid, Pages, Part, Taken, Unread, take_in
from tamizdat.cli.collect_pages import say_web_archive
from tamizdat.cli.console import Out
from tamizdat.cli.terminal_text import counted, one_line
from tamizdat.keys import SigningKey
from tamizdat.posts.report import IngestReport

SHOWN = 12  #: problems told one by one
NAMED = 6  #: files that nobody reads, told by name
NOTHING = (
    "No post was found in it. Look whether this is the whole export, and whether its posts lie elsewhere: of this, "
    "nothing but the files is in the archive."
)
#: nothing is kept that would tell what was forgotten from what is new (ADR 81)
CAME_BACK = (
    "Something was forgotten at this desk ('tamizdat forget --list'), and an older export may bring it back: see that "
    "none of it is among what is new ('tamizdat publish list')."
)


def collect_path(path: Path, archive: Archive, desk: SigningKey, args: Namespace, out: Out) -> int:
    """Take in every export at *path*; return the exit code."""
    how = Intake(args.dry_run, bool(args.direct_messages), args.owner or "")
    codes, read, new = [0], 0, 0
    for event in take_in(path, archive, desk, how, lambda: out.progress(None, "collecting")):
        match event:
            case Part(where):
                out.show(f"\n{where}")
            case Names(report):
                codes.append(_say_names(report, out))
            case Taken(report):
                say_intake(report, out, args.dry_run)
                codes.append(exit_code(report))
                read += 1
                new += report.new
            case Pages(web):
                say_web_archive(web, archive, out, args.dry_run)
                codes.append(3 if web.damaged else 0)
                read += 1
            case Failed(where, error):
                out.warn(f"{where}: {error}" if where else str(error))
                codes += [error.exit_code] if not where or isinstance(error, OwnerUnsaid) else []
            case Unread(names):
                listed = ", ".join(map(one_line, names[:NAMED])) + (" …" if len(names) > NAMED else "")
                out.say(f"Left ({len(names):,}): files that no format of posts is found in: {listed}.")
                out.record({"unread": list(names)})
    if new and any(True for _ in archive.forgettings()):
        out.warn(CAME_BACK)
    if not read:
        out.warn("No post was found in it. Nothing was taken.")
    return max(codes) if read else 3


def exit_code(report: IngestReport) -> int:
    """Return 3 if something was damaged, or nothing was found at all."""
    return 3 if report.damaged or report.empty else 0


def _say_names(report: IngestReport, out: Out) -> int:
    """Tell what is wrong with names of files, of all that lies there."""
    for problem in report.problems[:SHOWN]:
        out.warn(one_line(str(problem)))
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
            f"{counted(report.strays, 'picture or clip', 'pictures and clips')} of posts that it does not hold: kept, "
            "by their names."
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
        out.warn(one_line(str(problem)))
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
