"""The bytes of C2SP tlog-witness's ``add-checkpoint``: what is asked of a witness, and what it answers.

::

    old 256                                         the size of what it signed last, 0 for nothing
    <base64>                                        a line for each hash of the consistency proof
                                                    an empty line, and the signed checkpoint
    tamizdat.example/ledger …

It answers 200 with its signature lines; 409 with the size it signed last, if that is another; 422 if the proof does not
lead from there to this checkpoint; 403 if no key that it knows signed it; 404 if it does not know the ledger.
"""

import re
from collections.abc import Iterable, Sequence
from typing import Final

from tamizdat.dataclass import dataclass
from tamizdat.encoding import b64, parse_b64
from tamizdat.errors import BadEncoding, BadNote, BadProof
from tamizdat.ledger.checkpoint import Checkpoint
from tamizdat.ledger.merkle import HASH
from tamizdat.ledger.note import Verifier, split_note

PATH: Final = "add-checkpoint"
SIZE_TYPE: Final = "text/x.tlog.size"
MAX_HASHES: Final = 63
MAX_REQUEST: Final = 1 << 18  #: bytes: 63 hashes, and a checkpoint with 64 signatures of ML-DSA-44
_HEAD: Final = re.compile(rb"old (?P<old>0|[1-9][0-9]{0,18})\n(?P<hashes>([A-Za-z0-9+/]{43}=\n){0,63})\n")
_SIZE: Final = re.compile(rb"(0|[1-9][0-9]{0,18})\n")


@dataclass(frozen=True)
class AddCheckpoint:
    """What is asked: sign *note*, whose ledger begins with the *old* entries you signed, as *hashes* prove."""

    old: int
    hashes: tuple[bytes, ...]
    note: bytes

    def encode(self) -> bytes:
        """Return the body of the request."""
        return b"".join(
            [b"old %d\n" % self.old, *(f"{b64(each)}\n".encode() for each in self.hashes), b"\n", self.note]
        )

    @classmethod
    def parse(cls, data: bytes) -> "AddCheckpoint":
        """Parse the body of a request; raises BadEncoding."""
        match = _HEAD.match(data)
        if not match or len(data) > MAX_REQUEST:
            raise BadEncoding(f"Expected 'old N', up to {MAX_HASHES} hashes, an empty line and a checkpoint.")
        hashes = tuple(parse_b64(line.decode(), "a hash", HASH) for line in match["hashes"].split())
        return cls(int(match["old"]), hashes, data[match.end() :])


def parse_size(body: bytes) -> int:
    """Return the size that a witness tells with 409; raises BadProof."""
    match = _SIZE.fullmatch(body)
    if not match:
        raise BadProof("Expected the size of a ledger and a newline from the witness, found neither.")
    return int(match[1])


def with_lines(note: bytes, lines: Sequence[bytes]) -> bytes:
    """Return a note with these signature lines behind its own; those that stand in it already are left out."""
    own = note.splitlines(keepends=True)
    return note + b"".join(dict.fromkeys(each for each in lines if each not in own))


def lines_of(note: bytes, keys: Iterable[Verifier]) -> list[bytes]:
    """Return the signature lines in a note by these *keys*, by name and id, not verified; raises BadNote."""
    known = {(each.name, each.key_id) for each in keys}
    text, parsed = split_note(note)
    lines = note[len(text) + 1 :].splitlines(keepends=True)
    return [line for line, (name, key_id, _) in zip(lines, parsed, strict=True) if (name, key_id) in known]


def with_only(note: bytes, key: Verifier) -> bytes:
    """Return a note with the signature of one *key* alone: that of the log, as proofs carry it. Raises BadNote."""
    lines = lines_of(note, [key])
    if not lines:
        raise BadNote(f"Expected a checkpoint that the key {key.encode()} signed, found one without its line.")
    return split_note(note)[0] + b"\n" + lines[0]


def size_of(note: bytes) -> int:
    """Return the size of ledger in a checkpoint, not verified; raises BadNote."""
    return Checkpoint.parse(split_note(note)[0]).size
