"""Comments at a sentence, suggested wordings, answers; what is typed in them is kept whichever button is pressed."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from starlette.responses import Response

from tamizdat.errors import UsageError
from tamizdat.web.routing import Route
from tamizdat.workbench import kept_words, responses
from tamizdat.workbench.access import form_token
from tamizdat.workbench.comments import checked, checked_wording
from tamizdat.workbench.content.talk import concerned
from tamizdat.workbench.content.translation_view import Work, open_work
from tamizdat.workbench.drafts.translations import sentence_keys
from tamizdat.workbench.request import WorkbenchRequest

_SAID: Final = ("comment-", "wording-", "answer-")  #: what the fields are called that are no part of a draft


def say(request: WorkbenchRequest) -> Response:
    """Save the comments, wordings, answers and the note that were typed; settle, open again or delete one."""
    bench, account = request.bench, request.account
    number, language = request.parameters["number"], request.parameters["language"]
    work = open_work(bench.archive, account, number, language)
    place = work.reading.post, work.language
    try:
        said = add_typed(request, work, reviewed_sources(request, work))
    except UsageError as error:
        return refused(request, error)
    bench.notes.add(account, *place, request.text("note"), bench.now())
    done = act(request, work) or ("commented" if said else "noted" if request.text("note").strip() else "saved")
    back = f"/translate/{number}/{language}"
    beside = {"beside": request.text("beside")} if request.text("beside") else {}
    return responses.redirect(f"{back}/review" if work.latest else back, done, **beside)


def act(request: WorkbenchRequest, work: Work) -> str:
    """Do what a button at a comment says: settle it, open it again, or delete it; return what is said of it, or ""."""
    bench, place = request.bench, (work.reading.post, work.language)
    if request.text("uncomment"):
        bench.comments.remove(request.account, *place, request.text("uncomment"))
        return "uncommented"
    for what, done in (("settle", "settled"), ("open", "open")):
        if request.text(what):
            bench.comments.settle(*place, request.text(what), what == "settle")
            return done
    return ""


def refused(request: WorkbenchRequest, error: UsageError) -> Response:
    """Return the page that says what is wrong with a comment, and shows those words again; all else is saved."""
    form = kept_words.sent(request, form_token(request))
    if form is None:
        raise error
    said = {name: many for name, many in form.fields.items() if name.startswith(_SAID) or name == "note"}
    return responses.kept(request, replace(form, fields=said), str(error), 400)


def reviewed_sources(request: WorkbenchRequest, work: Work) -> list[str]:
    """Return the sentences that a review's page shows: those of the translation that it is about."""
    shown = request.bench.archive.index.translations.translation(request.whole("translated", -1))
    if shown is None or shown not in work.history:
        return work.sources
    return [each.source for each in shown.segments]


def add_typed(request: WorkbenchRequest, work: Work, sources: Sequence[str]) -> bool:
    """Add what was typed as comment, wording or answer; tell whether anything was, and those whom it concerns.

    Raises :class:`UsageError` for what nobody may type; then nothing was added.
    """
    bench, account, now = request.bench, request.account, request.bench.now()
    place = work.reading.post, work.language
    shown = bench.archive.index.translations.translation(request.whole("translated", -1))
    targets = [each.target for each in shown.segments] if shown and shown in work.history else []
    known = dict(zip(sentence_keys(sources), sources, strict=True))
    keys, found = list(known), []
    for number in _places(request):
        of = request.text(f"of-{number}") or (keys[number] if number < len(keys) else "")
        comment, wording = request.text(f"comment-{number}"), request.text(f"wording-{number}").strip()
        before = targets[number].strip() if number < len(targets) else ""
        offered = wording if account.may("review") and not work.own and wording != before else ""
        found.append(((of, known.get(of, "")), checked(comment), checked_wording(offered)))
    answers = {name: checked(request.text(name)) for name in request.form if name.startswith("answer-")}
    said = False
    for sentence, comment, offered in found:
        said |= bench.comments.add(account, *place, sentence, comment, now, offered) is not None
    for name, text in answers.items():
        said |= bench.comments.answer(account, *place, name.removeprefix("answer-"), text, now) is not None
    if said:
        bench.comments.tell(concerned(bench, work, account), *place, now)
    return said


def _places(request: WorkbenchRequest) -> list[int]:
    numbers = {name.partition("-")[2] for name in request.form if name.startswith(("comment-", "wording-"))}
    return sorted(int(each) for each in numbers if each.isdecimal() and len(each) < 6)


ROUTES: Final = (Route("/translate/{number:int}/{language}/comment", "POST", "translate", say),)
