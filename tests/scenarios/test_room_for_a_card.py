"""A card lies on the desk's disk once while it is taken in: payloads go as soon as their bytes lie elsewhere."""

import itertools
import multiprocessing
import os
import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from faults.test_full_disk import move, small_disk
from support.field_and_desk import World
from tamizdat.carrying import file_copies
from tamizdat.carrying.moved import Moved
from tamizdat.errors import StorageFull
from tamizdat.home.home import ARCHIVE
from tamizdat.home.setup import limit
from tamizdat.places.folder import FolderPlace
from tamizdat.places.memory import MemoryPlace
from tamizdat.sealing.parcel import PAYLOAD, SMALL_PLAINTEXT

FORK = multiprocessing.get_context("fork")
MB = 1_000_000
SMALL_BATCH = 4 << 20


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """A card of some 50 MB, with little that counts as much."""
    monkeypatch.setattr(file_copies, "BATCH", SMALL_BATCH)
    with World(tmp_path, [MemoryPlace("one")]) as made:  # of several, parity may wait beside the payloads
        made.write("notes/གནས་ཚུལ།.txt", b"a note")
        made.write("DCIM/empty.bin", b"")
        for number in range(60):
            made.write(f"DCIM/photo-{number:03}.bin", os.urandom(17_000 + number))
        made.write("CLIP/1.bin", os.urandom(24 * MB))
        made.write("CLIP/2.bin", os.urandom(3 * PAYLOAD))
        made.write("CLIP/3.bin", os.urandom(11 * MB + 1))
        made.seal()
        made.send()
        yield made


def killed(world: World, calls: int, of: tuple[str, ...] = ("fsync", "rename", "unlink", "pwrite")) -> bool:
    """Receive in another process, which is gone at its n-th call of these functions of the system."""
    child = FORK.Process(target=_receive_until, args=(world, calls, of))
    child.start()
    child.join()
    assert child.exitcode in (0, 9), child.exitcode
    return child.exitcode == 9


def _receive_until(world: World, calls: int, of: tuple[str, ...]) -> None:
    left = calls

    def counted(name: str) -> None:
        real = getattr(os, name)

        def call(*args: object, **options: object) -> object:
            nonlocal left
            left -= 1
            if left == 0:
                os._exit(9)
            return real(*args, **options)

        setattr(os, name, call)

    for name in of:
        counted(name)
    world.reopened().receive()
    os._exit(0)


def killed_while_moving(world: World) -> Moved:
    """What was let go when receiving was killed at one of the first deletions: no file is an object yet."""
    for calls in itertools.count(1):
        assert killed(world, calls, of=("unlink",))
        for folder in (world.desk.folder / "incoming").glob("?" * 64):
            if moved := Moved(folder, world.desk.folder / ARCHIVE / "objects"):
                return moved
    raise AssertionError


def test_a_card_fits_a_disk_with_little_more_room_than_it_has_bytes(world: World, tmp_path: Path) -> None:
    disk, card = tmp_path / "disk", sum(path.stat().st_size for path in world.card.rglob("*") if path.is_file())
    disk.mkdir()
    with small_disk(disk, 8 * MB + int(1.1 * card) + file_copies.THREADS * SMALL_BATCH):
        world.close()
        move(world.desk.folder, disk)
        world.reopened().receive()
        assert world.archived() == world.on_card()
        world.close()


def test_footage_is_written_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = FolderPlace("disk", tmp_path / "place")  # it lists the oldest first
    folder.set_up()
    with World(tmp_path, [folder]) as world:
        world.write("notes/采访.txt", b"a note")
        world.write("CLIP/1.bin", os.urandom(9 * MB))
        world.write("CLIP/2.bin", os.urandom(4 * MB))
        world.seal(parcel_size=lambda: SMALL_PLAINTEXT)
        world.send()
        counts: list[int] = []

        def counted(name: str) -> None:
            real = getattr(os, name)

            def call(*args: object) -> int:
                count = int(real(*args))
                counts.append(count)
                return count

            monkeypatch.setattr(os, name, call)

        counted("write")
        counted("pwrite")
        world.receive()
        assert world.archived() == world.on_card()
        assert 13 * MB < sum(counts) < 18 * MB, "twice only what came before it showed where the clips lie"


def test_a_card_that_does_not_fit_is_told_and_taken_in_when_there_is_room(world: World, tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    limit(world.desk, "anna", 0)  # else it is asked before the disk is full
    with small_disk(disk, 30 * MB) as resize:
        world.close()
        move(world.desk.folder, disk)
        with pytest.raises(StorageFull):
            world.reopened().receive()
        resize(90 * MB)
        world.reopened().receive()
        assert world.archived() == world.on_card()
        world.close()


def test_kills_while_files_are_moved_lose_nothing(world: World) -> None:
    chance, kills, in_the_middle = random.Random(1), 0, 0
    while kills < 10 and killed(world, chance.randrange(3, 160)):
        kills += 1
        in_the_middle += any((world.desk.folder / "incoming").glob("*/files"))
    assert kills > 3
    assert in_the_middle, "no kill fell into the moving"
    world.reopened().receive()
    assert world.archived() == world.on_card()
    assert not list((world.desk.folder / "incoming").glob("?" * 64))


def test_what_was_moved_and_is_damaged_or_gone_since_is_fetched_again(world: World) -> None:
    moved = killed_while_moving(world)
    *others, longest = sorted(moved.files.iterdir(), key=lambda path: path.stat().st_size)
    with longest.open("r+b") as file:
        file.seek(1000)
        file.write(b"flipped")
    others[-1].unlink()
    for _ in range(3):  # found, fetched again, taken in
        world.reopened().receive()
    assert world.archived() == world.on_card()


def test_receiving_again_after_a_kill_needs_no_place_any_more(world: World) -> None:
    """All of it was here when it was cut off, so places may be gone by now."""
    killed_while_moving(world)
    for place in world.places:
        for name in list(place.list()):
            place.delete(name)
    world.reopened().receive()
    assert world.archived() == world.on_card()
