"""Everything goes through the proxy; and when it is dead, nothing leaves at all, no name look-up either."""

import contextlib
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from places.servers import serve_sftp, serve_webdav
from support.ports import closed_port
from support.proxies import Seen, http_connect, socks5
from tamizdat.carrying.logins import Logins
from tamizdat.errors import PlaceUnreachable
from tamizdat.home.home import Home
from tamizdat.home.setup import create_desk
from tamizdat.network.exchange import tls
from tamizdat.network.proxy import Proxy, proxy_in_use, use_proxy
from tamizdat.places import open_place
from tamizdat.posts.fetch import BadAnswer, fetch

Kind = Callable[..., AbstractContextManager[Seen]]
KINDS: list[tuple[str, Kind]] = [("socks5h", socks5), ("http", http_connect)]


@pytest.fixture(autouse=True)
def _no_proxy_afterwards() -> Iterator[None]:
    yield
    use_proxy(None)
    tls.cache_clear()


@pytest.mark.parametrize(("kind", "proxy"), KINDS)
def test_webdav_goes_through_the_proxy_with_its_certificate_checked(
    kind: str, proxy: Kind, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificate, key = tmp_path / "certificate", tmp_path / "key"
    make = ["openssl", "req", "-x509", "-newkey", "ed25519", "-nodes", "-subj", "/CN=cloud.example", "-days", "1"]
    names = ["-addext", "subjectAltName=DNS:cloud.example", "-keyout", str(key), "-out", str(certificate)]
    subprocess.run([*make, *names], check=True, capture_output=True)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    tls.cache_clear()
    with serve_webdav(tmp_path / "served", "--cert", str(certificate), "--key", str(key)) as service:
        port = int(service.endpoint.rpartition(":")[2])
        with proxy({"cloud.example": port, "other.example": port}) as seen:
            use_proxy(Proxy.parse(f"{kind}://127.0.0.1:{seen.port}"))
            place = open_place("cloud", "webdav://cloud.example/in", service.options)
            place.put("9f00", b"carried")
            assert (place.get("9f00"), [*place.list()]) == (b"carried", ["9f00"])
            with pytest.raises(PlaceUnreachable, match="certificate"):
                open_place("cloud", "webdav://other.example/in", service.options).put("9f00", b"x")
            assert {*seen.asked} == {"cloud.example", "other.example"}


@pytest.mark.parametrize(("kind", "proxy"), KINDS)
def test_sftp_goes_through_the_proxy(kind: str, proxy: Kind, tmp_path: Path) -> None:
    with serve_sftp(tmp_path) as service:
        port = int(service.endpoint.rpartition(":")[2])
        with proxy({"host.example": port}) as seen:
            use_proxy(Proxy.parse(f"{kind}://127.0.0.1:{seen.port}"))
            place = open_place("account", f"sftp://host.example{service.folder}", service.options)
            place.put("9f00", b"carried")
            assert (place.get("9f00"), seen.asked) == (b"carried", ["host.example"])


@pytest.mark.parametrize(("kind", "proxy"), KINDS)
def test_feeds_go_through_the_proxy_but_not_to_an_inner_address(kind: str, proxy: Kind) -> None:
    class Site(BaseHTTPRequestHandler):
        def log_message(self, format: str, *args: object) -> None:
            pass

        def do_GET(self) -> None:
            self.send_response(302 if self.path == "/inside" else 200)
            self.send_header("Location", "http://192.168.0.1/")
            self.send_header("Content-Length", "4")
            self.end_headers()
            self.wfile.write(b"feed")

    with ThreadingHTTPServer(("127.0.0.1", 0), Site) as site:
        threading.Thread(target=site.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        with proxy({"feed.example": site.server_port}) as seen:
            use_proxy(Proxy.parse(f"{kind}://127.0.0.1:{seen.port}"))
            assert fetch("http://feed.example/").body == b"feed"
            with pytest.raises(BadAnswer, match=r"192\.168\.0\.1 inside this network"):
                fetch("http://feed.example/inside")
            assert seen.asked == ["feed.example", "feed.example"]
        site.shutdown()


def test_a_folder_with_a_proxy_in_its_settings_sets_it_for_the_process(tmp_path: Path) -> None:
    with closed_port() as port:
        create_desk(tmp_path / "desk", "ourdesk", b"", work=2).set_proxy(Proxy("socks5", "127.0.0.1", port))
        use_proxy(None)
        Home.open(tmp_path / "desk", "desk", b"")
        with pytest.raises(PlaceUnreachable, match="proxy does not answer; nothing went any other way"):
            open_place("cloud", "webdav://cloud.example/x", {}).put("a", b"x")


def test_the_process_that_waits_until_all_is_away_uses_the_proxy_too(tmp_path: Path) -> None:
    home = create_desk(tmp_path / "desk", "ourdesk", b"", work=2)
    home.set_proxy(Proxy("socks5", "127.0.0.1", 9, "me", "word"))
    home.add_place("cloud", "webdav://cloud.example/x", {})
    handle = Logins.of(home).hand_over()
    use_proxy(None)  # as in a process with a new memory
    waiting = Logins.take_over(home.folder, handle)
    assert (proxy_in_use(), waiting.places()) == (home.proxy, home.places())


# In a network of its own, where every packet is counted ------------------------------------------------------------

ATTEMPTS = """
import json, os, sys
from tamizdat.errors import TamizdatError
from tamizdat.network.proxy import Proxy, proxy_in_use, use_proxy
from tamizdat.places import open_place, shown_host_key
from tamizdat.posts.fetch import fetch
if sys.argv[1] != "none":
    use_proxy(Proxy.parse(sys.argv[1]))
s3 = {"access_key_id": "a", "secret_access_key": "b", "region": "us-east-1", "timeout": "1"}
sftp = {"username": "a", "password": "b", "host_key": "ssh-ed25519 SHA256:" + "A" * 43, "timeout": "1"}
attempts = {
    "s3 by name": lambda: open_place("p", "s3://bucket/x", s3).put("a", b"x"),
    "s3 by number": lambda: open_place("p", "s3://bucket/x", {**s3, "endpoint": "https://192.0.2.9"}).get("a"),
    "webdav": lambda: [*open_place("p", "webdav://cloud.example/x", {"timeout": "1"}).list()],
    "sftp": lambda: open_place("p", "sftp://host.example/x", sftp).put("a", b"x"),
    "sftp by number": lambda: open_place("p", "sftp://192.0.2.9/x", sftp).stat("a"),
    "the key of sftp": lambda: shown_host_key("p", "sftp://host.example/x", sftp),
    "a feed": lambda: fetch("https://feed.example/"),
    "a feed by number": lambda: fetch("http://192.0.2.9/"),
}
if sys.argv[1] == "none":
    attempts = {name: attempts[name] for name in sys.argv[2:]}
told = {}
for name, attempt in attempts.items():
    try:
        told[name] = str(attempt())
    except TamizdatError as error:
        told[name] = str(error)
print(json.dumps(told))
"""


@pytest.fixture
def network() -> Iterator[str]:
    """A network namespace with a route to everywhere, on which nobody answers; skipped where none can be made."""
    name = f"tamizdat-{os.getpid()}"

    def ip(*words: str) -> None:
        subprocess.run(["ip", *words], check=True, capture_output=True)

    try:
        ip("netns", "add", name)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("no network namespace can be made here (that needs root and ip), so packets were not counted")
    try:
        quiet = "echo 1 > /proc/sys/net/ipv6/conf/all/disable_ipv6"
        subprocess.run(["ip", "netns", "exec", name, "sh", "-c", quiet], check=False, capture_output=True)
        ip("-n", name, "link", "add", "out", "type", "veth", "peer", "name", "world")
        for device in ("lo", "out", "world"):
            ip("-n", name, "link", "set", device, "up")
        ip("-n", name, "address", "add", "198.51.100.1/24", "dev", "out")
        ip("-n", name, "neighbour", "add", "198.51.100.2", "lladdr", "02:00:00:00:00:02", "dev", "out")
        ip("-n", name, "route", "add", "default", "via", "198.51.100.2")
        yield name
    finally:
        with contextlib.suppress(subprocess.CalledProcessError):
            ip("netns", "delete", name)


def packets(network: str) -> int:
    """How many packets have left, and how many datagrams were sent to whomever: a name is looked up by one."""
    read = "cat /sys/class/net/out/statistics/tx_packets; grep ^Udp: /proc/net/snmp | tail -1 | cut -d' ' -f5"
    told = subprocess.run(
        ["ip", "netns", "exec", network, "sh", "-c", read], check=True, capture_output=True, text=True
    )
    return sum(map(int, told.stdout.split()))


def command(network: str, *words: str) -> list[str]:
    return ["ip", "netns", "exec", network, sys.executable, "-c", ATTEMPTS, *words]


def surroundings(**more: str) -> dict[str, str]:
    return {"PYTHONPATH": str(Path(__file__).parents[2] / "src"), "PATH": "/usr/sbin:/usr/bin:/sbin:/bin", **more}


def attempt(network: str, *words: str, **more: str) -> dict[str, str]:
    told = subprocess.run(
        command(network, *words), check=True, capture_output=True, text=True, timeout=60, env=surroundings(**more)
    )
    answer: dict[str, str] = json.loads(told.stdout)
    return answer


def test_when_the_proxy_is_dead_not_one_packet_leaves(network: str) -> None:
    before = packets(network)
    for proxy in ("socks5h://127.0.0.1:9", "http://127.0.0.1:9"):
        for name, said in attempt(network, proxy).items():
            assert "the proxy does not answer; nothing went any other way" in said, name
    beside = {"HTTPS_PROXY": "socks5://127.0.0.1:9", "NO_PROXY": "*"}
    told = attempt(network, "none", "s3 by number", "a feed by number", "sftp by number", **beside)
    assert all("nothing went any other way" in said for said in told.values())
    assert packets(network) == before


RCLONE = """
import json, sys
from concurrent.futures import ThreadPoolExecutor
from tamizdat.errors import PlaceError
from tamizdat.network.proxy import Proxy, use_proxy
from tamizdat.places import open_place, rclone
from tamizdat.places.rclone import OBEYS_PROXY
token = 'token = {"access_token":"a","token_type":"Bearer","refresh_token":"r","expiry":"2099-01-01T00:00:00Z"}\\n'
own = {
    "s3": "provider = Other\\nendpoint = https://s3.example\\naccess_key_id = a\\nsecret_access_key = b\\n",
    "webdav": "url = https://cloud.example/\\nvendor = other\\n",
    "b2": "account = a\\nkey = b\\n",
    "swift": "user = a\\nkey = b\\nauth = https://auth.example/v1.0\\n",
    "azureblob": "account = aaa\\nkey = YWJj\\n",
    "onedrive": token + "drive_id = a\\ndrive_type = personal\\n",
    "pcloud": token + "hostname = api.pcloud.com\\n",
    "jottacloud": token + "configversion = 1\\n",
}
def attempt(kind):
    try:
        config = f"[x]\\ntype = {kind}\\n{own.get(kind, token)}"
        return [*open_place("p", "rclone:x:y", {"config": config, "timeout": "2"}).list()]
    except PlaceError as error:
        return str(error)
if sys.argv[1] != "none":
    use_proxy(Proxy.parse(sys.argv[1]))
rclone.LONGEST = 1.5  # some would try for longer
kinds = sys.argv[2:] or sorted(OBEYS_PROXY)
with ThreadPoolExecutor(len(kinds)) as pool:
    print(json.dumps(dict(zip(kinds, pool.map(attempt, kinds)))))
"""


@pytest.mark.parametrize("proxy", ["socks5h://127.0.0.1:9", "http://127.0.0.1:9"])
def test_nothing_of_rclone_leaves_beside_a_dead_proxy_either(network: str, proxy: str) -> None:
    before = packets(network)
    inside = ["ip", "netns", "exec", network, sys.executable, "-c", RCLONE]
    told = subprocess.run([*inside, proxy], check=True, capture_output=True, text=True, timeout=60, env=surroundings())
    answers: dict[str, str] = json.loads(told.stdout)
    assert all("does not reach it" in said for said in answers.values()), answers
    assert packets(network) == before
    subprocess.run([*inside, "none", "webdav"], check=True, capture_output=True, timeout=60, env=surroundings())
    assert packets(network) > before, "without a proxy the count shows it"


@pytest.mark.parametrize("kind", ["s3 by number", "a feed", "sftp by number"])
def test_without_a_proxy_the_packets_are_seen(network: str, kind: str) -> None:
    """The same attempts, so that the count above is known to count."""
    before = packets(network)
    with subprocess.Popen(
        command(network, "none", kind), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=surroundings()
    ) as process:
        deadline = time.monotonic() + 60
        while packets(network) == before and time.monotonic() < deadline:
            time.sleep(0.05)
        process.kill()
    assert packets(network) > before
