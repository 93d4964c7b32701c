"""Capturing a page: a fresh browser in a box opens an address, and what it was given is written down as a WACZ.

::

    with captured("https://…", folder, now) as capture:
        capture.path         the WACZ: what went over the line, a picture of the whole page, its words
        capture.status       the answer of the server for the page itself
        capture.refused      what the page wanted of inner networks, and was refused; what could not be reached

The browser waits for the page, scrolls through it once, and waits until nothing has come for a second. It clicks on
nothing and types nothing: a captcha, a log-in, a notice about cookies is captured as it stands.
"""

import base64
import binascii
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from tamizdat.captures.box import Boxed, boxed_browser
from tamizdat.captures.certificate import Certificate
from tamizdat.captures.devtools import BrowserFailed, DevTools
from tamizdat.captures.page_text import one_line
from tamizdat.captures.warc_writer import Line, WarcWriter, write_wacz
from tamizdat.captures.way_out import Connect, WayOut
from tamizdat.dataclass import dataclass
from tamizdat.encoding import timestamp
from tamizdat.errors import PlaceUnreachable
from tamizdat.network.connect import connect_to_stranger
from tamizdat.posts.fetch import check_address

LOADING: Final = 45.0  #: seconds for the page itself
ANSWERING: Final = 30.0  #: seconds in which a page lets a script of ours run, or is painted
IMPATIENT: Final = 5.0  #: the same, of a page that did not
SETTLING: Final = 40.0  #: seconds in which what it loads later may come
QUIET: Final = 1.0  #: seconds without anything, after which it is done
TALLEST: Final = 16_000  #: pixels of the picture
MAX_TEXT: Final = 1 << 20
SCROLL: Final = (
    "new Promise(done => { let at = 0; const step = () => { at += innerHeight; scrollTo(0, at);"
    " if (at < document.documentElement.scrollHeight && at < 40000) setTimeout(step, 120);"
    " else { scrollTo(0, 0); done(at); } }; step(); })"
)
FACTS: Final = (
    "({url: location.href, title: document.title, text: document.body ? document.body.innerText : '',"
    " height: document.documentElement ? document.documentElement.scrollHeight : 0})"
)


class NotCaptured(PlaceUnreachable):
    """No server answered for the page. This says nothing about what is there."""


@dataclass(frozen=True)
class Capture:
    """A page as it was captured. *hosts* are those that were asked: each saw this line, or the proxy's."""

    path: Path
    url: str
    final: str
    title: str
    status: int
    has_picture: bool
    hosts: tuple[str, ...]
    refused: tuple[str, ...]
    size: int


@contextmanager
def captured(
    url: str,
    folder: Path,
    now: datetime,
    connect: Connect = connect_to_stranger,
    advance: Callable[[int], None] = lambda size: None,
) -> Iterator[Capture]:
    """Capture the page at *url* in *folder*, which is for files on their way; the WACZ is gone after the block.

    *advance* is told 0 while the page is waited for; what it raises ends the browser, and nothing is kept. Raises
    :class:`UsageError` for root and for what is no web address, :class:`ToolMissing` without Chromium or bwrap,
    :class:`NotCaptured` if no server answered, :class:`BrowserFailed`.
    """
    address = check_address(url).geturl()
    own = Path(tempfile.mkdtemp(dir=folder))
    try:
        warc, wacz = own / "data.warc.gz", own / "page.wacz"
        with warc.open("xb") as file:
            writer, certificate = WarcWriter(file, now), Certificate()
            with boxed_browser(certificate.key_hash) as boxed:
                boxed.tools.advance = advance
                way = WayOut(boxed.connections, writer, own, certificate, connect)
                try:
                    seen = _visit(boxed, way, address)
                finally:
                    way.close()
            first = next((each for each in writer.lines if _same(each.uri, address)), None)
            last = next((each for each in writer.lines if _same(each.uri, seen.final)), first)
            pages = _pages(address, first, last, seen) if first and last else []
            if seen.picture and pages:
                writer.resource(f"urn:fullPage:{pages[-1]['url']}", timestamp(now), "image/png", seen.picture)
        if first is None or last is None:
            why = "; ".join(list(dict.fromkeys(way.way.refused))[:3]) or seen.problem or "it gave no answer"
            raise NotCaptured(
                f"Expected the site to answer, it did not ({why}). Nothing was captured, and nothing follows from that "
                "about what is there. Try again later."
            )
        write_wacz(wacz, warc, writer.lines, pages, now, seen.title)
        size = wacz.stat().st_size
        hosts, refused = tuple(way.way.hosts), tuple(dict.fromkeys(way.way.refused))
        yield Capture(wacz, address, seen.final, seen.title, last.status, bool(seen.picture), hosts, refused, size)
    finally:
        shutil.rmtree(own, ignore_errors=True)


def _pages(address: str, first: Line, last: Line, seen: "_Seen") -> list[dict[str, str]]:
    """Return the lines of the list of pages: one, or two if a script led from one page to another."""
    if 300 <= first.status < 400 or first == last:
        return [{"id": "page", "url": address, "ts": first.date, "title": seen.title, "text": seen.text}]
    led = {"id": "final", "url": last.uri, "ts": last.date, "title": seen.title, "text": seen.text}
    return [{"id": "page", "url": address, "ts": first.date, "title": ""}, led]


@dataclass
class _Seen:
    """What the browser saw."""

    final: str
    title: str = ""
    text: str = ""
    picture: bytes = b""
    problem: str = ""


def _same(one: str, other: str) -> bool:
    return one.partition("#")[0] == other.partition("#")[0]


def _visit(boxed: Boxed, way: WayOut, address: str) -> _Seen:
    """Open the page, wait for it, and look at it."""
    tools = boxed.tools
    target = tools.ask("Target.createTarget", url="about:blank").get("targetId")
    session = tools.ask("Target.attachToTarget", targetId=target, flatten=True).get("sessionId")
    if not isinstance(session, str):
        raise BrowserFailed("Expected the browser to open a page, it did not. Try again.")
    agent = tools.ask("Browser.getVersion").get("userAgent")
    tools.ask("Page.enable", session)
    tools.ask(
        "Emulation.setUserAgentOverride", session, userAgent=str(agent).replace("HeadlessChrome", "Chrome"),
        acceptLanguage="en-US,en",
    )  # fmt: skip
    tools.ask("Browser.setDownloadBehavior", behavior="deny")
    began = tools.ask("Page.navigate", session, LOADING, url=address)
    if began.get("errorText"):
        return _Seen(address, problem=str(began["errorText"])[:100])
    tools.wait("Page.loadEventFired", LOADING)
    _settle(way, time.monotonic() + SETTLING / 2, tools.advance)
    patience = ANSWERING if _evaluate(tools, session, SCROLL, ANSWERING) is not None else IMPATIENT
    _settle(way, time.monotonic() + SETTLING / 2, tools.advance)
    facts = _evaluate(tools, session, FACTS, patience)
    facts = facts if isinstance(facts, dict) else {}
    seen = _Seen(_word(facts, "url") or address, one_line(_word(facts, "title")), _word(facts, "text")[:MAX_TEXT])
    seen.picture = _picture(tools, session, facts.get("height"), patience)
    return seen


def _settle(way: WayOut, until: float, advance: Callable[[int], None]) -> None:
    """Wait until nothing went over the way out for a while, or the time is over."""
    while time.monotonic() < until and way.quiet() < QUIET:
        advance(0)
        time.sleep(0.05)


def _evaluate(tools: DevTools, session: str, script: str, seconds: float) -> object:
    """Return the value of a script in the page; None if the page does not let it run."""
    try:
        found = tools.ask(
            "Runtime.evaluate", session, seconds, expression=script, awaitPromise=True, returnByValue=True
        )
    except BrowserFailed:
        return None
    result = found.get("result")
    return result.get("value") if isinstance(result, dict) else None


def _picture(tools: DevTools, session: str, height: object, seconds: float) -> bytes:
    tall = min(max(int(height), 1024), TALLEST) if isinstance(height, int | float) else 1024
    clip: dict[str, object] = {"x": 0, "y": 0, "width": 1280, "height": tall, "scale": 1}
    try:
        made = tools.ask(
            "Page.captureScreenshot", session, seconds, format="png", captureBeyondViewport=True, clip=clip
        ).get("data")
        return base64.b64decode(made, validate=True) if isinstance(made, str) else b""
    except (BrowserFailed, binascii.Error):
        return b""


def _word(facts: dict[str, object], name: str) -> str:
    value = facts.get(name)
    return value if isinstance(value, str) else ""


def now_in_utc() -> datetime:
    """Return the time, to the second."""
    return datetime.now(UTC).replace(microsecond=0)
