"""Listings that hide, repeat, invent or break off, places that take nothing: no proof of absence, no end of a run."""

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.field_and_desk import World
from tamizdat.carrying import deliver
from tamizdat.errors import PlaceFull, PlaceUnreachable
from tamizdat.places import Guarantees
from tamizdat.places.memory import MemoryPlace

FOOTAGE = random.Random(7).randbytes(13_500_000)  # four payloads: a group of one with the note, and one of three


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with World(tmp_path) as made:
        made.write("a.txt", b"a note")
        made.write("clip.bin", FOOTAGE)
        yield made


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deliver, "PAUSES", (0.0, 0.0, 0.0))


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
        assert full.calls <= deliver.HANDS, "a full place is not tried again in the same run"
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
