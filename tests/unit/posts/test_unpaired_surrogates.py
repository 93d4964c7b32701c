"""Half of a character in an export: JSON can write it, and no statement, table or page can hold it."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from support import ghost_exports, matrix_rooms, own_exports
from support.collecting_desk import NOW, Desk, in_folder, outbox, tweet, x_files
from tamizdat.archive.ingest.feeds import follow
from tamizdat.archive.views import post_rows
from tamizdat.posts.fetch import Answer
from tamizdat.posts.post import PUBLIC, Attachment
from tamizdat.posts.report import IngestReport

HALF = "half \ud83d"
WHOLE = "half \ufffd"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk.make(tmp_path / "archive")


def test_a_subject_of_a_feed_with_half_a_character_keeps_no_desk_from_opening(desk: Desk) -> None:
    item = {"id": "1", "content_text": "words", "tags": [HALF, "", 5, "whole"]}
    said = {"version": "https://jsonfeed.org/version/1.1", "title": HALF, "items": [item]}
    body = json.dumps(said).encode()
    follow(desk.archive, desk.key, "https://a.example/feed", NOW, IngestReport(), lambda u, h: Answer(u, 200, {}, body))
    [post] = desk.archive.index.posts.latest()
    assert desk.archive.observed(post.number).post.tags == (WHOLE, "whole")
    desk.archive.close()


def test_a_repost_of_an_address_with_half_a_character_keeps_no_desk_from_opening(desk: Desk, tmp_path: Path) -> None:
    names = {"id": "https://a.example/1/activity", "published": "2013-05-12T14:28:00+08:00", "to": [PUBLIC]}
    repost = {"type": "Announce", "actor": "https://a.example/HALF", "object": "https://b.example/HALF", **names}
    desk.take(in_folder(tmp_path / "mastodon", {"outbox.json": outbox(repost).replace(b"HALF", b"half \\ud83d")}))
    [post] = desk.archive.index.posts.latest()
    shared = desk.archive.observed(post.number).post.shared
    assert shared
    assert (shared.id, post.author) == (f"https://b.example/{WHOLE}", f"https://a.example/{WHOLE}")
    desk.archive.close()


def test_what_was_stated_with_half_a_character_keeps_no_desk_from_opening(desk: Desk, tmp_path: Path) -> None:
    desk.take(in_folder(tmp_path / "x", x_files([tweet(1, "words")])))
    [version] = desk.archive.index.posts.latest()
    known = desk.archive.observed(version.number)
    half = replace(known.post, tags=(HALF,), attachments=(Attachment(alt=HALF),), shared=replace(known.post, url=HALF))
    for post, anew in ((half, None), (known.post, half)):
        rows = list(post_rows.rows_of_a_version(7, replace(known, post=post, anew=anew)))
        assert rows
        for _, values in rows:
            "".join(each for each in values if isinstance(each, str)).encode()  # as a table has to
    desk.archive.close()


def test_half_a_character_in_what_a_blog_a_room_or_threads_said_keeps_no_desk_from_opening(
    desk: Desk, tmp_path: Path
) -> None:
    document = json.dumps({"root": {"children": [{"type": HALF}, {"type": "text", "text": HALF}]}})
    blog = ghost_exports.export(
        ghost_exports.post(1, "HALF", None, lexical=document), posts_authors=ghost_exports.wrote(1, "HALF"),
        users=[{"id": "HALF", "name": "HALF"}], tags=[{"id": "HALF", "name": "HALF"}],
        posts_tags=[{"post_id": ghost_exports.number(1), "tag_id": "HALF"}],
    )  # fmt: skip
    room = matrix_rooms.export(matrix_rooms.said(0, "HALF", "@HALF:a.example", filename="HALF"))
    files = own_exports.threads(own_exports.on_threads(0, "HALF", "HALF.png"), handle="HALF")
    for name, held in (("blog", {"b.json": blog}), ("room", {"r.json": room}), ("threads", files)):
        halves = {path: data.replace(b"HALF", b"half\\ud83d") for path, data in held.items()}
        assert desk.take(in_folder(tmp_path / name, halves), NOW).new == 1
    assert {each.text.replace(" ", "") for each in desk.archive.index.posts.latest()} == {"half\ufffd"}
    desk.archive.close()
