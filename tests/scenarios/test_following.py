"""A feed on a real server, on loopback: visited, changed, broken, hostile."""

import gzip
import http.client
import json
import socket
import threading
from collections.abc import Iterator
from contextlib import nullcontext, suppress
from datetime import timedelta
from http.server import BaseHTTPRequestHandler
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from support.collecting_desk import NOW, Desk, in_folder, tweet, x_files
from support.field_and_desk import WORK
from support.ports import closed_port
from support.web_server import Reply, WebPages
from tamizdat.archive.ingest.feeds import follow
from tamizdat.cli.main import main
from tamizdat.demo import sample_feed
from tamizdat.errors import TamizdatError, UsageError
from tamizdat.home.setup import create_desk
from tamizdat.network import addresses
from tamizdat.posts import fetch as fetching
from tamizdat.posts.feed_visits import NoFeed
from tamizdat.posts.fetch import BadAnswer, Unreachable, fetch
from tamizdat.posts.report import IngestReport


@pytest.fixture
def site() -> Iterator[WebPages]:
    with WebPages() as made:
        yield made


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk.make(tmp_path / "archive")
    yield made
    assert made.archive.check().sound
    made.archive.close()


def publish(site: WebPages, second: bool) -> None:
    """The sample as a feed, and a page for each post that is in it."""
    body = sample_feed.feed(second, f"{site.site}/feed.json")
    site.pages = {"/feed.json": (200, {"ETag": f'"{second}"', "Last-Modified": "Sun, 12 May 2013 06:28:00 GMT"}, body)}
    for item in json.loads(body)["items"]:
        site.pages[item["url"].removeprefix(site.site)] = (200, {}, b"a page")


def visit(desk: Desk, site: WebPages, days: int = 0) -> IngestReport:
    report, site.now = IngestReport(), NOW + timedelta(days=days)
    follow(desk.archive, desk.key, f"{site.site}/feed.json", site.now, report)
    return report


def test_what_changed_between_two_visits_is_stated(desk: Desk, site: WebPages) -> None:
    publish(site, second=False)
    assert visit(desk, site).new == 12
    publish(site, second=True)
    report = visit(desk, site, 1)
    assert (report.new, report.edited, report.gone) == (0, 1, 0), "a site says once that a page is not there"
    assert "2 of the posts that are not in the feed any more have no page either" in report.notes[0]
    assert visit(desk, site, 1).gone == 0, "at once again, that is no second time"
    report = visit(desk, site, 2)
    assert (report.new, report.edited, report.gone) == (0, 0, 2)
    assert {post.post[-4:] for post in desk.posts().values() if post.state == "gone"} == {"9007", "9008"}
    words = [(each.predicate["word"], each.predicate["status"], each.predicate["url"]) for each in desk.said("gone")]
    assert words == [("http", 404, f"{site.site}/9007"), ("http", 404, f"{site.site}/9008")]
    size = desk.archive.size
    assert visit(desk, site, 3).found == 0, "304: not even read"
    assert site.asked[-1][1]["if-none-match"] == '"True"'
    assert site.asked[-1][1]["if-modified-since"] == "Sun, 12 May 2013 06:28:00 GMT"
    assert desk.archive.size == size


def test_a_text_that_was_taken_back_is_two_edits(desk: Desk, site: WebPages) -> None:
    for days, second in enumerate((False, True, False)):
        publish(site, second)
        site.pages.setdefault("/9007", (403, {}, b""))
        site.pages.setdefault("/9008", (403, {}, b""))
        visit(desk, site, days)
    assert [edit.predicate["after"]["text"][:2] for edit in desk.said("edited")] == ["更正", "名单"]  # type: ignore[index,call-overload]
    assert desk.posts()["9011"].text.startswith("名单")


NO_WORD: dict[str, Reply] = {
    "forbidden": (403, {}, b""),
    "broken": (500, {}, b""),
    "a page that says it is gone": (200, {}, b"404 not found"),
    "sent to the front page": (302, {"Location": "/"}, b""),
    "sent to a page that is not there": (302, {"Location": "/nowhere"}, b""),
    "blocked for legal reasons": (451, {}, b""),
    "an answer in pieces that never end": (200, {"Content-Length": "500"}, b"short"),
}


@pytest.mark.parametrize("name", NO_WORD)
def test_nothing_but_the_sites_own_word_makes_a_post_gone(desk: Desk, site: WebPages, name: str) -> None:
    publish(site, second=False)
    visit(desk, site)
    publish(site, second=True)
    site.pages["/9007"] = site.pages["/9008"] = NO_WORD[name]
    assert [visit(desk, site, days).gone for days in (1, 2)] == [0, 0]
    assert desk.posts()["9007"].state == "present"


def test_a_network_that_fails_changes_nothing(desk: Desk, site: WebPages) -> None:
    publish(site, second=False)
    visit(desk, site)
    size = desk.archive.size
    for status in (404, 410, 500, 403, 304):
        site.pages = {"/feed.json": (status, {}, b"")}
        with pytest.raises(NoFeed) if status != 304 else nullcontext():
            visit(desk, site, 1)
    site.close()
    with pytest.raises(Unreachable):
        visit(desk, site, 1)
    assert desk.archive.size == size


def test_a_post_older_than_the_feed_reaches_is_not_asked_for(desk: Desk, site: WebPages) -> None:
    publish(site, second=False)
    visit(desk, site)
    body = json.loads(sample_feed.feed(False, f"{site.site}/feed.json"))
    body["items"] = body["items"][:3]
    site.pages = {"/feed.json": (200, {}, json.dumps(body).encode())}
    assert visit(desk, site, 1).gone == 0
    assert [path for path, _ in site.asked].count("/9001") == 0


def test_a_login_page_in_place_of_the_feed_is_no_feed(desk: Desk, site: WebPages) -> None:
    site.pages["/feed.json"] = (200, {}, b"<!doctype html><title>Log in</title>")
    with pytest.raises(NoFeed, match="begin with '<!doctype html>"):
        visit(desk, site)
    assert desk.archive.size == 0


def feed_of(site: WebPages, *items: dict[str, str], **said: str) -> None:
    """A JSON feed of these items, that says this of itself."""
    body = {"version": "https://jsonfeed.org/version/1.1", "title": "b", **said, "items": list(items)}
    site.pages["/feed.json"] = (200, {}, json.dumps(body).encode())


def test_a_feed_that_says_it_is_anothers_is_filed_under_where_it_was_fetched(desk: Desk, site: WebPages) -> None:
    feed_of(site, {"id": "1", "content_text": "not hers"}, feed_url="https://a.example/feed.json")
    visit(desk, site)
    [post] = desk.archive.index.posts.latest()
    assert (post.author, post.handle) == (f"{site.site}/feed.json", "127.0.0.1")
    assert post.post == f"{site.site}/feed.json#1", "and numbers no post of hers"
    [captured] = desk.said("captured")
    assert captured.predicate["context"]["id"] == "https://a.example/feed.json", "what it says is kept"  # type: ignore[index,call-overload]


def test_a_feed_cannot_have_anothers_post_called_removed(desk: Desk, site: WebPages, tmp_path: Path) -> None:
    theirs = "https://x.com/i/status/57"
    desk.take(in_folder(tmp_path / "x", x_files([tweet(57, "五年了")])), NOW - timedelta(days=9))
    mine = {"id": f"{site.site}/2", "url": f"{site.site}/2", "content_text": "two"}
    feed_of(site, {"id": theirs, "url": f"{site.site}/1", "content_text": "五年了！"}, mine)
    visit(desk, site)
    feed_of(site, {"id": f"{site.site}/3", "url": f"{site.site}/3", "content_text": "three"})
    site.pages["/3"] = (200, {}, b"a page")
    assert visit(desk, site, 1).gone == 0
    assert visit(desk, site, 2).gone == 1, "its own"
    states = {post.post: post.state for post in desk.archive.index.posts.latest()}
    assert states[theirs] != "gone"
    assert states[f"{site.site}/2"] == "gone"
    assert "/1" not in [path for path, _ in site.asked], "not even asked for"


def test_a_strangers_word_that_a_post_is_gone_does_not_keep_its_own_host_from_being_asked(
    desk: Desk, site: WebPages, tmp_path: Path
) -> None:
    feed_of(site, {"id": f"{site.site}/2", "url": f"{site.site}/2", "content_text": "two"})
    visit(desk, site)
    actor = {"type": "Person", "id": "https://b.example/users/b", "preferredUsername": "b"}
    deleted = {"type": "Delete", "id": "https://b.example/1", "object": f"{site.site}/2"}
    outbox: dict[str, object] = {
        "@context": "https://www.w3.org/ns/activitystreams",
        "id": "outbox.json",
        "type": "OrderedCollection",
    }
    outbox |= {"totalItems": 1, "orderedItems": [deleted]}
    files = {"actor.json": json.dumps(actor).encode(), "outbox.json": json.dumps(outbox).encode()}
    desk.take(in_folder(tmp_path / "b", files), NOW + timedelta(hours=1))
    assert [each.predicate["word"] for each in desk.said("gone")] == ["export"]
    three, four = ({"id": f"{site.site}/{at}", "url": f"{site.site}/{at}", "content_text": at} for at in ("3", "4"))
    feed_of(site, three)
    site.pages["/3"] = (200, {}, b"a page")
    assert [visit(desk, site, days).gone for days in (1, 2)] == [0, 1]
    assert [each.predicate["word"] for each in desk.said("gone")] == ["export", "http"]
    asked = len(site.asked)
    feed_of(site, four)
    site.pages["/4"] = site.pages.pop("/3")
    assert [visit(desk, site, days).gone for days in (3, 4)] == [0, 1], "the third; the second is known to be gone"
    assert [path for path, _ in site.asked[asked:]] == ["/feed.json", "/3", "/feed.json", "/3", "/4"]


def test_a_feed_that_fails_in_whatever_way_does_not_keep_the_next_from_being_visited(
    site: WebPages, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    create_desk(tmp_path / "desk", "ourdesk", b"", WORK)
    publish(site, second=False)
    site.pages["/other.json"] = site.pages["/feed.json"]
    for name in ("feed", "other"):
        assert main(["collect", f"{site.site}/{name}.json", "--home", str(tmp_path / "desk")], StringIO()) == 0
    site.asked.clear()
    real, calls = http.client.HTTPConnection.request, []

    def fails_once(*args: Any, **more: Any) -> Any:
        calls.append(args)
        if len(calls) == 1:
            raise AssertionError("what nobody foresaw")
        return real(*args, **more)

    monkeypatch.setattr(http.client.HTTPConnection, "request", fails_once)
    out, err = StringIO(), StringIO()
    assert main(["collect", "--home", str(tmp_path / "desk")], out, err) == 1
    assert "a fault in tamizdat itself (AssertionError)" in " ".join(err.getvalue().split())
    assert "what nobody foresaw" not in err.getvalue()
    assert len({path for path, _ in site.asked}) == 1, "the other one"


@pytest.mark.parametrize("broken", ["<p>" * 400_000, "\ud83d", "&#" + "9" * 5_000 + ";", "<p>二" + "x" * (1 << 20)])
def test_an_entry_that_cannot_be_read_is_its_own_problem(desk: Desk, site: WebPages, broken: str) -> None:
    feed_of(site, {"id": "https://b.example/1", "content_html": broken},
            {"id": "https://b.example/2", "content_html": "<p>二</p>"})  # fmt: skip
    report = visit(desk, site)
    assert desk.posts()["2"].text == "二"
    assert sum(report.kinds.values()) <= 1


# What a server may try ----------------------------------------------------------------------------------------------


def test_redirects_are_followed_but_not_in_circles_and_not_to_files(site: WebPages) -> None:
    site.pages["/a"] = (302, {"Location": "/b"}, b"")
    site.pages["/b"] = (200, {}, b"here")
    assert (fetch(f"{site.site}/a").body, fetch(f"{site.site}/a").redirected) == (b"here", True)
    site.pages["/b"] = (302, {"Location": "/a"}, b"")
    with pytest.raises(BadAnswer, match="circle"):
        fetch(f"{site.site}/a")
    for target in (
        "file:///etc/passwd",
        "ftp://127.0.0.1/",
        "gopher://a",
        "data:,x",
        "http://user:word@127.0.0.1/",
        "//",
    ):
        site.pages["/a"] = (302, {"Location": target}, b"")
        with pytest.raises(BadAnswer):
            fetch(f"{site.site}/a")


def test_a_public_site_cannot_send_us_into_our_own_network(site: WebPages, monkeypatch: pytest.MonkeyPatch) -> None:
    """The name is taken for a public one; what it leads to is loopback, as after DNS rebinding."""
    site.pages["/a"] = (200, {}, b"secret of the house")
    monkeypatch.setattr(addresses, "is_here", lambda host: False)
    with pytest.raises(BadAnswer, match="inside this network"):
        fetch(site.site.replace("127.0.0.1", "localhost") + "/a")
    assert site.asked == [], "nothing was sent"


def test_nothing_is_sent_into_our_network_before_the_address_is_known_by_tls_either(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(addresses, "is_here", lambda host: False)
    with socket.create_server(("127.0.0.1", 0)) as server:
        with pytest.raises(BadAnswer, match="inside this network"):
            fetch(f"https://localhost:{server.getsockname()[1]}/")
        connected, _ = server.accept()
        with connected:
            assert connected.recv(1) == b"", "the connection was closed without a byte"


INSIDE = [
    "127.0.0.1", "10.0.0.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "::1", "fe80::1%eth0", "fc00::1",
    "::ffff:127.0.0.1", "::127.0.0.1", "64:ff9b::127.0.0.1", "64:ff9b::a00:1", "64:ff9b:1::808:808", "2002:7f00:1::",
    "2002:0a00:0001::1", "2001:0:808:808::f5ff:fffe",
    "::ffff:0:127.0.0.1", "fec0::1", "ff02::1", "224.0.0.1",
]  # fmt: skip


@pytest.mark.parametrize("address", INSIDE)
def test_an_inner_address_in_another_form_is_an_inner_address(address: str) -> None:
    assert addresses.is_inside(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700::1111", "64:ff9b::8.8.8.8", "2002:808:808::1"])
def test_a_public_address_in_another_form_is_none(address: str) -> None:
    assert not addresses.is_inside(address)


def test_an_answer_whose_headers_drip_is_left_at_the_deadline(site: WebPages, monkeypatch: pytest.MonkeyPatch) -> None:
    hold = threading.Event()

    def drip(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
        with suppress(OSError):
            while not hold.wait(0.05):
                handler.wfile.write(b"x")

    site.pages["/slow"] = drip
    monkeypatch.setattr(fetching, "DEADLINE", 0.5)
    try:
        with pytest.raises(Unreachable, match="Expected an answer"):
            fetch(f"{site.site}/slow")
    finally:
        hold.set()


def test_an_answer_without_end_and_one_that_unpacks_without_end_are_cut_off(
    site: WebPages, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetching, "MAX_ANSWER", 1 << 20)
    site.pages["/long"] = (200, {}, b"x" * (2 << 20))
    site.pages["/bomb"] = (200, {"Content-Encoding": "gzip"}, gzip.compress(bytes(64 << 20)))
    site.pages["/torn"] = (200, {"Content-Encoding": "gzip"}, gzip.compress(b"x" * 999)[:-9])
    site.pages["/fine"] = (200, {"Content-Encoding": "gzip"}, gzip.compress(b"fine"))
    for path in ("/long", "/bomb", "/torn"):
        with pytest.raises(BadAnswer):
            fetch(site.site + path)
    assert fetch(f"{site.site}/fine").body == b"fine"


def test_a_repository_of_many_years_may_be_larger_than_other_answers_and_has_an_end_too(
    site: WebPages, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetching, "MAX_ANSWER", 1 << 20)
    monkeypatch.setattr(fetching, "MAX_REPOSITORY", 3 << 20)
    site.pages["/years"] = (200, {}, b"x" * (2 << 20))
    site.pages["/bomb"] = (200, {"Content-Encoding": "gzip"}, gzip.compress(bytes(4 << 20)))
    assert len(fetch(f"{site.site}/years", {"Accept": fetching.CAR}).body) == 2 << 20
    with pytest.raises(BadAnswer, match="at most"):
        fetch(f"{site.site}/bomb", {"Accept": fetching.CAR})


def test_a_server_that_dawdles_is_left(site: WebPages, monkeypatch: pytest.MonkeyPatch) -> None:
    hold = threading.Event()

    def dawdle(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.end_headers()
        hold.wait(60)

    site.pages["/slow"] = dawdle
    monkeypatch.setattr(fetching, "PATIENCE", 0.2)
    try:
        with pytest.raises(Unreachable):
            fetch(f"{site.site}/slow")
    finally:
        hold.set()
    hold.set()


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "ftp://a/", "http://", "http://a b/", "http://u:p@a/", "javascript:1", "http://a:0/", "http://[::1"]
)  # fmt: skip
def test_what_is_no_web_address_is_refused(url: str) -> None:
    with pytest.raises(UsageError):
        fetch(url)


def test_a_proxy_the_person_relies_on_is_not_gone_around(monkeypatch: pytest.MonkeyPatch) -> None:
    with closed_port() as port:
        monkeypatch.setenv("all_proxy", f"socks5://127.0.0.1:{port}")
        with pytest.raises(Unreachable, match="proxy does not answer; nothing went any other way"):
            fetch("http://feed.example/feed")


@pytest.mark.parametrize("proxy", ["socks5h://proxy.example:9050", "socks4://127.0.0.1:9050", "https://127.0.0.1:8080"])
def test_with_a_proxy_we_cannot_use_nothing_is_fetched(monkeypatch: pytest.MonkeyPatch, proxy: str) -> None:
    monkeypatch.setenv("all_proxy", proxy)
    with pytest.raises(UsageError, match="Expected"):
        fetch("http://feed.example/feed")


def test_no_header_tells_who_asks(site: WebPages) -> None:
    site.pages["/a"] = (200, {}, b"")
    fetch(f"{site.site}/a")
    [(_, headers)] = site.asked
    assert set(headers) == {"host", "user-agent", "accept", "accept-encoding", "connection"}
    assert "tamizdat" not in str(headers).lower()


def test_every_failure_has_a_type_of_ours(site: WebPages) -> None:
    def garbage(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(b"\x00\xff not http\r\n\r\n" * 10)

    site.pages["/garbage"] = garbage
    with pytest.raises(TamizdatError):
        fetch(f"{site.site}/garbage")
