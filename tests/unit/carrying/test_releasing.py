"""A receipt, with which the field wipes its card, is told when all of it is safe: one thing short, and it waits."""

from pathlib import Path

import pytest

from support.archive_samples import CONSIGNMENT, captured, new_archive, received
from support.faulty_place import Faults, FaultyPlace
from support.field_and_desk import NOTE, World
from tamizdat.carrying.receipts import objects_of, receipts
from tamizdat.carrying.stores import Seen, SeenStores
from tamizdat.cli.main import main
from tamizdat.encoding import Json, canonical, sha256_hex
from tamizdat.errors import BadArchive
from tamizdat.home.backups import Backups, LastBackup, changing
from tamizdat.places.memory import MemoryPlace

RECEIPT = "7c" * 16
NUMBER = 1  #: of the statement that it arrived and was copied


def backed_up(folder: Path, leaves: int) -> None:
    SeenStores({"second-disk": Seen("2026-11-23T08:00:00Z")}).keep(folder)
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


@pytest.mark.parametrize(("before", "after"), [(b'"leaves":1,', b'"leaves":3,'), (b'"number":0', b'"number":8')])
def test_numbers_that_the_disk_has_changed_tell_no_receipt(tmp_path: Path, before: bytes, after: bytes) -> None:
    archive = new_archive(tmp_path, captured("clip"), received("complete", 1, receipt=RECEIPT, copies=["second-disk"]))
    archive.objects.add([b"clip"])
    backed_up(tmp_path, 1)
    [receipt] = receipts(archive, tmp_path)
    assert not receipt.released
    file = tmp_path / "backups.json"
    assert file.read_bytes().count(before) == 1
    file.write_bytes(file.read_bytes().replace(before, after))
    with pytest.raises(BadArchive, match=r"Delete it, then run 'tamizdat backup'"):
        receipts(archive, tmp_path)


def test_what_an_earlier_version_wrote_of_backups_counts(tmp_path: Path) -> None:
    last: dict[str, Json] = {"done": "2026-11-23T08:00:00Z", "forgotten": 0, "leaves": 9, "retired": 0, "undeleted": 0}
    (tmp_path / "backups.json").write_bytes(canonical({"backups": {"disk": last}, "retired": 0}))
    assert Backups.read(tmp_path).leaves == 9


def test_a_backup_whose_place_was_removed_releases_no_receipt_until_there_is_another(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with World(tmp_path) as world:
        world.write("note.txt", NOTE)
        world.carry()
        receipt = world.receipt()
        home = world.desk.folder
        world.close()
        assert main(["status", "--json", "--home", str(home)]) == 0
        assert f'"receipt":"{receipt}"' in capsys.readouterr().out.replace(": ", ":")
        for dry_run in (["--dry-run"], []):
            assert main(["places", "remove", world.backup.name, "--home", str(home), *dry_run]) == 0
            assert "receipts of what only it holds are withheld" in " ".join(capsys.readouterr().err.split())
            assert Backups.read(home).last[world.backup.name].removed == (not dry_run)
        assert main(["status", "--home", str(home)]) == 0
        assert "It waits for a backup" in " ".join(capsys.readouterr().err.split())
        assert main(["status", "--json", "--home", str(home)]) == 0
        assert receipt not in capsys.readouterr().out, "who reads it by a program is not told either"


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
