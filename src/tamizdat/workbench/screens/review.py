"""Review: another account's translation beside its source; return it, mark it reviewed, approve it."""

from dataclasses import replace
from typing import Final

from starlette.responses import Response

from tamizdat.errors import UsageError
from tamizdat.translation.proposals import review
from tamizdat.translation.segments import Segment
from tamizdat.web.request import Forbidden, NotFound
from tamizdat.web.routing import Route
from tamizdat.workbench import responses
from tamizdat.workbench.content import media_response
from tamizdat.workbench.content.post_view import thread
from tamizdat.workbench.content.translation_view import Work, history, pieces, whole_findings
from tamizdat.workbench.drafts import Line
from tamizdat.workbench.l10n import gettext as _
from tamizdat.workbench.request import WorkbenchRequest
from tamizdat.workbench.screens.translate import work_of


def show(request: WorkbenchRequest, problem: str = "", status: int = 200) -> Response:
    """Return the page of one review. Raises :class:`NotFound` if nothing is translated yet."""
    work = work_of(request)
    latest = work.latest
    if latest is None:
        raise NotFound
    bench = request.bench
    translated = bench.archive.index.posts.version(latest.source.index)
    then = _as_translated(work)
    targets = [Line(each.source, each.target) for each in latest.segments]
    return responses.page(
        request,
        "review.html",
        status,
        work=work,
        reading=work.reading,
        changed=work.changed(bench.archive),
        latest=latest,
        translated=translated,
        pieces=pieces(bench.archive, then, targets, helped=0),
        whole=whole_findings(bench.archive, then, [each.target for each in targets]),
        thread=thread(bench.archive, work.reading, request.account),
        kinds=media_response.shown_to(request.account, bench.archive, work.reading),
        history=history(bench.archive, bench.accounts, work),
        private=bench.notes.of(work.reading.post, work.language),
        names={each.id: each.name for each in bench.accounts.all()},
        note=request.text("note"),
        problem=problem,
    )


def _as_translated(work: Work) -> Work:
    """Return the work with the sentences that were translated, which are others if the post was edited since."""
    assert work.latest is not None
    if [each.source for each in work.latest.segments] == work.sources:
        return work
    return replace(work, segments=tuple(Segment("", each.source, "", 0) for each in work.latest.segments), tail="")


def judge(request: WorkbenchRequest) -> Response:
    """Return the translation to its translator, with a private note that says why, or mark it reviewed.

    Raises :class:`Forbidden` for a verdict that is none.
    """
    verdict = request.text("verdict")
    if verdict not in ("returned", "reviewed"):
        raise Forbidden(_("This is not one of the buttons of the page. Load the page again."))
    return _judged(request, verdict)


def approve(request: WorkbenchRequest) -> Response:
    """Approve the translation: it may be published."""
    return _judged(request, "approved")


def _judged(request: WorkbenchRequest, verdict: str) -> Response:
    bench, work = request.bench, work_of(request)
    if work.latest is None:
        raise NotFound
    try:
        with bench.acting:
            latest = work_of(request).latest
            if latest is None or request.whole("translated", -1) != latest.number:
                raise UsageError(_("A newer translation was proposed meanwhile. It is the one below; read it first."))
            review(bench.archive, bench.key, work.tag, latest.number, verdict, bench.today().isoformat())
    except UsageError as error:
        return show(request, str(error), 400)
    bench.notes.add(request.account, work.reading.post, work.language, request.text("note"), bench.now())
    bench.leases.end(request.account, (work.reading.post, work.language))
    return responses.redirect("/translate/next", verdict, language=work.language, after=str(work.reading.number))


_REVIEW: Final = "/translate/{number:int}/{language}/review"
ROUTES: Final = (
    Route(_REVIEW, "GET", "translate", show),
    Route(_REVIEW, "POST", "review", judge),
    Route(_REVIEW.replace("/review", "/approve"), "POST", "approve", approve),
)
