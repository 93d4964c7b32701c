"""An account of a real server with Mastodon's API, on loopback: followed, edited, removed, broken, hostile."""

import json
from collections.abc import Iterator
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from support.account_server import AccountServer
from support.collecting_desk import NOW, Desk
from support.field_and_desk import WORK
from support.web_server import Reply
from tamizdat.archive.forgetting.destruction import commit, finish
from tamizdat.archive.forgetting.plan import planned
from tamizdat.archive.ingest.accounts import follow_address
from tamizdat.archive.ingest.followed import Following
from tamizdat.cli.main import main
from tamizdat.demo import sample_feed
from tamizdat.errors import UsageError
from tamizdat.home.setup import create_desk
from tamizdat.posts.account_pages import TOP, Asking, Page, account_of, fetch_page, holes
from tamizdat.posts.feed_visits import NoFeed
from tamizdat.posts.fetch import Unreachable, fetch
from tamizdat.posts.report import IngestReport

PAGES = "/api/v1/accounts/1/statuses"


@pytest.fixture
def server() -> Iterator[AccountServer]:
    with AccountServer() as made:
        yield made


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk.make(tmp_path / "archive")
    yield made
    assert made.archive.check().sound
    made.archive.close()


def visit(
    desk: Desk,
    server: AccountServer,
    hours: float = 0,
    waits: list[float] | None = None,
    theirs: float | None = None,
) -> IngestReport:
    """Visit so many hours later by our clock, and by the server's."""
    report = IngestReport()
    server.show(NOW + timedelta(hours=hours if theirs is None else theirs))
    pause = waits.append if waits is not None else lambda _: None
    follow_address(desk.archive, desk.key, server.url, NOW + timedelta(hours=hours), report, fetch, pause)
    return report


def texts(desk: Desk) -> dict[str, str]:
    return {name: version.text for name, version in desk.posts().items()}


def test_an_account_is_taken_in_to_its_first_post_and_each_answer_is_kept(desk: Desk, server: AccountServer) -> None:
    for number in range(101, 111):
        server.write(number, f"post {number}")
    report = visit(desk, server)
    assert (report.new, report.damaged, report.notes) == (10, False, [])
    assert texts(desk)["101"] == "post 101"
    assert [said.predicate["path"] for said in desk.said("captured")] == [
        "statuses/newest/110.107.json", "statuses/107/106.103.json", "statuses/103/102.101.json",
        "statuses/101/end.json",
    ]  # fmt: skip
    assert {said.predicate["url"] for said in desk.said("captured")} == {server.url}
    assert all("cookie" not in each and each["user-agent"] == "Mozilla/5.0" for each in server.sent)


def test_what_was_answered_about_a_post_alone_is_forgotten_with_it(desk: Desk, server: AccountServer) -> None:
    for number in range(101, 108):
        server.write(number, f"post {number}")
    for number in (102, 105):
        server.edit(number, f"post {number} again", "2026-11-20T06:28:00.000Z")
    visit(desk, server)
    for number in (102, 105):
        del server.posts[number]
    visit(desk, server, 1)
    paths = {"missing/102.json", "missing/105.json", "history/102.json", "history/105.json"}

    def told() -> set[str]:
        return {str(said.predicate["path"]) for said in desk.said("captured")} & paths

    assert told() == paths
    archive = desk.archive
    first = min(version.number for version in archive.index.posts.versions(desk.posts()["102"].post))
    plan = planned(archive, [first])
    commit(archive, desk.key, plan, "asked", "2026-11-30")
    finish(archive, {})
    assert told() == {path for path in paths if "105" in path}
    objects = [path.read_bytes() for path in (archive.folder / "objects").rglob("*") if path.is_file()]
    assert any(b"statuses/105" in data for data in objects)
    assert not any(b"statuses/102" in data for data in objects)


def test_a_name_that_another_account_has_now_says_nothing_of_the_one_before(desk: Desk, server: AccountServer) -> None:
    for number in range(101, 108):
        server.write(number, f"post {number}")
    visit(desk, server)
    size = desk.archive.size
    server.number, server.posts = "2", {}  # the server was made anew, and somebody took the name
    server.write(9000, "Best slots")
    for hours in (1, 10, 20):
        with pytest.raises(NoFeed, match="with the number '1' on its server, found one with the number '2'"):
            visit(desk, server, hours)
    assert (desk.archive.size, {each.state for each in desk.posts().values()}) == (size, {"present"})
    following = Following(desk.archive)
    assert (following.of(server.url).visits[-1].said, following.of(server.url).failures) == ("another feed", 3)
    following.of(server.url).say_theirs()
    following.save()
    assert visit(desk, server, 30).new == 1, "somebody said that it is still theirs"
    assert visit(desk, server, 31).already == 1


def test_the_next_visit_asks_only_for_the_newest_pages(desk: Desk, server: AccountServer) -> None:
    for number in range(101, 141):
        server.write(number, f"post {number}")
    visit(desk, server)
    server.asked.clear()
    server.write(200, "new")
    report = visit(desk, server, 1)
    assert report.new == 1
    assert len(server.asked) <= 1 + 5 + 3
    assert len(desk.said("captured")) == 11 + 1, "of pages without news only the first is kept"
    assert [said.predicate["url"] for said in desk.said("captured")] == [server.url] * 12


def test_a_boost_and_a_post_of_another_server(desk: Desk, server: AccountServer) -> None:
    other = {"id": "2", "username": "wang", "acct": "wang@b.example", "uri": "https://b.example/users/wang"}
    server.write(1, "五年了")
    inner = {
        **server.posts[1],
        "uri": "https://b.example/users/wang/statuses/9",
        "account": other,
        "content": "<p>名单</p>",
    }
    server.write(2, "", reblog=inner)
    server.posts[2]["uri"] += "/activity"
    server.write(3, "not hers", uri="https://b.example/users/wang/statuses/8")
    report = visit(desk, server)
    assert sorted(desk.posts()) == ["1", "activity"]
    assert report.left["posts of other servers"] == 1
    boost = desk.posts()["activity"]
    assert (boost.kind, boost.handle) == ("Announce", "lin")


def test_every_version_of_an_edited_post_is_kept_with_its_time(desk: Desk, server: AccountServer) -> None:
    server.write(1, "四十")
    server.edit(1, "四十一", "2024-05-13T06:28:00.000Z")
    server.edit(1, "四十二", "2024-05-14T06:28:00.000Z")
    report = visit(desk, server)
    assert (report.new, report.edited, report.damaged) == (1, 2, False)
    [post] = desk.posts().values()
    versions = desk.archive.index.posts.versions(post.post)
    assert [version.text for version in versions] == ["四十", "四十一", "四十二"]
    assert visit(desk, server, 1).edited == 0
    assert server.asked.count("/api/v1/statuses/1/history") == 1


def test_an_edit_between_two_visits_is_told(desk: Desk, server: AccountServer) -> None:
    server.write(1, "四十")
    visit(desk, server)
    server.edit(1, "四十一", "2026-11-24T06:28:00.000Z")
    assert visit(desk, server, 48).edited == 1
    assert texts(desk)["1"] == "四十一"


def removed(desk: Desk, server: AccountServer) -> None:
    for number in range(1, 7):
        server.write(number, f"post {number}")
    visit(desk, server)
    del server.posts[3]


def test_a_removed_post_is_gone_when_two_visits_hours_apart_miss_it(desk: Desk, server: AccountServer) -> None:
    removed(desk, server)
    reports = [visit(desk, server, hours) for hours in (24, 27, 31)]
    assert [report.gone for report in reports] == [0, 0, 1]
    assert "count as gone" in reports[0].notes[0]
    assert {name for name, post in desk.posts().items() if post.state == "gone"} == {"3"}
    [said] = desk.said("gone")
    assert (said.predicate["status"], said.predicate["url"]) == (404, f"{server.site}/api/v1/statuses/3")
    asked = len(server.asked)
    assert visit(desk, server, 40).gone == 0
    assert "/api/v1/statuses/3" not in server.asked[asked:], "what is known to be gone is not asked for again"


def test_a_clock_that_jumps_makes_no_hours(desk: Desk, server: AccountServer) -> None:
    removed(desk, server)
    assert [visit(desk, server, ours, theirs=theirs).gone for ours, theirs in ((1, 1), (900, 2), (901, 7))] == [0, 0, 1]


def test_a_post_that_was_back_in_between_is_not_gone(desk: Desk, server: AccountServer) -> None:
    removed(desk, server)
    visit(desk, server, 24)
    server.write(3, "post 3")
    visit(desk, server, 26)
    del server.posts[3]
    assert visit(desk, server, 48).gone == 0
    assert visit(desk, server, 55).gone == 1


NO_WORD: dict[str, Reply] = {
    "forbidden": (403, {}, b"{}"),
    "broken": (500, {}, b""),
    "log in": (401, {}, b'{"error": "This method requires an authenticated user"}'),
    "sent elsewhere": (302, {"Location": "/about"}, b""),
    "cut": (404, {"Content-Length": "500"}, b"short"),
    "blocked for legal reasons": (451, {}, b""),
}


def test_nothing_but_404_and_410_makes_a_post_gone(desk: Desk, server: AccountServer) -> None:
    removed(desk, server)
    for day, reply in enumerate(NO_WORD.values(), 1):
        server.replies = [("/api/v1/statuses/3", 9, reply)]
        assert visit(desk, server, 24 * day).gone == 0
    assert desk.posts()["3"].state == "present"
    assert not [said for said in desk.said("captured") if "missing" in str(said.predicate["path"])]


def test_older_pages_are_read_again_by_turns(desk: Desk, server: AccountServer) -> None:
    for number in range(1, 37):
        server.write(number, f"post {number}")
    visit(desk, server)
    captured = len(desk.said("captured"))
    server.edit(12, "edited", "2026-11-24T06:28:00.000Z")
    del server.posts[2]
    reports = [visit(desk, server, 24 + 4 * turn) for turn in range(5)]
    assert (sum(report.edited for report in reports), sum(report.gone for report in reports)) == (1, 1)
    assert {name for name, post in desk.posts().items() if post.state == "gone"} == {"2"}
    assert len(desk.said("captured")) < captured + 5 + 5, "pages without news are not kept"


def test_the_newest_post_and_a_whole_account_may_be_removed(desk: Desk, server: AccountServer) -> None:
    for number in range(1, 6):
        server.write(number, f"post {number}")
    visit(desk, server)
    del server.posts[5]
    assert [visit(desk, server, hours).gone for hours in (24, 31)] == [0, 1]
    server.posts.clear()
    assert [visit(desk, server, hours).gone for hours in (48, 55)] == [0, 4]


def test_a_server_that_shows_strangers_nothing_of_an_account_says_nothing_of_its_posts(
    desk: Desk, server: AccountServer
) -> None:
    for number in range(101, 105):
        server.write(number, f"post {number}")
    visit(desk, server)
    absent: Reply = (404, {}, b'{"error": "Record not found"}')
    server.replies = [(PAGES, 99, (200, {}, b"[]")), ("/api/v1/statuses/", 99, absent)]
    reports = [visit(desk, server, hours) for hours in (1, 8, 20)]
    assert [report.gone for report in reports] == [0, 0, 0]
    assert "no word about those" in reports[-1].notes[0]
    server.posts, server.replies = {}, []
    assert [visit(desk, server, hours).gone for hours in (30, 37)] == [0, 4], "an account that is said to be empty"


def test_a_server_that_has_enough_is_left_and_the_next_visit_goes_on_there(desk: Desk, server: AccountServer) -> None:
    for number in range(1, 21):
        server.write(number, f"post {number}")
    server.replies = [(f"{PAGES}?limit=40&max_id={below}", 1, (status, {"Retry-After": "600"}, b"{}"))
                      for below, status in ((9, 429), (5, 503))]  # fmt: skip
    reports = [visit(desk, server, hours) for hours in range(3)]
    assert [(report.new, report.damaged) for report in reports] == [(12, False), (4, False), (4, False)]
    assert "in 10 minutes" in reports[0].notes[0]
    assert "still to come" in reports[0].notes[1]
    assert (len(texts(desk)), reports[2].notes) == (20, [])
    [followed] = Following(desk.archive).all()
    assert [(each.said, each.times) for each in followed.visits] == [("new 12", 1), ("new 4", 2)]
    assert (followed.url, followed.wait_until) == (server.url, "")


def test_a_short_wait_is_waited_for(desk: Desk, server: AccountServer) -> None:
    server.write(1, "一")
    waits: list[float] = []
    server.replies = [(PAGES, 1, (429, {"Retry-After": "7"}, b""))]
    assert visit(desk, server, waits=waits).new == 1
    assert 7.0 in waits


def test_requests_that_are_left_are_left_to_others(desk: Desk, server: AccountServer) -> None:
    for number in range(1, 21):
        server.write(number, f"post {number}")
    server.headers = {"X-RateLimit-Remaining": "2"}
    with pytest.raises(NoFeed, match="allows for now: 2"):
        visit(desk, server)
    assert len(server.asked) == 1


def test_a_hole_that_a_broken_visit_left_is_filled_and_the_account_begins_where_it_begins(
    desk: Desk, server: AccountServer
) -> None:
    for number in range(1, 9):
        server.write(number, f"post {number}")
    visit(desk, server)
    for number in range(9, 29):
        server.write(number, f"post {number}")
    server.replies = [(f"{PAGES}?limit=40&max_id=21", 1, (200, {"Content-Length": "900"}, b"[{"))]
    report = visit(desk, server, 1)
    assert (report.new, "broke off" in report.notes[0]) == (8, True)
    assert visit(desk, server, 2).new == 12
    assert len(texts(desk)) == 28


ELSEWHERE = '<https://evil.example/api/v1/accounts/1/statuses?max_id=1>; rel="next"'
LINKS = {"another host": ELSEWHERE, "no address": "<http://[>; rel=next", "upwards": '<?max_id=99999>; rel="next"',
         "none": "none"}  # fmt: skip


def test_a_link_that_leads_elsewhere_is_not_followed(server: AccountServer) -> None:
    for number in range(1, 9):
        server.write(number, f"post {number}")
    server.links = False
    for link in LINKS.values():
        server.headers = {"Link": link}
        account = account_of(server.url)
        assert account is not None
        page, _, following = fetch_page(Asking(account, pause=lambda _: None), "1", TOP)
        assert (page, following) == (Page(TOP, "8", "5"), "5")


def test_pages_that_go_round_in_a_circle_end(desk: Desk, server: AccountServer) -> None:
    for number in range(1, 9):
        server.write(number, f"post {number}")
    same = json.dumps([server.posts[number] for number in (8, 7, 6, 5)]).encode()
    server.replies = [(f"{PAGES}?limit=40&max_id", 99, (200, {}, same))]
    report = visit(desk, server)
    assert (report.new, "in a circle" in report.notes[0]) == (4, True)
    assert len(server.asked) == 3


def test_a_server_that_sends_to_another_host_is_not_believed(desk: Desk, server: AccountServer) -> None:
    server.write(1, "一")
    with AccountServer() as other:
        other.write(1, "二")
        server.replies = [(PAGES, 1, (302, {"Location": f"{other.site}{PAGES}"}, b""))]
        with pytest.raises(NoFeed, match="was sent on to"):
            visit(desk, server)
    assert desk.archive.size == 0


BAD_PAGES: dict[str, tuple[Reply, str]] = {
    "a login page": ((200, {}, b"<!doctype html><title>Log in"), "only to those who log in"),
    "no numbers": ((200, {}, b'[{"content": "x"}]'), "without"),
    "a refusal": ((401, {}, b'{"error": "no"}'), "status 401"),
    "huge": ((200, {}, b"[" + b" " * (8 << 20) + b"]"), "8,388,608 bytes"),
}


def test_a_page_that_is_none_is_told_and_nothing_is_kept(desk: Desk, server: AccountServer) -> None:
    for reply, told in BAD_PAGES.values():
        server.replies = [(PAGES, 1, reply)]
        with pytest.raises(NoFeed, match=told):
            visit(desk, server)
    assert desk.archive.size == 0


def test_an_account_that_is_suspended_or_not_there_changes_nothing(desk: Desk, server: AccountServer) -> None:
    server.write(1, "一")
    visit(desk, server)
    size = desk.archive.size
    suspended = json.dumps({**server.account, "suspended": True}).encode()
    answers: list[Reply] = [(200, {}, suspended), (404, {}, b'{"error": "Record not found"}'), (410, {}, b"{}")]
    for reply in answers:
        server.replies = [("/api/v1/accounts/lookup", 1, reply)]
        with pytest.raises(NoFeed):
            visit(desk, server, 24)
    assert desk.archive.size == size


def test_an_account_that_has_moved_is_told(desk: Desk, server: AccountServer) -> None:
    server.write(1, "一")
    moved = json.dumps({**server.account, "moved": {"url": "https://b.example/@lin"}}).encode()
    server.replies = [("/api/v1/accounts/lookup", 1, (200, {"X-RateLimit-Remaining": "\u00b2"}, moved))]
    report = visit(desk, server)
    assert (report.new, "https://b.example/@lin" in report.notes[0]) == (1, True)


def test_a_line_that_is_cut_at_the_first_page_is_no_visit(desk: Desk, server: AccountServer) -> None:
    server.replies = [(PAGES, 9, (200, {"Content-Length": "900"}, b"[{"))]
    with pytest.raises(Unreachable):
        visit(desk, server)
    assert desk.archive.size == 0


def test_a_page_whose_address_looks_like_an_accounts_may_be_a_feed(desk: Desk, server: AccountServer) -> None:
    server.replies = [("/api/", 9, (404, {}, b"<html>not found</html>")),
                      ("/@lin", 9, (200, {}, sample_feed.feed(False, server.url)))]  # fmt: skip
    assert visit(desk, server).format.startswith("feed/")
    server.asked.clear()
    visit(desk, server, 1)
    assert "/api/v1/accounts/lookup?acct=lin" not in server.asked, "it was a feed the last time"


def test_the_command_follows_an_account_and_visits_it_again(server: AccountServer, tmp_path: Path) -> None:
    create_desk(tmp_path / "desk", "ourdesk", b"", WORK)
    server.write(1, "一")

    def run(*arguments: str) -> str:
        out = StringIO()
        assert main([*arguments, "--home", str(tmp_path / "desk")], out) == 0
        return " ".join(out.getvalue().split())

    assert "1 post (mastodon-api/v1): 1 new" in run("collect", f"{server.url}/")
    server.write(2, "二")
    assert "2 posts (mastodon-api/v1): 1 new, 1 known" in run("collect")
    assert server.url in run("collect", "list")


ADDRESSES = [
    ("https://a.example/@lin", "https://a.example/@lin"), ("https://A.example/@lin/", "https://a.example/@lin"),
    ("https://a.example/@lin@a.example", "https://a.example/@lin"), ("https://a.example/@lin.rss?x=1", None),
    ("https://a.example/@lin/feed", None), ("https://a.example/feed.xml", None),
]  # fmt: skip


@pytest.mark.parametrize(("given", "url"), ADDRESSES)
def test_which_addresses_may_be_an_accounts(given: str, url: str | None) -> None:
    account = account_of(given)
    assert (account.url if account else None) == url


def test_an_account_is_followed_at_its_own_server() -> None:
    with pytest.raises(UsageError, match=r"https://b\.example/@wang"):
        account_of("https://a.example/@wang@b.example")


HOLES: list[tuple[list[Page], list[tuple[str, str]]]] = [
    ([], []),
    ([Page("newest", "40", "30")], [("30", "")]),
    ([Page("newest", "40", "30"), Page("30", "29", "9"), Page("9")], []),
    ([Page("newest", "40", "30"), Page("30", "29", "9"), Page("9"), Page("newest", "90", "80")], [("80", "40")]),
    ([Page("newest", "40", "30"), Page("newest", "100", "35"), Page("30")], []),
    ([Page("newest")], []),
]  # fmt: skip


@pytest.mark.parametrize(("kept", "missing"), HOLES)
def test_where_pages_are_missing_is_known_from_those_that_are_kept(kept: list[Page], missing: Any) -> None:
    assert holes(kept) == missing
