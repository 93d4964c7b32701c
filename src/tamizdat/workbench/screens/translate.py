"""Translate: the page on which a post is translated sentence by sentence.

Nothing typed is lost: what is saved is on the disk when the answer is given, and nothing that another tab saved is
written over (:mod:`tamizdat.workbench.drafts`). Everything here works as plain forms; the page's script asks for the
same things as data, while somebody types.
"""

from typing import Final

from starlette.responses import Response

from tamizdat.archive import Archive
from tamizdat.encoding import Json
from tamizdat.errors import UsageError
from tamizdat.translation.proposals import propose as propose_words
from tamizdat.web.request import NotFound
from tamizdat.web.routing import Route
from tamizdat.workbench import responses
from tamizdat.workbench.content import media_response
from tamizdat.workbench.content.post_view import thread
from tamizdat.workbench.content.translation_view import (
    HELPED,
    Work,
    draft_of,
    findings_for,
    history,
    open_work,
    others,
    pieces,
    suggestions_for,
    whole_findings,
)
from tamizdat.workbench.drafts import NOTES, Draft, Line, Saved
from tamizdat.workbench.l10n import gettext as _
from tamizdat.workbench.request import WorkbenchRequest


def work_of(request: WorkbenchRequest) -> Work:
    """Return the work that the address names. Raises as :func:`open_work`."""
    number, language = request.parameters["number"], request.parameters["language"]
    return open_work(request.bench.archive, request.account, number, language)


def show(request: WorkbenchRequest) -> Response:
    """Return the page of one piece of work, and lease it if nobody else is at it."""
    work, bench = work_of(request), request.bench
    bench.leases.take(request.account, (work.reading.post, work.language), bench.now())
    return _page(request, work, draft_of(request.bench.drafts, request.account, work))


def _page(
    request: WorkbenchRequest,
    work: Work,
    draft: Draft,
    conflicts: dict[str, Line] | None = None,
    problem: str = "",
    status: int = 200,
) -> Response:
    bench = request.bench
    if not work.segments:
        raise NotFound
    return responses.page(
        request,
        "work.html",
        status,
        work=work,
        reading=work.reading,
        changed=work.changed(bench.archive),
        draft=draft,
        pieces=pieces(bench.archive, work, draft.lines),
        helped=HELPED,
        whole=whole_findings(bench.archive, work, [each.target for each in draft.lines]),
        first_empty=next((number for number, line in enumerate(draft.lines) if not line.target.strip()), 0),
        thread=thread(bench.archive, work.reading, request.account),
        kinds=media_response.shown_to(request.account, bench.archive, work.reading),
        history=history(bench.archive, bench.accounts, work),
        private=bench.notes.of(work.reading.post, work.language),
        names={each.id: each.name for each in bench.accounts.all()},
        others=others(bench.accounts, bench.drafts, request.account, work),
        conflicts=conflicts or {},
        words=_script_words(),
        problem=problem,
    )


def _script_words() -> dict[str, str]:
    """Return what the page's script says, in the language of the interface."""
    return {
        "saved": _("Saved"),
        "not_saved": _("Not saved"),
        "no_answer": _("the desk does not answer."),
        "trying_again": _("Trying again …"),
        "changed_elsewhere": _("Changed in another tab or on another device meanwhile. There it says:"),
        "take_theirs": _("Take this"),
        "keep_mine": _("Keep mine"),
    }


def save(request: WorkbenchRequest) -> Response:
    """Save what differs from what was saved before."""
    work = work_of(request)
    saved, typed = _saved(request, work)
    if request.wants_json:
        revisions: dict[str, Json] = {_field(place): number for place, number in saved.revisions.items()}
        elsewhere: dict[str, Json] = {
            _field(place): {"target": line.target, "revision": line.revision} for place, line in saved.elsewhere.items()
        }
        return responses.data({"revisions": revisions, "elsewhere": elsewhere}, 409 if elsewhere else 200)
    if saved.elsewhere:
        return _page(request, work, saved.draft, _clashes(saved, typed), status=409)
    place = request.text("take").partition(":")[0]
    response = responses.redirect(request.path.removesuffix("/draft"), "saved")
    if place.isdecimal() and len(place) < 6:
        response.headers["Location"] += f"#s{int(place)}"
    return response


def _saved(request: WorkbenchRequest, work: Work) -> tuple[Saved, dict[int, str]]:
    """Save all that was sent; return what came of it, and the targets that were typed, by place."""
    bench = request.bench
    typed = _typed(request, work)
    fields = [(place, target, request.whole(f"seen-{_field(place)}", 0)) for place, target in typed.items()]
    with bench.sealed.changing():
        draft = draft_of(bench.drafts, request.account, work)
        saved = bench.drafts.save(request.account, draft, fields, bench.now()), typed
    bench.leases.take(request.account, (work.reading.post, work.language), bench.now(), typed=True)
    return saved


def _clashes(saved: Saved, typed: dict[int, str]) -> dict[str, Line]:
    """Return by field what was typed here, what was saved elsewhere, and its revision."""
    found = saved.elsewhere.items()
    return {_field(place): Line(typed[place], line.target, line.revision) for place, line in found}


def _field(place: int) -> str:
    return "notes" if place == NOTES else str(place)


def _typed(request: WorkbenchRequest, work: Work) -> dict[int, str]:
    """Return the targets that were sent, by place, with the suggestion that was taken in its place."""
    found: dict[int, str] = {}
    taken, _, suggestion = request.text("take").partition(":")
    for place in range(len(work.segments)):
        if str(place) == taken:
            found[place] = _suggested(request.bench.archive, work, place, suggestion)
        elif f"target-{place}" in request.form:
            found[place] = request.text(f"target-{place}")
    if "notes" in request.form:
        found[NOTES] = request.text("notes")
    return found


def _suggested(archive: Archive, work: Work, number: int, which: str) -> str:
    found = suggestions_for(archive, work, number)
    if not (which.isdecimal() and len(which) < 4 and int(which) < len(found)):
        raise UsageError(_("This suggestion is not there any more. Load the page again."))
    return found[int(which)].target


def propose(request: WorkbenchRequest) -> Response:
    """Propose what was typed, then redirect to the next piece of work."""
    bench, work = request.bench, work_of(request)
    saved, typed = _saved(request, work)
    if saved.elsewhere:
        return _page(request, work, saved.draft, _clashes(saved, typed), status=409)
    try:
        with bench.acting:
            _propose(request, work_of(request), saved.draft)
    except UsageError as error:
        return _page(request, work, saved.draft, problem=str(error), status=400)
    bench.drafts.drop(request.account, work.reading.post, work.language)
    bench.leases.end(request.account, (work.reading.post, work.language))
    return responses.redirect("/translate/next", "proposed", language=work.language, after=str(work.reading.number))


def _propose(request: WorkbenchRequest, work: Work, draft: Draft) -> None:
    bench, version = request.bench, work.reading.version
    if request.whole("version", -1) != version.number:
        raise UsageError(_("The post was edited while you translated. Look at what is new, then propose again."))
    if request.whole("latest", -1) != (work.latest.number if work.latest else -1):
        raise UsageError(_("Somebody else proposed a translation meanwhile. Look at it below, then propose again."))
    notes = [each.strip() for each in draft.notes.target.split("\n\n") if each.strip()]
    targets, day = [line.target for line in draft.lines], bench.today().isoformat()
    propose_words(bench.archive, bench.key, work.tag, version, work.language, targets, notes, day)


def drop(request: WorkbenchRequest) -> Response:
    """Delete one's draft."""
    work = work_of(request)
    request.bench.drafts.drop(request.account, work.reading.post, work.language)
    return responses.redirect(request.path.removesuffix("/drop"), "dropped")


def note(request: WorkbenchRequest) -> Response:
    """Add a private note, or delete one's own."""
    bench, work = request.bench, work_of(request)
    place = work.reading.post, work.language
    if request.text("remove"):
        bench.notes.remove(request.account, *place, request.text("remove"))
    else:
        bench.notes.add(request.account, *place, request.text("note"), bench.now())
    back = request.path.removesuffix("/note")
    return responses.redirect(f"{back}/review" if request.text("from") == "review" else back, "noted")


def suggestions(request: WorkbenchRequest) -> Response:
    """Return what the memory suggests for one sentence, as JSON."""
    work = work_of(request)
    found = suggestions_for(request.bench.archive, work, _place(request, work))
    listed: list[Json] = [{"score": each.score, "source": each.source, "target": each.target} for each in found]
    return responses.data({"suggestions": listed})


def checks(request: WorkbenchRequest) -> Response:
    """Return what the checks find odd about what is being typed, as JSON."""
    work = work_of(request)
    found = findings_for(request.bench.archive, work, _place(request, work), request.text("target"))
    said: list[Json] = [{"kind": each.kind, "says": str(each)} for each in found if each.kind != "empty"]
    return responses.data({"findings": said})


def _place(request: WorkbenchRequest, work: Work) -> int:
    place: int = request.parameters["place"]
    if place >= len(work.segments):
        raise NotFound
    return place


_WORK: Final = "/translate/{number:int}/{language}"
ROUTES: Final = (
    Route(_WORK, "GET", "translate", show),
    Route(f"{_WORK}/draft", "POST", "translate", save),
    Route(f"{_WORK}/propose", "POST", "translate", propose),
    Route(f"{_WORK}/drop", "POST", "translate", drop),
    Route(f"{_WORK}/note", "POST", "translate", note),
    Route(_WORK + "/suggestions/{place:int}", "GET", "translate", suggestions),
    Route(_WORK + "/checks/{place:int}", "POST", "translate", checks),
)
