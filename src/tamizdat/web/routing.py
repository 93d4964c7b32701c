"""Routing: which handler answers which address, and what happens around it.

A :class:`Route` names an address, a method, what one must be allowed to do, and the handler. Who asks, and whether they
may, an application's :class:`Access` tells. For each request, in this order, and each step refuses by itself::

    query and form are read                 at most :attr:`~.WebRequest.max_body` bytes of a plain form; else 400
                                            (of an upload as it comes, once Access.admit let it in)
    Access.identify     who asks            the request as this application's handlers see it
    Access.admit        may they            None, or the response that is given instead (a sign-in page)
    numbers in the address are below 2⁵³    else 404
    the handler                             its errors become pages: 404, 403, 429, 400, 500
    Access.finish       the last word       a cookie, for instance
"""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import replace
from typing import Final, Generic, Protocol, TypeVar

from starlette import routing
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.convertors import IntegerConvertor, register_url_convertor
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp

from tamizdat.dataclass import dataclass
from tamizdat.errors import TamizdatError, UsageError
from tamizdat.web.request import BadForm, Forbidden, NotFound, TooOften, WebRequest, read_form
from tamizdat.web.small_file import SmallFile
from tamizdat.web.upload import Event, Receiver, file_name, is_upload, read_parts

MAX_NUMBER: Final = 1 << 53  #: above the greatest number in an address

R = TypeVar("R", bound=WebRequest)


@dataclass(frozen=True)
class Route(Generic[R]):
    """An address, a method, what one must be allowed to do (None: open to all), and the handler behind it."""

    path: str
    method: str
    action: str | None
    handler: Callable[[R], Response]
    receiver: Callable[[R], Receiver] | None = None  #: of an upload: what takes the file, before the handler answers


class Access(Protocol[R]):
    """Who asks, what they may, and how this application words its refusals. All of it may block."""

    def identify(self, request: WebRequest) -> R:
        """Return the request with whoever makes it; its form is not read yet."""

    def admit(self, route: Route[R], request: R) -> Response | None:
        """Return None if the request may go on to its handler. May raise :class:`Forbidden`."""

    def problem(self, request: R, status: int, error: Exception) -> Response:
        """Return a page that says what went wrong."""

    def finish(self, request: R, response: Response) -> None:
        """Add to *response* what every response to this request carries."""


class _Number(IntegerConvertor):
    """A number in an address, of however many digits: Python refuses to read one of thousands."""

    def convert(self, value: str) -> int:
        return int(value) if len(value) <= len(str(MAX_NUMBER)) else MAX_NUMBER


register_url_convertor("int", _Number())


def application(routes: Iterable[Route[R]], access: Access[R]) -> ASGIApp:
    """Return the ASGI application that answers at *routes*; put a :class:`~tamizdat.web.gate.Gate` around it."""
    served = [routing.Route(each.path, _endpoint(access, each), methods=[each.method]) for each in routes]
    app = Starlette(routes=served, exception_handlers={404: _nowhere(access), 405: _plain, 500: _plain})
    app.router.redirect_slashes = False
    return app


def _nowhere(access: Access[R]) -> Callable[[Request, Exception], Awaitable[Response]]:
    """Return what answers where no route leads: for whoever reads pages, a page."""

    def nothing(_: R) -> Response:
        raise NotFound

    async def answer(http: Request, error: Exception) -> Response:
        if "text/html" not in http.headers.get("accept", ""):
            return await _plain(http, error)
        request = await run_in_threadpool(access.identify, WebRequest.of(http))
        here = Route("", "GET", None, nothing)
        looked = replace(request, method="GET", form={})  # what was sent to nowhere needs no token of a form
        return await run_in_threadpool(_respond, access, here, looked)

    return answer


async def _plain(http: Request, error: Exception) -> Response:
    """Return an answer of which nothing can be learned."""
    status = getattr(error, "status_code", 500)
    known = {404: "There is nothing here.", 405: "This cannot be asked for in this way."}
    fault = "This is a fault in the program itself. What was saved is safe."
    return PlainTextResponse(f"{known.get(status, fault)}\n", status, getattr(error, "headers", None))


def _endpoint(access: Access[R], route: Route[R]) -> Callable[[Request], object]:
    async def answer(http: Request) -> Response:
        try:
            request = await run_in_threadpool(access.identify, WebRequest.of(http))
            if route.receiver and is_upload(http):
                return await _received(access, route, request, http)
            form = await read_form(http, request.max_body) if http.method == "POST" else {}
        except ClientDisconnect:
            return PlainTextResponse("", 400)  # nobody reads it
        except BadForm:
            limit = "Expected a form of a reasonable size, with text in UTF-8. Load the page again, then send it.\n"
            return PlainTextResponse(limit, 400)
        return await run_in_threadpool(_respond, access, route, replace(request, form=form))

    return answer


async def _received(access: Access[R], route: Route[R], request: R, http: Request) -> Response:
    """Hand the file of an upload to its receiver, then answer.

    Whoever may not send it is told so before a byte of it is kept. The rest is read and thrown away then: a browser
    shows an answer only when it has sent everything.
    """
    fields: dict[str, list[str]] = {}
    receiver: Receiver | None = None
    response: Response | None = None
    whole = False
    try:
        async for event in read_parts(http):
            if response is not None:
                continue
            if event.kind == "field":
                fields.setdefault(event.name, []).append(event.value.decode("utf-8", "replace"))
            elif event.kind == "file" and receiver is None:
                asking = replace(request, form=dict(fields))
                receiver, response = await run_in_threadpool(_begin_upload, access, route, asking, event.name, http)
            elif receiver is not None and not whole:
                response = await run_in_threadpool(_take_upload, access, receiver, request, event)
                whole = event.kind == "end" and response is None
    except BaseException:
        whole = False
        raise
    finally:
        if receiver is not None and not whole:
            await run_in_threadpool(receiver.abandon)
    if response is not None:
        access.finish(request, response)
        return response
    file = receiver if isinstance(receiver, SmallFile) and whole else None
    return await run_in_threadpool(_respond, access, route, replace(request, form=dict(fields), file=file))


def _begin_upload(
    access: Access[R], route: Route[R], request: R, name: str, http: Request
) -> tuple[Receiver | None, Response | None]:
    """Return what takes the file; or why it may not come."""
    receiver: list[Receiver] = []

    def begin() -> Response | None:
        refusal = access.admit(route, request)
        if refusal is not None:
            return refusal
        assert route.receiver is not None, "a route of uploads"
        taker = route.receiver(request)
        length = http.headers.get("content-length", "")
        taker.begin(file_name(name), int(length) if length.isascii() and length.isdecimal() else None)
        receiver.append(taker)
        return None

    refusal = _told(access, request, begin)
    return (receiver[0] if receiver else None), refusal


def _take_upload(access: Access[R], receiver: Receiver, request: R, event: Event) -> Response | None:
    """Hand on what came; return why it may not go on."""

    def take() -> None:
        if event.kind == "data":
            receiver.write(event.value)
        elif event.kind == "end":
            receiver.finish()

    return _told(access, request, take)


def _respond(access: Access[R], route: Route[R], request: R) -> Response:
    response = _told(access, request, lambda: _admitted(access, route, request))
    assert response is not None, "a handler answers"
    access.finish(request, response)
    return response


def _told(access: Access[R], request: R, act: Callable[[], Response | None]) -> Response | None:
    """Return what *act* returns, or a page that tells its error."""
    try:
        response = act()
    except NotFound as error:
        response = access.problem(request, 404, error)
    except Forbidden as error:
        response = access.problem(request, 403, error)
    except TooOften as error:
        response = access.problem(request, 429, error)
        response.headers["Retry-After"] = str(error.seconds)
    except TamizdatError as error:
        response = access.problem(request, 400 if isinstance(error, UsageError) else 500, error)
    return response


def _admitted(access: Access[R], route: Route[R], request: R) -> Response:
    refusal = access.admit(route, request)
    if refusal is not None:
        return refusal
    if any(isinstance(each, int) and each >= MAX_NUMBER for each in request.parameters.values()):
        raise NotFound
    return route.handler(request)
