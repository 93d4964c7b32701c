"""Send what is sealed and not yet away.

Every place gets its parcels at its own pace; one that does not answer holds up nobody. Run it again for what
remains. A parcel leaves the outbox only when its place says that it holds all of it.
"""

from argparse import Namespace
from datetime import UTC, datetime

from tamizdat.carrying.deliver import Delivered, Delivery, waiting_in
from tamizdat.carrying.line_speed import ENOUGH, remember
from tamizdat.cli.console import Out
from tamizdat.cli.open_home import open_home
from tamizdat.cli.parser import Parser
from tamizdat.encoding import Json
from tamizdat.home.home import Home
from tamizdat.text.quantities import amount


def add(parser: Parser) -> None:
    """Declare what ``send`` takes: nothing of its own."""


def run(args: Namespace, out: Out) -> int:
    """Send, place by place."""
    home = open_home(args, "field")
    waiting, size = waiting_in(home.folder)
    if args.dry_run:
        out.say(f"{waiting} parcels ({amount(size)}) wait in the outbox.")
        out.record({"waiting": waiting})
        return 0
    with out.progress(size, "sending") as progress:
        delivery = Delivery(home, progress.advance)
        delivered = delivery.run()
    remember_line(home, delivery)
    return say_delivered(delivered, out)


def remember_line(home: Home, delivery: Delivery) -> None:
    """Keep how fast the line was, if enough went over it to tell."""
    if delivery.arrived >= ENOUGH:
        remember(home, delivery.goodput, datetime.now(UTC))


def say_delivered(delivered: list[Delivered], out: Out) -> int:
    """Say the report, place by place; return the exit code."""
    for each in delivered:
        line = f"{each.place:<16} {each.parcels:>6} parcels  {amount(each.size):>9}"
        out.show(f"{line}  {each.waiting} wait" if each.waiting else line)
        if each.failure:
            out.warn(f"{each.place}: {each.failure}")
        facts: dict[str, Json] = {
            "place": each.place,
            "parcels": each.parcels,
            "bytes": each.size,
            "waiting": each.waiting,
            "failure": each.failure,
        }
        out.record(facts)
    waiting = sum(each.waiting for each in delivered)
    out.say(f"{waiting} parcels still wait; run 'tamizdat send' again." if waiting else "Everything is away.")
    return 1 if waiting else 0
