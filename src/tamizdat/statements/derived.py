"""``derived``: what an edition says in public of an item: what came on a card, a post, a person or a story.

The shapes at the end are the format (``docs/spec/publication.md``, 4); a post and a story have modules of their own,
:mod:`.derived_post` and :mod:`.derived_story`. An item's number, the member ``item``, is the index of the first
statement about its source. An item names statements that stay private by index and salted commitment
(:class:`~tamizdat.statements.reference.Reference`); some are opened beside it.

What a statement is about are the words and files that are published: of a post ``text``, ``text.en``, … and its
pictures; of a picture or clip its files; of a person ``record``, the canonical JSON of the entry; of a story ``story``.
"""

from collections.abc import Mapping
from typing import Annotated, Final, TypeAlias

from tamizdat.dataclass import dataclass
from tamizdat.encoding import canonical, safe_path, sha256_hex
from tamizdat.errors import BadEncoding, BadPath, BadStatement
from tamizdat.ledger.shapes import ABSENT, SUBJECT, Member, by_key, members_of, record, several, shown, text, whole
from tamizdat.ledger.statement import Statement, Subject
from tamizdat.statements.composed import STORY
from tamizdat.statements.covered import COVERED, Covered
from tamizdat.statements.derived_post import (
    ACT,
    FILES,
    POST,
    POST_FORM,
    Earlier,
    File,
    Picture,
    Post,
    Removal,
    TextPointer,
    Translation,
    Voice,
)
from tamizdat.statements.derived_story import PUBLISHED_STORY, PublishedStory, Retelling
from tamizdat.statements.forms import DAY, LANGUAGE, one_of, write_form
from tamizdat.statements.post_context import ADDRESS
from tamizdat.statements.recited import READS, Reads
from tamizdat.statements.reference import REFERENCE, Reference
from tamizdat.statements.transcribed import TRACK, Track

__all__ = [
    "ACT", "ADDRESS", "CLIP", "DOCUMENT", "FOOTAGE", "PERSON", "PICTURE", "POST", "RECORD", "SOUND", "STORY", "TEXT",
    "Earlier", "File", "Footage", "Item", "Person", "PersonRecord", "Picture", "Post", "PublishedStory", "Reads",
    "Removal", "Retelling", "TextPointer", "Track", "Translation", "Voice", "read", "record_digest",
]  # fmt: skip

FOOTAGE = PICTURE, CLIP, SOUND, DOCUMENT, TEXT = "picture", "clip", "sound", "document", "text"  #: came on cards
PERSON: Final = "person"
KINDS: Final = (*FOOTAGE, POST, PERSON, STORY)
RECORD: Final = "record"  #: the name of a person's one subject


@dataclass(frozen=True)
class Footage:
    """What came on a card: a picture, clip, sound, document or text; ``how`` tells how its files were made."""

    number: Annotated[int, Member("item")]
    source: Reference
    kind: str
    title: str
    caption: str
    alt: str
    language: str
    how: str
    files: Annotated[tuple[File, ...], Member("published")]
    day: str
    media: Annotated[tuple[Subject, ...], SUBJECT] = ()  #: the published files, by name and SHA-256
    #: of a take that lies in several files: all but the first
    rest: Annotated[tuple[Reference, ...] | None, ABSENT] = None
    tracks: Annotated[tuple[Track, ...] | None, ABSENT] = None  #: what is said in it: the language spoken first
    reads: Annotated[Reads | None, ABSENT] = None  #: of a sound in which a name is read: whose
    covered: Annotated[Covered | None, ABSENT] = None  #: of a picture, clip or sound over which something lies

    def subjects(self) -> tuple[Subject, ...]:
        """Return the subjects of the statement: the published files."""
        return self.media

    def references(self) -> list[Reference]:
        """Return a reference to every statement of the ledger that this one names."""
        tracks = (each for track in self.tracks or () for each in track.references())
        return [self.source, *(self.rest or ()), *tracks, *([self.reads.stated] if self.reads else [])]

    def to_statement(self) -> Statement:
        """Return the statement, about the published files."""
        return write_form(ACT, self.subjects(), self)


@dataclass(frozen=True)
class PersonRecord:
    """What is told of somebody on the list; ``sources`` are numbers of items."""

    name: str
    language: str
    names: Mapping[str, str]
    age: str
    place: str
    school: str
    state: str
    note: str
    sources: tuple[int, ...]


@dataclass(frozen=True)
class Person:
    """A person of the list of names."""

    number: Annotated[int, Member("item")]
    source: Reference
    kind: str
    how: str
    day: str
    told: Annotated[PersonRecord, Member("said")]
    record: Annotated[str, SUBJECT] = ""  #: the SHA-256 that it is about; what it should be: :func:`record_digest`

    @property
    def media(self) -> tuple[Subject, ...]:
        """The files beside the statement: none."""
        return ()

    def subjects(self) -> tuple[Subject, ...]:
        """Return the subjects of the statement: the canonical JSON of what is told."""
        return (Subject(RECORD, self.record or record_digest(self.told)),)

    def references(self) -> list[Reference]:
        """Return a reference to every statement of the ledger that this one names."""
        return [self.source]

    def to_statement(self) -> Statement:
        """Return the statement, about the canonical JSON of what is told."""
        return write_form(ACT, self.subjects(), self)


Item: TypeAlias = Footage | Post | Person | PublishedStory


def record_digest(told: PersonRecord) -> str:
    """Return the SHA-256 of the canonical JSON of what is told of a person, 64 lower-case hexadecimal digits."""
    return sha256_hex(canonical(members_of(told)))


def read(statement: Statement) -> Item:
    """Read a ``derived`` statement.

    Raises :class:`BadStatement` for any other.
    """
    kind = statement.predicate.get("kind")
    if statement.act != ACT or not isinstance(kind, str) or kind not in KINDS:
        kinds, what = ", ".join(KINDS), f"{statement.act} {shown(kind)}"
        raise BadStatement(f"Expected a '{ACT}' statement of one of {kinds}, found {what}.")
    try:
        item = _read(statement, kind)
    except (BadEncoding, BadPath) as error:
        raise BadStatement(f"Expected the members of a {kind}, each of its type. {error}") from error
    if item.subjects() != statement.subjects or any("/" in each.name for each in item.media):
        wanted, found = (", ".join(each.name for each in some) for some in (item.subjects(), statement.subjects))
        raise BadStatement(
            f"Expected a statement about the words and files that it names ({shown(wanted)}), found {shown(found)}."
        )
    _check_numbers(item)
    return item


def _read(statement: Statement, kind: str) -> Item:
    digests = {each.name: each.sha256 for each in statement.subjects}
    if kind == PERSON:
        return _PERSON(statement.predicate, record=digests.get(RECORD, ""))
    if kind == STORY:
        return PUBLISHED_STORY(statement.predicate)
    item = (POST_FORM if kind == POST else _FOOTAGE)(statement.predicate)
    named = [safe_path(each.name) for each in item.files]
    object.__setattr__(item, "media", tuple(Subject(name, digests.get(name, "")) for name in named))
    return item


def _check_numbers(item: Item) -> None:
    """Require that an item's number is the index of the first statement about its source."""
    first = [item.source.index, *(each.index for each in (item.earlier if isinstance(item, Post) else ()))]
    if item.number > min(first) or (isinstance(item, Footage) and item.source.index != item.number):
        raise BadStatement(
            f"Expected an item whose number is that of the first statement about it, {min(first)}, found {item.number}."
        )
    if isinstance(item, Post):
        names = [name for each in item.pictures for name in each.names]
        if names != [each.name for each in item.media]:
            raise BadStatement(
                f"Expected the files of the post's pictures, {shown(', '.join(names))}, found "
                f"{shown(', '.join(each.name for each in item.media))}."
            )


# ---- the format ----------------------------------------------------------------------------------------------------

_FOOTAGE: Final = record(
    Footage, number=whole, source=REFERENCE, kind=one_of(*FOOTAGE), title=text, caption=text, alt=text,
    language=text, how=text, files=FILES, day=DAY, rest=several(REFERENCE),
    tracks=several(TRACK, 1), covered=COVERED, reads=READS,
)  # fmt: skip
_PERSON: Final = record(
    Person, number=whole, source=REFERENCE, kind=one_of(PERSON), how=text, day=DAY,
    told=record(
        PersonRecord, name=text, language=text, names=by_key(LANGUAGE, text), age=text, place=text, school=text,
        state=text, note=text, sources=several(whole),
    ),
)  # fmt: skip
