"""DER (X.690), as far as time stamps need it: a tag, a length, the content.

::

    30 0d                     SEQUENCE of 13 bytes
       06 09 60 86 48 …       OBJECT IDENTIFIER of 9 bytes
       05 00                  NULL

One form only: lengths are definite and as short as can be, tags have one byte. The order in a SET is not looked at:
widespread tools write certificates there unsorted, and no signature covers that order.

Of certificates, and of what was said of them, every value down to the smallest has the one form of its type
(:func:`check_form`): what one reader took and another did not would make two verdicts of one stamp.
"""

import re
from collections.abc import Iterator
from typing import Final

from tamizdat.dataclass import dataclass
from tamizdat.errors import BadProof

INTEGER, BIT_STRING, OCTETS, OID, TIME, SEQUENCE, SET = 0x02, 0x03, 0x04, 0x06, 0x18, 0x30, 0x31
BOOLEAN, NULL, ENUMERATED, UTC = 0x01, 0x05, 0x0A, 0x17
MOST: Final = 1 << 20  #: bytes of a token
DEEPEST: Final = 32  #: of one value in another
UTF8: Final = 0x0C
_WHOLE: Final = rb"(?:[\x01-\x7e].*|\x00(?:[\x80-\xff].*)?|\xff(?:[\x00-\x7f].*)?|[\x7f-\xfe].*)"  #: as short as can be
_ANYTHING: Final = rb".*"
_FORMS: Final = {
    tag: re.compile(form, re.DOTALL)
    for tag, form in {
        BOOLEAN: rb"[\x00\xff]", INTEGER: _WHOLE, ENUMERATED: _WHOLE, BIT_STRING: rb"[\x00-\x07].*", NULL: rb"",
        OID: rb"(?:(?!\x80)[\x80-\xff]*[\x00-\x7f])+", OCTETS: _ANYTHING, UTF8: _ANYTHING,
        UTC: rb"[0-9]{12}Z", TIME: rb"[0-9]{14}(?:\.[0-9]{1,9})?Z",
        0x12: rb"[0-9 ]*", 0x13: rb"[A-Za-z0-9 '()+,\-./:=?*@&_]*", 0x14: _ANYTHING, 0x16: rb"[\x00-\x7f]*",
        0x1A: rb"[ -~]*", 0x1C: rb"(?:....)*", 0x1E: rb"(?:..)*",
    }.items()
}  # fmt: skip


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


def check_form(data: bytes, depth: int = 0) -> None:
    """Raise BadProof unless *data* is values in DER, each in the one form of its type, all the way down."""
    for each in values(data):
        tag, content = each.tag, each.content
        if tag in (SEQUENCE, SET) or tag & 0xE0 == 0xA0:
            sound = depth < DEEPEST
            if sound:
                check_form(content, depth + 1)
        elif tag & 0xE0 == 0x80:
            sound = True  # what it is, only who knows its place can tell
        else:
            form = _FORMS.get(tag)
            sound = form is not None and form.fullmatch(content) is not None
            if sound and tag == UTF8:
                sound = _is_utf8(content)
            if sound and tag == BIT_STRING:  # bits that are not used are 0, and there are none without bytes
                sound = content[0] == 0 or (len(content) > 1 and content[-1] & ((1 << content[0]) - 1) == 0)
        if not sound:
            raise BadProof(f"Expected a value in the form of its type, found the DER tag 0x{tag:02x} with another.")


def _is_utf8(content: bytes) -> bool:
    try:
        content.decode()
    except UnicodeDecodeError:
        return False
    return True
