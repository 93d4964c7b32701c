"""Kept posts that are asked for one by one: which hosts may be asked, when they were, and what came of it."""

import functools
from typing import Final
from urllib.parse import urlsplit

from starlette.responses import Response

from tamizdat.errors import TamizdatError
from tamizdat.network.addresses import is_inside
from tamizdat.web.routing import Route
from tamizdat.workbench import responses
from tamizdat.workbench.jobs import recheck
from tamizdat.workbench.jobs.jobs import ASK, Job
from tamizdat.workbench.l10n import gettext as _
from tamizdat.workbench.request import WorkbenchRequest
from tamizdat.workbench.screens import collect, job_page

PATH: Final = "/collect/asked"


def show(request: WorkbenchRequest, problem: str = "", status: int = 200) -> Response:
    """Return which hosts could be asked, or how far it is; nothing is asked by it."""
    bench, job = request.bench, request.bench.jobs.of(ASK)
    if request.wants_json:
        return job_page.state(request, ASK)
    if job is not None and job.running:
        hosts, others = [], {}
    else:
        counts, known = (
            bench.askable.of(bench.archive),
            {each.host: each for each in recheck.asked_hosts(bench.archive)},
        )
        rows = [(host, number, known.get(host), is_inside(urlsplit(f"//{host}").hostname or ""))
                for host, number in counts.hosts.items()]  # fmt: skip
        hosts = sorted(rows, key=lambda each: (-each[1], each[0]))
        others = counts.others
    response = responses.page(request, "asked.html", status, job=job, hosts=hosts, others=others, problem=problem)
    return job_page.reloading(response, PATH, job)


def ask(request: WorkbenchRequest) -> Response:
    """Ask the hosts that were ticked, or stop that; or ask one no more."""
    bench, ticked = request.bench, request.texts("host")
    match request.text("do"):
        case "stop":
            return job_page.stop(request, PATH, ASK)
        case "off":
            try:
                recheck.stop_asking(bench.home, bench.archive, request.text("host"))
            except TamizdatError as error:
                return show(request, str(error), 409)
            return responses.redirect(collect.PATH, "saved")
    hosts = [host for host in bench.askable.of(bench.archive).hosts if host in ticked]
    if not hosts:
        return show(request, _("Tick the hosts that may be asked."), 400)
    work = functools.partial(recheck.ask, bench.home, bench.archive, bench.key, hosts)
    if not job_page.begin(request, Job(ASK, "ask", begun=bench.now()), work):
        return show(request, _("Something else is being collected. Wait until that is done, or stop it."), 409)
    return responses.redirect(PATH)


ROUTES: Final = (Route(PATH, "GET", "collect", show), Route(PATH, "POST", "collect", ask))
