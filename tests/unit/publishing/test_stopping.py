"""An edition that is stopped: soon, with nothing published, and the next run is as if nothing had been."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from support.collecting_desk import tweet
from support.published_desk import House
from tamizdat.errors import Leak, StorageFull, WorkRemains
from tamizdat.publishing.build.site_folder import staging_folder, swap
from tamizdat.verifying import verify

POSTS = 12


@pytest.fixture
def house(tmp_path: Path) -> House:
    """A desk with some posts that are released."""
    house = House(tmp_path)
    numbers = range(1, POSTS + 1)
    house.take(*(tweet(number, f"day {number}, we went to three families") for number in numbers))
    house.release(*numbers)
    return house


def pressed_at(step: int) -> Callable[[int], None]:
    """Somebody presses the button before this step."""
    done = 0

    def asked(size: int) -> None:
        nonlocal done
        done += 1
        if done == step:
            raise WorkRemains("It was stopped.")

    return asked


def half_made(house: House) -> list[Path]:
    return list(house.folder.glob(".site.new-*"))


def test_whether_to_stop_is_asked_at_each_post_while_it_is_gathered_searched_signed_and_planned(house: House) -> None:
    asked = list[int]()
    house.publish(progress=asked.append)
    assert len(asked) > 4 * POSTS


@pytest.mark.parametrize("step", [2, POSTS, 2 * POSTS, 3 * POSTS, 4 * POSTS])
def test_stopped_at_any_step_nothing_is_published_and_the_next_run_publishes_all(house: House, step: int) -> None:
    with pytest.raises(WorkRemains):
        house.publish(progress=pressed_at(step))
    assert not house.site.exists()
    done = house.publish()
    assert (done.number, done.items) == (1, POSTS)
    assert half_made(house) == []
    assert verify(house.site).holds


def test_whoever_stops_waits_for_no_pages_to_be_deleted_the_next_run_does_that(house: House) -> None:
    house.publish()

    def pressed_while_pages_are_made(size: int) -> None:
        if any(house.folder.glob(".site.new-*/site/items/*/index.html")):
            raise WorkRemains("It was stopped.")

    with pytest.raises(WorkRemains):
        house.publish(name="Another name", progress=pressed_while_pages_are_made)
    [left] = half_made(house)
    assert any(left.rglob("index.html"))
    assert verify(house.site).holds
    assert house.publish(name="Another name").number == 2
    assert half_made(house) == []


def test_what_a_leak_ended_is_deleted_at_once(house: House) -> None:
    with pytest.raises(Leak):
        house.publish(name="from DCIM/geheim.jpg", private=[("a path", "DCIM/geheim.jpg")])
    with pytest.raises(Leak), staging_folder(house.site):
        raise Leak("Expected no secret.")
    assert half_made(house) == []


def test_an_old_edition_may_show_what_was_withdrawn_and_is_deleted_whoever_stops(tmp_path: Path) -> None:
    out = tmp_path / "site"
    out.mkdir()
    (out / "withdrawn.html").write_text("words")

    def exchanged_and_stopped() -> None:
        with staging_folder(out) as new:
            (new / "index.html").write_text("words")
            swap(new, out)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        exchanged_and_stopped()
    assert [each.name for each in tmp_path.iterdir()] == ["site"]
    assert [each.name for each in out.iterdir()] == ["index.html"]


def test_what_was_half_made_is_deleted_also_where_nothing_is_new_since_the_last_edition(house: House) -> None:
    """An account chose to be named, the edition was stopped, the account thought better of it."""
    house.translate(1, "we went to three families")
    named: dict[str, Any] = {"credit": lambda post, language, tag: "Somebody by name", "credited": "named"}
    nobody: dict[str, Any] = {"credit": lambda post, language, tag: "", "credited": "nobody"}
    house.publish(**nobody)

    def pressed_when_the_name_is_written(size: int) -> None:
        pages = [page for left in half_made(house) for page in left.rglob("*.html")]
        if any("Somebody by name" in page.read_text() for page in pages):
            raise WorkRemains("It was stopped.")

    with pytest.raises(WorkRemains):
        house.publish(**named, progress=pressed_when_the_name_is_written)
    assert half_made(house)
    assert not house.publish(**nobody).written
    assert half_made(house) == []


def test_what_was_half_made_is_deleted_before_a_leak_ends_the_next_run(house: House) -> None:
    half = house.folder / ".site.new-0a1b2c3d/site"
    half.mkdir(parents=True)
    with pytest.raises(Leak):
        house.publish(name="from DCIM/geheim.jpg", private=[("a path", "DCIM/geheim.jpg")])
    assert half_made(house) == []


def test_what_was_half_made_is_deleted_before_anything_is_written_for_it_may_fill_the_disk(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    half = house.folder / ".site.new-0a1b2c3d/site"
    half.mkdir(parents=True)

    def full(folder: Path, lock: Path) -> None:
        raise StorageFull("No room is left.")

    monkeypatch.setattr(sys.modules["tamizdat.publishing.publish"], "BuildCache", full)
    with pytest.raises(StorageFull):
        house.publish()
    assert half_made(house) == []


def test_what_a_killed_run_left_of_an_old_edition_goes_although_nothing_is_new(house: House) -> None:
    house.publish()
    left = house.folder / ".site.new-0123abcd/site/items/3"
    left.mkdir(parents=True)
    (left / "proof.js").write_bytes(b"what was withdrawn")
    assert not house.publish().written
    assert half_made(house) == []
