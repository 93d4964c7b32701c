"""Take posts into a desk's archive: from an export, or from a feed.

Read are archives of X/Twitter (folder or zip), Mastodon exports, RSS, Atom and JSON feeds, and files of twarc; which it
is, is decided by content. The bytes are kept as they are, every post is stated with its own time and the time it was
seen here; a post that was edited keeps both texts, and one counts as gone only when the platform says so.

The same command again takes only what is new. With an address (https://…) the feed is fetched, and later visits ask
only for what changed; without any argument all feeds are visited again.

Of captured web pages, in a WACZ or WARC, the file is kept whole. Hashes and signature of a WACZ are checked, and one
that does not hold is refused. Its pages can be found and looked at, beside the post of the same address; they are not
published.

'collect capture URL' opens a page in a browser of its own, shut in a box with a profile in memory, and takes in what
the servers answered, a picture of the whole page and its words. Every host that the page names sees that somebody
looked, from this line or from the proxy's. Nothing inside this network is reached. Not as root.

Letters are left where they are: of an account's export only what it published is kept. Mastodon writes direct messages
between the posts; they are left out, unless --direct-messages asks for them.

Exit code 3 says that something in it was damaged; the rest was taken, and the report says what was not, and why.
"""

from argparse import Namespace
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from tamizdat.archive import Archive
from tamizdat.archive.ingest.dry_run import look_over
from tamizdat.archive.ingest.feeds import follow
from tamizdat.archive.ingest.ingest import ingest
from tamizdat.captures.web_archive import is_web_archive
from tamizdat.cli.collect_pages import CAPTURE, collect_page, collect_web_archive
from tamizdat.cli.console import Out
from tamizdat.cli.open_home import open_archive, open_home
from tamizdat.cli.parser import Parser
from tamizdat.errors import TamizdatError, UsageError
from tamizdat.keys import SigningKey
from tamizdat.posts.export import open_export
from tamizdat.posts.fetch import is_address
from tamizdat.posts.formats import recognise
from tamizdat.posts.report import IngestReport

SHOWN = 12  #: problems told one by one


def add(parser: Parser) -> None:
    """Add the arguments of ``collect`` to its parser."""
    parser.add_argument(
        "source", metavar="PATH|URL", nargs="?", help="an export (folder, zip, file) or a feed's address"
    )
    parser.add_argument("address", metavar="URL", nargs="?", help="after the word 'capture': the page to capture")
    parser.add_argument(
        "--direct-messages", action="store_true", help="also keep the direct messages of a Mastodon export"
    )


def run(args: Namespace, out: Out) -> int:
    """Collect, and report. Raises :class:`UsageError` for two things at once."""
    if args.source == CAPTURE:
        return collect_page(args, out)
    if args.address is not None:
        raise UsageError(
            f"Expected one thing to collect, found a second, {args.address[:80]!r}. Collect them one by one."
        )
    home = open_home(args, "desk")
    desk = home.keyring.signing["desk"]
    with home.alone("collecting"), open_archive(args) as archive:
        if args.source and Path(args.source).is_file() and is_web_archive(Path(args.source)):
            return collect_web_archive(Path(args.source), archive, desk, args, out)
        if args.source is None or is_address(args.source):
            urls = [args.source] if args.source else archive.index.posts.followed()
            return _visit_all(urls, archive, desk, args.dry_run, out)
        report = _from_path(Path(args.source), archive, desk, args, out)
    say_intake(report, out, args.dry_run)
    return 3 if report.damaged else 0


def _visit_all(urls: Sequence[str], archive: Archive, desk: SigningKey, dry_run: bool, out: Out) -> int:
    """Visits feeds, one after the other; one that fails does not keep the others from being visited."""
    if not urls:
        raise UsageError("Expected the name of an export or the address of a feed: none is followed yet.")
    codes = [0]
    for url in urls:
        out.say(f"{url}{' would be visited.' if dry_run else ''}")
        report = IngestReport()
        try:
            changed = not dry_run and follow(archive, desk, url, datetime.now(UTC), report)
        except TamizdatError as error:
            if len(urls) == 1:
                raise
            out.warn(str(error))
            codes.append(error.exit_code)
            continue
        except Exception as error:  # a feed that finds a fault in us must not silence the others
            if len(urls) == 1:
                raise
            out.warn(
                f"Expected to visit this feed, and met a fault in tamizdat itself ({type(error).__name__}). The others "
                "are visited all the same. Please report it; with this address alone, collect says where it happened."
            )
            codes.append(1)
            continue
        if changed:
            say_intake(report, out)
        elif not dry_run:
            out.say("Nothing has changed there since the last visit.")
        out.record({"feed": url, "changed": changed})
        codes.append(3 if report.damaged else 0)
    return max(codes)


def _from_path(path: Path, archive: Archive, desk: SigningKey, args: Namespace, out: Out) -> IngestReport:
    report, now = IngestReport(), datetime.now(UTC)
    export = open_export(path, report)
    try:
        export_format = recognise(export)
        letters = bool(args.direct_messages)
        if args.dry_run:
            return look_over(archive, export, export_format, now, report, letters)
        with out.progress(None, "collecting") as progress:
            return ingest(archive, desk, export, export_format, now, report, progress=progress.advance, letters=letters)
    finally:
        export.close()


def say_intake(report: IngestReport, out: Out, dry_run: bool = False) -> None:
    """Print the report: what was taken, what was left, what was wrong."""
    would = "would be " if dry_run else ""
    out.say(
        f"{report.found:,} posts ({report.format}): {report.new:,} {would}new, {report.already:,} known, "
        f"{report.edited:,} edited, {report.gone:,} gone, {report.back:,} back; "
        f"{report.media:,} new pictures and clips."
    )
    if report.private:
        out.say(f"{report.private:,} of the new posts were not written for the public; they are marked so.")
    for what, number in sorted(report.left.items()):
        out.say(f"Left: {what} ({number:,}).")
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
            "left": dict(report.left),
            "notes": list(report.notes),
            "problems": dict(report.kinds),
        }
    )
