"""Disks that are full: sealing stops and goes on after sending; receiving leaves nothing half done."""

import os
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from support.field_and_desk import World
from tamizdat.carrying.groups import IN_FLIGHT
from tamizdat.carrying.outbox import RESERVE
from tamizdat.errors import StorageFull
from tamizdat.home.setup import limit

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
    with World(tmp_path) as made:
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
