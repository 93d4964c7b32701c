"""Editions of this desk: made from its own keys and accounts, by the workbench and by ``tamizdat publish``."""

import contextlib
import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Final

from tamizdat.archive import Archive
from tamizdat.dataclass import dataclass
from tamizdat.errors import TamizdatError
from tamizdat.home.home import SITE, Home
from tamizdat.home.rotate import newest_roster
from tamizdat.home.withheld import RESTORED
from tamizdat.publishing import PublishReport, publish
from tamizdat.publishing.first_edition import require_something
from tamizdat.witness.ask import Answer
from tamizdat.witness.desk import ask_witnesses, awaited, require_current
from tamizdat.witness.edition import are_enough
from tamizdat.workbench.auth.accounts import Accounts
from tamizdat.workbench.jobs.jobs import PUBLISH, Job, Jobs

OFTEN: Final = 600.0  #: seconds until witnesses that an edition waits for are asked again
ASK: Final = "ask"  #: what a job does that only has the edition that stands witnessed


def publish_for(
    home: Home,
    archive: Archive,
    accounts: Accounts,
    today: date,
    folder: Path | None = None,
    *,
    addresses: Sequence[str] | None = None,
    although_restored: bool = False,
    dry_run: bool = False,
    progress: Callable[[int], None] = lambda size: None,
) -> PublishReport:
    """Make (or, dry, foresee) the edition of *today* in *folder*, else in the desk's own, with its keys and roster.

    Published work is credited as its accounts chose; the names they chose for the desk alone are looked for in every
    page, and none may stand there. *addresses* are where the site is served, else those that the desk remembers: who
    gives others has them remembered when the edition stands. *although_restored*: somebody looked at what a desk would
    show that was made again. Raises UsageError for a first edition of nothing, and as
    :func:`tamizdat.publishing.publish`.
    """
    if not dry_run:
        require_something(archive)
    roster = newest_roster(archive, bytes.fromhex(home.settings["root"])).envelope
    signing = home.keyring.signing
    return publish(
        archive,
        signing["desk"],
        signing["log"],
        roster,
        folder or home.folder / SITE,
        today,
        name=home.settings["name"],
        addresses=home.addresses if addresses is None else addresses,
        credit=accounts.credit_of,
        credited=repr(sorted((each.id, each.credit) for each in accounts.all())),
        private=[("the name of an account", each.name) for each in accounts.all() if each.name != each.credit],
        restored=0 if although_restored else home.settings.get(RESTORED, 0),
        dry_run=dry_run,
        progress=progress,
    )


@dataclass(frozen=True)
class Made:
    """An edition that was made, or (dry) foreseen, and what others said of it."""

    report: PublishReport
    silent: tuple[str, ...] = ()  #: places of the site of which nothing could be learned beforehand
    answers: tuple[Answer, ...] = ()  #: of the witnesses that had not signed it
    witnessed: bool = True  #: by as many as the list of keys asks for
    asks: bool = False  #: whether that list names witnesses, who may be asked again


def edition(home: Home, archive: Archive, accounts: Accounts, today: date, job: Job) -> Made:
    """Make the edition of *job* by :func:`publish_for` (or, dry, compute it), counting in the job how far it is.

    A job that only asks the witnesses computes it, too: what was released since goes out when somebody publishes it.
    """
    silent: list[str] = []
    if not job.dry:
        silent = require_current(home, archive, stopped=job.stop.is_set)
        job.advance(0)
    report = publish_for(home, archive, accounts, today, dry_run=job.dry or job.what == ASK, progress=job.advance)
    policy = newest_roster(archive, bytes.fromhex(home.settings["root"])).policy
    made = Made(report, tuple(silent), asks=bool(policy.names))
    if job.dry or not report.number:
        return made
    try:
        answers = ask_witnesses(home, archive, stopped=job.stop.is_set)
    except BaseException:
        job.result = made  # it is out all the same
        raise
    return replace(made, answers=tuple(answers), witnessed=are_enough(answers, policy))


def keep_asking(
    home: Callable[[], Home],
    archive: Archive,
    jobs: Jobs,
    asked: list[Answer],
    ended: threading.Event,
    seconds: float = OFTEN,
) -> None:
    """Ask the witnesses that the edition waits for, again and again until they have signed or the workbench *ended*.

    Whoever took something off at night need not be there when a witness is back. What they answered last stands in
    *asked*. While an edition is made, that asks.
    """
    while not ended.wait(seconds):
        publishing = jobs.of(PUBLISH)
        if publishing and publishing.running:
            continue
        with contextlib.suppress(TamizdatError):  # the page says who is awaited, and why an edition cannot be read
            desk = home()
            if awaited(desk, archive):
                asked[:] = ask_witnesses(desk, archive, stopped=ended.is_set)
