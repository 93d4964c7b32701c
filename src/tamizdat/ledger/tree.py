"""The ledger's tree, kept in memory and only ever appended to; it gives roots and proofs for every size it had.

Stored are the *complete* subtrees, by level and number; for five leaves 5 + 2 + 1 hashes, for n fewer than 2n,
64 bytes a leaf in all. They never change. What is ragged, at the right edge, is folded anew for the size asked for::

    level 2          [0,4)
                    ╱     ╲
    level 1     [0,2)    [2,4)                       root(5)  = H([0,4), leaf 4)
                ╱  ╲     ╱  ╲                        root(3)  = H([0,2), leaf 2)
    level 0    0    1   2    3     4                 inclusion_proof(2, 5) = [leaf 3, [0,2), leaf 4]

So yesterday's checkpoint can be proved from today's tree.

>>> tree = Tree(leaf_hash(bytes([n])) for n in range(5))
>>> tree.inclusion_proof(2) == [tree.hash_at(0, 3), tree.hash_at(1, 0), tree.hash_at(0, 4)]
True
>>> tree.root(3) == node_hash(tree.hash_at(1, 0), tree.hash_at(0, 2))
True
"""

from collections.abc import Iterable
from hashlib import sha256

from tamizdat.ledger.merkle import EMPTY_ROOT, HASH, leaf_hash, node_hash

__all__ = ["EMPTY_ROOT", "HASH", "Tree", "leaf_hash", "node_hash"]


class Tree:
    """Roots and proofs for the present size and every earlier one; a size or index beyond is an ``IndexError``."""

    def __init__(self, leaves: Iterable[bytes] = ()) -> None:
        self._levels = [bytearray()]  # _levels[k] holds the hashes of the complete subtrees of 2**k leaves
        self.size = 0
        self.extend(leaves)

    def append(self, leaf: bytes) -> int:
        """Add a leaf hash and return its index. Costs one node hash on average."""
        if len(leaf) != HASH:
            raise ValueError(f"a leaf hash has {HASH} bytes, not {len(leaf)}")
        row = self._levels[0]
        row += leaf
        self.size += 1
        count, level = self.size, 0
        while not count & 1:  # the last two hashes of this level are a new complete pair
            count, level = count >> 1, level + 1
            if level == len(self._levels):
                self._levels.append(bytearray())
            digest = sha256(b"\x01" + row[-2 * HASH :]).digest()
            row = self._levels[level]
            row += digest
        return self.size - 1

    def extend(self, leaves: Iterable[bytes]) -> None:
        """Add leaf hashes: as :meth:`append`, in less time for many."""
        row, start = self._levels[0], self.size
        row += b"".join(leaves)
        if len(row) % HASH:
            del row[start * HASH :]
            raise ValueError(f"leaf hashes have {HASH} bytes each")
        self.size, level = len(row) // HASH, 0
        while count := len(self._levels[level]) // (2 * HASH):
            if level + 1 == len(self._levels):
                self._levels.append(bytearray())
            above = self._levels[level + 1]
            new = bytes(self._levels[level][2 * len(above) : count * 2 * HASH])  # no more: each proof asks for it
            made = (sha256(b"\x01" + new[at : at + 2 * HASH]).digest() for at in range(0, len(new), 2 * HASH))
            above += b"".join(made)
            level += 1

    def root(self, size: int | None = None) -> bytes:
        """Return the root over the first *size* leaves (all of them by default)."""
        size = self._within(size)
        return self._subtree(size.bit_length(), 0, size) if size else EMPTY_ROOT

    def hashes(self, level: int, start: int, end: int) -> bytes:
        """Return the hashes of the complete subtrees ``start … end-1`` of a level, joined: what a tile is made of."""
        if not 0 <= start < end <= self.size >> level:
            raise IndexError(f"level {level} has {self.size >> level} complete subtrees, not {start} to {end}")
        return bytes(self._levels[level][start * HASH : end * HASH])

    def hash_at(self, level: int, number: int) -> bytes:
        """Return the hash of one complete subtree of ``2**level`` leaves; level 0 are the leaves."""
        return self.hashes(level, number, number + 1)

    def inclusion_proof(self, index: int, size: int | None = None) -> list[bytes]:
        """Return the siblings on the way from leaf *index* to the root of the first *size* leaves (section 2.1.1)."""
        size = self._within(size)
        if not 0 <= index < size:
            raise IndexError(f"leaf {index} is not among the first {size}")
        return self._climb(index, size, 0)

    def consistency_proof(self, earlier: int, size: int | None = None) -> list[bytes]:
        """Return the proof that the tree of *size* leaves begins with that of the *earlier* ones (section 2.1.2)."""
        size = self._within(size)
        if not 0 < earlier <= size:
            raise IndexError(f"an earlier size lies between 1 and {size}, unlike {earlier}")
        if earlier == size:
            return []
        node, level = earlier - 1, 0
        while node & 1:  # climb to the largest complete subtree that ends the earlier tree
            node, level = node >> 1, level + 1
        start = [self.hash_at(level, node)] if node else []  # node 0 is the earlier root, which the verifier knows
        return start + self._climb(node, size, level)

    def _climb(self, node: int, size: int, level: int) -> list[bytes]:
        """Return the sibling at every level from *node* up; a node at the ragged right edge may have none."""
        siblings = []
        last = (size - 1) >> level
        while last:
            if node ^ 1 <= last:
                siblings.append(self._subtree(level, node ^ 1, size))
            node, last, level = node >> 1, last >> 1, level + 1
        return siblings

    def _subtree(self, level: int, number: int, size: int) -> bytes:
        """Return the hash of subtree *number* of a level, cut off at *size* leaves."""
        if (number + 1) << level <= size:
            return self.hash_at(level, number)
        edge = b""
        for below in range(level):  # the set bits of size are complete subtrees, the smallest on the right
            if size >> below & 1:
                peak = self.hash_at(below, (size >> below) - 1)
                edge = node_hash(peak, edge) if edge else peak
        return edge

    def _within(self, size: int | None) -> int:
        if size is not None and not 0 <= size <= self.size:
            raise IndexError(f"the tree has {self.size} leaves, not {size}")
        return self.size if size is None else size
