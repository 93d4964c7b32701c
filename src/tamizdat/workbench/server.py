"""Running the workbench on this computer: uvicorn on one address, no log of requests, no words in a fault's report."""

import logging
import socket
import traceback
from collections.abc import Callable
from pathlib import Path

from tamizdat.errors import ToolMissing, UsageError
from tamizdat.workbench.workbench import Workbench


class _Places(logging.Formatter):
    """A fault as the places in the code it came through, without the values, which may be secret."""

    def formatException(self, ei: object) -> str:
        trace = ei[2] if isinstance(ei, tuple) else None
        kind = ei[0].__name__ if isinstance(ei, tuple) and ei[0] else "fault"
        frames = traceback.extract_tb(trace)[-8:]
        return "\n".join([kind, *(f"  {Path(frame.filename).name}:{frame.lineno} in {frame.name}" for frame in frames)])


def serve(bench: Workbench, host: str, port: int, ready: Callable[[int], None] = lambda port: None) -> None:
    """Serves until Ctrl-C. *ready* is told the port once requests are taken; with port 0 the system chooses one.
    :class:`UsageError` if the port is taken, :class:`ToolMissing` without the packages."""
    try:
        import uvicorn

        from tamizdat.workbench.app import application
    except ImportError:
        raise ToolMissing(
            "The workbench needs packages that are not installed. Run 'make setup' in the folder of tamizdat's source: "
            "it installs them, each held to its digest."
        ) from None
    _quiet()
    listening = _listen(host, port)
    port = listening.getsockname()[1]
    names = [f"{name}:{port}" for name in ("127.0.0.1", "localhost", "[::1]")]
    config = uvicorn.Config(
        application(bench, names),
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        ws="none",
        lifespan="off",
        limit_concurrency=200,
        timeout_graceful_shutdown=10,
    )
    ready(port)
    try:
        uvicorn.Server(config).run(sockets=[listening])
    finally:
        bench.printing.wait()


def _listen(host: str, port: int) -> socket.socket:
    """The open socket, before anything else begins: a taken port is told in our words."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
        listening.listen(128)
    except OSError:
        listening.close()
        raise UsageError(
            f"Expected a free port, found {port} taken. Is the workbench running already? Choose another with --port."
        ) from None
    return listening


def _quiet() -> None:
    """Warnings and faults go to standard error; what was asked for, by whom, goes nowhere."""
    handler = logging.StreamHandler()
    handler.setFormatter(_Places("%(name)s: %(message)s"))
    for name in ("uvicorn", "uvicorn.error", "uvicorn.asgi"):
        logger = logging.getLogger(name)
        logger.handlers, logger.propagate = [handler] if name == "uvicorn" else [], name != "uvicorn"
        logger.setLevel(logging.WARNING)
