"""Each thing that is withheld is on the list of what is looked for in every built file: what is not there goes out."""

from pathlib import Path

import pytest

from support.collecting_desk import tweet
from support.published_desk import DEVICE, House, status
from support.storytelling import compose
from support.transcribing_desk import CUES, transcribe
from tamizdat.archive.acts.people import state_person
from tamizdat.encoding import sha256_hex
from tamizdat.keys import encode_device
from tamizdat.publishing.leaks.secrets import Secret, Shown, all_secrets
from tamizdat.statements.catalogued import PersonEntry

HIDDEN = "警察在楼下等我们，他们知道门牌号码"
STORY = """# The list that was hidden
language: en

## A chapter that nobody released

Prose that nobody released either.
"""
PERSON = PersonEntry(
    "王小明", language="zh-Hans", names={"en": "Wang Xiaoming", "bo": "ཝང་ཞའོ་མིང་"}, age="about seven or eight",
    place="Beichuan, third street", school="Middle school No. 2", note="Her mother told it to us",
)  # fmt: skip
IN_PAGES = {"title": "A title of the clip", "caption": "A caption of the clip", "alt": "What a screen reader says"}


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> House:
    """A desk that has one of everything and shows none of it; tests only read it."""
    house = House(tmp_path_factory.mktemp("house"))
    house.take(tweet(1, f"{HIDDEN}\n第二行，也没有公布出来的话"), files={"tweets_media/1-a.jpg": b"\xff\xd8 one"})
    house.release(1, release="restricted", tags=("a-tag-of-the-desk",), alts=("A description by the desk",))
    house.translate(1, "They wait downstairs for us", notes=("A note of the translator",))
    clip = house.capture("DCIM/Tenzin at home/IMG_4711.MP4", b"\0\0\0\x18ftypmp42", release="restricted", **IN_PAGES)
    transcribe(house.archive, house.desk, clip)
    state_person(house.archive, house.desk, PERSON)
    compose(house, STORY, release="proposed")
    return house


@pytest.fixture(scope="module")
def sought(house: House) -> dict[str, Secret]:
    """What is looked for, by its text."""
    return {each.text: each for each in all_secrets(house.archive, Shown({}), [("the name of an account", "magpie")])}


@pytest.mark.parametrize(
    "text",
    [
        HIDDEN, "第二行，也没有公布出来的话", status(1), "They wait downstairs for us", "A note of the translator",
        "a-tag-of-the-desk", "A description by the desk", "IMG_4711.MP4", "DCIM/Tenzin at home/IMG_4711.MP4",
        *IN_PAGES.values(), PERSON.name, *PERSON.names.values(), PERSON.age, PERSON.place, PERSON.school, PERSON.note,
        "The list that was hidden", "A chapter that nobody released", "Prose that nobody released either.",
        "data/tweets.js", "magpie",
    ],
)  # fmt: skip
def test_words_and_names_that_nobody_released_are_looked_for(sought: dict[str, Secret], text: str) -> None:
    assert sought[text].words, "an author who is shown may say them"


def test_what_is_said_in_a_clip_that_is_not_published_is_looked_for(house: House, sought: dict[str, Secret]) -> None:
    lines = {line for cue in CUES for line in cue.text.splitlines() if len(line) >= 12}
    [(_, words)] = house.archive.index.transcripts.words()
    lines |= {line.strip() for line in words.splitlines() if len(line.strip()) >= 12}
    assert lines <= sought.keys()


def test_digests_ids_and_keys_by_which_a_seized_card_could_be_known_are_looked_for_and_nothing_excuses_them(
    house: House, sought: dict[str, Secret]
) -> None:
    [consignment] = house.archive.index.consignments()
    [item] = house.archive.index.items()
    files = {digest for digest, _ in house.archive.index.releases.sources()}
    hard = {DEVICE, encode_device(bytes.fromhex(DEVICE)), house.consignment, consignment.manifest, item.original, *files}
    assert len(hard) >= 6
    assert hard <= {text for text, each in sought.items() if not each.words}
    assert sha256_hex(b"\0\0\0\x18ftypmp42") == item.original
