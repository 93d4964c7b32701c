"""Guides: the style guide of a language, what whoever translates a voice should know, and how editors treat a voice."""

from typing import Final

from starlette.responses import Response

from tamizdat.archive.search.clocks import Clocks
from tamizdat.archive.views.posts import Version
from tamizdat.errors import TamizdatError, UsageError
from tamizdat.publishing.derived.hidden_voices import hidden_voices, hide_voices, is_hidden
from tamizdat.text.languages import LANGUAGE
from tamizdat.web.request import Forbidden, NotFound
from tamizdat.web.routing import Route
from tamizdat.workbench import responses
from tamizdat.workbench.content.post_view import PostView, may_read, read
from tamizdat.workbench.l10n import gettext as _
from tamizdat.workbench.request import WorkbenchRequest


def show_language(request: WorkbenchRequest) -> Response:
    """Return the style guide of a language."""
    return _page(request, "language", _language(request))


def save_language(request: WorkbenchRequest) -> Response:
    """Save the style guide of a language."""
    return _save(request, "language", _language(request))


def show_voice(request: WorkbenchRequest) -> Response:
    """Return the note on the voice whose post the address names."""
    reading = _voice(request)
    return _page(request, "voice", reading.version.author, reading)


def save_voice(request: WorkbenchRequest) -> Response:
    """Save the note on a voice."""
    reading = _voice(request)
    return _save(request, "voice", reading.version.author, reading)


def treat_voice(request: WorkbenchRequest) -> Response:
    """Set whether a voice's posts are hidden while a change of them waits, and by which clock its days are."""
    reading, bench = _voice(request), request.bench
    voice, folder, zone = _called(reading.version), bench.archive.folder, request.text("zone").strip()
    try:
        with bench.acting:
            clocks = Clocks(folder)
            if zone != clocks.of(reading.version.handle, reading.version.author):
                clocks.set(voice, zone)
                bench.archive.search.discard()  # it is made anew, with these days
            hide = request.text("hide") == "yes"
            if hide != is_hidden(reading.version, hidden_voices(folder)):
                both = [each for each in (reading.version.handle, reading.version.author) if each]
                hide_voices(folder, [voice] if hide else both, hide)
    except TamizdatError as error:
        return _page(request, "voice", reading.version.author, reading, str(error), 400)
    return responses.redirect(request.path.removesuffix("/ways"), "voice")


def _called(version: Version) -> str:
    """Return what a voice is called in the desk's lists: its handle, or its id where it has none."""
    return version.handle or version.author


def _language(request: WorkbenchRequest) -> str:
    language: str = request.parameters["language"]
    if not LANGUAGE.fullmatch(language):
        raise NotFound
    if request.method == "POST" and not request.account.speaks(language):
        raise Forbidden(_("This is not one of your languages. An editor can add it under Accounts."))
    return language


def _voice(request: WorkbenchRequest) -> PostView:
    reading = read(request.bench.archive, request.parameters["number"])
    if reading is None or not may_read(request.account, reading):
        raise NotFound
    return reading


def _save(request: WorkbenchRequest, kind: str, of: str, reading: PostView | None = None) -> Response:
    bench = request.bench
    try:
        bench.guides.save(request.account, kind, of, request.text("guide"), request.whole("seen", 0), bench.now())
    except UsageError as error:
        return _page(request, kind, of, reading, str(error), 400)
    return responses.redirect(request.path, "guide")


def _page(
    request: WorkbenchRequest,
    kind: str,
    of: str,
    reading: PostView | None = None,
    problem: str = "",
    status: int = 200,
) -> Response:
    guide = request.bench.guides.read(kind, of)
    by = request.bench.accounts.account(guide.by)
    typed = request.text("guide", guide.text) if problem else guide.text
    shown = {"guide": guide, "by": by.name if by else "", "reading": reading, "typed": typed, "problem": problem}
    if reading and request.account.may("catalogue"):
        version, folder = reading.version, request.bench.archive.folder
        shown["zone"] = request.text("zone") or Clocks(folder).of(version.handle, version.author)
        shown["hidden_voice"] = is_hidden(version, hidden_voices(folder))
    return responses.page(request, "guide.html", status, **shown)


ROUTES: Final = (
    Route("/guides/{language}", "GET", "read", show_language),
    Route("/guides/{language}", "POST", "glossary", save_language),
    Route("/guides/voice/{number:int}", "GET", "read", show_voice),
    Route("/guides/voice/{number:int}", "POST", "glossary", save_voice),
    Route("/guides/voice/{number:int}/ways", "POST", "catalogue", treat_voice),
)
