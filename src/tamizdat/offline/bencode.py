"""Bencode, in which torrents are written: numbers, byte strings, lists, and dictionaries with sorted keys.

>>> encode({b"name": b"site", b"files": [1, 2]})
b'd5:filesli1ei2ee4:name4:sitee'
>>> decode(b"d4:name4:sitee")
{b'name': b'site'}
"""

from collections.abc import Mapping, Sequence
from typing import Final, TypeAlias

from tamizdat.errors import BadEncoding

Bencoded: TypeAlias = int | bytes | Sequence["Bencoded"] | Mapping[bytes, "Bencoded"]
DEEPEST: Final = 64  #: lists and dictionaries within each other: folders of a torrent are dictionaries
DIGITS: Final = 19


def encode(value: Bencoded) -> bytes:
    """Return the bytes of *value*."""
    pieces: list[bytes] = []
    _write(value, pieces)
    return b"".join(pieces)


def _write(value: Bencoded, pieces: list[bytes]) -> None:
    match value:
        case int():
            pieces.append(b"i%de" % value)
        case bytes():
            pieces.append(b"%d:%b" % (len(value), value))
        case Mapping():
            pieces.append(b"d")
            for key in sorted(value):
                _write(key, pieces)
                _write(value[key], pieces)
            pieces.append(b"e")
        case _:
            pieces.append(b"l")
            for each in value:
                _write(each, pieces)
            pieces.append(b"e")


def decode(data: bytes) -> Bencoded:
    """Return the value in *data*. Raises :class:`BadEncoding` unless it is written as :func:`encode` writes it."""
    try:
        value, end = _read(data, 0, 0)
    except (ValueError, IndexError) as error:
        raise BadEncoding(f"Expected bencoded data, found {data[:20]!r} … or only a part of it.") from error
    if end != len(data) or encode(value) != data:
        raise BadEncoding("Expected bencoded data in its one form, found another form or bytes behind it.")
    return value


def _read(data: bytes, at: int, depth: int) -> tuple[Bencoded, int]:
    if depth > DEEPEST:
        raise ValueError
    sign = data[at : at + 1]
    if sign == b"i":
        end = data.index(b"e", at, at + DIGITS + 3)
        return int(data[at + 1 : end]), end + 1
    if sign == b"l":
        found: list[Bencoded] = []
        at += 1
        while data[at : at + 1] != b"e":
            value, at = _read(data, at, depth + 1)
            found.append(value)
        return found, at + 1
    if sign == b"d":
        told: dict[bytes, Bencoded] = {}
        at += 1
        while data[at : at + 1] != b"e":
            key, at = _read(data, at, depth + 1)
            if not isinstance(key, bytes):
                raise ValueError
            told[key], at = _read(data, at, depth + 1)
        return told, at + 1
    end = data.index(b":", at, at + DIGITS + 1)
    size = int(data[at:end])
    if size < 0 or end + 1 + size > len(data):
        raise ValueError
    return data[end + 1 : end + 1 + size], end + 1 + size
