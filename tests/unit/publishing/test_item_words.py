"""What the desk said of items, which is kept in memory between questions."""

from pathlib import Path

from support.published_desk import House
from support.transcribing_desk import capture
from tamizdat.archive.acts.items import catalogue
from tamizdat.publishing.derived.item_words import Words, words
from tamizdat.statements.catalogued import NOBODY, CataloguedItem


def test_what_is_said_since_is_seen_and_what_is_forgotten_is_not(tmp_path: Path) -> None:
    house = House(tmp_path)
    first, second = (capture(house.archive, house.desk, bytes([each]) * 40) for each in (1, 2))
    assert words(house.archive) == {}
    catalogue(house.archive, house.desk, CataloguedItem(first, covering=NOBODY, reason="asked for"))
    assert words(house.archive) == {first: Words(covering=NOBODY, reason="asked for")}
    words(house.archive)[second] = Words("bo")
    later = catalogue(house.archive, house.desk, CataloguedItem(first, reason="asked for again"))
    catalogue(house.archive, house.desk, CataloguedItem(second, title="Gate", language="bo"))
    said = words(house.archive)
    assert said == {first: Words(covering=NOBODY, reason="asked for again"), second: Words("bo")}
    house.archive.forget(later)
    assert words(house.archive)[first].reason == "asked for"
