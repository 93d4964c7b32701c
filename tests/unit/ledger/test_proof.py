"""Attacks on proofs, and on the files that hold them."""

import pytest

from tamizdat.errors import BadProof
from tamizdat.ledger.merkle import EMPTY_ROOT, leaf_hash, node_hash
from tamizdat.ledger.proof import TlogProof, check_subtree, verify_consistency, verify_inclusion
from tamizdat.ledger.tree import Tree

LEAVES = [leaf_hash(bytes([n])) for n in range(40)]
TREE = Tree(LEAVES)
ROOT = TREE.root()


def test_every_entry_of_every_size_is_proved() -> None:
    for size in range(1, 41):
        for index in range(size):
            verify_inclusion(index, size, LEAVES[index], TREE.inclusion_proof(index, size), TREE.root(size))


def test_a_proof_moved_to_another_index_fails() -> None:
    for index in range(40):
        for other in set(range(40)) - {index}:
            with pytest.raises(BadProof):
                verify_inclusion(other, 40, LEAVES[index], TREE.inclusion_proof(index), ROOT)


def test_another_entry_fails() -> None:
    for index in range(40):
        with pytest.raises(BadProof):
            verify_inclusion(index, 40, LEAVES[index - 1], TREE.inclusion_proof(index), ROOT)


@pytest.mark.parametrize("index", [0, 7, 31, 32, 39])
def test_a_hash_too_many_or_too_few_fails(index: int) -> None:
    proof = TREE.inclusion_proof(index)
    for bad in (proof[:-1], proof[1:], [*proof, ROOT], [LEAVES[0], *proof], [*proof, proof[-1]], []):
        with pytest.raises(BadProof):
            verify_inclusion(index, 40, LEAVES[index], bad, ROOT)


def test_a_proof_that_leads_past_the_root_fails_even_where_the_hash_is_right() -> None:
    """A ledger of one entry whose claimed root has a node above that entry."""
    above = node_hash(LEAVES[1], LEAVES[0])
    with pytest.raises(BadProof):
        verify_inclusion(0, 1, LEAVES[0], [LEAVES[1]], above)
    with pytest.raises(BadProof):
        verify_consistency(1, 1, [LEAVES[1]], LEAVES[0], above)
    with pytest.raises(BadProof):
        verify_inclusion(5, 40, LEAVES[5], [*TREE.inclusion_proof(5), LEAVES[1]], node_hash(LEAVES[1], ROOT))


def test_a_node_does_not_pass_as_an_entry() -> None:
    """Without the prefixes 0x00 and 0x01 the node over entries 0 and 1 could be shown as an entry."""
    node = node_hash(LEAVES[0], LEAVES[1])
    with pytest.raises(BadProof):
        verify_inclusion(0, 40, node, TREE.inclusion_proof(0)[1:], ROOT)
    with pytest.raises(BadProof):
        verify_inclusion(0, 40, leaf_hash(LEAVES[0] + LEAVES[1]), TREE.inclusion_proof(0)[1:], ROOT)


@pytest.mark.parametrize(("index", "size"), [(-1, 40), (40, 40), (0, 0), (0, -1), (2**63, 40)])
def test_places_outside_the_ledger_fail(index: int, size: int) -> None:
    with pytest.raises(BadProof):
        verify_inclusion(index, size, LEAVES[0], TREE.inclusion_proof(0), ROOT)


@pytest.mark.parametrize("length", [0, 31, 33, 64])
def test_hashes_of_another_length_fail_even_where_they_would_be_equal(length: int) -> None:
    with pytest.raises(BadProof):
        verify_inclusion(0, 1, bytes(length), [], bytes(length))
    with pytest.raises(BadProof):
        verify_consistency(1, 1, [], bytes(length), bytes(length))


def test_hashes_whose_joints_were_moved_fail() -> None:
    """The node hash does not see where the left hash ends: 31 + 33 bytes give what 32 + 32 gave."""
    left, right = LEAVES[0], LEAVES[1]
    with pytest.raises(BadProof):
        verify_inclusion(1, 2, right[1:], [left + right[:1]], node_hash(left, right))


def test_every_earlier_size_is_proved_consistent() -> None:
    for size in range(1, 41):
        for earlier in range(1, size + 1):
            proof = TREE.consistency_proof(earlier, size)
            verify_consistency(earlier, size, proof, TREE.root(earlier), TREE.root(size))


def test_a_rewritten_history_is_not_consistent() -> None:
    rewritten = Tree([*LEAVES[:3], leaf_hash(b"rewritten"), *LEAVES[4:]])
    for earlier in range(4, 40):
        for proof in (TREE.consistency_proof(earlier), rewritten.consistency_proof(earlier)):
            with pytest.raises(BadProof):
                verify_consistency(earlier, 40, proof, TREE.root(earlier), rewritten.root())


def test_an_entry_taken_out_is_not_consistent() -> None:
    shorter = Tree(LEAVES[:5] + LEAVES[6:])
    with pytest.raises(BadProof):
        verify_consistency(20, 39, shorter.consistency_proof(20), TREE.root(20), shorter.root())


def test_a_ledger_that_shrank_is_not_consistent() -> None:
    with pytest.raises(BadProof):
        verify_consistency(40, 20, TREE.consistency_proof(20), ROOT, TREE.root(20))


def test_the_empty_ledger_proves_nothing_and_is_refused() -> None:
    for size, root in ((0, EMPTY_ROOT), (40, ROOT)):
        with pytest.raises(BadProof):
            verify_consistency(0, size, [], EMPTY_ROOT, root)


def test_swapped_roots_fail() -> None:
    with pytest.raises(BadProof):
        verify_consistency(20, 40, TREE.consistency_proof(20), ROOT, TREE.root(20))


@pytest.mark.parametrize(("start", "end", "size"), [(1, 3, 8), (4, 9, 16), (3, 3, 8), (5, 4, 8), (-2, 0, 8), (8, 9, 8)])
def test_what_is_no_subtree_is_refused(start: int, end: int, size: int) -> None:
    with pytest.raises(BadProof):
        check_subtree(start, end, size)


GOOD = TlogProof(17, tuple(TREE.inclusion_proof(17)), b"origin\n40\nroot\n\n\xe2\x80\x94 k AAAA\n", b"s" * 32)


def test_a_tlog_proof_is_read_as_it_was_written() -> None:
    for proof in (
        GOOD,
        TlogProof(0, (), b""),
        TlogProof(3, (ROOT,), b"\n\n\n"),
        TlogProof(2**60, GOOD.hashes, b"x", b"\0"),
    ):
        assert TlogProof.parse(proof.encode()) == proof


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"proof@v1", b"proof@v2"),
        (b"c2sp.org", b"\nc2sp.org"),
        (b"index 17", b"index 017"),
        (b"index 17", b"index +17"),
        (b"index 17", b"index -1"),
        (b"index 17", b"index 17 "),
        (b"index 17", b"Index 17"),
        (b"index 17", b"index \xd9\xa1\xd9\xa7"),  # Arabic digits, which int() takes
        (b"index 17", b"index 99999999999999999999"),
        (b"index 17\n", b""),
        (b"index 17\n", b"index 17\nindex 17\n"),
        (b"extra ", b"extra  "),
        (b"extra ", b"extra\t"),
        (b"extra ", b"extra AAAA\nextra "),
        (b"extra c3Nz", b"extra c3N="),
        (b"c3M=\n", b"c3N=\n"),  # stray bits in the last character
        (b"c3M=\n", b"c3M\n"),
        (b"\n", b"\r\n"),
        (b"=\n\n", b"=\n"),
        (b"=\n\n", b"=\nAAAA\n\n"),
        (b"=\n\n", b"=\n" + b"A" * 44 + b"\n\n"),
        (b"=\n\n", b"=\n" + b"A" * 42 + b"B=\n\n"),
    ],
)
def test_a_damaged_tlog_proof_is_refused(old: bytes, new: bytes) -> None:
    data = GOOD.encode()
    assert old in data
    with pytest.raises(BadProof):
        TlogProof.parse(data.replace(old, new))


@pytest.mark.parametrize("data", [b"", b"\n\n", b"c2sp.org/tlog-proof@v1\n", b"\xff" * 99, b"A" * (1 << 20) + b"\n"])
def test_what_is_no_tlog_proof_is_refused(data: bytes) -> None:
    with pytest.raises(BadProof):
        TlogProof.parse(data)


def test_a_tlog_proof_too_large_to_be_one_is_refused_unread() -> None:
    with pytest.raises(BadProof, match="at most"):
        TlogProof.parse(TlogProof(0, (), b"x" * (1 << 20)).encode())


def test_a_tlog_proof_cut_off_anywhere_in_its_head_is_refused() -> None:
    data = GOOD.encode()
    for end in range(data.index(b"\n\n") + 1):
        with pytest.raises(BadProof):
            TlogProof.parse(data[:end])
