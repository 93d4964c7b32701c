"""``parted``: a version that was taken for one of another post is one of the post that its own bytes name.

::

    {"commitment": "5c…", "observed": 47, "own": "https://a.example/?p=9025", "post": "https://a.example/?p=25",
     "seen": "2026-…"}                                                              about ``post``, the raw bytes
"""

from typing import Annotated, Final

from tamizdat.dataclass import dataclass
from tamizdat.ledger.shapes import SUBJECT, digest, record, text, whole
from tamizdat.ledger.statement import Statement, Subject
from tamizdat.statements.forms import read_form, write_form
from tamizdat.statements.observed import POST

ACT: Final = "parted"


@dataclass(frozen=True)
class Parted:
    """The version of entry ``observed``: joined to *post*, and by its bytes of *own*."""

    observed: int
    commitment: bytes
    own: str
    post: str
    seen: str
    raw: Annotated[str, SUBJECT] = ""  #: SHA-256 of the version's bytes

    def to_statement(self) -> Statement:
        """Return the statement, about the version's bytes."""
        return write_form(ACT, (Subject(POST, self.raw),), self)


_FORM: Final = record(Parted, observed=whole, commitment=digest, own=text, post=text, seen=text)


def read(statement: Statement) -> Parted:
    """Read a ``parted`` statement.

    Raises :class:`BadStatement` for any other.
    """
    return read_form(statement, ACT, (POST,), _FORM, raw=statement.subjects[0].sha256)
