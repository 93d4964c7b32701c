"""Work that is shared out among two processes: making pages is all computing, and one process computes on one core.

The second is a fork, which sees everything the first has in memory and nothing of what it does afterwards; it hands
back its results, or the error that stopped it, through a pipe. It ends when the first does (Linux sees to that; it also
holds the locks that the first holds, so elsewhere the next run waits for it). Where there is no fork, or other threads
run (their locks would stay closed in the fork for ever), one process does all of it.
"""

import contextlib
import ctypes
import os
import pickle
import signal
import threading
from collections.abc import Callable, Sequence
from typing import Final, TypeVar, cast

from tamizdat.errors import StorageRefused, TamizdatError

ENOUGH: Final = 200  #: pieces of work that are worth a second process (ADR 13)
_PDEATHSIG: Final = 1  #: PR_SET_PDEATHSIG

Piece = TypeVar("Piece")
Result = TypeVar("Result")


def map_forked(
    work: Callable[[Sequence[Piece]], Result],
    pieces: Sequence[Piece],
    halves: Callable[[Sequence[Piece]], tuple[Sequence[Piece], Sequence[Piece]]] = lambda every: (
        every[::2],
        every[1::2],
    ),
) -> list[Result]:
    """Compute *work* of *pieces* in two processes at once, or in this one, and return the result of each part.

    *halves* divides the pieces in two (by default every second one goes to the other process); neither part may need
    the other. The work stays in one process, with one result, where there are few pieces, one processor, several
    threads or no fork. Raises what *work* raises in either process, and :class:`StorageRefused` if the second was
    ended.
    """
    if len(pieces) < ENOUGH or not hasattr(os, "fork") or threading.active_count() > 1 or _cores() < 2:
        return [work(pieces)]
    one, other = halves(pieces)
    reader, writer = os.pipe()
    first_process, child = os.getpid(), os.fork()
    if not child:
        _end_with(first_process)
        _answer(work, other, writer)
    os.close(writer)
    try:
        first = work(one)
        with open(reader, "rb", closefd=False) as pipe:
            answer = pipe.read()
    except BaseException:
        with contextlib.suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)
        raise
    finally:
        os.close(reader)
        os.waitpid(child, 0)
    return [first, cast(Result, _result(answer))]


def map_in_order(work: Callable[[Sequence[Piece]], Result], pieces: Sequence[Piece]) -> list[Result]:
    """Compute likewise, the first half of the pieces in this process, the second half in the other."""
    return map_forked(work, pieces, lambda every: (every[: len(every) // 2], every[len(every) // 2 :]))


def _end_with(first: int) -> None:
    """Ask the system to end this process when the first one ends."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != first:
        os._exit(1)


def _answer(work: Callable[[Sequence[Piece]], Result], pieces: Sequence[Piece], writer: int) -> None:
    """Compute and answer in the second process, and end without running anything that belongs to the first."""
    try:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # the first is interrupted too, and ends this one
        answer: tuple[bool, object]
        try:
            answer = True, work(pieces)
        except TamizdatError as error:
            answer = False, error
        with open(writer, "wb") as pipe:
            pickle.dump(answer, pipe, pickle.HIGHEST_PROTOCOL)
        os._exit(0)
    finally:
        os._exit(1)


def _result(answer: bytes) -> object:
    if not answer:
        raise StorageRefused("Expected the second process to finish its half, found that it was ended. Run it again.")
    done, value = pickle.loads(answer)  # noqa: S301 -- from our own fork
    if not done:
        raise value
    return value


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
