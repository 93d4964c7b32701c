"""Captured pages at the workbench: for editors, with who vouches for them, beside the posts of their address."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from support.visitor import Room
from support.web_samples import DATE, answer, page, record, wacz
from tamizdat.archive.ingest.web_archives import take_in
from tamizdat.captures.page_text import seems

TWEET = "https://twitter.com/lin/status/1"


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Room]:
    room = Room(tmp_path_factory.mktemp("room"))
    yield room
    room.close()


def take(room: Room, name: str, data: bytes, hosts: tuple[str, ...] = ()) -> int:
    path = room.folder / name
    path.write_bytes(data)
    return take_in(room.archive, room.bench.key, path, room.now, hosts=hosts).pages[0]


def test_only_editors_see_and_find_them(room: Room) -> None:
    number = take(room, "a.wacz", wacz([page(html="<p>只有编辑可以看到</p>")]))
    editor, translator = room.visitor("editor"), room.visitor("translator")
    for path in ("", "/replay"):
        assert editor.get(f"/pages/{number}{path}").status == 200
        assert translator.get(f"/pages/{number}{path}").status == 403
    assert f'href="/pages/{number}"' in editor.get("/search?q=只有编辑可以看到").text
    assert "/pages/" not in translator.get("/search?q=只有编辑可以看到").text
    assert editor.get("/pages/0").status == 404
    assert editor.get(f"/pages/{number}/picture").status == 404


def test_a_post_and_the_page_of_its_address_lead_to_each_other(room: Room) -> None:
    number = take(room, "tweet.wacz", wacz([page(TWEET)], [{"url": TWEET, "ts": DATE, "title": "林"}]))
    editor = room.visitor("editor")
    assert f'href="/pages/{number}"' in editor.get(f"/items/{room.number(1)}").text
    assert f'href="/items/{room.number(1)}"' in editor.get(f"/pages/{number}").text
    assert editor.get(f"/items/{number}").to == f"/pages/{number}"
    assert "/pages/" not in room.visitor("translator").get(f"/items/{room.number(1)}").text


def test_who_vouches_for_it_is_said(room: Room) -> None:
    editor = room.visitor("editor")
    theirs = take(room, "theirs.wacz", wacz([page(html="<p>a</p>")]))
    ours = take(room, "ours.wacz", wacz([page(html="<p>b</p>")]), hosts=("school.example",))
    assert "it is the word of whoever brought the file" in editor.get(f"/pages/{theirs}").text
    assert "This desk captured it itself" in editor.get(f"/pages/{ours}").text


def test_a_page_that_cannot_be_shown_again_says_why(room: Room) -> None:
    url = "https://school.example/br"
    packed = record("response", url, answer(b"\x0b\x02", "text/html", Content_Encoding="br"))
    number = take(room, "br.warc", packed)
    editor = room.visitor("editor")
    assert "packed by br" in editor.get(f"/pages/{number}").text
    assert editor.get(f"/pages/{number}/replay").status == 404


@pytest.mark.parametrize(
    ("status", "markup", "what"),
    [
        (200, '<div class="g-recaptcha"></div>', "captcha"),
        (200, "<form><input name=p type='password'></form>", "login"),
        (401, "<p>no</p>", "login"),
        (404, "<p>not here</p>", "error"),
        (200, "<p>words</p>", ""),
        (200, '<input type="password">' + "words " * 500, ""),
    ],
)
def test_what_a_page_seems_to_be_instead_is_guessed(status: int, markup: str, what: str, tmp_path: Path) -> None:
    text = markup if markup.count("words") > 1 else ""
    assert seems(status, markup, text) == what
