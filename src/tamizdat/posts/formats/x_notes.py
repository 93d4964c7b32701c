"""Long tweets of an archive of X: the beginning stands in ``tweets.js``, the whole in ``note-tweet.js``.

::

    {"tweet": {"id_str": "57", "created_at": "Sun May 14 06:28:00 +0000 2023", "full_text":
        "@wang see https://t.co/AAA &amp; the list… https://t.co/CCC"}}
    {"noteTweet": {"noteTweetId": "9", "createdAt": "2023-05-14T06:28:00.000Z",
        "core": {"text": "see https://t.co/BBB & the list of all names", "urls": [{"shortUrl": …, "expandedUrl": …}]}}}

A note names no tweet. It belongs to the tweet of its second (or of the one beside it) whose text it begins with, when
on both sides the short links, which always differ, and white space count for nothing; and of the tweet, whose text is
escaped and the note's is not, the handles before it and the ``…`` and links behind it. The whole text is the handles
that the note lacks, and the note. What no tweet belongs to is a post of its own: its tweet may be damaged, or gone.
"""

import re
from collections.abc import Iterator
from typing import Final

from tamizdat.dataclass import dataclass
from tamizdat.posts.elements import JsonValue
from tamizdat.posts.formats import members
from tamizdat.posts.formats.format import Slice
from tamizdat.posts.formats.tweets import SHORT_LINK, Whole
from tamizdat.posts.plain import resolve_entities
from tamizdat.posts.post import Post
from tamizdat.posts.times import moment

MAX_NOTES: Final = 50_000  #: notes, which are kept in memory until their tweets come
MAX_BYTES: Final = 256 << 20  #: of all of them together
MAX_IN_A_SECOND: Final = 20  #: notes that each tweet of that second is held against; people write one
MAX_BEGINNING: Final = 4_000  #: characters of a beginning: 280, and as many handles as there may be, escaped
MAX_HANDLES: Final = 60  #: before a text; X allows fifty
_HANDLE: Final = re.compile(r"@\w{1,20}\s+", re.A)
_LINK: Final = "\0"  #: stands for every short link
_TAIL: Final = re.compile(rf"[\s…{_LINK}]+\Z")


@dataclass(frozen=True)
class Note:
    """A long text, what is told of it, and where it is; *used* holds True once its tweet was found."""

    slice: Slice
    post: Post
    whole: Whole
    used: list[bool]
    even: str  #: its beginning, without what differs between a tweet and its note


class Notes:
    """The notes of an archive, by their second."""

    def __init__(self) -> None:
        self._by_second: dict[int, list[Note]] = {}
        self._timeless: list[Note] = []
        self._count = self._bytes = 0

    def keep(self, note: Note) -> bool:
        """Keep a note until its tweet comes; return False if there are too many."""
        self._count += 1
        self._bytes += note.slice.length
        if self._count > MAX_NOTES or self._bytes > MAX_BYTES:
            return False
        when = moment(note.post.published)
        some = self._by_second.setdefault(int(when.timestamp()), []) if when else self._timeless
        (some if len(some) < MAX_IN_A_SECOND else self._timeless).append(note)
        return True

    def of(self, tweet: JsonValue, published: str | None) -> Note | None:
        """Return the note of a tweet, and count it as used."""
        when = moment(published) if self._by_second else None
        if when is None:
            return None
        second, beginning = int(when.timestamp()), _Beginning(tweet)
        for note in (each for near in (second, second + 1, second - 1) for each in self._by_second.get(near, ())):
            if not note.used[0] and beginning.lacks(note.even) is not None:
                note.used[0] = True
                return note
        return None

    def lonely(self) -> Iterator[Note]:
        """Yield the notes that no tweet belongs to."""
        for some in (*self._by_second.values(), self._timeless):
            yield from (note for note in some if not note.used[0])


def whole_of(note: JsonValue) -> Whole:
    """Return what a note holds: its text as it stands, where its links lead, its hashtags."""
    core = members.at(note, "core")
    links = ((members.text(each, "shortUrl") or members.text(each, "url"),
              members.text(each, "expandedUrl") or members.text(each, "expanded_url"))
             for each in members.each(core, "urls"))  # fmt: skip
    tags = (members.text(each, "text") or members.text(each, "tag") for each in members.each(core, "hashtags"))
    return Whole(
        members.text(core, "text"),
        tuple((short, target) for short, target in links if short and target),
        tuple(filter(None, tags)),
    )


def completed(tweet: JsonValue, whole: Whole) -> Whole | None:
    """Return the whole of a tweet, with the handles before it that its note lacks; None if it is another's note."""
    handles = _Beginning(tweet).lacks(even(whole.text))
    return None if handles is None else Whole(handles + whole.text, whole.links, whole.tags)


class _Beginning:
    """The text of a tweet, as the beginning of a note."""

    def __init__(self, tweet: JsonValue) -> None:
        written = members.text(tweet, "full_text") or members.text(tweet, "text")
        self._text = resolve_entities(written).lstrip() if len(written) <= MAX_BEGINNING else ""
        self._even = _TAIL.sub("", even(self._text))

    def lacks(self, note: str) -> str | None:
        """Return the handles before the text that a note lacks, as they stand there; None if it is another's note."""
        at = end = 0
        for _ in range(MAX_HANDLES):
            if at < len(self._even) and note.startswith(self._even[at:]):
                return self._text[:end]
            handle, evenly = _HANDLE.match(self._text, end), _HANDLE.match(self._even, at)
            if handle is None or evenly is None:
                return None
            end, at = handle.end(), evenly.end()
        return None


def even(text: str) -> str:
    """Return the beginning of a text without what differs between a tweet and its note."""
    return " ".join(SHORT_LINK.sub(_LINK, text[: 2 * MAX_BEGINNING]).split())
