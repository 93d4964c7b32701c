"""Transcripts: the clips that wait to be written down, the timeline of one, and the review of what another wrote.

Everything works as plain forms: without scripts a transcript is typed as lines with times in brackets
(:mod:`tamizdat.transcripts.plain`). The page's script shows the same cues on a timeline and saves them by itself. Who
may hear a clip and not see it gets the sound alone here too (:mod:`.clips`).
"""

import functools
from collections.abc import Sequence
from typing import Final

from starlette.responses import Response

from tamizdat.encoding import Json, parse_canonical
from tamizdat.errors import BadEncoding, BadPacket, UsageError
from tamizdat.machine.model_box import require_packages
from tamizdat.statements.catalogued import Release
from tamizdat.statements.transcribed import Cue
from tamizdat.text.languages import checked_language
from tamizdat.transcripts import plain
from tamizdat.transcripts.cues import tidied
from tamizdat.transcripts.encodings import ENCODINGS
from tamizdat.transcripts.legibility import hints
from tamizdat.translation.proposals import review
from tamizdat.translation.transcripts import audible, name_of, propose_transcript
from tamizdat.web.request import Forbidden, NotFound
from tamizdat.web.routing import Route
from tamizdat.workbench import responses
from tamizdat.workbench.content import transcript_view
from tamizdat.workbench.content.levels import levels_of
from tamizdat.workbench.drafts.machine_transcripts import told_of
from tamizdat.workbench.drafts.transcripts import CUES, TranscriptDraft
from tamizdat.workbench.jobs import speech
from tamizdat.workbench.jobs.jobs import Job
from tamizdat.workbench.l10n import gettext as _
from tamizdat.workbench.request import MAX_BODY, WorkbenchRequest
from tamizdat.workbench.screens.clips import RELOAD, Playable, of_transcript

PAGE: Final = 50  #: clips on a page of the list
STOPPING: Final = 5.0  #: seconds to wait for a model that gives up
VERDICTS: Final = ("returned", "reviewed")


def show_list(request: WorkbenchRequest) -> Response:
    """Return the list of clips and sounds, those without a transcript first."""
    archive = request.bench.archive
    rows = transcript_view.clips(archive, request.account, Release.PUBLIC)
    first = min(request.whole("from", 0), max(0, len(rows) - 1))
    shown = rows[first : first + PAGE]
    cues = {each.number: archive.index.transcripts.length(each.newest.number) for each in shown if each.newest}
    return responses.page(
        request,
        "transcripts.html",
        rows=shown,
        cues=cues,
        first=first,
        page=PAGE,
        total=len(rows),
        heard=request.bench.machine_drafts.clips(),
    )


def clip_of(request: WorkbenchRequest) -> Playable:
    """Return the clip that the address names. Raises :class:`NotFound`, also if this account may not hear it."""
    number: int = request.parameters["number"]
    try:
        audible(request.bench.archive, number)
    except UsageError:
        raise NotFound from None
    return of_transcript(request, number)


def _draft(request: WorkbenchRequest, clip: int) -> TranscriptDraft:
    """Return what the account has typed; before that, the latest version."""
    kept = request.bench.transcript_drafts.read(request.account, clip)
    latest = request.bench.archive.index.transcripts.latest(clip)
    if kept is not None:
        return kept
    return TranscriptDraft(clip, latest.language, latest.cues) if latest else TranscriptDraft(clip, "", ())


def show(request: WorkbenchRequest) -> Response:
    """Return the timeline of one clip."""
    return timeline(request, clip_of(request))


def timeline(
    request: WorkbenchRequest,
    clip: Playable,
    problem: str = "",
    status: int = 200,
    typed: str | None = None,
    notes: Sequence[str] = (),
    taken: str = "",
) -> Response:
    """Return the timeline; *taken* is the name of a file that became its draft, *notes* what is told of that."""
    bench = request.bench
    draft, latest = _draft(request, clip.number), bench.archive.index.transcripts.latest(clip.number)
    language = draft.language or transcript_view.USUAL
    said = list(transcript_view.said_of(hints(draft.cues, language)))
    begun = bench.machine_drafts.taken(request.account, clip.number)
    about: dict[str, Json] = {
        "cues": transcript_view.as_data(draft.cues),
        "revision": draft.revision,
        "limits": transcript_view.limits(language),
        "says": dict(transcript_view.hint_words()),
        "machine": list[Json](sorted(begun.words) if begun else ()),
    }
    response = responses.page(
        request,
        "timeline.html",
        status,
        clip=clip,
        draft=draft,
        latest=latest,
        own=latest is not None and transcript_view.is_own(request.account, latest),
        about=about,
        plain=plain.write(draft.cues).data.decode() if typed is None else typed,
        hints=said,
        history=transcript_view.history(bench.archive, bench.accounts, clip.number),
        private=bench.notes.of(name_of(clip.number), ""),
        names={each.id: each.name for each in bench.accounts.all()},
        machine=bench.machine_drafts.of(clip.number),
        begun=begun,
        models=speech.models(bench.models),
        listening=bench.jobs.of(speech.NAME),
        problem=problem,
        notes=notes,
        taken=taken,
        encodings=ENCODINGS,
        given_in=_given_in(request, clip.number),
    )
    if clip.copy.path is None and clip.copy.job and clip.copy.job.running:
        response.headers["Refresh"] = f"{RELOAD}; url={request.path}"
    return response


def _given_in(request: WorkbenchRequest, clip: int) -> list[str]:
    """Return the languages in which this account may have what is said, the one that is spoken first."""
    archive = request.bench.archive
    latest = archive.index.transcripts.approved(clip) or archive.index.transcripts.latest(clip)
    others = {each.language for each in archive.index.translations.of(name_of(clip))}
    return [latest.language, *sorted(each for each in others if request.account.speaks(each))] if latest else []


def _typed(request: WorkbenchRequest) -> tuple[Cue, ...] | None:
    """Return the cues that were sent, by the script or as lines; None if none were.

    Raises :class:`UsageError` for what is neither.
    """
    if sent := request.text("cues"):
        try:
            return CUES(parse_canonical(sent.encode("utf-8", "replace"), "cues", MAX_BODY))
        except BadEncoding as error:
            raise UsageError(_("These are no cues of a timeline. Load the page again.")) from error
    if "plain" not in request.form:
        return None
    words = request.text("plain")
    if not words.strip():
        return ()
    try:
        return plain.read(words).cues
    except BadPacket as error:
        raise UsageError(str(error)) from None


def save(request: WorkbenchRequest) -> Response:
    """Save what was typed; what another tab saved meanwhile is not written over."""
    clip = clip_of(request)
    try:
        kept = _saved(request, clip.number)
    except UsageError as error:
        if request.wants_json:
            raise
        return timeline(request, clip, str(error), 400, request.text("plain"))
    now = _draft(request, clip.number)
    if request.wants_json:
        told: dict[str, Json] = {"revision": now.revision, "language": now.language}
        if kept is None:
            told |= {"cues": transcript_view.as_data(now.cues)}
        return responses.data(told, 409 if kept is None else 200)
    if kept is None:
        return timeline(request, clip, _elsewhere(), 409, request.text("plain"))
    return responses.redirect(request.path.removesuffix("/draft"), "saved")


def _elsewhere() -> str:
    return _("This was changed in another tab or on another device meanwhile. Load the page again to see that.")


def _saved(request: WorkbenchRequest, clip: int) -> TranscriptDraft | None:
    """Save what was sent, if anything was; return the draft as it is then, None if another tab was first."""
    cues, language = _typed(request), request.text("language").strip()
    if language:
        checked_language(language)
    if cues is None:
        return _draft(request, clip)
    bench = request.bench
    with bench.sealed.changing():
        now = bench.now()
        kept = bench.transcript_drafts.save(request.account, clip, language, cues, request.whole("revision", 0), now)
    bench.leases.take(request.account, (name_of(clip), ""), now, typed=True)
    return kept


def propose(request: WorkbenchRequest) -> Response:
    """Propose what was typed."""
    clip, bench = clip_of(request), request.bench
    typed = request.text("plain") if "plain" in request.form else None
    try:
        draft = _saved(request, clip.number)
        if draft is None:
            return timeline(request, clip, _elsewhere(), 409, typed)
        if not draft.language:
            raise UsageError(_("Say which language is spoken, with a tag such as zh, bo or ug; then propose again."))
        with bench.acting:
            latest = bench.archive.index.transcripts.latest(clip.number)
            if request.whole("latest", -1) != (latest.number if latest else -1):
                raise UsageError(
                    _("Somebody else proposed a transcript meanwhile. Look at it below, then propose again.")
                )
            cues = [each for each in draft.cues if tidied(each.text)]
            tag, day = request.account.tag(name_of(clip.number), draft.language), bench.today().isoformat()
            number = propose_transcript(bench.archive, bench.key, tag, clip.number, draft.language, cues, day)
            if latest and number == latest.number:
                raise UsageError(_("The latest version says the same; nothing new was proposed."))
    except UsageError as error:
        return timeline(request, clip, str(error), 400, typed)
    if begun := bench.machine_drafts.taken(request.account, clip.number):
        bench.notes.add(request.account, name_of(clip.number), "", told_of(begun, cues), bench.now())
        bench.machine_drafts.forget(request.account, clip.number)
    with bench.sealed.changing():
        if bench.transcript_drafts.read(request.account, clip.number) == draft:  # else another tab has saved since
            bench.transcript_drafts.drop(request.account, clip.number)
    bench.leases.end(request.account, (name_of(clip.number), ""))
    return responses.redirect(request.path.removesuffix("/propose"), "proposed")


def drop(request: WorkbenchRequest) -> Response:
    """Delete one's draft, and begin with the latest version again."""
    clip = clip_of(request)
    request.bench.transcript_drafts.drop(request.account, clip.number)
    request.bench.machine_drafts.forget(request.account, clip.number)
    return responses.redirect(request.path.removesuffix("/drop"), "draft-gone")


def listen(request: WorkbenchRequest) -> Response:
    """Have a model of the desk listen to the clip, and say how far it is."""
    clip, bench = clip_of(request), request.bench
    model = next((each for each in speech.models(bench.models) if each.name == request.text("model")), None)
    language = request.text("language").strip()
    try:
        if model is None:
            raise UsageError(_("This model is not at the desk any more. Load the page again."))
        if language:
            checked_language(language)
        require_packages(model.kind)
        work = functools.partial(speech.hear, bench.archive, bench.machine_drafts, clip.number, model, language)
        if not bench.jobs.begin(Job(speech.NAME, "hear", str(clip.number), bench.now()), work):
            raise UsageError(_("A model listens to another clip at this moment. Wait until it is done."))
    except UsageError as error:
        return timeline(request, clip, str(error), 400)
    return responses.redirect(f"/clips/{clip.number}/machine")


def show_listening(request: WorkbenchRequest) -> Response:
    """Return how far the model is that listens to the clip; back to its timeline if none does."""
    clip, job = clip_of(request), request.bench.jobs.of(speech.NAME)
    here = job is not None and job.about == str(clip.number)
    if request.wants_json:
        return responses.data(job.state() if job and here else {"running": False})
    if not job or not here or not (job.running or job.problem or job.result is None):
        return responses.redirect(f"/clips/{clip.number}")
    response = responses.page(request, "listening.html", clip=clip, job=job)
    if job.running:
        response.headers["Refresh"] = str(RELOAD)
    return response


def stop(request: WorkbenchRequest) -> Response:
    """Have the model give up that listens to the clip."""
    clip, job = clip_of(request), request.bench.jobs.of(speech.NAME)
    if job is not None and job.about == str(clip.number):
        job.stop.set()
        request.bench.jobs.wait_for(speech.NAME, STOPPING)
    return responses.redirect(f"/clips/{clip.number}/machine")


def take(request: WorkbenchRequest) -> Response:
    """Begin one's own draft with what the model heard; a draft that was typed is never written over."""
    clip, bench = clip_of(request), request.bench
    heard = bench.machine_drafts.of(clip.number)
    try:
        if heard is None:
            raise UsageError(_("The draft of the model is not here any more. Load the page again."))
        with bench.sealed.changing():
            kept = bench.transcript_drafts.read(request.account, clip.number)
            if kept is not None and kept.cues:
                raise UsageError(_("You have a draft of your own. Delete it first to begin with the one of the model."))
            seen = kept.revision if kept else 0
            bench.transcript_drafts.save(request.account, clip.number, heard.language, heard.cues, seen, bench.now())
            bench.machine_drafts.take(request.account, heard)
    except UsageError as error:
        return timeline(request, clip, str(error), 400)
    return responses.redirect(f"/clips/{clip.number}", "machine-taken")


def throw_away(request: WorkbenchRequest) -> Response:
    """Throw away what the model heard."""
    clip = clip_of(request)
    request.bench.machine_drafts.drop(clip.number)
    return responses.redirect(f"/clips/{clip.number}", "machine-gone")


def judge(request: WorkbenchRequest) -> Response:
    """Return the latest version to who wrote it, and say why, or mark it reviewed.

    Raises :class:`Forbidden` for a verdict that is none.
    """
    if request.text("verdict") not in VERDICTS:
        raise Forbidden(responses.no_such_button())
    return _judged(request, request.text("verdict"))


def approve(request: WorkbenchRequest) -> Response:
    """Approve the latest version: it may be translated, and published."""
    return _judged(request, "approved")


def _judged(request: WorkbenchRequest, verdict: str) -> Response:
    clip, bench = clip_of(request), request.bench
    why = request.text("note").strip()
    try:
        with bench.acting:
            latest = bench.archive.index.transcripts.latest(clip.number)
            if latest is None or request.whole("transcribed", -1) != latest.number:
                raise UsageError(_("A newer version was proposed meanwhile. It is the one below; look at it first."))
            if verdict == "returned" and not why:
                raise UsageError(_("Write why you return it. Nothing was changed."))
            tag = request.account.tag(name_of(clip.number), latest.language)
            review(bench.archive, bench.key, tag, latest.number, verdict, bench.today().isoformat())
            bench.notes.add(request.account, name_of(clip.number), "", why, bench.now())
    except UsageError as error:
        return timeline(request, clip, str(error), 400)
    return responses.redirect(f"/clips/{clip.number}", f"transcript-{verdict}")


def levels(request: WorkbenchRequest) -> Response:
    """Return how loud the clip is, a byte for each 20 milliseconds. Raises :class:`NotFound` while there is no copy."""
    clip = clip_of(request)
    if clip.copy.path is None:
        raise NotFound
    return Response(levels_of(clip.copy.path), media_type="application/octet-stream")


_CLIP: Final = "/clips/{number:int}"
ROUTES: Final = (
    Route("/clips", "GET", "translate", show_list),
    Route(_CLIP, "GET", "translate", show),
    Route(f"{_CLIP}/levels", "GET", "translate", levels),
    Route(f"{_CLIP}/draft", "POST", "translate", save),
    Route(f"{_CLIP}/propose", "POST", "translate", propose),
    Route(f"{_CLIP}/drop", "POST", "translate", drop),
    Route(f"{_CLIP}/machine", "GET", "translate", show_listening),
    Route(f"{_CLIP}/machine", "POST", "translate", listen),
    Route(f"{_CLIP}/machine/stop", "POST", "translate", stop),
    Route(f"{_CLIP}/machine/take", "POST", "translate", take),
    Route(f"{_CLIP}/machine/drop", "POST", "translate", throw_away),
    Route(f"{_CLIP}/review", "POST", "review", judge),
    Route(f"{_CLIP}/approve", "POST", "approve", approve),
)
