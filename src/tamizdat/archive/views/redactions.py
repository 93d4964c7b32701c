"""What the index knows of covering: what is to be covered in which file, and who agreed.

::

    41 captured  a clip of a card
    60 redacted  {"item": {"index": 41, …}, "regions": […], "by": tag, …}                                proposed
    61 cleared   {"redacted": {"index": 60, …}, "verdict": "approved", "by": another tag, …}             approved

What counts is judged when a row is read: a ``redacted`` must name a ``captured`` statement truly and be about that
file; a ``cleared`` must name that ``redacted`` truly, be about the same file and the same regions, and be by another
tag, or return what its own drew. Of the words on one ``redacted`` the latest counts. The newest approved one is what
lies over the file, whatever was proposed since.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from tamizdat.archive.views.rows import Ask, Row, insertion
from tamizdat.covering import COVER, NOTHING, Cover
from tamizdat.encoding import parse_canonical
from tamizdat.statements import Act
from tamizdat.statements.cleared import Cleared
from tamizdat.statements.redacted import Redacted
from tamizdat.statements.reviewed import APPROVED, RETURNED

PROPOSED: Final = "proposed"
TABLES: Final = {
    "redacted": "number INTEGER PRIMARY KEY, item INTEGER, leaf BLOB, original TEXT, cover TEXT, digest TEXT, by TEXT,"
    " day TEXT",
    "cleared": "number INTEGER PRIMARY KEY, redacted INTEGER, leaf BLOB, original TEXT, digest TEXT, verdict TEXT,"
    " by TEXT, day TEXT",
}
LOOKUPS: Final = {"redacted_of": "redacted (item, number)", "cleared_of": "cleared (redacted, number)"}


@dataclass(frozen=True)
class Redaction:
    """What somebody said is to be covered in an item; *number* is the index of the statement.

    *state* is ``proposed``, ``approved`` or ``returned``, by the account with the tag *checked*, "" for none.
    """

    number: int
    item: int
    original: str
    cover: Cover
    by: str
    day: str
    state: str
    checked: str


_VERDICT: Final = (
    "SELECT {} FROM cleared WHERE cleared.redacted = redacted.number AND cleared.number > redacted.number"  # noqa: S608
    " AND cleared.original = redacted.original AND cleared.digest = redacted.digest"
    f" AND (cleared.by <> redacted.by OR cleared.verdict = '{RETURNED}')"
    " AND (SELECT leaf FROM entries WHERE number = redacted.number) = cleared.leaf"
    " ORDER BY cleared.number DESC LIMIT 1"
)
_TRUE: Final = (
    "SELECT number, item, original, cover, by, day,"  # noqa: S608
    f" coalesce(({_VERDICT.format('verdict')}), '{PROPOSED}'), coalesce(({_VERDICT.format('by')}), '')"
    " FROM redacted WHERE item < number AND EXISTS (SELECT 1 FROM captured WHERE captured.number = redacted.item"
    " AND captured.original = redacted.original)"
    " AND (SELECT leaf FROM entries WHERE number = redacted.item) = redacted.leaf"
)


class Redactions:
    """What is to be covered; reached as ``archive.index.redactions``."""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask

    def history(self, item: int) -> list[Redaction]:
        """Return everything that was said is to be covered in an item, the oldest first."""
        return self._found(f"{_TRUE} AND item = ? ORDER BY number", item)

    def redaction(self, number: int) -> Redaction | None:
        """Return one, by the index of its statement; None if this is not the number of one that counts."""
        return next(iter(self._found(f"{_TRUE} AND number = ?", number)), None)

    def latest(self, item: int) -> Redaction | None:
        """Return the newest of an item, whatever its state; None if there is none."""
        return next(reversed(self.history(item)), None)

    def approved(self, item: int) -> Redaction | None:
        """Return the newest that was approved, which is what lies over the item; None if there is none."""
        return next((each for each in reversed(self.history(item)) if each.state == APPROVED), None)

    def cover(self, item: int) -> Cover:
        """Return what lies over an item."""
        found = self.approved(item)
        return found.cover if found else NOTHING

    def waiting(self) -> list[Redaction]:
        """Return the newest of each item of which nobody said a word, in the order in which they were proposed."""
        newest = {each.item: each for each in self._found(f"{_TRUE} ORDER BY number")}
        return [each for each in newest.values() if each.state == PROPOSED]

    def _found(self, question: str, *values: int) -> list[Redaction]:
        return [
            Redaction(row[0], row[1], row[2], COVER(parse_canonical(row[3].encode(), "a cover")), *row[4:])
            for row in self._ask(question, *values)
        ]


def rows(number: int, said: Act) -> Iterator[Row]:
    """Return the rows that a statement about covering adds to the index."""
    match said:
        case Redacted():
            cover = (said.original, said.cover.document.decode(), said.cover.digest)
            yield insertion("redacted", (number, said.item.index, said.item.commitment, *cover, said.by, said.day))
        case Cleared():
            of = (said.redacted.index, said.redacted.commitment, said.original, said.cover)
            yield insertion("cleared", (number, *of, said.verdict, said.by, said.day))
