"""Delete from a card what the desk has proved to hold, and nothing else.

The receipt is what the desk reads out: 26 letters and digits. It is asked for, or read as a line of standard input;
not from the command line, whose history stays on the disk. Every file is read again in full and deleted only if
exactly these bytes arrived. Deleting on flash memory is not erasing: who must be sure overwrites the whole card
more than once, or destroys it.

For a card that is needed tomorrow, a desk may allow in its invitation that it is wiped when several disks hold all of
it, sealed: 'wipe CARD --copies 2 --yes'. The disks are places of this device, plugged in, none of them the card's or
the laptop's own, no two of them one; every parcel on them is read again. Pull them out and plug them in before: what
was written a moment ago may be read from the laptop's memory, and a stick that only pretends to be as large as it says
seems sound until then. That is weaker than a receipt: nobody has opened these parcels yet, and if all the disks are
lost or seized the footage is gone.
"""

import sys
from argparse import Namespace
from pathlib import Path
from typing import Final

from tamizdat.carrying.disk_copies import wipe_by_copies
from tamizdat.carrying.wipe import Wiped, require_known, wipe
from tamizdat.cli.console import Out
from tamizdat.cli.open_home import open_home, require_role
from tamizdat.cli.parser import Parser, there
from tamizdat.cli.passphrase import until_right
from tamizdat.cli.private_input import ask_line
from tamizdat.cli.terminal_text import counted
from tamizdat.errors import BadEncoding, CheckFailed, UnknownReceipt, UsageError
from tamizdat.footage.card import Card, list_card
from tamizdat.footage.takes import has_no_preview
from tamizdat.text.quantities import amount

NAMED: Final = 500  #: files that were kept are named, at most


def add(parser: Parser) -> None:
    """Declare what ``wipe`` takes."""
    parser.add_argument("card", metavar="CARD", type=there, help="the card's mount point, or the folder")
    parser.add_argument(
        "--copies", metavar="N", type=int, help="without a receipt: so many disks hold all of it, sealed"
    )
    parser.add_argument("--yes", action="store_true", help="if all these disks are lost or seized, the footage is gone")


def run(args: Namespace, out: Out) -> int:
    """Re-read the card, and delete what matches. Raises :class:`UsageError` on a desk, :class:`CheckFailed`."""
    if require_role(args) != "field":
        raise UsageError("Expected a field device, found a desk: only the device that sealed a card can wipe it.")
    card = list_card(args.card)
    if unseen := sum(has_no_preview(file.path) for file in card.files):
        out.say(
            f"Only the program of the camera's maker can show {counted(unseen, 'clip')} of this card: nobody has seen "
            "a preview."
        )
    if args.copies is not None:
        return _by_copies(args, card, out)
    receipt = _ask(args.home)
    with out.progress(card.size, "reading the card again") as progress:
        wiped = wipe(args.home, args.card, receipt, args.dry_run, progress.advance)
    if card.files and not wiped.deleted and not wiped.refused:
        whose = f"the card that was sealed {wiped.sealed}" if wiped.sealed else "another card, perhaps"
        raise CheckFailed(
            f"Expected files of this receipt, which is that of {whose}; found {counted(len(card.files), 'file')} of "
            "which none is in it. Nothing was deleted now: either they were deleted before, or this is another card. "
            "Look whether it is; if so, take that one, or ask the desk for the other receipt."
        )
    return _say_wiped(wiped, "the desk has proved to hold", args, out)


def _by_copies(args: Namespace, card: Card, out: Out) -> int:
    """Wipe what several disks hold, if the desk allows it. Raises :class:`UsageError`, :class:`CheckFailed`."""
    if not (args.yes or args.dry_run):
        raise UsageError(
            "Nobody has opened the parcels on these disks yet: only the desk's receipt says that they can be read. If "
            "all the disks are lost or seized, the footage is gone. If you want that, pull the disks out, plug them in "
            "again, so that they are read and not this laptop's memory of them, and say --yes."
        )
    home = open_home(args, "field")
    with out.progress(None, "reading the card and the disks again") as progress:
        done = wipe_by_copies(home, args.card, args.copies, args.dry_run, progress.advance)
    for each in done.disks:
        lacks = each.why or f"lacks {counted(each.lacking, 'group')}"
        counts = "holds all of it" if each.is_whole else f"does not count: {lacks}"
        out.say(f"{each.place}: {counts} ({counted(each.sound, 'sound parcel')}).")
        out.record({"disk": each.place, "whole": each.is_whole, "sound": each.sound, "lacking": each.lacking})
    code = _say_wiped(done.wiped, "these disks hold sealed", args, out)
    if done.wiped.deleted:
        out.say(
            "No receipt has come: get these disks out by different ways, and keep them until the desk says that all of "
            "it is there."
        )
    return code


def _say_wiped(wiped: Wiped, why: str, args: Namespace, out: Out) -> int:
    verb = "Would delete" if args.dry_run else "Deleted"
    if wiped.deleted or wiped.kept or wiped.refused:
        out.say(f"{verb} {counted(wiped.deleted, 'file')} ({amount(wiped.size)}) that {why}.")
    else:
        out.say(f"There is no file in '{args.card}'. Nothing was deleted now.")
    for path in wiped.kept[:NAMED]:
        out.show(f"kept: {path}")
    if len(wiped.kept) > NAMED:
        out.show(f"… and {len(wiped.kept) - NAMED:,} more")
    if wiped.kept:
        out.say(f"Kept: {counted(len(wiped.kept), 'file')}, new, changed, or not carried whole.")
    for path in wiped.refused:
        out.warn(f"The system refused to delete {path}.")
    if not args.dry_run and wiped.deleted:
        out.say("Deleted is not erased: flash memory keeps old blocks until the whole card is overwritten.")
    out.record({"deleted": wiped.deleted, "bytes": wiped.size, "kept": len(wiped.kept), "refused": len(wiped.refused)})
    return 1 if wiped.refused else 0


def _ask(home: Path) -> str:
    """Ask for the receipt, visible while it is typed: it is no secret of this device, and easy to mistype.

    At a terminal it is asked for again when it is none of this device: typed after the command has ended, it would be
    in the shell's history.
    """

    def asked() -> str:
        receipt = ask_line("Receipt, as the desk reads it out: ")
        require_known(home, receipt)
        return receipt

    return until_right(asked, sys.stdin.isatty(), BadEncoding, UnknownReceipt)
