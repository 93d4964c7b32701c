"""What a server, its log, or a line that is tapped reads of who asks: nothing that few programs say."""

import ast
import io
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

import tamizdat
from tamizdat.errors import TamizdatError
from tamizdat.places.place import Place
from tamizdat.places.sftp import host_key, open_sftp
from tamizdat.places.site_files import WebSite
from tamizdat.places.urls import open_place
from tamizdat.posts.fetch import fetch
from tamizdat.timestamps.server_request import ask

SOURCES = Path(tamizdat.__file__).parent
S3 = {"access_key_id": "a", "secret_access_key": "b", "region": "c"}
LOGIN = {"username": "a", "password": "b"}
SSH = {**LOGIN, "host_key": "ssh-ed25519 SHA256:" + "A" * 43}


@contextmanager
def hearing() -> Iterator[tuple[int, Callable[[], bytes]]]:
    """Give the port at which one is listened to, and what returns the first that each connection said."""
    heard: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def hear() -> None:
            with suppress(OSError):
                while True:
                    connected, _ = listening.accept()
                    with connected:
                        connected.settimeout(20)
                        heard.append(connected.recv(4096))

        thread = threading.Thread(target=hear, daemon=True)
        thread.start()
        yield listening.getsockname()[1], lambda: b"".join(heard)
        listening.shutdown(socket.SHUT_RDWR)
        thread.join()


def _bucket(port: int) -> Place:
    return open_place("a", "s3://bucket/", {**S3, "endpoint": f"http://127.0.0.1:{port}"})


ASKING: dict[str, Callable[[int], object]] = {
    "S3, sending": lambda port: _bucket(port).put("n", b"x"),
    "S3, asking": lambda port: _bucket(port).get("n"),
    "WebDAV, sending": lambda port: open_place("a", f"webdav+http://127.0.0.1:{port}/", LOGIN).put("n", b"x"),
    "WebDAV, listing": lambda port: list(open_place("a", f"webdav+http://127.0.0.1:{port}/", LOGIN).list()),
    "a site": lambda port: WebSite("a", f"http://127.0.0.1:{port}/").fetch("roster.json", io.BytesIO(), 9),
    "a feed": lambda port: fetch(f"http://127.0.0.1:{port}/feed"),
    "an authority": lambda port: ask(f"http://127.0.0.1:{port}/tsr", "POST", {}, b"x"),
}


@pytest.mark.parametrize("asking", ASKING.values(), ids=ASKING)
def test_no_request_names_the_program(asking: Callable[[int], object]) -> None:
    with hearing() as (port, heard):
        with suppress(TamizdatError):
            asking(port)
        told = heard()
    assert b"\r\nUser-Agent: Mozilla/5.0\r\n" in told
    assert b"tamizdat" not in told.lower()
    assert b"python" not in told.lower()


@pytest.mark.parametrize(
    "asking",
    [
        lambda port: open_sftp("a", f"sftp://127.0.0.1:{port}/b", SSH).stat("n"),
        lambda port: host_key("a", f"sftp://127.0.0.1:{port}/b", LOGIN),
    ],
)
def test_the_greeting_of_ssh_does_not_name_its_library(asking: Callable[[int], object]) -> None:
    with hearing() as (port, heard):
        with suppress(TamizdatError):
            asking(port)
        told = heard()
    assert told.startswith(b"SSH-2.0-OpenSSH_")
    assert b"asyncssh" not in told.lower()


def test_one_constant_says_what_requests_call_themselves() -> None:
    saying = {
        str(path.relative_to(SOURCES))
        for path in SOURCES.rglob("*.py")
        if "user-agent" in (text := path.read_text("utf-8")).lower()
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Constant) and str(node.value).lower() == "user-agent"
    }
    assert saying == {"network/exchange.py", "places/upload.py", "posts/fetch.py"}
    assert all("AGENT" in (SOURCES / each).read_text("utf-8") for each in saying)
