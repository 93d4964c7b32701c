"""Statuses of Mastodon's API and of Pixelfed, and notes of Misskey."""

import json
from typing import Any

import pytest

from support.mutated_exports import MISSKEY_NOTES, STATUS
from support.shared import SAMPLES, needs_shared
from tamizdat.posts.export import Several
from tamizdat.posts.formats import Context, Found, owner, recognise
from tamizdat.posts.formats.mastodon import post as outbox_post
from tamizdat.posts.formats.misskey import post as misskey_post
from tamizdat.posts.formats.statuses import post as status_post
from tamizdat.posts.post import Attachment, Author, Choice, Post
from tamizdat.posts.report import IngestReport

LIN = Author("https://a.example/users/lin", "lin", "林")


def read(**files: Any) -> tuple[list[Post], IngestReport, str]:
    """The posts of files given as bytes or as what JSON is made of; each is read again from its own bytes."""
    data = {name: value if isinstance(value, bytes) else json.dumps(value).encode() for name, value in files.items()}
    report, export = IngestReport(), Several(data)
    format = recognise(export)
    plan = format.plan(export, report)
    posts = []
    for found in format.read(plan, export.open, report):
        assert isinstance(found, Found)
        raw = [data[piece.source][piece.offset : piece.offset + piece.length] for piece in found.slices]
        assert format.post(raw, plan.context_of(found.slices[0].source)) == found.post
        posts.append(found.post)
    return posts, report, format.NAME


def status(**more: Any) -> dict[str, Any]:
    return {**STATUS, **more}


def one(**more: Any) -> Post:
    [post], report, _ = read(posts=[status(**more)])
    assert not report.damaged
    return post


SEVERAL = [status(id="7"), status(id="9", uri="https://a.example/users/lin/statuses/9")]
FORMS = [
    json.dumps(SEVERAL, indent=2).encode(),
    b"\n".join(json.dumps(each).encode() for each in SEVERAL),
    b"".join(json.dumps(each, indent=1).encode() for each in SEVERAL),
    json.dumps({"account": STATUS["account"], "statuses": SEVERAL, "favourites": [STATUS]}).encode(),
]


@pytest.mark.parametrize("data", FORMS, ids=["list", "lines", "one after the other", "backup"])
def test_statuses_are_read_in_whichever_way_they_were_kept(data: bytes) -> None:
    posts, report, name = read(**{"posts.json": data})
    assert ([post.id[-1] for post in posts], report.damaged, name) == (["7", "9"], False, "mastodon-api/v1")


def test_a_backup_is_its_accounts_own_and_favourites_are_left() -> None:
    data = FORMS[3]
    _, report, name = read(**{"posts.json": data})
    export = Several({"posts.json": data})
    context = recognise(export).plan(export, IngestReport()).context_of("posts.json")
    assert owner(name, context) == LIN.id
    assert report.left == {"favourites": 1}


def test_the_pictures_of_a_backup_lie_under_the_paths_of_their_addresses() -> None:
    said = status(media_attachments=[{"type": "image", "url": "https://f.example/media/1/p.png"}])
    files = dict.fromkeys(("a.example.user.lin/media/1/p.png", "a.example.user.lin/media/2/p.png"), b"x")
    export = Several({"a.example.user.lin.json": json.dumps([said]).encode(), **files})
    format, report = recognise(export), IngestReport()
    [found] = format.read(format.plan(export, report), export.open, report)
    assert isinstance(found, Found)
    assert found.media == ("a.example.user.lin/media/1/p.png",)


def test_everything_that_a_status_tells_of_a_post_is_read() -> None:
    post = one(content='<p>看 <a href="https://c.example/list">名单</a></p>')
    assert (post.id, post.url, post.author) == (STATUS["uri"], STATUS["url"], LIN)
    assert (post.text, post.summary, post.language, post.tags) == ("看 名单", "注意", "zh", ("名单",))
    assert (post.published, post.updated) == ("2024-05-12T06:28:00+00:00", "2024-05-13T06:28:00+00:00")
    assert (post.links, post.sensitive, post.choices) == (
        (("名单", "https://c.example/list"),), True, (Choice("是", 2), Choice("否")))  # fmt: skip
    assert post.attachments == (Attachment("image/png", "https://a.example/p.png", "桌"),)
    assert (post.reply_to, post.answered) == (
        "https://a.example/@wang@b.example/6", Author("https://b.example/@wang", "wang"))  # fmt: skip


def test_a_status_and_the_note_of_an_export_are_one_post() -> None:
    """Also what is said and when it was changed: so neither is a difference to the other."""
    note = {"type": "Note", "id": STATUS["uri"], "content": STATUS["content"], "summary": "注意",
            "attributedTo": LIN.id, "published": "2024-05-12T06:28:00Z", "updated": "2024-05-13T06:28:00Z",
            "oneOf": [{"name": "是"}, {"name": "否"}]}  # fmt: skip
    exported = outbox_post([json.dumps({"type": "Create", "object": note}).encode()], {})
    given = one()
    assert (exported.id, exported.said, exported.updated, exported.author.id) == (
        given.id, given.said, given.updated, given.author.id)  # fmt: skip


@pytest.mark.parametrize(("visibility", "more", "audience"), [
    ("public", {}, "public"), ("unlisted", {}, "unlisted"), ("private", {}, "followers"), ("limited", {}, "followers"),
    ("mutuals_only", {}, "followers"), ("public", {"local_only": True}, "followers"), ("invented", {}, "unknown"),
])  # fmt: skip
def test_for_whom_a_status_was_written(visibility: str, more: dict[str, Any], audience: str) -> None:
    assert one(visibility=visibility, **more).audience == audience


def test_letters_are_withheld_from_lists_and_lines_and_from_what_was_favoured() -> None:
    letter = status(visibility="direct", id="8")
    kept = {"account": STATUS["account"], "statuses": [status(), letter], "mentions": [{"id": "1", "status": letter}]}
    for data, letters in ((json.dumps(kept).encode(), 2), (json.dumps(letter).encode() + b"\n" + FORMS[1], 1)):
        export, report = Several({"posts.json": data}), IngestReport()
        format = recognise(export)
        plan = format.plan(export, report)
        assert len(plan.withheld["posts.json"]) == letters
        held = bytearray(data)
        for offset, length in plan.withheld["posts.json"]:
            held[offset : offset + length] = b"null".ljust(length)
        assert all(
            isinstance(found, Found) for found in format.read(plan, Several({"posts.json": bytes(held)}).open, report)
        )
        assert (report.left["direct messages"], report.damaged) == (letters, False)


def test_a_boost_repeats_the_whole_of_a_post() -> None:
    inner = status(uri="https://b.example/users/wang/statuses/3", visibility="private",
                   account={"id": "2", "username": "wang", "acct": "wang@b.example"})  # fmt: skip
    post = one(uri="https://a.example/users/lin/statuses/9/activity", reblog=inner, content="")
    assert (post.kind, post.text, post.audience) == ("Announce", "", "public")
    assert post.shared is not None
    assert (post.shared.author.id, post.shared.audience) == ("https://b.example/users/wang", "followers")


QUOTED = status(uri="https://b.example/users/wang/statuses/3", url="https://b.example/@wang/3", content="<p>名单</p>")
QUOTES = [
    {"quote": {"state": "accepted", "quoted_status": QUOTED}},
    {"quote": QUOTED},
    {"pleroma": {"quote": QUOTED}},
    {"pleroma": {"quote_url": "https://b.example/users/wang/statuses/3"}},
]


@pytest.mark.parametrize("more", QUOTES)
def test_a_quote_is_a_quote_in_every_servers_form(more: dict[str, Any]) -> None:
    post = one(content='<p class="quote-inline">RE: https://b.example/@wang/3</p><p>看</p>', **more)
    assert (post.text, [each.id for each in post.quotes]) == ("看", ["https://b.example/users/wang/statuses/3"])


def test_a_quote_that_was_not_allowed_tells_its_address_only() -> None:
    post = one(content='<p>看</p><p class="quote-inline">RE: https://b.example/@wang/3</p>',
               quote={"state": "pending", "quoted_status": None})  # fmt: skip
    assert [(each.id, each.text) for each in post.quotes] == [("https://b.example/@wang/3", "")]


ANSWERS = [
    ({"in_reply_to_account_id": "1"}, "https://a.example/users/lin/statuses/6", "lin"),
    ({"mentions": [{"id": "2", "username": "mei", "acct": "mei", "url": "https://a.example/@mei"}]},
     "https://a.example/users/mei/statuses/6", "mei"),
    ({"mentions": []}, "", ""),
    ({"uri": "https://a.example/objects/9", "url": "https://a.example/notice/Az", "mentions": []},
     "https://a.example/notice/6", ""),
    ({"account": {**STATUS["account"], "acct": "lin@a.example"}}, "", "wang"),
]  # fmt: skip


@pytest.mark.parametrize(("more", "address", "handle"), ANSWERS)
def test_what_a_status_answers_is_told_as_far_as_it_is_certain(more: dict[str, Any], address: str, handle: str) -> None:
    post = one(**more)
    assert (post.reply_to, post.answered.handle if post.answered else "") == (address, handle)


def test_a_version_is_its_status_and_an_edit() -> None:
    raw = json.dumps(STATUS).encode()
    edits = [{"content": "<p>四十</p>", "created_at": STATUS["created_at"], "spoiler_text": "", "account": {}},
             {"content": "<p>四十一</p>", "created_at": STATUS["edited_at"],
              "poll": {"options": [{"title": "是"}]}}]  # fmt: skip
    first, second = (status_post([raw, json.dumps(each).encode()], {}) for each in edits)
    assert (first.id, first.text, first.updated) == (STATUS["uri"], "四十", None)
    assert (second.text, second.updated, second.choices) == ("四十一", "2024-05-13T06:28:00+00:00", (Choice("是"),))
    assert second.updated == status_post([raw], {}).updated


@pytest.mark.parametrize("bad", [{"uri": 7, "url": None}, {"content": ["x"]}, {"account": []}])
def test_a_status_that_is_none_is_told_and_costs_no_other(bad: dict[str, Any]) -> None:
    posts, report, _ = read(posts=[status(), status(**bad), status(uri="https://a.example/users/lin/statuses/11")])
    assert (len(posts), dict(report.kinds)) == (2, {"form": 1})


def test_a_damaged_status_costs_no_other() -> None:
    data = json.dumps([status(), status(id="8", content="BREAK"), status(id="9")]).replace('"BREAK"', '"a"b"').encode()
    posts, report, _ = read(**{"a.json": data})
    assert (len(posts), report.damaged) == (2, True)


@needs_shared
def test_statuses_of_a_real_client_are_read() -> None:
    [path] = SAMPLES.glob("mastodon/perkeep_perkeep/**/user_statuses.json")
    posts, report, _ = read(**{"user_statuses.json": path.read_bytes()})
    assert (len(posts), report.damaged) == (2, False)
    assert posts[0].text == "MULTIPLE\n\nLINES\n\nOF\n\nTEXT"


# Pixelfed -------------------------------------------------------------------------------------------------------------

PICTURED = {"_v": 1, "pf_type": "photo", "uri": "https://a.example/p/lin/7", "url": "https://a.example/p/lin/7",
            "account": {"id": "1", "username": "lin", "acct": "lin", "url": "https://a.example/lin"}}  # fmt: skip


def test_pixelfeds_caption_is_what_was_typed_and_its_account_the_one_of_its_outbox() -> None:
    said = status(**PICTURED, content="a <3 b\nc", content_text="a <3 b\nc", place={"name": "门"})
    [post], report, name = read(**{"pixelfed-statuses.json": [said]})
    assert (name, report.damaged, post.text, post.private_details) == ("pixelfed/v1", False, "a <3 b\nc", ("place",))
    assert (post.id, post.author.id) == ("https://a.example/p/lin/7", "https://a.example/users/lin")
    export = Several({"pixelfed-statuses.json": json.dumps([said]).encode()})
    plan = recognise(export).plan(export, report)
    assert owner(name, plan.context_of("pixelfed-statuses.json")) == post.author.id


def test_an_archived_picture_is_not_for_everybody() -> None:
    [post], _, _ = read(**{"pixelfed-statuses.json": [status(**PICTURED, visibility="archived")]})
    assert post.audience == "unknown"


# Misskey --------------------------------------------------------------------------------------------------------------

ACTOR = {"type": "Person", "id": "https://m.example/users/8z", "preferredUsername": "lin", "name": "林"}


def test_notes_have_the_addresses_of_their_server_if_the_account_lies_beside() -> None:
    [note, repost], report, name = read(**{"notes.json": MISSKEY_NOTES, "actor.json": ACTOR})
    assert (name, report.damaged, report.left["direct messages"], report.notes) == ("misskey/v1", False, 1, [])
    assert (note.id, note.author) == ("https://m.example/notes/9a", Author("https://m.example/users/8z", "lin", "林"))
    assert (note.text, note.summary, note.sensitive) == ("校舍 **塌了**", "注意", True)
    assert note.choices == (Choice("是", 3), Choice("否", 1))
    assert note.attachments == (Attachment("image/png", "https://m.example/files/p", "桌"),)
    assert (repost.id, repost.audience, repost.kind) == ("https://m.example/notes/9c/activity", "unlisted", "Announce")
    assert repost.shared is not None
    assert (repost.shared.id, repost.shared.author.handle) == ("https://b.example/notes/1", "wang")


def test_two_accounts_whose_exports_do_not_name_them_are_two() -> None:
    other = [{**MISSKEY_NOTES[0], "id": "7q"}]
    posts, report, _ = read(**{"lin/notes.json": MISSKEY_NOTES[:1], "wang/notes.json": other})
    assert len({post.author.id for post in posts}) == 2
    assert [post.id for post in posts] == ["urn:misskey:9a", "urn:misskey:7q"]
    assert report.notes == []


def test_the_desk_may_say_whose_notes_they_are() -> None:
    context: Context = {"first": "9a", "handle": "lin@M.example"}
    note = misskey_post([json.dumps(MISSKEY_NOTES[0]).encode()], context)
    assert (note.id, note.author) == ("https://m.example/notes/9a", Author("https://m.example/@lin", "lin"))
    assert owner("misskey/v1", context) == note.author.id
    assert owner("misskey/v1", {"first": "9a"}) == ""


def test_a_quote_an_answer_and_a_note_for_its_own_server() -> None:
    said = {**MISSKEY_NOTES[0], "renoteId": "9x", "replyId": "9y", "localOnly": True}
    [note], _, _ = read(**{"notes.json": [said], "actor.json": ACTOR})
    assert ([each.id for each in note.quotes], note.reply_to, note.audience) == (
        ["https://m.example/notes/9x"], "https://m.example/notes/9y", "followers")  # fmt: skip


def test_pictures_of_which_an_export_gives_only_numbers_are_told() -> None:
    said = {name: value for name, value in MISSKEY_NOTES[0].items() if name != "files"} | {"text": None, "poll": None}
    [note], report, _ = read(**{"notes.json": [said]})
    assert (note.text, report.damaged) == ("", False)
    assert report.left == {"pictures and clips of which the export gives only a number": 1}
