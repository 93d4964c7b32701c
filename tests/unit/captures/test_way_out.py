"""The way out of the browser's box: hostile sites and a hostile browser, what is written down and what is refused."""

import io
import json
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from support.capturing import ENVIRONMENT, INTO_THE_BOX, as_nobody, why_not
from tamizdat.captures import way_out
from tamizdat.captures.certificate import Certificate
from tamizdat.captures.warc import records
from tamizdat.captures.warc_writer import WarcWriter
from tamizdat.captures.way_out import WayOut
from tamizdat.footage.decode.sandbox import python_folders

NOW = datetime(2026, 11, 28, 9, 0, tzinfo=UTC)
REQUEST = (
    b"GET http://site.test/a HTTP/1.1\r\nHost: site.test\r\nAccept-Encoding: br\r\nProxy-Connection: keep-alive\r\n\r\n"
)


class World:
    """A way out, whose sites are one function that is given the connection."""

    def __init__(self, folder: Path, certificate: Certificate) -> None:
        self.file = io.BytesIO()
        self.asked: list[bytes] = []
        self.site: Callable[[socket.socket], None] = lambda connected: None
        self._outside, inside = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._inside = inside
        self.way = WayOut(self._outside, WarcWriter(self.file, NOW), folder, certificate, self._connect)

    def _connect(self, host: str, port: int, seconds: float) -> socket.socket:
        ours, theirs = socket.socketpair()

        def serve() -> None:
            with theirs:
                theirs.settimeout(60)
                self.asked.append(theirs.recv(1 << 16))
                self.site(theirs)

        threading.Thread(target=serve, daemon=True).start()
        return ours

    def ask(self, request: bytes = REQUEST) -> bytes:
        """What the browser gets back, up to the end of the connection."""
        browser, handed = socket.socketpair()
        with handed:
            socket.send_fds(self._inside, [b"c"], [handed.fileno()])
        with browser:
            browser.settimeout(60)
            browser.sendall(request)
            browser.shutdown(socket.SHUT_WR)
            found = b""
            while data := browser.recv(1 << 16):
                found += data
        return found

    def close(self) -> None:
        self.way.close()
        for each in (self._inside, self._outside):
            each.close()

    def kept(self) -> list[tuple[str, str, bytes]]:
        """Type, how it was cut and block of each record but the first, after the way was closed."""
        for _ in range(6000):
            if self.way.quiet():
                break
            time.sleep(0.01)
        self.close()
        blocks: dict[str, bytes] = {}

        class Blocks:
            def see(self, record: Any, piece: bytes) -> None:
                blocks[record.id] = blocks.get(record.id, b"") + piece

        found = [each for each in records(io.BytesIO(self.file.getvalue()), Blocks()) if each.type != "warcinfo"]
        assert not [each.broken for each in found if each.broken]
        return [(each.type, each.headers.get("warc-truncated", ""), blocks[each.id]) for each in found]


@pytest.fixture(scope="module")
def certificate() -> Certificate:
    return Certificate()


@pytest.fixture
def world(tmp_path: Path, certificate: Certificate) -> Iterator[World]:
    world = World(tmp_path, certificate)
    yield world
    world.close()


@pytest.mark.parametrize(
    ("answer", "cut"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", ""),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nok", "disconnect"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nA: b\r\n\r\n", ""),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n", "disconnect"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nno chunk\r\n", "disconnect"),
        (b"HTTP/1.0 200 OK\r\n\r\nuntil the end", ""),
        (b"HTTP/1.1 204 No Content\r\n\r\n", ""),
    ],
)
def test_an_answer_is_kept_and_passed_on_as_it_came_and_said_to_be_cut_if_it_was(
    world: World, answer: bytes, cut: str
) -> None:
    world.site = lambda connected: connected.sendall(answer)
    assert world.ask() == answer
    [response, request] = world.kept()
    assert response == ("response", cut, answer)
    assert (
        request[2] == world.asked[0] == b"GET /a HTTP/1.1\r\nHost: site.test\r\nAccept-Encoding: gzip, deflate\r\n\r\n"
    )


def test_two_requests_of_one_connection_are_two_exchanges(world: World) -> None:
    answer = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"

    def twice(connected: socket.socket) -> None:
        connected.sendall(answer)
        connected.recv(1 << 16)
        connected.sendall(answer)

    world.site = twice
    assert world.ask(REQUEST + REQUEST.replace(b"/a", b"/b")) == answer * 2
    assert [each[0] for each in world.kept()] == ["response", "request"] * 2


@pytest.mark.parametrize(
    "answer",
    [b"", b"SSH-2.0-x\r\n\r\n", b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 60_000, b"HTTP/1.1 200 OK\r\nno end"],
    ids=["nothing", "another protocol", "a head without end", "a head cut short"],
)
def test_what_is_no_answer_is_not_passed_on_and_not_kept(world: World, answer: bytes) -> None:
    def send(connected: socket.socket) -> None:
        try:
            connected.sendall(answer)
        except OSError:  # we left before the end
            return

    world.site = send
    assert world.ask() == b""
    assert world.kept() == []


def test_an_answer_without_end_is_cut(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(way_out, "MAX_ANSWER", 300_000)

    def endless(connected: socket.socket) -> None:
        connected.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        try:
            while True:
                connected.sendall(bytes(1 << 16))
        except OSError:
            return

    world.site = endless
    assert len(world.ask()) <= 300_000
    [response, _] = world.kept()
    assert response[1] == "length"


@pytest.mark.parametrize(
    "request_",
    [
        b"GET http://site.test/ws HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n",
        b"GET ftp://site.test/ HTTP/1.1\r\nHost: a\r\n\r\n",
        b"GET /no-site HTTP/1.1\r\nHost: a\r\n\r\n",
        b"CONNECT site.test HTTP/1.1\r\n\r\n",
        b"POST http://site.test/ HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"POST http://site.test/ HTTP/1.1\r\nContent-Length: 99999999999\r\n\r\n",
        b"CONNECT update.googleapis.com:443 HTTP/1.1\r\n\r\n",
        b"\x16\x03\x01\x00\x05hello",
        b"GET http://site.test/" + b"a" * 300_000 + b" HTTP/1.1\r\n\r\n",
    ],
    ids=["websocket", "ftp", "no site", "no port", "chunked", "too long", "the browser itself", "tls", "long address"],
)
def test_what_we_do_not_speak_reaches_no_site(world: World, request_: bytes) -> None:
    answered = world.ask(request_)
    assert answered in (b"", way_out.REFUSED)
    assert world.asked == []
    assert world.kept() == []


def test_a_hostile_browser_that_speaks_no_tls_behind_connect_is_left(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(way_out, "secure", lambda connected, host, patience: connected)
    assert world.ask(b"CONNECT site.test:443 HTTP/1.1\r\n\r\nGET / HTTP/1.1\r\n\r\n").startswith(way_out.ESTABLISHED)
    assert world.kept() == []


NOT_HERE = why_not()

PROBE = """
import json, os, pathlib, socket
def tried(do):
    try: return str(do())
    except OSError as error: return type(error).__name__ + str(error.errno)
def udp():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as made: return made.sendto(b"x", ("203.0.113.1", 53))
def tcp():
    return socket.create_connection(("127.0.0.1", {port}), 2)
print(json.dumps({{"udp": tried(udp), "tcp": tried(tcp), "name": os.uname().nodename, "zone": os.environ.get("TZ"),
  "environment": sorted(os.environ), "home": tried(lambda: os.listdir("/root") + os.listdir("/home")),
  "root": sorted(os.listdir("/")), "processes": len([each for each in os.listdir("/proc") if each.isdigit()]),
  "interfaces": [each for _, each in socket.if_nameindex()], "write": tried(lambda: open("/usr/x", "w"))}}))
"""


@pytest.mark.skipif(bool(NOT_HERE), reason=NOT_HERE)
def test_in_the_box_there_is_no_network_no_home_no_name_and_nothing_of_this_computer() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        probe = PROBE.format(port=listening.getsockname()[1])
        env = {**ENVIRONMENT, "SECRET": "x"}
        program = [*as_nobody(), sys.executable, "-c", INTO_THE_BOX, probe]
        done = subprocess.run(program, env=env, capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 0, done.stderr
        listening.settimeout(0)
        with pytest.raises(BlockingIOError):
            listening.accept()
    found = json.loads(done.stdout)
    assert found["udp"].startswith("OSError101")  # the network is unreachable
    assert found["tcp"].startswith("ConnectionRefusedError")  # its loopback is not ours
    assert (found["name"], found["zone"], found["interfaces"]) == ("box", "UTC", ["lo"])
    assert "SECRET" not in found["environment"]
    assert found["home"].startswith(("FileNotFoundError", "PermissionError"))
    assert "tmp" in found["root"]
    to_python = {folder.parts[1] for folder in python_folders()}  # what stands on the way to this Python is there
    assert not ({"home", "work", "var", "run", "sys", "srv"} - to_python) & set(found["root"])
    assert found["processes"] <= 2
    assert found["write"].startswith("OSError30")  # read-only
