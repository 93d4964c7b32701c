"""The actions of ``keys`` around backups and new keys: recovery, rehearse, passphrase, catch-up, rotate."""

import sys
from argparse import Namespace
from datetime import UTC, datetime
from pathlib import Path

from tamizdat.backup.back_up import recovery_recipient
from tamizdat.backup.catch_up import CaughtUp, catch_up, never_published
from tamizdat.backup.recovery_key import read_key, short_name
from tamizdat.backup.restore import rehearse
from tamizdat.backup.sheet import make_sheets, page
from tamizdat.cli.console import Out
from tamizdat.cli.open_home import open_archive, open_home, open_with_passphrase, require_role
from tamizdat.cli.parser import Parser, there
from tamizdat.cli.passphrase import ask_passphrase, new_passphrase, until_right
from tamizdat.cli.private_input import ask_lines, read_lines, require_new_file
from tamizdat.cli.swap import refuse_exposed_swap
from tamizdat.cli.terminal_text import counted
from tamizdat.disk.files import write_file
from tamizdat.encoding import spoken
from tamizdat.errors import BadEncoding, KeyMissing, NotSetUp, UsageError, WrongPassphrase
from tamizdat.home.home import Home, role_of
from tamizdat.home.keyring import Keyring, is_wrapped
from tamizdat.home.rotate import rotate
from tamizdat.home.setup import change_passphrase, set_recovery_key
from tamizdat.keys import SealingKey, SigningKey
from tamizdat.places import Place, open_place


def add(parser: Parser) -> None:
    """Declare these actions."""
    made = parser.action("recovery", "make the recovery key, which opens backups, and show its sheet to print")
    made.add_argument(
        "--shares", metavar="K-OF-N", help="as many sheets as N, of which any K open the backup, like 2-of-3"
    )
    made.add_argument("--out", metavar="FILE", type=Path, help="write the sheets as a page to print (HTML)")
    made.add_argument("--replace", action="store_true", help="instead of the one whose sheet was lost or seen")
    tried = parser.action("rehearse", "prove that the recovery sheet opens the newest backup; writes nothing")
    add_source(tried)
    parser.action("passphrase", "change the passphrase of this folder's keys")
    level = parser.action("catch-up", "after a restore: bring the ledger up to the published one")
    which = level.add_mutually_exclusive_group(required=True)
    which.add_argument("--site", metavar="FOLDER", type=there, help="a copy of the newest site, from any mirror")
    which.add_argument("--never-published", action="store_true", help="this desk has never published anything")
    new = parser.action("rotate", "replace the desk's signing keys by a new roster, which the root key signs")
    new.add_argument(
        "--root",
        metavar="FILE",
        type=there,
        action="append",
        required=True,
        help="root.age, on the stick",
    )


def add_source(parser: Parser) -> None:
    """Declare where a backup is, and how its recovery key is given."""
    parser.add_argument("place", metavar="FOLDER|PLACE", help="where the backup is")
    parser.add_argument("--recovery-fd", metavar="N", type=int, help="read the recovery words from file descriptor N")


def run(args: Namespace, out: Out) -> int:
    """Do what the action says."""
    match args.action:
        case "recovery":
            return _recovery(args, out)
        case "rehearse":
            return _rehearse(args, out)
        case "passphrase":
            return _passphrase(args, out)
        case "catch-up":
            return _catch_up(args, out)
    return _rotate(args, out)


def ask_recovery_key(descriptor: int | None) -> SealingKey:
    """Ask for the words of the sheet, or of enough shares, from *descriptor* or a terminal."""
    what = "the words of the recovery sheet"
    if descriptor is not None:
        return read_key(read_lines(descriptor, what))
    prompt = "Type the words of the sheet (or enough shares), row by row, then an empty line:"
    return until_right(lambda: read_key(ask_lines(prompt, what)), sys.stdin.isatty(), BadEncoding, KeyMissing)


def _recovery(args: Namespace, out: Out) -> int:
    home = open_home(args, "desk")
    known = home.settings.get("recovery")
    if known and not args.replace:
        raise UsageError(
            f"Expected a desk without a recovery key, found the key {short_name(recovery_recipient(home))} of "
            f"{known['day']}. Its sheet cannot be shown again. If it was lost, or seen by others, say --replace: "
            "then the next backup is sent anew, and the older one is deleted."
        )
    if out.as_json and not args.out:
        raise UsageError("Expected --out FILE beside --json: the recovery key is not written among records.")
    if args.out:
        require_new_file(args.out, "the recovery sheets")
    needed, shares = parse_shares(args.shares)
    key, day = SealingKey.generate(), datetime.now(UTC).date().isoformat()
    sheets = make_sheets(key, home.settings["name"], spoken(bytes.fromhex(home.settings["root"])), day, needed, shares)
    name = short_name(key.recipient)
    if args.dry_run:
        out.say(f"Would make a recovery key and {counted(shares, 'sheet')} to print.")
        return 0
    if args.out:
        write_file(args.out, page(sheets).encode(), "the recovery sheets")
    set_recovery_key(home, key.recipient, day)
    for sheet in sheets if not args.out else ():
        out.show(f"\n{sheet.as_text()}")
    if args.out:
        out.say(
            "The sheets are written. Open the file in a browser without a network, print it, then delete the file: "
            "whoever finds it has the recovery key. (Deleted is not erased: better write it to a memory stick that you "
            "keep.)"
        )
    else:
        out.say("Print this now, or write the words down: it is shown once. Then clear the screen.")
    out.say(sheets[0].advice())
    out.say(f"The key is {name}. Next: 'tamizdat backup FOLDER', then 'tamizdat keys rehearse FOLDER' with the paper.")
    out.record({"recovery": name, "needed": needed, "shares": shares, "day": day})
    return 0


def parse_shares(text: str | None) -> tuple[int, int]:
    """Return K and N of ``K-of-N``; 1 and 1 for none. Raises UsageError."""
    if text is None:
        return 1, 1
    needed, of, shares = text.partition("-of-")
    if not (of and needed.isdecimal() and shares.isdecimal()):
        raise UsageError(f"Expected shares as K-of-N, like 2-of-3; found {text}.")
    return int(needed), int(shares)


def open_source(args: Namespace, options: dict[str, str] | None = None) -> tuple[Place, str, dict[str, str]]:
    """Return the place of a backup, its URL and options: a folder, a URL, or the name of a place of this desk.

    Raises UsageError if it is none of these.
    """
    if ":" in args.place:
        if role_of(args.home) == "desk":
            open_home(args, "desk")  # which may have a proxy that everything goes through
        return open_place("the backup", args.place, options or {}), args.place, options or {}
    folder = Path(args.place).resolve()
    if "/" in args.place or folder.is_dir():
        if not folder.is_dir():
            raise UsageError(f"Expected the folder with the backup, found none at {folder}. Is the disk plugged in?")
        return open_place("the backup", str(folder), {}), str(folder), {}
    try:
        home = open_home(args, "desk")
    except NotSetUp as error:
        raise UsageError(
            f"Expected the folder with the backup, found none named {args.place}. Is the disk plugged in?"
        ) from error
    known = next((each for each in home.places("backups") if each.name == args.place), None)
    if known is None:
        raise UsageError(
            f"Expected a folder or a place of backups, found {args.place}. 'tamizdat places list' shows the places."
        )
    return known.open(), known.url, known.options


def _rehearse(args: Namespace, out: Out) -> int:
    refuse_exposed_swap(args.allow_swap)  # the words are a key, although no home need be opened
    place, _, _ = open_source(args)
    key = ask_recovery_key(args.recovery_fd)
    with out.progress(None, "reading the backup") as progress:
        found = rehearse(place, key, progress.advance)
    head = found.head
    out.say(
        f"The sheet opens the backup of {head.made}: the desk “{head.desk}”, "
        f"{counted(head.leaves, 'entry', 'entries')} of its ledger, {counted(len(found.files), 'file')}. Nothing was "
        "written."
    )
    out.say("Its fingerprint, which the sheet shows too:")
    out.show(f"\n  {spoken(bytes.fromhex(head.root))}\n")
    for name in found.found.damaged:
        out.warn(f"The file {name[0]}/{name} there is damaged.")
    for each in found.missing:
        out.warn(f"Missing or damaged in the backup: {each.path}")
    out.say(
        "All of it is there and whole."
        if found.whole
        else "A part of it is not whole. Run 'tamizdat backup' again: it sends what is missing; or use another place."
    )
    out.record(
        {
            "number": head.number,
            "made": head.made,
            "desk": head.desk,
            "root": head.root,
            "leaves": head.leaves,
            "files": len(found.files),
            "missing": [each.path for each in found.missing],
            "damaged": list(found.found.damaged),
        }
    )
    return 0 if found.whole else 1


def _passphrase(args: Namespace, out: Out) -> int:
    role = require_role(args)
    home, old = open_with_passphrase(args, role)
    if args.dry_run:
        out.say("Would change the passphrase.")
        return 0
    change_passphrase(home, old, new_passphrase(args.passphrase_fd, "this folder"))
    out.say(
        "The passphrase is changed. Copies of keys.age that were made before, and old blocks of the disk, still "
        "open with the old one." + (" So does root.age, which this did not touch." if role == "desk" else "")
    )
    out.record({"changed": "passphrase"})
    return 0


def _catch_up(args: Namespace, out: Out) -> int:
    home = open_home(args, "desk")
    if args.dry_run:
        out.say("Would compare the ledger with the published one, and take over the entries that it lacks.")
        return 0
    with open_archive(args) as archive:
        if args.never_published:
            never_published(home, archive)
            out.say("Nothing was published, so nobody has seen another ledger than this one.")
            out.record({"published": 0})
        else:
            done = catch_up(home, archive, args.site)
            _say_caught_up(done.ours, done.published, done.added, done.recovered, out)
            _say_which_copy(done, out)
            out.record({**vars(done), "lost": done.lost})
    _say_whether_it_signs(home, out)
    return 0


def _say_caught_up(ours: int, published: int, added: int, recovered: int, out: Out) -> None:
    out.say(
        f"The restored ledger has {counted(ours, 'entry', 'entries')}, the published one {published:,}; they agree "
        "as far as both go."
    )
    if not added:
        out.say("Nothing that stands in the copy is missing.")
        return
    out.say(
        f"Taken over from the published ledger: {counted(added, 'entry', 'entries')}, of which the site opens "
        f"{recovered}. Of the other {added - recovered:,} only the leaves remain: lost statements, made after the "
        "backup, and padding. What was released after the backup is shown as withdrawn in the next edition unless you "
        "release it again."
    )


def _say_which_copy(done: CaughtUp, out: Out) -> None:
    """Say how new the copy was: nobody here can know of an edition that came after it."""
    again = "run this again with a copy of that, before anything is signed"
    if done.edition < done.newest:
        out.warn(
            f"This copy is older than the backup: it is of edition {done.edition}, the backup knows of {done.newest}. "
            f"It tells nothing of what came after the backup. If readers have seen a newer edition, {again}."
        )
    else:
        out.say(f"The copy is of edition {done.edition}. If readers have seen a newer one, {again}.")


def _say_whether_it_signs(home: Home, out: Out) -> None:
    said = home.settings.get("withheld")
    out.say(
        "Now replace its keys, before it signs anything: 'tamizdat keys rotate --root FILE'."
        if said
        else "This desk signs again."
    )


def _rotate(args: Namespace, out: Out) -> int:
    home, passphrase = open_with_passphrase(args, "desk")
    roots = [read_root_key(path, args.passphrase_fd) for path in args.root]
    if args.dry_run:
        out.say("Would replace the desk's signing keys by a new version of the roster.")
        return 0
    with open_archive(args) as archive:
        done = rotate(home, archive, roots, passphrase)
    out.say(
        f"Version {done.version} of the roster is signed: the desk's new keys count from entry {done.start:,} of the "
        "ledger on, and the old ones for nothing after that. Back up now, and publish: until readers have the new "
        "roster, they believe the old keys."
    )
    out.say(
        "If the old computer was seized, invite every field device anew ('tamizdat keys invite'), and retire the old "
        "sealing keys when what is under way is in. Take the stick out, and back to its drawer."
    )
    out.record({"roster": done.version, "from": done.start})
    return 0


def read_root_key(path: str | Path, descriptor: int | None) -> SigningKey:
    """Return the root key in a file on the stick; raises UsageError, KeyMissing, WrongPassphrase."""
    path = Path(path)
    if not path.is_file():
        raise UsageError("Expected root.age on the stick, found no file of this name. Is the stick plugged in?")

    def opened() -> Keyring:
        return Keyring.load(path, ask_passphrase(descriptor, "the root key") if is_wrapped(path) else b"")

    keys = until_right(opened, descriptor is None, WrongPassphrase).signing
    if "root" not in keys:
        raise KeyMissing("Expected the key of the root in this file, found other keys. Give root.age from the stick.")
    return keys["root"]
