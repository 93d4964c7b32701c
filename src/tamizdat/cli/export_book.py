"""What ``export --epub`` does: a book of the published edition, without what was withdrawn since."""

from argparse import Namespace
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from tamizdat.cli.console import Out
from tamizdat.cli.open_home import open_archive
from tamizdat.cli.terminal_text import counted
from tamizdat.cutting_room.clearance import kept_back
from tamizdat.disk.files import refusals
from tamizdat.errors import UsageError
from tamizdat.home.home import SITE
from tamizdat.publishing.book import choose, make_book
from tamizdat.publishing.release_choice import Posts, is_public
from tamizdat.statements.derived import Post
from tamizdat.text.languages import checked_language
from tamizdat.text.number_ranges import numbers_of
from tamizdat.text.quantities import amount


def make_epub(args: Namespace, out: Out) -> int:
    """Write the book of what was chosen; raises :class:`UsageError` for a file that is there."""
    if args.only:
        raise UsageError("Expected no --only with --epub: it is of files on cards.")
    language = checked_language(args.language or "en")
    site = args.site or args.home / SITE
    chosen = choose(site, numbers_of([*args.what, *([args.folder] if args.folder else [])]), args.voice)
    with open_archive(args, when_needed=True) as archive:
        posts, today = Posts.of(archive), datetime.now(UTC).date().isoformat()
        gone = [number for number in chosen if not is_public(archive, posts, number, today)]
        for number in gone:
            del chosen[number]
        for number, why in kept_back(archive, chosen, today):
            del chosen[number]
            out.warn(f"Left out: item {number}. {why}")
    if gone:
        named = ", ".join(map(str, gone[:12]))
        out.warn(f"Left out, for it is not to be shown any more: {named}. Publish, so that the site leaves it out too.")
    if not chosen:
        raise UsageError("Expected something that is released, found that nothing of it is any more.")
    voices = dict.fromkeys(each.voice.name or each.voice.handle for each in chosen.values() if isinstance(each, Post))
    data, report = make_book(site, chosen, ", ".join(voices) if args.voice else "", language)
    told = ", ".join(
        counted(count, what, many)
        for count, what, many in (
            (report.posts, "post", ""), (report.items, "item", ""), (report.people, "person", "people"),
            (report.stories, "story", "stories"),
        ) if count
    )  # fmt: skip
    out.record({"file": str(args.epub), **asdict(report)})
    if args.dry_run:
        out.say(f"{args.epub}: {told}, {amount(report.bytes)} would be written.")
        return 0
    write_new(args.epub, data, "the book")
    out.say(f"{args.epub}: {told} of edition {report.edition}, {amount(report.bytes)}.")
    out.say(f"Its SHA-256: {report.sha256}. Whoever makes it again of the same edition has the same file.")
    return 0


def write_new(path: Path, data: bytes, what: str) -> None:
    """Write a file that must not exist yet, or nothing; raises :class:`UsageError` if it does."""
    with refusals(what):
        try:
            with path.open("xb") as file:
                file.write(data)
        except FileExistsError:
            raise UsageError(f"Expected a file that does not exist yet, found one: {path}.") from None
        except OSError:
            path.unlink(missing_ok=True)
            raise
