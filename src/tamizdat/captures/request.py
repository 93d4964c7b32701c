"""What a browser asks, as it comes through the way out and as it is sent on: HTTP/1.1 (RFC 9112), read strictly."""

import re
from typing import IO, BinaryIO, Final

from tamizdat.dataclass import dataclass

MAX_HEAD: Final = 256 << 10
MAX_REQUEST: Final = 16 << 20  #: bytes of a request's body
FIRST: Final = re.compile(rb"([A-Z]{1,20}) ([!-~]{1,65536}) HTTP/1\.[01]")  #: the first line: method, target


class BadExchange(Exception):
    """What came is not HTTP/1.1 as we speak it."""


@dataclass
class Exchange:
    """A request and its answer, as they are written down: *body* begins with the *head* bytes of the answer's head."""

    uri: str
    date: str
    request: bytes
    body: IO[bytes]
    address: str
    status: int = 0
    media_type: str = ""
    head: int = 0
    size: int = 0
    cut: str = ""


def read_head(file: BinaryIO) -> bytes:
    """Return the head of a message, with the empty line that ends it; empty at the end. Raises :class:`BadExchange`."""
    lines, size = [], 0
    while line := file.readline(MAX_HEAD):
        lines.append(line)
        size += len(line)
        if size > MAX_HEAD:
            raise BadExchange
        if line in (b"\r\n", b"\n"):
            return b"".join(lines)
    return b""


def parsed_head(head: bytes) -> tuple[bytes, list[tuple[bytes, bytes]]]:
    """Return the first line of a head, and its headers with names in lower case."""
    first, *lines = [line.rstrip(b"\r") for line in head.rstrip(b"\r\n").split(b"\n")]
    parted = [line.partition(b":") for line in lines]
    return first, [(name.strip().lower(), value.strip()) for name, _, value in parted]


def read_body(file: BinaryIO, headers: list[tuple[bytes, bytes]]) -> bytes:
    """Return the body of a request. Raises :class:`BadExchange` for one in chunks, cut short or too long."""
    told = dict(headers)
    if b"transfer-encoding" in told:
        raise BadExchange
    length = told.get(b"content-length", b"0")
    if not length.isdigit() or int(length) > MAX_REQUEST:
        raise BadExchange
    body = file.read(int(length))
    if len(body) != int(length):
        raise BadExchange
    return body


def request_head(method: bytes, target: str, headers: list[tuple[bytes, bytes]]) -> bytes:
    """Return a request's head as it is sent: without what is meant for the proxy."""
    lines = [method + b" " + target.encode("ascii") + b" HTTP/1.1"]
    for name, value in headers:
        if name.startswith(b"proxy-") or name == b"accept-encoding":
            continue
        lines.append(_written(name) + b": " + value.replace(b"HeadlessChrome", b"Chrome"))
    lines.append(b"Accept-Encoding: gzip, deflate")
    return b"\r\n".join([*lines, b"", b""])


def _written(name: bytes) -> bytes:
    return b"-".join(each.capitalize() for each in name.split(b"-"))


def address_of(where: tuple[str, str, int], target: str) -> str:
    """Return the web address of a *target* at scheme, host and port."""
    scheme, host, port = where
    name = f"[{host}]" if ":" in host else host
    at = "" if (scheme, port) in (("http", 80), ("https", 443)) else f":{port}"
    return f"{scheme}://{name}{at}{target}"
