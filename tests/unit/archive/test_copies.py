"""The second store: a copy counts when it was read back."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.archive_samples import damage, new_archive, on_disk
from tamizdat.archive import Archive
from tamizdat.archive.store import copies
from tamizdat.encoding import sha256_hex
from tamizdat.errors import NotThere, PlaceError, PlaceFull
from tamizdat.places.folder import FolderPlace
from tamizdat.places.memory import MemoryPlace
from tamizdat.places.place import Place

PART = 1 << 20
LARGE = os.urandom(2 * PART + PART // 8)  # three parts


class LosingPlace(MemoryPlace):
    """Says it took everything, and holds nothing."""

    def put(self, name: str, data: bytes | memoryview) -> None:
        pass


class FlippingPlace(MemoryPlace):
    """Holds one bit of each object wrongly."""

    def put(self, name: str, data: bytes | memoryview) -> None:
        super().put(name, bytes([data[0] ^ 1]) + bytes(data[1:]))


class CuttingPlace(MemoryPlace):
    """Loses the end of each object."""

    def put(self, name: str, data: bytes | memoryview) -> None:
        super().put(name, bytes(data)[:-1])


class SmallPlace(MemoryPlace):
    """Has room for two objects."""

    def put(self, name: str, data: bytes | memoryview) -> None:
        if len([*self.list()]) == 2:
            raise PlaceFull("no room")
        super().put(name, data)


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    archive = new_archive(tmp_path)
    for text in ("one", "two", "three", ""):
        archive.objects.add([text.encode()])
    return archive


@pytest.fixture(params=["memory", "folder"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    if request.param == "memory":
        yield MemoryPlace("second")
    else:
        folder = FolderPlace("second", tmp_path / "second")
        folder.set_up()
        yield folder


def test_copies_bear_their_sha256_and_are_not_sent_twice(archive: Archive, place: Place) -> None:
    report = archive.copy_to(place, archive.objects)
    assert report.whole
    assert (report.place, report.copied, report.already, report.bytes) == ("second", 4, 0, 11)
    assert sorted(place.list()) == [*archive.objects]
    for name in place.list():
        assert sha256_hex(place.get(name)) == name
    again = archive.copy_to(place, archive.objects)
    assert (again.copied, again.already, again.bytes, again.whole) == (0, 4, 0, True)


def test_a_damaged_or_lost_copy_is_sent_again(archive: Archive, place: Place) -> None:
    archive.copy_to(place, archive.objects)
    place.put(sha256_hex(b"one"), b"ONE")
    place.delete(sha256_hex(b"two"))
    report = archive.copy_to(place, archive.objects)
    assert (report.copied, report.already, report.whole) == (2, 2, True)
    assert place.get(sha256_hex(b"one")) == b"one"


@pytest.mark.parametrize("kind", [LosingPlace, FlippingPlace, CuttingPlace])
def test_a_place_that_lies_is_found_out(archive: Archive, kind: type[MemoryPlace]) -> None:
    digests = [digest for digest in archive.objects if archive.objects.size(digest)]
    report = archive.copy_to(kind("liar"), digests)
    assert not report.whole
    assert report.copied == 0
    assert [digest for digest, _ in report.failed] == digests
    assert "did not give the same bytes back" in report.failed[0][1]


def test_a_full_place_raises_and_the_rest_follows_later(archive: Archive) -> None:
    place = SmallPlace("small")
    with pytest.raises(PlaceFull):
        archive.copy_to(place, archive.objects)
    place.delete(next(place.list()))
    with pytest.raises(PlaceFull):
        archive.copy_to(place, archive.objects)


def test_our_own_damaged_object_is_not_sent_under_its_name(archive: Archive, place: Place) -> None:
    one, two = sha256_hex(b"one"), sha256_hex(b"two")
    damage(archive, one, lambda data: b"ONE")
    damage(archive, two, lambda data: None)
    report = archive.copy_to(place, [one, two, sha256_hex(b"three")])
    assert [digest for digest, _ in report.failed] == [one, two]
    assert (report.copied, report.whole) == (1, False)
    assert [*place.list()] == [sha256_hex(b"three")]


def test_an_object_comes_back_over_a_damaged_one(archive: Archive, place: Place) -> None:
    archive.copy_to(place, archive.objects)
    digest = sha256_hex(b"one")
    damage(archive, digest, lambda data: b"ONE")
    damage(archive, sha256_hex(b"two"), lambda data: None)
    for text in (b"one", b"two", b""):
        archive.restore_from(place, sha256_hex(text))
        archive.objects.check(sha256_hex(text))


@on_disk
def test_a_large_object_travels_in_parts(archive: Archive, place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(copies, "PART", PART)
    digest = archive.objects.add([LARGE])
    report = archive.copy_to(place, [digest])
    assert (report.whole, report.bytes) == (True, len(LARGE))
    parts = sorted(place.list())
    assert parts == [f"{digest}.0000{number}" for number in range(3)]
    assert sha256_hex(b"".join(map(place.get, parts))) == digest  # cat … | sha256sum
    assert archive.copy_to(place, [digest]).already == 1
    archive.objects.path(digest).unlink()
    archive.restore_from(place, digest)
    archive.objects.check(digest)
    place.delete(parts[1])
    assert archive.copy_to(place, [digest]).copied == 1
    place.put(parts[2], b"")
    with pytest.raises(PlaceError, match="altered bytes"):
        archive.restore_from(place, digest)
    archive.objects.check(digest)


def test_what_a_place_does_not_hold_or_holds_altered_is_not_brought_back(archive: Archive, place: Place) -> None:
    digest = sha256_hex(b"never")
    with pytest.raises(NotThere):
        archive.restore_from(place, digest)
    place.put(digest, b"NEVER")
    with pytest.raises(PlaceError, match="altered bytes"):
        archive.restore_from(place, digest)
    assert not archive.objects.has(digest)
    assert [*archive.staging.iterdir()] == []
