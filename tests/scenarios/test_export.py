"""A card comes back: with its names and times, each file checked, over nothing, through no link."""

import errno
import fcntl
import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest

from support.field_and_desk import NOW, Pulled, World
from tamizdat.archive.acts.state import state
from tamizdat.carrying.arrived import arrived
from tamizdat.carrying.export import Given, choose, export
from tamizdat.cli.main import main
from tamizdat.disk.target import NameRules, Target
from tamizdat.errors import StorageFull, StorageRefused, UsageError
from tamizdat.footage import mhl
from tamizdat.home.home import ARCHIVE
from tamizdat.statements.captured import CapturedFile

NAME = "anna 2026-11-23 0900"
FILES = {
    "DCIM/100CANON/MVI_0001.MP4": b"clip" * 1000,
    "DCIM/100CANON/MVI_0001.XMP": b"<xmp/>",
    "notes/མཁར་.txt": "གླེང་བརྗོད།".encode(),
    "empty.bin": b"",
}


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with World(tmp_path) as made:
        for path, data in FILES.items():
            made.write(path, data)
        yield made


@pytest.fixture(scope="module")
def carried(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A world whose card has arrived; tests only read its archive."""
    with World(tmp_path_factory.mktemp("carried")) as made:
        for path, data in FILES.items():
            made.write(path, data)
        made.carry()
        yield made


def give(world: World, to: Path, what: str = NAME.replace("0900", "09:00"), rules: NameRules | None = None) -> Given:
    [card] = choose(world.archive, [what])
    with Target(to) as target:
        return export(world.archive, card, target, rules or target.rules(), NOW)


def tree(folder: Path) -> dict[str, bytes]:
    """Path → bytes, hash lists of ours left out."""
    files = [path for path in folder.rglob("*") if path.is_file() and path.parent.name != "ascmhl"]
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


def reference(*words: str | Path) -> int:
    """The exit code of the reference program; not by its own command, which asks the network for a newer version."""
    program = "import sys; from ascmhl import commands; getattr(commands, sys.argv.pop(1)).main()"
    command = [sys.executable, "-W", "ignore", "-c", program, *words]
    return subprocess.run(command, capture_output=True, check=False).returncode


def test_a_card_comes_back_with_its_names_and_times(carried: World, tmp_path: Path) -> None:
    given = give(carried, tmp_path / "out")
    assert given.whole
    assert given.written == 4
    assert tree(tmp_path / "out" / NAME) == FILES
    assert {path.stat().st_mtime for path in (tmp_path / "out" / NAME / "DCIM").rglob("*.*")} == {1_300_000_000}
    assert [path.name for path in (tmp_path / "out").iterdir()] == [NAME]


def test_the_reference_program_verifies_what_was_given_and_finds_what_changed_since(
    carried: World, tmp_path: Path
) -> None:
    folder = tmp_path / "out" / NAME
    listed = give(carried, tmp_path / "out").listed
    assert listed == "0001_anna 2026-11-23 0900_2026-11-23_090000Z.mhl"
    assert reference("verify", folder) == 0
    assert b"<hostname>tamizdat</hostname>" in (folder / "ascmhl" / listed).read_bytes()
    (folder / "DCIM/100CANON/MVI_0001.XMP").write_bytes(b"<xmP/>")
    assert reference("verify", folder) == 11


def test_a_rerun_reads_what_is_there_and_writes_only_what_is_not(carried: World, tmp_path: Path) -> None:
    first = give(carried, tmp_path)
    (tmp_path / NAME / "empty.bin").unlink()
    second = give(carried, tmp_path)
    assert (second.written, second.there, second.listed) == (1, 3, first.listed)
    assert second.whole


def test_what_comes_later_makes_a_second_list_that_the_reference_program_accepts(
    carried: World, tmp_path: Path
) -> None:
    [number] = [each.number for each in carried.archive.index.items() if each.path == "empty.bin"]
    assert give(carried, tmp_path, str(number)).written == 1
    assert give(carried, tmp_path).listed.startswith("0002_")
    assert reference("verify", tmp_path / NAME) == 0
    last = sorted((tmp_path / NAME / "ascmhl").glob("0002_*"))[0].read_text()
    assert last.count('action="verified"') == 2  # what the first list has, in both kinds
    assert last.count('action="original"') == 6


def test_what_a_killed_run_left_half_written_goes_and_what_another_run_writes_stays(
    carried: World, tmp_path: Path
) -> None:
    target = tmp_path / "target"
    halves = [target / NAME / "DCIM/100CANON", target / NAME, target]
    for folder in halves:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / ".tamizdat-00112233445566aa.part").write_bytes(b"half a clip")
    for letters in ("", "ASCII"):  # what was tried with names when it was killed
        (target / f".tamizdat-0011223{len(letters)}-names").mkdir()
        (target / f".tamizdat-0011223{len(letters)}-names" / (letters or "a?b")).touch()
    living = target / NAME / ".tamizdat-00112233445566bb.part"
    with living.open("wb") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        give(carried, target)
        assert living.exists()
    assert [path for path in target.rglob(".tamizdat-*") if path != living] == []
    give(carried, target)
    assert list(target.rglob("*.part")) == []


@pytest.mark.parametrize("kept", ["", "0001"])
def test_a_run_that_was_killed_goes_on(carried: World, tmp_path: Path, kept: str) -> None:
    [card] = choose(carried.archive, ["anna 2026-11-23 09:00"])

    def pull(size: int) -> None:
        raise Pulled

    with Target(tmp_path) as target, pytest.raises(Pulled):
        export(carried.archive, card, target, target.rules(), NOW, pull)
    assert not [path for path in (tmp_path / NAME).rglob("*") if path.name.startswith(".tamizdat")]
    if kept:  # killed later, between the list and the chain that names it
        give(carried, tmp_path)
        (tmp_path / NAME / "ascmhl" / "ascmhl_chain.xml").unlink()
    assert give(carried, tmp_path).whole
    assert reference("verify", tmp_path / NAME) == 0


def test_nothing_is_overwritten(carried: World, tmp_path: Path) -> None:
    there = tmp_path / NAME / "DCIM" / "100CANON" / "MVI_0001.MP4"
    there.parent.mkdir(parents=True)
    there.write_bytes(b"the cut of yesterday")
    report = tmp_path / f"{NAME}.txt"
    report.write_bytes(b"my own notes")
    given = give(carried, tmp_path)
    assert [path for path, _ in given.absent] == ["DCIM/100CANON/MVI_0001.MP4"]
    assert (there.read_bytes(), report.read_bytes()) == (b"the cut of yesterday", b"my own notes")
    assert given.written == 3


@pytest.mark.parametrize("planted", ["DCIM", "DCIM/100CANON", "DCIM/100CANON/MVI_0001.MP4", "empty.bin"])
def test_a_link_planted_in_the_folder_leads_nowhere(carried: World, tmp_path: Path, planted: str) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    link = tmp_path / "out" / NAME / planted
    link.parent.mkdir(parents=True)
    link.symlink_to(outside / "target" if "." in planted else outside)
    given = give(carried, tmp_path / "out")
    assert not given.whole
    assert list(outside.iterdir()) == []


@pytest.mark.parametrize("path", ["../escaped.txt", "/tmp/escaped.txt", "a/../../escaped.txt", "C:/escaped.txt"])
def test_a_path_that_leads_out_of_the_folder_is_refused(world: World, tmp_path: Path, path: str) -> None:
    world.carry()
    [card] = arrived(world.archive)
    digest = world.archive.objects.add([b"planted"])
    planted = CapturedFile(card.id, path, 7, None, "original", "whole", digest)
    state(world.archive, world.desk.keyring.signing["desk"], [planted.to_statement()])
    given = give(world, tmp_path / "deep" / "out")
    assert len(given.absent) == 1
    assert tree(tmp_path / "deep" / "out" / NAME) == FILES
    assert not list(tmp_path.rglob("escaped.txt"))


def make_damaged(world: World) -> None:
    """Carry the card, and damage one of its files in the archive."""
    world.carry()
    digest = hashlib.sha256(FILES["DCIM/100CANON/MVI_0001.MP4"]).hexdigest()
    path = world.archive.objects.path(digest)
    path.chmod(0o600)
    path.write_bytes(b"clap" * 1000)


def plant(path: Path, kind: str, elsewhere: Path) -> None:
    """Put a text, a folder or a link where something of ours would be."""
    path.parent.mkdir(parents=True)
    if kind == "text":
        path.write_bytes(b"my own notes")
    elif kind == "folder":
        path.mkdir()
    else:
        path.symlink_to(elsewhere)


def test_what_was_damaged_in_the_archive_is_not_given(world: World, tmp_path: Path) -> None:
    make_damaged(world)
    given = give(world, tmp_path)
    assert [name for name, _ in given.absent] == ["DCIM/100CANON/MVI_0001.MP4"]
    assert not (tmp_path / NAME / "DCIM/100CANON/MVI_0001.MP4").exists()


def test_of_an_incomplete_card_what_is_whole_and_a_list_of_what_is_not(world: World, tmp_path: Path) -> None:
    world.write("a.bin", os.urandom(9 << 20), seconds=1_250_000_000)
    world.write("late.bin", os.urandom(30 << 20), seconds=1_200_000_000)
    seen = 0

    def stop(size: int) -> None:
        nonlocal seen
        seen += size
        if seen > 25 << 20:
            raise StorageRefused("stop here")

    with pytest.raises(StorageRefused):
        world.seal(progress=stop)
    world.send()
    world.receive(salvage=True)
    [card] = arrived(world.archive)
    assert card.consignment.state == "incomplete"
    given = give(world, tmp_path, card.id)
    assert not given.complete
    assert [path for path, _ in given.absent] == ["late.bin"]
    told = (tmp_path / f"{NAME}.txt").read_text()
    assert "not given: late.bin: it has not arrived" in told
    assert tree(tmp_path / NAME).keys() == FILES.keys() | {"a.bin"}


def test_names_a_disk_cannot_hold_are_told_and_can_be_undone(world: World, tmp_path: Path) -> None:
    world.write("What?.mov", b"1")
    world.write("con.txt", b"2")
    world.write("EMPTY.bin", b"3")
    world.carry()
    given = give(world, tmp_path, rules=NameRules(frozenset('"*<>?|'), folds=True, reserved=True))
    held = tree(tmp_path / NAME)
    assert given.whole
    assert {"What%3F.mov", "%63on.txt", "EMPTY.bin", "%65mpty.bin"} <= held.keys()
    assert len({name.casefold() for name in held}) == len(held) == 7
    assert "has another name here: What?.mov → What%3F.mov" in (tmp_path / f"{NAME}.txt").read_text()
    assert reference("verify", tmp_path / NAME) == 0


def test_hash_lists_of_the_card_are_compared_and_given_back_as_they_came(world: World, tmp_path: Path) -> None:
    clip, side = FILES["DCIM/100CANON/MVI_0001.MP4"], FILES["DCIM/100CANON/MVI_0001.XMP"]
    old = (
        '<?xml version="1.0"?><hashlist version="1.1">'
        f"<hash><file>DCIM/100CANON/MVI_0001.MP4</file><size>4000</size><md5>{hashlib.md5(clip).hexdigest()}</md5></hash>"
        f"<hash><file>DCIM/100CANON/MVI_0001.XMP</file><size>{len(side)}</size><sha1>{'0' * 40}</sha1></hash>"
        "<hash><file>empty.bin</file><size>0</size><xxhash>1</xxhash></hash></hashlist>"
    )
    world.write("A001.mhl", old.encode())
    world.carry()
    given = give(world, tmp_path)
    assert given.compared == mhl.Compared(
        ("DCIM/100CANON/MVI_0001.MP4",), ("DCIM/100CANON/MVI_0001.XMP",), ("empty.bin",)
    )
    assert (tmp_path / NAME / "A001.mhl").read_bytes() == old.encode()


def test_a_card_with_a_history_of_its_own_gets_none_of_ours(world: World, tmp_path: Path) -> None:
    assert reference("create", world.card, "-h", "xxh64") == 0
    world.carry()
    given = give(world, tmp_path)
    assert given.listed == "the card brings its own ASC MHL"
    assert len(given.compared.agree) == 4
    assert len(list((tmp_path / NAME / "ascmhl").iterdir())) == 2
    assert reference("verify", tmp_path / NAME) == 0


def test_the_command_says_what_it_did_and_what_it_did_not(world: World, tmp_path: Path) -> None:
    world.carry()
    world.close()
    home = str(world.desk.folder)
    arguments = ["export", "anna 2026-11-23 09:00", str(tmp_path / "out"), "--home", home]
    out, err = StringIO(), StringIO()
    assert main([*arguments, "--dry-run"], out, err) == 0
    assert not (tmp_path / "out").exists()
    assert main(arguments, out, err) == 0
    assert "4 files" in out.getvalue()
    assert max(map(len, out.getvalue().splitlines())) <= 80
    (tmp_path / "out" / NAME / "empty.bin").write_bytes(b"mine")
    out = StringIO()
    assert main([*arguments, "--json", "--only", "*.bin"], out, StringIO()) == 1
    said = json.loads(out.getvalue().splitlines()[-1])
    assert [each["path"] for each in said["absent"]] == ["empty.bin"]


def test_a_disk_that_lets_nobody_set_times_gets_the_card_and_that_is_told(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A FAT stick that another user mounted takes files, and refuses their times."""

    def refused(*_: object, **__: object) -> None:
        raise PermissionError(errno.EPERM, "Operation not permitted")

    world.carry()
    world.close()
    monkeypatch.setattr(os, "utime", refused)
    out, err = StringIO(), StringIO()
    arguments = ["export", "anna 2026-11-23 09:00", str(tmp_path / "out"), "--home", str(world.desk.folder)]
    assert main(arguments, out, err) == 0
    assert tree(tmp_path / "out" / NAME) == FILES
    assert "lets nobody set the times of files" in " ".join(err.getvalue().split())


def test_a_share_that_says_at_closing_that_it_is_full_is_called_full_and_keeps_no_trial(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.close

    def full(file: int) -> None:
        is_trial = Path(f"/proc/self/fd/{file}").readlink().parent.name.endswith("-names")
        real(file)
        if is_trial:
            raise OSError(errno.ENOSPC, "No space left on device")

    with Target(tmp_path) as target:
        monkeypatch.setattr(os, "close", full)
        with pytest.raises(StorageFull):
            target.rules()
    assert [*tmp_path.iterdir()] == []


@pytest.mark.parametrize("there", ["text", "folder", "link"])
def test_what_stands_in_no_file_is_not_said_to_stand_there(world: World, tmp_path: Path, there: str) -> None:
    make_damaged(world)
    beside = tmp_path / "disk" / f"{NAME}.txt"
    plant(beside, there, tmp_path / "elsewhere")
    given = give(world, tmp_path / "disk")
    assert (len(given.absent), given.reported) == (1, False)
    assert not (tmp_path / "elsewhere").exists()
    assert there != "text" or beside.read_bytes() == b"my own notes"


def test_a_later_export_of_a_few_files_keeps_what_was_told_of_the_others(world: World, tmp_path: Path) -> None:
    make_damaged(world)
    give(world, tmp_path, rules=NameRules(frozenset("e"), True, True))
    told = (tmp_path / f"{NAME}.txt").read_text().splitlines()
    [card] = choose(world.archive, [NAME.replace("0900", "09:00")], ["*.bin"])
    with Target(tmp_path) as target:
        assert export(world.archive, card, target, NameRules(frozenset("e"), True, True), NOW).absent == []
    assert sorted((tmp_path / f"{NAME}.txt").read_text().splitlines()[3:]) == sorted(told[3:])
    assert any("has another name" in line and "empty.bin" in line for line in told)
    assert any(line.startswith("not given: DCIM/100CANON/MVI_0001.MP4: ") for line in told)


@pytest.mark.parametrize("there", ["text", "folder", "link"])
def test_what_is_planted_for_the_hash_lists_costs_the_list_and_not_the_card(
    carried: World, tmp_path: Path, there: str
) -> None:
    plant(tmp_path / "disk" / NAME / "ascmhl", there, tmp_path / "elsewhere")
    given = give(carried, tmp_path / "disk")
    assert given.written > 0
    assert given.whole
    assert given.listed.startswith("none was written") or there == "folder"


@pytest.mark.parametrize("what", [["nobody"], ["9000-9099"], ["ffff"], ["anna 2026-11-23 09:00", "1"]])
def test_what_names_nothing_is_refused_before_anything_is_written(carried: World, what: list[str]) -> None:
    with pytest.raises(UsageError):
        choose(carried.archive, what)


def test_an_export_changes_nothing_in_the_archive(carried: World, tmp_path: Path) -> None:
    before = carried.archive.size
    give(carried, tmp_path)
    assert carried.archive.size == before
    assert (carried.desk.folder / ARCHIVE).is_dir()
