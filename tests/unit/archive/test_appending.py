"""Appending: acknowledged means stored, a call is stored whole or not at all, and many may write at once."""

import multiprocessing
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from support.archive_samples import ORIGIN, captured, everything, new_archive, signed
from tamizdat.archive import Archive
from tamizdat.disk.lock import locked
from tamizdat.errors import BadStatement, StorageFull, StorageRefused, UsageError
from tamizdat.ledger.commitment import commitment
from tamizdat.ledger.merkle import leaf_hash
from tamizdat.ledger.tree import Tree

Limit = Callable[[int], AbstractContextManager[None]]
Refused = Callable[[Path], AbstractContextManager[None]]
LONG = signed("captured", {"path": "x" * 50_000}, "ab" * 32)


def test_indexes_count_from_zero_and_survive_reopening(tmp_path: Path) -> None:
    archive = new_archive(tmp_path)
    envelopes = [captured(str(number)) for number in range(5)]
    assert archive.append([]) == []
    assert archive.append(envelopes[:2]) == [0, 1]
    assert archive.append(envelopes[2:]) == [2, 3, 4]
    archive.close()
    with Archive.open(archive.folder) as again:
        assert everything(again) == dict(enumerate(envelopes))
        assert again.size == 5
        assert dict(again.statements(3)) == {3: envelopes[3], 4: envelopes[4]}


def test_a_disclosure_opens_its_leaf(tmp_path: Path) -> None:
    archive = new_archive(tmp_path, captured("one"), captured("two"))
    shown = archive.disclosure(1)
    assert (shown.index, shown.envelope) == (1, captured("two"))
    assert commitment(shown.salt, shown.envelope) == shown.commitment == archive.commitments()[1]


def test_the_same_statement_twice_has_two_unlinkable_leaves(tmp_path: Path) -> None:
    archive = new_archive(tmp_path)
    archive.append([captured("one")] * 2)
    assert archive.commitments()[0] != archive.commitments()[1]
    assert archive.disclosure(0).salt != archive.disclosure(1).salt


def test_the_tree_grows_with_the_log_and_is_the_same_after_reopening(tmp_path: Path) -> None:
    archive = new_archive(tmp_path, captured("one"))
    small = archive.tree().root()
    archive.append([captured("two"), captured("three")])
    archive.pad(8)
    tree = archive.tree()
    assert (tree.size, tree.root(1)) == (8, small)
    assert tree.root() == Tree(leaf_hash(leaf) for leaf in archive.commitments()).root()
    assert Archive.open(archive.folder).tree().root() == tree.root()


def test_padding_rounds_up_and_is_no_statement(tmp_path: Path) -> None:
    archive = new_archive(tmp_path)
    assert archive.pad() == []
    archive.append([captured("one")])
    assert archive.pad(4) == [1, 2, 3]
    assert archive.pad(4) == []
    assert archive.append([captured("two")]) == [4]
    assert len(archive.pad()) == 251
    assert archive.size == 256
    assert len(set(archive.commitments())) == 256
    assert everything(Archive.open(archive.folder)) == {0: captured("one"), 4: captured("two")}
    with pytest.raises(UsageError, match="padding"):
        archive.disclosure(2)
    with pytest.raises(UsageError, match="padding"):
        archive.forget(2)
    with pytest.raises(UsageError, match="round up"):
        archive.pad(0)


@pytest.mark.parametrize("index", [-1, 2, 1 << 40])
def test_an_index_outside_the_log_is_refused(tmp_path: Path, index: int) -> None:
    archive = new_archive(tmp_path, captured("one"), captured("two"))
    for ask in (archive.disclosure, archive.forget):
        with pytest.raises(UsageError, match="0 to 1"):
            ask(index)


@pytest.mark.parametrize("envelope", [b"", b"no JSON", b"{" + b"x" * (4 << 20) + b"}"])
def test_what_is_no_envelope_is_refused_with_its_whole_batch(tmp_path: Path, envelope: bytes) -> None:
    archive = new_archive(tmp_path)
    with pytest.raises(BadStatement):
        archive.append([captured("one"), envelope])
    assert archive.size == 0


def test_a_file_that_may_not_grow_loses_nothing(tmp_path: Path, file_limit: Limit) -> None:
    archive = new_archive(tmp_path, captured("one"))
    log = archive.folder / "entries.log"
    before = log.read_bytes()
    with file_limit(200_000), pytest.raises(StorageFull, match="Free some space"):
        archive.append([LONG] * 20)
    assert log.read_bytes() == before
    assert archive.append([LONG] * 20) == list(range(1, 21))
    assert everything(Archive.open(archive.folder)) == {0: captured("one")} | dict.fromkeys(range(1, 21), LONG)


def test_a_full_disk_loses_nothing(small_disk: Path) -> None:
    archive = Archive.create(small_disk / "archive", ORIGIN)
    log = archive.folder / "entries.log"
    stored = [*range(8)]
    assert [archive.append([LONG])[0] for _ in stored] == stored
    length = log.stat().st_size
    with pytest.raises(StorageFull):
        archive.append([LONG] * 200)  # more than one piece
    assert log.stat().st_size == length
    archive.append([captured("small")])  # there is room for little ones
    archive.close()
    assert everything(Archive.open(archive.folder)) == dict.fromkeys(stored, LONG) | {len(stored): captured("small")}


def test_without_permission_nothing_is_written(tmp_path: Path, refused: Refused) -> None:
    archive = new_archive(tmp_path, captured("one"))
    before = (archive.folder / "entries.log").read_bytes()
    with refused(archive.folder):
        with pytest.raises(StorageRefused, match="Permission denied"):
            archive.append([captured("two")])
        with pytest.raises(StorageRefused, match="Permission denied"):
            Archive.open(archive.folder)
        with pytest.raises(StorageRefused, match="Permission denied"):
            Archive.create(archive.folder / "another", ORIGIN)
    assert (archive.folder / "entries.log").read_bytes() == before
    assert archive.append([captured("two")]) == [1]


def write_many(folder: Path, name: str, count: int) -> None:
    """Runs in a process of its own: batches of one to three statements."""
    with Archive.open(folder) as archive:
        for number in range(count):
            batch = [captured(f"{name}-{number}-{part}") for part in range(1 + number % 3)]
            indexes = archive.append(batch)
            assert indexes == list(range(indexes[0], indexes[0] + len(batch)))
            assert archive.disclosure(indexes[0]).envelope == batch[0]


def all_of(name: str, count: int) -> set[bytes]:
    return {captured(f"{name}-{number}-{part}") for number in range(count) for part in range(1 + number % 3)}


def test_four_processes_write_at_once(tmp_path: Path) -> None:
    archive = new_archive(tmp_path, captured("first"))
    context = multiprocessing.get_context("spawn")
    writers = [context.Process(target=write_many, args=(archive.folder, name, 20)) for name in "abcd"]
    for writer in writers:
        writer.start()
    while any(writer.is_alive() for writer in writers):  # we read and write meanwhile
        size = archive.size
        assert len(archive.commitments()) >= size
        archive.index.by_act("captured")
    for writer in writers:
        writer.join()
    assert [writer.exitcode for writer in writers] == [0] * 4
    found = everything(archive)
    assert set(found.values()) == {captured("first")}.union(*(all_of(name, 20) for name in "abcd"))
    assert list(found) == list(range(archive.size))
    assert archive.index.by_act("captured") == list(found)
    assert archive.check().faults == [fault for fault in archive.check().faults if fault.kind == "object"]


def test_threads_share_one_archive(tmp_path: Path) -> None:
    archive = new_archive(tmp_path)
    given: list[int] = []

    def write(name: str) -> None:
        for number in range(20):
            given.extend(archive.append([captured(f"{name}{number}")]))
            archive.index.items()

    threads = [threading.Thread(target=write, args=(name,)) for name in "abc"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(given) == list(range(60))
    assert len(set(everything(archive).values())) == 60


def test_a_reader_waits_for_an_append_that_is_under_way(tmp_path: Path) -> None:
    archive = new_archive(tmp_path, captured("one"))
    log = archive.folder / "entries.log"
    before = log.read_bytes()
    archive.append([captured("two")])
    after = log.read_bytes()
    reader = Archive.open(archive.folder)
    log.write_bytes(before)
    other = Archive.open(archive.folder)
    sizes: list[int] = []
    thread = threading.Thread(target=lambda: sizes.append(other.size))
    with locked(archive.folder / "lock"):
        with log.open("r+b") as file:
            file.seek(len(before))
            file.write(after[len(before) : -100])
        thread.start()
        thread.join(0.2)
        assert not sizes  # it saw a longer file and waits for the lock
        log.write_bytes(after)
    thread.join()
    assert sizes == [2]
    assert reader.size == 2


def test_a_reader_leaves_an_unfinished_append_and_the_next_writer_cuts_it_off(tmp_path: Path) -> None:
    archive = new_archive(tmp_path, captured("one"), captured("two"))
    log = archive.folder / "entries.log"
    length = log.stat().st_size
    third = Archive.open(archive.folder)
    third.append([captured("three"), captured("four")])
    with log.open("r+b") as file:
        file.truncate(log.stat().st_size - 10)
    assert archive.size == 2
    assert archive.size == 2
    assert log.stat().st_size > length
    assert archive.append([captured("five")]) == [2]
    assert everything(Archive.open(archive.folder)) == {0: captured("one"), 1: captured("two"), 2: captured("five")}


def test_the_commitments_are_a_sequence(tmp_path: Path) -> None:
    archive = new_archive(tmp_path, captured("one"), captured("two"), captured("three"))
    leaves = archive.commitments()
    assert [*leaves] == leaves[:] == [leaves[0], leaves[1], leaves[-1]]
    assert leaves[::-2] == [leaves[2], leaves[0]]
    with pytest.raises(IndexError):
        leaves[3]
    archive.append([captured("four")])
    assert len(leaves) == 3  # a view of what was there
