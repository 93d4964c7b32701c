"""Mastodon and twarc: what the samples do not have."""

import json
from typing import Any

import pytest

from tamizdat.encoding import canonical
from tamizdat.errors import UsageError
from tamizdat.posts.export import Bytes
from tamizdat.posts.formats import Found, Removal, recognise
from tamizdat.posts.post import Post
from tamizdat.posts.report import IngestReport
from tamizdat.posts.times import doubtful, read_time


def read(name: str, data: bytes) -> tuple[list[Found], list[Removal], IngestReport]:
    """What is in a file; every post is also read again from its own bytes."""
    report, export = IngestReport(), Bytes(name, data)
    format = recognise(export)
    plan = format.plan(export, report)
    found = list(format.read(plan, export.open, report))
    posts = [each for each in found if isinstance(each, Found)]
    for each in posts:
        raw = [data[piece.offset : piece.offset + piece.length] for piece in each.slices]
        assert format.post(raw, plan.context_of(name)) == each.post
    return posts, [each for each in found if isinstance(each, Removal)], report


def page(**more: Any) -> dict[str, Any]:
    tweet = {"id": "5", "text": "看 RT @wang: 五年了", "author_id": "12", "created_at": "2013-05-12T06:28:00.000Z",
             "referenced_tweets": [{"type": "quoted", "id": "4"}], "attachments": {"media_keys": ["3_1"]}}  # fmt: skip
    # fmt: off
    people = [{"id": "12", "username": "lin", "name": "林"}, {"id": "13", "username": "wang", "name": "王"}]
    includes = {"users": people,
                "tweets": [{"id": "4", "text": "五年了", "author_id": "13", "created_at": "2013-05-12T06:00:00Z"}],
                "media": [{"media_key": "3_1", "type": "photo", "url": "https://a.example/p", "alt_text": "桌"}]}
    # fmt: on
    return {"data": [tweet], "includes": includes, **more}


@pytest.mark.parametrize("plain", [True, False])
def test_a_tweet_of_a_page_takes_with_it_whom_and_what_it_speaks_of(plain: bool) -> None:
    [found], _, report = read("a.jsonl", json.dumps(page(), ensure_ascii=plain).encode() + b"\n")
    post = found.post
    assert not report.damaged
    assert (post.author.handle, post.author.name) == ("lin", "林")
    assert (post.quotes[0].id, post.quotes[0].text, post.quotes[0].author.handle) == (
        "https://x.com/i/status/4",
        "五年了",
        "wang",
    )
    assert (post.attachments[0].url, post.attachments[0].alt) == ("https://a.example/p", "桌")
    assert len(found.slices) == 5, "the tweet, its author, its picture, the quoted tweet, and its author"
    document = json.loads(canonical(post.activity()))
    assert document["type"] == "Note"
    assert document["quote"][0]["attributedTo"]["name"] == "王"


def test_lines_that_are_none_are_told_and_passed_over() -> None:
    sound = json.dumps(page()).encode()
    data = (
        b"no json\n"
        + sound
        + b"\n\xff\xfe{}\n"
        + b'{"errors": [{"title": "x"}]}\n'
        + b"[" * 9_000
        + b"\n"
        + sound[:-40]
    )
    found, _, report = read("a.jsonl", data)
    assert len(found) == 1
    assert report.kinds == {"damaged": 3, "truncated": 1} or report.kinds == {
        "damaged": 2,
        "encoding": 1,
        "truncated": 1,
    }
    assert report.left == {"errors of the interface": 1}


def test_an_answer_about_compliance_is_a_removal_with_its_reason() -> None:
    line = b'{"id":"117","action":"delete","redacted_at":"2021-08-17T17:26:15.788Z","reason":"deactivated"}\n'
    _, [removal], report = read("c.jsonl", b"not json at all\n" + line)
    assert (removal.id, removal.deleted, removal.reason) == (
        "https://x.com/i/status/117", "2021-08-17T17:26:15+00:00", "deactivated")  # fmt: skip
    assert dict(report.kinds) == {"damaged": 1}


def outbox(*items: dict[str, Any], **more: Any) -> bytes:
    head = {"@context": "https://www.w3.org/ns/activitystreams", "id": "outbox.json", "type": "OrderedCollection"}
    return json.dumps({**head, **more, "orderedItems": list(items)}, ensure_ascii=False, indent=1).encode()


NOTE = {"id": "https://a.example/users/lin/statuses/1", "type": "Note", "content": "<p>一<br>二</p>", "summary": "注意",
        "attributedTo": "https://a.example/users/lin", "published": "2013-05-12T06:28:00Z",
        "contentMap": {"zh": "<p></p>"}, "to": ["https://www.w3.org/ns/activitystreams#Public"]}  # fmt: skip
CREATE = {"id": "https://a.example/users/lin/statuses/1/activity", "type": "Create", "object": NOTE}


def test_an_outbox_with_commas_too_many_and_a_broken_activity() -> None:
    second = {**CREATE, "object": {**NOTE, "id": "https://a.example/users/lin/statuses/2"}}
    data = outbox(CREATE, {**CREATE, "object": {**NOTE, "content": "BREAK"}}, second, totalItems=9)
    data = data.replace(b"\n ]\n}", b",\n ]\n}").replace(b'"BREAK"', b'"a"b"')
    found, _, report = read("outbox.json", data)
    assert [each.post.id[-1] for each in found] == ["1", "2"]
    assert report.kinds == {"damaged": 1, "syntax": 1, "count": 1}
    assert (found[0].post.text, found[0].post.summary, found[0].post.language) == ("一\n二", "注意", "zh")
    assert found[0].post.author.handle == "lin"


def test_a_deletion_in_an_outbox_is_the_platforms_word() -> None:
    gone = {"type": "Delete", "object": {"id": NOTE["id"], "type": "Tombstone"}, "published": "2013-05-13T00:00:00Z"}
    _, [removal], _ = read("outbox.json", outbox(CREATE, gone))
    assert (removal.id, removal.deleted) == (NOTE["id"], "2013-05-13T00:00:00+00:00")


@pytest.mark.parametrize(
    "bad",
    [{"type": "Create"}, {"type": "Create", "object": 7}, {"type": "Announce"},
     {"type": "Create", "object": {**NOTE, "id": 5}},
     {"type": "Create", "object": {**NOTE, "content": None}}, {"type": ["Create"]}, {"type": "Question"}],
)  # fmt: skip
def test_an_activity_that_is_no_post_is_told(bad: dict[str, Any]) -> None:
    found, _, report = read("outbox.json", outbox(CREATE, {"id": "x", **bad}))
    assert (len(found), dict(report.kinds)) == (1, {"form": 1})


@pytest.mark.parametrize("data", [b"", b"{}", b"[]", b"<html></html>", b"\x00" * 100, b"PK\x03\x04", b'{"a": 1}\n'])
def test_what_is_no_export_is_refused_with_what_would_be_one(data: bytes) -> None:
    with pytest.raises(UsageError, match="Mastodon"):
        recognise(Bytes("a.json", data))


TIMES = [
    ("Sun May 12 14:28:00 +0800 2013", "2013-05-12T14:28:00+08:00"),
    ("Sun, 12 May 2013 14:28:00 +0545", "2013-05-12T14:28:00+05:45"),
    ("Sun, 12 May 2013 14:28:00 -0000", "2013-05-12T14:28:00"),
    ("2013-05-12T14:28Z", "2013-05-12T14:28:00+00:00"),
    ("2013-05-12 14:28:00 +0800", "2013-05-12T14:28:00+08:00"),
    *((each, None) for each in ("", "yesterday", "2013-13-45T99:99:99Z", 1368340080, None, ["2013"], "9" * 5000)),
]  # fmt: skip


@pytest.mark.parametrize(("given", "kept"), TIMES, ids=lambda value: str(value)[:20])
def test_a_time_keeps_the_offset_it_came_with(given: object, kept: str | None) -> None:
    assert read_time(given) == kept


def test_a_time_nobody_can_have_posted_at_is_doubtful() -> None:
    from support.collecting_desk import NOW

    assert [doubtful(text, NOW) for text in ("2100-01-01T00:00:00+00:00", "2026-11-24", "1970-01-01T00:00:00Z")] == [
        True, False, True]  # fmt: skip


def test_a_post_as_a_document() -> None:
    [found], _, _ = read("outbox.json", outbox(CREATE))
    document = found.post.activity()
    assert document["@context"] == "https://www.w3.org/ns/activitystreams"
    assert document["contentMap"] == {"zh": "一\n二"}
    assert isinstance(found.post, Post)
    json.dumps(document)
