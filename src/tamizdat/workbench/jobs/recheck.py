"""Kept posts, asked for one by one at the hosts that an editor ticked; as ``collect recheck HOST`` does."""

import functools
import threading
from collections.abc import Sequence
from dataclasses import field
from datetime import UTC, datetime
from typing import Final

from tamizdat.archive import Archive
from tamizdat.archive.ingest.askable import askable
from tamizdat.archive.ingest.recheck import RecheckReport, recheck
from tamizdat.archive.ingest.rechecks import CheckedHost, Rechecks, to_ask
from tamizdat.dataclass import dataclass
from tamizdat.home.home import Home
from tamizdat.keys import SigningKey
from tamizdat.workbench.jobs.jobs import Job

LOCKED: Final = "asking for posts"
PATIENCE: Final = 600.0  #: seconds in which somebody else who collects is waited for


@dataclass(frozen=True)
class Counts:
    """How many kept posts can be asked for, by host; and how many cannot, by why."""

    hosts: dict[str, int] = field(default_factory=dict)
    others: dict[str, int] = field(default_factory=dict)


class AskableCounts:
    """The counts of an archive, made anew when its ledger has grown: each post has to be looked at for them."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._size, self._counts = -1, Counts()

    def of(self, archive: Archive) -> Counts:
        """Return the counts; whoever asks while they are made waits for these."""
        with self._lock:
            archive.catch_up()  # with what other processes have stated
            if self._size != archive.size:
                size, found = archive.size, askable(archive)
                hosts = {host: len(posts) for host, posts in found.hosts.items() if posts}
                others = {why.value: counts.total() for why, counts in found.others.items()}
                self._size, self._counts = size, Counts(hosts, others)
            return self._counts


def asked_hosts(archive: Archive) -> list[CheckedHost]:
    """Return the hosts that were asked before, and what came of it."""
    return Rechecks(archive).all()


def ask(home: Home, archive: Archive, desk: SigningKey, hosts: Sequence[str], job: Job) -> list[RecheckReport]:
    """Ask each of these hosts for the posts whose turn it is; those that can be asked for nothing are left out."""
    made = []
    with home.alone(LOCKED):
        found = askable(archive, lambda count: job.advance(0)).hosts
        named = [host for host in hosts if found.get(host)]
        checked = Rechecks(archive)
        for host in named:
            checked.of(host).begin(each.post for each in found[host])
            job.total += to_ask(checked.of(host), found[host], True, datetime.now(UTC))
        for host in named:
            job.about = host
            collecting = functools.partial(home.alone, "collecting", PATIENCE)
            made.append(recheck(archive, desk, host, found[host], progress=job.advance, collecting=collecting))
    return made


def stop_asking(home: Home, archive: Archive, host: str) -> None:
    """Let a host be asked no more; what is kept of it stays. One that was never asked may be named, too."""
    with home.alone(LOCKED):
        hosts = Rechecks(archive)
        if host in hosts:
            hosts.remove(host)
            hosts.save()
