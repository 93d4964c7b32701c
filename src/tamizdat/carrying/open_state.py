"""What an open consignment needs so that a cut-off sealing can go on: keys, places, and keyed digests of the card.

It lies sealed in the outbox (:mod:`tamizdat.carrying.outbox`) and is destroyed when the consignment is closed. Whoever
opens it before that can test guesses at the card's names and content; nobody can read anything with it.
"""

import os
import secrets
from collections.abc import Sequence
from dataclasses import asdict, field, replace
from datetime import datetime
from pathlib import Path
from typing import Final

from blake3 import blake3

from tamizdat.carrying.carried import mark
from tamizdat.dataclass import dataclass
from tamizdat.encoding import canonical, parse_canonical, timestamp
from tamizdat.footage.card import Card
from tamizdat.keys import SigningKey
from tamizdat.sealing.parcel import PLAINTEXT

CHECK: Final = 4  #: bytes of a payload's check in the journal: enough to notice a change, short on a small disk


@dataclass(frozen=True)
class OpenState:
    """The sealed state of an open consignment. Keys and digests in hexadecimal."""

    seed: str  # of the consignment's Ed25519 key, whose public half is its id
    receipt_key: str
    check_key: str
    opened: str
    survives: int  # t: places that may be lost
    places: list[int]
    recipients: list[str]
    first: list[str]
    prove_first: bool
    root: str  # keyed hash of the card's mount point: the same card, or one that is not?
    listing: str  # keyed hash of the card's listing
    parcel: int = PLAINTEXT  # bytes of a parcel inside its seal, one of two sizes
    files: list[str] = field(default_factory=list)  # marks of the card's files, by which they are told from new ones
    supersedes: list[str] = field(default_factory=list)  # ids of consignments that were closed before they were whole
    concluded: int | None = None  # the groups that were there when it was concluded: no file is begun after these
    part: bool = False  # it has as many files as a list can hold, and others follow in the next one

    @classmethod
    def new(
        cls,
        card: Card,
        now: datetime,
        recipients: Sequence[str],
        places: Sequence[int],
        survives: int,
        first: Sequence[str] = (),
        prove_first: bool = False,
        parcel: int = PLAINTEXT,
        supersedes: Sequence[str] = (),
        part: bool = False,
    ) -> "OpenState":
        """Make the state of a new consignment of *card*, with fresh keys."""
        check_key = secrets.token_bytes(32)
        return cls(
            seed=secrets.token_hex(32),
            receipt_key=secrets.token_hex(32),
            check_key=check_key.hex(),
            opened=timestamp(now),
            survives=survives,
            places=list(places),
            recipients=list(recipients),
            first=list(first),
            prove_first=prove_first,
            root=keyed_root(check_key, card.root),
            listing=_listed(check_key, card),
            parcel=parcel,
            files=[mark(check_key, file) for file in card.files],
            supersedes=list(supersedes),
            part=part,
        )

    def encode(self) -> bytes:
        """Return canonical JSON, not yet sealed."""
        return canonical(asdict(self))

    @classmethod
    def parse(cls, data: bytes) -> "OpenState":
        """Parse what :meth:`encode` wrote; raises BadEncoding."""
        return cls(**parse_canonical(data, "the state of a consignment"))

    @property
    def k(self) -> int:
        """Payloads of a full group."""
        return len(self.places) - self.survives

    @property
    def key(self) -> SigningKey:
        """The consignment's own key."""
        return SigningKey.from_seed(bytes.fromhex(self.seed))

    def is_of_card(self, root: Path) -> bool:
        """Whether the card was mounted at *root* when the consignment was opened."""
        return self.root == keyed_root(bytes.fromhex(self.check_key), root)

    def lists(self, card: Card) -> bool:
        """Whether *card* has the names, sizes and times it had then."""
        return self.listing == _listed(bytes.fromhex(self.check_key), card)

    def as_it_was(self, card: Card) -> Card | None:
        """Return the card this consignment was opened on, if all of it is still on *card*, listed in the same order."""
        known, key = set(self.files), bytes.fromhex(self.check_key)
        before = replace(card, files=card.files.only(lambda file: mark(key, file) in known))
        return before if self.lists(before) else None

    def is_another(self, card: Card) -> bool:
        """Whether *card* is another one at the same mount point: most files that this one had are not on it."""
        key = bytes.fromhex(self.check_key)
        there = set(self.files).intersection(mark(key, file) for file in card.files)
        return bool(self.files) and 2 * len(there) < len(self.files)

    def check(self, leaf: bytes) -> bytes:
        """Return the check (4 bytes) by which a rerun notices that a payload has other bytes than were sealed."""
        return blake3(leaf, key=bytes.fromhex(self.check_key)).digest(length=CHECK)


def keyed_root(key: bytes, root: Path) -> str:
    """Return the keyed hash of a card's mount point, in hex."""
    return blake3(os.fsencode(root.resolve()), key=key).hexdigest()


def _listed(key: bytes, card: Card) -> str:
    digest = blake3(key=key)
    for each in card.listing():
        digest.update(each)
    return digest.hexdigest()
