"""Signing keys (Ed25519), sealing keys (age's post-quantum hybrid), and how they are written down.

A key is 32 random bytes; everything else is computed from them. Its text is Bech32 (BIP 173, without the limit on
length): a prefix that says what it is, ``1``, the bits in groups of five, and a checksum of six letters, so that a
slip of the pen is noticed and a key of the wrong kind is refused:

====================================  ======  =============================================================
text begins                           bytes   what it is
====================================  ======  =============================================================
``AGE-SECRET-KEY-PQ-1…`` (age's own)  32      a sealing key: opens what was sealed to its recipient
``age1pq1…`` (age's own)              1,216   its recipient: ML-KEM-768 (1,184 bytes) ‖ X25519 (32 bytes)
``TAMIZDAT-SIGNING-KEY-1…``           32      the seed of an Ed25519 signing key
``tamizdatdevice1…``                  32      the public half of it, which the field reads out to the desk
====================================  ======  =============================================================

Upper case is secret, lower case may be shown. A sealing key ``s`` becomes a key pair as in the MLKEM768-X25519 KEM
of HPKE (draft-ietf-hpke-pq; the same construction as X-Wing): SHAKE256(s) gives 64 bytes of ML-KEM seed and then
32 bytes of X25519 scalar.

>>> from tamizdat.ed25519 import signature_holds
>>> key = SigningKey.from_seed(bytes(32))
>>> encode_device(key.public)
'tamizdatdevice18d4z00xwk6jz6c4r4rgz5mcdwdjny9thrh3y8f36cpy2rz6emg5sd4jlle'
>>> signature_holds(key.public, b"message", key.sign(b"message"))
True
"""

import base64
import hashlib
import os
from collections.abc import Iterable
from functools import cached_property, reduce
from operator import xor
from typing import Final, Self

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey, MLKEM768PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import MLKEM768X25519PrivateKey, MLKEM768X25519PublicKey
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from tamizdat.ed25519 import is_sound_key
from tamizdat.errors import BadEncoding

SECRET_SIZE: Final = 32  #: bytes of every secret and of an Ed25519 key
MLKEM_PUBLIC_SIZE: Final = 1184  #: bytes, FIPS 203
RECIPIENT_SIZE: Final = MLKEM_PUBLIC_SIZE + 32  #: bytes

SEALING_KEY: Final = "AGE-SECRET-KEY-PQ-"
RECIPIENT: Final = "age1pq"
SIGNING_KEY: Final = "TAMIZDAT-SIGNING-KEY-"
DEVICE: Final = "tamizdatdevice"


class SigningKey:
    """An Ed25519 key (RFC 8032). Its ``repr`` shows the public half only."""

    def __init__(self, seed: bytes) -> None:
        """Make the key of a *seed* of 32 bytes. Raises :class:`BadEncoding` for another length."""
        self.seed: Final = _exactly(seed, SECRET_SIZE, "the seed of a signing key")
        self._key = Ed25519PrivateKey.from_private_bytes(seed)
        self.public: Final = self._key.public_key().public_bytes_raw()

    @classmethod
    def generate(cls) -> Self:
        """Make a new key from the system's random numbers."""
        return cls(os.urandom(SECRET_SIZE))

    @classmethod
    def from_seed(cls, seed: bytes) -> Self:
        """Make the key of a *seed* of 32 bytes. Raises :class:`BadEncoding` for another length."""
        return cls(seed)

    def sign(self, message: bytes) -> bytes:
        """Sign *message*: 64 bytes, the same ones for the same message."""
        return self._key.sign(message)

    def __repr__(self) -> str:
        return f"SigningKey(public={self.public.hex()})"


class PostQuantumKey:
    """An ML-DSA-44 key (FIPS 204), the second key of whoever has a signing key: one secret to keep, not two.

    Its seed is HKDF-SHA256 of that key's seed, so that neither key tells anything of the other.
    """

    def __init__(self, key: SigningKey) -> None:
        """Make the key that belongs to *key*."""
        seed = HKDF(hashes.SHA256(), SECRET_SIZE, salt=None, info=b"tamizdat/ml-dsa-44/v1").derive(key.seed)
        self._key = MLDSA44PrivateKey.from_seed_bytes(seed)
        self.public: Final = self._key.public_key().public_bytes_raw()

    def sign(self, message: bytes) -> bytes:
        """Sign *message*: 2,420 bytes, others each time."""
        return self._key.sign(message)

    def __repr__(self) -> str:
        return f"PostQuantumKey({self.public[:8].hex()}…)"


class Recipient:
    """What a payload is sealed to: the public half of a :class:`SealingKey`, 1,216 bytes."""

    def __init__(self, data: bytes) -> None:
        """Take the 1,216 bytes of a public key. Raises :class:`BadEncoding` for bytes that are none."""
        self.data: Final = _exactly(data, RECIPIENT_SIZE, "a recipient")
        try:
            mlkem = MLKEM768PublicKey.from_public_bytes(data[:MLKEM_PUBLIC_SIZE])
            x25519 = X25519PublicKey.from_public_bytes(data[MLKEM_PUBLIC_SIZE:])
            X25519PrivateKey.generate().exchange(x25519)  # refuses the points that make every shared secret zero
        except ValueError as error:
            raise BadEncoding(
                "Expected a recipient (age1pq1…); these bytes are no public key. Copy it again."
            ) from error
        self.public: Final = MLKEM768X25519PublicKey(mlkem, x25519)

    @classmethod
    def from_text(cls, text: str) -> Self:
        """Read ``age1pq1…``. Raises :class:`BadEncoding`."""
        return cls(bech32_decode(text, RECIPIENT, RECIPIENT_SIZE, "a recipient (age1pq1…)"))

    def to_text(self) -> str:
        """Write ``age1pq1…``."""
        return bech32_encode(RECIPIENT, self.data)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Recipient) and self.data == other.data

    def __hash__(self) -> int:
        return hash(self.data)

    def __repr__(self) -> str:
        return f"Recipient({self.to_text()[:20]}…)"


class SealingKey:
    """An age identity of the hybrid kind. It never leaves the desk; its ``repr`` shows the recipient only."""

    def __init__(self, seed: bytes) -> None:
        """Make the key pair of a *seed* of 32 bytes. Raises :class:`BadEncoding` for another length."""
        self.seed: Final = _exactly(seed, SECRET_SIZE, "a sealing key")
        expanded = hashlib.shake_256(seed).digest(64 + 32)
        self._mlkem = MLKEM768PrivateKey.from_seed_bytes(expanded[:64])
        self.x25519: Final = X25519PrivateKey.from_private_bytes(expanded[64:])
        self.private: Final = MLKEM768X25519PrivateKey(self._mlkem, self.x25519)

    @classmethod
    def generate(cls) -> Self:
        """Make a new key from the system's random numbers."""
        return cls(os.urandom(SECRET_SIZE))

    @classmethod
    def from_text(cls, text: str) -> Self:
        """Read ``AGE-SECRET-KEY-PQ-1…``. Raises :class:`BadEncoding`, which never repeats the text."""
        return cls(bech32_decode(text, SEALING_KEY, SECRET_SIZE, "a sealing key (AGE-SECRET-KEY-PQ-1…)"))

    def to_text(self) -> str:
        """Write ``AGE-SECRET-KEY-PQ-1…``: a secret."""
        return bech32_encode(SEALING_KEY, self.seed)

    @cached_property
    def recipient(self) -> Recipient:
        """Return the public half, to which others seal."""
        return Recipient(self._mlkem.public_key().public_bytes_raw() + self.x25519.public_key().public_bytes_raw())

    def __repr__(self) -> str:
        return f"SealingKey({self.recipient})"


def encode_signing_key(key: SigningKey) -> str:
    """Write a signing key as ``TAMIZDAT-SIGNING-KEY-1…``: a secret."""
    return bech32_encode(SIGNING_KEY, key.seed)


def decode_signing_key(text: str) -> SigningKey:
    """Read ``TAMIZDAT-SIGNING-KEY-1…``. Raises :class:`BadEncoding`, which never repeats the text."""
    return SigningKey(bech32_decode(text, SIGNING_KEY, SECRET_SIZE, "a signing key (TAMIZDAT-SIGNING-KEY-1…)"))


def encode_device(public: bytes) -> str:
    """Write the public half of a device's key as ``tamizdatdevice1…``. Raises :class:`BadEncoding`."""
    return bech32_encode(DEVICE, _exactly(public, SECRET_SIZE, "a device's public key"))


def decode_device(text: str) -> bytes:
    """Return the Ed25519 key (32 bytes) of a field device; raises BadEncoding, also for a point of small order."""
    public = bech32_decode(text, DEVICE, SECRET_SIZE, "a field device (tamizdatdevice1…)")
    if not is_sound_key(public):
        raise BadEncoding(
            f"Expected the key of a field device, found {public.hex()}: no key that a device makes, but one under "
            "which signatures prove nothing. Do not accept it; ask who gave it to you."
        )
    return public


# --- Bech32 (BIP 173) -----------------------------------------------------------------------------------------

_LETTERS: Final = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_GENERATOR: Final = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
#: what the five bits that leave the remainder put into it: a recipient has two thousand letters
_TERMS: Final = tuple(
    reduce(xor, (term for bit, term in enumerate(_GENERATOR) if top >> bit & 1), 0) for top in range(32)
)
_DIGITS: Final = "0123456789abcdefghijklmnopqrstuv"  #: of base 32, as int() reads it
_OF_BASE32: Final = bytes.maketrans(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", bytes(range(32)))
_VALUE: Final = {letter: value for value, letter in enumerate(_LETTERS)}


def bech32_encode(prefix: str, data: bytes) -> str:
    """Return *data* with its prefix and checksum, in the case of *prefix*.

    The checksum is over the lower-case text.
    """
    low = prefix.lower()
    values = [*base64.b32encode(data).rstrip(b"=").translate(_OF_BASE32)]
    check = _polymod([*_expand(low), *values, 0, 0, 0, 0, 0, 0]) ^ 1
    values += [(check >> shift) & 31 for shift in (25, 20, 15, 10, 5, 0)]
    text = low + "1" + "".join(_LETTERS[value] for value in values)
    return text.upper() if prefix.isupper() else text


def bech32_decode(text: str, prefix: str, size: int, what: str) -> bytes:
    """Return the *size* bytes of a text from :func:`bech32_encode`; *what* says in the message what was expected.

    Raises :class:`BadEncoding`. The message never repeats *text*: it may be a secret, or a secret pasted where a public
    key belongs.
    """
    low = text.lower()
    if text not in (low, text.upper()) or not low.startswith(prefix.lower() + "1"):
        raise BadEncoding(f"Expected {what}; this text is another kind of key or none. Copy the whole line again.")
    letters = low[len(prefix) + 1 :]
    values = [_VALUE.get(letter, -1) for letter in letters]
    if len(values) < 6 or min(values) < 0 or _polymod([*_expand(prefix.lower()), *values]) != 1:
        raise BadEncoding(f"Expected {what}; its checksum does not hold: a letter is wrong or missing. Copy it again.")
    bits = (len(values) - 6) * 5
    number = int("".join(_DIGITS[value] for value in values[:-6]) or "0", 32)
    spare = bits % 8
    if spare >= 5 or number & ((1 << spare) - 1):  # a whole letter too many, or padding that is not zero
        raise BadEncoding(f"Expected {what}; its last letters do not fill whole bytes. Copy the whole line again.")
    return _exactly((number >> spare).to_bytes(bits // 8, "big"), size, what)


def _expand(prefix: str) -> list[int]:
    codes = prefix.encode("ascii")
    return [code >> 5 for code in codes] + [0] + [code & 31 for code in codes]


def _polymod(values: Iterable[int]) -> int:
    """Return the remainder of BIP 173's BCH code, which is 1 for a sound text."""
    remainder = 1
    for value in values:
        remainder = (remainder & 0x1FFFFFF) << 5 ^ value ^ _TERMS[remainder >> 25]
    return remainder


def _exactly(data: bytes, size: int, what: str) -> bytes:
    if len(data) != size:
        raise BadEncoding(f"Expected {what} of {size:,} bytes, found {len(data):,}.")
    return data
