"""Who may send to a desk, and who no longer may."""

from pathlib import Path

import pytest

from support.field_and_desk import NOW, WORK, World
from tamizdat.carrying.receive import refuse
from tamizdat.encoding import sha256_hex
from tamizdat.errors import UsageError
from tamizdat.home.home import Home
from tamizdat.home.setup import accept, invite, retire, revoke
from tamizdat.sealing.parcel import PAYLOAD


@pytest.fixture
def world(tmp_path: Path) -> World:
    made = World(tmp_path)
    made.write("a.txt", b"a note")
    return made


def test_what_is_sealed_to_a_retired_key_can_never_be_opened(world: World) -> None:
    world.seal()
    world.send()
    [label] = world.desk.keyring.sealing
    retire(world.desk, label, b"", WORK)
    arrival = world.receive()
    assert sum(counts["not for us"] for counts in arrival.fetched.by_place.values()) == len(world.parcels())
    assert world.archived() == {}
    assert label not in Home.open(world.desk.folder, "desk", b"").keyring.sealing, "it is gone from the disk too"


def test_retiring_one_key_leaves_the_others(world: World) -> None:
    [first] = world.desk.keyring.sealing
    invite(world.desk, "ben", b"", NOW, WORK)
    retire(world.desk, next(label for label in world.desk.keyring.sealing if label != first), b"", WORK)
    world.carry()
    assert world.archived() == world.on_card()


def test_a_key_that_there_is_not_cannot_be_retired(world: World) -> None:
    with pytest.raises(UsageError, match="keys print"):
        retire(world.desk, "nobody", b"", WORK)


def test_a_revoked_device_waits_and_can_be_accepted_again(world: World) -> None:
    revoke(world.desk, "anna")
    arrival = world.carry()
    assert world.archived() == {}
    assert "keys accept" in str(arrival.underway[0].problem)
    accept(world.desk, world.device.public, "anna")
    world.receive()
    assert world.archived() == world.on_card()


def test_revoking_a_device_nobody_accepted_is_an_error(world: World) -> None:
    with pytest.raises(UsageError, match="accepted device"):
        revoke(world.desk, "nobody")


def test_a_refused_consignment_leaves_the_disk_and_is_not_taken_again(world: World) -> None:
    forger = world.forger()
    forger.send(world.places[0], [forger.parcel(bytes(PAYLOAD))])
    world.carry()
    incoming = world.desk.folder / "incoming" / forger.key.public.hex()
    assert incoming.is_dir()
    assert refuse(world.desk, forger.key.public.hex()[:8]) == forger.key.public.hex()
    assert not incoming.exists()
    forger.send(world.places[0], [forger.parcel(b"1" * PAYLOAD)])
    assert world.receive().underway == []
    assert not incoming.exists()
    assert world.archived() == {"a.txt": sha256_hex(b"a note")}


@pytest.mark.parametrize("text", ["", "arriv", "../..", "ffffffff"])
def test_only_a_consignment_that_is_underway_can_be_refused(world: World, text: str) -> None:
    world.carry()
    with pytest.raises(UsageError, match="found 0"):
        refuse(world.desk, text)
