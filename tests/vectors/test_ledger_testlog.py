"""Held to Tessera's test log: its roots, its tiles, its bundles and its signatures, reproduced to the byte."""

import base64
from pathlib import Path

import pytest

from support.shared import VECTORS, needs_shared
from tamizdat.errors import BadNote, BadProof
from tamizdat.keys import SigningKey
from tamizdat.ledger.checkpoint import Checkpoint
from tamizdat.ledger.cosignature import Policy
from tamizdat.ledger.merkle import leaf_hash
from tamizdat.ledger.note import Verifier
from tamizdat.ledger.proof import verify_consistency, verify_inclusion
from tamizdat.ledger.published_log import Log, read_log
from tamizdat.ledger.signing import sign_checkpoint
from tamizdat.ledger.tiles import parse_bundle
from tamizdat.ledger.tree import Tree

pytestmark = needs_shared

LOG = VECTORS / "tlog-tiles-testlog" / "testdata" / "log"
# The test log's own keys, published with it in testdata/build_log.sh of transparency-dev/tessera.
VKEY = "example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx"
SEED = base64.b64decode("AeymY/SZAX0jZcJ8enZ5FY1Dz+wTML2yWSkK+9DSF3eg")[1:]
SIZES = range(16)


def entries() -> list[bytes]:
    return parse_bundle((LOG / "tile/entries/000.p/15").read_bytes(), 15)


def checkpoint(size: int) -> Checkpoint:
    return Policy(Verifier.parse(VKEY)).open((LOG / f"checkpoint.{size}").read_bytes())[0]


@pytest.mark.parametrize("size", SIZES)
def test_roots_are_reproduced(size: int) -> None:
    assert Tree(map(leaf_hash, entries())).root(size) == checkpoint(size).root


@pytest.mark.parametrize("size", SIZES)
def test_signatures_are_reproduced(size: int) -> None:
    key = SigningKey.from_seed(SEED)
    assert sign_checkpoint(checkpoint(size), key.public, key.sign) == (LOG / f"checkpoint.{size}").read_bytes()


def test_tiles_are_reproduced_with_the_partial_ones_of_every_checkpoint() -> None:
    theirs = {
        path.relative_to(LOG).as_posix(): path.read_bytes() for path in (LOG / "tile").rglob("*") if path.is_file()
    }
    assert dict(Log(entries()).tiles(earlier=SIZES)) == theirs
    assert len(theirs) == 30


@pytest.mark.parametrize("size", SIZES)
def test_the_published_log_is_read_back(size: int) -> None:
    found = read_log(size, checkpoint(size).root, lambda path: (LOG / path).read_bytes())
    assert [*found] == entries()[:size]


def test_proofs_hold_against_its_checkpoints() -> None:
    tree = Tree(map(leaf_hash, entries()))
    for size in SIZES[1:]:
        for index in range(size):
            root, leaf = checkpoint(size).root, leaf_hash(entries()[index])
            verify_inclusion(index, size, leaf, tree.inclusion_proof(index, size), root)
        for earlier in range(1, size + 1):
            proof = tree.consistency_proof(earlier, size)
            verify_consistency(earlier, size, proof, checkpoint(earlier).root, checkpoint(size).root)


@pytest.mark.parametrize("size", SIZES)
def test_a_checkpoint_is_not_taken_for_one_of_another_size(size: int) -> None:
    note = (LOG / f"checkpoint.{size}").read_bytes().replace(b"\n%d\n" % size, b"\n%d\n" % (size + 1), 1)
    with pytest.raises(BadNote):
        Policy(Verifier.parse(VKEY)).open(note)


@pytest.mark.parametrize("path", ["tile/0/000.p/15", "tile/entries/000.p/15"])
def test_every_flipped_byte_of_the_published_log_is_found(path: str) -> None:
    good = (LOG / path).read_bytes()
    for at in range(len(good)):
        bad = bytearray(good)
        bad[at] ^= 1

        def read(asked: str, bad: bytes = bytes(bad)) -> bytes:
            return bad if asked == path else Path(LOG / asked).read_bytes()

        with pytest.raises(BadProof):
            read_log(15, checkpoint(15).root, read)
