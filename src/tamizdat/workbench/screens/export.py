"""Export: cards and files, a package for a court, clips for a cutting room; made at the desk, saved from here."""

import functools
from collections.abc import Callable
from typing import Final
from urllib.parse import quote

from starlette.responses import Response, StreamingResponse

from tamizdat.cutting_room.edit_lists.files import read_list
from tamizdat.cutting_room.film import Used, held_against
from tamizdat.errors import TamizdatError
from tamizdat.evidence.proofs import PARTS
from tamizdat.text.catalogue import N_
from tamizdat.translation.packet_xml import MAX_BYTES
from tamizdat.web.request import NotFound
from tamizdat.web.routing import Route
from tamizdat.web.small_file import SmallFile
from tamizdat.workbench import responses
from tamizdat.workbench.given_files import zipped
from tamizdat.workbench.given_shows import looks_current, may_go_out
from tamizdat.workbench.jobs import exports
from tamizdat.workbench.jobs.jobs import EXPORT, Job
from tamizdat.workbench.l10n import gettext as _
from tamizdat.workbench.request import WorkbenchRequest
from tamizdat.workbench.screens import job_page

PATH: Final = "/export"
FIELDS: Final = ("what", "only", "voices")  #: what was typed
#: what a package may tell beside what was chosen, and is asked for part by part
TELLS: Final = {
    "device": N_("the long-term key and the name of the device that sealed a card"),
    "manifest": N_("the closing manifest of a card, which lists every file on it"),
    "said": N_("what devices said of their own files (ProofMode, Tella, C2PA), with place, networks and keys"),
    "salts": N_("what opens private entries of the ledger"),
    "tags": N_("by which account, as a tag, a transcript, translation or review was made"),
    "times": N_("times finer than a day"),
}

NOT_SHOWN: Final = N_(
    "It is not handed out any more: what it shows was changed, covered or withdrawn after it was made, or nobody noted "
    "what it shows. Delete it here, and make it again."
)


def show(request: WorkbenchRequest) -> Response:
    """Return what can be given out, and what was. While something is made, the page loads again by itself."""
    return _page(request)


def _page(
    request: WorkbenchRequest, problem: str = "", status: int = 200, film: tuple[str, list[Used]] | None = None
) -> Response:
    bench, job = request.bench, request.bench.jobs.of(EXPORT)
    if request.wants_json:
        return job_page.state(request, EXPORT)
    result = job.result if job else None
    typed = {name: request.text(name) or request.asked(name) for name in FIELDS}
    foreseen = result if isinstance(result, exports.Foreseen) else None
    response = responses.page(
        request,
        "export.html",
        status,
        job=job,
        made=result if isinstance(result, exports.GivenOut) else None,
        foreseen=foreseen,
        parts={part: _(TELLS[part]) for part in PARTS},
        given=[(each, looks_current(bench.site, bench.given.shows(each.name))) for each in bench.given.all()],
        halves=bench.given.halves() if not (job and job.running) else [],
        not_shown=_(NOT_SHOWN),
        folder=bench.given.folder.resolve(),
        problem=problem,
        film=film,
        of_film=request.path.endswith("/film"),
        do=request.text("do"),
        typed=typed,
    )
    return job_page.reloading(response, PATH, job)


def begin(request: WorkbenchRequest) -> Response:
    """Begin to give something out, stop that, or delete what was given out."""
    bench, given = request.bench, request.bench.given
    what, voices, only = request.text("what"), request.text("voices"), exports.words_of(request.text("only"))
    asked = frozenset(request.texts("part")) & frozenset(PARTS)
    words = exports.words_of(what)
    work: Callable[[Job], object]
    match request.text("do"):
        case "files" | "cut" if not words:
            return _page(request, _("Type numbers of items, such as 17, 20-44, or a card’s name."), 400)
        case "evidence" | "foresee" if not words and not voices.strip():
            return _page(request, _("Type numbers, a card’s name, or a voice."), 400)
        case "files" as do:
            work = functools.partial(exports.give_files, bench.archive, given, words, only)
        case "cut" as do:
            work = functools.partial(exports.give_shots, bench.archive, given, bench.site, what, bench.today())
        case "foresee" as do:
            work = functools.partial(exports.foresee, bench.archive, bench.site, what, voices, asked, bench.today())
        case "evidence" as do:
            pdf = request.text("pdf") == "yes"
            work = functools.partial(
                exports.give_package, bench.archive, given, bench.site, what, voices, asked, bench.today(), pdf
            )
        case "zim" | "torrent" as do:
            what = _("The edition")
            work = functools.partial(
                exports.give_edition, bench.archive, given, bench.site, do == "torrent", bench.today()
            )
        case "stop":
            return job_page.stop(request, PATH, EXPORT)
        case "delete":
            return _delete(request)
        case _:
            return _page(request, responses.no_such_button(), 400)
    about = (what or voices).strip()[:200]
    if not job_page.begin(request, Job(EXPORT, do, about, bench.now()), work):
        return _page(request, _("Something else is being given out. Wait until that is done, or stop it."), 409)
    return responses.redirect(PATH)


def _delete(request: WorkbenchRequest) -> Response:
    bench, job = request.bench, request.bench.jobs.of(EXPORT)
    try:
        if name := request.text("name"):
            bench.given.delete(name)
        elif not (job and job.running):
            bench.given.delete_halves()
    except TamizdatError as error:
        return _page(request, str(error), 400)
    bench.jobs.forget(EXPORT)
    return responses.redirect(PATH, "deleted")


def receive_film(request: WorkbenchRequest) -> SmallFile:
    """Return what takes a film's edit list."""
    return SmallFile(MAX_BYTES)


def hold_film(request: WorkbenchRequest) -> Response:
    """Hold a film's edit list against what may be shown; nothing of it is kept."""
    bench, sent = request.bench, request.sent
    try:
        found = held_against(bench.archive, bench.site, read_list(sent.data), bench.today().isoformat())
    except TamizdatError as error:
        return _page(request, f"{sent.name}: {error}", 400)
    found.sort(key=lambda each: not (each.why or each.told))  # what has to be looked at stands first
    return _page(request, film=(sent.name, found))


def save(request: WorkbenchRequest) -> Response:
    """Return what was given out as one ZIP file, made while it is sent; the page if it may not be shown any more.

    Raises :class:`NotFound`.
    """
    name = request.asked("name")
    if not name:
        return responses.redirect(PATH)
    path = request.bench.given.path(name)
    if path is None:
        raise NotFound
    bench = request.bench
    if not may_go_out(bench.archive, bench.site, bench.given.shows(name), bench.today().isoformat()):
        return _page(request, f"{name}: {_(NOT_SHOWN)}", 409)
    headers = {
        "Content-Disposition": f"attachment; filename=\"{EXPORT}.zip\"; filename*=UTF-8''{quote(name)}.zip",
        "Cache-Control": "no-store",
    }
    return StreamingResponse(zipped(path), headers=headers, media_type="application/zip")


ROUTES: Final = (
    Route(PATH, "GET", "export", show),
    Route(PATH, "POST", "export", begin),
    Route(f"{PATH}/file", "GET", "export", save),
    Route(f"{PATH}/film", "POST", "export", hold_film, receive_film),
)
