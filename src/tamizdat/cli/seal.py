"""Seal a card, or any folder, so that only the desk can read it.

Texts go first, then small previews, then the footage, newest first; --first moves what matters most to the front.
Patterns may be names: --first-fd keeps them out of the shell's history. The sealed parcels wait in the outbox for
'tamizdat send'; with --send they leave while sealing goes on. Run the same command again after an interruption: it
goes on where it stopped. Of a card of which
earlier consignments carried something, only what is new is sealed; if files were added, or --first is another, since it
was cut off, that is told, and nothing is carried twice.

A card that fails gives what it can: behind a bad spot a clip is read on, with zeros for the spot, and what cannot be
opened is left out. What is lacking is named at the end, with exit code 1: keep such a card as it is.
"""

import threading
from argparse import Namespace
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime

from tamizdat.carrying.begun import begun
from tamizdat.carrying.card_stream import NO_PREVIEW, Sealed
from tamizdat.carrying.deliver import Delivered, Delivery
from tamizdat.carrying.line_speed import parcel_size
from tamizdat.carrying.seal import NO_FILES, Change, abandon, default_survival, seal_card
from tamizdat.carrying.spool import waiting_by_place, waiting_in
from tamizdat.cli.console import Out
from tamizdat.cli.open_home import open_home
from tamizdat.cli.parser import Parser, there
from tamizdat.cli.private_input import read_lines
from tamizdat.cli.progress import Progress
from tamizdat.cli.send import Waiting, remember_line, say_again, say_delivered
from tamizdat.cli.terminal_text import counted
from tamizdat.errors import UsageError
from tamizdat.footage.card import Card, list_card
from tamizdat.home.home import Home, role_of
from tamizdat.text.quantities import amount

NAMED = 3  #: files that are named at most where many have no preview
CHANGES = {
    "added": (
        "Files were added to the card. Consignment {number}, of {files}, is gone on with to its end; what is new "
        "follows in one of its own."
    ),
    "concluded": (
        "Another order is asked for: consignment {number} is closed after the file under way, with a manifest of what "
        "it carries; the rest follows in one of its own, in the new order."
    ),
    "closed": (
        "The card changed: a file of consignment {number} is another one now, or gone, so it cannot be gone on with. "
        "It was closed as it is, and the desk is told not to wait for it. All its files are carried again by a new one."
    ),
    "another": (
        "Consignment {number} is of another card, which was at this place before: it stays as it is, and goes on when "
        "that card is back. If it was formatted: 'tamizdat seal --abandon'."
    ),
    "forgotten": (
        "What consignment {number} carried can no longer be read: this disk loses bytes. If it was of this card, its "
        "files are carried again."
    ),
    "increment": (
        "Carried before: {files} of this card. Consignment {number} carries what is new; to carry all: --whole."
    ),
    "part": (
        "This card has more files than one list can hold. It is sealed in parts, each with a receipt of its own; "
        "after consignment {number} comes what is left, {files}."
    ),
}

KEEP = (
    "NOT ALL OF THIS CARD IS SEALED: of what is named above only the card has all there is. Do not format it, and film "
    "nothing on it. Clean its contacts or take another reader, and run 'tamizdat seal CARD' again: it carries these "
    "files once more, {whole}and no others. 'tamizdat wipe' leaves them on the card. If no reader gives more: "
    "'tamizdat seal --abandon' keeps 'tamizdat status' from telling of it."
)


def add(parser: Parser) -> None:
    """Declare what ``seal`` takes."""
    parser.add_argument("card", metavar="CARD", type=there, nargs="?", help="the card's mount point, or a folder")
    parser.add_argument("--first", metavar="PATTERN", action="append", default=[], help="these files first: '*.MOV'")
    parser.add_argument("--first-fd", metavar="N", type=int, help="read such patterns, a line each, from descriptor N")
    parser.add_argument(
        "--survive", metavar="T", type=int, help="places that may be lost (default: 1 of 2–4, 2 of 5 …)"
    )
    parser.add_argument("--prove-first", action="store_true", help="read the card once before, to prove all of it")
    parser.add_argument("--whole", action="store_true", help="carry again what earlier consignments carried")
    parser.add_argument("--send", action="store_true", help="send while sealing")
    parser.add_argument("--abandon", action="store_true", help="close what is unfinished; the desk gets what is sealed")


def run(args: Namespace, out: Out) -> int:
    """Seal a card, or go on sealing it. Raises :class:`UsageError` unless there is either a card or ``--abandon``."""
    if args.abandon == (args.card is not None):
        raise UsageError("Expected a CARD to seal, or --abandon to close what is unfinished.")
    with begun(args.home) if _is_begun(args) else nullcontext():
        return _run(args, out)


def _is_begun(args: Namespace) -> bool:
    """Whether a device is told, before its passphrase is asked for, that a card is to be sealed."""
    return args.card is not None and not args.dry_run and role_of(args.home) == "field"


def _run(args: Namespace, out: Out) -> int:
    home = open_home(args, "field")
    if args.first_fd is not None:
        args.first += read_lines(args.first_fd, "patterns")
    if args.abandon:
        count = 0 if args.dry_run else abandon(home)
        told = counted(count, "unfinished consignment")
        out.say(f"{told} closed. The desk will call {'it' if count == 1 else 'them'} incomplete.")
        out.record({"abandoned": count})
        return 0
    if args.dry_run:
        return _rehearse(args, home, out)
    sealed, delivered = _seal(args, home, out)
    for each in (*sealed.earlier, sealed):
        _say_sealed(each, out)
    code = say_delivered(delivered, out, home.folder) if delivered else 0
    if not delivered and (waiting := waiting_in(home.folder)[0]):
        out.say(f"None of it is away yet: {counted(waiting, 'parcel')}. Next: 'tamizdat send'.")
    if sealed.is_lacking:
        again = sum(entry.size for each in (*sealed.earlier, sealed) for entry in each.marked)
        whole = f"whole ({amount(again)}), also if the same spot stays bad, " if again else ""
        out.warn(KEEP.format(whole=whole))
        return code or 1
    return code


def _seal(args: Namespace, home: Home, out: Out) -> tuple[Sealed, list[Delivered]]:
    sending = _Sending(home, out)
    delivery = Delivery(home, sending.advance, False, say_again(out), Waiting(out, lambda: sending.progress).told)

    def opened(card: Card, resumed: bool) -> None:
        if resumed:
            out.say("Going on with the consignment that was cut off; the card is read again from the start.")

    def changed(change: Change) -> None:
        out.say(CHANGES[change.kind].format(number=change.consignment, files=counted(change.files, "file")))

    previews, full_disk = _Previews(out), _FullDisk(home, delivery, out)

    def seal() -> Sealed:
        with out.progress(list_card(args.card, args.first).size, "sealing") as progress:

            def wait_for_room() -> bool:
                return args.send and full_disk.gets_room(progress)

            return seal_card(
                home,
                args.card,
                datetime.now(UTC),
                args.first,
                args.survive,
                args.prove_first,
                progress.advance,
                opened,
                wait_for_room,
                lambda: parcel_size(home, datetime.now(UTC)),
                changed,
                args.whole,
                previews.made,
            )

    if not args.send:
        return seal(), []
    delivery.more.set()
    with ThreadPoolExecutor(1, thread_name_prefix="sending") as sender:
        delivered = sender.submit(delivery.run)
        try:
            try:
                sealed = seal()
            finally:
                delivery.more.clear()
            with sending.alone(delivery.away):
                results = delivered.result()
        except BaseException:  # Ctrl-C comes while it seals, or while what is sealed is still sent
            delivery.stop.set()
            raise
        remember_line(home, delivery)
        return sealed, results


class _FullDisk:
    """The outbox has filled this disk: sending makes room, a parcel at a time. That is said once."""

    def __init__(self, home: Home, delivery: Delivery, out: Out) -> None:
        self._home, self._delivery, self._out, self._said = home, delivery, out, False

    def gets_room(self, progress: Progress) -> bool:
        """Wait until something was sent, some seconds at most; tell whether it is worth while to look again."""
        self._delivery.moved.clear()
        if not self._said:
            self._said = True
            self._out.warn("The outbox has filled this disk. Sealing goes on when something was sent.")
        progress.waits_for = ("room on this disk",)
        for _ in range(5):
            progress.advance(0)
            if self._delivery.moved.wait(1):
                progress.waits_for = ()
                return True
        return bool(waiting_by_place(self._home))


class _Sending:
    """How far sending is: shown when sealing has ended, whose line says nothing of what is not away yet."""

    def __init__(self, home: Home, out: Out) -> None:
        self._folder, self._out = home.folder, out
        self._counting = threading.Lock()
        self._moved = 0
        self.progress: Progress | None = None

    def advance(self, size: int) -> None:
        """Count bytes that moved."""
        with self._counting:
            self._moved += size
            if self.progress is not None:
                self.progress.advance(size)

    @contextmanager
    def alone(self, away: int) -> Iterator[None]:
        """Show it from here on; *away* are the bytes of parcels that are away. What others were sent of counts."""
        with self._out.progress(waiting_in(self._folder)[1], "sending") as progress:
            with self._counting:
                progress.advance(self._moved - away)
                self.progress = progress
            yield


class _Previews:
    """Tells how many previews are made: while that goes on no byte of the footage is sealed, and none is counted."""

    def __init__(self, out: Out) -> None:
        self._out = out
        self._progress: Progress | None = None

    def made(self, number: int, of: int) -> None:
        """Count one preview, the *number*-th of so many."""
        if self._progress is None:
            self._progress = self._out.progress(of, "previews", lambda count: f"{count:,.0f}")
        self._progress.advance(1)
        if number == of:
            self._progress.__exit__(None, None, None)
            self._progress = None


def _rehearse(args: Namespace, home: Home, out: Out) -> int:
    card, places = list_card(args.card, args.first), home.places()
    if not card.files:
        raise UsageError(NO_FILES)
    survives = default_survival(len(places)) if args.survive is None and places else args.survive
    out.say(
        f"Would seal {counted(len(card.files), 'file')}, {amount(card.size)}, to the desk “{home.settings['desk']}”, "
        f"spread over {counted(len(places), 'place')} of which any {survives} may be lost. {len(card.left_out)} cannot "
        "be taken along."
    )
    out.record(
        {
            "files": len(card.files),
            "bytes": card.size,
            "places": len(places),
            "survives": survives,
            "left_out": len(card.left_out),
        }
    )
    return 0


def _say_sealed(sealed: Sealed, out: Out) -> None:
    if not sealed.number:
        out.say(
            f"Nothing on this card is new: what it has, {counted(sealed.known, 'file')}, was carried before, and the "
            "desk's receipt has not come. To carry them again: 'tamizdat seal --whole CARD'."
        )
        for item in sealed.not_carried:
            out.warn(f"Left out: {item.path}: {item.why}.")
        out.record({"known": sealed.known, "left_out": len(sealed.not_carried)})
        return
    files, previews = counted(sealed.files, "file"), counted(sealed.previews, "preview")
    parcels = counted(sealed.parcels + sealed.fillers, "parcel")
    out.say(
        f"Sealed {files} ({amount(sealed.size)}) and {previews} into {parcels} of {amount(sealed.parcel)}"
        + (f", {sealed.fillers} of them empty. " if sealed.fillers else ". ")
        + (
            f"Any {sealed.survives} of the {sealed.places} places may be lost."
            if sealed.survives
            else "Each parcel lies in one place alone: none may be lost."
        )
    )
    if sealed.again:
        out.say(f"Sealed again, for the desk lacks it: {counted(sealed.again, 'group')}.")
    if sealed.later:
        later = counted(sealed.later, "file")
        out.say(f"Consignment {sealed.number} leaves {later} of its list to another one, which follows.")
    out.say("This device can no longer read any of it. Keep the card until the desk's receipt is here.")
    unseen = defaultdict[str, list[str]](list)
    for item in sealed.unseen:
        unseen[item.why.removeprefix(NO_PREVIEW)].append(item.path.removesuffix(".jpg"))  # whose preview it is
    for why, paths in unseen.items():
        named = f"{', '.join(paths[:NAMED])}{f' and {len(paths) - NAMED:,} more' if len(paths) > NAMED else ''}"
        out.warn(
            f"No preview of {counted(len(paths), 'file')} ({named}){why.removesuffix('.')}. The originals are sealed "
            "like all others; the desk sees them only when they are in."
        )
    for item in sealed.not_carried:
        out.warn(f"Left out: {item.path}: {item.why}.")
    for entry in sealed.marked:
        out.warn(f"Carried, but marked: {entry.path}: {entry.state}.")
    out.record(
        {
            "consignment": sealed.number,
            "files": sealed.files,
            "bytes": sealed.size,
            "previews": sealed.previews,
            "groups": sealed.groups,
            "parcels": sealed.parcels,
            "fillers": sealed.fillers,
            "parcel_bytes": sealed.parcel,
            "places": sealed.places,
            "survives": sealed.survives,
            "resumed_at": sealed.resumed_at,
            "known": sealed.known,
            "later": sealed.later,
            "again": sealed.again,
            "left_out": len(sealed.not_carried),
            "without_preview": len(sealed.unseen),
            "marked": len(sealed.marked),
        }
    )
