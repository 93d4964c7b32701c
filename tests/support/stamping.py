"""Authorities and calendars on loopback: real ones (``openssl ts``), with the manners of bad ones.

::

    with StampServers(tmp_path) as servers:
        one, two = servers.authority("One"), servers.authority("Two")
        calendar = servers.calendar()
        one.manner = "away"

Manners of an authority: sound, away (503), slow (no answer), other (signs something else), cut, refuses, unheard-of (a
certificate of a version that there is not); of a calendar: sound, away, other (a way that is none). That one lies
about time is a question of whose clock one has: see the tests.
"""

import hashlib
import re
import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from tamizdat.demo.local_authority import LocalAuthority
from tamizdat.timestamps import authority as asking
from tamizdat.timestamps.ots import BITCOIN, PENDING


def counted(data: bytes) -> bytes:
    """Bytes after their length, as proofs have them (below 128)."""
    assert len(data) < 128
    return bytes([len(data)]) + data


VERSION_3, UNHEARD_OF = (bytes((0xA0, 3, 2, 1, number)) for number in (2, 6))  #: the version of a certificate, in DER


@dataclass
class Authority:
    """An authority behind the server, at the path of its name."""

    url: str
    local: LocalAuthority
    manner: str = "sound"
    asked: list[bytes] = field(default_factory=list)
    crl: bytes = b""

    def answer(self, query: bytes, ended: threading.Event) -> tuple[int, bytes]:
        """Status and answer, by its manner."""
        self.asked.append(query)
        manner = self.manner
        if manner == "slow":
            ended.wait(20)
        if manner in ("away", "slow"):
            return 503, b""
        if manner == "refuses":
            return 200, bytes.fromhex("30053003020102")  # status 2: rejection
        if manner == "other":
            nonce = int.from_bytes(re.search(rb"\x02(\x08|\x09)(.{8,9})\x01\x01\xff", query, re.S)[2], "big")  # type: ignore[index]
            query = asking.request(hashlib.sha256(b"something else").digest(), nonce)
        data = self.local.answer(query)
        if manner == "unheard-of":
            data = data.replace(VERSION_3, UNHEARD_OF)
        return 200, data[: len(data) // 2] if manner == "cut" else data


@dataclass
class Calendar:
    """A calendar, whose promise is kept by :meth:`bury`: everything asked so far is in one block."""

    url: str
    manner: str = "sound"
    promised: dict[str, bytes] = field(default_factory=dict)
    height: int = 800_000
    headers: dict[int, bytes] = field(default_factory=dict)
    ways: dict[str, bytes] = field(default_factory=dict)

    def submit(self, digest: bytes) -> bytes:
        """The way to its own tree: append, hash, and the promise."""
        after = hashlib.sha256(digest + b"calendar").digest()
        self.promised[after.hex()] = after
        return b"\xf0" + counted(b"calendar") + b"\x08\x00" + PENDING + counted(counted(self.url.encode()))

    def bury(self, now: datetime) -> bytes:
        """Put what was promised into a block, and return its header; with the least work there is."""
        for name, message in self.promised.items():
            root = hashlib.sha256(message + b"block").digest()
            header = self.mined(root, int(now.timestamp()))
            number = self.height.to_bytes(3, "little")
            leb = bytes([number[0] & 0x7F | 0x80, (self.height >> 7) & 0x7F | 0x80, self.height >> 14])
            self.ways[name] = b"\xf0" + counted(b"block") + b"\x08\x00" + BITCOIN + counted(leb)
            self.headers[self.height] = header
            self.height += 1
        self.promised.clear()
        return self.headers[self.height - 1]

    @staticmethod
    def mined(root: bytes, time: int = 1_790_000_000) -> bytes:
        """A header of a block with this Merkle root."""
        for nonce in range(1 << 20):
            header = (
                bytes(36) + root + time.to_bytes(4, "little") + bytes.fromhex("ffff7f20") + nonce.to_bytes(4, "little")
            )
            if hashlib.sha256(hashlib.sha256(header).digest()).digest()[-1] < 0x7F:
                return header
        raise AssertionError


class StampServers:
    """All of them behind one server on a free port of this computer; a context manager."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.ended = folder, threading.Event()
        self.authorities: dict[str, Authority] = {}
        self.calendars: dict[str, Calendar] = {}
        self.heard: list[str] = []  #: the head of each request, as whoever watches the line reads it
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self.base = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> "StampServers":
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.ended.set()
        self._server.shutdown()
        self._server.server_close()

    def authority(self, name: str, *, is_rsa: bool = False, now: datetime | None = None) -> Authority:
        """Another authority."""
        url = f"{self.base}/{name.lower()}"
        local = LocalAuthority(self.folder / name.lower(), name, f"{url}/crl", is_rsa, now or datetime.now(UTC))
        made = self.authorities[name.lower()] = Authority(url, local, crl=local.revoked())
        return made

    def calendar(self, name: str = "calendar") -> Calendar:
        """Another calendar."""
        made = self.calendars[name] = Calendar(f"{self.base}/{name}")
        return made


def _handler(servers: StampServers) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def parse_request(self) -> bool:
            understood = super().parse_request()
            servers.heard.append(f"{self.requestline}\n{getattr(self, 'headers', '')}")
            return understood

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            name, _, rest = self.path.strip("/").partition("/")
            if name in servers.authorities:
                self._give(*servers.authorities[name].answer(body, servers.ended))
            elif rest == "digest" and name in servers.calendars:
                calendar = servers.calendars[name]
                if calendar.manner == "sound":
                    self._give(200, calendar.submit(body))
                else:
                    self._give(503 if calendar.manner == "away" else 200, b"\x99 no way")
            else:
                self._give(404, b"")

        def do_GET(self) -> None:
            name, _, rest = self.path.strip("/").partition("/")
            if name in servers.authorities and rest == "crl":
                self._give(200, servers.authorities[name].crl)
                return
            calendar = servers.calendars.get(name)
            way = calendar.ways.get(rest.removeprefix("timestamp/")) if calendar else None
            self._give(200 if way else 404, way or b"Pending confirmation in Bitcoin blockchain")

        def _give(self, status: int, data: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, format: str, *args: Any) -> None:
            """Print nothing."""

    return Handler
