"""Memories and tables: what others translated, our own memory as a file, the glossary as a table."""

from typing import Final

from starlette.responses import Response

from tamizdat.errors import TamizdatError
from tamizdat.text.languages import LANGUAGE, normal_language
from tamizdat.translation.glossary_csv import export_csv, import_csv
from tamizdat.translation.origins import MAX_NAME, Origins
from tamizdat.translation.packet_xml import MAX_BYTES
from tamizdat.translation.tmx import export_tmx, import_tmx
from tamizdat.web.responses import download
from tamizdat.web.routing import Route
from tamizdat.web.small_file import SmallFile
from tamizdat.workbench import responses
from tamizdat.workbench.l10n import gettext as _
from tamizdat.workbench.request import WorkbenchRequest

PATH: Final = "/glossary/files"
SHOWN: Final = 30  #: problems of a table that are told


def show(request: WorkbenchRequest) -> Response:
    """Return what there is of it, and the forms that send and fetch it."""
    return _page(request)


def _page(request: WorkbenchRequest, problem: str = "", status: int = 200, **told: object) -> Response:
    return responses.page(
        request,
        "memories.html",
        status,
        origins=Origins(request.bench.archive).all(),
        most=MAX_NAME,
        shown=SHOWN,
        problem=problem,
        **({"taken": None, "terms": None} | told),
    )


def receive(request: WorkbenchRequest) -> SmallFile:
    """Return what takes a memory or a table."""
    return SmallFile(MAX_BYTES)


def add(request: WorkbenchRequest) -> Response:
    """Take in a memory of others under the name that it is given."""
    bench, file, name = request.bench, request.file, request.text("name").strip()
    if file is None or not name:
        return _page(request, _("Choose a file and give it a name, then send it."), 400)
    try:
        taken = Origins(bench.archive).add(name, import_tmx(file.data), bench.today().isoformat())
    except TamizdatError as error:
        return _page(request, str(error), 400)
    return _page(request, taken=(name, taken))


def drop(request: WorkbenchRequest) -> Response:
    """Throw out a memory of others, and all that came with it."""
    try:
        Origins(request.bench.archive).drop(request.text("name"))
    except TamizdatError as error:
        return _page(request, str(error), 400)
    return responses.redirect(PATH, "memory-dropped")


def memory(request: WorkbenchRequest) -> Response:
    """Return the memory as TMX: what was reviewed of released posts; for editors also of others, if they ask."""
    given = request.asked("language").strip()
    language = (normal_language(given) or given) if given else None
    if language and not LANGUAGE.fullmatch(language):
        return _page(request, _("Choose a language, or type its tag: en, fr, zh-Hant."), 400)
    everything = request.asked("all") == "yes" and request.account.may("confidential")
    written, _pairs = export_tmx(request.bench.archive, language, everything)
    return download(written, f"memory{'-' + language if language else ''}.tmx")


def table(request: WorkbenchRequest) -> Response:
    """Return the glossary as a table."""
    return download(export_csv(request.bench.archive)[0], "glossary.csv", "text/csv")


def take_table(request: WorkbenchRequest) -> Response:
    """State what a table says of terms."""
    bench = request.bench
    try:
        with bench.acting:
            terms = import_csv(bench.archive, bench.key, request.sent.data)
    except TamizdatError as error:
        return _page(request, str(error), 400)
    return _page(request, terms=terms)


ROUTES: Final = (
    Route(PATH, "GET", "glossary", show),
    Route(f"{PATH}/memories", "POST", "glossary", add, receive),
    Route(f"{PATH}/memories/drop", "POST", "glossary", drop),
    Route(f"{PATH}/memory", "GET", "glossary", memory),
    Route(f"{PATH}/table", "GET", "glossary", table),
    Route(f"{PATH}/table", "POST", "glossary", take_table, receive),
)
