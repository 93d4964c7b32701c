"""Feeds as they are: read as far as any reader reads them, with what was mended told."""

import json
from functools import partial
from typing import Any

import pytest

from tamizdat.posts.export import Bytes
from tamizdat.posts.feed_times import read_feed_time
from tamizdat.posts.formats import by_name, feeds, xml_feed
from tamizdat.posts.formats.xml_repair import mend
from tamizdat.posts.post import Post
from tamizdat.posts.report import IngestReport

RSS = '<rss version="2.0"><channel><title>Notes</title><link>https://notes.example/</link>{}</channel></rss>'
ATOM = '<feed xmlns="http://www.w3.org/2005/Atom"><title>N</title><id>https://notes.example/f</id>{}</feed>'


def item(number: int, words: str = "text", more: str = "") -> str:
    return f"<item><guid>https://notes.example/{number}</guid>{more}<description>{words}</description></item>"


def read(data: bytes, address: str = "", charset: str = "") -> tuple[list[Post], list[str]]:
    """The posts, each also read from its own bytes alone; and what was told, without the first words of the kind."""
    report, export = IngestReport(), Bytes("feed", data)
    assert feeds.recognises(export)
    format = feeds.FetchedFeed(address, charset) if address else feeds
    plan = format.plan(export, report)
    found = list(format.read(plan, export.open, report))
    for each in found:
        raw = [data[piece.offset : piece.offset + piece.length] for piece in each.slices]
        assert feeds.post(raw, plan.context_of("feed")) == each.post, "its bytes alone say something else"
    return [each.post for each in found], [f"{each.kind}: {each.detail}".removesuffix(": ") for each in report.problems]


def rss(*items: str, before: str = "") -> bytes:
    return (before + RSS.format("".join(items))).encode()


DECLARED = '<?xml version="1.0" encoding="UTF-8"?>\n'
MENDED: dict[str, tuple[bytes, list[str], list[str]]] = {
    "white space before the declaration": (
        rss(item(1), before="\n\n  " + DECLARED), ["text"], ["syntax: white space before its beginning"]),
    "a byte order mark": (rss(item(1), before="\ufeff" + DECLARED), ["text"], []),
    "a warning of the server's before the declaration": (
        rss(item(1), before="<br />\n<b>Warning</b>: x in <b>y.php</b> & so on" + DECLARED), ["text"],
        ["syntax: text before its beginning"]),
    "HTML's names, known and unknown": (
        rss(item(1), item(2, "the school&rsquo;s&nbsp;gate &NotEqualTilde; &nobody; AT&amp;T"), item(3)),
        ["text", "the school’s\xa0gate ≂̸ &nobody; AT&T", "text"],
        ["syntax: HTML's names for characters, 3 times", "syntax: a bare &"]),
    "a control character, bare signs": (
        rss(item(1), item(2, "a\x1fb &#31; c & d &#9999999; 3 < 4 <3"), item(3)),
        ["text", "a\ufffdb \ufffd c & d \ufffd 3 < 4 <3", "text"],
        ["syntax: control characters, 3 times", "syntax: a bare &", "syntax: a bare <, 2 times"]),
    "HTML that nobody escaped": (
        rss(item(1), item(2, "<p>one<br>two<p>three <img src=/a.jpg alt='gate & wall'>"), item(3)),
        ["text", "one\ntwo\n\nthree [gate & wall]", "text"],
        ["syntax: a tag that breaks the rules, 2 times", "syntax: an element that is not closed, 2 times"]),
    "an item that nothing closes": (
        rss("<item><guid>https://notes.example/1</guid><description>one</description>", item(2)),
        ["one", "text"], ["syntax: an element that is not closed"]),
    "an end without a beginning, a section's end": (
        rss(item(1, "one</b></i> ]]> more")), ["one ]]> more"],
        ["syntax: an end tag without its element, 2 times", "syntax: a bare <"]),
    "attributes twice, without quotes, unbound prefixes": (
        rss(item(1, more="<dc:creator a=1 a=2>lin</dc:creator>")), ["text"],
        ["syntax: a tag that breaks the rules"]),
    "a document type with HTML's entities": (
        rss(item(1, "caf&eacute;"), before='<!DOCTYPE rss [<!ENTITY % l PUBLIC "x" "http://x.example/l.ent"> %l;]>'),
        ["café"], ["syntax: a document type that declares entities; none was expanded",
                   "syntax: HTML's names for characters"]),
    "Netscape's document type": (
        rss(item(1, "&mdash; caf&eacute;"), before='<!DOCTYPE rss PUBLIC "-//N//DTD" "http://127.0.0.1:9/rss.dtd">'),
        ["— café"], ["syntax: HTML's names for characters, 2 times"]),
    "an entity of its own": (
        rss(item(1, "&own; words"), before='<!DOCTYPE rss [<!ENTITY own "others">]>'), ["&own; words"],
        ["syntax: a document type that declares entities; none was expanded", "syntax: a bare &"]),
    "something after the end": (rss(item(1)) + b"<!-- served in 0.1 s --><p>more", ["text"],
                                ["syntax: junk after document element"]),
    "an element within an element within …": (
        rss(item(1, "<b>" * 100 + "deep" + "</b>" * 100), item(2)), ["deep", "text"],
        ["size: elements deeper than any feed has, 44 times"]),
    "cut in an entry": (rss(item(1), item(2, "words that go on"))[:-60], ["text"], ["truncated"]),
    "no entry": (rss(), [], ["form: a feed without any entry"]),
    "an entry without words": (rss(item(1), "<item><guid>x</guid></item>"), ["text"], ["form: an entry without words"]),
}  # fmt: skip


@pytest.mark.parametrize("name", MENDED)
def test_a_feed_that_breaks_the_rules_is_read_and_what_was_mended_is_told(name: str) -> None:
    data, texts, told = MENDED[name]
    posts, problems = read(data)
    assert [post.text for post in posts] == texts
    assert sorted(problems) == sorted(told)


def test_places_are_those_of_the_file_as_it_came() -> None:
    data = rss(item(1), item(2, "caf&eacute; é & 校"), "<!-- é -->", item(3), before="\n\n é " + DECLARED)
    plan = feeds.plan(Bytes("feed", data), IngestReport())
    found = list(feeds.read(plan, Bytes("feed", data).open, IngestReport()))
    raw = [data[each.slices[0].offset :][: each.slices[0].length].decode() for each in found]
    assert raw == [item(1), item(2, "caf&eacute; é & 校"), item(3)]


def test_mending_changes_nothing_in_what_is_well_formed() -> None:
    text = RSS.format(item(1, "<![CDATA[a < b & c]]> &amp; <b c='d'>e</b><br/>"))
    made = mend(text)
    assert (made.text, dict(made.told), made.whole) == (text.replace("</rss>", "") + "</rss>", {}, True)


@pytest.mark.parametrize(
    "piece",
    [
        "<![CDATA[",
        "<!--",
        "<?",
        "<!DOCTYPE[>",
        "<!x",
        '<a b="',
        "<a",
        "</a",
        "&",
        "&#",
        "<item>",
        "<p>",
        "</p>",
        "<b",
        "]]>",
        "]",
        "\x01",
        "<a b=c d=e>",
        "<!DOCTYPE x [",
    ],
)
def test_unfinished_xml_of_64_kib_is_mended_in_linear_time(piece: str) -> None:
    """No clock: what takes more than linear time takes hours at this length."""
    made = mend("<rss>" + piece * (65_536 // len(piece)))
    assert len(made.text) <= 6 * 65_536


LONG = {
    "a guid of slashes": "<guid>{}</guid>".format("/" * 131_072 + " x"),
    "an author of signs": "<author>{}</author>".format("a@" * 65_536 + "("),
    "a namespace of slashes": '<x xmlns="{}"/>'.format("/" * 131_072 + "x"),
    "a link of anchors": "<link>{}</link>".format("a:#" * 43_690),
    "a time of digits": "<pubDate>{}</pubDate>".format("1:" * 65_536),
    "cuts": "<description>{}</description>".format("[...] " * 21_845 + "x"),
}


@pytest.mark.parametrize("name", LONG)
def test_a_field_of_128_kib_is_read_in_linear_time(name: str) -> None:
    posts, _ = read(rss(f"<item><title>t</title>{LONG[name]}</item>"))
    assert len(posts) == 1


CHARSETS = {
    "the header's, where the file says nothing": ("gbk", "GBK", "", ""),
    "the header's, where the file is wrong": ("gb18030", "gb2312", "utf-8",
                                              "encoding: declared as utf-8, read as gb18030"),
    "UTF-8 under the name of another": ("utf-8", "", "iso-8859-1", "encoding: declared as iso-8859-1, read as utf-8"),
    "UTF-8 where the header knows better": ("utf-8", "iso-8859-1", "", ""),
    "UTF-8 that says it is UTF-16": ("utf-8", "", "utf-16", "encoding: declared as utf-16, read as utf-8"),
    "an encoding nobody knows": ("utf-8", "", "klingon", "encoding: declared as klingon, read as utf-8"),
    "characters of two forms": ("cp932", "", "shift_jis", ""),
}  # fmt: skip


@pytest.mark.parametrize("name", CHARSETS)
def test_a_feed_is_read_in_the_encoding_its_bytes_are_in(name: str) -> None:
    encoding, header, declared, told = CHARSETS[name]
    words = "校舎∵塌了" if encoding == "cp932" else "校舍塌了五年"
    start = f'<?xml version="1.0" encoding="{declared}"?>' if declared else ""
    words = words.replace("塌了", "") if encoding == "cp932" else words
    posts, problems = read(rss(item(1, words), item(2, words), before=start).decode().encode(encoding),
                           "https://notes.example/f", header)  # fmt: skip
    assert [post.text for post in posts] == [words, words]
    assert problems == ([told] if told else [])


def test_windows_quotes_under_the_name_of_latin_1_are_quotes() -> None:
    data = rss(item(1, "“x” &#146;y"), before='<?xml version="1.0" encoding="ISO-8859-1"?>').decode().encode("cp1252")
    [post], told = read(data)
    assert (post.text, told) == ("“x” ’y", [])


@pytest.mark.parametrize("declared", ["", '<?xml version="1.0" encoding="utf-8"?>'])
@pytest.mark.parametrize(
    ("encoding", "words"),
    [
        ("gb18030", "学校塌了，没有人说话。我们在河边等了一个晚上。"),
        ("big5hkscs", "學校塌了，沒有人說話。我們在河邊等了一個晚上。"),
        ("cp932", "校舎が崩れた。誰も話さない。一晩待った。"),
        ("cp949", "학교가 무너졌다. 아무도 말하지 않는다."),
        ("koi8-r", "Школа рухнула. Никто не говорит."),
    ],
)
def test_a_feed_that_does_not_tell_its_encoding_is_read_by_its_words(declared: str, encoding: str, words: str) -> None:
    posts, problems = read(rss(item(1, words), item(2, "text"), before=declared).decode().encode(encoding))
    assert [(post.text, post.doubts) for post in posts] == [(words, ()), ("text", ())]
    said = "declared as utf-8" if declared else "declared nowhere"
    assert problems == [f"encoding: {said}, read as {encoding}, by its words"]


def test_bytes_that_are_in_no_encoding_are_told_and_spoil_only_their_place() -> None:
    posts, told = read(rss(item(1, "校"), item(2, "?")).replace(b"?", b"\xb5\xda"))
    assert [(post.text, post.doubts) for post in posts] == [("校", ()), ("\ufffd\ufffd", ("encoding",))]
    assert told == []


OTHER_WORDS = {
    "Media RSS, as video sites have it": (
        ('<item xmlns:m="http://search.yahoo.com/mrss/"><guid>https://notes.example/1</guid><m:group><m:title>gate</m:title>'
        '<m:content url="https://v.example/5" type="video/mp4"/><m:thumbnail url="/t.jpg"/>'
        "<m:description>three men</m:description></m:group></item>"),
        ("gate", "three men", ["https://v.example/5", "https://notes.example/t.jpg"])),
    "iTunes": (('<item><guid>https://notes.example/1</guid><itunes:summary>a talk</itunes:summary>'
               '<itunes:image href="/i.png"/></item>'), ("", "a talk", ["https://notes.example/i.png"])),
    "a picture and its description": (
        item(1, '&lt;img src="/gate.jpg" alt="a gate at dawn"&gt;'),
        ("", "[a gate at dawn]", ["https://notes.example/gate.jpg"])),
    "a picture alone": (item(1, "<![CDATA[<img src='/gate.jpg'>]]>"), ("", "", ["https://notes.example/gate.jpg"])),
    "content before an excerpt": (
        item(1, "short [&#8230;]", "<content:encoded>&lt;p&gt;whole&lt;/p&gt;</content:encoded>"), ("", "whole", [])),
    "odd prefixes, names in capitals": (
        '<x:ITEM xmlns:x="http://purl.org/rss/1.0/"><x:Title>t</x:Title><x:DESCRIPTION>d</x:DESCRIPTION></x:ITEM>',
        ("t", "d", [])),
    "XHTML in a description": (
        item(1, '<div xmlns="http://www.w3.org/1999/xhtml"><p>one</p><p><a href="/l">two</a></p></div>'),
        ("", "one\n\ntwo", [])),
}  # fmt: skip


@pytest.mark.parametrize("name", OTHER_WORDS)
def test_words_are_found_wherever_feeds_have_them(name: str) -> None:
    entry, (title, text, media) = OTHER_WORDS[name]
    [post], told = read(rss(entry))
    assert (post.summary, post.text, [each.url for each in post.attachments], told) == (title, text, media, [])


def test_an_excerpt_that_its_site_cut_is_marked() -> None:
    posts, _ = read(rss(item(1, "The gate was [&#8230;]"), item(2, "whole …"), item(3, "a [...] b")))
    assert [post.cut for post in posts] == [True, False, False]


def test_nested_items_are_posts_of_their_own_and_neither_holds_the_others_bytes() -> None:
    inner = item(2, "inner")
    data = rss(f"<item><guid>https://notes.example/1</guid><description>outer</description>{inner}<x>é</x></item>")
    posts, told = read(data)
    assert ([post.text for post in posts], told) == (["outer", "inner"], [])
    plan = feeds.plan(Bytes("feed", data), IngestReport())
    outer = next(iter(feeds.read(plan, Bytes("feed", data).open, IngestReport())))
    assert b"inner" not in b"".join(data[each.offset : each.offset + each.length] for each in outer.slices)


def test_a_feed_inside_a_page_is_read_and_told() -> None:
    page = f'<html xmlns="http://www.w3.org/1999/xhtml"><body>{ATOM.format("<entry><id>a:1</id><content>w</content></entry>")}</body></html>'
    [post], told = read(page.encode())
    assert (post.text, post.author.id, told) == ("w", "https://notes.example/f", ["syntax: a feed inside an HTML page"])


def test_an_atom_entry_alone_is_a_feed() -> None:
    [post], told = read(b'<entry xmlns="http://www.w3.org/2005/Atom"><id>tag:a,1:1</id><content>w</content></entry>')
    assert (post.text, told) == ("w", [])


def test_what_a_feed_says_of_itself_costs_no_entry() -> None:
    data = RSS.format(item(1) + item(2)).replace("Notes", f"<![CDATA[{'<p>' * 350_000}]]>").encode()
    posts, told = read(data)
    assert [post.text for post in posts] == ["text", "text"]
    assert told == ["size: what the feed says of itself: markup of 1,050,000 characters; at most 1,048,576 are read"]


NO_FEEDS = {
    "a page with a licence in RDF": b'<html><!-- <rdf:RDF xmlns="http://c.example/"><Work/></rdf:RDF> --></html>',
    "a dictionary": b"<dictionary><entry>gate</entry></dictionary>",
    "a page": b"<!doctype html><title>feed</title><p>rss",
    "JSON": b'{"version": "1", "items": []}',
}


@pytest.mark.parametrize("name", NO_FEEDS)
def test_what_only_looks_like_a_feed_is_none(name: str) -> None:
    assert not feeds.recognises(Bytes("file", NO_FEEDS[name]))


ATOM_03 = {
    "plain": ("<content>it was open &lt;b&gt;</content>", "it was open"),
    "escaped": ('<content type="text/html" mode="escaped">&lt;p&gt;a&lt;/p&gt;b</content>', "a\n\nb"),
    "base64": ('<content type="text/html" mode="base64">PHA+5qChPC9wPg==</content>', "校"),
    "xml": (('<content type="application/xhtml+xml" mode="xml"><div xmlns="http://www.w3.org/1999/xhtml"><p>a</p>b</div>'
            "</content>"), "a\n\nb"),
    "a summary beside a picture": ('<content type="image/png">aGk=</content><summary>gate</summary>', "gate"),
}  # fmt: skip


@pytest.mark.parametrize("name", ATOM_03)
def test_atom_0_3_is_read_by_its_mode(name: str) -> None:
    content, text = ATOM_03[name]
    feed = '<feed version="0.3" xmlns="http://purl.org/atom/ns#"><title>t</title><entry><id>https://a.example/1</id>'
    [post], told = read(f"{feed}<issued>2004-05-12T14:28:00+08:00</issued>{content}</entry></feed>".encode())
    assert (post.text, post.published, told) == (text, "2004-05-12T14:28:00+08:00", [])


def test_relative_addresses_are_seen_from_where_the_feed_says_or_was_fetched() -> None:
    content = '<content type="html" {}>&lt;a href="x"&gt;y&lt;/a&gt;</content>'
    entry = f'<entry {{}}><id>gate-1/</id><link href="gate-1/"/>{content}</entry>'
    [post], _ = read(ATOM.format(entry.format("", "")).encode(), "https://notes.example/blog/feed.xml")
    assert (post.id, post.url) == ("https://notes.example/blog/gate-1/",) * 2
    assert post.links == (("y", "https://notes.example/blog/x"),)
    [post], _ = read(ATOM.format(entry.format('xml:base="a/"', 'xml:base="b/"')).encode(), "https://notes.example/f")
    assert (post.url, post.links) == ("https://notes.example/a/gate-1/", (("y", "https://notes.example/a/b/x"),))
    [post], _ = read(rss("<item><link>/5</link><description>w</description></item>"))
    assert (post.id, post.url) == ("https://notes.example/5", "https://notes.example/5")


def ids(*entries: str, address: str = "https://notes.example/f") -> list[str]:
    return [post.id for post in read(rss(*entries), address)[0]]


def entry(guid: str, link: str, words: str, title: str = "") -> str:
    parts = (("guid", guid), ("link", link), ("title", title), ("description", words))
    return "<item>" + "".join(f"<{name}>{value}</{name}>" for name, value in parts if value) + "</item>"


def test_one_guid_for_two_entries_is_the_id_of_neither() -> None:
    a, b = entry("https://notes.example/", "/a", "one"), entry("https://notes.example/", "/b", "two")
    assert ids(a, b) == ["https://notes.example/a", "https://notes.example/b"]
    assert ids(entry("7", "/a", "one"), entry("7", "/b", "two")) == [
        "https://notes.example/a",
        "https://notes.example/b",
    ]
    assert ids(a, a) == ["https://notes.example/a"] * 2, "printed twice is one"
    assert ids(entry("tag:a,1:1", "/a", "one"), entry("tag:a,1:1", "/a", "one, mended")) == ["tag:a,1:1"] * 2


def test_a_link_of_several_entries_or_of_the_feed_is_nobodys_id() -> None:
    [one, two] = ids(entry("", "/", "one"), entry("", "/", "two"))
    assert one != two
    assert one.startswith("https://notes.example/")
    [one, two] = ids(entry("", "/x", "one"), entry("", "/x", "two"))
    assert one != two


def test_an_entry_without_id_and_address_is_known_by_its_time_and_title() -> None:
    dated = "<item><title>gate</title><pubDate>Sun, 12 May 2024</pubDate><description>{}</description></item>"
    assert ids(dated.format("open")) == ids(dated.format("open, and empty"))
    assert ids(entry("", "", "open")) != ids(entry("", "", "open, and empty"))


def test_feeds_without_an_address_do_not_share_their_numbers() -> None:
    nameless = "<rss><channel><title>{}</title><item><guid>1</guid><description>w</description></item></channel></rss>"
    [one], [two] = (read(nameless.format(title).encode())[0] for title in ("A", "B"))
    assert one.id != two.id
    assert one.author.id != two.author.id
    assert "" != one.author.handle != two.author.handle != "", "each can be named"


TIMES = [
    ("Mon, May 27 2024 04:45:26 +0000", "2024-05-27T04:45:26+00:00"),
    ("lun, 06 mag 2024 18:55:00 GMT", "2024-05-06T18:55:00+00:00"),
    ("Tue, 07 May 2024 18:30:00 EST", "2024-05-07T18:30:00"),
    ("Tue, 07 Jan 2025 18:30:00 EST", "2025-01-07T18:30:00-05:00"),
    ("Tue, 07 May 2024 18:30:00 EDT", "2024-05-07T18:30:00-04:00"),
    ("Tue, 07 May 2024 18:30:00 CST", "2024-05-07T18:30:00"),
    ("Thu, 09 May 2024 17:00:00 Z", "2024-05-09T17:00:00+00:00"),
    ("Sun, 05 May 2024 16:18:00 GMT+0100", "2024-05-05T16:18:00+01:00"),
    ("2024年05月12日 14:28", "2024-05-12T14:28:00"),
    ("2024年5月12日 下午2:28:07", "2024-05-12T14:28:07"),
    ("Sun, 12 May 24 14:28 +0800", "2024-05-12T14:28:00+08:00"),
    ("1715495280", "2024-05-12T06:28:00+00:00"),
    ("2024-05-12", "2024-05-12"),
    ("20240512T142800Z", "2024-05-12T14:28:00+00:00"),
    ("12/25/2010 1:00 PM", "2010-12-25T13:00:00"),
    ("Sun, 12 May 2013 14:28:00 -0000", "2013-05-12T14:28:00"),
    ("Sun May 12 14:28:00 +0800 2013", "2013-05-12T14:28:00+08:00"),
    ("5. Juli 2024, 10:00 Uhr", "2024-07-05T10:00:00"),
    ("Sun, 12 May 2024 24:10:00 +0800", None),
    ("Sun, 12 May 2024 24:00:00 +0800", None),  # midnight to Python 3.14
    ("05/06/2024", None),
    ("31 Jun 2024 10:00:00 GMT", None),
    ("yesterday", None),
    ("", None),
    ("9" * 5_000, None),
]


@pytest.mark.parametrize(("text", "time"), TIMES)
def test_of_a_time_what_is_certain_is_kept(text: str, time: str | None) -> None:
    assert read_feed_time(text) == time


def test_a_time_that_cannot_be_read_is_told_as_it_stands() -> None:
    [post], told = read(rss(item(1, more="<pubDate>Sun, 12 May 2024 24:10:00 +0800</pubDate>")))
    assert post.published is None
    assert told == ["time: it cannot be read: Sun, 12 May 2024 24:10:00 +0800"]


def test_what_a_site_says_of_a_change_and_an_answer_is_kept() -> None:
    times = "<published>2024-05-12T06:28:00Z</published><updated>2024-05-13T06:28:00Z</updated>"
    answer = '<thr:in-reply-to xmlns:thr="http://purl.org/syndication/thread/1.0" ref="tag:b,1:7"/>'
    place = '<point xmlns="http://www.georss.org/georss">31 104</point>'
    [post], _ = read(ATOM.format(f"<entry><id>a:1</id>{times}{answer}{place}<content>w</content></entry>").encode())
    assert (post.published, post.updated) == ("2024-05-12T06:28:00+00:00", "2024-05-13T06:28:00+00:00")
    assert (post.reply_to, post.private_details) == ("tag:b,1:7", ("coordinates",))


def test_a_json_feed_keeps_its_links_pictures_and_changes() -> None:
    feed: dict[str, Any] = {
        "version": "https://jsonfeed.org/version/1", "title": "t", "home_page_url": "https://a.example/",
        "items": [
            {"id": "5", "url": "/5", "content_html": '<p>a <a href="l">b</a></p>',
             "date_published": "2024-05-12T06:28:00Z", "date_modified": "2024-05-13T06:28:00Z",
             "image": "/i.jpg", "external_url": "https://b.example/x"},
            {"id": 6, "content_text": "six"},
        ],
    }  # fmt: skip
    posts, told = read(json.dumps(feed).encode(), "https://a.example/feed.json")
    assert [(post.id, post.url) for post in posts] == [
        ("https://a.example/#5", "https://a.example/5"), ("https://a.example/#6", "")]  # fmt: skip
    assert posts[0].links == (("b", "https://a.example/l"), ("https://b.example/x", "https://b.example/x"))
    assert (posts[0].updated, posts[0].attachments[0].url) == ("2024-05-13T06:28:00+00:00", "https://a.example/i.jpg")
    assert told == []
    assert read(b'{"version": "https://jsonfeed.org/version/1", "title": "t"}')[1] == ["form: no list of items"]


def test_what_was_stated_as_feed_v2_is_read_as_it_was_then() -> None:
    raw = item(1, "&lt;p&gt;one&lt;/p&gt;\n&lt;p&gt;two&lt;/p&gt;&lt;img alt=x src=y&gt;").encode()
    context: dict[str, Any] = {
        "kind": "xml",
        "open": "<rss><channel>",
        "encoding": "utf-8",
        "id": "https://notes.example/",
    }
    then, now = by_name("feed/v2"), by_name("feed/v4")
    assert then is not None
    assert now is not None
    assert then.post([raw], context).text == "one\n\n\n\ntwo"
    assert then.post([raw], context).author.handle == "notes.example"
    assert now.post([raw], context).text == "one\n\ntwo\n\n[x]"


def test_of_a_feed_of_nothing_but_faults_what_stands_before_them_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xml_feed, "mend", partial(mend, most=20))
    posts, told = read(rss(item(1), item(2, "&" * 30), item(3)))
    assert [each.text for each in posts] == ["text"]
    assert told == [
        "syntax: a bare &, 20 times",
        "size: more places that break the rules than are mended; what stands behind them is not read",
    ]
