"""Nothing is put out that our own verifier does not accept, and nothing that strangers write stops the rest."""

import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from support.collecting_desk import tweet
from support.published_desk import NOON, TODAY, House, status
from tamizdat.archive.acts.releases import state_release
from tamizdat.errors import CheckFailed
from tamizdat.ledger.roster import Roster
from tamizdat.publishing.build.self_check import FEW, check_edition
from tamizdat.statements.catalogued import CataloguedPost
from tamizdat.verifying import verify

LATER = TODAY + timedelta(days=1)


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


def release_all(house: House) -> None:
    for version in house.archive.index.posts.latest():
        state_release(house.archive, house.desk, CataloguedPost(version.post, release="public"))


@pytest.mark.parametrize(
    "url", ["https://a.example/two words", "https://a.example/1\n", "javascript:alert(1)", "http://"]
)
def test_an_address_that_the_format_cannot_hold_is_left_out_and_the_edition_holds(house: House, url: str) -> None:
    item = {
        "id": "https://a.example/1",
        "url": url,
        "content_text": "Some words",
        "date_published": "2013-05-12T06:28:00Z",
    }
    feed = {"version": "https://jsonfeed.org/version/1.1", "title": "A", "items": [item]}
    house.take_files({"feed.json": json.dumps(feed).encode()}, NOON)
    release_all(house)
    assert house.publish().items == 1
    report = verify(house.site)
    assert (report.broken, report.holds) == ([], True)


def test_an_item_whose_statement_is_too_large_is_left_out_and_the_rest_is_published(house: House) -> None:
    house.take(tweet(1, "校" * 60_000), tweet(2, "Another"))
    house.release(1, 2)
    house.publish()
    for day in range(1, 22):
        house.take(tweet(1, f"{day}" + "校" * 60_000), tweet(3, "A third"), now=NOON + timedelta(days=day))
        house.release(1)
    house.release(3)
    done = house.publish(LATER)
    number = house.number(status(1))
    [(skipped, why)] = done.skipped
    assert (skipped, "of at most" in why) == (number, True)
    assert done.added == (house.number(status(3)),)
    assert number not in done.removed, "it was published, so it stays as it was"
    assert verify(house.site).holds


@pytest.mark.parametrize("changed", [1, FEW + 1])
def test_an_edition_that_does_not_verify_is_not_put_out(house: House, changed: int) -> None:
    house.take(*(tweet(number, f"Some words, {number}") for number in range(1, FEW + 3)))
    release_all(house)
    house.publish()
    root = Roster.open(house.roster).root.fingerprint
    numbers = [house.number(status(number)) for number in range(1, changed + 1)]
    check_edition(house.site, root, numbers)
    page = house.site / f"items/{numbers[0]}/index.html"
    page.write_text(page.read_text("utf-8").replace("Some words, 1", "Other words"), "utf-8")
    with pytest.raises(CheckFailed, match="Nothing was put in place"):
        check_edition(house.site, root, numbers)


def test_the_times_of_the_files_tell_the_day_of_the_edition_and_not_the_hour_of_the_work(house: House) -> None:
    house.take(tweet(1, "One"), tweet(2, "Two"))
    house.release(1)
    house.publish()
    midnight = int(datetime(TODAY.year, TODAY.month, TODAY.day, tzinfo=UTC).timestamp()) * 1_000_000_000
    assert {each.stat().st_mtime_ns for each in [house.site, *house.site.rglob("*")]} == {midnight + 1_000_000_000}
    first = {path: path.stat().st_size for path in house.site.rglob("*") if path.is_file()}
    house.release(2)
    assert house.publish().number == 2
    times = {path: path.stat().st_mtime_ns for path in [house.site, *house.site.rglob("*")]}
    assert set(times.values()) == {midnight + 1_000_000_000, midnight + 2_000_000_000}
    assert times[house.site / "index.html"] == midnight + 2_000_000_000, "a mirror that compares times sees the change"
    assert times[house.site / f"items/{house.number(status(1))}/statement.json"] == midnight + 1_000_000_000
    assert {times[each] for each in times if each.is_dir()} == {midnight + 2_000_000_000}
    assert first


def test_a_file_that_was_put_back_with_its_time_is_made_anew(house: House) -> None:
    house.take(tweet(1, "One"), tweet(2, "Two"))
    house.release(1)
    house.publish()
    page = house.site / f"items/{house.number(status(1))}/index.html"
    good, time = page.read_bytes(), page.stat().st_mtime_ns
    forged = house.folder / "forged"  # beside the page while that stands, so that it cannot get its inode again
    forged.write_bytes(good.replace(b"One", b"Two"))
    os.utime(forged, ns=(time, time))
    forged.replace(page)
    house.release(2)
    house.publish(LATER)
    assert b"One" in page.read_bytes()
    assert verify(house.site).holds


def test_files_of_an_edition_of_the_old_code_lose_the_times_of_the_clock(house: House) -> None:
    house.take(tweet(1, "One"), tweet(2, "Two"))
    house.release(1)
    house.publish()
    for path in house.site.rglob("*"):
        os.utime(path, ns=(1_700_000_000_123_456_789,) * 2)
    (house.archive.folder / "publishing.sqlite").unlink()
    assert house.publish().new is False
    house.release(2)
    house.publish(LATER)
    assert all(path.stat().st_mtime_ns % 1_000_000_000 == 0 for path in [house.site, *house.site.rglob("*")])
