"""What ``export --epub`` does: a book of the published edition, without what was withdrawn since."""

from argparse import Namespace
from collections.abc import Iterable
from dataclasses import asdict
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
from tamizdat.text.quantities import amount

MOST = 100_000  #: numbers in a range


def make_epub(args: Namespace, out: Out) -> int:
    """Write the book of what was chosen; raises :class:`UsageError` for a file that is there."""
    if args.only:
        raise UsageError("Expected no --only with --epub: it is of files on cards.")
    language = checked_language(args.language or "en")
    site = args.site or args.home / SITE
    chosen = choose(site, numbers_of([*args.what, *([args.folder] if args.folder else [])]), args.voice)
    with open_archive(args) as archive:
        posts = Posts.of(archive)
        gone = [number for number in chosen if not is_public(archive, posts, number)]
        for number in gone:
            del chosen[number]
        for number, why in kept_back(archive, chosen):
            del chosen[number]
            out.warn(f"Left out: item {number}. {why}")
    if gone:
        named = ", ".join(map(str, gone[:12]))
        out.warn(f"Left out, for it is not released any more: {named}. Publish, so that the site leaves it out too.")
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


def numbers_of(texts: Iterable[str]) -> set[int]:
    """Return the numbers that words name: ``17``, ``20-44``; raises :class:`UsageError` for what names none."""
    found: set[int] = set()
    for text in texts:
        first, _, last = text.partition("-")
        last = last or first
        if not (first.isascii() and first.isdecimal() and last.isascii() and last.isdecimal() and len(text) < 32):
            raise UsageError(f"Expected numbers of items, posts or people, such as 17 or 20-44, found {text!r}.")
        if not 0 <= int(last) - int(first) <= MOST:
            raise UsageError(f"Expected a range of at most {MOST:,} numbers, the smaller one first, found {text}.")
        found.update(range(int(first), int(last) + 1))
    return found
