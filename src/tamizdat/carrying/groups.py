"""Sealing the groups of one consignment with a few threads, and committing them in order.

A group gets its parity; each share its header, signature, seal and name; then it lies in the outbox's ``making``. One
more thread waits for the groups in order and commits them, as many at a time as are ready. A group that was committed
before is only compared with its checks, and sealed again if the desk lacks it. Buffers are used again:
giving 4 MiB back to the system and taking them anew costs more than sealing them.
"""

import queue
import secrets
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Final

from blake3 import blake3

from tamizdat.carrying.missing_groups import Lacking
from tamizdat.carrying.open_state import OpenState
from tamizdat.carrying.outbox import Outbox
from tamizdat.carrying.receipt import leaf
from tamizdat.dataclass import dataclass
from tamizdat.disk.files import aligned_buffer, write_file
from tamizdat.errors import CardChanged, StorageFull
from tamizdat.keys import Recipient
from tamizdat.sealing import erasure
from tamizdat.sealing.age import seal_into, sealed_size
from tamizdat.sealing.consignment import Group
from tamizdat.sealing.parcel import HEADER, Header, parcel_name, recipients_digest

THREADS: Final = 3  #: one more than cores, for one of them mostly waits for the disk
IN_FLIGHT: Final = 96 << 20  #: bytes of buffers in groups that are being sealed
MOST: Final = 24  #: groups that are being sealed, however small


@dataclass(frozen=True)
class _Flying:
    """A group that is being sealed."""

    number: int
    name: bytes
    folder: Path
    leaves: "Future[list[bytes]]"  # of its payloads, when it is sealed
    is_again: bool = False  # it was committed before: the desk lacks it


class Groups:
    """The groups of one consignment in one run; a context manager. *checks* are those of the groups committed before.

    *pool* may be given other work too. *wait_for_room* is asked when the disk is full: True means "look again".
    *sealed_names* makes a line of number, payloads and parcels of a group, if their names are to be kept. *committed*
    is told number, stage and parcels of each group that lies in the spool, or did.
    """

    def __init__(
        self,
        outbox: Outbox,
        state: OpenState,
        checks: Sequence[list[bytes]],
        wait_for_room: Callable[[], bool],
        sealed_names: Callable[[int, int, Sequence[str]], str] | None = None,
        committed: Callable[[int, str, int], None] = lambda number, stage, parcels: None,
    ) -> None:
        self._outbox, self._state, self._checks, self._wait_for_room = outbox, state, checks, wait_for_room
        self.key = state.key
        self.count = 0
        self.parcels = 0
        self.leaves: list[list[bytes]] = []  # of each group, in order
        self._receipt_key = bytes.fromhex(state.receipt_key)
        self._recipients = [Recipient.from_text(text) for text in state.recipients]
        self._recipients_digest = recipients_digest(state.recipients)
        self._buffers: queue.SimpleQueue[bytearray] = queue.SimpleQueue()
        self._outs: queue.SimpleQueue[memoryview] = queue.SimpleQueue()
        self._size = state.parcel
        self._slots = threading.Semaphore(min(MOST, max(2, IN_FLIGHT // (len(state.places) * self._size))))
        self._flying: queue.SimpleQueue[_Flying | None] = queue.SimpleQueue()
        self._fault: BaseException | None = None
        self._sealed_names, self._committed = sealed_names, committed
        self._stages: dict[int, tuple[str, int]] = {}  # of groups that are being sealed; fillers have none
        self._names: dict[bytes, tuple[int, list[str]]] = {}  # group → its payloads, and the names of its parcels
        self.again = 0  #: groups that were sealed again
        code, self._again_before = outbox.asked_again()
        self._lacking = None if code is None else Lacking.parse(code)
        self.pool = ThreadPoolExecutor(THREADS, thread_name_prefix="sealing")
        self._committer = threading.Thread(target=self._commit_in_order, name="committing")

    def __enter__(self) -> "Groups":
        self._committer.start()
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        self.pool.shutdown(wait=True)
        self._flying.put(None)
        self._committer.join()
        if kind is None:
            self._raise_fault()

    def buffer(self) -> bytearray:
        """Return a buffer for one share, used before if there is one: its contents are undefined."""
        try:
            return self._buffers.get_nowait()
        except queue.Empty:
            return bytearray(self._size)

    def take(self, group: Group) -> None:
        """Seal *group*; if it was committed before, compare it with its checks. Raises CardChanged."""
        self.count += 1
        parcels = len(group.buffers) + self._state.survives
        self.parcels += parcels
        if group.number >= len(self._checks):
            self._stages[group.number] = group.stage, parcels
            self._make(group.number, partial(self._seal_group, group))
            return
        leaves = self._leaves_of(group)
        if self._checks[group.number] != [self._state.check(item) for item in leaves]:
            raise CardChanged("The card gives other bytes than before.")
        self.leaves.append(leaves)
        self._committed(group.number, group.stage, parcels)
        if self._is_asked_for(group):
            self.again += 1
            self._make(group.number, partial(self._seal_group, group), is_again=True)
            return
        for buffer in group.buffers:
            self._buffers.put(buffer)

    def _is_asked_for(self, group: Group) -> bool:
        """Whether the desk lacks a group that was committed before, and what waits of it would not make it whole."""
        count = len(group.buffers)
        return (
            self._lacking is not None
            and group.number not in self._again_before
            and self._lacking.wants(group.first, count)
            and self._outbox.waiting_of(group.number) < count
        )

    def fill_up(self, count: int) -> None:
        """Seal *count* filler groups of one share each, after all others."""
        for number in range(max(self.count, len(self._checks)), self.count + count):
            self._make(number, partial(self._seal_filler, self._state.places[number % len(self._state.places)]))

    def _make(self, number: int, job: Callable[[bytes, Path], list[bytes]], is_again: bool = False) -> None:
        self._slots.acquire()
        self._raise_fault()
        self._require_room()
        name, folder = self._outbox.new_group()
        self._flying.put(_Flying(number, name, folder, self.pool.submit(job, name, folder), is_again))

    def _require_room(self) -> None:
        while True:
            try:
                return self._outbox.require_room(IN_FLIGHT)
            except StorageFull:
                if not self._wait_for_room():
                    raise

    def _commit_in_order(self) -> None:
        """Commit finished groups in order, as many at a time as are ready: the committing thread."""
        ended = False
        while not ended:
            landed: list[_Flying] = []
            while not ended and (not landed or not self._flying.empty()):
                item = self._flying.get()
                ended = item is None
                if item is not None:
                    landed.append(item)
                    if not item.leaves.done():
                        break
            try:
                sealed = [(item, item.leaves.result()) for item in landed]
                if landed and self._fault is None:
                    self._commit(sealed)
            except BaseException as error:  # noqa: BLE001 -- the sealing thread raises it; alone it would wait for ever
                self._fault = self._fault or error
            finally:
                for _ in landed:
                    self._slots.release()

    def _commit(self, sealed: list[tuple[_Flying, list[bytes]]]) -> None:
        if self._sealed_names is not None:
            known = [(each.number, *self._names.pop(each.name)) for each, _ in sealed if each.name in self._names]
            self._outbox.note_names([self._sealed_names(number, k, names) for number, k, names in known])
        for each, _ in sealed:
            if each.is_again:  # its leaves were taken when it was compared
                self._outbox.commit_again(each.number, each.name, each.folder)
        new = [(each, leaves) for each, leaves in sealed if not each.is_again]
        self._outbox.commit(
            [
                (each.number, each.name, each.folder, [self._state.check(leaf) for leaf in leaves])
                for each, leaves in new
            ]
        )
        self.leaves += [leaves for _, leaves in new]
        for each, _ in new:
            if each.number in self._stages:
                self._committed(each.number, *self._stages.pop(each.number))

    def _raise_fault(self) -> None:
        if self._fault is not None:
            raise self._fault

    def _leaves_of(self, group: Group) -> list[bytes]:
        return [leaf(self._receipt_key, memoryview(buffer)[HEADER:]) for buffer in group.buffers]

    def _seal_group(self, group: Group, name: bytes, folder: Path) -> list[bytes]:
        leaves = self._leaves_of(group)
        shares = [*group.buffers, *(self.buffer() for _ in range(self._state.survives))]
        payloads = [memoryview(share)[HEADER:] for share in shares]
        k = len(group.buffers)
        erasure.parity_into(payloads[k:], payloads[:k])
        places = secrets.SystemRandom().sample(self._state.places, len(shares))
        parcels = []
        for index in _shuffled(len(shares)):
            header = Header(
                self.key.public,
                name,
                group.first,
                k,
                len(shares),
                index,
                group.stage,
                blake3(payloads[index]).digest(),
                self._recipients_digest,
            )
            parcels.append(self._seal_share(shares[index], folder, places[index], header))
        self._names[name] = (k, parcels)
        return leaves

    def _seal_share(self, share: bytearray, folder: Path, place: int, header: Header) -> str:
        share[:HEADER] = header.signed(self.key)
        sealed = self._out()
        seal_into(sealed, share, self._recipients)
        self._buffers.put(share)
        name = parcel_name(sealed)
        write_file(folder / f"{place}-{name}", sealed, "a parcel", flush=False, around=True)
        self._outs.put(sealed)
        return name

    def _out(self) -> memoryview:
        try:
            return self._outs.get_nowait()
        except queue.Empty:
            return aligned_buffer(sealed_size(self._size, len(self._recipients)))

    def _seal_filler(self, place: int, name: bytes, folder: Path) -> list[bytes]:
        share = self.buffer()
        share[HEADER:] = bytes(self._size - HEADER)  # zeros: sealed, they look like everything else
        header = Header(
            self.key.public,
            name,
            0,
            1,
            1,
            0,
            "filler",
            blake3(memoryview(share)[HEADER:]).digest(),
            self._recipients_digest,
        )
        self._seal_share(share, folder, place, header)
        return []


def _shuffled(count: int) -> list[int]:
    order = list(range(count))
    secrets.SystemRandom().shuffle(order)
    return order
