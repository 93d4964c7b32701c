"""Re-hash every object of a desk's archive, verify every record of its ledger, re-read its second stores and places.

Second stores and places are read in turns: each run reads a sixteenth of each, the one that was read longest ago, and
says since when everything there was. That needs the passphrase, if there is one; without it only the archive is
checked.

What devices said of their own files (ProofMode, Tella, content credentials) is compared with the files, and its
signatures are checked, where gpgv and the extra 'credentials' are installed. What does not hold of it is told, and is
no fault of the archive.

With --repair what is found damaged is put anew: in a second store from the archive, in the archive from a second store,
in a place from the others. 'check --repair NAME' makes one place or second store whole: every object is read, and what
it lacks or holds damaged is put. Whoever carries disks can do that without a key and without being set up: 'check
--repair FOLDER FOLDER …', the first from the rest.

With --stamp the checkpoints that lack one are stamped by two time stamping authorities and by OpenTimestamps, pending
proofs are completed, and the certificates' lists are renewed; nothing else is checked. Run it at one hour, the same
every day: 'tamizdat desk' does so by itself at 03:00 UTC. Others learn that this desk exists (docs/stamps.md), so it
says yes once with --agree. --stamps-at names whom to ask instead, in this order: authorities, and calendars with ots:
before them; --stamps-at by itself goes back to those that are built in.

With --film the edit list of a film (EDL, FCPXML, XML of Final Cut Pro 7, OpenTimelineIO, a project of Shotcut or
Kdenlive) is held against the archive, and nothing else is checked: which footage it uses and from where to where;
what of it was withdrawn, or covered since; where it uses an original in which somebody is to be covered
(docs/cutting-room.md).

With --rebuild the index is thrown away and made anew from the ledger; nothing else depends on it.
"""

import re
from argparse import Namespace
from bisect import bisect_left
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from tamizdat.archive import Archive
from tamizdat.archive.archive import WHY
from tamizdat.archive.check import CheckReport, Fault
from tamizdat.archive.forgetting.destruction import is_unfinished
from tamizdat.carrying.reread import PARTS, ReadAgain, make_whole, mend_objects, read_again
from tamizdat.cli.check_devices import say_devices
from tamizdat.cli.check_film import hold_film
from tamizdat.cli.check_stamps import ask_for_stamps, say_stamp_days
from tamizdat.cli.console import Out
from tamizdat.cli.open_home import open_archive, open_home, require_role
from tamizdat.cli.parser import Parser
from tamizdat.cli.terminal_text import counted, of_place
from tamizdat.encoding import Json
from tamizdat.errors import UsageError, WrongPassphrase
from tamizdat.home.backups import Backups
from tamizdat.home.home import Home
from tamizdat.ledger.roster import ACT as ROSTER
from tamizdat.places import Place, open_place
from tamizdat.places.repair import repair
from tamizdat.sealing.parcel import parcel_name
from tamizdat.text.quantities import amount

NAMED: Final = 12  #: damaged objects of one place that are named
_DIGEST: Final = re.compile(r"[0-9a-f]{64}")


def add(parser: Parser) -> None:
    """Add the arguments of ``check``."""
    parser.add_argument(
        "--stamp", action="store_true", help="ask for the time stamps that are due, and for nothing else"
    )
    parser.add_argument("--agree", action="store_true", help="with --stamp, once: others may be asked")
    parser.add_argument(
        "--stamps-at", nargs="*", metavar="URL", help="whom to ask: authorities, ots:CALENDARS; none: ours"
    )
    parser.add_argument("--film", metavar="FILE", type=Path, help="hold a film's edit list against what may be shown")
    parser.add_argument("--rebuild", action="store_true", help="make the index anew from the ledger")
    parser.add_argument(
        "--repair",
        nargs="*",
        metavar="NAME|FOLDER",
        help="put anew what is damaged; with a NAME, make that place whole; with folders, the first from the rest",
    )


def run(args: Namespace, out: Out) -> int:
    """Check everything, and tell each fault; or make one place whole; or ask for stamps."""
    if args.stamp or args.agree or args.stamps_at is not None:
        return ask_for_stamps(args, out)
    if args.film is not None:
        return hold_film(args, out)
    if args.repair:
        first, *sources = args.repair
        return _repair_folder(first, sources, args, out) if sources else _repair_place(first, args, out)
    home = _opened(args, out)
    mend = args.repair is not None and not args.dry_run
    with open_archive(args) as archive:
        with out.progress(None, "checking") as progress:
            report = archive.check(args.rebuild and not args.dry_run, progress.advance)
            if not archive.index.by_act(ROSTER):
                what = "The ledger of a desk begins with a roster; this one was cut off. Put back a copy of archive/."
                report.faults.append(Fault("statement", "0", what))
        _say_archive(report, out)
        unfinished = _say_forgotten(archive, out)
        say_devices(archive, out)
        damaged = [fault.where for fault in report.faults if fault.kind == "object" and _DIGEST.fullmatch(fault.where)]
        mended = mend_objects(home, archive, damaged) if mend and home is not None else set()
        if mended:
            out.say(f"{counted(len(mended), 'object')} of the archive came whole from a second store.")
        stores = _read_again(home, archive, mend, args, out) if home is not None else []
        forgotten = [each.index for _, said in archive.forgettings() for each in said.entries]
    _say_backups(args.home, report, forgotten, out)
    if home is not None:
        say_stamp_days(home, out)
    faults = sum(fault.where not in mended for fault in report.faults) + sum(len(each.faults) for each in stores)
    unread = [each.place for each in stores if each.failure is not None]
    if faults:
        hint = "" if mend else " 'tamizdat check --repair' puts anew what others hold."
        out.say(f"{counted(faults, 'fault')} found.{hint}")
    else:
        out.say(f"Everything that was read holds. Not read: {', '.join(unread)}." if unread else "Everything holds.")
    out.record(
        {
            "statements": report.statements,
            "padding": report.padding,
            "forgotten": report.forgotten,
            "objects": report.objects,
            "bytes": report.bytes,
            "rebuilt": report.rebuilt,
            "faults": [{"kind": fault.kind, "where": fault.where, "what": fault.what} for fault in report.faults],
            "mended": list[Json](sorted(mended)),
        }
    )
    return 1 if faults or unread or unfinished else 0


def _say_forgotten(archive: Archive, out: Out) -> bool:
    """Tell when what was forgotten, and why; return whether some of it may still be somewhere."""
    for _, said in archive.forgettings():
        out.say(f"{counted(len(said.entries), 'statement')} forgotten on {said.day} by this desk, {WHY[said.why]}.")
        out.record({"forgotten on": said.day, "why": said.why, "entries": len(said.entries)})
    if is_unfinished(archive):
        out.warn("Something that was forgotten is not deleted everywhere yet: 'tamizdat forget' goes on.")
        return True
    return False


def _opened(args: Namespace, out: Out) -> Home | None:
    """Open the desk for its places; None if its keys cannot be opened, which is told: the archive needs none."""
    try:
        return open_home(args, "desk")
    except WrongPassphrase:
        raise
    except UsageError as error:
        open_archive(args).close()  # of a folder that is no desk this says what it is
        if args.repair is not None:
            raise
        out.warn(f"Second stores and places were not read: {error}")
        return None


def _say_archive(report: CheckReport, out: Out) -> None:
    out.say(
        f"{counted(report.statements, 'statement')}, {report.forgotten:,} forgotten"
        f"{f', {report.lost:,} lost' if report.lost else ''}; "
        f"{counted(report.objects, 'object')}, {amount(report.bytes)}. To hide how many there are, the ledger is "
        f"rounded up with {counted(report.padding, 'random entry', 'random entries')}."
    )
    for fault in report.faults:
        out.warn(f"{fault.kind} {fault.where}: {fault.what}")


def _read_again(home: Home, archive: Archive, mend: bool, args: Namespace, out: Out) -> list[ReadAgain]:
    """Read this time's part of each second store and place, and tell what was found."""
    if args.dry_run:
        return []
    with out.progress(None, "reading copies") as progress:
        found = read_again(home, archive, datetime.now(UTC), mend, progress.advance)
    for each in found:
        kind = {"copies": "Second store", "objects": "Objects on"}.get(each.use, "Place")
        parts = f"{each.parts_read} of {len(PARTS)} parts were read so far"
        since = f"all of it was read since {each.since}" if each.since else parts
        out.say(f"{kind} “{each.place}”: {counted(each.read, 'object')} read now, {amount(each.size)}; {since}.")
        if each.failure is not None:
            out.warn(of_place(each.place, str(each.failure)))
        if each.left_over:
            told = counted(each.left_over, "object")
            out.say(
                f"{told} there belonged to nothing, left by a run that was cut off, and went."
                if each.swept
                else f"{told} there belong to nothing: perhaps a run was cut off. 'tamizdat check --repair' deletes "
                "what this desk has sealed of it, unless it was restored and is not up to date."
            )
        for name in each.damaged[:NAMED]:
            what = "is damaged there, and needed no more" if name in each.needless else "is damaged or missing there"
            what = "was damaged or missing there, and was put anew" if name in each.mended else what
            out.warn(f"{each.place}: {name} {what}.")
        if len(each.damaged) > NAMED:
            out.warn(f"{each.place}: and {len(each.damaged) - NAMED} more.")
        out.record(
            {
                "store": each.place,
                "use": each.use,
                "part": each.part,
                "objects": each.read,
                "bytes": each.size,
                "damaged": list[Json](each.damaged),
                "mended": list[Json](sorted(each.mended)),
                "failure": each.failure,
                "left_over": each.left_over,
                "since": each.since or None,
            }
        )
    return found


def _repair_folder(folder: str, sources: list[str], args: Namespace, out: Out) -> int:
    """Make a folder whole from others, without a key and without a home: what a courier can do."""
    target, *others = (open_place(Path(each).name, str(Path(each).resolve()), {}) for each in (folder, *sources))
    return _make_place_whole(target, others, args, out)


def _repair_place(name: str, args: Namespace, out: Out) -> int:
    """Make a place from the others, or a second store from the archive, whole. Raises UsageError."""
    home = open_home(args, require_role(args))
    places = {settings.name: settings for settings in home.places()}
    if name in places:
        others = [settings.open() for other, settings in places.items() if other != name]
        return _make_place_whole(places[name].open(), others, args, out)
    if name not in {settings.name for settings in home.places("copies")}:
        raise UsageError(
            f"Expected a place or a second store, found none named {name}. 'tamizdat places list' shows them."
        )
    if args.dry_run:
        out.say(f"Would read every object of “{name}”, and put what it lacks from the archive.")
        return 0
    with open_archive(args) as archive:
        report = make_whole(home, archive, name)
    out.say(
        f"“{name}”: {counted(report.already, 'object')} sound, {report.copied} put there; {len(report.failed)} failed."
    )
    for digest, why in report.failed[:NAMED]:
        out.warn(f"{digest}: {why}")
    failed = list[Json](digest for digest, _ in report.failed)
    out.record({"store": name, "sound": report.already, "put": report.copied, "failed": failed})
    return 0 if report.whole else 1


def _make_place_whole(target: Place, others: list[Place], args: Namespace, out: Out) -> int:
    """Repair and report; return 1 if anything is missing still."""
    if args.dry_run:
        out.say(
            f"Would read every parcel of “{target.name}”, and put what it lacks from "
            f"{counted(len(others), 'other place')}."
        )
        return 0
    with out.progress(None, "repairing") as progress:
        report = repair(target, others, parcel_name, progress.advance)
    out.say(
        f"“{report.place}”: {counted(report.sound, 'sound parcel')}; put there: {report.missing} for missing and "
        f"{report.damaged} for damaged ones; nobody gave a sound copy of {len(report.lost)}."
    )
    for place, why in report.failures.items():
        out.warn(of_place(place, str(why)))
    out.record(
        {
            "place": report.place,
            "sound": report.sound,
            "missing": report.missing,
            "damaged": report.damaged,
            "lost": len(report.lost),
            "failures": dict(report.failures),
        }
    )
    return 1 if report.lost or report.failures else 0


def _say_backups(folder: Path, report: CheckReport, forgotten: Sequence[int], out: Out) -> None:
    """Say when each backup was last done, and what of the *forgotten* entries, by index, and of keys it still holds."""
    told = Backups.read(folder)
    if not told.last:
        out.warn(
            "This desk was never backed up: if its disk dies, nobody can say what the objects are. Run 'tamizdat keys "
            "recovery', then 'tamizdat backup FOLDER'."
        )
    for name, last in told.last.items():
        where = f"“{name}”, which is no place of this desk any more" if last.removed else f"“{name}”"
        out.say(f"Backup on {where}: last done {last.done}.")
        in_it = sum(index < last.leaves for index in forgotten)
        older = [
            counted(count, what, many)
            for count, what, many in (
                (told.retired - last.retired, "sealing key that was retired", "sealing keys that were retired"),
                (
                    in_it - last.forgotten,
                    "statement that was forgotten",
                    "statements that were forgotten",
                ),
            )
            if count > 0
        ]
        if new := len(report.indexes) - bisect_left(report.indexes, last.leaves):  # random entries tell nothing
            out.warn(f"Since then the ledger grew by {counted(new, 'statement')}. Back up again.")
        if older:
            out.warn(f"It still holds {' and '.join(older)} since. Run 'tamizdat backup {name}', or destroy it.")
        if last.undeleted:
            out.warn(
                f"{counted(last.undeleted, 'file')} of older backups there could not be deleted, and may hold what was "
                f"retired or forgotten. 'tamizdat backup {name}' names them."
            )
        out.record({"backup": name, **vars(last), "retired_since": told.retired - last.retired})
