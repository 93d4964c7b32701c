"""Attacks on what a ledger consists of, for both readers of it: each is refused, and in the same words.

:func:`forged` gives ``(what, how it is read, with what)``; :func:`refusal` says what the command says of one.
"""

import json
from base64 import b64decode
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any, Final

from tamizdat.encoding import b64, canonical, sha256
from tamizdat.errors import TamizdatError
from tamizdat.keys import SigningKey
from tamizdat.ledger.checkpoint import Checkpoint
from tamizdat.ledger.cosignature import Policy, PostQuantumWitness, Witness
from tamizdat.ledger.merkle import leaf_hash, node_hash
from tamizdat.ledger.note import Verifier, open_note
from tamizdat.ledger.proof import TlogProof, verify_consistency, verify_inclusion
from tamizdat.ledger.roster import RoleKey, Root, Roster
from tamizdat.ledger.signing import cosign, payload_of, sign_checkpoint, sign_note, sign_roster, sign_statement
from tamizdat.ledger.statement import PAYLOAD_TYPE, Statement, Subject, keyid, open_envelope, pae, peek_envelope
from tamizdat.ledger.tree import Tree

A, B, C, DESK, LOG, WATCH = (SigningKey.from_seed(bytes([n]) * 32) for n in range(1, 7))
ORIGIN: Final = "tamizdat.example/ledger"
VERIFIER: Final = Verifier(ORIGIN, LOG.public)
POLICY: Final = Policy(VERIFIER, (Witness("w.example", WATCH.public),), 1)
ROSTER: Final = Roster(Root((A.public, B.public, C.public), 2), POLICY, (RoleKey("desk", DESK.public),))
STATEMENT: Final = Statement("derived", (Subject("picture.jpg", "2c" * 32),), {"item": 17})
ENVELOPE: Final = sign_statement(STATEMENT, [(DESK.public, DESK.sign)])
LEAVES: Final = [leaf_hash(bytes([n])) for n in range(9)]
TREE: Final = Tree(LEAVES)
TEXT: Final = Checkpoint(ORIGIN, 9, TREE.root()).encode()
NOTE: Final = sign_checkpoint(Checkpoint(ORIGIN, 9, TREE.root()), LOG.public, LOG.sign)
PROOF: Final = TlogProof(5, tuple(TREE.inclusion_proof(5)), NOTE, b"s" * 32).encode()

OTHER: Final = PostQuantumWitness("other.example", bytes(1312))
SMALL: Final = b"\1" + bytes(31)  #: a point of small order: as a key it would let anything hold
KEYS: Final = [DESK.public, A.public, SMALL]  #: those that count for a statement

Case = tuple[str, str, list[Any]]


def _hashes(proof: Sequence[bytes]) -> list[str]:
    return [b64(each) for each in proof]


#: how a thing is read: by the command, and by which function of verify.js (tests/browser/test_verify_js.py)
READ: Final[dict[str, Callable[..., object]]] = {
    "key": Verifier.parse,
    "note": lambda data: open_note(b64decode(data), [VERIFIER]),
    "checkpoint": lambda data: replace(POLICY, witnesses=(), quorum=0).open(b64decode(data)),
    "proof": lambda data: TlogProof.parse(b64decode(data)),
    "envelope": lambda data: peek_envelope(b64decode(data)),
    "signed": lambda data: open_envelope(b64decode(data), KEYS),
    "roster": lambda data: Roster.open(b64decode(data)),
    "inclusion": lambda index, size, leaf, proof, root: verify_inclusion(
        index, size, b64decode(leaf), [b64decode(each) for each in proof], b64decode(root)
    ),
    "consistency": lambda size1, size2, proof, root1, root2: verify_consistency(
        size1, size2, [b64decode(each) for each in proof], b64decode(root1), b64decode(root2)
    ),
}


def refusal(how: str, given: list[Any]) -> str | None:
    """What the command says of it; None if it takes it."""
    try:
        READ[how](*given)
    except TamizdatError as error:
        return str(error)
    return None


def sound() -> Iterator[Case]:
    """Yield one of each that is as it should be: else it could be refused for anything."""
    yield "a key", "key", [VERIFIER.encode()]
    for how, data in (("note", NOTE), ("checkpoint", NOTE), ("proof", PROOF), ("envelope", ENVELOPE)):
        yield how, how, [b64(data)]
    yield "a statement", "signed", [b64(ENVELOPE)]
    yield "a roster", "roster", [b64(sign_roster(ROSTER, [(A.public, A.sign), (B.public, B.sign)]))]
    for index in (0, 5, 8):
        proof = _hashes(TREE.inclusion_proof(index))
        yield f"entry {index}", "inclusion", [index, 9, b64(LEAVES[index]), proof, b64(TREE.root())]
    for earlier in (1, 6, 8, 9):
        proof = _hashes(TREE.consistency_proof(earlier))
        yield f"of {earlier}", "consistency", [earlier, 9, proof, b64(TREE.root(earlier)), b64(TREE.root())]


def forged() -> Iterator[Case]:
    """Yield what nobody may take."""
    yield from _proofs()
    for what, data in _notes():
        yield what, "note", [b64(data)]
    for what, data in _checkpoints():
        yield what, "checkpoint", [b64(data)]
    for old, new in ((b"proof@v1", b"proof@v2"), (b"index 5", b"index 05"), (b"=\n\n", b"=\n")):
        yield f"a proof with {new!r}", "proof", [b64(PROOF.replace(old, new, 1))]
    for what, data in _envelopes():
        yield what, "envelope", [b64(data)]
    yield "signed by a stranger", "signed", [b64(sign_statement(STATEMENT, [(B.public, B.sign)]))]
    yield "signed twice by one", "signed", [b64(_enveloped(payload_of(STATEMENT), [DESK, DESK]))]
    held_by_all: list[Any] = [{"keyid": keyid(SMALL), "sig": b64(SMALL + bytes(32))}]
    anything = canonical({**json.loads(ENVELOPE), "signatures": held_by_all})
    yield "under a key of small order", "signed", [b64(anything)]
    for what, data in _rosters():
        yield what, "roster", [b64(data)]
    good, number = VERIFIER.encode(), VERIFIER.key_id.hex()
    for vkey in (good.replace("example", "example2"), good.replace(number, "0" * 8), good[:-1], ORIGIN):
        yield f"the key {vkey}", "key", [vkey]


def _proofs() -> Iterator[Case]:
    proof, root, leaf = TREE.inclusion_proof(5), TREE.root(), LEAVES[5]
    joints = [LEAVES[0] + LEAVES[1][:1]]
    for what, index, size, its, hashes, top in (
        ("at another place", 4, 9, leaf, proof, root),
        ("another entry", 5, 9, LEAVES[4], proof, root),
        ("behind the last", 9, 9, leaf, proof, root),
        ("a hash too few", 5, 9, leaf, proof[:-1], root),
        ("a hash too many", 5, 9, leaf, [*proof, root], node_hash(root, root)),
        ("past the root", 0, 1, LEAVES[0], [LEAVES[1]], node_hash(LEAVES[1], LEAVES[0])),
        ("a node for an entry", 0, 9, node_hash(*LEAVES[:2]), TREE.inclusion_proof(0)[1:], root),
        ("moved joints", 1, 2, LEAVES[1][1:], joints, node_hash(LEAVES[0], LEAVES[1])),
        ("a short root", 0, 1, bytes(31), [], bytes(31)),
    ):
        yield what, "inclusion", [index, size, b64(its), _hashes(hashes), b64(top)]
    rewritten = Tree([*LEAVES[:3], leaf_hash(b"rewritten"), *LEAVES[4:]])
    for what, size1, size2, hashes, root1, root2 in (
        ("rewritten", 6, 9, rewritten.consistency_proof(6), TREE.root(6), rewritten.root()),
        ("rewritten, proof of before", 6, 9, TREE.consistency_proof(6), TREE.root(6), rewritten.root()),
        ("shrunk", 9, 6, TREE.consistency_proof(6), TREE.root(), TREE.root(6)),
        ("of none", 0, 9, [], bytes(32), root),
        ("no hash", 6, 9, [], TREE.root(6), root),
        ("a hash too few", 6, 9, TREE.consistency_proof(6)[:-1], TREE.root(6), root),
        ("swapped", 6, 9, TREE.consistency_proof(6), root, TREE.root(6)),
    ):
        yield what, "consistency", [size1, size2, _hashes(hashes), b64(root1), b64(root2)]


def _notes() -> Iterator[tuple[str, bytes]]:
    line = NOTE[len(TEXT) + 1 :]
    yield "a text alone", TEXT
    yield "no line end", NOTE[:-1]
    yield "a control character", b"\x01" + NOTE
    yield "another text", b"more\n" + NOTE
    yield "another dash", NOTE.replace("—".encode(), b"-")
    yield "too many lines", NOTE + line * 64
    yield "a key without signature", NOTE + f"— a.stranger {b64(b'1234')}\n".encode()
    yield "a forged line beside the good one", NOTE + f"— {ORIGIN} {b64(VERIFIER.key_id + A.sign(TEXT))}\n".encode()
    yield "by a stranger", sign_note(TEXT, "stranger.example", A.public, A.sign)
    yield "by another key of that name", sign_note(TEXT, ORIGIN, A.public, A.sign)


def _checkpoints() -> Iterator[tuple[str, bytes]]:
    root = b64(TREE.root()).encode()
    for text in (b"no checkpoint\n", b"o\n09\n" + root + b"\n", b"o\n0\n" + root + b"\n", TEXT + b"more\n"):
        yield f"the text {text!r}", sign_note(text, ORIGIN, LOG.public, LOG.sign)
    yield "of another ledger", sign_note(TEXT.replace(b"tamizdat", b"samizdat"), ORIGIN, LOG.public, LOG.sign)
    witness = POLICY.witnesses[0]
    yield "by a witness alone", TEXT + b"\n" + cosign(TEXT, witness, 1_679_315_147, WATCH.sign)


def _enveloped(payload: bytes, signers: Sequence[SigningKey], kind: str = PAYLOAD_TYPE) -> bytes:
    signatures: list[Any] = [{"keyid": keyid(key.public), "sig": b64(key.sign(pae(payload, kind)))} for key in signers]
    return canonical({"payload": b64(payload), "payloadType": kind, "signatures": signatures})


def _envelopes() -> Iterator[tuple[str, bytes]]:
    def altered(**changes: Any) -> bytes:
        return canonical({**json.loads(ENVELOPE), **changes})

    def payload(**changes: Any) -> bytes:
        return _enveloped(canonical({**json.loads(payload_of(STATEMENT)), **changes}), [DESK])

    yield "another type", _enveloped(payload_of(STATEMENT), [DESK], "application/json")
    yield "no signature", altered(signatures=[])
    yield "one signature twice", altered(signatures=json.loads(ENVELOPE)["signatures"] * 2)
    yield (
        "seventeen signatures",
        _enveloped(payload_of(STATEMENT), [SigningKey.from_seed(bytes([n]) * 32) for n in range(1, 18)]),
    )
    yield "a short signature", altered(signatures=[{"keyid": "0" * 16, "sig": b64(bytes(63))}])
    yield "a keyid that is none", altered(signatures=[{"keyid": "desk", "sig": b64(bytes(64))}])
    yield "a member more", altered(extra=1)
    whole, many = json.loads(payload_of(STATEMENT)), b"[" * 50_000 + b"]" * 50_000
    whole["predicate"] = {"item": 0}
    for what, number in (
        ("a half", b"0.5"),
        ("too many digits", b"9" * 5000),
        ("infinity", b"Infinity"),
        ("deep", many),
    ):
        yield f"{what} in the place of a number", _enveloped(canonical(whole).replace(b"0}", number + b"}"), [DESK])
    half = canonical(whole).replace(b'"item":0', b'"item":"\\ud83d"')
    yield "half of a surrogate pair", _enveloped(half, [DESK])
    yield "a space", ENVELOPE.replace(b'"payload":', b'"payload": ')
    subject = {"name": "a", "digest": {"sha256": "2c" * 32}}
    yield "no subject", payload(subject=[])
    yield "a subject twice", payload(subject=[subject, {**subject, "digest": {"sha256": "2d" * 32}}])
    yield "a subject without a name", payload(subject=[{**subject, "name": ""}])
    yield "two digests", payload(subject=[{**subject, "digest": {"sha1": "0" * 40, "sha256": "2c" * 32}}])
    yield "no digest", payload(subject=[{**subject, "digest": {"sha256": "2c" * 31}}])
    yield "another framework", payload(_type="https://in-toto.io/Statement/v0.1")
    yield "an act of somebody else", payload(predicateType="tag:tamizdat,2027:derived")
    yield "nothing said", payload(predicate=[])


def _rosters() -> Iterator[tuple[str, bytes]]:
    def signed(change: Callable[[Any], object], *signers: SigningKey) -> bytes:
        said = json.loads(canonical(ROSTER.statement().predicate))
        change(said)
        subject = Subject("root", sha256(canonical(said["root"])).hex())
        return sign_statement(Statement("roster", (subject,), said), [(key.public, key.sign) for key in signers])

    entry: dict[str, Any] = {"from": 0, "key": DESK.public.hex(), "role": "desk", "until": None}
    yield "by one of two", signed(lambda said: None, A)
    yield "by one and a stranger", signed(lambda said: None, A, DESK)
    yield "by strangers", signed(lambda said: None, DESK, LOG)
    for what, change in (
        ("a member more", lambda said: said.update(extra=1)),
        ("version 0", lambda said: said.update(version=0)),
        ("a version that follows nothing", lambda said: said.update(version=2)),
        ("half a version", lambda said: said.update(version=True)),
        ("no threshold", lambda said: said["root"].update(threshold=0)),
        ("a threshold above all", lambda said: said["root"].update(threshold=4)),
        ("a root key three times", lambda said: said["root"].update(keys=[A.public.hex()] * 3)),
        ("another origin", lambda said: said["log"].update(origin="elsewhere.example")),
        ("a second key of the log under another name", lambda said: said["log"].update({"ml-dsa-44": OTHER.encode()})),
        ("no key of the log", lambda said: said["log"].update(vkey="nonsense")),
        ("more witnesses than there are", lambda said: said["witnesses"].update(quorum=2)),
        ("a witness twice", lambda said: said["witnesses"].update(keys=said["witnesses"]["keys"] * 2)),
        ("a range that ends before it begins", lambda said: said.update(keys=[{**entry, "from": 9, "until": 8}])),
        ("a range that begins before the first", lambda said: said.update(keys=[{**entry, "from": -1}])),
        ("a role in capitals", lambda said: said.update(keys=[{**entry, "role": "Desk"}])),
        ("a key twice", lambda said: said.update(keys=[entry, entry])),
        ("half a key", lambda said: said.update(keys=[{**entry, "key": "00"}])),
        ("a successor that is none", lambda said: said.update(successors=["0" * 63])),
        ("a member less", lambda said: said.pop("successors")),
        ("a number in the place of the keys", lambda said: said.update(keys=1)),
        ("the root's keys as one text", lambda said: said["root"].update(keys=A.public.hex())),
        ("the log in the place of its key", lambda said: said["log"].update(vkey=[])),
    ):  # fmt: skip
        yield what, signed(change, A, B, C)
    liar = replace(ROSTER.statement(), subjects=(Subject("root", "0" * 64),))
    yield "of another root than it says", sign_statement(liar, [(A.public, A.sign), (B.public, B.sign)])
    another = replace(ROSTER.statement(), act="published")
    yield "another act", sign_statement(another, [(A.public, A.sign), (B.public, B.sign)])
