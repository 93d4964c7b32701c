"""``derived`` statements: what an edition says in public of each item, found again or signed anew.

The statement is the cache of all that is slow: if the ledger holds one of ours that says exactly what would be said
now, about the same bytes, it is used again, and with it the files it names. A statement counts as ours only if it is
signed by a key of the desk that the roster lists for its place in the ledger, because a reader will accept no other.

Opening ten thousand envelopes takes seconds. So of each that was opened once the build cache holds who signed it and a
digest over what it says (its *fingerprint*), under the leaf that stands for it in the ledger and the roster that was in
force; the envelope is read again only when its words are needed.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final, NamedTuple

from tamizdat.archive import Archive
from tamizdat.archive.acts.state import sign_all
from tamizdat.encoding import Json, canonical, sha256_hex
from tamizdat.errors import BadStatement
from tamizdat.keys import SigningKey
from tamizdat.ledger.roster import Roster
from tamizdat.ledger.statement import Statement, Subject, open_envelope, peek_envelope

ACT: Final = "derived"


class StatementRecord(NamedTuple):
    """What is remembered of a statement; *number* is its place in the ledger, *leaf* the entry there, *signer* a key,
    both hexadecimal."""

    number: int
    leaf: str
    roster: str
    item: int
    day: str
    signer: str
    digest: str  #: SHA-256 of the envelope, as ``items.txt`` lists it
    fingerprint: str


@dataclass(frozen=True)
class Derived:
    """A ``derived`` statement of ours."""

    archive: Archive
    known: StatementRecord

    @property
    def index(self) -> int:
        """Its place in the ledger."""
        return self.known.number

    @property
    def digest(self) -> str:
        """SHA-256 of its envelope."""
        return self.known.digest

    @property
    def signer(self) -> bytes:
        """The desk's key that signed it."""
        return bytes.fromhex(self.known.signer)

    @cached_property
    def envelope(self) -> bytes:
        """Its bytes."""
        return self.archive.disclosure(self.index).envelope

    @cached_property
    def statement(self) -> Statement:
        """What it says, and about what."""
        return peek_envelope(self.envelope)

    @property
    def said(self) -> dict[str, Any]:
        """What it says."""
        return self.statement.predicate

    def subject(self, name: str) -> str:
        """The SHA-256 of one of its files."""
        return next(each.sha256 for each in self.statement.subjects if each.name == name)

    def with_statement(self, statement: Statement) -> "Derived":
        """The same, with the statement it is known to be."""
        self.__dict__["statement"] = statement
        return self


@dataclass
class Statements:
    """All ``derived`` statements of ours, by item, the oldest first. *known* is what the build cache remembers of
    them."""

    archive: Archive
    desk: SigningKey
    roster: Roster
    today: str
    known: Mapping[int, StatementRecord]
    earlier: dict[int, list[Derived]] = field(default_factory=dict)
    opened: list[StatementRecord] = field(default_factory=list)  #: those the build cache did not know

    def __post_init__(self) -> None:
        self._roster = sha256_hex(self.roster.envelope)
        leaves = self.archive.commitments()
        for index in self.archive.index.by_act(ACT):
            known = self.known.get(index)
            if not known or (known.leaf, known.roster) != (leaves[index].hex(), self._roster):
                known = self._open(index, leaves[index].hex())
            if known:
                self.earlier.setdefault(known.item, []).append(Derived(self.archive, known))

    def _open(self, index: int, leaf: str) -> StatementRecord | None:
        envelope = self.archive.disclosure(index).envelope
        try:
            opened = open_envelope(envelope, self.roster.keys_at("desk", index))
        except BadStatement:
            return None
        statement, signer = opened.statement, min(opened.signed_by).hex()
        known = self._describe(index, leaf, statement, signer, envelope)
        self.opened.append(known)
        return known

    def _describe(self, index: int, leaf: str, statement: Statement, signer: str, envelope: bytes) -> StatementRecord:
        said: Any = statement.predicate
        words = {name: value for name, value in said.items() if name != "day"}
        facts = (said["item"], said["day"], signer, sha256_hex(envelope), fingerprint(statement.subjects, words))
        return StatementRecord(index, leaf, self._roster, *facts)

    def of(self, number: int) -> Sequence[Derived]:
        """Those about one item."""
        return self.earlier.get(number, ())

    def find_identical(self, number: int, subjects: Sequence[Subject], said: Mapping[str, Json]) -> Derived | None:
        """The one that says exactly *said* (which has no ``day``), about the same bytes."""
        earlier = self.of(number)
        if not earlier:
            return None
        wanted = fingerprint(subjects, said)
        for each in reversed(earlier):
            if each.known.fingerprint == wanted:
                return each.with_statement(Statement(ACT, tuple(subjects), {**said, "day": each.known.day}))
        return None

    def draft(self, number: int, subjects: Sequence[Subject], said: Mapping[str, Json]) -> Statement:
        """A new one, which keeps the day of the first."""
        earlier = self.of(number)
        day = earlier[0].known.day if earlier else self.today
        return Statement(ACT, tuple(subjects), {**said, "day": day})

    def sign(self, drafts: Sequence[Statement]) -> list[Derived]:
        """The drafts, signed and in the ledger."""
        envelopes = sign_all(drafts, self.desk)
        indexes = self.archive.append(envelopes) if envelopes else []
        leaves, signer = self.archive.commitments(), self.desk.public.hex()
        made = []
        for index, envelope, draft in zip(indexes, envelopes, drafts, strict=True):
            known = self._describe(index, leaves[index].hex(), draft, signer, envelope)
            self.opened.append(known)
            derived = Derived(self.archive, known)
            derived.__dict__["envelope"] = envelope
            made.append(derived.with_statement(draft))
        return made


def fingerprint(subjects: Iterable[Subject], said: Mapping[str, Json]) -> str:
    """A digest over what a statement says, but for its day, and the bytes it is about."""
    about: list[Json] = [[each.name, each.sha256] for each in subjects]
    return sha256_hex(canonical([about, dict(said)]))
