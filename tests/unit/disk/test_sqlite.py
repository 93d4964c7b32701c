"""What SQLite refuses is told in our words, alike for a view and for the workbench's file."""

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from tamizdat.disk.sqlite import Database, Unusable, connect, explained
from tamizdat.errors import BadArchive, StorageFull, StorageRefused

WHAT = "the file (x.sqlite)"


def refused(path: Path = Path(__file__)) -> contextlib.AbstractContextManager[None]:
    return explained(path, WHAT, BadArchive("x.sqlite: damaged."))


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    with contextlib.closing(connect(tmp_path / "x.sqlite", 0, "FULL")) as connection:
        connection.execute("CREATE TABLE rows (row BLOB)")
        yield connection


def test_what_is_deleted_is_overwritten_and_nothing_temporary_reaches_the_disk(connection: sqlite3.Connection) -> None:
    asked = ("secure_delete", "temp_store", "journal_mode", "synchronous")
    assert [connection.execute(f"PRAGMA {each}").fetchone()[0] for each in asked] == [1, 2, "wal", 2]


def test_no_room_is_told_with_what_to_do(connection: sqlite3.Connection) -> None:
    connection.execute("PRAGMA max_page_count = 1")
    with (
        pytest.raises(StorageFull, match=r"No room is left to write the file \(x\.sqlite\): the disk is full"),
        refused(),
    ):
        connection.execute("INSERT INTO rows VALUES (zeroblob(100000))")


@pytest.mark.parametrize(
    ("setting", "name"),
    [("query_only = ON", "SQLITE_READONLY"), ("busy_timeout = 0", "SQLITE_BUSY"), ("", "SQLITE_INTERRUPT")],
)
def test_a_refusal_is_none_of_damage(connection: sqlite3.Connection, tmp_path: Path, setting: str, name: str) -> None:
    other = connect(tmp_path / "x.sqlite", 0, "FULL")
    if name == "SQLITE_BUSY":
        other.execute("BEGIN IMMEDIATE")
    if name == "SQLITE_INTERRUPT":
        connection.set_progress_handler(lambda: 1, 1)
    else:
        connection.execute(f"PRAGMA {setting}")
    with pytest.raises(StorageRefused, match=name), refused():
        connection.execute("INSERT INTO rows VALUES (1)")
    other.close()


@pytest.mark.parametrize("data", [b"no database at all" * 100, b"SQLite format 3\0" + b"\xff" * 4096])
def test_damage_is_told_in_the_words_of_whose_file_it_is(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "x.sqlite").write_bytes(data)
    with pytest.raises(BadArchive, match=r"^x\.sqlite: damaged\.$"), refused():
        connect(tmp_path / "x.sqlite", 0, "FULL")


def test_a_view_of_another_version_names_its_own_file(tmp_path: Path) -> None:
    for version in (1, 2):
        database = Database(tmp_path / "search.sqlite", tmp_path / "lock", version, {"rows": "row BLOB"}, {})
        with database.connected() as connection:
            assert connection.execute("PRAGMA user_version").fetchone()[0] == version, "made anew"
        database.close()
    (tmp_path / "search.sqlite").write_bytes(b"nothing of ours" * 1000)
    with pytest.raises(Unusable, match=r"search\.sqlite: expected an index"), database._explained():
        connect(database.path, 0, "NORMAL")
