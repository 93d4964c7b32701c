"""``redacted``: an account says what is to be covered in a picture, clip or sound of a card.

::

    {"after": null, "by": "<tag>", "day": "2026-11-25", "item": {"commitment": "…", "index": 41},
     "regions": [{"cover": "solid", "from": 1000, "keys": [{"at": 1000, "height": 2500, "width": 1200, "x": 4100,
     "y": 900}], "shape": "rectangle", "to": 4000}],
     "silences": [{"from": 1000, "to": 4000}]}          about ``original``, the file, and ``cover``, the canonical JSON
                                                        of regions and silences (:mod:`tamizdat.covering`)

``by`` is 16 bytes that stand for the account in its work on the covering of this item alone. ``after`` is the one that
this one follows, null for the first. Nothing is covered by it before another account has cleared it
(:mod:`.cleared`). The statement stays private.
"""

from typing import Annotated, Final

from tamizdat.covering import REGION, SILENCE, Cover, Region, Silence
from tamizdat.dataclass import dataclass
from tamizdat.errors import BadStatement
from tamizdat.ledger.shapes import SUBJECT, maybe, record, several
from tamizdat.ledger.statement import Statement, Subject
from tamizdat.statements.forms import calendar_day, read_form, write_form
from tamizdat.statements.reference import REFERENCE, Reference
from tamizdat.statements.translated import TAG

ACT: Final = "redacted"
ORIGINAL, COVERING = "original", "cover"  #: the names of the two subjects


@dataclass(frozen=True)
class Redacted:
    """What is to be covered in one file."""

    item: Reference  #: its ``captured`` statement
    regions: tuple[Region, ...]
    silences: tuple[Silence, ...]
    by: str
    day: str
    after: Reference | None
    original: Annotated[str, SUBJECT] = ""  #: SHA-256 of the file

    @property
    def cover(self) -> Cover:
        """Regions and silences together."""
        return Cover(self.regions, self.silences)

    def to_statement(self) -> Statement:
        """Return the statement, about the file and what is covered."""
        return write_form(ACT, (Subject(ORIGINAL, self.original), Subject(COVERING, self.cover.digest)), self)


_FORM: Final = record(
    Redacted, item=REFERENCE, regions=several(REGION), silences=several(SILENCE), by=TAG, day=calendar_day,
    after=maybe(REFERENCE),
)  # fmt: skip


def read(statement: Statement) -> Redacted:
    """Read a ``redacted`` statement.

    Raises :class:`BadStatement` for any other.
    """
    said = read_form(statement, ACT, (ORIGINAL, COVERING), _FORM, original=statement.subjects[0].sha256)
    if said.cover.digest != statement.subjects[1].sha256:
        raise BadStatement(
            f"Expected '{ACT}' to be about what it covers, {said.cover.digest}, found {statement.subjects[1].sha256}."
        )
    return said
