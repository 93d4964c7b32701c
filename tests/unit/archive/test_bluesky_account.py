"""Following an account of Bluesky: servers on loopback that are honest, and that are not."""

import io
import json
from collections.abc import Iterator, Mapping
from datetime import timedelta
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from support.collecting_desk import NOW, Desk, in_folder
from support.repositories import POST, Account, Key, car, post_record, repository
from support.web_server import Reply, WebServer
from tamizdat.archive.ingest.accounts import follow_address, followed_as
from tamizdat.archive.ingest.followed import Following
from tamizdat.posts.bluesky_account import account_of
from tamizdat.posts.car import Car
from tamizdat.posts.dag_cbor import DAG_CBOR, Cid
from tamizdat.posts.feed_visits import NoFeed
from tamizdat.posts.fetch import Answer, fetch
from tamizdat.posts.report import IngestReport


class World:
    """Every server of the web as one on loopback; answers by host and path, and what was asked."""

    def __init__(self) -> None:
        self.answers: dict[str, tuple[int, bytes]] = {}
        self.asked: list[str] = []
        self.server = WebServer(self._answer).__enter__()

    def _answer(self, request: BaseHTTPRequestHandler) -> Reply:
        wanted = request.path.lstrip("/")
        self.asked.append(wanted)
        status, body = self.answers.get(wanted, (404, b'{"error": "NotFound"}'))
        return status, {}, body

    def get(self, url: str, headers: Mapping[str, str]) -> Answer:
        parts = urlsplit(url)
        assert parts.scheme == "https"
        query = f"?{parts.query}" if parts.query else ""
        return fetch(f"{self.server.site}/{parts.netloc}{parts.path}{query}", headers)

    def close(self) -> None:
        self.server.close()


@pytest.fixture
def world() -> Iterator[World]:
    made = World()
    yield made
    made.close()


PDS = "pds.example/xrpc/com.atproto.sync"
ME = Account(server="https://pds.example")


def serve(world: World, account: Account, car: bytes, revision: str = "3kaaa", since: str = "") -> None:
    world.answers |= {
        "lin.example/.well-known/atproto-did": (200, account.did.encode()),
        f"plc.directory/{account.did}/log/audit": (200, json.dumps(account.log).encode()),
        f"{PDS}.getLatestCommit?did={account.did}": (200, json.dumps({"rev": revision}).encode()),
        f"{PDS}.getRepo?did={account.did}{since}": (200, car),
    }


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk.make(tmp_path / "archive")
    yield made
    made.archive.close()


def visit(desk: Desk, world: World, days: int = 0, url: str = "at://lin.example") -> tuple[bool, IngestReport]:
    report = IngestReport()
    return follow_address(desk.archive, desk.key, url, NOW + timedelta(days=days), report, world.get), report


def test_an_account_is_followed_whole_and_then_only_what_is_new(world: World, desk: Desk) -> None:
    first = {f"{POST}3kaa{number:03}": post_record(str(number)) for number in range(40)}
    serve(world, ME, repository(ME, first))
    changed, report = visit(desk, world, url="https://bsky.app/profile/lin.example")
    assert (changed, report.new, report.damaged) == (True, 40, False)
    assert "proved" in "\n".join(report.notes)

    changed, report = visit(desk, world, 1)
    assert (changed, report.found) == (False, 0)
    assert not world.asked[-1].startswith(f"{PDS}.getRepo")

    serve(world, ME, repository(ME, {**first, f"{POST}3kzz": post_record("新")}), "3kbbb", "&since=3kaaa")
    changed, report = visit(desk, world, 2)
    assert (changed, report.new, report.damaged) == (True, 1, False)
    assert world.asked[-1].endswith("since=3kaaa")
    [version] = desk.archive.index.posts.versions(f"at://{ME.did}/{POST}3kzz")
    assert (version.text, version.audience) == ("新", "public")


def part(whole: bytes, before: bytes) -> bytes:
    """What a server gives out of a repository after an older one: blocks that are new."""
    new, old = Car(io.BytesIO(whole)), Car(io.BytesIO(before))
    cids = [Cid(DAG_CBOR + digest) for digest in new._places if digest not in old._places]
    return car(new.root, {cid: new.block(cid) or b"" for cid in cids})


@pytest.mark.parametrize(("account", "gone"), [(ME, 1), (Account(signing=[Key(), Key()]), 1)])
def test_a_post_that_the_signed_tree_has_no_more_is_gone_by_its_authors_word(
    world: World, desk: Desk, account: Account, gone: int
) -> None:
    first = {f"{POST}3kaa{number:03}": post_record(str(number)) for number in range(60)}
    whole = repository(account, first)
    serve(world, account, whole)
    visit(desk, world)
    left = {key: value for key, value in first.items() if key != f"{POST}3kaa017"}
    serve(world, account, part(repository(account, left), whole), "3kbbb", "&since=3kaaa")
    _, report = visit(desk, world, 1)
    assert (report.gone, report.damaged) == (gone, False)
    [version] = desk.archive.index.posts.versions(f"at://{account.did}/{POST}3kaa017")
    assert version.state == "gone"
    serve(world, account, part(repository(account, first), repository(account, left)), "3kccc", "&since=3kbbb")
    _, report = visit(desk, world, 2)
    assert (report.gone, report.back) == (0, 1)


def test_a_post_from_a_page_of_its_account_is_gone_when_the_signed_tree_does_not_have_it(
    world: World, desk: Desk, tmp_path: Path
) -> None:
    def shown(key: str, text: str) -> dict[str, object]:
        author = {"did": ME.did, "handle": "lin.example", "displayName": "林"}
        return {"uri": f"at://{ME.did}/{POST}{key}", "cid": "b", "author": author, "record": post_record(text)}

    by = {"$type": "app.bsky.feed.defs#reasonRepost", "by": {"did": ME.did, "handle": "lin.example"}}
    by["indexedAt"] = "2026-11-22T09:00:00Z"
    elements = [
        {"post": shown("3kaa", "在")},
        {"post": shown("3kbb", "不在")},
        {"post": shown("3kaa", "在"), "reason": by},
    ]
    page = json.dumps({"cursor": "x", "feed": elements}).encode()
    assert desk.take(in_folder(tmp_path / "page", {"feed.json": page})).new == 3
    serve(world, ME, repository(ME, {f"{POST}3kaa": post_record("在")}))
    _, report = visit(desk, world, 1)
    assert report.gone == 1
    assert {each.post for each in desk.archive.index.posts.latest() if each.state == "gone"} == {
        f"at://{ME.did}/{POST}3kbb"
    }


def test_a_tree_that_a_stranger_signed_takes_nothing_away(world: World, desk: Desk) -> None:
    first = {f"{POST}3kaa{number:03}": post_record(str(number)) for number in range(5)}
    serve(world, ME, repository(ME, first))
    visit(desk, world)
    serve(world, ME, repository(ME, {}, Key()), "3kbbb", "&since=3kaaa")
    _, report = visit(desk, world, 1)
    assert (report.gone, dict(report.kinds)) == (0, {"signature": 1})


def test_a_handle_that_the_account_does_not_call_itself_is_refused(world: World, desk: Desk) -> None:
    serve(world, Account(handle="other.example", server="https://pds.example"), b"")
    with pytest.raises(NoFeed, match=r"other\.example"):
        visit(desk, world)


def test_a_name_that_leads_to_another_account_now_says_nothing_of_the_one_before(world: World, desk: Desk) -> None:
    serve(world, ME, repository(ME, {f"{POST}3kaa{number:03}": post_record(str(number)) for number in range(3)}))
    visit(desk, world)
    size, stranger = desk.archive.size, Account(server="https://pds.example")
    serve(world, stranger, repository(stranger, {f"{POST}3kzz": post_record("slots")}), "3kzzz")
    for days in (1, 2):
        with pytest.raises(NoFeed, match=f"to be the account {ME.did}, found that it is {stranger.did} now") as told:
            visit(desk, world, days)
    assert f"at://{ME.did}" in str(told.value)
    assert (desk.archive.size, {each.state for each in desk.posts().values()}) == (size, {"present"})
    following = Following(desk.archive)
    assert following.of("at://lin.example").visits[-1].said == "another feed"
    following.of("at://lin.example").say_theirs()
    following.save()
    changed, report = visit(desk, world, 3)
    assert (changed, report.new, report.gone) == (True, 1, 0), "all of it, and nothing of the other is gone"
    changed, report = visit(desk, world, 4)
    assert (changed, report.gone) == (False, 0)
    assert {each.state for each in desk.posts().values()} == {"present"}


def test_a_directory_whose_log_does_not_prove_itself_is_not_believed(world: World, desk: Desk) -> None:
    serve(world, ME, repository(ME, {f"{POST}3k": post_record()}))
    forged = json.loads(json.dumps(ME.log))
    forged[0]["operation"]["services"]["atproto_pds"]["endpoint"] = "https://evil.example"
    world.answers[f"plc.directory/{ME.did}/log/audit"] = (200, json.dumps(forged).encode())
    with pytest.raises(NoFeed, match="does not prove itself"):
        visit(desk, world)
    assert not any(each.startswith("evil") for each in world.asked)


def test_a_server_that_gives_out_another_accounts_repository_is_refused(world: World, desk: Desk) -> None:
    serve(world, ME, repository(Account(), {f"{POST}3k": post_record("假")}))
    with pytest.raises(NoFeed, match="found that of"):
        visit(desk, world)
    assert desk.archive.index.posts.visits("at://lin.example") == []


@pytest.mark.parametrize(
    "server", ["http://pds.example", "https://user@pds.example", "ftp://x", "", "https://pds.example/a"]
)
def test_a_server_that_is_no_plain_https_host_is_not_asked(world: World, desk: Desk, server: str) -> None:
    account = Account(server=server)
    serve(world, account, b"")
    with pytest.raises(NoFeed, match="as https://HOST"):
        visit(desk, world)


def test_an_account_that_was_taken_down_is_told_in_the_servers_word(world: World, desk: Desk) -> None:
    serve(world, ME, b"")
    world.answers[f"{PDS}.getLatestCommit?did={ME.did}"] = (400, b'{"error": "RepoTakendown"}')
    with pytest.raises(NoFeed, match="RepoTakendown"):
        visit(desk, world)


@pytest.mark.parametrize(
    ("url", "followed"),
    [("https://bsky.app/profile/Lin.Example", "at://lin.example"), ("at://@lin.example", "at://lin.example"),
     ("https://bsky.app/profile/did:plc:aaaaaaaaaaaaaaaaaaaaaaaa/post/3k", "at://did:plc:aaaaaaaaaaaaaaaaaaaaaaaa"),
     ("https://a.example/feed", "https://a.example/feed")],
)  # fmt: skip
def test_addresses_of_accounts_are_one(url: str, followed: str) -> None:
    assert followed_as(url) == followed


@pytest.mark.parametrize(
    "url", ["at://localhost", "at://127.0.0.1", "at://../x", "at://a b.example", "at://did:key:z5", "at://"]
)
def test_what_names_no_account_is_none(url: str) -> None:
    assert account_of(url) is None
