"""Editions of this desk: made from its own keys and accounts, one at a time while people go on working, in a thread."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from tamizdat.archive import Archive
from tamizdat.errors import TamizdatError
from tamizdat.home.home import SITE, Home
from tamizdat.ledger.roster import ACT as ROSTER
from tamizdat.publishing import PublishReport, publish
from tamizdat.workbench.auth.accounts import Accounts
from tamizdat.workbench.l10n import gettext as _


@dataclass
class Job:
    """An edition that is being made, or what came of it."""

    dry: bool
    done: int = 0  #: bytes of media that were made
    edition: PublishReport | None = None
    problem: str = ""
    running: bool = True


class PublishJobs:
    """The one place where editions are made at this desk's workbench."""

    def __init__(self) -> None:
        self._mutex = threading.Lock()
        self._job: Job | None = None
        self._thread: threading.Thread | None = None

    @property
    def job(self) -> Job | None:
        """The edition that is being made, or the last one; None if none was."""
        return self._job

    def begin(self, make: Callable[[Job], PublishReport], dry: bool) -> bool:
        """Start *make* in a thread; return False if another edition is being made."""
        with self._mutex:
            if self._job is not None and self._job.running:
                return False
            job = self._job = Job(dry)
        self._thread = threading.Thread(target=_work, args=(job, make), name="edition")
        self._thread.start()
        return True

    def wait(self) -> None:
        """Wait until the edition that is being made is finished."""
        if self._thread is not None:
            self._thread.join()


def _work(job: Job, make: Callable[[Job], PublishReport]) -> None:
    job.problem = _("This is a fault in tamizdat itself. The terminal in which the workbench runs tells where.")
    try:
        job.edition = make(job)
        job.problem = ""
    except TamizdatError as error:
        job.problem = str(error)
    except OSError:
        job.problem = _("The system refused a file operation. Is there room on the disk?")
    finally:
        job.running = False


def publish_for(
    home: Home,
    archive: Archive,
    accounts: Accounts,
    today: date,
    folder: Path | None = None,
    *,
    dry_run: bool = False,
    progress: Callable[[int], None] = lambda size: None,
) -> PublishReport:
    """Make (or, dry, foresee) the edition of *today* in *folder*, else in the desk's own, with its keys and roster.

    Published work is credited as its accounts chose; the names they chose for the desk alone are looked for in every
    page, and none may stand there. Raises as :func:`tamizdat.publishing.publish`.
    """
    roster = archive.disclosure(archive.index.by_act(ROSTER)[-1]).envelope
    signing = home.keyring.signing
    return publish(
        archive,
        signing["desk"],
        signing["log"],
        roster,
        folder or home.folder / SITE,
        today,
        name=home.settings["name"],
        credit=accounts.credit_of,
        private=[("the name of an account", each.name) for each in accounts.all() if each.name != each.credit],
        dry_run=dry_run,
        progress=progress,
    )


def edition(home: Home, archive: Archive, accounts: Accounts, today: date, job: Job) -> PublishReport:
    """Make the edition of *job* by :func:`publish_for` (or, dry, compute it), counting in the job how far it is."""

    def progress(size: int) -> None:
        job.done += size

    return publish_for(home, archive, accounts, today, dry_run=job.dry, progress=progress)
