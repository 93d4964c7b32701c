"""Running the workbench on this computer."""

from collections.abc import Callable

from tamizdat.web import server
from tamizdat.workbench.app import application
from tamizdat.workbench.workbench import Workbench


def serve(bench: Workbench, host: str, port: int, ready: Callable[[int], None] = lambda port: None) -> None:
    """Serve until Ctrl-C. *ready* is told the port once requests are taken; with port 0 the system chooses one.

    Raises :class:`UsageError` if the port is taken.
    """
    listening = server.listen(host, port)
    port = listening.getsockname()[1]
    app = application(bench, server.loopback_names(port))
    ready(port)
    try:
        server.serve(app, listening)
    finally:
        bench.jobs.wait()
