"""Half of a character in an export: JSON can write it, and no statement, table or page can hold it."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

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
