"""Our own folder, when a power cut or somebody else was in it: what is damaged is told, and there is a way on."""

import os
import shutil
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest

from support.field_and_desk import NOW, PASSPHRASE, WORK, Interruption, Pulled, World
from support.kinds import some_of
from tamizdat.archive import Archive
from tamizdat.carrying.seal import Change, abandon, seal_card
from tamizdat.cli.main import main
from tamizdat.errors import BadArchive, UsageError, WorkRemains
from tamizdat.home.home import ARCHIVE, Home
from tamizdat.home.panic import panic
from tamizdat.home.setup import create_field, invite
from tamizdat.sealing.parcel import SMALL_PLAINTEXT

needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="needs root: to mount a card, or to stop being root")


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with World(tmp_path) as made:
        made.write("a.txt", b"an honest note")
        yield made


def cut_off(world: World) -> Path:
    """The folder of a consignment whose sealing was cut off after some of its groups were committed."""
    path = world.write("long.bin", os.urandom(3_750_000))
    seen = 0

    def stop(size: int) -> None:
        nonlocal seen
        seen += size
        if seen > path.stat().st_size * 0.9:
            raise WorkRemains("enough")

    with pytest.raises(WorkRemains):
        world.seal(progress=stop, parcel_size=lambda: SMALL_PLAINTEXT)  # as many parcels as of 30 MB
    return sorted((world.field.folder / "consignments").iterdir())[0]


TAILS = [b"7 ab", b"\0" * 40, b"0 " + b"ab" * 16 + b" 1234"]


@pytest.mark.parametrize("tail", some_of(TAILS, TAILS[1], TAILS[2]))
def test_a_journal_torn_by_a_power_cut_goes_on_from_its_last_whole_line(world: World, tail: bytes) -> None:
    folder = cut_off(world)
    with (folder / "journal").open("ab") as journal:
        journal.write(tail)
    world.carry()
    assert world.archived() == world.on_card()
    assert len(world.archive.index.consignments()) == 1


LINES = [b"garbage\n", b"\n", b"0 zz 00\n", b"9 " + b"ab" * 16 + b"\n", b"\xff\xfe\n"]


@pytest.mark.parametrize("line", some_of(LINES, LINES[3], LINES[4]))
def test_a_damaged_journal_is_told_and_abandoning_goes_on(world: World, line: bytes) -> None:
    folder = cut_off(world)
    journal = folder / "journal"
    journal.write_bytes(line + journal.read_bytes())
    with pytest.raises(BadArchive, match="--abandon"):
        world.seal()
    assert abandon(world.field) == 1
    arrival = world.carry()
    assert len(arrival.underway) == 1
    assert world.archived() == world.on_card()


@pytest.mark.parametrize("kept", [0, 1, 2])
def test_a_journal_that_lost_its_last_lines_goes_on_from_what_it_has(world: World, kept: int) -> None:
    journal = cut_off(world) / "journal"
    journal.write_bytes(b"".join(journal.read_bytes().splitlines(keepends=True)[:kept]))
    world.carry()
    assert world.archived() == world.on_card()


@pytest.mark.parametrize("sent", [False, True], ids=["waiting", "sent"])
def test_a_journal_that_lost_its_last_lines_is_concluded_after_all_that_was_sealed_before(
    world: World, sent: bool
) -> None:
    """Else the desk has two groups of one number, with other bytes, and never a whole consignment."""
    for number in range(4):
        world.write(f"clip{number}.bin", os.urandom(1_125_000))
    with pytest.raises(Pulled):
        world.seal(progress=Interruption(4_375_000))
    if sent:
        world.send()
    journal = world.field.folder / "consignments/0001/journal"
    lines = journal.read_bytes().splitlines(keepends=True)
    assert len(lines) > 1
    journal.write_bytes(lines[0])
    world.carry(first=["clip3*"])
    assert world.archived() == world.on_card()


@pytest.mark.parametrize("first", [(), ("clip3*",)], ids=["the first order", "the new order"])
@pytest.mark.parametrize("lost", [False, True], ids=["whole", "journal lost its end"])
def test_a_sealing_that_is_killed_while_it_concludes_ends_as_it_began(
    world: World, lost: bool, first: tuple[str, ...]
) -> None:
    """Its closing documents are sealed, and on their way, while the disk may have forgotten that they were."""
    for number in range(4):
        world.write(f"clip{number}.bin", os.urandom(1_125_000))
    with pytest.raises(Pulled):
        world.seal(progress=Interruption(1_875_000))

    journal = world.field.folder / "consignments/0001/journal"
    begun = len(journal.read_bytes().splitlines())

    def killed(consignment: int, group: int, stage: str, parcels: int) -> None:
        if group >= begun:
            raise Pulled

    with pytest.raises(Pulled):
        world.seal(first=["clip3*"], committed=killed)
    world.send()
    lines = journal.read_bytes().splitlines(keepends=True)
    assert len(lines) > begun > 0
    if lost:
        journal.write_bytes(b"".join(lines[:-1]))
    told: list[Change] = []
    world.seal(first=first, changed=told.append)
    assert [change.kind for change in told] == ["concluded", "increment"]
    world.send()
    arrival = world.receive()
    assert all(taken.complete and taken.receipt for taken in arrival.unpacked)
    assert world.archived() == world.on_card()
    assert len(arrival.unpacked) == len(world.archive.index.consignments()) == 2


def test_what_is_sealed_leaves_though_the_disk_has_lost_that_it_was_closed(world: World) -> None:
    world.seal()
    [folder] = (world.field.folder / "consignments").iterdir()
    (folder / "closed").unlink()
    assert world.seal().known == 1
    world.send()
    assert not folder.exists()
    assert len(world.receive().unpacked) == 1
    assert world.archived() == world.on_card()


def test_a_damaged_memory_of_what_was_carried_is_told_and_keeps_no_card_from_being_sealed(world: World) -> None:
    world.seal()
    (world.field.folder / "carried" / "0001").write_bytes(bytes(300))
    told: list[Change] = []
    assert world.seal(changed=told.append).files == 1
    assert told == [Change("forgotten", 1)]


def test_a_receipt_whose_other_half_is_damaged_is_told_from_a_wrong_one(world: World) -> None:
    world.carry()
    world.receive()
    (world.field.folder / "receipts" / "0001").write_bytes(b"{}")
    with pytest.raises(UsageError, match=r"consignment 1, whose other half this disk has damaged.*--whole"):
        world.wipe(world.receipt())
    assert world.on_card()


def test_a_state_swapped_with_another_consignments_is_refused(world: World, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "b.bin").write_bytes(bytes(3_750_000))

    def stop(size: int) -> None:
        raise WorkRemains("enough")

    for card in (world.card, other):
        with pytest.raises(WorkRemains):
            seal_card(world.field, card, NOW, progress=stop, parcel_size=lambda: SMALL_PLAINTEXT)
    one, two = (world.field.folder / "consignments" / name / "state" for name in ("0001", "0002"))
    states = one.read_bytes(), two.read_bytes()
    one.write_bytes(states[1])
    two.write_bytes(states[0])
    with pytest.raises(BadArchive, match="damaged or exchanged"):
        world.seal()


def test_settings_of_another_device_are_refused(world: World, tmp_path: Path) -> None:
    (tmp_path / "x").mkdir()
    with World(tmp_path / "x") as other:
        shutil.copy(other.field.folder / "settings", world.field.folder / "settings")
    with pytest.raises(BadArchive, match="damaged or exchanged"):
        Home.open(world.field.folder, "field", PASSPHRASE)


@pytest.mark.parametrize("how", ["lost", "emptied", "altered"])
def test_settings_that_the_disk_lost_or_damaged_are_told_with_a_way_on(world: World, how: str) -> None:
    settings = world.field.folder / "settings"
    data = settings.read_bytes()
    match how:
        case "lost":
            settings.unlink()
        case "emptied":
            settings.write_bytes(b"")
        case "altered":
            settings.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    with pytest.raises(BadArchive, match=r"Restore it from a copy.* new invitation.* not lost"):
        Home.open(world.field.folder, "field", PASSPHRASE)


def test_a_desk_that_lost_its_archive_json_is_not_told_to_set_up_a_desk(world: World) -> None:
    world.close()
    (world.desk.folder / ARCHIVE / "archive.json").unlink()
    with pytest.raises(BadArchive, match=r"archive\.json .* is lost: the rest of the archive is here"):
        Archive.open(world.desk.folder / ARCHIVE)


def test_a_folder_that_lost_its_keys_is_not_told_to_be_set_up(world: World) -> None:
    (world.desk.folder / "keys.age").unlink()
    for words in (["places", "list"], ["check"], ["receive"]):
        err = StringIO()
        assert main([*words, "--home", str(world.desk.folder)], StringIO(), err) == 3
        assert "found no file: the disk has lost them. Put a copy of them there" in " ".join(err.getvalue().split())


@pytest.mark.parametrize(("role", "left"), [("field", None), ("desk", None), ("desk", b"de&k")])
def test_a_folder_that_lost_its_role_is_not_set_up_again_with_other_keys(
    world: World, role: str, left: bytes | None
) -> None:
    """Its message said so before; then all that is sealed to the old keys was lost."""
    world.seal()
    home = world.field if role == "field" else world.desk
    invitation = invite(world.desk, "again", b"", NOW, WORK)
    keys = (home.folder / "keys.age").read_bytes()
    (home.folder / "role").unlink()
    if left:
        (home.folder / "role").write_bytes(left)
    for root in home.folder.glob("root*.age"):
        root.unlink()  # on a stick in a drawer
    setup = ["setup", "desk", "--name", "desk", "--no-passphrase"]
    for words in (["status"], setup if role == "desk" and left is None else ["send"]):
        err = StringIO()
        assert main([*words, "--home", str(home.folder)], StringIO(), err) == 3
        assert "Do not set it up again" in " ".join(err.getvalue().split())
    with pytest.raises(BadArchive, match="other keys"):
        create_field(home.folder, invitation, PASSPHRASE, WORK)
    assert (home.folder / "keys.age").read_bytes() == keys


def test_panic_destroys_a_device_that_lost_its_role_too(world: World) -> None:
    world.seal()
    (world.field.folder / "role").unlink()
    panic(world.field.folder)
    assert not world.field.folder.exists() or not any(world.field.folder.iterdir())
