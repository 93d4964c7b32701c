"""The published pages in a real Chromium: alone, on a telephone, in the dark, from a disk, without scripts."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page

from support.chromium import CHROMIUM
from support.media_samples import loaded_clip, loaded_jpeg
from support.published_desk import TODAY, House
from support.witness_server import serving
from tamizdat.archive.acts.items import catalogue
from tamizdat.statements.catalogued import CataloguedItem

AXE = Path(__file__).parents[2] / "build/npm/node_modules/axe-core/axe.min.js"
pytestmark = pytest.mark.skipif(
    not CHROMIUM or not shutil.which("ffmpeg") or not shutil.which("exiftool"),
    reason="chromium, ffmpeg or exiftool is not installed, so no page was seen in a browser",
)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> House:
    house = House(tmp_path_factory.mktemp("house"))
    long = "A title that somebody wrote without thinking of the narrow column of a telephone, Donaudampfschifffahrt"
    picture = loaded_jpeg(house.folder / "a.jpg", 6).read_bytes()
    house.capture("DCIM/a.jpg", picture, title=long, caption="One.\n\nTwo.", alt="Four fields of colour")
    clip = loaded_clip(house.folder / "c.mp4", size="640x360").read_bytes()
    house.capture("DCIM/c.mp4", clip, title="操场，清晨", caption="远处有广播。", language="zh-Hans", alt="颜色")
    house.capture("DCIM/d.jpg", picture + b"x", title="شارع السوق", caption="من الشارع.", language="ar", alt="ألوان")
    gone = house.capture("DCIM/e.jpg", picture + b"y", title="Gone")
    house.publish()
    catalogue(house.archive, house.desk, CataloguedItem(gone, release="withdrawn", reason="The family asked for it."))
    house.publish(TODAY)
    return house


@pytest.fixture(scope="module")
def every(house: House) -> list[str]:
    """Every page of the site."""
    return sorted(path for path in house.files() if path.endswith(".html"))


@pytest.fixture(scope="module")
def paths(every: list[str]) -> list[str]:
    """Every page in English, Chinese, Tibetan and Arabic: the other languages have the same templates."""
    others = ("es/", "fa/", "fr/", "ru/", "ug/", "zh-Hant/")
    return [path for path in every if not path.startswith(others)]


@pytest.fixture(scope="module")
def served(house: House) -> Iterator[str]:
    """The site's address on loopback, with the headers of our own server: what they forbid no page may need."""
    with serving(house.site, None) as address:
        yield f"{address}/"


def report_shown(page: Page) -> None:
    """Scrolls to what an item's page says about itself, if it is one, and waits until it is said."""
    if page.locator("#proof-report").count():
        page.locator("#proof-report").scroll_into_view_if_needed()
        page.locator("#proof-report[data-outcome]:not([data-outcome=''])").wait_for()


def all_pictures_shown(page: Page) -> bool:
    """Loads what is below the fold too, and says whether every picture came."""
    script = """async () => {
        const images = [...document.images];
        for (const image of images) { image.loading = "eager"; await image.decode().catch(() => 0); }
        return images.every((image) => image.naturalWidth > 0);
    }"""
    return bool(page.evaluate(script))


def test_no_page_asks_any_other_host_for_anything(opened: Callable[..., Page], served: str, paths: list[str]) -> None:
    page = opened()
    asked: list[str] = []
    complaints: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("websocket", lambda socket: asked.append(socket.url))
    page.on(
        "console",
        lambda message: complaints.append(message.text) if message.type in ("error", "warning") else None,
    )
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("response", lambda answer: complaints.append(answer.url) if answer.status >= 400 else None)
    for path in paths:
        page.goto(served + path)
        report_shown(page)
        assert all_pictures_shown(page), path
    page.wait_for_load_state("networkidle")
    assert len(asked) > len(paths)
    assert [url for url in asked if not url.startswith(served)] == []
    assert complaints == []


def test_nothing_is_remembered_in_the_readers_browser(opened: Callable[..., Page], served: str) -> None:
    page = opened()
    page.goto(served + "items/1/index.html")
    page.wait_for_load_state("networkidle")
    assert page.context.cookies() == []
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0


@pytest.mark.parametrize(("where", "width"), [("served", 360), pytest.param("disk", 1440, marks=pytest.mark.long)])
def test_pages_fit_their_window_without_scripts(
    opened: Callable[..., Page],
    house: House,
    served: str,
    paths: list[str],
    every: list[str],
    width: int,
    where: str,
) -> None:
    page = opened(viewport={"width": width, "height": 800}, java_script_enabled=False)
    base = served if where == "served" else house.site.as_uri() + "/"
    for path in every if (where, width) == ("disk", 360) else paths:  # words of any language may be long
        page.goto(base + path)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
        assert page.evaluate("getComputedStyle(document.body).margin") == "0px", "the style sheet was not applied"
        assert page.locator("h1").is_visible()
        if "items/" in path and page.locator("ol.chain").count():
            assert page.locator("ol.chain > li").count() == 7
            assert page.locator("noscript").inner_text()


def test_from_a_disk_links_lead_on_and_pictures_are_shown(opened: Callable[..., Page], house: House) -> None:
    page = opened()
    page.goto((house.site / "index.html").as_uri())
    assert all_pictures_shown(page)
    page.locator(".work").last.click()  # the newest comes first
    assert page.url.endswith("items/1/index.html")
    assert all_pictures_shown(page)
    page.get_by_text("中文").click()
    assert page.url.endswith("zh/items/1/index.html")
    assert page.evaluate("document.documentElement.lang") == "zh-Hans"
    page.get_by_text("说明", exact=True).click()
    assert page.url.endswith("zh/about/index.html")


def test_a_clip_plays_and_is_not_fetched_before_somebody_wants_it(opened: Callable[..., Page], served: str) -> None:
    page = opened(java_script_enabled=False)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(served + "items/3/index.html")
    page.wait_for_load_state("networkidle")
    assert [url for url in asked if url.endswith(".mp4")] == []
    page = opened()
    page.goto(served + "items/3/index.html")
    play = "async (clip) => { clip.muted = true; await clip.play(); return clip.videoWidth; }"
    assert page.locator("video").evaluate(play) == 640


def test_titles_run_in_the_direction_of_their_script(opened: Callable[..., Page], served: str) -> None:
    page = opened()
    page.goto(served + "items/5/index.html")
    assert page.evaluate("getComputedStyle(document.querySelector('h1')).direction") == "rtl"
    page.goto(served + "items/3/index.html")
    assert page.locator("h1:lang(zh)").count() == 1
    assert page.evaluate("getComputedStyle(document.querySelector('h1')).direction") == "ltr"


def test_light_and_dark_follow_the_reader(opened: Callable[..., Page], served: str) -> None:
    colours = {}
    for scheme in ("light", "dark"):
        page = opened(color_scheme=scheme)
        page.goto(served + "index.html")
        colours[scheme] = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert colours == {"light": "rgb(250, 248, 244)", "dark": "rgb(21, 20, 18)"}


def test_the_first_stop_of_the_keyboard_leads_to_the_content(opened: Callable[..., Page], served: str) -> None:
    page = opened()
    page.goto(served + "index.html")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('href')") == "#main"
    assert page.locator(".skip").bounding_box()["x"] >= 0  # type: ignore[index]  # None, were it not shown, is the failure


@pytest.mark.skipif(not AXE.is_file(), reason="axe-core is not in build/npm, so accessibility was not checked")
@pytest.mark.long  # test_site.py says it of every kind of page
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(opened: Callable[..., Page], served: str, paths: list[str], scheme: str) -> None:
    page = opened(color_scheme=scheme, bypass_csp=True, viewport={"width": 1000, "height": 800})
    rules = ", runOnly: ['color-contrast']" if scheme == "dark" else ""  # all else is the same in the dark
    alike = ("zh", "bo") if scheme == "light" else ("zh", "bo", "ar")  # as English but for their words
    for path in (each for each in paths if each.split("/")[0] not in alike):
        page.goto(served + path)
        report_shown(page)
        page.evaluate(AXE.read_text("utf-8"))
        found = page.evaluate(f"axe.run(document, {{resultTypes: ['violations']{rules}}})")
        told = [(each["id"], [node["target"] for node in each["nodes"]]) for each in found["violations"]]
        assert told == [], path
