"""Backups and checks: when which was last done and what came since; doing it, and reading all of it again."""

import functools
from collections.abc import Callable
from typing import Final

from starlette.responses import Response

from tamizdat.web.routing import Route
from tamizdat.workbench import responses
from tamizdat.workbench.jobs import backup
from tamizdat.workbench.jobs.jobs import BACKUP, CHECK, Job
from tamizdat.workbench.l10n import gettext as _
from tamizdat.workbench.request import WorkbenchRequest
from tamizdat.workbench.screens import job_page

PATH: Final = "/backups"


def show(request: WorkbenchRequest) -> Response:
    """Return what is backed up where, and what was found. While something runs, the page loads again by itself."""
    return _page(request)


def _page(request: WorkbenchRequest, problem: str = "", status: int = 200) -> Response:
    bench = request.bench
    jobs = [bench.jobs.of(BACKUP), bench.jobs.of(CHECK)]
    last_backup, last_check = jobs
    if request.wants_json:
        return responses.data(
            {name: job.state() if job else None for name, job in zip((BACKUP, CHECK), jobs, strict=True)}
        )
    bench.home.refresh()
    response = responses.page(
        request,
        "backups.html",
        status,
        backup=last_backup,
        check=last_check,
        key=backup.key_of(bench.home),
        places=backup.known(bench.home, bench.archive),
        problem=problem,
    )
    return job_page.reloading(response, PATH, *jobs)


def begin(request: WorkbenchRequest) -> Response:
    """Begin to back up, or to read everything again; or stop it."""
    bench = request.bench
    work: Callable[[Job], object]
    match request.text("do"):
        case "backup":
            work, name = functools.partial(backup.back_up_everywhere, bench.current_home(), bench.archive), BACKUP
        case "check":
            work, name = functools.partial(backup.check, bench.current_home(), bench.archive), CHECK
        case "stop":
            return job_page.stop(request, PATH, BACKUP, CHECK)
        case _:
            return _page(request, responses.no_such_button(), 400)
    if not job_page.begin(request, Job(name, name, begun=bench.now()), work):
        return _page(request, _("That is under way already."), 409)
    return responses.redirect(PATH)


ROUTES: Final = (
    Route(PATH, "GET", "backups", show),
    Route(PATH, "POST", "backups", begin),
)
