"""How much memory one input takes: the process's own high-water mark, set back before each (Linux).

Writing ``5`` into ``/proc/self/clear_refs`` sets the mark back to what is resident now (``man 5 proc``). What an
earlier input left in the allocator's hands is given back first, or the next one would be thought to need nothing.
"""

import ctypes
import re
from pathlib import Path
from typing import Final

SLACK: Final = 8 << 20  #: bytes above the first measure from which on memory is given back to the system
_MARK: Final = re.compile(rb"VmHWM:\s+(\d+) kB\s+VmRSS:\s+(\d+) kB")


class HighWater:
    """Measures the bytes by which the process grew at the most since :meth:`set_back`."""

    def __init__(self) -> None:
        self._libc = ctypes.CDLL(None)
        self._first = self._read()[1]
        self._before = self._first

    def set_back(self) -> None:
        """Begin to measure."""
        if self._before - self._first > SLACK:
            self._libc.malloc_trim(0)
        Path("/proc/self/clear_refs").write_text("5")
        self._before = self._read()[1]

    def grown(self) -> int:
        """Return by how many bytes what was resident grew at the most."""
        return max(0, self._read()[0] - self._before)

    def kept(self) -> int:
        """Return by how many bytes what is resident has grown since this was made."""
        return max(0, self._read()[1] - self._first)

    def _read(self) -> tuple[int, int]:
        found = _MARK.search(Path("/proc/self/status").read_bytes())
        assert found, "Linux tells both"
        return int(found[1]) << 10, int(found[2]) << 10
