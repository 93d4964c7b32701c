"""``captured``: a file is kept as an object, from a card or from an export of posts.

::

    {"consignment": "4f…", "kind": "original", "modified": "2026-…", "path": "DCIM/C0032.MP4", "size": 52428800,
     "state": "whole"}                                                         of a card, about ``original``
    {"as_of": "2026-…", "context": {"account": "12"}, "format": "x-archive/v1", "kind": "posts",
     "path": "data/tweets.js", "seen": "2026-…", "size": 410}                  of an export, about ``original``

``docs/spec/carrying.md`` and ``docs/spec/posts.md`` have the members.
"""

from collections.abc import Mapping
from typing import Annotated, Final

from tamizdat.dataclass import dataclass
from tamizdat.encoding import Json
from tamizdat.ledger.shapes import ABSENT, SUBJECT, anything, maybe, record, text, whole
from tamizdat.ledger.statement import Statement, Subject
from tamizdat.statements.forms import read_form, write_form

ACT: Final = "captured"
ORIGINAL: Final = "original"  #: the name of the one subject


@dataclass(frozen=True)
class CapturedFile:
    """A file of a card; ``size`` in bytes. ``state`` tells whether it changed while it was read."""

    consignment: str
    path: str
    size: int
    modified: str | None
    kind: str
    state: str
    original: Annotated[str, SUBJECT] = ""  #: its SHA-256

    def to_statement(self) -> Statement:
        """Return the statement, about the file."""
        return write_form(ACT, (Subject(ORIGINAL, self.original),), self)


@dataclass(frozen=True)
class CapturedSource:
    """A file of an export, or an answer of a feed. ``kind`` is ``posts``, ``account`` or ``media``."""

    kind: str
    path: str
    format: str
    size: int
    seen: str
    as_of: Annotated[str | None, ABSENT] = None
    context: Annotated[Mapping[str, Json] | None, ABSENT] = None  #: only of posts: what the format's reader must know
    url: Annotated[str | None, ABSENT] = None
    etag: Annotated[str | None, ABSENT] = None
    modified: Annotated[str | None, ABSENT] = None
    withheld: Annotated[int | None, ABSENT] = None  #: how many letters between the posts were not kept
    original: Annotated[str, SUBJECT] = ""  #: its SHA-256

    def to_statement(self) -> Statement:
        """Return the statement, about the file."""
        return write_form(ACT, (Subject(ORIGINAL, self.original),), self)


_FILE: Final = record(
    CapturedFile, consignment=text, path=text, size=whole, modified=maybe(text), kind=text, state=text
)
_SOURCE: Final = record(
    CapturedSource, kind=text, path=text, format=text, size=whole, seen=text, as_of=text, context=anything, url=text,
    etag=text, modified=text, withheld=whole,
)  # fmt: skip


def read(statement: Statement) -> CapturedFile | CapturedSource:
    """Read a ``captured`` statement, of a card or of an export.

    Raises :class:`BadStatement` for any other.
    """
    original = statement.subjects[0].sha256
    if "consignment" in statement.predicate:
        return read_form(statement, ACT, (ORIGINAL,), _FILE, original=original)
    return read_form(statement, ACT, (ORIGINAL,), _SOURCE, original=original)
