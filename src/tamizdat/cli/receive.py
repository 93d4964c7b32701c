"""Fetch, check and open what the field has sent; with --watch again and again, as it comes.

Places may lose, damage or hide parcels: what does not hold is left out, and told. A consignment is taken into the
archive when every file of it matches the closing manifest. The receipt is shown when a second store ('tamizdat
places add NAME URL --copy') holds everything too; read it to the field, by telephone if need be.

What devices may store here that were not accepted is limited: a quarter of the free disk, at most 64 GiB, and 32
consignments, all together. The rest stays in the places until one is accepted or refused.

With --watch it goes on looking: every ten seconds while something comes, then less and less often, up to every ten
minutes. A place that is away or hangs rests by itself. Each event is one line; the passphrase is asked for once. Ctrl-C
ends it in order, a second Ctrl-C at once.
"""

from argparse import Namespace
from datetime import UTC, datetime

from tamizdat.carrying.receive import Arrival, receive, refuse
from tamizdat.cli.console import Out
from tamizdat.cli.open_home import open_archive, open_home
from tamizdat.cli.parser import Parser
from tamizdat.cli.watching import watch
from tamizdat.encoding import Json, spoken
from tamizdat.errors import UsageError
from tamizdat.text.quantities import amount


def add(parser: Parser) -> None:
    """Declare what ``receive`` takes."""
    parser.add_argument("--salvage", action="store_true", help="take in what is readable of incomplete consignments")
    parser.add_argument("--watch", action="store_true", help="go on looking, and tell what happens, until Ctrl-C")
    parser.add_argument("--refuse", metavar="ID", help="throw away what is underway of a consignment, and take no more")


def run(args: Namespace, out: Out) -> int:
    """Receive everything there is. Raises UsageError for options that go by themselves."""
    if args.watch:
        if args.salvage or args.refuse or args.dry_run:
            raise UsageError("Expected --watch by itself, found it with --salvage, --refuse or --dry-run.")
        return watch(args, out)
    home = open_home(args, "desk")
    if args.refuse:
        refused = args.refuse if args.dry_run else refuse(home, args.refuse)
        out.say(f"{'Would refuse' if args.dry_run else 'Refused'} the consignment {refused[:8]}.")
        out.record({"refused": refused})
        return 0
    if args.dry_run:
        for place in home.places():
            names = sum(1 for _ in place.open().list())
            out.say(f"{place.name}: {names} objects.")
            out.record({"place": place.name, "objects": names})
        return 0
    with open_archive(args) as archive:
        with out.progress(None, "receiving") as progress:
            arrival = receive(home, archive, datetime.now(UTC), progress.advance, args.salvage)
        say_arrival(arrival, out)
    return 1 if arrival.underway or arrival.copy_failures or arrival.fetched.beyond or _damaged(arrival) else 0


def _say_beyond(arrival: Arrival, out: Out) -> None:
    """Say what the allowance for devices that are not accepted has left in the places."""
    beyond, allowance = arrival.fetched.beyond, arrival.fetched.allowance
    if beyond:
        out.warn(
            f"Parcels left in the places: {beyond:,}. Devices that this desk has not accepted may store "
            f"{amount(allowance.size)} and {allowance.consignments} consignments here, all together, and that is full. "
            "Accept the device of a consignment above ('tamizdat keys accept'), or throw one away ('tamizdat receive "
            "--refuse ID'); then receive again."
        )
    out.record({"beyond": beyond, "limit_bytes": allowance.size, "limit_consignments": allowance.consignments})


def _damaged(arrival: Arrival) -> int:
    kinds = ("damaged", "contradicting", "faulty")
    return sum(counts[kind] for counts in arrival.fetched.by_place.values() for kind in kinds)


def say_arrival(arrival: Arrival, out: Out) -> None:
    """Say the report: places, consignments, receipts."""
    for place, counts in sorted(arrival.fetched.by_place.items()):
        told = ", ".join(f"{count} {what}" for what, count in counts.items() if what != "new" and count)
        out.show(f"{place:<16} {counts['new']:>6} new parcels{': ' + told if told else ''}")
        facts: dict[str, Json] = dict(counts.items())
        out.record({"place": place, **facts})
    for place, failure in sorted(arrival.fetched.failures.items()):
        out.warn(f"{place}: {failure}")
    for taken in arrival.unpacked:
        whole = "complete" if taken.complete else f"incomplete, {taken.unconfirmed} files missing"
        name = arrival.names[taken.consignment.hex()]
        out.say(
            f"“{name}” ({taken.consignment.hex()[:8]}): {whole}; {taken.files} files, "
            f"{amount(taken.size)}, every one checked."
        )
        for marked in taken.marked:
            out.warn(marked)
        out.record(
            {
                "consignment": taken.consignment.hex(),
                "name": name,
                "device": taken.device,
                "complete": taken.complete,
                "files": taken.files,
                "bytes": taken.size,
                "missing": taken.unconfirmed,
            }
        )
    for each in arrival.underway:
        missing = f"{each.payloads} of at least {each.expected} parts are here"
        state = f"is held: {each.problem}" if each.problem else f"is not whole yet: {missing}."
        out.say(f"Consignment {each.consignment.hex()[:8]} {state}")
        out.record(
            {
                "underway": each.consignment.hex(),
                "parts": each.payloads,
                "of_at_least": each.expected,
                "problem": each.problem,
            }
        )
    _say_beyond(arrival, out)
    for place, failure in arrival.copy_failures.items():
        out.warn(f"Second store {place}: {failure}")
    for receipt in arrival.receipts:
        if receipt.consignment in arrival.news:
            name = arrival.names[receipt.consignment]
            if receipt.released:
                out.say(f"Receipt of “{name}”, also held by {', '.join(receipt.copies)}:")
                out.show(f"\n  {spoken(receipt.receipt)}\n")
            else:
                out.say(
                    f"The receipt of “{name}” is withheld: add a second store with 'tamizdat places "
                    "add NAME URL --copy' and receive again."
                )
        out.record(
            {
                "consignment": receipt.consignment,
                "copies": list(receipt.copies),
                "receipt": spoken(receipt.receipt) if receipt.released else None,
            }
        )
    if not arrival.news and not arrival.underway and not arrival.fetched.beyond:
        out.say("Nothing new has arrived.")
