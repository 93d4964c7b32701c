"""Covering the people in a clip or picture: regions drawn on its frames, and another account's look at what remains.

Without scripts what is covered is typed, as ``tamizdat redact --cover`` reads it from a file; the page's script draws
it on the frames. Frames are decoded in the box, of copies (:mod:`tamizdat.workbench.content.cover_view`).
"""

import json
from typing import Final, Never

from starlette.responses import Response

from tamizdat.archive import Archive, Item
from tamizdat.archive.acts.redactions import LANGUAGE, clear, coverable, name_of, redact
from tamizdat.archive.views.redactions import PROPOSED, Redaction
from tamizdat.covering import COVER, NOTHING, RECTANGLE, SOLID, Cover, Key, Region, checked
from tamizdat.encoding import Json
from tamizdat.errors import BadEncoding, UsageError
from tamizdat.footage import frame_sheet, tracking
from tamizdat.footage.probe import CLIP, PICTURE
from tamizdat.ledger.shapes import members_of
from tamizdat.publishing.derived.clearance import Clearance, in_posts
from tamizdat.publishing.derived.item_words import words
from tamizdat.publishing.derived.uncovered import is_shown_bare, uncovered
from tamizdat.statements.reviewed import APPROVED, RETURNED
from tamizdat.transcripts.clock import written
from tamizdat.web.request import NotFound
from tamizdat.web.routing import Route
from tamizdat.workbench import responses
from tamizdat.workbench.content import clip_copies, cover_view
from tamizdat.workbench.content.clip_copies import ClipCopy
from tamizdat.workbench.l10n import gettext as _
from tamizdat.workbench.l10n import ngettext
from tamizdat.workbench.looks import WHOLE
from tamizdat.workbench.request import WorkbenchRequest
from tamizdat.workbench.screens.clips import RELOAD


def show_list(request: WorkbenchRequest) -> Response:
    """Return the list of what is released and waits for a word on the people in it, and of what is covered."""
    archive = request.bench.archive
    clearance, rows = Clearance(archive, words(archive)), []
    for item in [*archive.index.items(release="public"), *in_posts(archive)]:
        latest, why = archive.index.redactions.latest(item.number), clearance.why_not(item)
        if latest or why:
            rows.append((item, latest, bool(why)))
    rows.sort(key=lambda row: (not row[2], row[0].number))
    return responses.page(request, "covers.html", rows=rows)


def _item(request: WorkbenchRequest) -> tuple[Item, str]:
    """Return the item that the address names, and its kind. Raises :class:`NotFound` if nobody can be covered in it."""
    try:
        return coverable(request.bench.archive, request.parameters["number"])
    except UsageError:
        raise NotFound from None


def _latest(archive: Archive, item: Item) -> Redaction | None:
    return archive.index.redactions.latest(item.number)


def _copy(request: WorkbenchRequest, item: Item, kind: str, cover: Cover) -> ClipCopy | None:
    """Return the copy of a clip or sound that is looked at; the first look begins to make it. None of a picture."""
    if kind == PICTURE:
        return None
    found = clip_copies.find(request.bench, item.original, cover=cover)
    if found and found.path is None and found.job is None:
        clip_copies.begin(request.bench, found)
        found = clip_copies.find(request.bench, item.original, cover=cover)
    return found


def _frames(archive: Archive, item: Item, copy: ClipCopy | None) -> list[int]:
    """Return the instants, in ms, of the frames of the sheet of a clip's copy; none of what is no clip."""
    if copy is None or copy.kind != CLIP:
        return []
    return frame_sheet.instants(copy.cover, cover_view.length_of_copy(archive, item, CLIP, copy.cover) or 0)


def show(request: WorkbenchRequest) -> Response:
    """Return the screen on which an item is covered."""
    return _page(request)


def _page(request: WorkbenchRequest, problem: str = "", status: int = 200, typed: str | None = None) -> Response:
    archive, (item, kind) = request.bench.archive, _item(request)
    latest, clearance = _latest(archive, item), Clearance(archive, words(archive))
    cover = latest.cover if latest else NOTHING
    draft = request.bench.cover_drafts.read(request.account, item.number)
    drawn = draft.cover if draft else cover
    bare = _copy(request, item, kind, NOTHING)
    covered = _copy(request, item, kind, cover) if latest and cover else bare
    length = cover_view.length_of_copy(archive, item, bare.kind if bare else kind)
    waits = [each for each in (bare, covered) if each and each.path is None]
    running = any(each.job and each.job.running for each in waits)
    looked_at = latest is not None and latest.state == PROPOSED and not waits
    sheet = frame_sheet.pages(_frames(archive, item, covered) if looked_at else [])
    page = max(1, min(request.whole("page", 1), len(sheet)))
    response = responses.page(
        request,
        "cover.html",
        status,
        item=item,
        post=cover_view.post_of(archive, item),
        kind=kind,
        path=f"/items/{item.number}/cover",
        latest=latest,
        own=latest is not None and latest.by == _tag(request, latest.item),
        rows=list(cover_view.told(cover)),
        covered=covered,
        waits=waits,
        drawable=length is not None and not running,
        length=length,
        sheet=sheet[page - 1],
        page=page,
        pages=len(sheet),
        draft=draft,
        elsewhere=draft is not None and draft.after != (latest.number + 1 if latest else 0),
        about={"cover": cover_view.as_data(drawn), "length": length or 0, "moves": kind != PICTURE, "kind": kind},
        plain=json.dumps(cover_view.as_data(drawn), indent=1) if typed is None else typed,
        why=clearance.why_not(item),
        why_not_read=clearance.why_not_read(item),
        bare=is_shown_bare(archive, item),
        earlier=uncovered(archive, item),
        problem=problem,
    )
    if running:
        response.headers["Refresh"] = f"{RELOAD}; url=/items/{item.number}/cover"
    return response


def _tag(request: WorkbenchRequest, number: int) -> str:
    return request.account.tag(name_of(number), LANGUAGE)


def propose(request: WorkbenchRequest) -> Response:
    """Propose what was drawn or typed."""
    bench, (item, kind) = request.bench, _item(request)
    typed = request.text("cover")
    try:
        cover = _typed(typed)
        with bench.acting:
            latest = _latest(bench.archive, item)
            if request.whole("latest", -1) != (latest.number if latest else -1):
                raise UsageError(_("Somebody else proposed a cover meanwhile. Yours is kept below; look at theirs."))
            length = cover_view.length_of_copy(bench.archive, item, kind) or 0
            day = bench.today().isoformat()
            number = redact(bench.archive, bench.key, _tag(request, item.number), item.number, cover, day, length)
            if latest and number == latest.number:
                raise UsageError(_("Nothing was changed, so nothing was proposed."))
        with bench.sealed.changing():
            kept = bench.cover_drafts.read(request.account, item.number)
            if kept and (kept.cover == cover or kept.revision == request.whole("revision", 0)):
                bench.cover_drafts.drop(request.account, item.number)  # else another tab has saved since
    except UsageError as error:
        return _page(request, str(error), 400, typed)
    return responses.redirect(f"/items/{item.number}/cover", "proposed")


def save(request: WorkbenchRequest) -> Response:
    """Save what was drawn or typed, as a draft; what another tab saved meanwhile is not written over."""
    bench, (item, _kind) = request.bench, _item(request)
    typed = request.text("cover")
    try:
        latest = _latest(bench.archive, item)
        with bench.sealed.changing():
            kept = bench.cover_drafts.save(
                request.account, item.number, _typed(typed), latest.number if latest else None,
                request.whole("revision", 0), bench.now(),
            )  # fmt: skip
    except UsageError as error:
        if request.wants_json:
            raise
        return _page(request, str(error), 400, typed)
    if request.wants_json:
        told: dict[str, Json] = {"revision": kept.revision} if kept else {"problem": _elsewhere()}
        return responses.data(told, 200 if kept else 409)
    if kept is None:
        return _page(request, _elsewhere(), 409, typed)
    return responses.redirect(f"/items/{item.number}/cover", "saved")


def _elsewhere() -> str:
    return _("This was changed in another tab or on another device meanwhile. Load the page again to see that.")


def drop(request: WorkbenchRequest) -> Response:
    """Throw the account's draft away."""
    item, _kind = _item(request)
    request.bench.cover_drafts.drop(request.account, item.number)
    return responses.redirect(f"/items/{item.number}/cover", "draft-dropped")


def _typed(typed: str) -> Cover:
    try:
        said = json.loads(typed, parse_float=_no_fraction, parse_constant=_no_fraction)
        return COVER({"regions": [], "silences": []} | said if isinstance(said, dict) else said)
    except (ValueError, RecursionError, BadEncoding) as error:
        raise UsageError(_("These are no regions and silences: %(why)s", why=str(error))) from None


def _no_fraction(text: str) -> Never:
    raise ValueError(f"Expected whole numbers, found {text}.")


def judge(request: WorkbenchRequest) -> Response:
    """Approve what another account drew, or return it; who drew it may return it, too."""
    bench, (item, kind) = request.bench, _item(request)
    verdict = request.text("verdict")
    try:
        if verdict not in (APPROVED, RETURNED):
            raise UsageError(responses.no_such_button())
        with bench.acting:
            latest = _latest(bench.archive, item)
            if latest is None or (request.whole("redacted", -1), request.text("digest")) != (
                latest.number,
                latest.cover.digest,
            ):
                raise UsageError(_("A newer cover was proposed meanwhile. It is the one below; look at it first."))
            if verdict == APPROVED:
                _check_looked(request, item, kind, latest)
            tag, day = _tag(request, latest.item), bench.today().isoformat()
            clear(bench.archive, bench.key, tag, latest.number, verdict, day)
            bench.looks.forget(latest.number)
    except UsageError as error:
        return _page(request, str(error), 400)
    return responses.redirect(f"/items/{item.number}/cover", f"cover-{verdict}")


def _check_looked(request: WorkbenchRequest, item: Item, kind: str, latest: Redaction) -> None:
    """Raise :class:`UsageError` unless the account was shown every frame of the sheet, and played what is silenced."""
    copy, instants = _copy(request, item, kind, latest.cover), [0]
    if copy and copy.path is None:
        raise UsageError(_("The covered copy is not made yet. Look at its frames, then approve."))
    if copy:
        instants = _frames(request.bench.archive, item, copy)
        instants += [WHOLE] if latest.cover.silences or not instants else []
    unseen = request.bench.looks.unseen(request.account, latest.number, instants)
    if frames := [each for each in unseen if each != WHOLE]:
        raise UsageError(
            ngettext(
                "%(count)s frame under this cover was not shown to you yet, at %(time)s. Look at all of them, page by "
                "page, then say your word.",
                "%(count)s frames under this cover were not shown to you yet, the first at %(time)s. Look at all of "
                "them, page by page, then say your word.",
                len(frames),
                count=len(frames),
                time=written(frames[0]),
            )
        )
    if unseen:
        raise UsageError(_("Part of the sound is silenced. Play it, then say your word."))


def _looked(request: WorkbenchRequest, latest: Redaction | None, instant: int) -> None:
    """Keep that the account was shown a frame, or the whole, of what waits for a word."""
    if latest is not None and latest.state == PROPOSED:
        request.bench.looks.see(request.account, latest.number, instant)


def follow_region(request: WorkbenchRequest) -> Response:
    """Return key frames of a region that is followed from where it lies, for the script; nothing is stated.

    Raises :class:`UsageError` for an item that is no clip.
    """
    item, kind = _item(request)
    x, y, width, height = (request.whole(name, 0) for name in ("x", "y", "width", "height"))
    key, end = Key(request.whole("at", 0), x, y, width, height), request.whole("to", 0)
    checked(Cover((Region(SOLID, RECTANGLE, key.at, end, (key,)),)), moves=True)
    copy = _copy(request, item, kind, NOTHING)
    if copy is None or copy.path is None or copy.kind != CLIP:
        raise UsageError(_("There is no clip here whose frames could be followed."))
    found = tracking.follow(copy.path, cover_view.FRAME, key, end)
    return responses.data({"keys": [members_of(each) for each in found]})


def frame_to_draw_on(request: WorkbenchRequest) -> Response:
    """Return a frame as it was filmed. Raises :class:`NotFound` if there is none (yet)."""
    item, kind = _item(request)
    return cover_view.frame(request.bench.archive, item, kind, NOTHING, request.parameters["at"], small=False)


def frame_that_remains(request: WorkbenchRequest) -> Response:
    """Return a frame as it would be published. Raises :class:`NotFound` if there is none (yet)."""
    archive, (item, kind) = request.bench.archive, _item(request)
    latest = _latest(archive, item)
    cover, small = latest.cover if latest else NOTHING, request.asked("size") != "large"
    shown = cover_view.frame(archive, item, kind, cover, request.parameters["at"], small=small)
    _looked(request, latest, request.parameters["at"])
    return shown


def copy_that_remains(request: WorkbenchRequest) -> Response:
    """Return the clip or sound as it would be published. Raises :class:`NotFound` if it is not made (yet)."""
    item, _kind = _item(request)
    latest = _latest(request.bench.archive, item)
    found = clip_copies.find(request.bench, item.original, cover=latest.cover if latest else NOTHING)
    played = clip_copies.answer(found, f"cover-{item.number}")
    _looked(request, latest, WHOLE)
    return played


_PATH: Final = "/items/{number:int}/cover"
ROUTES: Final = (
    Route("/covers", "GET", "catalogue", show_list),
    Route(_PATH, "GET", "catalogue", show),
    Route(_PATH, "POST", "catalogue", propose),
    Route(f"{_PATH}/draft", "POST", "catalogue", save),
    Route(f"{_PATH}/drop", "POST", "catalogue", drop),
    Route(f"{_PATH}/word", "POST", "catalogue", judge),
    Route(f"{_PATH}/follow", "POST", "catalogue", follow_region),
    Route(f"{_PATH}/frame/{{at:int}}", "GET", "confidential", frame_to_draw_on),
    Route(f"{_PATH}/covered/{{at:int}}", "GET", "confidential", frame_that_remains),
    Route(f"{_PATH}/copy", "GET", "confidential", copy_that_remains),
)
