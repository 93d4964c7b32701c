"""Places lose and damage what they hold: within what was promised nothing is lost, and nothing false is believed."""

import random
import shutil
from collections.abc import Iterator, Sequence
from itertools import combinations
from pathlib import Path

import pytest

from support.faulty_place import Faults, FaultyPlace
from support.field_and_desk import NOW, World, WorldHome
from tamizdat.archive import Archive
from tamizdat.carrying import deliver
from tamizdat.carrying.receive import Arrival, receive
from tamizdat.home.home import ARCHIVE, Home
from tamizdat.places import Place
from tamizdat.places.memory import MemoryPlace

FOOTAGE = random.Random(7).randbytes(1_687_500)  # four payloads: a group of one with the note, and one of three


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with World(tmp_path) as made:
        made.write("a.txt", b"a note")
        made.write("clip.bin", FOOTAGE)
        yield made


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deliver, "PAUSES", (0.0, 0.0, 0.0))


def at_another_desk(world: World, folder: Path, places: Sequence[Place]) -> tuple[Arrival, dict[str, str]]:
    """What this desk would have received if only *places* were there: a copy of it, as it was before."""
    shutil.copytree(world.desk.folder, folder)
    desk = WorldHome.of(Home.open(folder, "desk", b""), {**world.desk.given, **{place.name: place for place in places}})
    for each in desk.places():
        if each.name not in {place.name for place in places}:
            desk.remove_place(each.name)
    with Archive.open(folder / ARCHIVE) as archive:
        arrival = receive(desk, archive, NOW)
        items = [item for item in archive.index.items() if item.kind != "preview"]
        return arrival, {item.path: item.original for item in items}


def test_any_two_of_five_places_may_be_lost(world: World, tmp_path: Path) -> None:
    assert world.seal().survives == 2
    world.send()
    for number, left in enumerate(combinations(world.places, 3)):
        arrival, archived = at_another_desk(world, tmp_path / f"desk{number}", left)
        assert archived == world.on_card(), f"lost all but {[place.name for place in left]}"
        assert [bool(receipt.copies) for receipt in arrival.receipts] == [True]


def test_when_three_of_five_are_lost_nothing_is_taken_for_whole_and_it_goes_on_when_one_is_back(
    world: World, tmp_path: Path
) -> None:
    world.seal()
    world.send()
    for number, left in enumerate(combinations(world.places, 2)):
        arrival, archived = at_another_desk(world, tmp_path / f"desk{number}", left)
        assert (archived, arrival.unpacked, arrival.receipts) == ({}, [], [])
        assert len(arrival.underway) == 1
    back = WorldHome.of(Home.open(tmp_path / "desk0", "desk", b""), world.desk.given)
    back.add_place("place3", "memory:", {})
    with Archive.open(tmp_path / "desk0" / ARCHIVE) as archive:
        assert receive(back, archive, NOW).unpacked[0].complete


@pytest.mark.parametrize(("places", "survives"), [(2, 1), (3, 1), (3, 2), (4, 3), (5, 4)])
def test_as_many_places_may_be_lost_as_were_asked_for(tmp_path: Path, places: int, survives: int) -> None:
    with World(tmp_path, places=[MemoryPlace(f"p{number}") for number in range(places)]) as world:
        world.write("clip.bin", FOOTAGE)
        world.seal(survives=survives)
        world.send()
        for number, left in enumerate(combinations(world.places, places - survives)):
            _, archived = at_another_desk(world, tmp_path / f"desk{number}", left)
            assert archived == world.on_card()


def test_one_place_lost_and_one_corrupted_are_two_losses(world: World) -> None:
    """The erasure code would decode a corrupt share into wrong bytes without a word; so it never sees one."""
    world.seal()
    world.send()
    for name in list(world.places[0].list()):
        world.places[0].delete(name)
    for name in list(world.places[1].list()):
        data = bytearray(world.places[1].get(name))
        data[250_000] ^= 1
        world.places[1].put(name, bytes(data))
    arrival = world.receive()
    counts = arrival.fetched.by_place["place2"]
    assert counts["damaged"] == counts["new"] > 0
    assert world.archived() == world.on_card()


@pytest.mark.parametrize("seed", range(4))
def test_places_that_do_everything_wrong_within_what_was_promised_lose_nothing(tmp_path: Path, seed: int) -> None:
    bad = Faults(lie=0.1, lose=0.2, truncate=0.2, lengthen=0.1, flip=0.2, swap=0.1, hide=0.1, fail=0.05)
    places: list[Place] = [FaultyPlace(MemoryPlace(f"bad{n}"), bad, seed + n) for n in range(2)]
    places += [FaultyPlace(MemoryPlace(f"slow{n}"), Faults(fail=0.2), seed + n) for n in range(3)]
    with World(tmp_path, places=places) as world:
        world.write("a.txt", b"a note")
        world.write("clip.bin", FOOTAGE)
        world.seal()
        for _ in range(10):
            if not any(each.waiting for each in world.send()):
                break
        for _ in range(10):
            if world.receive().unpacked:
                break
        assert world.archived() == world.on_card()
        assert world.archive.check().sound


def test_a_place_that_says_yes_and_keeps_nothing_earns_no_receipt(tmp_path: Path) -> None:
    liars = [FaultyPlace(MemoryPlace(f"liar{number}"), Faults(lie=1), number) for number in range(3)]
    honest = [MemoryPlace("honest1"), MemoryPlace("honest2")]
    with World(tmp_path, places=[*liars, *honest]) as world:
        world.write("clip.bin", FOOTAGE)
        world.seal()
        found = {each.place: "expected the parcel that it took" in str(each.failure) for each in world.send()}
        assert found == {f"liar{number}": True for number in range(3)} | {"honest1": False, "honest2": False}
        arrival = world.receive()
        assert arrival.receipts == []
        assert [each.problem for each in arrival.underway] == [None]
        assert world.archived() == {}
        assert {"liar0", "liar1", "liar2"} <= arrival.fetched.failures.keys()


def test_a_second_store_that_lies_withholds_the_receipt_until_an_honest_one_is_there(world: World) -> None:
    liar = FaultyPlace(MemoryPlace("second"), Faults(lie=1))
    world.desk.given["second"] = liar
    arrival = world.carry()
    assert world.archived() == world.on_card()
    assert [receipt.released for receipt in arrival.receipts] == [False]
    assert "did not give the same bytes back" in arrival.copy_failures["second"]
    third = world.desk.given["third"] = MemoryPlace("third")
    world.desk.add_place("third", "memory:", {}, "copies")
    [receipt] = world.receive().receipts
    assert receipt.copies == ("third",)
    assert {*world.on_card().values()} <= {*third.list()}, "every file, before it is wiped"
    assert world.wipe(world.receipt()).deleted == 2


def test_without_a_second_store_the_receipt_is_withheld(world: World) -> None:
    world.desk.remove_place("second")
    assert [receipt.released for receipt in world.carry().receipts] == [False]
