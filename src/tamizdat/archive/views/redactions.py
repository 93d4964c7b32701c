"""What the index knows of covering: what is to be covered in which file, and who agreed.

::

    41 captured  a clip of a card
    60 redacted  {"item": {"index": 41, …}, "regions": […], "by": tag, …}                                proposed
    61 cleared   {"redacted": {"index": 60, …}, "verdict": "approved", "by": another tag, …}             approved

What counts is judged when a row is read: a ``redacted`` must name a ``captured`` statement truly, of a card or of a
post's file, and be about that file; a ``cleared`` must name that ``redacted`` truly, be about the same file and the
same regions, and be by another tag, or return what its own drew. Of the words on one ``redacted`` the latest counts.
The newest approved one is what lies over the file, whatever was proposed since.

A file is its bytes: what is covered in a clip of a card is covered in every post that shows the same clip, and the
other way round. Questions name a file by the number of any ``captured`` statement about it.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from tamizdat.archive.views.rows import Ask, Row, insertion
from tamizdat.covering import COVER, NOTHING, Cover
from tamizdat.dataclass import dataclass
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
LOOKUPS: Final = {"redacted_of": "redacted (original, number)", "cleared_of": "cleared (redacted, number)"}


@dataclass(frozen=True)
class Redaction:
    """What somebody said is to be covered in a file; *number* is the index of the statement, *item* that of the file's.

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
    " FROM redacted WHERE item < number AND (EXISTS (SELECT 1 FROM captured WHERE captured.number = redacted.item"
    " AND captured.original = redacted.original) OR EXISTS (SELECT 1 FROM media WHERE media.capture = redacted.item"
    " AND media.object = redacted.original))"
    " AND (SELECT leaf FROM entries WHERE number = redacted.item) = redacted.leaf"
)
_BYTES: Final = (
    "SELECT original FROM captured WHERE number = ?1 UNION ALL SELECT object FROM media WHERE capture = ?1 LIMIT 1"
)
_CAPTURES: Final = "SELECT number FROM captured WHERE original = ?1 UNION SELECT capture FROM media WHERE object = ?1"


class Redactions:
    """What is to be covered; reached as ``archive.index.redactions``."""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask

    def history(self, item: int) -> list[Redaction]:
        """Return everything that was said is to be covered in a file, the oldest first."""
        return self._found(f"{_TRUE} AND original = ({_BYTES}) ORDER BY number", item)

    def redaction(self, number: int) -> Redaction | None:
        """Return one, by the index of its statement; None if this is not the number of one that counts."""
        return next(iter(self._found(f"{_TRUE} AND number = ?", number)), None)

    def latest(self, item: int) -> Redaction | None:
        """Return the newest of a file, whatever its state; None if there is none."""
        return next(reversed(self.history(item)), None)

    def approved(self, item: int) -> Redaction | None:
        """Return the newest that was approved, which is what lies over the file; None if there is none."""
        return newest_approved(self.history(item))

    def cover(self, item: int) -> Cover:
        """Return what lies over a file."""
        found = self.approved(item)
        return found.cover if found else NOTHING

    def over(self, original: str) -> Cover:
        """Return what lies over a file with this SHA-256, wherever it came from."""
        found = newest_approved(self._found(f"{_TRUE} AND original = ? ORDER BY number", original))
        return found.cover if found else NOTHING

    def every(self) -> dict[str, list[Redaction]]:
        """Return everything that was said is to be covered, the oldest first, by the SHA-256 of the file."""
        found: dict[str, list[Redaction]] = {}
        for each in self._found(f"{_TRUE} ORDER BY number"):
            found.setdefault(each.original, []).append(each)
        return found

    def waiting(self) -> list[Redaction]:
        """Return the newest of each file of which nobody said a word, in the order in which they were proposed."""
        newest = sorted((some[-1] for some in self.every().values()), key=lambda each: each.number)
        return [each for each in newest if each.state == PROPOSED]

    def about(self, original: str) -> list[int]:
        """Return the numbers of all statements about covering these bytes, whatever counts."""
        question = (
            "SELECT number FROM redacted WHERE original = ?1 UNION SELECT number FROM cleared WHERE original = ?1"
        )
        return sorted(row[0] for row in self._ask(question, original))

    def captures(self, original: str) -> list[int]:
        """Return the numbers of all ``captured`` statements about these bytes: of cards and of posts."""
        return sorted(row[0] for row in self._ask(_CAPTURES, original))

    def _found(self, question: str, *values: int | str) -> list[Redaction]:
        return [
            Redaction(row[0], row[1], row[2], COVER(parse_canonical(row[3].encode(), "a cover")), *row[4:])
            for row in self._ask(question, *values)
        ]


def newest_approved(said: Sequence[Redaction]) -> Redaction | None:
    """Return of what was *said* of a file, the oldest first, what lies over it; None if nothing was approved."""
    return next((each for each in reversed(said) if each.state == APPROVED), None)


def rows(number: int, said: Act) -> Iterator[Row]:
    """Return the rows that a statement about covering adds to the index."""
    match said:
        case Redacted():
            cover = (said.original, said.cover.document.decode(), said.cover.digest)
            yield insertion("redacted", (number, said.item.index, said.item.commitment, *cover, said.by, said.day))
        case Cleared():
            of = (said.redacted.index, said.redacted.commitment, said.original, said.cover)
            yield insertion("cleared", (number, *of, said.verdict, said.by, said.day))
