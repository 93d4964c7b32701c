"""What Ghost gives to whoever runs a blog: tables, with passwords, readers and drafts between the posts."""

import json
from contextlib import nullcontext
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from support.collecting_desk import NOW, Desk, in_folder, in_zip
from support.ghost_exports import LIN, SITE, WANG, export, meta, number, post, wrote
from tamizdat.archive.ingest.exports import Intake, Owned, Taken, Unread, take_in
from tamizdat.archive.ingest.feeds import follow
from tamizdat.posts.export import Several
from tamizdat.posts.fetch import Answer
from tamizdat.posts.formats import Found, ghost, recognise
from tamizdat.posts.formats.format import Format
from tamizdat.posts.formats.ghost import ALONE, CLOSED, DRAFTS, PARTS
from tamizdat.posts.formats.publication import READERS
from tamizdat.posts.post import Post
from tamizdat.posts.report import IngestReport

NAME = "lin.ghost.2025-07-30.json"


def read(files: bytes | dict[str, bytes], whose: str = "lin.example") -> tuple[list[Found], IngestReport]:
    """What is in an export; every post is also read again from its own slices."""
    held = files if isinstance(files, dict) else {NAME: files}
    report, several = IngestReport(), Several(held)
    reader: Format = Owned(recognise(several), whose) if whose else recognise(several)
    plan = reader.plan(several, report)
    found = [each for each in reader.read(plan, several.open, report) if isinstance(each, Found)]
    for each in found:
        raw = [held[piece.source][piece.offset : piece.offset + piece.length] for piece in each.slices]
        assert reader.post(raw, plan.context_of(each.slices[0].source)) == each.post
    return found, report


def posts(files: bytes | dict[str, bytes], whose: str = "lin.example") -> list[Post]:
    return [each.post for each in read(files, whose)[0]]


def taken(folder: Path, files: dict[str, bytes]) -> tuple[Taken, list[bytes], list[Unread]]:
    """The report of taking in a zip, every object that is kept, and what nobody read."""
    desk = Desk.make(folder / "archive")

    class Silent:
        def advance(self, size: int) -> None:
            """Count nothing."""

    folder.mkdir(exist_ok=True)
    path = in_zip(folder / "export.zip", files)
    events = list(take_in(path, desk.archive, desk.key, Intake(owner="lin.example"), lambda: nullcontext(Silent())))
    [found] = [each for each in events if isinstance(each, Taken)]
    assert desk.archive.check().sound
    desk.archive.close()
    objects = [each.read_bytes() for each in (folder / "archive").rglob("*") if each.is_file()]
    return found, objects, [each for each in events if isinstance(each, Unread)]


def test_a_post_is_its_row_with_its_authors_tags_and_what_describes_its_picture() -> None:
    row = post(
        7, "五年了", f'<p>校舍塌了</p><!--kg-card-begin: html--><p><a href="{SITE}/about/">Who</a></p>',
        custom_excerpt="一年级", feature_image=f"{SITE}/content/images/2024/05/wall.png",
    )  # fmt: skip
    [found], report = read(export(
        row, posts_authors=[*wrote(7, WANG, LIN), *wrote(8, LIN)], posts_meta=[meta(7, feature_image_alt="a wall")],
        tags=[{"id": "t1", "name": "地震", "visibility": "public"},
              {"id": "t2", "name": "#feed", "visibility": "internal"}],
        posts_tags=[{"id": "1", "post_id": number(7), "tag_id": "t1"},
                    {"id": "2", "post_id": number(7), "tag_id": "t2"}],
    ))  # fmt: skip
    made = found.post
    assert (made.id, made.url) == (f"https://lin.example/rss/#{number(7)}", "")
    assert (made.summary, made.text, made.kind) == ("五年了", "一年级\n\n校舍塌了\n\nWho", "Article")
    assert (made.author.id, made.author.handle, made.author.name) == ("https://lin.example", "lin.example", "王, 林")
    assert (made.published, made.updated, made.audience) == ("2024-05-12T06:28:00+00:00", None, "public")
    assert made.tags == ("地震",)
    assert made.links == (("Who", "https://lin.example/about/"),)
    [picture] = made.attachments
    assert (picture.url, picture.alt) == ("https://lin.example/content/images/2024/05/wall.png", "a wall")
    assert (picture.media_type, found.as_of) == ("image/png", "2025-07-30T15:58:02.041000+00:00")
    assert (report.damaged, report.notes) == (False, [ALONE])


def test_its_id_is_that_in_the_feed_of_the_blog_that_the_desk_names() -> None:
    assert [each.id for each in posts(export(post(7, "T", "<p>x</p>")), "")] == [f"urn:ghost:{number(7)}"]
    old = post(7, "T", "<p>x</p>", id=12, author_id=1)
    users = [{"id": 1, "name": "lin@a.example", "slug": "lin"}]
    [made] = posts(export(old, users=users), "")
    assert (made.id, made.author.name) == (f"urn:uuid:{old['uuid']}", "lin"), "a number of 2014, and no address of mail"
    [made] = posts(export(old, users=[{"id": 1, "name": "lin@a.example", "slug": "lin-a-example"}]), "")
    assert made.author.name == "", "Ghost makes such a slug of the whole address"
    assert read(export(old), "")[1].notes == [ALONE]
    nameless, report = read(export(post(7, "T", "<p>x</p>", id="../7", uuid="")))
    assert (nameless, [each.kind for each in report.problems]) == ([], ["form"])


RSS = f"""<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"><channel><title>Lin</title>
<link>https://lin.example/</link><generator>Ghost 6.0</generator>
<atom:link href="https://lin.example/rss/" rel="self" type="application/rss+xml"/>
<item><title>A</title><link>https://lin.example/a/</link><guid isPermaLink="false">{number(1)}</guid>
<pubDate>Sun, 12 May 2024 06:28:00 GMT</pubDate><description>x</description></item></channel></rss>"""


def test_a_post_of_the_export_is_that_of_the_feed_that_is_followed(tmp_path: Path) -> None:
    desk = Desk.make(tmp_path / "archive")

    def answer(url: str, _: object) -> Answer:
        return Answer(url, 200, {}, RSS.encode())

    follow(desk.archive, desk.key, "https://lin.example/rss", NOW, IngestReport(), answer)
    [known] = desk.archive.index.posts.latest()
    [made] = posts(export(post(1, "A", "<p>x</p>")))
    assert made.id == known.post
    desk.archive.close()


def test_only_what_is_published_for_everybody_is_public() -> None:
    rows = [
        post(1, "public", "<p>x</p>"),
        post(2, "members", "<p>x</p>", visibility="members"),
        post(3, "tiers", "<p>x</p>", visibility="tiers"),
        post(4, "sent", "<p>x</p>", status="sent"),
        post(5, "by mail", "<p>x</p>"),
        post(6, "waits", "<p>x</p>", status="scheduled", published_at="2099-01-01T00:00:00.000Z"),
        post(7, "taken back", "<p>x</p>", status="draft"),
        post(8, "something new", "<p>x</p>", status="hidden"),
    ]
    made = posts(export(*rows, posts_meta=[meta(5, email_only=True)]))
    assert {each.summary: each.audience for each in made} == {
        "public": "public", "members": "followers", "tiers": "followers", "sent": "followers", "by mail": "followers",
        "waits": "kept", "taken back": "kept", "something new": "kept",
    }  # fmt: skip
    assert [each.published for each in made if each.summary == "waits"] == [None], "it was not, yet"


def test_parts_for_members_that_nothing_begins_or_ends_take_no_time() -> None:
    [found] = posts(export(post(1, "a", "<p>all</p>" + "<!--kg-gated-block:begin " * 30_000)))
    assert found.text == "all"


def test_a_part_of_a_document_that_only_members_are_shown_is_no_words_and_is_told() -> None:
    web = {"web": {"nonMember": False, "memberSegment": "status:free"}}
    parts = [{"type": "html", "html": "<p>few</p>", "visibility": web}, {"type": "html", "html": "<p>all</p>"}]
    [found] = posts(export(post(1, "a", None, lexical=json.dumps({"root": {"children": parts}}))))
    assert (found.text, found.doubts) == ("all", ("form: a part that only members are shown",))


def test_parts_that_only_members_were_shown_are_no_words_of_a_public_post() -> None:
    ends = "<!--kg-gated-block:end-->"
    gated = f'<p>all</p><!--kg-gated-block:begin nonMember:false memberSegment:"status:-free" --><p>few</p>{ends}'
    asked = '<!--kg-gated-block:begin nonMember:true memberSegment:"" --><p>join</p><!--kg-gated-block:end--><p>end</p>'
    found, report = read(export(post(1, "a", gated + asked), post(2, "b", gated, visibility="paid")))
    assert [each.post.text for each in found] == ["all\n\njoin\n\nend", "all\n\nfew"]
    assert report.left[PARTS] == 1
    assert [each.post.private_details for each in found] == [(CLOSED,), ()], "few read all of the second"
    mailed = '{"root": {"children": [{"type": "email", "html": "<p>Dear {first_name}</p>"}]}}'
    cards = '{"version": "0.3.1", "cards": [["email-cta", {"html": "few"}]], "sections": [[10, 0]]}'
    others = (post(1, "a", "<p>x</p>", lexical=mailed), post(2, "b", "<p>x</p>", mobiledoc=cards))
    assert [each.private_details for each in posts(export(*others))] == [(CLOSED,)] * 2
    assert [each.private_details for each in posts(export(post(1, "a", "<p>my email</p>")))] == [()]
    [open_end] = posts(export(post(1, "a", gated.removesuffix(ends))))
    assert open_end.text == "all"


def test_passwords_readers_settings_and_drafts_are_never_kept(tmp_path: Path) -> None:
    draft = post(9, "SECRET draft", "<p>SECRET</p>", status="draft", published_at=None)
    files = {
        NAME: export(
            post(1, "A", "<p>x</p>"), draft, post(2, "B", "<p>y</p>"), indent=2,
            posts_authors=[*wrote(1, LIN), *wrote(9, WANG)],
            posts_meta=[meta(9, og_title="SECRET"), meta(2)], posts_tags=[{"post_id": number(9), "tag_id": "t"}],
            tags=[{"id": "t", "name": "SECRET", "slug": "t"}],
        ),
        "members.2025.csv": b"email\nSECRET@b.example\n",
        "content/images/2024/unused.png": b"\x89PNG SECRET",
    }  # fmt: skip
    found, kept, unread = taken(tmp_path, files)
    assert (found.report.new, found.report.damaged, unread) == (2, False, [])
    assert (found.report.left[DRAFTS], found.report.left[READERS]) == (1, 1)
    assert not any(b"SECRET" in each for each in kept)
    assert any("林".encode() in each for each in kept)
    assert not any("王".encode() in each for each in kept), "who wrote nothing but drafts has no name here"


def test_where_the_first_post_is_damaged_that_is_told_and_the_others_are_read(tmp_path: Path) -> None:
    whole = export(post(1, "A", "<p>x</p>"), post(2, "B", "<p>y</p>"))
    for at, damage in enumerate((b'"title": A', b'"title": "A" "A"', b'"title": ' + b"9" * 5_000)):
        found, _, _ = taken(tmp_path / str(at), {NAME: whole.replace(b'"title": "A"', damage)})
        assert (found.report.new, list(found.report.kinds)) == (1, ["damaged"])


@pytest.mark.parametrize("cut", [0.2, 0.5, 0.8])
def test_of_a_file_that_is_cut_off_what_is_sound_is_read_and_nothing_else_kept(cut: float, tmp_path: Path) -> None:
    draft = post(9, "SECRET draft", "<p>SECRET</p>", status="draft", published_at=None)
    whole = export(*(post(at, f"T{at}", "<p>x</p>") for at in range(20)), draft, posts_authors=wrote(1, LIN))
    damaged = whole[: int(len(whole) * cut)]
    found, kept, _ = taken(tmp_path, {NAME: damaged})
    assert found.report.damaged
    assert 0 < found.report.new <= 20
    assert not any(b"SECRET" in each for each in kept)


def test_behind_damage_no_row_of_another_table_is_taken_for_a_post(tmp_path: Path) -> None:
    broken = export(post(1, "A", "<p>x</p>"), post(2, "B", "<p>y</p>"))
    broken = broken.replace(b'}], "posts_authors"', b', "posts_authors"').replace(
        b'"posts_tags": []', b'"posts_tags": ['
    )
    found, kept, _ = taken(tmp_path, {NAME: broken})
    assert (found.report.new, found.report.damaged) == (1, True)
    assert not any(b"SECRET" in each for each in kept)


@pytest.mark.parametrize(
    ("written", "read_as"),
    [("2025-06-30 15:35:36", "2025-06-30T15:35:36+00:00"), (1388805572000, "2014-01-04T03:19:32+00:00"),
     ("2024-05-12T06:28:00.000Z", "2024-05-12T06:28:00+00:00"), (0, None), (True, None), (10**30, None),
     ("0000-00-00 00:00:00", None), ("yesterday", None)],
)  # fmt: skip
def test_times_of_the_database_are_utc(written: Any, read_as: str | None) -> None:
    [made] = posts(export(post(1, "A", "<p>x</p>", published_at=written, updated_at=None)))
    assert made.published == read_as
    assert [each.partition(":")[0] for each in made.doubts] == ([] if read_as else ["time"])


LEXICAL = {"root": {"type": "root", "children": [
    {"type": "paragraph", "children": [
        {"type": "extended-text", "text": "校舍 <b> "}, {"type": "extended-text", "text": "no", "format": 4},
        {"type": "linebreak"}, {"type": "link", "url": f"{SITE}/list/",
                                 "children": [{"type": "text", "text": "list"}]}]},
    {"type": "list", "listType": "number", "children": [
        {"type": "listitem", "children": [{"type": "text", "text": "one"}]}]},
    {"type": "image", "src": f"{SITE}/content/images/w.png", "alt": "a wall", "caption": "<span>below</span>"},
    {"type": "horizontalrule"}, {"type": "hologram", "text": "?"}]}}  # fmt: skip
MOBILEDOC = {
    "version": "0.3.1", "atoms": [["soft-return", "", {}]], "markups": [["a", ["href", "https://b.example/"]], ["em"]],
    "cards": [["image", {"src": "/content/images/w.png", "alt": "a wall"}], ["hologram", {}]],
    "sections": [[1, "p", [[0, [], 0, "校舍 "], [1, [], 0, 0], [0, [1, 0], 2, "there"], [0, [], 0, " end"]]], [10, 0],
                 [3, "ul", [[[0, [], 0, "one"]]]], [10, 1], [10, 99]],
}  # fmt: skip


def test_a_post_that_ghost_has_never_shown_is_read_from_its_document_and_what_is_unknown_is_told() -> None:
    [found], report = read(export(post(1, "A", None, lexical=json.dumps(LEXICAL))))
    assert found.post.text == "校舍 <b> ~~no~~\nlist\n\n1. one\n\n[a wall]\n\nbelow"
    assert found.post.links == (("list", "https://lin.example/list/"),)
    assert [(each.url, each.alt) for each in found.post.attachments] == [
        ("https://lin.example/content/images/w.png", "a wall")
    ]
    assert [each.split(": ", 1)[1] for each in found.post.doubts] == ["a part of the kind hologram"]
    [older] = posts(export(post(1, "A", "", mobiledoc=json.dumps(MOBILEDOC))))
    assert older.text == "校舍\nthere end\n\n[a wall]\n\none"
    assert older.links == (("there", "https://b.example/"),)
    assert len(older.doubts) == 2
    assert not report.damaged, "a doubt is told by whoever takes it in"
    [both] = posts(export(post(1, "A", "<p>shown</p>", lexical=json.dumps(LEXICAL))))
    assert (both.text, both.doubts) == ("shown", ())


DEEP = {"type": "quote", "children": [{"type": "text", "text": "x"}]}
for _ in range(200):
    DEEP = {"type": "quote", "children": [DEEP]}


@pytest.mark.parametrize(
    "document", ["", "{", "[" * 100_000, "9" * 5_000, '{"root": {"children": 5}}',
                 json.dumps({"root": {"children": [DEEP]}}),
                 json.dumps({"sections": [5, [1], [10, -1], [1, 5, [[0, [9**9], -5, 7]]]]})],
)  # fmt: skip
def test_a_document_of_strangers_ends_nothing(document: str) -> None:
    found, _ = read(export(post(1, "A", None, lexical=document), post(2, "B", None, mobiledoc=document)))
    assert [each.post.summary for each in found] == ["A", "B"]


def test_pictures_that_lie_beside_belong_to_their_posts_and_no_others(tmp_path: Path) -> None:
    html = f'<img src="{SITE}/content/images/1.png"><img src="{SITE}/content/images/../../1.png"><img src="https://b.example/content/images/2.png">'
    files = {NAME: export(post(1, "A", html)), "content/images/1.png": b"1", "content/images/2.png": b"2"}
    [found], _ = read(files)
    assert found.media == ("content/images/1.png",)
    twice = {**files, "other/content/images/1.png": b"another blog's"}
    assert [each.media for each in read(twice)[0]] == [()], "nobody can tell whose it is"
    assert taken(tmp_path, files)[0].report.media == 1


def test_an_edit_is_a_version_and_a_post_that_is_not_there_any_more_is_not_gone(tmp_path: Path) -> None:
    desk = Desk.make(tmp_path / "archive")
    first = export(post(1, "A", "<p>x</p>"), post(2, "B", "<p>y</p>"))
    later = export(post(1, "A", "<p>x, again</p>", updated_at="2025-08-01T00:00:00.000Z"), exported=1754400000000)
    desk.take(in_folder(tmp_path / "b", {NAME: later}), NOW)
    report = desk.take(in_folder(tmp_path / "a", {NAME: first}), NOW + timedelta(days=1))
    assert (report.new, report.gone) == (1, 0)
    texts = {each.post.rpartition(":")[2]: each.text for each in desk.posts().values()}
    assert texts == {number(1): "x, again", number(2): "y"}, "the older export changes nothing that is newer"
    assert len(desk.said("edited")) == 1
    assert desk.archive.check().sound
    desk.archive.close()


def test_two_rows_of_one_id_that_differ_are_told(tmp_path: Path) -> None:
    desk = Desk.make(tmp_path / "archive")
    report = desk.take(
        in_folder(tmp_path / "a", {NAME: export(post(1, "A", "<p>x</p>"), post(1, "A", "<p>z</p>"))}), NOW
    )
    assert [each.kind for each in report.problems] == ["duplicate"]
    desk.archive.close()


def test_other_files_are_none_of_ghosts() -> None:
    for data in (b"", b"{", b'{"meta": {}, "db": []}', b'{"db": [{"meta": {"exported_on"', b'[{"exported_on": 1}]'):
        assert not ghost.recognises(Several({"x.json": data}))
    assert ghost.recognises(Several({"x.json": export().removeprefix(b'{"db": [').removesuffix(b"]}")}))
