"""DER (X.690), as far as time stamps need it: a tag, a length, the content.

::

    30 0d                     SEQUENCE of 13 bytes
       06 09 60 86 48 …       OBJECT IDENTIFIER of 9 bytes
       05 00                  NULL

One form only: lengths are definite and as short as can be, tags have one byte. The order in a SET is not looked at:
widespread tools write certificates there unsorted, and no signature covers that order.
"""

from collections.abc import Iterator
from typing import Final

from tamizdat.dataclass import dataclass
from tamizdat.errors import BadProof

INTEGER, BIT_STRING, OCTETS, OID, TIME, SEQUENCE, SET = 0x02, 0x03, 0x04, 0x06, 0x18, 0x30, 0x31
MOST: Final = 1 << 20  #: bytes of a token


@dataclass(frozen=True)
class Value:
    """One value: its tag, its content, and both with the length between them."""

    tag: int
    content: bytes
    whole: bytes


def values(data: bytes) -> Iterator[Value]:
    """Yield the values that *data* is made of, to its last byte; raises BadProof."""
    at = 0
    while at < len(data):
        tag, length, start = data[at], int.from_bytes(data[at + 1 : at + 2]), at + 2
        if length > 0x80:
            start += length & 0x7F
            long, least = int.from_bytes(data[at + 2 : start]), max(0x80, 1 << (8 * (start - at - 3)))
            length = long if least <= long < MOST else -1
        end = start + length
        indefinite = data[at + 1 : at + 2] == b"\x80"
        if tag & 0x1F == 0x1F or length < 0 or indefinite or not at + 2 <= start <= end <= len(data):
            raise BadProof(f"Expected DER, found bytes that are not from byte {at} of {len(data)} on.")
        yield Value(tag, data[start:end], data[at:end])
        at = end


class Fields:
    """The values of one SEQUENCE or SET, taken in their order."""

    def __init__(self, content: bytes) -> None:
        self._rest = list(values(content))

    def take(self, tag: int) -> Value:
        """Return the next value, which must have this *tag*; raises BadProof."""
        found = self.maybe(tag)
        if found is None:
            instead = f"0x{self._rest[0].tag:02x}" if self._rest else "nothing"
            raise BadProof(f"Expected the DER tag 0x{tag:02x} in a time stamp, found {instead}.")
        return found

    def maybe(self, tag: int) -> Value | None:
        """Return the next value if it has this *tag*; else None, and it stays."""
        return self._rest.pop(0) if self._rest and self._rest[0].tag == tag else None

    def inside(self, tag: int = SEQUENCE) -> "Fields":
        """Return the values of the next value, which must have this *tag*; raises BadProof."""
        return Fields(self.take(tag).content)

    def rest(self) -> list[Value]:
        """Return the values that were not taken yet."""
        return self._rest


def one(data: bytes, tag: int = SEQUENCE) -> Fields:
    """Return the values of the one value that *data* is; raises BadProof."""
    outer = Fields(data)
    found = outer.inside(tag)
    if outer.rest():
        raise BadProof(f"Expected one DER value, found {1 + len(outer.rest())}.")
    return found


def oid(content: bytes) -> str:
    """Return an object identifier in digits and dots."""
    arcs, number = list[int](), 0
    for byte in content:
        number = number << 7 | byte & 0x7F
        if byte < 0x80:
            arcs.append(number)
            number = 0
    first = min(arcs[0] // 40, 2) if arcs else 0
    return ".".join(map(str, [first, arcs[0] - 40 * first, *arcs[1:]] if arcs else []))


def encode(tag: int, content: bytes) -> bytes:
    """Return a value with this *tag* and *content*."""
    size = len(content)
    if size < 0x80:
        return bytes([tag, size]) + content
    length = size.to_bytes((size.bit_length() + 7) // 8)
    return bytes([tag, 0x80 | len(length)]) + length + content
