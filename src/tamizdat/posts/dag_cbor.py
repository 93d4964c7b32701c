"""DAG-CBOR, and the content identifiers (CIDs) it links by: the form in which Bluesky signs records.

Only the one encoding a value has is read (https://ipld.io/specs/codecs/dag-cbor/spec/): shortest lengths, keys that are
strings, sorted by length and then by bytes, each once; no tag but 42 (a link), no indefinite length, no float but of 64
bits. So two readers cannot see two values in the same bytes.

>>> decode(bytes.fromhex("a2617401626f6bf5"))
{'t': 1, 'ok': True}
>>> encode({"ok": True, "t": 1}).hex()
'a2617401626f6bf5'

A CID here is of version 1 and SHA-256, 36 bytes: version, codec, hash function, length of the hash, and the hash. As
text it is ``b`` and base 32::

    01 71 12 20 …    bafyrei…     a block of DAG-CBOR
    01 55 12 20 …    bafkrei…     a picture or clip
"""

import hashlib
import struct
from base64 import b32decode, b32encode
from collections.abc import Mapping, Sequence
from typing import Final, TypeAlias

from tamizdat.dataclass import dataclass

MAX_DEPTH: Final = 64
CID_SIZE: Final = 36
DAG_CBOR: Final = b"\x01\x71\x12\x20"
RAW: Final = b"\x01\x55\x12\x20"
LINK_TAG: Final = 42


class BadCbor(ValueError):
    """Bytes that are no DAG-CBOR, or not the one encoding of what they say."""


@dataclass(frozen=True)
class Cid:
    """A content identifier, by its 36 bytes."""

    binary: bytes

    @classmethod
    def read(cls, binary: bytes) -> "Cid":
        """Return the CID of these bytes; raise :class:`BadCbor` for any but version 1 with SHA-256."""
        if len(binary) != CID_SIZE or binary[:4] not in (DAG_CBOR, RAW):
            raise BadCbor(f"expected a CID of version 1 with SHA-256, found {binary[:4].hex()} and {len(binary)} bytes")
        return cls(binary)

    @classmethod
    def of(cls, block: bytes) -> "Cid":
        """Return the CID of a block of DAG-CBOR."""
        return cls(DAG_CBOR + hashlib.sha256(block).digest())

    @classmethod
    def parse(cls, text: str) -> "Cid":
        """Return the CID that a text names; raise :class:`BadCbor` if it is none."""
        if not text.startswith("b") or len(text) != 59 or not text.isascii() or text != text.lower():
            raise BadCbor(f"expected a CID in base 32, found {text[:60]!r}")
        try:
            return cls.read(b32decode(text[1:].upper() + "======"))
        except ValueError as error:
            raise BadCbor(f"expected a CID in base 32, found {text!r}") from error

    @property
    def digest(self) -> bytes:
        """Return its SHA-256."""
        return self.binary[4:]

    def matches(self, data: bytes) -> bool:
        """Tell whether it is the CID of these bytes."""
        return hashlib.sha256(data).digest() == self.digest

    def __str__(self) -> str:
        return "b" + b32encode(self.binary).decode().rstrip("=").lower()


CborValue: TypeAlias = Mapping[str, "CborValue"] | Sequence["CborValue"] | str | bytes | int | float | bool | Cid | None


def decode(data: bytes) -> CborValue:
    """Return the value of DAG-CBOR; raise :class:`BadCbor` if it is none, or something follows."""
    reader = _Reader(data)
    value = reader.value(0)
    if reader.at != len(data):
        raise BadCbor("something follows the value")
    return value


class _Reader:
    def __init__(self, data: bytes) -> None:
        self._data = data
        self.at = 0

    def _take(self, size: int) -> bytes:
        if size > len(self._data) - self.at:
            raise BadCbor("it ends too early")
        self.at += size
        return self._data[self.at - size : self.at]

    def head(self) -> tuple[int, int, int]:
        """Return a value's major type, how its number was written, and that number."""
        first = self._take(1)[0]
        major, info = first >> 5, first & 31
        if info < 24:
            return major, info, info
        if info > 27:
            raise BadCbor("a length that is indefinite or reserved")
        size = 1 << (info - 24)
        number = int.from_bytes(self._take(size), "big")
        if major != 7 and number < (24, 1 << 8, 1 << 16, 1 << 32)[info - 24]:
            raise BadCbor("a number written longer than it is")
        return major, info, number

    def value(self, depth: int) -> CborValue:
        if depth > MAX_DEPTH:
            raise BadCbor(f"deeper than {MAX_DEPTH} levels")
        major, info, number = self.head()
        match major:
            case 0:
                return number
            case 1:
                return -1 - number
            case 2:
                return self._take(number)
            case 3:
                return self._text(number)
            case 4:
                if number > len(self._data) - self.at:
                    raise BadCbor("a list longer than the bytes that are left")
                return [self.value(depth + 1) for _ in range(number)]
            case 5:
                return self._map(number, depth)
            case 6:
                return self._link(number)
            case _:
                return self._simple(info, number)

    def _text(self, size: int) -> str:
        try:
            return self._take(size).decode()
        except UnicodeDecodeError as error:
            raise BadCbor("a text that is not UTF-8") from error

    def _map(self, count: int, depth: int) -> dict[str, CborValue]:
        if count > (len(self._data) - self.at) // 2:
            raise BadCbor("a map larger than the bytes that are left")
        found: dict[str, CborValue] = {}
        before: tuple[int, bytes] | None = None
        for _ in range(count):
            major, _, size = self.head()
            if major != 3:
                raise BadCbor("a key that is no text")
            start = self.at
            key = self._text(size)
            order = (size, self._data[start : self.at])
            if before is not None and order <= before:
                raise BadCbor("keys that are not sorted, or one of them twice")
            before, found[key] = order, self.value(depth + 1)
        return found

    def _link(self, tag: int) -> Cid:
        major, _, size = self.head()
        if tag != LINK_TAG or major != 2 or size != CID_SIZE + 1:
            raise BadCbor(f"a tag that is no link ({tag})")
        binary = self._take(size)
        if binary[0] != 0:
            raise BadCbor("a link that does not begin with a zero")
        return Cid.read(binary[1:])

    def _simple(self, info: int, number: int) -> float | bool | None:
        if info in (20, 21, 22):
            return (False, True, None)[info - 20]
        if info == 27:
            found: float = struct.unpack(">d", number.to_bytes(8, "big"))[0]
            if found - found == 0:  # neither infinite nor "not a number"
                return found
        raise BadCbor("a float or simple value that DAG-CBOR does not have")


def encode(value: CborValue) -> bytes:
    """Return the DAG-CBOR of a value without floats; raise :class:`BadCbor` for what it cannot hold."""
    return b"".join(_pieces(value, 0))


def _pieces(value: CborValue, depth: int) -> list[bytes]:
    if depth > MAX_DEPTH:
        raise BadCbor(f"deeper than {MAX_DEPTH} levels")
    match value:
        case None | bool():
            return [b"\xf6" if value is None else b"\xf5" if value else b"\xf4"]
        case int() if -(1 << 64) <= value < 1 << 64:
            return [_head(0, value) if value >= 0 else _head(1, -1 - value)]
        case bytes():
            return [_head(2, len(value)), value]
        case str():
            try:
                text = value.encode()
            except UnicodeEncodeError as error:
                raise BadCbor("a text that UTF-8 cannot hold") from error
            return [_head(3, len(text)), text]
        case Cid():
            return [b"\xd8\x2a", _head(2, CID_SIZE + 1), b"\0", value.binary]
        case Mapping():
            keys = sorted((len(key.encode()), key.encode(), key) for key in value)
            pieces = [_head(5, len(keys))]
            for _, _, key in keys:
                pieces += [*_pieces(key, depth + 1), *_pieces(value[key], depth + 1)]
            return pieces
        case Sequence():
            pieces = [_head(4, len(value))]
            for each in value:
                pieces += _pieces(each, depth + 1)
            return pieces
    raise BadCbor(f"a value of a kind that is not signed ({type(value).__name__})")


def _head(major: int, number: int) -> bytes:
    if number < 24:
        return bytes([major << 5 | number])
    info = next(info for info in range(4) if number < 1 << (8 << info))
    return bytes([major << 5 | 24 + info]) + number.to_bytes(1 << info, "big")
