"""``check``: every record verified, every object re-hashed, the index compared with what a rebuild gives.

It goes through to the end and reports each fault; only a ledger whose headers are damaged cannot be opened at all.
"""

import os
from collections.abc import Callable
from dataclasses import field
from pathlib import Path

from tamizdat.archive.checkpoints import Checkpoints
from tamizdat.archive.log.entries import EntryLog
from tamizdat.archive.store.objects import Objects
from tamizdat.archive.views.index import Index
from tamizdat.archive.views.observed import PostReader
from tamizdat.dataclass import dataclass
from tamizdat.errors import BadArchive, BadStatement, StorageRefused
from tamizdat.ledger.statement import Statement, peek_envelope
from tamizdat.statements import observed

HOLDERS = ("captured", "received")  #: acts whose subjects are objects of this archive


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong: ``kind`` is "statement", "object", "index" or "checkpoint".

    ``where`` is its index, digest, table or path.
    """

    kind: str
    where: str
    what: str


@dataclass
class CheckReport:
    """The result of a check: how much of each kind was examined, and the faults found."""

    indexes: list[int] = field(default_factory=list)  #: of the statements that were read
    padding: int = 0
    forgotten: int = 0
    lost: int = 0  #: taken over from the published ledger as leaves, after a restore
    objects: int = 0
    bytes: int = 0
    unreferenced: int = 0  #: objects no statement speaks of: left by a run that was killed, or forgotten; no fault
    rebuilt: bool = False
    faults: list[Fault] = field(default_factory=list)

    @property
    def statements(self) -> int:
        """How many statements were read, padding and what was forgotten left out."""
        return len(self.indexes)

    @property
    def sound(self) -> bool:
        """Whether nothing is wrong."""
        return not self.faults


def check(
    entries: EntryLog, objects: Objects, index: Index, staging: Path, rebuild: bool, progress: Callable[[int], None]
) -> CheckReport:
    """Verify every record, re-hash every object, and compare the index with the ledger or make it anew.

    *progress* is told the bytes of each object that was read.
    """
    report = CheckReport()
    reader = PostReader(entries, objects)
    for number in range(entries.size):
        _check_statement(report, entries, objects, reader, number)
    sound_ledger = report.sound or all(fault.kind == "object" for fault in report.faults)
    if sound_ledger:  # an index of damaged statements would only hide them
        _check_index(report, entries, objects, index, staging, rebuild)
    _check_objects(report, objects, progress)
    if sound_ledger:
        report.unreferenced = sum(not index.about(digest) for digest in objects)
    return report


def checkpoint_faults(folder: Path) -> list[Fault]:
    """Return a fault for each checkpoint, or stamp of one, that the disk has damaged or lost."""
    what = (
        "It is not as it was written, and goes into no site. If the site has it still, 'tamizdat publish' puts it back "
        "from there; else restore it from a copy of the archive."
    )
    return [Fault("checkpoint", path, what) for path in Checkpoints(folder).damaged()]


def _check_statement(report: CheckReport, entries: EntryLog, objects: Objects, reader: PostReader, number: int) -> None:
    try:
        header, envelope = entries.record(number)
        if header.lost:
            report.lost += 1
        elif header.gone:
            report.forgotten += 1
        elif not envelope:
            report.padding += 1
        else:
            report.indexes.append(number)
            statement = peek_envelope(envelope)
            _check_subjects(report, objects, number, statement)
            if statement.act == observed.ACT:
                _check_observed(report, reader, number, statement)
    except (BadArchive, BadStatement, StorageRefused) as error:
        report.faults.append(Fault("statement", str(number), str(error)))


def _check_subjects(report: CheckReport, objects: Objects, number: int, statement: Statement) -> None:
    if statement.act in HOLDERS:
        for subject in statement.subjects:
            if not objects.has(subject.sha256):
                what = f"Statement {number:,} ({statement.act}) names this object; it is not in the archive."
                report.faults.append(Fault("object", subject.sha256, what))


def _check_observed(report: CheckReport, reader: PostReader, number: int, statement: Statement) -> None:
    """Add a fault of kind "object" if the ledger is sound but the kept bytes do not bear out what it says."""
    try:
        reader.read(observed.read(statement))
    except (BadArchive, BadStatement, StorageRefused) as error:
        report.faults.append(Fault("object", str(number), str(error)))


def _check_index(
    report: CheckReport, entries: EntryLog, objects: Objects, index: Index, staging: Path, rebuild: bool
) -> None:
    if rebuild:
        index.make_anew()
        report.rebuilt = True
        return
    fresh = Index(staging / "index.sqlite", index.lock, entries, objects)
    try:
        fresh.make_anew()
        size = len(entries.commitments_known())
        fresh.catch_up()
        index.catch_up()  # both know at least this many; others may be appending
        expected, found = fresh.digests(size), index.digests(size)
    finally:
        fresh.discard()
    for table in expected:
        if found[table] != expected[table]:
            what = "It differs from what the ledger says. Run the check again with --rebuild."
            report.faults.append(Fault("index", table, what))


def _check_objects(report: CheckReport, objects: Objects, progress: Callable[[int], None]) -> None:
    def examine(digest: str) -> Fault | int:
        try:
            return objects.check_here(digest)
        except (BadArchive, StorageRefused) as error:  # refused: the disk cannot read it any more
            return Fault("object", digest, str(error))

    from concurrent.futures import ThreadPoolExecutor  # a module that most commands need not load

    with ThreadPoolExecutor(os.cpu_count()) as pool:  # hashing lets go of the interpreter's lock
        for digests in objects.by_shelf():
            for found in pool.map(examine, digests):
                report.objects += 1
                if isinstance(found, Fault):
                    report.faults.append(found)
                else:
                    report.bytes += found
                    progress(found)
    for name in objects.strangers():
        report.faults.append(
            Fault("object", name, "It lies among the objects and is none. Look at it, then move it away.")
        )
