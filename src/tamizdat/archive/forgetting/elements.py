"""Where all of a post stands in a later file of its source, in which counts of likes or an edit changed its bytes.

Its words lead to it, or its id. Around them is the element that says the same thing: an object of JSON with the same id
in the same member, or, where its format gives it none, nearly the same members; or an element of a feed that has its
id. With it goes what no line of the words tells: whom it names, its tags, its time.
"""

import html
import json
import re
from collections.abc import Iterator
from typing import Final, Protocol

NEAR: Final = 0.9  #: of the members, where there is no id
MARGIN: Final = 16 << 10  #: bytes by which an element may have grown
Range = tuple[int, int]  #: of bytes: the first, and the one behind the last
_DECODER: Final = json.JSONDecoder()
_OPENS: Final = re.compile(rb"<([A-Za-z][\w:.-]*)")
#: what an element says its id is; another one's link in its words is none
_NAMES: Final = re.compile(rb"<(?:guid|id|link)\b[^>]*>\s*(?:<!\[CDATA\[)?\s*([^<\]]+?)\s*(?:\]\]>\s*)?</")
_END: Final = re.compile(rb"[^\s/>]")


class Bytes(Protocol):
    """Bytes of a file, all of them in memory or none."""

    def find(self, needle: bytes, start: int = ..., end: int = ...) -> int:
        """Return where *needle* stands first; -1 if nowhere."""

    def rfind(self, needle: bytes, start: int = ..., end: int = ...) -> int:
        """Return where *needle* stands last; -1 if nowhere."""

    def __getitem__(self, where: slice, /) -> bytes:
        """Return some of them."""


def around(data: Bytes, hit: Range, piece: bytes, ids: frozenset[str]) -> Range | None:
    """Return the smallest element around *hit* that is what *piece* was, a post with one of *ids*; None if none is."""
    room = 2 * len(piece) + MARGIN
    if piece[:1] == b"{":
        return _object(data, hit, piece, ids, room)
    if opens := _OPENS.match(piece):
        return _element(data, hit, opens[1], ids, room)
    return None


def _object(data: Bytes, hit: Range, piece: bytes, ids: frozenset[str], room: int) -> Range | None:
    try:
        was = set(_members(json.loads(piece)))
    except (ValueError, RecursionError):
        return None
    named = {(path, value) for path, value in was if "id" in path[-1].lower() and value in ids}
    least, at = max(0, hit[0] - room), hit[0] + 1
    while (at := data.rfind(b"{", least, at)) >= 0:
        text = data[at : at + room].decode("utf-8", "surrogateescape")
        try:
            value, length = _DECODER.raw_decode(text)
        except (ValueError, RecursionError):
            continue
        end = at + len(text[:length].encode("utf-8", "surrogateescape"))
        if end < hit[1]:
            continue
        now = set(_members(value))
        if named & now if named else len(was & now) >= NEAR * len(was):
            return at, end
    return None


def _element(data: Bytes, hit: Range, name: bytes, ids: frozenset[str], room: int) -> Range | None:
    start = data.rfind(b"<" + name, max(0, hit[0] - room), hit[0])
    closes = b"</" + name + b">"
    end = data.find(closes, hit[1], hit[1] + room)
    if start < 0 or end < 0 or _END.match(data[start + 1 + len(name) : start + 2 + len(name)]):
        return None
    inside = data[start:end]
    if (
        closes in inside
        or not {html.unescape(each.decode("utf-8", "replace")) for each in _NAMES.findall(inside)} & ids
    ):
        return None
    return start, end + len(closes)


def _members(value: object, path: tuple[str, ...] = ("",)) -> Iterator[tuple[tuple[str, ...], str]]:
    """Yield every member that is no object or list, and where it stands; numbers as JSON writes them."""
    if isinstance(value, dict):
        for name, each in value.items():
            yield from _members(each, (*path, str(name)))
    elif isinstance(value, list):
        for number, each in enumerate(value):
            yield from _members(each, (*path, str(number)))
    else:
        yield path, value if isinstance(value, str) else json.dumps(value)
