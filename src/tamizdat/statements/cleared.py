"""``cleared``: another account's word on what is to be covered, after looking at what remains to be seen.

::

    {"by": "<tag>", "day": "2026-11-25", "redacted": {"commitment": "…", "index": 63},
     "verdict": "approved"}                             about ``original`` and ``cover``, as the ``redacted`` it names

So it holds for these very bytes and these very regions. ``verdict`` is ``approved`` or ``returned``; the latest counts.
Who drew it may return it too. The statement stays private.
"""

from typing import Annotated, Final

from tamizdat.dataclass import dataclass
from tamizdat.ledger.shapes import SUBJECT, record
from tamizdat.ledger.statement import Statement, Subject
from tamizdat.statements.forms import calendar_day, one_of, read_form, write_form
from tamizdat.statements.redacted import COVERING, ORIGINAL
from tamizdat.statements.reference import REFERENCE, Reference
from tamizdat.statements.reviewed import APPROVED, RETURNED
from tamizdat.statements.translated import TAG

ACT: Final = "cleared"
VERDICTS: Final = (APPROVED, RETURNED)


@dataclass(frozen=True)
class Cleared:
    """A verdict on what is to be covered in one file."""

    redacted: Reference
    verdict: str
    by: str
    day: str
    original: Annotated[str, SUBJECT] = ""  #: SHA-256 of the file
    cover: Annotated[str, SUBJECT] = ""  #: SHA-256 of regions and silences

    def to_statement(self) -> Statement:
        """Return the statement, about the file and what is covered."""
        return write_form(ACT, (Subject(ORIGINAL, self.original), Subject(COVERING, self.cover)), self)


_FORM: Final = record(Cleared, redacted=REFERENCE, verdict=one_of(*VERDICTS), by=TAG, day=calendar_day)


def read(statement: Statement) -> Cleared:
    """Read a ``cleared`` statement.

    Raises :class:`BadStatement` for any other.
    """
    about = dict(zip(("original", "cover"), (each.sha256 for each in statement.subjects), strict=False))
    return read_form(statement, ACT, (ORIGINAL, COVERING), _FORM, **about)
