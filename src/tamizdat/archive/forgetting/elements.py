"""Where all of a post stands in a later file of its source, in which counts of likes or an edit changed its bytes.

Its words lead to it, or its id. Around them is the element that says the same thing: an object of JSON with the same id
in the same member, or, where its format gives it none, nearly the same members; an element of a feed that has its id; a
message of a chat as HTML with its number and time; a row of a table with its id, or nearly the same fields. With it
goes what no line of the words tells: whom it names, its tags, its time.
"""

import html
import json
import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, Protocol

NEAR: Final = 0.9  #: of the members, where there is no id
ALIKE: Final = 0.6  #: of the fields of a row, where there is none: counts change, and the words may be edited
MARGIN: Final = 16 << 10  #: bytes by which an element may have grown
_Member = tuple[tuple[str, ...], str]  #: where it stands, and its value
Range = tuple[int, int]  #: of bytes: the first, and the one behind the last
_DECODER: Final = json.JSONDecoder()
_OPENS: Final = re.compile(rb"<([A-Za-z][\w:.-]*)")
#: what an element says its id is; another one's link in its words is none
_NAMES: Final = re.compile(rb"<(?:guid|id|link)\b[^>]*>\s*(?:<!\[CDATA\[)?\s*([^<\]]+?)\s*(?:\]\]>\s*)?</")
_REFERS: Final = re.compile(r"(?:^|_)(?:id|key)s?$")  #: the name of a member whose value names something
_ADDRESSES: Final = ("link", "uri", "url")  #: names of members that may be its own address
_END: Final = re.compile(rb"[^\s/>]")
_NUMBERED: Final = re.compile(rb'<div\b[^>]*\b(id="[^"]{1,40}")')
_LETTER: Final = re.compile(rb'"?([0-9]{1,20}\.[\w%-]{0,300}[A-Za-z][\w%-]{0,300})"?,')  #: a row of Substack's
_TIME: Final = re.compile(rb'title="([^"]*)"')
_DIV: Final = re.compile(rb"<(/?)div\b[^<>]*>")
_ROW: Final = re.compile(rb'(?:[^"\n]|"[^"]*")*')  #: a field in quotation marks goes over lines
_FIELD: Final = re.compile(rb'(?:"(?:[^"]|"")*"|[^",;\t])*')


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
    if number := _NUMBERED.match(piece):
        return _message(data, hit, piece, number[1], room)
    if opens := _OPENS.match(piece):
        return _element(data, hit, opens[1], ids, room)
    return _row(data, hit, piece, ids, room)


def only_theirs(data: Bytes, pieces: Iterable[bytes], gone: Sequence[Range]) -> Iterator[Range]:
    """Yield what a page of X's interface includes beside its posts that only *pieces* name: whom they name, pictures.

    *gone* are the bytes that go, in order. What another post of the page names as well, or another page, stays.
    """
    for named in {each for piece in pieces for each in _references(piece)}:
        left, quoted = list[int](), json.dumps(named).encode()
        at = data.find(quoted)
        while at >= 0 and len(left) < 2:
            place = bisect_right(gone, (at, at + len(quoted)))
            if not any(start <= at < end for start, end in gone[max(0, place - 1) : place + 1]):
                left.append(at)
            at = data.find(quoted, at + len(quoted))
        if len(left) == 1 and (found := _included(data, left[0], named)):
            yield found


def _references(piece: bytes) -> Iterator[str]:
    try:
        members = [*_members(json.loads(piece))] if piece[:1] == b"{" else []
    except (ValueError, RecursionError):
        return
    for path, value in members:
        if _REFERS.search(next(each for each in reversed(path) if not each.isdigit())):
            yield value


def _included(data: Bytes, at: int, named: str) -> Range | None:
    line = data.rfind(b"\n", 0, at) + 1
    if data.rfind(b'"includes"', line, at) <= data.rfind(b'"data"', line, at):
        return None
    start = data.rfind(b"{", line, at)
    text = data[start : start + MARGIN].decode("utf-8", "surrogateescape") if start >= 0 else ""
    try:
        value, length = _DECODER.raw_decode(text)
    except (ValueError, RecursionError):
        return None
    if not any(_REFERS.search(name) and each == named for name, each in value.items()):
        return None
    end = start + len(text[:length].encode("utf-8", "surrogateescape"))
    return (start, end) if end > at else None


def numbered(piece: bytes) -> bytes:
    """Return how a message of a chat as HTML, or a row of Substack's, says its number; b"" of anything else."""
    found = _NUMBERED.match(piece) or _LETTER.match(piece)
    return found[1] if found else b""


def _object(data: Bytes, hit: Range, piece: bytes, ids: frozenset[str], room: int) -> Range | None:
    try:
        was = set(_members(json.loads(piece)))
    except (ValueError, RecursionError):
        return None
    named = {(path, value) for path, value in was if _names_it(path[-1].lower(), value, ids)}
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
        # all of its ids: an answer names it as its thread, and somebody's account may have the same number
        if named <= now and _alike(was, now) if named else len(was & now) >= NEAR * len(was):
            return at, end
    return None


def _names_it(name: str, value: str, ids: frozenset[str]) -> bool:
    """Return whether a member says which post it is: by its id, or by its address, which ends with that."""
    if "id" in name:
        return value in ids
    return name in _ADDRESSES and value.rstrip("/").rsplit("/", 1)[-1] in ids


def _alike(was: set[_Member], now: set[_Member]) -> bool:
    """Return whether at least half of the members that there were are there."""
    before = {path for path, _ in was}
    return 2 * len(before & {path for path, _ in now}) >= len(before)


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


def _message(data: Bytes, hit: Range, piece: bytes, number: bytes, room: int) -> Range | None:
    start = data.rfind(b"<div", max(0, hit[0] - room), hit[1])
    while start >= 0:
        text, depth = data[start : start + room], 0
        opened = _NUMBERED.match(text)
        if opened:
            if opened[1] != number or _TIME.findall(text)[:1] != _TIME.findall(piece)[:1]:
                return None
            for each in _DIV.finditer(text):
                depth += -1 if each[1] else 1
                if not depth:
                    return (start, start + each.end()) if start + each.end() >= hit[1] else None
            return None
        start = data.rfind(b"<div", max(0, hit[0] - room), start)
    return None


def _row(data: Bytes, hit: Range, piece: bytes, ids: frozenset[str], room: int) -> Range | None:
    was = _fields(piece)
    if len(was) < 2:
        return None
    names = {each.encode("utf-8", "surrogatepass") for each in ids} | ({was[0]} if _LETTER.match(piece) else set())
    least, end_of = max(0, hit[0] - room), hit[0]
    while end_of >= least:
        start = data.rfind(b"\n", least, end_of) + 1
        found = _ROW.match(data[start : start + room])
        assert found is not None, "it may be empty"
        if start + found.end() >= hit[1]:
            now = _fields(found[0])
            pairs = [*zip(was, now, strict=False)]
            named = [a == b for a, b in pairs if a in names]
            if len(now) == len(was) and (all(named) if named else sum(a == b for a, b in pairs) >= ALIKE * len(was)):
                return start, start + found.end()
        if not start or start <= least:
            return None
        end_of = start - 1
    return None


def _fields(row: bytes) -> list[bytes]:
    return [each.strip(b' "') for each in _FIELD.findall(row.strip()) if each]


def _members(value: object, path: tuple[str, ...] = ("",)) -> Iterator[_Member]:
    """Yield every member that is no object or list, and where it stands; numbers as JSON writes them."""
    if isinstance(value, dict):
        for name, each in value.items():
            yield from _members(each, (*path, str(name)))
    elif isinstance(value, list):
        for number, each in enumerate(value):
            yield from _members(each, (*path, str(number)))
    else:
        yield path, value if isinstance(value, str) else json.dumps(value)
