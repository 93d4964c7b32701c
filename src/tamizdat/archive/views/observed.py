"""Reading a post again from what was kept: the statement, the slices of the captured files, the format's reader.

An ``observed`` statement names its bytes by the *captured* statements of the files they stand in, and by the place in
them. They are read, joined by a line feed, and held against the SHA-256 that is the statement's subject; then the
format reads them (:mod:`tamizdat.posts.formats`), with the context that the first capture states::

    12 captured  {"kind": "posts", "path": "data/tweets.js", "format": "x-archive/v1", "context": {"account": "12", …}}
    19 observed  {"from": [{"capture": 12, "offset": 26, "length": 410, …}], "post": "https://x.com/i/status/57", …}
                 subject: the 410 bytes
"""

from collections import OrderedDict
from dataclasses import dataclass
from typing import Any, Final

from tamizdat.archive.log.entries import EntryLog
from tamizdat.archive.store.objects import Objects
from tamizdat.archive.store.slices import SEPARATOR, Slices
from tamizdat.encoding import sha256_hex
from tamizdat.errors import BadArchive, BadStatement
from tamizdat.ledger.statement import Statement, peek_envelope
from tamizdat.posts.elements import NotJson
from tamizdat.posts.formats import BadPost, Context, by_name
from tamizdat.posts.post import Post

REMEMBERED: Final = 256  #: captures, as read from the ledger
MAX_SLICE: Final = 16 << 20  #: bytes


@dataclass(frozen=True)
class Capture:
    """A file that was kept: the SHA-256 that names its object, and what its statement says."""

    object: str
    format: str
    context: Context


@dataclass(frozen=True)
class Media:
    """A file of a post: the index of its ``captured`` statement, its object, its name in the export."""

    capture: int
    object: str
    path: str


@dataclass(frozen=True)
class ObservedPost:
    """A post as it was observed."""

    number: int
    post: Post
    raw: bytes
    media: tuple[Media, ...]


@dataclass(frozen=True)
class Reading:
    """A post as it was just read from its bytes, and the statement that says so: neither need be read again."""

    statement: Statement
    post: Post
    raw: bytes
    media: tuple[Media, ...]

    def observed(self, number: int) -> ObservedPost:
        """The same, once the statement has an index."""
        return ObservedPost(number, self.post, self.raw, self.media)


class PostReader:
    """Reads posts; remembers captures, because thousands of posts come from one."""

    def __init__(self, entries: EntryLog, objects: Objects) -> None:
        self._entries = entries
        self._slices = Slices(objects)
        self._captures: OrderedDict[int, Capture] = OrderedDict()

    def observed(self, number: int, statement: Statement) -> ObservedPost:
        """The post of an ``observed`` statement; :class:`BadArchive` if the bytes do not bear it out."""
        said: Any = statement.predicate
        try:
            slices = [(int(each["capture"]), int(each["offset"]), int(each["length"])) for each in said["from"]]
            capture = self._capture(slices[0][0])
            pieces = [self._bytes(*each) for each in slices]
        except (KeyError, TypeError, ValueError, IndexError, BadStatement) as error:
            raise _unlike(number, "it does not say where its bytes are") from error
        raw = SEPARATOR.join(pieces)
        if sha256_hex(raw) != statement.subjects[0].sha256:
            raise _unlike(number, "the bytes it names have another SHA-256")
        post = _read(pieces, capture)
        if post is None or post.id != said.get("post") or sha256_hex(post.text.encode()) != said.get("text"):
            raise _unlike(number, "what is read from its bytes is another text")
        return ObservedPost(number, post, raw, self._media(said.get("media")))

    def _media(self, said: object) -> tuple[Media, ...]:
        found = []
        for each in said if isinstance(said, list) else ():
            match each:
                case {"capture": int(number), "path": str(path)}:
                    found.append(Media(number, self._capture(number).object, path))
        return tuple(found)

    def _bytes(self, number: int, offset: int, length: int) -> bytes:
        if not 0 < length <= MAX_SLICE or offset < 0:
            raise ValueError
        return self._slices.read(self._capture(number).object, offset, length)

    def _capture(self, number: int) -> Capture:
        if number not in self._captures:
            if not 0 <= number < len(self._entries.commitments_known()):
                raise ValueError
            header, envelope = self._entries.record(number)
            if header.gone or not envelope:
                raise ValueError
            statement = peek_envelope(envelope)
            format, context = statement.predicate.get("format"), statement.predicate.get("context")
            self._captures[number] = Capture(
                statement.subjects[0].sha256, str(format), context if isinstance(context, dict) else {}
            )
            if len(self._captures) > REMEMBERED:
                self._captures.popitem(last=False)
        return self._captures[number]


def _read(pieces: list[bytes], capture: Capture) -> Post | None:
    format = by_name(capture.format)
    try:
        return format.post(pieces, capture.context) if format else None
    except (BadPost, NotJson):
        return None


def _unlike(number: int, why: str) -> BadArchive:
    return BadArchive(f"Statement {number:,} (observed): expected a post that its own bytes bear out; {why}.")
