"""``translated``: an account proposes words in another language for a post.

::

    {"after": {"commitment": "…", "index": 61}, "by": "<tag>", "day": "2026-11-25", "language": "en", "notes": [],
     "post": "https://x.com/i/status/57", "segments": [{"source": "五年了。", "target": "Five years."}],
     "source": {"commitment": "…", "index": 19}, "target": "Five years.", "text": "<SHA-256 of the post's text>"}
                                                                       about ``translation``, the UTF-8 of ``target``

``by`` is 16 bytes that stand for the account in its work on this post and language alone. ``after`` is the translation
that this one follows, null for the first.
"""

from typing import Final

from tamizdat.dataclass import dataclass
from tamizdat.encoding import sha256_hex
from tamizdat.errors import BadStatement
from tamizdat.ledger.shapes import hexadecimal, maybe, record, several, text
from tamizdat.ledger.statement import Statement, Subject
from tamizdat.statements.forms import LANGUAGE, calendar_day, read_form, write_form
from tamizdat.statements.reference import REFERENCE, Reference

ACT: Final = "translated"
TRANSLATION: Final = "translation"  #: the name of the one subject
TAG: Final = hexadecimal(16)  #: what stands for an account


@dataclass(frozen=True)
class Segment:
    """A sentence and its translation."""

    source: str
    target: str


@dataclass(frozen=True)
class Translated:
    """A proposed translation of one text of a post."""

    post: str
    source: Reference  #: the ``observed`` statement of the version
    text: str  #: SHA-256 of the version's text
    language: str
    segments: tuple[Segment, ...]
    target: str
    notes: tuple[str, ...]  #: published with it
    by: str
    day: str
    after: Reference | None

    @property
    def digest(self) -> str:
        """The SHA-256 of the words, which the statement is about."""
        return sha256_hex(self.target.encode())

    def to_statement(self) -> Statement:
        """Return the statement, about the words."""
        return write_form(ACT, (Subject(TRANSLATION, self.digest),), self)


_FORM: Final = record(
    Translated, post=text, source=REFERENCE, text=hexadecimal(32), language=LANGUAGE,
    segments=several(record(Segment, source=text, target=text)), target=text, notes=several(text), by=TAG,
    day=calendar_day, after=maybe(REFERENCE),
)  # fmt: skip


def read(statement: Statement) -> Translated:
    """Read a ``translated`` statement.

    Raises :class:`BadStatement` for any other.
    """
    said = read_form(statement, ACT, (TRANSLATION,), _FORM)
    if said.digest != statement.subjects[0].sha256:
        found = statement.subjects[0].sha256
        raise BadStatement(f"Expected a statement about its own words, {said.digest}, found {found}.")
    return said
