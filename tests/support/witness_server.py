"""A witness of ours on loopback, over HTTP, as 'tamizdat mirror --witness' runs it."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import uvicorn

from tamizdat.mirror.serve import mirror_application
from tamizdat.web.server import listen
from tamizdat.witness import PREFIX
from tamizdat.witness.record import Record


@contextmanager
def serving(folder: Path | None, record: Record | None) -> Iterator[str]:
    """Serve a site's folder, a witness, or both; gives the address, without a slash at its end."""
    listening = listen("127.0.0.1", 0)
    config = uvicorn.Config(
        mirror_application(folder, record), log_config=None, access_log=False, server_header=False, lifespan="off"
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    until = time.monotonic() + 60
    while not server.started and time.monotonic() < until:
        time.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()
        listening.close()


@contextmanager
def witnessing(record: Record) -> Iterator[str]:
    """Serve a witness; gives its submission prefix."""
    with serving(None, record) as address:
        yield f"{address}{PREFIX}"
