"""What a verb says: words for people, or one JSON object per line with ``--json``; never both on one stream.

==========  ==========================================  ==========================================
call        for people                                  with ``--json``
==========  ==========================================  ==========================================
say         a paragraph, wrapped at 80 columns at most  –
show        verbatim: a table, a key, a command          –
record      –                                           the dict as one line on standard output
document    exactly as it is                            the same
warn        ``Note: …`` on standard error               ``{"warning": …}``
progress    one line on standard error, overwritten     ``{"progress": …}`` once a second
fail        the error on standard error, wrapped        ``{"error": …}``, and on standard error
==========  ==========================================  ==========================================

A verb therefore calls both, and does not ask which is on::

    out.say(f"Sealed {files} files.")
    out.record({"sealed": files, "consignment": consignment.hex()})

File names come from outside: :func:`tamizdat.cli.terminal_text.printable` is applied to everything said, and JSON is
pure ASCII, so nothing from a card can command the terminal of a desk.
"""

import json
import shutil
import sys
import time
from collections.abc import Callable, Iterable
from typing import TextIO

from tamizdat.cli import progress as progress_lines
from tamizdat.cli.progress import Progress
from tamizdat.cli.terminal_text import WIDTH, printable, wrap
from tamizdat.encoding import Json
from tamizdat.errors import TamizdatError
from tamizdat.text.quantities import amount

TERMINAL_EVERY, PIPE_EVERY, JSON_EVERY = 0.1, 5.0, 1.0  # seconds between two reports of progress


class Out:
    """Standard output and standard error of one run of a verb."""

    def __init__(
        self,
        as_json: bool = False,
        stdout: TextIO | None = None,
        stderr: TextIO | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.as_json = as_json
        self._stdout, self._stderr = stdout or sys.stdout, stderr or sys.stderr
        self._clock = clock
        self._line_open = False  # a progress line stands on the terminal and must go before anything is printed

    @property
    def for_person(self) -> bool:
        """Whether somebody reads standard output at a terminal: what nobody else may have is shown to no log."""
        return not self.as_json and self._stdout.isatty()

    def say(self, text: str = "") -> None:
        """Print words for people; long lines are broken at 80 columns, or where a narrower terminal ends."""
        self.show(_wrapped(text, self._stdout))

    def show(self, text: str) -> None:
        """Print words for people as they are: a table, a fingerprint, a command to copy."""
        if not self.as_json:
            self._clear()
            print(printable(text), file=self._stdout, flush=True)

    def document(self, text: str) -> None:
        """Print what was asked for on standard output, exactly as it is, also with ``--json``."""
        self._clear()
        print(text, end="", file=self._stdout, flush=True)

    def record(self, facts: dict[str, Json], **many: Iterable[Json]) -> None:
        """Print one fact for programs: a JSON object on a line of its own.

        Its last members may be lists of *many* values, of which only one at a time is in memory.
        """
        if not self.as_json:
            return
        written = json.dumps(facts, ensure_ascii=True)[:-1]
        for name, values in many.items():
            print(f'{written}, "{name}": [', end="", file=self._stdout)
            for place, each in enumerate(values):
                print(", " if place else "", json.dumps(each, ensure_ascii=True), sep="", end="", file=self._stdout)
            written = "]"
        print(f"{written}}}", file=self._stdout, flush=True)

    def warn(self, text: str) -> None:
        """Print something a person should know, and that stops nothing, on standard error."""
        self.record({"warning": text})
        if not self.as_json:
            self._clear()
            print(_wrapped(f"Note: {text}", self._stderr), file=self._stderr, flush=True)

    def fail(self, error: TamizdatError) -> None:
        """Print the error that ended the run, on standard error; with ``--json`` also as the last line."""
        self.record({"error": type(error).__name__, "message": str(error), "exit": error.exit_code})
        self._clear()
        print(_wrapped(str(error), self._stderr), file=self._stderr, flush=True)

    def interrupted(self) -> None:
        """Print that someone pressed Ctrl-C."""
        self.record({"error": "Interrupted", "message": "interrupted", "exit": 130})
        self._clear()
        print("Interrupted. Run the same command again to go on.", file=self._stderr, flush=True)

    def progress(self, total: int | None, label: str, said: Callable[[float], str] = amount) -> Progress:
        """Begin to report on a piece of work of *total* bytes, or of what *said* puts into words.

        See :mod:`tamizdat.cli.progress`.
        """
        if self.as_json:
            return Progress(total, label, self._progress_record, self._clock, JSON_EVERY, said)
        if self._stderr.isatty():
            begun = Progress(total, label, self._progress_on_terminal, self._clock, TERMINAL_EVERY, said)
            self._progress_on_terminal(begun, False)  # what is being done is told before any of it is
            return begun
        return Progress(total, label, self._progress_in_pipe, self._clock, PIPE_EVERY, said)

    def _progress_record(self, progress: Progress, ended: bool) -> None:
        if ended and not progress.done and progress.total is None:  # nothing was to be counted
            return
        seconds = int(progress.seconds)
        self.record({"progress": progress.label, "done": progress.done, "total": progress.total, "seconds": seconds})

    def _progress_on_terminal(self, progress: Progress, ended: bool) -> None:
        if ended:
            self._clear()
            if progress.done:
                print(_wrapped(progress_lines.closing(progress), self._stderr), file=self._stderr, flush=True)
            return
        line = progress_lines.line(progress, _width(self._stderr))
        print(f"\r\x1b[K{printable(line)}", end="", file=self._stderr, flush=True)
        self._line_open = True

    def _progress_in_pipe(self, progress: Progress, ended: bool) -> None:
        still = not progress.done and (ended or progress.total is None)  # there was nothing to do, or is not yet
        if still or (progress.is_still and not ended):  # no line need say it again
            return
        text = progress_lines.closing(progress) if ended else _pipe_line(progress)
        print(_wrapped(text, self._stderr), file=self._stderr, flush=True)

    def _clear(self) -> None:
        if self._line_open:
            print("\r\x1b[K", end="", file=self._stderr, flush=True)
            self._line_open = False


def _width(stream: TextIO) -> int:
    return min(WIDTH, shutil.get_terminal_size().columns) if stream.isatty() else WIDTH


def _wrapped(text: str, stream: TextIO) -> str:
    return wrap(printable(text), _width(stream))


def _pipe_line(progress: Progress) -> str:
    return f"{progress.label}: {', '.join(progress_lines.figures(progress))}"
