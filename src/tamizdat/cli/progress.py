"""How far a long piece of work is: one line that overwrites itself, plain lines in a pipe, or JSON lines.

::

    sealing  ━━━━━━━━━━━━━────────────   41 %  412 MB of 1.0 GB  98 MB/s  6 s left       a terminal
    sealing: 412 MB of 1.0 GB, 98 MB/s, 6 s left                                         a pipe, every 5 seconds
    {"progress": "sealing", "done": 412000000, "total": 1004000000, "seconds": 4}        --json, every second

Use it from any thread::

    with out.progress(total, "sealing") as progress:
        for chunk in chunks:
            ...
            progress.advance(len(chunk))

The time left is told from the speed of the last ten seconds, because a link that was fast an hour ago says
nothing about now. It is not told while nothing moves, or next to nothing, or somebody is waited for: then nobody knows
it. Work whose size is not known (``total=None``) shows what is done and how fast.
"""

import threading
from collections import deque
from collections.abc import Callable
from types import TracebackType
from typing import Final, Self

from tamizdat.cli.terminal_text import WIDTH
from tamizdat.text.dates import duration
from tamizdat.text.excerpt import columns, shorten
from tamizdat.text.quantities import amount

WINDOW: Final = 10.0  #: seconds over which the speed is taken
STILL: Final = 5.0  #: seconds in which nothing moved
LEAST: Final = 1000  #: bytes a second; who moves fewer was interrupted, or has only begun
SHORTEST, LONGEST = 6, 24  # columns of the bar: as much as there is room for


class Progress:
    """One piece of work under way. *show* is called at most once in *every* seconds, and at its end.

    *said* tells how much something is, in words: of bytes, if nothing else is said.
    """

    def __init__(
        self,
        total: int | None,
        label: str,
        show: Callable[["Progress", bool], None],
        clock: Callable[[], float],
        every: float,
        said: Callable[[float], str] = amount,
    ) -> None:
        self.total, self.label, self.done, self.said = total, label, 0, said
        self._show, self._clock, self._every = show, clock, every
        self.waits_for: tuple[str, ...] = ()  #: who gives no sign
        self._start = self._shown = self._moved = clock()
        self._lock = threading.Lock()
        self._marks: deque[tuple[float, int]] = deque([(self._start, 0)])

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._lock:
            self._show(self, True)

    def advance(self, size: int) -> None:
        """Count *size* more bytes as done; 0: time has passed. Cheap, and safe to call from several threads."""
        with self._lock:
            self.done += size
            now = self._clock()
            self._moved = now if size else self._moved
            if now - self._shown < self._every:
                return
            self._shown = now
            self._marks.append((now, self.done))
            while len(self._marks) > 2 and now - self._marks[0][0] > WINDOW:
                self._marks.popleft()
            self._show(self, False)

    @property
    def seconds(self) -> float:
        """How long the work has been going on."""
        return self._clock() - self._start

    @property
    def is_still(self) -> bool:
        """Whether nothing moves."""
        return self._clock() - self._moved > STILL

    @property
    def rate(self) -> float:
        """Bytes a second, over the last ten seconds."""
        then, before = self._marks[0]
        elapsed = self._clock() - then
        return (self.done - before) / elapsed if elapsed > 0 else 0.0

    @property
    def left(self) -> float | None:
        """Seconds that remain at this rate, if that can be told."""
        if self.total is None or self.waits_for or self.is_still:
            return None
        if self.done >= self.total:
            return 0
        return (self.total - self.done) / self.rate if self.rate > (LEAST if self.said is amount else 0) else None


def figures(progress: Progress) -> list[str]:
    """Return the parts of a line: amount, rate and time left, as far as they can be told."""
    of = "" if progress.total is None else f" of {progress.said(progress.total)}"
    parts = [f"{progress.said(progress.done)}{of}"]
    if progress.rate > 0:  # else one large thing is under way: nothing stands still
        parts.append(f"{progress.said(progress.rate)}/s")
    if progress.waits_for:
        parts.append(f"waits for {', '.join(progress.waits_for)}")
    elif progress.left is not None:
        parts.append(f"{duration(progress.left, 'en')} left")
    return parts


def closing(progress: Progress) -> str:
    """Return what is said when the work has ended: ``sealing: 1.0 GB in 10 s, 98 MB/s``."""
    seconds = progress.seconds
    rate = f", {progress.said(progress.done / seconds)}/s" if seconds >= 0.1 else ""
    unfinished = f" of {progress.said(progress.total)}" if progress.total and progress.done < progress.total else ""
    return f"{progress.label}: {progress.said(progress.done)}{unfinished} in {duration(seconds, 'en')}{rate}"


def line(progress: Progress, width: int = WIDTH) -> str:
    """Return one line for a terminal of *width* columns, with a bar where there is room for one."""
    if not progress.total and not progress.done:
        return shorten(f"{progress.label} …", width - 1)
    facts = "  ".join(figures(progress))
    label = shorten(progress.label, max(8, width - columns(facts) - 4))
    if progress.total:
        share = min(1.0, progress.done / progress.total)
        room = width - 1 - columns(f"{label}    {share:4.0%}  {facts}")
        bar = min(LONGEST, room)
        if bar >= SHORTEST:
            filled = int(share * bar)
            return f"{label}  {'━' * filled}{'─' * (bar - filled)}  {share:4.0%}  {facts}"
    return shorten(f"{label}  {facts}", width - 1)
