"""Re-hash every object of a desk's archive and verify every record of its ledger.

With --rebuild the index is thrown away and made anew from the ledger; nothing else depends on it.
"""

from argparse import Namespace

from tamizdat.cli.console import Out
from tamizdat.cli.open_home import open_archive
from tamizdat.cli.parser import Parser
from tamizdat.text.quantities import amount


def add(parser: Parser) -> None:
    """Add the arguments of ``check``."""
    parser.add_argument("--rebuild", action="store_true", help="make the index anew from the ledger")


def run(args: Namespace, out: Out) -> int:
    """Check everything, and tell each fault."""
    with open_archive(args) as archive, out.progress(None, "checking") as progress:
        report = archive.check(args.rebuild and not args.dry_run, progress.advance)
    out.say(
        f"{report.statements} statements, {report.padding} random leaves, {report.forgotten} forgotten; "
        f"{report.objects} objects, {amount(report.bytes)}."
    )
    for fault in report.faults:
        out.warn(f"{fault.kind} {fault.where}: {fault.what}")
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
