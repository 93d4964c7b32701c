"""The workbench as one ASGI application: the gate around it, a route for each address."""

from collections.abc import Sequence
from urllib.parse import urlsplit

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from tamizdat.workbench.gate import Gate, endpoint
from tamizdat.workbench.screens import ROUTES
from tamizdat.workbench.workbench import Workbench


def application(bench: Workbench, hosts: Sequence[str] = ()) -> Gate:
    """What a server runs. It answers to the name in the workbench's address, and to *hosts*."""
    routes = [Route(each.path, endpoint(bench, each), methods=[each.method]) for each in ROUTES]
    app = Starlette(routes=routes, exception_handlers={404: _plain, 405: _plain, 500: _plain})
    app.router.redirect_slashes = False
    return Gate(app, [urlsplit(bench.address).netloc.lower(), *hosts], bench.address.startswith("https:"))


async def _plain(request: Request, error: Exception) -> Response:
    """An answer of which nothing can be learned."""
    status = getattr(error, "status_code", 500)
    said = {404: "There is nothing here.", 405: "This cannot be asked for in this way."}
    fault = "This is a fault in the workbench itself. What was saved is safe."
    return PlainTextResponse(f"{said.get(status, fault)}\n", status, getattr(error, "headers", None))
