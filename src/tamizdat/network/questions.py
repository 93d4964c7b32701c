"""Questions to others that are all asked at once, and waited for only as long as somebody wants the answers.

Nobody waits for a thread that the network has forgotten: a question that was given up goes on in a thread of its own,
which ends with the program at the latest, so it must be one that only asks and changes nothing here.
"""

import math
import time
from collections.abc import Callable, Iterable
from concurrent.futures import Future, wait
from threading import Thread
from typing import Final, TypeVar

MOMENT: Final = 0.2  #: seconds between two looks whether the answers are still wanted
Answered = TypeVar("Answered")


def never() -> bool:
    """Tell that nobody gives up."""
    return False


def begun(question: Callable[[], Answered]) -> "Future[Answered]":
    """Return the answer to a question, as it comes."""
    answer = Future[Answered]()

    def ask() -> None:
        try:
            answer.set_result(question())
        except BaseException as error:  # noqa: BLE001 -- it is raised by who asks for the answer
            answer.set_exception(error)

    Thread(target=ask, daemon=True).start()
    return answer


def wait_for(
    answers: Iterable["Future[Answered]"], seconds: float = math.inf, stopped: Callable[[], bool] = never
) -> None:
    """Wait until all have answered, but not longer than so many seconds, nor after *stopped* says so."""
    pending, until = set(answers), time.monotonic() + seconds
    while pending and not stopped() and (left := until - time.monotonic()) > 0:
        pending = wait(pending, min(MOMENT, left)).not_done


def answer_to(question: Callable[[], Answered], advance: Callable[[int], None]) -> Answered:
    """Return the answer to one question; while it is waited for, *advance* is told 0, and what it raises ends that."""
    answer = begun(question)
    while not answer.done():
        advance(0)
        wait([answer], MOMENT)
    return answer.result()
