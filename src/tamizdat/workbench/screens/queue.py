"""The queue: all that waits in a language, by pages, narrowed as somebody likes; and the next of it.

*Next* gives different posts to different people (:mod:`tamizdat.workbench.leases`). An address of this screen holds
numbers, days and words of ours, and no name of a person.
"""

import re
from typing import Final
from urllib.parse import urlencode

from starlette.responses import Response

from tamizdat.errors import UsageError
from tamizdat.text.languages import ANY_TAG, LANGUAGE, known_languages, normal_language
from tamizdat.web.request import NotFound
from tamizdat.web.routing import Route
from tamizdat.workbench import responses
from tamizdat.workbench.content import task_queue
from tamizdat.workbench.content.task_queue import LENGTHS, ORDER, Wanted
from tamizdat.workbench.l10n import gettext as _
from tamizdat.workbench.request import WorkbenchRequest

PAGE: Final = 25  #: tasks
_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


def show(request: WorkbenchRequest) -> Response:
    """Return a page of what waits in one of the account's languages."""
    bench, account = request.bench, request.account
    languages = task_queue.languages_of(bench.archive, account)
    given = request.asked("language").strip()
    language = normal_language(given) or given or languages[0]
    first, problem = bench.priorities.all(), ""
    try:
        wanted, start = wanted_of(request), request.whole("from", 0)
    except UsageError as error:
        wanted, start, problem = Wanted(), 0, str(error)
    if not LANGUAGE.fullmatch(language):
        language, problem = languages[0], _("Choose a language, or type its tag: en, fr, zh-Hant.")
    shown = {"languages": languages, "language": language, "known_languages": known_languages()}
    if not account.speaks(language):
        return responses.page(request, "queue.html", 403, **shown, begins=False, totals={}, problem=problem)
    everything = task_queue.queue_of(bench.archive, account, language)
    found = task_queue.queue_of(bench.archive, account, language, wanted, first)
    leased = bench.leases.others(account, language, bench.now())
    start = min(start, max(0, found.total - 1) // PAGE * PAGE)
    return responses.page(
        request,
        "queue.html",
        400 if problem else 200,
        **shown,
        begins=language not in languages,
        wanted=wanted,
        totals={why: len(everything.places[why]) for why in ORDER if everything.places[why]},
        total=found.total,
        tasks=task_queue.tasks(bench.archive, found, start, start + PAGE, first),
        voices=task_queue.voices(everything.now),
        lengths=tuple(LENGTHS),
        at_it={post: name for post, who in leased.items() if (name := request.bench.name_of(who))},
        start=start,
        page=PAGE,
        query=urlencode(_query(language, wanted)),
        by_kind=lambda why: urlencode(_query(language, wanted, why)),
        problem=problem,
    )


def of_language(request: WorkbenchRequest) -> Response:
    """Redirect an address without a post to the queue of its language, and one without a language to the post."""
    language = request.parameters["language"]
    if language.isascii() and language.isdecimal():
        return responses.redirect(f"/items/{language}")
    if not ANY_TAG.fullmatch(language):
        raise NotFound
    return responses.redirect("/translate", language=language)


def wanted_of(request: WorkbenchRequest) -> Wanted:
    """Return what the address asks for. Raises :class:`UsageError` for a day or number that is none."""
    since, until = (request.asked(name).strip() for name in ("since", "until"))
    for each in (since, until):
        if each and not _DAY.fullmatch(each):
            raise UsageError(_("Expected a day such as 2013-05-12, found %(found)s. Correct it.", found=each[:40]))
    why, length = request.asked("why"), request.asked("length")
    voice, thread = (request.whole(name, -1) for name in ("voice", "thread"))
    return Wanted(
        why if why in ORDER else "",
        voice if voice >= 0 else None,
        since,
        until,
        length if length in LENGTHS else "",
        thread if thread >= 0 else None,
        request.asked("order") == "newest",
        request.asked("first") == "yes",
    )


def _query(language: str, wanted: Wanted, why: str | None = None) -> dict[str, str]:
    """Return the address's values for a page of the same queue; *why*: of another kind of task."""
    given = {
        "language": language,
        "why": wanted.why if why is None else why,
        "voice": "" if wanted.voice is None else str(wanted.voice),
        "since": wanted.since,
        "until": wanted.until,
        "length": wanted.length,
        "thread": "" if wanted.thread is None else str(wanted.thread),
        "order": "newest" if wanted.newest else "",
        "first": "yes" if wanted.put_first else "",
    }
    return {name: value for name, value in given.items() if value}


def next_work(request: WorkbenchRequest) -> Response:
    """Redirect to the next piece of work that nobody else is at, and lease it; to the queue if there is none."""
    bench, account = request.bench, request.account
    language, done = request.asked("language", task_queue.DEFAULT), request.asked("done")
    done = done if done in responses.DONE else ""
    after = request.whole("after", -1)
    if LANGUAGE.fullmatch(language) and account.speaks(language):
        wanted = wanted_of(request)
        found = task_queue.queue_of(bench.archive, account, language, wanted, bench.priorities.all())
        at_it = bench.leases.others(account, language, bench.now()).keys()
        unwanted = bench.leases.unwanted(account, language, bench.now())
        later: list[str] = []
        for why, place in found.every():
            each = found.now.at(place)
            if each.first == after:
                continue
            path = f"/translate/{each.first}/{language}{'/review' if why in ('approve', 'review') else ''}"
            if each.post in at_it or each.post in unwanted:
                later.append(path)
            elif bench.leases.take(account, (each.post, language), bench.now(), only=True):
                return responses.redirect(path, done)
        if later:  # better two at one post than somebody without work
            return responses.redirect(later[0], done)
    return responses.redirect("/translate", done, language=language)


def give_back(request: WorkbenchRequest) -> Response:
    """Give a post back: somebody else may have it next."""
    bench, language = request.bench, request.parameters["language"]
    text = bench.archive.index.texts.id_of(request.parameters["number"])
    if not text or not request.account.speaks(language):
        raise NotFound
    bench.leases.give_back(request.account, (text, language), bench.now())
    return responses.redirect("/translate", "given-back", language=language)


def put_first(request: WorkbenchRequest) -> Response:
    """Put a post first in every queue, or not any more."""
    text = request.bench.archive.index.texts.id_of(request.parameters["number"])
    if not text:
        raise NotFound
    request.bench.priorities.put(text, request.text("do") == "first")
    language = request.text("language")
    known = LANGUAGE.fullmatch(language) and request.account.speaks(language)
    return responses.redirect("/translate", "saved", **({"language": language} if known else {}))


ROUTES: Final = (
    Route("/translate", "GET", "translate", show),
    Route("/translate/next", "GET", "translate", next_work),
    Route("/translate/{language}", "GET", "translate", of_language),
    Route("/queue/{number:int}/first", "POST", "catalogue", put_first),
    Route("/translate/{number:int}/{language}/give-back", "POST", "translate", give_back),
)
