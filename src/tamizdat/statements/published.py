"""``published``: an edition, its number, the one before, and what is in it.

::

    {"date": "2026-11-25", "edition": 2, "files": {"count": 12, "sha256": "…"}, "format": 2,
     "items": {"count": 57, "root": "…"}, "origin": "tamizdat.example/ledger",
     "previous": "<SHA-256 of edition 1's edition.json>"}    about ``edition/files.txt`` and ``edition/items.txt``

Editions of the first format, made before 30 November 2026, do not have ``format``, and are about ``files.txt`` alone.
"""

from typing import Annotated, Final

from tamizdat.dataclass import dataclass
from tamizdat.errors import BadStatement
from tamizdat.ledger.shapes import ABSENT, SUBJECT, Member, digest, hexadecimal, maybe, record, shown, text, whole
from tamizdat.ledger.statement import Statement, Subject
from tamizdat.statements.forms import DAY, read_form, write_form

ACT: Final = "published"
FORMAT: Final = 2  #: of the site's folder, which this version writes (``docs/spec/publication.md``)
FILES, ITEMS = "edition/files.txt", "edition/items.txt"  #: the names of the subjects, two lists


@dataclass(frozen=True)
class ItemList:
    """How many items there are, and the RFC 6962 root over the lines of ``items.txt``."""

    count: int
    root: bytes


@dataclass(frozen=True)
class FileList:
    """How many lines ``files.txt`` has, and its SHA-256."""

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
    format: Annotated[int | None, ABSENT] = None  #: of the site's folder; None is the first
    list_of_items: Annotated[str, SUBJECT] = ""  #: the SHA-256 of ``items.txt``; "" in the first format

    def to_statement(self) -> Statement:
        """Return the statement, about the lists of files and items."""
        lists = (Subject(FILES, self.files.sha256), Subject(ITEMS, self.list_of_items))
        return write_form(ACT, lists if self.format else lists[:1], self)


_FORM: Final = record(
    Edition, number=whole, previous=maybe(hexadecimal(32)), date=DAY, origin=text,
    items=record(ItemList, count=whole, root=digest), files=record(FileList, count=whole, sha256=hexadecimal(32)),
    format=whole,
)  # fmt: skip


def read(statement: Statement) -> Edition:
    """Read a ``published`` statement.

    Raises :class:`BadStatement` for any other.
    """
    first = "format" not in statement.predicate
    digests = {each.name: each.sha256 for each in statement.subjects}
    names = (FILES,) if first else (FILES, ITEMS)
    edition = read_form(statement, ACT, names, _FORM, list_of_items=digests.get(ITEMS, ""))
    if (found := digests[FILES]) != edition.files.sha256:
        raise BadStatement(f"Expected an edition about its own list of files, {edition.files.sha256}, found {found}.")
    if edition.format not in (None, FORMAT):
        raise BadStatement(
            f"Expected an edition in format {FORMAT} or the first, found format {shown(edition.format)}. Check it with"
            " a newer version of this program."
        )
    if not edition.number:
        raise BadStatement("Expected an edition's number from 1 on, found 0.")
    return edition
