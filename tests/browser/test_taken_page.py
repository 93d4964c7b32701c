"""A page that a reader takes along: one small file that judges itself on a disk, offline, and says how far."""

import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, Request, expect

from support.chromium import CHROMIUM
from support.collecting_desk import tweet
from support.media_samples import loaded_jpeg
from support.published_desk import House, status
from support.static_server import static_server
from tamizdat.archive.acts.people import state_person
from tamizdat.publishing.site.overview_pages import TOO_OLD
from tamizdat.statements.catalogued import PersonEntry

pytestmark = pytest.mark.skipif(
    not CHROMIUM or not shutil.which("exiftool"), reason="chromium or exiftool is not installed, so no page was seen"
)
HOSTILE = "校舍塌了 </script><script>document.title='!'</script> <!-- \r\n“名单”"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> House:
    """An edition with a post that is translated and hostile, and a picture."""
    house = House(tmp_path_factory.mktemp("house"))
    house.take(tweet(1, HOSTILE.replace("<", "&lt;").replace(">", "&gt;")))
    house.release(1)
    house.translate(1, "The school building fell down.")
    house.capture("DCIM/a.jpg", loaded_jpeg(house.folder / "a.jpg", 6).read_bytes(), title="A gate", alt="A gate, shut")
    entry = PersonEntry(
        name="王小明", language="zh-Hans", age="7", school="云溪小学", state="checked", release="public"
    )
    state_person(house.archive, house.desk, entry)
    house.publish()
    return house


@pytest.fixture(scope="module")
def served(house: House) -> Iterator[str]:
    with static_server(house.site) as address:
        yield address


def post_of(house: House) -> int:
    return house.number(status(1))


def picture_of(house: House) -> int:
    return next(int(path.split("/")[1]) for path in house.files() if path.endswith("/picture.jpg"))


def person_of(house: House) -> int:
    named = (path for path, data in house.files().items() if path.endswith("index.html") and "王小明".encode() in data)
    return next(int(path.split("/")[1]) for path in named if path.startswith("items/"))


def taken(page: Page, address: str, to: Path) -> Path:
    """The file that the button on the page at *address* gives."""
    page.goto(address)
    with page.expect_download() as waited:
        page.locator(".take button").click()
    waited.value.save_as(to)
    return to


@pytest.mark.parametrize(("language", "width"), [("", 360), ("ar/", 390), ("zh/", 360), ("", 1280)])
def test_proof_taking_along_and_citing_are_seen_before_anybody_scrolls(
    house: House, served: str, opened: Callable[..., Page], language: str, width: int
) -> None:
    page, number = opened(viewport={"width": width, "height": 800}), post_of(house)
    below = f"{language}items/{number}/index.html"
    if not (house.site / below).exists():
        below = f"items/{number}/index.html"
    page.goto(f"{served}/{below}")
    links = page.locator(".acts a")
    expect(links.nth(1)).to_be_visible()
    for link, where in zip(links.all(), ("#proof", "#take", "#cite"), strict=True):
        expect(link).to_be_in_viewport()
        link.click()
        expect(page.locator(where)).to_be_in_viewport()
        page.evaluate("scrollTo(0, 0)")
    expect(page.locator('.masthead a[href$="check/index.html"]')).to_be_in_viewport()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.goto((house.site / below).as_uri())
    expect(page.locator(".acts a[href='#cite']")).to_be_visible()
    assert not page.locator(".acts a[href='#take']").is_visible(), "from a disk no script can make the file"


def judged(page: Page, file: Path) -> dict[str, str]:
    """What the file says of its links, opened from the disk; under '' what it says of all."""
    page.goto(file.as_uri())
    place = page.locator("#proof-report")
    place.scroll_into_view_if_needed()
    page.locator("#proof-report[data-outcome]:not([data-outcome=''])").wait_for()
    rows = place.locator("li[data-link]").evaluate_all(
        "all => all.map((each) => [each.dataset.link, each.dataset.verdict])"
    )
    return {**dict(rows), "": place.locator(".verdict").first.inner_text()}


@pytest.fixture
def alone(opened: Callable[..., Page]) -> Page:
    """A page of a browser without a network."""
    page = opened(offline=True)
    page.asked = []  # type: ignore[attr-defined]  # what it asked for, for the test

    def note(request: Request) -> None:
        page.asked.append(request.url)  # type: ignore[attr-defined]

    page.on("request", note)
    return page


def test_a_page_that_was_taken_along_judges_its_words_alone_and_says_what_it_cannot_judge(
    opened: Callable[..., Page], alone: Page, served: str, house: House, tmp_path: Path
) -> None:
    number = post_of(house)
    file = taken(opened(), f"{served}items/{number}/index.html", tmp_path / "page.html")
    assert file.stat().st_size < 200_000, "there is room for any picture of 720 px"
    found = judged(alone, file)
    assert found["edition"] == found[f"item {number}"] == found[f"item {number} translation en"] == "proved"
    assert found[f"item {number} shown"] == "unknown"  # the words agree; what stands around them cannot be compared
    assert "broken" not in found.values()
    assert found[""].startswith("Checked just now in your browser, from this file alone.")
    assert "Alone it cannot judge" in alone.locator(".taken").inner_text()
    assert alone.locator("[data-said=text]").evaluate("(e) => e.textContent") == HOSTILE
    assert alone.title() != "!"
    assert [each for each in alone.asked if not each.startswith(("file:", "data:"))] == []  # type: ignore[attr-defined]
    assert alone.locator("main a:not([href^=http])").count() == 0


def test_the_picture_in_it_is_judged_too(
    opened: Callable[..., Page], alone: Page, served: str, house: House, tmp_path: Path
) -> None:
    number = picture_of(house)
    file = taken(opened(), f"{served}zh/items/{number}/index.html", tmp_path / "page.html")
    assert "broken" not in judged(alone, file).values()
    assert alone.locator("main img").evaluate("(e) => e.naturalWidth") > 0
    other = tmp_path / "other.html"
    text = file.read_text("utf-8")
    at = text.index("base64,") + 2_000
    other.write_text(text[:at] + ("A" if text[at] != "A" else "B") + text[at + 1 :], "utf-8")
    assert judged(alone, other)[f"item {number} media"] == "broken"
    image = re.search("<img [^>]*>", text)
    assert image is not None
    other.write_text(text.replace(image[0], image[0] + image[0].replace('data-file="small.jpg"', "")), "utf-8")
    assert judged(alone, other)[f"item {number} media"] == "broken"


def test_a_title_or_a_name_that_was_changed_in_it_is_found(
    opened: Callable[..., Page], alone: Page, served: str, house: House, tmp_path: Path
) -> None:
    for number, signed, altered in ((picture_of(house), "A gate", "A wall"), (person_of(house), "王小明", "王大明")):
        file = taken(opened(), f"{served}items/{number}/index.html", tmp_path / f"{number}.html")
        assert judged(alone, file)[f"item {number} shown"] == "unknown"
        text = file.read_text("utf-8")
        at = text.index("<h1")
        file.write_text(text[:at] + text[at:].replace(signed, altered, 1), "utf-8")
        found = judged(alone, file)
        assert found[f"item {number} shown"] == "broken"
        assert found[""].startswith("This does not hold")


def test_a_word_that_was_changed_in_it_is_found(
    opened: Callable[..., Page], alone: Page, served: str, house: House, tmp_path: Path
) -> None:
    number = post_of(house)
    file = taken(opened(), f"{served}items/{number}/index.html", tmp_path / "page.html")
    text = file.read_text("utf-8")
    at = text.index('data-said="translation en"')
    file.write_text(text[:at] + text[at:].replace("fell down", "stood up", 1), "utf-8")
    found = judged(alone, file)
    assert found[f"item {number} shown"] == "broken"
    assert found[""].startswith("This does not hold")


def test_a_browser_that_cannot_even_begin_to_check_it_says_so(
    opened: Callable[..., Page], alone: Page, served: str, house: House, tmp_path: Path
) -> None:
    file = taken(opened(), f"{served}items/{post_of(house)}/index.html", tmp_path / "page.html")
    alone.add_init_script("delete window.DecompressionStream")
    alone.goto(file.as_uri())
    expect(alone.locator("#proof-report")).to_have_text(TOO_OLD)
    assert "proved" not in alone.locator("ol.chain .verdict").all_inner_texts()


def test_from_a_disk_no_page_offers_what_it_cannot_do(opened: Callable[..., Page], house: House) -> None:
    page = opened()
    page.goto(f"{house.site.as_uri()}/items/{post_of(house)}/index.html")
    assert not page.locator(".take").is_visible()


def test_a_file_that_cannot_be_read_is_told(opened: Callable[..., Page], served: str, house: House) -> None:
    page = opened()
    page.route("**/proof.js", lambda route: route.abort())
    page.goto(f"{served}items/{post_of(house)}/index.html")
    page.locator(".take button").click()
    page.locator(".take [role=status]", has_text="could not be put together").wait_for()
