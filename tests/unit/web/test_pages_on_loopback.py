"""Pages served to a browser on the same computer, by an application that has no accounts and no archive."""

import asyncio
import subprocess
import sys
from typing import Any

import pytest
from starlette.responses import PlainTextResponse, Response

from support.visitor import Answer, ask
from tamizdat.errors import BadArchive, UsageError
from tamizdat.web import responses, routing, server
from tamizdat.web.gate import Gate
from tamizdat.web.rate_limit import RateLimit
from tamizdat.web.request import MAX_BODY, Forbidden, NotFound, TooOften, WebRequest
from tamizdat.web.routing import Route

HOST = "127.0.0.1:9000"
FORM = {"content-type": "application/x-www-form-urlencoded"}
RAISED = {
    "gone": NotFound(),
    "shut": Forbidden("no"),
    "often": TooOften(7),
    "odd": UsageError("x"),
    "bad": BadArchive("x"),
}


class Unlocked:
    """Access of a page that is open, or locked, for everybody alike."""

    def __init__(self, locked: bool = False) -> None:
        self.locked = locked

    def identify(self, request: WebRequest) -> WebRequest:
        return request

    def admit(self, route: Route[WebRequest], request: WebRequest) -> Response | None:
        return PlainTextResponse("locked", 401) if self.locked and route.action else None

    def problem(self, request: WebRequest, status: int, error: Exception) -> Response:
        return PlainTextResponse(type(error).__name__, status)

    def finish(self, request: WebRequest, response: Response) -> None:
        responses.set_cookie(response, "field", "token", False)


def echo(request: WebRequest) -> Response:
    return responses.data({"number": request.parameters.get("number"), "text": request.text("text")})


def fail(request: WebRequest) -> Response:
    raise RAISED[request.asked("with")]


ROUTES = (
    Route("/", "GET", None, echo),
    Route("/", "POST", None, echo),
    Route("/cards/{number:int}", "GET", "read", echo),
    Route("/fail", "GET", None, fail),
)


def asked(
    method: str, path: str, headers: dict[str, str] | None = None, body: bytes = b"", locked: bool = False
) -> Answer:
    app = Gate(routing.application(ROUTES, Unlocked(locked)), [HOST])
    return asyncio.run(ask(app, method, path, {"host": HOST, **(headers or {})}, body))


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1", "127.0.0.1:9001", "", HOST + "."])
def test_a_page_whose_name_resolves_to_this_computer_reaches_nothing(host: str) -> None:
    assert asked("GET", "/", {"host": host}).status == 421


@pytest.mark.parametrize(
    "sent",
    [
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": "http://[a"},
        {"origin": "http://127.0.0.1:8000"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"origin": f"http://{HOST}", "sec-fetch-site": "cross-site"},
    ],
)
@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_pages_of_other_sites_change_nothing(method: str, sent: dict[str, str]) -> None:
    answer = asked(method, "/", FORM | sent, b"text=a")
    assert answer.status == 403
    assert "set-cookie" not in answer.headers


def test_forms_of_our_own_pages_arrive() -> None:
    sent = FORM | {"origin": f"http://{HOST}", "sec-fetch-site": "same-origin"}
    assert asked("POST", "/", sent, b"text=a%0D%0Ab").body == b'{"number":null,"text":"a\\nb"}'


@pytest.mark.parametrize("body", [b"a=" + b"b" * MAX_BODY, b"a=%ff", b"\xff", b"&".join([b"a=1"] * 50_000)])
def test_forms_that_are_too_large_or_not_text_are_refused(body: bytes) -> None:
    assert asked("POST", "/", FORM, body).status == 400


@pytest.mark.parametrize("path", ["/?a=%ff", "/?" + "&".join(["a=1"] * 200)])
def test_queries_that_are_too_long_or_not_text_are_refused(path: str) -> None:
    assert asked("GET", path).status == 400


def test_numbers_that_neither_json_nor_sqlite_nor_python_holds_are_not_found() -> None:
    assert asked("GET", f"/cards/{(1 << 53) - 1}").status == 200
    assert asked("GET", f"/cards/{1 << 53}").status == 404
    assert asked("GET", f"/cards/{'9' * 5_000}").status == 404


@pytest.mark.parametrize(
    ("raised", "status"), [("gone", 404), ("shut", 403), ("often", 429), ("odd", 400), ("bad", 500)]
)
def test_what_a_handler_raises_becomes_a_page(raised: str, status: int) -> None:
    answer = asked("GET", f"/fail?with={raised}")
    assert (answer.status, answer.text) == (status, type(RAISED[raised]).__name__)
    assert answer.headers.get("retry-after") == ("7" if raised == "often" else None)
    assert "set-cookie" in answer.headers


def test_whoever_is_not_admitted_gets_the_applications_own_answer() -> None:
    assert asked("GET", "/cards/1", locked=True).status == 401
    assert asked("GET", "/", locked=True).status == 200


@pytest.mark.parametrize("given", ["-1", "1e3", "9" * 16, "\u0663", "<b>"])
def test_a_number_that_is_none_is_named(given: str) -> None:
    request = WebRequest(method="GET", path="/", parameters={}, query={"from": [given]}, headers={}, cookies={})
    with pytest.raises(UsageError, match="Expected a whole number") as caught:
        request.whole("from", 0)
    assert repr(given) in str(caught.value)


def test_a_limit_forgets_the_things_tried_longest_ago() -> None:
    limit = RateLimit(tries=1, seconds=100, most=2)
    assert [limit.wait(each, 0) for each in ("a", "b", "c", "a", "c")] == [0, 0, 0, 0, 100]


def test_a_taken_port_is_told() -> None:
    with server.listen("127.0.0.1", 0) as first, pytest.raises(UsageError, match=r"found \d+ taken"):
        server.listen("127.0.0.1", first.getsockname()[1])


def test_no_desk_is_needed() -> None:
    """A field device has neither accounts nor an archive, and need not load their code."""
    code = "import sys, tamizdat.web.server, tamizdat.web.routing, tamizdat.web.gate, tamizdat.web.static_files\n"
    code += "print(*(each for each in sys.modules if each.startswith('tamizdat.')))"
    loaded: Any = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.split()
    assert {each for each in loaded if not each.startswith("tamizdat.web")} <= {
        "tamizdat.dataclass",
        "tamizdat.errors",
        "tamizdat.encoding",
        "tamizdat.text",
        "tamizdat.text.style",
    }
