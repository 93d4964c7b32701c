"""One HTTP request to a stranger, with everything bounded.

* ``http`` and ``https`` only, certificates checked, no cookies, no credentials in addresses, no script, no other file.
* At most :data:`MAX_REDIRECTS` redirects, each looked at like the first address. A public site cannot send us to this
  computer or into our own network: after connecting and before anything is sent, TLS's greeting included, the address
  we are connected to is looked at (a name may mean another computer the second time it is asked for). What stands for
  an inner address in another form (mapped, NAT64, 6to4, Teredo) is that address. Whoever gives an address inside the
  network by hand may have it.
* At most :data:`MAX_ANSWER` bytes, unpacked; :data:`PATIENCE` seconds for each step and :data:`DEADLINE` in all, which
  every single read is held to: an answer may drip as it likes. Who asks for a whole repository (:data:`CAR`) has all
  that somebody wrote in years in one answer, and gets it in :data:`MAX_REPOSITORY` bytes and an hour.
* Through the proxy, if there is one (:mod:`tamizdat.network`). Then names are resolved there, and only an inner address
  that stands in the web address itself can be refused; what a name means inside the proxy's network is the proxy's to
  refuse (Tor does).

The standard library's ``http.client`` does it: ``urllib.request`` would follow ``ftp:`` and read proxies and passwords
by itself, and a larger library would bring what is to be kept out.
"""

import gzip
import http.client
import io
import re
import socket
import zlib
from collections.abc import Callable, Container, Mapping
from dataclasses import replace
from functools import partial
from typing import Final
from urllib.parse import SplitResult, quote, urljoin, urlsplit

from tamizdat.dataclass import dataclass
from tamizdat.errors import DamagedInput, PlaceUnreachable, UsageError
from tamizdat.network.addresses import is_inside as _is_private
from tamizdat.network.connect import CONNECTING, connect, is_direct
from tamizdat.network.exchange import AGENT, Patience, TimedSocket, reason, secure

MAX_ANSWER: Final = 32 << 20
MAX_REPOSITORY: Final = 256 << 20
CAR: Final = "application/vnd.ipld.car"  #: what ``Accept`` says of a repository of Bluesky
MAX_REDIRECTS: Final = 5
PATIENCE: Final = 30.0
DEADLINE: Final = 300.0
DEADLINE_OF_REPOSITORY: Final = 3600.0
REDIRECTS: Final = (301, 302, 303, 307, 308)
PERMANENT: Final = (301, 308)
_UNSAFE: Final = re.compile("[\0-\x20\x7f]")  #: in an address: it would end the line, or be stripped
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
    moved: bool = False  #: it came from another address, and every redirect on the way there says: for good


@dataclass
class _Asking:
    """The state of one request over its redirects."""

    private: bool
    patience: Patience
    most: int  #: bytes of an answer


def fetch(
    url: str,
    headers: Mapping[str, str] | None = None,
    read: Callable[[http.client.HTTPResponse], bytes] | None = None,
    allowed: Callable[[str], bool] = lambda host: True,
    deadline: float | None = None,
) -> Answer:
    """Fetch *url*, through its redirects. Every status is an answer; raises :class:`Unreachable` where there is none.

    *read* takes the body where it is not to lie in memory; *deadline* are the seconds for all of it, else
    :data:`DEADLINE`. *allowed* tells of each host (and port) whether it may be asked. Raises :class:`BadAnswer` for a
    redirect to no web address, out of encryption or to a host that is not allowed, and for too many redirects.
    """
    first = check_address(url)
    large = (headers or {}).get("Accept") == CAR
    usual = DEADLINE_OF_REPOSITORY if large else DEADLINE
    patience = Patience(PATIENCE, whole=usual if deadline is None else deadline, piece=1)
    asking = _Asking(_is_private(first.hostname or ""), patience, MAX_REPOSITORY if large else MAX_ANSWER)
    address, for_good = first, True
    for _ in range(MAX_REDIRECTS + 1):
        if not allowed(address.netloc.lower()):
            raise BadAnswer(
                f"Expected an answer of {_named(first.netloc)}, was sent on to {_named(address.netloc)}, which nobody "
                "said may be asked. Nothing was sent there."
            )
        answer = _ask(address, headers or {}, asking, read or partial(_read, most=asking.most))
        if answer.status not in REDIRECTS or "location" not in answer.headers:
            redirected = address.geturl() != first.geturl()
            return replace(answer, url=address.geturl(), redirected=redirected, moved=redirected and for_good)
        target = answer.headers["location"]
        try:
            following = check_address(urljoin(address.geturl(), target))
        except (UsageError, ValueError) as error:
            raise BadAnswer(
                f"Expected a redirect to a web address, found one to {_named(target)}. It was not followed; look "
                "whether the feed has another address now."
            ) from error
        if address.scheme == "https" and following.scheme == "http":
            raise BadAnswer(
                f"Expected a redirect that stays encrypted, found one to {_named(target)}. It was not followed; look "
                "whether the feed has another address now."
            )
        address, for_good = following, for_good and answer.status in PERMANENT
    raise BadAnswer(
        f"Expected at most {MAX_REDIRECTS} redirects, found one more, to {_named(target)}. They may go round in a "
        "circle; look whether the feed has another address now."
    )


def _named(text: str) -> str:
    """Return an address for a message: one line, at most 120 characters, without a password."""
    return repr(re.sub(r"//[^/]*@", "//…@", text)[:120])


def check_address(url: str) -> SplitResult:
    """Return the parts of a web address; raise :class:`UsageError` for any other text."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise UsageError(f"Expected a web address such as https://example.org/feed, found {_named(url)}.") from error
    if parts.scheme not in ("http", "https") or not host or port == 0:
        raise UsageError(f"Expected an address with https:// (or http://) and a host, found {_named(url)}.")
    if parts.username is not None or parts.password is not None:
        raise UsageError("Expected an address without a password in it: it would be kept with what is fetched.")
    if _UNSAFE.search(url):
        raise UsageError(f"Expected an address without spaces and control characters, found {_named(url)}.")
    return parts._replace(fragment="")


def is_address(text: str) -> bool:
    """Tell whether this is meant as an address, and not as the name of a file."""
    return text.lower().startswith(("http://", "https://", "at://"))


def _ask(
    address: SplitResult,
    headers: Mapping[str, str],
    asking: _Asking,
    read: Callable[[http.client.HTTPResponse], bytes],
) -> Answer:
    host = address.hostname or ""
    encrypted = address.scheme == "https"
    kind = http.client.HTTPSConnection if encrypted else http.client.HTTPConnection
    connection = kind(host, address.port)  # which port is not written in "Host" depends on the kind
    path = address._replace(scheme="", netloc="").geturl() or "/"
    connected: socket.socket | None = None
    try:
        asking.patience.renew()
        if not is_direct(host):
            _refuse_inside(host, asking)
        connected = connect(host, connection.port, min(CONNECTING, asking.patience.left()))
        if is_direct(host):
            _refuse_inside(connected.getpeername()[0], asking)
        if encrypted:
            connected = secure(connected, host, asking.patience)
        connection.sock = TimedSocket(connected, asking.patience)
        always = {"User-Agent": AGENT, "Accept": ACCEPT, "Accept-Encoding": "gzip", "Connection": "close"}
        connection.request("GET", _ascii(path), headers={**always, **headers})
        response = connection.getresponse()
        found = {name.lower(): value for name, value in response.getheaders()}
        body = b"" if response.status == 304 else _unpacked(read(response), found, asking.most)
        return Answer(address.geturl(), response.status, found, body)
    except (OSError, http.client.HTTPException, UnicodeError) as error:
        raise Unreachable(
            f"Expected an answer from the site, there was none: {reason(error)}. Nothing follows from that about "
            "what is there. Try again later."
        ) from error
    finally:
        connection.close()
        if connected is not None:
            connected.close()


def _ascii(path: str) -> str:
    """Return the path with what is not ASCII percent-encoded."""
    return quote(path, safe="".join(map(chr, range(33, 127))))


def _refuse_inside(address: str, asking: _Asking) -> None:
    if not asking.private and _is_private(address):
        raise BadAnswer(
            f"Expected a site on the public web, found the address {address} inside this network. "
            "Nothing was sent to it; give that address itself if you mean it."
        )


def _read(response: http.client.HTTPResponse, most: int) -> bytes:
    pieces, size = [], 0
    while piece := response.read1(1 << 16):
        size += len(piece)
        if size > most:
            raise BadAnswer(
                f"Expected an answer of at most {most:,} bytes, found one of {size:,} or more. Nothing was kept; "
                "look whether the site has a shorter feed."
            )
        pieces.append(piece)
    expected = length_of(response)
    if expected is not None and size != expected:
        raise Unreachable("Expected a whole answer, the connection broke off before its end. Try again.")
    return b"".join(pieces)


def body_of(statuses: Container[int], most: int) -> Callable[[http.client.HTTPResponse], bytes]:
    """Return what reads the bodies of answers of these statuses, *most* bytes of each, and of no other."""
    return lambda response: _read(response, most) if response.status in statuses else b""


def length_of(response: http.client.HTTPResponse) -> int | None:
    """Return the length in bytes that an answer says it has; None if it says none, or none that is a number."""
    said = response.headers.get("content-length", "")
    return int(said) if said.isascii() and said.isdigit() and len(said) < 20 else None


def _unpacked(body: bytes, headers: Mapping[str, str], most: int) -> bytes:
    if headers.get("content-encoding", "").strip().lower() not in ("gzip", "x-gzip"):
        return body
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(body)) as file:
            plain = file.read(most + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise BadAnswer(
            f"Expected a packed answer that unpacks, found damage ({type(error).__name__}). Nothing was kept; try "
            "again."
        ) from error
    if len(plain) > most:
        raise BadAnswer(
            f"Expected an answer that unpacks to {most:,} bytes at most, found more than that in {len(body):,}. "
            "Nothing was kept; look whether the site has a shorter feed."
        )
    return plain
