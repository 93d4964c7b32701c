"""The faulty place does the harm it promises, all of it and no other, and the same for the same seed."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from support.faulty_place import FATES, Faults, FaultyPlace
from tamizdat.errors import NotThere, PlaceFull, PlaceUnreachable
from tamizdat.places.memory import MemoryPlace

OBJECTS = {f"object-{number}": bytes([number]) * (100 + number) for number in range(200)}


def filled(faults: Faults, seed: int = 1) -> FaultyPlace:
    place = FaultyPlace(MemoryPlace("faulty"), faults, seed)
    for name, data in OBJECTS.items():
        try:
            place.put(name, data)
        except PlaceUnreachable:
            continue
    return place


def given(place: FaultyPlace) -> dict[str, bytes | None]:
    """What the place gives for each object; None for what it does not have."""
    found: dict[str, bytes | None] = {}
    for name in OBJECTS:
        try:
            found[name] = place.get(name)
        except NotThere:
            found[name] = None
    return found


def test_without_faults_nothing_happens() -> None:
    place = filled(Faults())
    assert given(place) == OBJECTS
    assert {*place.list()} == {*OBJECTS}
    assert place.suffered[""] == len(OBJECTS)


@pytest.mark.parametrize("fate", [fate for fate in FATES if fate != "hide"])
def test_a_fate_befalls_its_share_of_the_objects_and_stays(fate: str) -> None:
    harm: dict[str, Any] = {fate: 0.3}
    place = filled(Faults(**harm))
    found = given(place)
    harmed = {name for name in OBJECTS if found[name] != OBJECTS[name]}
    assert len(harmed) == place.suffered[fate]
    assert 30 <= len(harmed) <= 90
    assert given(place) == found


def test_a_lost_object_is_listed_and_not_given() -> None:
    place = filled(Faults(lose=1))
    assert {*place.list()} == {*OBJECTS}
    assert set(given(place).values()) == {None}
    with pytest.raises(NotThere):
        place.stat("object-1")


def test_a_liar_says_that_it_holds_what_it_never_took() -> None:
    place = filled(Faults(lie=1))
    assert {*place.list()} == {*OBJECTS}
    assert place.stat("object-7") == len(OBJECTS["object-7"])
    assert set(given(place).values()) == {None}


def test_a_cut_object_is_shorter_and_a_flipped_one_is_one_bit_off() -> None:
    cut = given(filled(Faults(truncate=1)))
    assert all(
        data is not None and OBJECTS[name].startswith(data) and data != OBJECTS[name] for name, data in cut.items()
    )
    for name, data in given(filled(Faults(flip=1))).items():
        assert data is not None
        different = int.from_bytes(data, "big") ^ int.from_bytes(OBJECTS[name], "big")
        assert different.bit_count() == 1


def test_a_swapped_object_is_another_one() -> None:
    for name, data in given(filled(Faults(swap=1))).items():
        assert data != OBJECTS[name]
        assert data in OBJECTS.values()


def test_a_hidden_object_is_held_and_not_listed() -> None:
    place = filled(Faults(hide=0.5))
    assert given(place) == OBJECTS
    assert {*place.list()} < {*OBJECTS}


def test_a_broken_put_says_so_and_leaves_half_under_the_final_name() -> None:
    place = FaultyPlace(MemoryPlace("faulty"), Faults(half=1))
    with pytest.raises(PlaceUnreachable):
        place.put("a", b"12345678")
    assert place.get("a") == b"1234"


def test_listings_come_in_another_order_with_repetitions() -> None:
    place = filled(Faults())
    first, second = [*place.list()], [*place.list()]
    assert first != second
    assert sorted(first) == sorted(second)
    assert len(first) > len(OBJECTS)


def test_failing_calls_succeed_when_tried_again() -> None:
    place = FaultyPlace(MemoryPlace("faulty"), Faults(fail=0.5), seed=3)
    for name, data in OBJECTS.items():
        for _ in range(50):
            try:
                place.put(name, data)
                break
            except PlaceUnreachable:
                continue
    assert 100 < place.suffered["fail"] < 400
    assert {**place.inner._objects} == OBJECTS  # type: ignore[attr-defined]


def test_a_full_place_takes_what_fits_and_gives_room_back() -> None:
    place = FaultyPlace(MemoryPlace("faulty"), Faults(capacity=250))
    place.put("a", bytes(100))
    place.put("b", bytes(100))
    with pytest.raises(PlaceFull):
        place.put("c", bytes(100))
    place.put("b", bytes(150))
    place.delete("a")
    place.put("c", bytes(100))
    assert {*place.list()} == {"b", "c"}


def test_the_same_seed_does_the_same_harm_whatever_threads_do() -> None:
    faults = Faults(lose=0.2, flip=0.2, truncate=0.2)
    alone = given(filled(faults, seed=5))
    together = FaultyPlace(MemoryPlace("faulty"), faults, seed=5)
    with ThreadPoolExecutor(4) as threads:
        [*threads.map(together.put, reversed(OBJECTS), reversed(OBJECTS.values()))]
    assert given(together) == alone
    assert given(filled(faults, seed=6)) != alone


def test_putting_again_rolls_the_dice_anew() -> None:
    place = filled(Faults(lose=0.5), seed=2)
    for _ in range(30):
        for name, data in given(place).items():
            if data is None:
                place.put(name, OBJECTS[name])
    assert given(place) == OBJECTS
