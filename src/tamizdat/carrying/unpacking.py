"""From a whole stream to the archive: every file against the closing manifest, then statements, then the receipt.

Nothing reaches its final name before all of it holds: the manifest's signature by a device this desk knows, every
file's size and SHA-256. A consignment that lacks its manifest is incomplete; what of it is readable can be taken in
with :func:`salvage`, marked as unconfirmed, and never earns a receipt.
"""

import hashlib
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from mmap import mmap
from pathlib import Path
from typing import Any, Final

from tamizdat.archive import Archive
from tamizdat.carrying.home import Home
from tamizdat.carrying.incoming import Incoming
from tamizdat.carrying.retrieval import leaf, receipt
from tamizdat.durable import refusals
from tamizdat.encoding import Json, timestamp
from tamizdat.errors import BadConsignment
from tamizdat.keys import encode_device
from tamizdat.ledger.statement import Statement, Subject, sign_statement
from tamizdat.sealing.consignment import Member, members
from tamizdat.sealing.inventory import (
    INVENTORY,
    MANIFEST,
    SIGNATURE,
    Entry,
    Inventory,
    Manifest,
    check_manifest_signature,
)
from tamizdat.sealing.parcel import PAYLOAD

THREADS: Final = 2
STEP: Final = 4 << 20  #: bytes hashed and written at a time


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
    with incoming.stream() as view:
        found = _members(incoming, view)
        if MANIFEST not in found:
            return None
        inventory = Inventory.parse(_bytes(view, found[INVENTORY]))
        manifest_bytes = _bytes(view, found[MANIFEST])
        manifest = Manifest.parse(manifest_bytes)
        device = _device_name(home, inventory.device)
        if not inventory.consignment == manifest.consignment == incoming.consignment:
            raise BadConsignment("Expected inventory, manifest and parcels of one consignment, found several.")
        if SIGNATURE not in found:
            raise BadConsignment("Expected the device's signature beside the closing manifest, found none.")
        signature = _bytes(view, found[SIGNATURE])
        check_manifest_signature(inventory.device, manifest_bytes, signature)
        stored = _store(archive, view, [(entry, _member(found, entry)) for entry in manifest.files], confirmed=True)
        proof = _receipt(view, manifest.receipt_key)
        documents = {
            name: archive.objects.add([_bytes(view, found[name])]) for name in (INVENTORY, MANIFEST, SIGNATURE)
        }
    received = _received(incoming, inventory.device, device, documents, stored, "complete", now, proof)
    first = _record(home, archive, incoming, received, stored)
    marked = tuple(f"{entry.path}: {entry.state}" for entry in manifest.files if entry.state != "whole")
    marked += tuple(f"{item.path}: {item.why}" for item in manifest.left_out)
    return Unpacked(
        incoming.consignment,
        device,
        len(stored),
        sum(item.entry.size for item in stored),
        True,
        proof,
        0,
        marked,
        first,
    )


def salvage(home: Home, archive: Archive, incoming: Incoming, now: datetime) -> Unpacked | None:
    """Takes in what is readable of an incomplete consignment, as unconfirmed; None if not even its inventory is."""
    if not incoming.contiguous:
        return None
    with incoming.stream() as view:
        found = _members(incoming, view)
        if INVENTORY not in found:
            return None
        inventory = Inventory.parse(_bytes(view, found[INVENTORY]))
        device = _device_name(home, inventory.device)
        if inventory.consignment != incoming.consignment:
            raise BadConsignment("Expected the inventory of this consignment, found another's.")
        present = [(entry, found[entry.member]) for entry in inventory.files if entry.member in found]
        stored = _store(archive, view, present, confirmed=False)
        documents = {INVENTORY: archive.objects.add([_bytes(view, found[INVENTORY])])}
    received = _received(incoming, inventory.device, device, documents, stored, "incomplete", now, None)
    first = _record(home, archive, incoming, received, stored)
    return Unpacked(
        incoming.consignment,
        device,
        len(stored),
        sum(item.entry.size for item in stored),
        False,
        None,
        len(inventory.files) - len(stored),
        (),
        first,
    )


def _members(incoming: Incoming, view: mmap) -> dict[str, Member]:
    view.seek(0)
    found: dict[str, Member] = {}
    for member in members(view, incoming.contiguous * PAYLOAD):
        if member.name in found:
            raise BadConsignment("Expected each file once in a consignment, found one twice.")
        found[member.name] = member
    return found


def _bytes(view: mmap, member: Member) -> bytes:
    if member.size > 64 << 20:
        raise BadConsignment("Expected an inventory and a manifest of at most 64 MiB, found a larger one.")
    return view[member.offset : member.offset + member.size]


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


def _store(archive: Archive, view: mmap, wanted: Sequence[tuple[Entry, Member]], confirmed: bool) -> list[_Stored]:
    """Copies the files out of the stream, hashing; adopts them only when all of them hold."""
    staged: list[tuple[Path, str]] = []

    def copy(entry: Entry, member: Member) -> tuple[Entry, Path, str]:
        path = archive.objects.staged()
        return entry, path, _copy(view, member, path)

    with ThreadPoolExecutor(THREADS, thread_name_prefix="unpacking") as pool:
        copied = list(pool.map(lambda pair: copy(*pair), wanted))
    stored: list[_Stored] = []
    for entry, path, digest in copied:
        if entry.sha256 not in (None, digest) or (confirmed and entry.sha256 is None):
            raise BadConsignment(
                "Expected files with the SHA-256 the closing manifest lists, found another. Nothing of "
                "this consignment was taken in; keep the card and ask the field to seal it again."
            )
        staged.append((path, digest))
        stored.append(_Stored(entry, digest))
    archive.objects.adopt_many(list(staged))
    return stored


def _copy(view: mmap, member: Member, path: Path) -> str:
    digest = hashlib.sha256()
    with refusals("a received file"), memoryview(view) as whole:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        try:
            at, end = member.offset, member.offset + member.size
            while at < end:
                with whole[at : min(at + STEP, end)] as part:
                    digest.update(part)
                    rest = part
                    while rest:
                        rest = rest[os.write(handle, rest) :]
                    at += len(part)
        finally:
            os.close(handle)
    return digest.hexdigest()


def _receipt(view: mmap, key: bytes) -> bytes:
    with memoryview(view) as whole, ThreadPoolExecutor(THREADS) as pool:
        offsets = range(0, len(whole), PAYLOAD)
        return receipt(key, list(pool.map(lambda at: leaf(key, whole[at : at + PAYLOAD]), offsets)))


def _received(
    incoming: Incoming,
    device: bytes,
    name: str,
    documents: dict[str, str],
    stored: Sequence[_Stored],
    state: str,
    now: datetime,
    proof: bytes | None,
) -> Statement:
    predicate: dict[str, Json] = {
        "consignment": incoming.consignment.hex(),
        "device": device.hex(),
        "name": name,
        "state": state,
        "files": len(stored),
        "bytes": sum(item.entry.size for item in stored),
        "at": timestamp(now),
    }
    if proof is not None:
        predicate["receipt"] = proof.hex()
    # the index takes the first subject for the manifest; an incomplete consignment has only its inventory
    subjects = tuple(Subject(each, documents[each]) for each in (MANIFEST, SIGNATURE, INVENTORY) if each in documents)
    return Statement("received", subjects, predicate)


def _captured(incoming: Incoming, item: _Stored) -> Statement:
    entry = item.entry
    kinds = {"texts": "text", "previews": "preview", "originals": "original"}
    return Statement(
        "captured",
        (Subject("original", item.digest),),
        {
            "consignment": incoming.consignment.hex(),
            "path": entry.path,
            "size": entry.size,
            "modified": entry.modified,
            "kind": kinds[entry.stage],
            "state": entry.state or "unconfirmed",
        },
    )


def _record(home: Home, archive: Archive, incoming: Incoming, received: Statement, stored: Sequence[_Stored]) -> int:
    desk = home.keyring.signing["desk"]
    signers: list[Any] = [(desk.public, desk.sign)]
    statements = [received, *(_captured(incoming, item) for item in stored)]
    return archive.append([sign_statement(statement, signers) for statement in statements])[0]
