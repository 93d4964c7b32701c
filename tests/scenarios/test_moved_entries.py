"""A feed whose entries come under other ids: the same posts where everything says so, and never otherwise."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path

import pytest

from support.collecting_desk import NOW, Desk
from tamizdat.archive.ingest.dry_run import look_over
from tamizdat.archive.ingest.feeds import follow
from tamizdat.archive.ingest.identity import part
from tamizdat.encoding import timestamp
from tamizdat.posts.export import open_export
from tamizdat.posts.fetch import Answer
from tamizdat.posts.formats import feeds, feeds_earlier
from tamizdat.posts.formats.feed_entries import Reading
from tamizdat.posts.report import IngestReport

FEED = '<rss version="2.0"><channel><title>Notes</title><link>https://notes.example/</link>{}</channel></rss>'
URL = "https://notes.example/feed"
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


def take(desk: Desk, days: int, *items: str) -> tuple[int, int, int]:
    """Visit a feed that holds these; what was in it before has its page still."""
    report, feed = IngestReport(), FEED.format("".join(items)).encode()

    def get(url: str, headers: Mapping[str, str]) -> Answer:
        return Answer(url, 200, {}, feed if url == URL else b"a page")

    follow(desk.archive, desk.key, URL, NOW + timedelta(days=days), report, get)
    return report.new, report.edited, report.already


def test_a_move_to_https_and_guids_made_anew_leave_the_posts_what_they_are(desk: Desk) -> None:
    take(desk, 0, item("http://notes.example/?p=25", "https://notes.example/list", "the list"),
         item("http://notes.example/8", "http://notes.example/8", "eight"))  # fmt: skip
    moved = [item("http://notes.example/?p=9025", "https://notes.example/list", "the list, with one more name"),
             item("https://notes.example/8", "https://notes.example/8", "eight")]  # fmt: skip
    assert take(desk, 1, *moved) == (0, 1, 1)
    assert take(desk, 2, *moved) == (0, 0, 2)
    posts = {post.post: post.text for post in desk.archive.index.posts.latest()}
    assert posts == {"http://notes.example/?p=25": "the list, with one more name", "http://notes.example/8": "eight"}
    [joined] = [each.predicate["own"] for each in desk.said("observed") if "own" in each.predicate]
    assert joined == "http://notes.example/?p=9025", "what its bytes say is stated beside it"


def test_a_dry_run_takes_a_moved_entry_for_what_it_is(desk: Desk, tmp_path: Path) -> None:
    take(desk, 0, item("7", "https://notes.example/list", "the list"))
    file = tmp_path / "feed.xml"
    file.write_text(FEED.format(item("8", "https://notes.example/list", "the list")), encoding="utf-8")
    export, report = open_export(file, IngestReport()), IngestReport()
    feed_format = feeds.FetchedFeed(URL)
    look_over(desk.archive, export, feed_format, NOW + timedelta(days=1), report)
    assert (report.new, report.already) == (0, 1)


def test_what_was_taken_for_one_post_can_be_parted_and_stays_so(desk: Desk) -> None:
    take(desk, 0, item("7", "https://notes.example/list", "the list"))
    moved = item("8", "https://notes.example/list", "another list")
    assert take(desk, 1, moved) == (0, 1, 0)
    version = max(each.number for each in desk.archive.index.posts.versions("https://notes.example/#7"))
    part(desk.archive, desk.key, version, timestamp(NOW + timedelta(days=1)))
    assert len(desk.archive.index.posts.latest()) == 2
    assert take(desk, 2, moved) == (0, 0, 1)


A = "https://notes.example/a"
OTHERS = {
    "both ids are in the feed": [item("8", A, "one"), item("9", A, "one")],
    "the old one is still there": [item("7", A, "one"), item("8", A, "one")],
    "another time and other words": [item("8", A, "two", "Mon, 13 May 2024 06:28:00 +0000")],
    "another page": [item("8", "https://notes.example/b", "one")],
    "an anchor in a page": [item("8", f"{A}#8", "one")],
}


@pytest.mark.parametrize("name", OTHERS)
def test_nothing_less_makes_two_entries_one(desk: Desk, name: str) -> None:
    take(desk, 0, item("7", A, "one"))
    take(desk, 1, *OTHERS[name])
    known = {post.post for post in desk.archive.index.posts.latest()}
    assert {f"https://notes.example/#{number}" for number in (7, 8)} <= known
    assert not [each for each in desk.said("observed") if "own" in each.predicate]


def test_an_entry_whose_link_is_the_feeds_own_page_is_joined_to_none(desk: Desk) -> None:
    take(desk, 0, item("7", "https://notes.example/", "one"))
    assert take(desk, 1, item("8", "https://notes.example/", "one"))[0] == 1


def test_the_same_bytes_read_in_a_new_way_are_no_edit(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """A desk that followed a feed before: what a new version reads otherwise, nobody has changed."""
    words = "&lt;p&gt;one&lt;/p&gt; &lt;p&gt;two&lt;/p&gt;"
    with monkeypatch.context() as before:
        before.setattr(feeds, "NAME", "feed/v2")
        before.setattr(feeds, "_post", lambda raw, context, node: Reading(feeds_earlier.post_v2(raw, context)))
        before.setattr(feeds.FetchedFeed, "NAME", "feed/v2")
        take(desk, 0, item("https://notes.example/1", "https://notes.example/1", words))
    assert desk.archive.check(rebuild=True).sound  # as a new version of the program does
    [known] = desk.archive.index.posts.latest()
    assert known.text == "one\n\n\n\ntwo"
    same = item("https://notes.example/1", "https://notes.example/1", words)
    later = item("https://notes.example/2", "https://notes.example/2", "x")
    assert take(desk, 1, same, later)[:2] == (1, 0)
    assert {each.text for each in desk.archive.index.posts.latest()} == {"one\n\ntwo", "x"}
    mended = item("https://notes.example/1", "https://notes.example/1", words.replace("two", "three"))
    assert take(desk, 2, mended, later) == (0, 1, 1)
