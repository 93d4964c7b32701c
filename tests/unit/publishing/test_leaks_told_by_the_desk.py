"""What the desk writes beside what authors said excuses nothing: a withheld name in a caption is a leak."""

from pathlib import Path
from typing import Any

import pytest

from support.collecting_desk import tweet
from support.media_samples import needs_exiftool
from support.published_desk import House
from tamizdat.archive.acts.people import state_person
from tamizdat.errors import Leak
from tamizdat.publishing.leaks.house_words import is_day, is_way
from tamizdat.publishing.leaks.secrets import Shown, all_secrets
from tamizdat.publishing.site.pages import static_sources
from tamizdat.statements.catalogued import PersonEntry
from tamizdat.text.dates import WRITTEN_IN, written_time

HIDDEN = "这一条谁也不应该看到，它的任何一个字都不应该出现"


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


@needs_exiftool
def test_the_name_of_a_withheld_person_in_a_caption_stops_the_edition(house: House) -> None:
    number = state_person(house.archive, house.desk, PersonEntry(name="Tashi Dolma"))
    house.picture(caption="Tashi Dolma, second from the left")
    with pytest.raises(Leak, match=rf"'Tashi Dolma' \(person {number}\) in the caption of item"):
        house.publish()


@needs_exiftool
@pytest.mark.parametrize("space", ["  ", "\n", "\u200e "])
def test_a_withheld_name_with_another_space_in_it_stops_the_edition_too(house: House, space: str) -> None:
    state_person(house.archive, house.desk, PersonEntry(name="Tashi Dolma"))
    house.picture(caption=f"Tashi{space}Dolma, second from the left")
    with pytest.raises(Leak):
        house.publish()


@pytest.mark.parametrize("written", [HIDDEN, f"{HIDDEN[:9]}\n{HIDDEN[9:]}"])
def test_a_withheld_post_as_a_note_of_the_translator_stops_the_edition(house: House, written: str) -> None:
    house.take(tweet(1, "五年了"), tweet(2, HIDDEN))
    house.release(1)
    house.translate(1, "Five years", notes=(f"She also wrote: {written}",))
    with pytest.raises(Leak, match="words of post"):
        house.publish()
    assert not house.site.exists()


def test_a_note_that_is_shown_is_no_leak_of_itself(house: House) -> None:
    house.take(tweet(1, "五年了"))
    house.release(1)
    house.translate(1, "Five year", notes=("Years are counted from the day itself",), verdicts=())
    house.translate(1, "Five years", notes=("Years are counted from the day itself",))
    assert house.publish().partial == ()


def test_an_author_may_name_somebody_whom_the_desk_withholds(house: House) -> None:
    state_person(house.archive, house.desk, PersonEntry(name="Tashi Dolma"))
    house.take(tweet(1, "They asked Tashi Dolma"))
    house.release(1)
    assert house.publish().items == 1


def test_one_of_two_people_of_one_name_may_be_shown(house: House) -> None:
    for release in ("restricted", "public"):
        state_person(
            house.archive,
            house.desk,
            PersonEntry(name="王小明", school="云溪第二小学三年级二班的教室", release=release),
        )
    assert house.publish().items == 1


@pytest.mark.parametrize("member", ["place", "school", "age"])
def test_what_is_known_of_a_withheld_person_stops_the_edition_whatever_member_it_stands_in(
    house: House, member: str
) -> None:
    known = "the third house behind the mill"
    entry: dict[str, Any] = {member: known}
    state_person(house.archive, house.desk, PersonEntry(name="Tashi Dolma", **entry))
    state_person(house.archive, house.desk, PersonEntry(name="Pema", note=f"Near {known}.", release="public"))
    with pytest.raises(Leak, match="known of person"):
        house.publish()


def test_an_id_that_begins_the_id_of_a_post_that_is_shown_is_no_leak(house: House) -> None:
    house.take(tweet(11, "Shown"), tweet(1, "Not shown"))
    house.release(11)
    assert house.publish().items == 1


@needs_exiftool
def test_a_card_whose_files_are_named_like_words_of_authors_stops_nothing(house: House) -> None:
    for name in ("building", "地震", "DCIM/school"):
        house.picture(name, release="restricted", title="")
    house.take(tweet(1, "The building of the school fell in the 地震"))
    house.release(1)
    assert house.publish().items == 1
    house.picture("b.jpg", title="", caption="The building")
    assert house.publish().items == 2, "an author who is shown says that word"


@needs_exiftool
def test_no_name_that_a_card_can_have_keeps_editions_from_being_made(house: House) -> None:
    own = "items/5/index.html", "picture-1.jpg", "days/2013-05-12", "2013-05-12", "feeds/en.xml", "words/zh.js", "x.com"
    for name in ("and/or", "he/she", "x.com/lin/status/1", "desk.example/ledger", "Tamizdat", *own):
        house.picture(name, release="restricted", title="May 2013")
    house.take(tweet(1, "He/she said it, and/or wrote it: he/she knows"))
    house.release(1)
    assert house.publish().items == 1


#: formed like tags of languages, numbers of pages, and names of feeds
PEOPLE = "ai-weiwei", "li-wei", "li-wei.js", "interview.li-wei.xml", "110101198001011234", "13912345678.json"


@needs_exiftool
def test_what_a_site_has_anyway_is_no_secret_and_what_only_looks_like_it_is_one(house: House) -> None:
    house.picture(alt="Dates")
    house.take(tweet(1, "五年了"))
    house.release(1)
    house.translate(1, "Five years")
    house.publish()
    static = static_sources().decode()
    own = [path for path in house.files() if not path.startswith(("ledger/tile/", "edition/files"))]  # no page's way
    ends = {"/".join(path.split("/")[at:]) for path in own for at in range(path.count("/") + 1)}
    assert [each for each in sorted(ends) if not is_way(each) and each not in static] == []
    for language in WRITTEN_IN:
        for time in ("2013-05-12", "2013-12-01T14:28:00-03:30", "2013-02-28T00:00:00+00:00"):
            assert is_day(written_time(time, language))
    for name in (
        "IMG_4711.JPG",
        "DCIM/100CANON/MVI_0001.MP4",
        "Tashi Dolma/index.html",
        "picture-a.jpg",
        "12 May",
        *PEOPLE,
    ):
        assert not is_way(name)
        assert not is_day(name)


@pytest.mark.parametrize("name", ["ai-weiwei", "110101198001011234", "0123456789abcdef"])
@needs_exiftool
def test_names_and_numbers_of_people_that_are_formed_like_ways_of_the_house_are_still_secrets(
    house: House, name: str
) -> None:
    number = state_person(house.archive, house.desk, PersonEntry(name=name))
    house.picture("b.jpg", caption=f"Told by {name}")
    with pytest.raises(Leak, match=rf"'{name}' \(person {number}\)"):
        house.publish()
    assert name in {each.text for each in all_secrets(house.archive, Shown({}))}, "in every file, too"


@pytest.mark.parametrize("name", ["li-wei.json", "names/13912345678"])
@needs_exiftool
def test_names_of_files_that_only_look_like_ways_of_the_house_are_still_secrets(house: House, name: str) -> None:
    house.picture(name, release="restricted", title="")
    house.picture("b.jpg", caption=f"Compare {name}")
    with pytest.raises(Leak, match="on a card"):
        house.publish()


@needs_exiftool
def test_the_message_tells_the_operator_which_secret_was_met(house: House) -> None:
    house.picture("Letters from prison.jpg", release="restricted", title="")
    house.picture("b.jpg", caption="Compare Letters from prison.jpg")
    with pytest.raises(Leak, match=r"the name of a file on a card.*'Letters from prison\.jpg'"):
        house.publish()
