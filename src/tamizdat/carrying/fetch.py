"""Fetching parcels from all places, whatever they do: lose, damage, reorder, invent, go away.

Each parcel is checked in this order, and only what holds goes on to the next step: its name is the BLAKE3 of its
bytes; it opens with one of the desk's keys; its header is exact, within bounds, sealed to the recipients it names
and signed by its consignment; its payload has the digest the header says. Everything else is counted and named in
the report, never believed. A listing is never proof of absence.

Every place is listed and fetched from by threads of its own; one that fails slowly is not asked again in this run, and
one that gives nothing is left when all others are through: a place that fails delays nothing but itself. What may be
whole is handed over at once, whoever is still at it.

Whoever has an invitation can seal to the desk. So what may lie here of devices that the desk has not accepted, or of
consignments that do not show yet whose they are, is limited (:class:`Allowance`): what goes beyond it stays in the
places. The first payload of a consignment shows its device; it is looked at as soon as it is here, and if the device
is an accepted one, what was left is fetched in the same run. What accepted devices may store in a day is limited too
(:mod:`tamizdat.carrying.daily_use`).

Names of parcels that need not be fetched again are remembered (:mod:`tamizdat.carrying.handled`).
"""

import io
import queue
import secrets
import shutil
import threading
import time
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from typing import Final

from tamizdat.carrying.daily_use import DailyUse
from tamizdat.carrying.faults import describe_fault
from tamizdat.carrying.fetched import Allowance, Fetched
from tamizdat.carrying.handled import BAD, BEYOND, FILLER, LEFT, OVER, Handled
from tamizdat.carrying.placed_payloads import Placed
from tamizdat.carrying.reassembly import OBJECTS, Incoming
from tamizdat.carrying.senders import Senders
from tamizdat.carrying.source import Answer, Opened, OtherBytes, Source
from tamizdat.disk.files import PAGE, aligned_buffer, refusals, write_all
from tamizdat.errors import (
    BadArchive,
    BadConsignment,
    BadParcel,
    DamagedInput,
    NotForUs,
    PlaceError,
    StorageFull,
    StorageRefused,
    TamizdatError,
)
from tamizdat.home.home import Home, PlaceSettings
from tamizdat.places import Place
from tamizdat.sealing.age import sealed_size, unseal_into
from tamizdat.sealing.consignment import read_sender
from tamizdat.sealing.parcel import HEADER, PLAINTEXT, Header, open_parcel, parcel_name, recipients_digest

FETCHERS: Final = 4  #: parcels opened at a time, twice as many may wait for it: opening uses two cores
MOST_UNSETTLED: Final = 4  #: parcels that wait to be settled: those that come before a layout shows are written twice
GRACE: Final = 3.0  #: seconds that fetching threads get to end when our own disk failed
QUIET: Final = 2.0  #: seconds without a parcel after which what can be decoded is decoded, and taken in
LOOK: Final = 2.0  #: seconds between two looks whether a consignment is whole
LARGEST: Final = sealed_size(PLAINTEXT, 1) + (64 << 10)  #: bytes of a parcel for as many recipients as there can be
BATCH: Final = 64  #: parcels between two flushes; a kill costs fetching these again


class Reception:
    """The desk's ``incoming`` folder, opened for one run."""

    def __init__(
        self,
        home: Home,
        finished: Collection[bytes],
        allowance: Allowance | None = None,
        today: str = "",
        reread: Callable[[int], None] = lambda size: None,
    ) -> None:
        self._home = home
        self._finished = set(finished)  # consignments the archive already holds
        self.folder = home.folder / "incoming"
        self._arriving = self.folder / "arriving"
        with refusals("what arrives"):
            self.folder.mkdir(mode=0o700, exist_ok=True)
            shutil.rmtree(self._arriving, ignore_errors=True)  # of a run that was killed
            self._arriving.mkdir(mode=0o700)
        self._one_disk = _on_one_disk(self.folder, home.folder / OBJECTS)
        self._identities = home.keyring.identities()
        recipients = home.settings["recipients"].values()
        self._known_recipients = {recipients_digest(texts) for texts in recipients}
        # of the keys we try, not of those the settings name: an invitation may have been made a moment ago
        ours = recipients_digest(key.recipient.to_text() for key in self._identities)
        self._foreign = f"foreign {ours.hex()}"
        self.incoming: dict[bytes, Incoming] = {}
        for entry in sorted(self.folder.iterdir()):
            if entry.is_dir() and len(entry.name) == 64:
                self.incoming[bytes.fromhex(entry.name)] = Incoming(entry, reread)
        self.senders = Senders(home, self.folder, self.incoming, allowance)
        self._use = DailyUse(home, today)
        self._use_standing = self._use.standing
        self._over: Counter[str] = Counter()  # device → parcels that were left today
        self._handled = Handled(self.folder)
        self._forget_what_was_lost()
        # What was not for us may be for a key that was made since.
        known = {consignment.hex() for consignment in (*self.incoming, *self._finished)}
        counts = known | {FILLER, BAD, self._foreign}
        self._beyond: dict[str, bytes] = {}  # parcel → its consignment
        for name, what in self._handled.lines():
            left = LEFT.fullmatch(what)
            if what in counts or (left and bytes.fromhex(left["whose"]) in self._finished):
                self._handled.add(name)
            elif left and left["why"] == BEYOND and left["standing"] == self.senders.standing:
                self._leave(name, bytes.fromhex(left["whose"]))
            elif left and left["why"] == OVER and left["standing"] == self._use_standing:
                self._handled.add(name)
                self._over[left["whose"]] += 1
        self._ended = threading.Event()

    def _forget_what_was_lost(self) -> None:
        """Fetch the parcels again of each consignment of which the disk has not kept all."""
        had = self._handled.journals()
        lost = {
            consignment.hex(): incoming
            for consignment, incoming in self.incoming.items()
            if consignment not in self._finished  # of these a kill may have left a part, which nobody needs
            and (incoming.lost or incoming.lines < had.get(consignment.hex(), 0))
        }
        if lost:
            self._handled.forget(lost)  # first: a kill in between costs traffic, no parcel
            for incoming in lost.values():
                incoming.mend()

    def fetch(
        self,
        progress: Callable[[int], None],
        whole: Callable[[Incoming], None] = lambda incoming: None,
        places: Sequence[PlaceSettings] | None = None,
        stopped: Callable[[], bool] = lambda: False,
    ) -> Fetched:
        """Fetch every parcel that is new to us; *progress* is told the bytes of each.

        *whole* is given every consignment that may be whole, as soon as it may be; perhaps several times. *places* are
        those that are asked, by default all. Once it is *stopped*, the run ends in order with what it has.
        """
        report = Fetched(self.senders.allowance)
        asked = self._home.places() if places is None else places
        self._fetch_listed(report, progress, whole, asked, stopped)
        while self._take_up_left():  # a consignment has shown that an accepted device sent it
            self._fetch_listed(report, progress, whole, asked, stopped)
        report.beyond = len(self._beyond)
        report.over = self._over
        return report

    def _fetch_listed(
        self,
        report: Fetched,
        progress: Callable[[int], None],
        whole: Callable[[Incoming], None],
        places: Sequence[PlaceSettings],
        stopped: Callable[[], bool],
    ) -> None:
        """Fetch from all places at the same time, each at its own pace, and settle what arrives one by one."""
        answers: queue.Queue[Answer | None] = queue.Queue(maxsize=MOST_UNSETTLED)
        buffers: queue.LifoQueue[memoryview] = queue.LifoQueue()  # the last used goes out next: few become memory
        for _ in range(2 * FETCHERS):
            # the header ends where a page does, so that the payload can be written around the system's cache
            buffers.put(aligned_buffer(PAGE + LARGEST)[PAGE - HEADER :])
        sources = [Source(settings, answers, self._handled) for settings in places]
        for source in sources:
            source.start(lambda place, name: self._open(place, name, buffers))
        looked, fresh = time.monotonic(), False
        try:
            while not stopped() and (any(not source.over.is_set() for source in sources) or not answers.empty()):
                try:
                    answer, quiet = answers.get(timeout=QUIET), False
                except queue.Empty:
                    answer, quiet = None, True
                if answer is not None:
                    self._settle(answer, report, progress)
                    fresh = True
                    if self._handled.unwritten >= BATCH:
                        self.flush()
                elif quiet and self._has_waited_enough(sources):
                    break
                if fresh and (quiet or time.monotonic() - looked > LOOK):
                    began = time.monotonic()
                    self._offer(report, whole)
                    looked, fresh = time.monotonic() + 4 * (time.monotonic() - began), False
        except BaseException:
            self._ended.set()  # what is still fetched is written nowhere: the disk may be full, the next run begin
            for source in sources:
                source.end(GRACE)
            raise
        finally:
            for source in sources:
                source.stop.set()
            self.flush()
        for source in sources:
            source.tell(report, stopped())
        self._offer(report, whole)

    def _has_waited_enough(self, sources: list[Source]) -> bool:
        """Whether only places are left that have given nothing for long, while others did: they delay only themselves.

        A place that alone is left to ask gets the time that its own timeout gives it.
        """
        left = [source for source in sources if not source.over.is_set()]
        return len(left) < len(sources) and all(source.is_silent for source in left)

    def _offer(self, report: Fetched, whole: Callable[[Incoming], None]) -> None:
        """Decode what can be decoded, and hand over what may be whole."""
        for incoming in list(self.incoming.values()):
            self._settle_groups(incoming, report)
            if incoming.payloads and incoming.payloads >= incoming.expected:
                incoming.flush()
                whole(incoming)
        self.flush()

    def _settle_groups(self, incoming: Incoming, report: Fetched) -> None:
        """Decode what can be decoded; what fails is this consignment's problem."""
        try:
            incoming.settle()
        except BadConsignment:
            pass  # a group that contradicts others; what is whole without it counts
        except (StorageFull, StorageRefused):
            raise
        except BadArchive as error:
            incoming.distrust()  # what the disk has not kept is fetched anew by the next run
            report.problems[incoming.consignment] = str(error)
        except Exception as error:  # noqa: BLE001 -- one consignment must not keep the others from coming
            report.problems[incoming.consignment] = describe_fault(error)
        self.senders.look(incoming)

    def _leave(self, name: str, consignment: bytes) -> None:
        """Leave a parcel in its places until its consignment shows an accepted device."""
        if not self.senders.are_accepted(consignment):
            self._beyond[name] = consignment
            self._handled.add(name)

    def _take_up_left(self) -> int:
        """Forget that parcels were left whose consignment has shown an accepted device; return how many."""
        wanted = [name for name, consignment in self._beyond.items() if self.senders.are_accepted(consignment)]
        for name in wanted:
            del self._beyond[name]
            self._handled.discard(name)
        return len(wanted)

    def _open(self, place: Place, name: str, buffers: "queue.LifoQueue[memoryview]") -> Opened:
        data = getattr(place, "lend", place.get)(name)
        if (found := parcel_name(data)) != name:
            raise OtherBytes(f"Expected bytes with the BLAKE3 {name}, found {found}: the place altered them.")
        buffer = buffers.get()
        try:
            size = unseal_into(buffer, data, self._identities) if len(data) <= LARGEST else 0
            header, payload = open_parcel(buffer[:size])
            if header.recipients not in self._known_recipients:
                raise BadParcel(
                    f"Expected a parcel for recipients of one of our invitations, found {header.recipients.hex()}."
                )
            return Opened(header, self._write(header, payload), len(data), self._sender(header, payload))
        finally:
            buffers.put(buffer)

    def _sender(self, header: Header, payload: memoryview) -> bytes | None:
        """Return the device of a parcel that has the stream's first payload in it; unpacking judges a wrong one."""
        if header.first or header.stage == FILLER or header.consignment in self.senders:
            return None
        if header.index and header.k > 1:
            return None  # parity; in a group of one payload every share is that payload
        try:
            return read_sender(io.BytesIO(payload), len(payload), header.consignment)
        except BadConsignment:
            return None

    def _write(self, header: Header, payload: memoryview) -> Path | Placed | None:
        """Write a payload that may be wanted; here, for several fetching threads together are faster at it."""
        incoming = self.incoming.get(header.consignment)
        if header.stage == FILLER or header.consignment in self._finished or (incoming and incoming.has(header)):
            return None
        if self._ended.is_set():
            return None
        placed = incoming.place(header, payload) if incoming else None
        if placed is not None:
            return placed
        path = self._arriving / secrets.token_hex(8)  # two places may give one parcel at the same moment
        with refusals("what arrives"), path.open("wb", buffering=0) as file:
            write_all(file.fileno(), payload, around=True)
        return path

    def _settle(self, answer: Answer, report: Fetched, progress: Callable[[int], None]) -> None:
        place, name = answer.place, answer.name
        try:
            opened = answer.result()
        except NotForUs:
            report.count(place, "not for us")
            self._handled.mark(name, self._foreign)
        except OtherBytes:
            report.count(place, "damaged")  # not remembered: the place may be mended
        except DamagedInput:
            report.count(place, "damaged")
            self._handled.mark(name, BAD)
        except PlaceError as error:
            report.count(place, "gone")
            report.failures.setdefault(place, str(error))
            report.kinds.setdefault(place, type(error).__name__)
        except TamizdatError:
            raise  # our own disk
        except Exception as error:  # noqa: BLE001 -- one parcel must not keep the others from coming
            report.count(place, "faulty")
            report.failures.setdefault(place, describe_fault(error))
        else:
            report.parcels += 1
            report.size += opened.size
            taken = self._take(opened, report)
            report.count(place, taken)
            self._mark_taken(name, taken, opened.header.consignment)
            progress(opened.size)
            if isinstance(opened.written, Path):
                opened.written.unlink(missing_ok=True)  # if it was not taken
            elif opened.written is not None and opened.header.consignment in self.incoming:
                self.incoming[opened.header.consignment].placing.release(opened.written.number)

    def _mark_taken(self, name: str, taken: str, consignment: bytes) -> None:
        if taken == BEYOND:
            self._leave(name, consignment)
            self._handled.mark(name, f"{BEYOND} {self.senders.standing} {consignment.hex()}")
        elif taken == OVER:
            device = (self.senders.of(consignment) or b"").hex()
            self._over[device] += 1
            self._handled.mark(name, f"{OVER} {self._use_standing} {device}")
        else:
            self._handled.mark(name, FILLER if taken == FILLER else consignment.hex())

    def _take(self, opened: Opened, report: Fetched) -> str:
        header = opened.header
        if header.stage == FILLER:
            return FILLER
        if header.consignment in self._finished:  # since it was fetched
            return "spare"
        if opened.sender is not None:
            self.senders.show(header.consignment, opened.sender)
        if opened.written is None:
            return "spare"
        incoming = self.incoming.get(header.consignment)
        try:
            if incoming is not None and not incoming.needs(header):
                return "spare"
            if not self.senders.have_room(header.consignment):
                return BEYOND
            device = self.senders.of(header.consignment)
            if device in self.senders.accepted and not self._use.has_room(device, opened.size):
                if incoming is not None:
                    incoming.placing.layout = None  # what does not count must not fill the disk
                return OVER
            if incoming is None:
                incoming = self.incoming[header.consignment] = Incoming(self.folder / header.consignment.hex())
            incoming.take(header, opened.written)
            self._use.count(header.consignment, device, opened.size)
        except BadConsignment:
            return "contradicting"
        except BadArchive as error:  # what waited for decoding was damaged on our own disk
            self.incoming[header.consignment].distrust()
            report.problems[header.consignment] = str(error)
        incoming = self.incoming[header.consignment]
        self.senders.look(incoming)
        if self._one_disk and self.senders.are_accepted(header.consignment):
            incoming.foresee()
        return "taken"

    def flush(self) -> None:
        """Write the journals, then the memory of what was handled: in this order a kill loses nothing."""
        for incoming in self.incoming.values():
            incoming.flush()
        self._handled.write({consignment.hex(): each.lines for consignment, each in self.incoming.items()})
        self._use.save()

    def finished(self, consignment: bytes) -> None:
        """Remove what has arrived of a consignment that the archive has; nothing of it is taken again."""
        self._finished.add(consignment)
        self.incoming.pop(consignment).remove()

    def close(self) -> None:
        """End the run in order: what is not whole yet is flushed to the disk."""
        self._ended.set()  # a place that hung may still give something
        for incoming in self.incoming.values():
            incoming.close()
        with refusals("what arrives"):
            shutil.rmtree(self._arriving, ignore_errors=True)


def _on_one_disk(*folders: Path) -> bool:
    with refusals("what arrives"):
        return len({folder.stat().st_dev for folder in folders if folder.exists()}) == 1
