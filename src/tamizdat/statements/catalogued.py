"""``catalogued``: what the desk says of something it has. What a statement is about tells which of five kinds it is.

::

    {"item": 17, "release": "public", "title": "The gate"}                     about ``original``, a captured file
    {"post": "https://x.com/…/57", "release": "public", "tags": ["school"]}    about ``post``, a version's raw bytes
    {"post": "https://x.com/…/57", "language": "ug"}                           likewise
    {"post": "https://x.com/…/58", "consent": {"archive": "https://x.com/i/user/12", "day": "2026-11-20",
     "given": true}, "release": "public"}                                       likewise
    {"person": 31, "said": {"name": "王小明", …}}                                about ``person``, the entry ``said``
    {"wall": {"language": "zh-Hans", "sentence": "…"}}                         about ``wall``, that object
    {"said": {"variants": ["豆腐渣"], …}, "term": null}                          about ``term``, the entry ``said``

Of an item or a post the latest statement counts member by member: an absent member leaves what was said before. Of a
person, the wall or a term the latest counts whole. Each is checked here by its form alone; whether it is about that
item's own file, or begins with that person, the views of the archive know.
"""

from collections.abc import Mapping
from dataclasses import field
from enum import StrEnum
from typing import Annotated, Final, TypeAlias

from tamizdat.dataclass import dataclass
from tamizdat.encoding import Json, canonical, sha256_hex
from tamizdat.errors import BadEncoding, BadStatement
from tamizdat.ledger.shapes import (
    ABSENT,
    OPTIONAL,
    SUBJECT,
    Member,
    by_key,
    flag,
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

ACT: Final = "catalogued"
REPORTED, CHECKED, CONFIRMED = "reported", "checked", "confirmed"  #: how far an entry of a person is known
NOBODY, CONSENTED, UNDECIDED = "nobody", "consented", "undecided"
#: an editor saw that nobody can be recognised, or knows that all who can be consented, or took that back
COVERING: Final = (NOBODY, CONSENTED, UNDECIDED)
KEPT, NONE = "kept", "none"
SOUND: Final = (KEPT, NONE)  #: whether its clips are published with their sound
ITEM, POST, PERSON, WALL, TERM = "original", "post", "person", "wall", "term"  #: names of the one subject


class Release(StrEnum):
    """Whether something may be shown. What nobody spoke of is restricted."""

    PUBLIC = "public"
    RESTRICTED = "restricted"
    WITHDRAWN = "withdrawn"  #: it was shown, and is not any more


@dataclass(frozen=True)
class CataloguedItem:
    """Words and release of a captured file; ``language`` is that of title, caption and alt."""

    item: int
    release: Annotated[str | None, ABSENT] = None
    title: Annotated[str | None, ABSENT] = None
    caption: Annotated[str | None, ABSENT] = None
    alt: Annotated[str | None, ABSENT] = None
    language: Annotated[str | None, ABSENT] = None
    reason: Annotated[str | None, ABSENT] = None
    original: Annotated[str, SUBJECT] = ""  #: SHA-256 of the file
    covering: Annotated[str | None, ABSENT] = None  #: one of :data:`COVERING`, of a clip
    sound: Annotated[str | None, ABSENT] = None  #: one of :data:`SOUND`, of a clip

    def to_statement(self) -> Statement:
        """Return the statement, about the file."""
        return write_form(ACT, (Subject(ITEM, self.original),), self)


@dataclass(frozen=True)
class Consent:
    """The author's word, as the desk heard it, that what they wrote for their followers may be shown, or not any more.

    It is about the bytes that the statement is about, and of nothing else of the author's. Who heard it is the key
    that signed the statement.
    """

    archive: str  #: id of the account out of whose own archive the post came
    day: str  #: on which the author said so
    given: bool  #: False: withdrawn


@dataclass(frozen=True, slots=True)  # one for each post of an archive that is released whole
class CataloguedPost:
    """Release of a post; ``until`` is the day before which it is not shown, "" for none."""

    post: str
    release: Annotated[str | None, ABSENT] = None
    until: Annotated[str | None, ABSENT] = None
    bytes_shown: Annotated[bool | None, ABSENT, Member("bytes")] = None  #: whether the captured bytes are published
    tags: Annotated[tuple[str, ...] | None, ABSENT] = None
    alts: Annotated[tuple[str, ...] | None, ABSENT] = None  #: of its pictures, in order
    reason: Annotated[str | None, ABSENT] = None
    raw: Annotated[str, SUBJECT] = ""  #: SHA-256 of a version's bytes
    consent: Annotated[Consent | None, ABSENT] = None
    language: Annotated[str | None, ABSENT] = None  #: in which its author wrote, "" for what the platform says
    sound: Annotated[str | None, ABSENT] = None  #: one of :data:`SOUND`, of its clips
    covering: Annotated[str | None, ABSENT] = None  #: one of :data:`COVERING`, of its pictures and clips

    def to_statement(self) -> Statement:
        """Return the statement, about a version's bytes."""
        return write_form(ACT, (Subject(POST, self.raw),), self)


@dataclass(frozen=True)
class PersonEntry:
    """All that is known of somebody, as text, for an age is often "about 7"."""

    name: str
    language: Annotated[str, OPTIONAL] = ""  #: of name, place and school
    names: Annotated[Mapping[str, str], OPTIONAL] = field(default_factory=dict)  #: the name in other languages
    age: Annotated[str, OPTIONAL] = ""
    place: Annotated[str, OPTIONAL] = ""
    school: Annotated[str, OPTIONAL] = ""
    sources: Annotated[tuple[int | str, ...], OPTIONAL] = ()  #: numbers of items and ids of posts
    state: Annotated[str, OPTIONAL] = REPORTED  #: or "checked", "confirmed"
    note: Annotated[str, OPTIONAL] = ""
    release: Annotated[str, OPTIONAL] = Release.RESTRICTED
    reason: Annotated[str, OPTIONAL] = ""
    known_as: Annotated[tuple[str, ...] | None, ABSENT] = None  #: what else they are called; never published
    elsewhere: Annotated[tuple[str, ...] | None, ABSENT] = None  #: words in which a name of theirs is another's


@dataclass(frozen=True)
class CataloguedPerson:
    """The entry of a person; ``person`` is None in the first statement, whose index becomes the number."""

    person: int | None
    entry: Annotated[PersonEntry, Member("said")]

    def to_statement(self) -> Statement:
        """Return the statement, about the entry's canonical JSON."""
        return write_form(ACT, (Subject(PERSON, entry_digest(self.entry)),), self)


@dataclass(frozen=True)
class Wall:
    """The sentence that the wall of names spells; empty for none."""

    sentence: str
    language: str


@dataclass(frozen=True)
class CataloguedWall:
    """The choice of the wall's sentence."""

    wall: Wall

    def to_statement(self) -> Statement:
        """Return the statement, about the wall's canonical JSON."""
        return write_form(ACT, (Subject(WALL, entry_digest(self.wall)),), self)


@dataclass(frozen=True)
class TermEntry:
    """A term of the glossary: how it is written in its language, and in others, the preferred form first."""

    language: str
    variants: tuple[str, ...]
    targets: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    note: str = ""
    kind: str = "term"  #: or "person", "place", "organisation"
    retired: bool = False


@dataclass(frozen=True)
class CataloguedTerm:
    """The entry of a term; ``term`` is None in the first statement, whose index becomes the number."""

    term: int | None
    entry: Annotated[TermEntry, Member("said")]

    def to_statement(self) -> Statement:
        """Return the statement, about the entry's canonical JSON."""
        return write_form(ACT, (Subject(TERM, entry_digest(self.entry)),), self)


Catalogued: TypeAlias = CataloguedItem | CataloguedPost | CataloguedPerson | CataloguedWall | CataloguedTerm


def _source(value: object) -> int | str:
    return value if isinstance(value, str) else whole(value)


_RELEASE: Final = one_of(*Release)
_ITEM: Final = record(
    CataloguedItem, item=whole, release=_RELEASE, title=text, caption=text, alt=text, language=LANGUAGE, reason=text,
    covering=one_of(*COVERING), sound=one_of(*SOUND),
)  # fmt: skip
_POST: Final = record(
    CataloguedPost, post=text, release=_RELEASE, until=lambda value: value if value == "" else calendar_day(value),
    bytes_shown=flag, tags=several(text), alts=several(text), reason=text,
    consent=record(Consent, archive=text, day=calendar_day, given=flag),
    language=lambda value: value if value == "" else LANGUAGE(value), sound=one_of(*SOUND),
    covering=one_of(*COVERING),
)  # fmt: skip
_STATE: Final = one_of("", REPORTED, CHECKED, CONFIRMED)
PERSON_ENTRY: Final = record(
    PersonEntry, name=like(r"(?s).+"), language=text, names=by_key(LANGUAGE, text), age=text, place=text, school=text,
    sources=several(_source), state=lambda value: _STATE(value) or REPORTED, note=text,
    release=lambda value: Release.RESTRICTED if value == "" else _RELEASE(value), reason=text,
    known_as=several(text), elsewhere=several(text),
)  # fmt: skip
_PERSON: Final = record(CataloguedPerson, person=maybe(whole), entry=PERSON_ENTRY)
_WALL: Final = record(CataloguedWall, wall=record(Wall, sentence=text, language=text))
TERM_ENTRY: Final = record(
    TermEntry, language=text, variants=several(text), targets=by_key(text, several(text)), note=text, kind=text,
    retired=flag,
)  # fmt: skip
_TERM: Final = record(CataloguedTerm, term=maybe(whole), entry=TERM_ENTRY)


def read(statement: Statement) -> Catalogued:
    """Read a ``catalogued`` statement of any of the five kinds.

    Raises :class:`BadStatement` for any other.
    """
    kind, digest = statement.subjects[0].name, statement.subjects[0].sha256
    match kind:
        case "original":
            return read_form(statement, ACT, (ITEM,), _ITEM, original=digest)
        case "post":
            return read_form(statement, ACT, (POST,), _POST, raw=digest)
        case "person":
            person = read_form(statement, ACT, (PERSON,), _PERSON)
            _require_about(digest, statement.predicate["said"])
            return person
        case "wall":
            wall = read_form(statement, ACT, (WALL,), _WALL)
            _require_about(digest, statement.predicate["wall"])
            return wall
        case "term":
            term = read_form(statement, ACT, (TERM,), _TERM)
            _require_about(digest, statement.predicate["said"])
            return term
    kinds = ", ".join((ITEM, POST, PERSON, WALL, TERM))
    raise BadStatement(f"Expected '{ACT}' to be about one of {kinds}, found {shown(kind)}.")


def read_term_entry(value: object) -> TermEntry:
    """Read the entry of a term of the glossary from its document.

    Raises :class:`BadStatement` for a document of another form.
    """
    try:
        return TERM_ENTRY(value)
    except BadEncoding as error:
        raise BadStatement(f"Expected the entry of a term. {error}") from error


def entry_digest(entry: PersonEntry | Wall | TermEntry) -> str:
    """Return the SHA-256 of an entry's canonical JSON, 64 lower-case hexadecimal digits."""
    return sha256_hex(canonical(members_of(entry)))


def entry_bytes(statement: Statement) -> bytes:
    """Return the canonical JSON of the entry that a statement is about, as it stands there."""
    return canonical(statement.predicate["said"])


def _require_about(digest: str, said: Json) -> None:
    """Require that *digest* is of the document *said* as it stands, not as we would write it."""
    if sha256_hex(canonical(said)) != digest:
        raise BadStatement(f"Expected a statement about its own entry, {sha256_hex(canonical(said))}, found {digest}.")
