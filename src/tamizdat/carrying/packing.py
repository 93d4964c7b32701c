"""One run over one card: the stream is made, cut, sealed by a few threads and committed group by group.

The card is read once, front to back, into the parcels' own buffers while its files are hashed. Each full group goes
to a small pool of threads, which add parity, sign, seal, name and write; groups are committed in order. On a rerun
the card is read again from the start (the manifest needs every digest, and none is kept on disk), but groups that
were committed are only compared with their checks, not sealed again.
"""

import queue
import secrets
import threading
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Final

from blake3 import blake3

from tamizdat.carrying.home import Home
from tamizdat.carrying.outbox import Outbox
from tamizdat.carrying.retrieval import file_tag, leaf, receipt
from tamizdat.durable import aligned_buffer, flush_folder, refusals, write_file
from tamizdat.encoding import canonical, parcel_name, sha256, sha256_hex
from tamizdat.errors import BadMedia, CardChanged, StorageFull, StorageRefused, ToolMissing
from tamizdat.footage.card import Card, CardFile, Reading, preview_name
from tamizdat.footage.preview import preview
from tamizdat.keys import Recipient, SigningKey
from tamizdat.sealing import erasure
from tamizdat.sealing.age import seal_into, sealed_size
from tamizdat.sealing.consignment import Cutter, Group, closing_members, member, member_header, member_padding, padme
from tamizdat.sealing.inventory import (
    INVENTORY,
    MANIFEST,
    SIGNATURE,
    SUMS,
    Entry,
    Inventory,
    LeftOut,
    Manifest,
    certify,
    sign_manifest,
)
from tamizdat.sealing.parcel import HEADER, PAYLOAD, PLAINTEXT, Header, recipients_digest

CHECK: Final = 4  #: bytes of a payload's check in the journal
THREADS: Final = 3  #: one more than cores, for one of them mostly waits for the disk
IN_FLIGHT: Final = 96 << 20  #: bytes of buffers in groups that are being sealed

Progress = Callable[[int], None]  #: told the bytes done since the last call


@dataclass
class State:
    """What an open consignment needs to go on; sealed on disk, destroyed at closing. Hexadecimal throughout."""

    seed: str  # of the consignment's Ed25519 key, whose public half is its id
    receipt_key: str
    check_key: str
    opened: str
    survives: int  # t: places that may be lost
    places: list[int]
    recipients: list[str]
    first: list[str]
    prove_first: bool
    root: str  # keyed hash of the card's mount point: the same card, or another one?
    listing: str  # keyed hash of the card's listing

    @property
    def k(self) -> int:
        """Payloads of a full group."""
        return len(self.places) - self.survives


@dataclass(frozen=True)
class Sealed:
    """What a run of sealing did; figures for the person."""

    number: int
    files: int
    size: int
    previews: int
    groups: int
    parcels: int
    fillers: int
    places: int
    survives: int
    resumed_at: int
    left_out: tuple[LeftOut, ...] = ()
    marked: tuple[Entry, ...] = ()  # changed while read, or cut short


@dataclass(frozen=True)
class _Flying:
    """A group that is being sealed."""

    number: int
    name: bytes
    folder: Path
    leaves: "Future[list[bytes]]"  # of its payloads, when it is sealed


class Packing:
    """One run over one card."""

    def __init__(
        self,
        home: Home,
        outbox: Outbox,
        state: State,
        card: Card,
        checks: list[list[bytes]],
        progress: Progress,
        wait_for_room: Callable[[], bool],
    ) -> None:
        self._outbox, self._state, self._card, self._checks = outbox, state, card, checks
        self._progress, self._wait_for_room = progress, wait_for_room
        self._home = home
        self._device = home.keyring.signing["device"]
        self._key = SigningKey.from_seed(bytes.fromhex(state.seed))
        self._receipt_key = bytes.fromhex(state.receipt_key)
        self._recipients = [Recipient.from_text(text) for text in state.recipients]
        self._recipients_digest = recipients_digest(state.recipients)
        self._cutter = Cutter(state.k, self._emit, self._buffer)
        self._files: list[Entry] = []
        self._left_out = [LeftOut(path, why) for path, why in card.left_out]
        self._leaves: list[list[bytes]] = []  # of each group, in order
        self._groups = 0
        self._parcels = 0
        self._previews = 0
        # Buffers are used again: giving 4 MiB back to the system and taking them anew costs more than sealing them.
        self._buffers: queue.SimpleQueue[bytearray] = queue.SimpleQueue()
        self._outs: queue.SimpleQueue[memoryview] = queue.SimpleQueue()
        self._slots = threading.Semaphore(max(2, IN_FLIGHT // (len(state.places) * PLAINTEXT)))
        self._flying: queue.SimpleQueue[_Flying | None] = queue.SimpleQueue()
        self._fault: BaseException | None = None

    def run(self) -> Sealed:
        """The whole stream, the fillers, the receipt's other half, and the end of all secrets."""
        committer = threading.Thread(target=self._commit_in_order, name="committing")
        committer.start()
        try:
            with ThreadPoolExecutor(THREADS, thread_name_prefix="sealing") as self._pool:
                self._stream()
                fillers = self._fill_up()
        finally:
            self._flying.put(None)
            committer.join()
        self._raise_fault()
        self._keep_tags()
        self._outbox.close()
        return Sealed(
            number=self._outbox.number,
            files=len(self._files) - self._previews,
            size=self._card.size,
            previews=self._previews,
            groups=self._groups,
            parcels=self._parcels,
            fillers=fillers,
            places=len(self._state.places),
            survives=self._state.survives,
            resumed_at=len(self._checks),
            left_out=tuple(self._left_out),
            marked=tuple(entry for entry in self._files if entry.state != "whole"),
        )

    # The stream ------------------------------------------------------------------------------------------------

    def _stream(self) -> None:
        cutter, opened = self._cutter, self._state.opened
        cutter.write(member(INVENTORY, self._inventory(), opened))
        for stage in ("texts", "previews", "originals"):
            cutter.end_stage(stage)
            if stage == "previews":
                self._carry_previews()
            for file in self._card.files:
                if file.stage == stage:
                    self._carry(file)
        cutter.end_stage("manifest")
        manifest = Manifest(self._key.public, self._receipt_key, tuple(self._files), tuple(self._left_out))
        data = manifest.encode()
        documents = [(SUMS, manifest.sums()), (SIGNATURE, sign_manifest(self._device, data)), (MANIFEST, data)]
        cutter.write(closing_members(documents, opened))
        cutter.close()

    def _inventory(self) -> bytes:
        files = [Entry(file.path, file.size, file.modified, file.stage) for file in self._card.files]
        if self._state.prove_first:
            digests = [self._digest(file) for file in self._card.files]
            files = [replace(entry, sha256=digest) for entry, digest in zip(files, digests, strict=True)]
        certificate = certify(self._device, self._key.public)
        return Inventory(
            self._key.public, self._device.public, certificate, self._state.opened, tuple(files), tuple(self._left_out)
        ).encode()

    def _digest(self, file: CardFile) -> str:
        reading, room = Reading(file), memoryview(bytearray(1 << 20))
        while reading.read_into(room):
            if reading.is_cut:
                self._card.require_present()
        return reading.finish()[1].hex()

    def _carry(self, file: CardFile) -> None:
        self._cutter.write(member_header(f"card/{file.path}", file.size, file.modified))
        reading = Reading(file)
        while count := reading.read_into(self._cutter.room()):
            if reading.is_cut:
                self._card.require_present()  # before a zero of it is part of the stream
            self._cutter.advance(count)
            self._progress(count)
        state, digest = reading.finish()
        self._cutter.write(member_padding(file.size))
        self._files.append(Entry(file.path, file.size, file.modified, file.stage, digest.hex(), state))

    def _carry_previews(self) -> None:
        for file, made in self._made_previews():
            if isinstance(made, str):
                self._card.require_present()
                self._left_out.append(LeftOut(preview_name(file.path), made))
            elif made is not None:
                entry = Entry(preview_name(file.path), len(made), file.modified, "previews", sha256_hex(made), "whole")
                self._cutter.write(member(entry.member, made, file.modified))
                self._files.append(entry)
                self._previews += 1

    def _made_previews(self) -> Iterator[tuple[CardFile, bytes | str | None]]:
        """Previews in the order of the stream, a few made ahead."""
        pending: deque[tuple[CardFile, Future[bytes | str | None]]] = deque()
        for file in (file for file in self._card.files if file.kind is not None and file.stage == "originals"):
            pending.append((file, self._pool.submit(_preview, file)))
            if len(pending) > 2 * THREADS:
                first, made = pending.popleft()
                yield first, made.result()
        for first, made in pending:
            yield first, made.result()

    # Groups ----------------------------------------------------------------------------------------------------

    def _emit(self, group: Group) -> None:
        self._groups += 1
        self._parcels += len(group.buffers) + self._state.survives
        if group.number >= len(self._checks):
            self._make(group.number, partial(self._seal_group, group))
            return
        leaves = self._leaves_of(group)
        if self._checks[group.number] != [self._check(item) for item in leaves]:
            raise CardChanged("The card gives other bytes than before.")
        self._leaves.append(leaves)
        for buffer in group.buffers:
            self._buffers.put(buffer)

    def _make(self, number: int, job: Callable[[bytes, Path], list[bytes]]) -> None:
        self._slots.acquire()
        self._raise_fault()
        self._require_room()
        name, folder = self._outbox.new_group()
        self._flying.put(_Flying(number, name, folder, self._pool.submit(job, name, folder)))

    def _require_room(self) -> None:
        while True:
            try:
                return self._outbox.require_room(IN_FLIGHT)
            except StorageFull:
                if not self._wait_for_room():
                    raise

    def _commit_in_order(self) -> None:
        """The committing thread: finished groups, in order, as many at a time as are ready."""
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
                leaves = [item.leaves.result() for item in landed]
                if landed and self._fault is None:
                    self._outbox.commit(
                        [
                            (each.number, each.name, each.folder, [self._check(item) for item in of_group])
                            for each, of_group in zip(landed, leaves, strict=True)
                        ]
                    )
                    self._leaves += leaves
            except BaseException as error:  # noqa: BLE001 -- the sealing thread raises it; alone it would wait for ever
                self._fault = self._fault or error
            finally:
                for _ in landed:
                    self._slots.release()

    def _raise_fault(self) -> None:
        if self._fault is not None:
            raise self._fault

    def _check(self, item: bytes) -> bytes:
        return blake3(item, key=bytes.fromhex(self._state.check_key)).digest(length=CHECK)

    def _leaves_of(self, group: Group) -> list[bytes]:
        return [leaf(self._receipt_key, memoryview(buffer)[HEADER:]) for buffer in group.buffers]

    def _seal_group(self, group: Group, name: bytes, folder: Path) -> list[bytes]:
        leaves = self._leaves_of(group)
        shares = [*group.buffers, *(self._buffer() for _ in range(self._state.survives))]
        payloads = [memoryview(share)[HEADER:] for share in shares]
        k = len(group.buffers)
        erasure.parity_into(payloads[k:], payloads[:k])
        places = secrets.SystemRandom().sample(self._state.places, len(shares))
        for index in _shuffled(len(shares)):
            header = Header(
                self._key.public,
                name,
                group.first,
                k,
                len(shares),
                index,
                group.stage,
                blake3(payloads[index]).digest(),
                self._recipients_digest,
            )
            self._seal_share(shares[index], folder, places[index], header)
        return leaves

    def _seal_share(self, share: bytearray, folder: Path, place: int, header: Header) -> None:
        share[:HEADER] = header.signed(self._key)
        sealed = self._out()
        seal_into(sealed, share, self._recipients)
        self._buffers.put(share)
        write_file(folder / f"{place}-{parcel_name(sealed)}", sealed, "a parcel", flush=False, around=True)
        self._outs.put(sealed)

    def _buffer(self) -> bytearray:
        try:
            return self._buffers.get_nowait()
        except queue.Empty:
            return bytearray(PLAINTEXT)

    def _out(self) -> memoryview:
        try:
            return self._outs.get_nowait()
        except queue.Empty:
            return aligned_buffer(sealed_size(PLAINTEXT, len(self._recipients)))

    # The end ---------------------------------------------------------------------------------------------------

    def _fill_up(self) -> int:
        """Filler groups of one share, so that the number of parcels is a Padmé number."""
        count = padme(self._parcels) - self._parcels
        for number in range(max(self._groups, len(self._checks)), self._groups + count):
            place = self._state.places[number % len(self._state.places)]
            self._make(number, partial(self._seal_filler, place))
        return count

    def _seal_filler(self, place: int, name: bytes, folder: Path) -> list[bytes]:
        share = self._buffer()
        share[HEADER:] = bytes(PAYLOAD)  # zeros: sealed, they look like everything else
        header = Header(
            self._key.public,
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

    def _keep_tags(self) -> None:
        proof = receipt(self._receipt_key, [item for leaves in self._leaves for item in leaves])
        tags = sorted(
            file_tag(proof, entry.path, entry.size, bytes.fromhex(entry.sha256 or "")).hex()
            for entry in self._files
            if entry.state == "whole" and entry.stage != "previews"
        )
        folder = self._home.folder / "receipts"
        with refusals("the receipt's other half"):
            folder.mkdir(mode=0o700, exist_ok=True)
            flush_folder(self._home.folder)
        document = canonical({"check": sha256(proof).hex(), "tags": list(tags)})
        write_file(folder / f"{self._outbox.number:04d}", document, "the receipt's other half")


def _shuffled(count: int) -> list[int]:
    order = list(range(count))
    secrets.SystemRandom().shuffle(order)
    return order


def _preview(file: CardFile) -> bytes | str | None:
    """The preview, or why there is none."""
    try:
        return preview(file.where)
    except BadMedia:
        return "no preview: it cannot be decoded"
    except StorageRefused:
        return "no preview: it cannot be read"
    except ToolMissing:
        return "no preview: ffmpeg is not installed here"
