"""``observed``: a post stood in these bytes, which are slices of captured files.

::

    {"as_of": "2026-…", "from": [{"capture": 12, "commitment": "9b…", "length": 410, "offset": 26}],
     "media": [{"capture": 14, "commitment": "c1…", "path": "data/tweets_media/57-a.jpg"}],
     "post": "https://x.com/i/status/57", "published": "2013-05-12T14:28:00+08:00", "seen": "2026-…",
     "text": "<SHA-256 of the text>"}                                           about ``post``, the raw bytes

The captured files are named by salted commitments, so that the statement may be disclosed and the files stay private.
The slices are joined by line feeds. ``media`` is absent if there are none.
``own`` is there if the bytes give the post another id than the one it was concluded to be.
"""

from typing import Annotated, Final

from tamizdat.dataclass import dataclass
from tamizdat.ledger.shapes import ABSENT, SUBJECT, Member, digest, hexadecimal, maybe, record, several, text, whole
from tamizdat.ledger.statement import Statement, Subject
from tamizdat.statements.forms import read_form, write_form

ACT: Final = "observed"
POST: Final = "post"  #: the name of the one subject, the raw bytes of a version


@dataclass(frozen=True)
class Slice:
    """Bytes of a captured file: ``offset`` and ``length`` in bytes."""

    capture: int
    commitment: bytes
    offset: int
    length: int


@dataclass(frozen=True)
class File:
    """A captured file that belongs to the post, and its name in the export."""

    capture: int
    commitment: bytes
    path: str


@dataclass(frozen=True)
class Observed:
    """A post as it was taken in: where its bytes are, and what was read from them."""

    post: str
    slices: Annotated[tuple[Slice, ...], Member("from")]
    published: str | None
    seen: str
    as_of: str
    text: str  #: SHA-256 of its UTF-8, in hexadecimal
    media: Annotated[tuple[File, ...] | None, ABSENT] = None
    own: Annotated[str | None, ABSENT] = None  #: the id that the bytes give, if ``post`` is another, by our conclusion
    raw: Annotated[str, SUBJECT] = ""  #: SHA-256 of the slices, joined by line feeds

    def to_statement(self) -> Statement:
        """Return the statement, about the raw bytes."""
        return write_form(ACT, (Subject(POST, self.raw),), self)


SLICE: Final = record(Slice, capture=whole, commitment=digest, offset=whole, length=whole)
_FORM: Final = record(
    Observed, post=text, slices=several(SLICE, 1), published=maybe(text), seen=text, as_of=text, text=hexadecimal(32),
    media=several(record(File, capture=whole, commitment=digest, path=text), 1), own=text,
)  # fmt: skip


def read(statement: Statement) -> Observed:
    """Read an ``observed`` statement.

    Raises :class:`BadStatement` for any other.
    """
    return read_form(statement, ACT, (POST,), _FORM, raw=statement.subjects[0].sha256)
