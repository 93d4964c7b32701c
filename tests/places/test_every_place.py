"""One suite for every kind of place: what the code that uses places relies upon."""

import hashlib
import os
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest

from tamizdat.errors import BadPath, NotThere, PlaceError
from tamizdat.places import Place, Rights, probe
from tamizdat.places.place import MARKER, MAX_OBJECT
from tamizdat.places.remote import RemotePlace
from tamizdat.places.sftp import SftpPlace

PARCEL = 4 << 20
BAD_NAMES = [
    "", ".", "..", "../x", "a/b", "/etc/passwd", "a\\b", ".hidden", "-rf", "A", "aB", "é", "a\0b", "a b", "a\n",
    "a.", "a-", "con:", "a" * 129, "%2e%2e", MARKER, "།", "a/../b",
]  # fmt: skip


def named(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def test_gives_back_what_was_put(place: Place) -> None:
    data = os.urandom(100_000)
    place.put("a.b-c", data)
    assert place.get("a.b-c") == data
    assert place.stat("a.b-c") == len(data)
    assert [*place.list()] in (["a.b-c"], ["a.b-c", "a.b-c"])


def test_holds_whole_parcels_and_empty_objects(place: Place) -> None:
    parcel = os.urandom(PARCEL + 4321)
    place.put(named(parcel), memoryview(parcel))
    place.put("empty", b"")
    assert place.get(named(parcel)) == parcel
    assert place.get("empty") == b""
    assert place.stat("empty") == 0


def test_a_slice_of_a_buffer_is_put_as_it_was(place: Place) -> None:
    buffer = bytearray(b"before-wanted-after")
    place.put("slice", memoryview(buffer)[7:13])
    buffer[:] = b"x" * len(buffer)  # the caller uses its buffer again
    assert place.get("slice") == b"wanted"


def test_putting_again_changes_nothing(place: Place) -> None:
    for _ in range(2):
        place.put("same", b"bytes")
    assert place.get("same") == b"bytes"
    assert {*place.list()} == {"same"}


def test_putting_again_replaces_a_damaged_copy(place: Place) -> None:
    place.put("one", b"damaged and of another length")
    place.put("one", b"sound")
    assert place.get("one") == b"sound"
    assert place.stat("one") == 5


def test_gives_a_part_of_an_object_if_it_gives_parts_at_all(place: Place) -> None:
    if not hasattr(place, "get_part"):
        assert not isinstance(place, RemotePlace | SftpPlace)
        return
    data = os.urandom(200_000)
    place.put("whole", data)
    assert place.get_part("whole", 0, 16_384) == data[:16_384]
    assert place.get_part("whole", 123_457, 16_384) == data[123_457:139_841]
    assert place.get_part("whole", 199_000, 16_384) == data[199_000:]
    assert place.get_part("whole", 200_001, 5) == b""
    assert place.get("whole") == data
    with pytest.raises(NotThere):
        place.get_part("absent", 0, 5)


def test_what_is_absent_is_not_there(place: Place) -> None:
    with pytest.raises(NotThere):
        place.get("absent")
    with pytest.raises(NotThere):
        place.stat("absent")
    place.put("about", b"a neighbour on the same shelf")
    with pytest.raises(NotThere):
        place.get("absent")
    assert {*place.list()} == {"about"}


def test_an_empty_place_lists_nothing(place: Place) -> None:
    assert [*place.list()] == []


def test_deletes_once_and_again(place: Place) -> None:
    place.put("one", b"1")
    place.put("other", b"2")
    for _ in range(2):
        place.delete("one")
    with pytest.raises(NotThere):
        place.get("one")
    assert {*place.list()} == {"other"}


def test_lists_every_object_of_every_shelf(place: Place) -> None:
    names = {f"{letter}{number}" for letter in "0123456789abcdefz" for number in range(3)} | {"a", "a" * 128}
    for name in names:
        place.put(name, b"x")
    assert {*place.list()} == names


def test_refuses_a_name_that_leads_elsewhere_or_differs_between_systems(place: Place) -> None:
    for name in BAD_NAMES:
        for attempt in (partial(place.put, data=b"x"), place.get, place.stat, place.delete):
            with pytest.raises(BadPath) as refusal:
                attempt(name)
            assert not name.strip("./") or f"“{name}”" not in str(refusal.value)
    assert [*place.list()] == []


def test_refuses_what_is_larger_than_any_object_of_ours(place: Place) -> None:
    with pytest.raises(PlaceError):
        place.put("huge", bytes(MAX_OBJECT + 1))
    assert [*place.list()] == []


def test_many_threads_put_and_get_at_once(place: Place) -> None:
    objects = {named(data): data for data in (os.urandom(PARCEL) for _ in range(6))}
    with ThreadPoolExecutor(4) as threads:
        [*threads.map(place.put, objects, objects.values())]
        assert [*threads.map(place.get, objects)] == [*objects.values()]
    assert {*place.list()} == {*objects}


@pytest.mark.parametrize("place", ["memory", "folder", "s3"], indirect=True)  # WebDAV writes in place, and locks
def test_threads_that_put_the_same_object_do_not_disturb_each_other(place: Place) -> None:
    data = os.urandom(300_000)
    with ThreadPoolExecutor(4) as threads:
        [*threads.map(lambda _: place.put("same", data), range(12))]
    assert place.get("same") == data
    assert {*place.list()} == {"same"}


def test_the_probe_finds_every_right_and_leaves_nothing(place: Place) -> None:
    rights = probe(place, size=100_000)
    assert rights == Rights(place.name, True, True, True, True, True, rights.up, rights.down, None)
    assert "Whoever takes this device can empty this place" in rights.report()
    assert [*place.list()] == []


def test_its_promises_are_told(place: Place) -> None:
    promised = place.guarantees
    assert promised.can_delete
    assert promised.atomic_put or place.name in ("service", "faultless")
