"""A captured web page: replayed from the archive's bytes in a frame that reaches nothing, with picture and words."""

from typing import Final

from starlette.responses import Response

from tamizdat.web.gate import POLICY
from tamizdat.web.routing import Route
from tamizdat.workbench import responses
from tamizdat.workbench.content import custody, page_view
from tamizdat.workbench.request import WorkbenchRequest


def show(request: WorkbenchRequest) -> Response:
    """Return the screen of a captured page. Its frame may hold nothing but what we serve."""
    archive = request.bench.archive
    view = page_view.page_view(archive, request.parameters["number"])
    entries = custody.of_numbers(archive, [view.file.number, view.page.number])
    response = responses.page(request, "page.html", view=view, signature=view.file.signed, entries=entries)
    response.headers["Content-Security-Policy"] = f"{POLICY}; frame-src 'self'"
    return response


def replayed(request: WorkbenchRequest) -> Response:
    """Return the page itself, for the frame."""
    return page_view.replayed(request.bench.archive, request.parameters["number"])


def picture(request: WorkbenchRequest) -> Response:
    """Return the picture that was made of it when it was captured."""
    return page_view.picture(request.bench.archive, request.parameters["number"])


ROUTES: Final = (
    Route("/pages/{number:int}", "GET", "confidential", show),
    Route("/pages/{number:int}/replay", "GET", "confidential", replayed),
    Route("/pages/{number:int}/picture", "GET", "confidential", picture),
)
