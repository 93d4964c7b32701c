"""Capturing a page with a real Chromium in a box: what is written down, what the page is refused, what never leaves."""

import gzip
import io
import socket
import ssl
import subprocess
import sys
import threading
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from support.capturing import capture, why_not
from support.collecting_desk import NOW, Desk
from tamizdat.archive.ingest.web_archives import take_in
from tamizdat.captures.warc import records
from tamizdat.captures.web_archive import Contents, WebArchive, screenshot_of
from tamizdat.cli.main import main
from tamizdat.network.connect import InsideRefused, connect_to_stranger
from tamizdat.network.proxy import ProxyFailed

NOT_HERE = why_not()
needs_browser = pytest.mark.skipif(bool(NOT_HERE), reason=NOT_HERE)
SITE, INNER = "127.9.0.1", "127.0.0.1"  #: one counts as the public web, the other is what it is

PAGE = """<!doctype html><html><head><meta charset="utf-8"><title>名单</title></head><body><h1>校舍塌了。</h1>
<img src="/p.svg" alt="门"><p id="drawn"></p>
<script>
drawn.textContent = "写于 " + Intl.DateTimeFormat().resolvedOptions().timeZone + " " + navigator.language + " "
  + navigator.userAgent.includes("Headless");
const wanted = ["http://{inner}:{port}/fetch", "http://inner.test:{port}/rebound", "https://inner.test:{port}/tls",
  "http://[::ffff:127.0.0.1]:{port}/mapped", "http://localhost:{port}/name", "http://10.1.2.3/", "http://169.254.169.254/"];
for (const each of wanted) {{ fetch(each, {{mode: "no-cors"}}).catch(() => 0); new Image().src = each; }}
new WebSocket("ws://{inner}:{port}/ws"); navigator.sendBeacon("http://{inner}:{port}/beacon", "x");
fetch("https://site.test:{tls}/login", {{mode: "no-cors"}}); fetch("https://strange.test:{tls}/", {{mode: "no-cors"}});
fetch("http://later.test:{site}/chunked").then(answer => answer.text()).then(text => document.body.append(text));
const call = new RTCPeerConnection({{iceServers: [{{urls: "stun:{inner}:{port}"}}]}});
alert("Stop!"); call.createDataChannel("x"); call.createOffer().then(offer => call.setLocalDescription(offer));
</script></body></html>"""


@dataclass
class Web:
    """A site, without and with encryption, and a server inside that notes whoever comes."""

    site: ThreadingHTTPServer
    inner: ThreadingHTTPServer
    encrypted: ThreadingHTTPServer
    certificate: Path
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    met: list[str] = field(default_factory=list)


def _server(address: str, handler: type[BaseHTTPRequestHandler], context: ssl.SSLContext | None = None) -> Any:
    server = ThreadingHTTPServer((address, 0), handler)
    if context:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    return server


@pytest.fixture(scope="module")
def web(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Web]:
    held: dict[str, Web] = {}

    class Inner(BaseHTTPRequestHandler):
        def handle(self) -> None:
            held["web"].met.append(repr(self.client_address))

    class Site(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            web = held["web"]
            web.asked.append((self.path, dict(self.headers)))
            ports = {
                "inner": INNER,
                "port": web.inner.server_port,
                "site": web.site.server_port,
                "tls": web.encrypted.server_port,
            }
            bodies = {
                "/names": ("text/html", PAGE.format(**ports).encode(), 200),
                "/p.svg": ("image/svg+xml", b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>', 200),
                "/login": ("text/html", b"<form><input type=password></form>", 401),
            }
            if self.path == "/moved":
                self._send(302, {"Location": "/names", "Content-Length": "0"}, b"")
            elif self.path == "/chunked":
                body = gzip.compress("块".encode(), mtime=0)
                told = {"Content-Type": "text/plain; charset=utf-8", "Content-Encoding": "gzip"}
                told |= {"Transfer-Encoding": "chunked", "Access-Control-Allow-Origin": "*"}
                self._send(200, told, b"%x\r\n%b\r\n0\r\n\r\n" % (len(body), body))
            elif self.path in bodies:
                kind, body, status = bodies[self.path]
                self._send(status, {"Content-Type": kind, "Content-Length": str(len(body))}, body)
            else:
                self._send(404, {"Content-Length": "0"}, b"")

        def _send(self, status: int, headers: dict[str, str], body: bytes) -> None:
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None: ...

    certificate, context = _certificate(tmp_path_factory.mktemp("keys"), "site.test")
    web = held["web"] = Web(_server(SITE, Site), _server(INNER, Inner), _server(SITE, Site, context), certificate)
    yield web
    for each in (web.site, web.inner, web.encrypted):
        each.shutdown()
        each.server_close()


@dataclass
class Captured:
    facts: dict[str, Any]
    data: bytes
    contents: Contents


@pytest.fixture(scope="module")
def done(web: Web, tmp_path_factory: pytest.TempPathFactory) -> Captured:
    """One capture for all these tests: of a page that moved, and that tries to reach what is inside."""
    folder = tmp_path_factory.mktemp("capture")
    names = {"site.test": SITE, "later.test": SITE, "strange.test": SITE}
    url = f"http://site.test:{web.site.server_port}/moved"
    facts = capture(url, folder, names, {"inner.test": INNER, "localhost": INNER}, SSL_CERT_FILE=str(web.certificate))
    assert "error" not in facts, facts
    data = (folder / "page.wacz").read_bytes()
    with WebArchive(io.BytesIO(data), check=True) as held:
        contents = held.contents()
    assert (contents.broken, contents.damage) == ([], "")
    assert [each.name for each in folder.iterdir()] == ["page.wacz"]  # and nothing was left beside it
    return Captured(facts, data, contents)


@needs_browser
def test_a_page_is_captured_with_its_picture_its_words_and_what_scripts_made_of_it(done: Captured, web: Web) -> None:
    url = f"http://site.test:{web.site.server_port}"
    assert (done.facts["final"], done.facts["title"], done.facts["status"]) == (f"{url}/names", "名单", 200)
    with WebArchive(io.BytesIO(done.data), check=True) as held:
        [page] = held.pages(done.contents)
        assert (page.url, page.final, page.title) == (f"{url}/moved", f"{url}/names", "名单")
        assert "校舍塌了。" in page.text
        assert page.text.endswith("块")
        shot = screenshot_of(done.contents, page.url)
        assert shot is not None
        assert held.bytes_of(shot).startswith(b"\x89PNG")
    assert {f"{url}/moved", f"{url}/names", f"{url}/p.svg"} <= set(done.contents.by_uri)


@needs_browser
def test_the_bytes_are_those_that_the_server_sent(done: Captured, web: Web) -> None:
    body = gzip.compress("块".encode(), mtime=0)
    uri = f"http://later.test:{web.site.server_port}/chunked"
    with zipfile.ZipFile(io.BytesIO(done.data)) as held:
        warc = io.BytesIO(held.read("archive/data.warc.gz"))

    class Blocks:
        found = b""

        def see(self, record: Any, piece: bytes) -> None:
            self.found += piece if (record.type, record.uri) == ("response", uri) else b""

    blocks = Blocks()
    kinds = [each.type for each in records(warc, blocks) if each.uri == uri]
    assert kinds == ["response", "request"]
    assert blocks.found.endswith(b"\r\n\r\n%x\r\n%b\r\n0\r\n\r\n" % (len(body), body))


@needs_browser
def test_nothing_inside_this_network_is_reached_by_any_name_or_protocol(done: Captured, web: Web) -> None:
    assert web.met == []
    told = " ".join(done.facts["refused"])
    for each in ("inner.test", "10.1.2.3", "169.254.169.254"):
        assert each in told
    assert set(done.facts["hosts"]) == {"site.test", "later.test"}


@needs_browser
def test_nothing_of_this_computer_is_told(done: Captured, web: Web) -> None:
    with WebArchive(io.BytesIO(done.data)) as held:
        [page] = held.pages(done.contents)
    assert "写于 UTC en-US false" in page.text
    agents = {headers["User-Agent"] for _, headers in web.asked}
    assert len(agents) == 1
    assert "Headless" not in agents.pop()
    assert {headers["Accept-Language"] for _, headers in web.asked} == {"en-US,en;q=0.9"}
    assert all(headers["Accept-Encoding"] == "gzip, deflate" for _, headers in web.asked)


@needs_browser
def test_the_desk_takes_it_in_as_its_own(done: Captured, tmp_path: Path) -> None:
    desk = Desk.make(tmp_path / "archive")
    (tmp_path / "page.wacz").write_bytes(done.data)
    report = take_in(desk.archive, desk.key, tmp_path / "page.wacz", NOW, hosts=done.facts["hosts"])
    assert desk.archive.index.pages.is_own(report.file)
    assert desk.archive.search.find("校舍塌了").total == 1
    assert desk.archive.check().sound


@needs_browser
def test_outside_readers_accept_it(done: Captured, tmp_path: Path) -> None:
    with zipfile.ZipFile(io.BytesIO(done.data)) as held:
        held.extract("archive/data.warc.gz", tmp_path)
    command = [sys.executable, "-m", "warcio.cli", "check", "-v", str(tmp_path / "archive/data.warc.gz")]
    checked = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert checked.returncode == 0, checked.stdout
    assert "fail" not in checked.stdout


@needs_browser
def test_what_is_encrypted_is_captured_if_the_certificate_holds_and_only_then(done: Captured, web: Web) -> None:
    assert f"https://site.test:{web.encrypted.server_port}/login" in done.contents.by_uri
    assert not [each for each in done.contents.by_uri if "strange.test" in each]
    assert any("strange.test" in each and "certificate" in each for each in done.facts["refused"])


def _certificate(folder: Path, name: str) -> tuple[Path, ssl.SSLContext]:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    made = x509.CertificateBuilder(subject, subject, key.public_key(), x509.random_serial_number())
    made = made.not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=9))
    made = made.add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
    pem = made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (folder / "certificate.pem").write_bytes(pem)
    (folder / "key.pem").write_bytes(secret + pem)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "key.pem")
    return folder / "certificate.pem", context


@pytest.mark.parametrize(
    "address", ["127.0.0.1", "::1", "10.0.0.1", "169.254.169.254", "::ffff:192.168.0.1", "64:ff9b::7f00:1"]
)
def test_a_name_that_means_an_inner_address_is_refused_before_anything_is_sent(address: str) -> None:
    with pytest.raises(InsideRefused):
        connect_to_stranger("inner.test", 9, 1, resolve=lambda host, port: ["203.0.113.7", address])
    with pytest.raises(InsideRefused):
        connect_to_stranger(address, 9, 1)


def test_a_name_is_looked_up_once_and_that_address_is_connected_to(web: Web) -> None:
    """A name that means another computer the second time (DNS rebinding) leads where it meant to the first time."""
    answers = iter([[SITE], [INNER]])
    refused = {INNER}
    connected = connect_to_stranger(
        "rebinding.test", web.site.server_port, 5, lambda host, port: next(answers), refused.__contains__
    )
    with connected:
        assert connected.getpeername()[0] == SITE
    assert next(answers) == [INNER]


def test_root_captures_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    import os

    if os.geteuid():
        pytest.skip("not run as root, so that root is refused was not seen")
    home = str(tmp_path / "desk")
    assert main(["setup", "desk", "--home", home, "--no-passphrase", "--allow-swap"]) == 0
    assert main(["collect", "capture", "https://example.org/", "--home", home, "--allow-swap"]) == 2
    assert "Run the desk as an ordinary user" in capsys.readouterr().err.replace("\n", " ")


@pytest.mark.parametrize("words", [["capture"], ["capture", "not-an-address"], ["a.zip", "b.zip"]])
def test_what_is_no_page_to_capture_is_refused(words: list[str], tmp_path: Path) -> None:
    assert main(["collect", *words, "--home", str(tmp_path)]) == 2


def test_through_a_dead_proxy_nothing_is_looked_up_and_nothing_leaves(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    monkeypatch.setenv("all_proxy", f"socks5h://127.0.0.1:{port}")
    asked: list[str] = []

    def resolve(host: str, port: int) -> list[str]:
        asked.append(host)
        return [SITE]

    with pytest.raises(ProxyFailed):
        connect_to_stranger("site.test", 80, 2, resolve)
    with pytest.raises(InsideRefused):
        connect_to_stranger("192.168.0.1", 80, 2, resolve)
    assert asked == []
