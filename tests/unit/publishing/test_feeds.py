"""Feeds are Atom, one in each language, and change only when what they tell does."""

import json
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest

from support.sample_site import content, post, shown, site, with_context
from tamizdat.publishing.model import Changes
from tamizdat.publishing.remembered_posts import DraftedPosts
from tamizdat.publishing.site.feeds import feed_languages, feeds
from tamizdat.publishing.site.site_index import SiteIndex

ATOM = "{http://www.w3.org/2005/Atom}"
XHTML = "{http://www.w3.org/1999/xhtml}"
HOSTILE = 'a]]><b xmlns="x">&amp;\x00\x08\ufffe\r\n"two" lines'


@pytest.fixture(scope="module")
def read() -> dict[str, ElementTree.Element]:
    return {
        path: ElementTree.fromstring(data) for path, data in feeds(site(), SiteIndex(shown())) if path[-3:] == "xml"
    }


def test_there_is_a_feed_for_every_language_of_posts_translations_and_interface(
    read: dict[str, ElementTree.Element],
) -> None:
    assert {each for each in read if "." not in each[:-4]} == {f"feeds/{each}.xml" for each in ("ar", "bo", "en", "zh")}
    assert feed_languages(SiteIndex(content())) == ["en", "zh"]


def test_what_the_standard_requires_is_there_once(read: dict[str, ElementTree.Element]) -> None:
    ids = []
    for feed in read.values():
        for element in (feed, *feed.findall(f"{ATOM}entry")):
            for name in ("id", "title", "updated"):
                assert len(element.findall(ATOM + name)) == 1
            assert element.findtext(f"{ATOM}author/{ATOM}name")
            assert (element.findtext(f"{ATOM}updated") or "").endswith("T00:00:00Z")
            assert element.find(f"{ATOM}link[@rel='alternate']") is not None
        assert feed.find(f"{ATOM}link[@rel='self']") is not None
        ids.append(feed.findtext(f"{ATOM}id"))
    assert all(str(each).startswith("tag:tamizdat,2026:desk.example/ledger/feeds/") for each in ids)
    assert len(set(ids)) == len(ids)


def test_links_lead_to_the_pages_of_the_readers_language(read: dict[str, ElementTree.Element]) -> None:
    def first(path: str) -> str | None:
        link = read[path].find(f"{ATOM}entry/{ATOM}link")
        return None if link is None else link.get("href")

    assert str(first("feeds/zh.xml")).startswith("../zh/items/")
    assert first("feeds/en.xml") == "../items/9004/index.html", "what was corrected last in this language comes first"
    assert first("feeds/ar.xml") != "../items/9004/index.html"


def test_an_entry_is_in_its_feeds_language_with_the_original_below(read: dict[str, ElementTree.Element]) -> None:
    entry = next(
        each for each in read["feeds/ar.xml"].findall(f"{ATOM}entry") if "9001" in str(each.findtext(f"{ATOM}id"))
    )
    paragraphs = [each for each in entry.findall(f".//{XHTML}p") if each.get("lang")]
    assert [(each.get("lang"), each.get("dir")) for each in paragraphs] == [("ar", "rtl"), ("zh-Hans", "ltr")]
    assert paragraphs[1].text == "云溪镇地震十二年。学校的操场现在是停车场。"
    assert entry.findtext(f"{ATOM}published") == "2020-05-12T14:28:00+08:00"
    picture = entry.find(f".//{XHTML}img")
    assert picture is not None
    assert picture.get("src") == "../items/9001/small-1.jpg"
    assert picture.get("alt")
    enclosure = entry.find(f"{ATOM}link[@rel='enclosure']")
    assert enclosure is not None
    assert (enclosure.get("type"), enclosure.get("href")) == ("image/jpeg", "../items/9001/picture-1.jpg")


def test_what_an_author_covered_is_in_no_feed_neither_words_nor_pictures() -> None:
    view = SiteIndex(content(posts=tuple(each for each in with_context() if each.number in (9203, 9206))))
    for path, data in feeds(site(), view):
        assert b"<img" not in data, path
        assert b"enclosure" not in data, path
        assert "他们不让".encode() not in data, path


def test_whatever_is_written_the_feed_is_well_formed() -> None:
    one = post(50, HOSTILE, language="en", tags=(HOSTILE,), published="2020-05-12T14:28:00")
    one = replace(one, voice=replace(one.voice, name=HOSTILE))
    for path, data in feeds(replace(site(), name=HOSTILE), SiteIndex(content(posts=(one,)))):
        ElementTree.fromstring(data) if path.endswith(".xml") else json.loads(data)


def test_a_time_without_an_offset_is_not_told_as_one_that_has() -> None:
    one = post(50, "x", language="en", published="2020-05-12T14:28:00")
    feed = next(data for path, data in feeds(site(), SiteIndex(content(posts=(one,)))) if path == "feeds/en.xml")
    assert b"<published>" not in feed


def test_feeds_do_not_name_the_edition() -> None:
    view = SiteIndex(shown())
    assert list(feeds(site(1), view)) == list(feeds(site(2), view))


def test_a_feed_holds_the_newest_fifty() -> None:
    many = tuple(post(n, f"第{n}条", day="2026-11-23") for n in range(1000, 1100))
    feed = next(data for path, data in feeds(site(), SiteIndex(content(posts=many))) if path == "feeds/zh.xml")
    entries = ElementTree.fromstring(feed).findall(f"{ATOM}entry")
    assert len(entries) == 50
    assert "1099" in str(entries[0].findtext(f"{ATOM}id"))


def test_a_feed_of_many_posts_on_the_disk_is_that_of_the_same_posts_in_memory(tmp_path: Path) -> None:
    posts = [post(9000 + each, f"第{each}天。", published=f"2020-05-12T14:{each:02}:00+08:00") for each in range(60)]
    posts[7:7] = [
        replace(post(8000, "Earlier.", language="en", published="2020-05-12T13:00:00+08:00"), day="2026-01-02")
    ]
    aside, told = DraftedPosts(tmp_path), []
    for those in (posts, [aside.add(each, "") for each in posts]):
        changes = Changes(("2026-01-01", "2026-11-30"), (), {9001: {"zh-Hans": 2}})  # the oldest but one is the newest
        told.append(dict(feeds(site(), SiteIndex(replace(content(posts=tuple(those)), changes=changes)))))
    assert told[0] == told[1]
    assert told[0]["feeds/zh.xml"].count(b"<entry>") == 50
    assert told[0]["feeds/zh.xml"].find("第1天".encode()) < told[0]["feeds/zh.xml"].find("第59天".encode())
