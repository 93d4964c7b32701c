"""The private feed: numbers and nothing else, at an address that can be taken away."""

import re
from xml.etree import ElementTree

import pytest

from support.visitor import WORDS, Room, Visitor

ATOM = "{http://www.w3.org/2005/Atom}"


def entries(body: bytes) -> list[tuple[str, str, str]]:
    """Title, time and id of each entry of a feed that has what Atom asks for."""
    feed = ElementTree.fromstring(body)
    assert feed.tag == f"{ATOM}feed"
    assert all(feed.findtext(f"{ATOM}{name}") for name in ("id", "title", "updated", "author/" + ATOM + "name"))
    found = feed.findall(f"{ATOM}entry")
    told = [[each.findtext(f"{ATOM}{name}") or "" for name in ("title", "updated", "id")] for each in found]
    return [(title, updated, known) for title, updated, known in told]


def begin(visitor: Visitor) -> str:
    """Makes a feed; returns its path."""
    page = visitor.post("/account/feed", do="make").text
    found = re.search(r'id="feed-link">http://127\.0\.0\.1:8737(/feed/[\w-]{43})<', page)
    assert found
    assert found[1] not in visitor.get("/account").text, "it is shown once"
    return found[1]


def propose(room: Room) -> None:
    version = room.archive.index.posts.versions(room.post(3))[-1].number
    path = f"/translate/{room.number(3)}/en"
    form = {"version": version, "latest": "", "target-0": "Three families."}
    assert room.visitor("translator").post(f"{path}/propose", **form).status == 303


def test_the_feed_holds_numbers_and_no_words_names_addresses_or_times(room: Room) -> None:
    path = begin(room.visitor("reviewer"))
    stranger = room.visitor()
    assert entries(stranger.get(path).body) == []
    propose(room)
    answer = stranger.get(path)
    assert answer.headers["content-type"] == "application/atom+xml"
    [(title, time, _)] = entries(answer.body)
    assert (title, time) == ("en: To review 1", "2026-11-25T00:00:00Z")
    told = answer.text
    for secret in ("reviewer", "translator", "lin", "127.0.0.1", path.rpartition("/")[2], "Three", "三户", "09:"):
        assert secret not in told.replace("http://www.w3.org/2005/Atom", ""), secret
    room.take({9: "又一条。"}, "more")
    assert stranger.get(path).text == told, "what everybody may do is not told: it changes all day"


def test_numbers_that_change_are_a_new_entry(room: Room) -> None:
    path = begin(room.visitor("editor"))
    propose(room)
    [first] = entries(room.visitor().get(path).body)
    latest = room.archive.index.translations.latest(room.post(3), "en")
    assert latest
    review = {"verdict": "reviewed", "translated": latest.number}
    assert room.visitor("reviewer").post(f"/translate/{room.number(3)}/en/review", **review).status == 303
    [second] = entries(room.visitor().get(path).body)
    assert (first[0], second[0]) == ("en: To review 1", "en: To approve 1")
    assert first[2] != second[2]


@pytest.mark.parametrize("how", ["revoke", "make", "everywhere", "passphrase", "disable"])
def test_an_address_ends_when_it_is_revoked_and_with_the_sign_ins(room: Room, how: str) -> None:
    visitor, stranger = room.visitor("reviewer"), room.visitor()
    path = begin(visitor)
    assert stranger.get(path).status == 200
    match how:
        case "revoke" | "make":
            visitor.post("/account/feed", do=how)
        case "everywhere":
            visitor.post("/account", do="everywhere")
        case "passphrase":
            visitor.post(
                "/account", do="passphrase", now=WORDS, passphrase="other words of mine", again="other words of mine"
            )
        case "disable":
            room.bench.accounts.set_disabled(room.accounts["reviewer"].id, True)
    assert stranger.get(path).status == 404


def test_an_address_that_was_never_given_out_leads_nowhere(room: Room) -> None:
    stranger = room.visitor()
    for path in ("/feed/x", f"/feed/{'a' * 43}", "/feed/%00", "/feed/..%2f"):
        assert stranger.get(path).status == 404
    assert stranger.post("/account/feed", do="make").status == 401, "nobody is signed in"
