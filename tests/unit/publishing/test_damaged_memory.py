"""What the build cache remembers is believed as it was written: another letter in it costs a longer run, no more."""

import sqlite3

import pytest

from support.collecting_desk import tweet
from support.published_desk import House
from tamizdat.publishing.build.cache import NAME


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> House:
    """A desk that corrected a translation after its first edition."""
    house = House(tmp_path_factory.mktemp("desk"))
    house.archive.append([house.roster])
    house.take(*(tweet(number, f"校舍塌了{number}") for number in range(1, 9)))
    house.release(*range(1, 9))
    house.translate(3, "The school fell")
    house.publish()
    house.translate(3, "The school collapsed")
    house.publish()
    return house


def told(house: House) -> list[tuple[str, str]]:
    """What an edition that nothing is remembered for would tell, and what this one does, of each page of changes."""
    return sorted((name, text.decode()) for name, text in house.files().items() if "hanges" in name or "orrect" in name)


@pytest.mark.parametrize(
    "damage",
    [
        """UPDATE standing SET said = replace(said, '"translation en"', '"translation fr"') WHERE place = 1""",
        "UPDATE standing SET said = replace(said, '[', '(') WHERE place = 1",
        "UPDATE standing SET said = replace(said, 'inputs', 'inputz') WHERE place = 0",
        "UPDATE posts SET facts = replace(facts, ',', ';')",
        "UPDATE statements SET sha256 = 'x' || substr(sha256, 2)",
    ],
)
def test_an_edition_is_made_although_what_is_remembered_was_damaged(house: House, damage: str) -> None:
    memory = house.archive.folder / NAME
    with sqlite3.connect(memory) as connection:
        assert connection.execute(damage).rowcount
    house.translate(5, f"Said once more {house.archive.size}")
    house.publish()
    found = told(house)
    memory.unlink()
    house.publish()
    assert found
    assert found == told(house)
