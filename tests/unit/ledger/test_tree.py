"""The tree gives, for every size, the roots and proofs of RFC 6962's own recursive definition."""

import tracemalloc
from hashlib import sha256

import pytest

from tamizdat.ledger.merkle import EMPTY_ROOT, leaf_hash, node_hash, root_over
from tamizdat.ledger.tree import Tree

ENTRIES = [bytes([n]) * (n % 5) for n in range(70)]
LEAVES = [leaf_hash(entry) for entry in ENTRIES]


def split(count: int) -> int:
    """The largest power of two smaller than *count*."""
    return 1 << (count - 1).bit_length() - 1


def mth(leaves: list[bytes]) -> bytes:
    """Section 2.1: the Merkle Tree Hash, word for word."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    k = split(len(leaves))
    return sha256(b"\x01" + mth(leaves[:k]) + mth(leaves[k:])).digest()


def path(m: int, leaves: list[bytes]) -> list[bytes]:
    """Section 2.1.1: the audit path, word for word."""
    if len(leaves) == 1:
        return []
    k = split(len(leaves))
    if m < k:
        return [*path(m, leaves[:k]), mth(leaves[k:])]
    return [*path(m - k, leaves[k:]), mth(leaves[:k])]


def subproof(m: int, leaves: list[bytes], known: bool) -> list[bytes]:
    """Section 2.1.2: the consistency proof, word for word."""
    if m == len(leaves):
        return [] if known else [mth(leaves)]
    k = split(len(leaves))
    if m <= k:
        return [*subproof(m, leaves[:k], known), mth(leaves[k:])]
    return [*subproof(m - k, leaves[k:], False), mth(leaves[:k])]


def test_a_leaf_is_hashed_apart_from_a_node() -> None:
    assert leaf_hash(b"entry") == sha256(b"\x00entry").digest()
    assert node_hash(b"l" * 32, b"r" * 32) == sha256(b"\x01" + b"l" * 32 + b"r" * 32).digest()
    assert leaf_hash(b"l" * 32 + b"r" * 32) != node_hash(b"l" * 32, b"r" * 32)


def test_roots_of_every_size_are_those_of_the_definition() -> None:
    tree = Tree(LEAVES)
    for size in range(len(LEAVES) + 1):
        assert tree.root(size) == mth(LEAVES[:size]) == root_over(LEAVES[:size])
    assert tree.root() == mth(LEAVES)


def test_proofs_of_every_size_are_those_of_the_definition() -> None:
    tree = Tree(LEAVES)
    for size in range(1, len(LEAVES) + 1):
        for index in range(size):
            assert tree.inclusion_proof(index, size) == path(index, LEAVES[:size])
        for earlier in range(1, size + 1):
            assert tree.consistency_proof(earlier, size) == subproof(earlier, LEAVES[:size], True)


def test_a_tree_that_grew_answers_like_one_that_never_had_more() -> None:
    grown, small = Tree(LEAVES), Tree(LEAVES[:37])
    assert grown.root(37) == small.root()
    assert grown.inclusion_proof(36, 37) == small.inclusion_proof(36)
    assert grown.consistency_proof(20, 37) == small.consistency_proof(20)


def test_many_leaves_at_once_make_the_same_tree_as_one_after_the_other() -> None:
    leaves = [leaf_hash(bytes([number])) for number in range(40)]
    for first in range(40):
        for then in (first, first + 1, 39, 40):
            grown = Tree(leaves[:first])
            grown.extend(iter(leaves[first:then]))
            grown.extend(leaves[max(first, then) :])
            alone = Tree()
            for leaf in leaves:
                alone.append(leaf)
            assert grown.size == alone.size
            assert [grown.root(size) for size in range(41)] == [alone.root(size) for size in range(41)]
    with pytest.raises(ValueError, match="32 bytes"):
        Tree(leaves).extend([bytes(31)])


def test_a_large_tree_to_which_nothing_is_added_is_not_copied() -> None:
    tree = Tree([LEAVES[0]] * 10_000)  # each of the proofs of an edition asks whether there is more
    tracemalloc.start()
    tree.extend([])
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 64_000, "of 640,000 bytes"


def test_appending_returns_the_index() -> None:
    tree = Tree()
    assert [tree.append(leaf) for leaf in LEAVES[:9]] == list(range(9))
    assert tree.size == 9


def test_an_empty_tree_has_the_root_of_no_entries() -> None:
    assert Tree().root() == EMPTY_ROOT == root_over([])


def test_complete_subtrees_are_the_roots_over_their_leaves() -> None:
    tree = Tree(LEAVES)
    assert tree.hash_at(3, 2) == mth(LEAVES[16:24])
    assert tree.hashes(0, 4, 6) == LEAVES[4] + LEAVES[5]


@pytest.mark.parametrize("level_start_end", [(0, 0, 71), (0, 5, 5), (0, -1, 2), (3, 8, 9), (7, 0, 1)])
def test_incomplete_subtrees_have_no_hash(level_start_end: tuple[int, int, int]) -> None:
    with pytest.raises(IndexError):
        Tree(LEAVES).hashes(*level_start_end)


@pytest.mark.parametrize(("index", "size"), [(-1, 5), (5, 5), (0, 0), (0, 71), (0, -1)])
def test_no_proof_of_an_entry_that_is_not_there(index: int, size: int) -> None:
    with pytest.raises(IndexError):
        Tree(LEAVES).inclusion_proof(index, size)


@pytest.mark.parametrize(("earlier", "size"), [(0, 5), (6, 5), (-1, 5), (3, 71)])
def test_no_proof_that_an_impossible_tree_came_earlier(earlier: int, size: int) -> None:
    with pytest.raises(IndexError):
        Tree(LEAVES).consistency_proof(earlier, size)


@pytest.mark.parametrize("leaf", [b"", bytes(31), bytes(33)])
def test_only_hashes_are_appended(leaf: bytes) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        Tree().append(leaf)
