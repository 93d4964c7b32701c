"""Small proxies on loopback that do what they should: SOCKS5 (RFC 1928, 1929) and HTTP CONNECT.

Each remembers what it was asked for. Names are not looked up: *names* says where they lead on loopback.
"""

import base64
import contextlib
import ipaddress
import socket
import socketserver
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass
class Seen:
    """A running proxy: its port, and the hosts it was asked to connect to, as they were written."""

    port: int = 0
    names: Mapping[str, int] = field(default_factory=dict)
    login: tuple[str, str] | None = None
    asked: list[str] = field(default_factory=list)

    def open(self, host: str, port: int) -> socket.socket | None:
        self.asked.append(host)
        try:
            return socket.create_connection(("127.0.0.1", self.names.get(host, port)), 5)
        except OSError:
            return None


@contextmanager
def socks5(names: Mapping[str, int], login: tuple[str, str] | None = None) -> Iterator[Seen]:
    seen = Seen(names=names, login=login)

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            _, count = self.rfile.read(2)
            offered = self.rfile.read(count)
            method = 2 if seen.login else 0
            if method not in offered:
                self.wfile.write(b"\x05\xff")
                return
            self.wfile.write(bytes([5, method]))
            if seen.login:
                name = self.rfile.read(self.rfile.read(2)[1]).decode()
                secret = self.rfile.read(self.rfile.read(1)[0]).decode()
                good = (name, secret) == seen.login
                self.wfile.write(bytes([1, not good]))
                if not good:
                    return
            kind = self.rfile.read(4)[3]
            host = (
                self.rfile.read(self.rfile.read(1)[0]).decode()
                if kind == 3
                else str(ipaddress.ip_address(self.rfile.read(4 if kind == 1 else 16)))
            )
            there = seen.open(host, int.from_bytes(self.rfile.read(2), "big"))
            self.wfile.write(b"\x05" + (b"\x04" if there is None else b"\x00") + b"\x00\x01" + bytes(6))
            if there is not None:
                _relay(self.connection, there)

    with _serving(Handler, seen):
        yield seen


@contextmanager
def http_connect(names: Mapping[str, int], login: tuple[str, str] | None = None) -> Iterator[Seen]:
    seen = Seen(names=names, login=login)

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            line = self.rfile.readline().decode()
            headers = {}
            while header := self.rfile.readline().decode().strip():
                name, _, value = header.partition(": ")
                headers[name.lower()] = value
            wanted = seen.login and "Basic " + base64.b64encode(":".join(seen.login).encode()).decode()
            if wanted and headers.get("proxy-authorization") != wanted:
                self.wfile.write(b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n")
                return
            host, _, port = line.split()[1].rpartition(":")
            there = seen.open(host, int(port))
            reached = b"502 Bad Gateway" if there is None else b"200 Fine"
            self.wfile.write(b"HTTP/1.1 " + reached + b"\r\nX: y\r\n\r\n")
            if there is not None:
                _relay(self.connection, there)

    with _serving(Handler, seen):
        yield seen


@contextmanager
def _serving(handler: type[socketserver.BaseRequestHandler], seen: Seen) -> Iterator[None]:
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = True
        seen.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        try:
            yield
        finally:
            server.shutdown()
            thread.join()


def _relay(one: socket.socket, other: socket.socket) -> None:
    def pump(source: socket.socket, target: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(1 << 16):
                target.sendall(data)
        for each in (source, target):
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)

    back = threading.Thread(target=pump, args=(other, one), daemon=True)
    back.start()
    pump(one, other)
    back.join()
    other.close()
