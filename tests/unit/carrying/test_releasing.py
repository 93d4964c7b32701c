"""A receipt, with which the field wipes its card, is told when all of it is safe: one thing short, and it waits."""

from pathlib import Path

import pytest

from support.archive_samples import CONSIGNMENT, captured, new_archive, received
from support.faulty_place import Faults, FaultyPlace
from support.field_and_desk import NOTE, World
from tamizdat.carrying.receive import objects_of, receipts
from tamizdat.encoding import sha256_hex
from tamizdat.home.backups import LastBackup, changing
from tamizdat.places.memory import MemoryPlace

RECEIPT = "7c" * 16
NUMBER = 1  #: of the statement that it arrived and was copied


def backed_up(folder: Path, leaves: int) -> None:
    with changing(folder) as backups:
        backups.last["disk"] = LastBackup("2026-11-23T08:00:00Z", leaves, 0, 0)


@pytest.mark.parametrize(
    ("copies", "leaves", "released"),
    [
        (["second-disk"], NUMBER + 1, True),
        (["second-disk"], NUMBER, False),  # of the ledger until just before it
        (["second-disk"], 0, False),
        ([], NUMBER + 1, False),
        (None, NUMBER + 1, False),
    ],
)
def test_a_receipt_waits_for_a_second_store_and_for_a_backup_that_has_the_word_of_it(
    tmp_path: Path, copies: list[str] | None, leaves: int, released: bool
) -> None:
    told = {"receipt": RECEIPT} if copies is None else {"receipt": RECEIPT, "copies": [*copies]}
    archive = new_archive(tmp_path, captured("clip"), received("complete", 1, **told))
    archive.objects.add([b"clip"])
    backed_up(tmp_path, leaves)
    [receipt] = receipts(archive, tmp_path)
    assert (receipt.receipt.hex(), receipt.index, receipt.released) == (RECEIPT, NUMBER, released)


def test_a_receipt_is_not_told_any_more_when_the_archive_has_lost_a_file_of_it_and_is_told_again_when_it_is_back(
    tmp_path: Path,
) -> None:
    archive = new_archive(tmp_path, captured("clip"), received("complete", 1, receipt=RECEIPT, copies=["second-disk"]))
    backed_up(tmp_path, NUMBER + 1)
    digest = archive.objects.add([b"clip"])
    lying = archive.objects.path(digest)

    def told() -> tuple[int, bool]:
        [receipt] = receipts(archive, tmp_path)
        return receipt.lacking, receipt.released

    assert told() == (0, True)
    lying.unlink()
    assert told() == (1, False)
    lying.write_bytes(b"")  # as a disk leaves it whose power was cut
    assert told() == (1, False)
    lying.unlink()
    archive.objects.add([b"clip"])
    assert told() == (0, True)


@pytest.mark.parametrize("another", [False, True])
def test_what_lies_in_a_store_that_is_the_desks_no_more_is_not_told_until_another_holds_all(
    tmp_path: Path, another: bool
) -> None:
    """As versions before removed a store: the settings forgot it, and the ledger did not hear of it."""
    full = FaultyPlace(MemoryPlace("third"), Faults(capacity=0))
    with World(tmp_path) as world:
        world.write("note.txt", NOTE)
        world.carry()
        assert world.receipt()
        world.desk.remove_place(world.second.name)
        if another:
            world.desk.given[full.name] = full
            world.desk.add_place(full.name, "memory:", {}, "copies")
        arrival = world.receive()
        assert (full.name in arrival.copy_failures) == another
        assert [(each.released, each.copies) for each in arrival.receipts] == [(False, ())]


def test_of_a_consignment_that_came_in_part_or_was_not_decoded_to_its_end_there_is_no_receipt(tmp_path: Path) -> None:
    backed_up(tmp_path, 99)
    for number, state in enumerate(("incomplete", "complete")):
        folder = tmp_path / str(number)
        folder.mkdir()
        assert receipts(new_archive(folder, received(state, 1)), tmp_path) == []


def test_what_a_second_store_must_hold_is_every_file_of_the_consignment_and_its_documents(tmp_path: Path) -> None:
    other = captured("other", consignment="c1" * 32)
    archive = new_archive(tmp_path, captured("one"), captured("two"), other, received("complete", 2, receipt=RECEIPT))
    wanted = {sha256_hex(each) for each in (b"one", b"two", b"manifest")}
    assert {*objects_of(archive, CONSIGNMENT)} == wanted
    assert objects_of(archive, "c1" * 32) == [sha256_hex(b"other")]
