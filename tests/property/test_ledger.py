"""Properties of the ledger, over whatever hypothesis comes up with."""

from collections.abc import Callable
from contextlib import suppress
from pathlib import PurePosixPath, PureWindowsPath
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from support.kinds import examples
from tamizdat.encoding import canonical, parse_canonical, safe_path
from tamizdat.errors import BadEncoding, BadNote, BadPath, BadProof, BadRoster, BadStatement, TamizdatError
from tamizdat.keys import SigningKey
from tamizdat.ledger.checkpoint import Checkpoint
from tamizdat.ledger.cosignature import Policy
from tamizdat.ledger.merkle import leaf_hash, root_over
from tamizdat.ledger.note import Verifier, open_note
from tamizdat.ledger.proof import TlogProof, verify_consistency, verify_inclusion
from tamizdat.ledger.published_log import Log, read_log
from tamizdat.ledger.roster import RoleKey, Root, Roster
from tamizdat.ledger.signing import sign_checkpoint, sign_note, sign_roster, sign_statement
from tamizdat.ledger.statement import Statement, Subject, open_envelope
from tamizdat.ledger.tiles import bundle, parse_bundle
from tamizdat.ledger.tree import Tree

KEY = SigningKey.from_seed(bytes([7]) * 32)
VERIFIER = Verifier("tamizdat.example/ledger", KEY.public)
LEAVES = [leaf_hash(b"%d" % n) for n in range(700)]
TREE = Tree(LEAVES)

hashes = st.binary(min_size=32, max_size=32)
text = st.text(st.characters(exclude_categories=["Cs"]))
json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | text,
    lambda inner: st.lists(inner) | st.dictionaries(text, inner),
    max_leaves=20,
)


@st.composite
def sizes(draw: st.DrawFn) -> tuple[int, int]:
    size = draw(st.integers(1, 700))
    return draw(st.integers(0, size - 1)), size


@given(sizes())
def test_whatever_is_in_the_tree_is_proved(place: tuple[int, int]) -> None:
    index, size = place
    verify_inclusion(index, size, LEAVES[index], TREE.inclusion_proof(index, size), TREE.root(size))
    verify_consistency(index + 1, size, TREE.consistency_proof(index + 1, size), TREE.root(index + 1), TREE.root(size))


@given(sizes(), st.data())
def test_whatever_was_changed_in_a_proof_is_found(place: tuple[int, int], data: st.DataObject) -> None:
    index, size = place
    proof = TREE.inclusion_proof(index, size)
    changed = data.draw(st.lists(st.sampled_from(proof) | hashes, max_size=len(proof) + 2) if proof else st.just([b""]))
    if changed != proof:
        with pytest.raises(BadProof):
            verify_inclusion(index, size, LEAVES[index], changed, TREE.root(size))


@given(sizes(), sizes())
def test_a_proof_holds_for_its_own_place_only(place: tuple[int, int], other: tuple[int, int]) -> None:
    proof, leaf, root = TREE.inclusion_proof(*place), LEAVES[place[0]], TREE.root(place[1])
    if other != place and TREE.root(other[1]) == root:
        with pytest.raises(BadProof):
            verify_inclusion(*other, leaf, proof, root)


@given(st.lists(st.binary(max_size=40), max_size=600))
@settings(max_examples=examples(30))
def test_what_is_published_is_read_back(entries: list[bytes]) -> None:
    root = root_over(map(leaf_hash, entries))
    assert root == Tree(map(leaf_hash, entries)).root()
    assert [*read_log(len(entries), root, dict(Log(entries).tiles()).__getitem__)] == entries


@given(st.binary(max_size=200), st.integers(0, 8))
def test_a_bundle_is_read_to_its_end_or_not_at_all(data: bytes, width: int) -> None:
    with suppress(BadProof):
        assert bundle(parse_bundle(data, width)) == data


@given(st.lists(text.filter(lambda line: "\n" not in line and line.isprintable()), min_size=1))
def test_notes_are_read_as_they_were_written(lines: list[str]) -> None:
    body = ("\n".join(lines) + "\n").encode()
    note = sign_note(body, VERIFIER.name, KEY.public, KEY.sign)
    assert open_note(note, [VERIFIER]).text == body


@given(st.integers(1, 2**62), hashes)
def test_checkpoints_are_read_as_they_were_written(size: int, root: bytes) -> None:
    checkpoint = Checkpoint(VERIFIER.name, size, root)
    assert Policy(VERIFIER).open(sign_checkpoint(checkpoint, KEY.public, KEY.sign)) == (checkpoint, {})


@given(st.integers(0, 2**62), st.lists(hashes, max_size=64), st.binary(max_size=90), st.none() | st.binary(max_size=90))
def test_tlog_proofs_are_read_as_they_were_written(
    index: int, path: list[bytes], checkpoint: bytes, extra: bytes | None
) -> None:
    proof = TlogProof(index, tuple(path), checkpoint, extra)
    assert TlogProof.parse(proof.encode()) == proof


@given(
    st.dictionaries(text, json_values),
    st.lists(st.tuples(text.filter(bool), hashes), min_size=1, unique_by=lambda s: s[0]),
)
def test_statements_are_read_as_they_were_written(predicate: dict[str, Any], subjects: list[tuple[str, bytes]]) -> None:
    statement = Statement("derived", tuple(Subject(name, digest.hex()) for name, digest in subjects), predicate)
    envelope = sign_statement(statement, [(KEY.public, KEY.sign)])
    assert open_envelope(envelope, [KEY.public]).statement == statement


@given(json_values)
def test_canonical_json_is_a_fixed_point(value: Any) -> None:
    assert canonical(parse_canonical(canonical(value), "a document")) == canonical(value)


ROSTER = Roster(Root((KEY.public,)), Policy(VERIFIER), (RoleKey("desk", KEY.public),))
GOOD_ROSTER = sign_roster(ROSTER, [(KEY.public, KEY.sign)])
GOOD_CHECKPOINT = sign_checkpoint(Checkpoint(VERIFIER.name, 700, TREE.root()), KEY.public, KEY.sign)
GOOD_PROOF = TlogProof(3, tuple(TREE.inclusion_proof(3)), GOOD_CHECKPOINT, bytes(32)).encode()
READERS: list[tuple[Callable[[bytes], object], bytes, type[TamizdatError]]] = [
    (lambda data: Roster.open(data), GOOD_ROSTER, BadRoster),
    (lambda data: open_envelope(data, [KEY.public]), GOOD_ROSTER, BadStatement),
    (lambda data: Policy(VERIFIER).open(data), GOOD_CHECKPOINT, BadNote),
    (TlogProof.parse, GOOD_PROOF, BadProof),
    (lambda data: parse_canonical(data, "a document"), GOOD_ROSTER, BadEncoding),
]


@st.composite
def mutations(draw: st.DrawFn) -> tuple[int, Callable[[bytes], bytes]]:
    """A reader, and something a hostile or broken disk might do to what it reads."""
    reader = draw(st.integers(0, len(READERS) - 1))
    at, length, new = draw(st.integers(0, 2000)), draw(st.integers(0, 40)), draw(st.binary(max_size=40))
    return reader, lambda data: data[: at % len(data)] + new + data[at % len(data) + length :]


@given(mutations())
@settings(max_examples=examples(600))
def test_readers_refuse_with_their_own_error_and_no_other(mutation: tuple[int, Callable[[bytes], bytes]]) -> None:
    """Whatever arrives, it is read or refused by the typed error; nothing else comes out."""
    number, change = mutation
    read, good, error = READERS[number]
    with suppress(error):
        read(change(good))


@given(st.binary(max_size=300))
def test_noise_is_refused_by_every_reader(data: bytes) -> None:
    for read, _, error in READERS[:-1]:
        with pytest.raises(error):
            read(data)


@given(st.text(max_size=80))
def test_an_accepted_path_stays_in_its_folder(name: str) -> None:
    try:
        accepted = safe_path(name)
    except BadPath:
        return
    for path in (PurePosixPath(accepted), PureWindowsPath(accepted)):
        assert not path.is_absolute()
        assert not path.drive
        assert ".." not in path.parts
    assert PurePosixPath(accepted).as_posix() == accepted
