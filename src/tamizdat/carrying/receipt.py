"""The receipt: proof that the desk has decoded every byte, short enough for a telephone.

While sealing, the field device computes over all payloads of the consignment, in order::

    leaf_i = BLAKE3(payload_i, key = K)                        K: 32 random bytes of this consignment
    R      = BLAKE3(leaf_0 ‖ leaf_1 ‖ …, key = derive_key("tamizdat receipt v1", K)), first 16 bytes

K travels in the closing manifest, so only who has decoded everything, the manifest included, can compute R. At
closing the device keeps SHA-256(R) and, for every file that was read whole, a tag::

    tag = HMAC-SHA-256(R, path ‖ 0x00 ‖ size (decimal) ‖ 0x00 ‖ SHA-256 of the file (32 bytes)), first 16 bytes

and destroys K, R and the digests. Without R the tags are noise; with it, ``wipe`` recognises on the card exactly
the files that arrived. R is read aloud as 26 letters and digits (Crockford's base32).
"""

import hmac
from collections.abc import Iterable
from typing import Final

from blake3 import blake3

RECEIPT: Final = 16  #: bytes of R
_CONTEXT: Final = "tamizdat receipt v1"


def leaf(key: bytes, payload: bytes | bytearray | memoryview) -> bytes:
    """Return what one payload adds to the receipt: 32 bytes."""
    return blake3(payload, key=key).digest()


def receipt(key: bytes, leaves: Iterable[bytes]) -> bytes:
    """Return R, 16 bytes, from K and the leaves of all payloads in order."""
    derived = blake3(key, derive_key_context=_CONTEXT).digest()
    return blake3(b"".join(leaves), key=derived).digest(length=RECEIPT)


def file_tag(receipt: bytes, path: str, size: int, sha256: bytes) -> bytes:
    """Return the tag (16 bytes) by which ``wipe`` recognises a file that arrived; *path* is relative to the card."""
    message = path.encode("utf-8") + b"\0" + str(size).encode("ascii") + b"\0" + sha256
    return hmac.digest(receipt, message, "sha256")[:16]
