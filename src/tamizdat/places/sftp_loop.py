"""The loop in which SSH is spoken: one for the whole process, in a thread of its own."""

import asyncio
import threading
from functools import cache
from typing import Final

_FIRST: Final = threading.Lock()  #: several threads may ask for the loop at once, and there is only one


def ssh_loop() -> asyncio.AbstractEventLoop:
    """Return the loop in which SSH is spoken, in a thread of its own."""
    with _FIRST:
        return _only_loop()


@cache
def _only_loop() -> asyncio.AbstractEventLoop:
    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, name="sftp", daemon=True).start()
    return loop
