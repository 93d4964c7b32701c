"""Consignments that no field device would make, by an accepted device gone bad: nothing of them is taken in."""

import os
import tarfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from support.field_and_desk import World, filled
from tamizdat.carrying.receive import refuse
from tamizdat.keys import SigningKey
from tamizdat.places.memory import MemoryPlace
from tamizdat.sealing.inventory import INVENTORY, MANIFEST, SIGNATURE, certify, sign_manifest
from tamizdat.sealing.parcel import SMALL_PAYLOAD
from tamizdat.sealing.pax import END_OF_ARCHIVE, member

TIME = "2011-04-03T02:11:09Z"
needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="needs root: to mount a card, or to stop being root")


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with World(tmp_path) as made:
        made.write("a.txt", b"an honest note")
        yield made


FILES = {"clip.bin": b"the clip", "note.txt": b"the note"}


def hostile(world: World, name: str) -> dict[str, bytes]:
    """The members of a stream by an *accepted* device gone bad; each differs from an honest one in one thing."""
    forger, other = world.forger(), SigningKey.generate()
    world.hostile = forger  # type: ignore[attr-defined]
    forger.device = world.device
    good = forger.members(FILES)
    entries = [forger.entry(path, data) for path, data in FILES.items()]

    def signed(manifest: bytes) -> dict[str, bytes]:
        return {**good, SIGNATURE: sign_manifest(forger.device, manifest), MANIFEST: manifest}

    def with_path(path: str) -> dict[str, bytes]:
        return {**good, f"card/{path}": b"out", MANIFEST: good[MANIFEST]}

    wrong = [forger.entry("clip.bin", b"the clip", sha256="00" * 32), entries[1]]
    longer = [forger.entry("clip.bin", b"the clip", size=9), entries[1]]
    made = {
        "manifest signed by another device": lambda: {**good, SIGNATURE: sign_manifest(other, good[MANIFEST])},
        "manifest with a cut signature": lambda: {**good, SIGNATURE: good[SIGNATURE][:63]},
        "certificate by another device": lambda: {
            **good,
            INVENTORY: forger.inventory(entries, certificate=certify(other, forger.key.public)),
        },
        "certificate of another consignment": lambda: {
            **good,
            INVENTORY: forger.inventory(entries, certificate=certify(forger.device, other.public)),
        },
        "inventory of another consignment": lambda: {
            **good,
            INVENTORY: forger.inventory(
                entries, consignment=other.public, certificate=certify(forger.device, other.public)
            ),
        },
        "manifest of another consignment": lambda: signed(forger.manifest(entries, consignment=other.public)),
        "a wrong digest": lambda: signed(forger.manifest(wrong)),
        "a wrong size": lambda: signed(forger.manifest(longer)),
        "a file that is not there": lambda: signed(forger.manifest([*entries, forger.entry("gone.bin", b"")])),
        "a file the manifest does not list": lambda: signed(forger.manifest(entries[:1])),
        "a path twice in the manifest": lambda: signed(forger.manifest([*entries, entries[0]])),
        "no inventory": lambda: {name: data for name, data in good.items() if name != INVENTORY},
        "no signature": lambda: {name: data for name, data in good.items() if name != SIGNATURE},
        "an inventory that is no JSON": lambda: {**good, INVENTORY: b"{"},
        "an inventory that is a list": lambda: {**good, INVENTORY: b"[]"},
        "a manifest with a space in it": lambda: signed(good[MANIFEST].replace(b'","', b'", "', 1)),
        "a manifest with a float": lambda: signed(good[MANIFEST].replace(b'"size":8', b'"size":8.5', 1)),
        "a manifest with a huge number": lambda: signed(good[MANIFEST].replace(b'"size":8', b'"size":1' + b"0" * 99)),
        "a manifest nested without end": lambda: signed(b"[" * 100_000 + b"]" * 100_000),
        "a path that leads up, in the manifest": lambda: signed(forger.manifest([forger.entry("../x", b"out")])),
        "a path that leads up, in the inventory": lambda: {
            **good,
            INVENTORY: forger.inventory([forger.entry("a/../../x", b"")]),
        },
        "a path that leads up, in the tar": lambda: with_path("../../../../x"),
        "an absolute path in the tar": lambda: {"/etc/cron.d/x": b"out", **good},
        "a stranger beside the frame": lambda: {"authorized_keys": b"out", **good},
        "a backslash in the tar": lambda: with_path("..\\x"),
        "a newline in the tar": lambda: with_path("a\nb"),
    }
    return made[name]()


HOSTILE = [
    "manifest signed by another device",
    "manifest with a cut signature",
    "certificate by another device",
    "certificate of another consignment",
    "inventory of another consignment",
    "manifest of another consignment",
    "a wrong digest",
    "a wrong size",
    "a file that is not there",
    "a file the manifest does not list",
    "a path twice in the manifest",
    "no inventory",
    "no signature",
    "an inventory that is no JSON",
    "an inventory that is a list",
    "a manifest with a space in it",
    "a manifest with a float",
    "a manifest with a huge number",
    "a manifest nested without end",
    "a path that leads up, in the manifest",
    "a path that leads up, in the inventory",
    "a path that leads up, in the tar",
    "an absolute path in the tar",
    "a stranger beside the frame",
    "a backslash in the tar",
    "a newline in the tar",
]


@pytest.mark.parametrize("name", HOSTILE)
def test_of_a_hostile_consignment_nothing_is_taken_in_and_the_honest_one_beside_it_is(world: World, name: str) -> None:
    members = hostile(world, name)
    forger = world.hostile  # type: ignore[attr-defined]
    forger.send(world.places[0], forger.parcels(forger.stream(members)))
    arrival = world.carry(prove_first=False)
    assert world.archived() == world.on_card()
    [held] = arrival.underway
    assert held.consignment == forger.key.public
    assert held.problem, "the person must be told why"
    assert world.receive(salvage=True).underway
    assert not (world.desk.folder / "x").exists()
    assert not list(world.folder.rglob("authorized_keys"))
    report = world.archive.check()
    assert report.sound


def test_a_document_larger_than_any_is_not_read_into_memory(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as small:
        small.setattr("tamizdat.carrying.unpack.MAX_DOCUMENT", 100)
        [held] = world.carry(prove_first=False).underway
        assert "of at most 100 bytes" in (held.problem or "")
        assert world.archived() == {}
    world.receive()
    assert world.archived() == world.on_card()


def test_the_hostile_ones_differ_from_an_honest_one_that_is_taken_in(world: World) -> None:
    forger = world.forger()
    forger.device = world.device
    forger.send(world.places[0], forger.parcels(forger.stream(forger.members(FILES))))
    arrival = world.receive()
    assert [taken.complete for taken in arrival.unpacked] == [True]
    assert world.archived().keys() == FILES.keys()


# One consignment does not keep the others from coming --------------------------------------------------------------


def gnu_header(kind: bytes) -> bytes:
    info = tarfile.TarInfo("card/a")
    info.type = kind
    return info.tobuf(tarfile.GNU_FORMAT)


STREAMS = {
    "a sparse header that ends within its map": lambda: gnu_header(tarfile.GNUTYPE_SPARSE)[:482] + b"\1" * 30,
    "extended headers and nothing else": lambda: gnu_header(tarfile.XHDTYPE) * (SMALL_PAYLOAD // 512),
    "long names and nothing else": lambda: gnu_header(tarfile.GNUTYPE_LONGNAME) * (SMALL_PAYLOAD // 512),
    "no tar at all": lambda: b"\xff" * SMALL_PAYLOAD,
    "zeros": lambda: b"\0",
    "an inventory that is no inventory": lambda: member(INVENTORY, b"{}" * 200, TIME) + END_OF_ARCHIVE,
    "another file first": lambda: member("card/a", b"a", TIME) + END_OF_ARCHIVE,
}


@pytest.mark.parametrize("stream", STREAMS.values(), ids=STREAMS.keys())
@pytest.mark.parametrize("accepted", [True, False])
def test_one_parcel_of_anyone_with_an_invitation_ends_no_receive(
    world: World, stream: Callable[[], bytes], accepted: bool
) -> None:
    forger = world.forger()
    if accepted:
        forger.device = world.device
    forger.send(world.places[0], forger.parcels(filled(stream())))
    arrival = world.carry()
    assert world.archived() == world.on_card()
    [held] = arrival.underway
    assert held.consignment == forger.key.public
    [receipt] = world.receive().receipts
    assert receipt.released
    assert refuse(world.desk, forger.key.public.hex()) == forger.key.public.hex()
    assert world.receive().underway == []


def test_a_fault_of_our_own_in_one_consignment_is_told_with_its_id_and_the_others_come(world: World) -> None:
    forger = world.forger()
    with world.desk.changing():
        world.desk.settings["revoked"] = {forger.device.public.hex(): {}}  # a settings file of nobody's making
    forger.send(world.places[0], forger.parcels(forger.stream(forger.members(FILES))))
    [held] = world.carry().underway
    assert held.consignment == forger.key.public
    assert "fault in tamizdat itself (KeyError, unpack.py line " in str(held.problem)
    assert world.archived() == world.on_card()


def test_a_place_whose_client_breaks_keeps_no_parcel_of_the_others_from_coming(world: World) -> None:
    class Breaking(MemoryPlace):
        def get(self, name: str) -> bytes:
            raise IndexError(name)

    world.seal()
    world.send()
    forger = world.forger()
    forger.send(world.places[0], [forger.parcel(bytes(SMALL_PAYLOAD))])  # chance may have put none of the card there
    broken = Breaking("place1")
    for name in world.places[0].list():
        broken.put(name, world.places[0].get(name))
    world.desk.given["place1"] = broken
    arrival = world.receive()
    assert arrival.fetched.by_place["place1"]["faulty"] > 0
    assert "IndexError" in arrival.fetched.failures["place1"]
    assert world.archived() == world.on_card()
