"""One bounded request to a server of stamps, through the proxy if there is one (:mod:`tamizdat.network`)."""

import http.client
from collections.abc import Mapping
from typing import Final
from urllib.parse import SplitResult, urlsplit

from tamizdat.errors import PlaceRefused, PlaceUnreachable, UsageError
from tamizdat.network.exchange import Server, reason

SECONDS: Final = 30.0  #: within which something has to move
MOST: Final = 1 << 17  #: bytes of an answer


def checked(url: str) -> SplitResult:
    """Return the parts of a server's address; raises UsageError for any other text."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        parts, port = urlsplit(""), None
    plain = parts.scheme in ("http", "https") and parts.hostname and not parts.username and not parts.fragment
    if not plain or port == 0 or not url.isascii() or not url.isprintable() or " " in url:
        raise UsageError(f"Expected an address like https://stamps.example/tsr, found {url[:80]!a}.")
    return parts


def ask(
    url: str, method: str, headers: Mapping[str, str], body: bytes = b"", below: str = "", seconds: float = SECONDS
) -> bytes | None:
    """Return what the server at *url*, with the path *below* added, answers; None if it has nothing there (404).

    Raises :class:`PlaceUnreachable` if there is no answer, :class:`PlaceRefused` for any other than 200.
    """
    parts = checked(url)
    target = (parts.path.rstrip("/") + below or "/") + (f"?{parts.query}" if parts.query else "")
    server = Server(parts.scheme, parts.hostname or "", parts.port, seconds)
    try:
        with server.ask(method, target, headers, body) as answer:
            if answer.status == 404 and method == "GET":
                return None
            if answer.status != 200:
                raise PlaceRefused(f"Expected the status 200, found {answer.status}.")
            data = answer.read(MOST)
    except (OSError, http.client.HTTPException) as error:
        raise PlaceUnreachable(f"It gave no answer: {reason(error)}.") from None
    finally:
        server.close()
    if len(data) > MOST:
        raise PlaceRefused(f"Expected an answer of at most {MOST:,} bytes, found more.")
    return data
