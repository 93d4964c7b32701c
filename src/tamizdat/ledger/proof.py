"""Proofs about the tree, checked by someone who has only a root: RFC 6962, section 2.1; RFC 9162, section 2.1.3.

An *inclusion* proof says "this leaf is number 2 of 5 under this root": the sibling hashes on the way up.
A *consistency* proof says "the tree under this root begins with the tree under that earlier root": nothing was
taken out, changed or put in between. Both are one statement, "the leaves from start to end are this subtree of
that tree", of a single leaf or of the whole earlier tree; so one climb checks both. Leaf 2 of 5::

    leaf 2 ─► H(leaf 2, p[0]) ─► H(p[1], ·) ─► H(·, p[2]) = root          p = [leaf 3, [0,2), leaf 4]

Nothing can prove that something is absent. Refused, although some verifiers let it pass: hashes that are not
32 bytes, and an earlier tree of size 0 (every tree begins with it, so it proves nothing).

>>> from tamizdat.ledger.tree import Tree, leaf_hash
>>> tree = Tree(leaf_hash(bytes([n])) for n in range(5))
>>> verify_inclusion(2, 5, tree.hash_at(0, 2), tree.inclusion_proof(2), tree.root())
>>> verify_consistency(3, 5, tree.consistency_proof(3), tree.root(3), tree.root())

A *tlog-proof* (C2SP) is a text file: an inclusion proof, and the checkpoint it leads to ::

    c2sp.org/tlog-proof@v1
    extra <base64>                                  our salt, see tamizdat.ledger.commitment
    index 17
    <base64>                                        a line for each hash, from the leaf's sibling upwards
                                                    an empty line, and the checkpoint, byte for byte
    tamizdat.example/ledger …
"""

import re
from binascii import a2b_base64
from collections.abc import Sequence

from tamizdat.dataclass import dataclass
from tamizdat.encoding import b64, parse_b64
from tamizdat.errors import BadEncoding, BadProof
from tamizdat.ledger.merkle import HASH, node_hash

MAX_PROOF = 1 << 20  #: bytes of a tlog-proof; a real one has about 1,100
TLOG_PROOF = re.compile(
    rb"c2sp\.org/tlog-proof@v1\n(extra (?P<extra>[A-Za-z0-9+/=]*)\n)?"
    rb"index (?P<index>0|[1-9][0-9]{0,18})(?P<hashes>(\n[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=)*)"
)


def verify_inclusion(index: int, size: int, leaf: bytes, proof: Sequence[bytes], root: bytes) -> None:
    """Raise BadProof unless *leaf* (a leaf hash) is number *index* of the *size* leaves under *root*."""
    verify_subtree(index, index + 1, size, proof, leaf, root)


def verify_consistency(size1: int, size2: int, proof: Sequence[bytes], root1: bytes, root2: bytes) -> None:
    """Raise BadProof unless the tree under *root2* begins with the whole tree under *root1*."""
    verify_subtree(0, size1, size2, proof, root1, root2)


def verify_subtree(start: int, end: int, size: int, proof: Sequence[bytes], subtree: bytes, root: bytes) -> None:
    """Raise BadProof unless leaves ``start … end-1`` of the *size* leaves under *root* hash to *subtree*.

    Three places climb together, level by level: the subtree's first and last node, and the tree's last. Two
    results grow on the way, the subtree's and the tree's, and both must come out.
    """
    check_subtree(start, end, size)
    if {HASH} != {*map(len, (subtree, root, *proof))}:
        raise BadProof(f"Expected hashes of {HASH} bytes, found a longer or shorter one.")
    first, node, last = start, end - 1, size - 1
    while first != node and (node & 1 or node == last):  # to the largest subtree that ends here in both trees
        first, node, last = first >> 1, node >> 1, last >> 1
    hashes = list(proof) if first != node else [subtree, *proof]  # the verifier knows a subtree that is whole
    if not hashes:
        raise BadProof("Expected the proof to begin with a part of the earlier tree, found no hash in it.")
    small = large = hashes[0]
    for sibling in hashes[1:]:
        if not last:
            raise BadProof(f"Expected the proof to end at the root; its {len(proof)} hashes are too many.")
        if node & 1 or node == last:  # the sibling stands on the left
            small = node_hash(sibling, small) if first < node else small
            large = node_hash(sibling, large)
            while node and not node & 1:  # a right edge without sibling: handed up unchanged
                first, node, last = first >> 1, node >> 1, last >> 1
        else:
            large = node_hash(large, sibling)
        first, node, last = first >> 1, node >> 1, last >> 1
    if last:
        raise BadProof(f"Expected the proof to lead up to the root; its {len(proof)} hashes are too few.")
    if small != subtree:
        raise BadProof(f"Expected the proof to contain the root {subtree.hex()}, found {small.hex()}: it was forked.")
    if large != root:
        raise BadProof(f"Expected the proof to lead to the root {root.hex()}, found {large.hex()}: not this ledger's.")


def check_subtree(start: int, end: int, size: int) -> None:
    """Raise BadProof for what is no subtree: it starts at a multiple of the power of two that holds it."""
    if not 0 <= start < end <= size or start % (1 << (end - start - 1).bit_length()):
        raise BadProof(f"Expected a place in a ledger of {size} entries, found {start} to {end}.")


@dataclass(frozen=True)
class TlogProof:
    """A C2SP tlog-proof. Parsing verifies nothing; *extra* only helps to compute the entry again."""

    index: int
    hashes: tuple[bytes, ...]
    checkpoint: bytes
    extra: bytes | None = None

    def encode(self) -> bytes:
        """Return the bytes of the file."""
        extra = [] if self.extra is None else [f"extra {b64(self.extra)}"]
        lines = ["c2sp.org/tlog-proof@v1", *extra, f"index {self.index}", *map(b64, self.hashes), "", ""]
        return "\n".join(lines).encode() + self.checkpoint

    @classmethod
    def parse(cls, data: bytes) -> "TlogProof":
        """Parse the bytes of a tlog-proof; raises BadProof."""
        if len(data) > MAX_PROOF:
            raise BadProof(f"Expected a tlog-proof of at most {MAX_PROOF:,} bytes, found {len(data):,}.")
        head, blank, checkpoint = data.partition(b"\n\n")
        match = TLOG_PROOF.fullmatch(head)
        if not match or not blank:
            raise BadProof("Expected a C2SP tlog-proof: version, index, hashes, empty line, checkpoint.")
        try:
            extra = None if match["extra"] is None else parse_b64(match["extra"].decode(), "the extra line")
        except BadEncoding as error:
            raise BadProof(f"A tlog-proof with a damaged line. {error}") from error
        hashes = tuple(map(a2b_base64, match["hashes"].split()))  # canonical by the pattern
        return cls(int(match["index"]), hashes, checkpoint, extra)
