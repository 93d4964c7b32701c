"""Who is in a picture or clip is asked before it is shown, and what is covered is in nothing that is published."""

import io
from datetime import timedelta
from pathlib import Path

import pytest
from PIL import Image

from support.media_samples import passport
from support.published_desk import TODAY, House
from tamizdat.archive.acts.items import catalogue
from tamizdat.archive.acts.redactions import clear, redact
from tamizdat.archive.acts.state import state
from tamizdat.covering import Cover, Key, Region, Silence
from tamizdat.footage.decode.box import BOXES
from tamizdat.ledger.statement import Subject
from tamizdat.publishing.derived.uncovered import is_shown_bare, uncovered
from tamizdat.statements.catalogued import CataloguedItem
from tamizdat.statements.derived import File, Footage
from tamizdat.statements.published import Edition, FileList, ItemList
from tamizdat.statements.withdrawn import Withdrawn

LIN, WEI = "0a" * 16, "0b" * 16  #: tags of two accounts
DAY = "2026-11-23"


NUMBER = Cover((Region("solid", "rectangle", 0, 0, (Key(0, 4_500, 4_000, 1_500, 600),)),))


def said_of(house: House, number: int) -> str:
    """Why an item is left out of the next edition; "" if it is in it."""
    return dict(house.publish(dry_run=True).skipped).get(number, "")


def covered(house: House, number: int, cover: Cover = NUMBER) -> None:
    """Lin says what is to be covered, Wei approves it."""
    index = redact(house.archive, house.desk, LIN, number, cover, DAY)
    assert index is not None
    clear(house.archive, house.desk, WEI, index, "approved", DAY)


def test_nothing_is_made_of_a_picture_of_which_nobody_said_who_is_in_it(tmp_path: Path) -> None:
    house = House(tmp_path)
    number = house.picture(covering="undecided")
    edition = house.publish()
    assert edition.items == 0
    [(left, why)] = edition.skipped
    assert left == number
    assert f"'tamizdat redact {number}'" in why
    assert not [path for path in house.files() if path.endswith(".jpg")]
    catalogue(house.archive, house.desk, CataloguedItem(number, covering="consented"))
    assert house.publish().added == (number,)
    told = [data for path, data in house.files().items() if path.startswith("items/")]
    assert not any(b"consented" in each or b"covering" in each for each in told), "who consented is the desk's own"


def test_a_word_on_the_people_in_it_is_not_asked_of_a_text(tmp_path: Path) -> None:
    house = House(tmp_path)
    number = house.capture("NOTES.TXT", b"They are gone.\n", title="A note", covering="undecided")
    assert house.publish().added == (number,)


def test_what_was_shown_before_anybody_asked_stays_and_is_told(tmp_path: Path) -> None:
    house = House(tmp_path)
    number = house.picture()
    house.publish()
    catalogue(house.archive, house.desk, CataloguedItem(number, covering="undecided"))
    later = house.publish()
    assert (later.items, later.unsaid, later.skipped) == (1, (number,), ())
    assert house.publish(dry_run=True).unsaid == (number,), "each time"
    catalogue(house.archive, house.desk, CataloguedItem(number, title="Another"))
    assert house.publish(dry_run=True).changed == (number,), "its words can be put right"
    catalogue(house.archive, house.desk, CataloguedItem(number, release="withdrawn"))
    assert house.publish().removed == (number,)
    catalogue(house.archive, house.desk, CataloguedItem(number, release="public"))
    assert said_of(house, number), "what comes back is asked about"


def test_a_cover_that_nobody_approved_holds_the_picture_back_whatever_else_is_said(tmp_path: Path) -> None:
    house = House(tmp_path)
    number = house.capture("A.PNG", passport("E 1234"), title="A passport")
    index = redact(house.archive, house.desk, LIN, number, NUMBER, DAY)
    assert index is not None
    assert "another account" in said_of(house, number)
    clear(house.archive, house.desk, WEI, index, "returned", DAY)
    assert said_of(house, number) == "", "nobody is in it, an editor said"
    catalogue(house.archive, house.desk, CataloguedItem(number, covering="undecided"))
    assert said_of(house, number)


def test_the_same_picture_with_another_number_under_a_cover_makes_the_same_files(tmp_path: Path) -> None:
    sites = []
    for name in ("E 1234", "G 9876"):
        house = House(tmp_path / name[0])
        number = house.capture("A.PNG", passport(name), title="A passport", covering="undecided")
        covered(house, number)
        assert house.publish().added == (number,)
        sites.append({path: data for path, data in house.files().items() if path.endswith(".jpg")})
    assert len(sites[0]) > 1
    assert sites[0] == sites[1]


def test_a_cover_over_what_is_shown_already_replaces_it_and_the_editions_before_are_told(tmp_path: Path) -> None:
    house = House(tmp_path)
    number = house.capture("A.PNG", passport("E 1234"), title="A passport")
    house.publish()
    bare = {data for path, data in house.files().items() if path.endswith(".jpg")}
    item = house.archive.index.item(number)
    assert item
    assert uncovered(house.archive, item) == [], "there is nothing to cover"
    assert is_shown_bare(house.archive, item)
    covered(house, number)
    assert [each.edition for each in uncovered(house.archive, item)] == [1]
    assert is_shown_bare(house.archive, item), "until the next edition"
    assert house.publish(TODAY + timedelta(days=1)).changed == (number,)
    assert not is_shown_bare(house.archive, item)
    assert bare.isdisjoint(house.files().values())
    catalogue(house.archive, house.desk, CataloguedItem(number, title="Another"))
    house.publish(TODAY + timedelta(days=2))
    assert [each.edition for each in uncovered(house.archive, item)] == [1]
    how = house.publish(dry_run=True)
    assert how.skipped == ()


def test_editions_that_showed_a_file_alone_and_as_a_part_of_a_take_are_told_until_each_was_withdrawn_or_covered(
    tmp_path: Path,
) -> None:
    house, clip = House(tmp_path), b"\0\0\0\x18ftypisom" + bytes(16)
    first, second = house.capture("A.MP4", clip), house.capture("B.MP4", clip + b"\0", title="The second half")

    def say(number: int, *rest: int, how: str = "re-encoded") -> None:
        source, more = house.archive.reference(number), tuple(map(house.archive.reference, rest)) or None
        files, media = (File("clip.mp4", 1),), (Subject("clip.mp4", "11" * 32),)
        said = Footage(number, source, "clip", "", "", "", "en", how, files, DAY, media, more)
        state(house.archive, house.desk, [said.to_statement()])

    def publish(number: int) -> None:
        edition = Edition(number, None, DAY, "origin", ItemList(0, bytes(32)), FileList(0, "22" * 32))
        state(house.archive, house.desk, [edition.to_statement()])

    say(second)
    publish(1)
    state(house.archive, house.desk, [Withdrawn(second, DAY, "", "33" * 32).to_statement()])
    publish(2)
    say(first, second)
    publish(3)
    covered(house, second, Cover((), (Silence(0, 500),)))
    lying = house.archive.index.redactions.approved(second)
    assert lying
    publish(4)
    say(first, second, how=f"as stated in {house.archive.reference(lying.number).commitment.hex()}")
    publish(5)
    items = [house.archive.index.item(each) for each in (first, second)]
    assert [[each.edition for each in uncovered(house.archive, item)] for item in items if item] == [[], [1, 3, 4]]


def test_what_is_covered_by_now_is_not_shown_again_where_no_cover_can_be_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    house = House(tmp_path)
    number = house.capture("A.PNG", passport("E 1234"), title="A passport")
    house.publish()
    covered(house, number)
    monkeypatch.setenv("PATH", "/nowhere")  # neither bwrap nor anything else
    BOXES.close()
    edition = house.publish(TODAY + timedelta(days=1))
    assert edition.removed == (number,)
    assert not [path for path in house.files() if path.endswith(".jpg")]


def test_a_cover_is_lifted_by_an_approved_empty_one_and_an_editors_word(tmp_path: Path) -> None:
    house = House(tmp_path)
    number = house.capture("A.PNG", passport("E 1234"), title="A passport", covering="undecided")
    covered(house, number)
    assert said_of(house, number) == ""
    covered(house, number, Cover())
    assert said_of(house, number), "and now somebody must say who is in it"
    catalogue(house.archive, house.desk, CataloguedItem(number, covering="nobody"))
    assert said_of(house, number) == ""
    with Image.open(io.BytesIO(house.original(number))) as opened:
        assert opened.size == (900, 600)


def test_what_was_published_under_a_cover_is_not_bared_by_an_empty_one_alone(tmp_path: Path) -> None:
    house = House(tmp_path)
    number = house.capture("A.PNG", passport("E 1234"), title="A passport", covering="undecided")
    covered(house, number)
    assert house.publish().added == (number,)
    shown = {path: data for path, data in house.files().items() if path.endswith(".jpg")}
    covered(house, number, Cover())
    edition = house.publish(TODAY + timedelta(days=1))
    assert "an editor's word" in dict(edition.skipped)[number]
    assert {path: data for path, data in house.files().items() if path.endswith(".jpg")} == shown
    catalogue(house.archive, house.desk, CataloguedItem(number, covering="consented"))
    assert house.publish(TODAY + timedelta(days=2), dry_run=True).changed == (number,)
