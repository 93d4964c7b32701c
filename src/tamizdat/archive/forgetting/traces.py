r"""What of a post is looked for in other files of its source: its bytes, its words as formats write them, its ids.

::

    校舍 & "五年"      as it is              \u6821\u820d…              JSON
    校舍 &amp; …       HTML, Atom, RSS       校舍 & ""五年""            a table
    &#26657;…          RSS                   \u00e6\u00a0\u00a1…       Instagram

Each in UTF-8, and in the encoding of a file that has another. Long pieces of a line are looked for too: between them a
link or a name may stand in marks that the line does not have.
"""

import html
import json
import re
from collections.abc import Callable, Iterator
from itertools import chain
from typing import Final, NamedTuple
from urllib.parse import unquote

from tamizdat.archive.views.observed import ObservedPost
from tamizdat.posts.post import Post
from tamizdat.statements.observed import Slice

LEAST: Final = 12  #: bytes of a line that is looked for; less stands anywhere
LEAST_PIECE: Final = 24  #: bytes of a piece of a line
VALUES: Final = 8  #: members of an object that lead to it where neither words nor id do, the longest
#: where a line is cut: what formats write otherwise, or set in marks
_CUTS: Final = re.compile(r"""["'&<>/\\@#\x00-\x1f]|https?:\S+""")
_PARTED: Final = re.compile("[/#:]")
_STRING: Final = re.compile(rb'(?<=:)\s*("(?:[^"\\]|\\.)*+")')  #: the value of a member, in JSON
_PARTS: Final = re.compile(r"""[。！？；，、.!?;,:："'“”‘’「」]+""")  #: where a sentence is parted
#: a line, a way to write it, and what a file has in which that may stand; b"" is in every file
Written = tuple[str, bytes, bytes]


class Traces(NamedTuple):
    """What is looked for of a version: its bytes, piece by piece, its words as formats write them, and its ids.

    *bare* are pieces without its words, like the head of a chat: where a post that stays has the same, they are no
    trace of one.
    """

    number: int
    pieces: tuple[bytes, ...]
    bare: tuple[bytes, ...]
    words: frozenset[Written]
    ids: frozenset[str]

    def names(self) -> Iterator[bytes]:
        """Yield its ids as files write them."""
        for each in self.ids:
            yield json.dumps(each).encode()
            if len(each) >= LEAST:
                yield from {way.encode("utf-8", "surrogatepass") for way in (each, html.escape(each))}


def traces(number: int, known: ObservedPost, is_shared: Callable[[Slice], bool]) -> Traces:
    """Return the traces of a version.

    *is_shared* tells of each of its slices whether a post that stays is read from these bytes too: then they are looked
    for only if they hold its own words. A tree or an account of many posts is no trace of one.
    """
    pieces, bare, at = list[bytes](), list[bytes](), 0
    for each in known.said.slices:
        piece = known.raw[at : at + each.length]
        at += each.length + 1
        has_words = _holds_words(piece, known.post)
        if has_words or not is_shared(each):
            pieces.append(piece)
        if not has_words:
            bare.append(piece)
    encoding = str((known.capture.context or {}).get("encoding") or "utf-8")
    words = frozenset(way for line in _lines(known.post) for way in _ways(line, encoding))
    post = known.post
    ids = frozenset(each for each in (post.id, post.url, *_numbers(post.id)) if each)
    return Traces(number, tuple(pieces), tuple(bare), words, ids)


def _numbers(post: str) -> Iterator[str]:
    """Yield what of a post's id is its own, as files may write it: ``57``, ``605ac141…``, ``$8mNRz`` of Matrix."""
    yield post.rstrip("/").rsplit("/", 1)[-1]
    own = _PARTED.split(post.rstrip("/"))[-1]
    yield f"${unquote(own)}" if post.startswith("matrix:") else own


def values_in(piece: bytes) -> list[bytes]:
    """Return the longest values of an object's members as they are written: an address, a moment, a file's name.

    A text may be cut into several strings, and its id be a number as small as others: then these alone lead to it.
    """
    return sorted({each for each in _STRING.findall(piece) if len(each) >= LEAST}, key=lambda each: (-len(each), each))[
        :VALUES
    ]


def telling_lines(text: str) -> set[str]:
    """Return its longer lines, and the parts of sentences in them: who says the same says it after it, or alone."""
    lines = {line.strip() for line in text.splitlines()}
    return {
        each
        for each in lines | {part.strip() for line in lines for part in _PARTS.split(line)}
        if _is_long(each, LEAST_PIECE)
    }


def _lines(post: Post) -> Iterator[str]:
    """Yield what it says, line by line, and its longer pieces."""
    said = (post.summary, post.text, *(each.text for each in post.choices))
    for line in {line.strip() for each in said for line in each.splitlines()}:
        if _is_long(line, LEAST):
            yield line
        pieces = {each.strip() for each in _CUTS.split(line)} - {line}
        yield from (each for each in pieces if _is_long(each, LEAST_PIECE))


def _is_long(text: str, least: int) -> bool:
    return len(text.encode("utf-8", "surrogatepass")) >= least


def _ways(line: str, encoding: str) -> Iterator[Written]:
    """Yield each way to write a line once: mostly there are one or two, and the rest need a sign that is not there."""
    found = dict[bytes, bytes]()
    for _, way, sign in _written(line, encoding):
        found[way] = b"" if not sign else found.get(way, sign)
    yield from ((line, way, sign) for way, sign in found.items())


def _written(line: str, encoding: str) -> Iterator[Written]:
    for way, sign in chain(_as_text(line), _as_json(line)):
        yield line, way.encode("utf-8", "surrogatepass"), sign
    for other in {encoding, "utf-16-le", "utf-16-be"} if encoding.lower().startswith("utf-16") else {encoding}:
        for way, _ in _as_text(line):
            try:
                yield line, way.encode(other), b""
            except (UnicodeError, LookupError):
                continue


def _as_text(line: str) -> Iterator[tuple[str, bytes]]:
    once = html.escape(line, quote=False)
    yield line, b""
    yield line.replace('"', '""'), b'""'
    yield from ((way, b"&") for way in (once, html.escape(line), html.escape(once, quote=False)))
    for form in ("&#{};", "&#x{:x};", "&#x{:X};"):
        yield "".join(each if each.isascii() else form.format(ord(each)) for each in once), b"&#"


def _as_json(line: str) -> Iterator[tuple[str, bytes]]:
    plain, escaped = json.dumps(line, ensure_ascii=False)[1:-1], json.dumps(line)[1:-1]
    large = re.sub(r"\\u[0-9a-f]{4}", lambda found: f"\\u{found[0][2:].upper()}", escaped)
    letters = json.dumps(line.encode("utf-8", "surrogatepass").decode("latin-1"))[1:-1]  # as Instagram does
    markup = html.escape(line, quote=False)
    marked = (json.dumps(markup)[1:-1], json.dumps(markup, ensure_ascii=False)[1:-1])
    for way in (plain, escaped, large, letters, *marked):
        yield way, b"\\u" if "\\u" in way else b""
        yield way.replace("/", "\\/"), b"\\/"


def _holds_words(piece: bytes, post: Post) -> bool:
    lines = {line.strip() for each in (post.summary, post.text) for line in each.splitlines()} - {""}
    return any(way in piece for line in lines for _, way, _ in _written(line, "utf-8"))
