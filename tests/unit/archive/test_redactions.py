"""What is to be covered, and who approved it: what counts, and what somebody could try."""

from pathlib import Path
from typing import Any

import pytest

from support.media_samples import loaded_jpeg_bytes
from support.published_desk import House
from tamizdat.archive.acts.redactions import clear, redact
from tamizdat.archive.acts.state import state
from tamizdat.covering import Cover, Key, Region, Silence, checked
from tamizdat.demo.sample_voices import spoken
from tamizdat.encoding import canonical, sha256_hex
from tamizdat.errors import BadStatement, UsageError
from tamizdat.ledger.statement import Statement, Subject
from tamizdat.statements import cleared, redacted
from tamizdat.statements.cleared import Cleared
from tamizdat.statements.redacted import Redacted
from tamizdat.statements.reference import Reference

LIN, WEI, NIMA = "0a" * 16, "0b" * 16, "0c" * 16
DAY = "2026-11-23"
STILL = Cover((Region("solid", "ellipse", 0, 0, (Key(0, 1_000, 1_000, 500, 500),)),))
OTHER = Cover((Region("solid", "ellipse", 0, 0, (Key(0, 2_000, 1_000, 500, 500),)),))


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


def proposed(house: House, number: int, cover: Cover = STILL) -> int:
    index = redact(house.archive, house.desk, LIN, number, cover, DAY)
    assert index is not None
    return index


def test_a_cover_lies_over_a_picture_once_another_account_approved_it(house: House) -> None:
    number = house.picture()
    index = proposed(house, number)
    assert proposed(house, number) == index, "the same again says nothing"
    assert not house.archive.index.redactions.cover(number)
    assert [each.number for each in house.archive.index.redactions.waiting()] == [index]
    with pytest.raises(UsageError, match="another account"):
        clear(house.archive, house.desk, LIN, index, "approved", DAY)
    clear(house.archive, house.desk, WEI, index, "approved", DAY)
    assert house.archive.index.redactions.cover(number) == STILL
    assert house.archive.index.redactions.waiting() == []
    later = proposed(house, number, OTHER)
    assert house.archive.index.redactions.cover(number) == STILL, "until the next is approved"
    with pytest.raises(UsageError, match=f"no. {later}"):
        clear(house.archive, house.desk, WEI, index, "returned", DAY)
    clear(house.archive, house.desk, WEI, later, "approved", DAY)
    assert house.archive.index.redactions.cover(number) == OTHER
    with pytest.raises(UsageError, match="Propose another that covers more"):
        clear(house.archive, house.desk, NIMA, later, "returned", DAY)
    assert house.archive.index.redactions.cover(number) == OTHER, "no account alone takes a cover away"


def test_who_drew_a_cover_takes_it_back_while_nobody_approved_it_and_not_after(house: House) -> None:
    number = house.picture()
    index = proposed(house, number)
    clear(house.archive, house.desk, LIN, index, "returned", DAY)
    found = house.archive.index.redactions.latest(number)
    assert found
    assert (found.state, house.archive.index.redactions.waiting()) == ("returned", [])
    again = proposed(house, number)
    assert [each.number for each in house.archive.index.redactions.waiting()] == [again], "it waits for another word"
    clear(house.archive, house.desk, WEI, again, "approved", DAY)
    with pytest.raises(UsageError, match="which was approved"):
        clear(house.archive, house.desk, LIN, again, "returned", DAY)
    assert house.archive.index.redactions.cover(number) == STILL


def test_of_two_words_on_one_cover_the_later_counts(house: House) -> None:
    number = house.picture()
    index = proposed(house, number)
    clear(house.archive, house.desk, WEI, index, "returned", DAY)
    assert not house.archive.index.redactions.cover(number)
    clear(house.archive, house.desk, NIMA, index, "approved", DAY)
    found = house.archive.index.redactions.approved(number)
    assert found
    assert (found.cover, found.checked) == (STILL, NIMA)


def test_an_approval_of_other_bytes_or_other_regions_or_of_oneself_counts_for_nothing(house: House) -> None:
    number, other = house.picture(), house.picture("B.JPG")
    index = proposed(house, number)
    found = house.archive.index.redactions.redaction(index)
    item = house.archive.index.item(other)
    assert found
    assert item
    reference = house.archive.reference(index)
    for wrong in (
        Cleared(reference, "approved", WEI, DAY, item.original, STILL.digest),
        Cleared(reference, "approved", WEI, DAY, found.original, OTHER.digest),
        Cleared(reference, "approved", LIN, DAY, found.original, STILL.digest),
        Cleared(Reference(index, bytes(32)), "approved", WEI, DAY, found.original, STILL.digest),
    ):
        state(house.archive, house.desk, [wrong.to_statement()])
        assert not house.archive.index.redactions.cover(number)
    about = Redacted(house.archive.reference(number), STILL.regions, (), LIN, DAY, None, item.original)
    unnamed = Redacted(Reference(number, bytes(32)), STILL.regions, (), LIN, DAY, None, found.original)
    for wrong_one, why in ((about, "drawn on another file"), (unnamed, "of a statement that the ledger does not have")):
        [moved] = state(house.archive, house.desk, [wrong_one.to_statement()])
        assert house.archive.index.redactions.redaction(moved) is None, why


CLIP = {"cover": "solid", "shape": "rectangle", "from": 0, "to": 1_000}
KEY = {"at": 0, "x": 0, "y": 0, "width": 100, "height": 100}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"x": 9_950}, "inside the picture"),
        ({"width": 0}, "not empty"),
        ({"height": 10_001}, "inside the picture"),
        ({"at": 1_001}, "between 0 and 1,000 ms"),
    ],
)
def test_a_region_that_lies_outside_or_is_empty_is_refused(change: dict[str, int], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        checked(Cover((Region("solid", "rectangle", 0, 1_000, (Key(**{**KEY, **change}),)),)), moves=True)


@pytest.mark.parametrize(
    ("start", "end", "length", "message"),
    [(1_000, 500, 0, "after it begins"), (5, 5, 0, "after it begins"), (9_000, 9_500, 4_000, "ends at 4,000"),
     (0, 86_400_001, 0, "within a day")],
)  # fmt: skip
def test_a_time_that_runs_backwards_or_is_not_in_the_clip_is_refused(
    start: int, end: int, length: int, message: str
) -> None:
    with pytest.raises(UsageError, match=message):
        checked(Cover((), (Silence(start, end),)), moves=True, length=length)


def test_key_frames_out_of_order_and_times_in_a_picture_are_refused() -> None:
    twice = Region("solid", "rectangle", 0, 1_000, (Key(500, 0, 0, 9, 9), Key(500, 9, 9, 9, 9)))
    with pytest.raises(UsageError, match="in order of time"):
        checked(Cover((twice,)), moves=True)
    with pytest.raises(UsageError, match="does not move"):
        checked(Cover((twice,)), moves=False)
    with pytest.raises(UsageError, match="does not move"):
        checked(Cover((), (Silence(0, 0),)), moves=False)


def test_what_cannot_be_covered_is_refused(house: House) -> None:
    text = house.capture("A.TXT", b"words", title="A")
    for number, message in ((text, "which is none"), (10_000, "which is none")):
        with pytest.raises(UsageError, match=message):
            redact(house.archive, house.desk, LIN, number, STILL, DAY)
    voice, page = (
        house.capture(name, data) for name, data in (("B.WAV", spoken("林昭", 200)), ("C.PDF", b"%PDF-1.7\n"))
    )
    outside = Cover((Region("solid", "ellipse", 0, 0, (Key(0, 9_900, 1_000, 500, 500),)),))
    moving = Cover((Region("solid", "ellipse", 0, 900, (Key(0, 1_000, 1_000, 500, 500),)),))
    for number, said, message in (
        (voice, moving, "silences alone in a sound, found 1"),
        (page, STILL, "read before it is released"),
        (house.picture(), outside, "inside the picture"),
    ):
        with pytest.raises(UsageError, match=message):
            redact(house.archive, house.desk, LIN, number, said, DAY)
    with pytest.raises(UsageError, match="--nobody"):
        redact(house.archive, house.desk, LIN, house.picture(), Cover(), DAY)


SAID: dict[str, Any] = {
    "after": None, "by": LIN, "day": DAY, "item": {"commitment": "00" * 32, "index": 1},
    "regions": [{**CLIP, "keys": [KEY]}], "silences": [{"from": 0, "to": 9}],
}  # fmt: skip


def read_again(said: dict[str, Any]) -> Redacted:
    document = canonical({"regions": said["regions"], "silences": said["silences"]})
    about = (Subject("original", "11" * 32), Subject("cover", sha256_hex(document)))
    return redacted.read(Statement("redacted", about, said))


def test_a_statement_is_read_as_it_was_written() -> None:
    found = read_again(SAID)
    assert found.to_statement().predicate == SAID
    assert found.original == "11" * 32


@pytest.mark.parametrize(
    "change",
    [
        {"regions": [{**CLIP, "keys": []}]},
        {"regions": [{**CLIP, "keys": [{**KEY, "x": -1}]}]},
        {"regions": [{**CLIP, "keys": [{**KEY, "x": True}]}]},
        {"regions": [{**CLIP, "cover": "blurred", "keys": [KEY]}]},
        {"regions": [{**CLIP, "shape": "star", "keys": [KEY]}]},
        {"silences": [{"from": 0}]},
        {"by": "Lin"},
        {"day": "2026-02-30"},
        {"more": 1},
    ],
)
def test_a_statement_of_another_form_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(BadStatement, match="Expected the members of 'redacted'"):
        read_again(SAID | change)


def test_a_statement_about_other_regions_than_its_own_is_refused() -> None:
    said = read_again(SAID).to_statement()
    about = (said.subjects[0], Subject("cover", "22" * 32))
    with pytest.raises(BadStatement, match="about what it covers"):
        redacted.read(Statement("redacted", about, said.predicate))
    with pytest.raises(BadStatement, match="to be about original, cover"):
        cleared.read(Statement("cleared", about[:1], {}))


def test_a_picture_that_came_again_is_asked_about_again(house: House) -> None:
    number = house.picture()
    clear(house.archive, house.desk, WEI, proposed(house, number), "approved", DAY)
    again = house.capture("C.JPG", loaded_jpeg_bytes() + b"changed", title="The gate")
    assert not house.archive.index.redactions.cover(again)
