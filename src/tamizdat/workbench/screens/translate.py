"""Translate: the page on which a post is translated sentence by sentence.

Nothing typed is lost: what is saved is on the disk when the answer is given, and nothing that another tab saved is
written over (:mod:`tamizdat.workbench.drafts.translations`). Everything here works as plain forms; the page's script
asks for the same things as data, while somebody types.
"""

from typing import Final

from starlette.responses import Response

from tamizdat.encoding import Json, sha256_hex
from tamizdat.errors import UsageError
from tamizdat.translation.checks import Finding
from tamizdat.translation.proposals import propose as propose_words
from tamizdat.web.request import NotFound
from tamizdat.web.routing import Route
from tamizdat.workbench import finding_words, responses
from tamizdat.workbench.content import media_response
from tamizdat.workbench.content.machine_suggestion import suggest, switched
from tamizdat.workbench.content.meanwhile import edit, news_of, others_say, proposed_otherwise
from tamizdat.workbench.content.old_words import nearest, old_words
from tamizdat.workbench.content.post_view import thread
from tamizdat.workbench.content.second import second_of
from tamizdat.workbench.content.talk import reason_of, review_agreed, talk_of
from tamizdat.workbench.content.translation_view import (
    HELPED,
    Work,
    doubted_numbers,
    draft_of,
    findings_for,
    history,
    open_work,
    pieces,
    suggestions_for,
    whole_findings,
)
from tamizdat.workbench.content.typed_words import changes_since, field_of, is_edited, text_digest, typed
from tamizdat.workbench.drafts.translations import Draft, Line, Saved, Typed, sentence_keys
from tamizdat.workbench.l10n import gettext as _
from tamizdat.workbench.machine_words import is_same, told_of
from tamizdat.workbench.request import WorkbenchRequest
from tamizdat.workbench.screens import comments
from tamizdat.workbench.screens.clips import spoken


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
    doubts: bool = False,
) -> Response:
    bench, account, place = request.bench, request.account, (work.reading.post, work.language)
    if not work.segments and not draft.left:
        raise NotFound
    deleted = bench.drafts.deleted(account, *place, bench.now())
    bench.comments.read(account, *place)
    doubted = doubted_numbers(work, [each.target for each in draft.lines])
    return responses.page(
        request,
        "work.html",
        status,
        work=work,
        reading=work.reading,
        changed=work.changed(bench.archive),
        edited=edit(request, work),
        edits=changes_since(bench.archive, work, request.whole("version", -1)) if is_edited(request, work) else [],
        text=text_digest(work),
        draft=draft,
        keys=sentence_keys(work.sources),
        old=old_words(bench.archive, work, draft),
        deleted=deleted[0][0] if deleted else None,
        pieces=pieces(bench.archive, work, draft.lines),
        helped=HELPED,
        whole=whole_findings(bench.archive, work, [each.target for each in draft.lines]),
        done_of=sum(bool(line.target.strip()) for line in draft.lines),
        first_empty=next((number for number, line in enumerate(draft.lines) if not line.target.strip()), 0),
        talk=talk_of(bench, work, work.sources, account),
        theirs=proposed_otherwise(work, draft),
        reason=reason_of(bench, work),
        second=second_of(bench.archive, work, request.text("beside") or request.asked("beside")),
        guide=bench.guides.read("language", work.language),
        about=bench.guides.read("voice", work.reading.version.author),
        thread=thread(bench.archive, work.reading, account),
        **spoken(request, work),
        kinds=media_response.shown_to(account, bench.archive, work.reading),
        history=history(bench.archive, bench.accounts, work),
        machine=bench.machine_words.of(account, *place),
        is_machines=is_same,
        model=switched(bench, work),
        private=bench.notes.of(*place),
        names={each.id: each.name for each in bench.accounts.all()},
        others=others_say(request, work),
        conflicts=conflicts or {},
        problem=problem,
        looked=_digest(doubted),
        doubts=doubted if doubts else [],
    )


def save(request: WorkbenchRequest) -> Response:
    """Save what differs from what was saved before; then do what the button says about one sentence."""
    work = work_of(request)
    saved, fields = _saved(request, work)
    if request.wants_json:
        return _saved_as_data(request, work, saved)
    try:
        said = comments.add_typed(request, work, work.sources)
    except UsageError as error:
        return comments.refused(request, error)
    if saved.elsewhere:
        return _page(request, work, saved.draft, _clashes(saved, fields), status=409)
    back = request.path.rpartition("/")[0]
    if request.text("machine"):
        return _ask(request, work, saved.draft)
    if request.text("old"):
        return responses.redirect(back, _settled(request, work, saved.draft), **_beside(request))
    place = request.text("take").partition(":")[0]
    done = comments.act(request, work) or ("commented" if said else "saved")
    response = responses.redirect(back, done, **_beside(request))
    if place.isdecimal() and len(place) < 6:
        response.headers["Location"] += f"#s{int(place)}"
    return response


def _ask(request: WorkbenchRequest, work: Work, draft: Draft) -> Response:
    """Ask the model for one sentence; what it says stands below that one."""
    place = request.whole("machine", -1)
    try:
        suggest(request, work, place)
    except UsageError as error:
        return _page(request, work, draft, problem=str(error), status=400)
    response = responses.redirect(request.path.rpartition("/")[0], "suggested", **_beside(request))
    response.headers["Location"] += f"#s{place}"
    return response


def _saved_as_data(request: WorkbenchRequest, work: Work, saved: Saved) -> Response:
    revisions: dict[str, Json] = {field_of(place): number for place, number in saved.revisions.items()}
    elsewhere: dict[str, Json] = {
        field_of(place): {"target": line.target, "revision": line.revision} for place, line in saved.elsewhere.items()
    }
    told: dict[str, Json] = {"revisions": revisions, "elsewhere": elsewhere, "meanwhile": news_of(request, work)}
    return responses.data(told, 409 if elsewhere else 200)


def _beside(request: WorkbenchRequest) -> dict[str, str]:
    return {"beside": request.text("beside")} if request.text("beside") else {}


def _saved(request: WorkbenchRequest, work: Work) -> tuple[Saved, dict[int, str]]:
    """Save all that was sent; return what came of it, and the targets that were typed, by place."""
    bench = request.bench
    fields = typed(request, work)
    taken = _taken(request, work)
    if taken:
        fields = [each for each in fields if each.place != taken.place] + [taken]
    with bench.sealed.changing():
        draft = draft_of(bench.drafts, request.account, work)
        saved = bench.drafts.save(request.account, draft, fields, bench.now())
    bench.leases.take(request.account, (work.reading.post, work.language), bench.now(), typed=True)
    return saved, {each.place: each.target for each in fields}


def _settled(request: WorkbenchRequest, work: Work, draft: Draft) -> str:
    """Take words that an edit left, or set them aside; return what is said of it."""
    bench = request.bench
    how, _colon, key = request.text("old").partition(":")
    with bench.sealed.changing():
        draft = draft_of(bench.drafts, request.account, work)
        if how == "take":
            place = next((nearest(each, work.sources) for each in draft.left if each.key == key), 0)
            bench.drafts.take(request.account, draft, key, place, bench.now())
            return "taken"
        bench.drafts.set_aside(request.account, draft, key, bench.now())
    return "aside"


def _clashes(saved: Saved, fields: dict[int, str]) -> dict[str, Line]:
    """Return by field what was typed here, what was saved elsewhere, and its revision."""
    found = saved.elsewhere.items()
    return {field_of(place): Line(fields[place], line.target, line.revision) for place, line in found}


def _taken(request: WorkbenchRequest, work: Work) -> Typed | None:
    """Return the suggestion that was taken, or the wording that somebody suggested, as if it had been typed."""
    number, _colon, which = request.text("take").partition(":")
    if not number.isdecimal() or len(number) > 5 or int(number) >= len(work.segments):
        return None
    place = int(number)
    talk = talk_of(request.bench, work, work.sources, request.account)
    wording = next((each.first.wording for each in talk.wordings(place) if each.first.id == which), None)
    if which == "proposed":
        wording = work.start()[place] or None
    if which == "machine":
        place_of = work.reading.post, work.language
        said = request.bench.machine_words.of(request.account, *place_of).get(sentence_keys(work.sources)[place])
        wording = said.words if said else None
    found = suggestions_for(request.bench.archive, work, place) if wording is None else []
    if wording is None and not (which.isdecimal() and len(which) < 4 and int(which) < len(found)):
        raise UsageError(_("This suggestion is not there any more. Load the page again."))
    target = found[int(which)].target if wording is None else wording
    return Typed(place, target, request.whole(f"seen-{place}", 0))


def propose(request: WorkbenchRequest) -> Response:
    """Propose what was typed, then redirect to the next piece of work."""
    bench, work = request.bench, work_of(request)
    saved, fields = _saved(request, work)
    try:
        comments.add_typed(request, work, work.sources)
    except UsageError as error:
        return comments.refused(request, error)
    if saved.elsewhere:
        return _page(request, work, saved.draft, _clashes(saved, fields), status=409)
    doubted = doubted_numbers(work, [each.target for each in saved.draft.lines])
    if doubted and request.text("looked") != _digest(doubted):  # not on the page that was sent: typed since, or pasted
        said = _("Numbers differ from the source. Look at these sentences; if they are right, propose again.")
        return _page(request, work, saved.draft, problem=said, status=400, doubts=True)
    try:
        with bench.acting:
            done = _propose(request, work_of(request), saved.draft)
    except UsageError as error:
        return _page(request, work, saved.draft, problem=str(error), status=400)
    with bench.sealed.changing():
        now = draft_of(bench.drafts, request.account, work)
        if (now.lines, now.notes) == (saved.draft.lines, saved.draft.notes):  # else another tab has saved since
            bench.drafts.drop(request.account, work.reading.post, work.language)
    bench.leases.end(request.account, (work.reading.post, work.language))
    return responses.redirect("/translate/next", done, language=work.language, after=str(work.reading.number))


def _digest(doubted: list[tuple[int, Finding]]) -> str:
    """Return what the form sends back: which doubts its page showed."""
    return sha256_hex("\n".join(f"{place} {each}" for place, each in doubted).encode())[:16] if doubted else ""


def _propose(request: WorkbenchRequest, work: Work, draft: Draft) -> str:
    """Propose a draft, and let the agreement of a reviewer to exactly these words count; return what is said of it."""
    bench, version = request.bench, work.reading.version
    if is_edited(request, work) or draft.sources != work.sources:
        raise UsageError(_("The post was edited while you translated. Look at what is new, then propose again."))
    if not request.text("text") and request.whole("version", -1) != version.number:
        raise UsageError(_("This form does not say which version of the post it is for. Load the page again."))
    if request.whole("latest", -1) != (work.latest.number if work.latest else -1):
        raise UsageError(_("Somebody else proposed a translation meanwhile. Look at it below, then propose again."))
    notes = [each.strip() for each in draft.notes.target.split("\n\n") if each.strip()]
    targets, day = [line.target for line in draft.lines], bench.today().isoformat()
    number = propose_words(bench.archive, bench.key, work.tag, version, work.language, targets, notes, day)
    if work.latest and number == work.latest.number and work.latest.state == "returned":
        raise UsageError(
            _("These are the words that were returned; nothing new was proposed. Change them, or answer the comments.")
        )
    place = work.reading.post, work.language
    if machine := bench.machine_words.of(request.account, *place):
        bench.notes.add(request.account, *place, told_of(machine, sentence_keys(work.sources), targets), bench.now())
        bench.machine_words.forget(request.account, *place)
    keyed = zip(sentence_keys(work.sources), (each.strip() for each in targets), strict=True)
    bench.comments.settle_taken(*place, list(keyed))
    made = review_agreed(bench, request.account, number)
    bench.comments.withdraw_agreements(*place)  # it counts for one proposal alone
    return "made" if made else "proposed"


def drop(request: WorkbenchRequest) -> Response:
    """Delete one's draft; it can be brought back for a while."""
    work = work_of(request)
    place = work.reading.post, work.language
    with request.bench.sealed.changing():
        request.bench.drafts.drop(request.account, *place, now=request.bench.now())
        request.bench.machine_words.forget(request.account, *place)
    return responses.redirect(request.path.removesuffix("/drop"), "dropped")


def bring_back(request: WorkbenchRequest) -> Response:
    """Bring back one's draft that was deleted last."""
    bench, work = request.bench, work_of(request)
    with bench.sealed.changing():
        bench.drafts.bring_back(request.account, draft_of(bench.drafts, request.account, work), bench.now())
    return responses.redirect(request.path.removesuffix("/back"), "back")


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
    listed: list[Json] = [
        {"score": each.score, "source": each.source, "target": each.target, "origin": each.origin} for each in found
    ]
    return responses.data({"suggestions": listed})


def news(request: WorkbenchRequest) -> Response:
    """Return what happened to this piece of work since the page that asks was opened, as JSON."""
    work = work_of(request)
    return responses.data(news_of(request, work) | {"others": others_say(request, work)})


def checks(request: WorkbenchRequest) -> Response:
    """Return what the checks find odd about what is being typed, as JSON."""
    work = work_of(request)
    found = findings_for(request.bench.archive, work, _place(request, work), request.text("target"))
    said: list[Json] = [{"kind": each.kind, "says": finding_words.said(each)} for each in found if each.kind != "empty"]
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
    Route(f"{_WORK}/back", "POST", "translate", bring_back),
    Route(f"{_WORK}/meanwhile", "GET", "translate", news),
    Route(f"{_WORK}/note", "POST", "translate", note),
    Route(_WORK + "/suggestions/{place:int}", "GET", "translate", suggestions),
    Route(_WORK + "/checks/{place:int}", "POST", "translate", checks),
)
