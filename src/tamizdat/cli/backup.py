"""Back up all of a desk that cannot be made again, sealed to the printed recovery key.

FOLDER is a folder on another disk; PLACE is one that was added with 'tamizdat places add NAME URL --backup'. Without
either, all known ones are brought up to date. A rerun sends only what is new, and deletes there what was retired or
forgotten here. 'tamizdat keys recovery' makes the key and its sheet; 'tamizdat keys rehearse' proves that the sheet
opens the backup; 'tamizdat setup desk --restore' makes the desk again. The key of the root (root.age) is in no backup:
it belongs on a stick in a drawer.
"""

from argparse import Namespace
from datetime import UTC, datetime
from pathlib import Path

from tamizdat.archive import Archive
from tamizdat.backup.back_up import BackupReport, back_up, recovery_recipient, require_apart
from tamizdat.backup.recovery_key import short_name
from tamizdat.carrying.arrived import arrived
from tamizdat.carrying.receipts import look_at_stores, receipts
from tamizdat.cli.console import Out
from tamizdat.cli.open_home import open_archive, open_home
from tamizdat.cli.parser import Parser
from tamizdat.cli.receive import why_withheld
from tamizdat.cli.terminal_text import counted, entries, of_place
from tamizdat.encoding import Json, spoken
from tamizdat.errors import TamizdatError, UsageError
from tamizdat.home.backups import Backups
from tamizdat.home.home import USES, Home, PlaceSettings, free_name
from tamizdat.home.new_folder import missing_folder
from tamizdat.places import set_up_place
from tamizdat.places.disks import is_same, on_one_disk


def add(parser: Parser) -> None:
    """Declare what ``backup`` takes."""
    parser.add_argument(
        "place", metavar="FOLDER|PLACE", nargs="?", help="where to (else every place that was used before)"
    )


def run(args: Namespace, out: Out) -> int:
    """Back up, and say what is there now; 1 if a part of it failed. Raises UsageError if no place is known."""
    home = open_home(args, "desk")
    key = short_name(recovery_recipient(home))
    if args.dry_run:
        names = [args.place] if args.place else [each.name for each in home.places("backups")]
        out.say(f"Would back up this desk to {', '.join(names) or 'nothing: name a folder'}, sealed to the key {key}.")
        out.record({"would": list[Json](names), "key": key})
        return 0
    places = [chosen_place(home, args.place, out)] if args.place else home.places("backups")
    if not places:
        raise UsageError("Expected a folder or a place to back up to, found none known. Run 'tamizdat backup FOLDER'.")
    before, failures = Backups.read(home.folder).leaves, 0
    with open_archive(args) as archive:
        for place in places:
            try:
                with out.progress(None, f"backing up to {place.name}") as progress:
                    report = back_up(home, archive, place, datetime.now(UTC), progress.advance)
            except TamizdatError as error:
                if len(places) == 1:
                    raise
                failures += 1
                out.warn(of_place(place.name, error))
                continue
            failures += bool(report.faults)
            _say(report, key, out)
        look_at_stores(home, archive, datetime.now(UTC))
        _say_receipts(archive, home.folder, before, out)
    return 1 if failures else 0


def chosen_place(home: Home, wanted: str, out: Out) -> PlaceSettings:
    """Return the place of backups that *wanted* names; a folder that is new is added. Raises UsageError."""
    known = {each.name: each for each in home.places("backups")}
    if wanted in known:
        return known[wanted]
    if any(wanted == each.name for use in USES for each in home.places(use)):
        raise UsageError(
            f"Expected a place for backups, found “{wanted}”, which is for something else: whoever may write or read "
            "there must not hold the backup too. Name another folder, or add a place with 'places add NAME URL "
            "--backup'."
        )
    folder = Path(wanted).resolve()
    if "/" not in wanted and not folder.is_dir():
        raise UsageError(
            f"Expected a folder or the name of a place for backups, found {wanted}. 'tamizdat places list' shows the "
            "places; a folder must be there already."
        )
    require_apart(home, str(folder))
    for each in known.values():
        if is_same(each.url, str(folder)):
            return each
    missing = missing_folder(str(folder))
    set_up_place("backup", str(folder), {})
    taken = {each.name for use in USES for each in home.places(use)}
    place = home.add_place(free_name(folder.name, taken), str(folder), {}, "backups")
    if on_one_disk(str(folder), [str(home.folder)]):
        made = f"{missing} was not there, and was made. " if missing else ""
        out.warn(
            f"{made}This folder lies on the same disk as the desk: if that disk dies or is taken, both are gone. An "
            "unmounted disk looks like this too: is it plugged in? Back up to another disk too."
        )
    return place


def _say(report: BackupReport, key: str, out: Out) -> None:
    new = f"{counted(report.sent, 'new file')} there" if report.new else "nothing is new"
    out.say(
        f"The backup on “{report.place}” is whole: {counted(report.files, 'file')} of this desk, "
        f"a ledger of {entries(report.leaves)}; {new}. The sheet with the key {key} opens it."
    )
    if report.elsewhere:
        out.say(
            f"Not in it: {counted(report.elsewhere, 'object')} of cards, sealed on a place, to which the backup holds "
            "the key, and in a second store."
        )
    if report.lost:
        lost = counted(report.lost, "file")
        out.warn(f"{lost} of the backup had got lost or damaged in “{report.place}”; sent again.")
    if report.undeleted:
        out.warn(
            f"“{report.place}” did not delete {counted(len(report.undeleted), 'file')} of older backups, which may "
            "hold what was retired or forgotten since. Delete these there yourself:"
        )
        for name in report.undeleted:
            out.show(f"  {name[0]}/{name}")
    if report.unknown:
        out.warn(
            f"{counted(report.unknown, 'file')} in “{report.place}” are none that this desk remembers: older backups "
            "of it, newer ones if it was made again from an older one, somebody else's, or those of the same desk on "
            "another computer, which must not go on. If nobody needs them, delete them: they may hold what was retired "
            "or forgotten here."
        )
    for fault in report.faults:
        out.warn(fault)
    facts: dict[str, Json] = {name: value for name, value in vars(report).items() if not isinstance(value, list)}
    out.record({**facts, "undeleted": list[Json](report.undeleted), "faults": list[Json](report.faults)})


def _say_receipts(archive: Archive, folder: Path, before: int, out: Out) -> None:
    """Say the receipts that waited for this backup."""
    names = {card.id: card.name for card in arrived(archive)}
    for receipt in receipts(archive, folder):
        if receipt.index < before:
            continue
        if not receipt.released:
            out.warn(f"The receipt of “{names[receipt.consignment]}” is withheld. {why_withheld(receipt)}")
        else:
            out.say(f"Receipt of “{names[receipt.consignment]}”, held by two stores and backed up:")
            out.show(f"\n  {spoken(receipt.receipt)}\n")
            out.say("Tell it to the field: 'tamizdat wipe CARD' asks for it there.")
            out.record({"consignment": receipt.consignment, "receipt": spoken(receipt.receipt)})
