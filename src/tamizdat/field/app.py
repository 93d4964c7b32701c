"""The page as one ASGI application: its routes, and the gate around it."""

from collections.abc import Sequence
from typing import Final

from tamizdat.field.buttons import ROUTES
from tamizdat.field.page import FieldPage
from tamizdat.web import routing
from tamizdat.web.gate import HEADERS, POLICY, Gate

#: pictures come by scripts, which alone have the token; codes are read with the camera; no address goes anywhere
_HEADERS: Final = {
    **HEADERS,
    "Content-Security-Policy": POLICY.replace("img-src 'self'", "img-src 'self' blob:"),
    "Permissions-Policy": "camera=(self), geolocation=(), microphone=()",
    "Referrer-Policy": "no-referrer",
}


def application(page: FieldPage, hosts: Sequence[str]) -> Gate:
    """Return what a server runs; it answers to the names *hosts* alone."""
    return Gate(routing.application(ROUTES, page), hosts, headers=_HEADERS)
