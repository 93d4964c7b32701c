"""Chromium's control, by the DevTools protocol over two pipes: messages of JSON, each ended by a zero byte.

What comes back is said by a browser that shows strangers' pages: it is bounded, and each value is looked at before use.
"""

import json
import os
import time
from collections import deque
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Final

from tamizdat.disk.descriptors import is_readable
from tamizdat.errors import PlaceUnreachable

MAX_MESSAGE: Final = 256 << 20  #: bytes: a picture of a long page, in base64
MAX_EVENTS: Final = 10_000
MOMENT: Final = 0.2  #: seconds between two looks whether the browser is waited for still
NOBODYS: Final = 1_000_000_000  #: the number of what is told and not waited for


class BrowserFailed(PlaceUnreachable):
    """The browser ended, or did not do what it was told in time. Nothing follows from that about the page."""


class DevTools:
    """A browser at the other end of two pipes."""

    def __init__(self, incoming: int, outgoing: int) -> None:
        self._in, self._out = incoming, outgoing
        os.set_blocking(incoming, False)
        self._buffer = bytearray()
        self._number = 0
        self.events: deque[Mapping[str, object]] = deque(maxlen=MAX_EVENTS)
        self.advance: Callable[[int], None] = lambda size: None  #: told 0 while the browser is waited for

    def close(self) -> None:
        """Tell the browser to end, and close the pipes."""
        with suppress(OSError):
            self._send({"id": NOBODYS, "method": "Browser.close"})
        for each in (self._in, self._out):
            with suppress(OSError):
                os.close(each)

    def ask(
        self, method: str, session: str | None = None, seconds: float = 30.0, **parameters: object
    ) -> dict[str, object]:
        """Return what the browser answers. Raises :class:`BrowserFailed`, also for an answer that is an error."""
        self._number += 1
        number = self._number
        self._send(
            {"id": number, "method": method, "params": parameters, **({"sessionId": session} if session else {})}
        )
        until = time.monotonic() + seconds
        while True:
            message = self._next(until)
            if message is None:
                raise BrowserFailed(
                    f"Expected the browser to answer ({method}) in {seconds:.0f} s, it did not. Try again."
                )
            if message.get("id") == number:
                if "error" in message:
                    told = str(message["error"])[:200]
                    raise BrowserFailed(f"Expected the browser to do what it was told ({method}), it said {told!a}.")
                result = message.get("result")
                return result if isinstance(result, dict) else {}
            self.events.append(message)

    def wait(self, method: str, seconds: float) -> bool:
        """Wait until something happened (``Page.loadEventFired``); return False if it did not in time."""
        until = time.monotonic() + seconds
        while True:
            while self.events:
                if self.events.popleft().get("method") == method:
                    return True
            message = self._next(until)
            if message is None:
                return False
            self.events.append(message)

    def _send(self, message: Mapping[str, object]) -> None:
        data = memoryview(json.dumps(message).encode() + b"\0")
        while data:
            try:
                data = data[os.write(self._out, data) :]
            except BrokenPipeError:
                raise BrowserFailed(_ENDED) from None

    def _next(self, until: float) -> Mapping[str, object] | None:
        """Return the next message, None if none comes in time."""
        looked = 0
        while (end := self._buffer.find(b"\0", looked)) < 0:
            looked = len(self._buffer)
            self.advance(0)
            left = max(0.0, until - time.monotonic())
            ready = is_readable(self._in, min(MOMENT, left))
            if not ready and left > MOMENT:
                continue
            if not ready:
                return None
            data = os.read(self._in, 1 << 20)
            if not data:
                raise BrowserFailed(_ENDED)
            self._buffer += data
            if len(self._buffer) > MAX_MESSAGE:
                raise BrowserFailed(f"Expected at most {MAX_MESSAGE:,} bytes of the browser, found more. Try again.")
        line = bytes(self._buffer[:end])
        del self._buffer[: end + 1]
        try:
            message = json.loads(line)
        except ValueError:
            message = None
        if not isinstance(message, dict):
            return {}
        if message.get("method") == "Page.javascriptDialogOpening":  # until it is answered, the page stands still
            dismissed = {"id": NOBODYS, "method": "Page.handleJavaScriptDialog", "params": {"accept": False}}
            self._send({**dismissed, "sessionId": message.get("sessionId")})
        return message


_ENDED: Final = (
    "Expected the browser to go on, it ended. Most often user namespaces are switched off here, or there is too little "
    "memory. Nothing was captured; try again."
)
