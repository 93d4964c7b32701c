"""A place is made whole again from the others, by the desk and by a courier who has no key."""

import shutil
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest

from support.field_and_desk import World
from tamizdat.cli.main import main
from tamizdat.errors import PlaceError, PlaceFull, PlaceRefused, PlaceUnreachable
from tamizdat.places import Place, set_up_place
from tamizdat.places.memory import MemoryPlace
from tamizdat.places.repair import repair
from tamizdat.sealing.parcel import parcel_name


def filled(name: str, *objects: bytes) -> MemoryPlace:
    place = MemoryPlace(name)
    for data in objects:
        place.put(parcel_name(data), data)
    return place


ONE, TWO, THREE = b"one" * 100, b"two" * 100, b"three" * 100


def test_what_is_missing_and_what_is_damaged_is_put_from_whoever_has_it_sound() -> None:
    target, liar, honest = filled("target", ONE, TWO), filled("liar", TWO, THREE), filled("honest", ONE, TWO, THREE)
    target.put(parcel_name(TWO), b"spoilt")
    liar.put(parcel_name(TWO), b"spoilt otherwise")
    liar.put(parcel_name(THREE), THREE[:-1])
    report = repair(target, [liar, honest], parcel_name)
    assert (report.sound, report.missing, report.damaged, report.lost, report.failures) == (1, 1, 1, [], {})
    assert {target.get(parcel_name(data)) for data in (ONE, TWO, THREE)} == {ONE, TWO, THREE}


def test_what_nobody_has_sound_is_told_and_nothing_false_is_put() -> None:
    target, liar = MemoryPlace("target"), filled("liar", ONE)
    liar.put(parcel_name(ONE), b"spoilt")
    liar.put("probe-0011223344556677", b"no parcel")
    assert repair(target, [liar], parcel_name).lost == [parcel_name(ONE)]
    assert [*target.list()] == []


class Failing(MemoryPlace):
    """A place that takes nothing, for one reason or another."""

    def __init__(self, error: PlaceError) -> None:
        super().__init__("failing")
        self.error, self.tried = error, 0

    def put(self, name: str, data: bytes | memoryview) -> None:
        self.tried += 1
        raise self.error


@pytest.mark.parametrize("error", [PlaceFull("No room."), PlaceRefused("Read-only.")])
def test_a_full_place_and_one_that_refuses_end_it(error: PlaceError) -> None:
    place = Failing(error)
    with pytest.raises(type(error)):
        repair(place, [filled("sound", ONE, TWO)], parcel_name)
    assert place.tried == 1


def test_what_did_not_get_to_the_place_is_told_as_lacking_there_and_is_not_sent_once_for_each_holder() -> None:
    place = Failing(PlaceUnreachable("No answer."))
    report = repair(place, [filled("one", ONE, TWO), filled("other", ONE, TWO)], parcel_name)
    assert sorted(report.lost) == sorted([parcel_name(ONE), parcel_name(TWO)])
    assert (report.missing, report.failures, place.tried) == (0, {"failing": "No answer."}, 2)


def test_a_place_that_lists_in_part_or_gives_nothing_is_named_and_what_it_did_list_counts() -> None:
    class Breaking(MemoryPlace):
        def list(self) -> Iterator[str]:
            yield parcel_name(ONE)
            raise PlaceUnreachable("The line is cut.")

    class Silent(MemoryPlace):
        def get(self, name: str) -> bytes:
            raise PlaceUnreachable("No answer.")

    breaking, silent, target = Breaking("breaking"), Silent("silent"), MemoryPlace("target")
    for place in (breaking, silent):
        place.put(parcel_name(ONE), ONE)
    silent.put(parcel_name(TWO), TWO)
    report = repair(target, [silent, breaking], parcel_name)
    assert (report.missing, report.lost) == (1, [parcel_name(TWO)])
    assert report.failures == {"breaking": "The line is cut.", "silent": "No answer."}
    assert target.get(parcel_name(ONE)) == ONE


def test_a_courier_mends_a_disk_without_a_key_and_the_desk_gets_everything(tmp_path: Path) -> None:
    places: list[Place] = [set_up_place(f"disk{n}", str(tmp_path / f"disk{n}"), {}) for n in range(3)]
    with World(tmp_path, places) as world:
        world.write("clip", bytes(300_000))
        world.seal()
        world.send()
        copies = [tmp_path / "disk0", tmp_path / "disk1", tmp_path / "disk2"]
        courier = tmp_path / "courier"
        set_up_place("courier", str(courier), {})
        out = StringIO()
        assert main(["check", "--repair", *map(str, [courier, *copies])], out) == 0
        assert "2 for missing and 0 for damaged ones; nobody gave a sound copy of 0." in " ".join(
            out.getvalue().split()
        )
        for disk in copies:
            shutil.rmtree(disk)
        world.desk.given = {**world.desk.given, "disk0": set_up_place("disk0", str(courier), {})}
        world.receive()
        assert world.archived() == world.on_card()
