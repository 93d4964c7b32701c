"""Fetching parcels from all places, whatever they do: lose, damage, reorder, invent, go away.

Each parcel is checked in this order, and only what holds goes on to the next step: its name is the BLAKE3 of its
bytes; it opens with one of the desk's keys; its header is exact, within bounds, sealed to the recipients it names
and signed by its consignment; its payload has the digest the header says. Everything else is counted and named in
the report, never believed. A listing is never proof of absence; a place that fails delays nothing but itself.

``incoming/handled`` remembers the names of parcels that need not be fetched again, a line each::

    <name> <consignment>      counts as long as the archive or ``incoming`` has that consignment
    <name> filler
    <name> bad                its bytes have this name, so they will never be a parcel
    <name> foreign <keys>     opens with none of these keys (a digest over all of ours)

It is only a memory: deleting it costs traffic, nothing else.
"""

import contextlib
import queue
import shutil
from collections import Counter
from collections.abc import Callable, Collection, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from itertools import zip_longest
from pathlib import Path
from typing import Final

from tamizdat.carrying.reassembly import Incoming
from tamizdat.disk.files import PAGE, aligned_buffer, append_lines, read_lines, refusals, write_all
from tamizdat.encoding import parcel_name
from tamizdat.errors import BadConsignment, BadParcel, DamagedInput, NotForUs, PlaceError, TamizdatError
from tamizdat.home.home import Home
from tamizdat.places import Place
from tamizdat.sealing.age import sealed_size, unseal_into
from tamizdat.sealing.parcel import HEADER, PLAINTEXT, Header, open_parcel, recipients_digest

FETCHERS: Final = 4
LARGEST: Final = sealed_size(PLAINTEXT, 1) + (64 << 10)  #: bytes of a parcel for as many recipients as there can be
_MEMORY: Final = "the memory of parcels"
_FILLER: Final = "filler"
_BAD: Final = "bad"
BATCH: Final = 64  #: parcels between two flushes; a kill costs fetching these again


@dataclass
class Fetched:
    """What a run of fetching saw. *by_place*: place → what happened there → how often."""

    parcels: int = 0
    size: int = 0
    by_place: dict[str, Counter[str]] = field(default_factory=dict)
    failures: dict[str, str] = field(default_factory=dict)

    def count(self, place: str, what: str) -> None:
        """One more of *what* ("taken", "damaged", "not for us", "spare", "filler", "gone") at *place*."""
        self.by_place.setdefault(place, Counter())[what] += 1


class Reception:
    """The desk's ``incoming`` folder, opened for one run."""

    def __init__(self, home: Home, finished: Collection[bytes]) -> None:
        self._home = home
        self._finished = set(finished)  # consignments the archive already holds
        self.folder = home.folder / "incoming"
        self._arriving = self.folder / "arriving"
        with refusals("what arrives"):
            self.folder.mkdir(mode=0o700, exist_ok=True)
            shutil.rmtree(self._arriving, ignore_errors=True)  # of a run that was killed
            self._arriving.mkdir(mode=0o700)
        self._identities = home.keyring.identities()
        recipients = home.settings["recipients"].values()
        self._known_recipients = {recipients_digest(texts) for texts in recipients}
        self._foreign = f"foreign {recipients_digest(text for texts in recipients for text in texts).hex()}"
        self.incoming: dict[bytes, Incoming] = {}
        for entry in sorted(self.folder.iterdir()):
            if entry.is_dir() and len(entry.name) == 64:
                self.incoming[bytes.fromhex(entry.name)] = Incoming(entry)
        # What the disk has not kept is fetched again; what was not for us may be for a key that was made since.
        sound = {consignment.hex() for consignment, incoming in self.incoming.items() if not incoming.lost}
        counts = sound | {consignment.hex() for consignment in self._finished} | {_FILLER, _BAD, self._foreign}
        lines = (line.partition(" ") for line in read_lines(self.folder / "handled", _MEMORY))
        self._handled = {name for name, _, what in lines if what in counts}
        self._marks: list[str] = []

    def fetch(self, progress: Callable[[int], None]) -> Fetched:
        """Fetches every parcel that is new to us; *progress* is told the bytes of each."""
        report = Fetched()
        jobs = self._jobs(report)
        with ThreadPoolExecutor(FETCHERS, thread_name_prefix="receiving") as pool:
            flying: dict[Future[_Opened], tuple[Place, str]] = {}
            buffers: queue.SimpleQueue[memoryview] = queue.SimpleQueue()
            for _ in range(2 * FETCHERS):
                # the header ends where a page does, so that the payload can be written around the system's cache
                buffers.put(aligned_buffer(PAGE + LARGEST)[PAGE - HEADER :])
            exhausted = False
            try:
                while not exhausted or flying:
                    while not exhausted and len(flying) < 2 * FETCHERS:
                        job = next(jobs, None)
                        if job is None:
                            exhausted = True
                        else:
                            flying[pool.submit(self._open, *job, buffers)] = job
                    done, _ = wait(flying, return_when=FIRST_COMPLETED) if flying else (set(), None)
                    for future in done:
                        place, name = flying.pop(future)
                        self._settle(future, place, name, report, progress)
                    if len(self._marks) >= BATCH:
                        self.flush()
            finally:
                for future in flying:
                    future.cancel()
                wait(flying)
                self.flush()
        for incoming in self.incoming.values():
            with contextlib.suppress(
                BadConsignment
            ):  # a group that contradicts others; what is whole without it counts
                incoming.settle()
        self.flush()
        return report

    def _jobs(self, report: Fetched) -> Iterator[tuple[Place, str]]:
        """New names of all places in turn, so that the shares of a group arrive close to each other."""
        listings: list[list[tuple[Place, str]]] = []
        for settings in self._home.places():
            new: dict[str, tuple[Place, str]] = {}
            try:
                place = settings.open()
                for name in place.list():
                    if len(name) == 64 and name not in self._handled:
                        new[name] = place, name
            except TamizdatError as error:
                report.failures[settings.name] = str(error)  # what it did list is fetched all the same
            report.by_place.setdefault(settings.name, Counter())["new"] = len(new)
            listings.append(list(new.values()))
        for row in zip_longest(*listings):
            yield from (job for job in row if job is not None and job[1] not in self._handled)

    def _open(self, place: Place, name: str, buffers: "queue.SimpleQueue[memoryview]") -> "_Opened":
        data = place.get(name)
        if parcel_name(data) != name:
            raise _OtherBytes("Expected a parcel whose name is the BLAKE3 of its bytes, found other bytes.")
        buffer = buffers.get()
        try:
            size = unseal_into(buffer, data, self._identities) if len(data) <= LARGEST else 0
            header, payload = open_parcel(buffer[:size])
            if header.recipients not in self._known_recipients:
                raise BadParcel("Expected a parcel sealed to one of our invitations, found other recipients named.")
            return _Opened(header, self._write(header, name, payload), len(data))
        finally:
            buffers.put(buffer)

    def _write(self, header: Header, name: str, payload: memoryview) -> Path | None:
        """Writes a payload that may be wanted; here, for several fetching threads together are faster at it."""
        incoming = self.incoming.get(header.consignment)
        if header.stage == _FILLER or header.consignment in self._finished or (incoming and incoming.has(header)):
            return None
        path = self._arriving / name
        with refusals("what arrives"), path.open("wb", buffering=0) as file:
            write_all(file.fileno(), payload, around=True)
        return path

    def _settle(
        self,
        future: "Future[_Opened]",
        place: Place,
        name: str,
        report: Fetched,
        progress: Callable[[int], None],
    ) -> None:
        try:
            opened = future.result()
        except NotForUs:
            report.count(place.name, "not for us")
            self._mark(name, self._foreign)
        except _OtherBytes:
            report.count(place.name, "damaged")  # not remembered: the place may be mended
        except DamagedInput:
            report.count(place.name, "damaged")
            self._mark(name, _BAD)
        except PlaceError as error:
            report.count(place.name, "gone")
            report.failures.setdefault(place.name, str(error))
        else:
            report.parcels += 1
            report.size += opened.size
            taken = self._take(opened)
            report.count(place.name, taken)
            self._mark(name, _FILLER if taken == _FILLER else opened.header.consignment.hex())
            progress(opened.size)
            if opened.written is not None:
                opened.written.unlink(missing_ok=True)  # if it was not taken

    def _take(self, opened: "_Opened") -> str:
        header = opened.header
        if header.stage == _FILLER:
            return _FILLER
        if opened.written is None:
            return "spare"
        incoming = self.incoming.get(header.consignment)
        if incoming is None:
            incoming = self.incoming[header.consignment] = Incoming(self.folder / header.consignment.hex())
        try:
            if not incoming.needs(header):
                return "spare"
            incoming.take(header, opened.written)
        except BadConsignment:
            return "contradicting"
        return "taken"

    def flush(self) -> None:
        """Journals, then the memory of what was handled: in this order a kill loses nothing."""
        for incoming in self.incoming.values():
            incoming.flush()
        if self._marks:
            append_lines(self.folder / "handled", self._marks, _MEMORY)
            self._marks = []

    def _mark(self, name: str, what: str) -> None:
        self._handled.add(name)
        self._marks.append(f"{name} {what}")

    def finished(self, consignment: bytes) -> None:
        """The archive has it: nothing of it need be taken again."""
        self._finished.add(consignment)
        self.incoming.pop(consignment).remove()

    def close(self) -> None:
        """Ends the run in order: what is not whole yet is flushed to the disk."""
        for incoming in self.incoming.values():
            incoming.close()
        with refusals("what arrives"):
            shutil.rmtree(self._arriving, ignore_errors=True)


class _OtherBytes(BadParcel):
    """What the place gave is not what it has listed."""


@dataclass
class _Opened:
    header: Header
    written: Path | None  # where the payload lies until it is taken; None if nobody wants it
    size: int
