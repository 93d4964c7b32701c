"""What an edition shows: the public statements themselves, and the little that pages need beside them.

::

    archive ── statements ──► SiteContent (items, posts, people, wall, …) ──► pages

A page shows a picture or clip, a post or a person of the list as its statement says it (:mod:`.statements.derived`):
nothing private can be on it, and everything on it can be checked. Pages know neither the archive nor the disk; whoever
fills these values knows no HTML. Every item has a *number*, a ledger index that is never given to anything else, and
lies in ``items/<number>/``.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from tamizdat.statements.derived import Footage, Person, Post
from tamizdat.statements.withdrawn import Withdrawn


@dataclass(frozen=True)
class Signed:
    """Where in the ledger an item's statement stands, and the desk's key that signed it, hexadecimal."""

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

    items: tuple[Footage, ...] = ()
    posts: tuple[Post, ...] = ()
    people: tuple[Person, ...] = ()
    signed: Mapping[int, Signed] = field(default_factory=dict)  #: by number, of each of these
    sizes: Mapping[str, tuple[int, int]] = field(default_factory=dict)  #: of each JPEG by SHA-256: pixels wide, high
    texts: Mapping[str, str] = field(default_factory=dict)  #: of each text of a card by SHA-256: its beginning
    wall: Wall = field(default_factory=Wall)
    withdrawn: tuple[Withdrawn, ...] = ()
    corrections: tuple[Correction, ...] = ()
    contributors: tuple[Contributor, ...] = ()
