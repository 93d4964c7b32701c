"""Wiping deletes what was proved to have arrived; whatever is doubtful stays."""

import os
from pathlib import Path

import pytest

from support.field_and_desk import NOTE, NOW, World
from tamizdat.carrying.receipt import file_tag
from tamizdat.carrying.seal import seal_card
from tamizdat.carrying.wipe import delete_matching, receipt_has_come, wipe
from tamizdat.encoding import Json, canonical, sha256, spoken
from tamizdat.errors import StorageFull, UsageError

PROOF = bytes(range(16))


@pytest.fixture
def card(tmp_path: Path) -> Path:
    folder = tmp_path / "card"
    folder.mkdir()
    (folder / "a.bin").write_bytes(b"arrived")
    (folder / "b.bin").write_bytes(b"arrived")
    return folder


@pytest.fixture
def home(tmp_path: Path) -> Path:
    keep(tmp_path / "field", "0001", {"a.bin": b"arrived"})
    return tmp_path / "field"


def keep(home: Path, number: str, files: dict[str, bytes], proof: bytes = PROOF) -> None:
    """The receipt's other half, as sealing leaves it."""
    (home / "receipts").mkdir(parents=True, exist_ok=True)
    tags = sorted(file_tag(proof, path, len(data), sha256(data)).hex() for path, data in files.items())
    document = canonical({"check": sha256(proof).hex(), "tags": list(tags)})
    (home / "receipts" / number).write_bytes(document)


def names_in(home: Path) -> set[str]:
    return {path.relative_to(home).as_posix() for path in home.rglob("*") if path.is_file()}


def test_the_same_bytes_at_another_path_stay(home: Path, card: Path) -> None:
    wiped = wipe(home, card, spoken(PROOF), dry_run=False)
    assert (wiped.deleted, wiped.size, wiped.kept) == (1, 7, ("b.bin",))
    assert [path.name for path in card.iterdir()] == ["b.bin"]


def test_a_dry_run_says_the_same_and_deletes_nothing(home: Path, card: Path) -> None:
    before = sorted(card.iterdir())
    assert wipe(home, card, spoken(PROOF), dry_run=True).deleted == 1
    assert sorted(card.iterdir()) == before


def test_what_the_device_kept_of_a_card_goes_with_its_receipt_and_not_in_a_dry_run(home: Path, card: Path) -> None:
    for name in ("carried/0001", "carried/0002", "copies/0001", "copies/0001.parcels", "copies/0002"):
        (home / name).parent.mkdir(exist_ok=True)
        (home / name).write_bytes(b"sealed")
    before = names_in(home)
    wipe(home, card, spoken(PROOF), dry_run=True)
    assert names_in(home) == before
    assert not receipt_has_come(home, 1)
    wipe(home, card, spoken(PROOF), dry_run=False)
    assert before - names_in(home) == {"carried/0001", "copies/0001", "copies/0001.parcels"}
    assert receipt_has_come(home, 1)


def test_the_receipt_of_another_card_makes_nothing_forgotten_of_its_own(home: Path, card: Path) -> None:
    for name in ("carried/0001", "copies/0001"):
        (home / name).parent.mkdir(exist_ok=True)
        (home / name).write_bytes(b"sealed")
    (card / "a.bin").write_bytes(b"of another card")
    before = names_in(home)
    assert wipe(home, card, spoken(PROOF), dry_run=False).deleted == 0
    assert before <= names_in(home)


def test_a_full_disk_of_the_laptop_keeps_no_card_from_being_wiped(
    home: Path, card: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The mark only tells 'status' that the receipt has come; at a border nobody has time to make room."""

    def full(*_: object) -> None:
        raise StorageFull("No room.")

    monkeypatch.setattr("tamizdat.carrying.wipe.write_file", full)
    assert wipe(home, card, spoken(PROOF), dry_run=False).deleted == 1
    assert not (card / "a.bin").exists()


def test_a_file_rewritten_between_its_reading_and_its_deletion_stays(home: Path, card: Path) -> None:
    def rewrite(size: int) -> None:
        (card / "a.bin").write_bytes(b"another")
        os.utime(card / "a.bin", (5, 5))

    wiped = wipe(home, card, spoken(PROOF), dry_run=False, progress=rewrite)
    assert (wiped.deleted, sorted(wiped.kept), wiped.refused) == (0, ["a.bin", "b.bin"], ())
    assert (card / "a.bin").read_bytes() == b"another"


def test_a_file_written_to_while_it_is_read_is_kept_whatever_was_read(card: Path) -> None:
    def write(size: int) -> None:
        os.utime(card / "a.bin", (5, 5))

    wiped = delete_matching(card, lambda path, size, digest: path == "a.bin", None, False, write)
    assert (wiped.deleted, sorted(wiped.kept), wiped.refused) == (0, ["a.bin", "b.bin"], ())


@pytest.mark.parametrize("rewritten", [b"longer than it was", b""])
def test_a_file_rewritten_within_one_step_of_the_cards_clock_stays(card: Path, rewritten: bytes) -> None:
    """A card's file system may know even seconds alone."""
    before = (card / "a.bin").stat().st_mtime_ns

    def rewrite() -> None:
        (card / "a.bin").write_bytes(rewritten)
        os.utime(card / "a.bin", ns=(before, before))

    wiped = delete_matching(card, lambda path, size, digest: True, rewrite, False, lambda size: None)
    assert (wiped.deleted, wiped.refused) == (1, ("a.bin",))
    assert (card / "a.bin").read_bytes() == rewritten


def test_a_file_that_the_card_does_not_give_up_is_not_counted_as_deleted(card: Path) -> None:
    wiped = delete_matching(card, lambda path, size, digest: True, (card / "a.bin").unlink, False, lambda size: None)
    assert (wiped.deleted, wiped.size, wiped.refused) == (1, 7, ("a.bin",))


@pytest.mark.parametrize("rewritten", [b"another", b"longer than it was", b""])
def test_a_file_rewritten_while_the_disks_that_hold_the_card_are_read_stays(card: Path, rewritten: bytes) -> None:
    def read_for_an_hour() -> None:
        (card / "a.bin").write_bytes(rewritten)
        os.utime(card / "a.bin", (5, 5))

    wiped = delete_matching(card, lambda path, size, digest: True, read_for_an_hour, False, lambda size: None)
    assert (wiped.deleted, wiped.refused) == (1, ("a.bin",))
    assert (card / "a.bin").read_bytes() == rewritten


def test_what_a_kill_left_beside_the_receipts_and_a_damaged_one_are_in_nobodys_way(home: Path, card: Path) -> None:
    (home / "receipts" / ".0002.part").write_bytes(b'{"check":')
    (home / "receipts" / "0000").write_bytes(b"damaged")
    damaged: tuple[Json, ...] = ([], {"tags": []}, {"check": "00", "tags": 7})
    for number, each in enumerate(damaged):
        (home / "receipts" / f"0000{number}").write_bytes(canonical(each))
    assert wipe(home, card, spoken(PROOF), dry_run=False).deleted == 1


def test_of_many_consignments_the_receipt_finds_its_own(home: Path, card: Path) -> None:
    keep(home, "0002", {"b.bin": b"arrived"}, bytes(16))
    assert wipe(home, card, spoken(bytes(16)), dry_run=False).kept == ("a.bin",)


def test_a_receipt_of_nobody_deletes_nothing(tmp_path: Path, home: Path, card: Path) -> None:
    for folder in (home, tmp_path / "empty"):
        with pytest.raises(UsageError, match="nothing was deleted") as refusal:
            wipe(folder, card, spoken(bytes([7] * 16)), dry_run=False)
        assert "damaged" not in str(refusal.value)
    assert len(list(card.iterdir())) == 2


def test_links_on_the_card_are_never_followed_to_what_they_point_at(home: Path, card: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    (card / "a.bin").rename(outside)
    (card / "a.bin").symlink_to(outside)
    wiped = wipe(home, card, spoken(PROOF), dry_run=False)
    assert (wiped.deleted, sorted(wiped.kept)) == (0, ["a.bin", "b.bin"]), "who reads it knows what is left on the card"
    assert outside.read_bytes() == b"arrived"


def test_a_folder_that_holds_the_device_itself_is_neither_sealed_nor_wiped(tmp_path: Path) -> None:
    """'seal ~' would carry the keys, and 'wipe ~' delete them."""
    with World(tmp_path) as world:
        world.write("note.txt", NOTE)
        world.carry()
        receipt = world.receipt()
        for given in (tmp_path, world.field.folder):
            with pytest.raises(UsageError, match="this device's own folder"):
                seal_card(world.field, given, NOW)
            with pytest.raises(UsageError, match="this device's own folder"):
                wipe(world.field.folder, given, receipt, dry_run=False)
        assert (world.field.folder / "keys.age").exists()
        assert world.wipe(receipt).deleted == 1
