"""A feed that is followed for long: by a list, politely, on a schedule, moved, gone, on servers that misbehave."""

import gzip
import io
import json
import re
import signal
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from xml.parsers import expat

import pytest

from support.collecting_desk import NOW, Desk
from support.field_and_desk import WORK
from support.web_server import WebPages
from tamizdat.archive.ingest import feeds
from tamizdat.archive.ingest.feeds import follow
from tamizdat.archive.ingest.followed import FILE, PATIENCE, Followed, Following
from tamizdat.archive.ingest.removed import removed, spoken
from tamizdat.cli.collect_followed import QUIET, is_due
from tamizdat.cli.main import main
from tamizdat.cli.receive_watch import Ending
from tamizdat.encoding import canonical, timestamp
from tamizdat.errors import DamagedInput, TamizdatError
from tamizdat.home.setup import create_desk
from tamizdat.posts import feed_visits, opml
from tamizdat.posts.feed_visits import Missing, NoFeed, ask_for
from tamizdat.posts.fetch import Answer, Unreachable
from tamizdat.posts.manners import PAUSE, AskedToWait, Manners, retry_after
from tamizdat.posts.opml import Outline, read_opml, write_opml
from tamizdat.posts.report import IngestReport


@pytest.fixture
def site() -> Iterator[WebPages]:
    with WebPages() as made:
        made.pages["/1"] = made.pages["/3"] = (200, {}, b"a page")
        yield made


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk.make(tmp_path / "archive")
    yield made
    assert made.archive.check().sound
    made.archive.close()


@pytest.fixture
def home(tmp_path: Path) -> Path:
    create_desk(tmp_path / "desk", "ourdesk", b"", WORK)
    return tmp_path / "desk"


def run(home: Path, *argv: str) -> tuple[int, str, str]:
    out, err = io.StringIO(), io.StringIO()
    code = main(["collect", *argv, "--home", str(home)], out, err)
    return code, out.getvalue(), " ".join(err.getvalue().split())


def rss(*numbers: int, title: str = "Notes") -> bytes:
    items = "".join(
        f"<item><guid>/{number}</guid><link>/{number}</link><pubDate>Sun, {number} May 2024 06:28:00 +0000</pubDate>"
        f"<description>the {number}th</description></item>"
        for number in numbers
    )
    return f"<rss><channel><title>{title}</title>{items}</channel></rss>".encode()


def visit(
    desk: Desk, site: WebPages, hours: float = 0, path: str = "/feed", theirs: float | None = None
) -> IngestReport:
    """Visit so many hours later by our clock, and by the site's."""
    report, site.now = IngestReport(), NOW + timedelta(hours=hours if theirs is None else theirs)
    follow(desk.archive, desk.key, site.site + path, NOW + timedelta(hours=hours), report)
    return report


def said(desk: Desk, site: WebPages, path: str = "/feed") -> list[tuple[str, int]]:
    return [(each.said, each.times) for each in Following(desk.archive).of(site.site + path).visits]


# Gone ---------------------------------------------------------------------------------------------------------------


def test_a_page_is_gone_when_it_is_not_there_twice_an_hour_apart(desk: Desk, site: WebPages) -> None:
    site.pages["/feed"] = (200, {"ETag": '"1"'}, rss(1, 2, 3))
    visit(desk, site)
    site.pages["/feed"] = (200, {"ETag": '"2"'}, rss(1, 3))
    assert [visit(desk, site, hours).gone for hours in (1, 1.5, 1.9)] == [0, 0, 0]
    asked = [path for path, _ in site.asked]
    assert asked.count("/2") == 1, "once, and not again within the hour"
    assert visit(desk, site, 2).gone == 1, "the feed says 304: it answers"
    [gone] = removed(desk.archive)
    assert (gone.version.post, gone.word, spoken(gone.lived)[-4:]) == (f"{site.site}/2", "http", "days")


def test_a_clock_that_is_days_away_from_the_sites_is_told(desk: Desk, site: WebPages) -> None:
    site.pages["/feed"] = (200, {"ETag": '"1"'}, rss(1, 2))
    told = ["one of both is wrong" in " ".join(visit(desk, site, ours, theirs=1).notes) for ours in (1, 20, 30, -24)]
    assert told == [False, False, True, True]
    site.pages["/feed"] = (200, {"Age": "900000"}, rss(1, 2))
    assert "one of both" not in " ".join(visit(desk, site, 400, theirs=1).notes), "a cache gives out what is old"


def test_a_clock_that_jumps_makes_no_hour(desk: Desk, site: WebPages) -> None:
    site.pages["/feed"] = (200, {}, rss(1, 2))
    visit(desk, site)
    site.pages["/feed"] = (200, {}, rss(1, 3))
    found = [visit(desk, site, ours, theirs=1 + n / 60).gone for n, ours in enumerate((9000, 9001, 1, 500, 501))]
    assert found == [0] * 5, "its clock tells of minutes, ours of an hour and more"
    site.pages["/2"] = (404, {"Age": "3600"}, b"an answer of an hour ago, which a cache kept")
    assert visit(desk, site, 502, theirs=2).gone == 0
    site.pages["/2"] = (404, {}, b"")
    assert visit(desk, site, 503, theirs=2).gone == 1


def test_what_was_written_down_before_sites_clocks_were_looked_at_counts(desk: Desk, site: WebPages) -> None:
    site.pages["/feed"] = (200, {}, rss(1, 2))
    visit(desk, site)
    site.pages["/feed"] = (200, {}, rss(1, 3))
    visit(desk, site, 1)
    path = desk.archive.folder / FILE
    kept = json.loads(path.read_bytes())
    [[*_, date]] = [kept["feeds"][0]["gone_once"][f"{site.site}/2"]]
    assert date == timestamp(NOW + timedelta(hours=1))
    kept["feeds"][0]["gone_once"][f"{site.site}/2"].pop()
    path.write_bytes(canonical(kept))
    assert visit(desk, site, 2).gone == 1


def test_a_page_that_comes_back_begins_anew(desk: Desk, site: WebPages) -> None:
    site.pages["/feed"] = (200, {}, rss(1, 2))
    visit(desk, site)
    site.pages["/feed"] = (200, {}, rss(1, 3))
    site.pages["/2"] = (410, {}, b"")
    visit(desk, site, 1)
    site.pages["/2"] = (200, {}, b"here")
    visit(desk, site, 2)
    site.pages["/2"] = (410, {}, b"")
    assert [visit(desk, site, hours).gone for hours in (3, 3.5, 4)] == [0, 0, 1]


def test_an_answer_that_says_nothing_of_the_page_does_not_confirm_it(desk: Desk, site: WebPages) -> None:
    site.pages["/feed"] = (200, {}, rss(1, 2))
    visit(desk, site)
    site.pages["/feed"] = (200, {}, rss(1, 3))
    visit(desk, site, 1)
    for hours, status in enumerate((500, 503, 429, 403, 451), 3):
        site.pages["/2"] = (status, {}, b"")
        assert visit(desk, site, hours).gone == 0, status


def test_no_page_is_gone_while_the_site_gives_out_none_of_that_form(desk: Desk, site: WebPages) -> None:
    site.pages["/feed"] = (200, {}, rss(1, 2, 3))
    visit(desk, site)
    site.pages["/feed"] = (200, {"ETag": '"2"'}, rss(1, 3))
    del site.pages["/1"], site.pages["/3"]  # as where a blog's addresses are set up wrongly; its feed has another
    site.pages["/about/us"] = (200, {}, b"a page of another form")
    reports = [visit(desk, site, hours) for hours in (1, 2, 48)]
    assert [each.gone for each in reports] == [0, 0, 0]
    assert "Nothing follows from that" in reports[1].notes[0]
    site.pages["/1"] = (302, {"Location": "/about/us"}, b"")
    assert visit(desk, site, 49).gone == 0, "led elsewhere, it is not there"
    site.pages["/3"] = (301, {"Location": "/3/"}, b"")
    site.pages["/3/"] = (200, {}, b"a page")
    assert visit(desk, site, 50).gone == 1
    [gone] = removed(desk.archive)
    assert gone.version.post == f"{site.site}/2"


OWN = {
    "https://a.example/5": "https://a.example/5",
    "http://a.example/5": "https://a.example/5",
    "https://a.example/?p=5": "https://a.example/?p=5",
    "https://a.example/feed?p=5": "https://a.example/feed?p=5",
    **dict.fromkeys(
        ["https://a.example/feed", "https://a.example/", "https://a.example/5#a", "https://b.example/5"], ""
    ),
}


@pytest.mark.parametrize("url", OWN)
def test_a_page_is_asked_for_if_it_is_the_posts_own_and_as_the_feed_is(url: str) -> None:
    asked = []

    def get(url: str, headers: object) -> Answer:
        asked.append(url)
        return Answer(url, 404, {}, b"")

    words, _ = ask_for([Missing("post", url)], "https://a.example/feed", get)
    assert asked == [each.url for each in words] == ([OWN[url]] if OWN[url] else [])


def test_a_feed_without_an_entry_has_nobody_asked_for(desk: Desk, site: WebPages) -> None:
    site.pages["/feed"] = (200, {}, rss(1, 2))
    visit(desk, site)
    site.pages["/feed"] = (200, {}, rss())
    report = visit(desk, site, 1)
    assert (report.gone, dict(report.kinds)) == (0, {"form": 1})
    assert "/1" not in [path for path, _ in site.asked]


# In other hands -----------------------------------------------------------------------------------------------------


def test_an_address_in_other_hands_is_not_taken_for_its_author(desk: Desk, site: WebPages) -> None:
    site.pages["/feed"] = (200, {}, rss(1, 2, 3))
    visit(desk, site)
    size = desk.archive.size
    stranger = rss(1, 2, 3, title="Best slots").replace(b"May", b"June").replace(b"the ", b"win the ")  # the same ids
    site.pages = {"/feed": (200, {}, stranger), "/1": (200, {}, b"slots")}
    for hours in (1, 2, 3):
        with pytest.raises(NoFeed, match="calls itself 'Notes', found one that calls itself 'Best slots'") as told:
            visit(desk, site, hours)
    assert f"tamizdat collect theirs {site.site}/feed" in str(told.value)
    assert (desk.archive.size, said(desk, site)[-1]) == (size + 1, ("another feed", 3)), "its answer is kept, once"
    assert {each.state for each in desk.posts().values()} == {"present"}
    assert [path for path, _ in site.asked][-3:] == ["/feed"] * 3, "no page is asked for"
    site.pages |= {"/feed": (301, {"Location": "/slots"}, b""), "/slots": (200, {}, stranger)}
    with pytest.raises(NoFeed):
        visit(desk, site, 3.5)
    assert Following(desk.archive).of(site.site + "/feed").moved == "", "where a stranger leads nobody looks later"
    site.pages["/feed"] = (200, {}, rss(3, 4, title="Best slots"))
    assert visit(desk, site, 4).new == 1, "with a post of before it is the same feed under a new name"


def test_a_feed_of_its_name_that_holds_only_new_posts_is_taken(desk: Desk, site: WebPages) -> None:
    site.pages["/feed"] = (200, {}, rss(1, 2))
    visit(desk, site)
    site.pages["/feed"] = (200, {}, rss(5, 6))
    assert visit(desk, site, 1000).new == 2


def test_that_all_posts_say_something_else_at_once_is_told_as_what_it_may_be(desk: Desk, site: WebPages) -> None:
    site.pages["/feed"] = (200, {}, rss(1, 2, 3, 4, 5, 6))
    visit(desk, site)
    site.pages["/feed"] = (200, {}, rss(1, 2, 3, 4, 5, 6).replace(b"</desc", b" appeared first on Notes</desc", 5))
    report = visit(desk, site, 1)
    assert (report.edited, report.already, report.notes) == (5, 1, [])
    site.pages["/feed"] = (200, {}, rss(1, 2, 3, 4, 5, 6).replace(b"</desc", b" in Notes</desc"))
    report = visit(desk, site, 2)
    assert report.edited == 6
    assert report.notes[0].startswith("All 6 posts that were known say something else than before, at once")


def test_a_server_that_says_for_a_week_that_nothing_changed_is_asked_for_all_of_it(desk: Desk, site: WebPages) -> None:
    site.pages["/feed"] = (200, {"ETag": '"1"'}, rss(1))
    visit(desk, site)
    site.pages["/feed"] = (200, {"ETag": '"1"'}, rss(1, 2))  # the tag of a cache that nobody clears
    assert [visit(desk, site, hours).new for hours in (1, 100, 168)] == [0, 0, 0]
    assert visit(desk, site, 169).new == 1
    size = desk.archive.size
    assert [visit(desk, site, hours).new for hours in (170, 338, 339, 340)] == [0] * 4
    whole = ["if-none-match" not in headers for _, headers in site.asked]
    assert whole == [True, False, False, False, True, False, True, False, False]
    assert desk.archive.size == size, "the same once more is no statement"


# Servers that misbehave ---------------------------------------------------------------------------------------------


MISBEHAVING = {
    "an error page with 200": ((200, {"Content-Type": "text/html"}, b"<html><h1>Error</h1></html>"), NoFeed, "no feed"),
    "304 to a question without conditions": ((304, {}, b""), NoFeed, "304"),
    "a circle": ((302, {"Location": "/feed"}, b""), DamagedInput, "refused"),
    "an end too early": ((200, {"Content-Length": "9999"}, b"<rss>"), Unreachable, "unreachable"),
    "packed damage": ((200, {"Content-Encoding": "gzip"}, gzip.compress(rss(1))[:-9]), DamagedInput, "refused"),
    "too many questions": ((429, {"Retry-After": "7200"}, b""), NoFeed, "429"),
    "gone for good": ((410, {}, b""), NoFeed, "410"),
    "a file": ((301, {"Location": "file:///etc/passwd"}, b""), DamagedInput, "refused"),
}


def test_what_a_server_does_wrong_is_noted_and_changes_nothing(desk: Desk, site: WebPages) -> None:
    site.pages["/feed"] = (200, {}, rss(1, 2))
    visit(desk, site)
    size, noted = desk.archive.size, [("new 2", 1)]
    for hours, (name, (answer, error, word)) in enumerate(MISBEHAVING.items(), 1):
        site.pages["/feed"] = answer
        for half in (0, 0.5):
            with pytest.raises(error):
                visit(desk, site, hours + half)
        noted = [*noted[:-1], (word, 4)] if noted[-1][0] == word else [*noted, (word, 2)]
        assert said(desk, site)[-1] == noted[-1], name
    assert (desk.archive.size, said(desk, site)) == (size, noted)
    site.pages["/feed"] = (200, {}, rss(1, 2))
    assert visit(desk, site, 99).already == 2


def test_a_page_that_is_no_feed_tells_which_feeds_it_names(desk: Desk, site: WebPages) -> None:
    page = (
        b'<!doctype html><link rel="stylesheet" href="a.css"><link rel="alternate" hreflang="en" href="/en">'
        b'<LINK href="feed.xml" REL="home Alternate" type="application/rss+xml; charset=utf-8"/>'
        b'<link rel=alternate type=application/feed+json href="https://b.example/f.json"><p>words'
    )
    site.pages["/"] = (200, {}, page)
    with pytest.raises(NoFeed, match=rf"names these feeds: {site.site}/feed.xml, https://b.example/f.json\."):
        visit(desk, site, path="/")


def test_the_charset_of_the_header_is_kept_and_the_bytes_stay_readable(desk: Desk, site: WebPages) -> None:
    body = rss(1).decode().replace("the 1th", "校舍塌了").encode("gbk")
    site.pages["/feed"] = (200, {"Content-Type": 'application/rss+xml; charset="GBK"'}, body)
    assert not visit(desk, site).damaged
    [post] = desk.archive.index.posts.latest()
    assert post.text == "校舍塌了"
    assert desk.said("captured")[0].predicate["context"]["charset"] == "GBK"  # type: ignore[index,call-overload]
    desk.archive.index.make_anew()
    assert desk.archive.index.posts.latest()[0].text == "校舍塌了"


def test_a_feed_that_has_moved_says_so_once_and_is_found_there_when_the_old_address_is_gone(
    desk: Desk, site: WebPages
) -> None:
    site.pages["/feed"] = (301, {"Location": "/new"}, b"")
    site.pages["/new"] = (200, {}, rss(1))
    assert visit(desk, site).notes == [f"The site says that this feed has moved for good, to {site.site}/new."]
    assert visit(desk, site, 1).notes == []
    site.pages["/feed"] = (404, {}, b"")
    site.pages["/new"] = (200, {}, rss(1, 2))
    report = visit(desk, site, 2)
    assert (report.new, {post.author for post in desk.archive.index.posts.latest()}) == (1, {f"{site.site}/feed"})


def test_a_feed_that_is_elsewhere_for_now_has_not_moved(desk: Desk, site: WebPages) -> None:
    site.pages["/feed"] = (301, {"Location": "/b"}, b"")
    site.pages["/b"] = (302, {"Location": "/new"}, b"")
    site.pages["/new"] = (200, {}, rss(1))
    assert visit(desk, site).notes == []


# The list, and manners ----------------------------------------------------------------------------------------------


def test_visits_without_news_are_one_line_however_many(desk: Desk, site: WebPages) -> None:
    site.pages["/feed"] = (200, {"ETag": '"1"'}, rss(1))
    visit(desk, site)
    size = (desk.archive.folder / FILE).stat().st_size
    for hours in range(1, 30):
        visit(desk, site, hours)
    assert said(desk, site) == [("new 1", 1), ("304", 29)]
    assert (desk.archive.folder / FILE).stat().st_size < size + 200


def test_a_list_that_is_damaged_is_named_and_can_be_moved_away(desk: Desk, site: WebPages) -> None:
    site.pages["/feed"] = (200, {}, rss(1))
    visit(desk, site)
    path = desk.archive.folder / FILE
    for data in (b"{}", b"no json", b'{"feeds":[{"url":1}]}'):
        path.write_bytes(data)
        with pytest.raises(TamizdatError, match="Expected"):
            Following(desk.archive)
    path.unlink()
    assert [each.url for each in Following(desk.archive).all()] == [f"{site.site}/feed"]


def test_a_feed_that_fails_is_asked_less_and_less_often() -> None:
    feed, now = Followed("https://a.example/feed"), datetime(2026, 11, 28, tzinfo=UTC)
    pauses = []
    for _ in range(PATIENCE + 8):
        feed.note(now, "unreachable", failed=True)
        due = feed.due(now)
        pauses.append((datetime.fromisoformat(due) - now) // timedelta(hours=1) if due else 0)
    assert pauses == [0, 0, 1, 2, 4, 8, 16, 24, 24, 24, 24]
    feed.note(now, "304")
    assert feed.due(now) == ""


def test_a_clock_that_was_ahead_and_was_set_back_keeps_no_feed_from_being_visited() -> None:
    now = datetime(2026, 11, 28, tzinfo=UTC)
    for ahead in (timedelta(days=30), timedelta(days=9000)):
        feed = Followed("https://a.example/feed")
        feed.note(now + ahead, "304")
        assert is_due(feed, now)
        for _ in range(PATIENCE + 8):
            feed.note(now + ahead, "unreachable", failed=True)
        assert is_due(feed, now)
        feed.wait_until = timestamp(now + ahead)
        assert is_due(feed, now)
    feed.wait_until = timestamp(now + timedelta(days=7))
    assert not is_due(feed, now), "as long as any site may ask for"


def test_a_moment_at_which_a_host_may_be_asked_again_is_one_of_its_own_clock() -> None:
    for theirs in (NOW, NOW + timedelta(days=1), NOW - timedelta(days=400)):
        said = {"date": format_datetime(theirs, usegmt=True),
                "retry-after": format_datetime(theirs + timedelta(minutes=5), usegmt=True)}  # fmt: skip
        assert retry_after(Answer("https://a.example/feed", 429, said, b"")) == timedelta(minutes=5)


def test_of_many_posts_that_left_a_feed_others_are_asked_for_at_each_visit(desk: Desk, site: WebPages) -> None:
    numbers = range(1, 31)
    site.pages |= {f"/{number}": (200, {}, b"a page") for number in numbers}
    site.pages["/feed"] = (200, {}, rss(*numbers))
    visit(desk, site)
    site.pages["/feed"] = (200, {}, rss(1))  # the first one was put on top, for ever
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(feeds, "MAX_ASKED", 5)
        patched.setattr(feed_visits, "MAX_ASKED", 5)
        for hours in range(40):
            before = len(site.asked)
            visit(desk, site, hours)
            assert len(site.asked) - before == 6
    assert len({path for path, _ in site.asked} - {"/feed"}) > 20


def test_a_watched_feed_is_due_once_an_hour_and_less_often_when_nothing_comes() -> None:
    feed, now = Followed("https://a.example/feed"), datetime(2026, 11, 28, tzinfo=UTC)
    assert is_due(feed, now)
    feed.note(now, "304")
    assert [is_due(feed, now + timedelta(minutes=minutes)) for minutes in (59, 60)] == [False, True]
    for _ in range(QUIET):
        feed.note(now, "304")
    assert [is_due(feed, now + timedelta(hours=hours)) for hours in (1, 4)] == [False, True]
    feed.on = False
    assert not is_due(feed, now + timedelta(days=9))


def test_a_feed_that_is_gone_for_good_is_left_after_the_second_word_until_it_is_switched_on() -> None:
    feed, now = Followed("https://a.example/feed"), datetime(2026, 11, 28, tzinfo=UTC)
    left = []
    for hours in range(2):
        feed.note(now + timedelta(hours=hours), "410", failed=True)
        left.append(feed.is_gone_for_good)
    assert left == [False, True]
    feed.switch(True)
    assert is_due(feed, now + timedelta(hours=2))


def test_a_host_is_asked_with_pauses_and_left_alone_when_it_asks_for_that() -> None:
    time, waited, asked = [0.0], list[float](), list[str]()
    answers = iter([(200, {}), (200, {}), (503, {"retry-after": "120"}), (200, {})])

    def get(url: str, headers: object) -> Answer:
        status, said = next(answers)
        asked.append(url)
        return Answer(url, status, said, b"")

    def wait(seconds: float) -> None:
        waited.append(seconds)
        time[0] += seconds

    manners = Manners(get, wait, lambda: time[0])
    for path in ("1", "2", "3"):
        manners.get(f"https://a.example/{path}", {})
    assert waited == [PAUSE, PAUSE]
    with pytest.raises(AskedToWait):
        manners.get("https://a.example/4", {})
    assert len(asked) == 3, "nothing was sent"
    time[0] += 121
    manners.get("https://a.example/4", {})


def test_a_list_of_feeds_comes_in_and_goes_out(site: WebPages, home: Path, tmp_path: Path) -> None:
    site.pages["/a"], site.pages["/b"] = (200, {}, rss(1, title="A &amp; B")), (200, {}, rss(2))
    inner = f'<outline text="B" xmlUrl="{site.site}/b"/><outline xmlUrl="{site.site}/b"/><outline xmlUrl="mailto:x"/>'
    path = tmp_path / "in.opml"
    body = f'<body><outline type="rss" XMLURL="{site.site}/a"/>{inner}&nbsp;</body>'
    path.write_text(f'\n<opml version="1.0">{body}</opml>')
    code, out, _ = run(home, "--opml", str(path))
    assert (code, "2 feeds in the list, 2 of them new." in out, out.count("1 new")) == (0, True, 2)
    code, out, _ = run(home, "off", f"{site.site}/b")
    assert (code, "not visited any more" in out) == (0, True)
    site.asked.clear()
    run(home)
    assert [path for path, _ in site.asked] == ["/a"]
    code, out, _ = run(home, "list")
    lines = out.splitlines()
    assert (code, len(lines), "off" in lines[1], "A & B" in lines[0]) == (0, 2, True, True)
    assert run(home, "list", "--opml", str(tmp_path / "out.opml"))[0] == 0
    written = read_opml((tmp_path / "out.opml").read_bytes())
    assert written == [Outline(f"{site.site}/a", "A & B"), Outline(f"{site.site}/b", "B")]
    assert run(home, "on", f"{site.site}/b")[0] == 0
    assert run(home, "on", f"{site.site}/c")[0] == 2, "not followed"


@pytest.mark.parametrize("data", [b"", b"<rss/>", b"{}", b"\xff\xfe", b"x" * (5 << 20)])
def test_a_file_that_is_no_list_of_feeds_is_refused(data: bytes) -> None:
    with pytest.raises(DamagedInput, match="Expected a list of feeds in OPML"):
        read_opml(data)


def test_what_is_plainly_no_list_is_not_mended_to_be_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opml, "read_tree", lambda *given: pytest.fail("it was read as XML"))
    for data in (bytes(3 << 20), b"\x1f\x8b" + bytes(range(256)) * 99, b"<html><body>OPML</body></html>"):
        with pytest.raises(DamagedInput):
            read_opml(data)


@pytest.mark.parametrize("letter", [b"\0", b"&", b"<"])
def test_a_list_of_feeds_that_is_nothing_but_faults_is_refused_and_not_mended(letter: bytes) -> None:
    with pytest.raises(DamagedInput, match="Let the feed reader export"):
        read_opml(b'<opml version="2.0"><body><outline ' + letter * (opml.MAX_MENDED + 1))


def test_a_list_of_feeds_is_read_again_as_it_was_written() -> None:
    listed = [
        Outline('https://a.example/?a=1&b="2"', '<林> & "co"'),
        Outline("https://b.example/", "https://b.example/"),
    ]
    assert read_opml(write_opml(listed)) == listed


def test_a_title_that_xml_cannot_hold_does_not_cost_the_list_of_feeds() -> None:
    titles = {
        "a\x07b": "a b",
        "a\n b\u2028c": "a b c",
        "\ud800": "",
        "\ufffe": "",
        " ": "",
        "نام\u200cها": "نام\u200cها",
    }
    listed = [Outline(f"https://a.example/{place}", title) for place, title in enumerate(titles)]
    written = write_opml(listed)
    expat.ParserCreate().Parse(written, True)
    assert read_opml(written) == [
        Outline(each.url, title or each.url) for each, title in zip(listed, titles.values(), strict=True)
    ]


def test_a_feed_whose_site_asks_for_time_is_left_alone(site: WebPages, home: Path) -> None:
    site.pages["/feed"] = (200, {}, rss(1))
    assert run(home, f"{site.site}/feed")[0] == 0
    site.pages["/feed"] = (429, {"Retry-After": "7200"}, b"")
    assert run(home)[0] == 1
    site.asked.clear()
    code, out, _ = run(home)
    assert (code, "its site asked for that" in " ".join(out.split()), site.asked) == (0, True, [])


def test_where_nothing_was_removed_the_list_says_so(site: WebPages, home: Path) -> None:
    site.pages["/feed"] = (200, {}, rss(1, 2))
    run(home, f"{site.site}/feed")
    code, out, _ = run(home, "removed")
    assert (code, "Of no post that is kept here does its platform say" in " ".join(out.split())) == (0, True)


def test_the_units_of_systemd_name_no_voice_and_write_no_journal(site: WebPages, home: Path) -> None:
    site.pages["/feed"] = (200, {}, rss(1))
    run(home, f"{site.site}/feed")
    code, out, _ = run(home, "units")
    assert code == 0
    assert site.site not in out
    assert "Notes" not in out
    assert {"StandardOutput=null", "StandardError=null", "Type=oneshot", "OnCalendar=hourly"} <= set(out.splitlines())


def test_a_watch_visits_what_is_due_and_goes_on_after_a_failure(
    site: WebPages, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.pages["/a"], site.pages["/b"] = (200, {}, rss(1)), (500, {}, b"")
    listed = home.parent / "list.opml"
    listed.write_bytes(write_opml([Outline(f"{site.site}/b"), Outline(f"{site.site}/a"), Outline(f"{site.site}/c")]))
    rounds = iter([False, True])

    def wait(ending: Ending, seconds: float) -> None:
        if next(rounds):
            signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr(Ending, "wait", wait)
    assert run(home, "list", "--opml", str(home.parent / "none.opml"))[0] == 0
    run(home, "--opml", str(listed))
    run(home, "off", f"{site.site}/c")
    site.asked.clear()
    following = home / "archive" / FILE
    following.write_bytes(re.sub(rb'"last":"20..', b'"last":"1999', following.read_bytes()))
    code, out, err = run(home, "--watch")
    assert (code, "The watch has ended." in out, "status 500" in err) == (0, True, True)
    assert sorted(path for path, _ in site.asked) == ["/a", "/b"], "once, and what is off not at all"


def test_watch_takes_nothing_beside_it(home: Path) -> None:
    assert run(home, "--watch", "https://a.example/feed")[0] == 2
    assert run(home, "a", "b")[0] == 2
