"""A commitment tells nothing without its salt, and nothing but the truth with it."""

import hashlib

import pytest

from tamizdat.errors import BadProof
from tamizdat.ledger.checkpoint import Checkpoint
from tamizdat.ledger.commitment import commitment, verify_disclosure
from tamizdat.ledger.merkle import leaf_hash
from tamizdat.ledger.proof import TlogProof
from tamizdat.ledger.tree import Tree

ENVELOPES = [b'{"envelope":%d}' % n for n in range(9)]
SALTS = [hashlib.sha256(b"salt %d" % n).digest() for n in range(9)]
TREE = Tree(leaf_hash(commitment(salt, envelope)) for salt, envelope in zip(SALTS, ENVELOPES, strict=True))
CHECKPOINT = Checkpoint("tamizdat.example/ledger", 9, TREE.root())


def disclosure(index: int) -> TlogProof:
    return TlogProof(index, tuple(TREE.inclusion_proof(index)), b"", SALTS[index])


def test_the_bytes_of_a_commitment() -> None:
    expected = hashlib.sha256(b"tamizdat/commitment/v1\x00" + SALTS[0] + ENVELOPES[0]).digest()
    assert commitment(SALTS[0], ENVELOPES[0]) == expected


def test_disclosed_statements_are_found_in_the_ledger() -> None:
    for index, envelope in enumerate(ENVELOPES):
        verify_disclosure(envelope, disclosure(index), CHECKPOINT)


def test_another_envelope_is_not_what_was_committed_to() -> None:
    with pytest.raises(BadProof):
        verify_disclosure(ENVELOPES[1], disclosure(0), CHECKPOINT)
    with pytest.raises(BadProof):
        verify_disclosure(ENVELOPES[0] + b" ", disclosure(0), CHECKPOINT)


@pytest.mark.parametrize("salt", [None, b"", SALTS[1], SALTS[0][:31], SALTS[0] + b"\0"])
def test_without_its_own_salt_nothing_is_proved(salt: bytes | None) -> None:
    proof = TlogProof(0, disclosure(0).hashes, b"", salt)
    with pytest.raises(BadProof):
        verify_disclosure(ENVELOPES[0], proof, CHECKPOINT)


def test_bytes_cannot_move_between_salt_and_envelope() -> None:
    """31 bytes of salt and one more of envelope would hash alike, if salts had no fixed length."""
    moved = TlogProof(0, disclosure(0).hashes, b"", SALTS[0][:31])
    with pytest.raises(BadProof):
        verify_disclosure(SALTS[0][31:] + ENVELOPES[0], moved, CHECKPOINT)


def test_a_proof_for_another_place_or_ledger_is_refused() -> None:
    with pytest.raises(BadProof):
        verify_disclosure(ENVELOPES[0], TlogProof(1, disclosure(0).hashes, b"", SALTS[0]), CHECKPOINT)
    with pytest.raises(BadProof):
        verify_disclosure(ENVELOPES[0], disclosure(0), Checkpoint(CHECKPOINT.origin, 9, bytes(32)))
    with pytest.raises(BadProof):
        verify_disclosure(ENVELOPES[8], disclosure(8), Checkpoint(CHECKPOINT.origin, 8, TREE.root(8)))


def test_a_plain_digest_in_the_ledger_is_never_matched() -> None:
    """Who knows a clip cannot find its digest, nor its envelope's, among the entries."""
    for index, envelope in enumerate(ENVELOPES):
        assert TREE.hash_at(0, index) not in (leaf_hash(envelope), leaf_hash(hashlib.sha256(envelope).digest()))
