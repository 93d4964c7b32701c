"""Waiting for a descriptor, whatever its number is: ``select`` takes none from 1,024 on, and a busy desk has more."""

import select
from typing import Protocol


class HasDescriptor(Protocol):
    """A socket, a pipe, a file: what has the number of a descriptor."""

    def fileno(self) -> int:
        """Return the number."""


def is_readable(what: int | HasDescriptor, seconds: float | None) -> bool:
    """Return whether something can be read, or the other side has hung up, within so many seconds; None waits for ever.

    Raises :class:`ValueError` for what is closed already and has no number, :class:`OSError` where the system refuses.
    """
    waiting = select.poll()
    waiting.register(what, select.POLLIN)
    return bool(waiting.poll(None if seconds is None else max(0.0, 1000 * seconds)))
