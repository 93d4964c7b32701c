"""Places lose, lie, damage, hide and reorder. What then is lost is what was said, and nothing that did not hold is
ever believed."""

import os
import random
import shutil
from collections.abc import Iterator, Sequence
from itertools import combinations
from pathlib import Path

import pytest

from faulty_place import Faults, FaultyPlace
from tamizdat.archive import Archive
from tamizdat.carrying import delivery
from tamizdat.carrying.arrival import Arrival, receive
from tamizdat.carrying.home import ARCHIVE, Home
from tamizdat.carrying.receiving import Reception
from tamizdat.errors import PlaceFull, PlaceUnreachable, StorageRefused
from tamizdat.places import Guarantees, Place
from tamizdat.places.memory import MemoryPlace
from world import NOW, World, WorldHome

FOOTAGE = random.Random(7).randbytes(13_500_000)  # four payloads: a group of one with the note, and one of three


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with World(tmp_path) as made:
        made.write("a.txt", b"a note")
        made.write("clip.bin", FOOTAGE)
        yield made


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delivery, "PAUSES", (0.0, 0.0, 0.0))


class ChangedPlace:
    """A place in memory; its subclasses go wrong in one way each."""

    guarantees = Guarantees(atomic_put=False, durable_put=False, complete_list=False, can_delete=True)

    def __init__(self, name: str) -> None:
        self.name = name
        self.inner = MemoryPlace(name)

    def put(self, name: str, data: bytes | memoryview) -> None:
        self.inner.put(name, data)

    def get(self, name: str) -> bytes:
        return self.inner.get(name)

    def stat(self, name: str) -> int:
        return self.inner.stat(name)

    def list(self) -> Iterator[str]:
        return self.inner.list()

    def delete(self, name: str) -> None:
        self.inner.delete(name)


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
        assert [receipt.released for receipt in arrival.receipts] == [True]


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
        data[2_000_000] ^= 1
        world.places[1].put(name, data)
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
        assert not any(each.waiting for each in world.send()), "the liars said yes to everything"
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
    world.desk.given["third"] = MemoryPlace("third")
    world.desk.add_place("third", "memory:", {}, "copies")
    [receipt] = world.receive().receipts
    assert receipt.copies == ("third",)
    assert world.wipe(world.receipt()).deleted == 2


def test_without_a_second_store_the_receipt_is_withheld(world: World) -> None:
    world.desk.remove_place("second")
    assert [receipt.released for receipt in world.carry().receipts] == [False]


class ScrambledPlace(ChangedPlace):
    """Lists hostile names and every name twice, hides none, in an order of its own."""

    def list(self) -> Iterator[str]:
        names = [*self.inner.list()] * 2 + ["../../etc/passwd", "é", "A" * 64, "f" * 64, "a/b", "", "-", "x" * 5000]
        random.Random(1).shuffle(names)
        return iter(names)


def test_a_listing_that_repeats_and_invents_costs_nothing_but_a_note(tmp_path: Path) -> None:
    with World(tmp_path, places=[ScrambledPlace("scrambled"), MemoryPlace("fine")]) as world:
        world.write("clip.bin", FOOTAGE)
        arrival = world.carry()
        assert world.archived() == world.on_card()
        counts = arrival.fetched.by_place["scrambled"]
        assert counts["taken"] + counts["spare"] == len(list(world.places[0].list())) // 2 - 4


class ForgetfulPlace(ChangedPlace):
    """Hides all but one name, another one each time."""

    turn = 0

    def list(self) -> Iterator[str]:
        names = sorted(self.inner.list())
        self.turn += 1
        return iter(names[self.turn % len(names) :][:1] if names else [])


def test_a_listing_that_hides_names_is_no_proof_of_absence(tmp_path: Path) -> None:
    with World(tmp_path, places=[ForgetfulPlace("lone")]) as world:
        world.write("clip.bin", FOOTAGE)
        world.seal()
        world.send()
        count = len(list(world.places[0].inner.list()))  # type: ignore[attr-defined]
        for _ in range(count):
            assert world.receive().underway or world.archived() == world.on_card()
        assert world.archived() == world.on_card()


class BreakingPlace(ChangedPlace):
    """Its listing breaks off after half of the names."""

    def list(self) -> Iterator[str]:
        names = sorted(self.inner.list())
        yield from names[: len(names) // 2]
        raise PlaceUnreachable("The line broke.")


def test_a_listing_that_breaks_off_gives_what_it_gave(tmp_path: Path) -> None:
    with World(tmp_path, places=[BreakingPlace("breaking")]) as world:
        world.write("clip.bin", FOOTAGE)
        arrival = world.carry()
        assert arrival.fetched.failures == {"breaking": "The line broke."}
        assert arrival.fetched.by_place["breaking"]["taken"] == len(list(world.places[0].inner.list())) // 2  # type: ignore[attr-defined]
        assert world.archived() == {}


def test_parcels_that_arrive_one_by_one_in_any_order_and_twice_make_the_same_archive(
    world: World, tmp_path: Path
) -> None:
    world.seal()
    world.send()
    parcels = [(name, place.get(name)) for place, name in world.parcels()]
    random.Random(3).shuffle(parcels)
    place, other = MemoryPlace("place1"), MemoryPlace("place2")
    world.desk.given |= {name: MemoryPlace(name) for name in ("place3", "place4", "place5")}
    world.desk.given |= {"place1": place, "place2": other}
    for name, data in parcels:
        place.put(name, data)
        world.receive()
        other.put(name, data)
    world.receive()
    assert world.archived() == world.on_card()
    assert world.receive().underway == []


def test_places_wiped_between_two_runs_lose_nothing_that_was_fetched(world: World) -> None:
    world.seal()
    world.send()
    kept = {place.name: [(name, place.get(name)) for name in place.list()] for place in world.places}
    for names in (["place1"], ["place2"], ["place3"]):
        for place in world.places:
            for name in list(place.list()):
                place.delete(name)
            if place.name in names:
                for name, data in kept[place.name]:
                    place.put(name, data)
        world.receive()
    assert world.archived() == world.on_card()


# Sending ----------------------------------------------------------------------------------------------------------------


class DeadPlace(ChangedPlace):
    """Does not answer."""

    calls = 0

    def put(self, name: str, data: bytes | memoryview) -> None:
        self.calls += 1
        raise PlaceUnreachable("No answer.")


class FullPlace(ChangedPlace):
    """Has no room."""

    calls = 0

    def put(self, name: str, data: bytes | memoryview) -> None:
        self.calls += 1
        raise PlaceFull("No room.")


def test_a_place_that_fails_holds_up_nobody_and_its_parcels_wait(tmp_path: Path) -> None:
    dead, full = DeadPlace("dead"), FullPlace("full")
    with World(tmp_path, places=[MemoryPlace("a"), dead, MemoryPlace("b"), full, MemoryPlace("c")]) as world:
        world.write("clip.bin", FOOTAGE)
        world.seal()
        results = {each.place: each for each in world.send()}
        assert all(results[name].waiting == 0 and results[name].failure is None for name in "abc")
        assert (results["dead"].failure, results["full"].failure) == ("No answer.", "No room.")
        assert results["dead"].waiting == len([path for path in world.spool() if path.name.startswith("2-")]) > 0
        assert full.calls <= delivery.HANDS, "a full place is not tried again in the same run"
        world.receive()
        assert world.archived() == world.on_card()
        world.field.given["dead"] = world.field.given["full"] = MemoryPlace("mended")
        assert not any(each.waiting for each in world.send())
        assert world.spool() == []
        assert not list((world.field.folder / "consignments").iterdir())


def test_what_waits_for_a_place_that_was_removed_goes_to_the_others(world: World) -> None:
    world.seal()
    world.field.remove_place("place2")
    world.field.remove_place("place5")
    world.send()
    assert world.spool() == []
    assert list(world.places[1].list()) == list(world.places[4].list()) == []
    world.receive()
    assert world.archived() == world.on_card()


def test_a_parcel_the_spool_has_damaged_is_never_sent_and_holds_up_no_other(world: World) -> None:
    world.seal()
    spoilt = world.spool()[0]
    data = bytearray(spoilt.read_bytes())
    data[100_000] ^= 4
    spoilt.chmod(0o600)
    spoilt.write_bytes(data)
    results = world.send()
    assert [each.failure for each in results if each.waiting] != [None]
    assert world.spool() == [spoilt]
    world.receive()
    assert world.archived() == world.on_card()


# Our own disk -----------------------------------------------------------------------------------------------------------


def arrived_in_part(world: World) -> Path:
    """The incoming folder of a consignment of which all but one share are lost in the places."""
    world.seal()
    world.send()
    kept = {place.name: place for place in world.places}
    world.desk.given = {**world.desk.given, **{name: MemoryPlace(name) for name in kept}}
    world.desk.given |= {"place1": kept["place1"], "place2": kept["place2"]}
    world.receive()
    world.desk.given |= kept
    [folder] = [path for path in (world.desk.folder / "incoming").iterdir() if path.is_dir()]
    return folder


def flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def damage_stream(folder: Path) -> None:
    with (folder / "stream").open("r+b") as file:
        for at in range(0, (folder / "stream").stat().st_size, 100_000):
            file.seek(at)
            file.write(b"!")


def damage_parity(folder: Path) -> None:
    for path in (folder / "parity").iterdir():
        flip(path)


def cut_stream(folder: Path) -> None:
    os.truncate(folder / "stream", 4096)


def lose_parity(folder: Path) -> None:
    for path in (folder / "parity").iterdir():
        path.unlink()


def damage_journal(folder: Path) -> None:
    lines = (folder / "journal").read_bytes().splitlines(keepends=True)
    (folder / "journal").write_bytes(b"damaged\n" + b"".join(lines[1:]))


def lose_all(folder: Path) -> None:
    shutil.rmtree(folder)


def lose_journal(folder: Path) -> None:
    (folder / "journal").unlink()


@pytest.mark.parametrize(
    "damage", [damage_stream, cut_stream, damage_parity, lose_parity, damage_journal, lose_journal, lose_all]
)
@pytest.mark.parametrize("clean", [True, False])
def test_what_the_desks_own_disk_damages_is_noticed_and_fetched_again(world: World, damage: object, clean: bool) -> None:
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


def test_without_the_memory_of_handled_parcels_nothing_is_lost_but_time(world: World) -> None:
    arrived_in_part(world)
    (world.desk.folder / "incoming" / "handled").unlink()
    world.receive()
    assert world.archived() == world.on_card()
    (world.desk.folder / "incoming" / "handled").write_bytes(b"\xff\0garbage\n" * 3)
    assert world.receive().unpacked == []


def test_a_run_that_was_killed_while_it_fetched_goes_on(world: World) -> None:
    world.seal()
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


# What never came whole ----------------------------------------------------------------------------------------------------


def cut_off(world: World) -> None:
    """A consignment of which the first groups are away and the rest was never sealed."""
    world.write("late.bin", os.urandom(30_000_000), seconds=1_200_000_000)
    seen = 0

    def stop(size: int) -> None:
        nonlocal seen
        seen += size
        if seen > 30_000_000:
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
