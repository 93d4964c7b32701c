"""Give cards back: files with their names and times, each one checked.

A card is named as 'tamizdat status' names it ("anna 2026-11-23 09:14"), or by the beginning of its id; files by
their numbers in 'publish list' (17, 20-44). Each card gets a folder of its own in FOLDER, and an ASC MHL hash list,
which the programs of a cutting room can check. What is not whole, what has not arrived, and names that this disk cannot
hold stand in a text file beside it.

With --evidence a package for a court is made of files, posts, people, captured pages, cards or voices: a BagIt bag with
the originals, the statements and proofs about them, a chronology, and a page by which anybody checks it. --dry-run
lists all that it tells beyond what was chosen. What would tell more is left out unless each is asked for: --with salts
--with times.

With --archive all of it goes to an institution without the keys: the ledger, every object, the last edition. Opened
with --home FOLDER it can be searched, checked and exported from, and signs nothing.

With --zim the published edition is made one file for Kiwix, with the same proofs inside; with --torrent that file's
torrent too.

With --cut clips and sounds of the published edition go to a cutting room, into a new FOLDER: proxies with their number
and time code in the picture, subtitles, edit decision lists (CMX 3600), timelines with what is said as markers
(OpenTimelineIO, FCPXML) and a table of what was marked in cues. Whoever is covered on the site is covered there. The
edit list of the film that comes of it is held against the archive by 'tamizdat check --film'.

With --epub a book is made of the published site instead: of posts, pictures, people and stories (with what they show)
by their numbers, of a voice, or of all that is on it.

Nothing is overwritten and no link is followed. Run it again after an interruption: what is there is read and
compared, and it goes on.
"""

from argparse import Namespace
from datetime import UTC, datetime
from pathlib import Path

from tamizdat.carrying.export import CardExport, Given, choose, export
from tamizdat.cli.console import Out
from tamizdat.cli.export_archive import make_archive
from tamizdat.cli.export_book import make_epub
from tamizdat.cli.export_cut import take_out
from tamizdat.cli.export_evidence import make_package
from tamizdat.cli.export_offline import make_copy
from tamizdat.cli.open_home import open_archive
from tamizdat.cli.parser import Parser
from tamizdat.cli.terminal_text import counted
from tamizdat.disk.target import Target
from tamizdat.encoding import Json
from tamizdat.errors import UsageError
from tamizdat.footage.mhl import computable
from tamizdat.text.quantities import amount

SHOWN = 12  #: files that are named on the screen; the text file names all


def add(parser: Parser) -> None:
    """Declare what ``export`` takes."""
    parser.add_argument(
        "what", metavar="WHAT", nargs="*", help="a consignment's name or id, or numbers of files: 20-44"
    )
    parser.add_argument("folder", metavar="FOLDER", nargs="?", help="where to: a disk, or a folder that may be new")
    parser.add_argument("--only", metavar="PATTERN", action="append", default=[], help="only such files: '*.MOV'")
    court = parser.add_argument_group("a package for a court")
    court.add_argument("--evidence", action="store_true", help="make one in FOLDER, which is new or empty")
    court.add_argument(
        "--with", dest="parts", metavar="PART", action="append", default=[],
        help="tell this too: device, manifest, said, salts, tags, times",
    )  # fmt: skip
    court.add_argument("--no-pdf", action="store_true", help="pages only: PDFs need the extra 'evidence'")
    whole = parser.add_argument_group("all of it, for an institution")
    whole.add_argument("--archive", metavar="FOLDER", type=Path, help="the archive and the edition, without keys")
    offline = parser.add_argument_group("the published edition, to be taken along")
    offline.add_argument("--zim", metavar="FILE", type=Path, help="one file for Kiwix, with its own search")
    offline.add_argument(
        "--torrent", metavar="FILE", type=Path, help="the same file, and beside it its torrent, without a tracker"
    )
    cut = parser.add_argument_group("clips of the published edition, for a cutting room")
    cut.add_argument("--cut", action="store_true", help="proxies, subtitles and edit lists, of numbers: 17 20-44")
    book = parser.add_argument_group("a book of what is published")
    book.add_argument("--epub", metavar="FILE", type=Path, help="make an EPUB, of numbers (17 20-44) or of everything")
    book.add_argument(
        "--voice", metavar="HANDLE", action="append", default=[], help="of what this voice wrote; a package too"
    )
    book.add_argument("--language", metavar="TAG", help="for readers of this language: zh-Hans, bo (default: en)")
    book.add_argument("--site", metavar="DIR", type=Path, help="the site (default: site, in the desk's folder)")


def run(args: Namespace, out: Out) -> int:
    """Give back what was chosen, or make a book of it. Raises :class:`UsageError` for options that do not fit."""
    copies = "--zim or --torrent"
    forms = {
        "--evidence": args.evidence,
        "--archive": args.archive,
        copies: args.zim or args.torrent,
        "--epub": args.epub,
        "--cut": args.cut,
    }
    if len(asked := [name for name, given in forms.items() if given]) > 1:
        raise UsageError(f"Expected one kind of export, found {' and '.join(asked)}. Run it once for each.")
    if args.epub:
        return make_epub(args, out)
    if args.archive:
        return make_archive(args, out)
    if args.zim or args.torrent:
        return make_copy(args, out)
    *what, folder = [*args.what, *([args.folder] if args.folder else [])] or [""]
    found = f"{folder!r} alone" if folder else "nothing"
    if args.evidence:
        if args.only or args.language:
            raise UsageError("Expected no --only and no --language with --evidence: choose by number, card or --voice.")
        if not folder or not (what or args.voice):
            raise UsageError(f"Expected WHAT and FOLDER, found {found}. 'tamizdat export --help' tells more.")
        return make_package(args, what, folder, out)
    if args.cut:
        if args.only or args.language or args.voice:
            raise UsageError("Expected no --only, --language and --voice with --cut: choose by numbers of items.")
        if not folder or not what:
            raise UsageError(f"Expected numbers and FOLDER, found {found}. 'tamizdat export --help' tells more.")
        return take_out(args, what, folder, out)
    if args.parts or args.no_pdf:
        raise UsageError("Expected --evidence beside --with and --no-pdf, found none.")
    if args.voice or args.language or args.site:
        raise UsageError("Expected --epub FILE beside --voice, --language and --site, found none.")
    if not what:
        raise UsageError(f"Expected WHAT and FOLDER, found {found}. 'tamizdat export --help' tells more.")
    with open_archive(args, when_needed=args.dry_run) as archive:
        cards = choose(archive, what, args.only)
        if args.dry_run:
            return _rehearse(cards, out)
        with Target(Path(folder)) as target:
            rules, given = target.rules(), list[Given]()
            with out.progress(sum(each.size for each in cards), "giving back") as progress:
                for card in cards:
                    given.append(export(archive, card, target, rules, datetime.now(UTC), progress.advance))
    for each in given:
        _say(each, out)
    return 0 if all(each.whole for each in given) else 1


def _rehearse(cards: list[CardExport], out: Out) -> int:
    for card in cards:
        missing = f"; {counted(len(card.absent), 'file')} cannot be" if card.absent else ""
        out.say(f"{card.folder}: {counted(len(card.files), 'file')}, {amount(card.size)} would be given back{missing}.")
        facts: dict[str, Json] = {"consignment": card.consignment.id, "folder": card.folder}
        out.record({**facts, "files": len(card.files), "bytes": card.size, "absent": len(card.absent)})
    return 0


def _say(given: Given, out: Out) -> None:
    already = f", {given.there:,} of them were there already" if given.there else ""
    out.say(
        f"{given.folder}: {counted(given.written + given.there, 'file')}, {amount(given.size)}, every one "
        f"checked{already}."
    )
    if not given.complete:
        out.say("This consignment is not complete: what is whole of it was given back.")
    _name(given.absent, "not given back", out)
    _name(given.marked, "given back, but not vouched for as whole", out)
    for path, name in list(given.renamed.items())[:SHOWN]:
        out.show(f"has another name on this disk: {path} → {name}")
    if not given.timed:
        out.warn(
            "This disk lets nobody set the times of files: they are not those of the card. The hash list has these."
        )
    _say_lists(given, out)
    if given.absent or given.marked or given.renamed or given.compared.differ:
        if given.reported:
            out.say(f"All of this stands in “{given.folder}.txt”.")
        else:
            out.warn(
                f"None of this stands in “{given.folder}.txt”: something else has that name, or the disk fails. Move "
                "it away, or take another disk, and run the same command again."
            )
    facts: dict[str, Json] = {"consignment": given.consignment, "folder": given.folder, "complete": given.complete}
    out.record(
        {
            **facts,
            "written": given.written,
            "there": given.there,
            "bytes": given.size,
            "absent": [{"path": path, "why": why} for path, why in given.absent],
            "marked": [{"path": path, "state": state} for path, state in given.marked],
            "times_kept": given.timed,
            "renamed": dict[str, Json](given.renamed),
            "hash_list": given.listed,
            "lists_agree": len(given.compared.agree),
            "lists_differ": list[Json](given.compared.differ),
            "lists_unknown": len(given.compared.unknown),
        }
    )


def _name(found: list[tuple[str, str]], what: str, out: Out) -> None:
    if found:
        out.warn(f"{counted(len(found), 'file')} {what}:")
    for path, why in found[:SHOWN]:
        out.show(f"  {path}: {why}")
    if len(found) > SHOWN:
        out.show(f"  … and {len(found) - SHOWN:,} more")


def _say_lists(given: Given, out: Out) -> None:
    compared = given.compared
    if given.listed:
        out.say(f"Hash list: {given.listed}.")
    if compared.agree:
        out.say(f"The card's own hash lists say the same of {counted(len(compared.agree), 'file')}.")
    for path in compared.differ[:SHOWN]:
        out.warn(f"A hash list on the card says otherwise of {path}: it was changed after that list was made.")
    if compared.unknown:
        how = "" if computable("xxh64") else " Install the package xxhash: most such lists need it."
        out.say(f"Of {counted(len(compared.unknown), 'file')} they hold no digest that can be computed here.{how}")
