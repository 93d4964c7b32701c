"""A real terminal for tests: the program runs in a pseudo-terminal of its own, and its screen is read back."""

import os
import pty
import select
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path


class Terminal:
    """A child process whose controlling terminal we hold the other end of."""

    def __init__(self, code: str, arguments: Sequence[str] = (), cwd: Path | None = None) -> None:
        main, other = pty.openpty()
        self._main = main
        self.process = subprocess.Popen(
            [sys.executable, "-c", code, *arguments],
            stdin=other,
            stdout=other,
            stderr=other,
            start_new_session=True,
            cwd=cwd,
            preexec_fn=lambda: _own(other),
            env={**os.environ, "COLUMNS": "80", "LINES": "24"},
        )
        os.close(other)
        self.seen = ""

    def expect(self, words: str, seconds: float = 20) -> None:
        """Wait until the child has written *words* after what was expected before."""
        start = len(self.seen)
        end = time.monotonic() + seconds
        while words not in self.seen[start:]:
            assert time.monotonic() < end, f"{words!r} did not come; the screen: {self.seen!r}"
            if not self._read(0.1) and self.process.poll() is not None:
                raise AssertionError(f"{words!r} did not come; the child ended; the screen: {self.seen!r}")

    def type(self, line: str) -> None:
        """Type *line* and the return key."""
        os.write(self._main, line.encode() + b"\n")

    def press(self, key: str) -> None:
        """Press one key, such as Ctrl-C."""
        os.write(self._main, key.encode())

    def finish(self) -> int:
        """Read to the end; the exit code."""
        while self._read(0.5) or self.process.poll() is None:
            pass
        os.close(self._main)
        return self.process.wait()

    def _read(self, seconds: float) -> bool:
        waiting = select.poll()  # select() takes no descriptor from 1,024 on, which other tests may have left
        waiting.register(self._main, select.POLLIN)
        if not waiting.poll(1000 * seconds):
            return False
        try:
            data = os.read(self._main, 65536)
        except OSError:  # the other end is closed
            return False
        self.seen += data.decode("utf-8", "replace")
        return bool(data)


def _own(descriptor: int) -> None:
    import fcntl
    import termios

    fcntl.ioctl(descriptor, termios.TIOCSCTTY, 0)
