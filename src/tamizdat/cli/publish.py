"""Publish what is released: a folder of plain files that anyone can copy, serve, read and check.

Nothing is published until it is released, item by item; originals never are: pictures and clips are made anew
without metadata. 'tamizdat publish' makes a new edition if anything differs from the last one; --dry-run lists what
would be added, changed and removed. 'publish list' shows the items with their numbers.
"""

from argparse import Namespace
from datetime import UTC, datetime
from pathlib import Path

from tamizdat.archive import Archive, Item
from tamizdat.carrying.home import SITE, Home
from tamizdat.cli.homes import open_archive, open_home
from tamizdat.cli.output import Out
from tamizdat.cli.parser import Parser
from tamizdat.cli.text import amount, shorten
from tamizdat.encoding import Json, spoken
from tamizdat.errors import UsageError
from tamizdat.footage.card import kind_of
from tamizdat.ledger.roster import ACT as ROSTER
from tamizdat.publishing import Edition, catalogue, publish


def add(parser: Parser) -> None:
    """What ``publish`` takes."""
    parser.needs_action = False
    parser.add_argument("--out", metavar="DIR", type=Path, help="the site's folder (default: site, in the desk's)")
    parser.action("list", "list the items: number, release, kind, size, title or path")
    release = parser.action("release", "release items, and say what they are")
    release.add_argument("items", metavar="ITEM", type=int, nargs="*", help="numbers of items, from 'publish list'")
    release.add_argument("--all", action="store_true", help="every picture and clip that arrived whole")
    for name, text in (
        ("title", "a title"),
        ("caption", "a caption"),
        ("alt", "what a reader who cannot see it is told"),
        ("language", "the language of these: en, zh-Hans, bo …"),
    ):
        release.add_argument(f"--{name}", help=text)
    withdraw = parser.action("withdraw", "take items back; their page says when, and why")
    withdraw.add_argument("items", metavar="ITEM", type=int, nargs="+", help="numbers of items")
    withdraw.add_argument("--reason", default="", help="why; this is published")


def run(args: Namespace, out: Out) -> int:
    """List, release, withdraw, or make an edition."""
    if args.action == "list":
        with open_archive(args) as archive:
            return _list(archive, out)
    home = open_home(args, "desk")
    with open_archive(args) as archive:
        if args.action == "release":
            return _release(args, home, archive, out)
        if args.action == "withdraw":
            said = {"release": "withdrawn", "reason": args.reason}
            return _say(args, home, archive, args.items, said, "withdrawn", out)
        return _edition(args, home, archive, out)


def _list(archive: Archive, out: Out) -> int:
    for item in archive.index.items(kind="original"):
        what = kind_of(item.path) or "file"
        out.show(
            f"{item.number:>7}  {item.release:<10}  {what:<7}  {amount(item.size):>8}  "
            f"{shorten(item.title or item.path, 40)}"
        )
        out.record(
            {
                "item": item.number,
                "release": item.release,
                "kind": what,
                "size": item.size,
                "state": item.state,
                "title": item.title,
                "path": item.path,
            }
        )
    return 0


def _publishable(item: Item) -> bool:
    return item.kind == "original" and item.state == "whole" and item.size > 0 and kind_of(item.path) is not None


def _release(args: Namespace, home: Home, archive: Archive, out: Out) -> int:
    if args.all == bool(args.items):
        raise UsageError("Expected the numbers of items, or --all. 'tamizdat publish list' shows them.")
    items = [item.number for item in archive.index.items() if _publishable(item)] if args.all else args.items
    given = {name: getattr(args, name) for name in ("title", "caption", "alt", "language")}
    said = {"release": "public"} | {name: text for name, text in given.items() if text is not None}
    return _say(args, home, archive, items, said, "released", out)


def _say(
    args: Namespace, home: Home, archive: Archive, items: list[int], said: dict[str, str], word: str, out: Out
) -> int:
    for number in [] if args.dry_run else items:
        catalogue(archive, home.keyring.signing["desk"], number, said)
    out.say(f"{len(items)} items {'would be ' if args.dry_run else ''}{word}. 'tamizdat publish' makes it public.")
    out.record({word: list(items)})
    return 0


def _edition(args: Namespace, home: Home, archive: Archive, out: Out) -> int:
    roster = archive.disclosure(archive.index.by_act(ROSTER)[-1]).envelope
    folder = args.out or args.home / SITE
    with out.progress(None, "making media without metadata") as progress:
        edition = publish(
            archive,
            home.keyring.signing["desk"],
            home.keyring.signing["log"],
            roster,
            folder,
            datetime.now(UTC).date(),
            name=home.settings["name"],
            dry_run=args.dry_run,
            progress=progress.advance,
        )
    _say_edition(edition, args.dry_run, out)
    if not args.dry_run and edition.number:
        out.say("Readers compare this fingerprint over a second channel:")
        out.show(f"\n  {spoken(bytes.fromhex(home.settings['root']))}\n")
    return 0


def _say_edition(edition: Edition, dry_run: bool, out: Out) -> None:
    changes: list[tuple[str, tuple[int, ...]]] = [
        ("added", edition.added),
        ("changed", edition.changed),
        ("removed", edition.removed),
    ]
    if not edition.new:
        out.say(
            f"Nothing differs from edition {edition.number} of {edition.date}."
            + (" It was put back in its place." if edition.written and not dry_run else "")
        )
    else:
        told = ", ".join(f"{len(items)} {word}" for word, items in changes if items) or "no item changed"
        out.say(
            f"Edition {edition.number} of {edition.date}{', if you go on' if dry_run else ''}: {edition.items} items "
            f"({told})."
        )
    for number, why in edition.skipped:
        out.warn(f"Item {number} was left out: {why}")
    facts: dict[str, Json] = {
        "edition": edition.number,
        "date": edition.date,
        "new": edition.new,
        "items": edition.items,
        "files": edition.files,
        "encoded": edition.encoded,
    }
    out.record(
        {
            **facts,
            **{word: list(items) for word, items in changes},
            "skipped": [[number, why] for number, why in edition.skipped],
        }
    )
