"""An edition that is stopped: soon, with nothing published, and the next run is as if nothing had been."""

from collections.abc import Callable
from pathlib import Path

import pytest

from support.collecting_desk import tweet
from support.published_desk import House
from tamizdat.errors import Leak, WorkRemains
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


def test_what_a_killed_run_left_of_an_old_edition_goes_although_nothing_is_new(house: House) -> None:
    house.publish()
    left = house.folder / ".site.new-0123abcd/site/items/3"
    left.mkdir(parents=True)
    (left / "proof.js").write_bytes(b"what was withdrawn")
    assert not house.publish().written
    assert half_made(house) == []
