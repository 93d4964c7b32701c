"""Collect: an export that is sent from a browser, looked over, then taken in; feeds and accounts that are followed."""

import functools
from collections.abc import Callable
from typing import Final
from urllib.parse import urlsplit

from starlette.responses import Response

from tamizdat.archive.ingest.accounts import followed_as
from tamizdat.archive.ingest.exports import Intake
from tamizdat.archive.ingest.refused_answers import unanswered
from tamizdat.captures.box import refuse_root
from tamizdat.errors import TamizdatError, UsageError
from tamizdat.network.addresses import is_inside
from tamizdat.network.connect import is_direct
from tamizdat.posts.fetch import check_address, is_address
from tamizdat.web.routing import Route
from tamizdat.workbench import responses
from tamizdat.workbench.jobs import intake, recheck
from tamizdat.workbench.jobs.jobs import COLLECT, Job
from tamizdat.workbench.l10n import gettext as _
from tamizdat.workbench.request import WorkbenchRequest
from tamizdat.workbench.screens import job_page
from tamizdat.workbench.uploads import Receiving

PATH: Final = "/collect"
SHOWN: Final = 12  #: problems that are told one by one


def show(request: WorkbenchRequest) -> Response:
    """Return what was sent and found, and what is followed. While something runs, the page loads again by itself."""
    return _page(request)


def _page(request: WorkbenchRequest, problem: str = "", status: int = 200) -> Response:
    bench, job = request.bench, request.bench.jobs.of(COLLECT)
    if request.wants_json:
        return responses.data({"problem": problem} if problem else job.state() if job else {"job": COLLECT}, status)
    response = responses.page(
        request,
        "collect.html",
        status,
        job=job,
        upload=bench.uploads.kept,
        feeds=intake.followed(bench.archive),
        refused=intake.refused(bench.archive),
        asked=recheck.asked_hosts(bench.archive),
        shown=SHOWN,
        problem=problem,
    )
    return job_page.reloading(response, PATH, job)


def receive(request: WorkbenchRequest) -> Receiving:
    """Return what takes the uploaded file."""
    return request.bench.uploads.receive()


def look(request: WorkbenchRequest) -> Response:
    """Look over what was sent: the account of what taking it in would do."""
    if request.bench.uploads.kept is None:
        return _page(request, _("Choose a file, then send it."), 400)
    return _begin(request, "look")


def take(request: WorkbenchRequest) -> Response:
    """Take it in, look again with other answers, or throw it away; or stop what is being collected."""
    match request.text("do"):
        case "stop":
            return job_page.stop(request, PATH, COLLECT)
        case "take" | "look" as what:
            return _begin(request, what)
        case "drop":
            try:
                request.bench.uploads.drop(request.text("upload"))
            except UsageError as error:
                return _page(request, str(error), 400)
            request.bench.jobs.forget(COLLECT)
            return responses.redirect(PATH, "dropped-upload")
    return _page(request, _("Choose what is to be done."), 400)


def _begin(request: WorkbenchRequest, what: str) -> Response:
    bench, kept = request.bench, request.bench.uploads.kept
    how = Intake(what == "look", request.text("letters") == "yes", request.text("owner").strip())
    seen = request.text("upload") or (kept.key if kept else "")
    work = functools.partial(intake.read_upload, bench.home, bench.archive, bench.key, bench.uploads, seen, how)
    about = kept.name if kept else ""
    return _run(request, Job(COLLECT, what, about, bench.now()), work)


def _run(request: WorkbenchRequest, job: Job, work: Callable[[Job], object]) -> Response:
    if not job_page.begin(request, job, work):
        return _page(request, _("Something else is being collected. Wait until that is done, or stop it."), 409)
    return responses.redirect(PATH)


def follow(request: WorkbenchRequest) -> Response:
    """Follow a new address, and visit it; or visit all that are followed."""
    bench, given = request.bench, request.text("address").strip()
    try:
        if given and not is_address(given):
            raise UsageError(
                _("Expected an address that begins with https:// or at://, found “%(given)s”.", given=given[:80])
            )
        if given.startswith("http"):
            check_address(given)
        urls = [followed_as(given)] if given else intake.to_visit(bench.archive)
    except TamizdatError as error:
        return _page(request, str(error), 400)
    if not urls:
        return _page(request, _("Nothing is to be visited now."), 400)
    work = functools.partial(intake.visit, bench.home, bench.archive, bench.key, urls)
    return _run(request, Job(COLLECT, "visit", begun=bench.now(), total=len(urls)), work)


def capture(request: WorkbenchRequest) -> Response:
    """Capture a page by a browser in a box, and take it in."""
    bench, given = request.bench, request.text("page").strip()
    try:
        if not given.startswith(("http://", "https://")):
            raise UsageError(_("Expected an address that begins with https://, found “%(given)s”.", given=given[:80]))
        address = check_address(given).geturl()
        refuse_root()
    except TamizdatError as error:
        return _page(request, str(error), 400)
    work = functools.partial(intake.capture, bench.home, bench.archive, bench.key, address)
    return _run(request, Job(COLLECT, "capture", address[:200], bench.now()), work)


def show_lacking(request: WorkbenchRequest, problem: str = "", status: int = 200) -> Response:
    """Return which hosts could be asked for pictures, clips and sounds that posts name; nothing is asked by it."""
    named = intake.lacking(request.bench.archive)
    hosts = [(host, len(found), is_inside(urlsplit(f"//{host}").hostname or "")) for host, found in named.items()]
    direct = any(map(is_direct, named))
    return responses.page(request, "lacking.html", status, hosts=hosts, direct=direct, problem=problem)


def fetch(request: WorkbenchRequest) -> Response:
    """Fetch what is not here from the hosts that were ticked."""
    bench = request.bench
    hosts = [each for each in intake.lacking(bench.archive) if each in request.texts("host")]
    if not hosts:
        return show_lacking(request, _("Tick the hosts that may be asked."), 400)
    work = functools.partial(intake.fetch, bench.home, bench.archive, bench.key, hosts)
    return _run(request, Job(COLLECT, "fetch", ", ".join(hosts)[:200], bench.now()), work)


def switch(request: WorkbenchRequest) -> Response:
    """Visit an address again, or not any more; or take in what was refused of it, for it is still its author's."""
    bench, url = request.bench, request.text("address")
    if request.text("do") == "theirs":
        if url not in unanswered(bench.archive):
            return _page(request, _("Nothing is to be visited now."), 400)
        work = functools.partial(intake.say_theirs, bench.home, bench.archive, bench.key, url)
        return _run(request, Job(COLLECT, "visit", begun=bench.now(), total=1), work)
    try:
        intake.switch(bench.home, bench.archive, url, request.text("do") == "on")
    except TamizdatError as error:
        return _page(request, str(error), 400)
    return responses.redirect(PATH, "saved")


ROUTES: Final = (
    Route(PATH, "GET", "collect", show),
    Route(f"{PATH}/upload", "POST", "collect", look, receive),
    Route(f"{PATH}/take", "POST", "collect", take),
    Route(f"{PATH}/follow", "POST", "collect", follow),
    Route(f"{PATH}/switch", "POST", "collect", switch),
    Route(f"{PATH}/capture", "POST", "collect", capture),
    Route(f"{PATH}/media", "GET", "collect", show_lacking),
    Route(f"{PATH}/media", "POST", "collect", fetch),
)
