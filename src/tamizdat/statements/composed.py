"""``composed``: an editor tells a story, in chapters of prose, clips, posts, people, pictures and maps.

::

    {"day": "2026-11-29", "reason": "", "release": "public", "story": null,
     "said": {"chapters": [{"elements": [{"kind": "prose", "text": "They asked for names."},
                                         {"from": 1000, "item": 41, "kind": "item", "to": 9000}, {"kind": "wall"}],
                            "title": "The first day"}],
              "credit": "Robin", "language": "en", "title": "A list"}}           about ``story``, the JSON of ``said``

``story`` is null in the first version, whose index is the story's number; every later one names that statement. Each
version is the whole story. ``item`` is the number of a post, a person, or what came on a card; ``from`` and ``to`` are
milliseconds of a clip or sound. A ``withdrawn`` element is one that was shown and is not any more.

What is translated are the :attr:`~Story.words`: the title, then of each chapter its title, its prose by paragraphs, and
the names on its maps, an empty line between two of these pieces. :func:`in_words` puts a translation in their place.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Annotated, Final, TypeAlias

from tamizdat.dataclass import dataclass
from tamizdat.encoding import canonical, sha256_hex
from tamizdat.errors import BadEncoding, BadStatement
from tamizdat.ledger.shapes import (
    ABSENT,
    Member,
    anything,
    like,
    maybe,
    members_of,
    record,
    several,
    shown,
    text,
    whole,
)
from tamizdat.ledger.statement import Statement, Subject
from tamizdat.statements.forms import LANGUAGE, calendar_day, one_of, read_form, write_form
from tamizdat.statements.reference import REFERENCE, Reference

ACT: Final = "composed"
STORY: Final = "story"  #: the name of the one subject
NAMED: Final = "story/"  #: with its number, what a story is called where a post's id would stand
RELEASES = DRAFT, PROPOSED, PUBLIC, WITHDRAWN = "draft", "proposed", "public", "withdrawn"
PROSE, ITEM, WALL, MAP, GONE = "prose", "item", "wall", "map", "withdrawn"  #: kinds of elements
GAP: Final = "\n\n"  #: between two pieces of its words; none of them has an empty line


@dataclass(frozen=True)
class Prose:
    """Paragraphs, with an empty line between two."""

    kind: str
    text: str


@dataclass(frozen=True)
class Shown:
    """Something that has a page of its own; of a clip or sound from one instant to another, in milliseconds."""

    kind: str
    item: int
    start: Annotated[int | None, ABSENT, Member("from")] = None
    end: Annotated[int | None, ABSENT, Member("to")] = None


@dataclass(frozen=True)
class Place:
    """A place on a map: degrees north and east, as they are written."""

    name: str
    north: str
    east: str


@dataclass(frozen=True)
class Map:
    """A map on which these places are named."""

    kind: str
    places: tuple[Place, ...]


@dataclass(frozen=True)
class Plain:
    """The wall of names, or the place of an element that was withdrawn."""

    kind: str


Element: TypeAlias = Prose | Shown | Map | Plain


@dataclass(frozen=True)
class Chapter:
    """A chapter: its title, and what it is made of, in order."""

    title: str
    elements: tuple[Element, ...]


@dataclass(frozen=True)
class Story:
    """What is told; *credit* is the name under which its author wants to be known, "" for none."""

    title: str
    language: str
    credit: str
    chapters: tuple[Chapter, ...]

    @property
    def pieces(self) -> list[str]:
        """Its words in order, one piece after the other."""
        return list(_pieces(self))

    @property
    def words(self) -> str:
        """All that is to be translated."""
        return GAP.join(self.pieces)

    @property
    def items(self) -> list[int]:
        """The number of everything that it shows, in order."""
        every = (each for chapter in self.chapters for each in chapter.elements)
        return [each.item for each in every if isinstance(each, Shown)]

    @property
    def digest(self) -> str:
        """The SHA-256 of its canonical JSON, 64 lower-case hexadecimal digits."""
        return sha256_hex(canonical(members_of(self)))


@dataclass(frozen=True)
class Composed:
    """A version of a story, and what is to become of it."""

    story: Reference | None  #: the first version; None in that one
    release: str
    said: Story
    reason: str  #: why it was withdrawn, or corrected
    day: str

    def to_statement(self) -> Statement:
        """Return the statement, about the canonical JSON of what is told."""
        return write_form(ACT, (Subject(STORY, self.said.digest),), self)


def in_words(story: Story, words: str, language: str) -> Story:
    """Return the *story* in other *words*, those of a translation.

    Raises :class:`BadStatement` unless they have as many pieces as the story's own.
    """
    pieces, wanted = words.split(GAP), len(story.pieces)
    if len(pieces) != wanted or not all(map(_is_piece, pieces)):
        raise BadStatement(f"Expected a translation of the story's {wanted} pieces of words, found {len(pieces)}.")
    rest = iter(pieces)
    return Story(next(rest), language, story.credit, tuple(_chapter(each, rest) for each in story.chapters))


def _pieces(story: Story) -> Iterator[str]:
    yield story.title
    for chapter in story.chapters:
        yield chapter.title
        for each in chapter.elements:
            if isinstance(each, Prose):
                yield from each.text.split(GAP)
            elif isinstance(each, Map):
                yield from (place.name for place in each.places)


def _chapter(chapter: Chapter, words: Iterator[str]) -> Chapter:
    title = next(words)
    return Chapter(title, tuple(_element(each, words) for each in chapter.elements))


def _element(element: Element, words: Iterator[str]) -> Element:
    if isinstance(element, Prose):
        return replace(element, text=GAP.join(next(words) for _ in element.text.split(GAP)))
    if isinstance(element, Map):
        return replace(element, places=tuple(replace(each, name=next(words)) for each in element.places))
    return element


def _is_piece(piece: str) -> bool:
    return bool(piece.strip()) and piece == piece.strip() and all(map(str.strip, piece.split("\n")))


# ---- the format ----------------------------------------------------------------------------------------------------


def _words(value: object) -> str:
    """Accept pieces of words, an empty line between two."""
    if not all(map(_is_piece, text(value).split(GAP))):
        raise BadEncoding(f"Expected words, with one empty line between two paragraphs, found {shown(value)}.")
    return str(value)


def _piece(value: object) -> str:
    """Accept one piece of words."""
    if not _is_piece(text(value)):
        raise BadEncoding(f"Expected words without an empty line, found {shown(value)}.")
    return str(value)


def _degrees(most: int) -> Callable[[object], str]:
    form = like(r"-?(0|[1-9]\d{0,2})(\.\d{1,4})?")

    def shape(value: object) -> str:
        if abs(float(form(value))) > most:
            raise BadEncoding(f"Expected degrees from -{most} to {most}, found {shown(value)}.")
        return str(value)

    return shape


def _shown(value: object) -> Shown:
    found = _SHOWN(value)
    none = found.start is None and found.end is None
    if not none and (found.start is None or found.end is None or found.end <= found.start):
        raise BadEncoding(f"Expected 'to' after 'from', or neither, found {shown([found.start, found.end])}.")
    return found


def _one_element(value: object) -> Element:
    kind = anything(value).get("kind")
    if not isinstance(kind, str) or kind not in _ELEMENTS:
        raise BadEncoding(f"Expected an element of one of {', '.join(_ELEMENTS)}, found {shown(kind)}.")
    return _ELEMENTS[kind](value)


_SHOWN: Final = record(Shown, kind=one_of(ITEM), item=whole, start=whole, end=whole)
_PLAIN: Final = record(Plain, kind=one_of(WALL, GONE))
_ELEMENTS: Final[Mapping[str, Callable[[object], Element]]] = {
    PROSE: record(Prose, kind=one_of(PROSE), text=_words),
    ITEM: _shown,
    WALL: _PLAIN,
    MAP: record(
        Map, kind=one_of(MAP), places=several(record(Place, name=_piece, north=_degrees(90), east=_degrees(180)), 1)
    ),
    GONE: _PLAIN,
}
STORY_FORM: Final = record(
    Story, title=_piece, language=LANGUAGE, credit=text,
    chapters=several(record(Chapter, title=_piece, elements=several(_one_element)), 1),
)  # fmt: skip
_FORM: Final = record(
    Composed, story=maybe(REFERENCE), release=one_of(*RELEASES), said=STORY_FORM, reason=text, day=calendar_day
)


def read(statement: Statement) -> Composed:
    """Read a ``composed`` statement.

    Raises :class:`BadStatement` for any other.
    """
    said = read_form(statement, ACT, (STORY,), _FORM)
    if said.said.digest != statement.subjects[0].sha256:
        raise BadStatement(f"Expected '{ACT}' to be about its own story, found {statement.subjects[0].sha256}.")
    return said
