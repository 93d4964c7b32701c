"""The Merkle tree of RFC 6962, section 2.1, kept in memory and only ever appended to.

A leaf hash is ``SHA-256(0x00 ‖ entry)``, a node ``SHA-256(0x01 ‖ left ‖ right)``; the two prefixes keep a node
from ever passing as an entry. The root of five entries::

    level 3              root
                       ╱      ╲
    level 2          [0,4)     ╲         stored: every *complete* subtree, by level and number
                    ╱     ╲     ╲        so 5 leaves keep 5 + 2 + 1 hashes, n leaves at most 2n
    level 1     [0,2)    [2,4)   ╲
                ╱  ╲     ╱  ╲     ╲
    level 0    0    1   2    3     4     the ragged right edge is folded anew for each size asked for

Complete subtrees never change, so the tree answers for every earlier size as well: that is what makes
yesterday's checkpoint provable from today's tree. Each level is one bytearray, 64 bytes a leaf in all.

>>> tree = Tree(leaf_hash(entry) for entry in (b"one", b"two", b"three"))
>>> tree.root().hex()[:16], tree.root(1) == leaf_hash(b"one"), tree.root(0) == EMPTY_ROOT
('5aac771c899ac292', True, True)
"""

from collections.abc import Iterable
from hashlib import sha256
from typing import Final

HASH: Final = 32  #: bytes of a hash
EMPTY_ROOT: Final = sha256(b"").digest()  #: the root of no entries at all


def leaf_hash(entry: bytes) -> bytes:
    """The hash of one entry, as a leaf."""
    return sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of two subtrees, side by side."""
    return sha256(b"\x01" + left + right).digest()


class Tree:
    """An append-only tree that gives roots and proofs for its present and every earlier size.

    The methods trust their caller: an index or size beyond the tree is a mistake of ours (``IndexError``).
    """

    def __init__(self, leaves: Iterable[bytes] = ()) -> None:
        self._levels = [bytearray()]  # _levels[k] holds the hashes of the complete subtrees of 2**k leaves
        self.size = 0
        for leaf in leaves:
            self.append(leaf)

    def append(self, leaf: bytes) -> int:
        """Add a leaf hash and return its index. Costs one node hash on average."""
        if len(leaf) != HASH:
            raise ValueError(f"a leaf hash has {HASH} bytes, not {len(leaf)}")
        row = self._levels[0]
        row += leaf
        index = self.size
        self.size = count = index + 1
        level = 0
        while not count & 1:  # the last two hashes of this level are a new complete pair
            level += 1
            digest = sha256(b"\x01" + row[-2 * HASH :]).digest()
            if level == len(self._levels):
                self._levels.append(bytearray())
            row = self._levels[level]
            row += digest
            count >>= 1
        return index

    def root(self, size: int | None = None) -> bytes:
        """The root over the first *size* leaves (all of them by default)."""
        size = self._within(size)
        return self._subtree(size.bit_length(), 0, size) if size else EMPTY_ROOT

    def hash_at(self, level: int, number: int) -> bytes:
        """The stored hash of complete subtree *number* of ``2**level`` leaves, counted from the left."""
        return self.hashes(level, number, number + 1)

    def hashes(self, level: int, start: int, end: int) -> bytes:
        """The hashes of complete subtrees ``start … end-1`` of one level, joined: what a tile is made of."""
        if not 0 <= start <= end <= self.size >> level:
            raise IndexError(f"level {level} has {self.size >> level} complete subtrees, not {end}")
        return bytes(self._levels[level][start * HASH : end * HASH]) if start < end else b""

    def inclusion_proof(self, index: int, size: int | None = None) -> list[bytes]:
        """The siblings on the way from leaf *index* up to the root of the first *size* leaves (section 2.1.1)."""
        size = self._within(size)
        if not 0 <= index < size:
            raise IndexError(f"leaf {index} is not among the first {size}")
        return self._climb(index, size, 0)

    def consistency_proof(self, earlier: int, size: int | None = None) -> list[bytes]:
        """What shows that the tree of *size* leaves begins with the tree of the *earlier* ones (section 2.1.2)."""
        size = self._within(size)
        if not 0 < earlier <= size:
            raise IndexError(f"an earlier size lies between 1 and {size}, unlike {earlier}")
        if earlier == size:
            return []
        node, level = earlier - 1, 0
        while node & 1:  # climb to the largest complete subtree that ends the earlier tree
            node, level = node >> 1, level + 1
        start = [self.hash_at(level, node)] if node else []  # node 0 is the earlier root, known to the verifier
        return start + self._climb(node, size, level)

    def _climb(self, node: int, size: int, level: int) -> list[bytes]:
        """The sibling at every level from *node* up; a node at the ragged right edge may have none."""
        siblings = []
        last = (size - 1) >> level
        while last:
            sibling = node ^ 1
            if sibling <= last:
                siblings.append(self._subtree(level, sibling, size))
            node, last, level = node >> 1, last >> 1, level + 1
        return siblings

    def _subtree(self, level: int, number: int, size: int) -> bytes:
        """The hash of subtree *number* of a level, cut off at *size* leaves."""
        if (number + 1) << level <= size:
            return self.hash_at(level, number)
        edge = b""
        for below in range(level):  # the set bits of size are complete subtrees, the smallest on the right
            if size >> below & 1:
                peak = self.hash_at(below, (size >> below) - 1)
                edge = node_hash(peak, edge) if edge else peak
        return edge

    def _within(self, size: int | None) -> int:
        if size is None:
            return self.size
        if not 0 <= size <= self.size:
            raise IndexError(f"the tree has {self.size} leaves, not {size}")
        return size
