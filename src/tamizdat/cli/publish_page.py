"""What ``publish page`` does: give out the web archive of a captured page, after a search and an explicit yes."""

from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from tamizdat.archive import Archive
from tamizdat.archive.views.pages import open_kept
from tamizdat.cli.console import Out
from tamizdat.cli.parser import Parser
from tamizdat.cli.terminal_text import counted
from tamizdat.disk.files import refusals
from tamizdat.encoding import Json
from tamizdat.errors import Leak, UsageError
from tamizdat.publishing.derived.clearance import bare_files
from tamizdat.publishing.names_in_captures import NamesInCaptures

if TYPE_CHECKING:
    from tamizdat.captures.traces import Trace

SHOWN = 40  #: traces that are named
STEP = 1 << 20


def add_give_page(parser: Parser) -> None:
    """Add the arguments of ``publish page`` to its parser."""
    parser.add_argument("number", metavar="NUMBER", type=int, help="of the page, from 'find --kind page'")
    parser.add_argument("file", metavar="FILE", type=Path, help="where to: a file that does not exist yet")
    parser.add_argument("--also", metavar="TEXT", action="append", default=[], help="look for this too: your address")
    parser.add_argument("--yes", metavar="N", type=int, nargs="?", const=0, help="give it out, with the N traces found")


def give_page(args: Namespace, archive: Archive, out: Out) -> int:
    """Search the page's web archive for traces of the desk, and give it out if that was agreed to.

    Raises :class:`UsageError` for a number that is no page's or a file that is there, :class:`Leak` if not that was
    found which was agreed to.
    """
    from tamizdat.captures.traces import own_names, search  # which reads what browsers kept; most editions need none

    page = archive.index.pages.page(args.number)
    if page is None:
        raise UsageError(
            f"Expected the number of a captured page, found {args.number}. 'tamizdat find --kind page' lists them."
        )
    also = {text: "what you named" for text in args.also if text}
    with open_kept(archive.objects, page.object) as web:
        found = search(web, {**own_names(), **also}, bare_files(archive), NamesInCaptures(archive))
    pages = archive.index.pages.of_file(page.object)
    out.say(f"It is given out whole, as it was kept: {counted(len(pages), 'page')}, with all that servers were asked.")
    for each in found[:SHOWN]:
        out.warn(f"Found in it: {each.what}, first in {each.where}.")
    if not also:
        out.say("Your line's public address is not known here. Look for it too: --also 203.0.113.7")
    out.record({"page": page.number, "file": str(args.file), "traces": _told(found)})
    if args.yes is None or args.dry_run:
        agree = f"--yes {len(found)}" if found else "--yes"
        many = counted(len(found), "trace")
        out.say(f"{many} found. Nothing was given out; if you agree, run it again with {agree}.")
        return 0
    if args.yes != len(found):
        raise Leak(
            f"Expected {counted(args.yes, 'trace')} of the desk in it, as --yes says, found {len(found):,}. Nothing "
            f"was given out. Read what was found; if it may be known, run it again with --yes {len(found)}."
        )
    with refusals("the file"), archive.objects.open(page.object) as source:
        try:
            target = args.file.open("xb")
        except FileExistsError:
            raise UsageError(f"Expected a file that does not exist yet, found one: {args.file}.") from None
        with target:
            while data := source.read(STEP):
                target.write(data)
    out.say(f"Given out: {args.file}. Whoever has it has all of it; it cannot be taken back.")
    return 0


def _told(found: "list[Trace]") -> list[Json]:
    return [{"what": each.what, "where": each.where} for each in found]
