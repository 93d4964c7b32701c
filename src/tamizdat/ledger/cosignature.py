"""Witnesses: others who watch that the ledger only grows, and say so under each checkpoint (C2SP tlog-cosignature).

One key alone could sign two ledgers and show each to different people. A witness keeps the newest checkpoint it
has seen, demands a consistency proof for the next, and signs it with the time. Its line in the note carries
``base64(key id ‖ timestamp, 8 bytes big-endian ‖ signature)``; what it signs with Ed25519 (kind ``0x04``) is ::

    cosignature/v1
    time 1679315147
    tamizdat.example/ledger                         from here on the checkpoint's own three lines
    256
    GGGSoQQtr9h3hw0rtPNqVpEKDHYUPtmrqMp7PJkYVTU=

and with ML-DSA-44 (kind ``0x06``), which stays sound when there are quantum computers, numbers big-endian ::

    "subtree/v1" ‖ newline ‖ 0x00 ‖ length of the name, 1 byte ‖ name of the witness ‖ timestamp, 8 bytes
    ‖ length of the origin, 1 byte ‖ origin ‖ 0, 8 bytes ‖ size, 8 bytes ‖ root, 32 bytes

A witness may have a key of each kind: keys of one name are one witness. The log itself signs its checkpoint with
ML-DSA-44 too, with the timestamp 0: it says nothing of when.

How many are enough is the reader's *policy*: one log, the witnesses it knows, and a quorum k of n.
"""

from typing import ClassVar

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PublicKey

from tamizdat.dataclass import dataclass
from tamizdat.ed25519 import signature_holds
from tamizdat.encoding import parse_b64
from tamizdat.errors import BadEncoding, BadNote
from tamizdat.ledger.checkpoint import Checkpoint
from tamizdat.ledger.note import Verifier, open_note

STAMP = 8  #: bytes of the timestamp before a cosignature


@dataclass(frozen=True)
class Witness(Verifier):
    """The key of a witness: Ed25519 over time and checkpoint."""

    KIND: ClassVar[int] = 0x04

    def holds(self, text: bytes, signature: bytes) -> bool:
        """Whether *signature* (timestamp and signature) is this witness's under the checkpoint *text*."""
        timestamp = int.from_bytes(signature[:STAMP], "big")
        return timestamp < 1 << 63 and self._signed(timestamp, text, signature[STAMP:])

    def message(self, timestamp: int, text: bytes) -> bytes:
        """Return what is signed at *timestamp* (POSIX seconds) under the checkpoint *text*."""
        return cosigned(timestamp, text)

    def _signed(self, timestamp: int, text: bytes, signature: bytes) -> bool:
        return signature_holds(self.public, self.message(timestamp, text), signature)


def cosigned(timestamp: int, text: bytes) -> bytes:
    """Return what a witness signs with Ed25519 at *timestamp* (POSIX seconds) under the checkpoint *text*."""
    return b"cosignature/v1\ntime %d\n%b" % (timestamp, text)


@dataclass(frozen=True)
class PostQuantumWitness(Witness):
    """A key of ML-DSA-44 (FIPS 204): of a witness, or the log's own."""

    KIND: ClassVar[int] = 0x06
    SIZE: ClassVar[int] = 1312

    def message(self, timestamp: int, text: bytes) -> bytes:
        """Return what is signed at *timestamp* (POSIX seconds; 0: not told) under a checkpoint; raises BadNote."""
        state = Checkpoint.parse(text)
        name, origin = self.name.encode(), state.origin.encode()
        if max(len(name), len(origin)) > 255:
            raise BadNote("Expected names of at most 255 bytes for an ML-DSA-44 cosignature, found a longer one.")
        named = b"%c%b%b%c%b" % (len(name), name, timestamp.to_bytes(8, "big"), len(origin), origin)
        return b"subtree/v1\n\0" + named + bytes(8) + state.size.to_bytes(8, "big") + state.root

    def _signed(self, timestamp: int, text: bytes, signature: bytes) -> bool:
        try:
            MLDSA44PublicKey.from_public_bytes(self.public).verify(signature, self.message(timestamp, text))
        except (InvalidSignature, ValueError, BadNote):
            return False
        return True


def parse_witness(text: str) -> Witness:
    """Parse the verifier key of a witness, of either kind; raises BadNote."""
    try:
        kind = parse_b64(text.partition("+")[2].partition("+")[2], "the key")[:1]
    except BadEncoding as error:
        raise BadNote(f"Expected the verifier key of a witness, NAME+ID+KEY. {error}") from error
    return (PostQuantumWitness if kind == b"\x06" else Witness).parse(text)


@dataclass(frozen=True)
class Policy:
    """Which log, which witnesses, and how many of them a checkpoint needs; *second* is the log's ML-DSA-44 key."""

    log: Verifier
    witnesses: tuple[Witness, ...] = ()
    quorum: int = 0
    second: PostQuantumWitness | None = None

    def __post_init__(self) -> None:
        every = [self.log, *self.witnesses, *([self.second] if self.second else [])]
        if len({each.public for each in every}) != len(every):
            raise BadNote("Expected different keys for the log and each witness, found one twice.")
        if self.second and self.second.name != self.log.name:
            raise BadNote(f"Expected both keys of the log under the name {self.log.name}, found {self.second.name}.")
        if not 0 <= self.quorum <= len(self.names):
            raise BadNote(f"Expected a quorum of at most {len(self.names)} witnesses, found {self.quorum}.")

    @property
    def names(self) -> list[str]:
        """The names of the witnesses, in their order; keys of one name are one witness."""
        return list(dict.fromkeys(each.name for each in self.witnesses))

    def open(self, data: bytes) -> tuple[Checkpoint, dict[str, int]]:
        """Return the checkpoint in a signed note, and who witnessed it when (name, POSIX seconds).

        :class:`BadNote` unless the log signed it under its own name, and the quorum of witnesses with it.
        """
        note = open_note(data, [self.log, *self.witnesses, *([self.second] if self.second else [])])
        checkpoint = Checkpoint.parse(note.text)
        if self.log not in note.signed or checkpoint.origin != self.log.name:
            raise BadNote(
                f"Expected a checkpoint of {self.log.name}, signed by its key, found one of {checkpoint.origin}."
            )
        times = {
            each.name: int.from_bytes(note.signed[each][:STAMP], "big")
            for each in self.witnesses
            if each in note.signed and any(note.signed[each][:STAMP])
        }
        if len(times) < self.quorum:
            found = f"that of {', '.join(times)}" if times else "none of these"
            raise BadNote(
                f"Expected the cosignatures of {self.quorum} of the {len(self.names)} witnesses of this ledger "
                f"({', '.join(self.names)}) under the checkpoint, found {found}."
            )
        return checkpoint, times
