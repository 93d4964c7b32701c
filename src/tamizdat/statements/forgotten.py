"""``forgotten``: the desk destroyed what these statements said; that there was something, and when, stays.

::

    {"day": "2026-11-30", "entries": [{"commitment": "9b…", "index": 19}, {"commitment": "c1…", "index": 47}],
     "instead": [{"entry": 12, "now": 57}], "why": "asked"}           about ``entries``, their commitments in order

It names entries by what is public of them, and repeats nothing: neither a word, nor a digest with which a guess could
be tried. *instead*: entry 12 said that a file was kept, or what stood in it; entry 57 says the same of the file as it
is since, with zeros or spaces where the words were. ``why`` is one of four words, so that nothing can be written there.
"""

from collections.abc import Sequence
from typing import Annotated, Final

from tamizdat.dataclass import dataclass
from tamizdat.encoding import sha256_hex
from tamizdat.errors import BadStatement
from tamizdat.ledger.shapes import SUBJECT, record, several, whole
from tamizdat.ledger.statement import Statement, Subject
from tamizdat.statements.forms import calendar_day, one_of, read_form, write_form
from tamizdat.statements.reference import REFERENCE, Reference

ACT: Final = "forgotten"
ENTRIES: Final = "entries"  #: the name of the one subject
#: somebody asked for it; a court or a law wants it; it may harm somebody; it should never have been taken in
WHY = ASKED, ORDERED, DANGER, MISTAKE = "asked", "ordered", "danger", "mistake"


@dataclass(frozen=True)
class Instead:
    """Where *entry* is spoken of, *now* counts: the same of a file in which what was forgotten is blank."""

    entry: int
    now: int


@dataclass(frozen=True)
class Forgotten:
    """Which entries were destroyed, on which day, and why."""

    day: str
    why: str
    entries: tuple[Reference, ...]
    instead: tuple[Instead, ...] = ()
    about: Annotated[str, SUBJECT] = ""  #: SHA-256 of the commitments, 32 bytes each, one after the other

    def to_statement(self) -> Statement:
        """Return the statement, about the commitments."""
        return write_form(ACT, (Subject(ENTRIES, digest_of(self.entries)),), self)


def digest_of(entries: Sequence[Reference]) -> str:
    """Return the SHA-256 that the statement is about."""
    return sha256_hex(b"".join(each.commitment for each in entries))


_FORM: Final = record(
    Forgotten, day=calendar_day, why=one_of(*WHY), entries=several(REFERENCE, 1),
    instead=several(record(Instead, entry=whole, now=whole)),
)  # fmt: skip


def read(statement: Statement) -> Forgotten:
    """Read a ``forgotten`` statement.

    Raises :class:`BadStatement` for any other.
    """
    said = read_form(statement, ACT, (ENTRIES,), _FORM, about=statement.subjects[0].sha256)
    if said.about != digest_of(said.entries):
        raise BadStatement("Expected 'forgotten' to be about the commitments it names, found another digest.")
    return said
