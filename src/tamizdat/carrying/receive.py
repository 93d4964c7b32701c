"""One run of receiving, from the places to the receipt.

Fetch what is new; take every whole consignment into the archive; copy it to a second, independent store; release
the receipt. A receipt lets the field delete its only copy, so it is released when two stores hold everything and
each was read back: the archive, and a place added with ``places add --copy``. That is written into the ledger by a
second ``received`` statement which names the copies. And it waits for a backup that holds this statement: without the
ledger and the keys a second store is a heap of files that nobody can name.
"""

import shutil
from collections.abc import Callable, Sequence
from dataclasses import field, replace
from datetime import datetime

from tamizdat.archive import Archive
from tamizdat.archive.acts.state import state
from tamizdat.carrying.arrived import arrived
from tamizdat.carrying.expected_contents import Coming, coming_of
from tamizdat.carrying.faults import describe_fault
from tamizdat.carrying.fetch import Reception
from tamizdat.carrying.fetched import Allowance, Fetched
from tamizdat.carrying.last_look import Awaited, keep_last_look, over_by_name, read_last_look
from tamizdat.carrying.missing_groups import Lacking
from tamizdat.carrying.reassembly import Incoming
from tamizdat.carrying.receipts import COMPLETE, Receipt, look_at_stores, objects_of, receipts
from tamizdat.carrying.stores import SeenStores
from tamizdat.carrying.unpack import RevokedDevice, UnknownDevice, Unpacked, salvage, unpack
from tamizdat.dataclass import dataclass
from tamizdat.disk.files import refusals
from tamizdat.encoding import timestamp
from tamizdat.errors import BadConsignment, BadEncoding, BadPath, TamizdatError, UsageError
from tamizdat.home.home import Home, PlaceSettings
from tamizdat.statements import received


@dataclass(frozen=True)
class Underway:
    """A consignment that is not in the archive yet, and why."""

    consignment: bytes
    payloads: int
    expected: int
    problem: str | None  # None: parcels are missing
    coming: Coming | None = None  # None: its inventory is not here, or nobody knows its device
    closed: bool = False  # its device has said that it will never be whole: nobody waits for it
    device: bytes | None = None  # the key (32 bytes) that vouches for it; None: that does not show yet
    again: str = ""  # the code by which its device sends again what is lacking, if that may be lost


@dataclass
class Arrival:
    """What a run of receiving did."""

    fetched: Fetched
    unpacked: list[Unpacked] = field(default_factory=list)
    underway: list[Underway] = field(default_factory=list)
    receipts: list[Receipt] = field(default_factory=list)
    copy_failures: dict[str, str] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)  # id of a consignment in the archive → what people call it
    over: dict[str, int] = field(default_factory=dict)  # device's name → parcels that its limit for a day left
    news: set[str] = field(default_factory=set)  # consignments that came, or that a store holds now, or holds again


def receive(
    home: Home,
    archive: Archive,
    now: datetime,
    progress: Callable[[int], None] = lambda size: None,
    salvage_incomplete: bool = False,
    allowance: Allowance | None = None,
    taken_in: Callable[[Unpacked], None] = lambda taken: None,
    places: Sequence[PlaceSettings] | None = None,
    stopped: Callable[[], bool] = lambda: False,
    reread: Callable[[int], None] = lambda size: None,
    look: bool = True,
) -> Arrival:
    """Receive everything there is; the report names each place and consignment that failed, and why.

    After a run that was killed, or where a journal is damaged, all that is here is read again first, for an hour
    perhaps: *reread* is told of it, in bytes.
    *allowance* is what may lie here of devices that are not accepted (by default a share of the disk). *taken_in* is
    told each consignment as soon as it is in the archive, while others are still fetched. *places* are those that are
    asked, by default all. Once it is *stopped*, the run ends in order with what it has. Without *look* the second
    stores count as they were at the last look, unless something is new. Raises StorageFull, StorageRefused or
    BadArchive for what fails on the desk's own disk.
    """
    with home.alone("receiving"):
        complete = {bytes.fromhex(item.consignment) for item in archive.index.consignments() if item.state == COMPLETE}
        refused = {bytes.fromhex(text) for text in home.settings.get("refused", [])}
        reception = Reception(home, complete | refused, allowance, timestamp(now)[:10], reread)
        unpacked: list[Unpacked] = []
        damaged: dict[bytes, str] = {}  # what seemed whole, and was not: since it was judged it only lacks something

        def whole(incoming: Incoming) -> None:
            if incoming.consignment in complete:
                return
            taken, problem = _take_in(home, archive, incoming, now, False)
            if problem is not None:
                damaged[incoming.consignment] = problem
            if taken is not None:
                unpacked.append(taken)
                reception.finished(incoming.consignment)
                taken_in(taken)

        arrival = Arrival(reception.fetch(progress, whole, places, stopped), unpacked)
        for consignment, incoming in list(reception.incoming.items()):
            if consignment in complete:  # a run was cut off between the archive and here
                reception.finished(consignment)
                continue
            taken, problem = _take_in(home, archive, incoming, now, salvage_incomplete)
            problem = problem or damaged.get(consignment) or arrival.fetched.problems.get(consignment)
            if taken is not None:
                arrival.unpacked.append(taken)
            if taken is not None and taken.complete:
                reception.finished(consignment)
            else:
                coming, device = _coming(home, incoming), reception.senders.of(consignment)
                underway = Underway(consignment, incoming.payloads, incoming.expected, problem, coming, device=device)
                arrival.underway.append(underway)
        _mark_closed(home, arrival)
        _ask_again(home, arrival, reception)
        arrival.news |= {taken.consignment.hex() for taken in arrival.unpacked}
        reception.close()
        missed = _missed(home, archive)
        if not stopped():
            _copy(home, archive, arrival, now, look)
        arrival.receipts = receipts(archive, home.folder)
        arrival.news |= {each.consignment for each in arrival.receipts if each.held and each.consignment in missed}
        arrival.over = over_by_name(home, arrival.fetched)
        arrival.names = {each.id: each.name for each in arrived(archive)}
        asked = [place.name for place in (home.places() if places is None else places)]
        awaited = [_awaited(each) for each in arrival.underway]
        keep_last_look(home, arrival.fetched, awaited, arrival.copy_failures, asked, now)
    return arrival


def _take_in(
    home: Home, archive: Archive, incoming: Incoming, now: datetime, salvage_incomplete: bool
) -> tuple[Unpacked | None, str | None]:
    """Return what was taken in, or what is wrong: whatever fails while one consignment is judged is its own problem."""
    try:
        with incoming.placing.held():
            taken = unpack(home, archive, incoming, now)
            if taken is None and salvage_incomplete:
                taken = salvage(home, archive, incoming, now)
    except (UnknownDevice, RevokedDevice) as error:
        return None, str(error)
    except (BadConsignment, BadEncoding, BadPath) as error:
        if incoming.distrust():
            return None, "A part of it was damaged on this desk's own disk. Receive again: it is fetched anew."
        return None, str(error)
    except (TamizdatError, OSError):
        raise  # our own disk, or the archive: no fault of this consignment
    except Exception as error:  # noqa: BLE001 -- one consignment must not keep the others from being taken in
        return None, describe_fault(error)
    return taken, None


def _awaited(underway: Underway) -> Awaited:
    coming = underway.coming
    return Awaited(
        consignment=underway.consignment.hex(),
        key=underway.device.hex() if underway.device else "",
        device=coming.device if coming else "",
        opened=coming.opened if coming else "",
        parts=underway.payloads,
        expected=underway.expected,
        files=coming.files if coming else 0,
        size=coming.size if coming else 0,
        files_here=coming.files_here if coming else 0,
        size_here=coming.size_here if coming else 0,
        missing=coming.short if coming else max(0, underway.expected - underway.payloads),
        problem=underway.problem or "",
        closed=underway.closed,
        again=underway.again,
    )


def _mark_closed(home: Home, arrival: Arrival) -> None:
    """Find what its own device has closed before it was whole, and remember it: what said so may be gone tomorrow."""
    said: dict[str, str] = {}
    for name, ids in (
        *((taken.device, taken.supersedes) for taken in arrival.unpacked),
        *((each.coming.device, each.coming.supersedes) for each in arrival.underway if each.coming),
    ):
        said |= {each.hex(): name for each in ids}
    known = dict(home.settings.get("closed", {}))
    if said.items() - known.items():
        with home.changing():
            home.settings["closed"] = {**home.settings.get("closed", {}), **said}
        known |= said
    # only its own device may close a consignment; of one whose inventory is not here nobody knows whose it is
    arrival.underway = [
        replace(each, closed=each.coming is not None and known.get(each.consignment.hex()) == each.coming.device)
        for each in arrival.underway
    ]


def _ask_again(home: Home, arrival: Arrival, reception: Reception) -> None:
    """Make the code of each consignment of which parts are lacking that should be here, or that did not grow."""
    before = {each.consignment: each.parts for each in read_last_look(home).awaited}
    for number, each in enumerate(arrival.underway):
        if each.problem or each.closed:
            continue
        incoming, files = reception.incoming[each.consignment], each.coming.files_here if each.coming else 0
        lacking = Lacking.of(each.consignment, files, incoming.numbers, incoming.expected)
        if lacking.has_gaps or before.get(each.consignment.hex()) == each.payloads:
            arrival.underway[number] = replace(each, again=lacking.code())


def _coming(home: Home, incoming: Incoming) -> Coming | None:
    try:
        return coming_of(home, incoming)
    except Exception:  # noqa: BLE001 -- must not keep the others from coming; judging it tells what is wrong
        return None


def refuse(home: Home, consignment: str) -> str:
    """Throw away what has arrived of a consignment and take no more of it; *consignment* is the beginning of its id.

    For what comes from nobody this desk knows: whoever has an invitation can fill the allowance of all such.

    Raises UsageError.
    """
    with home.alone("receiving"), home.changing():
        folder = home.folder / "incoming"
        names = [path.name for path in folder.iterdir() if len(path.name) == 64] if folder.is_dir() else []
        found = [name for name in names if consignment and name.startswith(consignment)]
        if len(found) != 1:
            raise UsageError(f"Expected the beginning of one id that is underway, found {len(found)} that fit.")
        home.settings["refused"] = [*home.settings.get("refused", []), found[0]]
        with refusals("what arrives"):
            shutil.rmtree(folder / found[0])
    return found[0]


def _missed(home: Home, archive: Archive) -> set[str]:
    """Return the consignments that a store was to hold and did not show at the last look, if there was one."""
    if not SeenStores.read(home.folder).stores:
        return set()
    return {each.consignment for each in receipts(archive, home.folder) if each.copies and not each.held}


def _copy(home: Home, archive: Archive, arrival: Arrival, now: datetime, look: bool) -> None:
    """Copy what no second store of today has, or shows; states it when one gave everything back.

    *look* at the stores before, and whenever something is new: what one held yesterday it may have lost.
    """
    if look:
        arrival.copy_failures |= look_at_stores(home, archive, now)
    places, copied = home.places("copies"), False
    known, seen = {settings.name for settings in places}, SeenStores.read(home.folder)
    for receipt in receipts(archive, home.folder):
        if receipt.there and not known.isdisjoint(receipt.there):
            continue
        if receipt.copies and known.isdisjoint(receipt.copies):
            # in stores that are none of this desk's any more: it is not told before another holds all
            _state_copies(home, archive, receipt.consignment, [])
        held = _copy_one(home, archive, arrival, objects_of(archive, receipt.consignment), seen)
        copied = copied or bool(held)
        still = [name for name in receipt.copies if name in known and name not in held]
        if not set(held) <= set(receipt.copies):
            _state_copies(home, archive, receipt.consignment, [*still, *held])
            arrival.news.add(receipt.consignment)
    if copied or arrival.news:
        arrival.copy_failures |= look_at_stores(home, archive, now)


def _copy_one(home: Home, archive: Archive, arrival: Arrival, digests: list[str], seen: SeenStores) -> list[str]:
    """Copy the objects of one consignment to every second store; return those that gave everything back."""
    held = []
    for settings in home.places("copies"):
        if settings.name in seen.stores and seen.stores[settings.name].away:
            continue  # it is told already why, and asked again the next time
        try:
            report = archive.copy_to(settings.open(), digests)
        except TamizdatError as error:
            arrival.copy_failures[settings.name] = str(error)
            continue
        if report.whole:
            held.append(settings.name)
            arrival.copy_failures.pop(settings.name, None)
        else:
            arrival.copy_failures[settings.name] = report.failed[0][1]
    return held


def leave_store(home: Home, archive: Archive, name: str) -> int:
    """State of every consignment that a second store holds it no more, before that is removed: its disk may have died.

    Its receipt waits until another one holds it, also one of the same name. Returns of how many.
    """
    held = [each for each in receipts(archive, home.folder) if name in each.copies]
    for each in held:
        _state_copies(home, archive, each.consignment, [other for other in each.copies if other != name])
    return len(held)


def _state_copies(home: Home, archive: Archive, consignment: str, names: list[str]) -> None:
    desk = home.keyring.signing["desk"]
    for item in archive.index.consignments():
        if item.consignment == consignment:
            before = received.read(archive.statement(item.index))
            again = replace(before, copies=tuple(names) or None)
            state(archive, desk, [again.to_statement()])
