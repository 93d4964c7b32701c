"""Whether pictures and clips of others can be decoded here: tests that need it are skipped, and say why."""

from functools import cache
from typing import Any, Final

from tamizdat.errors import SandboxMissing
from tamizdat.footage.decode import why_no_box

met: Final[set[str]] = set()  #: modules in which something could not be decoded for want of a box
_here: list[str] = []


@cache
def no_box() -> str:
    """Why there is no box on this computer; "" if there is one."""
    return why_no_box()


def enter(module: str) -> None:
    """A test of this module begins."""
    _here[:] = [module]


def note_missing() -> None:
    """Note, from now on, in which module a box was missing."""

    def told(self: SandboxMissing, *said: Any) -> None:
        met.update(_here)
        Exception.__init__(self, *said)

    SandboxMissing.__init__ = told  # type: ignore[method-assign, assignment]
