"""Proofs about the tree, checked by someone who has only a root: RFC 6962 section 2.1, RFC 9162 section 2.1.3.

An *inclusion* proof says "this leaf is number 2 of 5 under this root". It is the list of sibling hashes on the
way up; the verifier recomputes the root from them::

    leaf 2 → H(leaf 2, p[0]) → H(p[1], ·) → H(·, p[2]) = root        p = [leaf 3, [0,2), leaf 4]

A *consistency* proof says "the tree with this root begins with the tree of that earlier root": nothing was
taken out, changed or inserted. Both are proofs of presence. Nothing can prove that something is absent.

>>> from tamizdat.ledger.tree import Tree, leaf_hash
>>> leaves = [leaf_hash(bytes([n])) for n in range(5)]
>>> tree = Tree(leaves)
>>> verify_inclusion(2, 5, leaves[2], tree.inclusion_proof(2), tree.root())
>>> verify_consistency(3, 5, tree.consistency_proof(3), tree.root(3), tree.root())

Rejected although some verifiers let it pass: hashes that are not 32 bytes, an earlier tree of size 0 (every
tree begins with it, so it would prove nothing), and proofs with one hash too few or too many.

A *tlog-proof* (C2SP) is a text file that holds an inclusion proof and the checkpoint it leads to::

    c2sp.org/tlog-proof@v1
    extra <base64>          our salt, see tamizdat.ledger.commitment
    index 17
    <base64 of a hash>      one line each, from the leaf's sibling upwards
                            an empty line, then the checkpoint, byte for byte
    tamizdat.example/ledger
    256
    …
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from tamizdat.encoding import b64, parse_b64
from tamizdat.errors import BadEncoding, BadProof
from tamizdat.ledger.tree import HASH, node_hash

MAX_PROOF = 1 << 20  #: bytes of a tlog-proof; a real one has about 1,100
TLOG_PROOF = re.compile(
    rb"c2sp\.org/tlog-proof@v1\n(extra (?P<extra>[A-Za-z0-9+/=]+)\n)?index (?P<index>0|[1-9][0-9]{0,18})"
    rb"(?P<hashes>(\n[A-Za-z0-9+/]{43}=)*)"
)


def verify_inclusion(index: int, size: int, leaf: bytes, proof: Sequence[bytes], root: bytes) -> None:
    """Raise :class:`BadProof` unless *leaf* (a leaf hash) is number *index* of the *size* leaves under *root*."""
    if not 0 <= index < size:
        raise BadProof(f"Expected a place among the {size} entries of the ledger, found place {index}.")
    _all_hashes(leaf, root, *proof)
    node, last, result = index, size - 1, leaf
    for sibling in proof:
        if not last:
            raise BadProof(f"Expected the proof to end at the root, found {len(proof)} hashes, more than lead there.")
        if node & 1 or node == last:
            result = node_hash(sibling, result)
            while not node & 1 and node:  # a right edge without a sibling: its hash is handed up unchanged
                node, last = node >> 1, last >> 1
        else:
            result = node_hash(result, sibling)
        node, last = node >> 1, last >> 1
    if last:
        raise BadProof(f"Expected the proof to lead up to the root, found only {len(proof)} hashes.")
    if result != root:
        raise BadProof("Expected the proof to lead to the checkpoint's root, found another: this is not that entry.")


def verify_consistency(size1: int, size2: int, proof: Sequence[bytes], root1: bytes, root2: bytes) -> None:
    """Raise :class:`BadProof` unless the tree under *root2* begins with the whole tree under *root1*."""
    verify_subtree_consistency(0, size1, size2, proof, root1, root2)


def verify_subtree_consistency(
    start: int, end: int, size: int, proof: Sequence[bytes], subtree: bytes, root: bytes
) -> None:
    """Raise :class:`BadProof` unless the leaves ``start … end-1`` of the tree under *root* hash to *subtree*.

    The whole earlier tree is the case ``start = 0``. Three places climb together: the subtree's first and last
    node, and the tree's last. Two results grow with them, the subtree's and the tree's; both must come out.
    """
    _valid_subtree(start, end, size)
    _all_hashes(subtree, root, *proof)
    first, node, last = start, end - 1, size - 1
    while first != node and (node & 1 or node == last):  # up to the largest subtree of both trees that ends at `end`
        first, node, last = first >> 1, node >> 1, last >> 1
    if first != node and not proof:
        raise BadProof("Expected the proof to begin with a subtree of the earlier tree, found no hash at all.")
    small = large = subtree if first == node else proof[0]
    for sibling in proof if first == node else proof[1:]:
        if not last:
            raise BadProof(f"Expected the proof to end at the root, found {len(proof)} hashes, more than lead there.")
        if node & 1 or node == last:
            if first < node:
                small = node_hash(sibling, small)
            large = node_hash(sibling, large)
            while not node & 1 and node:
                first, node, last = first >> 1, node >> 1, last >> 1
        else:
            large = node_hash(large, sibling)
        first, node, last = first >> 1, node >> 1, last >> 1
    if last:
        raise BadProof(f"Expected the proof to lead up to the root, found only {len(proof)} hashes.")
    if small != subtree or large != root:
        raise BadProof("Expected the later ledger to contain the earlier one unchanged; this proof does not show it.")


def verify_subtree_inclusion(
    index: int, start: int, end: int, leaf: bytes, proof: Sequence[bytes], root: bytes
) -> None:
    """Raise :class:`BadProof` unless *leaf* is number *index* of the whole tree, in the subtree under *root*."""
    _valid_subtree(start, end, end)
    verify_inclusion(index - start, end - start, leaf, proof, root)


def _valid_subtree(start: int, end: int, size: int) -> None:
    """A subtree starts at a multiple of its capacity, the power of two that holds it; an empty one proves nothing."""
    if not 0 <= start < end <= size:
        raise BadProof(f"Expected an earlier ledger of 1 to {size} entries, found {end - start}.")
    if start % (1 << (end - start - 1).bit_length()):
        raise BadProof(f"Expected a subtree that starts at a multiple of its capacity, found {start} to {end}.")


def _all_hashes(*hashes: bytes) -> None:
    if any(len(each) != HASH for each in hashes):
        raise BadProof(f"Expected hashes of {HASH} bytes, found one of another length.")


@dataclass(frozen=True)
class TlogProof:
    """A C2SP tlog-proof: where an entry is, the way up, what the application adds, and the checkpoint's bytes.

    Nothing of it is verified by parsing, and *extra* never is: it only helps to recompute the entry.
    """

    index: int
    hashes: tuple[bytes, ...]
    checkpoint: bytes
    extra: bytes | None = None

    def encode(self) -> bytes:
        """The bytes of the file."""
        lines = ["c2sp.org/tlog-proof@v1"]
        if self.extra is not None:
            lines.append(f"extra {b64(self.extra)}")
        lines.append(f"index {self.index}")
        lines.extend(b64(each) for each in self.hashes)
        return "\n".join([*lines, "", ""]).encode() + self.checkpoint

    @classmethod
    def parse(cls, data: bytes) -> "TlogProof":
        """The inverse of :meth:`encode`; only what :meth:`encode` writes is accepted."""
        if len(data) > MAX_PROOF:
            raise BadProof(f"Expected a tlog-proof of at most {MAX_PROOF:,} bytes, found {len(data):,}.")
        head, blank, checkpoint = data.partition(b"\n\n")
        match = re.fullmatch(TLOG_PROOF, head)
        if not match or not blank:
            raise BadProof("Expected a C2SP tlog-proof (version line, index, hashes, empty line, checkpoint).")
        try:
            extra = parse_b64(match["extra"].decode(), "the extra line") if match["extra"] is not None else None
            hashes = [parse_b64(line.decode(), "a hash", HASH) for line in match["hashes"].split(b"\n")[1:]]
        except BadEncoding as error:
            raise BadProof(f"A tlog-proof with a damaged line. {error}") from error
        return cls(int(match["index"]), tuple(hashes), checkpoint, extra)
