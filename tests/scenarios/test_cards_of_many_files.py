"""A card of more files than one list can hold is sealed in parts, none of it twice and none left behind."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from support.field_and_desk import Interruption, Pulled, World
from tamizdat.carrying import seal
from tamizdat.carrying.seal import ENTRY, Change
from tamizdat.encoding import spoken
from tamizdat.footage import verified_read
from tamizdat.places.memory import MemoryPlace
from tamizdat.sealing.parcel import SMALL_PLAINTEXT

FILES = {f"DCIM/f{number}.bin": bytes([number]) * 1000 for number in range(7)}


def small() -> int:
    return SMALL_PLAINTEXT


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """Three files fill a list; a note goes first."""
    monkeypatch.setattr(seal, "LIST", 3 * (ENTRY + len("DCIM/f0.bin")))
    with World(tmp_path, [MemoryPlace("one")]) as made:
        made.write("note.txt", b"first")
        for number, (path, data) in enumerate(FILES.items()):
            made.write(path, data, seconds=1_300_000_000 - number)
        yield made


def arrives_whole(world: World) -> None:
    world.send()
    assert world.receive().underway == []
    assert world.archived() == world.on_card()
    assert set(world.states().values()) == {"whole"}


def test_it_is_sealed_in_parts_most_precious_first_and_each_part_has_a_receipt(world: World) -> None:
    told: list[Change] = []
    sealed = world.seal(changed=told.append, parcel_size=small)
    assert [each.files for each in (*sealed.earlier, sealed)] == [3, 3, 2]
    assert [(each.kind, each.files) for each in told] == [("part", 5), ("part", 2)]
    arrives_whole(world)
    parts = [
        {item.path for item in world.archive.index.files(each.consignment)}
        for each in world.archive.index.consignments()
    ]
    assert {"note.txt", "DCIM/f0.bin", "DCIM/f1.bin"} in parts
    left = [len(world.wipe(spoken(each.receipt)).kept) for each in world.receive().receipts]
    assert (len(left), left[-1], world.on_card()) == (3, 0, {})


def test_after_a_kill_it_goes_on_with_the_part_and_then_with_the_others(world: World) -> None:
    with pytest.raises(Pulled):
        world.seal(progress=Interruption(4_500), parcel_size=small)
    sealed = world.seal(parcel_size=small)
    assert sum(each.files for each in (*sealed.earlier, sealed)) <= 8
    arrives_whole(world)
    assert world.seal().number == 0, "nothing is new"


def test_all_of_it_is_carried_again_once_if_that_is_asked(world: World) -> None:
    world.seal(parcel_size=small)
    sealed = world.seal(whole=True, parcel_size=small)
    assert [each.files for each in (*sealed.earlier, sealed)] == [3, 3, 2]
    arrives_whole(world)


def test_files_that_cannot_be_read_end_no_part_in_a_circle(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verified_read.Reading, "finish", lambda self: ("cut", bytes(32)))
    sealed = world.seal(parcel_size=small)
    assert [each.files for each in (*sealed.earlier, sealed)] == [3, 3, 2]


def test_a_file_added_while_it_is_sealed_in_parts_comes_too(world: World) -> None:
    with pytest.raises(Pulled):
        world.seal(progress=Interruption(4_500), parcel_size=small)
    world.write("DCIM/new.bin", b"new", seconds=1_300_001_000)
    world.seal(parcel_size=small)
    arrives_whole(world)
