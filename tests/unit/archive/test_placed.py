"""Objects on a place: kept when it gave them back, found when it lies, read in parts, and never gone with the cache."""

import os
import shutil
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest

from support.archive_samples import ORIGIN, captured, damage, keeping
from tamizdat.archive import Archive
from tamizdat.archive.store import segments
from tamizdat.archive.store.object_place import Keeping
from tamizdat.archive.store.placed import PlacedObjects
from tamizdat.archive.store.placed_list import NAME, PlacedList
from tamizdat.encoding import sha256_hex
from tamizdat.errors import (
    BadArchive,
    InUse,
    KeyMissing,
    PlaceBusy,
    PlaceError,
    PlaceRefused,
    PlaceUnreachable,
    StorageFull,
)
from tamizdat.places.memory import MemoryPlace

SMALL = b"a note" * 100
LARGE = os.urandom(1 << 16) * 140  # 9 MB, three segments
DIGEST = sha256_hex(SMALL)


class Watched(MemoryPlace):
    """Counts what it is asked, and does at each put what *at_put* says."""

    def __init__(self, name: str = "bucket") -> None:
        super().__init__(name)
        self.asked: Counter[str] = Counter()
        self.before: Callable[[str], None] = lambda what: None

    def put(self, name: str, data: bytes | memoryview) -> None:
        self.asked["put"] += 1
        self.before("put")
        super().put(name, data)

    def get(self, name: str) -> bytes:
        self.asked["get"] += 1
        self.before("get")
        return super().get(name)


class Pulled(BaseException):
    """The process is gone, as far as the code under test can tell."""


@pytest.fixture
def place() -> Watched:
    return Watched()


def opened(folder: Path, place: MemoryPlace, cache: int = 64 << 20) -> Archive:
    """An archive whose objects lie on *place*: a new one, or the one that is there."""
    where, kept = folder / "archive", keeping(lambda: place, cache)
    if not where.exists():
        Archive.create(where, ORIGIN).close()
        PlacedList.create(where, kept.mark)
    return Archive.open(where, kept)


def placed(archive: Archive) -> PlacedObjects:
    assert isinstance(archive.objects, PlacedObjects)
    return archive.objects


def cached(archive: Archive) -> set[str]:
    return {digest for digest in archive.objects if placed(archive).is_here(digest)}


# -- what a place learns --------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [0, 1, 15_871, 15_872, 15_873, 100_000, segments.PAYLOAD, segments.PAYLOAD + 1])
def test_a_segment_has_one_of_nine_sizes_and_opens_as_nothing_else(size: int) -> None:
    key, secret = keeping(lambda: MemoryPlace("x")).key, b"s" * 32
    digest, last = "ab" * 32, segments.count(size) - 1
    payload = memoryview(os.urandom(segments.length(size, last)))
    sealed = segments.seal(secret, key.recipient, digest, size, last, payload)
    assert len(sealed) == segments.sealed(size)
    assert len(sealed) in segments.sealed_sizes()
    assert segments.unseal(secret, [key], digest, last, sealed) == (size, payload)
    for other in ({"digest": "ac" * 32}, {"number": last + 1}, {"size": size + 1}, {"secret": b"t" * 32}):
        asked = {"secret": secret, "identities": [key], "digest": digest, "number": last, "data": sealed} | other
        with pytest.raises(BadArchive, match="expected"):
            segments.unseal(**asked)  # type: ignore[arg-type]  # of each the one that is meant


def test_what_anybody_sealed_to_the_key_is_no_segment_of_ours(tmp_path: Path, place: Watched) -> None:
    archive = opened(tmp_path, place, 0)
    archive.objects.add([SMALL])
    kept = placed(archive).place
    forged = segments.seal(b"guessed" * 5, kept.keeping.key.recipient, DIGEST, 600, 0, memoryview(b"x" * 600))
    place.put(kept.name(DIGEST, 0), forged)
    with pytest.raises(BadArchive, match="altered"):
        archive.objects.open(DIGEST)


def test_the_same_object_has_another_name_on_another_desks_place() -> None:
    assert segments.name(b"a" * 32, DIGEST, 0) != segments.name(b"b" * 32, DIGEST, 0)
    assert len({segments.name(b"a" * 32, DIGEST, number) for number in range(99)}) == 99


# -- reading --------------------------------------------------------------------------------------------------


def test_a_large_object_is_read_in_parts_without_a_file_of_it(tmp_path: Path, place: Watched) -> None:
    archive = opened(tmp_path, place, 1 << 20)
    digest = archive.objects.add([LARGE])
    assert cached(archive) == set()
    place.asked.clear()
    with archive.objects.open(digest) as file:
        file.seek(segments.PAYLOAD + 5)
        assert file.read(100) == LARGE[segments.PAYLOAD + 5 :][:100]
        assert place.asked == {"get": 1}
        for begin in (0, segments.PAYLOAD - 7, 2 * segments.PAYLOAD - 1, len(LARGE) - 3):
            file.seek(begin)
            assert file.read(20) == LARGE[begin : begin + 20]
        file.seek(-4, os.SEEK_END)
        assert file.read() == LARGE[-4:]
        assert file.read(1) == b""
    with archive.objects.open(digest) as file:
        assert file.read() == LARGE
    assert [*archive.staging.iterdir()] == []


def test_the_beginning_of_a_large_object_is_asked_for_once(tmp_path: Path, place: Watched) -> None:
    archive = opened(tmp_path, place, 1 << 20)
    begins = LARGE[: segments.PAYLOAD]
    digests = [archive.objects.add([begins, bytes([number])]) for number in range(6)]
    for digest in digests * 2:
        with archive.objects.open(digest) as file:
            assert file.read(64) == LARGE[:64]
    assert place.asked["get"] - place.asked["put"] == 6, "one for each, besides what was read back"


def test_a_decoder_gets_a_whole_file_also_of_one_that_is_larger_than_the_cache(tmp_path: Path, place: Watched) -> None:
    archive = opened(tmp_path, place, 1 << 20)
    digest = archive.objects.add([LARGE])
    place.asked.clear()
    with archive.objects.whole(digest) as path, archive.objects.whole(digest) as again:
        assert path.read_bytes() == again.read_bytes() == LARGE
    assert place.asked == {"get": 3}, "fetched once"
    assert not path.exists()
    assert cached(archive) == set()


def test_a_file_that_is_used_stays_whatever_is_evicted(tmp_path: Path, place: Watched) -> None:
    archive = opened(tmp_path, place)
    archive.objects.add([SMALL])
    with archive.objects.open(DIGEST) as file, archive.objects.whole(DIGEST) as path:
        placed(archive).cache.make_room(1 << 60)
        assert cached(archive) == set()
        assert file.read() == path.read_bytes() == SMALL
    with archive.objects.open(DIGEST) as file:
        assert file.read() == SMALL
    assert cached(archive) == {DIGEST}


def test_what_comes_back_is_held_against_its_digest_before_it_is_cached(tmp_path: Path, place: Watched) -> None:
    archive = opened(tmp_path, place)
    archive.objects.add([SMALL])
    damage(archive, DIGEST, lambda data: data[:-1] + b"?")
    with pytest.raises(BadArchive, match="expected bytes with this SHA-256"):
        archive.objects.open(DIGEST)
    assert cached(archive) == set()
    assert [*archive.staging.iterdir()] == []


# -- the cache ------------------------------------------------------------------------------------------------


def test_large_objects_leave_the_cache_first_then_those_used_longest_ago(tmp_path: Path, place: Watched) -> None:
    archive = opened(tmp_path, place, 16 << 20)
    large = archive.objects.add([LARGE])
    first, second = (archive.objects.add([os.urandom(3 << 20)]) for _ in range(2))
    archive.objects.open(large).close()
    archive.objects.open(first).close()
    third = archive.objects.add([os.urandom(3 << 20)])
    placed(archive).cache.make_room(0)
    assert cached(archive) == {first, second, third}
    placed(archive).cache.make_room(8 << 20)
    assert cached(archive) == {first, third}
    assert sorted(archive.objects) == sorted([large, first, second, third]), "all are there still"


def test_what_lies_on_this_disk_alone_never_leaves(tmp_path: Path, place: Watched) -> None:
    where = tmp_path / "archive"
    with Archive.create(where, ORIGIN) as before:
        alone = before.objects.add([SMALL])
    kept = keeping(lambda: place, 0)
    PlacedList.create(where, kept.mark)
    archive = Archive.open(where, kept)
    there = archive.objects.add([b"new"])
    placed(archive).cache.make_room(1 << 60)
    assert cached(archive) == {alone}
    assert placed(archive).unplaced() == [alone]
    assert sorted(archive.objects) == sorted([alone, there])
    assert archive.check().sound


def test_a_disk_that_is_full_of_cached_objects_has_room_for_new_ones(small_disk: Path, place: Watched) -> None:
    archive = opened(small_disk, place)
    digests = [archive.objects.add([os.urandom(200_000)]) for _ in range(12)]  # 2.4 MB on a disk of one
    for digest in digests:
        archive.objects.check(digest)
        with archive.objects.open(digest) as file:
            assert sha256_hex(file.read()) == digest


def test_an_object_that_is_larger_than_the_disk_is_read_in_parts_and_is_no_file(
    small_disk: Path, tmp_path: Path, place: Watched
) -> None:
    with opened(tmp_path, place, 0) as archive:
        digest = archive.objects.add([LARGE])
    (tmp_path / "archive").rename(tmp_path / "moved")
    shutil.copytree(tmp_path / "moved", small_disk / "archive")
    archive = opened(small_disk, place, 0)
    with archive.objects.open(digest) as file:
        assert sha256_hex(file.read()) == digest
    with pytest.raises(StorageFull, match=r"for an object of 9\.2 MB .* found"), archive.objects.whole(digest):
        pass
    assert [*archive.staging.iterdir()] == []


def test_a_damaged_cached_copy_is_told_and_goes(tmp_path: Path, place: Watched) -> None:
    archive = opened(tmp_path, place)
    archive.objects.add([SMALL])
    path = archive.objects.path(DIGEST)
    path.chmod(0o600)
    path.write_bytes(b"?")
    [fault] = archive.check().faults
    assert (fault.kind, fault.where) == ("object", DIGEST)
    assert "the object is on its place" in fault.what
    assert archive.check().sound
    with archive.objects.open(DIGEST) as file:
        assert file.read() == SMALL


# -- places that lie, and lines that break ----------------------------------------------------------------------


class Losing(Watched):
    """Says it took everything, and holds nothing."""

    def put(self, name: str, data: bytes | memoryview) -> None:
        pass


class Cutting(Watched):
    """Loses the end of each object."""

    def put(self, name: str, data: bytes | memoryview) -> None:
        super().put(name, bytes(data)[:-1])


class Stubborn(Watched):
    """Keeps the bytes it had, and says that it took the new ones."""

    def put(self, name: str, data: bytes | memoryview) -> None:
        if name not in set(self.list()):
            super().put(name, data)


@pytest.mark.parametrize("kind", [Losing, Cutting])
def test_what_a_place_does_not_give_back_does_not_count_as_kept(tmp_path: Path, kind: type[Watched]) -> None:
    archive = opened(tmp_path, kind())
    staged = archive.objects.staged()
    staged.write_bytes(SMALL)
    with pytest.raises(PlaceError, match=r"expected the 18,043 bytes .* had taken, found"):
        archive.objects.adopt(staged, DIGEST)
    assert staged.read_bytes() == SMALL, "it is still here"
    assert not archive.objects.has(DIGEST)
    assert [*archive.objects] == []


def test_old_bytes_under_a_name_are_found_when_an_object_is_stored_again(tmp_path: Path) -> None:
    place = Stubborn()
    archive = opened(tmp_path, place, 0)
    archive.objects.add([SMALL])
    archive.objects.add([SMALL])  # the old bytes are sound: nothing has to be put
    damage(archive, DIGEST, lambda data: None)
    place.put(placed(archive).place.name(DIGEST, 0), b"old")
    with pytest.raises(PlaceError, match="found 3 bytes that differ"):
        archive.objects.add([SMALL])


@pytest.mark.parametrize("segment", [0, 1, 2])
def test_segments_of_one_object_that_are_exchanged_are_found(tmp_path: Path, place: Watched, segment: int) -> None:
    archive = opened(tmp_path, place, 0)
    one, other = archive.objects.add([LARGE]), archive.objects.add([LARGE[1:]])
    names = placed(archive).place.names
    place.put(names(one, len(LARGE))[segment], place.get(names(one, len(LARGE))[segment - 1]))
    with pytest.raises(BadArchive, match=f"segment {segment} at “bucket”, expected segment"):
        archive.objects.check(one)
    place.put(names(one, len(LARGE))[segment], place.get(names(other, len(LARGE) - 1)[segment]))
    with pytest.raises(BadArchive, match="expected a segment of an object of 9175040 bytes"):
        archive.objects.check(one)


def test_what_is_dropped_after_it_was_acknowledged_is_found_by_name_and_mended(tmp_path: Path, place: Watched) -> None:
    archive = opened(tmp_path, place)
    digest = archive.objects.add([LARGE])
    assert placed(archive).lost() == []
    house = MemoryPlace("house")
    assert archive.copy_to(house, [digest]).whole
    place.delete(placed(archive).place.name(digest, 1))
    assert placed(archive).lost() == [digest]
    assert [lost for lost, _ in archive.copy_to(house, [digest]).failed] == [digest], "what is there is the only one"
    with pytest.raises(BadArchive, match=r"segment 1 at “bucket”, found nothing under its name\. Restore"):
        archive.objects.check(digest)
    assert placed(archive).mend(digest), "from the cache"
    archive.objects.check(digest)
    assert placed(archive).lost() == []


def test_a_place_that_is_away_says_so_and_what_is_cached_can_be_read(tmp_path: Path, place: Watched) -> None:
    archive = opened(tmp_path, place)
    archive.objects.add([SMALL])
    other = archive.objects.add([b"not cached"])
    archive.objects.path(other).unlink()

    def away(what: str) -> None:
        raise PlaceUnreachable("Place “bucket” could not be reached. Run the same command again later.")

    place.before = away
    with archive.objects.open(DIGEST) as file:
        assert file.read() == SMALL
    for ask in (lambda: archive.objects.open(other), lambda: archive.objects.add([b"new"])):
        with pytest.raises(PlaceUnreachable, match="could not be reached"):
            ask()
    assert archive.objects.has(other)
    assert not archive.objects.has(sha256_hex(b"new"))
    place.before = lambda what: None
    with archive.objects.open(other) as file:
        assert file.read() == b"not cached"


def test_a_line_that_breaks_now_and_then_is_tried_again(tmp_path: Path, place: Watched) -> None:
    where = tmp_path / "archive"
    Archive.create(where, ORIGIN).close()
    kept = keeping(lambda: place)
    patient = Keeping(kept.open, kept.key, kept.secret, kept.cache, patience=(0.0, 0.0))
    PlacedList.create(where, kept.mark)
    failures = iter(range(4))

    def breaking(what: str) -> None:
        if next(failures, None) in (1, 3):
            raise PlaceBusy("Not now.", 0.01)

    place.before = breaking
    with Archive.open(where, patient) as archive:
        archive.objects.add([SMALL])
        archive.objects.check(DIGEST)


def test_a_place_that_keeps_what_it_has_is_no_hindrance_after_a_kill(tmp_path: Path, place: Watched) -> None:
    archive = opened(tmp_path, place, 0)
    archive.objects.add([SMALL])

    def refusing(what: str) -> None:
        if what == "put":
            raise PlaceRefused("It keeps what it has.")

    place.before = refusing
    (archive.folder / NAME).write_text(
        f"tamizdat/placed/v1 {placed(archive).place.keeping.mark}\n"
    )  # nothing was noted
    archive.close()
    again = opened(tmp_path, place, 0)
    assert again.objects.add([SMALL]) == DIGEST
    again.objects.check(DIGEST)


# -- kills ----------------------------------------------------------------------------------------------------


def test_killed_at_any_question_to_the_place_all_is_there_or_nothing(tmp_path: Path, place: Watched) -> None:
    contents = [LARGE[: (4 << 20) + 9], SMALL, b"", b"another"]
    before = {sha256_hex(b"long before")}
    with opened(tmp_path, place) as archive:
        archive.objects.add([b"long before"])
    for number in range(1, 100):
        left = iter(range(number))

        def dying(what: str, left: Iterator[int] = left) -> None:
            if next(left, None) is None:
                raise Pulled

        place.before = dying
        archive = opened(tmp_path, place)
        try:
            for at in range(0, len(contents), 2):
                staged = [archive.objects.staged() for _ in contents[at : at + 2]]
                for path, data in zip(staged, contents[at:], strict=False):
                    path.write_bytes(data)
                archive.objects.adopt_many(
                    [(path, sha256_hex(data)) for path, data in zip(staged, contents[at:], strict=False)]
                )
                before |= {sha256_hex(data) for data in contents[at : at + 2]}
            break
        except Pulled:
            pass
        finally:
            place.before = lambda what: None
            archive.close()
        with opened(tmp_path, place) as after:
            assert set(after.objects) >= before, "what was acknowledged"
            for digest in after.objects:
                after.objects.check(digest)
    else:
        pytest.fail("it never ended")
    assert number > 5, "it was killed at each of these"
    with opened(tmp_path, place) as archive:
        assert set(archive.objects) == before
        assert placed(archive).lost() == []


def test_a_line_cut_off_in_the_list_was_never_noted(tmp_path: Path, place: Watched) -> None:
    with opened(tmp_path, place) as archive:
        archive.objects.add([SMALL])
    with (tmp_path / "archive" / NAME).open("ab") as file:
        file.write(b"ab" * 20)
    with opened(tmp_path, place) as archive:
        assert [*archive.objects] == [DIGEST]
        more = archive.objects.add([b"more"])
    with opened(tmp_path, place) as archive:
        assert sorted(archive.objects) == sorted([DIGEST, more])


@pytest.mark.parametrize("line", ["", "x", "ab" * 32, f"{'AB' * 32} 5", f"{'ab' * 32} -1", f"{'ab' * 32} 05", "../x 5"])
def test_a_damaged_line_in_the_list_is_refused(tmp_path: Path, place: Watched, line: str) -> None:
    opened(tmp_path, place).close()
    with (tmp_path / "archive" / NAME).open("a") as file:
        file.write(f"{line}\n")
    with pytest.raises(BadArchive, match=r"placed\.log: expected a SHA-256 and a size in each line"):
        opened(tmp_path, place)


def test_a_list_that_is_lost_or_of_other_keys_is_told(tmp_path: Path, place: Watched) -> None:
    opened(tmp_path, place).close()
    path = tmp_path / "archive" / NAME
    for text, found in (("tamizdat/placed/v1 0123456789abcdef\n", "0123456789abcdef"), (None, "found none")):
        path.write_text(text) if text else path.unlink()
        with pytest.raises(BadArchive, match=f"{found}.*objects find"):
            opened(tmp_path, place)


# -- several at once ------------------------------------------------------------------------------------------


def test_what_one_process_stores_the_other_reads(tmp_path: Path, place: Watched) -> None:
    one, other = opened(tmp_path, place, 1 << 20), opened(tmp_path, place, 1 << 20)

    def store(archive: Archive, number: int) -> None:
        for each in range(5):
            archive.objects.add([b"%d %d" % (number, each)])

    threads = [threading.Thread(target=store, args=(each, number)) for number, each in enumerate((one, other, one))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(one.objects) == sorted(other.objects)
    assert len([*one.objects]) == 15
    for digest in one.objects:
        with other.objects.open(digest) as file:
            assert sha256_hex(file.read()) == digest
    assert len((one.folder / NAME).read_bytes().splitlines()) == 16


def test_without_keys_what_is_cached_is_read_and_nothing_else(tmp_path: Path, place: Watched) -> None:
    with opened(tmp_path, place) as archive:
        archive.objects.add([SMALL])
        other = archive.objects.add([b"other"])
        archive.objects.path(other).unlink()
    with Archive.open(tmp_path / "archive") as archive:
        assert archive.objects.has(other)
        assert archive.objects.size(other) == 5
        with archive.objects.open(DIGEST) as file:
            assert file.read() == SMALL
        for ask in (lambda: archive.objects.open(other), lambda: archive.objects.add([b"new"])):
            with pytest.raises(KeyMissing, match="tamizdat check"):
                ask()


def test_whoever_reads_while_the_keys_are_asked_for_waits_for_the_answer(tmp_path: Path, place: Watched) -> None:
    with opened(tmp_path, place) as archive:
        archive.objects.add([SMALL])
        archive.objects.path(DIGEST).unlink()
    read: list[bytes] = []

    def asked() -> Keeping:
        second.start()
        second.join(0.1)  # it would be done by then, with an error, if it did not wait
        return keeping(lambda: place, 64 << 20)

    def look() -> None:
        with archive.objects.open(DIGEST) as file:
            read.append(file.read())

    with Archive.open(tmp_path / "archive", asked) as archive:
        second = threading.Thread(target=look)
        look()
        second.join()
    assert read == [SMALL, SMALL]


# -- there and back -------------------------------------------------------------------------------------------


def test_objects_go_there_and_come_back_killed_at_any_moment(tmp_path: Path, place: Watched) -> None:
    where = tmp_path / "archive"
    contents = [LARGE[: (4 << 20) + 1], *(b"note %d" % number for number in range(5))]
    with Archive.create(where, ORIGIN) as archive:
        digests = sorted(archive.objects.add([data]) for data in contents)
        archive.append([captured(f"note {number}") for number in range(5)])
    there = keeping(lambda: place, 0)
    back = Keeping(there.open, there.key, there.secret, 0, returning=True, patience=())
    PlacedList.create(where, there.mark)
    for kept in (there, back):
        for number in range(1, 50):
            left = [number]

            def dying(what: str, left: list[int] = left) -> None:
                left[0] -= 1
                if not left[0]:
                    raise Pulled

            place.before = dying
            archive = Archive.open(where, kept)
            try:
                if kept is there:
                    for each in placed(archive).unplaced():
                        placed(archive).place_here([each])
                else:
                    placed(archive).bring_back()
                break
            except Pulled:
                pass
            finally:
                place.before = lambda what: None
                archive.close()
            with Archive.open(where, kept) as again:
                assert sorted(again.objects) == digests
                for digest in digests:
                    again.objects.check(digest)
        assert number > 3
    with Archive.open(where) as archive:
        assert not archive.objects.on_place
        assert sorted(archive.objects) == digests
        assert archive.check().sound
    assert not (where / NAME).exists()


def test_a_process_that_was_started_before_objects_came_back_puts_nothing_more_there(
    tmp_path: Path, place: Watched
) -> None:
    workbench = opened(tmp_path, place)
    workbench.objects.add([SMALL])
    kept = keeping(lambda: place)
    back = Keeping(kept.open, kept.key, kept.secret, 0, returning=True, patience=())
    with Archive.open(tmp_path / "archive", back) as archive:
        placed(archive).bring_back()
    with pytest.raises(InUse, match="Start it again"):
        workbench.objects.add([b"new"])
    placed_now = Archive.open(tmp_path / "archive").objects
    assert [*placed_now] == [DIGEST], "and it evicted nothing"


def test_nothing_is_deleted_from_the_disk_once_the_list_was_emptied(tmp_path: Path, place: Watched) -> None:
    large = os.urandom(2000)
    workbench = opened(tmp_path, place, 1000)  # a cache that takes no such object
    kept = keeping(lambda: place)
    back = Keeping(kept.open, kept.key, kept.secret, 0, returning=True, patience=())
    staged = workbench.objects.staged()
    staged.write_bytes(large)
    noted = placed(workbench).listed.add

    def add_and_wait(objects: Iterable[tuple[str, int]]) -> None:
        noted(objects)  # and here all comes back, by another process
        with Archive.open(tmp_path / "archive", back) as archive:
            placed(archive).bring_back()

    placed(workbench).listed.add = add_and_wait  # type: ignore[method-assign]  # the moment between two steps of ours
    with pytest.raises(InUse):
        workbench.objects.adopt(staged, sha256_hex(large))
    with Archive.open(tmp_path / "archive") as archive:
        archive.objects.check(sha256_hex(large))
