"""A consignment that never came whole: what is readable is taken in once, marked, and earns no receipt."""

import os
import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from tamizdat.errors import StorageRefused
from world import World

FOOTAGE = random.Random(7).randbytes(13_500_000)  # four payloads: a group of one with the note, and one of three


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with World(tmp_path) as made:
        made.write("a.txt", b"a note")
        made.write("clip.bin", FOOTAGE)
        yield made


def cut_off(world: World) -> None:
    """A consignment of which the first groups are away and the rest was never sealed."""
    world.write("late.bin", os.urandom(30_000_000), seconds=1_200_000_000)
    seen = 0

    def stop(size: int) -> None:
        nonlocal seen
        seen += size
        if seen > 25_000_000:
            raise StorageRefused("stop here")

    with pytest.raises(StorageRefused):
        world.seal(progress=stop)
    world.send()


def test_salvaging_takes_in_what_is_readable_once_marks_it_and_gives_no_receipt(world: World) -> None:
    cut_off(world)
    arrival = world.receive(salvage=True)
    assert arrival.receipts == []
    expected = {path: digest for path, digest in world.on_card().items() if path != "late.bin"}
    assert world.archived() == expected
    assert set(world.states().values()) == {"unconfirmed"}
    size = world.archive.size
    assert world.receive(salvage=True).unpacked == []
    assert world.archive.size == size, "salvaging twice says nothing twice"
    [consignment] = world.archive.index.consignments()
    assert (consignment.state, consignment.files) == ("incomplete", 2)


def test_what_was_salvaged_is_completed_without_a_file_twice(world: World) -> None:
    cut_off(world)
    world.receive(salvage=True)
    world.seal()
    world.send()
    arrival = world.receive()
    assert [taken.complete for taken in arrival.unpacked] == [True]
    assert world.archived() == world.on_card()
    [consignment] = world.archive.index.consignments()
    assert (consignment.state, consignment.files) == ("complete", 3)
    assert world.wipe(world.receipt()).kept == ()


def test_salvaging_twice_where_nothing_but_the_inventory_came_says_it_once(tmp_path: Path) -> None:
    with World(tmp_path) as world:
        cut_off(world)
        for _ in range(2):
            world.receive(salvage=True)
        assert world.archived() == {}
        assert [item.state for item in world.archive.index.consignments()] == ["incomplete"]
        assert world.archive.size == 2, "the roster, and one statement"
