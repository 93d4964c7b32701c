"""The index: only a view. It may be late, missing, damaged, foreign or of another version."""

import os
import sqlite3
from collections.abc import Callable
from contextlib import AbstractContextManager, closing
from pathlib import Path

import pytest

from support.archive_samples import CONSIGNMENT, ORIGIN, captured, catalogued, new_archive, received, signed
from tamizdat.archive import Archive, Consignment, Item
from tamizdat.encoding import sha256_hex
from tamizdat.errors import StorageFull, StorageRefused


def index_file(archive: Archive) -> Path:
    return archive.folder / "index.sqlite"


def numbers(archive: Archive) -> list[int]:
    return [item.number for item in archive.index.items()]


def test_an_item_is_what_was_captured(tmp_path: Path) -> None:
    archive = new_archive(tmp_path, received("complete", 1), captured("one"))
    assert archive.index.item(1) == Item(
        number=1,
        consignment=CONSIGNMENT,
        path="DCIM/one.MP4",
        size=3,
        modified="2026-11-23T08:00:00Z",
        state="whole",
        kind="original",
        original=sha256_hex(b"one"),
        release="restricted",
    )
    assert archive.index.item(0) is None
    assert archive.index.item(99) is None


def test_later_words_about_an_item_cover_earlier_ones_member_by_member(tmp_path: Path) -> None:
    archive = new_archive(tmp_path, captured("one"))
    archive.append([catalogued(0, "one", title="Gate", caption="A gate.", release="public")])
    archive.append([catalogued(0, "one", alt="A closed gate", caption="")])
    archive.append([catalogued(0, "one", release="restricted")])
    item = archive.index.item(0)
    assert item is not None
    assert (item.release, item.title, item.caption, item.alt) == ("restricted", "Gate", "", "A closed gate")


def test_an_item_nobody_catalogued_is_restricted(tmp_path: Path) -> None:
    archive = new_archive(tmp_path, captured("one"), captured("two"), captured("three", kind="text"))
    archive.append([catalogued(1, "two", release="public"), catalogued(2, "three", title="no word about release")])
    assert [item.number for item in archive.index.items(release="public")] == [1]
    assert [item.number for item in archive.index.items(release="restricted")] == [0, 2]
    assert [item.number for item in archive.index.items(kind="text")] == [2]
    assert numbers(archive) == [0, 1, 2]


def test_a_word_about_another_file_does_not_release_this_one(tmp_path: Path) -> None:
    archive = new_archive(tmp_path, captured("one"), captured("two"))
    archive.append([catalogued(0, "two", release="public"), catalogued(7, "one", release="public")])
    assert archive.index.items(release="public") == []


@pytest.mark.parametrize("release", ["Public", " public", "", True, 1, None, ["public"]])
def test_a_release_in_another_spelling_releases_nothing(tmp_path: Path, release: str) -> None:
    archive = new_archive(tmp_path, captured("one"))
    archive.append([catalogued(0, "one", release=release)])
    assert archive.index.items(release="public") == []


def test_a_consignment_is_its_latest_word(tmp_path: Path) -> None:
    archive = new_archive(tmp_path, received("incomplete", 1), received("complete", 3, device="de" * 32))
    archive.append([received("incomplete", 9, consignment="aa" * 32)])
    assert archive.index.consignments() == [
        Consignment(1, CONSIGNMENT, "de" * 32, "complete", 3, 21, sha256_hex(b"manifest")),
        Consignment(2, "aa" * 32, None, "incomplete", 9, 63, sha256_hex(b"manifest")),
    ]


def test_statements_are_found_by_act_and_by_their_subject(tmp_path: Path) -> None:
    archive = new_archive(tmp_path, captured("one"), captured("two"), catalogued(0, "one"))
    assert archive.index.by_act("captured") == [0, 1]
    assert archive.index.about(sha256_hex(b"one")) == [0, 2]


@pytest.mark.parametrize(
    "envelope",
    [
        signed("captured", {}, "ab" * 32),
        signed("captured", {"consignment": 1, "path": [], "size": "3", "state": None, "kind": {}}, "ab" * 32),
        signed("catalogued", {"item": "0"}, "ab" * 32),
        signed("received", {"consignment": None}, "ab" * 32),
        signed("an-act-of-later-years", {"item": 0, "release": "public"}, "ab" * 32),
        b"{}",
        b'{"payload":"e30=","payloadType":"application/vnd.in-toto+json","signatures":[]}',
    ],
)
def test_a_statement_the_index_cannot_use_does_not_stop_it(tmp_path: Path, envelope: bytes) -> None:
    archive = new_archive(tmp_path, captured("one"), envelope, captured("two"))
    assert numbers(archive) == [0, 2]


def test_an_index_that_is_behind_catches_up(tmp_path: Path) -> None:
    archive = new_archive(tmp_path, captured("one"))
    assert numbers(archive) == [0]
    with Archive.open(archive.folder) as other:
        other.append([captured("two")])
    assert numbers(archive) == [0, 1]
    assert numbers(Archive.open(archive.folder)) == [0, 1]


def test_a_missing_index_is_made(tmp_path: Path) -> None:
    archive = new_archive(tmp_path, captured("one"))
    assert numbers(archive) == [0]
    archive.close()
    index_file(archive).unlink()
    assert numbers(Archive.open(archive.folder)) == [0]


def broken(data: bytes) -> list[bytes]:
    page = 4096
    return [
        b"",
        b"not a database at all" * 500,
        os.urandom(30_000),
        bytes(len(data)),
        data[:100] + bytes(len(data) - 100),
        data[:page],
        data[: 3 * page],
        data[:page] + os.urandom(len(data) - page),
        b"SQLite format 3\0" + os.urandom(5000),
    ]


@pytest.mark.parametrize("which", range(9))
def test_a_damaged_index_is_made_anew(tmp_path: Path, which: int) -> None:
    archive = new_archive(tmp_path)
    archive.append([captured(f"clip {number}") for number in range(60)])
    assert len(numbers(archive)) == 60
    archive.close()
    index_file(archive).write_bytes(broken(index_file(archive).read_bytes())[which])
    again = Archive.open(archive.folder)
    assert len(numbers(again)) == 60
    assert again.index.about(sha256_hex(b"clip 7")) == [7]
    again.append([captured("more")])
    assert len(numbers(again)) == 61


def test_an_index_damaged_under_our_hands_is_made_anew(tmp_path: Path) -> None:
    archive = new_archive(tmp_path)
    archive.append([captured(f"clip {number}") for number in range(60)])
    assert len(numbers(archive)) == 60
    archive.forget(59)  # leaves nothing in the WAL
    with index_file(archive).open("r+b") as file:
        file.seek(4096)
        file.write(os.urandom(8 * 4096))
    archive.append([captured("more")])
    again = Archive.open(archive.folder)
    assert len(numbers(again)) == 60
    assert len(numbers(archive)) == 60


def test_the_index_of_another_archive_is_made_anew(tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    archive = new_archive(tmp_path, captured("one"))
    for others in ([captured("two")], [captured("two"), captured("three")]):
        other = new_archive(tmp_path / "other", *others)
        assert len(numbers(other)) == len(others)
        other.close()
        archive.close()
        index_file(archive).write_bytes(index_file(other).read_bytes())
        archive = Archive.open(archive.folder)
        assert [item.path for item in archive.index.items()] == ["DCIM/one.MP4"]
        other.folder.rename(tmp_path / f"other-{len(others)}")


def test_an_index_of_another_version_is_made_anew(tmp_path: Path) -> None:
    archive = new_archive(tmp_path, captured("one"))
    assert numbers(archive) == [0]
    archive.close()
    with closing(sqlite3.connect(index_file(archive))) as connection:
        connection.execute("PRAGMA user_version = 99")
        connection.execute("DROP TABLE captured")
        connection.commit()
    assert numbers(Archive.open(archive.folder)) == [0]


def test_an_archive_held_open_sees_an_index_that_was_made_anew_by_another(tmp_path: Path) -> None:
    archive = new_archive(tmp_path, captured("one"))
    assert numbers(archive) == [0]
    with Archive.open(archive.folder) as other:
        other.check(rebuild=True)
        other.append([captured("two")])
        assert numbers(other) == [0, 1]
    assert numbers(archive) == [0, 1]
    assert numbers(Archive.open(archive.folder)) == [0, 1]


def test_a_full_disk_stops_the_index_and_not_the_ledger(small_disk: Path) -> None:
    archive = Archive.create(small_disk / "archive", ORIGIN)
    (small_disk / "filling").write_bytes(bytes(600_000))
    many = [captured(f"clip {number}") for number in range(400)]
    archive.append(many)
    with pytest.raises((StorageFull, StorageRefused)):
        numbers(archive)
    with pytest.raises((StorageFull, StorageRefused)):
        numbers(Archive.open(archive.folder))
    assert archive.append([captured("more")]) == [400]
    (small_disk / "filling").unlink()
    assert numbers(archive) == [*range(401)]
    assert numbers(Archive.open(archive.folder)) == [*range(401)]


def test_an_index_we_may_not_touch_is_refused(
    tmp_path: Path, refused: Callable[[Path], AbstractContextManager[None]]
) -> None:
    archive = new_archive(tmp_path, captured("one"))
    with refused(archive.folder), pytest.raises(StorageRefused):
        numbers(archive)
    assert numbers(archive) == [0]
