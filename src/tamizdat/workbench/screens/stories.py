"""Stories: the list, the editor of one, its preview, and what is to become of a version.

Everything works as plain forms: without scripts a story is typed as text (:mod:`tamizdat.archive.acts.story_text`). The
page's script shows the same text as chapters and elements that are moved by keys or drawn, and saves it by itself.
"""

from typing import Final

from starlette.responses import Response

from tamizdat.archive.acts.stories import checked_story, state_story
from tamizdat.archive.acts.story_text import read_text, written_text
from tamizdat.archive.views.stories import StoryVersion
from tamizdat.encoding import Json
from tamizdat.errors import UsageError
from tamizdat.statements.composed import DRAFT, PROPOSED, PUBLIC, WITHDRAWN, Story
from tamizdat.web.request import Forbidden, NotFound
from tamizdat.web.routing import Route
from tamizdat.workbench import responses
from tamizdat.workbench.content import story_view
from tamizdat.workbench.drafts.stories import StoryDraft
from tamizdat.workbench.l10n import gettext as _
from tamizdat.workbench.request import WorkbenchRequest

DONE: Final = {DRAFT: "said", PROPOSED: "story-proposed", PUBLIC: "story-released", WITHDRAWN: "taken-off"}
EMPTY: Final = "# \nlanguage: en\n\n## \n"


def show_list(request: WorkbenchRequest) -> Response:
    """Return the list of stories, the newest first."""
    archive, drafts = request.bench.archive, request.bench.story_drafts
    began = drafts.read(request.account, None) is not None
    return responses.page(request, "stories.html", rows=story_view.rows(archive), began=began)


def show_new(request: WorkbenchRequest) -> Response:
    """Return the editor of a story that is not stated yet."""
    return _page(request, None)


def show(request: WorkbenchRequest) -> Response:
    """Return the editor of one story."""
    return _page(request, _known(request))


def _known(request: WorkbenchRequest) -> StoryVersion:
    """Return the story that the address names. Raises :class:`NotFound`."""
    number: int = request.parameters["number"]
    if (found := request.bench.archive.index.stories.story(number)) is None:
        raise NotFound
    return found


def _draft(request: WorkbenchRequest, known: StoryVersion | None) -> StoryDraft:
    """Return what the account has typed; before that, the latest version."""
    kept = request.bench.story_drafts.read(request.account, known.number if known else None)
    return kept or StoryDraft(written_text(known.told) if known else EMPTY)


def _page(
    request: WorkbenchRequest,
    known: StoryVersion | None,
    problem: str = "",
    status: int = 200,
    typed: str | None = None,
) -> Response:
    archive, draft = request.bench.archive, _draft(request, known)
    stories = archive.index.stories
    return responses.page(
        request,
        "story.html",
        status,
        latest=known,
        shown=stories.shown(known.number) if known else None,
        path=_path(known),
        draft=draft,
        text=draft.text if typed is None else typed,
        left_out=story_view.left_out(archive, known.told) if known else [],
        history=stories.history(known.number)[::-1] if known else [],
        reason=request.text("reason"),
        problem=problem,
    )


def _path(known: StoryVersion | None) -> str:
    return f"/stories/{known.number}" if known else "/stories/new"


def save_new(request: WorkbenchRequest) -> Response:
    """Save what was typed of a new story; what another tab saved meanwhile is not written over."""
    return _save(request, None)


def save(request: WorkbenchRequest) -> Response:
    """Save what was typed; what another tab saved meanwhile is not written over."""
    return _save(request, _known(request))


def _save(request: WorkbenchRequest, known: StoryVersion | None) -> Response:
    try:
        kept = _kept(request, known)
    except UsageError as error:
        if request.wants_json:
            raise
        return _page(request, known, str(error), 400, request.text("text"))
    now = _draft(request, known)
    if request.wants_json:
        told: dict[str, Json] = {"revision": now.revision}
        return responses.data(told if kept else told | {"text": now.text}, 200 if kept else 409)
    if kept is None:
        return _page(request, known, _elsewhere(), 409, request.text("text"))
    return responses.redirect(_path(known), "saved")


def _kept(request: WorkbenchRequest, known: StoryVersion | None) -> StoryDraft | None:
    """Save what was sent, if anything was; return the draft as it is then, None if another tab was first."""
    if "text" not in request.form:
        return _draft(request, known)
    bench, typed = request.bench, request.text("text").replace("\r\n", "\n")
    with bench.sealed.changing():
        number, seen = known.number if known else None, request.whole("revision", 0)
        return bench.story_drafts.save(request.account, number, typed, seen, bench.now())


def _elsewhere() -> str:
    return _("This was changed in another tab or on another device meanwhile. Load the page again to see that.")


def state_new(request: WorkbenchRequest) -> Response:
    """State what was typed as a new story."""
    return _state(request, None)


def state(request: WorkbenchRequest) -> Response:
    """State what was typed as a version, and what is to become of it; or withdraw the story.

    Raises :class:`Forbidden` for something else that is to become of it.
    """
    return _state(request, _known(request))


def _state(request: WorkbenchRequest, known: StoryVersion | None) -> Response:
    release, bench = request.text("release"), request.bench
    if release not in DONE:
        raise Forbidden(responses.no_such_button())
    typed = request.text("text") if "text" in request.form else None
    try:
        draft = _kept(request, known)
        if draft is None:
            return _page(request, known, _elsewhere(), 409, typed)
        told = known.told if known and release == WITHDRAWN else read_text(draft.text)
        with bench.acting:
            latest = bench.archive.index.stories.story(known.number) if known else None
            if latest and request.whole("latest", -1) != latest.latest:
                raise UsageError(_("Somebody else stated a version meanwhile. Load the page again, then decide anew."))
            number, day = known.number if known else None, bench.today().isoformat()
            stated = state_story(bench.archive, bench.key, told, release, day, number, request.text("reason"))
    except UsageError as error:
        return _page(request, known, str(error), 400, typed)
    if release != WITHDRAWN:
        with bench.sealed.changing():
            if bench.story_drafts.read(request.account, number) == draft:  # else another tab has saved since
                bench.story_drafts.drop(request.account, number)
    return responses.redirect(f"/stories/{stated.number}", DONE[release])


def drop_new(request: WorkbenchRequest) -> Response:
    """Delete one's draft of a new story."""
    request.bench.story_drafts.drop(request.account, None)
    return responses.redirect("/stories", "draft-gone")


def drop(request: WorkbenchRequest) -> Response:
    """Delete one's draft, and begin with the latest version again."""
    known = _known(request)
    request.bench.story_drafts.drop(request.account, known.number)
    return responses.redirect(_path(known), "draft-gone")


def preview_new(request: WorkbenchRequest) -> Response:
    """Return what was typed of a new story, as it would be read."""
    return _preview(request, None)


def preview(request: WorkbenchRequest) -> Response:
    """Return what was typed, as it would be read."""
    return _preview(request, _known(request))


def _preview(request: WorkbenchRequest, known: StoryVersion | None) -> Response:
    archive = request.bench.archive
    try:
        told: Story = checked_story(archive, read_text(_draft(request, known).text))
    except UsageError as error:
        return _page(request, known, str(error), 400)
    chapters, out = story_view.told(archive, told), story_view.left_out(archive, told)
    return responses.page(request, "story_read.html", told=told, chapters=chapters, left_out=out, path=_path(known))


def find(request: WorkbenchRequest) -> Response:
    """Return what has a number, or what a search finds, to be shown in a story."""
    found = story_view.found(request.bench.archive, request.asked("q")[:200])
    rows: list[Json] = [
        {
            "number": each.number,
            "what": _what(each.what),
            "words": each.words,
            "language": each.language,
            "released": each.released,
            "timed": each.timed,
        }
        for each in found
    ]
    return responses.data({"found": rows})


def _what(what: str) -> str:
    return {"item": _("Item"), "post": _("Post"), "person": _("Person")}[what]


_STORY: Final = "/stories/{number:int}"
ROUTES: Final = (
    Route("/stories", "GET", "stories", show_list),
    Route("/stories/find", "GET", "stories", find),
    Route("/stories/new", "GET", "stories", show_new),
    Route("/stories/new/draft", "POST", "stories", save_new),
    Route("/stories/new/state", "POST", "stories", state_new),
    Route("/stories/new/drop", "POST", "stories", drop_new),
    Route("/stories/new/read", "GET", "stories", preview_new),
    Route(_STORY, "GET", "stories", show),
    Route(f"{_STORY}/draft", "POST", "stories", save),
    Route(f"{_STORY}/state", "POST", "stories", state),
    Route(f"{_STORY}/drop", "POST", "stories", drop),
    Route(f"{_STORY}/read", "GET", "stories", preview),
)
