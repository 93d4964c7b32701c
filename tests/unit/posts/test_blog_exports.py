"""The export of a blog holds what nobody else ever saw, in the words of a feed: drafts, private posts, comments."""

import re
from pathlib import Path

import pytest

from support.collecting_desk import Desk, in_folder
from tamizdat.posts.export import Bytes
from tamizdat.posts.formats import Context, by_name, feeds, recognise
from tamizdat.posts.post import Post
from tamizdat.posts.report import IngestReport

WORDPRESS = (
    '<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"'
    ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:wp="http://wordpress.org/export/{version}/"><channel>'
    "<title>日记</title><link>https://blog.example</link><wp:wxr_version>{version}</wp:wxr_version>{items}</channel></rss>"
)
ITEM = (
    "<item><title>第{number}</title><link>https://blog.example/?p={number}</link><dc:creator>lin</dc:creator>"
    '<guid isPermaLink="false">https://blog.example/?p={number}</guid>'
    "<pubDate>Sun, 12 May 2013 06:28:00 +0000</pubDate><content:encoded><![CDATA[{text}]]></content:encoded>"
    "{more}</item>"
)
COMMENT = (
    "<wp:comment><wp:comment_author>wang</wp:comment_author><wp:comment_author_email>wang@mail.example"
    "</wp:comment_author_email><wp:comment_author_IP>203.0.113.7</wp:comment_author_IP>"
    "<wp:comment_content>五年了</wp:comment_content></wp:comment>"
)
BLOGGER = (
    "<?xml version='1.0' encoding='UTF-8'?><feed xmlns='http://www.w3.org/2005/Atom' xmlns:app='{app}'"
    " xmlns:blogger='http://schemas.google.com/blogger/2018'><id>tag:blogger.com,1999:blog-1</id><title>日记</title>"
    "{items}</feed>"
)
KIND = (
    "<category scheme='http://schemas.google.com/g/2005#kind' term='http://schemas.google.com/blogger/2008/kind#{}'/>"
)


def item(number: int, kind: str = "post", status: str = "publish", more: str = "", text: str = "地震") -> str:
    said = f"<wp:post_type>{kind}</wp:post_type><wp:status><![CDATA[{status}]]></wp:status>{more}"
    return ITEM.format(number=number, text=text, more=said)


def wordpress(*items: str, version: str = "1.2") -> bytes:
    return WORDPRESS.format(version=version, items="".join(items)).encode()


def entry(number: int, more: str) -> str:
    return (
        f"<entry><id>tag:blogger.com,1999:blog-1.post-{number}</id><published>2013-05-12T06:28:00Z</published>"
        f"<title>第{number}</title><content type='html'>地震</content>{more}</entry>"
    )


def read(data: bytes) -> tuple[dict[str, Post], IngestReport]:
    """The posts by the end of their id, each also read again from its own bytes."""
    report, export = IngestReport(), Bytes("export.xml", data)
    assert recognise(export).NAME == feeds.NAME
    plan = feeds.plan(export, report)
    found = list(feeds.read(plan, export.open, report))
    for each in found:
        raw = [data[piece.offset : piece.offset + piece.length] for piece in each.slices]
        assert feeds.post(raw, plan.context_of("export.xml")) == each.post
    return {each.post.id[-1]: each.post for each in found}, report


@pytest.mark.parametrize("version", ["1.0", "1.1", "1.2", "1.9"])
def test_what_a_blog_did_not_show_to_everybody_is_not_public(version: str) -> None:
    kept = ["private", "draft", "pending", "future", "trash", "auto-draft", "something-new", ""]
    locked = item(9, more="<wp:post_password><![CDATA[letmein]]></wp:post_password>")
    open_post = item(0, more="<wp:post_password></wp:post_password>")
    drafts = [item(number, status=status) for number, status in enumerate(kept, 1)]
    posts, _ = read(wordpress(open_post, *drafts, locked, version=version))
    assert {name: post.audience for name, post in posts.items()} == {
        "0": "public",
        **{str(number): "kept" for number in range(1, 10)},
    }


@pytest.mark.parametrize("bound", ["", ' xmlns:wp="https://www.wordpress.org/export/1.2"'])
def test_a_private_post_is_private_however_its_export_binds_names(bound: str) -> None:
    data = wordpress(item(1, status="private"), item(2)).decode()
    posts, _ = read(re.sub(r' xmlns:wp="[^"]*"', bound, data).encode())
    assert [post.audience for post in posts.values()] == ["kept", "public"]


def test_a_post_of_two_states_is_not_public() -> None:
    posts, _ = read(wordpress(item(1, more="<wp:status>draft</wp:status>")))
    assert posts["1"].audience == "kept"


def test_a_private_post_that_was_taken_in_before_is_not_public_either() -> None:
    before = by_name("feed/v3")
    assert before is not None
    opened = WORDPRESS.partition("{items}")[0].format(version="1.2")
    context: Context = {"kind": "xml", "open": opened, "encoding": "utf-8"}
    assert before.post([item(1, status="private").encode()], context).audience == "kept"
    assert before.post([item(1).encode()], context).audience == "public"


def test_a_draft_of_an_export_waits_for_its_author(tmp_path: Path) -> None:
    desk = Desk.make(tmp_path / "archive")
    report = desk.take(in_folder(tmp_path / "in", {"blog.xml": wordpress(item(1), item(2, status="draft"))}))
    assert (report.new, report.private) == (2, 1)
    assert {each.audience for each in desk.posts().values()} == {"public", "kept"}


def test_pictures_menus_and_comments_of_a_blog_are_counted_and_are_no_posts() -> None:
    menu, picture = item(2, "nav_menu_item", text=""), item(3, "attachment", "inherit")
    letter = item(4, "feedback", text="please write to me@mail.example")
    posts, report = read(wordpress(item(1, more=COMMENT * 2), menu, picture, letter, item(5, "podcast")))
    assert [*posts] == ["1", "5"]
    assert report.left == {
        "comments": 2,
        "menus, settings and templates of the blog": 1,
        "pictures and files of the blog's library": 1,
        "letters to the blog": 1,
    }
    assert not report.damaged


def test_bytes_that_tell_how_to_reach_who_commented_are_told_before_they_are_published() -> None:
    placed = "<wp:postmeta><wp:meta_key>geo_latitude</wp:meta_key><wp:meta_value>31.1</wp:meta_value></wp:postmeta>"
    posts, _ = read(wordpress(item(1), item(2, more=COMMENT), item(3, more=placed)))
    assert [post.private_details for post in posts.values()] == [(), ("contact",), ("coordinates",)]


def test_paragraphs_that_were_typed_between_tags_are_paragraphs() -> None:
    typed = "校舍塌了。\r\n\r\n<b>没有人</b>说话\n第二行\n<ul>\n<li>一</li>\n</ul>\n<pre>a\n\nb</pre>\n\n完"
    newer = "<!-- wp:paragraph --><p>校舍\n塌了。</p><!-- /wp:paragraph -->"
    posts, _ = read(wordpress(item(1, text=typed), item(2, text=newer)))
    assert posts["1"].text == "校舍塌了。\n\n没有人说话\n第二行\n\n一\n\na\n\nb\n\n完"
    assert posts["2"].text == "校舍 塌了。"


def test_when_a_post_of_a_blog_was_changed_is_read() -> None:
    changed = "<wp:post_modified_gmt><![CDATA[2013-05-13 01:00:00]]></wp:post_modified_gmt>"
    posts, _ = read(wordpress(item(1, more=changed)))
    assert (posts["1"].published, posts["1"].updated) == ("2013-05-12T06:28:00+00:00", "2013-05-13T01:00:00+00:00")


@pytest.mark.parametrize("app", ["http://www.w3.org/2007/app", "http://purl.org/atom/app#"])
def test_drafts_and_settings_of_blogger_are_not_published(app: str) -> None:
    draft = "<app:control><app:draft>yes</app:draft></app:control>"
    entries = [
        entry(1, KIND.format("post") + "<category term='校舍'/>"),
        entry(2, KIND.format("post") + draft),
        entry(3, KIND.format("settings")),
        entry(4, KIND.format("template")),
        entry(5, "<blogger:type>POST</blogger:type><blogger:status>LIVE</blogger:status><blogger:trashed/>"),
        entry(6, "<blogger:type>POST</blogger:type><blogger:status>DRAFT</blogger:status>"),
        entry(7, "<blogger:type>COMMENT</blogger:type><blogger:status>SPAM_COMMENT</blogger:status>"),
        entry(
            8,
            "<blogger:type>COMMENT</blogger:type><blogger:status>LIVE</blogger:status><blogger:parent>tag:blogger.com"
            ",1999:blog-1.post-5</blogger:parent><blogger:inReplyTo/>",
        ),
    ]
    posts, report = read(BLOGGER.format(app=app, items="".join(entries)).encode())
    assert {name: post.audience for name, post in posts.items()} == {
        "1": "public",
        "2": "kept",
        "5": "public",
        "6": "kept",
        "7": "direct",
        "8": "public",
    }
    assert posts["8"].reply_to == "tag:blogger.com,1999:blog-1.post-5"
    assert posts["1"].tags == ("校舍",)
    assert report.left == {"menus, settings and templates of the blog": 2}


def test_a_million_empty_lines_between_tags_are_read_at_once() -> None:
    posts, _ = read(wordpress(item(1, text="<b>a</b>" + "\n" * 1_000_000 + "b")))
    assert posts["1"].text == "a\n\nb"


@pytest.mark.parametrize(
    ("security", "audience"),
    [("public", "public"), ("private", "direct"), ("usemask", "followers"), ("custom", "direct"), ("", "public")],
)
def test_a_journal_read_with_a_password_tells_for_whom_its_entries_are(security: str, audience: str) -> None:
    said = f"<lj:security>{security}</lj:security>"
    data = wordpress(ITEM.format(number=1, text="x", more=said)).decode()
    space = ' xmlns:lj="http://www.livejournal.org/rss/lj/1.0/"'
    for bound in (space, ""):
        posts, _ = read(data.replace(" xmlns:wp", f"{bound} xmlns:wp").encode())
        assert posts["1"].audience == audience


def test_the_author_of_a_blog_has_the_name_that_readers_saw_and_not_the_one_of_the_sign_in() -> None:
    author = "<wp:author><wp:author_login>lin</wp:author_login><wp:author_display_name>{}</wp:author_display_name>"
    one, other = (f"{author.format(name)}</wp:author>" for name in ("林夏", "王"))
    posts, _ = read(wordpress(one, item(1)))
    assert posts["1"].author.name == "林夏"
    other = other.replace("_login>lin<", "_login>wang1982<")
    by_wang = item(2).replace("<dc:creator>lin<", "<dc:creator>wang1982<")
    data = wordpress(one, other, item(1), by_wang, item(3).replace("<dc:creator>lin<", "<dc:creator>gone1980<"))
    posts, _ = read(data)
    assert [post.author.name for post in posts.values()] == ["林夏", "王", "日记"]
    assert len({post.author.id for post in posts.values()}) == 1, "one voice, which is the blog"
    context = feeds.describe(data)
    assert not any(name in str(context) for name in ("wang1982", "gone1980")), "it is opened with what is published"


@pytest.mark.parametrize(
    "kind",
    [
        KIND.format("comment"),
        "<blogger:type>COMMENT</blogger:type><blogger:status>LIVE</blogger:status>",
    ],
)
def test_what_a_stranger_wrote_below_a_post_is_not_said_by_the_blog(kind: str, tmp_path: Path) -> None:
    by, stranger = "<author><name>{}</name><uri>https://blog.example</uri></author>", "路人"
    entries = entry(1, by.format("林夏")), entry(2, kind + by.format(stranger)), entry(3, kind + by.format("林夏"))
    data = BLOGGER.format(app="http://www.w3.org/2007/app", items="".join(entries)).encode()
    posts, _ = read(data)
    voice, other, named_alike = (posts[number].author for number in "123")
    assert (other.name, other.handle) == (stranger, "")
    assert len({voice.id, other.id, named_alike.id}) == 3, "that somebody writes under its name makes nobody the blog"
    desk = Desk.make(tmp_path / "archive")
    desk.take(in_folder(tmp_path / "in", {"blog.atom": data}))
    of_voice = desk.archive.index.posts.latest_of(voice.id)
    assert [each.post for each in of_voice] == ["tag:blogger.com,1999:blog-1.post-1"]


@pytest.mark.parametrize("never", ["Thu, 01 Jan 1970 00:00:00 +0000", "Mon, 30 Nov -0001 00:00:00 +0000", ""])
def test_a_draft_has_no_time_and_that_is_no_damage(never: str, tmp_path: Path) -> None:
    changed = "<wp:post_modified_gmt>2013-05-13 01:00:00</wp:post_modified_gmt>"
    drafts = item(1, status="draft"), item(2, status="draft", more=changed)
    data = wordpress(*(each.replace("Sun, 12 May 2013 06:28:00 +0000", never) for each in drafts), item(3))
    report = Desk.make(tmp_path / "archive").take(in_folder(tmp_path / "in", {"blog.xml": data}))
    assert (report.new, report.damaged) == (3, False)
    posts, _ = read(data)
    assert [post.published for post in posts.values()] == [
        None,
        "2013-05-13T01:00:00+00:00",
        "2013-05-12T06:28:00+00:00",
    ]
