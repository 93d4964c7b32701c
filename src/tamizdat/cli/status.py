"""What is sealed, sent and received, and what remains to be done.

It asks for no passphrase, unless what a desk must read for it lies sealed on a place ('tamizdat objects').
"""

from argparse import Namespace

from tamizdat.archive import Archive
from tamizdat.archive.forgetting.destruction import is_unfinished
from tamizdat.archive.ingest.refused_answers import unanswered
from tamizdat.carrying.arrived import SHORT, Arrived, arrived
from tamizdat.carrying.begun import Unfinished, unfinished
from tamizdat.carrying.outbox import Outbox, outboxes
from tamizdat.carrying.receipts import COMPLETE, Receipt, receipts
from tamizdat.carrying.wipe import names_of_sealed_cards, receipt_has_come, sealed_cards
from tamizdat.cli.console import Out
from tamizdat.cli.open_home import open_archive, require_role
from tamizdat.cli.parser import Parser
from tamizdat.cli.receive import why_withheld
from tamizdat.cli.send import say_unfinished
from tamizdat.cli.terminal_text import counted, entries, one_line
from tamizdat.encoding import Json, spoken
from tamizdat.text.quantities import amount


def add(parser: Parser) -> None:
    """Declare what ``status`` takes: nothing of its own."""


def run(args: Namespace, out: Out) -> int:
    """Say how things stand; 1 while work remains."""
    return _field(args, out) if require_role(args) == "field" else _desk(args, out)


def _field(args: Namespace, out: Out) -> int:
    left, remains = unfinished(args.home), False
    for outbox in outboxes(args.home):
        waiting = sum(1 for _ in outbox.waiting())
        then = " Next: 'tamizdat send'." if waiting else ""
        out.say(f"Consignment {outbox.number}: {_state(outbox, left)}; to be sent: {counted(waiting, 'parcel')}.{then}")
        out.record({"consignment": outbox.number, "closed": outbox.is_closed, "waiting": waiting})
        remains = remains or bool(waiting)
    if left.unopened:
        say_unfinished(left, out)
    remains = remains or bool(left)
    cards = [(number, opened) for number, opened in sealed_cards(args.home) if number not in left.consignments]
    kept = [number for number, _ in cards]
    come = {number for number in kept if receipt_has_come(args.home, number)}
    if kept:
        if come.issuperset(kept):
            out.say("Sealed to the end; all receipts have come:")
        else:
            out.say("Sealed to the end. When the desk has told you the receipt of one: 'tamizdat wipe CARD'.")
        names = names_of_sealed_cards(args.home)
        for number in kept:
            out.show(
                f"  {number:>4}  sealed {names[number]}".rstrip() + ("; its receipt has come" if number in come else "")
            )
    told: list[Json] = [
        {"consignment": number, "opened": opened or None, "receipt": number in come} for number, opened in cards
    ]
    out.record({"sealed": list[Json](kept), "cards": told, "unopened": left.unopened, "work_remains": remains})
    if not remains:
        out.say("Nothing waits in the outbox." if kept else "Nothing has been sealed yet: 'tamizdat seal CARD'.")
    return 1 if remains else 0


def _state(outbox: Outbox, left: Unfinished) -> str:
    if outbox.number not in left.consignments:
        return "sealed to the end"
    return "being sealed" if left.at_work else "unfinished: run the same 'tamizdat seal' again"


def _desk(args: Namespace, out: Out) -> int:
    with open_archive(args, when_needed=True) as archive:
        cards = arrived(archive)
        known = {receipt.consignment: receipt for receipt in receipts(archive, args.home)}
        for card in cards:
            _say_card(card, known.get(card.consignment.consignment), out)
        forgetting = _say_archive(archive, out)
        refused = _say_refused(archive, out)
    folder = args.home / "incoming"
    arriving = {path.name for path in folder.iterdir() if len(path.name) == 64} if folder.is_dir() else set()
    over = arriving & {each for card in cards for each in card.supersedes}
    arriving -= over | {card.id for card in cards if card.consignment.state == COMPLETE}
    if arriving:
        many = counted(len(arriving), "consignment is", "consignments are")
        out.say(f"{many} on {'its' if len(arriving) == 1 else 'their'} way in: 'tamizdat receive' goes on.")
    if over:
        many = counted(len(over), "consignment was", "consignments were")
        out.say(
            f"{many} closed by the device and will never be whole; what is not here comes in another one. What is "
            "readable of it: 'tamizdat receive --salvage'."
        )
    out.record({"arriving": list[Json](sorted(arriving)), "closed": list[Json](sorted(over))})
    return 1 if arriving or forgetting or refused else 0


def _say_card(card: Arrived, receipt: Receipt | None, out: Out) -> None:
    item = card.consignment
    out.say(
        f"“{card.name}” ({item.consignment[:SHORT]}): {item.state}, {counted(item.files, 'file')} "
        f"(with previews), {amount(item.bytes)}."
    )
    if receipt and receipt.released:
        stores = ", ".join(f"“{each}”" for each in receipt.there)
        out.show(f"  Receipt: {spoken(receipt.receipt)}")
        out.say(f"  All of it is here and backed up, and was on {stores} at the last look, {receipt.looked}.")
    elif receipt:
        out.warn(f"  Receipt withheld. {why_withheld(receipt)}")
    out.record(
        {
            "consignment": item.consignment,
            "name": card.name,
            "device": card.device,
            "opened": card.opened or None,
            "state": item.state,
            "files": item.files,
            "bytes": item.bytes,
            "receipt": spoken(receipt.receipt) if receipt and receipt.released else None,
        }
    )


def _say_refused(archive: Archive, out: Out) -> bool:
    """Say which addresses gave out what was refused as another's; return whether somebody has to look."""
    found = unanswered(archive)
    for url, kept in found.items():
        out.warn(
            f"{one_line(url)} may be in other hands: what it gives out is not taken in, and of it "
            f"{counted(len(kept), 'answer is', 'answers are')} kept. 'tamizdat collect theirs URL --dry-run' shows "
            "what; then 'collect theirs URL', or 'collect off URL'."
        )
    out.record({"refused": {url: len(kept) for url, kept in found.items()}})
    return bool(found)


def _say_archive(archive: Archive, out: Out) -> bool:
    """Say how much there is; return whether something is not forgotten everywhere yet."""
    released = archive.index.items("public")
    originals = archive.index.files()
    out.say(
        f"{counted(len(originals), 'item')} from cards, {len(released)} of them released; the ledger has "
        f"{entries(archive.size)}."
    )
    posts = archive.index.posts.count()
    if posts:
        followed = len(archive.index.posts.followed())
        out.say(
            f"{counted(posts, 'post')}; {counted(followed, 'feed or account', 'feeds and accounts')} "
            f"{'is' if followed == 1 else 'are'} followed."
        )
    if forgetting := is_unfinished(archive):
        out.warn("Something that was forgotten is not deleted everywhere yet: 'tamizdat forget' goes on.")
    out.record({"forgetting": forgetting})
    out.record({"posts": posts, "items": len(originals), "released": len(released), "ledger": archive.size})
    return forgetting
