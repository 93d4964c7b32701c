"""``recited``: in a recording that somebody sent, the name of a person of the list is read aloud.

::

    {"consent": "given", "day": "2026-11-29", "person": {"commitment": "…", "index": 31},
     "recording": {"commitment": "…", "index": 77}}                          about ``original``, the recording's file

``recording`` is its ``captured`` statement, ``person`` the first ``catalogued`` one about them; null: it is no reading
any more. ``consent`` is the word of whoever speaks in it, after being told that a voice can be recognised: ``given``,
``withdrawn``, or ``unasked``. Each statement says all of it; the latest counts. It stays private, and names no account:
who sent the recording, who matched it and who asked is nowhere.

What an edition tells is the member ``reads`` of the recording's ``derived`` statement::

    {"person": 31, "stated": {"commitment": "…", "index": 90}}
"""

from typing import Annotated, Final

from tamizdat.dataclass import dataclass
from tamizdat.ledger.shapes import SUBJECT, maybe, record, whole
from tamizdat.ledger.statement import Statement, Subject
from tamizdat.statements.forms import calendar_day, one_of, read_form, write_form
from tamizdat.statements.reference import REFERENCE, Reference

ACT: Final = "recited"
ORIGINAL: Final = "original"  #: the name of the one subject
CONSENTS = GIVEN, WITHDRAWN, UNASKED = "given", "withdrawn", "unasked"


@dataclass(frozen=True)
class Recited:
    """Whose name is read in a recording, and whether its speaker consents."""

    recording: Reference
    person: Reference | None
    consent: str
    day: str
    original: Annotated[str, SUBJECT] = ""  #: SHA-256 of the file

    def to_statement(self) -> Statement:
        """Return the statement, about the file."""
        return write_form(ACT, (Subject(ORIGINAL, self.original),), self)


@dataclass(frozen=True)
class Reads:
    """What an edition tells of a recording: the number of the person whose name is read in it."""

    person: int
    stated: Reference  #: the ``recited`` statement


READS: Final = record(Reads, person=whole, stated=REFERENCE)
_FORM: Final = record(
    Recited, recording=REFERENCE, person=maybe(REFERENCE), consent=one_of(*CONSENTS), day=calendar_day
)


def read(statement: Statement) -> Recited:
    """Read a ``recited`` statement.

    Raises :class:`BadStatement` for any other.
    """
    return read_form(statement, ACT, (ORIGINAL,), _FORM, original=statement.subjects[0].sha256)
