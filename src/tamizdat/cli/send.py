"""Send what is sealed and not yet away.

What is oldest goes first, over all places, one parcel after the other as the line allows; a place that does not answer
holds up nobody. Run it again for what remains. A parcel leaves the outbox only when its place says that it holds all
of it.

With --until-done it goes on for as long as it takes, through every cut, unattended: the passphrase is asked for once,
and then forgotten with every key. What waits holds the logins of the places and the names of parcels, nothing else.

--again takes the code that the desk reads out when parcels were lost in too many places, and has them sealed again by
the next 'tamizdat seal' of that card.

--limit and --between hold for the line, not for disks, and stay until they are set to none. Given while another
tamizdat is sending they change what that one does, within a second. A parcel that is under way when the hours end goes
on to its end.
"""

import argparse
import os
import sys
from argparse import Namespace
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from tamizdat.carrying.again import AskedAgain, Standing, ask_again
from tamizdat.carrying.begun import Unfinished, unfinished
from tamizdat.carrying.deliver import Delivered, Delivery, Sender
from tamizdat.carrying.line_limit import Allowed
from tamizdat.carrying.line_speed import ENOUGH, remember
from tamizdat.carrying.logins import Logins
from tamizdat.carrying.spool import waiting_in
from tamizdat.carrying.wipe import names_of_sealed_cards, receipt_has_come
from tamizdat.cli.console import Out
from tamizdat.cli.open_home import open_home
from tamizdat.cli.parser import Parser
from tamizdat.cli.progress import Progress
from tamizdat.cli.terminal_text import counted, of_place
from tamizdat.encoding import Json
from tamizdat.errors import TamizdatError, UsageError
from tamizdat.home.home import Home, alone, require_role
from tamizdat.network.limit import Hours, parse_rate
from tamizdat.text.quantities import amount


def add(parser: Parser) -> None:
    """Declare what ``send`` takes."""
    parser.add_argument("--until-done", action="store_true", help="go on until all is away, whatever the line does")
    parser.add_argument(
        "--again", metavar="CODE", help="have sealed again what the desk lacks, by the code it reads out"
    )
    parser.add_argument("--limit", metavar="RATE", help="at most so many bytes a second: 500k, 1.5M; none: no limit")
    parser.add_argument("--between", metavar="HOURS", help="only at these hours: 01:00-06:00; none: always")
    parser.add_argument("--logins-fd", metavar="N", type=int, help=argparse.SUPPRESS)  # from ourselves, see below


def run(args: Namespace, out: Out) -> int:
    """Send, place by place."""
    if args.logins_fd is not None:
        return _send(Logins.take_over(args.home, args.logins_fd), args.home, out, until_done=True)[1]
    if (args.limit or args.between) and _set_limit(args, out):
        return 0
    home = open_home(args, "field")
    if args.again:
        _say_again(ask_again(home, args.again, args.dry_run), out)
    if args.dry_run:
        waiting, size = waiting_in(home.folder)
        out.say(f"In the outbox: {counted(waiting, 'parcel')} ({amount(size)}).")
        out.record({"waiting": waiting})
        return 0
    if args.until_done:
        _become(Logins.of(home), args)
    delivery, code = _send(home, home.folder, out)
    remember_line(home, delivery)
    return code


def _say_again(asked: AskedAgain, out: Out) -> None:
    """Say what becomes of the desk's wish, and what the person has to do for it."""
    number = asked.consignment
    match asked.standing:
        case Standing.OPEN:
            out.say(
                f"Consignment {number} is open. Put in its card and run the same 'tamizdat seal' again: what the desk "
                "lacks is sealed again while it goes on."
            )
        case Standing.WAITS:
            out.say(
                f"Parcels of consignment {number} that wait here still, and go first: {asked.waiting}. If the desk "
                "lacks some after that, have it make a new code."
            )
        case Standing.SEALED:
            out.say(
                f"Consignment {number} is sealed to the end, its keys are destroyed. Put in its card and run 'tamizdat "
                f"seal': {counted(asked.files, 'file')} that the desk lacks {'is' if asked.files == 1 else 'are'} "
                "carried again, in a consignment of its own."
            )
            if asked.kept:
                out.say(
                    f"{counted(asked.kept, 'file')} the desk has already ('tamizdat receive --salvage' there). No "
                    "receipt will come for them: to have one, seal all of the card with 'tamizdat seal --whole'."
                )
    out.record({"again": str(asked.standing), "consignment": number, "files": asked.files, "waiting": asked.waiting})


def _set_limit(args: Namespace, out: Out) -> bool:
    """Keep the limit; tell whether another process is sending, which holds itself to it from now on."""
    require_role(args.home, "field")
    before = Allowed.read(args.home)
    rate = parse_rate(args.limit) if args.limit else before.rate
    hours = Hours.parse(args.between) if args.between else before.hours
    if args.dry_run:
        return False
    Allowed(rate, hours).write(args.home)
    out.record({"limit": rate, "between": None if hours is None else str(hours)})
    try:
        with alone(args.home, "sending"):
            return False
    except UsageError:
        out.say(f"The tamizdat that is sending here goes on with this: {Allowed(rate, hours)}.")
        return True


def _become(logins: Logins, args: Namespace) -> None:
    """Go on as a process that never saw the passphrase or a key: its memory is new, and no descriptor leads there."""
    if args.passphrase_fd is not None:  # a file, even one that was deleted, could be read from it again
        os.dup2(os.open(os.devnull, os.O_RDONLY), args.passphrase_fd)
    handle = logins.hand_over()
    # isolated: else a card that this is started in could lend it modules
    argv = [sys.executable, "-I", "-m", "tamizdat.cli.main", "send"]
    argv += ["--logins-fd", str(handle), "--home", str(args.home)]
    sys.stdout.flush()
    sys.stderr.flush()
    os.execv(sys.executable, [*argv, *(["--json"] if args.json else [])])  # noqa: S606 -- no shell is wanted


def _send(sender: Sender, folder: Path, out: Out, until_done: bool = False) -> tuple[Delivery, int]:
    allowed = Allowed.read(folder)
    if allowed != Allowed():
        out.say(f"Sending {allowed}.")
    if allowed.hours is not None and not allowed.hours.hold(datetime.now()):  # noqa: DTZ005 -- the laptop's clock
        out.say(f"It begins at {allowed.hours.start:%H:%M}.")
    with out.progress(waiting_in(folder)[1], "sending") as progress:
        delivery = Delivery(sender, progress.advance, until_done, say_again(out), Waiting(out, lambda: progress).told)
        delivered = delivery.run()
    return delivery, say_delivered(delivered, out, folder)


def say_again(out: Out) -> Callable[[str, TamizdatError], None]:
    """Return what says that a place failed and is waited for."""
    return lambda place, why: out.warn(of_place(place, f"{why} It is tried again."))


class Waiting:
    """Tells which places give no sign: in the line of *progress*, and once each in words."""

    def __init__(self, out: Out, progress: Callable[[], Progress | None]) -> None:
        self._out, self._progress, self._said = out, progress, set[str]()

    def told(self, places: tuple[str, ...]) -> None:
        """Take the places that give no sign now."""
        if progress := self._progress():
            progress.waits_for = places
        for place in places:
            if place not in self._said:
                self._said.add(place)
                self._out.warn(of_place(place, "no sign from it for 10 seconds. It is waited for; others go on."))


def remember_line(home: Home, delivery: Delivery) -> None:
    """Keep how fast the line was, if enough went over it to tell."""
    if delivery.arrived >= ENOUGH:
        remember(home, delivery.goodput, datetime.now(UTC))


def say_delivered(delivered: list[Delivered], out: Out, folder: Path) -> int:
    """Say the report, place by place; return the exit code."""
    for each in delivered:
        parcels = "parcel " if each.parcels == 1 else "parcels"
        line = f"{each.place:<16} {each.parcels:>6} {parcels}  {amount(each.size):>9}"
        out.show(f"{line}  {each.waiting} wait" if each.waiting else line)
        if each.unsampled:
            out.say(f"{each.place}: this login may not read, so nothing of what it took was read back.")
        if each.failure:
            out.warn(of_place(each.place, each.failure))
        facts: dict[str, Json] = {
            "place": each.place,
            "parcels": each.parcels,
            "bytes": each.size,
            "waiting": each.waiting,
            "failure": each.failure,
            "unsampled": each.unsampled,
        }
        out.record(facts)
    waiting, left = sum(each.waiting for each in delivered), unfinished(folder)
    if waiting:
        out.say(f"Still to be sent: {counted(waiting, 'parcel')}. Run 'tamizdat send' again, or 'send --until-done'.")
        if any(each.waiting and each.failure for each in delivered):
            out.say("If a place is gone for good: 'tamizdat places remove NAME' gives the others what waits for it.")
    say_unfinished(left, out)
    out.record({"waiting": waiting, "unfinished": list(left.consignments), "unopened": left.unopened})
    if not waiting and not left:
        out.say(_away(folder))
    return 1 if waiting or left else 0


def say_unfinished(left: Unfinished, out: Out) -> None:
    """Say what was begun and is not sealed to its end: of that not everything can be away."""
    close = "or close it with 'tamizdat seal --abandon'."
    for number in left.consignments:
        if left.at_work:
            out.say(f"Consignment {number} is not sealed to its end yet: another tamizdat seals at this moment.")
        else:
            out.say(f"Consignment {number} is not sealed to the end: run the same 'tamizdat seal' again, {close}")
    if left.unopened and left.at_work:
        out.say("Another tamizdat begins to seal a card at this moment.")
    elif left.unopened:
        out.say(
            "A sealing was begun and did not come to its end, or the card did not give all: nothing says that its "
            "card is sealed. Run the same 'tamizdat seal' again, and keep the card; if it is not to be sealed, "
            "'tamizdat seal --abandon'."
        )


def _away(folder: Path) -> str:
    """Say that nothing is left here, and of what: who has another card in mind sees that it is not among it."""
    cards = names_of_sealed_cards(folder)
    if not cards:
        return "Nothing waits here, and no card was sealed to the end yet."
    number = max(cards)
    last = f"number {number}, sealed {cards[number]}" if cards[number] else f"number {number}"
    away = f"Everything that was sealed is away. The last card sealed to the end: {last}."
    if all(receipt_has_come(folder, each) for each in cards):
        return away
    return (
        f"{away} Keep the cards: only the desk's receipt says what has arrived, and 'tamizdat wipe CARD' asks for it."
    )
