"""Sealed segments: how an object lies on a place that must learn nothing of it.

An object is cut into segments of :data:`PAYLOAD` bytes. Each is 512 bytes of header, its payload, and zeros up to one
of nine sizes, sealed as an age file to the desk's key for objects::

    tamizdat object v1
    object <64 hex digits>      the SHA-256 of the whole object
    size <decimal>              its bytes
    segment <decimal>           number of this segment, from 0
    mac <64 hex digits>         HMAC-SHA-256 over the lines above, and all that follows the header
    <spaces, and a newline as byte 511>

An object of one segment takes the smallest of 16, 32, 64 … 4,096 KiB that holds it; of a larger one every segment has
4 MiB, and is of the size of a parcel. Its name on the place is an HMAC of digest and number under the desk's secret:
nobody without it can tell which file an object is, or even whether two belong together.

The MAC is there because anybody may seal to a key, and a place could give one segment out as another.

>>> name(bytes(32), "00" * 32, 0)[:16], sealed_sizes()[0], count(0), count(PAYLOAD + 1)
('460e0811876ec92d', 18043, 1, 2)
"""

import hmac
import re
from collections.abc import Sequence
from typing import Final

from tamizdat.encoding import parse_hex
from tamizdat.errors import BadAge, BadArchive, NotForUs
from tamizdat.keys import Recipient, SealingKey
from tamizdat.sealing.age import seal_into, sealed_size, unseal_into

HEADER: Final = 512  #: bytes
LARGEST: Final = 4 << 20  #: bytes inside the seal, as a parcel's
SMALLEST: Final = 16 << 10  #: bytes inside the seal
PAYLOAD: Final = LARGEST - HEADER  #: bytes of an object in one segment
SEALED: Final = sealed_size(LARGEST, 1)  #: bytes of the largest sealed segment
_TOLD: Final = re.compile(rb"tamizdat object v1\nobject ([0-9a-f]{64})\nsize [0-9]{1,15}\nsegment ([0-9]{1,15})\n")
_NAME: Final = b"tamizdat/object/name/v1\0"
_MAC: Final = b"tamizdat/object/segment/v1\0"


def count(size: int) -> int:
    """Return how many segments an object of *size* bytes has; an empty one has one."""
    return max(1, -(-size // PAYLOAD))


def name(secret: bytes, digest: str, number: int) -> str:
    """Return the name of a segment on its place: HMAC-SHA-256, 64 hexadecimal digits."""
    return hmac.digest(secret, _NAME + parse_hex(digest, 32, "an object") + number.to_bytes(8, "big"), "sha256").hex()


def sealed_sizes() -> list[int]:
    """Return the sizes in bytes that sealed segments can have, the smallest first."""
    return [sealed_size(SMALLEST << step, 1) for step in range((LARGEST // SMALLEST).bit_length())]


def sealed(size: int) -> int:
    """Return how many bytes each sealed segment of an object of *size* bytes has."""
    return sealed_size(padded(size), 1)


def padded(size: int) -> int:
    """Return how many bytes a segment of an object of *size* bytes has inside its seal."""
    if size > PAYLOAD:
        return LARGEST
    return max(SMALLEST, 1 << (HEADER + size - 1).bit_length())


def seal(secret: bytes, recipient: Recipient, digest: str, size: int, number: int, payload: memoryview) -> bytes:
    """Return one segment of an object, padded and sealed; *payload* are its bytes."""
    plain = bytearray(padded(size))
    plain[HEADER : HEADER + len(payload)] = payload
    lines = _lines(digest, size, number)
    head = lines + b"mac " + _mac(secret, lines, memoryview(plain)[HEADER:]).encode() + b"\n"
    plain[:HEADER] = head.ljust(HEADER - 1) + b"\n"
    out = bytearray(sealed_size(len(plain), 1))
    seal_into(out, plain, [recipient])
    return bytes(out)


def unseal(
    secret: bytes, identities: Sequence[SealingKey], digest: str, number: int, data: bytes, size: int | None = None
) -> tuple[int, memoryview]:
    """Return the whole object's size in bytes and this segment's payload. Raises BadArchive for any other segment.

    *size* is what is known of the object, if it is.
    """
    plain = memoryview(bytearray(len(data)))
    try:
        plain = plain[: unseal_into(plain, data, identities)]
    except (BadAge, NotForUs) as error:
        raise BadArchive(f"expected a segment sealed to this desk's key for objects, found none ({error})") from None
    told = _size_told(bytes(plain[:HEADER]))
    if told is None or (size is not None and told != size):
        raise BadArchive(f"expected a segment of an object of {size} bytes, found one that says {told}")
    lines = _lines(digest, told, number)
    head = lines + b"mac " + _mac(secret, lines, plain[HEADER:]).encode() + b"\n"
    if number >= count(told) or len(plain) != padded(told) or bytes(plain[:HEADER]) != head.ljust(HEADER - 1) + b"\n":
        raise BadArchive(f"expected segment {number} of this object, found another one, or one that was altered")
    return told, plain[HEADER : HEADER + length(told, number)]


def told(identities: Sequence[SealingKey], data: bytes) -> tuple[str, int] | None:
    """Return the object and the number that a sealed segment says it is; None for what is none of these keys.

    Only :func:`unseal` tells that it is true.
    """
    plain = memoryview(bytearray(len(data)))
    try:
        plain = plain[: unseal_into(plain, data, identities)]
    except (BadAge, NotForUs):
        return None
    found = _TOLD.match(bytes(plain[:HEADER]))
    return (found[1].decode(), int(found[2])) if found else None


def length(size: int, number: int) -> int:
    """Return how many bytes of an object of *size* bytes lie in its segment *number*."""
    return min(PAYLOAD, size - number * PAYLOAD)


def _lines(digest: str, size: int, number: int) -> bytes:
    return f"tamizdat object v1\nobject {digest}\nsize {size}\nsegment {number}\n".encode("ascii")


def _mac(secret: bytes, lines: bytes, rest: memoryview) -> str:
    mac = hmac.new(secret, _MAC + lines, "sha256")
    mac.update(rest)
    return mac.hexdigest()


def _size_told(header: bytes) -> int | None:
    found = [line[5:] for line in header.split(b"\n") if line.startswith(b"size ")]
    return int(found[0]) if found and found[0].isdigit() and len(found[0]) < 16 else None
