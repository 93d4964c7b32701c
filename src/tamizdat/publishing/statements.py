"""``derived`` statements: what an edition says in public of each item, found again or signed anew.

The statement is the cache of all that is slow: if the ledger holds one of ours that says exactly what would be said
now, about the same bytes, it is used again, and with it the files it names. A statement counts as ours only if it is
signed by a key of the desk that the roster lists for its place in the ledger, because a reader will accept no other.
"""

import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from tamizdat.archive import Archive
from tamizdat.archive.signing import sign_all
from tamizdat.encoding import Json, sha256_hex
from tamizdat.errors import BadStatement
from tamizdat.keys import SigningKey
from tamizdat.ledger.roster import Roster
from tamizdat.ledger.statement import Statement, Subject, open_envelope

ACT: Final = "derived"


@dataclass(frozen=True)
class Derived:
    """A ``derived`` statement of ours, at *index* of the ledger."""

    index: int
    envelope: bytes
    statement: Statement
    signer: bytes

    @property
    def said(self) -> dict[str, Any]:
        """What it says."""
        return self.statement.predicate

    @property
    def digest(self) -> str:
        """SHA-256 of its bytes, as ``items.txt`` lists it."""
        return sha256_hex(self.envelope)

    def subject(self, name: str) -> str:
        """The SHA-256 of one of its files."""
        return next(each.sha256 for each in self.statement.subjects if each.name == name)


@dataclass
class Statements:
    """All ``derived`` statements of ours, by item, the oldest first."""

    archive: Archive
    desk: SigningKey
    roster: Roster
    today: str
    earlier: dict[int, list[Derived]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for index in self.archive.index.by_act(ACT):
            envelope = self.archive.disclosure(index).envelope
            with contextlib.suppress(BadStatement):
                opened = open_envelope(envelope, self.roster.keys_at("desk", index))
                derived = Derived(index, envelope, opened.statement, min(opened.signed_by))
                self.earlier.setdefault(derived.said["item"], []).append(derived)

    def of(self, number: int) -> Sequence[Derived]:
        """Those about one item."""
        return self.earlier.get(number, ())

    def same(self, number: int, subjects: Sequence[Subject], said: Mapping[str, Json]) -> Derived | None:
        """The one that says exactly *said* (which has no ``day``), about the same bytes."""
        for each in reversed(self.of(number)):
            if {**said, "day": each.said.get("day")} == each.said and tuple(subjects) == each.statement.subjects:
                return each
        return None

    def draft(self, number: int, subjects: Sequence[Subject], said: Mapping[str, Json]) -> Statement:
        """A new one, which keeps the day of the first."""
        earlier = self.of(number)
        day = earlier[0].said["day"] if earlier else self.today
        return Statement(ACT, tuple(subjects), {**said, "day": day})

    def sign(self, drafts: Sequence[Statement]) -> list[Derived]:
        """The drafts, signed and in the ledger."""
        envelopes = sign_all(drafts, self.desk)
        indexes = self.archive.append(envelopes) if envelopes else []
        signer = self.desk.public
        return [Derived(*each, signer) for each in zip(indexes, envelopes, drafts, strict=True)]
