"""Release: many posts, or the files of a card, released, withdrawn, tagged together; what is left out is told.

What is done is what ``tamizdat publish release``, ``withdraw`` and ``consent`` do. An editor acts on what was on the
screen: if more fits by then, or other words count, nothing is done and the list is shown again.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

from starlette.responses import Response

from tamizdat.archive import Archive
from tamizdat.archive.acts.items import catalogue
from tamizdat.archive.acts.releases import consent, state_releases
from tamizdat.archive.spanned import Spanned
from tamizdat.carrying import arrived
from tamizdat.errors import UsageError
from tamizdat.keys import SigningKey
from tamizdat.publishing.release_choice import Posts, as_shown
from tamizdat.statements.catalogued import CataloguedItem, CataloguedPost, Release
from tamizdat.web.routing import Route
from tamizdat.workbench import responses
from tamizdat.workbench.content import release_filter
from tamizdat.workbench.content.release_filter import Chosen, Filter, Row, Rows
from tamizdat.workbench.jobs.jobs import RELEASE, Job
from tamizdat.workbench.l10n import gettext as _
from tamizdat.workbench.request import WorkbenchRequest
from tamizdat.workbench.screens import job_page

PAGE: Final = 50  #: posts on a page
PATH: Final = "/publish/release"
PATIENCE: Final = 5.0  #: seconds for which a browser waits for the end of it
ACTS: Final = ("release", "withdraw", "restrict", "tag", "consent", "no consent")


def show(request: WorkbenchRequest) -> Response:
    """Return what fits the filter."""
    return _page(request, Filter.of(request))


def _page(request: WorkbenchRequest, asked: Filter, problem: str = "", status: int = 200) -> Response:
    archive, job = request.bench.archive, request.bench.jobs.of(RELEASE)
    if request.wants_json:
        return job_page.state(request, RELEASE)
    posts, chosen = release_filter.all_posts(archive), Chosen(())
    try:
        asked = release_filter.opened(archive, posts, asked)
        chosen = release_filter.choose(archive, posts, asked)
    except UsageError as error:
        problem, status = str(error), 400
    first = min(request.whole("from", 0), max(0, len(chosen.rows) - 1))
    response = responses.page(
        request,
        "release.html",
        status,
        asked=asked,
        chosen=chosen,
        rows=chosen.rows[first : first + PAGE],
        first=first,
        page=PAGE,
        states=release_filter.STATES,
        named=release_filter.NAMED,
        voices=release_filter.voices(posts),
        cards=arrived.arrived(archive)[::-1],
        job=job if job and (job.running or request.asked("after") or job.killed) else None,
        problem=problem,
    )
    return job_page.reloading(response, f"{PATH}?{asked.query(after='yes')}", job)


def act(request: WorkbenchRequest) -> Response:
    """Release, withdraw, restrict or tag what was chosen; or record consent. All or none of the posts.

    Files of a card are dealt with one after the other, which can be stopped.
    """
    bench, asked, what = request.bench, Filter.of(request), request.text("act")
    if request.text("do") == "stop":
        return job_page.stop(request, f"{PATH}?{asked.query(after='yes')}", RELEASE)
    if what not in ACTS:
        return _page(request, asked, _("Choose what is to be done."), 400)
    posts = release_filter.all_posts(bench.archive)
    asked = release_filter.opened(bench.archive, posts, asked)
    chosen = release_filter.choose(bench.archive, posts, asked)
    if request.text("read") != chosen.read:
        changed = _("More or other posts fit since you looked. Nothing was done. Look again.")
        return _page(request, asked, changed, 409)
    try:
        make, many = _making(request, posts, chosen, what)
    except UsageError as error:
        return _page(request, asked, str(error), 400)
    job_page.begin(request, Job(RELEASE, what, begun=bench.now(), total=many), make, PATIENCE)
    return responses.redirect(f"{PATH}?{asked.query(after='yes')}")


def _making(request: WorkbenchRequest, posts: Posts, chosen: Chosen, what: str) -> tuple[Callable[[Job], object], int]:
    """Return what is to be done, and to how many. Raises :class:`UsageError` where nothing is."""
    archive, desk = request.bench.archive, request.bench.key
    if what in ("consent", "no consent"):
        given, day = what == "consent", request.text("consent-day").strip()
        ids, today = (chosen.consentable if given else chosen.consented), request.bench.today().isoformat()
        said = [consent(archive, post, day, given, today) for post in ids]
        return (lambda job: len(state_releases(archive, desk, said))), len(said)
    rows = _rows(request, chosen)
    tags = tuple(each.strip() for each in request.text("tags").replace("\n", ",").split(",") if each.strip())
    if what == "tag" and not tags:
        raise UsageError(_("Write at least one tag."))
    words = {
        "release": Release.PUBLIC,
        "withdraw": Release.WITHDRAWN,
        "restrict": Release.RESTRICTED,
        "tag": None,
    }[what]
    reason = request.text("reason").strip() or None
    until = request.text("until-day").strip() or None
    said = [
        CataloguedPost(
            each.post,
            release=words,
            until=until if what == "release" else None,
            tags=tuple(dict.fromkeys((*each.tags, *tags))) if tags else None,
            reason=reason if what == "withdraw" else None,
        )
        for each in rows
        if each.post
    ]
    if what == "release":
        said = as_shown(archive, posts, said)
    files = [CataloguedItem(each.number, release=words, reason=reason) for each in rows if not each.post]
    return (lambda job: _state(archive, desk, said, files, job)), len(rows)


def _rows(request: WorkbenchRequest, chosen: Chosen) -> Sequence[Row]:
    """Return what was ticked, or everything that fits. Raises :class:`UsageError` for nothing."""
    rows = list(chosen.rows.without_words() if isinstance(chosen.rows, Rows) else chosen.rows)
    if request.text("which") != "all":
        ticked = set(request.texts("number"))
        rows = [each for each in rows if str(each.number) in ticked]
    if not rows:
        raise UsageError(_("Nothing is chosen. Tick what is meant, then try again."))
    return rows


def _state(
    archive: Archive, desk: SigningKey, posts: Sequence[CataloguedPost], files: Sequence[CataloguedItem], job: Job
) -> int:
    if posts:
        state_releases(archive, desk, posts)
    spanned = Spanned(archive)
    for each in files:
        reason = each.reason if each.release == Release.WITHDRAWN else None
        job.advance(0)  # each file is a statement of its own
        catalogue(archive, desk, replace(each, reason=reason), spanned)
        job.add(1)
    return len(posts) + len(files)


ROUTES: Final = (
    Route(PATH, "GET", "catalogue", show),
    Route(PATH, "POST", "catalogue", act),
)
