"""Time stamps: whom the desk asks to stamp its ledger and what they learn; the desk's consent; what became of it."""

import functools
from pathlib import Path
from typing import Final

from starlette.responses import Response

from tamizdat.archive.checkpoints import Checkpoints
from tamizdat.dataclass import dataclass
from tamizdat.errors import TamizdatError, UsageError
from tamizdat.home.home import Home
from tamizdat.publishing.daily_stamps import CALENDAR, Agreed, StampReport, agree, disagree, name_others, stamp_due
from tamizdat.publishing.stamp_days import SETTING, StampDays
from tamizdat.timestamps.defaults import HOUR
from tamizdat.web.routing import Route
from tamizdat.workbench import responses
from tamizdat.workbench.jobs.jobs import STAMPS, Job
from tamizdat.workbench.l10n import gettext as _
from tamizdat.workbench.request import WorkbenchRequest
from tamizdat.workbench.screens import job_page

PATH: Final = "/publish/stamps"


@dataclass(frozen=True)
class Stamps:
    """Whether this desk has its ledger stamped every night, at which hour (UTC), and who stamped its last state."""

    agreed: bool
    hour: str
    entries: int
    by: list[str]


def stamps_of(request: WorkbenchRequest) -> Stamps | None:
    """Return how the desk stands to stamps; None before there is anything to be stamped."""
    kept = Checkpoints(request.bench.archive.folder)
    sizes = kept.sizes()
    if not sizes:
        return None
    by = [name.rpartition(".")[0] for name in kept.stamps(sizes[-1])]
    return Stamps(bool(Agreed.of(request.bench.home).since), f"{HOUR:02}:00", sizes[-1], by)


def show(request: WorkbenchRequest) -> Response:
    """Return whom the desk asks, and what became of it. While others are asked, the page loads again by itself."""
    return _page(request)


def _page(request: WorkbenchRequest, problem: str = "", status: int = 200) -> Response:
    bench, job = request.bench, request.bench.jobs.of(STAMPS)
    if request.wants_json:
        return job_page.state(request, STAMPS)
    bench.home.refresh()
    agreed = Agreed.of(bench.home)
    named = bench.home.settings.get(SETTING, {}).get("at", [])
    response = responses.page(
        request,
        "stamps.html",
        status,
        job=job,
        made=job.result if job and isinstance(job.result, StampReport) else None,
        agreed=agreed,
        asked=[*agreed.authorities, *(f"{CALENDAR}{each}" for each in agreed.calendars)],
        named=request.text("at") if problem else "\n".join(named),
        days=StampDays.of(bench.home),
        hour=f"{HOUR:02}:00",
        proxy=bench.home.proxy is not None,
        problem=problem,
    )
    return job_page.reloading(response, PATH, job)


def change(request: WorkbenchRequest) -> Response:
    """Agree, or not any more; name whom to ask; ask for what is due now, or stop that."""
    bench = request.bench
    if request.text("do") == "stop":
        return job_page.stop(request, PATH, STAMPS)
    try:
        match request.text("do"):
            case "agree":
                if request.text("read") != "yes":
                    raise UsageError(_("Read what others learn by it, then tick that you did."))
                agree(bench.home, bench.today())
            case "disagree":
                disagree(bench.home)
            case "name":
                lines = [line.strip() for line in request.text("at").split("\n")]
                name_others(bench.home, [line for line in lines if line])
            case "ask":
                return _ask(request)
            case _:
                raise UsageError(responses.no_such_button())
    except TamizdatError as error:
        return _page(request, str(error), 400)
    return responses.redirect(PATH, "saved")


def _ask(request: WorkbenchRequest) -> Response:
    bench = request.bench
    work = functools.partial(_stamp, bench.current_home(), bench.archive.folder, bench.site)
    if not job_page.begin(request, Job(STAMPS, "ask", begun=bench.now()), work):
        return _page(request, _("That is under way already."), 409)
    return responses.redirect(PATH)


def _stamp(home: Home, archive: Path, site: Path, job: Job) -> StampReport:
    return stamp_due(home, archive, site, advance=job.advance)


ROUTES: Final = (
    Route(PATH, "GET", "publish", show),
    Route(PATH, "POST", "publish", change),
)
