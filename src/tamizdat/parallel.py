"""Work that is shared out among two processes: making pages is all computing, and one process computes on one core.

Who has done its piece takes the next one, so that neither waits for the other longer than one piece takes.

The second is a fork, which sees everything the first has in memory and nothing of what it does afterwards; it hands
back its results, or the error that stopped it, through a pipe. It ends when the first does (Linux sees to that; it also
holds the locks that the first holds, so elsewhere the next run waits for it). Where there is no fork, or other threads
run (their locks would stay closed in the fork for ever), one process does all of it.
"""

import contextlib
import os
import pickle
import signal
import threading
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from itertools import chain
from typing import Final, TypeVar, cast

from tamizdat.errors import StorageRefused, TamizdatError

ENOUGH: Final = 200  #: pieces of work that are worth a second process (ADR 13)
RUNS: Final = 32  #: that both processes take, one after the other
_PLACE: Final = 2  #: bytes of the place of a piece
_PIPE: Final = 4096  #: bytes that a pipe holds at the least
_PDEATHSIG: Final = 1  #: PR_SET_PDEATHSIG

Piece = TypeVar("Piece")
Result = TypeVar("Result")


def map_forked(work: Callable[[Sequence[Piece]], Result], pieces: Sequence[Piece]) -> list[Result]:
    """Compute *work* of *pieces* in two processes at once, or in this one, and return the result of each part.

    Every second piece goes to the other process; neither part may need the other. The work stays in one process, with
    one result, where there are few pieces, one processor, several threads or no fork. Raises what *work* raises in
    either process, and :class:`StorageRefused` if the second was ended.
    """
    if not _is_shared(len(pieces)):
        return [work(pieces)]
    return [*_in_two(lambda: work(pieces[::2]), lambda: work(pieces[1::2]))]


def map_shared(
    work: Callable[[Piece], Result], ones: Sequence[Piece], others: Sequence[Piece], count: int
) -> list[Result]:
    """Compute *work* of each piece, in their order, in two processes that take one after the other; raises likewise.

    The first begins with *ones*, the second with *others*: what these fill its memory with is gone when it ends. Who
    finds no more of its own takes of the rest. *count* is how much work they are, as :data:`ENOUGH` counts it. None
    may need what another made.
    """
    pieces = [*ones, *others]
    if not _is_shared(count):
        return [work(each) for each in pieces]
    own, rest = _waiting(range(len(ones))), _waiting(range(len(ones), len(pieces)))

    def take(*queues: int) -> dict[int, Result]:
        places = chain.from_iterable(iter(partial(os.read, queue, _PLACE), b"") for queue in queues)
        try:
            return {place: work(pieces[place]) for place in map(_place, places)}
        except BaseException:
            while any(os.read(queue, _PIPE) for queue in queues):
                pass  # the other finds nothing more to do
            raise

    try:
        first, second = _in_two(partial(take, own, rest), partial(take, rest, own))
    finally:
        os.close(own)
        os.close(rest)
    return [done for _, done in sorted((first | second).items(), key=lambda each: each[0])]


def _waiting(places: Iterable[int]) -> int:
    """Return a pipe in which these places of pieces wait: who reads one has it alone."""
    every = b"".join(place.to_bytes(_PLACE, "big") for place in places)
    assert len(every) <= _PIPE, "every pipe has room for so much"
    reader, writer = os.pipe()
    try:
        os.write(writer, every)
    finally:
        os.close(writer)
    return reader


def _place(read: bytes) -> int:
    return int.from_bytes(read, "big")


def map_in_order(work: Callable[[Sequence[Piece]], Result], pieces: Sequence[Piece]) -> list[Result]:
    """Compute *work* of runs of pieces in two processes, and return the result of each run, in their order."""
    step = max(1, -(-len(pieces) // RUNS))
    runs = [pieces[at : at + step] for at in range(0, len(pieces), step)]
    return map_shared(work, runs, (), len(pieces)) if _is_shared(len(pieces)) else [work(pieces)]


def _is_shared(count: int) -> bool:
    """Return whether so many pieces are worth a second process, and there may be one."""
    return count >= ENOUGH and hasattr(os, "fork") and threading.active_count() == 1 and _cores() > 1


def _in_two(one: Callable[[], Result], other: Callable[[], Result]) -> tuple[Result, Result]:
    """Return what both compute, the *other* in a second process."""
    reader, writer = os.pipe()
    first_process, child = os.getpid(), os.fork()
    if not child:
        _end_with(first_process)
        _answer(other, writer)
    os.close(writer)
    try:
        first = one()
        with open(reader, "rb", closefd=False) as pipe:
            answer = pipe.read()
    except BaseException:
        with contextlib.suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)
        raise
    finally:
        os.close(reader)
        os.waitpid(child, 0)
    return first, cast(Result, _result(answer))


def _end_with(first: int) -> None:
    """Ask the system to end this process when the first one ends."""
    with contextlib.suppress(OSError, AttributeError):
        import ctypes  # where one process is enough it is not needed

        ctypes.CDLL(None).prctl(_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != first:
        os._exit(1)


def _answer(work: Callable[[], object], writer: int) -> None:
    """Compute and answer in the second process, and end without running anything that belongs to the first."""
    try:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # the first is interrupted too, and ends this one
        answer: tuple[bool, object]
        try:
            answer = True, work()
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
