"""Devices that nobody accepted: what they may store at a desk is limited, and costs those who are accepted nothing."""

import io
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.field_and_desk import World
from tamizdat.carrying.fetched import Allowance
from tamizdat.carrying.receive import refuse
from tamizdat.cli.console import Out
from tamizdat.cli.receive import say_arrival
from tamizdat.home.setup import accept
from tamizdat.keys import SigningKey
from tamizdat.sealing import erasure
from tamizdat.sealing.inventory import INVENTORY
from tamizdat.sealing.parcel import PAYLOAD
from tamizdat.text.quantities import amount

LITTLE = Allowance(3 * PAYLOAD, 2)
NONE = Allowance(0, 0)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with World(tmp_path) as made:
        made.write("a.txt", b"an honest note")
        yield made


def on_disk(world: World) -> int:
    incoming = world.desk.folder / "incoming"
    return sum(path.stat().st_size for path in incoming.rglob("*") if path.parent.name in ("payloads", "parity"))


def test_a_stranger_cannot_fill_the_disk_with_one_consignment(world: World) -> None:
    forger = world.forger()
    forger.send(world.places[0], [forger.parcel(bytes([n]) * PAYLOAD, first=1 + n) for n in range(8)])
    arrival = world.receive(allowance=LITTLE)
    assert on_disk(world) == 3 * PAYLOAD
    assert (arrival.fetched.by_place["place1"]["taken"], arrival.fetched.by_place["place1"]["beyond"]) == (3, 5)
    assert arrival.fetched.beyond == 5
    assert world.receive(allowance=LITTLE).fetched.parcels == 0, "what was left is not fetched again and again"


def test_a_stranger_cannot_fill_the_disk_with_many_consignments(world: World) -> None:
    for number in range(5):
        forger = world.forger()
        forger.send(world.places[0], [forger.parcel(bytes([number]) * PAYLOAD)])
    arrival = world.receive(allowance=LITTLE)
    assert len(arrival.underway) == 2
    assert arrival.fetched.beyond == 3


def test_a_stranger_cannot_fill_the_disk_with_parity(world: World) -> None:
    forger = world.forger()
    for number in range(6):
        payload = bytes([number]) * PAYLOAD
        forger.send(world.places[0], [forger.parcel(payload, first=9, k=4, n=8, index=7)])
    world.receive(allowance=LITTLE)
    assert on_disk(world) == 3 * PAYLOAD


def test_whatever_strangers_have_filled_an_accepted_device_is_received_in_the_same_run(world: World) -> None:
    world.write("long.bin", b"".join(bytes([n]) * PAYLOAD for n in range(6)))
    for _ in range(5):
        forger = world.forger()
        forger.send(world.places[0], [forger.parcel(bytes(PAYLOAD))])
    world.seal()
    world.send()
    for _ in range(2):
        arrival = world.receive(allowance=NONE)
        assert world.archived() == world.on_card()
        assert arrival.underway == []
        assert arrival.fetched.beyond == 5, "the strangers' parcels, and none of those that came in the end"
    with (world.desk.folder / "incoming/handled").open("a") as memory:
        memory.write("0" * 64 + " beyond damaged line\n")
    assert world.receive(allowance=NONE).fetched.beyond == 5


def test_parity_of_the_first_payload_shows_whose_a_consignment_is_too(world: World) -> None:
    world.seal()
    world.send()
    lost = 0
    for place, name in world.parcels():
        header = world.opened(place.get(name))
        if header.first == header.index == 0 and header.stage == "inventory":
            place.delete(name)
            lost += 1
    assert lost == 1
    world.receive(allowance=NONE)
    assert world.archived() == world.on_card()


def test_what_was_left_of_a_device_comes_when_it_is_accepted(tmp_path: Path) -> None:
    with World(tmp_path, accepted=False) as world:
        world.write("long.bin", b"".join(bytes([n]) * PAYLOAD for n in range(6)))
        world.seal()
        world.send()
        arrival = world.receive(allowance=LITTLE)
        assert arrival.fetched.beyond > 0
        assert world.receive(allowance=LITTLE).fetched.parcels == 0
        accept(world.desk, world.device.public, "anna")
        assert world.receive(allowance=LITTLE).fetched.beyond == 0
        assert world.archived() == world.on_card()


def test_refusing_one_makes_room_for_the_next(world: World) -> None:
    forgers = [world.forger() for _ in range(3)]
    for forger in forgers:
        forger.send(world.places[0], [forger.parcel(bytes(PAYLOAD))])
    one = world.receive(allowance=Allowance(PAYLOAD)).underway[0]
    refuse(world.desk, one.consignment.hex())
    [other] = world.receive(allowance=Allowance(PAYLOAD)).underway
    assert other.consignment != one.consignment


def test_a_certificate_copied_from_an_accepted_device_opens_no_door(world: World) -> None:
    """The thief of the desk's key has read an honest inventory; its certificate is for another consignment's key."""
    honest, thief = world.forger(), world.forger()
    honest.device = world.device
    copied = {**thief.members({}), INVENTORY: honest.inventory()}
    thief.send(world.places[0], [thief.parcel(thief.stream(copied).ljust(PAYLOAD, b"\0"))])
    [held] = world.receive(allowance=LITTLE).underway
    assert "found that of" in str(held.problem)
    thief.send(world.places[0], [thief.parcel(bytes([n]) * PAYLOAD, first=1 + n) for n in range(8)])
    world.receive(allowance=LITTLE)
    assert on_disk(world) == 3 * PAYLOAD


def test_whoever_receives_is_told_the_limit_and_what_was_left(world: World) -> None:
    for number in range(3):
        forger = world.forger()
        forger.send(world.places[0], [forger.parcel(bytes([number]) * PAYLOAD)])
    shown = io.StringIO()
    say_arrival(world.receive(allowance=LITTLE), Out(False, shown, shown))
    words = " ".join(shown.getvalue().split())
    assert "Parcels left in the places: 1." in words
    assert f"may store {amount(LITTLE.size)} and 2 consignments here" in words
    assert "receive --refuse ID" in words


def test_whose_a_consignment_is_is_asked_before_its_documents_are_read(world: World) -> None:
    """Of a stranger's inventory 263 bytes are read: behind them may stand whatever costs memory to parse."""
    forger = world.forger()
    broken = {**forger.members({}), INVENTORY: forger.inventory()[:300] + b"[" * 100_000}
    forger.send(world.places[0], forger.parcels(forger.stream(broken)))
    [held] = world.receive().underway
    assert "keys accept" in str(held.problem)


def test_the_limit_is_a_share_of_the_disk_and_not_more_than_64_gib(tmp_path: Path) -> None:
    allowance = Allowance.of_disk(tmp_path, 0)
    assert 0 < allowance.size <= 64 << 30
    assert Allowance.of_disk(tmp_path, 1 << 60).size == 64 << 30
    assert allowance.consignments == 32


def test_one_share_of_a_group_of_one_is_its_payload() -> None:
    payload = bytes(SigningKey.generate().public) * 100
    assert all(bytes(share) == payload for share in erasure.parity([payload], 3))
