"""The tree over the entries of an archive's ledger, of which only the roots over full bundles are kept in memory.

It gives what :class:`~tamizdat.ledger.tree.Tree` gives. What lies below a full tile's root is computed anew from its
entries when it is asked for, in each run for a few tiles; and the root itself only if this very bundle was never hashed
before (:func:`~tamizdat.ledger.published_log.full_tile`)::

    level 8 and above   roots over full tiles, a Tree of their own
    levels 0 to 7       of a tile: from the entries

>>> entries = [bytes([n % 256, n // 256]) * 16 for n in range(700)]
>>> tree = TiledTree(entries)
>>> whole = Tree(map(leaf_hash, entries))
>>> tree.root(650) == whole.root(650), tree.inclusion_proof(3) == whole.inclusion_proof(3)
(True, True)
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from tamizdat.ledger.merkle import leaf_hash
from tamizdat.ledger.published_log import FullTile, full_tile
from tamizdat.ledger.tiles import WIDTH, bundle
from tamizdat.ledger.tree import Tree

ABOVE: Final = WIDTH.bit_length() - 1  #: the level of the roots over full tiles
KEPT: Final = 64  #: tiles whose hashes are kept


class TiledTree(Tree):
    """A tree over entries, 32 bytes each, that lie elsewhere."""

    def __init__(self, entries: Sequence[bytes] = ()) -> None:
        super().__init__()
        self._above = Tree()
        self.full: list[FullTile] = []  #: what each full bundle gives
        self._tile = lru_cache(KEPT)(self._made)
        self.grow(entries)

    def grow(self, entries: Sequence[bytes]) -> None:
        """Take *entries* for all there are; those that were there before are the first of them."""
        new = (entries[at : at + WIDTH] for at in range(len(self.full) * WIDTH, len(entries) // WIDTH * WIDTH, WIDTH))
        full = [full_tile(bundle(each)) for each in new]
        self._entries, self.size = entries, len(entries)
        self.full += full
        self._above.extend(tile.root for tile in full)

    def hashes(self, level: int, start: int, end: int) -> bytes:
        """As the base class does."""
        if not 0 <= start < end <= self.size >> level:
            raise IndexError(f"level {level} has {self.size >> level} complete subtrees, not {start} to {end}")
        if level >= ABOVE:
            return self._above.hashes(level - ABOVE, start, end)
        return b"".join(self.hash_at(level, number) for number in range(start, end))

    def hash_at(self, level: int, number: int) -> bytes:
        """As the base class does."""
        if level >= ABOVE:
            return self._above.hash_at(level - ABOVE, number)
        tile, place = divmod(number, WIDTH >> level)
        return self._tile(tile, min(WIDTH, self.size - tile * WIDTH)).hash_at(level, place)

    def _made(self, number: int, width: int) -> Tree:
        """Return the tree over *width* entries of a tile."""
        return Tree(map(leaf_hash, self._entries[number * WIDTH : number * WIDTH + width]))
