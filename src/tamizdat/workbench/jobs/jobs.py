"""Long work at this desk's workbench: one job of a name at a time, in a thread, while people go on working.

=========  ====================================================================================================
``publish``    an edition is computed, or made
``release``    many posts are released, withdrawn or tagged together
``collect``    an upload is looked over or taken in, feeds are visited
``ask``        kept posts are asked for one by one
``book``       a book is made of the published edition
``speech``     a model listens to a clip
``receive``    the places are looked at, once or again and again
``export``     files are given out into the desk's folder
``backup``     the desk is backed up
``check``      everything is read again
``forget``     what goes with something is looked for, or destroyed
``stamps``     others are asked to stamp the ledger
``copy …``     a clip is re-encoded without metadata, named by the object's SHA-256; they wait for each other
=========  ====================================================================================================

What a job does, how far it is and what came of it, stands in its :class:`Job`. That it runs is remembered in the
workbench's own file until it ends, so that whoever opens the workbench after it was killed is told what was cut off. So
it is of what gave up because the workbench ended: nobody saw that.
"""

import threading
from collections.abc import Callable, Sequence
from dataclasses import field
from typing import Final, TypeVar

from tamizdat.dataclass import dataclass
from tamizdat.encoding import Json
from tamizdat.errors import TamizdatError, UsageError, WorkRemains
from tamizdat.ledger.shapes import record, text, whole
from tamizdat.workbench.l10n import gettext as _
from tamizdat.workbench.sealed_store import Name, Sealed

PUBLISH, RELEASE, COLLECT, ASK, BOOK, COPY = "publish", "release", "collect", "ask", "book", "copy"
RECEIVE, EXPORT, BACKUP, CHECK, STAMPS, FORGET = "receive", "export", "backup", "check", "stamps", "forget"
STEP: Final = 200  #: items of an edition that are verified before it is looked whether a job should give up
_SHELF: Final[Name] = ("jobs",)
Piece = TypeVar("Piece")
Result = TypeVar("Result")


@dataclass
class Job:
    """A job that runs, or ran; *what* it does is a word of whoever began it, *about* tells a person of what."""

    name: str
    what: str = ""
    about: str = ""
    begun: int = 0  #: in seconds
    done: int = 0  #: bytes, or whatever *total* is of
    total: int = 0  #: 0 where nobody knows
    running: bool = True
    killed: bool = False  #: the workbench ended before it did
    problem: str = ""
    result: object = None
    stop: threading.Event = field(default_factory=threading.Event, compare=False)  #: set when it should give up

    @property
    def dry(self) -> bool:
        """Whether it only looks."""
        return self.what in ("foresee", "look")

    def add(self, size: int) -> None:
        """Count *size* more as done."""
        self.done += size

    def advance(self, size: int) -> None:
        """Count *size* more as done; raise :class:`WorkRemains` if it should give up."""
        self.add(size)
        if self.stop.is_set():
            raise WorkRemains(_("It was stopped. What was whole by then is kept."))

    def rate(self, now: int) -> float:
        """Return how much was done in a second, from its beginning to *now*."""
        return self.done / max(1, now - self.begun)

    def left(self, now: int) -> float | None:
        """Return the seconds that remain at this rate; None if that cannot be told."""
        return (self.total - self.done) / self.rate(now) if self.done and self.done < self.total else None

    def state(self) -> dict[str, Json]:
        """Return what a program is told of it."""
        return {
            "job": self.name.partition(" ")[0],
            "what": self.what,
            "running": self.running,
            "killed": self.killed,
            "done": self.done,
            "total": self.total or None,
            "problem": self.problem or None,
        }


@dataclass(frozen=True)
class _Begun:
    name: str
    what: str
    about: str
    begun: int


_BEGUN: Final = record(_Begun, name=text, what=text, about=text, begun=whole)


class Jobs:
    """The one place where long work is done; what a killed workbench left behind is told as that."""

    def __init__(self, sealed: Sealed) -> None:
        self._sealed = sealed
        self._mutex = threading.Lock()
        self._copying = threading.Lock()
        self._threads: dict[str, threading.Thread] = {}
        self._ending = False
        self._jobs: dict[str, Job] = {}
        for each in sealed.all(_SHELF, _BEGUN):
            told = Job(each.name, each.what, each.about, each.begun, running=False, killed=True)
            told.problem = _("The workbench was ended before this was done. What it had saved by then is kept.")
            self._jobs[each.name] = told
            sealed.remove(_SHELF, (each.name,))

    def of(self, name: str) -> Job | None:
        """Return the job of this name that runs, or the last one; None if none did."""
        return self._jobs.get(name)

    def begin(self, job: Job, work: Callable[[Job], object]) -> bool:
        """Start *work* in a thread; return False if a job of this name runs. What *work* returns is its result.

        Raises UsageError when the system starts no more threads.
        """
        with self._mutex:
            before = self._jobs.get(job.name)
            if before is not None and before.running:
                return False
            kept = not job.name.startswith(COPY)
            if kept:
                row: dict[str, Json] = {"name": job.name, "what": job.what, "about": job.about, "begun": job.begun}
                self._sealed.put(_SHELF, (job.name,), row)
            thread = threading.Thread(target=self._work, args=(job, work, kept), name=job.name.partition(" ")[0])
            self._jobs[job.name] = job  # before it begins: whoever asks all that runs to give up asks it too
            if self._ending:
                job.stop.set()
            try:
                thread.start()
            except RuntimeError as error:
                job.running = False  # else it would run for ever, and do nothing
                if before is None:
                    del self._jobs[job.name]
                else:
                    self._jobs[job.name] = before
                if kept:
                    self._sealed.remove(_SHELF, (job.name,))
                raise UsageError(_("This computer has no room for more work now. Try again in a minute.")) from error
            self._threads[job.name] = thread  # who waits for it may: it has begun
        return True

    def forget(self, name: str) -> None:
        """Forget what came of a job that does not run any more."""
        with self._mutex:
            found = self._jobs.get(name)
            if found and not found.running:
                del self._jobs[name]

    def ask_to_stop(self, name: str, begun: str = "") -> None:
        """Ask the job of this name to give up, if one runs; with *begun* only that which began then."""
        found = self._jobs.get(name)
        if found is not None and found.running and begun in ("", str(found.begun)):
            found.stop.set()

    def stop(self) -> None:
        """Ask everything that runs to give up, and what begins from now on; what can be given up does, soon."""
        self._ending = True
        for each in list(self._jobs.values()):
            each.stop.set()

    def wait(self) -> None:
        """Wait until everything that runs has ended."""
        with self._mutex:
            begun = list(self._threads.values())
        for each in begun:
            each.join()

    def wait_for(self, name: str, seconds: float) -> None:
        """Wait until the job of this name has ended, but not longer than so many seconds."""
        if name in self._threads:
            self._threads[name].join(seconds)

    def _work(self, job: Job, work: Callable[[Job], object], kept: bool) -> None:
        try:
            if job.name.startswith(COPY):
                with self._copying:  # one decoder at a time: the computer has others to serve
                    job.result = work(job)
            else:
                job.result = work(job)
        except TamizdatError as error:
            job.problem = str(error)
        except OSError:
            job.problem = _("The system refused a file operation. Is there room on the disk?")
        except BaseException:
            job.problem = _("This is a fault in tamizdat itself. The terminal in which the workbench runs tells where.")
            raise
        finally:
            try:
                if kept and not (self._ending and job.problem):  # who opens the workbench next is told of that
                    self._sealed.remove(_SHELF, (job.name,))
            finally:
                job.running = False


def in_steps(job: Job, work: Callable[[Sequence[Piece]], Result], pieces: Sequence[Piece]) -> list[Result]:
    """Return the results of *work* on some pieces after the other; raise WorkRemains if the job should give up."""
    found = []
    for at in range(0, len(pieces), STEP):
        job.advance(0)
        found.append(work(pieces[at : at + STEP]))
    return found
