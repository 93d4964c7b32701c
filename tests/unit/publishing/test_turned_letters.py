"""A disk turns a letter of what is remembered of the last edition into another one, which SQLite does not notice.

What the next edition takes from there without asking again it would sign.
"""

import contextlib
import sqlite3
from datetime import timedelta
from pathlib import Path
from typing import Final

import pytest

from support.collecting_desk import tweet
from support.published_desk import TODAY, House, status
from tamizdat.archive.acts.releases import state_release
from tamizdat.statements.catalogued import CataloguedPost

POSTS: Final = 12


@pytest.fixture
def house(tmp_path: Path) -> House:
    house = House(tmp_path)
    house.take(*(tweet(number, f"Post {number}, about something else") for number in range(1, POSTS + 1)))
    house.release(*range(1, POSTS + 1))
    house.publish()
    return house


def turn(house: House, table: str, column: str, *letters: str, packed: bool = False) -> None:
    """Turn a letter in rows, as if they were read one by one, or only in what is packed of them."""
    which = f"packs SET texts = CAST(replace(texts, ?, ?) AS BLOB) WHERE name = '{table}'"
    question = which if packed else f"{table} SET {column} = replace({column}, ?, ?)"
    with contextlib.closing(sqlite3.connect(house.archive.folder / "publishing.sqlite")) as found, found:
        if not packed:
            found.execute("DELETE FROM packs")
        before = found.total_changes
        found.execute(f"UPDATE {question}", letters)
        assert found.total_changes > before


def test_a_letter_that_a_disk_turned_keeps_nothing_withdrawn_in_public_and_gets_into_no_edition(house: House) -> None:
    for number, packed in ((3, False), (4, True)):
        turn(house, "posts", "facts", f'{status(number)}"', f'{status(9)}"', packed=packed)
        withdrawn = CataloguedPost(status(number), release="withdrawn")
        state_release(house.archive, house.desk, withdrawn)
        assert house.publish(TODAY + timedelta(days=number)).removed == (house.number(status(number)),)
    assert not [path for path, data in house.files().items() if b"Post 4," in data]


def test_no_word_or_day_that_a_disk_turned_is_published(house: House) -> None:
    for step, (table, column, *letters) in enumerate((
        ("found", "found", "something", "somethang"),  # which the search takes from there
        ("told", "told", "something", "somethang"),
        ("words", "own", "something", "somethang"),
        ("alike", "said", TODAY.isoformat(), "2027-11-23"),
        ("statements", "day", TODAY.isoformat(), "2027-11-23"),
    )):  # fmt: skip
        turn(house, table, column, *letters)
        house.translate(6, f"A translation of step {step}")
        assert house.publish(TODAY + timedelta(days=step)).changed == (house.number(status(6)),), table
        turned = letters[1].encode()
        assert not [path for path, data in house.files().items() if turned in data], table
