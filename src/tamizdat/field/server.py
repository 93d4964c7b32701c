"""Serving a field device's page on this computer, with a browser of its own."""

import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Final

from tamizdat.field.app import application
from tamizdat.field.browser import clear_away, start_browser
from tamizdat.field.device import FieldDevice, require_field
from tamizdat.field.page import FieldPage
from tamizdat.web import server

EARLY: Final = 5.0  #: seconds: a browser that ends sooner was not closed by a person, but could not begin


def serve(folder: Path, port: int, browser: bool, ready: Callable[[str, bool, bool], None]) -> None:
    """Serve the page of the device in *folder* until Ctrl-C.

    *ready* is told the address with its code, whether a browser was started, and whether its profile lies in memory.
    Raises :class:`NotSetUp` for a desk's folder, :class:`UsageError` if the port is taken.
    """
    require_field(folder)
    device = FieldDevice(folder, time.monotonic)
    page = FieldPage(device, time.monotonic)
    listening = server.listen("127.0.0.1", port)
    port = listening.getsockname()[1]
    address = f"http://127.0.0.1:{port}/#{page.code}"
    clear_away()
    started = start_browser(address) if browser else None
    try:
        with suppress(KeyboardInterrupt):  # Ctrl-C is how it ends, at any moment from here on
            ready(address, started is not None, started is not None and started.in_memory)
            if started is not None:
                watching = (started.process, device, lambda: ready(address, False, False), _interrupt)
                threading.Thread(target=until_closed, args=watching, name="browser", daemon=True).start()
            server.serve(application(page, server.loopback_names(port)), listening, own_user_only=True)
    finally:
        listening.close()
        device.stop()
        device.lock()
        if started is not None:
            started.close()


def until_closed(
    process: "subprocess.Popen[bytes]", device: FieldDevice, by_hand: Callable[[], None], end: Callable[[], None]
) -> None:
    """Wait for the browser to end, and for work that goes on; then *end*; tell *by_hand* if it could not begin."""
    begun = time.monotonic()
    process.wait()
    if time.monotonic() - begun < EARLY:
        by_hand()
        return
    while (work := device.work) is not None and work.running:
        time.sleep(0.5)
    end()


def _interrupt() -> None:
    """End this process as Ctrl-C does."""
    os.kill(os.getpid(), signal.SIGINT)
