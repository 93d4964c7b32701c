"""``published``: an edition, its number, the one before, and what is in it.

::

    {"date": "2026-11-25", "edition": 2, "files": {"count": 812, "sha256": "…"}, "items": {"count": 57, "root": "…"},
     "origin": "tamizdat.example/ledger", "previous": "<SHA-256 of edition 1's edition.json>"}
                                                                         about ``edition/files.txt``
"""

from dataclasses import dataclass
from typing import Annotated, Final

from tamizdat.errors import BadStatement
from tamizdat.ledger.shapes import Member, digest, hexadecimal, maybe, record, text, whole
from tamizdat.ledger.statement import Statement, Subject
from tamizdat.statements.forms import DAY, read_form, write_form

ACT: Final = "published"
FILES: Final = "edition/files.txt"  #: the name of the one subject, the list of the edition's files


@dataclass(frozen=True)
class ItemList:
    """How many items there are, and the RFC 6962 root over the lines of ``items.txt``."""

    count: int
    root: bytes


@dataclass(frozen=True)
class FileList:
    """How many files there are, and the SHA-256 of ``files.txt``."""

    count: int
    sha256: str


@dataclass(frozen=True)
class Edition:
    """What an edition says of itself. Saying it proves nothing yet."""

    number: Annotated[int, Member("edition")]
    previous: str | None  #: SHA-256 of the edition.json before
    date: str
    origin: str
    items: ItemList
    files: FileList

    def to_statement(self) -> Statement:
        """Return the statement, about the list of files."""
        return write_form(ACT, (Subject(FILES, self.files.sha256),), self)


_FORM: Final = record(
    Edition, number=whole, previous=maybe(hexadecimal(32)), date=DAY, origin=text,
    items=record(ItemList, count=whole, root=digest), files=record(FileList, count=whole, sha256=hexadecimal(32)),
)  # fmt: skip


def read(statement: Statement) -> Edition:
    """Read a ``published`` statement.

    Raises :class:`BadStatement` for any other.
    """
    edition = read_form(statement, ACT, (FILES,), _FORM)
    if statement.subjects[0].sha256 != edition.files.sha256:
        found = statement.subjects[0].sha256
        raise BadStatement(f"Expected an edition about its own list of files, {edition.files.sha256}, found {found}.")
    if not edition.number:
        raise BadStatement("Expected an edition's number from 1 on, found 0.")
    return edition
