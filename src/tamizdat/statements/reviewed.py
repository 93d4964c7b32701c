"""``reviewed``: an account's word on what another account translated.

::

    {"by": "<tag>", "day": "2026-11-25", "language": "en", "post": "https://x.com/i/status/57",
     "translated": {"commitment": "…", "index": 63}, "verdict": "approved"}     about ``translation``, the words

``verdict`` is ``returned``, ``reviewed`` or ``approved``.
"""

from typing import Annotated, Final

from tamizdat.dataclass import dataclass
from tamizdat.ledger.shapes import SUBJECT, record, text
from tamizdat.ledger.statement import Statement, Subject
from tamizdat.statements.forms import LANGUAGE, calendar_day, one_of, read_form, write_form
from tamizdat.statements.reference import REFERENCE, Reference
from tamizdat.statements.translated import TAG, TRANSLATION

ACT: Final = "reviewed"
RETURNED, REVIEWED, APPROVED = "returned", "reviewed", "approved"
VERDICTS: Final = (RETURNED, REVIEWED, APPROVED)


@dataclass(frozen=True)
class Reviewed:
    """A verdict on one translation."""

    post: str
    language: str
    translated: Reference
    verdict: str
    by: str
    day: str
    words: Annotated[str, SUBJECT] = ""  #: SHA-256 of the translation's words

    def to_statement(self) -> Statement:
        """Return the statement, about the translation's words."""
        return write_form(ACT, (Subject(TRANSLATION, self.words),), self)


_FORM: Final = record(
    Reviewed, post=text, language=LANGUAGE, translated=REFERENCE, verdict=one_of(*VERDICTS), by=TAG, day=calendar_day
)


def read(statement: Statement) -> Reviewed:
    """Read a ``reviewed`` statement.

    Raises :class:`BadStatement` for any other.
    """
    return read_form(statement, ACT, (TRANSLATION,), _FORM, words=statement.subjects[0].sha256)
