"""Asking for the time stamps that are due: ``check --stamp``."""

from argparse import Namespace
from datetime import UTC, datetime
from typing import cast

from tamizdat.cli.console import Out
from tamizdat.cli.open_home import open_home
from tamizdat.cli.terminal_text import counted, entries
from tamizdat.encoding import Json
from tamizdat.home.home import ARCHIVE, SITE, Home
from tamizdat.publishing.daily_stamps import CALENDAR, Agreed, StampReport, agree, name_others, stamp_due
from tamizdat.publishing.stamp_days import StampDays


def ask_for_stamps(args: Namespace, out: Out) -> int:
    """Say yes for this desk, name whom to ask, or ask; 1 if something is to be asked for again."""
    home = open_home(args, "desk")
    if args.stamps_at is not None and not args.dry_run:
        name_others(home, args.stamps_at)
    if args.agree and not args.dry_run:
        agree(home, datetime.now(UTC).date())
    agreed = Agreed.of(home)
    if args.dry_run or not args.stamp:
        _say_whom(agreed, out)
        return 0
    report = stamp_due(home, home.folder / ARCHIVE, home.folder / SITE)
    _say(report, out)
    return 1 if report.failed or report.lacking else 0


def say_stamp_days(home: Home, out: Out) -> None:
    """Say when stamps were last asked for, and who failed on which of the last days."""
    days = StampDays.of(home)
    if Agreed.of(home).since:
        out.say(f"Stamps were last asked for on {days.last}." if days.last else "Stamps were never asked for yet.")
    for day, those in days.failed.items():
        for whom, why in those.items():
            out.warn(f"Stamps of {day}, {whom}: {why}")
    out.record({"stamps": {"last": days.last or None, "failed": cast(Json, days.failed)}})


def _say_whom(agreed: Agreed, out: Out) -> None:
    whom = [*agreed.authorities, *(f"{CALENDAR}{each}" for each in agreed.calendars)]
    since = f"This desk agreed to it on {agreed.since}." if agreed.since else "This desk has not agreed to it: --agree."
    out.say(f"Asked for stamps, in this order, until two of each kind have answered. {since}")
    for each in whom:
        out.show(f"  {each}")
    out.record({"asked": list[Json](whom), "agreed": agreed.since or None})


def _say(report: StampReport, out: Out) -> None:
    for size, name in report.stamped:
        out.say(f"Checkpoint of {entries(size)}: {name}.")
    for size in report.upgraded:
        out.say(f"Checkpoint of {entries(size)}: its proof now names a block of Bitcoin.")
    if report.quiet:
        out.say("Nothing lacked a stamp; digests of nothing were stamped, so that this day looks as any other.")
    if report.pending:
        out.say(
            f"{counted(report.pending, 'proof waits', 'proofs wait')} for a block of Bitcoin; a later run completes it."
        )
    for whom, why in report.failed.items():
        out.warn(f"{whom}: {why}")
    if report.lacking:
        out.warn(
            f"{counted(report.lacking, 'checkpoint lacks', 'checkpoints lack')} a stamp still. Nothing is lost; the "
            "next run asks again."
        )
    out.record(
        {
            "stamped": [{"entries": size, "file": name} for size, name in report.stamped],
            "upgraded": list[Json](report.upgraded),
            "pending": report.pending,
            "lacking": report.lacking,
            "failed": dict(report.failed),
        }
    )
