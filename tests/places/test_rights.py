"""The probe tells the truth about places that allow less, and says plainly what a thief could do."""

from collections.abc import Iterator

import pytest

from tamizdat.errors import NotThere, PlaceFull, PlaceRefused, PlaceUnreachable
from tamizdat.places import probe
from tamizdat.places.memory import MemoryPlace
from tamizdat.places.rights import takes, twin


class AddOnly(MemoryPlace):
    """What we ask owners of places for: adds, gives and lists; never changes or deletes."""

    def put(self, name: str, data: bytes | memoryview) -> None:
        if name in self.list():
            raise PlaceRefused("This place keeps what it has.")
        super().put(name, data)

    def delete(self, name: str) -> None:
        raise PlaceRefused("This place keeps what it has.")


class QuietlyKeeps(MemoryPlace):
    """Says yes to everything, and keeps what it has."""

    def put(self, name: str, data: bytes | memoryview) -> None:
        if name not in self.list():
            super().put(name, data)

    def delete(self, name: str) -> None:
        pass


class DropBox(MemoryPlace):
    """Takes, and shows nothing."""

    def get(self, name: str) -> bytes:
        raise PlaceRefused("Nothing is given out here.")

    def stat(self, name: str) -> int:
        raise PlaceRefused("Nothing is given out here.")

    def list(self) -> Iterator[str]:
        raise PlaceRefused("Nothing is shown here.")

    def delete(self, name: str) -> None:
        raise PlaceRefused("Nothing is deleted here.")


class Closed(MemoryPlace):
    def put(self, name: str, data: bytes | memoryview) -> None:
        raise PlaceRefused("Closed.")


class Forgetful(MemoryPlace):
    def get(self, name: str) -> bytes:
        raise NotThere("Never heard of it.")


class Full(MemoryPlace):
    def put(self, name: str, data: bytes | memoryview) -> None:
        raise PlaceFull("No room.")


class Silent(MemoryPlace):
    def put(self, name: str, data: bytes | memoryview) -> None:
        raise PlaceUnreachable("No answer.")


@pytest.mark.parametrize("kind", [AddOnly, QuietlyKeeps])
def test_a_place_that_only_adds_is_the_best(kind: type[MemoryPlace]) -> None:
    rights = probe(kind("safe"), size=1000)
    assert (rights.put, rights.get, rights.list, rights.overwrite, rights.delete) == (True, True, True, False, False)
    assert "Warning" not in rights.report()
    assert "overwrites no, deletes no" in rights.report()
    assert rights.left_behind is not None
    assert rights.left_behind in rights.report()


def test_a_place_that_deletes_is_one_a_thief_can_empty() -> None:
    rights = probe(MemoryPlace("usual"), size=1000)
    assert rights.delete
    assert rights.overwrite
    assert "it deletes and overwrites. Whoever takes this device can empty this place" in rights.report()
    assert rights.left_behind is None


def test_a_place_that_gives_nothing_back_needs_other_credentials_at_the_desk() -> None:
    rights = probe(DropBox("letter box"), size=1000)
    assert (rights.put, rights.get, rights.list, rights.delete) == (True, False, False, False)
    assert "cannot be read back" in rights.report()


def test_a_place_that_takes_nothing_is_of_no_use() -> None:
    rights = probe(Closed("closed"), size=1000)
    assert (rights.put, rights.get, rights.overwrite, rights.delete, rights.up) == (False, None, None, None, None)
    assert "of no use for sending" in rights.report()


def test_a_place_that_loses_what_it_took_does_not_give_back() -> None:
    assert probe(Forgetful("sieve"), size=1000).get is False


@pytest.mark.parametrize(("kind", "error"), [(Full, PlaceFull), (Silent, PlaceUnreachable)])
def test_a_place_that_cannot_be_tried_says_nothing_about_rights(
    kind: type[MemoryPlace], error: type[Exception]
) -> None:
    with pytest.raises(error):
        probe(kind("away"), size=1000)


class SmallThings(MemoryPlace):
    def put(self, name: str, data: bytes | memoryview) -> None:
        if len(data) > 4000:
            raise PlaceRefused("Too large.")
        super().put(name, data)


def test_whether_a_place_takes_parcels_of_a_size_is_told_apart_from_whether_it_takes_anything() -> None:
    usual, small = MemoryPlace("usual"), SmallThings("small")
    assert takes(usual, 5000)
    assert not takes(small, 5000)
    assert [*usual.list()] == [*small.list()] == [], "nothing is left there"
    assert takes(AddOnly("safe"), 5000)
    with pytest.raises(PlaceRefused, match="Closed"):
        takes(Closed("closed"), 5000)


def test_one_store_under_two_names_is_known_by_what_it_shows() -> None:
    store, other = MemoryPlace("a"), MemoryPlace("b")
    assert twin(store, [other]) is None
    assert twin(store, [other, store]) == "a"
    assert list(store.list()) == list(other.list()) == [], "nothing is left there"
    assert twin(DropBox("c"), [DropBox("d"), other]) is None, "who shows nothing cannot be known"
