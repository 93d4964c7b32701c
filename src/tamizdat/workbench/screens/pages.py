"""A captured web page: replayed from the archive's bytes in a frame that reaches nothing, with picture and words."""

from typing import Final

from starlette.responses import Response

from tamizdat.archive.views.pages import open_kept
from tamizdat.captures.traces import Trace, own_names, search
from tamizdat.publishing.derived.clearance import bare_files
from tamizdat.publishing.names_in_captures import NamesInCaptures
from tamizdat.web.gate import POLICY
from tamizdat.web.routing import Route
from tamizdat.workbench import responses
from tamizdat.workbench.content import custody, media_response, page_view
from tamizdat.workbench.l10n import gettext as _
from tamizdat.workbench.request import WorkbenchRequest


def show(request: WorkbenchRequest) -> Response:
    """Return the screen of a captured page. Its frame may hold nothing but what we serve."""
    return _page(request)


def _page(request: WorkbenchRequest, traces: list[Trace] | None = None, problem: str = "") -> Response:
    archive = request.bench.archive
    view = page_view.page_view(archive, request.parameters["number"])
    entries = custody.of_numbers(archive, [view.file.number, view.page.number])
    response = responses.page(request, "page.html", 400 if problem else 200, view=view, signature=view.file.signed,
                              entries=entries, traces=traces, also=request.text("also"), problem=problem)  # fmt: skip
    response.headers["Content-Security-Policy"] = f"{POLICY}; frame-src 'self'"
    return response


def replayed(request: WorkbenchRequest) -> Response:
    """Return the page itself, for the frame."""
    return page_view.replayed(request.bench.archive, request.parameters["number"])


def picture(request: WorkbenchRequest) -> Response:
    """Return the picture that was made of it when it was captured."""
    return page_view.picture(request.bench.archive, request.parameters["number"])


def give_out(request: WorkbenchRequest) -> Response:
    """Look for traces of the desk in the page's file; give it out if what is found was agreed to."""
    archive = request.bench.archive
    view = page_view.page_view(archive, request.parameters["number"])
    page = view.page
    also = {line.strip(): _("what you named") for line in request.text("also").split("\n") if line.strip()}
    with open_kept(archive.objects, page.object) as web:
        found = search(web, {**own_names(), **also}, bare_files(archive), NamesInCaptures(archive))
    agreed = request.text("agreed")
    if agreed == "":
        return _page(request, found)
    if agreed != str(len(found)):
        return _page(request, found, _("Something else was found than before. Look at it, then decide again."))
    name = view.file.path.lower()
    ending = next((each for each in ("wacz", "warc.gz", "warc") if name.endswith(f".{each}")), "wacz")
    return media_response.attachment(archive, page.object, f"page-{page.number}.{ending}")


ROUTES: Final = (
    Route("/pages/{number:int}", "GET", "confidential", show),
    Route("/pages/{number:int}/replay", "GET", "confidential", replayed),
    Route("/pages/{number:int}/give", "POST", "publish", give_out),
    Route("/pages/{number:int}/picture", "GET", "confidential", picture),
)
