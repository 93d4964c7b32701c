"""Today: what waits for whoever is signed in, what they began, what changed on the platforms and at the desk."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from starlette.responses import Response

from tamizdat import statements
from tamizdat.archive import Archive
from tamizdat.archive.released import WaitingVersion
from tamizdat.archive.search.search import Hit
from tamizdat.publishing.waiting import waiting_removals, waiting_versions
from tamizdat.statements import Act
from tamizdat.statements.edited import Edited
from tamizdat.statements.gone import Gone
from tamizdat.statements.observed import Observed
from tamizdat.statements.reviewed import Reviewed
from tamizdat.statements.translated import Translated
from tamizdat.translation.difference import Change, difference
from tamizdat.web.routing import Route
from tamizdat.workbench import responses
from tamizdat.workbench.auth.accounts import Account
from tamizdat.workbench.content import task_queue
from tamizdat.workbench.content.post_view import PostView, may_read, read_post
from tamizdat.workbench.content.task_queue import Task
from tamizdat.workbench.drafts import Drafts
from tamizdat.workbench.l10n import gettext as _
from tamizdat.workbench.request import WorkbenchRequest

SHOWN: Final = 4  #: pieces of work of a kind
CHANGES: Final = 6
DRAFTS: Final = 60


@dataclass(frozen=True)
class Waits:
    """So much of one kind waits in a language, and this comes first."""

    language: str
    why: str
    total: int
    first: list[Task]


@dataclass(frozen=True)
class News:
    """That a post was edited, is gone, or is new here; or that somebody proposed or reviewed a translation."""

    what: str
    reading: PostView
    language: str = ""


def show(request: WorkbenchRequest) -> Response:
    """Return the first page after signing in."""
    archive, account = request.bench.archive, request.account
    return responses.page(
        request,
        "today.html",
        waits=_waits(archive, account),
        drafts=_drafts(archive, request.bench.drafts, account),
        closed=_closed_drafts(archive, request.bench.drafts, account),
        comments=_comments(request),
        removals=waiting_removals(archive) if account.may("catalogue") else [],
        unread=_unread(archive) if account.may("catalogue") else None,
        unreleased=_unreleased(archive) if account.may("catalogue") else [],
        platforms=_changes(archive, account, ("observed", "edited", "gone")),
        desk_changes=_changes(archive, account, ("translated", "reviewed")),
    )


def _waits(archive: Archive, account: Account) -> list[Waits]:
    waits = []
    for language in task_queue.languages_of(archive, account):
        for why in task_queue.ORDER:
            queue = task_queue.queue_of(archive, account, language, task_queue.Wanted(why))
            if queue.total:
                waits.append(Waits(language, why, queue.total, task_queue.tasks(archive, queue, 0, SHOWN)))
    return sorted(waits, key=lambda each: task_queue.ORDER.index(each.why))


@dataclass(frozen=True)
class Unreleased:
    """So much of one kind could be released, and this is the newest; *query* finds all of it."""

    title: str
    total: int
    first: tuple[Hit, ...]
    query: str


def _unreleased(archive: Archive) -> list[Unreleased]:
    """Return what is translated and what came in on cards, and is not released."""
    found = []
    for title, kind, states in (
        (_("Translation approved, post not released"), "translation", ("approved", "restricted")),
        (_("Came in, not released"), "item", ("restricted",)),
    ):
        hits = archive.search.find(kind=kind, state=states, limit=SHOWN)
        if hits.total:
            found.append(Unreleased(title, hits.total, hits.hits, f"kind={kind}&state={states[0]}"))
    return found


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


def _drafts(archive: Archive, drafts: Drafts, account: Account) -> list[tuple[PostView, str, int]]:
    """Return what the account has begun and not proposed."""
    return [
        (reading, language, saved)
        for post, language, saved in drafts.of(account)[:DRAFTS]
        if (reading := _open_to(archive, account, post, language))
    ]


def _closed_drafts(archive: Archive, drafts: Drafts, account: Account) -> list[tuple[str, int, list[str]]]:
    """Return language, time and words of drafts whose work is closed to the account now: the words are theirs."""
    return [
        (language, saved, drafts.words(account, post, language))
        for post, language, saved in drafts.of(account)[:DRAFTS]
        if not _open_to(archive, account, post, language)
    ]


def _open_to(archive: Archive, account: Account, post: str, language: str) -> PostView | None:
    """Return the post, if the account may translate it into this language."""
    reading = read_post(archive, post)
    if reading is None or not may_read(account, reading):
        return None
    return reading if account.speaks(language) and language != reading.version.language else None


def _comments(request: WorkbenchRequest) -> list[tuple[PostView, str, bool]]:
    """Return where something was said that the account has not read: post, language, whether it is proposed already."""
    archive, account = request.bench.archive, request.account
    found = []
    for each in request.bench.comments.unread(account)[:DRAFTS]:
        reading = _open_to(archive, account, each.post, each.language)
        if reading:
            latest = archive.index.translations.latest(each.post, each.language)
            own = latest is None or latest.by == account.tag(each.post, each.language)
            found.append((reading, each.language, not own))
    return found


def _changes(archive: Archive, account: Account, acts: Sequence[str]) -> list[News]:
    """Return the latest acts about posts, the newest first: one for each post and for each of its translations."""
    found = []
    numbers = [number for act in acts for number in archive.index.by_act(act)[-4 * CHANGES :]]
    told: set[tuple[str, str]] = set()
    for number in sorted(numbers, reverse=True):
        told_of = _told(statements.read(archive.statement(number)))
        if told_of is None or told_of[1:] in told:
            continue
        what, post, language = told_of
        told.add((post, language))
        reading = read_post(archive, post)
        if reading and may_read(account, reading):
            found.append(News(what, reading, language))
        if len(found) == CHANGES:
            break
    return found


def _told(said: Act) -> tuple[str, str, str] | None:
    """Return what happened, to which post, in which language ("" for the post itself)."""
    match said:
        case Observed():
            return "new", said.post, ""
        case Edited():
            return "edited", said.post, ""
        case Gone():
            return "gone", said.post, ""
        case Translated():
            return "proposed", said.post, said.language
        case Reviewed():
            return said.verdict, said.post, said.language
    return None


ROUTES: Final = (Route("/", "GET", "read", show),)
