"""From what has arrived of a consignment to objects and statements of the archive, in three steps.

::

    open_consignment    whose it is; then its documents and its members, all of which must agree
    store               every file copied out of the stream, hashed, and held against the manifest
    record              'received' and a 'captured' for each file, signed and appended in one step

The device is asked for first, from the first 263 bytes of the inventory: nothing else of a device that the desk has
not accepted is parsed. Nothing reaches its final name before all of it holds. A consignment that lacks its manifest is
incomplete; what of it is readable can be taken in with :func:`salvage`, marked as unconfirmed, and never earns a
receipt.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from tamizdat.archive import Archive
from tamizdat.archive.acts.state import state
from tamizdat.carrying.arrived_stream import Stream
from tamizdat.carrying.file_copies import copy_files, move_files
from tamizdat.carrying.reassembly import Incoming
from tamizdat.carrying.receipt import leaf, receipt
from tamizdat.dataclass import dataclass
from tamizdat.encoding import timestamp
from tamizdat.errors import BadConsignment
from tamizdat.home.home import Home
from tamizdat.keys import encode_device
from tamizdat.ledger.statement import Subject
from tamizdat.sealing.inventory import (
    INVENTORY,
    MANIFEST,
    MAX_DOCUMENT,
    SIGNATURE,
    SUMS,
    Entry,
    Inventory,
    Manifest,
    check_manifest_signature,
)
from tamizdat.sealing.pax import BLOCK, END_OF_ARCHIVE, Member, members_by_name
from tamizdat.statements.captured import CapturedFile
from tamizdat.statements.received import COMPLETE, Received

_KINDS: Final = {"texts": "text", "previews": "preview", "originals": "original"}  #: of each stage


class UnknownDevice(BadConsignment):
    """A consignment from a device that this desk has not accepted."""

    def __init__(self, device: bytes) -> None:
        self.device = device
        super().__init__(
            f"Expected a device this desk has accepted, found {encode_device(device)}. Compare this key with the "
            f"person in the field; if it is theirs: tamizdat keys accept {encode_device(device)} NAME"
        )


class RevokedDevice(BadConsignment):
    """A consignment from a device that this desk has revoked."""

    def __init__(self, device: bytes, name: str, day: str) -> None:
        self.device = device
        super().__init__(
            f"Expected a device this desk has accepted, found “{name}”, which was revoked on {day}: it was seized, or "
            "turned. Do not accept it. Throw this consignment away with 'tamizdat receive --refuse ID'."
        )


@dataclass(frozen=True)
class Consignment:
    """What has arrived of one consignment of an accepted device. *name* is what the desk calls the device.

    *manifest* is None while the consignment is incomplete; if it is there, its signature holds, and the members are
    the files that it lists.
    """

    id: bytes
    name: str
    inventory: Inventory
    manifest: Manifest | None
    members: dict[str, Member]
    stream: Stream


@dataclass(frozen=True)
class StoredFile:
    """A file of the card that is an object now."""

    entry: Entry
    sha256: str


@dataclass(frozen=True)
class Stored:
    """What of a consignment is in the archive's objects. *documents*: name → SHA-256; *receipt*: R, 16 bytes."""

    files: list[StoredFile]
    documents: dict[str, str]
    receipt: bytes | None


@dataclass(frozen=True)
class Unpacked:
    """A consignment that is now in the archive. *receipt* is R (16 bytes), None if it was salvaged.

    *files* counts the *previews* too.
    """

    consignment: bytes
    device: str
    files: int
    size: int
    complete: bool
    receipt: bytes | None
    unconfirmed: int
    marked: tuple[str, ...]  # what the manifest says of single files, in words
    first_index: int
    later: int = 0  # files of its inventory that the manifest does not list: they come in another consignment
    supersedes: tuple[bytes, ...] = ()  # consignments of its device that will never be whole
    previews: int = 0


def unpack(home: Home, archive: Archive, incoming: Incoming, now: datetime) -> Unpacked | None:
    """Take a whole consignment into the archive; None while it is not whole.

    Raises UnknownDevice, RevokedDevice, or BadConsignment, BadEncoding, BadPath where it contradicts itself.
    """
    consignment = open_consignment(home, incoming)
    if consignment is None or consignment.manifest is None:
        return None
    return record(home, archive, consignment, store(archive, consignment, consignment.manifest.files), now)


def salvage(home: Home, archive: Archive, incoming: Incoming, now: datetime) -> Unpacked | None:
    """Take in what is readable of an incomplete consignment, as unconfirmed; None if that is nothing new.

    Raises what :func:`unpack` raises.
    """
    consignment = open_consignment(home, incoming)
    if consignment is None:
        return None
    before = _captured_before(archive, consignment)
    fresh = [entry for entry in _arrived(consignment) if _place(entry) not in before]
    stored = store(archive, consignment, fresh)
    if not stored.files and any(each.consignment == consignment.id.hex() for each in archive.index.consignments()):
        return None
    return record(home, archive, consignment, stored, now)


def open_consignment(home: Home, incoming: Incoming) -> Consignment | None:
    """Return what has arrived, every document of it checked; None while its inventory is not here.

    Raises UnknownDevice, RevokedDevice, BadConsignment, BadEncoding, BadPath.
    """
    device = incoming.sender()
    if device is None:
        return None
    name = _device_name(home, device)
    stream = incoming.stream()
    found = members_by_name(stream, stream.length)
    if INVENTORY not in found:
        return None
    inventory = Inventory.parse(_read(stream, found[INVENTORY]))
    manifest = _open_manifest(stream, found, device) if _is_whole(found, stream) else None
    ids = {incoming.consignment, inventory.consignment, manifest.consignment if manifest else incoming.consignment}
    if len(ids) > 1:
        raise BadConsignment(
            f"Expected inventory, manifest and parcels of one consignment, found {len(ids)}: "
            f"{', '.join(sorted(each.hex() for each in ids))}."
        )
    return Consignment(incoming.consignment, name, inventory, manifest, found, stream)


def store(archive: Archive, consignment: Consignment, entries: Sequence[Entry]) -> Stored:
    """Copy *entries* and the documents out of the stream into objects; with a manifest all of them or none.

    Raises BadConsignment if a file is missing, or has another size or SHA-256 than its entry says.
    """
    manifest, stream, found = consignment.manifest, consignment.stream, consignment.members
    leaves = _Leaves(stream, manifest.receipt_key) if manifest else None
    files = _store_files(archive, stream, [(entry, _member(found, entry)) for entry in entries], manifest is not None)
    documents = (INVENTORY, MANIFEST, SIGNATURE) if manifest else (INVENTORY,)
    return Stored(
        files,
        {name: archive.objects.add([_read(stream, found[name])]) for name in documents},
        None
        if manifest is None or leaves is None
        else receipt(manifest.receipt_key, leaves.first(_whole(consignment))),
    )


def record(home: Home, archive: Archive, consignment: Consignment, stored: Stored, now: datetime) -> Unpacked:
    """Append the statements of what was stored: the commit. What an earlier salvage stated is not stated again."""
    manifest, inventory = consignment.manifest, consignment.inventory
    before = _captured_before(archive, consignment)
    # What was salvaged is in the ledger already; the manifest now vouches for it, or says what is wrong with it.
    fresh = [each for each in stored.files if each.entry.state != "whole" or _place(each.entry) not in before]
    sizes = [each.entry.size for each in stored.files] + ([] if manifest else list(before.values()))
    arrived, files = received(consignment, stored, sizes, now), [captured(consignment, each) for each in fresh]
    statements = [arrived.to_statement(), *(each.to_statement() for each in files)]
    first = state(archive, home.keyring.signing["desk"], statements)[0]
    marked = [f"{entry.path}: {entry.state}" for entry in manifest.files if entry.state != "whole"] if manifest else []
    left_out = [f"{each.path}: {each.why}" for each in manifest.left_out] if manifest else []
    return Unpacked(
        consignment=consignment.id,
        device=consignment.name,
        files=len(stored.files),
        size=sum(each.entry.size for each in stored.files),
        complete=manifest is not None,
        receipt=stored.receipt,
        unconfirmed=0 if manifest else sum(each.member not in consignment.members for each in inventory.files),
        marked=(*marked, *left_out),
        first_index=first,
        later=_later(consignment),
        supersedes=inventory.supersedes,
        previews=sum(each.entry.stage == "previews" for each in stored.files),
    )


def _later(consignment: Consignment) -> int:
    """Return how many files of the inventory the manifest does not list, because the sealing was concluded early.

    What could not be read when its turn came is left out, and told as that.
    """
    if consignment.manifest is None:
        return 0
    listed = {entry.member for entry in consignment.manifest.files}
    lost = {each.path for each in consignment.manifest.left_out}
    return sum(entry.member not in listed and entry.path not in lost for entry in consignment.inventory.files)


# Statements -----------------------------------------------------------------------------------------------------------


def received(consignment: Consignment, stored: Stored, sizes: Sequence[int], now: datetime) -> Received:
    """Return what is stated of a consignment; *sizes* in bytes of all files of it that the archive holds."""
    # the index takes the first document for the manifest; an incomplete consignment has only its inventory
    names = [name for name in (MANIFEST, SIGNATURE, INVENTORY) if name in stored.documents]
    return Received(
        consignment=consignment.id.hex(),
        device=consignment.inventory.device.hex(),
        state=COMPLETE if consignment.manifest else "incomplete",
        files=len(sizes),
        size=sum(sizes),
        name=consignment.name,
        at=timestamp(now),
        receipt=None if stored.receipt is None else stored.receipt.hex(),
        documents=tuple(Subject(name, stored.documents[name]) for name in names),
    )


def captured(consignment: Consignment, file: StoredFile) -> CapturedFile:
    """Return what is stated of one file."""
    entry = file.entry
    return CapturedFile(
        consignment=consignment.id.hex(),
        path=entry.path,
        size=entry.size,
        modified=entry.modified,
        kind=_KINDS[entry.stage],
        state=entry.state or "unconfirmed",
        original=file.sha256,
    )


# Opening --------------------------------------------------------------------------------------------------------------


def _device_name(home: Home, device: bytes) -> str:
    """Return what the desk calls an accepted device; raises UnknownDevice, RevokedDevice."""
    for name, key in home.settings["devices"].items():
        if key == device.hex():
            return str(name)
    revoked = home.settings.get("revoked", {}).get(device.hex())
    if revoked is not None:
        raise RevokedDevice(device, revoked["name"], revoked["day"])
    raise UnknownDevice(device)


def _is_whole(found: dict[str, Member], stream: Stream) -> bool:
    """Whether the manifest is here, and the end of the archive behind it."""
    size = stream.payload_size
    return MANIFEST in found and _payloads(found[MANIFEST], size) * size <= stream.length


def _open_manifest(stream: Stream, found: dict[str, Member], device: bytes) -> Manifest:
    """Return the closing manifest, signed by *device*, of exactly the files that are here; raises BadConsignment."""
    if SIGNATURE not in found:
        raise BadConsignment(f"Expected {SIGNATURE} beside the closing manifest, found none.")
    data = _read(stream, found[MANIFEST])
    manifest = Manifest.parse(data)
    check_manifest_signature(device, data, _read(stream, found[SIGNATURE]))
    files = found.keys() - {INVENTORY, SIGNATURE, SUMS, MANIFEST}
    listed = {entry.member for entry in manifest.files}
    if files != listed:
        raise BadConsignment(
            f"Expected exactly the {len(listed)} files the closing manifest lists, found {len(files - listed)} that it "
            f"does not list, and {len(listed - files)} missing."
        )
    return manifest


def _arrived(consignment: Consignment) -> list[Entry]:
    """Return what is here of the inventory's files, and the previews, which it does not list: they were made later."""
    found = consignment.members
    previews = [
        Entry(name.removeprefix("previews/"), member.size, consignment.inventory.opened, "previews")
        for name, member in found.items()
        if name.startswith("previews/")
    ]
    return [entry for entry in consignment.inventory.files if entry.member in found] + previews


def _read(stream: Stream, member: Member) -> bytes:
    if member.size > MAX_DOCUMENT:
        raise BadConsignment(f"Expected {member.name} of at most {MAX_DOCUMENT:,} bytes, found {member.size:,}.")
    stream.seek(member.offset)
    return stream.read(member.size)


def _whole(consignment: Consignment) -> int:
    """Return how many payloads a whole consignment has."""
    return _payloads(consignment.members[MANIFEST], consignment.stream.payload_size)


def _payloads(manifest: Member, size: int) -> int:
    """Return how many payloads of *size* bytes the stream has: after the manifest comes tar's end, and no more."""
    end = manifest.offset + manifest.size + -manifest.size % BLOCK + len(END_OF_ARCHIVE)
    return -(-end // size)


def _place(entry: Entry) -> tuple[str, str]:
    return entry.path, _KINDS[entry.stage]


def _captured_before(archive: Archive, consignment: Consignment) -> dict[tuple[str, str], int]:
    """Return path and kind of what an earlier salvage took in → its size; the stream never changes what it has."""
    name = consignment.id.hex()
    return {(item.path, item.kind): item.size for item in archive.index.items() if item.consignment == name}


# Storing --------------------------------------------------------------------------------------------------------------


def _member(found: dict[str, Member], entry: Entry) -> Member:
    member = found.get(entry.member)
    if member is None or member.size != entry.size:
        found_size = "no such file" if member is None else f"{member.size:,} bytes"
        raise BadConsignment(
            f"Expected every file that is listed with its size; for one of {entry.size:,} bytes found {found_size}."
        )
    return member


def _store_files(
    archive: Archive, stream: Stream, wanted: Sequence[tuple[Entry, Member]], confirmed: bool
) -> list[StoredFile]:
    """Copy the files out of the stream, hashing; adopt them only when all of them hold.

    Of an incomplete consignment whatever holds is taken, for nothing else may come.
    """
    members = [member for _, member in wanted]
    with move_files(archive, stream, members) if confirmed else copy_files(archive, stream, members) as copies:
        digests = copies.copy()
        kept = [at for at, (entry, _) in enumerate(wanted) if entry.sha256 in (None, digests[at])]
        if confirmed and len(kept) < len(wanted):
            raise BadConsignment(
                f"Expected files with the SHA-256 the closing manifest lists, found {len(wanted) - len(kept)} of "
                f"{len(wanted)} that have not. Nothing of this consignment was taken in; ask the field to keep the "
                "card, and to seal it again with 'tamizdat seal --whole'."
            )
        copies.adopt(kept)
    return [StoredFile(wanted[at][0], digests[at]) for at in kept]


class _Leaves:
    """The receipt's leaves, computed from each payload when it is read for another reason; every byte once."""

    def __init__(self, stream: Stream, key: bytes) -> None:
        self._stream, self._key = stream, key
        self._found: dict[int, bytes] = {}
        stream.watch = self._see

    def _see(self, number: int, payload: memoryview) -> None:
        if number not in self._found:
            self._found[number] = leaf(self._key, payload)

    def first(self, count: int) -> list[bytes]:
        """Return the leaves of the first *count* payloads; what nobody has read yet is read now."""
        for number in range(count):
            if number not in self._found:
                self._found[number] = leaf(self._key, self._stream.payload(number))
        return [self._found[number] for number in range(count)]
