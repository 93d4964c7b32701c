"""The roster: whose keys count, for which part of the ledger. The root of all trust, one version after another.

A statement of the act ``roster`` whose subject is the *root*: a set of offline keys and how many of them must
sign (1 of 1 for one person, 2 of 3 for a desk). Its predicate::

    {"version": 2, "previous": "<SHA-256 of the envelope of version 1>",      null for version 1
     "root": {"keys": ["<hex>", …], "threshold": 2},
     "log": {"origin": "tamizdat.example/ledger", "vkey": "…"},               who signs checkpoints; "ml-dsa-44":
                                                                              "…" beside it where the log has one
     "witnesses": {"keys": ["<vkey>", …], "quorum": 0},                       who watches the log, how many we want
     "keys": [{"from": 0, "key": "<hex>", "role": "desk", "until": null}],    who signs statements
     "successors": ["<fingerprint of a root>", …]}                            who may carry on without this root

A roster has at most 1,000 keys: of the root, the witnesses and all roles together, whoever wrote it.

The *fingerprint* is the SHA-256 of the root's canonical JSON. A reader compares it once over a second channel, a
telephone call or a printed page, and from then on needs to trust nothing else.

A key counts for a range of ledger indexes, ``from`` included, ``until`` not. When a key is stolen, the next
version closes its range at the ledger's size: what it signed before still counts, and the thief cannot backdate,
because the ledger, not the signer, says which index a statement has.

A version is signed by its own root. If the root changed, the old root signs as well, or has named the new one
among its successors: so a desk that is shut down can be carried on by those it chose. How one version follows
another is :mod:`tamizdat.ledger.roster_chain`.
"""

import re
from dataclasses import field
from typing import Any

from tamizdat.dataclass import dataclass
from tamizdat.encoding import Json, canonical, parse_hex, sha256, spoken
from tamizdat.errors import BadEncoding, BadNote, BadRoster, BadStatement
from tamizdat.ledger.cosignature import Policy, PostQuantumWitness, parse_witness
from tamizdat.ledger.note import Verifier
from tamizdat.ledger.statement import Statement, Subject, open_envelope, peek_envelope

ACT = "roster"
MAX_KEYS = 1000  #: of the root, the witnesses and all roles together: each signature may be tried with each key
OTHERWISE = "Expected a roster with exactly the members of its format, found one that is written otherwise."
ROLE = re.compile(r"[a-z]+(-[a-z]+)*")


@dataclass(frozen=True)
class Root:
    """The offline keys, and how many of them sign a roster together."""

    keys: tuple[bytes, ...]
    threshold: int = 1

    def __post_init__(self) -> None:
        if not 1 <= self.threshold <= len(self.keys) or len(set(self.keys)) != len(self.keys):
            raise BadRoster("Expected different root keys, and a threshold from 1 to their number.")

    def value(self) -> dict[str, Json]:
        """Return the root as it stands in the roster."""
        return {"keys": [key.hex() for key in self.keys], "threshold": self.threshold}

    @property
    def fingerprint(self) -> bytes:
        """32 bytes that a person compares over a second channel."""
        return sha256(canonical(self.value()))

    def check_signed(self, envelope: bytes) -> None:
        """Raise BadRoster unless enough of these keys signed *envelope*."""
        try:
            signed = len(open_envelope(envelope, self.keys).signed_by)
        except BadStatement as error:
            raise BadRoster(f"Expected a roster signed by its root. {error}") from error
        if signed < self.threshold:
            raise BadRoster(f"Expected the signatures of {self.threshold} of the root's keys, found {signed}.")


@dataclass(frozen=True)
class RoleKey:
    """A key that signs statements in a role, for the ledger indexes ``start … until-1`` (None: no end yet)."""

    role: str
    key: bytes
    start: int = 0
    until: int | None = None

    def __post_init__(self) -> None:
        if not ROLE.fullmatch(self.role) or (self.until is not None and self.until < self.start):
            raise BadRoster("Expected a role in small letters and a range that does not end before it begins.")

    def counts_at(self, index: int) -> bool:
        """Return whether the key counts for the statement at *index* of the ledger."""
        return self.start <= index and (self.until is None or index < self.until)

    def value(self) -> dict[str, Json]:
        """Return the key as it stands in the roster."""
        return {"from": self.start, "key": self.key.hex(), "role": self.role, "until": self.until}


@dataclass(frozen=True)
class Roster:
    """One version of the roster; ``envelope`` is what it was read from."""

    root: Root
    policy: Policy
    keys: tuple[RoleKey, ...]
    version: int = 1
    previous: bytes | None = None
    successors: tuple[bytes, ...] = ()
    envelope: bytes = field(default=b"", compare=False)

    def __post_init__(self) -> None:
        if self.version < 1 or (self.version == 1) != (self.previous is None) or len(set(self.keys)) != len(self.keys):
            raise BadRoster("Expected version 1, or a later one that names the one before; and no key listed twice.")

    def keys_at(self, role: str, index: int) -> frozenset[bytes]:
        """Return the keys that count in *role* for the statement at *index* of the ledger."""
        return frozenset(each.key for each in self.keys if each.role == role and each.counts_at(index))

    def statement(self) -> Statement:
        """Return the roster as a statement about its root."""
        log, witnesses, second = self.policy.log, self.policy.witnesses, self.policy.second
        predicate: dict[str, Json] = {
            "version": self.version,
            "previous": self.previous.hex() if self.previous else None,
            "root": self.root.value(),
            "log": {"origin": log.name, "vkey": log.encode(), **({"ml-dsa-44": second.encode()} if second else {})},
            "witnesses": {"keys": [each.encode() for each in witnesses], "quorum": self.policy.quorum},
            "keys": [each.value() for each in self.keys],
            "successors": [each.hex() for each in self.successors],
        }
        return Statement(ACT, (Subject("root", self.root.fingerprint.hex()),), predicate)

    @classmethod
    def open(cls, envelope: bytes, fingerprint: bytes | None = None) -> "Roster":
        """Return the roster in *envelope*, signed by enough of its own root's keys; raises BadRoster.

        Without *fingerprint* it proves only that it is of one piece: show its root's fingerprint for comparison.
        """
        try:
            roster = _parse(envelope)
        except (BadEncoding, BadNote, BadStatement) as error:
            raise BadRoster(f"Expected a roster, found a statement that is none. {error}") from error
        except (KeyError, TypeError, AttributeError) as error:  # a member is missing, or of another kind
            raise BadRoster(OTHERWISE) from error
        if fingerprint is not None and roster.root.fingerprint != fingerprint:
            raise BadRoster(
                f"Expected the root {spoken(fingerprint)}, found {spoken(roster.root.fingerprint)}. Ask over a second "
                "channel which of them is right."
            )
        roster.root.check_signed(envelope)
        return roster


def _parse(envelope: bytes) -> Roster:
    """Return the roster that was signed. Encoded again it must be the same statement: nothing in it goes unread."""
    statement = peek_envelope(envelope)
    said: Any = statement.predicate
    root, log, witnesses, previous = said["root"], said["log"], said["witnesses"], said["previous"]
    if not all(isinstance(each, list) for each in (root["keys"], witnesses["keys"], said["keys"], said["successors"])):
        raise BadRoster(OTHERWISE)
    count = len(root["keys"]) + len(witnesses["keys"]) + len(said["keys"])
    if count > MAX_KEYS:
        raise BadRoster(f"Expected a roster of at most {MAX_KEYS} keys, found {count}.")
    keys = [(each["role"], _key(each["key"]), _number(each["from"]), _until(each["until"])) for each in said["keys"]]
    roster = Roster(
        root=Root(tuple(map(_key, root["keys"])), _number(root["threshold"])),
        policy=Policy(
            Verifier.parse(log["vkey"]),
            tuple(map(parse_witness, witnesses["keys"])),
            _number(witnesses["quorum"]),
            PostQuantumWitness.parse(log["ml-dsa-44"]) if "ml-dsa-44" in log else None,
        ),
        keys=tuple(RoleKey(*each) for each in keys),
        version=_number(said["version"]),
        previous=None if previous is None else _key(previous),
        successors=tuple(map(_key, said["successors"])),
        envelope=envelope,
    )
    if roster.statement() != statement:
        raise BadRoster(OTHERWISE)
    return roster


def _key(text: object) -> bytes:
    return parse_hex(text, 32, "a key or digest of the roster")


def _number(value: object) -> int:
    if type(value) is not int or value < 0:  # True is an int too
        raise BadEncoding("Expected whole numbers in the roster.")
    return value


def _until(value: object) -> int | None:
    return None if value is None else _number(value)
