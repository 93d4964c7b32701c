"""What a place says that it took is read back by sample, before the spool's copy goes."""

import random
import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.field_and_desk import NOTE, World
from tamizdat.carrying import deliver
from tamizdat.carrying.read_back import ReadBack
from tamizdat.carrying.spool import waiting_by_place
from tamizdat.errors import PlaceRefused, PlaceUnreachable
from tamizdat.places import Guarantees
from tamizdat.places.memory import MemoryPlace


class Behind:
    """A place behind a line, so that what it took is read back; *inner* holds what it is given."""

    guarantees = Guarantees(atomic_put=True, durable_put=True, complete_list=True, can_delete=True)

    def __init__(self, name: str) -> None:
        self.name = name
        self.inner = MemoryPlace(name)
        self.asked: list[str] = []

    def put(self, name: str, data: bytes | memoryview) -> None:
        self.inner.put(name, data)

    def get(self, name: str) -> bytes:
        self.asked.append(name)
        return self.inner.get(name)

    def stat(self, name: str) -> int:
        return self.inner.stat(name)

    def list(self) -> Iterator[str]:
        return self.inner.list()

    def delete(self, name: str) -> None:
        self.inner.delete(name)


class Drops(Behind):
    """Says that it took everything, and holds nothing."""

    def put(self, name: str, data: bytes | memoryview) -> None:
        pass

    def stat(self, name: str) -> int:
        return 4_196_971


class Spoils(Behind):
    """Holds other bytes of the same length."""

    def put(self, name: str, data: bytes | memoryview) -> None:
        self.inner.put(name, bytes(len(data)))


class LetterBox(Behind):
    """A login that may only add."""

    def get(self, name: str) -> bytes:
        raise PlaceRefused("Nothing is given out here.")


class FarAway(Behind):
    """The line breaks whenever something is read."""

    def get(self, name: str) -> bytes:
        super().get(name)
        raise PlaceUnreachable("Broke off.")


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deliver, "PAUSES", (0.0,))


@pytest.mark.parametrize(("kind", "found"), [(Drops, "found nothing"), (Spoils, "bytes that are not the same")])
def test_a_place_that_acknowledges_and_drops_keeps_no_parcel_from_the_spool(
    tmp_path: Path, kind: type[Behind], found: str
) -> None:
    with World(tmp_path, [kind("liar")]) as world:
        world.write("note.txt", NOTE)
        world.seal()
        before = sum(waiting_by_place(world.field).values())
        [result] = world.send()
        assert result.failure is not None
        assert found in result.failure
        assert sum(waiting_by_place(world.field).values()) == before == result.waiting


def test_a_login_that_may_only_add_is_told_as_unsampled_and_takes_everything(tmp_path: Path) -> None:
    with World(tmp_path, [LetterBox("box")]) as world:
        world.write("note.txt", NOTE)
        world.seal()
        [result] = world.send()
        assert (result.waiting, result.failure, result.unsampled) == (0, None, True)


def test_a_line_that_breaks_while_a_parcel_is_read_back_holds_up_nothing(tmp_path: Path) -> None:
    with World(tmp_path, [FarAway("far")]) as world:
        world.write("note.txt", NOTE)
        world.seal()
        [result] = world.send()
        assert (result.waiting, result.failure, result.unsampled) == (0, None, False)


class GivesParts(Behind):
    """Gives a part of what it holds."""

    def get_part(self, name: str, start: int, count: int) -> bytes:
        self.asked.append(f"{start} {count}")
        return self.inner.get(name)[start : start + count]


class SpoilsParts(GivesParts, Spoils):
    """Gives a part of other bytes."""


class LosesParts(GivesParts):
    """Has the beginning of each, whatever it says."""

    def put(self, name: str, data: bytes | memoryview) -> None:
        self.inner.put(name, bytes(data[:10]))

    def stat(self, name: str) -> int:
        return 4_196_971


@pytest.mark.parametrize("kind", [SpoilsParts, LosesParts])
def test_of_a_place_that_gives_parts_one_is_read_and_held_against_what_was_put(
    tmp_path: Path, kind: type[Behind]
) -> None:
    sound = GivesParts("sound")
    with World(tmp_path, [sound, kind("liar")]) as world:
        world.write("note.txt", NOTE)
        world.seal()
        good, bad = world.send()
        assert (good.failure, good.waiting, good.unsampled) == (None, 0, False)
        assert sound.asked
        assert all(int(each.split()[1]) <= 16_384 for each in sound.asked)
        assert "expected the parcel that it took" in (bad.failure or "")
        assert bad.waiting


class KnowsPartsBadly(GivesParts):
    """Holds everything, and gives its beginning whatever part is asked for."""

    def get_part(self, name: str, start: int, count: int) -> bytes:
        return super().get_part(name, 0, count)


class RefusesParts(GivesParts):
    """Holds and gives everything, and refuses whoever asks for a part."""

    def get_part(self, name: str, start: int, count: int) -> bytes:
        raise PlaceRefused("A header that is not known here.")


@pytest.mark.parametrize("kind", [KnowsPartsBadly, RefusesParts])
def test_of_a_place_that_knows_parts_badly_all_is_read_before_it_is_called_a_liar(
    tmp_path: Path, kind: type[Behind]
) -> None:
    place = kind("sound")
    with World(tmp_path, [place]) as world:
        world.write("note.txt", NOTE)
        world.seal()
        [result] = world.send()
        assert (result.waiting, result.failure, result.unsampled) == (0, None, False)
        assert [each for each in place.asked if len(each) == 64], "it was read"


def test_the_last_byte_of_a_parcel_may_be_read_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(secrets, "randbelow", lambda below: below - 1)
    data, place = memoryview(random.Random(1).randbytes(100_000)), GivesParts("cut")
    place.inner.put("parcel", data[:-1])
    with pytest.raises(PlaceUnreachable, match="99,999 bytes that are not the same"):
        ReadBack(0).sample(place, "parcel", data)


def test_a_sample_is_read_and_not_everything(tmp_path: Path) -> None:
    place = Behind("sound")
    with World(tmp_path, [place]) as world:
        world.write("clip", bytes(1000) * 60_000)
        world.seal()
        [result] = world.send()
        assert result.waiting == 0
        assert 1 <= len(place.asked) < result.parcels
