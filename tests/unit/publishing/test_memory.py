"""What an edition holds of posts does not grow with their words: these lie on disk until they are signed or shown."""

import tracemalloc
from pathlib import Path

import pytest

from support.collecting_desk import tweet
from support.published_desk import House
from tamizdat.archive.views import releases
from tamizdat.publishing import remembered_posts
from tamizdat.publishing.derived import posts
from tamizdat.publishing.leaks import scanner, secrets

WORDS = 20_000  #: characters of a post; two bytes each in memory
FEW = 24


@pytest.fixture
def few_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if the posts of a test were many: of so few all would be in memory at once."""
    for module, name in (
        (posts, "AT_A_TIME"), (releases, "ROWS"), (remembered_posts, "READ"), (scanner, "TOGETHER"), (secrets, "READ"),
    ):  # fmt: skip
        monkeypatch.setattr(module, name, 4)


def most_memory(folder: Path, count: int) -> int:
    """The most that is held while it is found out what an edition of so many posts would say, and told to nobody."""
    folder.mkdir()
    house = House(folder)
    house.take(*(tweet(number, f"第{number}天。" + chr(0x4E00 + number) * WORDS) for number in range(1, count + 1)))
    house.release(*range(1, count + 1))
    house.publish(dry_run=True)  # the first loads what any edition needs
    tracemalloc.start()
    try:
        assert house.publish(dry_run=True).items == count
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.usefixtures("few_at_a_time")
def test_an_edition_of_twice_as_many_posts_holds_hardly_more_of_their_words(tmp_path: Path) -> None:
    least, most = most_memory(tmp_path / "few", FEW), most_memory(tmp_path / "many", 2 * FEW)
    assert most - least < FEW * WORDS / 2, "a post's words once are four times that"
