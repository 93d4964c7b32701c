"""Today: an overview that is taken in at a glance, for whoever is signed in.

Above all stands what an editor must look at first. Then, for each language, what waits and how far it has come, in
numbers and two small drawings, and what of it is for this account; then its drafts, and what happened lately.
"""

import contextlib
from typing import Final

from starlette.responses import Response

from tamizdat.archive import Archive
from tamizdat.archive.forgetting.destruction import is_unfinished
from tamizdat.archive.ingest.refused_answers import unanswered
from tamizdat.archive.released import WaitingVersion
from tamizdat.archive.views.contexts import Contexts
from tamizdat.archive.views.texts import page_of
from tamizdat.dataclass import dataclass
from tamizdat.errors import BadArchive
from tamizdat.publishing.editor_queue import waiting_removals, waiting_versions
from tamizdat.publishing.stamp_days import StampDays
from tamizdat.translation.difference import Change, difference
from tamizdat.translation.standings import told_at_once
from tamizdat.translation.statistics import Statistics, statistics
from tamizdat.web.routing import Route
from tamizdat.workbench import responses
from tamizdat.workbench.auth.accounts import Account
from tamizdat.workbench.content import task_queue
from tamizdat.workbench.content.for_another import cover_tasks, for_another
from tamizdat.workbench.content.post_view import may_read, read_post
from tamizdat.workbench.content.task_queue import ORDER, Task
from tamizdat.workbench.content.unreleased import Unreleased, unreleased
from tamizdat.workbench.request import WorkbenchRequest
from tamizdat.workbench.screens.publish import awaited_witnesses

SHOWN: Final = 3  #: changed versions that are shown with their difference
DRAFTS: Final = 60
NEWS: Final = 5
OFTEN: Final = 4  #: times as much is read as is shown, because some of it is not for everybody
_ON_THE_PLATFORMS: Final = ("new", "edited", "gone")


@dataclass(frozen=True)
class Overview:
    """One language: its statistics, how much is in work, what is for this account by kind, and the next of it."""

    language: str
    numbers: Statistics
    in_work: int
    kinds: dict[str, int]
    next: Task | None


@dataclass(frozen=True)
class Line:
    """A post in a list, with what is to be said of it: its words, or with what its author covered them."""

    what: str
    number: int
    task: Task
    language: str = ""
    when: int = 0


def show(request: WorkbenchRequest) -> Response:
    """Return the first page after signing in."""
    bench, account = request.bench, request.account
    archive, editor = bench.archive, account.may("catalogue")
    overviews = [_overview(request, language) for language in task_queue.languages_of(archive, account)]
    overviews.sort(key=lambda each: not each.kinds)  # where something can be done comes first
    news, comments = _news(archive, account), _comments(request)
    drafts, closed = _drafts(request)
    proposed = for_another(archive, account)
    return responses.page(
        request,
        "today.html",
        overviews=overviews,
        mine=len(comments) + proposed.total + sum(task_queue.for_one(each.kinds) for each in overviews),
        proposed=proposed,
        drawn=cover_tasks(archive, [each.item for each in bench.cover_drafts.of(account)]) if editor else [],
        comments=comments,
        drafts=drafts,
        closed=closed,
        forgetting=account.may("forget") and is_unfinished(archive),
        refused=account.may("collect") and bool(unanswered(archive)),
        removals=waiting_removals(archive) if editor else [],
        unread=_unread(archive) if editor else None,
        awaited=awaited_witnesses(request) if account.may("publish") else None,
        failed_stamps=_failed_stamps(request) if editor else {},
        unreleased=unreleased(archive) if editor else Unreleased(0, 0),
        platforms=[each for each in news if each.what in _ON_THE_PLATFORMS][:NEWS],
        desk_changes=[each for each in news if each.what not in _ON_THE_PLATFORMS][:NEWS],
    )


def _failed_stamps(request: WorkbenchRequest) -> dict[str, dict[str, str]]:
    """Return by day why authorities gave no time stamp, the last day first; other processes ask for them too."""
    with contextlib.suppress(BadArchive):
        request.bench.home.refresh()
    return StampDays.of(request.bench.home).failed


def _overview(request: WorkbenchRequest, language: str) -> Overview:
    bench = request.bench
    first = bench.priorities.all()
    queue = task_queue.queue_of(bench.archive, request.account, language, None, first)
    kinds = {why: len(queue.places[why]) for why in ORDER if queue.places[why]}
    tasks = task_queue.tasks(bench.archive, queue, 0, 1, first)
    numbers, in_work = statistics(bench.archive, language), bench.leases.number(language, bench.now())
    return Overview(language, numbers, in_work, kinds, tasks[0] if tasks else None)


@dataclass(frozen=True)
class Unread:
    """So many versions of what is shown wait for an editor, and these come first, each with the difference."""

    total: int
    first: tuple[tuple[WaitingVersion, list[Change]], ...]


def _unread(archive: Archive) -> Unread | None:
    """Return what was changed since it was released, while the old words are still shown; None if nothing was."""
    found = waiting_versions(archive)
    first = tuple((each, difference(each.before, each.after)) for each in found[:SHOWN])
    return Unread(len(found), first) if found else None


def _drafts(request: WorkbenchRequest) -> tuple[list[Line], list[tuple[str, int, list[str]]]]:
    """Return what the account has begun and not proposed, and what of it is closed to it now.

    Of the latter, language, time and words: they are theirs.
    """
    bench, account = request.bench, request.account
    found: list[Line] = []
    closed: list[tuple[str, int, list[str]]] = []
    for post, language, saved in bench.drafts.of(account)[:DRAFTS]:
        line = _line_for_work(bench.archive, account, "draft", post, language, saved)
        if line:
            found.append(line)
        else:
            closed.append((language, saved, bench.drafts.words(account, post, language)))
    return found, closed


def _comments(request: WorkbenchRequest) -> list[Line]:
    """Return where something was said that the account has not read, on its own work or on what is proposed."""
    archive, account = request.bench.archive, request.account
    found = []
    for each in request.bench.comments.unread(account)[:DRAFTS]:
        latest = archive.index.translations.latest(each.post, each.language)
        own = latest is None or latest.by == account.tag(each.post, each.language)
        line = _line_for_work(archive, account, "draft" if own else "review", each.post, each.language)
        found += [line] if line else []
    return found


def _line_for_work(
    archive: Archive, account: Account, what: str, post: str, language: str, when: int = 0
) -> Line | None:
    """Return the line of a post, if the account may translate it into this language."""
    line = _line(archive, account, what, post, language, when) if account.speaks(language) else None
    return line if line and line.task.version.language != language else None


def _news(archive: Archive, account: Account) -> list[Line]:
    """Return the latest about posts, the newest first: one for each post and for each of its translations."""
    found: list[Line] = []
    told: set[tuple[str, str]] = set()
    shown = {True: 0, False: 0}
    for what, post, language in archive.index.news(OFTEN * NEWS):
        platform = what in _ON_THE_PLATFORMS
        if (post, language) in told or shown[platform] == NEWS:
            continue
        told.add((post, language))
        line = _line(archive, account, what, post, language)
        if line:
            found.append(line)
            shown[platform] += 1
    return found


def _line(archive: Archive, account: Account, what: str, post: str, language: str, when: int = 0) -> Line | None:
    """Return the line of a post; None if the account may not know of it."""
    if told_at_once(archive)(post, "", None) and (versions := archive.index.texts.versions(post)):
        version = versions[-1]  # of a post it is the only one, of a transcript or story the one that counts
        number, words = page_of(version, versions), version.text or Contexts(archive.index).whole(version)
        return Line(what, number, Task("", version, language, number, words), language, when)
    reading = read_post(archive, post)
    if reading is None or not may_read(account, reading):
        return None
    words = reading.version.text or reading.whole
    return Line(what, reading.number, Task("", reading.version, language, reading.number, words), language, when)


ROUTES: Final = (Route("/", "GET", "read", show),)
