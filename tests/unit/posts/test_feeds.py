"""Feeds of every kind and encoding, and what a feed must not do to us."""

from datetime import timedelta
from pathlib import Path

import pytest

from support.collecting_desk import NOW, Desk, in_folder
from tamizdat.posts.export import Bytes, open_export
from tamizdat.posts.formats import by_name, feeds, recognise
from tamizdat.posts.post import Post
from tamizdat.posts.report import IngestReport

ITEM = (
    "<item><guid>https://a.example/{0}</guid><pubDate>Sun, 12 May 2013 14:28:0{0} +0800</pubDate>"
    "<title>第{0}</title><description><![CDATA[<p>地震 {0}</p><p>二</p>]]></description></item>"
)
RSS = (
    '<?xml version="1.0" encoding="{enc}"?>\n<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/">'
    "<channel><title>日记</title><link>https://a.example/</link><language>zh-CN</language>{items}</channel></rss>"
)


def rss(count: int = 3, encoding: str = "utf-8") -> bytes:
    items = "".join(ITEM.format(number) for number in range(1, count + 1))
    return RSS.format(enc=encoding, items=items).encode(encoding)


def read(data: bytes) -> tuple[list[Post], IngestReport]:
    """The posts, each also read again from its own bytes alone."""
    report, export = IngestReport(), Bytes("feed", data)
    assert recognise(export).NAME == feeds.NAME
    plan = feeds.plan(export, report)
    found = list(feeds.read(plan, export.open, report))
    for each in found:
        [piece] = each.slices
        again = feeds.post([data[piece.offset : piece.offset + piece.length]], plan.context_of("feed"))
        assert again == each.post, "its bytes and the context do not give the same post"
    return [each.post for each in found], report


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "utf-16-be", "gbk", "gb18030", "gb2312", "big5"])
def test_a_feed_is_read_in_the_encoding_it_declares(encoding: str) -> None:
    simplified = encoding != "big5"
    traditional = rss().decode().replace("utf-8", "big5").encode("big5", "replace")
    posts, report = read(rss(encoding=encoding) if simplified else traditional)
    assert not report.damaged
    assert [post.id for post in posts] == [f"https://a.example/{number}" for number in (1, 2, 3)]
    assert posts[0].published == "2013-05-12T14:28:01+08:00"
    if simplified:
        assert (posts[0].summary, posts[0].text, posts[0].language) == ("第1", "地震 1\n\n二", "zh-CN")


def test_atom_with_namespaces_bases_and_xhtml() -> None:
    data = b"""<?xml version="1.0"?><a:feed xmlns:a="http://www.w3.org/2005/Atom" xml:base="https://a.example/blog/"
      xml:lang="bo"><a:title>t</a:title><a:id>tag:a.example,2013:feed</a:id><a:author><a:name>Tenzin</a:name></a:author>
      <a:entry><a:id>tag:a.example,2013:1</a:id><a:link href="1.html"/><a:updated>2013-05-12T14:28:00+05:45</a:updated>
      <a:content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">one &lt; <b>two</b><br/>three</div></a:content>
      <a:link rel="enclosure" type="image/png" href="p.png"/></a:entry></a:feed>"""
    [post], report = read(data)
    assert not report.damaged
    assert (post.id, post.url) == ("tag:a.example,2013:1", "https://a.example/blog/1.html")
    assert (post.text, post.language, post.author.name) == ("one < two\nthree", "bo", "Tenzin")
    assert post.published == "2013-05-12T14:28:00+05:45"
    assert post.attachments[0].url == "https://a.example/blog/p.png"


def test_rss_1_has_its_items_beside_the_channel() -> None:
    data = b"""<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
      xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>t</title><link>https://a.example/</link></channel>
      <item><title>T</title><link>https://a.example/1</link><description>d</description><dc:date>2013-05-12</dc:date>
      <dc:creator>lin</dc:creator></item></rdf:RDF>"""
    [post], report = read(data)
    assert not report.damaged
    assert (post.id, post.text, post.published, post.author.name) == ("https://a.example/1", "d", "2013-05-12", "lin")


def test_a_json_feed() -> None:
    data = (b'{"version":"https://jsonfeed.org/version/1.1","title":"t","feed_url":"https://a.example/f","items":['
            b'{"id":"1","content_html":"<p>a &amp; b</p>","date_published":"2013-05-12T14:28:00+08:00"},'
            b'{"id":2,"content_text":"two","authors":[{"name":"lin"}]},]}')  # fmt: skip
    posts, report = read(data)
    assert [(post.id, post.text) for post in posts] == [
        ("https://a.example/f#1", "a & b"),
        ("https://a.example/f#2", "two"),
    ]
    assert posts[1].author.name == "lin"
    assert dict(report.kinds) == {"syntax": 1}


ATTACKS = {
    "billion laughs": (b'<!DOCTYPE rss [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>' + rss()[38:], 3, "bomb"),
    "a file of ours": (b'<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + rss()[38:], 3, "bomb"),
    "cut short": (rss()[:-80], 2, "truncated"),
    "not well formed": (rss().replace(b"<title>\xe7\xac\xac3", b"<title & >"), 3, "syntax"),
    "an entity nobody declared": (rss().replace("第3".encode(), b"&nbsp;"), 3, "syntax"),
    "deep as a well": (rss().replace("第2".encode(), b"<b>" * 100 + b"</b>" * 100), 3, "size"),
    "bytes that are not UTF-8": (rss().replace("第2".encode(), b"\xb5\xda2"), 3, "encoding"),
    "an encoding nobody knows": (rss().replace(b"utf-8", b"klingon"), 3, "encoding"),
    "start tags larger than any feed": (rss().replace(b"<channel>", b"<channel x='%s'>" % (b"y" * 70_000)), 0, "size"),
    "an item without words": (RSS.format(enc="utf-8", items="<item/>").encode(), 0, "form"),
}  # fmt: skip


@pytest.mark.parametrize("name", ATTACKS)
def test_what_is_sound_of_a_hostile_feed_is_taken_and_the_rest_told(name: str) -> None:
    data, sound, kind = ATTACKS[name]
    report, export = IngestReport(), Bytes("feed", data)
    posts = list(feeds.read(feeds.plan(export, report), export.open, report))
    told = [*report.kinds, *(doubt for each in posts for doubt in each.post.doubts)]
    assert (len(posts), told) == (sound, [kind])


def test_a_document_type_is_neither_fetched_nor_refused() -> None:
    posts, report = read(b'<!DOCTYPE rss PUBLIC "-//N//DTD" "http://127.0.0.1:9/rss.dtd">' + rss()[38:])
    assert (len(posts), report.damaged) == (3, False)


def test_addresses_that_are_none_are_kept_as_they_are() -> None:
    data = b"""<feed xmlns="http://www.w3.org/2005/Atom" xml:base="http://[::1"><id>http://[</id><entry><id>tag:a,1:1</id>
      <link href="http://[x"/><content>one</content></entry></feed>"""
    [post], report = read(data)
    assert (post.url, post.author.handle, report.damaged) == ("http://[x", "", False)


def test_a_feed_larger_than_any_feed_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "feed.xml"
    path.write_bytes(rss())
    with path.open("r+b") as file:
        file.truncate(feeds.MAX_FEED + 1)
    report = IngestReport()
    plan = feeds.plan(open_export(path, report), report)
    assert (plan.sources, dict(report.kinds)) == ([], {"size": 1})


def test_an_older_copy_of_a_feed_that_comes_later_is_no_edit_of_the_newer_one(tmp_path: Path) -> None:
    desk = Desk.make(tmp_path / "desk")
    for number, (made, words) in enumerate([("2024", "new words"), ("2019", "old words")]):
        entry = "<item><guid>https://n.example/1</guid><link>https://n.example/1</link>"
        entry += f"<description>{words}</description><pubDate>12 May 2013 06:28:00 +0000</pubDate></item>"
        about = "<title>t</title><link>https://n.example/</link>"
        about += f"<lastBuildDate>12 May {made} 06:28:00 +0000</lastBuildDate>"
        feed = f'<rss version="2.0"><channel>{about}{entry}</channel></rss>'.encode()
        desk.take(in_folder(tmp_path / made, {"feed.xml": feed}), NOW + timedelta(days=number))
    [post] = desk.archive.index.posts.latest()
    [edit] = desk.archive.index.posts.edits(post.post)
    before = desk.archive.index.posts.version(edit.before)
    assert before is not None
    assert (before.text, post.text) == ("old words", "new words")


PICTURES = (
    '<rss version="2.0" xmlns:media="http://search.yahoo.com/mrss/"><channel><title>林</title>'
    "<link>https://a.example/@lin</link>"
    "<item><guid>https://a.example/@lin/1</guid><description>&lt;p&gt;看&lt;/p&gt;</description>"
    '<media:content url="https://a.example/1.jpg" type="image/jpeg" medium="image">'
    "<media:rating>nonadult</media:rating>"
    '<media:description type="plain">倒塌的校舍</media:description></media:content>'
    '<media:content url="https://a.example/2.jpg" type="image/jpeg" medium="image"><media:rating>adult</media:rating>'
    "</media:content></item>"
    "<item><guid>https://a.example/@lin/2</guid><description></description>"
    '<media:content url="https://a.example/3.jpg" medium="image"><media:description>名单</media:description>'
    "</media:content></item></channel></rss>"
)


def test_what_describes_a_picture_is_kept_with_it_and_is_not_said_by_its_author() -> None:
    [first, second], report = read(PICTURES.encode())
    assert not report.damaged
    assert [each.alt for each in first.attachments] == ["倒塌的校舍", ""]
    assert first.sensitive, "one of its two pictures is to be covered"
    assert (second.text, [each.alt for each in second.attachments]) == ("", ["名单"])


def test_what_was_stated_as_feed_v3_is_read_as_it_was_then() -> None:
    raw = PICTURES[PICTURES.rindex("<item>") : PICTURES.rindex("</channel>")].encode()
    then, opened = by_name("feed/v3"), PICTURES[: PICTURES.index("<title>")]
    assert then is not None
    post = then.post([raw], {"kind": "xml", "open": opened, "encoding": "utf-8"})
    assert (post.text, [each.alt for each in post.attachments]) == ("名单", [""])


def test_what_describes_a_clip_is_its_text() -> None:
    described = PICTURES.replace('medium="image"', 'medium="video"').replace("image/jpeg", "video/mp4")
    [_, clip], _ = read(described.replace("3.jpg", "3.mp4").encode())
    assert clip.text == "名单"
