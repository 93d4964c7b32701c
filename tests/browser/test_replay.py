"""A captured page in the workbench, in a real Chromium: whatever it tries, it reaches nobody, and nothing of ours."""

import asyncio
import socket
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import uvicorn
from playwright.sync_api import Browser, Page, expect
from starlette.responses import HTMLResponse, Response

from support.chromium import CHROMIUM
from support.visitor import WORDS, Room
from support.web_samples import DATE, URL, answer, page, record, wacz
from tamizdat.archive.ingest.web_archives import take_in
from tamizdat.captures import replay
from tamizdat.demo.sample_feed import picture
from tamizdat.web import routing
from tamizdat.web.gate import POLICY, Gate
from tamizdat.web.routing import Route
from tamizdat.workbench.access import WorkbenchAccess
from tamizdat.workbench.request import WorkbenchRequest
from tamizdat.workbench.screens import ROUTES

pytestmark = pytest.mark.skipif(not CHROMIUM, reason="chromium is not installed, so no page was replayed in one")


SILENT = b"a connection without words"


class Stranger:
    """A server on loopback that notes every connection, as the site of a hostile page would."""

    def __init__(self) -> None:
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = self._listening.getsockname()[1]
        self.address = f"http://127.0.0.1:{self.port}"
        self.met: list[bytes] = []
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        while True:
            try:
                connected, _ = self._listening.accept()
            except OSError:
                return
            with connected:
                connected.settimeout(0.5)
                try:
                    self.met.append(connected.recv(200))
                except OSError:
                    self.met.append(SILENT)

    def close(self) -> None:
        self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        self._thread.join()


@pytest.fixture(scope="module")
def stranger() -> Iterator[Stranger]:
    stranger = Stranger()
    yield stranger
    stranger.close()


def hostile(to: str, hints: str = "preconnect dns-prefetch") -> str:
    """A page that tries every way out that browsers have, and reaches for the page around it."""
    return f"""<!doctype html><html><head><title>A page</title>
<meta http-equiv="refresh" content="0; url={to}/refresh">
<link rel="{hints}" href="{to}"><link rel="prefetch" href="{to}/prefetch">
<link rel="stylesheet" href="{to}/a.css"><link rel="icon" href="{to}/icon.png"><link rel="manifest" href="{to}/m.json">
<link rel="modulepreload" href="{to}/m.js"><link rel="prerender" href="{to}/prerender">
<script type="speculationrules">{{"prefetch": [{{"source": "list", "urls": ["{to}/speculated"]}}]}}</script>
<style>@import "{to}/b.css"; @font-face {{ font-family: x; src: url({to}/f.woff) }} p {{ font-family: x;
 background: url({to}/c.png) }}</style>
</head><body onload="fetch('{to}/onload')"><p>What the page says.</p>
<script>
fetch("{to}/fetch").catch(() => 0); new WebSocket("{to.replace("http", "ws")}/ws"); navigator.sendBeacon("{to}/beacon");
new Image().src = "{to}/image"; window.open("{to}/opened"); try {{ top.location = "{to}/top" }} catch (e) {{}}
try {{ parent.document.title = "TAKEN OVER" }} catch (e) {{}}
new RTCPeerConnection({{iceServers: [{{urls: "stun:127.0.0.1"}}]}}).createDataChannel("x");
document.forms[0].submit();
</script>
<form action="{to}/form" method="post"><input name="a" value="b"><button id="send">Send</button></form>
<a id="link" href="{to}/link" ping="{to}/ping">A link</a> <a id="top" target="_top" href="{to}/top-link">To the top</a>
<a id="blank" target="_blank" href="{to}/blank">A window</a>
<img src="{to}/img.png" srcset="{to}/img2.png 2x"><video src="{to}/v.mp4" poster="{to}/p.png" autoplay></video>
<iframe src="{to}/frame"></iframe><object data="{to}/object"></object><embed src="{to}/embed">
<svg><image href="{to}/svg.png"/><use href="{to}/use.svg#a"/></svg><audio src="{to}/a.mp3" autoplay></audio>
</body></html>"""


def raw(request: WorkbenchRequest) -> Response:
    """The hostile page as it is, behind the second wall alone; without hints to connect, which no policy forbids."""
    return HTMLResponse(hostile(request.asked("to"), "author"), headers=dict(replay.HEADERS))


def around(request: WorkbenchRequest) -> Response:
    """What the screen of a page puts around it."""
    framed = f'<title>ours</title><iframe sandbox src="/raw?to={request.asked("to")}"></iframe>'
    return HTMLResponse(framed, headers={"Content-Security-Policy": f"{POLICY}; frame-src 'self'"})


class Served:
    """A workbench with two captured pages, and with the hostile page as it is."""

    def __init__(self, folder: Path, to: str) -> None:
        self.room = Room(folder, now=datetime.now(UTC))
        shot = record("resource", f"urn:fullPage:{URL}", picture("a picture"), Content_Type="image/jpeg")
        seen = record("response", "https://school.example/p.jpg", answer(picture("inside"), "image/jpeg"))
        sheet = record("response", "https://school.example/a.css", answer(b"p { color: rgb(1, 2, 3) }", "text/css"))
        body = '<link rel=stylesheet href=a.css><h1>名单</h1><p>校舍塌了。</p><img src=p.jpg alt="门">'
        good = wacz([page(html=body), shot, seen, sheet])
        bad = wacz([page(html=hostile(to))], [{"url": URL, "ts": DATE}])
        self.numbers = []
        for name, data in (("good.wacz", good), ("bad.wacz", bad)):
            (folder / name).write_bytes(data)
            self.numbers += take_in(self.room.archive, self.room.bench.key, folder / name, self.room.now).pages
        listening = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{listening.getsockname()[1]}"
        more = (Route("/raw", "GET", "read", raw), Route("/around", "GET", "read", around))
        served = routing.application((*ROUTES, *more), WorkbenchAccess(self.room.bench))
        app = Gate(served, [self.address.removeprefix("http://")])
        config = uvicorn.Config(app, log_config=None, lifespan="off", ws="none", timeout_graceful_shutdown=1)
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=lambda: asyncio.run(self._server.serve(sockets=[listening])))
        self._thread.start()

    def close(self) -> None:
        self._server.should_exit = True
        self._thread.join()
        self.room.close()


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory, stranger: Stranger) -> Iterator[Served]:
    served = Served(tmp_path_factory.mktemp("replay"), stranger.address)
    yield served
    served.close()


@pytest.fixture(scope="module")
def desk(served: Served, browser: Browser) -> Iterator[Page]:
    """An editor, signed in."""
    context = browser.new_context()
    yield signed_in(context.new_page(), served, "editor")
    context.close()


def signed_in(tab: Page, served: Served, name: str) -> Page:
    tab.set_default_timeout(20_000)
    tab.goto(f"{served.address}/sign-in")
    tab.fill("#name", name)
    tab.fill("#passphrase", WORDS)
    tab.click("button.first")
    tab.wait_for_url(f"{served.address}/")
    return tab


def test_a_page_is_shown_from_the_bytes_with_its_pictures_styles_words_and_screenshot(
    served: Served, desk: Page
) -> None:
    desk.goto(f"{served.address}/pages/{served.numbers[0]}")
    frame = desk.frame_locator("iframe")
    expect(frame.get_by_text("校舍塌了。")).to_be_visible()
    assert frame.locator("p").evaluate("each => getComputedStyle(each).color") == "rgb(1, 2, 3)"
    assert frame.locator("img").evaluate("each => each.naturalWidth") > 1
    expect(desk.get_by_alt_text("A picture of the whole page")).to_have_js_property("complete", value=True)
    expect(desk.locator(".leaf")).to_contain_text("校舍塌了。")


def test_a_hostile_page_reaches_nobody_and_nothing_of_ours(served: Served, desk: Page, stranger: Stranger) -> None:
    stranger.met.clear()
    desk.goto(f"{served.address}/pages/{served.numbers[1]}")
    frame = desk.frame_locator("iframe")
    expect(frame.get_by_text("What the page says.")).to_be_visible()
    frame.get_by_text("A link").click()
    frame.get_by_text("A window").click(modifiers=["Control"])
    desk.wait_for_timeout(200)
    assert stranger.met == []
    assert desk.url.endswith(f"/pages/{served.numbers[1]}")
    assert desk.title().startswith("Captured page "), "and the browser keeps no word of the page in its history"


def test_the_policy_alone_lets_no_word_out_either(served: Served, desk: Page, stranger: Stranger) -> None:
    stranger.met.clear()
    desk.goto(f"{served.address}/around?to={stranger.address}")
    frame = desk.frame_locator("iframe")
    expect(frame.get_by_text("What the page says.")).to_be_visible()
    for name in ("#send", "#blank", "#top"):
        frame.locator(name).click()
    desk.wait_for_timeout(200)
    frame.locator("#link").click()
    desk.wait_for_timeout(200)
    assert {*stranger.met} <= {SILENT}  # browsers connect to what the pointer is on: so the first wall writes no link
    assert desk.title() == "ours"
    assert desk.url.startswith(served.address)
    assert len(desk.context.pages) == 1


def test_opened_by_itself_the_page_has_an_origin_of_its_own_and_no_scripts(served: Served, desk: Page) -> None:
    answered = desk.goto(f"{served.address}/pages/{served.numbers[1]}/replay")
    assert answered is not None
    assert answered.headers["content-security-policy"] == replay.POLICY
    assert desk.evaluate("self.origin") == "null"
