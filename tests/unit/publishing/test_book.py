"""A book of what is published: nothing else is in it, it is well-formed, accessible, and the same every time."""

import re
import zipfile
from dataclasses import replace
from functools import cache
from io import BytesIO
from xml.etree import ElementTree

from support.sample_site import content, drawn, people, shown, told, with_context
from tamizdat.encoding import sha256_hex
from tamizdat.publishing.model import SiteContent
from tamizdat.publishing.site.book import Book, Imprint

XHTML = "{http://www.w3.org/1999/xhtml}"
OPF = "{http://www.idpf.org/2007/opf}"
IMPRINT = Imprint("Tamizdat", "林夏", 12, "2026-11-25", "ab" * 32, "7SFL-Q3VN")


def everything() -> SiteContent:
    """The sample with what platforms tell around words, hostile texts among it, and some names."""
    whole = shown()
    return content(items=whole.items, posts=(*whole.posts, *with_context()), people=people(40))


def encoded(what: SiteContent, language: str = "en") -> bytes:
    numbers = [each.number for part in (what.items, what.posts, what.people, what.stories) for each in part]
    digests = {number: sha256_hex(str(number).encode()) for number in numbers}
    return Book(IMPRINT, what, digests, language, lambda number, name: drawn(number)).encode()


@cache
def files(language: str = "en") -> dict[str, bytes]:
    """The files of a book of everything."""
    return files_of(encoded(everything(), language))


def files_of(book: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(BytesIO(book)) as opened:
        return {name: opened.read(name) for name in opened.namelist()}


def test_a_book_of_the_same_has_the_same_bytes_and_no_time_but_the_day_of_the_edition() -> None:
    book = encoded(everything())
    assert encoded(everything()) == book
    with zipfile.ZipFile(BytesIO(book)) as opened:
        entries = opened.infolist()
    assert {entry.date_time for entry in entries} == {(2026, 11, 25, 0, 0, 0)}
    assert (entries[0].filename, entries[0].compress_type) == ("mimetype", zipfile.ZIP_STORED)
    assert not any(entry.extra or entry.comment for entry in entries)
    package = files_of(book)["EPUB/package.opf"].decode()
    assert re.findall(r"T\d\d:\d\d:\d\dZ", package) == ["T00:00:00Z"]
    assert "generator" not in package


def test_every_document_is_well_formed_and_named_once_in_manifest_spine_and_contents() -> None:
    held = files()
    documents = {name for name in held if name.endswith(".xhtml")}
    for name in documents:
        ElementTree.fromstring(held[name])
    package = ElementTree.fromstring(held["EPUB/package.opf"])
    named = [f"EPUB/{each.get('href')}" for each in package.iter(f"{OPF}item")]
    assert sorted(named) == sorted(set(held) - {"mimetype", "META-INF/container.xml", "EPUB/package.opf"})
    links = [each.get("href") for each in ElementTree.fromstring(held["EPUB/nav.xhtml"]).iter(f"{XHTML}a")]
    assert {f"EPUB/{each}" for each in links if each and not each.startswith("#")} >= documents - {
        "EPUB/nav.xhtml", "EPUB/cover.xhtml"}  # fmt: skip


def test_original_and_translation_stand_in_it_as_they_are_signed_with_their_language_and_direction() -> None:
    what = everything()
    held = files()
    for post in what.posts:
        document = ElementTree.fromstring(held[f"EPUB/post-{post.number}.xhtml"])
        said = {(each.get("lang"), "".join(each.itertext())) for each in document.iter(f"{XHTML}div")
                if each.get("class") == "said"}  # fmt: skip
        readable = re.sub("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "\ufffd", post.text)
        assert (post.language, readable) in said, post.number
        english = [each.target for each in post.translations if each.language == "en"]
        assert {("en", each) for each in english} <= said
    arabic = held["EPUB/post-9100.xhtml"].decode()
    assert '<div class="said" lang="ar" xml:lang="ar" dir="rtl">' in arabic


def test_words_of_which_nobody_knows_the_language_say_so_and_are_not_read_aloud_as_the_readers() -> None:
    xml = "{http://www.w3.org/XML/1998/namespace}lang"
    note = everything().items[0].media[0]
    what = replace(everything(), texts={note.sha256: "昨夜的记录"})
    documents = {name: data for name, data in files_of(encoded(what)).items() if name.endswith(".xhtml")}
    unknown = set[str]()
    for name, data in documents.items():
        for each in ElementTree.fromstring(data).iter():
            if each.get("dir") == "auto":
                assert each.get("lang") is not None, (name, each.tag)
                assert each.get("lang") == each.get(xml), (name, each.tag)
                if each.get("lang") == "":
                    unknown.add("".join(each.itertext()))
    assert "黎明时分的灯笼" in unknown
    assert any(each.startswith("昨夜的记录") for each in unknown)


def test_a_story_is_its_first_chapter_in_the_readers_language_with_what_is_shown_and_said_in_it() -> None:
    what = told()
    for language, title in (("en", "The day of the list"), ("ar", "يوم القائمة")):
        held = files_of(encoded(what, language))
        chapter = held["EPUB/story-13000.xhtml"].decode()
        ElementTree.fromstring(chapter)
        assert title in chapter
        assert "<b>老师</b> 他们都不在了。" in chapter
        assert 'href="item-18.xhtml"' in chapter
        nav = held["EPUB/nav.xhtml"].decode()
        assert nav.index("story-13000.xhtml") < nav.index("post-")
        assert sha256_hex(b"13000") in chapter.replace(" ", "")
    alone = replace(what, items=(), posts=())
    chapter = files_of(encoded(alone))["EPUB/story-13000.xhtml"].decode()
    assert "他们" not in chapter, "what is not in the book is not told"
    assert ("is not in this book" in chapter, "withdrawn" in chapter) == (True, False), "it was not chosen, or waits"


def test_a_book_for_readers_of_arabic_holds_their_translation_and_no_other() -> None:
    held = files("ar")
    page = held["EPUB/post-9005.xhtml"].decode()
    assert 'lang="ar" xml:lang="ar" dir="rtl"' in page
    assert "No answer" not in page


def test_pictures_that_their_author_covered_are_not_in_it_and_covered_words_are_folded() -> None:
    held = files()
    assert not [name for name in held if name.startswith(("EPUB/9203-", "EPUB/9206-"))]
    assert "<details>" in held["EPUB/post-9203.xhtml"].decode()
    assert [name for name in held if name.startswith("EPUB/9010-small")]


def test_no_address_in_it_can_be_opened_by_a_touch() -> None:
    for name, data in files().items():
        if name.endswith(".xhtml"):
            links = [each.get("href") or "" for each in ElementTree.fromstring(data).iter(f"{XHTML}a")]
            assert not [each for each in links if "://" in each], name


def test_each_chapter_names_its_item_and_the_digest_of_its_statement() -> None:
    held = files()
    digest = sha256_hex(b"9005")
    assert "No. 9005" in held["EPUB/post-9005.xhtml"].decode()
    for name in ("post-9005", "end"):
        assert digest in held[f"EPUB/{name}.xhtml"].decode().replace(" ", ""), name
