"""Every kind of page of a made-up site in a real Chromium: what it asks for, how it fits, how it is found and read.

The site is :mod:`support.sample_site`: Chinese, Arabic and Tibetan, reposts of reposts, a thread, what was edited and
deleted, 513 names, clips. Nothing in it is signed, so pages are looked at and searched here, and not verified.
"""

import random
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pypdfium2
import pytest
from playwright.sync_api import FloatRect, Locator, Page, Response, Route, expect
from pypdfium2.raw import FPDF_PAGEOBJ_PATH, FPDF_PAGEOBJ_TEXT

from support.chromium import CHROMIUM
from support.sample_site import content, told, with_context, write
from support.sample_site import post as sample
from support.static_server import static_server
from tamizdat.archive.search.query import terms
from tamizdat.publishing.model import SiteContent
from tamizdat.publishing.site.post_text import text_markup
from tamizdat.text.tokens import folded, tokens

AXE = Path(__file__).parents[2] / "build/npm/node_modules/axe-core/axe.min.js"
pytestmark = pytest.mark.skipif(not CHROMIUM, reason="chromium is not installed, so no page was seen in a browser")
SORTS = (
    "index", "items/9005/index", "items/9009/index", "items/9010/index", "items/9007/index", "items/9011/index",
    "items/9100/index", "items/9101/index", "items/9102/index", "items/17/index", "items/18/index",
    "items/12000/index", "items/12017/index", "items/30/index", "items/index", "days/index", "days/2020-05-12/index",
    "threads/9002/index", "subjects/index", "removed/index", "names/index", "names/list/index", "names/initials/index",
    "undated/index", "contributors/index",
    "corrections/index", "new/index", "about/index", "check/index", "search/index",
    "stories/index", "stories/13000/index", "items/13000/index", "reading/index", "reading/missing/index",
    "items/14000/index",
)  # fmt: skip
CHINESE = (
    "index",
    "stories/13000/index",
    "items/9005/index",
    "items/12000/index",
    "days/index",
    "names/index",
    "about/index",
    "search/index",
)
PATHS = (*(f"{sort}.html" for sort in SORTS), *(f"zh/{sort}.html" for sort in CHINESE))
#: ranges of letters from which mixed texts are drawn
LETTERS = (
    (0x20, 0x7E), (0xC0, 0x17F), (0x391, 0x3C9), (0x410, 0x44F), (0x5D0, 0x5EA), (0x621, 0x64A), (0x905, 0x939),
    (0xE01, 0xE2E), (0xE40, 0xE4C), (0xF40, 0xF47), (0xF71, 0xF74), (0xF0B, 0xF0E), (0x1000, 0x1021), (0x3041, 0x3096),
    (0x30A1, 0x30FA), (0x3400, 0x34FF), (0x4E00, 0x9FA5), (0xAC00, 0xD7A3), (0xFF01, 0xFF5E), (0x2010, 0x2027),
)  # fmt: skip


@pytest.fixture(scope="module")
def whole() -> SiteContent:
    return told()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, whole: SiteContent) -> Path:
    return write(tmp_path_factory.mktemp("made") / "site", whole)


@pytest.fixture(scope="module")
def served(folder: Path) -> Iterator[str]:
    """The site's address on loopback."""
    with static_server(folder) as address:
        yield address


@pytest.fixture(params=[pytest.param("served", marks=pytest.mark.long), "disk"])
def where(request: pytest.FixtureRequest, served: str, folder: Path) -> str:
    """Where the site is seen: on a server, or on a disk."""
    return served if request.param == "served" else folder.as_uri() + "/"


@pytest.mark.long  # test_pages.py says it of a site as it is published
def test_no_page_asks_any_other_host_for_anything(opened: Callable[..., Page], served: str) -> None:
    page = opened()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    for path in PATHS:
        page.goto(served + path)
    page.wait_for_load_state("networkidle")
    assert len(asked) > len(PATHS)
    assert [url for url in asked if not url.startswith(served)] == []


def test_a_table_of_contributors_fits_a_telephone_in_every_language(opened: Callable[..., Page], served: str) -> None:
    page = opened(viewport={"width": 320, "height": 800}, java_script_enabled=False)
    for language in ("ar", "bo", "es", "fa", "fr", "ru", "ug", "zh", "zh-Hant"):
        page.goto(f"{served}{language}/contributors/index.html")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), language


def test_pages_fit_their_window_without_scripts(opened: Callable[..., Page], served: str, where: str) -> None:
    page = opened(viewport={"width": 320 if where == served else 1440, "height": 800}, java_script_enabled=False)
    for path in PATHS:  # 320: what WCAG 1.4.10 asks for, a window of 1,280 at 400 %
        page.goto(where + path)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
        assert page.evaluate("getComputedStyle(document.body).margin") == "0px", "the style sheet was not applied"
        hidden = page.locator("[hidden]").evaluate_all(
            "all => all.filter((each) => each.getClientRects().length).length"
        )
        assert hidden == 0, f"{path} shows what only scripts can use"
        assert page.locator("h1").is_visible()


def test_without_scripts_no_link_is_called_proved(opened: Callable[..., Page], served: str) -> None:
    page = opened(java_script_enabled=False)
    for number in (17, 18, 9005, 9009, 12000):
        page.goto(f"{served}items/{number}/index.html")
        said = page.locator("ol.chain .verdict").all_inner_texts()
        assert said.count("can be proved") >= 3, number
        assert "proved" not in said
        assert page.locator("ol.chain > .proved").count() == 0


def test_paper_bears_number_edition_and_digest_and_the_screen_does_not(
    opened: Callable[..., Page], served: str, whole: SiteContent
) -> None:
    page = opened(java_script_enabled=False)
    page.goto(f"{served}items/9004/index.html")
    imprint = page.locator(".imprint")
    assert not imprint.is_visible()
    page.emulate_media(media="print")
    told = imprint.inner_text()
    assert "No. 9004, as edition 1 of 14 November 2026 first showed it" in told
    assert whole.signed[9004].digest in told
    assert not page.locator("nav.languages").is_visible()


@pytest.mark.skipif(not AXE.is_file(), reason="axe-core is not in build/npm, so accessibility was not checked")
def test_a_posts_page_weighs_at_most_100_kb_until_the_reader_comes_to_the_proof(
    opened: Callable[..., Page], served: str
) -> None:
    page = opened(viewport={"width": 360, "height": 740})
    answers: list[Response] = []
    page.on("response", lambda answer: answers.append(answer))
    page.goto(f"{served}items/9009/index.html")
    page.wait_for_load_state("networkidle")
    weights = {answer.url: len(answer.body()) for answer in answers}
    assert 0 < sum(size for url, size in weights.items() if not url.endswith(".jpg")) <= 100_000
    assert not any(url.endswith("verify.js") for url in weights)
    with page.expect_response("**/verify.js"):
        page.evaluate("document.querySelector('#proof-report').scrollIntoView()")


@pytest.mark.skipif(not AXE.is_file(), reason="axe-core is not in build/npm, so accessibility was not checked")
@pytest.mark.parametrize(
    ("scheme", "step"),
    [("light", 2), pytest.param("light", 1, marks=pytest.mark.long), pytest.param("dark", 2, marks=pytest.mark.long)],
)
def test_axe_finds_nothing(opened: Callable[..., Page], served: str, scheme: str, step: int) -> None:
    page = opened(color_scheme=scheme, bypass_csp=True, viewport={"width": 1000, "height": 800})
    alike = ("items/9009/index", "items/9100/index", "items/9101/index", "items/9102/index", "items/12017/index")
    rules = "rules: {'target-size': {enabled: true}}" if scheme == "light" else "runOnly: ['color-contrast']"
    for path in [f"{sort}.html" for sort in SORTS if sort not in alike][::step]:
        page.goto(served + path)
        page.evaluate(AXE.read_text("utf-8"))
        page.evaluate("document.querySelector('.tiles')?.remove()")  # a touch opens a list of them; beside it is a list
        found = page.evaluate(f"axe.run(document, {{resultTypes: ['violations'], {rules}}})")
        told = [(each["id"], [node["target"] for node in each["nodes"]]) for each in found["violations"]]
        assert told == [], path


def test_what_a_page_says_in_another_script_is_marked_with_its_language_where_a_voice_reads_it(
    opened: Callable[..., Page], served: str
) -> None:
    page = opened(java_script_enabled=False)
    scripts = {"CJK UNIFIED": ("zh", "ja"), "ARABIC": ("ar", "fa", "ug"), "TIBETAN": ("bo",)}
    for path in ("names/", "reading/missing/", "items/9102/", "stories/13000/", "zh/stories/13000/", "zh/", "items/"):
        page.goto(f"{served}{path}index.html")
        said = page.locator("[alt], [aria-label], cite").evaluate_all(
            "all => all.map((e) => [e.closest('[lang]').lang, e.getAttribute('alt') ?? e.ariaLabel ?? e.textContent])"
        )
        assert said, path
        for language, words in said:
            letters = [letter for letter in words if letter.isalpha()]
            for script, spoken in scripts.items():
                if letters and all(unicodedata.name(letter, "").startswith(script) for letter in letters):
                    assert language.partition("-")[0] in spoken, (path, language, words)


def test_a_name_that_is_touched_is_heard_and_without_scripts_each_leads_to_its_second(
    opened: Callable[..., Page], folder: Path
) -> None:
    address = f"{folder.as_uri()}/ar/reading/index.html"
    page = opened(viewport={"width": 360, "height": 700})
    page.goto(address)
    second = page.locator(".voice > span").nth(1)
    second.click()
    expect(page.locator(".listen .now")).to_have_text(second.inner_text())
    assert page.evaluate("document.getElementById('reading').currentTime") > 1.87
    plain = opened(java_script_enabled=False)
    plain.goto(address)
    assert (plain.locator(".voice .at").nth(1).get_attribute("href") or "").endswith(
        "reading/reading.mp4#t=1.877,3.157"
    )
    assert plain.locator(".voice").count() == 2
    assert "511" in plain.locator("main").inner_text()


@pytest.fixture(scope="module")
def around(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The address of a site of posts of which more is told than their words."""
    return write(tmp_path_factory.mktemp("around") / "site", content(posts=with_context())).as_uri() + "/"


AROUND = (*(f"items/{number}/index.html" for number in range(9201, 9207)), "days/2020-05-12/index.html", "index.html")


@pytest.mark.parametrize(("scheme", "width"), [("light", 360), ("dark", 1440)])
def test_what_stands_around_words_fits_and_axe_finds_nothing(
    opened: Callable[..., Page], around: str, scheme: str, width: int
) -> None:
    page = opened(color_scheme=scheme, bypass_csp=True, viewport={"width": width, "height": 800})
    for path in AROUND:
        page.goto(f"{around}{path}")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
        if AXE.is_file():
            page.evaluate(AXE.read_text("utf-8"))
            rules = "" if scheme == "light" else "runOnly: ['color-contrast']"
            found = page.evaluate(f"axe.run(document, {{resultTypes: ['violations'], {rules}}})")
            told = [(each["id"], [node["target"] for node in each["nodes"]]) for each in found["violations"]]
            assert told == [], path


def test_what_an_author_covered_is_seen_only_when_a_reader_asks(opened: Callable[..., Page], around: str) -> None:
    page = opened(java_script_enabled=False)
    page.goto(f"{around}items/9203/index.html")
    words, picture = page.locator('[data-said="text"]'), page.locator("main img")
    assert not words.is_visible()
    assert not picture.is_visible()
    assert "他们" not in page.title()
    for each in page.locator("details.cover > summary").all():
        each.click()
    assert words.is_visible()
    assert picture.is_visible()
    page.goto(f"{around}index.html")
    assert "他们不让" not in page.content()
    assert page.locator("main img").count() == 0


def test_links_away_tell_the_other_side_nothing_of_where_a_reader_came_from(
    opened: Callable[..., Page], around: str
) -> None:
    page = opened()
    for path in AROUND:
        page.goto(f"{around}{path}")
        away = page.eval_on_selector_all("a[href^='http']", "all => all.map((each) => each.rel)")
        assert all({"noreferrer", "nofollow"} <= set(each.split()) for each in away), path


def test_the_newest_are_found_first_whatever_their_numbers(opened: Callable[..., Page], tmp_path: Path) -> None:
    posts = tuple(
        sample(number, "gate", language="en", published=f"2023-12-{30 - number % 28:02}T10:00:00+00:00")
        for number in (*range(1, 26), *range(2000, 2003))
    )
    page = opened()
    page.goto(write(tmp_path / "site", content(posts=posts)).as_uri() + "/search/index.html?q=gate")
    expect(page.locator("#search-count")).to_have_text("The newest 20 of 28")
    days = page.eval_on_selector_all("#search-found .entry-when a", "all => all.map((each) => each.textContent)")
    times = [int(each.split()[0]) for each in days]
    assert times == sorted(times, reverse=True)
    assert times[0] == max(int((each.published or "")[8:10]) for each in posts)


def test_on_a_large_site_all_are_counted_when_a_reader_asks(opened: Callable[..., Page], tmp_path: Path) -> None:
    new = [sample(number, "gate", language="en", published="2023-12-01T10:00:00+00:00") for number in range(1, 26)]
    old = [sample(1024 * at, "gate", language="en", published=f"2022-12-0{at}T10:00:00+00:00") for at in range(1, 8)]
    page = opened()
    page.goto(write(tmp_path / "site", content(posts=(*new, *old))).as_uri() + "/search/index.html?q=gate")
    expect(page.locator("#search-count")).to_have_text(re.compile("The newest 20 of about 29 so far"))
    page.locator("#search-all").click()
    expect(page.locator("#search-count")).to_have_text("The newest 20 of 32")
    expect(page.locator("#search-all")).to_be_hidden()
    page.locator("#search-more").click()
    expect(page.locator("#search-count")).to_have_text("32 found")
    assert page.locator("#search-found li").count() == 32


def test_a_browser_reads_the_signed_words_character_for_character(
    opened: Callable[..., Page], served: str, whole: SiteContent
) -> None:
    page = opened(java_script_enabled=True)
    for post in whole.posts:
        page.goto(f"{served}zh/items/{post.number}/index.html")
        read = dict(
            page.locator("[data-said]").evaluate_all("(all) => all.map((e) => [e.dataset.said, e.textContent])")
        )
        signed = {"text": post.text, **{f"translation {each.language}": each.target for each in post.translations}}
        assert read == signed, post.number


def test_a_browser_reads_whatever_was_written(opened: Callable[..., Page], served: str) -> None:
    page = opened()
    page.goto(f"{served}about/index.html")
    chance = random.Random(3)
    hostile = [
        "<",
        ">",
        "&",
        "&amp;",
        "&#13;",
        "RT @a: ",
        "//@b：",
        "\r",
        "\r\n",
        "\n",
        "  ",
        "</div>",
        "<!--",
        "\x01",
        "\x80",
        "\u2028",
    ]
    texts = ["".join(chance.choices(hostile, k=chance.randint(1, 9))) for _ in range(400)]
    script = """(all) => all.map((each) => new DOMParser()
        .parseFromString(`<!doctype html><div>${each}</div>`, "text/html").body.firstChild.textContent)"""
    assert page.evaluate(script, [str(text_markup(text)) for text in texts]) == texts


def test_scripts_of_each_kind_have_their_direction(opened: Callable[..., Page], served: str) -> None:
    page = opened()
    page.goto(f"{served}items/9010/index.html")
    for language, way in (("ar", "rtl"), ("zh-Hans", "ltr"), ("bo", "ltr"), ("en", "ltr")):
        element = page.locator(f".said[lang={language}]")
        assert element.evaluate("(e) => getComputedStyle(e).direction") == way
    ratio = "(e) => parseFloat(getComputedStyle(e).lineHeight) / parseFloat(getComputedStyle(e).fontSize)"
    latin, tibetan = (page.locator(f".said[lang={each}]").evaluate(ratio) for each in ("en", "bo"))
    assert tibetan > 1.3 * latin


def test_the_readers_language_comes_first_on_a_telephone(opened: Callable[..., Page], served: str) -> None:
    page = opened(viewport={"width": 360, "height": 740})
    for start, first in (("", "en"), ("zh/", "zh-Hans")):
        page.goto(f"{served}{start}items/9005/index.html")
        tops = page.evaluate(
            "[...document.querySelectorAll('.said')].map((e) => [e.lang, e.getBoundingClientRect().top])"
        )
        assert min(tops, key=lambda each: each[1])[0] == first


@pytest.mark.parametrize("scripts", [True, False])
def test_on_a_telephone_the_menu_opens_by_key_and_the_words_begin_in_the_first_screen(
    opened: Callable[..., Page], served: str, scripts: bool
) -> None:
    page = opened(viewport={"width": 360, "height": 740}, java_script_enabled=scripts)
    for folder, word, name in (("", "Menu", "Site"), ("ar/", "القائمة", "الموقع")):
        page.goto(f"{served}{folder}items/9005/index.html")
        assert page.locator(".said").first.evaluate("each => each.getBoundingClientRect().top") < 460
        menu, rooms = page.get_by_role("button", name=word), page.get_by_role("navigation", name=name)
        expect(rooms).to_be_hidden()
        menu.focus()
        page.keyboard.press("Enter")
        expect(rooms.get_by_role("link")).not_to_have_count(0)
        assert all(
            each["x"] >= 0 and each["x"] + each["width"] <= 360 for each in map(bounds, rooms.locator("a").all())
        )
        page.keyboard.press("Escape")
        expect(rooms).to_be_hidden()
    page.set_viewport_size({"width": 1440, "height": 740})
    expect(menu).to_be_hidden()
    expect(rooms).to_be_visible()


def test_a_finger_hits_each_day_of_the_calendar(opened: Callable[..., Page], served: str) -> None:
    page = opened(viewport={"width": 360, "height": 740})
    for width in (360, 1440):
        page.set_viewport_size({"width": width, "height": 740})
        page.goto(f"{served}days/index.html")
        days = [bounds(each) for each in page.locator(".cells a").all()]
        assert days
        assert min(min(each["width"], each["height"]) for each in days) >= 24, width


def test_words_that_run_against_their_page_begin_at_its_other_edge(opened: Callable[..., Page], served: str) -> None:
    page = opened(viewport={"width": 800, "height": 800})  # one column, wider than a line of words may be
    page.goto(f"{served}ar/index.html")
    words = page.locator(".entry-texts > .other:lang(zh)").first
    assert bounds(words)["x"] == pytest.approx(bounds(words.locator(".."))["x"], abs=1)


def bounds(found: Locator) -> FloatRect:
    box = found.bounding_box()
    assert box is not None
    return box


def test_original_and_translation_stand_side_by_side_on_a_desk(opened: Callable[..., Page], served: str) -> None:
    page = opened(viewport={"width": 1440, "height": 900})
    page.goto(f"{served}items/9005/index.html")
    left, right = (page.locator(f".said[lang={each}]").bounding_box() for each in ("en", "zh-Hans"))
    assert left is not None
    assert right is not None
    assert left["x"] + left["width"] < right["x"]
    assert abs(left["y"] - right["y"]) < 40


def found(page: Page, query: str) -> list[str]:
    """Where a search leads."""
    page.fill("#query", query)
    page.locator("#search").evaluate("(form) => form.requestSubmit()")
    expect(page.locator("#search-count")).to_have_text(re.compile("found|找到|newest|最近"))
    links = page.locator("#search-found a")
    return [str(each) for each in links.evaluate_all("(all) => all.map((a) => a.getAttribute('href'))")]


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        pytest.param("地震", {9001}, marks=pytest.mark.long),
        ("地震 停车场", {9001}),
        pytest.param("遇难学生", {9003}, marks=pytest.mark.long),
        ("遇難學生", {9003}),
        ("EARTHQ", {9001}),
        pytest.param("three families", {9007}, marks=pytest.mark.long),
        ("المدرسة", {9001, 9009}),
        ("ལྕོག", {9010, 9102}),
        pytest.param("“核实”", {9012}, marks=pytest.mark.long),
        ("nowhere", set()),
        ("地 震", set()),
    ],
)
def test_the_search_finds(opened: Callable[..., Page], where: str, query: str, numbers: set[int]) -> None:
    page = opened()
    page.goto(f"{where}search/index.html")
    ways = {int(way.split("/")[-2]) for way in found(page, query)}
    assert ways == numbers if query != "地 震" else 9001 in ways


def test_a_number_is_found_and_marked_however_its_thousands_are_written(
    opened: Callable[..., Page], tmp_path: Path
) -> None:
    texts = ("there were 5,219 of them", "共5219人", "5\u00a0219", "٥٬٢١٩", "5 or 219", "219 or 5", "15,219", "52190")
    posts = [sample(number, text) for number, text in enumerate(texts, 1)]
    page = opened()
    page.goto(write(tmp_path / "site", content(posts=posts)).as_uri() + "/search/index.html")
    for query in ("5219", "5,219", "5 219", "5’219", "٥٢١٩", "５，２１９"):
        ways = {int(way.split("/")[-2]) for way in found(page, query)}
        assert ways == {1, 2, 3, 4, 8}, query  # of a word the beginning is enough
        marks = page.locator("#search-found mark").all_text_contents()
        assert sorted(marks) == sorted(["5,219", "5219", "5\u00a0219", "٥٬٢١٩", "5219"]), query


def test_what_a_page_asks_for_is_what_the_archive_asks_for(opened: Callable[..., Page], where: str) -> None:
    page = opened()
    page.goto(f"{where}search/index.html")
    numbers = ("5219", "5,219", "5 219", "1,512 000", "12.05.2008", "1 234 5678", "1,234,567,890,123,456", "a5,219")
    for query in (*numbers, "0512", "٥٬٢١٩", "5\u00a0219 5，219", "5,219,", "1,5,219", "1234567890123456"):
        there = page.evaluate("(query) => tamizdatSearch.wantedOf(query).map(({run, apart}) => [[run], apart])", query)
        for way in (0, -1):
            here = [token for term in terms(query) for token in term.ways[way]]
            assert here == [token for pair in there for token in pair[way] or pair[0]], query


def test_a_word_spoken_in_a_clip_is_found_and_leads_to_its_second_where_the_sentence_is_quoted(
    opened: Callable[..., Page], where: str
) -> None:
    page = opened(viewport={"width": 360, "height": 800})
    page.goto(f"{where}search/index.html")
    assert "../items/18/index.html#t=2" in found(page, "谁知道名单")
    hit = page.locator("#search-found .sentence")
    expect(hit).to_have_text("0:02 谁知道名单？")
    hit.locator("a").click()
    quoted = page.locator(".quoted")
    expect(quoted.locator(".words")).to_have_text("“谁知道名单？”")
    expect(quoted).to_contain_text("0:02")
    expect(quoted.locator(".address")).to_contain_text("/items/18/index.html#t=2")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.click("text=Frames from beginning to end")
    assert page.locator(".frames a").count() == 24
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.click("text=Small, for slow lines")
    assert page.locator("video source").get_attribute("src") is not None
    assert page.evaluate("document.querySelector('video source').src").endswith("/items/18/small.mp4")
    expect(page.locator(".sizes [aria-current]")).to_contain_text("Small")


def test_a_hit_by_a_word_behind_its_article_shows_the_text_in_which_the_word_stands(
    opened: Callable[..., Page], where: str
) -> None:
    page = opened()
    page.goto(f"{where}search/index.html")
    found(page, "سوق")
    hit = page.locator("#search-found .entry", has=page.locator("a[href='../items/9100/index.html']"))
    assert hit.locator(".said").first.get_attribute("lang") == "ar"
    assert hit.locator(".said mark").first.text_content() == "سوق"


def test_what_was_typed_before_the_table_of_letters_came_is_found_once_it_came(
    opened: Callable[..., Page], served: str
) -> None:
    page, held = opened(), list[Route]()
    page.route("**/fold.js", lambda route: held.append(route))  # not answered yet
    page.goto(f"{served}search/index.html", wait_until="commit")
    page.wait_for_function("() => typeof tamizdatFold === 'function'")  # search.js ran
    page.fill("#query", "صوره")  # written صورة in the text
    count = page.locator("#search-count")
    expect(count).to_have_text("0 found")
    [waits] = held
    waits.continue_()
    expect(count).to_have_text("1 found")
    assert page.locator("#search-found a").first.get_attribute("href") == "../items/9008/index.html"


def test_a_search_is_narrowed_by_voice_year_language_state_and_kind(
    opened: Callable[..., Page], where: str, whole: SiteContent
) -> None:
    page = opened()
    page.goto(f"{where}search/index.html?kind=post&state=gone")
    gone = {post.number for post in whole.posts if post.gone}
    assert {int(way.split("/")[-2]) for way in found(page, "")} == gone
    expect(page.locator("#search-count")).to_have_text(f"{len(gone)} found")
    page.select_option("#by-state", "")
    page.select_option("#by-voice", label="云溪家长")
    expect(page.locator("#search-count")).to_have_text("4 found")
    page.select_option("#by-year", "2021")
    expect(page.locator("#search-count")).to_have_text("1 found")
    page.select_option("#by-language", "bo")
    expect(page.locator("#search-count")).to_have_text("0 found")
    assert "language=bo" in page.url
    page.goto(f"{where}search/index.html?q=%E5%9C%B0%E9%9C%87&year=1900&nothing=1")
    expect(page.locator("#search-count")).to_have_text("1 found")  # no such choice


def test_of_many_hits_the_number_of_all_is_told(opened: Callable[..., Page], where: str, whole: SiteContent) -> None:
    page = opened()
    page.goto(f"{where}search/index.html?kind=person")
    expect(page.locator("#search-count")).to_have_text(f"The newest 20 of {len(whole.people)}")


def test_a_search_is_in_the_address_and_leads_on_in_its_language(opened: Callable[..., Page], where: str) -> None:
    page = opened()
    page.goto(f"{where}zh/search/index.html?q=%E5%BD%95%E9%9F%B3")
    assert found(page, "遇难学生") == ["../items/9003/index.html"]
    page.goto(page.url)
    page.locator("#search-found a").click()
    page.wait_for_selector("[data-said=text]")
    assert page.url == f"{where}zh/items/9003/index.html"
    page.goto(
        f"{where}search/index.html?q=%E9%81%87%E9%9B%A3%E5%AD%B8%E7%94%9F"
    )  # 遇難學生, of a text that is simplified
    expect(page.locator("#search-found li")).to_have_count(1)


def test_names_are_found_and_there_are_more_when_asked_for(opened: Callable[..., Page], where: str) -> None:
    page = opened()
    page.goto(f"{where}search/index.html")
    assert len(found(page, "中学")) == 20
    page.locator("#search-more").click()
    expect(page.locator("#search-found li")).to_have_count(40)
    mark = page.locator("#search-found mark").first
    assert mark.text_content() == "中学"


def test_what_was_typed_goes_nowhere(opened: Callable[..., Page], served: str) -> None:
    page = opened()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{served}search/index.html")
    found(page, "遇难学生")
    assert not [url for url in asked if "q=" in url or "%E9" in url]
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0


def test_markup_in_what_was_found_is_text(opened: Callable[..., Page], where: str) -> None:
    page = opened()
    page.goto(f"{where}search/index.html")
    assert found(page, "spaces") == ["../items/9101/index.html"]
    assert "<script>alert(1)</script>" in (page.locator("#search-found").text_content() or "")
    assert page.locator("#search-found script").count() == 0


def test_without_scripts_the_search_says_so_and_offers_the_lists(opened: Callable[..., Page], where: str) -> None:
    page = opened(java_script_enabled=False)
    page.goto(f"{where}search/index.html")
    assert not page.locator("#query").is_visible()
    assert "Searching needs scripts" in page.locator("main").inner_text()
    assert page.locator("main a[href='../names/list/index.html']").is_visible()


def test_without_scripts_no_file_can_be_chosen_that_nothing_would_read(opened: Callable[..., Page], where: str) -> None:
    page = opened(java_script_enabled=False)
    page.goto(f"{where}bo/check/index.html")
    assert not page.locator("#check-file, #check-folder").first.is_visible()
    assert "tamizdat verify" in page.locator("main").inner_text()
    page = opened()
    page.goto(f"{where}bo/check/index.html")
    for each in page.locator("#check-file, #check-folder").all():
        expect(each).to_be_visible()


def test_words_are_cut_and_folded_as_in_the_archive(opened: Callable[..., Page], served: str) -> None:
    page = opened()
    page.goto(f"{served}search/index.html")
    chance = random.Random(7)
    texts = [
        "遇難學生 RT @Ürümqi: 2009年//@a：I’m",
        "བོད་པའི་ཕ་ཡུལ",
        "والكتاب",
        "ｶﾞｷﾞ 가각",
        "İıſß Ǆ ﬁ ½ ①",
        "",
        "C++ c# a_c++ xc++ c+++ C#a",
    ]
    for _ in range(1500):
        ranges = chance.sample(LETTERS, 2)
        texts.append("".join(chr(chance.randint(*chance.choice(ranges))) for _ in range(chance.randint(1, 14))))
    read = page.evaluate("(all) => all.map((each) => [tamizdatSearch.fold(each), tamizdatSearch.tokens(each)])", texts)
    for text, (fold, cut) in zip(texts, read, strict=True):
        assert (fold, cut) == (folded(text), tokens(text)), ascii(text)


def test_each_tile_of_the_wall_opens_its_person_without_scripts(opened: Callable[..., Page], where: str) -> None:
    page = opened(java_script_enabled=False)
    page.goto(f"{where}names/index.html")
    tiles = page.locator(".tiles a")
    assert tiles.count() == 513
    assert "Past the wall" in page.locator(".over-wall").inner_text()
    name = tiles.nth(100).get_attribute("aria-label")
    tiles.nth(100).click()
    assert page.locator("h1").inner_text() == name


def test_the_name_under_the_pointer_or_the_focus_is_shown(opened: Callable[..., Page], served: str) -> None:
    page = opened()
    page.goto(f"{served}names/index.html")
    tile = page.locator(".tiles a").nth(7)
    shown_name = "(e) => getComputedStyle(e, '::after').content.slice(1, -1)"
    assert tile.evaluate(shown_name) == "on"  # of "none"
    tile.hover()
    assert tile.evaluate(shown_name) == tile.get_attribute("aria-label")
    page.keyboard.press("Tab")
    other = page.locator(".tiles a").nth(9)
    other.focus()
    assert other.evaluate(shown_name) == other.get_attribute("aria-label")


@pytest.mark.parametrize("width", [360, 1440])
def test_the_tiles_spell_in_rows_that_fit(opened: Callable[..., Page], served: str, width: int) -> None:
    page = opened(viewport={"width": width, "height": 800})
    page.goto(f"{served}names/index.html")
    blocks = page.evaluate("[...document.querySelectorAll('.block')].map((e) => e.getBoundingClientRect().toJSON())")
    assert len(blocks) == 6
    assert all(each["left"] >= 0 and each["right"] <= width for each in blocks)
    assert len({round(each["width"]) for each in blocks}) == 1
    assert len({round(each["top"]) for each in blocks}) == (3 if width == 360 else 2)
    size = page.locator(".tiles a").first.bounding_box()
    assert size is not None
    assert size["width"] >= 6
    assert abs(size["width"] - size["height"]) < 1


def test_a_touch_on_the_wall_opens_a_list_of_the_names_around_it(opened: Callable[..., Page], where: str) -> None:
    page = opened(viewport={"width": 360, "height": 800}, has_touch=True)
    page.goto(f"{where}names/index.html")
    tile = page.locator(".tiles a").nth(200)
    tile.tap()
    names = page.locator("#wall-around[open] a")
    assert names.count() == 24
    assert names.first.inner_text() == tile.get_attribute("aria-label")
    assert all(each.bounding_box()["height"] >= 24 for each in names.all())  # type: ignore[index]  # it is shown
    names.first.click()
    page.wait_for_selector(".one-person")
    page.go_back()
    page.locator(".tiles a").nth(3).press("Enter")  # a key follows the link itself
    page.wait_for_selector(".one-person")


def test_no_tile_of_the_printed_wall_is_cut_by_the_end_of_a_page(opened: Callable[..., Page], served: str) -> None:
    page = opened()
    page.goto(f"{served}names/index.html")
    printed = pypdfium2.PdfDocument(page.pdf(format="A6", landscape=True, print_background=True))
    assert len(printed) > 1
    paths = [each.get_bounds() for sheet in printed for each in sheet.get_objects(filter=[FPDF_PAGEOBJ_PATH])]
    heights = Counter(round(top - bottom) for _, bottom, _, top in paths)
    tiles = {height for height, count in heights.items() if count > 100}
    assert max(tiles) - min(tiles) <= 1
    assert not [height for height, count in heights.items() if count > 3 and 1 < height < min(tiles) - 1]


def test_a_story_is_read_whole_without_scripts_and_with_them_its_clip_has_subtitles(
    opened: Callable[..., Page], where: str
) -> None:
    page = opened(java_script_enabled=False)
    page.goto(f"{where}stories/13000/index.html")
    clip = page.locator(".shown video")
    assert clip.get_attribute("src") == "../../items/18/clip.mp4#t=1,3"
    assert clip.get_attribute("poster") == "../../items/18/poster.jpg"
    page.locator(".shown summary").click()
    assert "谁知道名单？" in page.locator(".shown .track").inner_text()
    assert page.locator(".chapters a").all_inner_texts() == ["What was asked for", "Where it was", "The names"]
    assert page.locator("svg").evaluate("each => each.viewBox.baseVal.width") == 1000
    page = opened()
    page.goto(f"{where}stories/13000/index.html")
    told = page.locator(".shown video").evaluate("each => Array.from(each.textTracks[0].cues, (cue) => cue.text)")
    assert told == ["老师: 他们都不在了。", "谁知道名单？"]


def test_paper_keeps_the_words_and_leaves_the_rest(opened: Callable[..., Page], served: str) -> None:
    page = opened()
    page.goto(f"{served}items/9005/index.html")
    page.emulate_media(media="print")
    assert page.locator(".said").first.is_visible()
    assert not page.locator(".masthead nav").first.is_visible()
    page.goto(f"{served}stories/13000/index.html")
    assert page.locator(".shown img.on-paper").first.is_visible(), "a clip is a picture on paper"
    assert not page.locator(".shown video").first.is_visible()


def test_words_from_right_to_left_stand_on_the_paper_whole(opened: Callable[..., Page], served: str) -> None:
    page = opened(java_script_enabled=False)
    page.goto(f"{served}ar/items/9005/index.html")
    sheet = pypdfium2.PdfDocument(page.pdf(format="A4"))[0]
    bounds = [each.get_bounds() for each in sheet.get_objects(filter=[FPDF_PAGEOBJ_TEXT])]
    assert min(left for left, _, _, _ in bounds) >= 0
    assert max(right for _, _, right, _ in bounds) > 0.9 * sheet.get_width(), "nor is it drawn small beside nothing"


def test_nothing_moves_for_who_wants_stillness(opened: Callable[..., Page], served: str) -> None:
    page = opened(reduced_motion="reduce")
    for path in ("index.html", "names/index.html", "search/index.html"):
        page.goto(served + path)
        still = "[...document.querySelectorAll('*')].every((e) => getComputedStyle(e).transitionDuration === '0s')"
        assert page.evaluate(still)


@pytest.mark.parametrize(("language", "scheme"), [("ar", "light"), pytest.param("fa", "dark", marks=pytest.mark.long)])
def test_pages_that_run_from_right_to_left_are_mirrored_fit_a_telephone_and_axe_finds_nothing(
    opened: Callable[..., Page], served: str, folder: Path, language: str, scheme: str
) -> None:
    page = opened(color_scheme=scheme, bypass_csp=True, viewport={"width": 360, "height": 800})
    sorts = [sort for sort in SORTS if (folder / language / f"{sort}.html").is_file()]
    assert {"index", "days/index", "names/index", "about/index", "check/index", "search/index"} <= set(sorts)
    for sort in sorts[::2]:
        page.goto(f"{served}{language}/{sort}.html")
        assert page.evaluate("[document.documentElement.dir, getComputedStyle(document.body).direction]") == ["rtl"] * 2
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), sort
        name = page.locator(".masthead .name .mark").bounding_box()
        assert name is not None
        assert name["x"] > 180, "the masthead begins on the right"
        if AXE.is_file() and scheme == "light" and sort in sorts[::4]:
            page.evaluate(AXE.read_text("utf-8"))
            found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
            told = [(each["id"], [node["target"] for node in each["nodes"]]) for each in found["violations"]]
            assert told == [], sort


def test_scripts_speak_the_language_of_the_page_and_lead_to_what_there_is(
    opened: Callable[..., Page], served: str
) -> None:
    page = opened()
    page.goto(f"{served}ar/search/index.html?q=Twelve")
    link = page.locator("#search-found .entry-when a:not([href$='/13000/index.html'])").first  # behind the story
    expect(link).to_contain_text("مايو 2020")
    link.click()
    assert "/ar/items/9001/" in page.url
    page.goto(f"{served}ru/search/index.html?q=Twelve")
    page.locator("#search-found .entry-when a:not([href$='/13000/index.html'])").first.click()
    assert page.url.endswith("/items/9001/index.html")
    assert "/ru/" not in page.url
