"""``gone``: the platform itself says that a post is not there any more.

::

    {"as_of": "2026-04-01T…", "commitment": "5c…", "deleted": "2026-03-11T…", "from": [{…}], "observed": 47,
     "post": "https://x.com/i/status/57", "reason": "…", "seen": "2026-…", "word": "export"}
                                                               about ``post``, the raw bytes of the last version

``word`` is ``export`` (a list of deleted posts; ``from`` says where) or ``http`` (an answer of 404 or 410: ``status``,
at ``url``).
"""

from typing import Annotated, Final

from tamizdat.dataclass import dataclass
from tamizdat.ledger.shapes import ABSENT, SUBJECT, Member, digest, record, several, text, whole
from tamizdat.ledger.statement import Statement, Subject
from tamizdat.statements.forms import one_of, read_form, write_form
from tamizdat.statements.observed import POST, SLICE, Slice

ACT: Final = "gone"
EXPORT: Final = "export"
HTTP: Final = "http"


@dataclass(frozen=True)
class Gone:
    """The platform's word about the version of entry ``observed``, the last one that was seen."""

    post: str
    observed: int
    commitment: bytes
    word: str
    as_of: str
    seen: str
    deleted: Annotated[str | None, ABSENT] = None
    reason: Annotated[str | None, ABSENT] = None
    status: Annotated[int | None, ABSENT] = None
    url: Annotated[str | None, ABSENT] = None
    slices: Annotated[tuple[Slice, ...] | None, ABSENT, Member("from")] = None
    raw: Annotated[str, SUBJECT] = ""  #: SHA-256 of the last version's bytes

    def to_statement(self) -> Statement:
        """Return the statement, about the last version's bytes."""
        return write_form(ACT, (Subject(POST, self.raw),), self)


_FORM: Final = record(
    Gone, post=text, observed=whole, commitment=digest, word=one_of(EXPORT, HTTP), as_of=text, seen=text, deleted=text,
    reason=text, status=whole, url=text, slices=several(SLICE),
)  # fmt: skip


def read(statement: Statement) -> Gone:
    """Read a ``gone`` statement.

    Raises :class:`BadStatement` for any other.
    """
    return read_form(statement, ACT, (POST,), _FORM, raw=statement.subjects[0].sha256)
