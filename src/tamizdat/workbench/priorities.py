"""Priorities: posts that an editor put first, in every language. They stand before all others in each list of a queue.

Nothing about them is in a statement. They lie sealed with drafts and notes (:mod:`tamizdat.workbench.sealed_store`).
"""

import threading
from typing import Final

from tamizdat.dataclass import dataclass
from tamizdat.ledger import shapes
from tamizdat.ledger.shapes import members_of
from tamizdat.workbench.sealed_store import Name, Sealed

_SHELF: Final[Name] = ("priorities",)


@dataclass(frozen=True)
class _Priority:
    post: str


_ROW: Final = shapes.record(_Priority, post=shapes.text)


class Priorities:
    """The posts that were put first."""

    def __init__(self, sealed: Sealed) -> None:
        self._sealed = sealed
        self._mutex = threading.Lock()
        self._known: frozenset[str] | None = None

    def all(self) -> frozenset[str]:
        """Return their ids."""
        with self._mutex:
            if self._known is None:
                self._known = frozenset(each.post for each in self._sealed.all(_SHELF, _ROW))
            return self._known

    def put(self, post: str, first: bool) -> None:
        """Put a post first, or not any more."""
        with self._mutex:
            if first:
                self._sealed.put(_SHELF, ("priority", post), members_of(_Priority(post)))
            else:
                self._sealed.remove(_SHELF, ("priority", post))
            self._known = None
