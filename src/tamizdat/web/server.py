"""Serving an application on this computer: one address, uvicorn, no log of requests, no values in reports of faults."""

import logging
import socket
import traceback
from pathlib import Path

import uvicorn
from starlette.types import ASGIApp

from tamizdat.errors import UsageError
from tamizdat.web import LOOPBACK
from tamizdat.web.own_user import OwnUserOnly


def listen(host: str, port: int) -> socket.socket:
    """Return the open socket; with port 0 the system chooses one. Raises :class:`UsageError` if the port is taken."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # asyncio sets TCP_NODELAY only where the protocol is named; without it each answer waits 40 ms for nothing
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
        listening.listen(128)
    except OSError:
        listening.close()
        raise UsageError(
            f"Expected a free port, found {port} taken. Is it running already? Choose another with --port."
        ) from None
    return listening


def loopback_names(port: int) -> list[str]:
    """Return what stands in ``Host`` when a browser on this computer asks at *port*."""
    return [f"{name}:{port}" for name in LOOPBACK]


def serve(app: ASGIApp, listening: socket.socket, own_user_only: bool = False) -> None:
    """Serve *app* until Ctrl-C; with *own_user_only* nobody else of this computer is listened to."""
    _quiet()
    config = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        http=OwnUserOnly if own_user_only else "auto",
        ws="none",
        lifespan="off",
        limit_concurrency=200,
        timeout_graceful_shutdown=10,
    )
    uvicorn.Server(config).run(sockets=[listening])


class PlacesOnly(logging.Formatter):
    """A fault as the places in the code it came through, without the values, which may be secret."""

    def formatException(self, ei: object) -> str:
        """Return the class of the error, then the last eight places: file, line and function."""
        trace = ei[2] if isinstance(ei, tuple) else None
        kind = ei[0].__name__ if isinstance(ei, tuple) and ei[0] else "fault"
        frames = traceback.extract_tb(trace)[-8:]
        return "\n".join([kind, *(f"  {Path(frame.filename).name}:{frame.lineno} in {frame.name}" for frame in frames)])


def _quiet() -> None:
    """Have warnings and faults go to standard error, and requests nowhere."""
    handler = logging.StreamHandler()
    handler.setFormatter(PlacesOnly("%(name)s: %(message)s"))
    for name in ("uvicorn", "uvicorn.error", "uvicorn.asgi"):
        logger = logging.getLogger(name)
        logger.handlers, logger.propagate = [handler] if name == "uvicorn" else [], name != "uvicorn"
        logger.setLevel(logging.WARNING)
