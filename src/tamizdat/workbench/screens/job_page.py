"""What the pages of long work have in common: a job begins, tells how far it is, is stopped; the page loads again.

A page shows a job as its :class:`~tamizdat.workbench.jobs.jobs.Job` tells it (``under_way`` in ``parts.html``).
"""

from collections.abc import Callable
from typing import Final

from starlette.responses import Response

from tamizdat.workbench import responses
from tamizdat.workbench.command_pages import told_to_script
from tamizdat.workbench.jobs.jobs import Job
from tamizdat.workbench.request import WorkbenchRequest

PATIENCE: Final = 0.7  #: seconds for which a browser waits whether a job ends at once
RELOAD: Final = 2  #: seconds until the page loads again


def begin(request: WorkbenchRequest, job: Job, work: Callable[[Job], object], patience: float = PATIENCE) -> bool:
    """Begin a job, and wait a little, for many end at once; return False if one of its name runs."""
    jobs = request.bench.jobs
    if not jobs.begin(job, work):
        return False
    jobs.wait_for(job.name, patience)
    return True


def stop(request: WorkbenchRequest, path: str, *names: str) -> Response:
    """Ask the jobs of these names to give up, if they are what the page showed; return the way back to it."""
    jobs = request.bench.jobs
    for name in names:
        jobs.ask_to_stop(name, request.text("begun"))
        jobs.wait_for(name, PATIENCE)
    return responses.redirect(path)


def state(request: WorkbenchRequest, name: str) -> Response:
    """Return what a program is told of the job of this name."""
    job = request.bench.jobs.of(name)
    if job is None:
        return responses.data({"job": name, "running": False})
    return responses.data({**job.state(), "problem": told_to_script(job.problem) or None})


def reloading(response: Response, path: str, *jobs: Job | None) -> Response:
    """Return the page so that a browser loads it again by itself while one of these jobs runs."""
    if any(job is not None and job.running for job in jobs):
        response.headers["Refresh"] = f"{RELOAD}; url={path}"
    return response
