"""Take a picture of every screen and every sort of page, and lay them out on sheets that a person looks through.

::

    make demo ARGS=--no-serve
    .venv/bin/python tests/long/contact_sheets.py demo sheets [--languages en,ar] [--only WORD,WORD] [--names 9000]

The screens of the workbench are those of its routes, with what the demonstration's desk holds; the field page and the
sorts of pages of a made-up site follow. Each is seen at 360 and 1,440 px, light and dark. What can be found without
eyes is told in words: what is wider than its window, what is cut, letters of a Latin page from a font for Chinese.
Some ten minutes for four languages. Exit code 1 if something was found.
"""

import argparse
import asyncio
import re
import shutil
import socket
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Final, Literal, NamedTuple

import uvicorn
from PIL import Image, ImageDraw
from playwright.sync_api import Browser, Page

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests"))

from support.chromium import started  # noqa: E402 -- found by the line above
from support.recordings import sent  # noqa: E402
from support.sample_site import people, told, with_context, write  # noqa: E402
from support.static_server import static_server  # noqa: E402
from support.visitor import WORDS  # noqa: E402
from support.web_samples import page as captured  # noqa: E402
from support.web_samples import wacz  # noqa: E402
from tamizdat.archive import Archive  # noqa: E402
from tamizdat.archive.ingest.web_archives import take_in  # noqa: E402
from tamizdat.archive.views.contexts import Contexts  # noqa: E402
from tamizdat.footage.kinds import kind_of  # noqa: E402
from tamizdat.home import objects  # noqa: E402
from tamizdat.home.home import Home  # noqa: E402
from tamizdat.statements.catalogued import TermEntry  # noqa: E402
from tamizdat.translation import glossary  # noqa: E402
from tamizdat.translation.proposals import propose  # noqa: E402
from tamizdat.translation.segments import segments_of  # noqa: E402
from tamizdat.workbench.app import application  # noqa: E402
from tamizdat.workbench.auth.passphrases import Passphrases  # noqa: E402
from tamizdat.workbench.auth.permissions import ROLES  # noqa: E402
from tamizdat.workbench.screens import ROUTES  # noqa: E402
from tamizdat.workbench.workbench import Workbench  # noqa: E402

AXE: Final = ROOT / "build/npm/node_modules/axe-core/axe.min.js"
NAME = "kingfisher"  #: the account that looks
HEIGHT: Final = 1500  #: how much of a page is on the sheet, in CSS pixels
TELEPHONE: Final = 500  #: what is narrower stands there as it is, four in a row; what is wider is drawn smaller
SMALL: Final = 720
#: addresses behind which no page is
FILES: Final = re.compile(
    r"/(?:static|feed|media|original|preview|page/|play|copy|poster|frame|machine|covered|picture|replay|levels|state|next|find"
    r"|meanwhile|suggestions|memory|table|book|file$)"
)
SCHEMES: Final[dict[str, Literal["dark", "light"]]] = {"dark": "dark", "light": "light"}
SORTS = (
    "index", "items/9005/index", "items/9007/index", "items/9101/index", "items/9102/index", "items/9201/index",
    "items/9203/index", "items/17/index", "items/18/index", "items/12000/index", "items/30/index", "items/index",
    "days/index", "days/2020-05-12/index", "threads/9002/index", "subjects/index", "removed/index", "names/index",
    "names/list/index", "names/initials/index", "undated/index", "contributors/index", "corrections/index", "new/index",
    "about/index", "check/index", "search/index", "stories/index", "stories/13000/index", "items/13000/index",
    "reading/index", "reading/missing/index", "items/14000/index", "mirrors/index", "voices/index", "404",
)  # fmt: skip
#: what is wrong with the page that is open, each as a sentence
FAULTS = r"""() => {
  const told = [];
  const name = (each) => each.tagName.toLowerCase() + (each.id ? "#" + each.id : "") +
    (typeof each.className === "string" && each.className ? "." + each.className.trim().replace(/\s+/g, ".") : "");
  const shown = (each) => each.checkVisibility({ opacityProperty: true, visibilityProperty: true });
  if (document.documentElement.scrollWidth > innerWidth)
    told.push(`is ${document.documentElement.scrollWidth} px wide`);
  for (const each of document.querySelectorAll("body *")) {
    if (!shown(each) || each.closest("svg, .hidden, .skip, video, audio")) continue;
    const style = getComputedStyle(each), box = each.getBoundingClientRect();
    if (box.width && (box.right > innerWidth + 1 || box.left < -1) && !each.closest(".scroll, pre"))
      told.push(`${name(each)} stands beside the window`);
    if (/hidden|clip/.test(style.overflowX) && each.scrollWidth > each.clientWidth + 2 && each.textContent.trim() &&
      style.position !== "absolute") told.push(`${name(each)} is cut`);
    if (/^(BUTTON|SELECT)$/.test(each.tagName) && each.scrollWidth > each.clientWidth + 2)
      told.push(`${name(each)} does not hold its words`);
  }
  for (const each of document.images)
    if (shown(each) && each.complete && !each.naturalWidth) told.push(`${each.src} did not come`);
  if (document.querySelectorAll("h1").length !== 1) told.push(`has ${document.querySelectorAll("h1").length} h1`);
  return [...new Set(told)];
}"""

VIOLATIONS: Final = """async () => {
  if (!window.axe) return [];
  const { violations } = await axe.run(document, { resultTypes: ["violations"] });
  return violations.map((each) => `${each.id}: ${each.nodes.map((node) => node.target.join(" ")).join(", ")}`);
}"""


class Shot(NamedTuple):
    """A screen, as one window shows it."""

    name: str
    picture: Image.Image
    height: int


def main() -> int:
    """Take the pictures, write the sheets, say what was found."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("demo", type=Path, help="the folder that 'tamizdat demo' made")
    parser.add_argument("out", type=Path, help="where the sheets go")
    parser.add_argument("--languages", default="en,zh,ar,bo", help="of the interface (default: en,zh,ar,bo)")
    parser.add_argument("--parts", default="workbench,site", help="workbench, site, or both")
    parser.add_argument("--only", default="", help="only addresses with one of these words in them")
    parser.add_argument("--windows", default="360 light,360 dark,1440 light,1440 dark", help="widths and schemes")
    parser.add_argument("--axe", action="store_true", help="have axe-core look for what keeps people out (slow)")
    parser.add_argument("--names", type=int, default=513, help="how many names the made-up site has")
    args = parser.parse_args()
    if args.axe and not AXE.is_file():
        parser.error("axe-core is not installed: scripts/npm-tools brings it")
    looked = AXE.read_text("utf-8") if args.axe else ""
    only, parts, found = args.only.split(","), args.parts.split(","), 0
    windows = [(int(width), SCHEMES[scheme]) for width, scheme in (each.split() for each in args.windows.split(","))]
    args.out.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as made, started() as browser:
        if "workbench" in parts:
            shutil.copytree(args.demo / "desk", Path(made) / "desk", symlinks=True)
            with _workbench(Path(made) / "desk") as (bench, address):
                _furnish(bench, Path(made))
                with _window(browser, 1440, "light", "en") as page:
                    _sign_in(page, address)
                    page.goto(f"{address}/readings")
                    page.set_input_files("input[type=file]", Path(made) / "voice.m4a")
                    page.click("button.first")
                    page.wait_for_url(re.compile(r"/readings/\d+"))
                paths = [each for each in screens(bench.archive) if any(word in each for word in only)]
                for language in args.languages.split(","):
                    account = bench.accounts.named(NAME)
                    bench.accounts.set_interface(account.id, language)
                    for width, scheme in windows:
                        with _window(browser, width, scheme, language, looked) as page:
                            strangers = _shots(page, address, ["/sign-in", "/join", "/items/1"], width)
                            name = f"{language}-{width}-{scheme}"
                            found += _write(args.out, f"stranger-{name}", width, strangers)
                            _sign_in(page, address)
                            found += _write(args.out, f"workbench-{name}", width, _shots(page, address, paths, width))
        if "site" in parts:
            whole = told(people=people(args.names))
            folder = write(Path(made) / "site", replace(whole, posts=(*whole.posts, *with_context())))
            with static_server(folder) as address:
                for language in args.languages.split(","):
                    prefix = "" if language == "en" else f"{language}/"
                    paths = [f"/{prefix}{each}.html" for each in SORTS if (folder / prefix / f"{each}.html").is_file()]
                    paths = [each for each in paths if any(word in each for word in only)]
                    for width, scheme in windows:
                        with _window(browser, width, scheme, language, looked) as page:
                            shots = _shots(page, address.rstrip("/"), paths, width)
                            found += _write(args.out, f"site-{language}-{width}-{scheme}", width, shots)
    return int(bool(found))


def screens(archive: Archive) -> list[str]:
    """Return an address of every screen of the workbench, several where a thing of each kind has one."""
    found = ["/collect/media", "/join", "/nowhere", "/items/999999", "/search?q=名单", "/people?q=王"]
    for route in ROUTES:
        if route.method == "GET" and not FILES.search(route.path):
            numbers = _numbers(archive, route.path) if "{number" in route.path else [0]
            for path in (route.path.replace("{number:int}", str(number)) for number in numbers):
                cards = archive.index.consignments()[:1] if "{card}" in path else [None]
                for path in (path.replace("{card}", card.consignment if card else "") for card in cards):
                    found.append(path.replace("{language}", "en"))
                    if "{language}" in path and "review" not in path:
                        found.append(path.replace("{language}", "bo"))
    return list(dict.fromkeys(found))


def _numbers(archive: Archive, path: str) -> list[int]:
    """Return the numbers with which a screen is looked at: of one thing of each kind that it can show."""
    index = archive.index
    items: dict[str, int] = {}
    for item in sorted(index.items(), key=lambda each: (each.kind == "preview", each.number)):
        if item.kind != "preview" or "preview" not in items:
            items.setdefault("preview" if item.kind == "preview" else kind_of(item.path) or "file", item.number)
    posts = index.posts.latest()
    told = {version.post for version in posts if index.translations.history(version.post, "en")}
    translated = [each.number for each in posts if each.post in told][:1]
    waiting = [each.number for each in posts if each.post not in told][:1]
    gone = [each.number for each in posts if index.posts.gone(each.post)][:1]
    edited = [each.number for each in posts if index.posts.edits(each.post)][:1]
    if path.endswith("/cover"):
        return [items[kind] for kind in ("picture", "clip") if kind in items]
    if path.startswith("/items/{number:int}/"):
        return translated
    if path.endswith("/review"):
        return translated
    if path.startswith("/clips"):
        return [items["clip"]] if "clip" in items else []
    if path.startswith(("/translate", "/guides")):
        return [*translated, *waiting]
    kinds: dict[str, list[int]] = {
        "/items": [*items.values(), *translated, *waiting, *gone, *edited],
        "/pages": [each.number for each in index.pages.all()],
        "/people": [each.number for each in index.people.all()],
        "/glossary": [each.number for each in glossary.terms(archive)],
        "/readings": [items["sound"]] if "sound" in items else [],
        "/stories": index.stories.numbers(),
    }
    first = "/" + path.split("/")[1]
    return kinds[first] if first == "/items" else kinds[first][:1]


def _furnish(bench: Workbench, folder: Path) -> None:
    """Add what the demonstration's desk does not have: a term, a captured page, words that wait for a review."""
    archive, now = bench.archive, datetime.now(UTC)
    today = now.date()
    sent(folder / "voice.m4a")
    glossary.state_term(archive, bench.key, TermEntry("zh", ("名单",), {"en": ("list",), "bo": ("མིང་ཐོ།",)}))
    (folder / "a.wacz").write_bytes(wacz([captured(html="<title>校舍</title><p>校舍塌了。</p>")]))
    take_in(archive, bench.key, folder / "a.wacz", now)
    heron = bench.accounts.join(bench.accounts.invite(["translator"], ["bo"], today), "heron", WORDS, today)
    for version in archive.index.posts.latest()[:3]:
        tag = heron.tag(version.post, "bo")
        words = ["མིང་ཐོ།"] * len(segments_of(version, Contexts(archive.index).whole(version))[0])
        propose(archive, bench.key, tag, version, "bo", words, [], today.isoformat())


@contextmanager
def _workbench(folder: Path) -> Iterator[tuple[Workbench, str]]:
    """Serve the workbench of the desk at *folder* on loopback, with an account that may do everything."""
    home = Home.open(folder, "desk", b"")
    archive = objects.open_archive(home)
    bench = Workbench.open(home, archive, passphrases=Passphrases(memory=8, rounds=1, lanes=1))
    today = datetime.now(UTC).date()
    bench.accounts.join(bench.accounts.invite(ROLES, ("en", "ar", "bo"), today), NAME, WORDS, today)
    listening = socket.create_server(("127.0.0.1", 0))
    host = f"127.0.0.1:{listening.getsockname()[1]}"
    config = uvicorn.Config(application(bench, [host]), log_config=None, lifespan="off", ws="none")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=lambda: asyncio.run(server.serve(sockets=[listening])))
    thread.start()
    try:
        yield bench, f"http://{host}"
    finally:
        server.should_exit = True
        thread.join()
        bench.close()
        archive.close()


@contextmanager
def _window(
    browser: Browser, width: int, scheme: Literal["dark", "light"], language: str, axe: str = ""
) -> Iterator[Page]:
    context = browser.new_context(
        viewport={"width": width, "height": 800}, color_scheme=scheme, locale=language, has_touch=width < TELEPHONE,
        bypass_csp=bool(axe),
    )  # fmt: skip
    if axe:
        context.add_init_script(axe)
    page = context.new_page()
    page.set_default_timeout(60_000)
    yield page
    context.close()


def _sign_in(page: Page, address: str) -> None:
    page.goto(f"{address}/sign-in")
    page.fill("#name", NAME)
    page.fill("#passphrase", WORDS)
    page.click("button.first")
    page.wait_for_url(f"{address}/")


def _shots(page: Page, address: str, paths: list[str], width: int) -> Iterator[tuple[Shot, list[str]]]:
    for path in paths:
        page.goto(address + path)
        page.wait_for_timeout(150)
        faults = page.evaluate(FAULTS) + page.evaluate(VIOLATIONS)
        height = page.evaluate("document.documentElement.scrollHeight")
        taken = page.screenshot(
            full_page=True, animations="disabled",
            clip={"x": 0, "y": 0, "width": width, "height": min(max(height, 300), HEIGHT)},
        )  # fmt: skip
        with Image.open(BytesIO(taken)) as opened:
            yield Shot(path, opened.convert("RGB"), height), faults


def _write(folder: Path, name: str, width: int, shots: Iterator[tuple[Shot, list[str]]]) -> int:
    """Lay the pictures of one window out on sheets of four or two in a row; tell what was found."""
    row, number, found = 4 if width < TELEPHONE else 2, 0, 0
    shown = width if width < TELEPHONE else SMALL
    held: list[Shot] = []
    for shot, faults in shots:
        for fault in faults:
            print(f"{name} {shot.name}: {fault}", flush=True)
        found += len(faults)
        held.append(shot)
        if len(held) == row * (1 if width < TELEPHONE else 2):
            _sheet(held, row, shown).save(folder / f"{name}-{number:02}.png")
            held, number = [], number + 1
    if held:
        _sheet(held, row, shown).save(folder / f"{name}-{number:02}.png")
    return found


def _sheet(shots: list[Shot], row: int, width: int) -> Image.Image:
    """Return the pictures in rows, each under its address."""
    small = [each.picture.resize((width, each.picture.height * width // each.picture.width)) for each in shots]
    heights = [max(each.height for each in small[at : at + row]) + 24 for at in range(0, len(small), row)]
    sheet = Image.new("RGB", (row * (width + 10), sum(heights)), "#777")
    draw, top = ImageDraw.Draw(sheet), 0
    for place, (shot, picture) in enumerate(zip(shots, small, strict=True)):
        if place and place % row == 0:
            top += heights[place // row - 1]
        left = place % row * (width + 10)
        draw.text((left + 4, top + 4), f"{shot.name[-90:]}   {shot.height} px", fill="white")
        sheet.paste(picture, (left, top + 24))
    return sheet


if __name__ == "__main__":
    sys.exit(main())
