"""A published ledger is read back whole, or refused."""

import hashlib

import pytest

from tamizdat.errors import BadProof
from tamizdat.ledger.merkle import leaf_hash, root_over
from tamizdat.ledger.published_log import Log, read_log
from tamizdat.ledger.tiles import bundle, parse_bundle, tile_path, tiles_of
from tamizdat.ledger.tree import Tree


def entries(count: int) -> list[bytes]:
    return [hashlib.sha256(b"%d" % n).digest() for n in range(count)]


ENTRIES = entries(600)
SITE = dict(Log(ENTRIES).tiles())
ROOT = root_over(map(leaf_hash, ENTRIES))


@pytest.mark.parametrize(
    ("number", "path"),
    [
        (0, "tile/0/000"),
        (7, "tile/0/007"),
        (999, "tile/0/999"),
        (1000, "tile/0/x001/000"),
        (1234, "tile/0/x001/234"),
        (1234067, "tile/0/x001/x234/067"),
        (10**9, "tile/0/x001/x000/x000/000"),
    ],
)
def test_tile_paths(number: int, path: str) -> None:
    assert tile_path(0, number) == path
    assert tile_path(0, number, 3) == f"{path}.p/3"


def test_the_tiles_of_seventy_thousand_entries_are_those_of_the_standard() -> None:
    found = tiles_of(70_000)
    assert sum(level == 0 for level, _, _ in found) == 274
    partial = [tile for tile in found if tile[2] < 256]
    assert partial == [(0, 273, 112), (1, 1, 17), (2, 0, 1), ("entries", 273, 112)]


def test_a_tree_of_256_has_a_full_tile_and_a_partial_one_above() -> None:
    assert tiles_of(256) == [(0, 0, 256), (1, 0, 1), ("entries", 0, 256)]
    assert tiles_of(0) == []


def test_tiles_hold_the_hashes_of_the_tree() -> None:
    tree = Tree(map(leaf_hash, ENTRIES))
    assert SITE["tile/0/001"] == tree.hashes(0, 256, 512)
    assert SITE["tile/0/002.p/88"] == tree.hashes(0, 512, 600)
    assert SITE["tile/1/000.p/2"] == tree.hashes(8, 0, 2)
    assert len(SITE) == 7


def test_levels_above_the_second_tile_are_right() -> None:
    many = entries(65_537)
    site = dict(Log(many).tiles())
    tree = Tree(map(leaf_hash, many))
    assert site["tile/2/000.p/1"] == tree.hash_at(16, 0)
    assert site["tile/1/000"] == tree.hashes(8, 0, 256)


def test_partial_tiles_of_earlier_checkpoints_stay() -> None:
    site = dict(Log(ENTRIES).tiles(earlier=[100, 300]))
    assert set(site) - set(SITE) == {
        "tile/0/000.p/100",
        "tile/entries/000.p/100",
        "tile/0/001.p/44",
        "tile/1/000.p/1",
        "tile/entries/001.p/44",
    }
    for size in (100, 300, 600):
        assert [*read_log(size, root_over(map(leaf_hash, ENTRIES[:size])), site.__getitem__)] == ENTRIES[:size]


@pytest.mark.parametrize("earlier", [[1], [255, 256, 257], [0, 300, 300, 699], [700], [65_536, 65_537, 70_000]])
def test_of_earlier_sizes_each_tile_is_named_once_behind_those_of_the_ledger(earlier: list[int]) -> None:
    size = max(700, *earlier)
    assert tiles_of(size, earlier) == [*dict.fromkeys(tile for each in (size, *earlier) for tile in tiles_of(each))]


def test_an_empty_ledger_reads_no_file() -> None:
    assert [*read_log(0, root_over([]), SITE.__getitem__)] == []


@pytest.mark.parametrize("path", SITE)
def test_a_changed_tile_is_found_wherever_it_lies(path: str) -> None:
    for at in (0, 31, len(SITE[path]) - 1):
        changed = bytearray(SITE[path])
        changed[at] ^= 0x80
        with pytest.raises(BadProof):
            read_log(600, ROOT, {**SITE, path: bytes(changed)}.__getitem__)


@pytest.mark.parametrize("path", SITE)
def test_a_tile_cut_short_or_lengthened_is_found(path: str) -> None:
    for changed in (b"", SITE[path][:-1], SITE[path] + b"\0", SITE[path] + SITE[path]):
        with pytest.raises(BadProof):
            read_log(600, ROOT, {**SITE, path: changed}.__getitem__)


def test_a_ledger_rewritten_with_tiles_that_fit_is_found() -> None:
    forged = dict(Log([b"forged".ljust(32), *ENTRIES[1:]]).tiles())
    with pytest.raises(BadProof):
        read_log(600, ROOT, forged.__getitem__)


def test_two_swapped_bundles_are_found() -> None:
    swapped = {**SITE, "tile/entries/000": SITE["tile/entries/001"], "tile/entries/001": SITE["tile/entries/000"]}
    with pytest.raises(BadProof):
        read_log(600, ROOT, swapped.__getitem__)


def test_a_missing_tile_is_the_readers_own_error() -> None:
    with pytest.raises(KeyError):
        read_log(601, ROOT, SITE.__getitem__)


def test_an_absurd_size_asks_for_one_file_only() -> None:
    """A hostile checkpoint must not make the reader list 2**55 tiles first."""
    asked = []

    def read(path: str) -> bytes:
        asked.append(path)
        return b""

    with pytest.raises(BadProof):
        read_log(2**63 - 1, ROOT, read)
    assert asked == ["tile/entries/000"]


GOOD = bundle([b"a", b"bc", b""])
BAD = [
    (GOOD, 2),
    (GOOD, 4),
    (GOOD + b"\0", 3),
    (GOOD + b"\0\1", 4),
    (GOOD[:-1], 3),
    (b"\0\3ab", 1),
    (b"\0", 1),
    (b"", 1),
]


@pytest.mark.parametrize(("data", "width"), BAD)
def test_a_damaged_bundle_is_refused(data: bytes, width: int) -> None:
    with pytest.raises(BadProof):
        parse_bundle(data, width)


@pytest.mark.parametrize("at", [0, 1, 34, 35, 68, 69])
def test_a_changed_length_in_a_bundle_of_commitments_is_refused(at: int) -> None:
    """Every entry would still be found where it was: other bytes for the same ledger."""
    data = bytearray(bundle(ENTRIES[:3]))
    data[at] ^= 1
    with pytest.raises(BadProof):
        parse_bundle(bytes(data), 3)


def test_bundles_hold_entries_of_up_to_65535_bytes() -> None:
    longest = [b"", b"x" * 0xFFFF]
    assert parse_bundle(bundle(longest), 2) == longest
    with pytest.raises(OverflowError):
        bundle([b"x" * 0x10000])
