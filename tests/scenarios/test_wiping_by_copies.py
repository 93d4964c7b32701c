"""A card that is needed tomorrow is wiped before its receipt is there, if its desk allows it and disks hold all."""

import os
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest

from support.field_and_desk import CLIP, NOTE, NOW, PASSPHRASE, WORK, Interruption, Pulled, World
from tamizdat.carrying import disk_copies
from tamizdat.carrying.disk_copies import wipe_by_copies
from tamizdat.carrying.outbox import Outbox
from tamizdat.cli.main import main
from tamizdat.errors import BadArchive, BadEncoding, CheckFailed, UsageError
from tamizdat.home.home import Home
from tamizdat.home.invitation import Invitation
from tamizdat.home.setup import create_desk, create_field, invite
from tamizdat.places import Place, set_up_place
from tamizdat.places.disks import _lost_with, _mount, physical_disks, where_is
from tamizdat.places.repair import repair
from tamizdat.sealing.parcel import SMALL_PLAINTEXT, parcel_name

INSIDE = "nvme1n1"  #: a second disk of the laptop
MEMORY = "memory 39"  #: what a folder lies on that no disk is mounted to, on a live system
HOST = "host C:"  #: what a drive of Windows is in its Linux, or a shared folder in a virtual machine
UNKNOWN = "unseen tank"  #: of a file system whose disks nobody names


@pytest.fixture
def disks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Folder → the disk it lies on, or with "+" the disks: each its own, as a test may change."""
    names: dict[str, str] = {}
    monkeypatch.setattr(
        disk_copies, "physical_disks", lambda folder: frozenset(names.get(folder.name, folder.name).split("+"))
    )
    there = {INSIDE: "inside", MEMORY: "memory", HOST: "host", UNKNOWN: "unknown"}
    monkeypatch.setattr(disk_copies, "where_is", lambda disk: there.get(disk, "outside"))
    return names


def world_of(folder: Path, count: int, rule: int | None = 2) -> World:
    """A field device with so many disks, whose desk has allowed a wipe by copies."""
    places: list[Place] = [set_up_place(f"disk{n}", str(folder / f"disk{n}"), {}) for n in range(count)]
    world = World(folder, places)
    for place in places:
        world.field.remove_place(place.name)
        world.field.add_place(place.name, str(folder / place.name), {})
    if rule:
        with world.field.changing():
            world.field.settings[disk_copies.RULE] = rule
    world.write("note.txt", NOTE)
    world.write("clip.bin", (CLIP + CLIP)[: SMALL_PLAINTEXT * 3])
    return world


@pytest.fixture
def world(tmp_path: Path, disks: dict[str, str]) -> Iterator[World]:
    """Two disks, each of which gets all of it."""
    with world_of(tmp_path, 2) as made:
        yield made


def away(world: World, **options: int) -> None:
    world.seal(parcel_size=lambda: SMALL_PLAINTEXT, **options)
    assert all(each.waiting == 0 for each in world.send())


def parcel_of(world: World, disk: str) -> Path:
    """The first parcel on a disk that is no filler."""
    return next(
        path for path in sorted((world.folder / disk).glob("?/*"))
        if world.opened(path.read_bytes()).stage != "filler"
    )  # fmt: skip


def test_what_two_disks_hold_is_deleted_and_each_of_them_alone_gives_it_back(world: World) -> None:
    away(world)
    before = world.on_card()
    done = wipe_by_copies(world.field, world.card, 2, dry_run=False)
    assert done.wiped.kept == ()
    assert world.on_card() == {}
    for name in [*world.places[1].list()]:
        world.places[1].delete(name)
    world.receive()
    assert world.archived() == before


@pytest.mark.parametrize("attack", ["flip", "lose", "cut"])
def test_one_parcel_that_is_not_sound_on_one_disk_keeps_the_card(world: World, attack: str) -> None:
    away(world)
    parcel = parcel_of(world, "disk1")
    data = bytearray(parcel.read_bytes())
    data[99] ^= 1
    match attack:
        case "flip":
            parcel.write_bytes(data)
        case "lose":
            parcel.unlink()
        case "cut":
            parcel.write_bytes(data[:-1])
    before = world.on_card()
    with pytest.raises(CheckFailed, match=r"found it on 1 \(disk0\)\. disk1: it lacks groups \(1\)"):
        wipe_by_copies(world.field, world.card, 2, dry_run=False)
    assert world.on_card() == before


def test_names_of_parcels_that_the_disk_damaged_let_sealing_end_and_keep_the_card(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    note_names = Outbox.note_names

    def damaged(outbox: Outbox, lines: list[str]) -> None:
        note_names(outbox, lines)
        outbox.parcel_names.write_bytes(b"\xff\x80\n" * 3)

    monkeypatch.setattr(Outbox, "note_names", damaged)
    away(world)
    before = world.on_card()
    assert wipe_by_copies(world.field, world.card, 2, dry_run=False).wiped.deleted == 0
    assert world.on_card() == before


def test_a_disk_that_fails_at_its_last_parcel_does_not_count(world: World) -> None:
    """All that was read of it till then was sound, and nothing was lacking yet."""
    away(world)
    parcels = {path: world.opened(path.read_bytes()) for path in world.folder.glob("disk1/?/*")}
    last = max((path for path in parcels if parcels[path].stage != "filler"), key=lambda path: parcels[path].first)
    os.truncate(last, 1 << 40)  # larger than any parcel: it is not read at all
    before = world.on_card()
    with pytest.raises(CheckFailed, match=r"found it on 1 \(disk0\)\. disk1: (?!it lacks)"):
        wipe_by_copies(world.field, world.card, 2, dry_run=False)
    assert world.on_card() == before


def test_a_laptop_that_lost_the_names_of_one_group_wipes_nothing(world: World) -> None:
    """Of the other groups the disks hold all; of the lost one nobody could ask them."""
    away(world)
    names = next((world.field.folder / "copies").glob("*.parcels"))
    names.write_text("".join(names.read_text().splitlines(keepends=True)[:-1]))
    before = world.on_card()
    with pytest.raises(BadArchive, match="Keep the card"):
        wipe_by_copies(world.field, world.card, 2, dry_run=False)
    assert world.on_card() == before


@pytest.mark.parametrize(
    ("folder", "like", "why"),
    [
        ("disk1", "disk0", "same disk or server as disk0"),
        ("disk1", "card", "card's own"),
        ("disk1", "field", "laptop"),
        ("disk1", "usr", "laptop"),  # of a device on a stick, whose home is not on the laptop's disk
        ("disk1", MEMORY, "memory of this laptop"),
        ("disk1", INSIDE, "inside this laptop"),
        ("disk1", HOST, "computer in which this machine runs"),
        ("disk1", f"{INSIDE}+sdz", "inside this laptop"),  # a file system over two disks is lost with either
        ("disk1", "sdz+disk0", "same disk or server as disk0"),
        ("disk1", UNKNOWN, "does not tell on which disk"),
    ],
)
def test_a_disk_counts_once_and_neither_the_cards_nor_the_laptops_own_does(
    world: World, disks: dict[str, str], folder: str, like: str, why: str
) -> None:
    away(world)
    disks[folder] = disks.get(like, like)
    with pytest.raises(CheckFailed, match=why):
        wipe_by_copies(world.field, world.card, 2, dry_run=False)
    assert len(world.on_card()) == 2


def test_a_service_that_took_everything_is_no_disk(world: World) -> None:
    """It may say that it holds what it has lost; nobody can pull it out and carry it away."""
    away(world)
    with world.field.changing():
        for each in world.field.settings["places"]:
            if each["name"] == "disk1":
                each["url"] = "memory:"
    with pytest.raises(CheckFailed, match=r"found it on 1 \(disk0\)\. Nothing was deleted"):
        wipe_by_copies(world.field, world.card, 2, dry_run=False)
    assert len(world.on_card()) == 2


def test_disks_that_left_with_an_earlier_card_keep_no_later_one_from_being_wiped(world: World) -> None:
    away(world)
    for each in world.folder.glob("disk?/?/*"):
        each.unlink()
    for path in [*world.on_card()]:
        (world.card / path).unlink()
    world.write("later.txt", b"of another card")
    away(world)
    assert wipe_by_copies(world.field, world.card, 2, dry_run=False).wiped.deleted == 1


def test_what_is_new_or_changed_on_the_card_stays(world: World) -> None:
    away(world)
    world.write("note.txt", NOTE[::-1])
    world.write("new.txt", b"filmed since")
    done = wipe_by_copies(world.field, world.card, 2, dry_run=False)
    assert set(done.wiped.kept) == set(world.on_card()) == {"note.txt", "new.txt"}


def test_a_card_that_is_still_being_sealed_or_sent_stays(world: World) -> None:
    with pytest.raises(Pulled):
        world.seal(parcel_size=lambda: SMALL_PLAINTEXT, progress=Interruption(1_200_000))
    assert wipe_by_copies(world.field, world.card, 2, dry_run=False).wiped.deleted == 0
    world.seal(parcel_size=lambda: SMALL_PLAINTEXT)
    with pytest.raises(CheckFailed):
        wipe_by_copies(world.field, world.card, 2, dry_run=False)
    world.send()
    assert wipe_by_copies(world.field, world.card, 2, dry_run=True).wiped.deleted == 2, "a dry run"
    assert len(world.on_card()) == 2
    assert wipe_by_copies(world.field, world.card, 2, dry_run=False).wiped.deleted == 2


def test_a_disk_with_a_share_of_each_group_does_not_hold_the_card_until_it_got_the_others(
    tmp_path: Path, disks: dict[str, str]
) -> None:
    with world_of(tmp_path, 3) as world:
        away(world, survives=1)
        with pytest.raises(CheckFailed, match="found it on 0"):
            wipe_by_copies(world.field, world.card, 2, dry_run=False)
        for target in world.places[:2]:
            repair(target, [each for each in world.places if each is not target], parcel_name)
        assert wipe_by_copies(world.field, world.card, 2, dry_run=False).wiped.deleted == 2


def test_the_command_says_what_each_disk_holds_and_that_no_receipt_has_come(world: World) -> None:
    away(world)
    for more, told in ((["--dry-run"], "Would delete 2 files"), (["--yes"], "No receipt has come")):
        given, giving = os.pipe()
        os.write(giving, PASSPHRASE + b"\n")
        os.close(giving)
        shown = StringIO()
        words = ["wipe", str(world.card), "--copies", "2", *more, "--home", str(world.field.folder), "--allow-swap"]
        assert main([*words, "--passphrase-fd", str(given)], shown, shown) == 0
        os.close(given)
        said = " ".join(shown.getvalue().split())
        assert told in said
        assert said.count("holds all of it") == 2
    assert world.on_card() == {}


def test_without_the_desks_word_or_with_fewer_copies_nothing_is_deleted(tmp_path: Path, disks: dict[str, str]) -> None:
    with world_of(tmp_path, 2, rule=None) as world:
        away(world)
        with pytest.raises(UsageError, match="not said so"):
            wipe_by_copies(world.field, world.card, 2, dry_run=False)
        with world.field.changing():
            world.field.settings[disk_copies.RULE] = 3
        with pytest.raises(UsageError, match="at least the 3"):
            wipe_by_copies(world.field, world.card, 2, dry_run=False)
        assert wipe_by_copies(world.field, world.card, 3, dry_run=False).wiped.deleted == 0, "sealed before the rule"


def test_a_folder_that_holds_the_device_itself_is_not_wiped_by_copies_either(world: World) -> None:
    for given in (world.folder, world.field.folder):
        with pytest.raises(UsageError, match="this device's own folder"):
            wipe_by_copies(world.field, given, 2, dry_run=False)


def test_no_name_and_no_tag_lies_open_on_the_laptop_and_the_receipt_takes_it_away(world: World) -> None:
    away(world)
    kept = b"".join(path.read_bytes() for path in (world.field.folder / "copies").iterdir())
    names = [name for place in world.places for name in place.list()]
    assert kept
    assert not any(name.encode() in kept or bytes.fromhex(name) in kept for name in names)
    world.wipe(world.receipt(), dry_run=False)
    assert [*(world.field.folder / "copies").iterdir()] == []


def test_the_rule_comes_with_the_invitation_and_the_command_wants_a_yes(
    tmp_path: Path, disks: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = create_desk(tmp_path / "newsroom", "newsroom", b"", WORK)
    invitation = invite(desk, "anna", b"", NOW, WORK, copies=2)
    assert Invitation.parse(invitation.encode()) == invitation
    assert invitation.encode().startswith("tamizdat invitation v3\n")
    for text in ("copies 1", "copies 10", "copies x", "copies 02", ""):
        with pytest.raises(BadEncoding, match="'copies'"):
            Invitation.parse(invitation.encode().replace("copies 2\n", f"{text}\n" if text else ""))
    with pytest.raises(BadEncoding, match="'copies'"):
        Invitation.parse(invitation.encode().replace("invitation v3", "invitation v1"))
    create_field(tmp_path / "laptop", invitation, PASSPHRASE, WORK)
    assert Home.open(tmp_path / "laptop", "field", PASSPHRASE).settings[disk_copies.RULE] == 2
    (tmp_path / "card").mkdir()
    shown = StringIO()
    words = ["wipe", str(tmp_path / "card"), "--home", str(tmp_path / "laptop"), "--allow-swap", "--copies", "2"]
    assert main(words, shown, shown) == 2
    assert "if all the disks are lost or seized" in " ".join(shown.getvalue().lower().split())


def test_disks_are_told_apart_by_what_the_system_says_of_them(tmp_path: Path) -> None:
    assert physical_disks(tmp_path) == physical_disks(tmp_path / "not" / "there")
    assert physical_disks(tmp_path)
    mounts = tmp_path / "mountinfo"
    mounts.write_text("1 1 0:21 / / rw - overlay airootfs rw\n2 1 8:17 / /media/blue rw - exfat /dev/sdb1 rw\n")
    assert _wheres(mounts, "/media/red", "/media/blue", "/media/blue/in") == ["memory", "unknown", "unknown"]
    mounts.write_text("1 1 8:1 / / rw - ext4 /dev/sdc rw\n2 1 0:45 / /mnt/e rw - 9p E:\\134 rw,aname=drvfs;path=E:\\\n")
    assert _wheres(mounts, "/mnt/e/in", "/mnt") == ["host", "unknown"]


def _wheres(mounts: Path, *folders: str) -> list[str]:
    """Where what is mounted there is, were it all of no disk: none of these is one of this computer."""
    return [where_is(disk) for each in folders for disk in _lost_with(*_mount(Path(each), mounts), 44)]
