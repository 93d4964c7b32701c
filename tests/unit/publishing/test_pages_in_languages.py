"""Pages exist in the languages in which there are words; every link leads to what there is."""

import posixpath
import re
from collections import Counter

import pytest

from support.html_page import Page
from support.sample_site import content, post, shown, site, translation
from tamizdat.publishing.site import pages
from tamizdat.publishing.site.l10n import EVERYWHERE, LANGUAGES, TAGS, is_written_in
from tamizdat.text.catalogue import endonym, messages
from tamizdat.text.languages import direction

OTHERS = [each for each in LANGUAGES if each not in EVERYWHERE]
ROOMS = (
    "about", "check", "search", "contributors", "corrections", "days", "subjects", "items", "names", "names/list",
    "voices", "removed", "new",
)  # fmt: skip


@pytest.fixture(scope="module")
def read() -> dict[str, Page]:
    return {path: Page(data.decode()) for path, data in pages.render(site(), shown()) if path.endswith(".html")}


def language_of(path: str) -> str:
    first = path.partition("/")[0]
    return first if first in LANGUAGES else LANGUAGES[0]


@pytest.mark.parametrize("language", OTHERS)
def test_front_and_rooms_exist_in_every_language_and_say_which(read: dict[str, Page], language: str) -> None:
    for room in ("", *(f"{each}/" for each in ROOMS)):
        root = next(iter(read[f"{language}/{room}index.html"].all("html")))
        assert (root["lang"], root["dir"]) == (TAGS[language], direction(TAGS[language]))


def test_who_comes_to_a_front_page_sees_their_language_named_in_it_without_opening_anything() -> None:
    rendered = dict(pages.render(site(), shown()))
    for language in LANGUAGES:
        prefix = "" if language == "en" else f"{language}/"
        front, other = (rendered[f"{prefix}{path}"].decode() for path in ("index.html", "about/index.html"))
        [named], [folded] = (re.findall(r'(?s)<nav class="languages".*?</nav>', page) for page in (front, other))
        assert "<details>" not in named
        assert re.findall(r">([^<>\n]+)</a>", named) == [endonym(each) for each in LANGUAGES if each != language]
        assert "<details>" in folded, "elsewhere they take no room"


def test_a_post_has_a_page_where_it_has_words_and_in_english_and_chinese(read: dict[str, Page]) -> None:
    for one in shown().posts:
        tags = [one.language, *(each.language for each in one.translations)]
        there = {
            language_of(path) for path in read if re.fullmatch(rf"(?:[^/]+/)?items/{one.number}/index\.html", path)
        }
        assert there == {*EVERYWHERE, *(each for each in OTHERS if any(is_written_in(tag, each) for tag in tags))}


def test_every_link_of_every_language_leads_to_a_page_there_is(read: dict[str, Page]) -> None:
    for path, page in read.items():
        for link in page.links:
            way = link.partition("#")[0].partition("?")[0]
            if way.endswith("index.html"):
                assert posixpath.normpath(posixpath.join(posixpath.dirname(path), way)) in read, (path, link)


def test_what_hreflang_names_is_the_same_page_and_names_this_one_too(read: dict[str, Page]) -> None:
    for path, page in read.items():
        named = {}
        for found in page.all("link"):
            if found.get("rel") == "alternate" and found.get("hreflang"):
                named[str(found["hreflang"])] = posixpath.normpath(
                    posixpath.join(posixpath.dirname(path), str(found["href"]))
                )
        if not named:
            continue
        bare = path.removeprefix(f"{language_of(path)}/") if language_of(path) != LANGUAGES[0] else path
        assert named[TAGS[language_of(path)]] == path
        for tag, target in named.items():
            assert target in read
            prefix = "" if tag == "en" else f"{next(each for each in LANGUAGES if TAGS[each] == tag)}/"
            assert target == prefix + bare


def test_a_reader_of_arabic_finds_what_is_there_in_arabic_first_and_all_of_it(read: dict[str, Page]) -> None:
    arabic = [each for each in shown().posts if any(is_written_in(tag.language, "ar") for tag in each.translations)
              or is_written_in(each.language, "ar")]  # fmt: skip
    listed = {int(found) for link in read["ar/all/index.html"].links for found in re.findall(r"items/(\d+)/", link)}
    assert listed == {each.number for each in arabic}
    front = {int(found) for link in read["ar/index.html"].links for found in re.findall(r"^items/(\d+)/", link)}
    assert front & listed
    assert "ru/all/index.html" not in read
    assert messages("ru")["none_in_language"] in read["ru/index.html"].text


def test_a_reader_of_traditional_characters_gets_the_translation_into_them() -> None:
    both = (translation("zh-Hans", "门关着。"), translation("zh-Hant", "門關著。"))
    made = dict(
        pages.render(site(), content(posts=(post(9001, "The gate is shut.", translations=both, language="en"),)))
    )
    page = made["zh-Hant/items/9001/index.html"].decode()
    assert page.index("門關著。") < page.index("门关着。")
    assert made["zh/items/9001/index.html"].decode().index("门关着。") < page.index("The gate is shut.") + len(page)


def test_a_link_to_what_has_no_words_in_a_language_leads_to_the_page_that_stands_in_for_it() -> None:
    chinese, english = post(9001, "门关着。", language="zh-Hant"), post(9002, "Open.", language="en", thread=9001)
    made = dict(pages.render(site(), content(posts=(chinese, english, post(9003, "关。", thread=9001)))))
    assert "zh-Hant/threads/9001/index.html" in made
    thread = made["zh-Hant/threads/9001/index.html"].decode()
    assert 'hreflang="zh-Hans" href="../../../zh/items/9002/index.html"' in thread
    assert 'href="../../items/9001/index.html"' in thread


def test_ten_languages_cost_no_more_than_half_as_many_files_again() -> None:
    """Of a desk with some hundred posts, each with its proof, in Chinese with a tenth translated into Arabic."""
    posts = tuple(
        post(number, f"第{number}条", translations=(translation("ar", "نص"),) if number % 10 == 0 else (),
             published=f"20{10 + number % 12}-{number % 12 + 1:02}-{number % 28 + 1:02}T10:00:00+08:00")
        for number in range(1000, 1900)
    )  # fmt: skip
    made = Counter(language_of(path) for path, _ in pages.render(site(), content(posts=posts)))
    everywhere = sum(made[each] for each in EVERYWHERE) + 3 * len(posts)  # statement, proof, openings of each
    assert sum(made.values()) + 3 * len(posts) <= 1.5 * everywhere


def test_pages_say_that_nobody_checked_their_words_and_english_ones_do_not(read: dict[str, Page]) -> None:
    for language in LANGUAGES[1:]:
        assert messages(language)["unchecked"] in read[f"{language}/index.html"].text
    assert messages("en")["unchecked"] not in read["index.html"].text
