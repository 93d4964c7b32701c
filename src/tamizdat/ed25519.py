r"""Ed25519 signatures (RFC 8032), verified; and the public keys that no signature may be verified with.

The library refuses what is no point of the curve, and an s that is not below the group's order. It takes two kinds of
32 bytes that are no key anyone made:

* the eight points of *small order*: under some of them one signature holds for whatever message, so that who used
  such a key can deny everything signed with it;
* encodings that are *not canonical*, whose y is not below p = 2²⁵⁵ − 19: a second name for a point that has one.

Both show in y alone, which is the encoding without its highest bit.

>>> is_sound_key(bytes.fromhex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"))
True
>>> is_sound_key(b"\1" + bytes(31))  # the neutral element
False
"""

from functools import lru_cache
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

KEY_SIZE: Final = 32  #: bytes
SIGNATURE_SIZE: Final = 64  #: bytes

_P: Final = 2**255 - 19
_EIGHTH: Final = int.from_bytes(
    bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"), "little"
)
_SMALL_ORDER: Final = frozenset({0, 1, _P - 1, _EIGHTH, _P - _EIGHTH})  #: y of the points of order 4, 1, 2, 8 and 8


def is_sound_key(public: bytes) -> bool:
    """Whether 32 bytes are a canonical encoding, and of no point of small order."""
    y = int.from_bytes(public, "little") & ((1 << 255) - 1)
    return len(public) == KEY_SIZE and y < _P and y not in _SMALL_ORDER


def signature_holds(public: bytes, message: bytes, signature: bytes) -> bool:
    """Whether *signature* (64 bytes) is that of the 32-byte key *public* over *message*; a plain no for all else."""
    key = _opened(public)
    if key is None or len(signature) != SIGNATURE_SIZE:
        return False
    try:
        key.verify(signature, message)
    except InvalidSignature:
        return False
    return True


@lru_cache(maxsize=100)
def _opened(public: bytes) -> Ed25519PublicKey | None:
    """Return what the library makes of a sound key, else None; thousands of signatures have few keys."""
    try:
        return Ed25519PublicKey.from_public_bytes(public) if is_sound_key(public) else None
    except ValueError:
        return None
