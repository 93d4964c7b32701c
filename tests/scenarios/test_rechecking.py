"""Kept posts asked for again one by one, at servers on loopback: gone, edited, walled, broken, hostile."""

import json
from collections.abc import Iterator
from contextlib import AbstractContextManager, suppress
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from support.account_server import AccountServer
from support.collecting_desk import NOW, Desk, in_folder, outbox
from support.field_and_desk import WORK
from support.web_server import Reply, WebPages
from tamizdat.archive.archive import Archive
from tamizdat.archive.forgetting.destruction import commit, finish
from tamizdat.archive.forgetting.plan import planned
from tamizdat.archive.ingest import recheck as rechecking
from tamizdat.archive.ingest import rechecks as turns
from tamizdat.archive.ingest.accounts import follow_address
from tamizdat.archive.ingest.askable import askable
from tamizdat.archive.ingest.feeds import follow
from tamizdat.archive.ingest.followed import Following
from tamizdat.archive.ingest.recheck import RecheckReport, recheck
from tamizdat.archive.ingest.rechecks import FILE, LEAST, Rechecks, to_ask
from tamizdat.archive.released import whose_word
from tamizdat.cli.collect_recheck import LOCKED
from tamizdat.cli.main import main
from tamizdat.encoding import timestamp
from tamizdat.errors import DamagedInput, Forgotten, InUse, StorageFull, UsageError
from tamizdat.home.home import alone
from tamizdat.home.setup import create_desk
from tamizdat.posts.feed_visits import NoFeed
from tamizdat.posts.fetch import Answer, fetch
from tamizdat.posts.recheck import Asker, Permalink, Said, Unaskable, permalink_of
from tamizdat.posts.report import IngestReport
from tamizdat.statements import gone as gone_act
from tamizdat.statements.captured import CapturedSource

POSTS = 12


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk.make(tmp_path / "archive")
    yield made
    assert made.archive.check().sound
    made.archive.close()


def blog(desk: Desk, made: WebPages, posts: int = POSTS) -> WebPages:
    """A blog whose feed was taken in, with a page for each post."""
    items = [{"id": f"{made.site}/{number}", "url": f"{made.site}/{number}", "content_text": f"第{number}天",
              "date_published": "2013-05-12T14:28:00+08:00"} for number in range(1, posts + 1)]  # fmt: skip
    feed = {"version": "https://jsonfeed.org/version/1.1", "title": "林", "items": items}
    made.pages = {f"/{number}": (200, {}, b"a page") for number in range(1, posts + 1)}
    made.pages["/feed"] = (200, {}, json.dumps(feed).encode())
    follow(desk.archive, desk.key, f"{made.site}/feed", NOW, IngestReport())
    made.asked.clear()
    return made


@pytest.fixture
def site(desk: Desk) -> Iterator[WebPages]:
    with WebPages() as made:
        yield blog(desk, made)


@pytest.fixture
def server(desk: Desk) -> Iterator[AccountServer]:
    """An account of Mastodon's API, followed once."""
    with AccountServer(page=40) as made:
        for number in range(1, 9):
            made.write(number, f"post {number}")
        follow_address(desk.archive, desk.key, made.url, NOW, IngestReport(), fetch, lambda _: None)
        made.asked.clear()
        yield made


class Clock:
    """What servers tell in ``Date``."""

    now = NOW

    @classmethod
    def told(cls, *_: object) -> str:
        return format_datetime(cls.now, usegmt=True)


@pytest.fixture(autouse=True)
def _clock_of_servers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Clock, "now", NOW)
    monkeypatch.setattr(BaseHTTPRequestHandler, "date_time_string", Clock.told)


def ask(
    desk: Desk, host: str, hours: float = 0, by_name: bool = True, theirs: float | None = None, **more: Any
) -> RecheckReport:
    """Ask a host, so many hours later by our clock, and by its own."""
    known, when = askable(desk.archive).hosts[host], NOW + timedelta(hours=hours)
    Clock.now = NOW + timedelta(hours=hours if theirs is None else theirs)
    return recheck(desk.archive, desk.key, host, known, by_name, lambda: when, pause=lambda _: None, **more)


def gone(desk: Desk) -> set[str]:
    return {name for name, post in desk.posts().items() if post.state == "gone"}


# -- pages ------------------------------------------------------------------------------------------------------


def test_a_page_that_is_not_there_twice_a_day_apart_is_gone_and_both_answers_are_kept(
    desk: Desk, site: WebPages
) -> None:
    first = ask(desk, site.host)
    assert (first.asked, first.there, first.gone, first.left) == (POSTS, POSTS, 0, 0)
    assert len({path for path, _ in site.asked}) == POSTS
    size = desk.archive.size
    site.pages["/3"] = (404, {"Content-Type": "text/html"}, "沒有這一頁".encode())
    assert [ask(desk, site.host, hours).gone for hours in (24, 25, 47)] == [0, 0, 0]
    assert (desk.archive.size, gone(desk)) == (size, set()), "what was said once is in no statement"
    assert ask(desk, site.host, 48.5).gone == 1
    assert gone(desk) == {"3"}
    [said] = desk.said("gone")
    assert (said.predicate["word"], said.predicate["status"]) == ("http", 404)
    assert said.predicate["url"] == f"{site.site}/3"
    word = gone_act.read(said)
    assert whose_word(desk.archive, word, desk.posts()["3"]) == f"{site.site}/feed"
    assert word.slices is not None
    kept = desk.archive.capture(word.slices[0].capture)
    assert isinstance(kept, CapturedSource)
    with desk.archive.objects.open(kept.original) as file:
        answers = json.load(file)
    assert [(each["status"], each["size"]) for each in answers] == [(404, 15)] * 2
    assert [each["asked"] for each in answers] == ["2026-11-24T09:00:00Z", "2026-11-25T09:30:00Z"]
    assert "3" not in kept.path.rpartition("/")[0]
    assert site.host not in json.dumps(answers), "nothing in it names the post"
    asked = len(site.asked)
    assert ask(desk, site.host, 100).gone == 0
    assert "/3" not in [path for path, _ in site.asked[asked:]], "what is known to be gone is not asked for again"
    assert desk.archive.index.posts.followed() == [f"{site.site}/feed"]


def drip(size: int) -> Any:
    def write(request: Any) -> None:
        request.send_response(404)
        request.end_headers()
        for _ in range(size >> 16):
            request.wfile.write(bytes(1 << 16))

    return write


DOUBTFUL: dict[str, Any] = {
    "signing in": (401, {}, b""),
    "a wall": (403, {}, b"<html>Just a moment"),
    "broken": (500, {}, b""),
    "not for everybody": (402, {}, b""),
    "no content": (204, {}, b""),
    "a page that says it is gone": (200, {}, b"404 not found"),
    "nothing at all": (200, {}, b""),
    "to the front page": (302, {"Location": "/"}, b""),
    "to a page that is not there": (301, {"Location": "/nowhere"}, b""),
    "round in a circle": (302, {"Location": "/8"}, b""),
    "to a neighbour": (302, {"Location": "http://127.0.0.1:1/3"}, b""),
    "to another host": (302, {"Location": "http://192.168.1.1/3"}, b""),
    "to a file": (302, {"Location": "file:///etc/passwd"}, b""),
    "a 404 that breaks off": (404, {"Content-Length": "500"}, b"short"),
    "a 404 that does not unpack": (404, {"Content-Encoding": "gzip"}, b"short"),
    "a 404 of gigabytes": drip(4 << 20),
    "no HTTP": lambda request: request.wfile.write(b"SSH-2.0-OpenSSH\r\n"),
}


def test_a_doubtful_answer_makes_no_page_gone(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rechecking, "ENOUGH", 99)
    with WebPages() as made:
        site = blog(desk, made, len(DOUBTFUL) + 2)
        site.pages |= {f"/{number}": answer for number, answer in enumerate(DOUBTFUL.values(), 1)}
        site.pages[f"/{len(DOUBTFUL) + 1}"] = (404, {}, b"")  # and one that is told from them
        reports = [ask(desk, site.host, hours) for hours in (0, 25)]
    assert [(each.asked, each.gone, len(each.once)) for each in reports] == [(len(DOUBTFUL) + 2, 0, 1),
                                                                        (len(DOUBTFUL) + 2, 1, 0)]  # fmt: skip
    assert gone(desk) == {str(len(DOUBTFUL) + 1)}


def test_what_is_withheld_by_law_is_told_and_not_gone(desk: Desk, site: WebPages) -> None:
    site.pages["/3"] = (451, {}, b"")
    assert [ask(desk, site.host, hours).withheld for hours in (0, 24)] == [[f"{site.site}/3"]] * 2
    assert not gone(desk)


def test_a_page_that_was_gone_once_and_is_there_again_begins_anew(desk: Desk, site: WebPages) -> None:
    answers: list[Reply] = [(410, {}, b""), (200, {}, b""), (410, {}, b""), (410, {}, b"")]
    found = []
    for day, answer in enumerate(answers):
        site.pages["/3"] = answer
        found.append(ask(desk, site.host, 25 * day).gone)
    assert found == [0, 0, 0, 1]


def test_a_site_that_says_404_of_everything_is_not_believed(desk: Desk, site: WebPages) -> None:
    pages, site.pages = site.pages, {}
    for hours in (0, 25, 50):
        report = ask(desk, site.host, hours)
        assert (report.gone, report.once, report.left) == (0, [], POSTS)
        assert "Nothing follows" in report.notes[-1]
    site.pages = pages
    assert ask(desk, site.host, 75).there == POSTS


def test_a_site_that_begins_to_say_404_of_everything_in_the_middle_is_not_believed(desk: Desk, site: WebPages) -> None:
    def there(request: Any) -> None:
        number = len(site.asked)
        request.send_response(200 if number <= 4 else 404)
        request.end_headers()

    for day in (0, 1, 2):
        site.asked.clear()
        site.pages = dict.fromkeys(site.pages, there)
        report = ask(desk, site.host, 25 * day)
        assert (report.there, report.gone, report.once) == (4, 0, [])


def test_a_site_that_has_moved_is_told_and_nothing_is_stated(desk: Desk, site: WebPages) -> None:
    for number in range(1, 9):
        site.pages[f"/{number}"] = (404, {}, b"")
    ask(desk, site.host)
    report = ask(desk, site.host, 25)
    assert report.gone == 0
    assert "8 were not there a second time, and nothing is stated of that: most such pages" in report.notes[0]


def test_a_site_that_was_made_anew_and_has_old_pages_elsewhere_is_not_believed(desk: Desk) -> None:
    with WebPages() as made:
        site = blog(desk, made, 4)
        more = {"content_text": "x", "date_published": "2013-05-12T14:28:00+08:00"}
        items = [{**more, "id": f"{site.site}/x{each}", "url": f"{site.site}/{each}.html"} for each in ("a", "b", "3")]
        feed = {"version": "https://jsonfeed.org/version/1.1", "title": "林", "items": items}
        site.pages["/feed"] = (200, {}, json.dumps(feed).encode())
        follow(desk.archive, desk.key, f"{site.site}/feed", NOW, IngestReport())
        reports = [ask(desk, site.host, hours) for hours in (0, 25)]
    assert [(each.asked, each.there, each.gone, each.once, each.left) for each in reports] == [(7, 4, 0, [], 0)] * 2
    assert "no other page of such an address" in reports[1].notes[0]


def test_a_site_that_says_404_of_what_is_there_by_turns_is_not_believed(desk: Desk, site: WebPages) -> None:
    absent: Reply = (404, {}, b"")
    there = site.pages["/1"]
    for number in (1, 2, 3):
        site.pages[f"/{number}"] = absent
    ask(desk, site.host)
    site.pages["/1"] = there
    report = ask(desk, site.host, 25)
    assert (report.gone, "there again" in report.notes[0]) == (0, True)
    assert ask(desk, site.host, 48).gone == 0, "a day from there"
    assert ask(desk, site.host, 51).gone == 2
    assert gone(desk) == {"2", "3"}


def test_a_site_that_says_404_of_everything_when_each_run_begins_is_not_believed(desk: Desk, site: WebPages) -> None:
    """A login page of a hotel until somebody signs in, a restart at the hour of the timer."""
    pages = dict(site.pages)

    def there(request: Any) -> None:
        request.send_response(404 if len(site.asked) <= 3 else 200)
        request.end_headers()

    found = []
    for day in (0, 1, 2):
        site.asked.clear()
        site.pages = dict.fromkeys(pages, there)
        found.append(ask(desk, site.host, 25 * day))
    assert [each.gone for each in found] == [0, 0, 0]
    assert len(found[0].once) == 3
    assert "there again" in found[1].notes[0] or "not borne out" in found[1].notes[0]


def test_a_site_that_begins_to_say_404_of_everything_before_the_end_of_a_run_is_not_believed(
    desk: Desk, site: WebPages
) -> None:
    site.pages["/3"] = (404, {}, b"")
    ask(desk, site.host)
    pages = dict(site.pages)

    def until_it_ends(count: int) -> None:
        if count and len(site.asked) == 2 * POSTS:
            site.pages = {}

    report = ask(desk, site.host, 25, progress=until_it_ends)
    assert (report.gone, report.there) == (0, POSTS - 1)
    assert "not borne out" in report.notes[0]
    site.pages = pages
    assert ask(desk, site.host, 26).gone == 1


def test_what_a_cache_gives_out_for_days_is_one_word(desk: Desk, site: WebPages) -> None:
    site.pages["/3"] = (404, {"Age": "0"}, b"")
    ask(desk, site.host)
    site.pages["/3"] = (404, {"Age": str(25 * 3600)}, b"")
    assert ask(desk, site.host, 25).gone == 0
    site.pages["/3"] = (404, {"Age": "60"}, b"")
    assert ask(desk, site.host, 26).gone == 1


def test_a_clock_that_jumped_makes_no_host_wait_for_a_year(desk: Desk, site: WebPages) -> None:
    host = Rechecks(desk.archive).of(site.host)
    host.wait_until = timestamp(NOW + timedelta(days=366))
    assert (host.is_waiting(NOW), host.is_waiting(NOW + timedelta(days=360))) == (False, True)


def test_what_a_full_disk_refuses_is_stated_by_the_next_run(
    desk: Desk, site: WebPages, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.pages["/3"] = (404, {}, b"")
    ask(desk, site.host)

    def full(*_: object) -> None:
        raise StorageFull("no room")

    with monkeypatch.context() as disk:
        disk.setattr(type(desk.archive.objects), "adopt", full)
        with pytest.raises(StorageFull):
            ask(desk, site.host, 25)
    assert desk.said("gone") == []
    assert ask(desk, site.host, 26).gone == 1


def test_a_clock_that_jumps_makes_no_day(desk: Desk, site: WebPages) -> None:
    site.pages["/3"] = (404, {}, b"")
    found = [ask(desk, site.host, ours, theirs=hour).gone for hour, ours in enumerate((0, 9000, -9000, -8999, 5000))]
    assert found == [0] * 5
    assert ask(desk, site.host, 30).gone == 1
    site.pages["/4"] = (404, {}, b"")
    assert ask(desk, site.host, 9000, theirs=40).gone == 0
    assert [ask(desk, site.host, hours).gone for hours in (65, 90)] == [0, 1], "from there on the clock is right"


def test_a_host_that_has_enough_is_left_and_gone_on_with_later(desk: Desk, site: WebPages) -> None:
    pages = dict(site.pages)

    def enough(request: Any) -> None:
        if len(site.asked) < 4:
            request.send_response(200)
        else:
            request.send_response(429)
            request.send_header("Retry-After", "7200")
        request.end_headers()

    site.pages = dict.fromkeys(site.pages, enough)
    report = ask(desk, site.host)
    assert (report.asked, report.there, report.stopped, report.left) == (4, 3, True, POSTS - 3)
    assert ask(desk, site.host, 1).asked == 0, "it is not even asked before that"
    site.pages = pages
    report = ask(desk, site.host, 3)
    assert (report.asked, report.there, report.left) == (LEAST, LEAST, 0)
    assert len({path for path, _ in site.asked}) == POSTS


def test_a_wall_ends_the_run_and_the_next_begins_where_it_stood(desk: Desk, site: WebPages) -> None:
    pages, site.pages = site.pages, dict.fromkeys(site.pages, (403, {}, b""))
    report = ask(desk, site.host)
    assert (report.asked, report.stopped, report.unseen["status 403"]) == (rechecking.ENOUGH, True, rechecking.ENOUGH)
    site.pages = pages
    assert ask(desk, site.host, 1).there == POSTS


@pytest.mark.parametrize("reply", [(302, {"Location": "/"}, b""), (403, {}, b"")], ids=["led", "refused"])
def test_pages_that_never_tell_anything_do_not_keep_a_round_from_its_end(
    desk: Desk, site: WebPages, monkeypatch: pytest.MonkeyPatch, reply: Reply
) -> None:
    monkeypatch.setattr(rechecking, "ENOUGH", 2)
    site.pages = {**site.pages, **{f"/{number}": reply for number in range(1, 8)}, "/": (200, {}, b"the front page")}
    every = {f"/{number}" for number in range(1, POSTS + 1)}
    for hours in range(300):
        ask(desk, site.host, hours)
        if {path for path, _ in site.asked} >= every:
            break
    assert {path for path, _ in site.asked} >= every
    assert gone(desk) == set()


def test_a_run_that_is_killed_is_gone_on_with(desk: Desk, site: WebPages, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rechecking, "SAVED", 1)
    site.pages["/3"] = (404, {}, b"")
    done = 0

    def killed(count: int) -> None:
        nonlocal done
        done += count
        if done == 5:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        ask(desk, site.host, progress=killed)
    left = Rechecks(desk.archive).of(site.host)
    assert left.after
    report = ask(desk, site.host, 1)
    assert (report.asked, report.left) == (LEAST, 0)
    assert {path for path, _ in site.asked} == {f"/{number}" for number in range(1, POSTS + 1)}


def test_a_resting_host_is_asked_for_what_was_missing_and_a_few_others(desk: Desk, site: WebPages) -> None:
    site.pages["/3"] = (404, {}, b"")
    ask(desk, site.host, by_name=False)
    assert ask(desk, site.host, 2, by_name=False).asked == 0
    report = ask(desk, site.host, 25, by_name=False)
    assert (report.asked, report.gone) == (1 + LEAST, 1)
    assert ask(desk, site.host, 24 * 9, by_name=False).asked > 0


def test_the_last_few_of_a_round_are_asked_for_with_others_that_bear_the_host_out(
    desk: Desk, site: WebPages, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(turns, "MOST", POSTS - 1)
    assert ask(desk, site.host).left == 1
    [last] = site.pages.keys() - {path for path, _ in site.asked} - {"/feed"}
    site.pages[last] = (404, {}, b"")
    report = ask(desk, site.host, 1)
    assert (report.asked, report.once, report.left) == (LEAST, [f"{site.site}{last}"], 0)


def test_the_order_is_another_in_each_round(desk: Desk, site: WebPages) -> None:
    orders = []
    for hours in range(4):
        site.asked.clear()
        ask(desk, site.host, hours)
        orders.append([path for path, _ in site.asked])
    assert sorted(orders[0]) == sorted(orders[1])
    assert len(set(map(tuple, orders))) > 1


def test_no_header_tells_who_asks(desk: Desk, site: WebPages) -> None:
    ask(desk, site.host)
    assert site.asked
    for _, headers in site.asked:
        assert headers["user-agent"] == "Mozilla/5.0"
        assert not {"cookie", "referer", "from", "if-none-match"} & headers.keys()


def test_what_a_feed_says_is_on_another_host_is_not_asked_for(desk: Desk, site: WebPages) -> None:
    feed = json.loads(site.pages["/feed"][2])  # type: ignore[index]
    more = {"content_text": "x", "date_published": "2013-05-12T14:28:00+08:00"}
    feed["items"] = [
        {**more, "id": f"{site.site}/a", "url": "http://127.0.0.1:1/a"},
        {**more, "id": f"{site.site}/b", "url": "http://localhost/b"},
        {**more, "id": f"{site.site}/c", "url": "file:///etc/passwd"},
        {**more, "id": f"{site.site}/d", "url": f"{site.site}/all"},
        {**more, "id": f"{site.site}/e", "url": f"{site.site}/all"},
        {**more, "id": f"{site.site}/f", "url": f"{site.site}/"},
        {**more, "id": f"{site.site}/g", "url": f"{site.site}/1#g"},
    ]
    site.pages["/feed"] = (200, {}, json.dumps(feed).encode())
    follow(desk.archive, desk.key, f"{site.site}/feed", NOW, IngestReport())
    found = askable(desk.archive)
    assert {host: len(known) for host, known in found.hosts.items()} == {site.host: POSTS}
    assert found.others[Unaskable.NO_PAGE].total() == 7


def test_with_a_proxy_that_cannot_be_used_nothing_is_asked(
    desk: Desk, site: WebPages, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("all_proxy", "socks4://127.0.0.1:9050")
    known = [Permalink("https://a.example/57", "https://a.example/57")]
    with pytest.raises(UsageError, match="Expected"):
        recheck(desk.archive, desk.key, "a.example", known, pause=lambda _: None)


def test_while_somebody_else_collects_nothing_is_stated_and_nothing_lost(desk: Desk, site: WebPages) -> None:
    def busy() -> AbstractContextManager[None]:
        raise InUse("somebody else")

    site.pages["/3"] = (404, {}, b"")
    ask(desk, site.host)
    report = ask(desk, site.host, 25, collecting=busy)
    assert (report.gone, report.stopped) == (0, True)
    assert ask(desk, site.host, 26).gone == 1


# -- statuses ---------------------------------------------------------------------------------------------------


def test_a_status_that_is_not_there_twice_is_gone_while_the_account_is_given_out(
    desk: Desk, server: AccountServer
) -> None:
    del server.posts[3]
    host = server.site.removeprefix("http://")
    assert [ask(desk, host, hours).gone for hours in (0, 12, 24)] == [0, 0, 1]
    [said] = desk.said("gone")
    assert said.predicate["url"] == f"{server.site}/api/v1/statuses/3"
    assert gone(desk) == {"3"}
    assert all("cookie" not in each and each["user-agent"] == "Mozilla/5.0" for each in server.sent)


def test_an_account_that_deleted_everything_is_believed_and_one_that_is_closed_is_not(
    desk: Desk, server: AccountServer
) -> None:
    host = server.site.removeprefix("http://")
    posts, server.posts = server.posts, {}
    closed: list[Reply] = [(404, {}, b'{"error": "Record not found"}'), (200, {}, b'{"id": "1", "suspended": true}')]
    for reply in closed:
        server.replies = [("/api/v1/accounts/lookup", 2, reply)]
        assert [ask(desk, host, hours).gone for hours in (0, 25)] == [0, 0]
    server.replies = []
    hidden: Reply = (200, {}, b"[]")
    absent: Reply = (404, {}, b'{"error": "Record not found"}')
    server.posts = posts
    server.replies = [("/api/v1/accounts/1/statuses", 99, hidden), ("/api/v1/statuses/", 99, absent)]
    assert [ask(desk, host, hours).gone for hours in (50, 75)] == [0, 0], "a server that shows strangers no posts"
    server.posts, server.replies = {}, []
    assert [ask(desk, host, hours).gone for hours in (100, 125)] == [0, len(posts)]


def test_a_host_whose_feed_is_anothers_now_is_not_asked(desk: Desk, site: WebPages) -> None:
    items = [{"id": f"{site.site}/slots", "url": f"{site.site}/slots", "content_text": "win"}]
    feed = {"version": "https://jsonfeed.org/version/1.1", "title": "Best slots", "items": items}
    site.pages["/feed"] = (200, {}, json.dumps(feed).encode())
    with pytest.raises(NoFeed):
        follow(desk.archive, desk.key, f"{site.site}/feed", NOW, IngestReport())
    site.pages["/3"] = (404, {}, b"")  # its new owner has the rest, for those who still look for it
    site.asked.clear()
    reports = [ask(desk, site.host, hours) for hours in (1, 26)]
    assert [(each.asked, each.gone, each.stopped) for each in reports] == [(0, 0, True)] * 2
    assert site.asked == []
    assert "another's now" in reports[0].notes[0]
    following = Following(desk.archive)
    following.named(f"{site.site}/feed").say_theirs()
    following.save()
    assert ask(desk, site.host, 27).asked == POSTS


def test_an_account_that_is_younger_than_a_post_says_nothing_of_it(desk: Desk, server: AccountServer) -> None:
    host = server.site.removeprefix("http://")
    server.posts, server.number, server.created = {}, "2", "2026-11-01T00:00:00.000Z"  # a server that was made anew
    server.write(9000, "here again")
    assert [ask(desk, host, hours).gone for hours in (0, 25, 50)] == [0, 0, 0]
    server.created = "2024-05-12T00:00:00.000Z"  # the day of the posts
    assert [ask(desk, host, hours).gone for hours in (75, 100)] == [0, 8]


STATUS_DOUBTS: list[Reply] = [
    (404, {}, b""),
    (404, {"Content-Type": "text/html"}, b"<html>404</html>"),
    (401, {}, b'{"error": "This method requires an authenticated user"}'),
    (500, {}, b'{"error": "x"}'),
    (
        200,
        {},
        json.dumps(
            {
                "id": "5",
                "uri": "http://127.0.0.1/users/lin/statuses/5",
                "content": "<p>x</p>",
                "created_at": "2024-05-12T06:28:00.000Z",
                "visibility": "public",
                "reblog": None,
                "account": {"id": "1", "username": "lin", "acct": "lin"},
            }
        ).encode(),
    ),
    (404, {}, b"[" * 200_000),
    (302, {"Location": "/api/v1/statuses/99"}, b""),
]  # of the eighth post the server says 404 as it does


def test_a_doubtful_answer_makes_no_status_gone(
    desk: Desk, server: AccountServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rechecking, "ENOUGH", 99)
    server.posts.clear()
    server.replies = [(f"/api/v1/statuses/{number}", 99, reply) for number, reply in enumerate(STATUS_DOUBTS, 1)]
    reports = [ask(desk, server.site.removeprefix("http://"), hours) for hours in (0, 25)]
    assert [(each.asked, each.there, each.gone, len(each.once)) for each in reports] == [(8, 0, 0, 1), (8, 0, 1, 0)]
    assert gone(desk) == {"8"}


def test_a_status_that_is_on_its_accounts_page_is_not_gone_whatever_its_own_address_says(
    desk: Desk, server: AccountServer
) -> None:
    server.replies = [("/api/v1/statuses/3", 99, (404, {}, b'{"error": "Record not found"}'))]
    reports = [ask(desk, server.site.removeprefix("http://"), hours) for hours in (0, 25)]
    assert [(each.gone, each.once) for each in reports] == [(0, [])] * 2


def test_an_edit_far_back_is_taken_in_and_what_is_only_written_otherwise_is_not(
    desk: Desk, server: AccountServer
) -> None:
    host, size = server.site.removeprefix("http://"), desk.archive.size
    server.posts[2]["content"] = "<p>post 2 </p><p>.</p>"  # nobody says that it was edited
    assert ask(desk, host).edited == 0
    assert desk.archive.size == size
    server.edit(3, "post 3, edited", "2026-11-24T06:28:00.000Z")
    server.edit(4, "post 4, edited", "2026-11-24T06:28:00.000Z")
    report = ask(desk, host, 25)
    assert (report.there, report.edited) == (8, 2)
    assert desk.posts()["3"].text == "post 3, edited"
    edited = {str(edit.predicate["post"]) for edit in desk.said("edited")}
    assert edited == {f"{server.site}/users/lin/statuses/{number}" for number in (3, 4)}
    size = desk.archive.size
    assert ask(desk, host, 50).edited == 0
    assert desk.archive.size == size
    assert desk.archive.index.posts.followed() == [server.url]
    visited = IngestReport()
    follow_address(desk.archive, desk.key, server.url, NOW + timedelta(hours=51), visited, fetch, lambda _: None)
    assert (visited.damaged, visited.new, visited.notes) == (False, 0, [])


def test_posts_of_an_export_are_asked_for_at_their_server_but_for_those_written_for_few(
    desk: Desk, tmp_path: Path
) -> None:
    with AccountServer(page=40) as server:
        me, everybody = f"{server.site}/users/lin", "https://www.w3.org/ns/activitystreams#Public"
        notes = []
        for number, to in enumerate([everybody] * 3 + [f"{me}/followers"], 1):
            server.write(number, f"post {number}")
            note = {"id": f"{me}/statuses/{number}", "type": "Note", "content": f"<p>post {number}</p>", "to": [to],
                    "cc": [], "attributedTo": me, "published": "2024-05-12T06:28:00Z"}  # fmt: skip
            notes.append({"type": "Create", "actor": me, "object": note})
        actor = json.dumps({"id": me, "type": "Person", "preferredUsername": "lin", "name": "林"}).encode()
        desk.take(in_folder(tmp_path / "export", {"outbox.json": outbox(*notes), "actor.json": actor}))
        server.posts.pop(1)
        server.posts.pop(4)
        server.edit(2, "post 2, edited", "2026-11-24T06:28:00.000Z")
        host = server.site.removeprefix("http://")
        reports = [ask(desk, host, hours) for hours in (0, 25)]
        assert "/api/v1/statuses/4" not in server.asked
    assert [(each.asked, each.edited, each.gone) for each in reports] == [(3, 1, 0), (3, 0, 1)]
    assert askable(desk.archive).others[Unaskable.FEW].total() == 1
    assert gone(desk) == {"1"}
    versions = desk.archive.index.posts.versions(f"{me}/statuses/2")
    assert [each.text for each in versions] == ["post 2", "post 2, edited"]
    assert desk.archive.index.posts.followed() == []


def test_a_visit_that_follows_is_not_misled_by_a_post_that_was_asked_for_by_itself(
    desk: Desk, server: AccountServer
) -> None:
    def visit(hours: float) -> int:
        report = IngestReport()
        when = NOW + timedelta(hours=hours)
        follow_address(desk.archive, desk.key, server.url, when, report, fetch, lambda _: None)
        return report.gone

    del server.posts[3]
    assert visit(24) == 0
    server.edit(5, "post 5, edited", "2026-11-24T06:28:00.000Z")
    assert ask(desk, server.site.removeprefix("http://"), 27).edited == 1
    assert visit(31) == 1


# -- what can be asked ------------------------------------------------------------------------------------------

NOTE = "https://a.example/users/lin/statuses/7"


@pytest.mark.parametrize(
    ("family", "post", "url", "audience", "source", "expected"),
    [
        ("mastodon", NOTE, "", "public", "mastodon x", "https://a.example/api/v1/statuses/7"),
        ("mastodon", NOTE, "", "unlisted", "mastodon x", "https://a.example/api/v1/statuses/7"),
        ("mastodon", NOTE, "", "followers", "mastodon x", Unaskable.FEW),
        ("mastodon", NOTE.replace("https", "http"), "", "public", "x", "https://a.example/api/v1/statuses/7"),
        ("mastodon-api", "https://a.example/ap/users/1/statuses/7", "", "public", "",
         "https://a.example/api/v1/statuses/7"),
        ("mastodon-api", "https://a.example/notes/7", "", "public", "", Unaskable.NO_PAGE),
        ("x-archive", "https://x.com/i/status/57", "https://x.com/lin/status/57", "public", "", Unaskable.SIGN_IN),
        ("bluesky-json", "at://did:plc:a/app.bsky.feed.post/3k", "", "public", "", Unaskable.SIGNED),
        ("mastodon-api", "https://a.example/objects/7", "https://a.example/notice/Ab7", "public", "",
         "https://a.example/api/v1/statuses/Ab7"),
        ("mastodon-api", "https://a.example/objects/7", "https://b.example/notice/Ab7", "public", "",
         Unaskable.NO_PAGE),
        ("feed", "https://b.example/57", "http://b.example/57", "public", "https://b.example/feed",
         "https://b.example/57"),
        ("feed", "https://b.example/57", "https://c.example/57", "public", "https://b.example/feed",
         Unaskable.NO_PAGE),
        ("feed", "https://b.example/57", "http://www.b.example/57", "public", "https://b.example/feed",
         "https://www.b.example/57"),
        ("feed", "https://www.b.example/57", "https://b.example/57", "public", "feed x", "https://b.example/57"),
        ("feed", "urn:x", "https://b.example/57", "public", "feed x", "https://b.example/57"),
        ("feed", "https://c.example/57", "https://b.example/57", "public", "feed x", Unaskable.NO_PAGE),
        ("feed", "https://b.example/57", "https://lin:pw@b.example/57", "public", "feed x", Unaskable.NO_PAGE),
        ("feed", "https://b.example/57", "https://b.example/57", "kept", "feed x", Unaskable.FEW),
        ("feed", "urn:x", "https://b.example;id/57", "public", "feed x", Unaskable.NO_PAGE),
        ("mastodon", "https://$(id)/users/lin/statuses/7", "", "public", "mastodon x", Unaskable.NO_PAGE),
        ("feed", "urn:x", "https://[2001:db8::1]:8080/57", "public", "feed x", "https://[2001:db8::1]:8080/57"),
        ("feed", "urn:x", "https://林.example/57", "public", "feed x", "https://林.example/57"),
    ],
)  # fmt: skip
def test_where_a_post_is_asked_for(
    family: str, post: str, url: str, audience: str, source: str, expected: str | Unaskable
) -> None:
    found = permalink_of(family, post, url, "lin", audience, source)
    assert (found.address if isinstance(found, Permalink) else found) == expected


@pytest.mark.parametrize(
    ("answered", "status", "said"),
    [
        ("https://a.example/57", 404, Said.NOT_THERE),
        ("https://www.a.example/57/", 404, Said.NOT_THERE),
        ("https://www.a.example/57", 200, Said.THERE),
        ("https://www.a.example/login", 200, Said.UNSEEN),
        ("https://www.a.example/404", 404, Said.UNSEEN),
        ("https://www.www.a.example/57", 404, Said.UNSEEN),
        ("https://parked.example/57", 404, Said.UNSEEN),
        ("https://b.a.example/57", 410, Said.UNSEEN),
        ("https://a.example:8443/57", 404, Said.UNSEEN),
        ("http://a.example/57", 511, Said.UNSEEN),
    ],
)
def test_only_the_same_page_of_the_same_site_says_anything(answered: str, status: int, said: Said) -> None:
    asked = "http://a.example/57"
    answer = Answer(answered, status, {}, b"", redirected=answered != asked)
    assert Asker(lambda url, headers: answer, lambda _: None).ask(Permalink(asked, asked)).said == said


def test_pages_of_one_host_say_nothing_of_those_of_which_another_answers(desk: Desk, site: WebPages) -> None:
    """Single pages are sent on to ``www.``, where nothing is any more."""

    def get(url: str, headers: Any) -> Answer:
        if not url.endswith("/3"):
            return Answer(url, 200, {}, b"")
        return Answer(url.replace("//", "//www."), 404, {}, b"", redirected=True)

    at = [Permalink(f"https://a.example/{number}", f"https://a.example/{number}") for number in range(POSTS)]
    for day in (0, 1, 2):
        report = recheck(desk.archive, desk.key, "a.example", at, now=lambda: NOW + timedelta(days=day),  # noqa: B023
                         get=get, pause=lambda _: None)  # fmt: skip
        assert (report.there, report.once, report.gone) == (POSTS - 1, [], 0)


def test_a_list_that_is_damaged_is_named_and_can_be_moved_away(desk: Desk) -> None:
    for damaged in (b"{}", b'{"hosts":[{"host":1}]}', b'{"hosts":[{"host":"a","missing":{"x":{}}}]}', b"\xff"):
        (desk.archive.folder / FILE).write_bytes(damaged)
        with pytest.raises(DamagedInput):
            Rechecks(desk.archive)
    (desk.archive.folder / FILE).unlink()
    assert Rechecks(desk.archive).all() == []


def test_what_is_forgotten_is_not_remembered_as_missing(desk: Desk, site: WebPages) -> None:
    site.pages["/3"] = (404, {}, b"")
    ask(desk, site.host)
    Rechecks(desk.archive).forget(frozenset([f"{site.site}/3"]))
    assert f"{site.site}/3" not in (desk.archive.folder / FILE).read_text()
    assert to_ask(Rechecks(desk.archive).of(site.host), askable(desk.archive).hosts[site.host], True, datetime.now(UTC))


def test_what_somebody_forgets_while_a_run_asks_for_it_is_not_stated(
    desk: Desk, site: WebPages, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.pages["/3"] = (404, {}, b"")
    ask(desk, site.host)
    monkeypatch.setattr(rechecking, "SAVED", 1)

    def forget(_: int) -> None:
        """What another process does, once the answers count."""
        if len(site.asked) == POSTS + 5:
            commit(desk.archive, desk.key, planned(desk.archive, [desk.posts()["3"].number]), "asked", "2026-11-30")
            finish(desk.archive, {})

    report = ask(desk, site.host, 25, progress=forget)
    assert (report.gone, report.asked, desk.said("gone")) == (0, POSTS, [])
    assert f"{site.site}/3" not in (desk.archive.folder / FILE).read_text()


def test_what_a_host_answered_of_a_post_goes_with_it(desk: Desk, site: WebPages) -> None:
    site.pages["/3"] = (404, {}, b"")
    ask(desk, site.host)
    ask(desk, site.host, 25)
    objects = desk.archive.folder / "objects"
    assert [each for each in objects.rglob("*") if each.is_file() and b'"sha256"' in each.read_bytes()]
    plan = planned(desk.archive, [desk.posts()["3"].number])
    assert plan.acts["gone"] == 1
    commit(desk.archive, desk.key, plan, "asked", "2026-11-30")
    finish(desk.archive, {})
    assert "3" not in desk.posts()
    for number in range(desk.archive.size):
        with suppress(Forgotten):
            assert f"{site.site}/3" not in desk.archive.disclosure(number).envelope.decode("latin-1")
    assert not [each for each in objects.rglob("*") if each.is_file() and b'"sha256"' in each.read_bytes()]


# -- the command ------------------------------------------------------------------------------------------------


def test_the_command_lists_asks_and_remembers_which_host_may_be_asked(site: WebPages, tmp_path: Path) -> None:
    home = tmp_path / "home"
    create_desk(home, "ourdesk", b"", WORK)

    def run(*words: str) -> tuple[int, str]:
        out = StringIO()
        return main(["collect", *words, "--home", str(home)], out), out.getvalue()

    run(f"{site.site}/feed")
    site.asked.clear()
    absent: Reply = (404, {}, b"")
    site.pages["/3"] = absent
    code, said = run("recheck")
    assert (code, site.asked) == (0, [])
    assert f"{site.host} (inside this network): 12 posts" in said
    assert "Nothing was asked." in said
    code, said = run("recheck", site.host)
    assert (code, len({path for path, _ in site.asked})) == (0, POSTS)
    assert "Asked for 12 posts: 11 there." in said
    assert f"  {site.site}/3" in said
    known = json.loads((home / "archive" / FILE).read_text())
    assert list(known["hosts"][0]["missing"]) == [f"{site.site}/3"]
    asked = len(site.asked)
    code, said = run("recheck")
    assert (code, len(site.asked), "No post is due" in said) == (0, asked, True)
    assert run("recheck", "x.com")[0] == 2
    with Archive.open(home / "archive") as archive:
        [post] = archive.index.posts.versions(f"{site.site}/3")
    assert main(["forget", str(post.number), "--yes", "--home", str(home)], StringIO()) == 0
    assert f"{site.site}/3" not in (home / "archive" / FILE).read_text()
    with alone(home, LOCKED):
        assert run("off", f"{site.site}/feed")[0] == 0, "a feed can be left while posts are asked for"
    assert "asked for no post any more" in run("off", site.host.upper())[1]
    assert "Nothing was asked." in run("recheck")[1]
