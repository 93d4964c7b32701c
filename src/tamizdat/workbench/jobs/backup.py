"""Backing up the desk and reading everything again, at the workbench, as ``backup`` and ``check`` do.

Only to places that were named at the desk's computer, and sealed to a recovery key that was made there: of that key the
workbench knows the public half alone. Nothing is repaired from here.
"""

from collections.abc import Sequence
from dataclasses import field
from datetime import UTC, datetime

from tamizdat.archive import Archive
from tamizdat.archive.check import CheckReport
from tamizdat.backup.back_up import BackupReport, back_up, recovery_recipient
from tamizdat.backup.recovery_key import short_name
from tamizdat.carrying.receipts import look_at_stores, receipts
from tamizdat.carrying.reread import ReadAgain, read_again
from tamizdat.dataclass import dataclass
from tamizdat.errors import TamizdatError, UsageError, WorkRemains
from tamizdat.home.backups import Backups, LastBackup
from tamizdat.home.home import Home
from tamizdat.workbench.jobs.jobs import Job
from tamizdat.workbench.l10n import gettext as _


@dataclass(frozen=True)
class KnownBackup:
    """A place of backups, its last backup, and how many statements came since."""

    name: str
    last: LastBackup | None
    behind: int


@dataclass
class BackedUp:
    """What became of each place: its report, or why it failed; and how many receipts it released."""

    done: list[BackupReport] = field(default_factory=list)
    failed: list[tuple[str, str]] = field(default_factory=list)
    released: int = 0


@dataclass(frozen=True)
class Checked:
    """What reading everything again found."""

    archive: CheckReport
    stores: Sequence[ReadAgain]

    @property
    def faults(self) -> int:
        """How many there are."""
        return len(self.archive.faults) + sum(len(each.faults) for each in self.stores)


def key_of(home: Home) -> str:
    """Return the short name of the recovery key; "" if none was made yet."""
    try:
        return short_name(recovery_recipient(home))
    except UsageError:
        return ""


def known(home: Home, archive: Archive) -> list[KnownBackup]:
    """Return the places of backups, in the order in which they were added."""
    last = Backups.read(home.folder).last
    found = [(each.name, last.get(each.name)) for each in home.places("backups")]
    return [KnownBackup(name, told, archive.index.since(told.leaves if told else 0)) for name, told in found]


def back_up_everywhere(home: Home, archive: Archive, job: Job) -> BackedUp:
    """Back up to every place that is known; what fails of one does not keep the others.

    Raises UsageError if none is known, WorkRemains when it is stopped.
    """
    places = home.places("backups")
    if not places:
        raise UsageError(_("No place for backups is known yet. Whoever runs the desk’s computer names one."))
    recovery_recipient(home)
    made, before = BackedUp(), _released(home, archive)
    for place in places:
        job.about = place.name
        try:
            made.done.append(back_up(home, archive, place, datetime.now(UTC), job.advance))
        except WorkRemains:
            raise
        except TamizdatError as error:
            made.failed.append((place.name, str(error)))
    look_at_stores(home, archive, datetime.now(UTC))
    made.released = len(_released(home, archive) - before)  # others may wait again: a store is away
    return made


def _released(home: Home, archive: Archive) -> set[str]:
    return {each.consignment for each in receipts(archive, home.folder) if each.released}


def check(home: Home, archive: Archive, job: Job) -> Checked:
    """Read every statement and object of the archive, and the next part of each second store and place."""
    job.total = sum(archive.objects.size(digest) for digest in archive.objects)
    report = archive.check(False, job.advance)
    job.done = job.total = 0
    return Checked(report, read_again(home, archive, datetime.now(UTC), False, job.add))
