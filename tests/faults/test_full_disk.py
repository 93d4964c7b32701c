"""Disks that are full: sealing stops and goes on after sending; receiving leaves nothing half done."""

import io
import os
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from support.collecting_desk import in_folder, tweet, x_files
from support.field_and_desk import WORK, World
from tamizdat.carrying.groups import IN_FLIGHT
from tamizdat.carrying.outbox import RESERVE
from tamizdat.cli.main import main
from tamizdat.errors import StorageFull
from tamizdat.home.setup import create_desk, limit, set_recovery_key
from tamizdat.keys import SealingKey
from tamizdat.places import set_up_place
from tamizdat.sealing.parcel import PLAINTEXT

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="needs root, to mount a small disk")


@contextmanager
def small_disk(at: Path, size: int) -> Iterator[Callable[[int], None]]:
    """A file system of *size* bytes in memory; what it gives changes the size."""
    command = ["mount", "-t", "tmpfs", "-o", f"size={size},mode=755", "tmpfs", str(at)]
    if subprocess.run(command, capture_output=True, check=False).returncode != 0:
        pytest.skip("this system mounts no tmpfs here")

    def resize(now: int) -> None:
        subprocess.run(["mount", "-o", f"remount,size={now}", str(at)], check=True)

    try:
        yield resize
    finally:
        subprocess.run(["umount", "-l", str(at)], check=False)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with World(tmp_path, parcel=PLAINTEXT) as made:
        made.write("a.txt", b"a note")
        made.write("clip.bin", os.urandom(50_000_000))
        yield made


def move(folder: Path, disk: Path) -> None:
    """*folder* is on *disk* from now on, and a link stands in its place."""
    subprocess.run(["cp", "-a", str(folder), str(disk)], check=True)
    subprocess.run(["rm", "-rf", str(folder)], check=True)
    folder.symlink_to(disk / folder.name)


def test_a_spool_that_fills_its_disk_stops_and_goes_on_when_something_was_sent(world: World, tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    with (world.card / "long.bin").open("wb") as file:
        file.truncate(80 << 20)
    with small_disk(disk, RESERVE + IN_FLIGHT + (20 << 20)):
        move(world.field.folder, disk)
        runs = 0
        while True:
            runs += 1
            try:
                world.seal()
                break
            except StorageFull:
                assert world.spool(), "something was committed before the disk was full"
                world.send()
        assert runs > 1
        world.send()
        world.receive()
        assert world.archived() == world.on_card()
        assert len(world.archive.index.consignments()) == 1


def test_sending_meanwhile_makes_the_room_that_sealing_waits_for(world: World, tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    with (world.card / "long.bin").open("wb") as file:
        file.truncate(80 << 20)
    with small_disk(disk, RESERVE + IN_FLIGHT + (20 << 20)):
        move(world.field.folder, disk)
        asked = 0

        def send_some() -> bool:
            nonlocal asked
            asked += 1
            time.sleep(0.05)  # what is being sealed at this moment is to be sent, too
            world.send()
            return asked < 500

        world.seal(wait_for_room=send_some)
        assert asked > 1
        world.send()
        world.receive()
        assert world.archived() == world.on_card()


def test_a_disk_that_somebody_else_fills_while_we_write_costs_nothing_that_was_committed(
    world: World, tmp_path: Path
) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    with small_disk(disk, RESERVE + IN_FLIGHT + (200 << 20)):
        move(world.field.folder, disk)
        seen = 0

        def fill(size: int) -> None:
            nonlocal seen
            seen += size
            if seen > 20_000_000 and not (disk / "other").exists():
                with suppress(OSError), (disk / "other").open("wb") as file:
                    while True:
                        file.write(bytes(1 << 20))

        with pytest.raises(StorageFull):
            world.seal(progress=fill)
        (disk / "other").unlink()
        world.carry()
        assert world.archived() == world.on_card()
        assert len(world.archive.index.consignments()) == 1


def test_receiving_onto_a_full_disk_leaves_nothing_half_and_goes_on_when_there_is_room(
    world: World, tmp_path: Path
) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    world.seal()
    world.send()
    limit(world.desk, "anna", 0)  # else it is asked before the disk is full
    world.close()
    with small_disk(disk, 30 << 20) as resize:
        move(world.desk.folder, disk)
        for size in (30, 40, 50, 60):  # full while fetching, while decoding, while unpacking
            resize(size << 20)
            with world.reopened(), pytest.raises(StorageFull):
                world.receive()
            resize((size + 10) << 20)  # to be looked at, an archive needs room too
            with world.reopened():
                assert world.archived() == {}
                assert world.archive.check().sound
                assert not list((disk / "desk" / "archive" / "staging").rglob("*/*"))
        resize(400 << 20)
        with world.reopened():
            world.receive()
            assert world.archived() == world.on_card()
            assert world.receive().receipts[0].released


@pytest.mark.parametrize(
    "left", [0, pytest.param(4, marks=pytest.mark.long), 40, pytest.param(300, marks=pytest.mark.long)]
)
@pytest.mark.parametrize("verb", ["collect", "publish", "release", "backup"])
def test_a_desk_on_a_full_disk_says_so_loses_nothing_and_goes_on_when_there_is_room(
    tmp_path: Path, verb: str, left: int
) -> None:
    """Of *left* KiB; SQLite calls the same thing an error of input and output in some of its files."""
    folder = tmp_path / "disk"
    folder.mkdir()
    with small_disk(folder, 40 << 20):
        desk = folder / "desk"
        home = create_desk(desk, "ourdesk", b"", WORK)
        set_recovery_key(home, SealingKey.generate().recipient, "2026-11-23")
        set_up_place("stick", str(tmp_path / "stick"), {})
        home.add_place("stick", str(tmp_path / "stick"), {}, "backups")
        run(
            "collect",
            str(in_folder(tmp_path / "x", x_files([tweet(1, "words"), tweet(2, "more")]))),
            "--home",
            str(desk),
        )
        run("publish", "release", "--all", "--home", str(desk))
        more = in_folder(tmp_path / "y", x_files([tweet(number, "words " * 500) for number in range(3, 200)]))
        words = {
            "collect": ["collect", str(more)],
            "publish": ["publish"],
            "release": ["publish", "release", "--all", "--tag", "x"],
            "backup": ["backup"],
        }[verb]
        fill(folder, left << 10)
        code, told = run(*words, "--home", str(desk))
        if code:
            assert code == 1, told
            assert "No room is left" in told or "no room left" in told, told
            assert "SQLITE" not in told
            assert "ault in tamizdat" not in told
        (folder / "filler").unlink()
        code, told = run(*words, "--home", str(desk))
        assert code == 0, told
        code, told = run("check", "--home", str(desk))
        assert code == 0, told


def fill(folder: Path, left: int) -> None:
    """Leaves so many bytes of room."""
    found = os.statvfs(folder)
    with (folder / "filler").open("wb") as file, suppress(OSError):
        for _ in range((found.f_bavail * found.f_frsize - left) // 4096):
            file.write(bytes(4096))


def run(*words: str) -> tuple[int, str]:
    """What a command ended with, and all that it said."""
    shown, swap = io.StringIO(), ["--allow-swap"] if words[0] != "check" else []
    code = main([*words, *swap], shown, shown)
    return code, " ".join(shown.getvalue().split())
