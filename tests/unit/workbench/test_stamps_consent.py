"""A desk's consent to time stamps, in the browser: read first, said once, taken back; nobody is asked before."""

from collections.abc import Iterator

import pytest

from support.visitor import Room, Visitor
from tamizdat.home.home import Home
from tamizdat.publishing.daily_stamps import Agreed

PATH = "/publish/stamps"


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Room]:
    room = Room(tmp_path_factory.mktemp("room"))
    yield room
    room.close()


@pytest.fixture
def editor(room: Room) -> Visitor:
    editor = room.visitor("editor")
    editor.get(PATH)
    return editor


def agreed(room: Room) -> Agreed:
    return Agreed.of(Home.open(room.home.folder, "desk", b""))


def test_nobody_is_asked_before_the_desk_agreed(room: Room, editor: Visitor) -> None:
    page = editor.get(PATH).text
    assert "http://timestamp.digicert.com" in page
    assert "for no proxy is set" in page
    assert editor.post(PATH, do="ask").status == 303
    room.bench.jobs.wait()
    assert "consent" in editor.get(PATH).text
    assert editor.post(PATH, do="agree").status == 400, "what they learn is read first"
    assert not agreed(room).since


def test_a_desk_agrees_asks_and_takes_it_back(room: Room, editor: Visitor) -> None:
    assert editor.post(PATH, do="agree", read="yes").to == f"{PATH}?done=saved"
    assert agreed(room).since == "2026-11-25"
    there = "http://127.0.0.1:9/tsr\nots:http://127.0.0.1:9"
    assert editor.post(PATH, do="name", at=there).status == 303
    assert agreed(room).authorities == ("http://127.0.0.1:9/tsr",)
    editor.post(PATH, do="ask")
    room.bench.jobs.wait()
    page = editor.get(PATH).text
    assert "127.0.0.1:9" in page
    assert "Who failed on the last days" in page
    assert editor.post(PATH, do="disagree").status == 303
    assert not agreed(room).since
    assert editor.post(PATH, do="name", at="").status == 303
    assert "http://timestamp.digicert.com" in editor.get(PATH).text


def test_what_is_no_address_is_told_and_stays_in_the_field(room: Room, editor: Visitor) -> None:
    answer = editor.post(PATH, do="name", at="ftp://stamps.example")
    assert answer.status == 400
    assert "Expected an address like" in answer.text
    assert "ftp://stamps.example</textarea>" in answer.text


@pytest.mark.parametrize("role", ["translator", "reviewer"])
def test_who_is_no_editor_agrees_to_nothing(room: Room, role: str) -> None:
    visitor = room.visitor(role)
    assert visitor.get(PATH).status == 403
    assert visitor.post(PATH, do="agree", read="yes").status == 403
