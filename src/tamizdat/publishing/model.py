"""What an edition shows, as its pages need it: plain values, made from public statements alone.

::

    archive ── statements ──► SiteContent (items, posts, people, wall, …) ──► pages

Nothing private can be on a page that is not in one of these values, and everything in them stands in a statement that
the reader can check; what is shown as a statement says it is that part of it itself (a translation, what a post said
before, that it is gone). Pages know neither the archive nor the disk; whoever fills these values knows no HTML.

Every item has a *number*, a ledger index that is never given to anything else, and lies in ``items/<number>/``: a
picture or clip (:class:`Item`), a post (:class:`Post`), a person of the list (:class:`Person`).
"""

from dataclasses import dataclass, field
from typing import NamedTuple

from tamizdat.statements.derived import Earlier, Removal, Translation
from tamizdat.statements.withdrawn import Withdrawn
from tamizdat.text.languages import primary_subtag


@dataclass(frozen=True)
class Medium:
    """A published file of an item; width and height are of its picture, 0 where it has none of its own."""

    name: str
    sha256: str
    size: int
    width: int = 0
    height: int = 0
    alt: str = ""


@dataclass(frozen=True)
class Item:
    """A published picture, clip, sound, document or text as its page shows it."""

    number: int  #: the ledger's index of the statement that the original came in
    kind: str  #: "picture", "clip", "sound", "document" or "text"
    title: str
    caption: str
    alt: str
    language: str
    day: str
    media: tuple[Medium, ...]
    commitment: str  #: of the entry ``number``
    index: int  #: of its public statement
    signer: str  #: the desk key that signed it, hexadecimal

    @property
    def large(self) -> Medium:
        """The medium with the size at which the item is shown."""
        return next(each for each in self.media if each.name in ("picture.jpg", "poster.jpg"))

    @property
    def pages(self) -> tuple[Medium, ...]:
        """The pages of a document after the first."""
        return tuple(each for each in self.media if each.name.startswith("page-"))

    @property
    def small(self) -> Medium | None:
        """The medium for lists; a text has none."""
        return next((each for each in self.media if each.name == "small.jpg"), None)


@dataclass(frozen=True)
class Voice:
    """An account that speaks. *key* names its page (``voices/<key>/``): 16 hexadecimal digits of its id's SHA-256."""

    key: str
    handle: str
    name: str


@dataclass(frozen=True)
class Picture:
    """A picture of a post, made anew: at full size, and small for lists."""

    large: Medium
    small: Medium


@dataclass(frozen=True)
class Post:
    """A published post."""

    number: int
    id: str  #: the platform's, a URI
    url: str
    voice: Voice
    published: str | None  #: the platform's time with the platform's offset
    language: str
    summary: str
    text: str
    translations: tuple[Translation, ...]
    earlier: tuple[Earlier, ...]
    gone: Removal | None
    pictures: tuple[Picture, ...]
    tags: tuple[str, ...]
    thread: int  #: number of the post its thread begins with (its own if it begins one)
    reply_to: int | None  #: number of the post it answers, if that is published
    day: str  #: first published here
    commitment: str  #: of the ``observed`` statement shown
    source: int  #: index of that statement
    index: int
    signer: str
    bytes_shown: bool  #: whether the captured bytes are published with it
    text_read: bool = False  #: whether anyone can read the text out of these bytes (its statement has a ``reading``)

    def translation(self, language: str) -> Translation | None:
        """Return the translation into *language* (its first subtag decides)."""
        wanted = primary_subtag(language)
        return next((each for each in self.translations if primary_subtag(each.language) == wanted), None)


@dataclass(frozen=True)
class Person:
    """Somebody on the list of names.

    *names* are the name in other scripts, by language; *sources* numbers of items that are published here.
    """

    number: int
    name: str
    language: str
    names: tuple[tuple[str, str], ...]
    age: str
    place: str
    school: str
    state: str  #: "reported", "checked" or "confirmed"
    note: str
    sources: tuple[int, ...]
    day: str
    index: int
    signer: str


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
    """That an item says something else since *day*: *what* is "text", "translation <language>" or "words"."""

    number: int
    day: str
    what: str
    reason: str


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


@dataclass(frozen=True)
class SiteContent:
    """Everything an edition shows."""

    items: tuple[Item, ...] = ()
    posts: tuple[Post, ...] = ()
    people: tuple[Person, ...] = ()
    wall: Wall = field(default_factory=Wall)
    withdrawn: tuple[Withdrawn, ...] = ()
    corrections: tuple[Correction, ...] = ()
    contributors: tuple[Contributor, ...] = ()
