"""What an application answers, whatever its pages look like: redirects inside its own walls, data, cookies.

Where a redirect may lead is checked by :func:`inside`.
"""

import re
from typing import Final
from urllib.parse import urlencode

from starlette.responses import JSONResponse, RedirectResponse, Response

from tamizdat.encoding import Json

_INSIDE: Final = re.compile(r"/(?:[A-Za-z0-9_-]+(?:/[A-Za-z0-9_-]+)*)?(?:\?[A-Za-z0-9_=&%.-]*)?")


def data(value: dict[str, Json], status: int = 200) -> Response:
    """Return JSON for a page's script."""
    return JSONResponse(value, status)


def download(content: bytes, name: str, media_type: str = "application/octet-stream") -> Response:
    """Return a file that the browser saves under *name*, a word of ours, and keeps no copy of."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(content, media_type=media_type, headers=headers)


def redirect(path: str, **query: str) -> Response:
    """Return a redirect to another page of ours, which the browser then gets anew (303)."""
    return RedirectResponse(f"{path}?{urlencode(query)}" if query else path, 303)


def inside(path: str) -> str:
    """Return *path* if it leads to a page of ours; the first page for anything else."""
    return path if _INSIDE.fullmatch(path) else "/"


def cookie_name(name: str, https: bool) -> str:
    """Return the cookie's full name: with https the browser itself refuses it from other hosts and over other ways."""
    return f"__Host-{name}" if https else name


def set_cookie(response: Response, name: str, token: str, https: bool) -> None:
    """Give the browser a cookie for as long as its window is open; no script and no other site can use it."""
    response.set_cookie(cookie_name(name, https), token, path="/", secure=https, httponly=True, samesite="strict")
