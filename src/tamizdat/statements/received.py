"""``received``: a consignment arrived, whole or in part.

::

    {"bytes": 71303168, "consignment": "4f…", "device": "9a…", "files": 16, "name": "anna", "state": "complete",
     "at": "2026-11-23T08:00:00Z", "receipt": "7c…", "copies": ["second-disk"]}     about manifest.json, …

The index takes the first subject for the manifest; of an incomplete consignment that is the inventory. The statement
is made again with ``copies`` when other stores hold everything; ``receipt`` (16 bytes) is there only once every byte
was decoded.
"""

from typing import Annotated, Final

from tamizdat.dataclass import dataclass
from tamizdat.errors import BadStatement
from tamizdat.ledger.shapes import ABSENT, SUBJECT, Member, hexadecimal, maybe, record, several, text, whole
from tamizdat.ledger.statement import Statement, Subject
from tamizdat.statements.forms import read_form, write_form

ACT: Final = "received"
COMPLETE: Final = "complete"  #: the state of a consignment whose every byte was checked


@dataclass(frozen=True)
class Received:
    """A consignment in the archive. ``files`` and ``size`` (bytes) count what was taken in."""

    consignment: str  #: 32 bytes in hexadecimal
    device: str | None
    state: str
    files: int
    size: Annotated[int, Member("bytes")]
    name: Annotated[str | None, ABSENT] = None  #: of the device, as the desk calls it
    at: Annotated[str | None, ABSENT] = None
    receipt: Annotated[str | None, ABSENT] = None  #: 16 bytes in hexadecimal
    copies: Annotated[tuple[str, ...] | None, ABSENT] = None  #: names of the stores that gave everything back
    documents: Annotated[tuple[Subject, ...], SUBJECT] = ()  #: the manifest (or inventory) first

    def to_statement(self) -> Statement:
        """Return the statement, about the consignment's documents."""
        return write_form(ACT, self.documents, self)


_FORM: Final = record(
    Received, consignment=text, device=maybe(text), state=text, files=whole, size=whole, name=text, at=text,
    receipt=hexadecimal(16), copies=several(text),
)  # fmt: skip


def read(statement: Statement) -> Received:
    """Read a ``received`` statement.

    Raises :class:`BadStatement` for any other.
    """
    names = tuple(each.name for each in statement.subjects)
    said = read_form(statement, ACT, names, _FORM, documents=statement.subjects)
    if said.receipt is None and said.copies is not None:
        raise BadStatement("Expected copies only of a consignment with a receipt, found some without one.")
    return said
