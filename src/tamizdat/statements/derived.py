"""``derived``: what an edition says in public of an item: a picture, a clip, a post or a person.

The shapes at the end are the format (``docs/spec/publication.md``, 4). Its number, the member ``item``, is the index
of the first statement about its source. An item names statements that stay private by index and salted commitment
(:class:`~tamizdat.statements.reference.Reference`); some are opened beside it.

What a statement is about are the words and files that are published: of a post ``text``, ``text.en``, … and its
pictures; of a picture or clip its files; of a person ``record``, the canonical JSON of the entry.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Final, TypeAlias

from tamizdat.encoding import Json, canonical, safe_path, sha256_hex
from tamizdat.errors import BadEncoding, BadPath, BadStatement
from tamizdat.ledger.shapes import (
    SUBJECT,
    Member,
    by_key,
    digest,
    flag,
    like,
    maybe,
    members_of,
    record,
    several,
    shown,
    text,
    texts_of,
    whole,
)
from tamizdat.ledger.statement import MAX_ENVELOPE, Statement, Subject
from tamizdat.statements.forms import DAY, LANGUAGE, one_of, write_form
from tamizdat.statements.reference import REFERENCE, Reference

ACT: Final = "derived"
PICTURE, CLIP, POST, PERSON = "picture", "clip", "post", "person"  #: kinds of items
ROOM: Final = 10  #: bytes of an envelope that one character can take: in JSON, in base64
ROOM_FOR_SIGNATURES: Final = 16 << 10  #: bytes
RECORD: Final = "record"  #: the name of a person's one subject


@dataclass(frozen=True)
class File:
    """A published file beside the statement: its name and size in bytes."""

    name: str
    size: int


@dataclass(frozen=True)
class Footage:
    """A picture or clip; ``how`` says how the published files were made of the original."""

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

    def subjects(self) -> tuple[Subject, ...]:
        """Return what the statement is about."""
        return self.media

    def references(self) -> list[Reference]:
        """Return every statement of the ledger that it names."""
        return [self.source]

    def to_statement(self) -> Statement:
        """Return the statement, about the published files."""
        return write_form(ACT, self.subjects(), self)


@dataclass(frozen=True)
class Voice:
    """Whose post it is, as the platform tells it."""

    id: str
    handle: str
    name: str


@dataclass(frozen=True)
class Earlier:
    """What the post said before, in the version of entry ``index``."""

    index: int
    commitment: bytes
    text: str
    as_of: str  #: a day

    @property
    def reference(self) -> Reference:
        """The ``observed`` statement of that version."""
        return Reference(self.index, self.commitment)


@dataclass(frozen=True)
class Removal:
    """The platform's word, in entry ``index``, that the post is gone. ``stood`` is in seconds."""

    index: int
    commitment: bytes
    word: str
    deleted: str | None
    stood: int | None
    as_of: str  #: a day

    @property
    def reference(self) -> Reference:
        """The ``gone`` statement."""
        return Reference(self.index, self.commitment)


@dataclass(frozen=True)
class Translation:
    """An approved translation that is shown, and whose work it is."""

    language: str
    target: str
    notes: tuple[str, ...]
    credit: str  #: the name the translator chose, "" for none
    reviewer: str
    day: str
    translated: Reference
    reviewed: tuple[Reference, ...]


@dataclass(frozen=True)
class Picture:
    """A picture of a post: the names of its files, and the captured file it was made from."""

    names: tuple[str, ...]
    alt: str
    source: Reference


@dataclass(frozen=True)
class TextPointer:
    """Where the text stands in the captured bytes: a JSON pointer into one of the slices."""

    slice: int
    member: str
    escaped: bool  #: whether ``&lt;``, ``&gt;`` and ``&amp;`` stand for characters


@dataclass(frozen=True)
class Post:
    """A post: its words, translations, pictures, and what became of it. ``thread`` and ``reply_to`` are numbers."""

    number: Annotated[int, Member("item")]
    source: Reference
    kind: str
    how: str
    post: str
    url: str
    voice: Voice
    published: str | None
    language: str
    summary: str
    text: str
    reply_to: int | None
    thread: int
    tags: tuple[str, ...]
    earlier: tuple[Earlier, ...]
    gone: Removal | None
    translations: tuple[Translation, ...]
    pictures: tuple[Picture, ...]
    files: Annotated[tuple[File, ...], Member("published_files")]
    bytes_shown: Annotated[bool, Member("bytes")]
    pointer: Annotated[TextPointer | None, Member("reading")]
    day: str
    media: Annotated[tuple[Subject, ...], SUBJECT] = ()  #: the pictures' files, by name and SHA-256

    def subjects(self) -> tuple[Subject, ...]:
        """Return what the statement is about: each text, then each file."""
        words = [("text", self.text), *((f"text.{each.language}", each.target) for each in self.translations)]
        return (*(Subject(name, sha256_hex(said.encode())) for name, said in words), *self.media)

    def references(self) -> list[Reference]:
        """Return every statement of the ledger that it names; all of them came before it."""
        found = [self.source, *(each.source for each in self.pictures), *(each.reference for each in self.earlier)]
        for each in self.translations:
            found += [each.translated, *each.reviewed]
        return found + ([self.gone.reference] if self.gone else [])

    def to_statement(self) -> Statement:
        """Return the statement, about its words and files."""
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
        """Return what the statement is about."""
        return (Subject(RECORD, self.record or record_digest(self.told)),)

    def references(self) -> list[Reference]:
        """Return every statement of the ledger that it names."""
        return [self.source]

    def to_statement(self) -> Statement:
        """Return the statement, about the canonical JSON of what is told."""
        return write_form(ACT, self.subjects(), self)


Item: TypeAlias = Footage | Post | Person


def fingerprint(item: Item) -> str:
    """Return a SHA-256 over what *item* says, but for its day, and the names and digests of what it is about."""
    about: list[Json] = [[each.name, each.sha256] for each in item.subjects()]
    said = members_of(item)
    del said["day"]
    return sha256_hex(canonical([about, said]))


def all_texts(item: Item) -> str:
    """Return every text that *item* says, one after the other."""
    return "\n".join(texts_of(item))


def record_digest(told: PersonRecord) -> str:
    """Return the SHA-256 of the canonical JSON of what is told of a person, in hexadecimal."""
    return sha256_hex(canonical(members_of(told)))


def read(statement: Statement) -> Item:
    """Read a ``derived`` statement; :class:`BadStatement` for any other."""
    kind = statement.predicate.get("kind")
    if statement.act != ACT or not isinstance(kind, str) or kind not in _SHAPES:
        what = f"{statement.act} {shown(kind)}"
        raise BadStatement(f"Expected a '{ACT}' statement of a picture, a clip, a post or a person, found {what}.")
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


def check(item: Item) -> None:
    """Raise :class:`BadStatement` for what a reader would not accept, or what is too large to be signed."""
    statement = item.to_statement()
    read(statement)
    if sum(map(len, texts_of(item))) > MAX_ENVELOPE // ROOM:
        size = len(statement.payload())
        if size * 4 // 3 > MAX_ENVELOPE - ROOM_FOR_SIGNATURES:
            most = (MAX_ENVELOPE - ROOM_FOR_SIGNATURES) * 3 // 4
            raise BadStatement(f"Expected a statement of at most {most:,} bytes, found one of {size:,}.")


def _read(statement: Statement, kind: str) -> Item:
    digests = {each.name: each.sha256 for each in statement.subjects}
    if kind == PERSON:
        return _PERSON(statement.predicate, record=digests.get(RECORD, ""))
    item = (_POST if kind == POST else _FOOTAGE)(statement.predicate)
    named = [safe_path(each.name) for each in item.files]
    object.__setattr__(item, "media", tuple(Subject(name, digests.get(name, "")) for name in named))
    return item


def _check_numbers(item: Item) -> None:
    """An item's number is the index of the first statement about its source."""
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

_FILES: Final = several(record(File, name=text, size=whole))
_FOOTAGE: Final = record(
    Footage, number=whole, source=REFERENCE, kind=one_of(PICTURE, CLIP), title=text, caption=text, alt=text,
    language=text, how=text, files=_FILES, day=DAY,
)  # fmt: skip
ADDRESS: Final = like(r"|https?://[^ ]+")  #: where a post stands, or ""
_POST: Final = record(
    Post, number=whole, source=REFERENCE, kind=one_of(POST), how=text, post=text, url=ADDRESS,
    voice=record(Voice, id=text, handle=text, name=text), published=maybe(text), language=text, summary=text,
    text=text, reply_to=maybe(whole), thread=whole, tags=several(text),
    earlier=several(record(Earlier, index=whole, commitment=digest, text=text, as_of=DAY)),
    gone=maybe(record(
        Removal, index=whole, commitment=digest, word=one_of("export", "http"), deleted=maybe(text),
        stood=maybe(whole), as_of=DAY,
    )),
    translations=several(record(
        Translation, language=LANGUAGE, target=text, notes=several(text), credit=text, reviewer=text, day=DAY,
        translated=REFERENCE, reviewed=several(REFERENCE, 1),
    )),
    pictures=several(record(Picture, names=several(text, 1), alt=text, source=REFERENCE)), files=_FILES,
    bytes_shown=flag,
    pointer=maybe(record(TextPointer, slice=whole, member=like(r"(/[A-Za-z_]{1,40}){1,8}"), escaped=flag)), day=DAY,
)  # fmt: skip
_PERSON: Final = record(
    Person, number=whole, source=REFERENCE, kind=one_of(PERSON), how=text, day=DAY,
    told=record(
        PersonRecord, name=text, language=text, names=by_key(LANGUAGE, text), age=text, place=text, school=text,
        state=text, note=text, sources=several(whole),
    ),
)  # fmt: skip
_SHAPES: Final[Mapping[str, Callable[..., Any]]] = {PICTURE: _FOOTAGE, CLIP: _FOOTAGE, POST: _POST, PERSON: _PERSON}
