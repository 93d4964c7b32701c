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
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from weakref import WeakKeyDictionary

from tamizdat.archive import Archive
from tamizdat.archive.released import version_that_counts
from tamizdat.archive.views.contexts import Contexts
from tamizdat.archive.views.post_details import read_details
from tamizdat.archive.views.posts import Version
from tamizdat.archive.views.translations import Translation
from tamizdat.translation import queue
from tamizdat.translation.queue import Waiting
from tamizdat.workbench.auth.accounts import Account

RARELY: Final = 20  #: times as long as it takes to find a queue, it may be used
QUICK: Final = 0.25  #: seconds; a queue that is found so fast is found anew with each statement
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
    words: str  #: of the post, or what it repeats if it has none of its own

    @property
    def covered(self) -> bool:
        """Whether the author covered the words: a list then shows with what."""
        return bool(self.version.summary and read_details(self.version.details).sensitive)

    @property
    def path(self) -> str:
        """Where it is done."""
        review = "/review" if self.why in ("approve", "review") else ""
        return f"/translate/{self.number}/{self.language}{review}"


@dataclass(frozen=True)
class _Queue:
    """A queue as it was found: the ledger's size then, when that was, how long it took."""

    size: int
    at: float
    seconds: float
    found: list[Waiting]

    @property
    def good_for(self) -> float:
        """Seconds for which it may be used although the ledger is longer now."""
        return RARELY * self.seconds if self.seconds > QUICK else 0


class _Queues:
    """The queues of one archive.

    Finding one looks at every post, so it is not found anew with each statement but at most for a twentieth of the
    time; what was done meanwhile is left out when a task is shown (:func:`_stands`).
    """

    def __init__(self) -> None:
        self._mutex = threading.Lock()
        self._kept: dict[tuple[str, str], _Queue] = {}

    def ask(self, archive: Archive, language: str, role: str) -> list[Waiting]:
        with self._mutex:
            kept, size, now = self._kept.get((language, role)), archive.size, time.monotonic()
            if kept is None or (kept.size != size and now - kept.at > kept.good_for):
                found = queue.waiting(archive, language, role)
                kept = self._kept[language, role] = _Queue(size, now, time.monotonic() - now, found)
            return kept.found


_QUEUES: Final[WeakKeyDictionary[Archive, _Queues]] = WeakKeyDictionary()
_FIRST: Final = threading.Lock()


def languages_of(archive: Archive, account: Account) -> list[str]:
    """Return the languages this account works in."""
    return list(account.languages) or queue.languages(archive) or [DEFAULT]


def waiting(archive: Archive, account: Account, language: str, most: int = 50) -> list[Task]:
    """Return the tasks for an account in a language, the next first, at most *most* of each kind."""
    by_kind = by_why(archive, account, language)
    return [task for why in ORDER for task in _tasks(archive, language, by_kind[why][:most], why)]


def tasks(archive: Archive, account: Account, language: str, why: str, most: int) -> tuple[int, list[Task]]:
    """Return how many tasks of one kind wait for an account in a language, and the first of them."""
    found = by_why(archive, account, language)[why]
    return len(found), list(_tasks(archive, language, found[:most], why))


def by_why(archive: Archive, account: Account, language: str) -> dict[str, list[Waiting]]:
    """Return everything that waits for an account in a language, by what is to do."""
    found: dict[str, list[Waiting]] = {why: [] for why in ORDER}
    for why, each in _sorted(archive, account, language):
        found[why].append(each)
    return found


def _sorted(archive: Archive, account: Account, language: str) -> Iterator[tuple[str, Waiting]]:
    with _FIRST:
        queues = _QUEUES.setdefault(archive, _Queues())

    def own(each: Waiting) -> bool:
        return each.translation is not None and each.translation.by == account.tag(each.post, language)

    for each in queues.ask(archive, language, "translator"):
        why = {"new": "new", "stale": "update"}.get(each.why) or ("mend" if own(each) else "help")
        yield why, each
    for role, right, why in (("reviewer", "review", "review"), ("editor", "approve", "approve")):
        if account.may(right):
            yield from ((why, each) for each in queues.ask(archive, language, role) if not own(each))


def _tasks(archive: Archive, language: str, found: list[Waiting], why: str) -> Iterator[Task]:
    index, contexts = archive.index, Contexts(archive.index)
    for each in found:
        counting = version_that_counts(archive, each.post)
        if counting and _stands(each, counting.version, index.translations.latest(each.post, language)):
            number = min(version.number for version in index.posts.versions(each.post))
            if not contexts.closes(counting.version):
                words = counting.version.text or contexts.whole(counting.version)
                yield Task(why, counting.version, each.translation, language, number, words)


def _stands(each: Waiting, version: Version, latest: Translation | None) -> bool:
    """Tell whether it still waits for what it waited for when the queue was found."""
    known = each.translation
    if version.number != each.number or (known is None) != (latest is None):
        return False
    return known is None or latest is None or (known.number, known.state) == (latest.number, latest.state)
