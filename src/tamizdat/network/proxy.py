"""The proxy all connections go through, and what is said to it.

::

    socks5h://127.0.0.1:9050                SOCKS5 (RFC 1928), for instance Tor's
    http://name:password@192.0.2.7:3128     an HTTP proxy that answers CONNECT (RFC 9110, section 9.3.6)

Names are resolved by the proxy, always: with ``socks5://`` too, which elsewhere means a look-up beside it. For the same
reason the proxy's own address is written in numbers (or ``localhost``): to look up its name, something would have to
leave beside it.

The proxy is a fact of the process: :func:`use_proxy` sets it when a folder with one in its settings is opened, and from
then on it is never unset by opening another folder. Without one the environment counts (``ALL_PROXY``, ``HTTPS_PROXY``,
``HTTP_PROXY``): whoever set any of these relies on it, so it is used for everything; ``NO_PROXY`` is not, since what it
exempts would be seen on the line. Connections to this computer itself leave nothing, and go to no proxy.
"""

import base64
import ipaddress
import re
import socket
import urllib.request
from collections.abc import Callable
from dataclasses import field
from typing import Final
from urllib.parse import SplitResult, quote, unquote, urlsplit

from tamizdat.dataclass import dataclass
from tamizdat.errors import UsageError

KINDS: Final = {"socks5": "socks5", "socks5h": "socks5", "http": "http"}
EXAMPLE: Final = "socks5h://127.0.0.1:9050 or http://192.0.2.7:3128"
MAX_REPLY: Final = 16 << 10  #: bytes of an HTTP proxy's answer before the connection begins
_SOCKS_REPLIES: Final = {
    1: "it failed",
    2: "its rules do not allow it",
    3: "the network is not reached from there",
    4: "the name or computer is not reached from there",
    5: "nobody answers there",
    6: "the way there was too long",
    7: "it opens no connections",
    8: "it does not know this kind of address",
}


class ProxyFailed(OSError):
    """The proxy does not answer, or does not connect us; nothing went any other way."""


@dataclass(frozen=True)
class Proxy:
    """A proxy: ``socks5`` or ``http``, the address in numbers, and the login it wants, if any."""

    kind: str
    host: str
    port: int
    username: str = field(default="", repr=False)
    password: str = field(default="", repr=False)

    @classmethod
    def parse(cls, text: str) -> "Proxy":
        """Return the proxy that *text* names; raises UsageError, whose message repeats no login."""
        try:
            parts = urlsplit(text.strip())
            port = parts.port
        except ValueError:
            raise UsageError(f"Expected a proxy like {EXAMPLE}, found one that is no address.") from None
        kind, host = KINDS.get(parts.scheme.lower()), (parts.hostname or "").lower()
        if kind is None:
            raise UsageError(
                f"Expected a proxy like {EXAMPLE}, found the kind {parts.scheme[:12]!r}. Nothing leaves this machine "
                "before it is changed: give it with one of these, with 'tamizdat places proxy' or in the environment."
            )
        if host == "localhost":
            host = "127.0.0.1"
        if not host or not port or parts.path.strip("/") or parts.query or parts.fragment:
            raise UsageError(f"Expected a proxy with a host and a port and nothing after them, like {EXAMPLE}.")
        if not _is_number(host):
            raise UsageError(
                f"Expected the proxy's address in numbers, like {EXAMPLE}, found the name {host[:100]!r}: to look it "
                "up, a question would have to leave beside the proxy. Ask who runs it for the number."
            )
        return cls(kind, host, port, *_login(parts))

    def __str__(self) -> str:
        """Return the proxy as it may be shown: without its login."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{'socks5h' if self.kind == 'socks5' else 'http'}://{host}:{self.port}"

    def encode(self) -> str:
        """Return the proxy with its login, as the sealed settings keep it."""
        login = f"{quote(self.username, safe='')}:{quote(self.password, safe='')}@" if self.username else ""
        kind, _, rest = str(self).partition("//")
        return f"{kind}//{login}{rest}"

    def ask(self, connected: socket.socket, host: str, port: int, wait: Callable[[], float]) -> None:
        """Ask the proxy, over a connection to it, to connect us to *host*; raises :class:`ProxyFailed`, OSError.

        *wait* returns the seconds the next step may take.
        """
        if self.kind == "socks5":
            self._ask_socks(connected, host, port, wait)
        else:
            self._ask_http(connected, host, port, wait)

    def _ask_socks(self, connected: socket.socket, host: str, port: int, wait: Callable[[], float]) -> None:
        login = bool(self.username)
        _send(connected, b"\x05\x02\x00\x02" if login else b"\x05\x01\x00", wait)
        version, method = _receive(connected, 2, wait)
        if version != 5 or method not in ((0, 2) if login else (0,)):
            raise ProxyFailed("the proxy does not speak SOCKS5 with this login")
        if method == 2:
            name, secret = self.username.encode(), self.password.encode()
            _send(connected, bytes([1, len(name)]) + name + bytes([len(secret)]) + secret, wait)
            if _receive(connected, 2, wait)[1] != 0:
                raise ProxyFailed("the proxy does not accept its login")
        _send(connected, b"\x05\x01\x00" + _socks_address(host) + port.to_bytes(2, "big"), wait)
        version, reply, _, kind = _receive(connected, 4, wait)
        if version != 5 or reply != 0:
            raise ProxyFailed(f"the proxy does not connect us: {_SOCKS_REPLIES.get(reply, 'it gives no known reason')}")
        bound = {1: 4, 4: 16}.get(kind) or (_receive(connected, 1, wait)[0] if kind == 3 else 0)
        _receive(connected, bound + 2, wait)

    def _ask_http(self, connected: socket.socket, host: str, port: int, wait: Callable[[], float]) -> None:
        where = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
        lines = [f"CONNECT {where} HTTP/1.1", f"Host: {where}"]
        if self.username:
            login = base64.b64encode(f"{self.username}:{self.password}".encode()).decode()
            lines.append(f"Proxy-Authorization: Basic {login}")
        _send(connected, "\r\n".join([*lines, "", ""]).encode("ascii"), wait)
        reply = b""
        while not reply.endswith(b"\r\n\r\n"):  # byte by byte: what follows is not the proxy's
            if len(reply) >= MAX_REPLY:
                raise ProxyFailed("the proxy answers without end")
            reply += _receive(connected, 1, wait)
        status = re.match(rb"HTTP/1\.[01] ([1-5][0-9]{2})\b", reply)
        if not status:
            raise ProxyFailed("the proxy does not answer as an HTTP proxy")
        if status[1] == b"407":
            raise ProxyFailed("the proxy does not accept its login (answer 407)")
        if not status[1].startswith(b"2"):
            raise ProxyFailed(f"the proxy does not connect us (answer {status[1].decode()})")


_ours: Proxy | None = None


def use_proxy(proxy: Proxy | None) -> None:
    """Set the proxy of this process; None: back to the environment's, for a person who takes it off."""
    global _ours
    _ours = proxy


def proxy_in_use() -> Proxy | None:
    """Return the proxy that everything goes through, if there is one; raises UsageError for one we cannot use."""
    if _ours is not None:
        return _ours
    given = urllib.request.getproxies()
    text = next((given[name] for name in ("all", "https", "http") if given.get(name)), None)
    return None if text is None else Proxy.parse(text if "://" in text else f"http://{text}")


def is_here(host: str) -> bool:
    """Tell whether *host* is this computer: ``localhost``, or a loopback address."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _is_number(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _login(parts: SplitResult) -> tuple[str, str]:
    username, password = unquote(parts.username or ""), unquote(parts.password or "")
    if max(len(username.encode()), len(password.encode())) > 255 or ":" in username:
        raise UsageError("Expected a proxy's login of at most 255 bytes each, the name without ':'.")
    return username, password


def _socks_address(host: str) -> bytes:
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        name = host.encode("idna")
        if not 0 < len(name) < 256:
            raise ProxyFailed("the name is too long for a proxy") from None
        return b"\x03" + bytes([len(name)]) + name
    return (b"\x01" if address.version == 4 else b"\x04") + address.packed


def _send(connected: socket.socket, data: bytes, wait: Callable[[], float]) -> None:
    connected.settimeout(wait())
    connected.sendall(data)


def _receive(connected: socket.socket, size: int, wait: Callable[[], float]) -> bytes:
    data = b""
    while len(data) < size:
        connected.settimeout(wait())
        piece = connected.recv(size - len(data))
        if not piece:
            raise ProxyFailed("the proxy closed the connection")
        data += piece
    return data
