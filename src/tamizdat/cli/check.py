"""Re-hash every object of a desk's archive, verify every record of its ledger, and say how old its backups are.

With --rebuild the index is thrown away and made anew from the ledger; nothing else depends on it.
"""

from argparse import Namespace
from pathlib import Path

from tamizdat.archive.check import CheckReport
from tamizdat.cli.console import Out
from tamizdat.cli.formatting import counted
from tamizdat.cli.open_home import open_archive
from tamizdat.cli.parser import Parser
from tamizdat.home.backups import Backups
from tamizdat.text.quantities import amount


def add(parser: Parser) -> None:
    """Add the arguments of ``check``."""
    parser.add_argument("--rebuild", action="store_true", help="make the index anew from the ledger")


def run(args: Namespace, out: Out) -> int:
    """Check everything, and tell each fault."""
    with open_archive(args) as archive, out.progress(None, "checking") as progress:
        report = archive.check(args.rebuild and not args.dry_run, progress.advance)
    out.say(
        f"{report.statements} statements, {report.padding} random leaves, {report.forgotten} forgotten"
        f"{f', {report.lost} lost' if report.lost else ''}; "
        f"{report.objects} objects, {amount(report.bytes)}."
    )
    for fault in report.faults:
        out.warn(f"{fault.kind} {fault.where}: {fault.what}")
    _say_backups(args.home, report, out)
    out.say("Everything holds." if report.sound else f"{len(report.faults)} faults were found.")
    out.record(
        {
            "statements": report.statements,
            "padding": report.padding,
            "forgotten": report.forgotten,
            "objects": report.objects,
            "bytes": report.bytes,
            "rebuilt": report.rebuilt,
            "faults": [{"kind": fault.kind, "where": fault.where, "what": fault.what} for fault in report.faults],
        }
    )
    return 0 if report.sound else 1


def _say_backups(folder: Path, report: CheckReport, out: Out) -> None:
    """Say when each backup was last done, and what it holds that this desk has destroyed since."""
    told = Backups.read(folder)
    leaves, forgotten = report.statements + report.padding + report.forgotten + report.lost, report.forgotten
    if not told.last:
        out.warn(
            "This desk was never backed up: if its disk dies, nobody can say what the objects are. Run 'tamizdat keys "
            "recovery', then 'tamizdat backup FOLDER'."
        )
    for name, last in told.last.items():
        out.say(f"Backup on “{name}”: last done {last.done}.")
        older = [
            counted(count, what, many)
            for count, what, many in (
                (told.retired - last.retired, "sealing key that was retired", "sealing keys that were retired"),
                (forgotten - last.forgotten, "statement that was forgotten", "statements that were forgotten"),
            )
            if count > 0
        ]
        if leaves > last.leaves:
            out.warn(f"{counted(leaves - last.leaves, 'entry', 'entries')} of the ledger are not in it. Back up again.")
        if older:
            out.warn(f"It still holds {' and '.join(older)} since. Run 'tamizdat backup {name}', or destroy it.")
        if last.undeleted:
            out.warn(
                f"{counted(last.undeleted, 'file')} of older backups there could not be deleted, and may hold what was "
                f"retired or forgotten. 'tamizdat backup {name}' names them."
            )
        out.record({"backup": name, **vars(last), "retired_since": told.retired - last.retired})
