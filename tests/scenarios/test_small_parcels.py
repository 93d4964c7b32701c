"""A poor line gets small parcels: all of a consignment, and the way from the card to the archive is the same."""

import random
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from places.servers import serve_webdav
from support.field_and_desk import NOTE, NOW, Interruption, Pulled, World
from tamizdat.carrying.line_speed import FRESH, POOR, parcel_size, remember
from tamizdat.places import Place, open_place
from tamizdat.sealing.age import sealed_size
from tamizdat.sealing.parcel import PAYLOAD, PLAINTEXT, SMALL_PAYLOAD, SMALL_PLAINTEXT

FOOTAGE = random.Random(5).randbytes(5_000_000)


def small() -> int:
    return SMALL_PLAINTEXT


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with World(tmp_path) as made:
        made.write("notes/采访.txt", NOTE)
        made.write("DCIM/100/C0001.bin", FOOTAGE)
        yield made


def test_a_card_travels_in_small_parcels_and_two_places_may_be_lost(world: World) -> None:
    sealed = world.seal(parcel_size=small)
    assert sealed.parcel == SMALL_PLAINTEXT
    assert {path.stat().st_size for path in world.spool()} == {sealed_size(SMALL_PLAINTEXT, 1)}
    world.send()
    for place in world.places[1:3]:
        for name in list(place.list()):
            place.delete(name)
    world.receive()
    assert world.archived() == world.on_card()
    assert world.wipe(world.receipt()).deleted == 2


def test_a_cut_off_sealing_goes_on_in_the_size_it_began_with(world: World) -> None:
    with pytest.raises(Pulled):
        world.seal(parcel_size=small, progress=Interruption(4_000_000))
    assert world.seal().resumed_at > 0
    assert {path.stat().st_size for path in world.spool()} == {sealed_size(SMALL_PLAINTEXT, 1)}
    world.send()
    world.receive()
    assert world.archived() == world.on_card()


def test_what_is_underway_at_the_desk_is_still_read_by_the_next_run(world: World) -> None:
    world.seal(parcel_size=small)
    world.send()
    kept = {place.name: [(name, place.get(name)) for name in place.list()] for place in world.places}
    for place in world.places[:3]:
        for name in list(place.list()):
            place.delete(name)
    assert world.receive().underway
    for place in world.places[:3]:
        for name, data in kept[place.name]:
            place.put(name, data)
    world.receive()
    assert world.archived() == world.on_card()


def test_a_parcel_of_the_other_size_contradicts_its_consignment(world: World) -> None:
    forger = world.forger()
    stream = forger.stream(forger.members({"clip.bin": FOOTAGE}))
    forger.send(world.places[0], forger.parcels(stream)[:1])
    forger.send(world.places[1], [forger.parcel(bytes(PAYLOAD), first=1)])
    arrival = world.receive()
    counted = arrival.fetched.by_place
    assert sorted(counted[name]["contradicting"] for name in ("place1", "place2")) == [0, 1]
    assert [each.payloads for each in arrival.underway] == [1]
    assert len(stream) > SMALL_PAYLOAD


def test_disks_get_large_parcels_and_a_line_those_that_it_carries(world: World) -> None:
    assert parcel_size(world.field, NOW) == PLAINTEXT
    world.field.add_place("cloud", "webdav+http://127.0.0.1:1/nobody", {"timeout": "1"})
    world.field.given["cloud"] = open_place("cloud", "webdav+http://127.0.0.1:1/nobody", {"timeout": "1"})
    for rate, size in ((POOR - 1, SMALL_PLAINTEXT), (POOR, PLAINTEXT)):
        remember(world.field, rate, NOW)
        assert parcel_size(world.field, NOW + FRESH - timedelta(seconds=1)) == size
    assert parcel_size(world.field, NOW + FRESH) == SMALL_PLAINTEXT, "nobody answers now: that is the poorest line"


def test_an_unknown_line_is_measured_by_a_probe_that_stays_nowhere(world: World, tmp_path: Path) -> None:
    with serve_webdav(tmp_path / "served") as service:
        cloud: Place = open_place("cloud", service.url, service.options)
        world.field.add_place("cloud", service.url, dict(service.options))
        world.field.given["cloud"] = cloud
        assert parcel_size(world.field, NOW) == PLAINTEXT, "a server on this computer is fast"
        assert list(cloud.list()) == []
    assert world.field.settings["line"]["rate"] > POOR
