"""The gate: what every request passes before a screen sees it, and what every answer carries.

In this order, and each refuses by itself:

1. the name in ``Host`` is one of ours (a page elsewhere whose name is turned to 127.0.0.1 reaches nothing)
2. the body is a plain form of at most :data:`MAX_BODY` bytes
3. a POST comes from our own pages: ``Origin`` and ``Sec-Fetch-Site``, where the browser tells, and the form's token
4. somebody is signed in, unless the route is open to all
5. their roles allow the route's action (:mod:`tamizdat.workbench.auth.permissions`)

Answers forbid everything that our pages do not need: scripts, styles and pictures come from here only and nothing is
written into a page; nobody frames it; nothing stays in a cache; no address of ours is told to another site.
"""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple
from urllib.parse import parse_qs, urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tamizdat.errors import TamizdatError, UsageError
from tamizdat.workbench import responses
from tamizdat.workbench.auth.accounts import Account
from tamizdat.workbench.request import Fields, Forbidden, NotFound, TooOften, WorkbenchRequest
from tamizdat.workbench.workbench import Workbench

MAX_BODY: Final = 4 << 20  #: bytes: the longest post there may be, in a script that a form writes ninefold
MAX_STRANGERS: Final = 1 << 18  #: the same, of somebody who is not signed in
MAX_FIELDS: Final = 40_000
MAX_NUMBER: Final = 1 << 53
PLAIN_FORM: Final = "application/x-www-form-urlencoded"
CARRIED: Final = "form-token"  #: name of the field that carries the form token, and of the header for scripts
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

Handler = Callable[[WorkbenchRequest], Response]


@dataclass(frozen=True)
class Route:
    """An address, a method, what one must be allowed to do (None: open to all), and the screen behind it."""

    path: str
    method: str
    action: str | None
    handler: Handler


class Gate:
    """Around the whole application: the Host, and the headers of every answer, whoever gives it."""

    def __init__(self, app: ASGIApp, hosts: Sequence[str], https: bool = False) -> None:
        self._app, self._hosts, self._https = app, frozenset(hosts), https

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
        elif scope["type"] == "http":
            hosts = Headers(scope=scope).getlist("host")
            known = len(hosts) == 1 and hosts[0].lower() in self._hosts
            answer = self._app if known else PlainTextResponse("This name is not the workbench's.\n", 421)
            await answer(scope, receive, self._sending(send))

    def _sending(self, send: Send) -> Send:
        async def wrapped(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
                if self._https:
                    headers["Strict-Transport-Security"] = "max-age=31536000"
            await send(message)

        return wrapped


def endpoint(bench: Workbench, route: Route) -> Callable[[Request], object]:
    """What is called for requests at *route*."""

    async def answer(http: Request) -> Response:
        who = await run_in_threadpool(_who, bench, http)
        try:
            most = MAX_BODY if who.account else MAX_STRANGERS
            form = await _form(http, most) if http.method == "POST" else {}
            query = parse_qs(http.url.query, keep_blank_values=True, max_num_fields=100, errors="strict")
        except (ValueError, UnicodeDecodeError):
            return PlainTextResponse("Expected a plain form of a reasonable size, found something else.\n", 400)
        return await run_in_threadpool(_answered, bench, route, http, who, query, form)

    return answer


class _Who(NamedTuple):
    """The cookie, whether it is new, and whose it is."""

    token: str
    fresh: bool
    account: Account | None


def _who(bench: Workbench, http: Request) -> _Who:
    given = http.cookies.get(responses.cookie_name(bench), "")
    token = given if 40 <= len(given) <= 64 else secrets.token_urlsafe(32)
    return _Who(token, token != given, bench.sessions.account(token, bench.now()))


def _answered(bench: Workbench, route: Route, http: Request, who: _Who, query: Fields, form: Fields) -> Response:
    as_data = "application/json" in http.headers.get("accept", "")
    about = (http.method, http.url.path, http.path_params)
    request = WorkbenchRequest(bench, *about, query, form, who.token, who.fresh, who.account, as_data)
    try:
        response = _within(route, request, http.headers)
    except NotFound:
        response = responses.problem(request, 404, "There is nothing here", "It may have another number, or none.")
    except Forbidden as refused:
        response = responses.problem(request, 403, "This is not for you to do", str(refused))
    except TooOften as often:
        response = responses.problem(request, 429, "Too many tries", f"Try again in {often.seconds} seconds.")
        response.headers["Retry-After"] = str(often.seconds)
    except TamizdatError as error:
        status = 400 if isinstance(error, UsageError) else 500
        response = responses.problem(request, status, "That did not work", str(error))
    if request.fresh and "set-cookie" not in response.headers:
        responses.set_cookie(response, bench, request.token)
    return response


def _within(route: Route, request: WorkbenchRequest, headers: Headers) -> Response:
    """Checks 3 to 5, then the screen."""
    ours = request.method != "POST" or _is_ours(request, headers)
    if not ours and (request.signed_in or route.action is None):
        raise Forbidden(
            "The form is not from a page of this workbench, or an old one. Go back, load it again, send it."
        )
    if route.action is not None:
        if request.signed_in is None:
            return responses.signed_out(request, kept=ours)
        if not request.account.may(route.action):
            raise Forbidden("Your roles do not allow this. An editor can change them under Accounts.")
    if any(isinstance(each, int) and each >= MAX_NUMBER for each in request.parameters.values()):
        raise NotFound
    return route.handler(request)


def _is_ours(request: WorkbenchRequest, headers: Headers) -> bool:
    origin, site = headers.get("origin"), headers.get("sec-fetch-site")
    if site not in (None, "same-origin"):
        return False
    if origin is not None and urlsplit(origin).netloc.lower() != headers.get("host", "").lower():
        return False
    given = request.text(CARRIED) or headers.get(CARRIED, "")
    return request.bench.sessions.is_form_token(request.token, given)


async def _form(http: Request, most: int) -> Fields:
    """The fields of a plain form; ValueError for anything else, and for more than *most* bytes."""
    if http.headers.get("content-type", "").partition(";")[0].strip().lower() != PLAIN_FORM:
        raise ValueError("another kind of body")
    body = bytearray()
    async for chunk in http.stream():
        body += chunk
        if len(body) > most:
            raise ValueError("too much")
    text = body.decode("ascii")
    return parse_qs(text, keep_blank_values=True, max_num_fields=MAX_FIELDS, errors="strict")
