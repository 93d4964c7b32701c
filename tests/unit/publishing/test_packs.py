"""What is read of many rows at once is what the rows say, whatever changed since it was packed."""

import contextlib
import random
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tamizdat.disk.sqlite import Database
from tamizdat.publishing.build import packs
from tamizdat.publishing.build.cache import LOOKUPS, TABLES, BuildCache
from tamizdat.publishing.build.unit_files import MadeUnits, WrittenFile


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    with contextlib.closing(
        Database(tmp_path / "some.sqlite", tmp_path / "lock", 1, TABLES, LOOKUPS, packs.TRIGGERS)
    ) as made:
        yield made


def ask(database: Database, question: str, *values: int | str) -> list[Any]:
    with database.connected() as connection:
        return connection.execute(question, values).fetchall()


def change(connection: sqlite3.Connection, choice: random.Random, number: int) -> None:
    path = f"items/{number}/index.html"
    match choice.randrange(4):
        case 0:
            connection.execute("DELETE FROM files WHERE path = ?", (path,))
            connection.execute("DELETE FROM told WHERE number = ?", (number,))
        case 1:
            connection.execute("UPDATE files SET touched = touched + 1 WHERE path = ?", (path,))
            said = connection.execute("SELECT told || '…' FROM told WHERE number = ?", (number,)).fetchall()
            for (told,) in said:
                packs.put_marked(connection, "told", number, told)
        case _:
            row = (path, f"item {number}", choice.randrange(9), 2**63 - 1 - number, "", -choice.randrange(9))
            connection.execute("INSERT OR REPLACE INTO files VALUES (?, ?, ?, ?, ?, ?)", row)
            packs.put_marked(connection, "told", number, f"说{choice.random()}\0")


def test_packed_or_not_a_table_says_the_same_after_any_change(database: Database) -> None:
    choice, packed = random.Random(4), 0
    for _ in range(30):
        with database.writing() as connection:
            for _ in range(choice.choice((1, 200))):
                change(connection, choice, choice.randrange(2_000))
        if choice.randrange(2):
            with database.writing() as connection:
                packs.make(connection)
        packed = max(packed, ask(database, "SELECT count(*) FROM packs WHERE length(numbers) > 0")[0][0])
        files = ask(database, "SELECT path, size, changed, touched FROM files ORDER BY rowid")
        assert [row for rows in packs.rows(lambda *asked: ask(database, *asked), "files") for row in rows] == files
        told = ask(database, "SELECT number, told FROM told ORDER BY number")
        some = [*packs.joined(lambda *asked: ask(database, *asked), "told")]
        assert [number for numbers, _ in some for number in numbers] == [number for number, _ in told]
        assert b"\0".join(text for numbers, text in some if numbers) == "\0".join(text for _, text in told).encode()
    assert packed > 8


def test_where_there_is_a_pack_no_row_is_read(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    with database.writing() as connection:
        for number in range(600):
            change(connection, random.Random(number), number)
        packs.make(connection)
    files = ask(database, "SELECT path, size, changed, touched FROM files ORDER BY rowid")
    told = ask(database, "SELECT number, told FROM told ORDER BY number")
    monkeypatch.setattr(packs, "_rows_of", lambda *_: pytest.fail("rows were read one by one"))
    assert [row for rows in packs.rows(lambda *asked: ask(database, *asked), "files") for row in rows] == files
    some = [*packs.joined(lambda *asked: ask(database, *asked), "told")]
    assert [number for numbers, _ in some for number in numbers] == [number for number, _ in told]


def test_a_pack_in_which_a_disk_turned_a_bit_is_not_taken_apart(database: Database) -> None:
    with database.writing() as connection:
        change(connection, random.Random(1), 4)
        connection.execute(
            "INSERT OR REPLACE INTO files VALUES ('days/2008-05-12/index.html', 'group days/', 1, 2, '', 3)"
        )
        packs.make(connection)
    files = ask(database, "SELECT path, size, changed, touched FROM files ORDER BY rowid")
    told = ask(database, "SELECT number, told FROM told")
    for turned in (
        "texts = CAST(replace(texts, 'days', 'dais') AS BLOB)", "texts = CAST(replace(texts, '说', '話') AS BLOB)",
        "texts = CAST(texts AS TEXT)", "numbers = CAST(zeroblob(length(numbers)) AS BLOB)", "mark = mark + 1",
        "numbers = CAST(numbers || 'x' AS BLOB)", "numbers = 'x'", "numbers = NULL",
        "texts = NULL, numbers = zeroblob(8)",
    ):  # fmt: skip
        with database.writing() as connection:
            connection.execute("DELETE FROM packs")
            packs.make(connection)
            connection.execute(f"UPDATE packs SET {turned}")
        some = [*packs.joined(lambda *asked: ask(database, *asked), "told")]
        assert [(*each[0], each[1].decode()) for each in some] == told
        assert [row for rows in packs.rows(lambda *asked: ask(database, *asked), "files") for row in rows] == files


def test_what_is_made_again_is_looked_at_where_it_was_and_what_it_no_more_has_is_not(tmp_path: Path) -> None:
    def units(said: dict[str, list[str]]) -> MadeUnits:
        made = MadeUnits(tmp_path)
        for name, paths in said.items():
            made.add(name, "as it is made now", (WrittenFile(path, 1, 2, "00" * 32, 3) for path in paths))
        return made

    first = {f"item {number}": [f"items/{number}/index.html", f"zh/items/{number}/index.html"] for number in range(9)}
    with contextlib.closing(BuildCache(tmp_path, tmp_path / "lock")) as cache:
        cache.save((), units(first))
        cache.save_folders([(f"items/{number}", 1) for number in range(9)], whole=True)
    with contextlib.closing(BuildCache(tmp_path, tmp_path / "lock")) as cache:
        again = {"item 4": [*first["item 4"], "ar/items/4/index.html"], "item 2": first["item 2"][:1]}
        cache.save(["item 7"], units(again))
        cache.save_folders([("items/4", 2), ("items/7", None), ("ar/items/4", 2)], whole=False)
        looked_at = [path for some in cache.identities() for path, *_ in some]
        stay = [path for name, paths in first.items() for path in paths if name != "item 7"]
        stay.remove("zh/items/2/index.html")
        assert looked_at == [*stay, "ar/items/4/index.html"]
        folders = [each for some in cache.folders() for each in some]
        assert folders == [*((f"items/{each}", 1 + (each == 4)) for each in range(9) if each != 7), ("ar/items/4", 2)]
        assert [*cache.units()] == [name for name in first if name != "item 7"]
