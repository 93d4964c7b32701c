"""``edited``: two versions of a post in a row say or show different things.

::

    {"after": {"commitment": "5c…", "index": 47, "text": "五年了。"}, "as_of": "2026-03-01T…",
     "before": {"commitment": "1e…", "index": 19, "text": "五年了"}, "post": "https://x.com/i/status/57",
     "seen": "2026-…"}                                         about ``post``, the raw bytes of the later version

``"pictures": true`` is there if the words stayed and a picture was replaced, added or taken away.
"""

from typing import Annotated, Final

from tamizdat.dataclass import dataclass
from tamizdat.ledger.shapes import ABSENT, SUBJECT, digest, flag, record, text, whole
from tamizdat.ledger.statement import Statement, Subject
from tamizdat.statements.forms import read_form, write_form
from tamizdat.statements.observed import POST

ACT: Final = "edited"


@dataclass(frozen=True)
class Side:
    """A version: its ``observed`` statement by index and commitment, and its words."""

    index: int
    commitment: bytes
    text: str
    summary: Annotated[str | None, ABSENT] = None


@dataclass(frozen=True)
class Edited:
    """Two versions that differ; the platform gave out the later one for the time ``as_of``."""

    post: str
    before: Side
    after: Side
    as_of: str
    seen: str
    pictures: Annotated[bool | None, ABSENT] = None  #: true if the words are the same and the pictures are not
    raw: Annotated[str, SUBJECT] = ""  #: SHA-256 of the later version's bytes

    def to_statement(self) -> Statement:
        """Return the statement, about the later version's bytes."""
        return write_form(ACT, (Subject(POST, self.raw),), self)


_SIDE: Final = record(Side, index=whole, commitment=digest, text=text, summary=text)
_FORM: Final = record(Edited, post=text, before=_SIDE, after=_SIDE, as_of=text, seen=text, pictures=flag)


def read(statement: Statement) -> Edited:
    """Read an ``edited`` statement.

    Raises :class:`BadStatement` for any other.
    """
    return read_form(statement, ACT, (POST,), _FORM, raw=statement.subjects[0].sha256)
