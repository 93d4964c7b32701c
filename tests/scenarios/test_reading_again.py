"""Every second store and place is read again in turns, and what is found damaged is put anew from whoever has it."""

import json
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest

from support.field_and_desk import NOTE, NOW, World
from tamizdat.archive import Archive
from tamizdat.archive.store.copies import CopyReport
from tamizdat.carrying.reread import PARTS, ReadAgain, make_whole, mend_objects, read_again
from tamizdat.cli.main import main
from tamizdat.errors import BadArchive, InUse, PlaceUnreachable
from tamizdat.home.home import Home
from tamizdat.home.setup import create_desk
from tamizdat.places import set_up_place
from tamizdat.places.memory import MemoryPlace
from tamizdat.sealing.parcel import SMALL_PLAINTEXT, parcel_name
from tamizdat.workbench.jobs.forget import nobody_rests_on_it


class Hidden(MemoryPlace):
    """A place whose owner is out of reach from some day on."""

    away = False

    def get(self, name: str) -> bytes:
        if self.away:
            raise PlaceUnreachable("Nobody is there.")
        return super().get(name)


@pytest.fixture
def world(tmp_path: Path) -> World:
    """A card that has arrived, is copied and backed up."""
    world = World(tmp_path, [MemoryPlace("one"), Hidden("two")])
    for number in range(9):
        world.write(f"note{number}.txt", NOTE + bytes([number]))
    world.carry(parcel_size=lambda: SMALL_PLAINTEXT)
    return world


def rounds(world: World, count: int, mend: bool = False) -> list[list[ReadAgain]]:
    return [read_again(world.desk, world.archive, NOW + timedelta(days=day), mend) for day in range(count)]


def flip(place: MemoryPlace, name: str) -> None:
    data = bytearray(place.get(name))
    data[len(data) // 2] ^= 1
    place.put(name, bytes(data))


def test_after_as_many_runs_as_there_are_parts_every_object_of_each_was_read_once(world: World) -> None:
    runs = rounds(world, len(PARTS))
    read = {name: sum(each.read for run in runs for each in run if each.place == name) for name in ("one", "two")}
    assert read == {place.name: len([*place.list()]) for place in world.places}
    copies = [each for run in runs for each in run if each.place == "second"]
    assert sum(each.read for each in copies) == len([*world.second.list()])
    assert [each.since for each in copies] == [""] * 15 + ["2026-11-23T09:00:00Z"], "told only once all was read"
    assert rounds(world, 1)[0][0].part == "0", "what was read longest ago comes again"


def test_a_flipped_byte_in_the_second_store_is_named_and_put_anew_from_the_archive(world: World) -> None:
    assert isinstance(world.second, MemoryPlace)
    damaged, gone = sorted(world.second.list())[:2]
    flip(world.second, damaged)
    world.second.delete(gone)
    found = {name for run in rounds(world, len(PARTS)) for each in run for name in each.faults}
    assert found == {damaged, gone}
    again = [each for run in rounds(world, len(PARTS), mend=True) for each in run]
    assert {name for each in again for name in each.mended} == {damaged, gone}
    assert not [name for run in rounds(world, len(PARTS)) for each in run for name in each.faults]


def test_a_second_store_that_is_gone_or_emptied_is_told_by_the_first_check(world: World) -> None:
    """In the part that is read may lie nothing: all was told to hold, as long as that was so."""
    every = {*world.second.list()}
    for name in every:
        world.second.delete(name)
    [report] = [each for each in rounds(world, 1)[0] if each.place == "second"]
    assert {*report.damaged} == every


def test_a_damaged_object_of_the_archive_comes_from_the_second_store(world: World) -> None:
    digest = next(iter(world.archive.objects))
    path = world.archive.objects.path(digest)
    path.chmod(0o600)
    path.write_bytes(b"spoilt")
    with pytest.raises(BadArchive):
        world.archive.objects.check(digest)
    assert mend_objects(world.desk, world.archive, [digest, "0" * 64]) == {digest}
    world.archive.objects.check(digest)


def test_what_was_forgotten_since_it_was_missed_is_not_fetched_again(world: World) -> None:
    digest = next(iter(world.archive.objects))
    world.archive.forget(*world.archive.index.about(digest))
    world.archive.objects.remove(digest)
    assert digest in {*world.second.list()}, "it was away when it was to be deleted there"
    assert mend_objects(world.desk, world.archive, [digest]) == set()
    assert not world.archive.objects.has(digest)


def test_nothing_is_forgotten_while_something_is_put_anew(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    refused = list[str]()

    def forgets(*_: object) -> CopyReport:
        with pytest.raises(InUse), nobody_rests_on_it(world.desk):
            pytest.fail("what goes would come back")
        refused.append("")
        return CopyReport("second")

    digest = next(iter(world.archive.objects))
    for name in ("restore_from", "copy_to"):
        monkeypatch.setattr(Archive, name, forgets)
    mend_objects(world.desk, world.archive, [digest])
    make_whole(world.desk, world.archive, "second")
    world.second.delete(digest)
    rounds(world, 1, mend=True)
    assert len(refused) == 3


def test_an_empty_disk_under_the_old_name_gets_all_that_the_ledger_says_it_holds(world: World) -> None:
    before = {name: world.second.get(name) for name in world.second.list()}
    world.desk.given["second"] = MemoryPlace("second")
    report = make_whole(world.desk, world.archive, "second")
    assert (report.whole, report.copied) == (True, len(before))
    assert {name: world.desk.given["second"].get(name) for name in world.desk.given["second"].list()} == before


def test_a_damaged_parcel_that_is_needed_is_put_anew_from_another_place(world: World) -> None:
    one, two = world.places
    assert isinstance(one, MemoryPlace)
    data = b"a parcel of somebody whose consignment is not here yet"
    for place in (one, two):
        place.put(parcel_name(data), data)
    arrived = next(name for name in one.list() if name != parcel_name(data))
    flip(one, parcel_name(data))
    flip(one, arrived)
    found = [each for run in rounds(world, len(PARTS), mend=True) for each in run]
    assert {name for each in found for name in each.damaged} == {parcel_name(data), arrived}
    assert {name for each in found for name in each.mended} == {parcel_name(data)}
    assert not [name for each in found for name in each.faults], "what the archive has nobody needs from there"
    assert one.get(parcel_name(data)) == data


def test_a_place_that_is_away_is_told_and_its_part_is_read_when_it_is_back(world: World) -> None:
    two = world.places[1]
    assert isinstance(two, Hidden)
    taken = next(name for name in two.list())
    two.put("0" + taken[1:], b"so that every run finds something to read")
    two.away = True
    first = {each.place: each for each in rounds(world, 1)[0]}
    assert first["two"].failure == "Nobody is there."
    assert (first["one"].failure, first["second"].failure) == (None, None)
    two.away = False
    second = {each.place: each for each in rounds(world, 1)[0]}
    assert (second["two"].part, second["one"].part) == ("0", "1")


def test_check_reads_the_second_store_and_repair_mends_it(tmp_path: Path) -> None:
    desk = create_desk(tmp_path / "desk", "desk", b"", 8)
    set_up_place("disk", str(tmp_path / "disk"), {})
    set_up_place("other", str(tmp_path / "other"), {})
    desk.add_place("disk", str(tmp_path / "disk"), {})
    desk.add_place("other", str(tmp_path / "other"), {})
    # in the first part that is read, and in the second one
    parcels = [next(data for data in map(str, range(999)) if parcel_name(data.encode())[0] == part) for part in "01"]
    held = {parcel_name(data.encode()): data.encode() for data in parcels}
    for name, data in held.items():
        for folder in ("disk", "other"):
            (tmp_path / folder / name[0]).mkdir(exist_ok=True)
            (tmp_path / folder / name[0] / name).write_bytes(data if folder == "other" else b"spoilt")

    def check(*words: str) -> tuple[int, list[dict[str, object]]]:
        out = StringIO()
        code = main(["check", "--home", str(tmp_path / "desk"), "--allow-swap", "--json", *words], out, StringIO())
        return code, [json.loads(line) for line in out.getvalue().splitlines()]

    first, second = held
    code, said = check("--repair")
    assert (code, [each["mended"] for each in said if each.get("store") == "disk"]) == (0, [[first]])
    code, said = check()
    assert (code, [each["damaged"] for each in said if each.get("store") == "disk"]) == (1, [[second]])
    assert check()[0] == 0, "another part"
    assert check("--repair", "disk")[0] == 0
    assert {name: (tmp_path / "disk" / name[0] / name).read_bytes() for name in held} == held
    assert check("--repair", "nowhere")[0] == 2
    assert Home.open(tmp_path / "desk", "desk", b"").settings["read_again"].keys() == {"disk", "other"}
