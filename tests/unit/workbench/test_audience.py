"""Words that were written for few, previews as a device sent them, and hidden sources do not reach translators."""

import io
import json
from datetime import timedelta
from typing import Any

import pytest
from PIL import Image

from support.collecting_desk import NOW, manifest_of, tweet, x_files
from support.transcribing_desk import approve, transcribe
from support.visitor import PICTURE, Room
from tamizdat.archive.acts.items import catalogue
from tamizdat.archive.acts.people import state_person
from tamizdat.archive.acts.redactions import number_in_post
from tamizdat.archive.acts.releases import state_release
from tamizdat.archive.acts.state import state
from tamizdat.archive.views.transcripts import name_of
from tamizdat.encoding import sha256_hex
from tamizdat.errors import UsageError
from tamizdat.footage.card import preview_name
from tamizdat.statements.captured import CapturedFile
from tamizdat.statements.catalogued import CataloguedItem, CataloguedPost, PersonEntry
from tamizdat.translation.memory import Memory
from tamizdat.translation.proposals import propose, review
from tamizdat.translation.queue import waiting

CONSIGNMENT = "c0" * 32
TOLD = ["Teacher", "They are gone.", "Who knows the list?", "Five years, and no answer."]


def taken(room: Room, folder: str, text: str, days: int, **more: Any) -> None:
    when = NOW + timedelta(days=days)
    room.take_files(x_files([tweet(9, text, **more)], manifest=manifest_of(when, 1)), folder, when)


@pytest.fixture
def narrowed(room: Room) -> Room:
    """A post that was for everybody and released, whose newest version is for followers only."""
    taken(room, "wide", "给大家看的话。", 0)
    state_release(room.archive, room.bench.key, CataloguedPost(room.post(9), release="public"))
    taken(room, "narrow", "只给朋友看的新话。", 1, user={"protected": True})
    assert room.archive.index.posts.versions(room.post(9))[-1].audience != "public"
    return room


def test_a_released_post_whose_newest_version_is_for_few_leaves_queue_packets_memory_page_and_search(
    narrowed: Room,
) -> None:
    room, number, translator = narrowed, narrowed.number(9), narrowed.visitor("translator")
    assert room.post(9) not in {each.version.post for each in waiting(room.archive, "en", "translator")}
    assert translator.get(f"/items/{number}").status == translator.get(f"/translate/{number}/en").status == 404
    for path in ("/", "/translate?language=en", "/search?q=朋友看"):
        assert "朋友看的新话" not in translator.get(path).text
    assert "朋友看的新话" in room.visitor("editor").get(f"/items/{number}").text
    with pytest.raises(UsageError, match="written for everybody"):
        state_release(room.archive, room.bench.key, CataloguedPost(room.post(9), release="public"))


def test_a_post_that_was_withdrawn_is_read_by_no_translator_although_it_was_written_for_everybody(room: Room) -> None:
    taken(room, "wide", "给大家看的话。", 0)
    state_release(room.archive, room.bench.key, CataloguedPost(room.post(9), release="public"))
    number, translator = room.number(9), room.visitor("translator")
    pages = (f"/items/{number}", f"/translate/{number}/en")
    assert [translator.get(page).status for page in pages] == [200, 200]
    state_release(room.archive, room.bench.key, CataloguedPost(room.post(9), release="withdrawn", reason="asked"))
    assert [translator.get(page).status for page in pages] == [404, 404]
    assert "给大家看的话" not in translator.get("/search?q=大家看").text
    assert room.post(9) not in {each.version.post for each in waiting(room.archive, "en", "translator")}
    assert "给大家看的话" in room.visitor("editor").get(pages[0]).text


def test_the_memory_tells_no_sentence_of_a_post_whose_newest_version_is_for_few(room: Room) -> None:
    taken(room, "wide", "给大家看的话。", 0)
    version = room.archive.index.posts.versions(room.post(9))[-1]
    number = propose(room.archive, room.bench.key, "ab" * 16, version, "en", ["Words for all."], [], "2026-11-25")
    review(room.archive, room.bench.key, "cd" * 16, number, "reviewed", "2026-11-25")
    assert Memory(room.archive).suggest("给大家看的话。", "zh", "en")
    taken(room, "narrow", "只给朋友看的新话。", 1, user={"protected": True})
    assert Memory(room.archive).suggest("给大家看的话。", "zh", "en") == []


def test_an_earlier_version_for_followers_is_not_shown_to_translators(room: Room) -> None:
    taken(room, "narrow", "只给朋友看的旧话。", 0, user={"protected": True})
    taken(room, "wide", "给大家看的话。", 1)
    number, translator = room.number(9), room.visitor("translator")
    for path in (f"/items/{number}", f"/translate/{number}/en"):
        page = translator.get(path)
        assert page.status == 200
        assert "给大家看的话" in page.text
        assert "朋友看的旧话" not in page.text
    assert "朋友看的旧话" in room.visitor("editor").get(f"/items/{number}").text


def test_a_search_tells_translators_no_word_of_an_earlier_version_for_followers(room: Room) -> None:
    taken(room, "narrow", "只给朋友看的旧话。", 0, user={"protected": True})
    taken(room, "wide", "给大家看的话。", 1)
    page = room.visitor("translator").get("/search?q=旧话").text
    assert "<mark>" not in page
    assert "朋友看" not in page
    assert "<mark>" in room.visitor("editor").get("/search?q=旧话").text
    assert "给大家看的话" in room.visitor("translator").get("/search?q=大家").text.replace("<mark>", "").replace(
        "</mark>", ""
    )


def test_what_is_said_in_a_clip_of_a_post_that_is_for_few_by_now_leaves_search_queue_and_pages(room: Room) -> None:
    variant = {"content_type": "video/mp4", "bitrate": 1, "url": "https://video.x/T.mp4"}
    about = {"type": "video", "media_url_https": "https://pbs.x/T.jpg", "video_info": {"variants": [variant]}}
    clip = b"\0\0\0\x18ftypmp42" + bytes(64)
    for day, more in enumerate(({}, {"user": {"protected": True}})):
        when = NOW + timedelta(days=day)
        said = tweet(9, "给大家看的话。", extended_entities={"media": [about]}, **more)
        files = x_files([said], manifest=manifest_of(when, 1)) | {"data/tweets_media/9-T.mp4": clip}
        room.take_files(files, f"day-{day}", when)
        if not day:
            state_release(room.archive, room.bench.key, CataloguedPost(room.post(9), release="public"))
            number = number_in_post(room.archive, room.number(9), 1)
            spoken = transcribe(room.archive, room.bench.key, number)
            approve(room.archive, room.bench.key, spoken)
            [version] = room.archive.index.texts.versions(name_of(number))
            told = propose(room.archive, room.bench.key, "ab" * 16, version, "en", TOLD, [], "2026-11-25")
            review(room.archive, room.bench.key, "cd" * 16, told, "reviewed", "2026-11-25")
        paths = {"/search?q=谁知道": f"/clips/{number}", "/search?q=knows": f"/clips/{number}",
                 f"/translate/{number}/en": "谁知道", "/clips": f"/clips/{number}"}  # fmt: skip
        found = [name in room.visitor("translator").get(path).text for path, name in paths.items()]
        found.append(name_of(number) in {each.version.post for each in waiting(room.archive, "de", "translator")})
        assert found == [not day] * 5, (day, found)
    assert f"/clips/{number}" in room.visitor("editor").get("/search?q=谁知道").text


def test_what_a_stranger_gives_out_as_a_post_reaches_no_translator_and_waits_for_an_editor(room: Room) -> None:
    item = {"id": room.post(3), "content_text": "我收回一切。", "language": "zh", "url": "https://b.example/3"}
    feed = {"version": "https://jsonfeed.org/version/1.1", "title": "B", "home_page_url": "https://b.example/"}
    room.take_files({"feed.json": json.dumps({**feed, "items": [item]}).encode()}, "feed", NOW + timedelta(days=1))
    path, translator = f"/items/{room.number(3)}", room.visitor("translator")
    for page in (path, f"/translate/{room.number(3)}/en", "/", "/translate?language=en", "/search?q=收回一切"):
        answer = translator.get(page)
        assert answer.status == 200
        assert "收回" not in answer.text.replace("收回一切", "", 1) if "search" in page else "收回" not in answer.text
    editor = room.visitor("editor")
    assert "警察在楼下等我们" in editor.get(path).text
    assert "收回一切" in editor.get(path).text
    index = room.archive.index.posts.versions(room.post(3))[-1].number
    assert editor.post(path, words=index).status == 303
    assert "收回一切" in translator.get(path).text


def test_a_preview_reaches_translators_as_bare_pixels(room: Room) -> None:
    image, exif = Image.new("RGB", (64, 48), "teal"), Image.Exif()
    exif[0x010E] = "taken by Tenzin"
    held = io.BytesIO()
    image.save(held, "JPEG", exif=exif)
    path = "DCIM/gate.jpg"
    files = [(path, PICTURE, "original"), (preview_name(path), held.getvalue(), "preview")]
    said = []
    for name, data, kind in files:
        room.archive.objects.add([data])
        said.append(CapturedFile(CONSIGNMENT, name, len(data), None, kind, "whole", sha256_hex(data)).to_statement())
    number, _ = state(room.archive, room.bench.key, said)
    catalogue(room.archive, room.bench.key, CataloguedItem(number, release="public", covering="nobody"))
    shown = room.visitor("translator").get(f"/items/{number}/preview")
    assert shown.status == 200
    assert b"Tenzin" not in shown.body
    assert Image.open(io.BytesIO(shown.body)).size == (64, 48)
    assert room.visitor("editor").get(f"/items/{number}/preview").body == held.getvalue()
    catalogue(room.archive, room.bench.key, CataloguedItem(number, covering="undecided"))
    room.archive.objects.path(sha256_hex(PICTURE)).unlink()
    assert room.visitor("translator").get(f"/items/{number}/preview").status == 404, "nor before its original is here"
    assert room.visitor("editor").get(f"/items/{number}/preview").status == 200


def test_sources_that_an_account_may_not_see_are_counted_and_not_named(room: Room) -> None:
    number = room.take_private("只给关注者看的话。")
    sources = (number, "https://a.example/1", room.post(3))
    state_person(room.archive, room.bench.key, PersonEntry("王小明", release="public", sources=sources))
    person = room.archive.index.people.all()[0].number
    page = room.visitor("translator").get(f"/people/{person}").text
    assert "a.example" not in page
    assert f"/items/{number}" not in page
    assert "2 sources that you may not see" in page
    assert "a.example" in room.visitor("editor").get(f"/people/{person}").text
