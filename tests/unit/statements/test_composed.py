"""What is no story is refused by its reader; a translation fits piece by piece or not at all."""

from copy import deepcopy
from typing import Any

import pytest

from tamizdat.errors import BadStatement
from tamizdat.ledger.statement import Statement, Subject
from tamizdat.statements.composed import Chapter, Composed, Map, Place, Plain, Prose, Shown, Story, in_words, read

STORY = Story(
    "A list", "en", "",
    (
        Chapter("One", (Prose("prose", "First.\n\nSecond\nline."), Shown("item", 41, 1_000, 9_000), Plain("wall"))),
        Chapter("Two", (Map("map", (Place("Beichuan", "31.83", "-104.4612"),)),)),
    ),
)  # fmt: skip
SAID = Composed(None, "public", STORY, "", "2026-11-29").to_statement()


def test_what_is_written_is_read_again() -> None:
    assert read(SAID).said == STORY
    assert STORY.words == "A list\n\nOne\n\nFirst.\n\nSecond\nline.\n\nTwo\n\nBeichuan"
    assert STORY.items == [41]


def test_a_translation_takes_the_place_of_the_words_and_nothing_else() -> None:
    into = in_words(STORY, "名单\n\n一\n\n第一。\n\n第二\n\n二\n\n北川", "zh")
    assert into.chapters[0].elements[0] == Prose("prose", "第一。\n\n第二")
    assert into.chapters[0].elements[1:] == STORY.chapters[0].elements[1:]
    assert into.chapters[1].elements == (Map("map", (Place("北川", "31.83", "-104.4612"),)),)


@pytest.mark.parametrize("words", ["", "a", "a/b/c/d/e", "a/b/c/d/e/f/g", "a/ /c/d/e/f"])
def test_words_of_another_number_of_pieces_are_refused(words: str) -> None:
    with pytest.raises(BadStatement, match="6 pieces of words"):
        in_words(STORY, words.replace("/", "\n\n"), "zh")


def changed(path: str, value: object) -> Statement:
    """The statement with another value at a path of members."""
    whole: Any = deepcopy(SAID.predicate)
    *way, last = (int(each) if each.isdecimal() else each for each in path.split("/"))
    target = whole
    for each in way:
        target = target[each]
    target[last] = value
    return Statement(SAID.act, SAID.subjects, whole)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("release", "shown"),
        ("day", "2026-02-30"),
        ("said/title", ""),
        ("said/title", "two\n\npieces"),
        ("said/title", " A list"),
        ("said/language", "English"),
        ("said/chapters", []),
        ("said/chapters/0/title", "\n"),
        ("said/chapters/0/elements/0", {"kind": "prose", "text": "three\n\n\nlines"}),
        ("said/chapters/0/elements/0", {"kind": "script", "text": "x"}),
        ("said/chapters/0/elements/0", {"kind": ["prose"], "text": "x"}),
        ("said/chapters/0/elements/0", None),
        ("said/chapters/0/elements/1/from", 9_000),
        ("said/chapters/0/elements/1/from", 9_001),
        ("said/chapters/0/elements/1/to", None),
        ("said/chapters/0/elements/1", {"kind": "item", "item": 41, "from": 1_000}),
        ("said/chapters/0/elements/1", {"kind": "item", "item": 41, "from": 0, "to": 0}),
        ("said/chapters/0/elements/1", {"kind": "item", "item": 41, "to": 9_000}),
        ("said/chapters/0/elements/1/item", -1),
        ("said/chapters/0/elements/1/item", True),
        ("said/chapters/0/elements/2", {"kind": "wall", "text": ""}),
        ("said/chapters/1/elements/0/places", []),
        ("said/chapters/1/elements/0/places/0/north", "91"),
        ("said/chapters/1/elements/0/places/0/north", "-90.1"),
        ("said/chapters/1/elements/0/places/0/north", "1e1"),
        ("said/chapters/1/elements/0/places/0/east", "nan"),
        ("said/chapters/1/elements/0/places/0/east", "180.00001"),
        ("story", 17),
    ],
)
def test_what_is_no_version_of_a_story_is_refused(path: str, value: object) -> None:
    with pytest.raises(BadStatement) as refused:
        read(changed(path, value))
    assert "about its own story" not in str(refused.value), "its form is refused, whatever it is about"


def test_a_statement_about_another_story_is_refused() -> None:
    with pytest.raises(BadStatement, match="about its own story"):
        read(Statement(SAID.act, (Subject("story", "0" * 64),), SAID.predicate))
