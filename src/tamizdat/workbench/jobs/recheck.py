"""Kept posts, asked for one by one at the hosts that an editor ticked; as ``collect recheck HOST`` does."""

import functools
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

from tamizdat.archive import Archive
from tamizdat.archive.ingest.askable import askable
from tamizdat.archive.ingest.recheck import RecheckReport, recheck
from tamizdat.archive.ingest.rechecks import CheckedHost, Rechecks, to_ask
from tamizdat.home.home import Home
from tamizdat.keys import SigningKey
from tamizdat.workbench.jobs.jobs import Job

LOCKED: Final = "asking for posts"
PATIENCE: Final = 600.0  #: seconds in which somebody else who collects is waited for


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
