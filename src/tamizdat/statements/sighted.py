"""``sighted``: known versions of posts stood unchanged in what a platform gave out later.

::

    {"as_of": "2026-05-01T…", "capture": 812, "commitment": "9b…", "seen": "2026-…",
     "versions": [[19, 47], [60, 60]]}                                               about ``original``, the file

One statement tells it of many posts: ``versions`` are the first and last index, both included, of ``observed``
statements in a row, in order. Of what has not changed nothing else is stated. ``whole`` is there once the file and all
that came with it was read: it names the account that was given all it had written (``x-archive 12``).
"""

from collections.abc import Iterable
from typing import Annotated, Final

from tamizdat.dataclass import dataclass
from tamizdat.errors import BadEncoding
from tamizdat.ledger.shapes import ABSENT, SUBJECT, digest, record, several, shown, text, whole
from tamizdat.ledger.statement import Statement, Subject
from tamizdat.statements.forms import read_form, write_form

ACT: Final = "sighted"
ORIGINAL: Final = "original"  #: the name of the one subject


@dataclass(frozen=True)
class Sighted:
    """The file of the *captured* statement of entry ``capture`` holds these versions, as of that time."""

    capture: int
    commitment: bytes
    as_of: str
    seen: str
    versions: tuple[tuple[int, int], ...]
    whole: Annotated[str | None, ABSENT] = None  #: whose export it is, if it was read to its end and is whole
    original: Annotated[str, SUBJECT] = ""  #: SHA-256 of the file

    def to_statement(self) -> Statement:
        """Return the statement, about the file."""
        return write_form(ACT, (Subject(ORIGINAL, self.original),), self)


_PAIR: Final = several(whole, 2)


def _span(value: object) -> tuple[int, int]:
    pair = _PAIR(value)
    if len(pair) != 2 or pair[0] > pair[1]:
        raise BadEncoding(f"Expected the first and last of some indexes, found {shown(value)}.")
    return pair[0], pair[1]


_FORM: Final = record(
    Sighted, capture=whole, commitment=digest, as_of=text, seen=text, versions=several(_span), whole=text
)


def read(statement: Statement) -> Sighted:
    """Read a ``sighted`` statement.

    Raises :class:`BadStatement` for any other.
    """
    return read_form(statement, ACT, (ORIGINAL,), _FORM, original=statement.subjects[0].sha256)


def spans(indexes: Iterable[int]) -> tuple[tuple[int, int], ...]:
    """Return indexes as spans of those in a row.

    >>> spans([19, 47, 20, 21])
    ((19, 21), (47, 47))
    """
    found: list[tuple[int, int]] = []
    for each in sorted(set(indexes)):
        if found and found[-1][1] == each - 1:
            found[-1] = found[-1][0], each
        else:
            found.append((each, each))
    return tuple(found)
