"""Attacks on statements and their envelopes."""

import base64
import json
from collections.abc import Callable
from typing import Any

import pytest

from tamizdat.encoding import b64, canonical
from tamizdat.errors import BadStatement
from tamizdat.keys import SigningKey
from tamizdat.ledger.signing import payload_of, sign_statement
from tamizdat.ledger.statement import (
    PAYLOAD_TYPE,
    Envelope,
    Statement,
    Subject,
    keyid,
    open_envelope,
    pae,
    peek_envelope,
)

DESK, EDITOR, THIEF = (SigningKey.from_seed(bytes([n]) * 32) for n in (1, 2, 3))
DIGEST = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"
STATEMENT = Statement("derived", (Subject("picture.jpg", DIGEST),), {"item": 17, "title": "五月 ༄༅།"})
ENVELOPE = sign_statement(STATEMENT, [(DESK.public, DESK.sign)])


def envelope_of(payload: bytes, *signers: SigningKey, payload_type: str = PAYLOAD_TYPE) -> bytes:
    """An envelope that sign_statement would not make, rightly signed."""
    message = pae(payload, payload_type)
    signatures: list[Any] = [{"keyid": keyid(key.public), "sig": b64(key.sign(message))} for key in signers]
    return canonical({"payload": b64(payload), "payloadType": payload_type, "signatures": signatures})


def altered(change: Callable[[Any], object]) -> bytes:
    """The good envelope with one change, canonical again, its signature not."""
    value = json.loads(ENVELOPE)
    change(value)
    return canonical(value)


def test_a_statement_is_read_as_it_was_written() -> None:
    assert Statement.from_payload(payload_of(STATEMENT)) == STATEMENT
    assert open_envelope(ENVELOPE, [DESK.public]).statement == STATEMENT == peek_envelope(ENVELOPE)


def test_the_payload_is_an_in_toto_statement() -> None:
    assert json.loads(payload_of(STATEMENT)) == {
        "_type": "https://in-toto.io/Statement/v1",
        "subject": [{"name": "picture.jpg", "digest": {"sha256": DIGEST}}],
        "predicateType": "tag:tamizdat,2026:derived",
        "predicate": {"item": 17, "title": "五月 ༄༅།"},
    }


def test_who_signed_is_told_of_those_asked_for() -> None:
    both = sign_statement(STATEMENT, [(DESK.public, DESK.sign), (EDITOR.public, EDITOR.sign)])
    assert open_envelope(both, [DESK.public, EDITOR.public]).signed_by == {DESK.public, EDITOR.public}
    assert open_envelope(both, [EDITOR.public, THIEF.public]).signed_by == {EDITOR.public}


def test_a_stranger_does_not_count() -> None:
    for keys in ([THIEF.public], [], [DESK.public[:31]], [b""]):
        with pytest.raises(BadStatement):
            open_envelope(ENVELOPE, keys)


def test_the_keyid_is_only_a_hint() -> None:
    """A thief may write the desk's key id beside his own signature, and the desk may write a wrong one."""

    def wrong(value: Any) -> None:
        value["signatures"][0]["keyid"] = keyid(THIEF.public)

    assert open_envelope(altered(wrong), [THIEF.public, DESK.public]).signed_by == {DESK.public}
    forged = json.loads(envelope_of(payload_of(STATEMENT), THIEF))
    forged["signatures"][0]["keyid"] = keyid(DESK.public)
    with pytest.raises(BadStatement):
        open_envelope(canonical(forged), [DESK.public])


def test_one_key_does_not_count_twice() -> None:
    with pytest.raises(BadStatement):
        open_envelope(envelope_of(payload_of(STATEMENT), DESK, DESK), [DESK.public])
    with pytest.raises(BadStatement):
        sign_statement(STATEMENT, [(DESK.public, DESK.sign)] * 2)


def test_a_signer_whose_key_does_not_fit_is_noticed() -> None:
    with pytest.raises(BadStatement):
        sign_statement(STATEMENT, [(DESK.public, DESK.sign), (EDITOR.public, THIEF.sign)])
    with pytest.raises(BadStatement):
        sign_statement(STATEMENT, [])


def test_every_flipped_byte_of_an_envelope_is_found() -> None:
    hint = range(ENVELOPE.index(b'"keyid":"') + 9, ENVELOPE.index(b'","sig"'))  # proves nothing, decides nothing
    for at in set(range(len(ENVELOPE))) - set(hint):
        bad = bytearray(ENVELOPE)
        bad[at] ^= 1
        with pytest.raises(BadStatement):
            open_envelope(bytes(bad), [DESK.public])


def test_a_signature_over_the_bare_payload_does_not_count() -> None:
    def bare(value: Any) -> None:
        value["signatures"][0]["sig"] = b64(DESK.sign(base64.b64decode(value["payload"])))

    with pytest.raises(BadStatement):
        open_envelope(altered(bare), [DESK.public])


def test_another_payload_type_is_refused_however_well_signed() -> None:
    for kind in ("application/json", PAYLOAD_TYPE + " ", PAYLOAD_TYPE.upper(), ""):
        envelope = envelope_of(payload_of(STATEMENT), DESK, payload_type=kind)
        with pytest.raises(BadStatement):
            open_envelope(envelope, [DESK.public])


@pytest.mark.parametrize(
    "change",
    [
        lambda value: value.update(extra=1),
        lambda value: value.pop("payloadType"),
        lambda value: value.pop("signatures"),
        lambda value: value.update(signatures=[]),
        lambda value: value.update(signatures={}),
        lambda value: value.update(signatures=None),
        lambda value: value.update(signatures=3),
        lambda value: value.update(signatures="AAAA"),
        lambda value: value.update(signatures=[None]),
        lambda value: value.update(signatures=[[]]),
        lambda value: value.update(signatures=value["signatures"] * 2),
        lambda value: value.update(payload=None),
        lambda value: value.update(payload=[1]),
        lambda value: value.update(payload=value["payload"] + "AAAA"),
        lambda value: value.update(payload=value["payload"].rstrip("=") + "\n"),
        lambda value: value.update(payload=""),
        lambda value: value["signatures"][0].update(cert="x"),
        lambda value: value["signatures"][0].pop("keyid"),
        lambda value: value["signatures"][0].update(keyid=7),
        lambda value: value["signatures"][0].update(keyid="desk"),
        lambda value: value["signatures"][0].update(sig=value["signatures"][0]["sig"] + "AAAA"),
        lambda value: value["signatures"][0].update(sig=None),
        lambda value: value["signatures"][0].update(sig=b64(bytes(63))),
    ],
)
def test_a_malformed_envelope_is_refused(change: Callable[[Any], object]) -> None:
    with pytest.raises(BadStatement):
        open_envelope(altered(change), [DESK.public])
    with pytest.raises(BadStatement):
        peek_envelope(altered(change))


def test_more_than_sixteen_signatures_are_refused() -> None:
    keys = [SigningKey.from_seed(bytes([n]) * 32) for n in range(1, 18)]
    payload = payload_of(STATEMENT)
    assert len(open_envelope(envelope_of(payload, *keys[:16]), [key.public for key in keys]).signed_by) == 16
    with pytest.raises(BadStatement):
        open_envelope(envelope_of(payload, *keys), [key.public for key in keys])


@pytest.mark.parametrize(
    "envelope",
    [
        b"",
        b"null",
        b"[]",
        b"{}",
        b"\xff",
        ENVELOPE + b"\n",
        b" " + ENVELOPE,
        ENVELOPE.replace(b'"payload":', b'"payload": '),
        ENVELOPE.replace(b'{"payload":', b'{"payload":"AAAA","payload":', 1),  # which of the two is signed?
        ENVELOPE.replace(b"payloadType", b"payload\\u0054ype"),
        b"[" * 100_000,
        ENVELOPE[:-1],
    ],
)
def test_an_envelope_in_any_other_bytes_is_refused(envelope: bytes) -> None:
    with pytest.raises(BadStatement):
        open_envelope(envelope, [DESK.public])
    with pytest.raises(BadStatement):
        peek_envelope(envelope)


def payload_with(**changes: Any) -> bytes:
    value = json.loads(payload_of(STATEMENT))
    value.update(changes)
    return canonical({name: each for name, each in value.items() if each != "absent"})


SUBJECT = {"name": "picture.jpg", "digest": {"sha256": DIGEST}}


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"{}",
        b"[]",
        payload_of(STATEMENT) + b" ",
        payload_of(STATEMENT).replace(b":17", b":17.0"),
        payload_of(STATEMENT).replace(b":17", b":17.5"),
        payload_of(STATEMENT).replace(b":17", b":1e1"),
        payload_of(STATEMENT).replace(b":17", b":NaN"),
        payload_of(STATEMENT).replace(b":17", b":9007199254740993"),
        payload_of(STATEMENT).replace(b'"item":17', b'"item":17,"item":18'),
        payload_with(_type="https://in-toto.io/Statement/v0.1"),
        payload_with(_type=None),
        payload_with(_type="absent"),
        payload_with(predicate="absent"),
        payload_with(predicate=[]),
        payload_with(predicate=None),
        payload_with(extra={}),
        payload_with(predicateType="derived"),
        payload_with(predicateType="tag:tamizdat,2026:"),
        payload_with(predicateType="tag:tamizdat,2026:Derived"),
        payload_with(predicateType="tag:tamizdat,2026:derived "),
        payload_with(predicateType="tag:tamizdat,2026:derived\n"),
        payload_with(predicateType="xtag:tamizdat,2026:derived"),
        payload_with(predicateType="tag:tamizdat,2027:derived"),
        payload_with(predicateType=["tag:tamizdat,2026:derived"]),
        payload_with(predicateType="absent"),
        payload_with(subject="absent"),
        payload_with(subject=[]),
        payload_with(subject=SUBJECT),
        payload_with(subject=[None]),
        payload_with(subject=[SUBJECT, SUBJECT]),
        payload_with(subject=[SUBJECT, {"name": "picture.jpg", "digest": {"sha256": "0" * 64}}]),
        payload_with(subject=[{"name": "picture.jpg"}]),
        payload_with(subject=[{"name": "", "digest": {"sha256": DIGEST}}]),
        payload_with(subject=[{"name": 5, "digest": {"sha256": DIGEST}}]),
        payload_with(subject=[{"name": "a", "digest": {}}]),
        payload_with(subject=[{"name": "a", "digest": {"sha1": "0" * 40}}]),
        payload_with(subject=[{"name": "a", "digest": {"sha1": "0" * 40, "sha256": DIGEST}}]),
        payload_with(subject=[{"name": "a", "digest": {"sha256": DIGEST.upper()}}]),
        payload_with(subject=[{"name": "a", "digest": {"sha256": DIGEST[:-1]}}]),
        payload_with(subject=[{"name": "a", "digest": {"sha256": None}}]),
        payload_with(subject=[{"name": "a", "digest": {"sha256": DIGEST}, "uri": "x"}]),
    ],
)
def test_a_malformed_payload_is_refused_however_well_signed(payload: bytes) -> None:
    with pytest.raises(BadStatement):
        open_envelope(envelope_of(payload, DESK), [DESK.public])
    with pytest.raises(BadStatement):
        Statement.from_payload(payload)


@pytest.mark.parametrize(
    "statement",
    [
        Statement("Derived", STATEMENT.subjects, {}),
        Statement("", STATEMENT.subjects, {}),
        Statement("derived", (), {}),
        Statement("derived", (Subject("a", "xyz"),), {}),
        Statement("derived", STATEMENT.subjects * 2, {}),
        Statement("derived", STATEMENT.subjects, {"at": 1.5}),  # type: ignore[dict-item]
        Statement("derived", STATEMENT.subjects, {"size": 1 << 53}),
        Statement("derived", STATEMENT.subjects, {"name": "\ud800"}),
        Statement("derived", STATEMENT.subjects, {"raw": b"x"}),  # type: ignore[dict-item]
    ],
)
def test_what_others_could_not_read_is_not_signed(statement: Statement) -> None:
    with pytest.raises(BadStatement):
        sign_statement(statement, [(DESK.public, DESK.sign)])


def test_a_refusal_does_not_repeat_what_was_said() -> None:
    """A message may end in a log; the statement's words, names and numbers do not."""
    payload = payload_with(extra="a source's name")
    with pytest.raises(BadStatement) as refusal:
        Statement.from_payload(payload)
    assert "source" not in str(refusal.value)
    assert DIGEST not in str(refusal.value)


def test_the_payload_of_an_envelope_is_what_was_signed() -> None:
    assert Envelope.parse(ENVELOPE).payload == payload_of(STATEMENT)
    with pytest.raises(BadStatement):
        Envelope.parse(ENVELOPE[:-1])
