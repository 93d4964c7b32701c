"""Who may send to a desk, and who no longer may."""

from datetime import date
from pathlib import Path

import pytest

from support.field_and_desk import NOW, WORK, World
from tamizdat.carrying.receive import refuse
from tamizdat.encoding import sha256_hex
from tamizdat.errors import UsageError
from tamizdat.home.home import Home
from tamizdat.home.setup import accept, invite, retire, revoke
from tamizdat.keys import SigningKey
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


DAY = date(2026, 11, 24)


def test_a_seized_device_that_was_revoked_is_not_offered_for_acceptance_like_a_new_one(world: World) -> None:
    revoke(world.desk, "anna", DAY)
    arrival = world.carry()
    assert world.archived() == {}
    problem = str(arrival.underway[0].problem)
    assert "revoked on 2026-11-24" in problem
    assert "keys accept" not in problem
    for name in ("anna", "new"):
        with pytest.raises(UsageError, match="revoked on 2026-11-24"):
            accept(world.desk, world.device.public, name)
    assert world.receive().unpacked == []


def test_a_device_revoked_by_mistake_is_accepted_again_when_that_is_said(world: World) -> None:
    revoke(world.desk, "anna", DAY)
    world.carry()
    accept(world.desk, world.device.public, "anna", although_revoked=True)
    world.receive()
    assert world.archived() == world.on_card()
    assert Home.open(world.desk.folder, "desk", b"").settings["revoked"] == {}


def test_one_key_is_not_accepted_under_two_names_of_which_one_would_outlive_a_revocation(world: World) -> None:
    with pytest.raises(UsageError, match="accepted already"):
        accept(world.desk, world.device.public, "ben")
    with pytest.raises(UsageError, match="Choose another name"):
        accept(world.desk, SigningKey.generate().public, "anna")


def test_a_desk_made_before_revocations_were_remembered_still_revokes(world: World) -> None:
    with world.desk.changing():
        del world.desk.settings["revoked"]
    revoke(world.desk, "anna", DAY)
    assert world.carry().unpacked == []


def test_revoking_a_device_nobody_accepted_is_an_error(world: World) -> None:
    with pytest.raises(UsageError, match="accepted device's name, found nobody"):
        revoke(world.desk, "nobody", DAY)


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
