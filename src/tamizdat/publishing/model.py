"""What an edition shows: the public statements themselves, and the little that pages need beside them.

::

    archive ── statements ──► SiteContent (items, posts, people, wall, …) ──► pages

A page shows a picture or clip, a post or a person of the list as its statement says it
(:mod:`tamizdat.statements.derived`): nothing private can be on it, and everything on it can be checked. Pages know
neither the archive nor the disk; whoever fills these values knows no HTML. Every item has a *number*, a ledger index
that is never given to anything else, and lies in ``items/<number>/``.
"""

from collections.abc import Callable, Mapping, Set
from dataclasses import field
from operator import attrgetter
from typing import Final, NamedTuple, Protocol

from tamizdat.dataclass import dataclass, field_names
from tamizdat.ledger.statement import Subject
from tamizdat.statements.derived import Footage, Item, Person, Post, PublishedStory, Removal, Voice
from tamizdat.statements.derived_drafts import all_texts
from tamizdat.statements.post_context import Context
from tamizdat.statements.withdrawn import Withdrawn


class SignedStatement(Protocol):
    """What pages ask of the statement of an item: the members of :class:`Signed`."""

    @property
    def index(self) -> int:
        """Where in the ledger it stands."""
        ...

    @property
    def signer(self) -> str:
        """The desk's key that signed it, hexadecimal."""
        ...

    @property
    def edition(self) -> int:
        """The first edition that showed it."""
        ...

    @property
    def digest(self) -> str:
        """The SHA-256 of its envelope."""
        ...


@dataclass(frozen=True)
class Signed:
    """Where in the ledger an item's statement stands, and the desk's key that signed it, hexadecimal.

    *edition* is the first that showed it, *digest* the SHA-256 of its envelope, ``statement.json``.
    """

    index: int
    signer: str
    edition: int
    digest: str


class PostWords(NamedTuple):
    """The words of a post as the search for leaks asks for them: each kind in one text."""

    own: str  #: what its author says, and the translations; what is said in its clips
    beside: str  #: what it repeats and quotes, offers in a poll, and where its links led
    notes: str  #: on its translations
    alts: str  #: of its pictures


class PostPlace(Protocol):
    """Where whole posts lie that an edition shows."""

    def whole(self, post: "StoredPost") -> Post:
        """Return the whole of a post."""

    def words(self, post: "StoredPost") -> PostWords:
        """Return its words."""

    def told(self, post: "StoredPost") -> str:
        """Return every text that its statement says."""

    def searched(self, post: "StoredPost") -> str:
        """Return the same as it is searched, for who asks for that of many, in the order of their numbers."""

    def opened(self, post: "StoredPost") -> str:
        """Return the words that are opened with it, unless they are among those that are searched."""

    def found(self, post: "StoredPost") -> object:
        """Return what the search has of it, as :mod:`tamizdat.publishing.site.search_index` tells it."""


class Alike(NamedTuple):
    """What lists ask of a post, and many others have in common with it: one value for all of these.

    *tongues* are the languages it has words in, as they are tagged; *traits* what a search can ask for; *credited* of
    each translation the names of who made it and reviewed it, and its language; *in_feeds* by first subtag of the feeds
    it stands in, the language in full of its words there; *quotes*: others' words may stand in it.
    """

    language: str
    day: str
    voice: Voice
    tags: tuple[str, ...]
    tongues: Set[str]
    traits: tuple[str, str, str, str, str]
    credited: tuple[tuple[str, str, str], ...]
    in_feeds: Mapping[str, str]
    is_gone: bool
    quotes: bool


class StoredPost(Post):
    """A post of an edition: what lists ask of every post is at hand, all else is read from *kept* when it is asked for.

    *place* is where it lies there.
    """

    __slots__ = (
        "alike", "bytes_shown", "kept", "media", "number", "place", "post", "published", "reply_to", "thread",
    )  # fmt: skip
    kept: PostPlace
    place: int
    alike: Alike
    tongues: Set[str]
    traits: tuple[str, str, str, str, str]
    credited: tuple[tuple[str, str, str], ...]
    in_feeds: Mapping[str, str]
    is_gone: bool
    quotes: bool

    def __init__(
        self, kept: PostPlace, place: int, alike: Alike, number: int, post: str, published: str | None,
        reply_to: int | None, thread: int, bytes_shown: bool, media: tuple[Subject, ...],
    ) -> None:  # fmt: skip
        put = object.__setattr__
        put(self, "kept", kept)
        put(self, "place", place)
        put(self, "alike", alike)
        put(self, "number", number)
        put(self, "post", post)
        put(self, "published", published)
        put(self, "reply_to", reply_to)
        put(self, "thread", number if thread == number else thread)  # one number, not two that are alike
        put(self, "bytes_shown", bytes_shown)
        put(self, "media", media)

    def __getattr__(self, name: str) -> object:
        if name.startswith("__") or name not in _OF_POSTS:
            raise AttributeError(name)
        found: object = getattr(self.whole, name)
        return found

    @property
    def whole(self) -> Post:
        """All of it."""
        return self.kept.whole(self)

    @property
    def gone(self) -> Removal | None:
        """What became of it."""
        return self.whole.gone if self.is_gone else None

    @property
    def context(self) -> Context | None:
        """What the platform tells around its words."""
        return self.whole.context


for _name in Alike._fields:
    setattr(StoredPost, _name, property(attrgetter(f"alike.{_name}")))


def words_of(post: Post) -> PostWords:
    """Return the words of a post by their kinds."""
    if isinstance(post, StoredPost):
        return post.kept.words(post)
    return PostWords(own_of(post), beside_of(post), notes_of(post), alts_of(post))


def told_by(item: Item) -> str:
    """Return every text that a statement says."""
    return item.kept.told(item) if isinstance(item, StoredPost) else all_texts(item)


def whole_of(post: Post) -> Post:
    """Return all of a post, for those who ask it many things."""
    return post.whole if isinstance(post, StoredPost) else post


def own_of(post: Post) -> str:
    """Return what a post's author says, with what is said in its clips, and the translations."""
    if isinstance(post, StoredPost):
        return words_of(post).own
    earlier, translated = (each.text for each in post.earlier), (each.target for each in post.translations)
    tracks = (track for picture in post.pictures for track in picture.tracks or ())
    said = (f"{cue.speaker}\n{cue.text}" for track in tracks for cue in track.cues)
    return "\n".join((post.summary, post.text, *earlier, *translated, *said))


def beside_of(post: Post) -> str:
    """Return what a post repeats and quotes, offers in a poll, and where its links led."""
    if isinstance(post, StoredPost):
        return words_of(post).beside
    told = post.context
    return "\n".join((*told.words().values(), *(each.target for each in told.links or ()))) if told else ""


def notes_of(post: Post) -> str:
    """Return the notes on a post's translations."""
    if isinstance(post, StoredPost):
        return words_of(post).notes
    return "\n".join(note for each in post.translations for note in each.notes)


def alts_of(post: Post) -> str:
    """Return the descriptions of a post's pictures."""
    return words_of(post).alts if isinstance(post, StoredPost) else "\n".join(each.alt for each in post.pictures)


_OF_POSTS: Final = frozenset(field_names(Post))


class Change(NamedTuple):
    """What *edition* did to an item.

    It was "new", "translated" or "corrected" (then *language* is that of the words), "removed" from its platform,
    "withdrawn", or shown again after that ("restored").
    """

    number: int
    edition: int
    what: str
    language: str


@dataclass(frozen=True)
class Changes:
    """What each edition did, in their order; *days* are those of the editions, the first is edition 1."""

    days: tuple[str, ...] = ()
    made: tuple[Change, ...] = ()
    #: number → language → the edition that last changed the words in it, for words that are not of the first
    words: Mapping[int, Mapping[str, int]] = field(default_factory=dict)

    def day(self, edition: int) -> str:
        """Return the day of an edition."""
        return self.days[edition - 1]


class Font(NamedTuple):
    """A font that is installed here: its file, and the face in it."""

    file: str
    face: int


@dataclass(frozen=True)
class Wall:
    """The wall of names: the sentence its tiles spell, in which language, and a font that has its characters."""

    sentence: str = ""
    language: str = "en"
    font: Font | None = None


@dataclass(frozen=True)
class Correction:
    """That an item says something else since *edition* of *day*: "text", "translation <language>" or "words"."""

    number: int
    day: str
    what: str
    reason: str
    edition: int


@dataclass(frozen=True)
class Contributor:
    """Who translated or reviewed, under the name they chose, and how much of it is published."""

    name: str
    translated: int
    reviewed: int
    languages: tuple[str, ...]


@dataclass(frozen=True)
class Site:
    """What all pages know."""

    name: str
    edition: int
    date: str
    origin: str
    fingerprint: str  #: of the root, in groups to read aloud
    roster_version: int
    log_key: str
    desk_keys: tuple[str, ...]
    addresses: tuple[str, ...] = ()  #: where it is served, each with a slash at its end; the first is the chief one

    @property
    def address(self) -> str:
        """Return the chief address, "" if there is none."""
        return self.addresses[0] if self.addresses else ""

    def way(self, path: str) -> str:
        """Return the way to the file at *path* from one that lies a folder deep: absolute if there is an address."""
        return f"{self.address or '../'}{path}"


class EarlierPages:
    """Pages of the last edition, for those that say the same of most posts; here there are none."""

    def text(self, path: str) -> str:
        """Return the page at *path* as that edition has it; empty if there was none, or it is not sure that it is."""
        return ""

    def tells(self, number: int) -> bool:
        """Return whether what they say of a post by itself is what is to be said of it now."""
        return False

    def between(self, first: int, end: int) -> Set[int]:
        """Return the numbers of the posts of that edition from *first* on, before *end*."""
        return frozenset()

    def words_of(self, number: int) -> str:
        """Return the words under which a post of that edition was found, with a space between them."""
        return ""


NONE_EARLIER: Final = EarlierPages()


def no_sound(digest: str) -> bytes:
    """Return the sound with this SHA-256 where there is none."""
    raise KeyError(digest)


@dataclass(frozen=True)
class SiteContent:
    """Everything an edition shows."""

    items: tuple[Footage, ...] = ()
    posts: tuple[Post, ...] = ()
    people: tuple[Person, ...] = ()
    stories: tuple[PublishedStory, ...] = ()
    signed: Mapping[int, SignedStatement] = field(default_factory=dict)  #: by number, of each of these
    sizes: Mapping[str, tuple[int, int]] = field(default_factory=dict)  #: of each JPEG by SHA-256: pixels wide, high
    lengths: Mapping[str, float] = field(default_factory=dict)  #: of each clip and sound by SHA-256: seconds
    sounds: Callable[[str], bytes] = no_sound  #: a published sound, by SHA-256
    texts: Mapping[str, str] = field(default_factory=dict)  #: of each text of a card by SHA-256: its beginning
    wall: Wall = field(default_factory=Wall)
    withdrawn: tuple[Withdrawn, ...] = ()
    corrections: tuple[Correction, ...] = ()
    changes: Changes = field(default_factory=Changes)
    contributors: tuple[Contributor, ...] = ()
    earlier: EarlierPages = field(default_factory=EarlierPages, compare=False)
