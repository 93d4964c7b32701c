"""Each thing that is withheld is on the list of what is looked for in every built file: what is not there goes out."""

import pytest

from support.collecting_desk import tweet
from support.published_desk import DEVICE, House, status
from support.storytelling import compose
from support.transcribing_desk import transcribe
from tamizdat.archive.acts.people import state_person
from tamizdat.archive.acts.state import state
from tamizdat.keys import encode_device
from tamizdat.ledger.statement import Subject
from tamizdat.publishing.leaks.secrets import Secret, Shown, all_secrets
from tamizdat.statements.catalogued import PersonEntry
from tamizdat.statements.received import Received
from tamizdat.statements.transcribed import Cue

HIDDEN = "警察在楼下等我们，他们知道门牌号码"
SPOKEN = "他们把名单从墙上撕下来的那一天，我也在场"
OTHER_DEVICE = bytes(range(32, 64)).hex()  #: of which nothing is here but that something was received
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
    transcribe(house.archive, house.desk, clip, [Cue(0, 900, "", SPOKEN)])
    other = Received("c1" * 32, OTHER_DEVICE, "complete", 0, 0, documents=(Subject("manifest.json", "ab" * 32),))
    state(house.archive, house.desk, [other.to_statement()])
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
        SPOKEN, "data/tweets.js", "magpie",
    ],
)  # fmt: skip
def test_words_and_names_that_nobody_released_are_looked_for(sought: dict[str, Secret], text: str) -> None:
    assert sought[text].words, "an author who is shown may say them"


def test_digests_ids_and_keys_by_which_a_seized_card_could_be_known_are_looked_for_and_nothing_excuses_them(
    house: House, sought: dict[str, Secret]
) -> None:
    manifests = {each.manifest for each in house.archive.index.consignments()}
    files = {digest for digest, _ in house.archive.index.releases.sources()}
    [item] = house.archive.index.items()
    assert (len(manifests), len(files)) == (2, 2)
    keys = {told for device in (DEVICE, OTHER_DEVICE) for told in (device, encode_device(bytes.fromhex(device)))}
    hard = {text for text, each in sought.items() if not each.words}
    assert {house.consignment, item.original, *manifests, *files, *keys} <= hard
