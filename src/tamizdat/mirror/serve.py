"""Serving a site's folder, and a witness beside it, to whoever asks. No request is written down.

Files are opened anew for each request, so that a copy that takes the folder's place is served from then on. Nothing but
plain files below the folder is given out; a folder gives its ``index.html``.

Where nothing is, a reader is told so in the site's look and in their language, a program in one line.

Pages say themselves what they may load. What only a server can say goes with every answer: that no other page frames
them, who could lay a question of their own over ours, and that nothing is taken for another kind than it is named.
"""

import contextlib
import html
import os
import re
import stat
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from tamizdat.encoding import safe_path
from tamizdat.errors import BadPath
from tamizdat.places.site_files import media_type
from tamizdat.publishing.site.l10n import LANGUAGES
from tamizdat.publishing.site.nothing_here import nothing_here
from tamizdat.publishing.site.renderer import prefix
from tamizdat.text.negotiation import negotiated
from tamizdat.web.gate import with_headers
from tamizdat.witness import PREFIX
from tamizdat.witness.record import Record
from tamizdat.witness.service import witness_routes

_TITLE: Final = re.compile(r"<title>([^<]{1,200})</title>")
#: what the pages of a site say themselves, of all its pages together, and that none is framed
POLICY: Final = (
    "default-src 'none'; img-src 'self'; media-src 'self'; style-src 'self'; script-src 'self'; connect-src 'self';"
    " worker-src blob:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
HEADERS: Final = {
    "Content-Security-Policy": POLICY,
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",  # a copy may be replaced at any moment
}


def mirror_application(folder: Path | None, record: Record | None) -> ASGIApp:
    """Return the application that gives out the files of *folder* and answers as the witness *record*, if these are."""
    routes: list[Route] = [] if record is None else witness_routes(record, PREFIX)
    if folder is not None:
        site = folder

        async def answer(http: Request) -> Response:
            found = await run_in_threadpool(_file, site, str(http.path_params["path"]))
            return await run_in_threadpool(_page_of_nothing, site, http) if found is None else found

        routes.append(Route("/{path:path}", answer, methods=["GET"]))  # and HEAD
    app = Starlette(routes=routes, exception_handlers={404: _nothing, 405: _nothing, 500: _nothing})
    app.router.redirect_slashes = False

    async def guarded(scope: Scope, receive: Receive, send: Send) -> None:
        await app(scope, receive, with_headers(send, HEADERS) if scope["type"] == "http" else send)

    return guarded


def _file(folder: Path, path: str) -> Response | None:
    wanted = f"{path}index.html" if path.endswith("/") or not path else path
    try:
        place = plain_file(folder, safe_path(wanted).split("/"))
    except BadPath:
        return None
    if place is None and not path.endswith("/") and plain_file(folder, [*wanted.split("/"), "index.html"]):
        return RedirectResponse(f"{path.rpartition('/')[2]}/", 308)
    return None if place is None else FileResponse(place, media_type=media_type(wanted))


def _page_of_nothing(folder: Path, http: Request) -> Response:
    """Return that nothing is at this address, for who reads it in a browser and for a program."""
    there = [each for each in LANGUAGES if plain_file(folder, [*prefix(each).split("/")[:-1], "index.html"])]
    if not there or "text/html" not in http.headers.get("accept", ""):
        return _none()
    language = negotiated([http.url.path.split("/")[1]], http.headers.get("accept-language", ""), there)
    language = language if language in there else there[0]
    return HTMLResponse(nothing_here(_name_of(folder, language), language, there), 404)


def _name_of(folder: Path, language: str) -> str:
    """Return what the site calls itself: the title of its front page in *language*."""
    with contextlib.suppress(OSError), (folder / prefix(language) / "index.html").open("rb") as file:
        if found := _TITLE.search(file.read(16_384).decode("utf-8", "replace")):
            return html.unescape(found[1])
    return "tamizdat"


def plain_file(folder: Path, names: Sequence[str]) -> Path | None:
    """Return a plain file below *folder* to which no link leads; None if there is none of these *names*."""
    place, mode = folder, 0
    try:
        for name in names:
            place = place / name
            mode = os.lstat(place).st_mode
            if stat.S_ISLNK(mode) or name.startswith("."):
                return None
    except (OSError, ValueError):
        return None
    return place if stat.S_ISREG(mode) else None


def _none() -> Response:
    return PlainTextResponse("There is nothing here.\n", 404)


async def _nothing(_: Request, error: Exception) -> Response:
    status = getattr(error, "status_code", 500)
    return PlainTextResponse("There is nothing here.\n", status, getattr(error, "headers", None))
