"""A consignment that never came whole: what is readable is taken in once, marked, and earns no receipt."""

import io
import os
import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from support.field_and_desk import World
from tamizdat.encoding import sha256_hex
from tamizdat.errors import StorageRefused

FOOTAGE = random.Random(7).randbytes(1_687_500)  # four payloads: a group of one with the note, and one of three


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with World(tmp_path) as made:
        made.write("a.txt", b"a note")
        made.write("clip.bin", FOOTAGE)
        yield made


def cut_off(world: World) -> None:
    """A consignment of which the first groups are away and the rest was never sealed."""
    world.write("late.bin", os.urandom(3_750_000), seconds=1_200_000_000)
    seen = 0

    def stop(size: int) -> None:
        nonlocal seen
        seen += size
        if seen > 3_125_000:
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
    assert set(world.states().values()) == {"whole"}, "the manifest has confirmed what was salvaged"
    assert world.wipe(world.receipt()).kept == ()


def test_salvaging_takes_in_the_previews_that_came_before_the_footage(world: World) -> None:
    picture = io.BytesIO()
    Image.new("RGB", (80, 60), "teal").save(picture, "JPEG")
    world.write("gate.jpg", picture.getvalue())
    cut_off(world)
    world.receive(salvage=True)
    previews = [item for item in world.archive.index.items() if item.kind == "preview"]
    assert [(item.path, item.state) for item in previews] == [("gate.jpg.jpg", "unconfirmed")]
    world.archive.objects.check(previews[0].original)
    told: list[tuple[int, int]] = []
    world.seal(previewed=lambda made, of: told.append((made, of)))
    assert told == [(1, 1)], "the person is told, for no byte of the footage is sealed meanwhile"
    world.send()
    [taken] = world.receive().unpacked
    assert (taken.files - taken.previews, taken.previews) == (len(world.on_card()), 1)
    assert [item.state for item in world.archive.index.items() if item.kind == "preview"] == ["whole"]


def test_a_salvaged_file_that_is_not_what_was_proved_first_is_left_out_and_the_rest_taken(world: World) -> None:
    """--prove-first has put the digest into the inventory; then the clip is rewritten while it is sealed."""
    clip = world.card / "clip.bin"
    world.write("late.bin", os.urandom(3_750_000), seconds=1_200_000_000)
    seen = 0

    def disturb(size: int) -> None:
        nonlocal seen
        if not seen:  # the note is read; the inventory, with the clip's digest, is made
            clip.write_bytes(bytes(len(FOOTAGE)))
        seen += size
        if seen > 3_125_000:
            raise StorageRefused("stop here")

    with pytest.raises(StorageRefused):
        world.seal(progress=disturb, prove_first=True)
    world.send()
    world.receive(salvage=True)
    assert world.archived() == {"a.txt": sha256_hex(b"a note")}


def test_salvaging_twice_where_nothing_but_the_inventory_came_says_it_once(tmp_path: Path) -> None:
    with World(tmp_path) as world:
        cut_off(world)
        for _ in range(2):
            world.receive(salvage=True)
        assert world.archived() == {}
        assert [item.state for item in world.archive.index.consignments()] == ["incomplete"]
        assert world.archive.size == 2, "the roster, and one statement"
