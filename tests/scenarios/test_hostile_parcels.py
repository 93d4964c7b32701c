"""Parcels that a courier damaged or an enemy made: each is counted and left out, and the honest ones beside it hold."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from support.field_and_desk import NOW, PASSPHRASE, WORK, World
from tamizdat.errors import WrongPassphrase
from tamizdat.home.home import Home
from tamizdat.home.setup import invite
from tamizdat.keys import SealingKey, SigningKey
from tamizdat.sealing.age import seal, unseal
from tamizdat.sealing.parcel import HEADER, PAYLOAD, parcel_name

needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="needs root: to mount a card, or to stop being root")


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with World(tmp_path) as made:
        made.write("a.txt", b"an honest note")
        yield made


def test_a_parcel_sealed_to_another_key_is_counted_and_not_fetched_again(world: World) -> None:
    stranger = seal(bytes(HEADER + PAYLOAD), [SealingKey.generate().recipient])
    world.places[0].put(parcel_name(stranger), stranger)
    arrival = world.carry()
    assert arrival.fetched.by_place["place1"]["not for us"] == 1
    assert world.archived() == world.on_card()
    assert world.receive().fetched.by_place["place1"]["new"] == 0
    invite(world.desk, "tashi", b"", NOW.replace(year=2027), WORK)
    assert world.receive().fetched.by_place["place1"]["not for us"] == 1, "it may be for the new key"


def test_a_wrong_passphrase_opens_nothing(world: World) -> None:
    with pytest.raises(WrongPassphrase):
        Home.open(world.field.folder, "field", b"correct horse batterz")
    assert Home.open(world.field.folder, "field", PASSPHRASE).settings["desk"] == "desk"


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: data[:-1],
        lambda data: data[: len(data) // 2],
        lambda data: b"",
        lambda data: data + b"\0",
        lambda data: bytes([data[0] ^ 1]) + data[1:],
        lambda data: data[:3000] + bytes([data[3000] ^ 0x80]) + data[3001:],
        lambda data: data[:-1] + bytes([data[-1] ^ 1]),
        lambda data: os.urandom(len(data)),
    ],
)
@pytest.mark.parametrize("honest_name", [True, False])
def test_a_damaged_parcel_is_left_out_and_its_group_given_by_the_others(
    world: World, damage: object, honest_name: bool
) -> None:
    """*honest_name*: the place (or a courier) damaged it; else somebody put it there under the name of its bytes."""
    world.seal()
    world.send()
    place, name = world.parcels()[0]
    spoilt: bytes = damage(place.get(name))  # type: ignore[operator]
    place.delete(name)
    place.put(name if honest_name else parcel_name(spoilt), spoilt)
    arrival = world.receive()
    assert arrival.fetched.by_place[place.name]["damaged"] == 1
    assert world.archived() == world.on_card()
    again = world.receive().fetched.by_place[place.name]
    assert again["new"] == again["damaged"] == (1 if honest_name else 0), (
        "only what the place may yet mend is asked for"
    )


FORGED_HEADERS: dict[str, dict[str, Any]] = {
    "signed by another key": {"signer": SigningKey.generate()},
    "k of 0": {"k": 0},
    "k greater than n": {"k": 2, "n": 1},
    "n beyond the bound": {"k": 1, "n": 65},
    "n absurd": {"k": 2**40, "n": 2**41},
    "index beyond n": {"index": 1},
    "a negative index": {"index": -1},
    "first beyond the bound": {"first": (1 << 22) + 1},
    "first absurd": {"first": 10**30},
    "a negative first": {"first": -1},
    "an unknown stage": {"stage": "gold"},
    "a stage with a line in it": {"stage": "originals\nfirst 7"},
    "another payload's digest": {"payload": bytes(32)},
    "a short digest": {"payload": bytes(31)},
    "a short group id": {"group": b""},
    "a long group id": {"group": bytes(40)},
    "recipients nobody invited": {"recipients": bytes(32)},
    "a consignment that is no key": {"consignment": bytes(31)},
}


@pytest.mark.parametrize("forged", FORGED_HEADERS.values(), ids=FORGED_HEADERS.keys())
def test_a_parcel_with_a_forged_header_is_damaged_whoever_sealed_it(world: World, forged: dict[str, Any]) -> None:
    forger = world.forger()
    forger.send(world.places[0], [forger.parcel(bytes(PAYLOAD), **forged)])
    arrival = world.carry()
    assert arrival.fetched.by_place["place1"]["damaged"] == 1
    assert world.archived() == world.on_card()
    assert [path.name for path in (world.desk.folder / "incoming").iterdir() if path.is_dir()] == []


def test_a_parcel_of_this_consignment_sealed_again_by_whoever_opened_it_is_only_a_spare(world: World) -> None:
    """The desk's own key was stolen: its thief can re-seal, but not sign for the consignment."""
    world.seal()
    world.send()
    place, name = world.parcels()[0]
    plain = unseal(place.get(name), world.desk.keyring.identities())
    forger = world.forger()
    forged = plain[:HEADER] + bytes(PAYLOAD)
    forger.send(place, [forger.sealed(plain), forger.sealed(forged)])
    arrival = world.receive()
    assert arrival.fetched.by_place[place.name]["damaged"] == 1
    assert world.archived() == world.on_card()


def test_a_group_whose_shares_contradict_each_other_does_not_stop_the_others(world: World) -> None:
    forger, group = world.forger(), os.urandom(16)
    for said in ({"first": 0}, {"first": 5}, {"k": 3}, {"n": 5}, {"stage": "texts"}):
        shape: dict[str, Any] = {"k": 2, "n": 4, "index": 0 if said == {"first": 0} else 1, "group": group, **said}
        forger.send(world.places[0], [forger.parcel(os.urandom(PAYLOAD), **shape)])
    arrival = world.carry()
    assert arrival.fetched.by_place["place1"]["contradicting"] == 4
    assert world.archived() == world.on_card()
    assert [each.consignment for each in arrival.underway] == [forger.key.public]


def test_a_parcel_far_out_takes_no_room_on_the_disk(world: World) -> None:
    forger = world.forger()
    forger.send(world.places[0], [forger.parcel(bytes(PAYLOAD), first=1 << 22, k=64, n=64, index=63)])
    world.carry()
    assert world.archived() == world.on_card()
    [folder] = [path for path in (world.desk.folder / "incoming").iterdir() if path.is_dir()]
    assert sum(path.stat().st_blocks * 512 for path in folder.rglob("*")) < 2 * PAYLOAD
