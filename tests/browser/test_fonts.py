"""From which fonts a browser draws English, where a font for Chinese is installed and few others, and where none is."""

import html
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page

from support.chromium import CHROMIUM, started
from support.sample_site import content, post, translation, write
from tamizdat.field.buttons import _FOLDER as FIELD
from tamizdat.publishing.model import Correction
from tamizdat.publishing.site import pages
from tamizdat.text.style import styled
from tamizdat.workbench.templating import STATIC

CHINESE, LATIN = (
    Path("/usr/share/fonts/opentype/noto/NotoSerifCJK-Regular.ttc"),
    Path("/usr/share/fonts/truetype/dejavu"),
)
pytestmark = [
    pytest.mark.skipif(not CHROMIUM, reason="chromium is not installed, so no page was seen in a browser"),
    pytest.mark.skipif(
        not (CHINESE.is_file() and LATIN.is_dir()),
        reason="fonts-noto-cjk or DejaVu is not installed",
    ),
]
#: what stands in English on a page of each kind; none of it has a letter of another script
SAID = "“Proved” means that the desk’s word was checked – 12 times… by nobody else"
PIECES = "".join(
    f"<{tag} class='{kind}'>{html.escape(SAID)}</{tag}>"
    for tag, kind in (
        ("h1", ""),
        ("p", ""),
        ("p", "facts"),
        ("p", "lede"),
        ("code", ""),
        ("label", ""),
        ("a", "button"),
    )
)


SHEETS = {
    "site": styled((Path(pages.__file__).parent / "static" / "style.css").read_bytes()),
    "workbench": STATIC.bytes_of("style.css"),
    "field": styled((FIELD / "static" / "field.css").read_bytes()),
}


@pytest.fixture(scope="module", params=["chinese and dejavu", "dejavu alone"])
def page(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    """A page of a browser that knows these fonts and no others."""
    folder = tmp_path_factory.mktemp("fonts")
    places = [LATIN, CHINESE.parent] if request.param == "chinese and dejavu" else [LATIN]
    named = "".join(f"<dir>{each}</dir>" for each in places)
    (folder / "fonts.conf").write_text(
        f'<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd"><fontconfig>{named}'
        f'<include ignore_missing="yes">/etc/fonts/conf.d</include><cachedir>{folder}</cachedir></fontconfig>'
    )
    with started(env={"FONTCONFIG_FILE": str(folder / "fonts.conf"), "HOME": str(folder)}) as browser:
        yield browser.new_page()


def fonts_of(page: Page, selector: str) -> dict[str, set[str]]:
    """The families from which the text in each element is drawn, by the element's words."""
    session = page.context.new_cdp_session(page)
    session.send("DOM.enable")
    session.send("CSS.enable")
    root = session.send("DOM.getDocument")["root"]["nodeId"]
    found: dict[str, set[str]] = {}
    for node in session.send("DOM.querySelectorAll", {"nodeId": root, "selector": selector})["nodeIds"]:
        used = session.send("CSS.getPlatformFontsForNode", {"nodeId": node})["fonts"]
        text = session.send("DOM.getOuterHTML", {"nodeId": node})["outerHTML"]
        found.setdefault(text, set()).update(each["familyName"] for each in used)
    return found


def test_no_english_letter_or_quotation_mark_of_a_site_is_drawn_from_a_font_for_chinese(
    page: Page, tmp_path: Path
) -> None:
    one = translation("en", "“Proved” means the desk’s word – nothing else…")
    folder = write(tmp_path / "site", content(posts=(post(9003, "“五十一”", translations=(one,)),)))
    for path in ("items/9003/index.html", "about/index.html"):
        page.goto(f"{folder.as_uri()}/{path}")
        found = fonts_of(page, ".said[lang=en], main p:not(:has([lang], bdi)), .chain h3")
        assert len(found) > 3
        assert not {text: used for text, used in found.items() if any("CJK" in each for each in used)}


def test_what_the_desk_wrote_in_english_is_in_a_latin_font_on_a_chinese_page_too(page: Page, tmp_path: Path) -> None:
    said = Correction(9003, "2026-11-25", "translation en", SAID, 12)
    folder = write(tmp_path / "site", content(posts=(post(9003, "五十一"),), corrections=(said,)))
    page.goto(f"{folder.as_uri()}/zh/corrections/index.html")
    [used] = fonts_of(page, ".reason").values()
    assert used
    assert not any("CJK" in each for each in used), used
    assert page.locator(".reason").get_attribute("lang") == "", "in which language it is, nobody said"


@pytest.mark.parametrize("sheet", SHEETS)
@pytest.mark.parametrize("around", ["en", "zh-Hans"])
def test_each_style_sheet_draws_english_from_a_latin_font(page: Page, tmp_path: Path, sheet: str, around: str) -> None:
    (tmp_path / "sheet.css").write_bytes(SHEETS[sheet])
    inside = f"<div lang='en'>{PIECES}</div>" if around != "en" else PIECES
    (tmp_path / "page.html").write_text(
        f"<!doctype html><html lang='{around}'><meta charset='utf-8'><link rel=stylesheet href=sheet.css>"
        f"<body><main>{inside}", "utf-8",
    )  # fmt: skip
    page.goto((tmp_path / "page.html").as_uri())
    for text, used in fonts_of(page, "main *:not(:has(*))").items():
        assert used, text
        assert not any("CJK" in each for each in used), text


def test_with_and_without_any_font_for_chinese_a_page_fits_and_all_but_the_chinese_is_read(
    page: Page, tmp_path: Path
) -> None:
    every = (translation("en", "“Proved” – the desk’s word…"), translation("ar", "ساحة المدرسة صارت موقفًا للسيارات."))
    folder = write(tmp_path / "site", content(posts=(post(9003, "“五十一”", translations=every),)))
    page.set_viewport_size({"width": 360, "height": 800})
    for path in ("index.html", "ar/items/9003/index.html", "about/index.html", "items/9003/index.html"):
        page.goto(f"{folder.as_uri()}/{path}")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
    for language in ("en", "ar"):
        [used] = fonts_of(page, f".said[lang={language}]").values()
        assert used
        assert all(each.startswith("DejaVu") for each in used), used
    boxes = page.locator(".said[lang=zh-Hans]").bounding_box()
    assert boxes is not None
    assert boxes["height"] > 10, "what cannot be drawn keeps its place"


def test_chinese_has_its_own_font_and_its_quotation_marks_are_wide(page: Page, tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text(
        "<!doctype html><html lang='en'><meta charset='utf-8'><link rel=stylesheet href=sheet.css>"
        "<body><p id='wide' lang='zh-Hans'>“五十一”</p>", "utf-8",
    )  # fmt: skip
    (tmp_path / "sheet.css").write_bytes(SHEETS["site"])
    page.goto((tmp_path / "page.html").as_uri())
    [used] = fonts_of(page, "#wide").values()
    comma = page.evaluate(
        """() => {
          const words = document.querySelector("#wide"), range = document.createRange();
          words.textContent = "三户人家，警察";
          range.setStart(words.firstChild, 4);
          range.setEnd(words.firstChild, 5);
          return range.getBoundingClientRect().width / parseFloat(getComputedStyle(words).fontSize);
        }"""
    )
    assert comma > 0.9 or used != {"Noto Serif CJK SC"}, "its comma is not drawn together as the page around has it"
    assert used == {"Noto Serif CJK SC"} or not any("CJK" in each for each in used)  # where there is none
