"""From a whole stream to the archive: every file against the closing manifest, then statements, then the receipt.

Nothing reaches its final name before all of it holds: the manifest's signature by a device this desk knows, every
file's size and SHA-256. A consignment that lacks its manifest is incomplete; what of it is readable can be taken in
with :func:`salvage`, marked as unconfirmed, and never earns a receipt.
"""

import hashlib
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from tamizdat.archive import Archive
from tamizdat.carrying.reassembly import Incoming, Stream
from tamizdat.carrying.receipt import leaf, receipt
from tamizdat.disk.files import aligned_buffer, refusals, write_all
from tamizdat.encoding import Json, timestamp
from tamizdat.errors import BadConsignment
from tamizdat.home.home import Home
from tamizdat.keys import encode_device
from tamizdat.ledger.statement import Statement, Subject, sign_statement
from tamizdat.sealing.consignment import BLOCK, END_OF_ARCHIVE, Member, members
from tamizdat.sealing.inventory import (
    INVENTORY,
    MANIFEST,
    SIGNATURE,
    SUMS,
    Entry,
    Inventory,
    Manifest,
    check_manifest_signature,
)
from tamizdat.sealing.parcel import PAYLOAD, PLAINTEXT

THREADS: Final = 4
_KINDS: Final = {"texts": "text", "previews": "preview", "originals": "original"}  #: of each stage
_THREAD: Final = threading.local()


@dataclass(frozen=True)
class Unpacked:
    """A consignment that is now in the archive. *receipt* is R (16 bytes), None if it was salvaged."""

    consignment: bytes
    device: str
    files: int
    size: int
    complete: bool
    receipt: bytes | None
    unconfirmed: int
    marked: tuple[str, ...]  # what the manifest says of single files, in words
    first_index: int


@dataclass(frozen=True)
class _Stored:
    entry: Entry
    digest: str


class UnknownDevice(BadConsignment):
    """A whole consignment from a device that this desk has not accepted."""

    def __init__(self, device: bytes) -> None:
        self.device = device
        super().__init__(
            "Expected a device this desk has accepted, found another. Compare its key with the person in the field; "
            f"if it is theirs: tamizdat keys accept {encode_device(device)} NAME"
        )


def unpack(home: Home, archive: Archive, incoming: Incoming, now: datetime) -> Unpacked | None:
    """Takes a whole consignment into the archive; None while it is not whole.

    Raises :class:`UnknownDevice`, or :class:`BadConsignment` when the bytes contradict the manifest.
    """
    view = incoming.stream()
    found = _members(incoming, view)
    if MANIFEST not in found or _payloads(found[MANIFEST]) > incoming.contiguous:
        return None
    if not {INVENTORY, SIGNATURE} <= found.keys():
        raise BadConsignment("Expected inventory and signature beside the closing manifest, found one missing.")
    inventory = Inventory.parse(_bytes(view, found[INVENTORY]))
    manifest_bytes = _bytes(view, found[MANIFEST])
    manifest = Manifest.parse(manifest_bytes)
    device = _device_name(home, inventory.device)
    if not inventory.consignment == manifest.consignment == incoming.consignment:
        raise BadConsignment("Expected inventory, manifest and parcels of one consignment, found several.")
    check_manifest_signature(inventory.device, manifest_bytes, _bytes(view, found[SIGNATURE]))
    wanted = [(entry, _member(found, entry)) for entry in manifest.files]
    if len(found) > len(wanted) + len({INVENTORY, SIGNATURE, SUMS, MANIFEST} & found.keys()):
        raise BadConsignment("Expected only files the closing manifest lists, found others.")
    leaves = _Leaves(view, manifest.receipt_key)
    stored = _store(archive, view, wanted, confirmed=True)
    proof = receipt(manifest.receipt_key, leaves.first(_payloads(found[MANIFEST])))
    documents = {name: archive.objects.add([_bytes(view, found[name])]) for name in (INVENTORY, MANIFEST, SIGNATURE)}
    sizes = [item.entry.size for item in stored]
    received = _received(incoming, inventory.device, device, documents, sizes, "complete", now, proof)
    # What was salvaged before is in the ledger already; the manifest now vouches for it, or says what is wrong with it.
    known = _captured_before(archive, incoming)
    fresh = [item for item in stored if item.entry.state != "whole" or _place(item.entry) not in known]
    first = _record(home, archive, incoming, received, fresh)
    marked = tuple(f"{entry.path}: {entry.state}" for entry in manifest.files if entry.state != "whole")
    marked += tuple(f"{item.path}: {item.why}" for item in manifest.left_out)
    return Unpacked(
        incoming.consignment,
        device,
        len(stored),
        sum(sizes),
        True,
        proof,
        0,
        marked,
        first,
    )


def salvage(home: Home, archive: Archive, incoming: Incoming, now: datetime) -> Unpacked | None:
    """Takes in what is readable of an incomplete consignment, as unconfirmed; None if that is nothing new."""
    if not incoming.contiguous:
        return None
    view = incoming.stream()
    found = _members(incoming, view)
    if INVENTORY not in found:
        return None
    inventory = Inventory.parse(_bytes(view, found[INVENTORY]))
    device = _device_name(home, inventory.device)
    if inventory.consignment != incoming.consignment:
        raise BadConsignment("Expected the inventory of this consignment, found another's.")
    before = _captured_before(archive, incoming)
    listed = [entry for entry in inventory.files if entry.member in found]
    present = [entry for entry in [*listed, *_previews(found, inventory)] if _place(entry) not in before]
    stored = _store(archive, view, [(entry, _member(found, entry)) for entry in present], confirmed=False)
    if not stored and _received_before(archive, incoming):
        return None
    documents = {INVENTORY: archive.objects.add([_bytes(view, found[INVENTORY])])}
    held = [*before.values(), *(item.entry.size for item in stored)]
    received = _received(incoming, inventory.device, device, documents, held, "incomplete", now, None)
    first = _record(home, archive, incoming, received, stored)
    return Unpacked(
        incoming.consignment,
        device,
        len(stored),
        sum(item.entry.size for item in stored),
        False,
        None,
        len(inventory.files) - len(listed),
        (),
        first,
    )


def _previews(found: dict[str, Member], inventory: Inventory) -> list[Entry]:
    """The previews that are here; the inventory does not list them, for they were made after it."""
    return [
        Entry(name.removeprefix("previews/"), member.size, inventory.opened, "previews")
        for name, member in found.items()
        if name.startswith("previews/")
    ]


def _members(incoming: Incoming, view: Stream) -> dict[str, Member]:
    found: dict[str, Member] = {}
    for member in members(view, view.length):
        if member.name in found:
            raise BadConsignment("Expected each file once in a consignment, found one twice.")
        found[member.name] = member
    return found


def _bytes(view: Stream, member: Member) -> bytes:
    if member.size > 64 << 20:
        raise BadConsignment("Expected an inventory and a manifest of at most 64 MiB, found a larger one.")
    view.seek(member.offset)
    return view.read(member.size)


def _device_name(home: Home, device: bytes) -> str:
    for name, key in home.settings["devices"].items():
        if key == device.hex():
            return str(name)
    raise UnknownDevice(device)


def _member(found: dict[str, Member], entry: Entry) -> Member:
    member = found.get(entry.member)
    if member is None or member.size != entry.size:
        raise BadConsignment("Expected every file the closing manifest lists, of its size; one is missing or differs.")
    return member


def _store(archive: Archive, view: Stream, wanted: Sequence[tuple[Entry, Member]], confirmed: bool) -> list[_Stored]:
    """Copies the files out of the stream, hashing; adopts them only when all of them hold."""
    staged = [archive.objects.staged() for _ in wanted]
    try:
        return _adopt(archive, view, wanted, staged, confirmed)
    finally:
        for path in staged:  # those that were not adopted
            path.unlink(missing_ok=True)


def _adopt(
    archive: Archive, view: Stream, wanted: Sequence[tuple[Entry, Member]], staged: Sequence[Path], confirmed: bool
) -> list[_Stored]:
    with ThreadPoolExecutor(THREADS, thread_name_prefix="unpacking") as pool:
        digests = list(pool.map(lambda pair, path: _copy(view, pair[1], path), wanted, staged))
    holds = [entry.sha256 in (None, digest) for (entry, _), digest in zip(wanted, digests, strict=True)]
    if confirmed and not all(holds):
        raise BadConsignment(
            "Expected files with the SHA-256 the closing manifest lists, found another. Nothing of this consignment "
            "was taken in; keep the card and ask the field to seal it again."
        )
    # of an incomplete consignment whatever holds is taken, for nothing else may come
    kept = [(path, digest) for path, digest, holding in zip(staged, digests, holds, strict=True) if holding]
    archive.objects.adopt_many(kept)
    return [
        _Stored(entry, digest) for (entry, _), digest, holding in zip(wanted, digests, holds, strict=True) if holding
    ]


def _copy(view: Stream, member: Member, path: Path) -> str:
    digest, room = hashlib.sha256(), _room()
    with refusals("a received file"), path.open("xb", buffering=0) as file:
        for at in range(0, member.size, len(room)):
            part = room[: min(len(room), member.size - at)]
            view.read_at(member.offset + at, part)
            digest.update(part)
            write_all(file.fileno(), part, around=member.size >= len(room))
    return digest.hexdigest()


def _room() -> memoryview:
    """This thread's buffer, used again and again."""
    if not hasattr(_THREAD, "room"):
        _THREAD.room = aligned_buffer(PLAINTEXT)
    room: memoryview = _THREAD.room
    return room


def _payloads(manifest: Member) -> int:
    """How many payloads the stream has: the manifest is its last file, then comes tar's end, and no more."""
    end = manifest.offset + manifest.size + -manifest.size % BLOCK + len(END_OF_ARCHIVE)
    return -(-end // PAYLOAD)


class _Leaves:
    """The receipt's leaves, computed from each payload when it is read for another reason; every byte once."""

    def __init__(self, view: Stream, key: bytes) -> None:
        self._view, self._key = view, key
        self._found: dict[int, bytes] = {}
        view.watch = self._see

    def _see(self, number: int, payload: memoryview) -> None:
        if number not in self._found:
            self._found[number] = leaf(self._key, payload)

    def first(self, count: int) -> list[bytes]:
        """The leaves of the first *count* payloads; what nobody has read yet is read now."""
        for number in range(count):
            if number not in self._found:
                self._found[number] = leaf(self._key, self._view.payload(number))
        return [self._found[number] for number in range(count)]


def _received(
    incoming: Incoming,
    device: bytes,
    name: str,
    documents: dict[str, str],
    sizes: Sequence[int],
    state: str,
    now: datetime,
    proof: bytes | None,
) -> Statement:
    predicate: dict[str, Json] = {
        "consignment": incoming.consignment.hex(),
        "device": device.hex(),
        "name": name,
        "state": state,
        "files": len(sizes),
        "bytes": sum(sizes),
        "at": timestamp(now),
    }
    if proof is not None:
        predicate["receipt"] = proof.hex()
    # the index takes the first subject for the manifest; an incomplete consignment has only its inventory
    subjects = tuple(Subject(each, documents[each]) for each in (MANIFEST, SIGNATURE, INVENTORY) if each in documents)
    return Statement("received", subjects, predicate)


def _captured(incoming: Incoming, item: _Stored) -> Statement:
    entry = item.entry
    return Statement(
        "captured",
        (Subject("original", item.digest),),
        {
            "consignment": incoming.consignment.hex(),
            "path": entry.path,
            "size": entry.size,
            "modified": entry.modified,
            "kind": _KINDS[entry.stage],
            "state": entry.state or "unconfirmed",
        },
    )


def _place(entry: Entry) -> tuple[str, str]:
    return entry.path, _KINDS[entry.stage]


def _captured_before(archive: Archive, incoming: Incoming) -> dict[tuple[str, str], int]:
    """Path and kind of what an earlier salvage took in, and its size; the stream never changes what it has."""
    name = incoming.consignment.hex()
    return {(item.path, item.kind): item.size for item in archive.index.items() if item.consignment == name}


def _received_before(archive: Archive, incoming: Incoming) -> bool:
    return any(item.consignment == incoming.consignment.hex() for item in archive.index.consignments())


def _record(home: Home, archive: Archive, incoming: Incoming, received: Statement, stored: Sequence[_Stored]) -> int:
    desk = home.keyring.signing["desk"]
    signers: list[Any] = [(desk.public, desk.sign)]
    statements = [received, *(_captured(incoming, item) for item in stored)]
    return archive.append([sign_statement(statement, signers) for statement in statements])[0]
