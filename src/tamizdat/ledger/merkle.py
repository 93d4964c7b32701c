"""The Merkle tree of RFC 6962, section 2.1: one hash that stands for a whole list of entries.

A leaf hash is ``SHA-256(0x00 ‖ entry)``, a node ``SHA-256(0x01 ‖ left ‖ right)``; the prefixes keep a node from
ever passing as an entry. Hashes are joined in pairs, level by level; one without a partner is handed up unchanged::

                 root                     five entries: H(H(H(0,1), H(2,3)), 4)
               ╱      ╲
          [0,4)        ╲
         ╱     ╲        ╲
      [0,2)   [2,4)      ╲
      ╱  ╲    ╱  ╲        ╲
     0    1  2    3        4

>>> root_over([leaf_hash(entry) for entry in (b"one", b"two", b"three")]).hex()[:16]
'5aac771c899ac292'
"""

from collections.abc import Iterable
from hashlib import sha256
from typing import Final

HASH: Final = 32  #: bytes of a hash
EMPTY_ROOT: Final = sha256(b"").digest()  #: the root over no entries at all


def leaf_hash(entry: bytes) -> bytes:
    """Return the hash of one entry, as a leaf."""
    return sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of two subtrees, side by side."""
    return sha256(b"\x01" + left + right).digest()


def root_over(leaves: Iterable[bytes]) -> bytes:
    """Return the root over a list of leaf hashes."""
    row = list(leaves)
    while len(row) > 1:
        pairs = [sha256(b"\x01" + left + right).digest() for left, right in zip(row[::2], row[1::2], strict=False)]
        row = pairs + row[len(pairs) * 2 :]
    return row[0] if row else EMPTY_ROOT
