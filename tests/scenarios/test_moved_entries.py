"""A feed whose entries come under other ids: the same posts where everything says so, and never otherwise."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from support.collecting_desk import NOW, Desk
from tamizdat.archive.ingest.identity import part
from tamizdat.encoding import timestamp

FEED = '<rss version="2.0"><channel><title>Notes</title><link>https://notes.example/</link>{}</channel></rss>'
TIME = "Sun, 12 May 2024 06:28:00 +0000"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk.make(tmp_path / "archive")
    yield made
    assert made.archive.check().sound
    made.archive.close()


def item(guid: str, link: str, words: str, time: str = TIME) -> str:
    return (
        f"<item><title>t</title><guid>{guid}</guid>{f'<link>{link}</link>' if link else ''}<pubDate>{time}</pubDate>"
        f"<description>{words}</description></item>"
    )


def take(desk: Desk, folder: Path, days: int, *items: str) -> tuple[int, int, int]:
    path = folder / f"{days}.xml"
    path.write_text(FEED.format("".join(items)), encoding="utf-8")
    report = desk.take(path, NOW + timedelta(days=days))
    return report.new, report.edited, report.already


def test_a_move_to_https_and_guids_made_anew_leave_the_posts_what_they_are(desk: Desk, tmp_path: Path) -> None:
    take(desk, tmp_path, 0, item("http://notes.example/?p=25", "https://notes.example/list", "the list"),
         item("http://notes.example/8", "http://notes.example/8", "eight"))  # fmt: skip
    moved = [item("http://notes.example/?p=9025", "https://notes.example/list", "the list, with one more name"),
             item("https://notes.example/8", "https://notes.example/8", "eight")]  # fmt: skip
    assert take(desk, tmp_path, 1, *moved)[::2] == (0, 1), "a file without a date does not tell which words came first"
    assert take(desk, tmp_path, 2, *moved) == (0, 0, 2)
    posts = {post.post: post.text for post in desk.archive.index.posts.latest()}
    assert posts == {"http://notes.example/?p=25": "the list, with one more name", "http://notes.example/8": "eight"}
    [joined] = [each.predicate["own"] for each in desk.said("observed") if "own" in each.predicate]
    assert joined == "http://notes.example/?p=9025", "what its bytes say is stated beside it"


def test_what_was_taken_for_one_post_can_be_parted_and_stays_so(desk: Desk, tmp_path: Path) -> None:
    take(desk, tmp_path, 0, item("7", "https://notes.example/list", "the list"))
    moved = item("8", "https://notes.example/list", "another list")
    assert take(desk, tmp_path, 1, moved)[::2] == (0, 0)
    version = max(each.number for each in desk.archive.index.posts.versions("https://notes.example/#7"))
    part(desk.archive, desk.key, version, timestamp(NOW + timedelta(days=1)))
    assert len(desk.archive.index.posts.latest()) == 2
    assert take(desk, tmp_path, 2, moved) == (0, 0, 1)


A = "https://notes.example/a"
OTHERS = {
    "both ids are in the feed": [item("8", A, "one"), item("9", A, "one")],
    "the old one is still there": [item("7", A, "one"), item("8", A, "one")],
    "another time and other words": [item("8", A, "two", "Mon, 13 May 2024 06:28:00 +0000")],
    "another page": [item("8", "https://notes.example/b", "one")],
    "an anchor in a page": [item("8", f"{A}#8", "one")],
}


@pytest.mark.parametrize("name", OTHERS)
def test_nothing_less_makes_two_entries_one(desk: Desk, tmp_path: Path, name: str) -> None:
    take(desk, tmp_path, 0, item("7", A, "one"))
    take(desk, tmp_path, 1, *OTHERS[name])
    known = {post.post for post in desk.archive.index.posts.latest()}
    assert {f"https://notes.example/#{number}" for number in (7, 8)} <= known
    assert not [each for each in desk.said("observed") if "own" in each.predicate]


def test_an_entry_whose_link_is_the_feeds_own_page_is_joined_to_none(desk: Desk, tmp_path: Path) -> None:
    take(desk, tmp_path, 0, item("7", "https://notes.example/", "one"))
    assert take(desk, tmp_path, 1, item("8", "https://notes.example/", "one"))[0] == 1
