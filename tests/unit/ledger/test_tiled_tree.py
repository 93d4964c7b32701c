"""A tree that keeps only the roots over full tiles gives what one that keeps every hash gives."""

import hashlib

import pytest

from tamizdat.errors import BadProof
from tamizdat.ledger import published_log
from tamizdat.ledger.merkle import leaf_hash, root_over
from tamizdat.ledger.published_log import FullTile, Log, full_tile, packed, read_log, remember
from tamizdat.ledger.tiled_tree import TiledTree
from tamizdat.ledger.tiles import bundle
from tamizdat.ledger.tree import Tree

ENTRIES = [hashlib.sha256(b"entry %d" % n).digest() for n in range(1_100)]
WHOLE = Tree(map(leaf_hash, ENTRIES))


@pytest.mark.parametrize("sizes", [(1_100,), (1, 255, 256, 257, 700, 1_024, 1_100), (512, 1_025)])
def test_however_it_grew_it_gives_the_same_hashes_roots_and_proofs(sizes: tuple[int, ...]) -> None:
    tree = TiledTree()
    for size in sizes:
        tree.grow(ENTRIES[:size])
        assert tree.size == size
        assert tree.root() == WHOLE.root(size)
        assert tree.inclusion_proof(size - 1) == WHOLE.inclusion_proof(size - 1, size)
    size = tree.size
    for earlier in (1, 2, 255, 256, 257, 511, 512, size - 1, size):
        assert tree.root(earlier) == WHOLE.root(earlier)
        assert tree.consistency_proof(earlier) == WHOLE.consistency_proof(earlier, size)
        assert tree.inclusion_proof(earlier - 1, size) == WHOLE.inclusion_proof(earlier - 1, size)
    for level in range(11):
        there = size >> level
        for start, end in ((0, there), (there - 1, there), (there // 3, there // 3 + 1), (there // 2, there)):
            if start < end:
                assert tree.hashes(level, start, end) == WHOLE.hashes(level, start, end)


def test_beyond_its_end_it_has_nothing() -> None:
    tree = TiledTree(ENTRIES[:300])
    for level, start, end in ((0, 0, 301), (0, 299, 301), (8, 1, 2), (3, 5, 5), (0, -1, 1)):
        with pytest.raises(IndexError):
            tree.hashes(level, start, end)
    with pytest.raises(IndexError):
        tree.inclusion_proof(300)


def test_other_entries_of_the_same_bytes_are_another_tile() -> None:
    one = full_tile(bundle(ENTRIES[:256]))
    joined = b"".join(ENTRIES[:256])
    other = [joined[:31], joined[31:64], *ENTRIES[2:256]]
    assert full_tile(bundle(other)).root == root_over(map(leaf_hash, other)) != one.root


def test_what_is_remembered_is_taken_whole_and_undamaged_or_not_at_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(published_log, "_FULL", {})
    told = packed([FullTile(full_tile(bundle(ENTRIES[:256])).bundle, b"r" * 32, b"h" * 32)])
    for damaged in (b"", told[:-1], told[:40] + bytes([told[40] ^ 1]) + told[41:], told[96:]):
        monkeypatch.setattr(published_log, "_FULL", {})
        remember(damaged)
        assert full_tile(bundle(ENTRIES[:256])).root == WHOLE.hash_at(8, 0)
    monkeypatch.setattr(published_log, "_FULL", {})
    remember(told)
    assert full_tile(bundle(ENTRIES[:256])).root == b"r" * 32
    assert full_tile(bundle(ENTRIES[256:512])).root == WHOLE.hash_at(8, 1)


def test_what_was_computed_wrong_once_is_found_by_who_asks_second_and_is_not_remembered(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(published_log, "_FULL", {})
    monkeypatch.setattr(published_log, "_ONCE", {})
    with monkeypatch.context() as failing:  # a bit turned in memory, while the ledger's head was made
        failing.setattr(published_log, "root_over", lambda row: b"w" * 32)
        root = TiledTree(ENTRIES[:256]).root()
    site = dict(Log(ENTRIES[:1]).tiles()) | {"tile/entries/000": bundle(ENTRIES[:256])}
    with pytest.raises(BadProof, match="computes wrong"):
        read_log(256, root, site.__getitem__)
    assert TiledTree(ENTRIES[:256]).root() == WHOLE.root(256)
