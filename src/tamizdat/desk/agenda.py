"""What waits for an account: of the queues of :mod:`tamizdat.translation.queue`, what is for it, the next first.

========  ====================================================================
why       what it is to do
========  ====================================================================
mend      its own translation was returned
approve   somebody else's was reviewed (editors)
review    somebody else proposed (reviewers, editors)
update    the post was edited after it was translated
new       nothing is translated yet
help      somebody else's was returned, and nobody mended it yet
========  ====================================================================
"""

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from weakref import WeakKeyDictionary

from tamizdat.archive import Archive
from tamizdat.archive.translations import Translation
from tamizdat.archive.voices import Version
from tamizdat.desk.visit import Visit
from tamizdat.translation import queue
from tamizdat.translation.queue import Waiting

ORDER: Final = ("mend", "approve", "review", "update", "new", "help")
DEFAULT: Final = "en"  #: what an account without languages begins with at a desk where nothing is translated


@dataclass(frozen=True)
class Task:
    """Something to do. *number* is that of the post's page."""

    why: str
    version: Version
    translation: Translation | None
    language: str
    number: int

    @property
    def path(self) -> str:
        """Where it is done."""
        review = "/review" if self.why in ("approve", "review") else ""
        return f"/work/{self.number}/{self.language}{review}"


class _Queues:
    """The queues of one archive as they were when its ledger was last longer."""

    def __init__(self) -> None:
        self._mutex = threading.Lock()
        self._size = -1
        self._found: dict[tuple[str, str], list[Waiting]] = {}

    def ask(self, archive: Archive, language: str, role: str) -> list[Waiting]:
        with self._mutex:
            size = archive.size
            if size != self._size:
                self._size, self._found = size, {}
            if (language, role) not in self._found:
                self._found[language, role] = queue.waiting(archive, language, role)
            return self._found[language, role]


_QUEUES: Final[WeakKeyDictionary[Archive, _Queues]] = WeakKeyDictionary()
_FIRST: Final = threading.Lock()


def languages_of(visit: Visit) -> list[str]:
    """The languages this account works in."""
    if visit.account.languages:
        return list(visit.account.languages)
    return queue.languages(visit.bench.archive) or [DEFAULT]


def waiting(visit: Visit, language: str, most: int = 50) -> list[Task]:
    """What waits in a language, the next first, at most *most* of each kind."""
    return [task for why in ORDER for task in _tasks(visit, language, by_why(visit, language)[why][:most], why)]


def by_why(visit: Visit, language: str) -> dict[str, list[Waiting]]:
    """Everything that waits, by what is to do."""
    found: dict[str, list[Waiting]] = {why: [] for why in ORDER}
    for why, each in _sorted(visit, language):
        found[why].append(each)
    return found


def _sorted(visit: Visit, language: str) -> Iterator[tuple[str, Waiting]]:
    archive, account = visit.bench.archive, visit.account
    with _FIRST:
        queues = _QUEUES.setdefault(archive, _Queues())

    def own(each: Waiting) -> bool:
        return each.translation is not None and each.translation.by == account.tag(each.version.post, language)

    for each in queues.ask(archive, language, "translator"):
        why = {"new": "new", "stale": "update"}.get(each.why) or ("mend" if own(each) else "help")
        yield why, each
    for role, right, why in (("reviewer", "review", "review"), ("editor", "approve", "approve")):
        if account.may(right):
            yield from ((why, each) for each in queues.ask(archive, language, role) if not own(each))


def _tasks(visit: Visit, language: str, found: list[Waiting], why: str) -> Iterator[Task]:
    voices = visit.bench.archive.index.voices
    for each in found:
        number = min(version.number for version in voices.versions(each.version.post))
        yield Task(why, each.version, each.translation, language, number)


def tasks(visit: Visit, language: str, why: str, most: int) -> tuple[int, list[Task]]:
    """How much of one kind waits, and the first of it."""
    found = by_why(visit, language)[why]
    return len(found), list(_tasks(visit, language, found[:most], why))
