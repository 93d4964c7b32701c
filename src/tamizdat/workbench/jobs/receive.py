"""Looking at the places for what the field has sent, at the workbench: once, or again and again, as ``receive`` does.

That somebody wants it to go on looking is remembered in the workbench's own file, so that it looks again after a
restart.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final

from tamizdat.archive import Archive
from tamizdat.carrying.receive import Arrival, receive
from tamizdat.carrying.watch import Event, Kind, Watch
from tamizdat.dataclass import dataclass
from tamizdat.home.home import Home
from tamizdat.ledger.shapes import record, text
from tamizdat.workbench.jobs.jobs import RECEIVE, Job, Jobs
from tamizdat.workbench.sealed_store import Name, Sealed

LOOK, WATCH, SALVAGE = "look at the places", "watch", "salvage"
WATCHING: Final = "watching for deliveries"  #: the lock that ``receive --watch`` holds too
KEPT: Final = 8  #: events that are told on the page
_TOLD: Final = frozenset({Kind.ARRIVED, Kind.HELD, Kind.STORE, Kind.DAMAGE, Kind.FULL, Kind.BUSY, Kind.AWAY})
_SHELF: Final[Name] = ("watching",)


@dataclass(frozen=True)
class _Wanted:
    since: str


_WANTED: Final = record(_Wanted, since=text)


@dataclass(frozen=True)
class Happened:
    """An event of a watch, and when it was, as ``2026-11-23T09:00:00Z``."""

    at: str
    event: Event


def look(home: Home, archive: Archive, salvage: bool, job: Job) -> Arrival:
    """Look once, and take in what is whole; raises as :func:`tamizdat.carrying.receive.receive`."""
    return receive(home, archive, datetime.now(UTC), job.add, salvage, stopped=job.stop.is_set, reread=job.add)


def watch(opened: Callable[[], Home], archive: Archive, job: Job) -> None:
    """Look again and again until the job is stopped; raises InUse if ``receive --watch`` does so already."""
    happened: list[Happened] = []
    job.result = happened

    def tell(event: Event) -> None:
        if event.kind in _TOLD:
            happened.append(Happened(datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"), event))
            del happened[:-KEPT]

    with opened().alone(WATCHING):
        Watch(archive, tell, job.stop.is_set).run(opened, job.stop.wait)


def is_wanted(sealed: Sealed) -> bool:
    """Tell whether an editor wants this desk to go on looking while its workbench runs."""
    return sealed.get(_SHELF, _SHELF, _WANTED) is not None


def want(sealed: Sealed, wanted: bool, now: int) -> None:
    """Remember that it shall go on looking, or not any more."""
    if wanted:
        sealed.put(_SHELF, _SHELF, {"since": str(now)})
    else:
        sealed.remove(_SHELF, _SHELF)


def begin_watch(jobs: Jobs, opened: Callable[[], Home], archive: Archive, now: int) -> bool:
    """Begin to look again and again; return False if a look is under way."""
    return jobs.begin(Job(RECEIVE, WATCH, begun=now), lambda job: watch(opened, archive, job))
