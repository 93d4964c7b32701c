"""A field device's page in a real Chromium: from the invitation before the camera to the wiped card, and panic."""

import asyncio
import io
import re
import shutil
import socket
import subprocess
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import segno
import uvicorn
from PIL import Image
from playwright.sync_api import Page, Route, expect

from support.chromium import CHROMIUM, started
from support.field_and_desk import NOW, WORK
from tamizdat.archive import Archive
from tamizdat.carrying import deliver
from tamizdat.carrying.receive import receive
from tamizdat.encoding import spoken
from tamizdat.field import browser as started_browsers
from tamizdat.field import server as served_page
from tamizdat.field.app import application
from tamizdat.field.browser import start_browser
from tamizdat.field.device import IDLE, FieldDevice
from tamizdat.field.page import FieldPage
from tamizdat.field.server import until_closed
from tamizdat.field.work import Work
from tamizdat.home.codes import page_of_codes, split
from tamizdat.home.home import ARCHIVE
from tamizdat.home.invitation import InvitedPlace
from tamizdat.home.setup import accept, create_desk, invite
from tamizdat.keys import decode_device
from tamizdat.places import set_up_place

AXE = Path(__file__).parents[2] / "build/npm/node_modules/axe-core/axe.min.js"
pytestmark = pytest.mark.skipif(not CHROMIUM, reason="chromium is not installed, so the page was not seen in one")
SECRET = "correct horse battery"
SIX = "academic acid acne acquire acrobat activity"


class Served:
    """A laptop whose page is served on loopback, and the desk that it works for; between them two folders."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.desk = create_desk(folder / "desk", "newsroom", b"", WORK)
        self.places = [folder / "blue", folder / "green"]
        for place, use in ((self.places[0], "places"), (self.places[1], "places"), (folder / "second", "copies")):
            set_up_place(place.name, str(place), {})
            self.desk.add_place(place.name, str(place), {}, use)
        self.card = folder / "CARD 1"
        (self.card / "DCIM").mkdir(parents=True)
        for number in range(3):
            picture = Image.effect_noise((320, 240), 60 + number).convert("RGB")
            picture.save(self.card / "DCIM" / f"IMG_{number}.JPG")
        (self.card / "笔记.txt").write_text("今天去了三户人家。", "utf-8")
        self.clock = 0.0
        self.device = FieldDevice(folder / "field", lambda: self.clock, WORK)
        self.page = FieldPage(self.device, lambda: self.clock)
        listening = socket.create_server(("127.0.0.1", 0))
        port = listening.getsockname()[1]
        self.address = f"http://127.0.0.1:{port}/"
        app = application(self.page, [f"127.0.0.1:{port}"])
        config = uvicorn.Config(app, log_config=None, lifespan="off", ws="none", timeout_graceful_shutdown=1)
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=lambda: asyncio.run(self._server.serve(sockets=[listening])))
        self._thread.start()

    def stop(self) -> None:
        self.device.stop()
        self._server.should_exit = True
        self._thread.join()

    def invitation(self) -> bytes:
        """A sealed invitation with both places."""
        places = tuple(InvitedPlace(place.name, str(place)) for place in self.places)
        self.invited = invite(self.desk, "anna", b"", NOW, WORK, places)
        return self.invited.seal(SIX, WORK)

    def receipt(self) -> str:
        """What the desk reads out, after it took in all that came."""
        with Archive.open(self.desk.folder / ARCHIVE) as archive:
            arrival = receive(self.desk, archive, NOW)
        return spoken(next(iter(arrival.receipts)).receipt)


@pytest.fixture
def laptop(tmp_path: Path) -> Iterator[Served]:
    served = Served(tmp_path)
    yield served
    served.stop()


def film(folder: Path, texts: list[str]) -> Path:
    """What a camera sees when the codes are shown to it one after the other: the file for Chromium's made-up camera."""
    for number, text in enumerate(texts):
        seen = io.BytesIO()
        segno.make(text, error="m").save(seen, kind="png", scale=6)
        code, frame = Image.open(seen).convert("L"), Image.new("L", (1280, 720), 200)
        code.thumbnail((700, 700))
        frame.paste(code, ((1280 - code.width) // 2, (720 - code.height) // 2))
        frame.save(folder / f"code-{number:03d}.png")
    made = folder / "camera.y4m"
    subprocess.run(
        [
            "ffmpeg",
            "-v",
            "error",
            "-framerate",
            "2",
            "-i",
            folder / "code-%03d.png",
            "-r",
            "10",
            "-pix_fmt",
            "yuv420p",
            made,
        ],
        check=True,
    )
    return made


def by_text(page: Page, served: Served) -> None:
    """Set the laptop up with an invitation without places, pasted."""
    text = invite(
        served.desk, "anna", b"", NOW, WORK, tuple(InvitedPlace(each.name, str(each)) for each in served.places)
    )
    if not served.page.is_open:
        page.goto(f"{served.address}#{served.page.code}")
    page.get_by_label("Or paste its text").fill(text.encode())
    page.get_by_role("button", name="Go on").click()
    page.get_by_label("A new passphrase for this laptop").fill(SECRET)
    page.get_by_label("The same once more").fill(SECRET)
    page.get_by_role("button", name="It is the same fingerprint").click()
    expect(page.get_by_role("heading", name="Choose a card")).to_be_visible()


def choose(page: Page, root: Path) -> None:
    page.get_by_label("Or the path of a folder").fill(str(root))
    page.get_by_role("button", name="Open it").click()
    expect(page.get_by_role("heading", name=root.name)).to_be_visible()


def accepted(page: Page, served: Served) -> None:
    page.get_by_role("button", name="This device").click()
    key = page.locator(".fingerprint").first.inner_text().strip()
    accept(served.desk, decode_device(key), "anna")
    page.get_by_role("button", name="Cards").click()


def test_from_codes_before_the_camera_to_a_wiped_card(laptop: Served, tmp_path: Path) -> None:
    camera = film(tmp_path, split(laptop.invitation()))
    flags = ["--no-sandbox", "--disable-gpu", "--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream"]
    with started(args=[*flags, f"--use-file-for-fake-video-capture={camera}"]) as chromium:
        page = chromium.new_page()
        page.set_default_timeout(30_000)
        page.goto(f"{laptop.address}#{laptop.page.code}")
        page.get_by_role("button", name="Read the codes with the camera").click()
        expect(page.get_by_role("heading", name="Six words open the invitation")).to_be_visible(timeout=30_000)
        page.get_by_label("The six words").fill("acad acid acne acqu acro wrong")
        page.get_by_role("button", name="Open it").click()
        expect(page.get_by_role("alert")).to_contain_text("These six words do not open the invitation")
        page.get_by_label("The six words").fill("acad acid acne acqu acro acti")
        page.get_by_role("button", name="Open it").click()
        expect(page.locator(".fingerprint")).to_have_text(spoken(laptop.invited.fingerprint))
        page.get_by_label("A new passphrase for this laptop").fill(SECRET)
        page.get_by_label("The same once more").fill(SECRET)
        page.get_by_role("button", name="It is the same fingerprint").click()
        accepted(page, laptop)
        choose(page, laptop.card)
        expect(page.locator(".frame img")).to_have_count(3)
        expect(page.get_by_text("pictures: 3 · clips: 0 · other files: 1")).to_be_visible()
        page.get_by_role("button", name="Seal and send").click()
        expect(page.get_by_text("4 files are sealed")).to_be_visible()
        expect(page.locator(".standing")).to_contain_text("safe to wipe only with the desk’s receipt")
        page.get_by_label("Receipt: 26 letters and digits").fill(laptop.receipt())
        page.get_by_role("button", name="Check the card against it").click()
        expect(page.get_by_text("4 files", exact=False).first).to_be_visible()
        assert len(list(laptop.card.rglob("*.*"))) == 4, "a check deletes nothing"
        page.get_by_role("button", name="Delete 4 files from the card").click()
        expect(page.get_by_text("Deleted is not erased")).to_be_visible()
        expect(page.get_by_role("button", name="Seal it once more")).to_have_count(0)
        expect(page.locator(".frame")).to_have_count(0)  # what is gone is not shown as if it were there
    assert not [path for path in laptop.card.rglob("*") if path.is_file()]


def test_a_place_that_is_away_is_told_and_tried_again_and_what_waits_is_sent_later(
    laptop: Served, opened: Callable[..., Page], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deliver, "PAUSES", (0.1,))
    page = opened()
    by_text(page, laptop)
    away = laptop.places[0].rename(laptop.folder / "unplugged")
    choose(page, laptop.card)
    page.get_by_role("button", name="Seal and send").click()
    expect(page.get_by_text("It is tried again.")).to_be_visible(timeout=20_000)
    page.get_by_role("button", name="Stop, and go on later").click()
    expect(page.get_by_text(re.compile("still waits? here"))).to_be_visible(timeout=20_000)
    expect(page.locator(".standing")).to_contain_text("no card is safe to wipe")
    away.rename(laptop.places[0])
    page.get_by_role("button", name="Cards").click()
    page.get_by_role("button", name="Send what waits").click()
    expect(page.locator(".standing")).to_contain_text("Nothing waits on this laptop", timeout=20_000)


def test_a_button_that_is_pressed_while_the_page_looks_by_itself_is_not_lost(
    laptop: Served, opened: Callable[..., Page]
) -> None:
    page, held = opened(), list[Route]()
    by_text(page, laptop)

    def hold(route: Route) -> None:
        if "do=look" in (route.request.post_data or ""):
            held.append(route)
        else:
            route.continue_()

    page.route("**/screen", hold)
    page.evaluate("again()")
    page.get_by_role("button", name="Places").click()
    expect(page.get_by_label("A short name")).to_be_visible()
    [late] = held
    with page.expect_response("**/screen"):
        late.continue_()
    page.wait_for_timeout(100)
    expect(page.get_by_label("A short name")).to_be_visible()


def test_no_other_tab_browser_or_user_gets_anything(laptop: Served, opened: Callable[..., Page]) -> None:
    page = opened()
    by_text(page, laptop)
    choose(page, laptop.card)
    second = page.context.new_page()
    second.goto(laptop.address)
    expect(second.get_by_role("heading", name="Nothing is shown here")).to_be_visible()
    second.goto(f"{laptop.address}#{laptop.page.code}")
    expect(second.get_by_role("heading", name="Nothing is shown here")).to_be_visible()
    other = opened()
    other.goto(f"{laptop.address}#{laptop.page.code}")
    expect(other.get_by_role("heading", name="Nothing is shown here")).to_be_visible()
    for path in ("screen", "standing", "picture", "code"):
        for headers in ({}, {"field-token": "a guess"}):
            asked = urllib.request.Request(
                laptop.address + path, b"do=show", {"content-type": "application/x-www-form-urlencoded", **headers}
            )
            with pytest.raises(urllib.error.HTTPError, match="403"):
                urllib.request.urlopen(asked)
    with urllib.request.urlopen(laptop.address) as answer:
        assert answer.headers["cache-control"] == "no-store"
        assert b"CARD" not in answer.read()


def test_no_name_stands_in_an_address_a_title_or_the_history(laptop: Served, opened: Callable[..., Page]) -> None:
    page = opened()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    by_text(page, laptop)
    choose(page, laptop.card)
    expect(page.locator(".frame img")).to_have_count(3)
    assert page.url == laptop.address
    assert page.title() == "tamizdat"
    assert page.evaluate("history.length") <= 2
    assert not [
        url for url in asked if re.search(r"CARD|IMG_|newsroom|blue|[?#]", url.replace(f"#{laptop.page.code}", ""))
    ]
    assert page.evaluate("Object.keys(localStorage).length + document.cookie.length") == 0


def test_it_locks_after_ten_idle_minutes_though_the_page_asks_how_things_stand(
    laptop: Served, opened: Callable[..., Page]
) -> None:
    page = opened()
    by_text(page, laptop)
    choose(page, laptop.card)
    laptop.clock = IDLE + 1
    expect(page.get_by_role("heading", name="Locked")).to_be_visible(timeout=20_000)
    assert "CARD" not in page.content()
    page.get_by_label("Passphrase").fill("not this one")
    page.get_by_role("button", name="Unlock").click()
    expect(page.get_by_role("alert")).to_be_visible()
    page.get_by_label("Passphrase").fill(SECRET)
    page.get_by_role("button", name="Unlock").click()
    expect(page.get_by_role("heading", name="Choose a card")).to_be_visible()


def test_panic_destroys_keys_and_names(laptop: Served, opened: Callable[..., Page]) -> None:
    page = opened()
    by_text(page, laptop)
    page.locator("summary", has_text="Panic").click()
    page.get_by_role("button", name="Destroy now").click()
    expect(page.get_by_role("heading", name="Destroyed")).to_be_visible()
    assert not (laptop.folder / "field").exists()
    page.reload()
    expect(page.get_by_role("heading", name="Destroyed")).to_be_visible()


def test_a_page_of_codes_shows_each_code_in_turn(laptop: Served, opened: Callable[..., Page], tmp_path: Path) -> None:
    data = laptop.invitation()
    (tmp_path / "codes.html").write_text(page_of_codes(data), "utf-8")
    page = opened(viewport={"width": 390, "height": 844})
    page.goto((tmp_path / "codes.html").as_uri())
    count = len(split(data))
    assert page.locator(".all li").count() == count
    visible = "[...document.querySelectorAll('.turns li')].map((each) => getComputedStyle(each).opacity)"
    seen = set()
    for _ in range(60):
        shown = page.evaluate(visible)
        assert shown.count("1") <= 1
        seen |= {index for index, opacity in enumerate(shown) if opacity == "1"}
        if len(seen) == count:
            break
        page.wait_for_timeout(200)
    assert seen == set(range(count))


@pytest.mark.parametrize("theme", ["light", pytest.param("dark", marks=pytest.mark.long)])
@pytest.mark.skipif(not AXE.exists(), reason="axe-core is not installed")
def test_every_screen_is_accessible_and_fits_a_telephone(
    laptop: Served, opened: Callable[..., Page], theme: str
) -> None:
    page = opened(color_scheme=theme, viewport={"width": 320, "height": 780})

    def check(name: str) -> None:
        page.evaluate(AXE.read_text("utf-8"))
        found = page.evaluate("axe.run(document)")["violations"]
        assert [(each["id"], each["nodes"][0]["html"]) for each in found] == [], name
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, name

    page.goto(f"{laptop.address}#{laptop.page.code}")
    expect(page.get_by_role("heading", name="Begin with the desk’s invitation")).to_be_visible()
    check("new")
    by_text(page, laptop)
    check("overview")
    choose(page, laptop.card)
    check("card")
    for screen in ("Places", "This device"):
        page.get_by_role("button", name=screen).click()
        expect(page.get_by_role("heading", level=1)).to_contain_text(screen.lower().split()[-1])
        check(screen)
    page.get_by_role("button", name="Lock").click()
    expect(page.get_by_role("heading", name="Locked")).to_be_visible()
    check("locked")


def test_closing_the_window_ends_the_program_when_no_work_goes_on_and_a_browser_that_cannot_begin_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(served_page, "EARLY", 0.0)
    device, told = FieldDevice(tmp_path / "field", time.monotonic), []
    device.work = Work("sending", 1)
    closed = threading.Thread(
        target=until_closed,
        args=(subprocess.Popen(["sleep", "0.5"]), device, lambda: told.append("by hand"), lambda: told.append("ended")),
    )
    closed.start()
    time.sleep(1)
    assert told == [], "work goes on"
    device.work.running = False
    closed.join(60)
    assert told == ["ended"]
    monkeypatch.setattr(served_page, "EARLY", 60.0)
    until_closed(subprocess.Popen(["false"]), device, lambda: told.append("by hand"), lambda: told.append("ended"))
    assert told == ["ended", "by hand"]


PROGRAMS = {"chromium": CHROMIUM, "firefox": shutil.which("firefox") or shutil.which("firefox-esr")}
FLAGS = {"chromium": ["--no-sandbox", "--disable-gpu", "--headless=new"], "firefox": ["--headless"]}


@pytest.mark.skipif(not Path("/dev/shm").is_dir(), reason="there is no folder in memory")
@pytest.mark.parametrize("family", ["chromium", "firefox"])
def test_the_started_browser_keeps_its_profile_in_memory_and_leaves_nothing(
    laptop: Served, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, family: str
) -> None:
    """The drill of a seizure: what lies in the home folder afterwards is what lay there before."""
    program = PROGRAMS[family]
    if not program:
        pytest.skip(f"{family} is not installed, so what it leaves was not seen")
    only = tmp_path / "programs"
    only.mkdir()
    (only / family).symlink_to(program)
    monkeypatch.setenv("PATH", f"{only}:/usr/bin:/bin")
    monkeypatch.setattr(started_browsers, "CHROMIUM" if family == "firefox" else "FIREFOX", ())
    home = tmp_path / "home"
    (home / ".config").mkdir(parents=True)
    monkeypatch.setenv("HOME", str(home))
    browser = start_browser(f"{laptop.address}#{laptop.page.code}", FLAGS[family])
    assert browser is not None
    try:
        assert browser.in_memory
        assert browser.profile.stat().st_mode & 0o077 == 0, "other people of this computer cannot look into it"
        assert laptop.page.code not in Path(f"/proc/{browser.process.pid}/cmdline").read_text()
        deadline = time.monotonic() + 60
        while not laptop.page.is_open and time.monotonic() < deadline:
            time.sleep(0.1)
        assert laptop.page.is_open, "the browser came to the page"
    finally:
        browser.close()
    assert not browser.profile.exists()
    assert [path for path in home.rglob("*") if path.is_file()] == []
