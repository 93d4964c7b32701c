"""Consignments that no field device would make, by an accepted device gone bad: nothing of them is taken in."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.field_and_desk import World
from tamizdat.keys import SigningKey
from tamizdat.sealing.inventory import INVENTORY, MANIFEST, SIGNATURE, certify, sign_manifest

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


def test_the_hostile_ones_differ_from_an_honest_one_that_is_taken_in(world: World) -> None:
    forger = world.forger()
    forger.device = world.device
    forger.send(world.places[0], forger.parcels(forger.stream(forger.members(FILES))))
    arrival = world.receive()
    assert [taken.complete for taken in arrival.unpacked] == [True]
    assert world.archived().keys() == FILES.keys()
