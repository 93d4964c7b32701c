"""How far an encoder in the box is: it writes the time that it has reached into a file in memory, which we look at."""

import os
import re
import threading
from collections.abc import Callable
from typing import Final

from tamizdat.footage.decode.ffmpeg import name_of

LOOK: Final = 1.0  #: seconds between two looks
TAIL: Final = 1 << 10  #: bytes: more than what ffmpeg writes at a time
_REACHED: Final = re.compile(rb"out_time_us=(\d{1,18})\s")


class EncodingProgress:
    """Tells, once a second while the block runs, which share of *seconds* is encoded: from 0 to 1.

    Of *file*, which goes into the box, nothing is believed but a number: whoever took over an encoder could at most
    tell a wrong share.
    """

    def __init__(self, seconds: float, told: Callable[[float], None]) -> None:
        self.file = os.memfd_create("reached", os.MFD_CLOEXEC)
        self._seconds, self._told, self._ended = seconds, told, threading.Event()
        self._thread = threading.Thread(target=self._run, name="encoding", daemon=True)

    def __enter__(self) -> "EncodingProgress":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()
        self._look()
        os.close(self.file)

    def _run(self) -> None:
        while not self._ended.wait(LOOK):
            self._look()

    def _look(self) -> None:
        size = os.fstat(self.file).st_size
        found = _REACHED.findall(os.pread(self.file, TAIL, max(0, size - TAIL)))
        os.ftruncate(self.file, 0)  # what was written is let go of; the encoder writes on behind it
        if found:
            self._told(min(int(found[-1]) / 1e6 / self._seconds, 1.0))


def arguments(file: int | None) -> tuple[str, ...]:
    """Return what has ffmpeg write into *file* how far it is; nothing without one."""
    return () if file is None else ("-progress", name_of(file), "-stats_period", str(LOOK))
