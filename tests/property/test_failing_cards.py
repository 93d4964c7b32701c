"""Whatever a card does between and during the runs, a wipe deletes only what the desk can give back, byte for byte.

A card here gives short answers, has spots that cannot be read, folders that vanish and come back, files that are
written over in place (also under their old time), grow, shrink and appear; a run is cut off anywhere, the clock jumps
by years, the device's disk damages what waits. All of it by the dice of a number; the wipe is tried at every step, on a
card that is as ill as it is at that moment. At the end the card is well again, and all that is on it arrives.
"""

import errno
import os
import random
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from support.damage import choose, damage
from support.field_and_desk import NOW, Interruption, Pulled, World
from tamizdat.archive.store.copies import held
from tamizdat.carrying.again import ask_again
from tamizdat.carrying.receive import receive
from tamizdat.carrying.seal import abandon, seal_card
from tamizdat.encoding import sha256_hex, spoken
from tamizdat.errors import TamizdatError
from tamizdat.sealing.parcel import SMALL_PLAINTEXT

FEW = (0, 2)  #: of number 2 an earlier version wiped a clip that nobody had
SEEDS = [*FEW, *(pytest.param(seed, marks=pytest.mark.long) for seed in range(3, 400))]
LARGE = 9 << 20  #: bytes of a clip that is read ahead, around the system's cache
STEPS = 10


class IllCard:
    """The kernel's answers for what lies on a card, which fails as *spots*, *gone* and *short* say."""

    def __init__(self, root: Path) -> None:
        self.root = os.fsencode(root)
        self.spots: dict[bytes, range] = {}
        self.gone: set[bytes] = set()
        self.short = False
        self._preadv, self._open, self._scandir = os.preadv, os.open, os.scandir

    def heal(self) -> None:
        self.spots, self.gone, self.short = {}, set(), False

    def preadv(self, handle: int, rooms: list[memoryview], offset: int) -> int:
        path = os.fsencode(Path(f"/proc/self/fd/{handle}").readlink())
        if path.startswith(self.root):
            spot = self.spots.get(path, range(0))
            if self.short and len(rooms[0]) > 65_536:
                rooms = [rooms[0][:65_536]]
            if spot and spot.start < offset + len(rooms[0]) and offset < spot.stop:
                if offset >= spot.start:
                    raise OSError(errno.EIO, os.strerror(errno.EIO))
                rooms = [rooms[0][: spot.start - offset]]
        return self._preadv(handle, rooms, offset)

    def open(self, path: Any, *more: Any, **options: Any) -> int:
        self._look(path)
        return self._open(path, *more, **options)

    def scandir(self, path: Any = ".") -> Any:
        self._look(path)
        return self._scandir(path)

    def _look(self, path: Any) -> None:
        if not isinstance(path, int) and any(os.fsencode(path).startswith(each) for each in self.gone):
            raise OSError(errno.EIO, os.strerror(errno.EIO))


@contextmanager
def ill(world: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[IllCard]:
    card = IllCard(world.card)
    with monkeypatch.context() as patched:
        for name in ("preadv", "open", "scandir"):
            patched.setattr(os, name, getattr(card, name))
        yield card


class Story:
    """One number's dice, and all that may happen."""

    def __init__(self, world: World, card: IllCard, seed: int) -> None:
        self.world, self.card, self.dice = world, card, random.Random(seed)
        self.now, self.told = NOW, list[str]()
        self.older = world.folder / "older"
        shutil.copytree(world.field.folder, self.older)

    def happens(self, what: Callable[[], None]) -> None:
        self.told.append(what.__name__)
        with suppress(TamizdatError, Pulled):  # whatever is told, a person goes on; any other error is a fault
            what()

    def seal(self) -> None:
        progress = Interruption(self.dice.randrange(1, 12_000_000) if self.dice.random() < 0.4 else 1 << 40)
        first = self.dice.choice([[], [], ["*.mov"], ["loose/*"]])
        seal_card(
            self.world.field, self.world.card, self.now, first, progress=progress,
            parcel_size=lambda: SMALL_PLAINTEXT, prove_first=self.dice.random() < 0.2, whole=self.dice.random() < 0.1,
        )  # fmt: skip

    def send(self) -> None:
        self.world.send()

    def receive(self) -> None:
        arrival = receive(self.world.desk, self.world.archive, self.now)
        for each in arrival.underway:
            if each.again and self.dice.random() < 0.5:
                with suppress(TamizdatError):
                    ask_again(self.world.field, each.again)
        self.world.back_up()

    def carry(self) -> None:
        for what in (self.seal, self.send, self.receive, self.wipe):
            self.happens(what)

    def fall_ill(self) -> None:
        self.card.short = self.dice.random() < 0.5
        for path in self.files():
            if self.dice.random() < 0.3:
                at = self.dice.randrange(path.stat().st_size + 1)
                self.card.spots[os.fsencode(path)] = range(at, at + self.dice.choice([1, 4096, 2_000_000]))
        if self.dice.random() < 0.4:
            self.card.gone.add(os.fsencode(self.world.card / "loose"))

    def heal(self) -> None:
        self.card.heal()

    def change(self) -> None:
        path = self.dice.choice(self.files() or [self.world.card / "new.bin"])
        way = self.dice.choice(["new", "over", "over in place", "longer", "shorter", "gone"])
        self.told.append(way)
        if way == "new" or not path.exists():
            self.write(f"{self.dice.choice(['', 'loose/'])}{self.dice.randrange(99)}.bin", 300_000)
            return
        before, data = path.stat(), path.read_bytes()
        match way:
            case "over" | "over in place":
                path.write_bytes(self.dice.randbytes(len(data)))
            case "longer":
                path.write_bytes(data + b"more")
            case "shorter":
                path.write_bytes(data[: len(data) // 2])
            case "gone":
                path.unlink()
                return
        if way == "over in place":
            os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))

    def jump(self) -> None:
        self.now += timedelta(days=self.dice.choice([-400, -1, 1, 400]))
        assert self.now < datetime.max.replace(tzinfo=self.now.tzinfo)

    def wear(self) -> None:
        folder = self.world.field.folder
        known = [folder / name for name in ("consignments", "carried", "receipts", "begun") if (folder / name).is_dir()]
        if known and (path := choose(self.dice, self.dice.choice(known), ("ready", "making"))) is not None:
            self.told.append(damage(self.dice, path, self.older / path.relative_to(folder)))

    def abandon(self) -> None:
        abandon(self.world.field)

    def wipe(self) -> None:
        """Every receipt that is told is used; what goes from the card is held against the desk and its second store."""
        archive = self.world.archive
        for receipt in self.world.receive().receipts:
            if not receipt.released:
                continue
            before = {path: sha256_hex(path.read_bytes()) for path in self.files()}
            with suppress(TamizdatError):
                self.world.wipe(spoken(receipt.receipt))
            there = set(self.files())
            for path, digest in before.items():
                if path not in there:
                    assert archive.objects.has(digest), (path.name, self.told)
                    assert held(self.world.second, digest, archive.objects.size(digest)), (path.name, self.told)

    def files(self) -> list[Path]:
        """What truly is on the card, however ill it is."""
        gone, self.card.gone = self.card.gone, set()
        try:
            return sorted(path for path in self.world.card.rglob("*") if path.is_file())
        finally:
            self.card.gone = gone

    def write(self, path: str, size: int) -> None:
        self.world.write(path, self.dice.randbytes(size), 1_300_000_000 + self.dice.randrange(1000))


@pytest.mark.parametrize("seed", SEEDS)
def test_a_wipe_deletes_only_what_the_desk_can_give_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    with World(tmp_path) as world, ill(world, monkeypatch) as card:
        story = Story(world, card, seed)
        story.write("notes.txt", 2_000)
        story.write("clip.mov", LARGE)
        for number in range(3):
            story.write(f"loose/{number}.bin", 400_000)
        happenings = [
            *[story.seal, story.send, story.receive] * 3, story.carry, story.carry, story.wipe,
            story.fall_ill, story.fall_ill, story.heal, story.change, story.change, story.jump, story.wear,
            story.abandon,
        ]  # fmt: skip
        for _ in range(STEPS):
            story.happens(story.dice.choice(happenings))
        card.heal()
        for _ in range(3):
            with suppress(TamizdatError):
                abandon(world.field)
            if story.files():
                seal_card(world.field, world.card, story.now, parcel_size=lambda: SMALL_PLAINTEXT, whole=True)
            story.happens(story.send)
            story.happens(story.receive)
        left = {sha256_hex(path.read_bytes()) for path in story.files()}
        story.wipe()
        items = {item.original for item in world.archive.index.items() if item.state == "whole"}
        assert left <= items, story.told
        assert not story.files(), story.told
