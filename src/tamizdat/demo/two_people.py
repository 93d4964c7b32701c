"""Two people at the workbench, for the demonstration: what a browser would send, sent by a program.

The workbench is the real one, as its own process on this computer; each person joins with an invitation, proposes or
reviews through the same forms that a person fills in, and knows nothing but the pages they get.
"""

import html
import http.client
import re
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from http.cookiejar import CookieJar
from xml.etree import ElementTree

from tamizdat.errors import CheckFailed
from tamizdat.network.exchange import reason

PATIENCE = (
    120.0  #: seconds for an answer of the workbench, and until it must have said where it is: others may be at work
)
_UNIT = "{urn:oasis:names:tc:xliff:document:1.2}trans-unit"
_SOURCE = "{urn:oasis:names:tc:xliff:document:1.2}source"
_TARGET = "{urn:oasis:names:tc:xliff:document:1.2}target"
_NOTE = "{urn:oasis:names:tc:xliff:document:1.2}note"


@contextmanager
def workbench(argv: list[str], folder: str) -> Iterator[str]:
    """Run the workbench as a process until the block ends; yield its address."""
    process = subprocess.Popen(argv, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    try:
        yield _address(process)
    finally:
        process.terminate()
        try:
            process.wait(timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if process.stdout:
            process.stdout.close()


def _address(process: "subprocess.Popen[str]") -> str:
    assert process.stdout is not None
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        line = process.stdout.readline()
        found = re.search(r"http://127\.0\.0\.1:\d+", line)
        if found:
            return found[0]
        if not line:
            break
    raise CheckFailed("Expected the workbench to say where it is, found that it ended. Run 'tamizdat desk' to see why.")


class Person:
    """Somebody with a browser: cookies, and the forms of the page that was looked at last."""

    def __init__(self, address: str) -> None:
        self.address = address
        self._cookies = urllib.request.HTTPCookieProcessor(CookieJar())
        self._opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), self._cookies)
        self.page = ""

    def look(self, path: str) -> str:
        """Fetch the page at *path*, which is then the one looked at last."""
        return self._ask(path, None)

    def send(self, path: str, **fields: str) -> str:
        """Send a form of the page that was looked at last; return the page it leads to."""
        token = re.search(r'name="form-token" value="([^"]*)"', self.page)
        form = {"form-token": html.unescape(token[1]) if token else "", **fields}
        return self._ask(path, urllib.parse.urlencode(form).encode())

    def value(self, name: str) -> str:
        """Return the value of a field of the page that was looked at last.

        Raises :class:`CheckFailed` if the page has no such field.
        """
        found = re.search(rf'name="{re.escape(name)}" value="([^"]*)"', self.page)
        if found is None:
            raise CheckFailed(f"Expected a page with a field {name!r}, found {self.page[:100]!r}.")
        return html.unescape(found[1])

    def _ask(self, path: str, data: bytes | None) -> str:
        request = urllib.request.Request(self.address + path, data, {"Origin": self.address} if data else {})  # noqa: S310 -- our own address
        try:
            with self._opener.open(request, timeout=PATIENCE) as answer:
                self.page = answer.read().decode()
        except urllib.error.HTTPError as error:
            said = re.sub(r"<[^>]+>|\s+", " ", error.read().decode(errors="replace"))
            raise CheckFailed(f"Expected the workbench to take this, found {error.code}: {said[:300]}") from None
        except (OSError, http.client.HTTPException) as error:  # it has no number then, and reads as a fault of the disk
            cause = error.reason if isinstance(error, urllib.error.URLError) else error
            why = reason(cause) if isinstance(cause, BaseException) else str(cause)
            raise CheckFailed(
                f"Expected an answer of the workbench within {PATIENCE:.0f} seconds, found none: {why}. Is this "
                "computer very busy? Then run it again."
            ) from None
        return self.page

    def join(self, link: str, name: str, passphrase: str) -> None:
        """Accept the invitation *link* with a name and a passphrase."""
        parts = urllib.parse.urlsplit(link)
        code = urllib.parse.parse_qs(parts.fragment)["code"][0]  # behind the #, which is sent to nobody
        self.look(parts.path)
        self.send("/join", code=code)
        self.send("/join", code=code, name=name, passphrase=passphrase, again=passphrase)

    def sign_in(self, name: str, passphrase: str) -> None:
        """Sign in with a name and a passphrase."""
        self.look("/sign-in")
        self.send("/sign-in", name=name, passphrase=passphrase)

    def propose(self, number: int, language: str, targets: Sequence[str]) -> None:
        """Propose a translation of item *number*, sentence by sentence."""
        path = f"/translate/{number}/{language}"
        self.look(path)
        fields = {name: self.value(name) for name in ("version", "text", "latest")}
        self.send(f"{path}/propose", **fields, **{f"target-{at}": each for at, each in enumerate(targets)})

    def judge(self, number: int, language: str, verdict: str, **more: str) -> None:
        """Return what was proposed for item *number*, or mark it reviewed."""
        path = f"/translate/{number}/{language}/review"
        self.look(path)
        fields = {name: self.value(name) for name in ("translated", "version", "text", "latest", "state")}
        self.send(path, **fields, verdict=verdict, **({"note": ""} | more))

    def review_all(self, language: str) -> int:
        """Mark reviewed, then approve, whatever waits in *language*; return the number of translations."""
        done = 0
        while True:
            links = re.findall(
                rf'href="(/translate/\d+/{language})/review"', self.look(f"/translate?language={language}")
            )
            if not links:
                return done
            for path in dict.fromkeys(links):
                number = re.search(r'name="translated" value="(\d+)"', self.look(f"{path}/review"))
                assert number is not None
                if not re.search(r'value="reviewed" disabled|value="reviewed"\s+disabled', self.page):
                    self.send(f"{path}/review", translated=number[1], verdict="reviewed", note="")
                self.look(f"{path}/review")
                self.send(f"{path}/approve", translated=number[1], note="")
                done += 1


def fill_in(packet: bytes, targets: Mapping[str, str], notes: Mapping[str, tuple[str, ...]]) -> tuple[bytes, int]:
    """Fill in the targets of a packet, as a translator would, for each source that *targets* knows.

    *notes* are to be published, by the source they belong to. Returns the packet and the number of segments filled in.
    """
    ElementTree.register_namespace("", _UNIT[1:].partition("}")[0])
    root = ElementTree.fromstring(packet)  # noqa: S314 -- written by us a moment ago
    filled = 0
    for unit in root.iter(_UNIT):
        source = unit.find(_SOURCE)
        words = (source.text or "").strip() if source is not None else ""
        if words not in targets:
            continue
        target = unit.find(_TARGET)
        if target is None:
            target = ElementTree.SubElement(unit, _TARGET)
        target.text = targets[words]
        for note in notes.get(words, ()):
            ElementTree.SubElement(unit, _NOTE).text = f"PUBLISH: {note}"
        filled += 1
    return ElementTree.tostring(root, encoding="utf-8", xml_declaration=True), filled
