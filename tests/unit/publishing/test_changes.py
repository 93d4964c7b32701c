"""What is new is told by edition, of the words in each language: it follows from the ledger alone."""

import json
import shutil
from datetime import date
from pathlib import Path
from xml.etree import ElementTree

import pytest

from support.collecting_desk import tweet
from support.html_page import Page
from support.published_desk import House
from support.sample_site import post, reference, shown
from tamizdat.archive.acts.people import state_person
from tamizdat.publishing.derived.corrections import differences
from tamizdat.statements.catalogued import PersonEntry
from tamizdat.statements.derived import Picture
from tamizdat.verifying import verify

ATOM = "{http://www.w3.org/2005/Atom}"
FIRST, SECOND, THIRD = date(2026, 12, 1), date(2027, 1, 20), date(2027, 2, 3)


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


def entries(house: House, name: str) -> dict[str, tuple[str, str]]:
    """Of a feed, by the end of its id: day and title, in its order."""
    read = ElementTree.fromstring((house.site / f"feeds/{name}.xml").read_bytes())
    told = [
        [str(each.findtext(ATOM + part)) for part in ("id", "updated", "title")] for each in read.iter(f"{ATOM}entry")
    ]
    also = json.loads((house.site / f"feeds/{name}.json").read_text("utf-8"))["items"]
    assert [(each["id"], each["date_modified"], each["title"]) for each in also] == [tuple(each) for each in told]
    return {which.partition("/ledger/")[2]: (day[:10], title) for which, day, title in told}


def test_a_post_translated_later_is_new_in_that_language_on_the_day_of_that_edition(house: House) -> None:
    house.take(*(tweet(number, f"第{number}条") for number in range(1, 4)))
    house.release(1, 2, 3)
    house.translate(2, "The second")
    house.publish(FIRST)
    house.translate(1, "The first")
    house.publish(SECOND)
    one, two, three = (f"items/{house.number(f'https://x.com/i/status/{each}')}" for each in (1, 2, 3))
    assert entries(house, "en") == {one: ("2027-01-20", "The first"), two: ("2026-12-01", "The second")}
    assert next(iter(entries(house, "en"))) == one
    assert {each[0] for each in entries(house, "zh").values()} == {"2026-12-01"}, "the Chinese words are of the first"
    assert three in entries(house, "zh")
    assert (
        Page((house.site / one / "index.html").read_text("utf-8")).text.count("In these words since 20 January 2027")
        == 1
    )
    assert "words-since" not in (house.site / two / "index.html").read_text("utf-8")


def test_each_edition_tells_what_it_did(house: House) -> None:
    house.take(tweet(1, "第一条"), tweet(2, "第二条"))
    person = state_person(house.archive, house.desk, PersonEntry(name="王小明", release="public"))
    house.release(1)
    house.translate(1, "The first, with a fault")
    house.publish(FIRST)
    house.release(2)
    house.translate(1, "The first")
    house.translate(2, "The second")
    house.translate(1, "Le premier", "fr")
    house.publish(SECOND)
    house.release(2, release="withdrawn", reason="Asked for.")
    house.publish(THIRD)
    told = {name: title for name, (_, title) in entries(house, "what-is-new.en").items()}
    assert list(told) == ["editions/3/new", "editions/2/new", "editions/1/new"]
    assert told["editions/3/new"].endswith("1 item withdrawn")
    assert told["editions/2/new"].endswith("1 translation, 1 correction"), (
        "of the second, which was taken back, nothing"
    )
    assert told["editions/1/new"].endswith("2 new items")
    one, two = (house.number(f"https://x.com/i/status/{each}") for each in (1, 2))
    corrected = entries(house, "corrections-and-removals.en")
    assert list(corrected) == [f"withdrawals/{two}/2027-02-03", f"corrections/{one}/2/translation/en"]
    page = (house.site / "new/index.html").read_text("utf-8")
    assert page.index("Edition 3") < page.index("Edition 2") < page.index("Edition 1")
    assert f"items/{person}/" in page


def test_words_that_went_back_are_a_change_again(house: House) -> None:
    house.take(tweet(1, "第一条"))
    house.release(1)
    for day, words in ((FIRST, "One"), (SECOND, "Two"), (THIRD, "One")):
        house.translate(1, words)
        house.publish(day)
    assert [day for day, _ in entries(house, "en").values()] == ["2027-02-03"]
    assert verify(house.site, None).holds


def test_what_is_shown_again_after_it_was_withdrawn_is_told(house: House) -> None:
    house.take(tweet(1, "第一条"), tweet(2, "第二条"))
    house.release(1, 2)
    house.publish(FIRST)
    house.release(1, release="withdrawn")
    house.publish(SECOND)
    house.release(1)
    house.publish(THIRD)
    assert entries(house, "what-is-new.en")["editions/3/new"] == ("2027-02-03", "Edition 3: 1 item shown again")
    assert "editions/2/new" not in entries(house, "what-is-new.en"), "what it withdrew is there again"


def test_the_same_archive_tells_the_same_whatever_lies_in_the_folder(house: House) -> None:
    house.take(tweet(1, "第一条"))
    house.release(1)
    house.publish(FIRST)
    house.translate(1, "The first")
    house.publish(SECOND)
    before = house.files()
    shutil.rmtree(house.site)
    (house.archive.folder / "publishing.sqlite").unlink()
    house.publish(THIRD)
    assert house.files() == before


def test_days_are_told_and_no_times(house: House) -> None:
    house.take(tweet(1, "第一条"))
    house.release(1)
    house.publish(FIRST)
    for name in ("en", "what-is-new.en", "corrections-and-removals.en", "zh"):
        feed = ElementTree.fromstring((house.site / f"feeds/{name}.xml").read_bytes())
        assert all(str(each.text).endswith("T00:00:00Z") for each in feed.iter(f"{ATOM}updated"))


def test_what_is_corrected_twice_on_a_day_is_two_entries(house: House) -> None:
    house.take(tweet(1, "第一条"))
    house.release(1)
    for words in ("One", "Two", "Three"):
        house.translate(1, words)
        house.publish(FIRST)
    number = house.number("https://x.com/i/status/1")
    told = entries(house, "corrections-and-removals.en")
    assert list(told) == [f"corrections/{number}/{edition}/translation/en" for edition in (3, 2)]


def test_a_picture_that_was_left_out_before_a_clip_and_is_shown_now_corrects_nothing_that_is_said_in_it() -> None:
    [tracks] = [each.tracks for each in shown().items if each.tracks]
    picture = Picture(("picture-1.jpg", "small-1.jpg"), "", reference(2))
    clip = Picture(("clip-2.mp4", "poster-2.jpg", "small-2.jpg"), "", reference(3), tracks)
    before, after = post(5, "x", pictures=(clip,)), post(5, "x", pictures=(picture, clip))
    assert [each for each in differences(before, after) if each.startswith("translation")] == []
    mute = post(5, "x", pictures=(picture, Picture(clip.names, "", clip.source)))
    assert list(differences(after, mute)) == [f"translation {each.language}" for each in tracks]
