"""Sending over a slow line, to servers that hang, refuse, are busy or untrue: real sockets, a server of our own."""

import random
from pathlib import Path

import pytest

from support.field_and_desk import NOTE, World
from support.slow_server import SlowServer
from tamizdat.carrying import deliver
from tamizdat.carrying.deliver import Delivered, Delivery
from tamizdat.places import open_place
from tamizdat.places.memory import MemoryPlace
from tamizdat.sealing.age import sealed_size
from tamizdat.sealing.parcel import SMALL_PLAINTEXT

PARCEL = sealed_size(SMALL_PLAINTEXT, 1)
FOOTAGE = random.Random(9).randbytes(1_400_000)


def world_over(server: SlowServer, folder: Path) -> World:
    """A card whose places are those of the server, sealed in small parcels; who never answers is soon given up."""
    places = [
        open_place(name, server.url(name), {"timeout": "1" if manner in ("hang", "stuck") else "60"})
        for name, manner in server.manners.items()
    ]
    world = World(folder, places)
    world.write("note.txt", NOTE)
    world.write("clip.bin", FOOTAGE)
    world.seal(parcel_size=lambda: SMALL_PLAINTEXT)
    return world


def by_place(delivered: list[Delivered]) -> dict[str, Delivered]:
    return {each.place: each for each in delivered}


def bound_for(world: World, number: int) -> set[str]:
    return {path.name.partition("-")[2] for path in world.spool() if path.name.startswith(f"{number}-")}


@pytest.mark.long  # bench/line.py says it of a real line
def test_on_a_slow_line_parcels_become_whole_one_after_the_other(tmp_path: Path) -> None:
    server = SlowServer({"a": "sound", "b": "sound", "c": "sound"}, rate=200_000)
    with server, world_over(server, tmp_path) as world:
        seen: list[int] = []
        delivery = Delivery(world.field)
        delivery.progress = lambda size: seen.append(sum(server.sent.values()) - PARCEL * len(server.held))
        assert all(each.waiting == 0 for each in delivery.run())
        assert max(seen) < 2 * PARCEL, "no more than one parcel, and the beginning of the next, is under way"
        assert sum(server.sent.values()) == PARCEL * len(server.held), "nothing was sent twice"


def test_places_that_hang_refuse_or_are_untrue_delay_only_themselves(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deliver, "PAUSES", (0.1,))
    manners = {"sound": "sound", "hang": "hang", "stuck": "stuck", "full": "full", "forget": "forget"}
    with SlowServer(manners) as server, world_over(server, tmp_path) as world:
        wanted = {name: bound_for(world, number) for number, name in enumerate(manners, 1)}
        results = by_place(world.send())
        assert server.names("sound") == wanted["sound"]
        assert (results["sound"].waiting, results["sound"].failure) == (0, None)
        for name, said in (
            ("hang", "in time"),
            ("stuck", "again and again"),
            ("full", "full"),
            ("forget", "holds nothing"),
        ):
            assert results[name].waiting == len(wanted[name]), f"{name}: what it did not take still waits"
            assert not wanted[name] or said in (results[name].failure or "")


def test_a_busy_place_is_left_alone_for_as_long_as_it_asks_and_then_takes_all(tmp_path: Path) -> None:
    with SlowServer({"busy": "busy"}) as server, world_over(server, tmp_path) as world:
        wanted, moved = bound_for(world, 1), list[int]()
        [result] = Delivery(world.field, moved.append).run()
        assert (result.waiting, result.failure) == (0, None)
        assert server.names("busy") == wanted
        assert sum(moved) == sum(map(len, server.held.values())), "the person is told of every byte, and of none twice"


def test_what_was_acknowledged_and_dropped_is_missed_at_the_desk_and_made_good_by_the_others(tmp_path: Path) -> None:
    manners = {"a": "sound", "b": "sound", "c": "drop"}
    with SlowServer(manners) as server, world_over(server, tmp_path) as world:
        assert all(each.waiting == 0 for each in world.send()), "no sender can know"
        for name in manners:
            kept = MemoryPlace(name)
            for path, data in server.held.items():
                if path.startswith(f"/{name}/"):
                    kept.put(path.rpartition("/")[2], data)
            world.desk.given[name] = kept
        arrival = world.receive()
        assert arrival.fetched.by_place["c"]["damaged"] > 0
        assert world.archived() == world.on_card()
