"""``transcribed``: an account writes down what is said in a clip, or in a recording of sound.

::

    {"after": null, "by": "<tag>", "clip": {"commitment": "…", "index": 41},
     "cues": [{"from": 1200, "speaker": "teacher", "text": "They are gone.", "to": 3400}], "day": "2026-11-25",
     "language": "zh"}                       about ``transcript``, the UTF-8 of all speakers and words (:attr:`words`)

A cue is what is said from one instant to another, in milliseconds from the beginning. ``by`` is 16 bytes that stand for
the account in its work on this clip and language alone. ``after`` is the version that this one follows, null for the
first. An account's word on it is a ``reviewed``, whose ``post`` is :attr:`name`.
"""

from typing import Annotated, Final

from tamizdat.dataclass import dataclass
from tamizdat.encoding import sha256_hex
from tamizdat.errors import BadStatement
from tamizdat.ledger.shapes import Member, maybe, record, several, text, whole
from tamizdat.ledger.statement import Statement, Subject
from tamizdat.statements.forms import DAY, LANGUAGE, calendar_day, read_form, write_form
from tamizdat.statements.reference import REFERENCE, Reference
from tamizdat.statements.translated import TAG

ACT: Final = "transcribed"
TRANSCRIPT: Final = "transcript"  #: the name of the one subject
CLIP: Final = "clip/"  #: with an item's number, what a transcript is called; no address of a post is like it
GAP: Final = "\n\n"  #: between two pieces of a transcript's words; none of them has an empty line


@dataclass(frozen=True)
class Cue:
    """What is said from one instant of a clip to another, in milliseconds; *speaker* is "" where nobody is named."""

    start: Annotated[int, Member("from")]
    end: Annotated[int, Member("to")]
    speaker: str
    text: str


@dataclass(frozen=True)
class Transcribed:
    """A version of the transcript of one clip."""

    clip: Reference  #: the ``captured`` statement of the file
    language: str
    cues: tuple[Cue, ...]
    by: str
    day: str
    after: Reference | None

    @property
    def name(self) -> str:
        """What the transcript is called where a post's id would stand."""
        return f"{CLIP}{self.clip.index}"

    @property
    def speakers(self) -> tuple[str, ...]:
        """Who speaks, in the order of their first words."""
        return tuple(dict.fromkeys(each.speaker for each in self.cues if each.speaker))

    @property
    def words(self) -> str:
        """All that is to be translated: each speaker once, then the text of each cue, an empty line between two."""
        return GAP.join((*self.speakers, *(each.text for each in self.cues)))

    def to_statement(self) -> Statement:
        """Return the statement, about speakers and words."""
        return write_form(ACT, (Subject(TRANSCRIPT, sha256_hex(self.words.encode())),), self)


@dataclass(frozen=True)
class Track:
    """What is said in a clip or sound, in one language, and the published file that holds it as subtitles."""

    language: str
    name: str  #: of the file
    cues: tuple[Cue, ...]
    credit: str  #: the name that who wrote or translated it chose, "" for none
    reviewer: str
    day: str
    stated: Reference  #: what was proposed: the ``transcribed``, or the ``translated`` statement
    reviewed: tuple[Reference, ...]

    def references(self) -> tuple[Reference, ...]:
        """Return a reference to every statement that it names."""
        return self.stated, *self.reviewed


CUE: Final = record(Cue, start=whole, end=whole, speaker=text, text=text)
_FORM: Final = record(
    Transcribed, clip=REFERENCE, language=LANGUAGE, cues=several(CUE, 1), by=TAG, day=calendar_day,
    after=maybe(REFERENCE),
)  # fmt: skip

TRACK: Final = record(
    Track, language=LANGUAGE, name=text, cues=several(CUE, 1), credit=text, reviewer=text, day=DAY,
    stated=REFERENCE, reviewed=several(REFERENCE, 1),
)  # fmt: skip


def read(statement: Statement) -> Transcribed:
    """Read a ``transcribed`` statement.

    Raises :class:`BadStatement` for any other, and for cues that end before they begin, stand in another order than
    they begin, or whose pieces cannot be told apart.
    """
    said = read_form(statement, ACT, (TRANSCRIPT,), _FORM)
    if sha256_hex(said.words.encode()) != statement.subjects[0].sha256:
        raise BadStatement(f"Expected '{ACT}' to be about its own words, found {statement.subjects[0].sha256}.")
    before = 0
    for at, each in enumerate(said.cues, 1):
        pieces = (each.speaker, each.text) if each.speaker else (each.text,)
        if not before <= each.start < each.end or not all(map(_is_piece, pieces)):
            raise BadStatement(f"Expected cues with words, in order, without an empty line; found another as no. {at}.")
        before = each.start
    return said


def _is_piece(piece: str) -> bool:
    return bool(piece.strip()) and piece == piece.strip() and all(map(str.strip, piece.split("\n")))
