"""Evidence of a fork: one file with two checkpoints that one key signed and that cannot both be true.

::

    fork    proved    These two checkpoints … same size … other roots … both signed by this key

No root, no site and nothing else is needed to judge it; whose key it is the reader compares with the roster of the
site.
"""

from pathlib import Path
from typing import Final

from tamizdat.dataclass import dataclass
from tamizdat.encoding import Json, parse_b64, parse_canonical, parse_hex
from tamizdat.errors import BadEncoding, BadProof
from tamizdat.ledger.checkpoint import Checkpoint
from tamizdat.ledger.cosignature import Policy
from tamizdat.ledger.merkle import HASH
from tamizdat.ledger.note import Verifier
from tamizdat.ledger.proof import verify_consistency
from tamizdat.verifying.report import Report

TYPE: Final = "tag:tamizdat,2026:fork"
MEMBERS: Final = {"_type", "key", "notes", "begins", "proof"}
BEGINS: Final = b'{"_type":"tag:tamizdat,2026:fork",'
MOST: Final = 1 << 20  #: bytes of such a file


@dataclass(frozen=True)
class Fork:
    """Two checkpoints by one key, the one of fewer entries first, and the root that the larger has at that size."""

    log: Verifier
    one: Checkpoint
    other: Checkpoint
    begins: bytes


def is_fork(path: Path) -> bool:
    """Whether *path* is a file that says of itself that it is such evidence."""
    try:
        with path.open("rb") as file:
            return file.read(len(BEGINS)) == BEGINS
    except OSError:
        return False


def open_fork(data: bytes) -> Fork:
    """Return what the file proves; raises BadProof, BadEncoding, :class:`~tamizdat.errors.BadNote`."""
    said = parse_canonical(data, "evidence of a fork")
    if not isinstance(said, dict) or said.keys() != MEMBERS or said["_type"] != TYPE:
        found = ", ".join(map(ascii, said)) if isinstance(said, dict) else type(said).__name__
        raise BadEncoding(
            f"Expected evidence of a fork with the members {', '.join(sorted(MEMBERS))}, found {found[:200]}."
        )
    log, notes, proof = Verifier.parse(_text(said["key"])), said["notes"], said["proof"]
    if not isinstance(notes, list) or len(notes) != 2 or not isinstance(proof, list):
        raise BadEncoding(
            f"Expected as evidence of a fork two notes and a list of hashes, found {type(notes).__name__} and"
            f" {type(proof).__name__}."
        )
    one, other = (Policy(log).open(_text(note).encode())[0] for note in notes)
    if one.size == other.size:
        if said["begins"] is not None or proof:
            raise BadEncoding(f"Expected no proof in evidence of a fork at one size, found {len(proof)} hashes.")
        begins = other.root
    else:
        begins = parse_hex(said["begins"], HASH, "the root of the beginning")
        hashes = [parse_b64(each, "a hash", HASH) for each in proof]
        verify_consistency(one.size, other.size, hashes, begins, other.root)
    if begins == one.root:
        raise BadProof(f"Expected as evidence of a fork two roots, found {one.root.hex()} in both checkpoints.")
    return Fork(log, one, other, begins)


def judge_fork(path: Path) -> Report:
    """Judge the evidence in the file at *path*."""
    report = Report(subject="fork")
    with report.link("fork") as claim:
        with path.open("rb") as file:
            fork = open_fork(file.read(MOST))
        size, one, other = fork.one.size, fork.one, fork.other
        same = (
            f"both are of {size} entries"
            if one.size == other.size
            else f"one is of {size} entries, the other of {other.size}, whose first {size}"
        )
        claim.say(
            f"The ledger {one.origin} was forked: two checkpoints, both signed by the key {fork.log.encode()}; "
            f"{same}, and"
            f" have the roots {one.root.hex()} and {fork.begins.hex()}. Whoever holds that key showed different ledgers"
            " to different people. Compare the key with that in the roster of the site, and tell others who read it."
        )
    return report


def _text(value: Json) -> str:
    if not isinstance(value, str):
        raise BadEncoding(f"Expected a text in the evidence of a fork, found {type(value).__name__}.")
    return value
