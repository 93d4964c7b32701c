"""Where, in a line of JSON, the things of a page stand: ``data``, ``errors``, and what ``includes`` lists.

The line is sound JSON (that was seen before); this goes through its outer members and notes the bytes of each thing::

    {"data": [{"id": "57"}], "includes": {"users": [{"id": "12"}]}}
              ^ 10, 12                              ^ 48, 12
"""

import json
import re
from collections.abc import Iterator
from typing import Final

from tamizdat.dataclass import dataclass
from tamizdat.posts.elements import JsonValue

_DECODER: Final = json.JSONDecoder(strict=False)
_GAP: Final = re.compile(r"[ \t\r\n]*")


@dataclass(frozen=True)
class Place:
    """A value, and its bytes in the line."""

    offset: int
    length: int
    value: JsonValue


def place_members(line: bytes) -> dict[str, list[Place]]:
    """Return the things under ``data``, ``errors`` and ``includes.<kind>``."""
    text = line.decode()
    bytes_at = _ByteCounter(text)
    found: dict[str, list[Place]] = {}
    for name, start in _members(text, _gap(text, 0)):
        if name in ("data", "errors") and text[start] in "[{":
            found[name] = list(_things(text, start, bytes_at))
        elif name == "includes" and text[start] == "{":
            for kind, inside in _members(text, start):
                found[f"includes.{kind}"] = list(_things(text, inside, bytes_at))
    return found


class _ByteCounter:
    """Turns characters into bytes; asked in rising order."""

    def __init__(self, text: str) -> None:
        self._text, self._plain = text, text.isascii()
        self._character = self._byte = 0

    def __call__(self, character: int) -> int:
        if self._plain:
            return character
        self._byte += len(self._text[self._character : character].encode())
        self._character = character
        return self._byte


def _members(text: str, at: int) -> Iterator[tuple[str, int]]:
    """Yield the members of the object that begins here: name, and where the value begins."""
    at = _gap(text, at + 1)
    while text[at] != "}":
        name, at = _DECODER.raw_decode(text, at)
        start = _gap(text, _gap(text, at) + 1)  # behind the colon
        yield name, start
        at = _after(text, start)


def _things(text: str, at: int, bytes_at: _ByteCounter) -> Iterator[Place]:
    """Yield the objects of a list, or the one object."""
    inside = text[at] == "["
    at = _gap(text, at + 1) if inside else at
    while text[at] != "]":
        value, end = _DECODER.raw_decode(text, at)
        if isinstance(value, dict):
            first = bytes_at(at)
            yield Place(first, bytes_at(end) - first, value)
        if not inside:
            return
        at = _after(text, at)


def _after(text: str, at: int) -> int:
    """Return where the next member or element begins, or the closing bracket."""
    _, end = _DECODER.raw_decode(text, at)
    at = _gap(text, end)
    return _gap(text, at + 1) if text[at] == "," else at


def _gap(text: str, at: int) -> int:
    found = _GAP.match(text, at)
    assert found is not None
    return found.end()


def place_value(raw: bytes, *path: str) -> tuple[int, int] | None:
    """Return offset and length in bytes of the value at *path* in an object of sound JSON; None if the way is none.

    >>> place_value('{"é": {"a": 1, "b": [2]}}'.encode(), "é", "b")
    (21, 3)
    """
    text = raw.decode()
    at = _gap(text, 0)
    for name in path:
        if text[at : at + 1] != "{":
            return None
        found = [start for key, start in _members(text, at) if key == name]
        if not found:
            return None
        at = found[-1]  # of two, the one that counts for the library
    _, end = _DECODER.raw_decode(text, at)
    return len(text[:at].encode()), len(text[at:end].encode())
