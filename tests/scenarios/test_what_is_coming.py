"""What a desk sees while a consignment is on its way: from the first parcel on, and whole as soon as it is whole."""

import random
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.field_and_desk import NOTE, NOW, World
from tamizdat.carrying import fetch, source
from tamizdat.carrying.receive import receive
from tamizdat.carrying.unpack import Unpacked
from tamizdat.errors import PlaceUnreachable
from tamizdat.places.memory import MemoryPlace

FOOTAGE = random.Random(3).randbytes(20_000_000)


class HangingPlace(MemoryPlace):
    """Lists what it holds and gives nothing, until it is let go."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.hangs, self.asked, self.patience, self.let_go = False, 0, 60.0, threading.Event()

    def get(self, name: str) -> bytes:
        if self.hangs:
            self.asked += 1
            self.let_go.wait(self.patience)
            raise PlaceUnreachable("It hung.")
        return super().get(name)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with World(tmp_path, [*(MemoryPlace(f"p{number}") for number in range(4)), HangingPlace("hanging")]) as made:
        made.write("notes/采访.txt", NOTE)
        made.write("clip.bin", FOOTAGE)
        yield made


def test_a_place_that_hangs_does_not_keep_a_consignment_from_the_archive(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetch, "QUIET", 0.3)
    hanging = world.places[4]
    assert isinstance(hanging, HangingPlace)
    world.seal()
    world.send()
    hanging.hangs = True
    taken_in: list[Unpacked] = []

    def note(taken: Unpacked) -> None:
        taken_in.append(taken)
        monkeypatch.setattr(source, "PATIENCE", 0.0)  # what is left to wait for is the place that hangs

    arrival = receive(world.desk, world.archive, NOW, taken_in=note)
    hanging.let_go.set()
    assert world.archived() == world.on_card()
    assert len(taken_in) == 1
    assert hanging.asked <= source.EACH
    assert "gave nothing" in arrival.fetched.failures["hanging"], "it was taken in while the place still hung"


def test_a_place_that_fails_slowly_is_not_asked_again_in_the_run(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source, "TOO_LONG", 0.2)
    hanging = world.places[4]
    assert isinstance(hanging, HangingPlace)
    world.write("more.bin", random.Random(4).randbytes(60_000_000))
    world.seal()
    world.send()
    assert len(list(hanging.list())) > source.EACH
    hanging.hangs, hanging.patience = True, 0.4
    world.receive()
    assert hanging.asked <= source.EACH
    assert world.archived() == world.on_card()


def test_the_first_parcel_shows_what_is_coming(world: World) -> None:
    world.seal()
    world.send()
    headers = {(place.name, name): world.opened(place.get(name)) for place, name in world.parcels()}
    for place, name in world.parcels():
        if headers[place.name, name].first or headers[place.name, name].stage == "filler":
            place.delete(name)
    [underway] = world.receive().underway
    coming = underway.coming
    assert coming is not None
    assert (coming.device, coming.files, coming.size) == ("anna", 2, len(NOTE) + len(FOOTAGE))
    assert ([entry.path for entry in coming.texts], coming.texts_promised) == (["notes/采访.txt"], 1)
    assert (coming.files_here, coming.size_here) == (1, len(NOTE))


def test_of_a_group_that_has_begun_it_is_told_how_many_parcels_are_missing(world: World) -> None:
    world.seal()
    world.send()
    kept = 0
    for place, name in world.parcels():
        header = world.opened(place.get(name))
        if header.k < 3:
            place.delete(name) if header.first else None
        else:
            kept += 1
            if kept > 1:
                place.delete(name)
    coming = world.receive().underway[0].coming
    assert coming is not None
    assert (coming.groups, coming.short) == (1, 2)


def test_nothing_is_read_of_what_a_stranger_says_is_coming(world: World) -> None:
    forger = world.forger()
    stream = forger.stream(forger.members({"clip.bin": FOOTAGE}))
    forger.send(world.places[0], forger.parcels(stream)[:1])
    [underway] = world.receive().underway
    assert underway.coming is None
    assert "has accepted" in (underway.problem or "")
