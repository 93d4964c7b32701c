"""The payload of an age file: 64 KiB chunks, each sealed with ChaCha20-Poly1305 (age's STREAM).

::

    16 bytes   nonce, random                       payload key = HKDF-SHA-256(file key, salt = nonce, info = "payload")
    65,552     chunk 0: 65,536 bytes and a tag     chunk nonce = 11 bytes big-endian counter ‖ 00
    …
    17–65,552  the last chunk                      chunk nonce = 11 bytes big-endian counter ‖ 01

Only the last chunk carries the final mark 01, so cutting, swapping, repeating and lengthening all show. It is
empty only if the whole payload is: 3 bytes make 16 + 3 + 16 = 35, and 0 bytes make 32.

The functions for whole payloads write into a buffer of the caller's, chunk by chunk, without a copy: the memory a
fresh 4 MiB result takes costs the kernel more than the cipher costs us, so whoever seals many parcels reuses one
buffer per thread. The cipher releases the interpreter's lock for each chunk.
"""

from collections.abc import Callable, Iterator
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from tamizdat.errors import BadAgePayload

CHUNK: Final = 65536  #: bytes, c2sp.org/age
TAG: Final = 16  #: bytes of Poly1305
NONCE: Final = 16  #: bytes from which the payload's key is derived
SEALED_CHUNK: Final = CHUNK + TAG  #: bytes

_DAMAGED: Final = "This age file was altered on its way: chunk {} of its payload does not hold. Fetch it again."
_CUT: Final = "This age file was cut short: its payload ends without a final chunk. Fetch it again."
_LONGER: Final = "This age file has bytes after its final chunk; expected none. Fetch it again."
_EMPTY: Final = "The final chunk of this age file is empty, which only an empty payload may have. Fetch it again."


def derive(secret: bytes, salt: bytes | None, info: bytes) -> bytes:
    """Derive 32 bytes with HKDF-SHA-256 (RFC 5869), the only way age derives keys."""
    return HKDF(SHA256(), 32, salt, info).derive(secret)


def payload_cipher(file_key: bytes, nonce: bytes) -> ChaCha20Poly1305:
    """Return the cipher of a payload, under the key that the file key and the payload's nonce give."""
    return ChaCha20Poly1305(derive(file_key, nonce, b"payload"))


def sealed_payload_size(size: int) -> int:
    """Return how many bytes the chunks of *size* payload bytes take, without the 16 of the nonce."""
    return size + TAG * max(1, -(-size // CHUNK))


def opened_payload_size(size: int) -> int:
    """Return how many payload bytes *size* bytes of chunks hold; raises BadAgePayload for a size that none has."""
    count, rest = divmod(size, SEALED_CHUNK)
    if 0 < rest < TAG or size == 0:
        raise BadAgePayload(_CUT)
    if rest == TAG and count:
        raise BadAgePayload(_EMPTY)
    return size - TAG * (count + (rest > 0))


def seal_chunks(cipher: ChaCha20Poly1305, payload: memoryview, out: memoryview) -> None:
    """Seal *payload* into *out*, which is of :func:`sealed_payload_size` bytes."""
    last = max(0, (len(payload) - 1) // CHUNK)
    for index in range(last + 1):
        piece = payload[index * CHUNK : (index + 1) * CHUNK]
        at = index * SEALED_CHUNK
        cipher.encrypt_into(_nonce(index, index == last), piece, None, out[at : at + len(piece) + TAG])


def open_chunks(cipher: ChaCha20Poly1305, sealed: memoryview, out: memoryview) -> None:
    """Open *sealed* into *out*, which is of :func:`opened_payload_size` bytes. After an error *out* is worthless.

    Raises BadAgePayload.
    """
    last = (len(sealed) - 1) // SEALED_CHUNK
    for index in range(last + 1):
        piece = sealed[index * SEALED_CHUNK : (index + 1) * SEALED_CHUNK]
        at = index * CHUNK
        try:
            cipher.decrypt_into(_nonce(index, index == last), piece, None, out[at : at + len(piece) - TAG])
        except InvalidTag as error:
            raise BadAgePayload(_DAMAGED.format(index)) from error


def stream_chunks(cipher: ChaCha20Poly1305, read: Callable[[int], bytes]) -> Iterator[bytes]:
    """Open chunk by chunk what *read* gives. The payload is whole only when the iterator ends without an error.

    *read* returns fewer bytes than asked for only at the end. A full chunk may be the last one: that shows only
    when it does not open as a middle one.

    Raises BadAgePayload.
    """
    index = 0
    while True:
        sealed = read(SEALED_CHUNK)
        final = len(sealed) < SEALED_CHUNK
        if len(sealed) < TAG:
            raise BadAgePayload(_CUT)
        if len(sealed) == TAG and index:
            raise BadAgePayload(_EMPTY)
        opened = None if final else _open_one(cipher, index, False, sealed)
        if opened is None:
            final = True
            opened = _open_one(cipher, index, True, sealed)
        if opened is None:
            raise BadAgePayload(_DAMAGED.format(index))
        yield opened
        if final:
            break
        index += 1
    if read(1):
        raise BadAgePayload(_LONGER)


def _open_one(cipher: ChaCha20Poly1305, index: int, final: bool, sealed: bytes) -> bytes | None:
    try:
        return cipher.decrypt(_nonce(index, final), sealed, None)
    except InvalidTag:
        return None


def _nonce(index: int, final: bool) -> bytes:
    return (index << 8 | final).to_bytes(12, "big")
