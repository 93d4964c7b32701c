"""Attacks on the root of trust."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from tamizdat.encoding import canonical, sha256
from tamizdat.errors import BadNote, BadRoster, BadStatement
from tamizdat.keys import SigningKey
from tamizdat.ledger.cosignature import Policy, Witness
from tamizdat.ledger.note import Verifier
from tamizdat.ledger.roster import RoleKey, Root, Roster
from tamizdat.ledger.roster_chain import open_chain
from tamizdat.ledger.signing import Sign, sign_roster, sign_statement
from tamizdat.ledger.statement import Statement, Subject, peek_envelope

A, B, C, D, DESK, LOG, WATCH = (SigningKey.from_seed(bytes([n]) * 32) for n in range(1, 8))
ORIGIN = "tamizdat.example/ledger"
ROOT = Root((A.public, B.public, C.public), 2)
POLICY = Policy(Verifier(ORIGIN, LOG.public), (Witness("w.example", WATCH.public),), 1)
FIRST = Roster(ROOT, POLICY, (RoleKey("desk", DESK.public),))


def by(*keys: SigningKey) -> list[tuple[bytes, Sign]]:
    return [(key.public, key.sign) for key in keys]


ENVELOPE = sign_roster(FIRST, by(A, B))


def after(envelope: bytes, **changes: Any) -> Roster:
    """The next version, unsigned."""
    earlier = Roster.open(envelope)
    return replace(earlier, version=earlier.version + 1, previous=sha256(envelope), envelope=b"", **changes)


def test_a_roster_is_read_as_it_was_written() -> None:
    assert Roster.open(ENVELOPE, ROOT.fingerprint) == FIRST
    assert Roster.open(ENVELOPE).envelope == ENVELOPE


def test_the_fingerprint_is_the_digest_of_the_roots_canonical_form() -> None:
    value: Any = {"keys": [A.public.hex(), B.public.hex(), C.public.hex()], "threshold": 2}
    assert ROOT.fingerprint == sha256(canonical(value))
    assert peek_envelope(ENVELOPE).subjects == (Subject("root", ROOT.fingerprint.hex()),)


def test_another_root_is_refused() -> None:
    for other in (Root((A.public,)), Root(ROOT.keys, 1), Root(ROOT.keys[::-1], 2)):
        with pytest.raises(BadRoster):
            Roster.open(ENVELOPE, other.fingerprint)


@pytest.mark.parametrize("signers", [(A,), (A, D), (D, DESK), (LOG, WATCH)])
def test_too_few_of_the_root_are_refused(signers: tuple[SigningKey, ...]) -> None:
    with pytest.raises(BadRoster):
        sign_roster(FIRST, by(*signers))


def test_a_strangers_signature_beside_enough_of_the_root_does_no_harm() -> None:
    assert Roster.open(sign_roster(FIRST, by(A, D, C))) == FIRST


def test_the_subject_must_be_the_roots_fingerprint() -> None:
    """Otherwise a person could compare the fingerprint in the subject and trust the root in the predicate."""
    statement = FIRST.statement()
    liar = Statement("roster", (Subject("root", "0" * 64),), statement.predicate)
    with pytest.raises(BadRoster):
        Roster.open(sign_statement(liar, by(A, B)))


@pytest.mark.parametrize("act", ["published", "rosters", "derived"])
def test_another_act_is_no_roster(act: str) -> None:
    statement = FIRST.statement()
    with pytest.raises(BadRoster):
        Roster.open(sign_statement(Statement(act, statement.subjects, statement.predicate), by(A, B)))


def entry(**changes: Any) -> Any:
    return {"from": 0, "key": DESK.public.hex(), "role": "desk", "until": None, **changes}


@pytest.mark.parametrize(
    "change",
    [
        lambda said: said.update(extra=1),
        lambda said: said.pop("successors"),
        lambda said: said.pop("previous"),
        lambda said: said.update(version=0),
        lambda said: said.update(version=True),
        lambda said: said.update(version="1"),
        lambda said: said.update(version=2),  # a second version that follows nothing
        lambda said: said.update(previous="0" * 64),  # a first version that follows something
        lambda said: said.update(version=0, previous="0" * 64),  # before the first, yet not the first
        lambda said: said.update(previous=""),
        lambda said: said.update(previous=False),
        lambda said: said.update(root=None),
        lambda said: said["root"].update(extra=1),
        lambda said: said["root"].update(threshold=0),
        lambda said: said["root"].update(threshold=4),
        lambda said: said["root"].update(threshold=True),
        lambda said: said["root"].update(keys=[]),
        lambda said: said["root"].update(keys=[A.public.hex()] * 3),  # one key, counted three times
        lambda said: said["root"].update(keys=[A.public.hex().upper(), B.public.hex()]),
        lambda said: said["root"].update(keys=dict.fromkeys(said["root"]["keys"], 1)),
        lambda said: said["root"].update(keys=A.public.hex()),
        lambda said: said["log"].update(origin="elsewhere.example"),
        lambda said: said["log"].update(vkey="nonsense"),
        lambda said: said["log"].update(vkey=None),
        lambda said: said["log"].update(vkey=said["witnesses"]["keys"][0]),
        lambda said: said["witnesses"].update(quorum=2),
        lambda said: said["witnesses"].update(quorum=True),
        lambda said: said["witnesses"].update(quorum=-1),
        lambda said: said["witnesses"].update(keys=said["witnesses"]["keys"] * 2),
        lambda said: said["witnesses"].update(keys=[said["log"]["vkey"]]),
        lambda said: said.update(keys=[entry(until=False)]),
        lambda said: said.update(keys=[entry(until="9")]),
        lambda said: said.update(keys=[entry(until=-1)]),
        lambda said: said.update(keys=[entry(**{"from": None})]),
        lambda said: said.update(keys=[entry(**{"from": True})]),
        lambda said: said.update(keys=[entry(**{"from": 9, "until": 8})]),
        lambda said: said.update(keys=[entry(role="Desk")]),
        lambda said: said.update(keys=[entry(role="")]),
        lambda said: said.update(keys=[entry(role=["desk"])]),
        lambda said: said.update(keys=[entry(key="00")]),
        lambda said: said.update(keys=[entry(note="trusted")]),
        lambda said: said.update(keys=[entry(), entry()]),
        lambda said: said.update(keys=7),
        lambda said: said.update(keys={}),
        lambda said: said.update(successors=None),
        lambda said: said.update(successors="0" * 64),
        lambda said: said.update(successors=["0" * 63]),
    ],
)
def test_a_malformed_roster_is_refused_however_well_signed(change: Callable[[Any], object]) -> None:
    predicate = json.loads(canonical(FIRST.statement().predicate))
    change(predicate)
    root = predicate["root"] if isinstance(predicate.get("root"), dict) else {}
    subject = Subject("root", sha256(canonical(root)).hex())
    with pytest.raises(BadRoster):
        Roster.open(sign_statement(Statement("roster", (subject,), predicate), by(A, B, C)))


@pytest.mark.parametrize("envelope", [b"", b"{}", ENVELOPE[:-1], ENVELOPE + b"\n"])
def test_what_is_no_envelope_is_no_roster(envelope: bytes) -> None:
    with pytest.raises(BadRoster):
        Roster.open(envelope)


def test_a_key_counts_for_its_range_and_its_role() -> None:
    later = SigningKey.from_seed(bytes([9]) * 32)
    keys = (RoleKey("desk", DESK.public, 0, 100), RoleKey("desk", later.public, 100), RoleKey("translator", D.public))
    roster = replace(FIRST, keys=keys)
    assert roster.keys_at("desk", 99) == {DESK.public}
    assert roster.keys_at("desk", 100) == {later.public}
    assert DESK.public in roster.keys_at("desk", 0)
    assert DESK.public not in roster.keys_at("desk", 100)
    assert later.public not in roster.keys_at("desk", 99)
    assert D.public not in roster.keys_at("desk", 5)
    assert not roster.keys_at("editor", 5)


def test_a_range_closed_at_its_own_beginning_revokes_the_key_altogether() -> None:
    roster = replace(FIRST, keys=(RoleKey("desk", DESK.public, 5, 5),))
    assert not any(DESK.public in roster.keys_at("desk", index) for index in range(10))


def test_versions_follow_each_other() -> None:
    keys = (RoleKey("desk", DESK.public, 0, 40), RoleKey("desk", D.public, 40))
    second = sign_roster(after(ENVELOPE, keys=keys), by(B, C))
    third = sign_roster(after(second), by(A, C))
    newest = open_chain([ENVELOPE, second, third], ROOT.fingerprint)
    assert (newest.version, newest.envelope) == (3, third)
    for chain in ([ENVELOPE, third], [second, ENVELOPE], [ENVELOPE, ENVELOPE], [ENVELOPE, third, second]):
        with pytest.raises(BadRoster):
            open_chain(chain, ROOT.fingerprint)


def test_a_version_that_leaps_over_others_is_refused() -> None:
    """A reader who remembers version 7 would take every later one for older."""
    with pytest.raises(BadRoster):
        open_chain([ENVELOPE, sign_roster(replace(after(ENVELOPE), version=7), by(A, B))])


def test_a_version_that_names_another_past_is_refused() -> None:
    fork = sign_roster(FIRST, by(A, C))
    with pytest.raises(BadRoster):
        open_chain([fork, sign_roster(after(ENVELOPE), by(A, B))])


NEW_ROOT = Root((D.public,))


def test_a_thief_cannot_appoint_a_root() -> None:
    """Rightly signed by its own root, and by one of the old one where two are needed."""
    for signers in ((D,), (D, A)):
        taken = sign_roster(after(ENVELOPE, root=NEW_ROOT), by(*signers))
        with pytest.raises(BadRoster):
            open_chain([ENVELOPE, taken], ROOT.fingerprint)


def test_the_root_changes_by_its_own_will() -> None:
    handed_over = sign_roster(after(ENVELOPE, root=NEW_ROOT), by(D, A, C))
    assert open_chain([ENVELOPE, handed_over], ROOT.fingerprint).root == NEW_ROOT


def test_the_threshold_is_not_lowered_by_fewer_than_the_threshold() -> None:
    lowered = sign_roster(after(ENVELOPE, root=Root(ROOT.keys, 1)), by(A))
    with pytest.raises(BadRoster):
        open_chain([ENVELOPE, lowered], ROOT.fingerprint)


def test_a_successor_carries_on_without_the_old_root() -> None:
    named = sign_roster(replace(FIRST, successors=(NEW_ROOT.fingerprint,)), by(A, B))
    carried_on = sign_roster(after(named, root=NEW_ROOT, successors=()), by(D))
    assert open_chain([named, carried_on], ROOT.fingerprint).root == NEW_ROOT


def test_a_roster_cannot_name_itself_a_successor() -> None:
    taken = sign_roster(after(ENVELOPE, root=NEW_ROOT, successors=(NEW_ROOT.fingerprint,)), by(D))
    with pytest.raises(BadRoster):
        open_chain([ENVELOPE, taken])


def test_the_ledger_stays_the_same_ledger() -> None:
    elsewhere = Policy(Verifier("elsewhere.example", LOG.public))
    with pytest.raises(BadRoster):
        open_chain([ENVELOPE, sign_roster(after(ENVELOPE, policy=elsewhere), by(A, B))])
    rotated = Policy(Verifier(ORIGIN, D.public))
    assert open_chain([ENVELOPE, sign_roster(after(ENVELOPE, policy=rotated), by(A, B))]).policy == rotated


def test_a_roster_that_contradicts_itself_cannot_be_made() -> None:
    with pytest.raises(BadRoster):
        Root((A.public, A.public), 2)
    with pytest.raises(BadRoster):
        RoleKey("desk", DESK.public, 9, 8)
    with pytest.raises(BadRoster):
        replace(FIRST, version=2)
    with pytest.raises(BadNote):
        Policy(POLICY.log, POLICY.witnesses, 2)
    with pytest.raises(BadStatement):
        sign_roster(FIRST, [])


def test_a_roster_of_more_keys_than_anyone_verifies_is_refused_before_any_is() -> None:
    """A mirror's own roster of 27,000 keys and signatures that fit none cost seconds for each statement."""
    most = tuple(RoleKey("desk", index.to_bytes(32, "big")) for index in range(1000 - 4))
    assert len(Roster.open(sign_roster(replace(FIRST, keys=most), by(A, B))).keys) == 996
    statement = replace(FIRST, keys=(*most, RoleKey("desk", bytes([255]) * 32))).statement()
    with pytest.raises(BadRoster, match="at most 1000 keys, found 1001"):
        Roster.open(sign_statement(statement, by(A, B)))
