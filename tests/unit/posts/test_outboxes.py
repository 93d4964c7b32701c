"""Outboxes as servers of the fediverse really write them."""

import json
from typing import Any

import pytest

from tamizdat.posts.export import Several
from tamizdat.posts.formats import Found, Removal, by_name, recognise
from tamizdat.posts.formats.fediverse import language_tag
from tamizdat.posts.post import Author, Choice, Post
from tamizdat.posts.report import IngestReport

EVERYBODY = "https://www.w3.org/ns/activitystreams#Public"
LIN = "https://a.example/users/lin"
HEAD = '"@context": "https://www.w3.org/ns/activitystreams", "id": "outbox.json", "type": "OrderedCollection"'


def activity(number: int, content: str | None = "<p>门</p>", **note: Any) -> dict[str, Any]:
    made = {"id": f"{LIN}/statuses/{number}", "type": "Note", "attributedTo": LIN, "content": content,
            "published": "2024-05-12T06:28:00Z", "to": [EVERYBODY], **note}  # fmt: skip
    return {"id": f"{LIN}/statuses/{number}/activity", "type": "Create", "actor": LIN, "object": made}


def lists(*several: list[dict[str, Any]], more: str = "") -> bytes:
    """An outbox with so many lists."""
    every = ", ".join(f'"orderedItems": {json.dumps(each, ensure_ascii=False)}' for each in several)
    return f"{{{HEAD}, {more}{every}}}".encode()


def read(data: bytes, **files: bytes) -> tuple[list[Post], list[Removal], IngestReport, list[Found]]:
    report, export = IngestReport(), Several({"outbox.json": data, **files})
    format = recognise(export)
    plan = format.plan(export, report)
    found = list(format.read(plan, export.open, report))
    posts = [each for each in found if isinstance(each, Found)]
    for each in posts:
        raw = [data[piece.offset : piece.offset + piece.length] for piece in each.slices]
        assert format.post(raw, plan.context_of("outbox.json")) == each.post
    return [each.post for each in posts], [each for each in found if isinstance(each, Removal)], report, posts


def one(**note: Any) -> Post:
    [post], _, report, _ = read(lists([activity(1, **note)]))
    assert not report.damaged
    return post


@pytest.mark.parametrize("several", [([], [activity(1), activity(2)]), ([activity(1), activity(2)], []),
                                     ([activity(1)], [activity(2)])])  # fmt: skip
def test_an_outbox_with_two_lists_is_read_whole(several: tuple[list[dict[str, Any]], ...]) -> None:
    posts, _, report, _ = read(lists(*several))
    assert [post.id[-1] for post in posts] == ["1", "2"]
    assert not report.damaged


def test_letters_are_withheld_from_the_second_list_too() -> None:
    letter = activity(2, to=["https://b.example/users/wang"])
    posts, _, report, _ = read(lists([], [activity(1), letter]))
    assert (len(posts), report.left["direct messages"]) == (1, 1)


def test_a_context_that_stands_twice_is_no_damage() -> None:
    posts, _, report, _ = read(lists([activity(1)], more='"@context": [], '))
    assert (len(posts), report.damaged) == (1, False)


@pytest.mark.parametrize(("total", "damaged"), [(1, False), (2, False), (3, True)])
def test_fewer_posts_than_the_server_counts_are_told_and_more_are_not(total: int, damaged: bool) -> None:
    _, _, report, _ = read(lists([activity(1), activity(2)], more=f'"totalItems": {total}, '))
    assert report.damaged is damaged


def test_a_boost_that_was_taken_back_ends_and_is_no_damage() -> None:
    boost = {"id": f"{LIN}/statuses/3/activity", "type": "Announce", "actor": LIN, "to": [EVERYBODY],
             "published": "2024-05-12T06:28:00Z", "object": "https://b.example/users/wang/statuses/7"}  # fmt: skip
    undo = {"id": f"{LIN}#undo", "type": "Undo", "actor": LIN, "object": boost}
    unlike = {"id": f"{LIN}#undo2", "type": "Undo", "actor": LIN, "object": {"type": "Like", "object": "x"}}
    [post], [removal], report, _ = read(lists([boost, undo, unlike]))
    assert removal.id == post.id
    assert post.shared is not None
    assert post.shared.author == Author("https://b.example/users/wang", "wang")
    assert (report.damaged, report.left["likes"]) == (False, 1)


def test_a_boost_of_something_else_than_a_note_says_what_it_repeats() -> None:
    clip = {"id": "https://v.example/videos/3", "type": "Playlist", "attributedTo": "https://v.example/users/wang"}
    boost = {"id": f"{LIN}/3/activity", "type": "Announce", "actor": LIN, "object": clip, "to": [EVERYBODY],
             "published": "2024-05-12T06:28:00Z"}  # fmt: skip
    [post], _, report, _ = read(lists([boost]))
    assert post.shared is not None
    assert (post.shared.id, report.damaged) == ("https://v.example/videos/3", False)


def test_an_activity_that_only_names_a_post_is_told_and_is_no_post() -> None:
    named = {**activity(1), "object": f"{LIN}/statuses/1"}
    posts, _, report, _ = read(lists([named]))
    assert (posts, report.damaged, report.left["addresses of posts without their words"]) == ([], False, 1)
    assert "follow it" in report.notes[0]


def test_the_earlier_reading_of_such_an_activity_stays() -> None:
    earlier = by_name("mastodon/v2")
    assert earlier is not None
    named = json.dumps({**activity(1), "object": f"{LIN}/statuses/1"}).encode()
    assert earlier.post([named], {}).id == f"{LIN}/statuses/1"
    later = "2024-06-01T00:00:00Z"
    more = {"quote": "https://b.example/8", "oneOf": [{"name": "是"}], "sensitive": True, "updated": later}
    said = activity(1, "<p>问</p><p>RE: https://b.example/8</p>", type="Question", **more)
    poll = json.dumps(said).encode()
    before, now = earlier.post([poll], {}), recognise(Several({"outbox.json": lists([])})).post([poll], {})
    assert (before.choices, before.updated, before.sensitive, before.text) == (
        (), None, False, "问\n\nRE: https://b.example/8")  # fmt: skip
    assert (now.choices, now.updated, now.sensitive, now.text) == (
        (Choice("是"),), "2024-06-01T00:00:00+00:00", True, "问")  # fmt: skip


def test_lists_of_addresses_are_no_outboxes_and_are_counted() -> None:
    likes = f'{{{HEAD}, "orderedItems": ["https://b.example/3", "https://b.example/4"]}}'.encode()
    _, _, report, _ = read(lists([activity(1)]), **{"bookmarks.json": likes, "likes.json": likes, "other.json": likes})
    assert (dict(report.left), report.damaged) == ({"bookmarks": 2, "likes": 2}, False)


@pytest.mark.parametrize("kind", ["oneOf", "anyOf"])
def test_a_polls_answers_are_part_of_what_was_said(kind: str) -> None:
    answers = [{"type": "Note", "name": "今年", "replies": {"type": "Collection", "totalItems": 2}}, {"name": "永不"}]
    post = one(type="Question", **{kind: answers})
    assert post.choices == (Choice("今年", 2), Choice("永不"))


QUOTED = "https://b.example/users/wang/statuses/7"
QUOTES = [
    ({"quote": QUOTED}, '<p>看</p><p class="quote-inline">RE: https://b.example/@wang/7</p>'),
    ({"quoteUrl": QUOTED}, '<p class="quote-inline">RE: <a href="x">https://b.example/@wang/7</a></p><p>看</p>'),
    ({"_misskey_quote": QUOTED}, f"<p><span>看<br><br>RE: </span><a href='{QUOTED}'>{QUOTED}</a></p>"),
    ({"quoteUri": QUOTED}, '<p>看<span class="quote-inline"><br/><br/>RT: https://b.example/@wang/7</span></p>'),
    ({"tag": [{"type": "Link", "mediaType": 'application/ld+json; profile="https://www.w3.org/ns/activitystreams"',
               "href": QUOTED, "name": f"RE: {QUOTED}"}]}, f"<p>看</p><p>RE: {QUOTED}</p>"),
    ({"quote": {"type": "Note", "id": QUOTED, "content": "<p>名单</p>", "attributedTo": "https://b.example/users/wang",
                "published": "2024-05-11T06:28:00Z"}}, "<p>看</p>"),
]  # fmt: skip


@pytest.mark.parametrize(("members", "content"), QUOTES)
def test_a_quote_is_a_quote_and_its_line_for_other_servers_is_no_text(members: dict[str, Any], content: str) -> None:
    post = one(content=content, **members)
    assert (post.text, [each.id for each in post.quotes]) == ("看", [QUOTED])
    assert post.quotes[0].author.handle == "wang"


def test_what_an_author_wrote_themselves_stays() -> None:
    assert one(content="<p>看</p><p>RE: https://b.example/9</p>").text == "看\n\nRE: https://b.example/9"
    assert one(content="<p>看</p><p>RE: https://c.example/9</p>", quote=QUOTED).text == "看\n\nRE: https://c.example/9"


def test_of_a_quote_that_is_gone_the_line_tells_the_address() -> None:
    post = one(
        content='<p class="quote-inline">RE: https://b.example/@wang/7</p><p>看</p>', quote={"type": "Tombstone"}
    )
    assert (post.text, [each.id for each in post.quotes]) == ("看", ["https://b.example/@wang/7"])


def test_two_languages_are_both_read() -> None:
    both = one(content="<p>学校</p>", contentMap={"en": "<p>school</p>", "zh": "<p>学校</p>"})
    assert (both.text, both.language) == ("学校\n\nschool", "zh")
    assert (
        one(content="<p>学校 school</p>", contentMap={"zh": "<p>学校</p>", "en": "<p>school</p>"}).text == "学校 school"
    )


TAGS = [("zhCn", "zh-CN"), ("zhHant", "zh-Hant"), ("zhHansCn", "zh-Hans-CN"), ("zhYue", "zh-yue"), ("bo", "bo"),
        ("zh-TW", "zh-TW"), ("x y", ""), ("", ""), ("a" * 40, "")]  # fmt: skip


@pytest.mark.parametrize(("given", "tag"), TAGS)
def test_a_servers_language_is_a_tag(given: str, tag: str) -> None:
    assert language_tag(given) == tag


WRITTEN_FOR = [
    ([EVERYBODY], [], "public"), ([], ["as:Public"], "unlisted"), ([f"{LIN}/followers"], [], "followers"),
    (["https://a.example/#Public"], [], "followers"), (["https://a.example/users/lin/circles/3"], [], "followers"),
]  # fmt: skip


@pytest.mark.parametrize(("to", "cc", "audience"), WRITTEN_FOR)
def test_for_whom_a_post_was_written(to: list[str], cc: list[str], audience: str) -> None:
    assert one(to=to, cc=cc).audience == audience


def test_where_a_note_does_not_say_for_whom_its_activity_does() -> None:
    bare = activity(1)
    del bare["object"]["to"]
    [post], _, _, _ = read(lists([{**bare, "to": [f"{LIN}/followers"]}]))
    assert post.audience == "followers"


def test_a_picture_without_words_is_a_post_and_a_links_preview_is_no_picture() -> None:
    picture = {
        "type": "Document",
        "mediaType": "image/png",
        "url": "https://a.example/p.png",
        "name": "桌",
        "blurhash": "U",
    }
    post = one(content=None, attachment=[picture, {"type": "Link", "href": "https://c.example/"}])
    assert (post.text, [each.alt for each in post.attachments]) == ("", ["桌"])


def test_the_file_of_a_picture_is_the_one_its_address_says() -> None:
    names = [f"media_attachments/files/{number}/original/p.png" for number in (1, 2)]
    addresses = [f"https://cdn.example/x/{names[1]}", f"/{names[0]}", "https://c.example/elsewhere/p.png"]
    said = activity(1, attachment=[{"mediaType": "image/png", "url": address} for address in addresses])
    _, _, _, [found] = read(lists([said]), **dict.fromkeys(names, b"x"))
    assert found.media == (names[1], names[0])


def test_a_picture_that_is_not_there_is_not_another_posts_of_the_same_name() -> None:
    first, second = (f"media_attachments/files/{number}/original/image.jpg" for number in (1, 2))
    public = activity(1, attachment=[{"type": "Document", "mediaType": "image/jpeg", "url": f"/{first}"}])
    for_few = activity(2, to=[f"{LIN}/followers"], attachment=[{"type": "Document", "url": f"/{second}"}])
    _, _, _, found = read(lists([public, for_few]), **{second: b"\xff\xd8"})
    assert [each.media for each in found] == [(), (second,)]


def test_covered_pictures_edits_answers_and_places_are_told() -> None:
    post = one(summary="注意", sensitive=True, updated="2024-05-13T00:00:00Z", inReplyTo={"id": QUOTED},
               location={"type": "Place", "name": "门"}, generator={"name": "Invented for phones"})  # fmt: skip
    assert (post.summary, post.sensitive, post.updated) == ("注意", True, "2024-05-13T00:00:00+00:00")
    assert (post.reply_to, post.answered) == (QUOTED, Author("https://b.example/users/wang", "wang"))
    assert post.private_details == ("place", "device")
    assert one(updated="2024-05-12T06:28:00Z").updated is None


def test_a_link_behind_words_keeps_its_address_and_white_space_stands_as_mastodon_shows_it() -> None:
    mention = '<a href="https://b.example/@wang" class="u-url mention">@<span>wang</span></a>'
    post = one(content=f'<p>{mention} <a href="https://c.example/list">名单</a><br />  two  spaces</p>')
    assert post.text == "@wang 名单\n  two  spaces"
    assert post.links == (("@wang", "https://b.example/@wang"), ("名单", "https://c.example/list"))


def test_a_clip_that_is_a_posts_own_address_is_counted() -> None:
    links = [{"type": "Link", "mediaType": "text/html", "href": "https://v.example/w/1"},
             {"type": "Link", "mediaType": "video/mp4", "href": "https://v.example/1.mp4", "height": 720}]  # fmt: skip
    [clip, note], _, report, _ = read(lists([activity(1, type="Video", name="门", url=links), activity(2)]))
    assert (clip.summary, note.text) == ("门", "门")
    assert report.left == {"clips and sounds that are a post's own address (PeerTube, Funkwhale)": 1}
