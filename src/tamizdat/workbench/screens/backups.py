"""Backups and checks: when which was last done and what came since; doing it, and reading all of it again."""

import functools
from typing import Final

from starlette.responses import Response

from tamizdat.web.routing import Route
from tamizdat.workbench import backup_job, responses
from tamizdat.workbench.jobs import BACKUP, CHECK, Job
from tamizdat.workbench.l10n import gettext as _
from tamizdat.workbench.request import WorkbenchRequest

PATH: Final = "/backups"
PATIENCE: Final = 0.7  #: seconds for which a browser waits whether it ends at once


def show(request: WorkbenchRequest) -> Response:
    """Return what is backed up where, and what was found. While something runs, the page loads again by itself."""
    return _page(request)


def _page(request: WorkbenchRequest, problem: str = "", status: int = 200) -> Response:
    bench = request.bench
    jobs = [bench.jobs.of(BACKUP), bench.jobs.of(CHECK)]
    backup, check = jobs
    if request.wants_json:
        return responses.data(
            {name: job.state() if job else None for name, job in zip((BACKUP, CHECK), jobs, strict=True)}
        )
    bench.home.refresh()
    response = responses.page(
        request,
        "backups.html",
        status,
        backup=backup,
        check=check,
        key=backup_job.key_of(bench.home),
        places=backup_job.known(bench.home, bench.archive),
        problem=problem,
    )
    if any(job and job.running for job in jobs):
        response.headers["Refresh"] = f"2; url={PATH}"
    return response


def begin(request: WorkbenchRequest) -> Response:
    """Begin to back up, or to read everything again; or stop it."""
    bench = request.bench
    match request.text("do"):
        case "backup":
            work = functools.partial(backup_job.back_up_everywhere, bench.current_home(), bench.archive)
            begun, name = bench.jobs.begin(Job(BACKUP, "backup", begun=bench.now()), work), BACKUP
        case "check":
            begun, name = (
                bench.jobs.begin(
                    Job(CHECK, "check", begun=bench.now()),
                    functools.partial(backup_job.check, bench.current_home(), bench.archive),
                ),
                CHECK,
            )
        case "stop":
            for name in (BACKUP, CHECK):
                bench.jobs.ask_to_stop(name)
                bench.jobs.wait_for(name, PATIENCE)
            return responses.redirect(PATH)
        case _:
            return _page(request, _("This is not one of the buttons of the page. Load the page again."), 400)
    if not begun:
        return _page(request, _("That is under way already."), 409)
    bench.jobs.wait_for(name, PATIENCE)
    return responses.redirect(PATH)


ROUTES: Final = (
    Route(PATH, "GET", "backups", show),
    Route(PATH, "POST", "backups", begin),
)
