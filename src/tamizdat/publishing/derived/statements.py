"""``derived`` statements: what an edition says in public of each item, found again or signed anew.

The statement is the cache of all that is slow: if the ledger holds one of ours that says exactly what would be said
now, about the same bytes, it is used again, and with it the files it names. A statement counts as ours only if it is
signed by a key of the desk that the roster lists for its place in the ledger, because a reader will accept no other.

Opening ten thousand envelopes takes seconds. So of each that was opened once the build cache holds who signed it and a
digest over what it says (its *fingerprint*), under the leaf that stands for it in the ledger and the roster that was in
force; the envelope is read again only when its words are needed, and the fingerprint when it is asked what it says.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import field, replace
from sys import intern
from typing import Final, Protocol, TypeVar

from tamizdat.archive import Archive
from tamizdat.archive.acts.state import sign_all
from tamizdat.dataclass import dataclass
from tamizdat.encoding import sha256_hex
from tamizdat.errors import BadStatement
from tamizdat.keys import SigningKey
from tamizdat.ledger.roster import Roster
from tamizdat.ledger.statement import Statement, open_envelope, peek_envelope
from tamizdat.publishing.derived.public_key import PublicKeyAlone
from tamizdat.publishing.derived.statement_record import StatementRecord
from tamizdat.publishing.derived.withdrawals import withdrawals_of
from tamizdat.publishing.model import StoredPost
from tamizdat.statements import derived
from tamizdat.statements.derived import ACT, Footage, Item, Person, Post, PublishedStory
from tamizdat.statements.derived_drafts import fingerprint

AT_A_TIME: Final = 500  #: statements signed and flushed together: each is some 20 kB of memory meanwhile
Kind = TypeVar("Kind", Footage, Post, Person, PublishedStory)


class Known(Protocol):
    """What the build cache remembers."""

    def statements(self) -> Iterable[StatementRecord]:
        """Yield what is remembered of statements, in the order of their places, without their fingerprints."""

    def fingerprint_of(self, place: int) -> str:
        """Return the fingerprint of the statement at a place."""


class Derived:
    """A ``derived`` statement of ours in the ledger. What it says is read when it is asked for, and only then."""

    __slots__ = ("_digest", "_fingerprint", "_said", "archive", "day", "edition", "index", "number", "signer")

    def __init__(self, archive: Archive, known: StatementRecord, said: Item | None = None) -> None:
        self.archive = archive
        self.index = known.number  #: its place in the ledger
        self.number = known.item  #: the item it is about
        self.day = intern(known.day)
        self.signer = intern(known.signer)  #: the desk's key that signed it, in hexadecimal
        self.edition = 0  #: the first that showed it, when that is known
        self._digest = bytes.fromhex(known.digest)
        self._fingerprint = bytes.fromhex(known.fingerprint)  #: nothing, if only the build cache has it
        self._said = said

    @property
    def digest(self) -> str:
        """SHA-256 of its envelope."""
        return self._digest.hex()

    @property
    def envelope(self) -> bytes:
        """Its bytes, read each time: a site's together are several kilobytes a post."""
        return self.archive.disclosure(self.index).envelope

    @property
    def item(self) -> Item:
        """What it says, and about what."""
        return self._said or derived.read(peek_envelope(self.envelope))

    @property
    def fingerprint(self) -> str:
        """The digest over what it says; nothing, if only the build cache has it."""
        return self._fingerprint.hex()

    def with_item(self, item: Item) -> "Derived":
        """Return the same, which is known to say this, so that it is not read again."""
        self._said = item
        return self

    def record(self, leaf: str, roster: str) -> StatementRecord:
        """Return what the build cache remembers of it."""
        return StatementRecord(
            leaf, roster, self.day, self.signer, self.digest, self.index, self.number, self._fingerprint.hex()
        )


@dataclass
class Statements:
    """All ``derived`` statements of ours, by item, the oldest first.

    *known* gives what the build cache remembers of them, if there is one.
    """

    archive: Archive
    desk: SigningKey
    roster: Roster
    today: str
    known: Known | None
    earlier: dict[int, tuple[Derived, ...]] = field(default_factory=dict)
    _opened: list[Derived] = field(default_factory=list)  #: those the build cache did not know

    def __post_init__(self) -> None:
        self._roster = sha256_hex(self.roster.envelope)
        self._withdrawn = {number: indexes[-1] for number, indexes in withdrawals_of(self.archive).items()}
        leaves, remembered = self.archive.commitments(), iter(self.known.statements() if self.known else ())
        known, earlier, roster = next(remembered, None), self.earlier, self._roster
        for index in self.archive.index.by_act(ACT):
            while known and known.number < index:
                known = next(remembered, None)
            leaf = leaves[index].hex()
            found: Derived | None = None
            if known and known.number == index and known.roster == roster and known.leaf == leaf:
                with suppress(ValueError, TypeError):  # a row is damaged
                    found = Derived(self.archive, known)
            found = found or self._open(index, leaf)
            if found:
                earlier[found.number] = (*earlier[found.number], found) if found.number in earlier else (found,)

    @property
    def signs(self) -> bool:
        """Whether new ones can be signed; else those of earlier recipes stand."""
        return not isinstance(self.desk, PublicKeyAlone)

    def _open(self, index: int, leaf: str) -> Derived | None:
        envelope = self.archive.disclosure(index).envelope
        try:
            opened = open_envelope(envelope, self.roster.keys_at("desk", index))
            item = derived.read(opened.statement)
        except BadStatement:
            return None
        return self._remember(index, leaf, item, item.to_statement(), min(opened.signed_by).hex(), envelope)

    def _remember(
        self, index: int, leaf: str, item: Item, statement: Statement, signer: str, envelope: bytes
    ) -> Derived:
        facts = (item.day, signer, sha256_hex(envelope), index, item.number, fingerprint(statement))
        found = Derived(self.archive, StatementRecord(leaf, self._roster, *facts))
        self._opened.append(found)
        return found

    def opened(self) -> Iterator[StatementRecord]:
        """Yield what is to be remembered of those the build cache did not know."""
        leaves = self.archive.commitments()
        return (each.record(leaves[each.index].hex(), self._roster) for each in self._opened)

    def of(self, number: int) -> Sequence[Derived]:
        """Those about one item."""
        return self.earlier.get(number, ())

    def find_identical(self, item: Item) -> Derived | None:
        """Return the latest one about it if that says exactly what *item* says, whatever its day, about the same bytes.

        An older one never counts again: that words went back to what they were is a change, and the ledger tells it.
        """
        latest = self.latest(item.number)
        if latest and self._fingerprint_of(latest) == fingerprint(item.to_statement()):
            return latest.with_item(replace(item, day=latest.day))
        return None

    def _fingerprint_of(self, said: Derived) -> str:
        return said.fingerprint or (self.known.fingerprint_of(said.index) if self.known else "")

    def latest(self, number: int) -> Derived | None:
        """Return the latest one about an item, unless it was withdrawn since: what comes back is stated anew."""
        latest = self.of(number)[-1:]
        return latest[0] if latest and latest[0].index > self._withdrawn.get(number, -1) else None

    def draft(self, item: Kind) -> Kind:
        """Return *item* with its day: that of the first statement about it, else today."""
        earlier = self.of(item.number)
        return replace(item, day=earlier[0].day if earlier else self.today)

    def sign(self, drafts: Sequence[Item]) -> Iterator[Derived]:
        """Sign the drafts and append them to the ledger, some at a time: cut off, the next run finds those again."""
        for at in range(0, len(drafts), AT_A_TIME):
            some = drafts[at : at + AT_A_TIME]
            whole = (each.whole if isinstance(each, StoredPost) else each for each in some)
            statements = [each.to_statement() for each in whole]
            envelopes = sign_all(statements, self.desk)
            indexes = self.archive.append(envelopes)
            self.archive.catch_up(dict(zip(indexes, statements, strict=True)))
            leaves, signer = self.archive.commitments(), self.desk.public.hex()
            for index, envelope, draft, statement in zip(indexes, envelopes, some, statements, strict=True):
                found = self._remember(index, leaves[index].hex(), draft, statement, signer, envelope)
                yield found.with_item(draft)
