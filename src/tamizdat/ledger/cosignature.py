"""Witnesses: others who watch that the ledger only grows, and say so under each checkpoint (C2SP tlog-cosignature).

One key alone could sign two ledgers and show each to different people. A witness keeps the newest checkpoint it
has seen, demands a consistency proof for the next, and countersigns with the time. Its signature line carries
``base64(key id ‖ timestamp, 8 bytes big-endian ‖ Ed25519 signature)``, and what it signs is ::

    cosignature/v1
    time 1679315147
    tamizdat.example/ledger                         from here on the checkpoint's own three lines
    256
    GGGSoQQtr9h3hw0rtPNqVpEKDHYUPtmrqMp7PJkYVTU=

How many witnesses are enough is the reader's *policy*: one log, known witnesses, and a quorum k of n, with
``none`` for k = 0. It is written down as a C2SP tlog-policy, which others' tools read.
"""

from dataclasses import dataclass
from typing import ClassVar

from tamizdat.errors import BadNote
from tamizdat.ledger.checkpoint import Checkpoint
from tamizdat.ledger.note import Verifier, open_note, signature_holds


def cosigned_message(timestamp: int, text: bytes) -> bytes:
    """What a witness signs at *timestamp* (POSIX seconds) under the checkpoint *text*."""
    return b"cosignature/v1\ntime %d\n%b" % (timestamp, text)


@dataclass(frozen=True)
class Witness(Verifier):
    """The key of a witness: Ed25519 over checkpoint and time, kind 0x04."""

    KIND: ClassVar[int] = 0x04

    def holds(self, text: bytes, signature: bytes) -> bool:
        """Whether *signature* (timestamp and Ed25519 signature) is this witness's under the checkpoint *text*."""
        timestamp = int.from_bytes(signature[:8], "big")
        return timestamp < 1 << 63 and signature_holds(self.public, cosigned_message(timestamp, text), signature[8:])


@dataclass(frozen=True)
class Cosigned:
    """A checkpoint, and who witnessed it when: (name, POSIX seconds), as far as they are known to the policy."""

    checkpoint: Checkpoint
    witnessed: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class Policy:
    """Which log, which witnesses, and how many of them a checkpoint needs."""

    log: Verifier
    witnesses: tuple[Witness, ...] = ()
    quorum: int = 0

    def __post_init__(self) -> None:
        publics = {self.log.public, *(witness.public for witness in self.witnesses)}
        if len(publics) != 1 + len(self.witnesses):
            raise BadNote("Expected different keys for the log and each witness, found one twice.")
        if not 0 <= self.quorum <= len(self.witnesses):
            raise BadNote(f"Expected a quorum of at most {len(self.witnesses)} witnesses, found {self.quorum}.")

    def open(self, data: bytes) -> Cosigned:
        """The checkpoint in the signed note *data*, or :class:`BadNote` unless log and quorum signed it."""
        note = open_note(data, [self.log, *self.witnesses])
        checkpoint = Checkpoint.parse(note.text)
        if not note.signed_by(self.log) or checkpoint.origin != self.log.name:
            raise BadNote(f"Expected a checkpoint of the ledger {self.log.name!r} signed by its key, found another.")
        seen = {each: int.from_bytes(blob[:8], "big") for each, blob in note.signed if isinstance(each, Witness)}
        if len(seen) < self.quorum:
            raise BadNote(f"Expected {self.quorum} witnesses under the checkpoint, found {len(seen)} we know.")
        return Cosigned(checkpoint, tuple((witness.name, moment) for witness, moment in seen.items()))

    def encode(self) -> str:
        """The policy as a C2SP tlog-policy file."""
        lines = [f"log {self.log.encode()}"]
        lines += [f"witness w{n} {witness.encode()}" for n, witness in enumerate(self.witnesses, 1)]
        if self.quorum:
            lines.append(f"group witnesses {self.quorum} " + " ".join(f"w{n + 1}" for n in range(len(self.witnesses))))
        return "\n".join([*lines, f"quorum {'witnesses' if self.quorum else 'none'}", ""])
