"""Witnesses: others who watch that the ledger only grows, and say so under each checkpoint (C2SP tlog-cosignature).

One key alone could sign two ledgers and show each to different people. A witness keeps the newest checkpoint it
has seen, demands a consistency proof for the next, and signs it with the time. Its line in the note carries
``base64(key id ‖ timestamp, 8 bytes big-endian ‖ Ed25519 signature)``; what it signs is ::

    cosignature/v1
    time 1679315147
    tamizdat.example/ledger                         from here on the checkpoint's own three lines
    256
    GGGSoQQtr9h3hw0rtPNqVpEKDHYUPtmrqMp7PJkYVTU=

How many are enough is the reader's *policy*: one log, the witnesses it knows, and a quorum k of n.
"""

from dataclasses import dataclass
from typing import ClassVar

from tamizdat.ed25519 import signature_holds
from tamizdat.errors import BadNote
from tamizdat.ledger.checkpoint import Checkpoint
from tamizdat.ledger.note import Verifier, open_note


@dataclass(frozen=True)
class Witness(Verifier):
    """The key of a witness: Ed25519 over time and checkpoint."""

    KIND: ClassVar[int] = 0x04

    def holds(self, text: bytes, signature: bytes) -> bool:
        """Whether *signature* (timestamp and Ed25519 signature) is this witness's under the checkpoint *text*."""
        timestamp = int.from_bytes(signature[:8], "big")
        return timestamp < 1 << 63 and signature_holds(self.public, cosigned(timestamp, text), signature[8:])


def cosigned(timestamp: int, text: bytes) -> bytes:
    """Return what a witness signs at *timestamp* (POSIX seconds) under the checkpoint *text*."""
    return b"cosignature/v1\ntime %d\n%b" % (timestamp, text)


@dataclass(frozen=True)
class Policy:
    """Which log, which witnesses, and how many of them a checkpoint needs."""

    log: Verifier
    witnesses: tuple[Witness, ...] = ()
    quorum: int = 0

    def __post_init__(self) -> None:
        if len({self.log.public, *(each.public for each in self.witnesses)}) != 1 + len(self.witnesses):
            raise BadNote("Expected different keys for the log and each witness, found one twice.")
        if not 0 <= self.quorum <= len(self.witnesses):
            raise BadNote(f"Expected a quorum of at most {len(self.witnesses)} witnesses, found {self.quorum}.")

    def open(self, data: bytes) -> tuple[Checkpoint, dict[str, int]]:
        """Return the checkpoint in a signed note, and who witnessed it when (name, POSIX seconds).

        :class:`BadNote` unless the log signed it under its own name, and the quorum of witnesses with it.
        """
        note = open_note(data, [self.log, *self.witnesses])
        checkpoint = Checkpoint.parse(note.text)
        if self.log not in note.signed or checkpoint.origin != self.log.name:
            raise BadNote(
                f"Expected a checkpoint of {self.log.name}, signed by its key, found one of {checkpoint.origin}."
            )
        times = {
            each.name: int.from_bytes(note.signed[each][:8], "big") for each in self.witnesses if each in note.signed
        }
        if len(times) < self.quorum:
            raise BadNote(f"Expected {self.quorum} witnesses under the checkpoint, found {len(times)} we know.")
        return checkpoint, times
