"""Reading a post again from what was kept: the statement, the slices of the captured files, the format's reader.

An ``observed`` statement names its bytes by the *captured* statements of the files they stand in, and by the place in
them. They are read, joined by a line feed, and held against the SHA-256 that is the statement's subject; then the
format reads them (:mod:`tamizdat.posts.formats`), with the context that the first capture states. Formats are loaded
when the first post is read: they are a fifth of the start of the program, and most commands read none::

    12 captured  {"kind": "posts", "path": "data/tweets.js", "format": "x-archive/v1", "context": {"account": "12", …}}
    19 observed  {"from": [{"capture": 12, "offset": 26, "length": 410, …}], "post": "https://x.com/i/status/57", …}
                 subject: the 410 bytes
"""

from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.parse import urlsplit

from tamizdat.archive.log.entries import EntryLog
from tamizdat.archive.store.objects import Objects
from tamizdat.archive.store.slices import SEPARATOR, Slices
from tamizdat.dataclass import dataclass
from tamizdat.encoding import sha256_hex
from tamizdat.errors import BadArchive, BadStatement
from tamizdat.ledger.statement import peek_envelope
from tamizdat.posts.elements import NotJson
from tamizdat.posts.post import Post
from tamizdat.statements import captured
from tamizdat.statements.captured import CapturedSource
from tamizdat.statements.observed import Observed, Slice

if TYPE_CHECKING:
    from tamizdat.posts.formats import Earlier, Format  # below, where they read: a seventh of the start of a command

REMEMBERED: Final = 256  #: captures, as read from the ledger
MAX_SLICE: Final = 16 << 20  #: bytes; what UTF-8 makes at most of the 4 Mi characters of posts.elements.MAX_ELEMENT


@dataclass(frozen=True)
class Media:
    """A file of a post: the index of its ``captured`` statement, its object, its name in the export."""

    capture: int
    object: str
    path: str


@dataclass(frozen=True)
class ObservedPost:
    """A post with its statement: as it was read from its bytes, the files that belong to it, and what it came in."""

    said: Observed
    post: Post
    raw: bytes
    media: tuple[Media, ...]
    capture: CapturedSource
    anew: Post | None = None  #: as its bytes are read today, if they were read otherwise when it was stated
    told_by: int | None = None  #: the entry that tells of its file now; None: the one that *said* names

    @property
    def source(self) -> str:
        """Where it came from (:func:`source_name`)."""
        return source_name(self.capture, self.post.author.id, self.post.url, self.post.author.name)

    @property
    def owner(self) -> str:
        """The id of the account out of whose own export it came; "" if it came in another way."""
        return _told(self.capture).owner


class _Told(NamedTuple):
    """What a capture tells of all posts in it. *source* is "" where each post's author has to tell it.

    *today*: how its posts are read today, if that is in another way.
    """

    capture: CapturedSource
    family: str
    source: str
    owner: str
    today: "Format | None"


_TOLD: Final[OrderedDict[int, _Told]] = OrderedDict()  # by identity: thousands of posts come from one


def _told(capture: CapturedSource) -> _Told:
    found = _TOLD.get(id(capture))
    if found is None or found.capture is not capture:
        from tamizdat.posts import formats

        about = capture.context or {}
        named = (about.get(each) for each in ("account", "id", "self", "site"))  # of a feed: as it was named before
        account = next((each for each in named if isinstance(each, str) and each), "")
        family = capture.format.partition("/")[0]  # a file that is read in another way by now is no other source
        source = capture.url or (f"{family} {account}" if account else "")
        owner = "" if capture.url else formats.owner(capture.format, dict(about))
        newest = formats.newest(capture.format)
        today = newest if newest and capture.format != newest.NAME else None
        found = _TOLD[id(capture)] = _Told(capture, family, source, owner, today)
        if len(_TOLD) > REMEMBERED:
            _TOLD.popitem(last=False)
    return found


def source_name(capture: CapturedSource, author: str, url: str, name: str) -> str:
    """Return where what *capture* says of a post comes from: a feed's address, or an export's format and its account.

    Versions of two sources may bear the same post's id, for an id is what a file says it is. The post's *author*, *url*
    and the author's *name* serve where the export does not tell whose it is.
    """
    told = _told(capture)
    if told.source:
        return told.source
    known = "" if author.startswith("urn:feed:") else author  # made of a feed's title, which says less than its host
    return f"{told.family} {known or _host(url) or author or name}"


class PostReader:
    """A reader of posts from kept bytes; it remembers captures, because thousands of posts come from one."""

    def __init__(self, entries: EntryLog, objects: Objects) -> None:
        self._entries = entries
        self._slices = Slices(objects)
        self._captures: OrderedDict[int, tuple[int, CapturedSource]] = OrderedDict()

    def read(self, said: Observed) -> ObservedPost:
        """Read the post of an ``observed`` statement from the kept bytes.

        Raises :class:`BadArchive` if the bytes do not bear it out.
        """
        from tamizdat.posts import formats

        try:
            told_by, capture = self._capture(said.slices[0].capture)
            pieces = [self._bytes(each) for each in said.slices]
        except (ValueError, IndexError, BadStatement) as error:
            raise _unlike(said, "it does not say where its bytes are") from error
        raw = SEPARATOR.join(pieces)
        if (found := sha256_hex(raw)) != said.raw:
            raise _unlike(said, f"the bytes it names have the SHA-256 {found}, not {said.raw}")
        post = _read(formats.by_name(capture.format), pieces, capture)
        if post is None or post.id != (said.own or said.post) or sha256_hex(post.text.encode()) != said.text:
            raise _unlike(said, "what is read from its bytes is another text")
        media = tuple(self._media(said))
        post = post if post.id == said.post else replace(post, id=said.post)
        return ObservedPost(said, post, raw, media, capture, read_anew(pieces, capture), told_by)

    def _media(self, said: Observed) -> Iterator[Media]:
        """Yield the files of a post; one that was forgotten is none of its files any more."""
        for each in said.media or ():
            try:
                yield Media(each.capture, self._capture(each.capture)[1].original, each.path)
            except (ValueError, BadStatement):
                continue

    def _bytes(self, named: Slice) -> bytes:
        if not 0 < named.length <= MAX_SLICE:
            raise ValueError
        return self._slices.read(self._capture(named.capture)[1].original, named.offset, named.length)

    def _capture(self, number: int) -> tuple[int, CapturedSource]:
        """Return what tells of a file, and in which entry: another one where something in the file was forgotten."""
        if number not in self._captures:
            if number >= len(self._entries.commitments_known()):
                raise ValueError
            now, (header, envelope) = number, self._entries.record(number)
            if header.gone and (now := self._entries.instead_of(number)) != number:
                header, envelope = self._entries.record(now)
            if header.gone or not envelope:
                raise ValueError
            said = captured.read(peek_envelope(envelope))
            if not isinstance(said, CapturedSource):
                raise ValueError
            self._captures[number] = now, said
            if len(self._captures) > REMEMBERED:
                self._captures.popitem(last=False)
        return self._captures[number]


def read_anew(pieces: list[bytes], capture: CapturedSource) -> Post | None:
    """Return the post as its bytes are read today; None if it was read so when it was stated, or is none today."""
    today = _told(capture).today
    return _read(today, pieces, capture) if today else None


def _read(reader: "Format | Earlier | None", pieces: list[bytes], capture: CapturedSource) -> Post | None:
    from tamizdat.posts.formats import BadPost

    try:
        return reader.post(pieces, dict(capture.context or {})) if reader else None
    except (BadPost, NotJson):
        return None


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:  # a feed may give anything out as an address
        return ""


def _unlike(said: Observed, why: str) -> BadArchive:
    return BadArchive(f"An observation of {said.seen}: expected a post that its own bytes bear out; {why}.")
