"""How an age stanza wraps the file key, and who unwraps it: hybrid, X25519, passphrase.

We seal to hybrid recipients and (keys only) to passphrases; we read all three.

=================  =========================================  ====================================================
kind               arguments                                  body, 32 bytes
=================  =========================================  ====================================================
mlkem768x25519     enc, 1,120 bytes (1,088 ML-KEM, 32 X25519)  HPKE SealBase of the file key
X25519             ephemeral share, 32 bytes                  ChaCha20-Poly1305 under HKDF(shared secret)
scrypt             salt, 16 bytes; log2 of the work           ChaCha20-Poly1305 under scrypt(passphrase)
=================  =========================================  ====================================================

Checked here, because the primitives do not: the number of arguments, canonical base64 of exactly these sizes, a body
of exactly 32 bytes (a longer one could open under two keys), and X25519 points of low order. Each is
:class:`BadAgeHeader`. A stanza of ours that does not open is no error: it may be somebody else's.
"""

import os
import re
from typing import Final, Protocol, Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hpke
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from tamizdat.errors import BadAgeHeader, UsageError
from tamizdat.keys import Recipient, SealingKey, bech32_decode
from tamizdat.sealing.age_header import Stanza, canonical_base64, unpadded
from tamizdat.sealing.age_stream import derive

FILE_KEY: Final = 16  #: bytes, c2sp.org/age
BODY: Final = 32  #: bytes: the file key and a tag of 16
MLKEM_ENC: Final = 1088  #: bytes of an ML-KEM-768 ciphertext, FIPS 203
HYBRID_ENC: Final = MLKEM_ENC + 32  #: bytes, with the X25519 share
SALT: Final = 16  #: bytes before age's own prefix
MAX_WORK: Final = 20  #: 2**20 takes 1 GiB of memory and some seconds; a hostile file must not ask for more

_HYBRID: Final = "mlkem768x25519"
_HYBRID_INFO: Final = b"age-encryption.org/mlkem768x25519"
_X25519_INFO: Final = b"age-encryption.org/v1/X25519"
_SCRYPT_SALT: Final = b"age-encryption.org/v1/scrypt"
_ZERO_NONCE: Final = bytes(12)  # each wrapping key is used once
_SUITE: Final = hpke.Suite(hpke.KEM.MLKEM768_X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.CHACHA20_POLY1305)


class Identity(Protocol):
    """Whoever may hold the file key."""

    def unwrap(self, stanza: Stanza) -> bytes | None:
        """Return the file key, None if the stanza is not for us; raises BadAgeHeader if it breaks the format."""


def wrap_hybrid(file_key: bytes, recipient: Recipient) -> Stanza:
    """Return the stanza that wraps the file key for a hybrid recipient, with fresh randomness."""
    sealed = _SUITE.encrypt(file_key, recipient.public, _HYBRID_INFO)
    return Stanza(_HYBRID, (unpadded(sealed[:HYBRID_ENC]),), sealed[HYBRID_ENC:])


class HybridIdentity:
    """A :class:`SealingKey` at work."""

    def __init__(self, key: SealingKey) -> None:
        self._key = key

    def unwrap(self, stanza: Stanza) -> bytes | None:
        """Return the file key of a hybrid stanza; None for another kind, or another's.

        Raises :class:`BadAgeHeader` for a malformed stanza or a share of low order.
        """
        if stanza.kind != _HYBRID:
            return None
        enc = _first_argument(stanza, HYBRID_ENC)
        try:
            return _SUITE.decrypt(enc + stanza.body, self._key.private, _HYBRID_INFO)
        except InvalidTag:
            _shared_secret(self._key.x25519, enc[MLKEM_ENC:])  # HPKE does not say whether it met a low-order point
            return None


class X25519Identity:
    """An age identity of the older kind (``AGE-SECRET-KEY-1…``); we read such files and write none."""

    def __init__(self, secret: bytes) -> None:
        self._key = X25519PrivateKey.from_private_bytes(secret)
        self._public = self._key.public_key().public_bytes_raw()

    @classmethod
    def from_text(cls, text: str) -> Self:
        """Read an identity as age writes it; raises :class:`BadEncoding`."""
        return cls(bech32_decode(text, "AGE-SECRET-KEY-", 32, "an age identity (AGE-SECRET-KEY-1…)"))

    def unwrap(self, stanza: Stanza) -> bytes | None:
        """Return the file key of an X25519 stanza; None for another kind, or another's.

        Raises :class:`BadAgeHeader` for a malformed stanza or a share of low order.
        """
        if stanza.kind != "X25519":
            return None
        share = _first_argument(stanza, 32)
        secret = _shared_secret(self._key, share)
        return _open_body(derive(secret, share + self._public, _X25519_INFO), stanza.body)


class Passphrase:
    """A passphrase, on either side of a scrypt stanza."""

    def __init__(self, passphrase: bytes) -> None:
        self._passphrase = passphrase

    def wrap(self, file_key: bytes, work: int) -> Stanza:
        """Return the scrypt stanza that wraps the file key, at a cost of 2 to the power of *work*.

        Raises :class:`UsageError` for a work factor out of bounds.
        """
        if not 1 <= work <= MAX_WORK:
            raise UsageError(f"Expected a scrypt work factor of 1 to {MAX_WORK}, found {work}.")
        salt = os.urandom(SALT)
        body = ChaCha20Poly1305(self._stretch(salt, work)).encrypt(_ZERO_NONCE, file_key, None)
        return Stanza("scrypt", (unpadded(salt), str(work)), body)

    def unwrap(self, stanza: Stanza) -> bytes | None:
        """Return the file key of a scrypt stanza; None for another kind, or another passphrase.

        Raises :class:`BadAgeHeader` for a malformed stanza, and for a work factor too large to be tried.
        """
        if stanza.kind != "scrypt":
            return None
        salt = _first_argument(stanza, SALT, others=1)
        if not re.fullmatch("[1-9][0-9]{0,3}", stanza.arguments[1]):
            raise BadAgeHeader("Expected scrypt's work factor as a plain decimal number.")
        work = int(stanza.arguments[1])
        if work > MAX_WORK:
            raise BadAgeHeader(f"Expected a scrypt work factor of at most {MAX_WORK}, found {work}; it was not tried.")
        return _open_body(self._stretch(salt, work), stanza.body)

    def _stretch(self, salt: bytes, work: int) -> bytes:
        return Scrypt(_SCRYPT_SALT + salt, 32, 1 << work, 8, 1).derive(self._passphrase)


def _first_argument(stanza: Stanza, size: int, others: int = 0) -> bytes:
    """Return the first argument as bytes of exactly *size*, after the shape of the whole stanza was checked."""
    if len(stanza.arguments) != 1 + others:
        raise BadAgeHeader(
            f"Expected {1 + others} arguments after '{stanza.kind}' in its stanza, found {len(stanza.arguments)}."
        )
    first = canonical_base64(stanza.arguments[0].encode("ascii"), f"the argument of a {stanza.kind} stanza", size)
    if len(stanza.body) != BODY:
        raise BadAgeHeader(f"Expected a {stanza.kind} stanza with a body of {BODY} bytes, found {len(stanza.body)}.")
    return first


def _shared_secret(key: X25519PrivateKey, share: bytes) -> bytes:
    try:
        return key.exchange(X25519PublicKey.from_public_bytes(share))
    except ValueError as error:  # the shared secret is zero whatever the key
        raise BadAgeHeader("Expected an X25519 share, found a point of low order: this file is hostile.") from error


def _open_body(key: bytes, body: bytes) -> bytes | None:
    try:
        return ChaCha20Poly1305(key).decrypt(_ZERO_NONCE, body, None)
    except InvalidTag:
        return None
