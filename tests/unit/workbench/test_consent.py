"""What was written for followers reaches queue, packet, memory, page and search by its author's consent alone."""

import pytest

from support.collecting_desk import NOW, tweet, x_files
from support.visitor import Room
from tamizdat.archive.acts.releases import consent, state_release
from tamizdat.errors import UsageError
from tamizdat.statements.catalogued import CataloguedPost
from tamizdat.translation.memory import Memory
from tamizdat.translation.proposals import propose, review
from tamizdat.translation.queue import waiting
from tamizdat.translation.xliff import export_xliff

TEXT = "只给朋友看的话。"
TODAY, DAY = "2026-11-25", "2026-11-20"


@pytest.fixture
def room(room: Room) -> Room:
    """A desk with a post for followers, out of its author's own archive, translated by an editor."""
    room.take_files(x_files([tweet(9, TEXT, user={"protected": True})]), "closed", NOW)
    version = room.archive.index.posts.versions(room.post(9))[-1]
    number = propose(room.archive, room.bench.key, "ab" * 16, version, "fr", ["Pour mes amis."], [], DAY)
    review(room.archive, room.bench.key, "cd" * 16, number, "reviewed", DAY)
    return room


def reached(room: Room) -> set[str]:
    """Where a translator meets the words."""
    translator, number = room.visitor("translator"), room.number(9)
    found = {"queue"} if room.post(9) in {each.post for each in waiting(room.archive, "en", "translator")} else set()
    found |= {"memory"} if Memory(room.archive).suggest(TEXT, "zh", "fr") else set()
    found |= {"page"} if translator.get(f"/items/{number}").status == 200 else set()
    found |= {"work"} if translator.get(f"/translate/{number}/en").status == 200 else set()
    found |= {"search"} if "<mark>" in translator.get("/search?q=朋友看的话").text else set()
    try:
        found |= {"packet"} if TEXT in export_xliff(room.archive, [room.post(9)], "en").decode() else set()
    except UsageError:
        return found
    return found


BUTTON = '<button name="consent" value="{}">'
EVERYWHERE = {"queue", "memory", "page", "work", "search", "packet"}


def agree(room: Room, given: bool = True) -> None:
    state_release(room.archive, room.bench.key, consent(room.archive, room.post(9), DAY, given, TODAY))


def test_words_for_followers_reach_translators_when_their_author_agreed_and_an_editor_released_them(room: Room) -> None:
    assert reached(room) == set()
    agree(room)
    assert reached(room) == set(), "consent alone shows nothing"
    state_release(room.archive, room.bench.key, CataloguedPost(room.post(9), release="public"))
    assert reached(room) == EVERYWHERE
    agree(room, given=False)
    assert reached(room) == set()


def test_an_editor_records_consent_and_its_end_on_the_page_of_the_post(room: Room) -> None:
    editor, path = room.visitor("editor"), f"/items/{room.number(9)}"
    page = editor.get(path).text
    assert BUTTON.format("given") in page
    assert BUTTON.format("withdrawn") not in page
    assert editor.post(path, consent="given", **{"consent-day": "2026-11-26"}).status == 400, "that day has not come"
    assert editor.post(path, consent="given", **{"consent-day": DAY}).status == 303
    said = room.archive.index.releases.of(room.post(9))
    assert (said.release, said.consent and (said.consent.day, said.consent.given)) == ("restricted", (DAY, True))
    editor.get(path)
    assert editor.post(path, release="public", bytes="yes").status == 400, "not with the captured bytes"
    assert editor.post(path, release="public").status == 303
    assert reached(room) == EVERYWHERE
    assert BUTTON.format("withdrawn") in editor.get(path).text
    assert editor.post(path, consent="withdrawn", **{"consent-day": "2026-11-25"}).status == 303
    assert room.archive.index.releases.of(room.post(9)).release == "withdrawn"
    assert "withdrew the consent" in editor.get(path).text


def test_no_button_for_consent_where_none_can_open_the_post(room: Room) -> None:
    number = room.take_private("只给关注者看的话。")  # an outbox alone: nobody knows whose export it is
    editor = room.visitor("editor")
    page = editor.get(f"/items/{number}").text
    assert BUTTON.format("given") not in page
    assert "No consent can open it" in page
    assert editor.post(f"/items/{number}", consent="given", **{"consent-day": DAY}).status == 400
    assert "consent" not in editor.get(f"/items/{room.number(1)}").text.lower(), "nor of a post for everybody"


def test_a_translator_cannot_record_consent(room: Room) -> None:
    translator = room.visitor("translator")
    assert translator.post(f"/items/{room.number(9)}", consent="given", **{"consent-day": DAY}).status in (403, 404)
    assert room.archive.index.releases.of(room.post(9)).consent is None


def test_an_editor_records_consent_to_a_draft_that_a_blog_kept_back(room: Room) -> None:
    entry = "<item><guid>https://blog.example/?p=1</guid><description>草稿的话</description><wp:status>draft</wp:status></item>"
    feed = f"<rss><channel><title>日记</title><link>https://blog.example</link>{entry}</channel></rss>"
    room.take_files({"blog.xml": feed.encode()}, "blog", NOW)
    post = "https://blog.example/?p=1"
    number = room.archive.index.releases.numbers()[post]
    editor, path = room.visitor("editor"), f"/items/{number}"
    page = editor.get(path).text
    assert "Its blog kept it back" in page
    assert "written for few" in page
    assert room.visitor("translator").get(path).status == 404
    assert editor.post(path, release="public").status == 400
    assert editor.post(path, consent="given", **{"consent-day": DAY}).status == 303
    editor.get(path)
    assert editor.post(path, release="public").status == 303
    assert room.visitor("translator").get(path).status == 200
