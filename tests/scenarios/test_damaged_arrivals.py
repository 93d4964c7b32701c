"""What a kill, a power cut or a failing disk does to what has arrived in part: it is noticed and fetched again."""

import os
import random
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.field_and_desk import NOW, World
from tamizdat.carrying.fetch import Reception
from tamizdat.carrying.receive import receive
from tamizdat.places.memory import MemoryPlace
from tamizdat.sealing.parcel import SMALL_PLAINTEXT

FOOTAGE = random.Random(7).randbytes(1_700_000)  # four payloads: a group of one with the note, and one of three


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with World(tmp_path) as made:
        made.write("a.txt", b"a note")
        made.write("clip.bin", FOOTAGE)
        yield made


def arrived_in_part(world: World) -> Path:
    """The incoming folder of a consignment of which all but one share are lost in the places."""
    world.seal(parcel_size=lambda: SMALL_PLAINTEXT)
    world.send()
    keep_two_places(world)
    world.receive()
    world.desk.given |= {place.name: place for place in world.places}
    [folder] = [path for path in (world.desk.folder / "incoming").iterdir() if path.is_dir()]
    return folder


def keep_two_places(world: World) -> list[str]:
    """Empty all places but two; return what is in these."""
    world.desk.given |= {place.name: MemoryPlace(place.name) for place in world.places[2:]}
    return [name for place in world.places[:2] for name in place.list()]


def flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def damage_stream(folder: Path) -> None:
    for path in (folder / "payloads").iterdir():
        flip(path)


def damage_parity(folder: Path) -> None:
    for path in (folder / "parity").iterdir():
        flip(path)


def cut_stream(folder: Path) -> None:
    for path in (folder / "payloads").iterdir():
        os.truncate(path, 4096)


def lose_parity(folder: Path) -> None:
    for path in (folder / "parity").iterdir():
        path.unlink()


def damage_journal(folder: Path) -> None:
    lines = (folder / "journal").read_bytes().splitlines(keepends=True)
    (folder / "journal").write_bytes(b"damaged\n" + b"".join(lines[1:]))


def damage_one_letter(folder: Path) -> None:
    flip(folder / "journal")


def empty_journal(folder: Path) -> None:
    os.truncate(folder / "journal", 0)


def halve_journal(folder: Path) -> None:
    lines = (folder / "journal").read_bytes().splitlines(keepends=True)
    (folder / "journal").write_bytes(b"".join(lines[: len(lines) // 2]))


def lose_all(folder: Path) -> None:
    shutil.rmtree(folder)


def lose_journal(folder: Path) -> None:
    (folder / "journal").unlink()


@pytest.mark.parametrize(
    "damage",
    [
        damage_stream,
        cut_stream,
        damage_parity,
        lose_parity,
        damage_journal,
        damage_one_letter,
        empty_journal,
        halve_journal,
        lose_journal,
        lose_all,
    ],
)
@pytest.mark.parametrize("clean", [True, False])
def test_what_the_desks_own_disk_damages_is_noticed_and_fetched_again(
    world: World, damage: object, clean: bool
) -> None:
    folder = arrived_in_part(world)
    if not clean:
        (folder / "clean").unlink()
    damage(folder)  # type: ignore[operator]
    for _ in range(3):
        try:
            world.receive()
        except Exception as error:  # noqa: BLE001 -- which one is looked at
            assert "own disk" in str(error), error  # noqa: PT017
    assert world.archived() == world.on_card()


@pytest.mark.parametrize("damage", [lose_journal, empty_journal, halve_journal, damage_journal])
def test_parcels_are_fetched_again_once_when_the_journal_is_damaged(world: World, damage: object) -> None:
    folder = arrived_in_part(world)
    damage(folder)  # type: ignore[operator]
    expected = keep_two_places(world)
    assert world.receive().fetched.parcels == len(expected) > 0
    assert world.receive().fetched.parcels == 0, "what was fetched again is remembered"
    world.desk.given |= {place.name: place for place in world.places}
    world.receive()
    assert world.archived() == world.on_card()


def test_what_is_read_again_after_a_kill_is_told_as_it_is_read(world: World) -> None:
    """Of a large card that takes an hour, before the first parcel is fetched: whoever sees nothing ends it."""
    folder = arrived_in_part(world)
    (folder / "clean").unlink()  # which a run that was killed leaves none of
    told, fetched = list[int](), list[int]()

    def reread(size: int) -> None:
        assert not fetched
        told.append(size)

    receive(world.desk, world.archive, NOW, fetched.append, reread=reread)
    assert sum(told) > 0
    assert world.archived() == world.on_card()


def test_zeros_where_the_last_files_began_are_no_end_and_are_fetched_again(world: World) -> None:
    world.seal(parcel_size=lambda: SMALL_PLAINTEXT)
    world.send()
    reception = Reception(world.desk, set())
    reception.fetch(lambda size: None)  # all of it is here, and not taken in yet
    reception.close()
    [folder] = [path for path in (world.desk.folder / "incoming").iterdir() if path.is_dir()]
    last = max((folder / "payloads").iterdir(), key=lambda path: int(path.name))
    last.write_bytes(bytes(last.stat().st_size))
    [told] = world.receive().underway
    assert "own disk" in (told.problem or "")
    world.receive()
    assert world.archived() == world.on_card()


def test_an_emptied_journal_is_noticed_though_the_memory_of_handled_parcels_has_lost_how_long_it_was(
    world: World,
) -> None:
    folder = arrived_in_part(world)
    empty_journal(folder)
    handled = folder.parent / "handled"
    handled.write_bytes(b"".join(line for line in handled.read_bytes().splitlines(True) if b"journal" not in line))
    world.receive()
    assert world.archived() == world.on_card()


def test_without_the_memory_of_handled_parcels_nothing_is_lost_but_time(world: World) -> None:
    arrived_in_part(world)
    (world.desk.folder / "incoming" / "handled").unlink()
    world.receive()
    assert world.archived() == world.on_card()
    (world.desk.folder / "incoming" / "handled").write_bytes(b"\xff\0garbage\n" * 3)
    assert world.receive().unpacked == []


def test_a_run_that_was_killed_while_it_fetched_goes_on(world: World) -> None:
    world.seal(parcel_size=lambda: SMALL_PLAINTEXT)
    world.send()
    fetched = 0

    def kill(size: int) -> None:
        nonlocal fetched
        fetched += 1
        if fetched == 3:
            raise KeyboardInterrupt

    reception = Reception(world.desk, set())
    with pytest.raises(KeyboardInterrupt):
        reception.fetch(kill)
    world.receive()
    assert world.archived() == world.on_card()
