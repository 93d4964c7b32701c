"""A card lies on the desk's disk once while it is taken in: payloads go as soon as their bytes lie elsewhere."""

import itertools
import multiprocessing
import os
import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from faults.test_full_disk import move, small_disk
from places.servers import serve_s3, serve_sftp, serve_webdav
from support.field_and_desk import World
from tamizdat.carrying import file_copies
from tamizdat.carrying.fetch import MOST_UNSETTLED
from tamizdat.carrying.moved import Moved
from tamizdat.carrying.source import EACH
from tamizdat.encoding import sha256_hex
from tamizdat.errors import StorageFull, StorageRefused
from tamizdat.home.home import ARCHIVE
from tamizdat.home.setup import limit
from tamizdat.places import Place, open_place, set_up_place
from tamizdat.places.memory import MemoryPlace
from tamizdat.sealing.parcel import PAYLOAD, PLAINTEXT, SMALL_PAYLOAD, SMALL_PLAINTEXT

FORK = multiprocessing.get_context("fork")
MB = 1_000_000
SMALL_BATCH = 4 << 20


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """A card of some 50 MB, with little that counts as much."""
    monkeypatch.setattr(file_copies, "BATCH", SMALL_BATCH)
    with sent(tmp_path, PLAINTEXT, PAYLOAD) as made:
        yield made


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """The same in small parcels: an eighth of the bytes, and as many steps in which to be killed."""
    monkeypatch.setattr(file_copies, "BATCH", SMALL_BATCH // 8)
    with sent(tmp_path, SMALL_PLAINTEXT, SMALL_PAYLOAD) as made:
        yield made


@contextmanager
def sent(folder: Path, parcel: int, payload: int) -> Iterator[World]:
    """A card whose clips fill some twelve payloads, carried to one place: of several, parity may wait beside them."""
    with World(folder, [MemoryPlace("one")], parcel=parcel) as made:
        made.write("notes/གནས་ཚུལ།.txt", b"a note")
        made.write("DCIM/empty.bin", b"")
        for number in range(60):
            made.write(f"DCIM/photo-{number:03}.bin", os.urandom(payload // 250 + number))
        made.write("CLIP/1.bin", os.urandom(payload * 23 // 4))
        made.write("CLIP/2.bin", os.urandom(3 * payload))
        made.write("CLIP/3.bin", os.urandom(payload * 8 // 3 + 1))
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
            moved = Moved(folder, world.desk.folder / ARCHIVE / "objects")
            if moved and any(moved.files.glob("*")):  # it may be cut off before the first file is let go
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


@contextmanager
def served(kind: str, folder: Path) -> Iterator[Place]:
    """What lies in a folder, given by a service of its kind."""
    serve = {"s3": serve_s3, "webdav": serve_webdav, "sftp": serve_sftp}[kind]
    with serve(folder) as service:
        (folder / "in").rename(service.folder)
        yield open_place("one", service.url, service.options)


def give_seconds(folder: Path, order: Sequence[str]) -> None:
    """Set what a place holds a second apart, in the *order* of sealing: as over a line that needs seconds each.

    On this computer several are on their way at a time, and arrive in an order that the load of the moment makes.
    """
    for path in folder.glob("?/*"):
        second = 1_300_000_000 + order.index(path.name)
        os.utime(path, (second, second))


@pytest.mark.parametrize("kind", ["s3", "webdav", "sftp"])
def test_footage_is_written_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    (tmp_path / "place").mkdir()
    place = set_up_place("one", str(tmp_path / "place" / "in"), {})
    with World(tmp_path, [place]) as world:
        world.write("notes/采访.txt", b"a note")
        world.write("CLIP/1.bin", os.urandom(19 * MB))
        world.write("CLIP/2.bin", os.urandom(7 * MB))
        world.seal(parcel_size=lambda: SMALL_PLAINTEXT)
        sealed = sorted(
            (int(path.name.partition("-")[0]), path.stat().st_mtime_ns, path.name) for path in world.spool()
        )
        world.send()
        give_seconds(tmp_path / "place" / "in", [name.partition("-")[2] for _, _, name in sealed])
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
        with served(kind, tmp_path / "place") as given:
            world.desk.given["one"] = given
            world.receive()
        assert world.archived() == world.on_card()
        once, ahead = 26 * MB, MOST_UNSETTLED + EACH + 2  # these are fetched before the first is looked at
        assert once < sum(counts) < once + ahead * SMALL_PLAINTEXT + MB


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


def test_kills_while_files_are_moved_lose_nothing(small: World) -> None:
    chance, kills, in_the_middle = random.Random(1), 0, 0
    while kills < 10 and killed(small, chance.randrange(3, 160)):
        kills += 1
        in_the_middle += any((small.desk.folder / "incoming").glob("*/files"))
    assert kills > 3
    assert in_the_middle, "no kill fell into the moving"
    small.reopened().receive()
    assert small.archived() == small.on_card()
    assert not list((small.desk.folder / "incoming").glob("?" * 64))


def test_what_was_moved_and_is_damaged_or_gone_since_is_fetched_again(small: World) -> None:
    moved = killed_while_moving(small)
    *others, longest = sorted(moved.files.iterdir(), key=lambda path: path.stat().st_size)
    with longest.open("r+b") as file:
        file.seek(1000)
        file.write(b"flipped")
    others[-1].unlink()
    for _ in range(3):  # found, fetched again, taken in
        small.reopened().receive()
    assert small.archived() == small.on_card()


def test_receiving_again_after_a_kill_needs_no_place_any_more(small: World) -> None:
    """All of it was here when it was cut off, so places may be gone by now."""
    killed_while_moving(small)
    for place in small.places:
        for name in list(place.list()):
            place.delete(name)
    small.reopened().receive()
    assert small.archived() == small.on_card()


def test_files_that_were_about_to_become_objects_when_a_run_ended_can_be_written_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(file_copies, "BATCH", SMALL_PAYLOAD)
    with World(tmp_path, [MemoryPlace("one")]) as world:
        clip = world.write("clip.bin", os.urandom(3 * SMALL_PAYLOAD))
        world.seal()
        world.send()
        objects = world.desk.folder / ARCHIVE / "objects"
        shelf = objects / sha256_hex(clip.read_bytes())[:2]
        shelf.write_bytes(b"")  # what makes this run end: there is no folder for the object
        with pytest.raises(StorageRefused):
            world.receive()
        [files] = (world.desk.folder / "incoming").glob("*/files")
        [left] = files.iterdir()
        assert left.stat().st_mode & 0o222 == 0
        shelf.unlink()
        Moved(files.parent, objects).make_writable()
        assert left.stat().st_mode & 0o777 == 0o600, "for whoever is not root"
        world.receive()
        assert world.archived() == world.on_card()
        assert not files.exists()
