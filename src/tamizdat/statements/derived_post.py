"""``derived`` of a post: its words, translations and pictures, and what became of it.

:mod:`.derived` is the frame of all kinds of items. What a post's statement is about are ``text``, ``text.en``, … and
its pictures' files.
"""

from typing import Annotated, Final

from tamizdat.dataclass import dataclass
from tamizdat.encoding import sha256_hex
from tamizdat.ledger.shapes import ABSENT, SUBJECT, Member, digest, flag, like, maybe, record, several, text, whole
from tamizdat.ledger.statement import Statement, Subject
from tamizdat.statements.covered import COVERED, Covered
from tamizdat.statements.forms import DAY, LANGUAGE, one_of, write_form
from tamizdat.statements.post_context import ADDRESS, CONTEXT, Context
from tamizdat.statements.reference import REFERENCE, Reference
from tamizdat.statements.transcribed import TRACK, Track

ACT: Final = "derived"
POST: Final = "post"  #: the kind of item


@dataclass(frozen=True)
class File:
    """A published file beside the statement: its name and size in bytes."""

    name: str
    size: int


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
    tracks: Annotated[tuple[Track, ...] | None, ABSENT] = None  #: of a clip or sound what is said in it
    covered: Annotated[Covered | None, ABSENT] = None  #: what lies over it


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
    context: Annotated[Context | None, ABSENT] = None  #: what the platform tells around its words

    def subjects(self) -> tuple[Subject, ...]:
        """Return the subjects of the statement: each text, then each file."""
        words = [("text", self.text), *((f"text.{each.language}", each.target) for each in self.translations)]
        return (*(Subject(name, sha256_hex(said.encode())) for name, said in words), *self.media)

    def references(self) -> list[Reference]:
        """Return a reference to every statement of the ledger that this one names; all of them came before it."""
        found = [self.source, *(each.source for each in self.pictures), *(each.reference for each in self.earlier)]
        found += [named for each in self.translations for named in (each.translated, *each.reviewed)]
        found += [named for each in self.pictures for track in each.tracks or () for named in track.references()]
        return found + ([self.gone.reference] if self.gone else [])

    def opened(self) -> list[Reference]:
        """Return a reference to each private statement that is opened with this one, in the order in which they are."""
        works = [named for each in self.translations for named in (each.translated, *each.reviewed)]
        return [self.source, *works] if self.bytes_shown else works

    def to_statement(self) -> Statement:
        """Return the statement, about its words and files."""
        return write_form(ACT, self.subjects(), self)


# ---- the format ----------------------------------------------------------------------------------------------------

FILES: Final = several(record(File, name=text, size=whole))
POST_FORM: Final = record(
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
    pictures=several(record(
        Picture, names=several(text, 1), alt=text, source=REFERENCE, tracks=several(TRACK, 1), covered=COVERED,
    )), files=FILES,
    bytes_shown=flag,
    pointer=maybe(record(TextPointer, slice=whole, member=like(r"(/[A-Za-z_]{1,40}){1,8}"), escaped=flag)), day=DAY,
    context=CONTEXT,
)  # fmt: skip
