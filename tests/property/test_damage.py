"""Whatever the disk of a desk or of a device does to one, two or three files of a card under way, the card arrives.

Which files, and how, is decided by the dice of each number; who carries which parcel first is decided by threads, and
the promise holds for any order.
"""

import copy
import random
import shutil
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from support.damage import choose, damage
from support.field_and_desk import NOW, Interruption, Pulled, World, WorldHome
from tamizdat.carrying.again import ask_again
from tamizdat.carrying.receive import Arrival, receive
from tamizdat.carrying.seal import abandon
from tamizdat.encoding import spoken
from tamizdat.errors import TamizdatError, UsageError
from tamizdat.home import objects
from tamizdat.places import Place
from tamizdat.places.memory import MemoryPlace
from tamizdat.sealing.parcel import SMALL_PLAINTEXT

FEW, MANY = range(6), range(6, 200)
SEEDS = [*FEW, *(pytest.param(seed, marks=pytest.mark.long) for seed in MANY)]


def fill(world: World) -> None:
    dice = random.Random(7)
    world.write("a.txt", b"a note")
    world.write("clip.bin", dice.randbytes(1_700_000))
    world.write("other.bin", dice.randbytes(900_000))
    for number in range(4):
        world.write(f"small/{number}.bin", dice.randbytes(30_000))


@pytest.fixture(scope="module")
def sent(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A card of which every parcel is in the places, and nothing at the desk."""
    with World(tmp_path_factory.mktemp("sent")) as made:
        fill(made)
        made.seal(parcel_size=lambda: SMALL_PLAINTEXT)
        made.send()
        yield made


class Desk:
    """A copy of a desk, and places that have a part of what was sent."""

    def __init__(self, sent: World, folder: Path) -> None:
        sent.close()
        shutil.copytree(sent.desk.folder, folder)
        self.sent = sent
        places = [*(place.name for place in sent.places), sent.second.name, sent.backup.name]
        given: dict[str, Place] = {name: MemoryPlace(name) for name in places}
        self.home = WorldHome(folder, "desk", sent.desk.keyring, copy.deepcopy(sent.desk.settings), given)
        self.incoming = folder / "incoming"

    def carry(self, dice: random.Random, share: float) -> None:
        """More of what was sent is in the places."""
        for place in self.sent.places:
            for name in place.list():
                if dice.random() < share:
                    self.home.given[place.name].put(name, memoryview(place.get(name)))

    def receive(self) -> Arrival | None:
        """One run; None if it ended with an error for the person."""
        with objects.open_archive(self.home) as archive:
            try:
                return receive(self.home, archive, NOW)
            except TamizdatError:
                return None

    def comes_to_rest(self) -> bool:
        """Whether a run that fetches nothing comes soon."""
        return any((run := self.receive()) is not None and not run.fetched.parcels for _ in range(4))

    def archived(self) -> dict[str, str]:
        """Path → SHA-256 of what is in the archive, each object read and checked."""
        with objects.open_archive(self.home) as archive:
            items = archive.index.items()
            for item in items:
                archive.objects.check(item.original)
            assert len({item.path for item in items}) == len(items), "a file is there twice"
            return {item.path: item.original for item in items}


@pytest.mark.parametrize("seed", SEEDS)
def test_a_desk_whose_disk_damages_what_arrives_gets_all_and_comes_to_rest(
    sent: World, tmp_path: Path, seed: int
) -> None:
    dice, desk, older = random.Random(seed), Desk(sent, tmp_path / "desk"), tmp_path / "older"
    desk.carry(dice, 0.2)
    desk.receive()
    shutil.copytree(desk.incoming, older)
    desk.carry(dice, dice.choice([0.2, 0.4, 0.6]))
    desk.receive()
    if dice.random() < 0.3:  # killed
        for mark in desk.incoming.glob("*/clean"):
            mark.unlink()
    told = []
    for _ in range(dice.choice([1, 2, 2, 3])):
        if (path := choose(dice, desk.incoming, ("payloads", "parity", "files"))) is not None:
            told.append((path.name, damage(dice, path, older / path.relative_to(desk.incoming))))
    assert dice.random() < 0.5 or desk.comes_to_rest(), told
    desk.carry(dice, 2)
    assert desk.comes_to_rest(), told
    desk.receive()
    assert desk.archived() == sent.on_card(), told
    assert not [path for path in desk.incoming.iterdir() if path.is_dir()], told


def cut_off(world: World, dice: random.Random) -> None:
    with pytest.raises(Pulled):
        world.seal(progress=Interruption(dice.randrange(300_000, 2_000_000)), parcel_size=lambda: SMALL_PLAINTEXT)


class Person:
    """Somebody who gives the same commands again, and does what she is told: seal, send; the desk receives."""

    def __init__(self, world: World) -> None:
        self.world, self.whole = world, False

    def goes_on(self) -> None:
        """Once more from the beginning."""
        try:
            self.world.seal(parcel_size=lambda: SMALL_PLAINTEXT, whole=self.whole)
        except TamizdatError as error:
            if "--abandon" not in str(error):
                raise  # nobody says what to do
            abandon(self.world.field)
            return
        sent = self.world.send()
        self.whole = any("--whole" in (each.failure or "") for each in sent)
        for code in [each.again for each in self.world.receive().underway if each.again]:
            try:
                ask_again(self.world.field, code)
            except UsageError as error:
                self.whole = self.whole or "--whole" in str(error)

    def has_arrived(self) -> bool:
        """Whether each file of the card is in the archive, whole."""
        items = [item for item in self.world.archive.index.items() if item.state == "whole"]
        for item in items:
            self.world.archive.objects.check(item.original)
        return {item.original for item in items} >= set(self.world.on_card().values())


@pytest.mark.parametrize("seed", SEEDS)
def test_a_device_whose_disk_damages_what_waits_gets_its_card_away_and_wipes_nothing_else(
    tmp_path: Path, seed: int
) -> None:
    dice, older = random.Random(seed), tmp_path / "older"
    with World(tmp_path) as world:
        fill(world)
        person, folder = Person(world), world.field.folder
        way = dice.choice(["cut", "sealed", "increment"])
        if way == "cut":
            cut_off(world, dice)
        else:
            world.seal(parcel_size=lambda: SMALL_PLAINTEXT)
        shutil.copytree(folder, older)
        if dice.random() < 0.5:
            world.send()
        if way == "increment":
            world.write("new.bin", random.Random(8).randbytes(700_000))
        told: list[object] = [way]
        for _ in range(dice.choice([1, 1, 2, 2])):
            known = [folder / name for name in ("consignments", "carried", "receipts") if (folder / name).is_dir()]
            if (path := choose(dice, dice.choice(known), ("ready", "making"))) is not None:
                told.append((path.name, damage(dice, path, older / path.relative_to(folder))))
        card = world.on_card()
        for _ in range(5):
            person.goes_on()
            if person.has_arrived():
                break
        assert person.has_arrived(), told
        for receipt in world.receive().receipts:
            with suppress(UsageError):  # what was kept of that card is damaged
                world.wipe(spoken(receipt.receipt))
        assert set(card.values()) - set(world.on_card().values()) <= {
            item.original for item in world.archive.index.items()
        }
