"""A world in one folder: a field device with a card, a desk with a second store, and five places between them.

The places are real ones, in memory; a test may give others (a folder, a
:class:`~support.faulty_place.FaultyPlace`). Nothing is replaced by a mock: cards are folders, keys are keys, and what
travels are parcels, of the small size unless a test asks for the large one (*parcel*): an eighth of the bytes, and the
same code. So cards are kept small.  A :class:`Forger` is the attacker who knows whom to seal to: it makes consignments
that no field device would make.
"""

import dataclasses
import os
from collections.abc import Iterable, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from blake3 import blake3

from support.cheap_keys import WORK as WORK
from tamizdat.backup.back_up import BackupReport, back_up
from tamizdat.carrying.card_stream import Sealed
from tamizdat.carrying.deliver import Delivered, Delivery
from tamizdat.carrying.fetched import Allowance
from tamizdat.carrying.outbox import outboxes
from tamizdat.carrying.reassembly import Incoming
from tamizdat.carrying.receipts import receipts
from tamizdat.carrying.receive import Arrival, receive
from tamizdat.carrying.seal import seal_card
from tamizdat.carrying.wipe import Wiped, wipe
from tamizdat.encoding import sha256_hex, spoken
from tamizdat.home import objects
from tamizdat.home.home import Home, PlaceSettings
from tamizdat.home.setup import accept, create_desk, create_field, invite, set_recovery_key
from tamizdat.keys import Recipient, SealingKey, SigningKey
from tamizdat.places import Place
from tamizdat.places.memory import MemoryPlace
from tamizdat.sealing.age import seal, unseal
from tamizdat.sealing.consignment import Group
from tamizdat.sealing.inventory import (
    INVENTORY,
    MANIFEST,
    SIGNATURE,
    SUMS,
    Entry,
    Inventory,
    Manifest,
    certify,
    sign_manifest,
)
from tamizdat.sealing.parcel import (
    HEADER,
    PLAINTEXT,
    SMALL_PAYLOAD,
    SMALL_PLAINTEXT,
    Header,
    open_parcel,
    parcel_name,
    recipients_digest,
)
from tamizdat.sealing.pax import END_OF_ARCHIVE, member

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
PASSPHRASE = b"correct horse battery"
NOTE = "འདི་ནི་གསང་བའི་ཡི་གེ་ཞིག་ཡིན། – notes of the interview".encode()
CLIP = bytes(range(256)) * 4_500  # 1.2 MB: three payloads of small parcels


def _given(settings: PlaceSettings, place: Place) -> PlaceSettings:
    """Settings of a place that is here already; so are those that are made of them with another deadline."""

    class Given(PlaceSettings):
        def open(self) -> Place:
            return place

    return Given(**vars(settings))


@dataclass
class WorldHome(Home):
    """A home whose places are those of the test, by name."""

    given: dict[str, Place] = field(default_factory=dict)

    def places(self, use: str = "places") -> list[PlaceSettings]:
        return [_given(each, self.given[each.name]) for each in super().places(use)]

    @classmethod
    def of(cls, home: Home, given: dict[str, Place]) -> "WorldHome":
        """The same home, with these places."""
        return cls(home.folder, home.role, home.keyring, home.settings, given)


class World:
    """Everything between a card and the archive. Close it, or use it as a context manager."""

    def __init__(
        self, folder: Path, places: Sequence[Place] | None = None, accepted: bool = True, parcel: int = SMALL_PLAINTEXT
    ) -> None:
        self.folder, self.parcel = folder, parcel
        self.card = folder / "card"
        self.card.mkdir()
        self.places = list(places or (MemoryPlace(f"place{number}") for number in range(1, 6)))
        self.second: Place = MemoryPlace("second")
        self.backup: Place = MemoryPlace("backup")
        self.recovery = SealingKey.generate()  #: what stands on the recovery sheet
        given = {place.name: place for place in [*self.places, self.second, self.backup]}
        self.desk = WorldHome.of(create_desk(folder / "desk", "desk", b"", WORK), given)
        invitation = invite(self.desk, "anna", b"", NOW, WORK)
        self.field = WorldHome.of(create_field(folder / "field", invitation, PASSPHRASE, WORK), given)
        for place in self.places:
            self.field.add_place(place.name, "memory:", {})
            self.desk.add_place(place.name, "memory:", {})
        self.desk.add_place(self.second.name, "memory:", {}, "copies")
        self.desk.add_place(self.backup.name, "memory:", {}, "backups")
        set_recovery_key(self.desk, self.recovery.recipient, "2026-11-23")
        if accepted:
            accept(self.desk, self.device.public, "anna")
        self._open = ExitStack()
        self.reopened()

    def __enter__(self) -> "World":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Closes the archive."""
        self._open.close()

    def reopened(self) -> "World":
        """The same world with its archive opened anew, as by another process."""
        self.close()
        self.archive = self._open.enter_context(objects.open_archive(self.desk))
        return self

    def keep_objects_on(self, place: Place, url: str = "memory:", cache: int = 10**9) -> "World":
        """The same world, whose desk keeps its objects on *place* from now on."""
        self.desk.given[place.name] = place
        objects.keep_on(self.desk, place.name, url, {}, cache)
        return self.reopened()

    @property
    def device(self) -> SigningKey:
        """The field device's long-term key."""
        return self.field.keyring.signing["device"]

    # The card ---------------------------------------------------------------------------------------------------

    def write(self, path: str | bytes, data: bytes, seconds: int = 1_300_000_000) -> Path:
        """Puts a file on the card, last changed at *seconds*."""
        where = self.card / os.fsdecode(path)
        where.parent.mkdir(parents=True, exist_ok=True)
        where.write_bytes(data)
        os.utime(where, (seconds, seconds))
        return where

    def on_card(self) -> dict[str, str]:
        """Path → SHA-256 of what is on the card now."""
        files = (path for path in self.card.rglob("*") if path.is_file() and not path.is_symlink())
        return {str(path.relative_to(self.card)): sha256_hex(path.read_bytes()) for path in files}

    # The way out ------------------------------------------------------------------------------------------------

    def seal(self, **options: Any) -> Sealed:
        """One run of sealing the card."""
        return seal_card(self.field, self.card, NOW, **{"parcel_size": lambda: self.parcel} | options)

    def send(self) -> list[Delivered]:
        """One run of sending."""
        return Delivery(self.field).run()

    def receive(self, salvage: bool = False, allowance: Allowance | None = None) -> Arrival:
        """One run of receiving; what two stores hold is backed up, so that its receipt is released."""
        arrival = receive(self.desk, self.archive, NOW, salvage_incomplete=salvage, allowance=allowance)
        if any(receipt.copies and not receipt.backed_up for receipt in arrival.receipts):
            self.back_up()
            arrival.receipts = receipts(self.archive, self.desk.folder)
        return arrival

    def back_up(self) -> BackupReport:
        """One run of backing up the desk."""
        [place] = self.desk.places("backups")
        return back_up(self.desk, self.archive, place, NOW)

    def carry(self, **options: Any) -> Arrival:
        """Seal, send, receive."""
        self.seal(**options)
        self.send()
        return self.receive()

    def receipt(self) -> str:
        """The one released receipt, as the desk reads it out."""
        [released] = [each for each in self.receive().receipts if each.released]
        return spoken(released.receipt)

    def wipe(self, receipt: str, dry_run: bool = False) -> Wiped:
        """One run of wiping the card."""
        return wipe(self.field.folder, self.card, receipt, dry_run)

    # What became of it ------------------------------------------------------------------------------------------

    def archived(self) -> dict[str, str]:
        """Path → SHA-256 of the files in the archive, previews left out; each object is read and checked."""
        items = [item for item in self.archive.index.items() if item.kind != "preview"]
        for item in items:
            self.archive.objects.check(item.original)
        assert len({(item.consignment, item.path) for item in items}) == len(items), "a file is there twice"
        return {item.path: item.original for item in items}

    def states(self) -> dict[str, str]:
        """Path → what the ledger says of its reading."""
        return {item.path: item.state for item in self.archive.index.items() if item.kind != "preview"}

    def parcels(self) -> list[tuple[Place, str]]:
        """Every object in every place."""
        return [(place, name) for place in self.places for name in place.list()]

    def spool(self) -> list[Path]:
        """The parcels that wait in the outbox, also while some of them are carried away."""
        return sorted(parcel.file for outbox in outboxes(self.field.folder) for parcel in outbox.waiting())

    def opened(self, parcel: bytes) -> Header:
        """The header in a parcel, as the desk reads it."""
        return open_parcel(unseal(parcel, self.desk.keyring.identities()))[0]

    def forger(self) -> "Forger":
        """An attacker who knows the desk's recipient, with a device of its own."""
        return Forger(list(self.field.settings["recipients"]))


class GroupList(list[Group]):
    """The groups that a Cutter makes, kept. Its buffers are dirty, as used ones are."""

    def buffer(self) -> bytearray:
        return bytearray(b"!" * PLAINTEXT)

    def take(self, group: Group) -> None:
        self.append(group)

    @property
    def stream(self) -> bytes:
        """The payloads of all groups, one after the other."""
        return b"".join(bytes(buffer[HEADER:]) for group in self for buffer in group.buffers)


class Pulled(BaseException):
    """The process is gone, as far as the code under test can tell."""


class Interruption:
    """A progress callback that ends the run once so many bytes were read."""

    def __init__(self, size: int) -> None:
        self.left = size

    def __call__(self, size: int) -> None:
        self.left -= size
        if self.left <= 0:
            raise Pulled


def written(incoming: Incoming, payload: bytes) -> Path:
    """A payload as the fetching threads leave it for :meth:`Incoming.take`."""
    path = incoming.folder / f"written-{os.urandom(4).hex()}"
    path.write_bytes(payload)
    return path


@contextmanager
def world_with(folder: Path, files: dict[str, bytes], **options: Any) -> Any:
    """A world whose card has these files."""
    with World(folder, **options) as world:
        for path, data in files.items():
            world.write(path, data)
        yield world


@dataclass
class Forger:
    """Makes whatever a stream, a manifest and a parcel can be made to say."""

    recipients: list[str]
    device: SigningKey = field(default_factory=SigningKey.generate)
    key: SigningKey = field(default_factory=SigningKey.generate)
    receipt_key: bytes = bytes(32)

    def entry(self, path: str, data: bytes, **said: Any) -> Entry:
        """What a manifest says of a file; *said* replaces the truth."""
        true = Entry(path, len(data), "2011-04-03T02:11:09Z", "originals", sha256_hex(data), "whole")
        return dataclasses.replace(true, **said)

    def inventory(self, entries: Iterable[Entry] = (), **said: Any) -> bytes:
        """An opening inventory."""
        files = tuple(dataclasses.replace(entry, sha256=None, state=None) for entry in entries)
        certificate = certify(self.device, self.key.public)
        true = Inventory(self.key.public, self.device.public, certificate, "2026-11-23T09:00:00Z", files)
        return dataclasses.replace(true, **said).encode()

    def manifest(self, entries: Iterable[Entry] = (), **said: Any) -> bytes:
        """A closing manifest."""
        return dataclasses.replace(Manifest(self.key.public, self.receipt_key, tuple(entries)), **said).encode()

    def members(self, files: dict[str, bytes], **said: Any) -> dict[str, bytes]:
        """The members of an honest stream, frame and files; *said* replaces what the manifest says."""
        entries = [self.entry(path, data) for path, data in files.items()]
        manifest = self.manifest(entries, **said)
        return {
            INVENTORY: self.inventory(entries),
            **{f"card/{path}": data for path, data in files.items()},
            SUMS: b"",
            SIGNATURE: sign_manifest(self.device, manifest),
            MANIFEST: manifest,
        }

    def stream(self, members: dict[str, bytes]) -> bytes:
        """The tar stream, filled up to whole payloads."""
        data = b"".join(member(name, content, "2011-04-03T02:11:09Z") for name, content in members.items())
        return filled(data + END_OF_ARCHIVE)

    def header(self, payload: bytes, /, **said: Any) -> Header:
        """The header of a group of one share; *said* replaces the truth."""
        true = Header(
            consignment=self.key.public,
            group=os.urandom(16),
            first=0,
            k=1,
            n=1,
            index=0,
            stage="originals",
            payload=blake3(payload).digest(),
            recipients=recipients_digest(self.recipients),
        )
        return dataclasses.replace(true, **said)

    def parcel(self, payload: bytes, /, signer: SigningKey | None = None, **said: Any) -> bytes:
        """A parcel with this payload."""
        return self.sealed(self.header(payload, **said).signed(signer or self.key) + payload)

    def sealed(self, plaintext: bytes) -> bytes:
        """Any bytes, sealed to the desk."""
        return seal(plaintext, [Recipient.from_text(text) for text in self.recipients])

    def parcels(self, stream: bytes, first: int = 0) -> list[bytes]:
        """A parcel for each payload of a stream."""
        payloads = [stream[at : at + SMALL_PAYLOAD] for at in range(0, len(stream), SMALL_PAYLOAD)]
        return [self.parcel(payload, first=first + number) for number, payload in enumerate(payloads)]

    def send(self, place: Place, parcels: Iterable[bytes]) -> list[str]:
        """Puts parcels into a place, under their right names."""
        names = []
        for data in parcels:
            place.put(parcel_name(data), data)
            names.append(parcel_name(data))
        return names


def filled(data: bytes) -> bytes:
    """Zeros to the end of the last payload."""
    return data + bytes(-len(data) % SMALL_PAYLOAD)
