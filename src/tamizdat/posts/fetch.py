"""One HTTP request to a stranger, with everything bounded.

* ``http`` and ``https`` only, certificates checked, no cookies, no credentials in addresses, no script, no other file.
* At most :data:`MAX_REDIRECTS` redirects, each looked at like the first address. A public site cannot send us to this
  computer or into our own network: after connecting and before anything is sent, the address we are connected to is
  looked at (a name may mean something else the second time it is asked for). Whoever gives an address inside the
  network by hand may have it.
* At most :data:`MAX_ANSWER` bytes, unpacked; :data:`PATIENCE` seconds for each step and :data:`DEADLINE` in all.
* If the environment names a proxy, the person relies on it (Tor, perhaps), and going around it would betray them; this
  module speaks to no proxy, so it refuses.

The standard library's ``http.client`` does it: ``urllib.request`` would follow ``ftp:`` and read proxies and passwords
by itself, and a larger library would bring what is to be kept out.
"""

import gzip
import http.client
import io
import ipaddress
import socket
import ssl
import time
import urllib.request
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import SplitResult, quote, urljoin, urlsplit

from tamizdat.errors import DamagedInput, PlaceUnreachable, UsageError

MAX_ANSWER: Final = 32 << 20
MAX_REDIRECTS: Final = 5
PATIENCE: Final = 30.0
DEADLINE: Final = 300.0
REDIRECTS: Final = (301, 302, 303, 307, 308)
PERMANENT: Final = (301, 308)
AGENT: Final = "feed reader"
ACCEPT: Final = "application/feed+json, application/atom+xml, application/rss+xml, application/xml, text/xml, */*;q=0.5"


class Unreachable(PlaceUnreachable):
    """The site could not be reached, or broke off. This says nothing about what is there."""


class BadAnswer(DamagedInput):
    """The site answered with what it must not, or too much of it."""


@dataclass(frozen=True)
class Answer:
    """What came back. *headers* with names in lower case; *redirected* whether it came from another address."""

    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes
    redirected: bool = False


@dataclass
class _Asking:
    """The state of one request over its redirects."""

    private: bool
    until: float = field(default_factory=lambda: time.monotonic() + DEADLINE)

    def left(self) -> float:
        """Seconds for the next step."""
        left = self.until - time.monotonic()
        if left <= 0:
            raise Unreachable(f"Expected an answer within {DEADLINE:.0f} seconds, it was not whole by then. Try again.")
        return min(PATIENCE, left)


def fetch(url: str, headers: Mapping[str, str] | None = None) -> Answer:
    """Asks for *url*. Every status is an answer; raises :class:`Unreachable` where there is none."""
    first = check_address(url)
    asking = _Asking(_is_private(first.hostname or ""))
    address = first
    for _ in range(MAX_REDIRECTS + 1):
        refuse_proxy(address)
        answer = _ask(address, headers or {}, asking)
        if answer.status not in REDIRECTS or "location" not in answer.headers:
            redirected = address.geturl() != first.geturl()
            return Answer(address.geturl(), answer.status, answer.headers, answer.body, redirected)
        try:
            following = check_address(urljoin(address.geturl(), answer.headers["location"]))
        except (UsageError, ValueError) as error:
            raise BadAnswer("Expected a redirect to a web address, found another kind. It was not followed.") from error
        if address.scheme == "https" and following.scheme == "http":
            raise BadAnswer("Expected a redirect that stays encrypted, found one that does not. It was not followed.")
        address = following
    raise BadAnswer(f"Expected at most {MAX_REDIRECTS} redirects, found more. They may go round in a circle.")


def check_address(url: str) -> SplitResult:
    """The parts of a web address; :class:`UsageError` for anything else."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise UsageError("Expected a web address such as https://example.org/feed, found one that is none.") from error
    if parts.scheme not in ("http", "https") or not host or port == 0:
        raise UsageError("Expected an address that begins with https:// (or http://), found another kind.")
    if parts.username is not None or parts.password is not None:
        raise UsageError("Expected an address without a password in it: it would be kept with what is fetched.")
    if any(ord(letter) <= 32 or ord(letter) == 127 for letter in url):
        raise UsageError("Expected an address without spaces and control characters.")
    return parts._replace(fragment="")


def is_address(text: str) -> bool:
    """Whether this is meant as an address, and not as the name of a file."""
    return text.lower().startswith(("http://", "https://"))


def refuse_proxy(address: SplitResult) -> None:
    """Raises if the person relies on a proxy for this address."""
    proxies, host = urllib.request.getproxies(), address.hostname or ""
    wanted = proxies.get(address.scheme) or proxies.get("all")
    if wanted and not _is_loopback(host) and not urllib.request.proxy_bypass(host):
        raise UsageError(
            "A proxy is set in the environment, and feeds are fetched without one: going around it might betray you. "
            "Fetch the feed with another program and collect the file, or unset the proxy if you mean to."
        )


def _ask(address: SplitResult, headers: Mapping[str, str], asking: _Asking) -> Answer:
    host = address.hostname or ""
    connection: http.client.HTTPConnection
    if address.scheme == "https":
        connection = http.client.HTTPSConnection(
            host, address.port, timeout=asking.left(), context=ssl.create_default_context()
        )
    else:
        connection = http.client.HTTPConnection(host, address.port, timeout=asking.left())
    path = address._replace(scheme="", netloc="").geturl() or "/"
    try:
        connection.connect()
        _refuse_inside(connection.sock, asking)
        always = {"User-Agent": AGENT, "Accept": ACCEPT, "Accept-Encoding": "gzip", "Connection": "close"}
        connection.request("GET", _ascii(path), headers={**always, **headers})
        response = connection.getresponse()
        found = {name.lower(): value for name, value in response.getheaders()}
        body = b"" if response.status == 304 else _unpacked(_read(response, asking, connection.sock), found)
        return Answer(address.geturl(), response.status, found, body)
    except (OSError, http.client.HTTPException, UnicodeError) as error:
        raise Unreachable(
            f"Expected an answer from the site, there was none ({type(error).__name__}). Nothing follows from that "
            "about what is there. Try again later."
        ) from error
    finally:
        connection.close()


def _ascii(path: str) -> str:
    """The path with what is not ASCII percent-encoded."""
    return quote(path, safe="".join(map(chr, range(33, 127))))


def _refuse_inside(connected: socket.socket, asking: _Asking) -> None:
    if not asking.private and _is_private(connected.getpeername()[0]):
        raise BadAnswer(
            "Expected a site on the public web, found an address inside this network. Nothing was sent to it."
        )


def _read(response: http.client.HTTPResponse, asking: _Asking, connected: socket.socket | None) -> bytes:
    pieces, size = [], 0
    while piece := response.read1(1 << 16):
        size += len(piece)
        if size > MAX_ANSWER:
            raise BadAnswer(
                f"Expected an answer of at most {MAX_ANSWER:,} bytes, found a longer one. Nothing was kept."
            )
        pieces.append(piece)
        left = asking.left()
        if connected is not None and connected.fileno() >= 0:
            connected.settimeout(left)
    expected = response.headers.get("content-length", "")
    if expected.isdigit() and size != int(expected):
        raise Unreachable("Expected a whole answer, the connection broke off before its end. Try again.")
    return b"".join(pieces)


def _unpacked(body: bytes, headers: Mapping[str, str]) -> bytes:
    if headers.get("content-encoding", "").strip().lower() not in ("gzip", "x-gzip"):
        return body
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(body)) as file:
            plain = file.read(MAX_ANSWER + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise BadAnswer("Expected a packed answer that unpacks, found damage. Nothing was kept.") from error
    if len(plain) > MAX_ANSWER:
        raise BadAnswer(f"Expected an answer that unpacks to {MAX_ANSWER:,} bytes at most. Nothing was kept.")
    return plain


def _is_private(host: str) -> bool:
    if _is_loopback(host):
        return True
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    return not (mapped or address).is_global


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
