"""Two checkpoints of one ledger that contradict each other, as one file that convinces whoever opens it.

Canonical JSON; :mod:`tamizdat.verifying.fork` reads it, with ``tamizdat verify FILE``::

    {"_type": "tag:tamizdat,2026:fork", "begins": null, "key": "<verifier key of the log>",
     "notes": ["<the one of fewer entries>", "<the other>"], "proof": []}

Of the same size they have different roots, and nothing more is needed. Of different sizes ``begins`` is the root, in
hexadecimal, that the larger ledger has over as many entries as the smaller, as ``proof`` shows (base64, RFC 6962): it
is not the smaller one's.
"""

from collections.abc import Sequence
from pathlib import Path

from tamizdat.disk.files import make_private, write_file
from tamizdat.encoding import b64, canonical, sha256_hex
from tamizdat.errors import DamagedInput
from tamizdat.ledger.checkpoint import Checkpoint
from tamizdat.ledger.merkle import HASH, node_hash
from tamizdat.ledger.note import Verifier, split_note
from tamizdat.verifying.fork import TYPE, open_fork


def fork_file(
    log: Verifier, one: bytes, other: bytes, begins: bytes | None = None, proof: Sequence[bytes] = ()
) -> bytes:
    """Return the file about two notes that *log* signed; raises DamagedInput if they do not contradict each other."""
    notes = sorted((one, other), key=lambda note: Checkpoint.parse(split_note(note)[0]).size)
    data = canonical(
        {
            "_type": TYPE,
            "key": log.encode(),
            "notes": [note.decode() for note in notes],
            "begins": begins.hex() if begins else None,
            "proof": [b64(each) for each in proof],
        }
    )
    open_fork(data)  # what we hand on, others must be able to open
    return data


def keep_fork(folder: Path, data: bytes) -> Path:
    """Write the file into *folder*, under a name of its content, and return where it is."""
    make_private(folder)
    path = folder / f"fork-{sha256_hex(data)[:16]}.json"
    write_file(path, data, "the evidence of a fork")
    return path


def root_proved(old: int, size: int, proof: Sequence[bytes], root: bytes) -> bytes | None:
    """Return the root over the first *old* entries that a consistency proof to *root* itself contains, if it does.

    A proof from another beginning than ours leads to its own root, and so convicts who signed both.
    """
    if not 0 < old < size:
        return None
    first, node, last = 0, old - 1, size - 1
    while first != node and (node & 1 or node == last):
        node, last = node >> 1, last >> 1
    if first == node or not proof or any(len(each) != HASH for each in proof):
        return None  # the earlier tree is a whole subtree: the proof begins above it
    small = large = proof[0]
    for sibling in proof[1:]:
        if not last:
            return None
        if node & 1 or node == last:
            small, large = node_hash(sibling, small), node_hash(sibling, large)
            while node and not node & 1:
                node, last = node >> 1, last >> 1
        else:
            large = node_hash(large, sibling)
        node, last = node >> 1, last >> 1
    return small if not last and large == root else None


def contradiction(
    log: Verifier, one: bytes, other: bytes, begins: bytes | None, proof: Sequence[bytes]
) -> bytes | None:
    """Return the file about two notes, None if they do not contradict each other by what is known."""
    try:
        return fork_file(log, one, other, begins, proof)
    except DamagedInput:
        return None
