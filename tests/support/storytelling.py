"""A story at a desk in a test, and its translation: of two posts, a person, the wall, a map and prose."""

from typing import Final

from support.published_desk import House, status
from support.transcribing_desk import LIN, WEI
from tamizdat.archive.acts.stories import state_story
from tamizdat.archive.acts.story_text import read_text
from tamizdat.archive.views.stories import StoryVersion, name_of
from tamizdat.translation.proposals import propose, review, tag
from tamizdat.translation.segments import segments_of

DAY: Final = "2026-11-25"
TEXT: Final = """# A list
language: en
credit: Robin

## The first day

They asked for names. Nobody answered.

<b>& a "second" paragraph's end</b>

{FIRST}

{map}
Beichuan's gate: 31.83, 104.46
Dujiangyan: 31, 103.62

## The wall

{PERSON}

{wall}

{SECOND}
"""


def story_text(house: House, person: int, first: int = 1, second: int = 2) -> str:
    """The text of a story that shows posts *first* and *second*, and a person."""
    found = {"FIRST": house.number(status(first)), "SECOND": house.number(status(second)), "PERSON": person}
    text = TEXT
    for name, number in found.items():
        text = text.replace(name, str(number))
    return text


def compose(
    house: House, text: str, release: str = "public", number: int | None = None, reason: str = ""
) -> StoryVersion:
    """A version of a story, as its text says it."""
    return state_story(house.archive, house.desk, read_text(text), release, DAY, number, reason)


def retell(house: House, story: int, language: str = "zh", mark: str = "译：") -> int:
    """A translation of the story that counts, approved by another account; its number."""
    name = name_of(story)
    version = house.archive.index.texts.versions(name)[-1]
    found, _ = segments_of(version, version.text)
    by = tag(LIN, name, language)
    made = propose(house.archive, house.desk, by, version, language, [mark + each.source for each in found], (), DAY)
    for verdict in ("reviewed", "approved"):
        review(house.archive, house.desk, tag(WEI, name, language), made, verdict, DAY)
    return made
