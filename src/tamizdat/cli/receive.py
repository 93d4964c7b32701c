"""Fetch, check and open what the field has sent; with --watch again and again, as it comes.

Places may lose, damage or hide parcels: what does not hold is left out, and told. A consignment is taken into the
archive when every file of it matches the closing manifest. The receipt is shown when a second store ('tamizdat
places add NAME URL --copy') holds everything too, and a backup ('tamizdat backup') what makes it readable; read it to
the field, by telephone if need be.

What devices may store here that were not accepted is limited: a quarter of the free disk, at most 64 GiB, and 32
consignments, all together. The rest stays in the places until one is accepted or refused. An accepted device may store
in a day no more than nine tenths of what was free ('tamizdat keys limit' changes that); the rest comes the next day.

With --watch it goes on looking: every ten seconds while something comes, then less and less often, up to every ten
minutes. A place that is away or hangs rests by itself. Each event is one line; the passphrase is asked for once. Ctrl-C
ends it in order, a second Ctrl-C at once.
"""

from argparse import Namespace
from collections import Counter
from datetime import UTC, datetime

from tamizdat.carrying.expected_contents import Coming
from tamizdat.carrying.receipts import Receipt
from tamizdat.carrying.receive import Arrival, Underway, receive, refuse
from tamizdat.carrying.unpack import Unpacked
from tamizdat.cli.console import Out
from tamizdat.cli.open_home import open_archive, open_home
from tamizdat.cli.parser import Parser
from tamizdat.cli.receive_watch import files_and_previews, watch
from tamizdat.cli.terminal_text import counted, of_place
from tamizdat.encoding import Json, spoken
from tamizdat.errors import UsageError
from tamizdat.text.quantities import amount
from tamizdat.witness.on_disks import require_current_on_disks

SHOWN = 12  #: notes of a consignment that are named


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
            out.say(f"{place.name}: {counted(names, 'object')}.")
            out.record({"place": place.name, "objects": names})
        return 0
    with open_archive(args) as archive:
        require_current_on_disks(home, archive)
        again = out.progress(None, "reading again what is here")  # it gives way to the next as soon as that begins
        with out.progress(None, "receiving") as progress:
            arrival = receive(
                home, archive, datetime.now(UTC), progress.advance, args.salvage,
                taken_in=lambda taken: _say(taken, out), reread=again.advance,
            )  # fmt: skip
        say_arrival(arrival, out)
    return 1 if remains(arrival) else 0


def remains(arrival: Arrival) -> bool:
    """Return whether something of what was to come is not here, or not as it should be: a script asks the exit code."""
    return bool(
        any(not each.closed for each in arrival.underway)
        or arrival.fetched.failures
        or arrival.fetched.beyond
        or arrival.over
        or arrival.copy_failures
        or _damaged(arrival)
    )


def _say(taken: Unpacked, out: Out) -> None:
    """Say at once that a consignment is in the archive, while others are still fetched."""
    out.say(f"Consignment {taken.consignment.hex()[:8]} from “{taken.device}” is whole and in the archive.")


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
    for device, count in arrival.over.items():
        out.warn(
            f"Parcels of “{device}” left in the places: {count:,}. It has stored what it may in a day. They come "
            f"tomorrow; or, if that is what it should send, now, with another limit: 'tamizdat keys limit {device} 2T' "
            "(bytes a day, or none)."
        )
    foreign = sum(counts["not for us"] for counts in arrival.fetched.by_place.values())
    if foreign:
        out.warn(
            f"Sealed to a key that this desk does not hold: {counted(foreign, 'parcel')}. If no other desk uses this "
            "place, a device still seals to a key that was retired or lost, and nothing of it can be read here: make "
            "it a new invitation ('tamizdat keys invite'), and have it keep its card and seal that again. If the keys "
            "were restored from an old copy, a newer copy may open it."
        )
    out.record({"over": dict[str, Json](arrival.over)})
    out.record({"beyond": beyond, "limit_bytes": allowance.size, "limit_consignments": allowance.consignments})


def _say_coming(underway: Underway, coming: Coming, arrival: Arrival, out: Out) -> None:
    """Say what a consignment that is not whole is going to be, what of it is here, and where the rest may lie."""
    files, notes = counted(coming.files, "file"), counted(coming.texts_promised, "note")
    out.say(
        f"  It is from “{coming.device}”, opened {coming.opened}: {files}, {amount(coming.size)}. Here: "
        f"{coming.files_here:,} ({amount(coming.size_here)}), among these {len(coming.texts)} of {notes}; and "
        f"{counted(coming.previews_here, 'preview')}."
    )
    for entry in coming.texts[:SHOWN]:
        out.show(f"    {amount(entry.size):>9}  {entry.path}")
    if len(coming.texts) > SHOWN:
        out.show(f"    … and {len(coming.texts) - SHOWN} more")
    silent = sorted(arrival.fetched.failures)
    where = f" What failed here may hold some: {', '.join(silent)}." if silent else ""
    if coming.short:
        groups = counted(coming.groups, "group that has begun", "groups that have begun")
        out.say(f"  Missing: at least {counted(coming.short, 'parcel')} of {groups}.{where}")
    if coming.texts or coming.previews_here:
        out.say("  To read and see what is here already: 'tamizdat receive --salvage'.")
    out.record(
        {
            "coming": underway.consignment.hex(),
            "device": coming.device,
            "opened": coming.opened,
            "files": coming.files,
            "bytes": coming.size,
            "files_here": coming.files_here,
            "bytes_here": coming.size_here,
            "notes": list[Json](entry.path for entry in coming.texts),
            "notes_promised": coming.texts_promised,
            "previews_here": coming.previews_here,
            "parcels_missing": coming.short,
            "silent_places": list[Json](silent),
        }
    )


def _damaged(arrival: Arrival) -> int:
    kinds = ("damaged", "contradicting", "faulty", "not for us")
    return sum(counts[kind] for counts in arrival.fetched.by_place.values() for kind in kinds)


def say_arrival(arrival: Arrival, out: Out) -> None:
    """Say the report: places, consignments, receipts."""
    for place, counts in sorted(arrival.fetched.by_place.items()):
        _say_fetched(place, counts, out)
    for place, failure in sorted(arrival.fetched.failures.items()):
        out.warn(of_place(place, failure))
    for taken in arrival.unpacked:
        _say_taken_in(taken, arrival.names[taken.consignment.hex()], out)
    for each in arrival.underway:
        _say_underway(each, arrival, out)
    _say_beyond(arrival, out)
    for place, failure in arrival.copy_failures.items():
        out.warn(f"Second store {place}: {failure}")
    for receipt in arrival.receipts:
        if receipt.consignment in arrival.news:
            _say_receipt(receipt, arrival.names[receipt.consignment], out)
        if out.as_json:
            out.record(
                {
                    "consignment": receipt.consignment,
                    "copies": list[Json](receipt.there),
                    "receipt": spoken(receipt.receipt) if receipt.released else None,
                }
            )
    if not (arrival.news or arrival.underway or remains(arrival)):
        out.say("Nothing new has arrived.")


def _say_fetched(place: str, counts: Counter[str], out: Out) -> None:
    told = ", ".join(f"{count} {what}" for what, count in counts.items() if what != "new" and count)
    parcels = "new parcel" if counts["new"] == 1 else "new parcels"
    out.show(f"{place:<16} {counts['new']:>6} {parcels}{': ' + told if told else ''}")
    facts: dict[str, Json] = dict(counts.items())
    out.record({"place": place, **facts})


def _say_taken_in(taken: Unpacked, name: str, out: Out) -> None:
    whole = "complete" if taken.complete else f"incomplete, {counted(taken.unconfirmed, 'file')} missing"
    out.say(
        f"“{name}” ({taken.consignment.hex()[:8]}): {whole}; {files_and_previews(taken)}, "
        f"{amount(taken.size)}, {'every one checked' if taken.complete else 'nothing vouches for them yet'}."
    )
    if taken.later:
        out.say(f"  It was closed early: {counted(taken.later, 'file')} of its list will come in another one.")
    for marked in taken.marked:
        out.warn(marked)
    out.record(
        {
            "consignment": taken.consignment.hex(),
            "name": name,
            "device": taken.device,
            "complete": taken.complete,
            "files": taken.files,
            "previews": taken.previews,
            "bytes": taken.size,
            "missing": taken.unconfirmed,
        }
    )


def _say_underway(each: Underway, arrival: Arrival, out: Out) -> None:
    missing = f"parts that are here: {each.payloads} of at least {each.expected}"
    state = f"is held: {each.problem}" if each.problem else f"is not whole yet: {missing}."
    if each.closed:
        state = (
            "was closed by its device before it was whole, because its card had changed. Nobody waits for it: its "
            f"files come again in another one. Parts that are here: {each.payloads}; what is readable: 'tamizdat "
            "receive --salvage'; to throw them away: 'tamizdat receive --refuse ID'."
        )
    out.say(f"Consignment {each.consignment.hex()[:8]} {state}")
    if each.coming is not None and not each.closed:
        _say_coming(each, each.coming, arrival, out)
    if each.again:
        out.say(
            "  If its device says that everything is away, parcels were lost in too many places. Have it send them "
            "again; there:"
        )
        out.show(f"\n    tamizdat send --again {each.again}\n")
    out.record(
        {
            "underway": each.consignment.hex(),
            "parts": each.payloads,
            "of_at_least": each.expected,
            "problem": each.problem,
            "closed": each.closed,
            "again": each.again or None,
        }
    )


def _say_receipt(receipt: Receipt, name: str, out: Out) -> None:
    if receipt.released:
        out.say(f"Receipt of “{name}”, also held by {', '.join(receipt.there)}:")
        out.show(f"\n  {spoken(receipt.receipt)}\n")
    else:
        out.warn(f"The receipt of “{name}” is withheld. {why_withheld(receipt)}")


def why_withheld(receipt: Receipt) -> str:
    """Return why a receipt is not told, and what to do about it."""
    if receipt.lacking:
        return _lost(receipt)
    if not receipt.copies:
        return (
            "No second store holds everything yet: add one with 'tamizdat places add NAME URL --copy', then 'tamizdat "
            "receive'."
        )
    if not receipt.own:
        return (
            "The place on which this desk's objects lie did not show all of it at the last look. Tell the field to "
            "keep the card; 'tamizdat receive' looks again, 'tamizdat check' tells what is there."
        )
    if not receipt.there:
        stores = ", ".join(f"“{each}”" for each in receipt.copies)
        return (
            f"The second store that holds it was away, or not whole, at the last look, or was not looked at yet: "
            f"{stores}. Tell the field to keep the card. Connect it, then 'tamizdat receive', which looks and copies "
            "what is not there. If it is gone for good: 'tamizdat places remove', and add another with --copy."
        )
    return (
        "It waits for a backup: two stores hold everything, and none yet what makes it readable. Run 'tamizdat backup'."
    )


def _lost(receipt: Receipt) -> str:
    """Return what to do about files that were in the archive when the receipt was released."""
    return (
        f"{counted(receipt.lacking, 'file is', 'files are')} not in this archive any more. 'tamizdat check --repair' "
        "fetches what a second store has; what none has the field seals once more, with 'tamizdat seal CARD --whole'."
    )
