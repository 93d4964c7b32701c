"""What the index knows of readings: in which recording whose name is read, and whether its speaker consents.

::

    31 catalogued  王小明
    77 captured    a recording
    90 recited     {"recording": {"index": 77, …}, "person": {"index": 31, …}, "consent": "given", …}

A ``recited`` counts if it names a ``captured`` statement truly, is about that file, and names a person of the list
truly. Of those about one recording the latest counts, whole: one without a person says that it is no reading any more.
"""

from collections.abc import Iterator
from typing import Final

from tamizdat.archive.views.rows import Ask, Row, insertion
from tamizdat.dataclass import dataclass
from tamizdat.statements import Act
from tamizdat.statements.recited import GIVEN, UNASKED, WITHDRAWN, Recited

TABLES: Final = {
    "recited": "number INTEGER PRIMARY KEY, recording INTEGER, leaf BLOB, original TEXT, person INTEGER,"
    " person_leaf BLOB, consent TEXT, day TEXT",
}
LOOKUPS: Final = {"recited_of": "recited (recording, number)"}
_TRUE: Final = (
    "SELECT number, recording, person, consent, day FROM recited AS this WHERE recording < number"
    " AND EXISTS (SELECT 1 FROM captured WHERE captured.number = this.recording AND captured.original = this.original)"
    " AND (SELECT leaf FROM entries WHERE number = this.recording) = this.leaf"
    " AND (person IS NULL OR person < number"
    " AND (SELECT leaf FROM entries WHERE number = this.person) = this.person_leaf"
    " AND EXISTS (SELECT 1 FROM people WHERE people.person = this.person))"
)

_OWN_WORD: Final = (
    f"SELECT 1 FROM ({_TRUE}) WHERE recording = ?1 AND consent = '{WITHDRAWN}' AND number + 1 ="  # noqa: S608
    " (SELECT max(number) FROM catalogued WHERE item = ?1 AND release = 'withdrawn')"
)


@dataclass(frozen=True)
class Reading:
    """Whose name is read in which recording; *person* is None for none. *number* is the index of the statement."""

    number: int
    recording: int
    person: int | None
    consent: str
    day: str

    @property
    def is_consented(self) -> bool:
        """Whether the speaker agreed, after being told that a voice can be recognised."""
        return self.consent == GIVEN

    @property
    def is_refused(self) -> bool:
        """Whether the speaker took it back."""
        return self.consent == WITHDRAWN


class Readings:
    """The readings of names; reached as ``archive.index.readings``."""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask

    def history(self, recording: int) -> list[Reading]:
        """Return what was said of a recording, the oldest first."""
        return [Reading(*row) for row in self._ask(f"{_TRUE} AND recording = ? ORDER BY number", recording)]

    def latest(self, recording: int) -> Reading | None:
        """Return what is said of a recording now; None if nothing ever was."""
        return next(reversed(self.history(recording)), None)

    def of(self, recording: int) -> Reading | None:
        """Return whose name is read in a recording; None if it is no reading."""
        found = self.latest(recording)
        return found if found and found.person is not None else None

    def newest(self) -> dict[int, Reading]:
        """Return what is said now of every recording of which anything ever was, by its number."""
        every = (Reading(*row) for row in self._ask(f"{_TRUE} ORDER BY number"))
        return dict(sorted({each.recording: each for each in every}.items()))

    def is_withdrawn_by_speaker(self, recording: int) -> bool:
        """Return whether a recording was taken off last by its speaker's own word, which is stated just before."""
        return any(self._ask(_OWN_WORD, recording))

    def taken_back(self) -> frozenset[int]:
        """Return the recordings whose speaker took the consent back: it was given and is not, or refused."""
        given, found = set[int](), set[int]()
        for each in (Reading(*row) for row in self._ask(f"{_TRUE} ORDER BY number")):
            given |= {each.recording} if each.is_consented else set()
            is_back = each.is_refused or (each.consent == UNASKED and each.recording in given)
            (found.add if is_back else found.discard)(each.recording)
        return frozenset(found)

    def all(self) -> list[Reading]:
        """Return every recording in which somebody's name is read now, by its number."""
        return [each for each in self.newest().values() if each.person is not None]


def rows(number: int, said: Act) -> Iterator[Row]:
    """Return the rows that a statement about a reading adds to the index."""
    if isinstance(said, Recited):
        person = (said.person.index, said.person.commitment) if said.person else (None, None)
        about = (said.recording.index, said.recording.commitment, said.original)
        yield insertion("recited", (number, *about, *person, said.consent, said.day))
