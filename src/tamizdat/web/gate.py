"""ASGI middleware around every application: the name in ``Host``, requests from other sites, headers of responses.

A page in the same browser can send requests to 127.0.0.1 too, and can have its own name resolve to it (DNS rebinding).
So, before anything else looks at a request:

1. ``Host`` stands there once and is one of our names; else 421
2. what may change something (all but GET and HEAD) comes from our own pages: ``Sec-Fetch-Site`` and ``Origin``, where
   the browser sends them, say so; else 403

Responses forbid everything that our pages do not need: scripts, styles and pictures come from here only and nothing is
written into a page; nobody frames it; nothing stays in a cache; no address of ours is told to another site.
"""

from collections.abc import Mapping, Sequence
from typing import Final
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; media-src 'self'; connect-src 'self';"
    " form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS: Final = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cache-Control": "no-store",
    "X-Robots-Tag": "noindex",
}
SAFE: Final = ("GET", "HEAD")  #: methods that change nothing
_UNKNOWN_HOST: Final = "Nothing is served under this name. Use the address that was shown.\n"
_OTHER_SITE: Final = "This form was sent by a page of another site. Nothing was changed.\n"


class Gate:
    """Middleware around *app*, which answers to the names *hosts* (with their ports).

    *https*: browsers reach it that way, by a proxy in front. *headers* go with every response that has not its own.
    """

    def __init__(
        self, app: ASGIApp, hosts: Sequence[str], https: bool = False, headers: Mapping[str, str] = HEADERS
    ) -> None:
        self._app, self._hosts, self._https, self._headers = app, frozenset(hosts), https, headers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one HTTP request; pass the server's beginning and end on as they are; ignore all else."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
        elif scope["type"] == "http":
            own = {"Strict-Transport-Security": "max-age=31536000"} if self._https else {}
            await self._answering(scope)(scope, receive, with_headers(send, {**self._headers, **own}))

    def _answering(self, scope: Scope) -> ASGIApp:
        headers = Headers(scope=scope)
        hosts = headers.getlist("host")
        if len(hosts) != 1 or hosts[0].lower() not in self._hosts:
            return PlainTextResponse(_UNKNOWN_HOST, 421)
        if scope["method"] not in SAFE and not is_same_origin(headers):
            return PlainTextResponse(_OTHER_SITE, 403)
        return self._app


def with_headers(send: Send, headers: Mapping[str, str]) -> Send:
    """Return what sends responses with *headers*, but for those that a response has itself."""

    async def wrapped(message: Message) -> None:
        if message["type"] == "http.response.start":
            told = MutableHeaders(scope=message)
            for name, value in headers.items():
                told.setdefault(name, value)
        await send(message)

    return wrapped


def is_same_origin(headers: Headers) -> bool:
    """Tell whether a request comes from a page of ours, as far as the browser says where it comes from."""
    if headers.get("sec-fetch-site") not in (None, "same-origin"):
        return False
    origin = headers.get("origin")
    try:
        return origin is None or urlsplit(origin).netloc.lower() == headers.get("host", "").lower()
    except ValueError:  # http://[a is nobody's
        return False
