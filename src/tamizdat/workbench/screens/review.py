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
from tamizdat.workbench.comments import checked
from tamizdat.workbench.content import media_response
from tamizdat.workbench.content.post_view import thread
from tamizdat.workbench.content.second import second_of
from tamizdat.workbench.content.talk import Talk, agreed_words, concerned, reason_of, talk_of
from tamizdat.workbench.content.translation_view import Work, history, pieces, whole_findings
from tamizdat.workbench.content.typed_words import text_digest
from tamizdat.workbench.drafts.translations import Line, sentence_keys
from tamizdat.workbench.l10n import gettext as _
from tamizdat.workbench.request import WorkbenchRequest
from tamizdat.workbench.screens import comments
from tamizdat.workbench.screens.clips import spoken
from tamizdat.workbench.screens.translate import work_of


def show(request: WorkbenchRequest, problem: str = "", status: int = 200) -> Response:
    """Return the page of one review. Raises :class:`NotFound` if nothing is translated yet."""
    work = work_of(request)
    latest = work.latest
    if latest is None:
        raise NotFound
    bench = request.bench
    bench.comments.read(request.account, work.reading.post, work.language)
    translated = bench.archive.index.texts.version(latest.source.index)
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
        keys=sentence_keys(then.sources),
        talk=talk_of(bench, work, then.sources, request.account),
        reason=reason_of(bench, work),
        second=second_of(bench.archive, then, request.text("beside") or request.asked("beside")),
        guide=bench.guides.read("language", work.language),
        about=bench.guides.read("voice", work.reading.version.author),
        text=text_digest(work),
        thread=thread(bench.archive, work.reading, request.account),
        **spoken(request, then),
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
    """Return the translation to its translator, and say why, or mark it reviewed.

    *agreed* returns it with the reviewer's wordings, whose words are reviewed as soon as they are proposed. Raises
    :class:`Forbidden` for a verdict that is none.
    """
    verdict = request.text("verdict")
    if verdict not in ("returned", "reviewed", "agreed"):
        raise Forbidden(responses.no_such_button())
    return _judged(request, verdict)


def approve(request: WorkbenchRequest) -> Response:
    """Approve the translation: it may be published."""
    return _judged(request, "approved")


def _judged(request: WorkbenchRequest, verdict: str) -> Response:
    bench, account, work = request.bench, request.account, work_of(request)
    if work.latest is None:
        raise NotFound
    place = work.reading.post, work.language
    try:
        checked(request.text("note"))
        said = comments.add_typed(request, work, comments.reviewed_sources(request, work))
    except UsageError as error:
        return comments.refused(request, error)
    try:
        with bench.acting:
            latest = work_of(request).latest
            if latest is None or request.whole("translated", -1) != latest.number:
                raise UsageError(_("A newer translation was proposed meanwhile. It is the one below; read it first."))
            talk = talk_of(bench, work, [each.source for each in latest.segments], account)
            _check_reasons(request, talk, verdict)
            words = agreed_words(talk, latest, account) if verdict == "agreed" else ""
            stated = "returned" if verdict == "agreed" else verdict
            review(bench.archive, bench.key, work.tag, latest.number, stated, bench.today().isoformat())
            bench.comments.withdraw_agreements(*place)  # whoever judges after an agreement has seen something else
            if words:
                bench.comments.agree(account, *place, words, bench.now())
    except UsageError as error:
        return show(request, str(error), 400)
    bench.notes.add(account, *place, request.text("note"), bench.now())
    if said or request.text("note").strip():
        bench.comments.tell(concerned(bench, work, account), *place, bench.now())
    bench.leases.end(account, place)
    return responses.redirect("/translate/next", verdict, language=work.language, after=str(work.reading.number))


def _check_reasons(request: WorkbenchRequest, talk: Talk, verdict: str) -> None:
    """Raise :class:`UsageError` if a translation is returned without a word why, or agreed to without a wording."""
    mine = [each.first for each in talk.open_of if each.first.by == request.account.id]
    if verdict == "returned" and not mine and not request.text("note").strip():
        raise UsageError(
            _("Write why you return it, in the private note or in a comment at a sentence. Nothing was changed.")
        )
    if verdict == "agreed" and not any(each.wording for each in mine):
        raise UsageError(_("Suggest a wording for at least one sentence first. Nothing was changed."))


_REVIEW: Final = "/translate/{number:int}/{language}/review"
ROUTES: Final = (
    Route(_REVIEW, "GET", "translate", show),
    Route(_REVIEW, "POST", "review", judge),
    Route(_REVIEW.replace("/review", "/approve"), "POST", "approve", approve),
)
