"""``withdrawn``: an item that an edition showed is shown no more.

::

    {"day": "2026-12-01", "item": 17, "reason": "…"}                  about ``items/17/statement.json``, the last one

The statement stays in the archive; readers see what it says on the item's page, which the edition lists.
"""

from typing import Annotated, Final

from tamizdat.dataclass import dataclass
from tamizdat.ledger.shapes import SUBJECT, Member, record, text, whole
from tamizdat.ledger.statement import Statement, Subject
from tamizdat.statements.forms import DAY, read_form, write_form

ACT: Final = "withdrawn"


@dataclass(frozen=True)
class Withdrawn:
    """Since when an item is withdrawn, and why ("" if the desk gave no reason)."""

    number: Annotated[int, Member("item")]
    day: str
    reason: str
    last: Annotated[str, SUBJECT] = ""  #: SHA-256 of the item's last public statement

    def to_statement(self) -> Statement:
        """Return the statement, about the item's last public statement."""
        return write_form(ACT, (Subject(_name(self.number), self.last),), self)


_FORM: Final = record(Withdrawn, number=whole, day=DAY, reason=text)


def read(statement: Statement) -> Withdrawn:
    """Read a ``withdrawn`` statement.

    Raises :class:`BadStatement` for any other.
    """
    names = tuple(each.name for each in statement.subjects)
    said = read_form(statement, ACT, names[:1], _FORM, last=statement.subjects[0].sha256)
    return read_form(statement, ACT, (_name(said.number),), _FORM, last=said.last)


def _name(number: int) -> str:
    return f"items/{number}/statement.json"
