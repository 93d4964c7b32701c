"""Delete from a card what the desk has proved to hold, and nothing else.

The receipt is what the desk reads out: 26 letters and digits. It is asked for, or read as a line of standard input;
not from the command line, whose history stays on the disk. Every file is read again in full and deleted only if
exactly these bytes arrived. Deleting on flash memory is not erasing: who must be sure overwrites the whole card
more than once, or destroys it.
"""

import sys
from argparse import Namespace
from pathlib import Path

from tamizdat.carrying.arrived import moment
from tamizdat.carrying.wipe import wipe
from tamizdat.cli.console import Out
from tamizdat.cli.formatting import counted
from tamizdat.cli.open_home import require_role
from tamizdat.cli.parser import Parser
from tamizdat.errors import CheckFailed, UsageError
from tamizdat.footage.card import list_card
from tamizdat.text.quantities import amount


def add(parser: Parser) -> None:
    """Declare what ``wipe`` takes."""
    parser.add_argument("card", metavar="CARD", type=Path, help="the card's mount point, or the folder")


def run(args: Namespace, out: Out) -> int:
    """Re-read the card, and delete what matches. Raises :class:`UsageError` on a desk, :class:`CheckFailed`."""
    if require_role(args) != "field":
        raise UsageError("Expected a field device, found a desk: only the device that sealed a card can wipe it.")
    card = list_card(args.card)
    receipt = _ask()
    with out.progress(card.size, "reading the card again") as progress:
        wiped = wipe(args.home, args.card, receipt, args.dry_run, progress.advance)
    if card.files and not wiped.deleted and not wiped.refused:
        whose = f"the card that was sealed {moment(wiped.sealed)}" if wiped.sealed else "another card, perhaps"
        raise CheckFailed(
            f"Expected a card with files of this receipt, found {counted(len(card.files), 'file')} of which none is in "
            f"it. It belongs to {whose}. Nothing was deleted: take that card, or ask the desk for the other receipt."
        )
    verb = "Would delete" if args.dry_run else "Deleted"
    out.say(f"{verb} {wiped.deleted} files ({amount(wiped.size)}) that the desk has proved to hold.")
    for path in wiped.kept:
        out.show(f"kept: {path}")
    if wiped.kept:
        out.say(f"{len(wiped.kept)} files were kept: they are new, changed, or were not carried whole.")
    for path in wiped.refused:
        out.warn(f"The system refused to delete {path}.")
    if not args.dry_run and wiped.deleted:
        out.say("Deleted is not erased: flash memory keeps old blocks until the whole card is overwritten.")
    out.record({"deleted": wiped.deleted, "bytes": wiped.size, "kept": len(wiped.kept), "refused": len(wiped.refused)})
    return 1 if wiped.refused else 0


def _ask() -> str:
    """Ask for the receipt, visible while it is typed: it is no secret of this device, and easy to mistype."""
    if sys.stdin.isatty():
        print("Receipt, as the desk reads it out: ", end="", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip()
