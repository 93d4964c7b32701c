"""The workbench as one ASGI application: its routes, who may use them, and the gate around it all."""

from collections.abc import Sequence
from urllib.parse import urlsplit

from tamizdat.web import routing
from tamizdat.web.gate import Gate
from tamizdat.workbench.access import WorkbenchAccess
from tamizdat.workbench.screens import ROUTES
from tamizdat.workbench.workbench import Workbench


def application(bench: Workbench, hosts: Sequence[str] = ()) -> Gate:
    """Return what a server runs. It answers to the name in the workbench's address, and to *hosts*."""
    served = routing.application(ROUTES, WorkbenchAccess(bench))
    return Gate(served, [urlsplit(bench.address).netloc.lower(), *hosts], bench.https)
