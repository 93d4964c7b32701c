"""Running the workbench on this computer."""

from collections.abc import Callable

from tamizdat.errors import ToolMissing
from tamizdat.workbench.workbench import Workbench


def serve(bench: Workbench, host: str, port: int, ready: Callable[[int], None] = lambda port: None) -> None:
    """Serve until Ctrl-C. *ready* is told the port once requests are taken; with port 0 the system chooses one.

    Raises :class:`UsageError` if the port is taken, :class:`ToolMissing` without the packages.
    """
    try:
        from tamizdat.web import server
        from tamizdat.workbench.app import application
    except ImportError:
        raise ToolMissing(
            "The workbench needs packages that are not installed. Run 'make setup' in the folder of tamizdat's source: "
            "it installs them, each held to its digest."
        ) from None
    listening = server.listen(host, port)
    port = listening.getsockname()[1]
    app = application(bench, server.loopback_names(port))
    ready(port)
    try:
        server.serve(app, listening)
    finally:
        bench.publishing.wait()
