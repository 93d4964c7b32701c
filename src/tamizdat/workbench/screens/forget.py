"""Forgetting something: what goes with it, what nobody can reach; the passphrase again, and it is destroyed."""

import functools
from collections.abc import Callable
from typing import Final

from starlette.responses import Response

from tamizdat.archive import Archive
from tamizdat.archive.forgetting.targets import ITEM, POST, VERSION, meant
from tamizdat.errors import Forgotten, UsageError, WrongPassphrase
from tamizdat.statements.forgotten import ASKED, DANGER, MISTAKE, ORDERED
from tamizdat.text.catalogue import N_
from tamizdat.web.request import TooOften
from tamizdat.web.routing import Route
from tamizdat.workbench import responses
from tamizdat.workbench.auth.account_rules import folded
from tamizdat.workbench.jobs import forget
from tamizdat.workbench.jobs.jobs import FORGET, Job
from tamizdat.workbench.l10n import gettext as _
from tamizdat.workbench.request import WorkbenchRequest
from tamizdat.workbench.screens import job_page

PATH: Final = "/forget"
REASONS: Final = {
    ASKED: N_("somebody asked for it"),
    ORDERED: N_("a court or a law wants it"),
    DANGER: N_("it may harm somebody"),
    MISTAKE: N_("it should never have been taken in"),
}


def show(request: WorkbenchRequest) -> Response:
    """Return what would go, or went. While it is looked for or destroyed, the page loads again by itself."""
    number = request.parameters["number"]
    if (now := request.bench.archive.instead_of(number)) != number:
        return responses.redirect(f"{PATH}/{now}")  # a file in which words are blank since
    return _page(request)


def _page(request: WorkbenchRequest, problem: str = "", status: int = 200) -> Response:
    bench, number = request.bench, request.parameters["number"]
    job = bench.jobs.of(FORGET)
    if request.wants_json:
        return job_page.state(request, FORGET)
    if job is not None and job.about != str(number) and not job.running:
        job = None  # of something else, and done
    result = job.result if job else None
    plan = result.plan if isinstance(result, forget.Foreseen) else None
    gone = result if isinstance(result, forget.Gone) else None
    kind, refusal = "", ""
    if gone is None and not (job and job.running):
        kind, refusal = _what_it_is(bench.archive, number)
    response = responses.page(
        request,
        "forget.html",
        404 if refusal and status == 200 else status,
        number=number,
        job=job,
        on_its_page=kind in (POST, VERSION, ITEM),
        refusal=refusal,
        plan=plan,
        size=sum(plan.objects.values()) if plan else 0,
        followed=forget.followed(bench.archive, plan) if plan else (),
        foreseen=result,
        gone=gone,
        reasons={why: _(words) for why, words in REASONS.items()},
        problem=problem,
    )
    return job_page.reloading(response, f"{PATH}/{number}", job)


def _what_it_is(archive: Archive, number: int) -> tuple[str, str]:
    """Return what the number is of, or why that cannot be forgotten."""
    try:
        return meant(archive, number).kind, ""
    except Forgotten as error:
        return "", str(error)
    except UsageError:
        return "", _("Nothing that can be forgotten has this number. Find its page; there, choose “Forget it…”.")


def begin(request: WorkbenchRequest) -> Response:
    """Look for what would go; or destroy it, once the account has said its passphrase again."""
    bench, number = request.bench, request.parameters["number"]
    work: Callable[[Job], object]
    what = request.text("do")
    match what:
        case "stop":
            return job_page.stop(request, f"{PATH}/{number}", FORGET)
        case "foresee":
            work = functools.partial(forget.foresee, bench.archive, number)
        case "forget":
            try:
                _require_passphrase(request)
            except UsageError as error:
                return _page(request, str(error), 403)
            if request.text("why") not in REASONS:
                return _page(request, responses.no_such_button(), 400)
            work = functools.partial(
                forget.carry_out, bench.current_home(), bench.archive, bench.sealed, bench.key, number,
                request.text("why"), bench.today(), acting=bench.acting,
            )  # fmt: skip
        case _:
            return _page(request, responses.no_such_button(), 400)
    if not job_page.begin(request, Job(FORGET, what, str(number), begun=bench.now()), work):
        return _page(request, _("That is under way already."), 409)
    return responses.redirect(f"{PATH}/{number}")


def _require_passphrase(request: WorkbenchRequest) -> None:
    """Raise :class:`UsageError` unless the account's passphrase came too, :class:`TooOften` after many tries."""
    bench, name = request.bench, request.account.name
    if seconds := bench.by_name.wait(folded(name), bench.now()):
        raise TooOften(seconds)
    try:
        bench.accounts.sign_in(name, request.text("passphrase"))
    except WrongPassphrase:
        raise UsageError(_("This is not your passphrase. Nothing was forgotten.")) from None


ROUTES: Final = (
    Route(f"{PATH}/{{number:int}}", "GET", "forget", show),
    Route(f"{PATH}/{{number:int}}", "POST", "forget", begin),
)
