"""Make a field device or a desk of a folder.

A desk receives, archives and publishes. A field device seals and sends; it needs the desk's invitation, which
'tamizdat keys invite NAME' prints at the desk. Carry the invitation over by a channel that cannot be forged, and
compare its fingerprint, which both sides show, over a second one. Without --invitation it is asked for: then no file
of it need lie on the laptop, and nothing of it stands in the shell's history.

'setup desk --restore FOLDER' makes a desk again on a new computer, from its backup and the recovery sheet.
"""

import os
import sys
from argparse import Namespace
from datetime import UTC, datetime

from tamizdat.backup.restore import fetch_missing, require_restorable, restore
from tamizdat.cli.console import Out
from tamizdat.cli.keys_recovery import ask_recovery_key, open_source, parse_shares
from tamizdat.cli.open_home import open_archive, open_home
from tamizdat.cli.parser import Parser, there
from tamizdat.cli.passphrase import new_passphrase, until_right
from tamizdat.cli.place_settings import read_options
from tamizdat.cli.private_input import ask_line, ask_lines, read_lines
from tamizdat.cli.swap import refuse_exposed_swap
from tamizdat.cli.terminal_text import counted
from tamizdat.disk.files import refusals
from tamizdat.disk.pasted import pasted_path
from tamizdat.encoding import spoken
from tamizdat.errors import BadEncoding, UsageError
from tamizdat.home import objects
from tamizdat.home.home import NAMED, role_of
from tamizdat.home.invitation import SEALED, Invitation, open_sealed
from tamizdat.home.setup import create_desk, create_field, device_text, root_files
from tamizdat.home.withheld import reason


def add(parser: Parser) -> None:
    """Declare what ``setup`` takes."""
    desk = parser.action("desk", "make a desk: it receives, archives and publishes")
    desk.add_argument("--name", default="desk", help="the desk's short name (default: desk)")
    desk.add_argument("--no-passphrase", action="store_true", help="keys in the clear, for a desk that works alone")
    desk.add_argument(
        "--roots", metavar="K-OF-N", help="for a desk of several: N root keys, of which K sign together, like 2-of-3"
    )
    desk.add_argument(
        "--restore", metavar="FOLDER", dest="place", help="make a desk again from its backup and the recovery sheet"
    )
    desk.add_argument("--recovery-fd", metavar="N", type=int, help="read the recovery words from file descriptor N")
    desk.add_argument(
        "--option",
        metavar="NAME=VALUE",
        action="append",
        default=[],
        help="of a backup by URL: its login, as 'places add' takes it",
    )
    desk.add_argument(
        "--not-seized", action="store_true", help="nobody has the old computer: its keys may sign on as they are"
    )
    desk.add_argument(
        "--objects-here", action="store_true", help="put its objects on this disk, though they lay on a place"
    )
    field = parser.action("field", "make a field device: it seals and sends, and can read nothing back")
    given = field.add_mutually_exclusive_group()
    given.add_argument("--invitation", metavar="FILE", help="the desk's invitation (else it is asked for)")
    given.add_argument("--invitation-fd", metavar="N", type=int, help="read the invitation from file descriptor N")
    field.add_argument("--words-fd", metavar="N", type=int, help="read a sealed invitation's six words from there")


def run(args: Namespace, out: Out) -> int:
    """Set up the folder, and say what to do next. Raises :class:`UsageError` if it is set up already."""
    refuse_exposed_swap(args.allow_swap)
    if (found := role_of(args.home)) is not None:
        raise UsageError(
            f"Expected a new folder, found one that is {NAMED.get(found, found)} already. Nothing was changed. "
            "Choose another with --home."
        )
    if args.action == "desk":
        return _desk(args, out)
    return _field(args, out)


def _desk(args: Namespace, out: Out) -> int:
    if args.place:
        return _restore(args, out)
    needed, roots = parse_shares(args.roots)
    if args.dry_run:
        out.say(f"Would make the desk “{args.name}”: an archive, its keys, and a root key to be kept offline.")
        return 0
    passphrase = b"" if args.no_passphrase else new_passphrase(args.passphrase_fd, "this desk")
    with out.progress(None, "making the keys"):
        home = create_desk(args.home, args.name, passphrase, needed=needed, roots=roots)
    root = spoken(bytes.fromhex(home.settings["root"]))
    out.say(f"The desk “{args.name}” is set up. Its fingerprint, to be compared over a second channel:")
    out.show(f"\n  {root}\n")
    files, stick = ", ".join(root_files(roots)), "a stick, and the stick to a drawer"
    where = stick if roots == 1 else f"{stick}, each to another person: {needed} of the {roots} sign together"
    out.say(
        f"Move {files} from {args.home} to {where}. It is needed only to change keys. "
        "Then make the recovery key, print its sheet, and back up: 'tamizdat keys recovery', 'tamizdat backup FOLDER'. "
        "Next: 'tamizdat places add NAME URL' for each storage place, 'tamizdat keys invite NAME' for each "
        "field device."
    )
    out.record(
        {
            "role": "desk",
            "name": args.name,
            "root": home.settings["root"],
            "spoken": root,
            "recorded": datetime.now(UTC).date().isoformat(),
        }
    )
    return 0


def _restore(args: Namespace, out: Out) -> int:
    place, url, options = open_source(args, read_options(args.option))
    if args.dry_run:
        out.say("Would make the desk again from the newest backup there, in this folder.")
        return 0
    require_restorable(args.home)
    key = ask_recovery_key(args.recovery_fd)
    passphrase = b"" if args.no_passphrase else new_passphrase(args.passphrase_fd, "this desk")
    today = datetime.now(UTC).date().isoformat()
    with out.progress(None, "reading the backup") as progress:
        done = restore(
            args.home,
            place,
            key,
            passphrase,
            url,
            options,
            today,
            not args.not_seized,
            here=args.objects_here,
            progress=progress.advance,
        )
    head = done.head
    out.say(
        f"The desk “{head.desk}” is here again, as it was on {head.made}: {counted(len(done.files), 'file')}, "
        f"{counted(head.leaves, 'entry', 'entries')} of its ledger. Its fingerprint, which the recovery sheet shows "
        "too:"
    )
    out.show(f"\n  {spoken(bytes.fromhex(head.root))}\n")
    home = open_home(args, "desk", passphrase)
    if done.missing:
        with open_archive(args) as archive:
            fetched = fetch_missing(home, archive, done)
        out.say(f"Missing in the backup, and fetched from a second store: {counted(fetched, 'object')}.")
    if done.placed:
        out.say(
            f"Left where they lay, on “{objects.require(home).name}”: {counted(done.placed, 'object')}. 'tamizdat "
            "check' reads them again. If that place is lost, make the desk once more with --objects-here."
        )
    for each in done.missing:
        out.warn(f"Missing or damaged in the backup, and in no second store that can be reached: {each.path}")
    devices = ", ".join(home.settings["devices"]) or "none"
    out.warn(
        f"What was revoked, retired, withdrawn or forgotten after {head.made} is back: do it again ('tamizdat keys "
        "revoke', 'keys retire', 'publish withdraw', 'forget'). So are accounts of the workbench that were closed "
        f"since, with their old passphrases. Field devices that this desk believes: {devices}."
    )
    out.warn(
        "From now on this is the desk. If the old one is found and still works, do not run it: two of one ledger look "
        "like forgery to readers, and each deletes what the other has backed up."
    )
    out.say(reason(home.settings))
    out.record(
        {
            "role": "desk",
            "name": head.desk,
            "root": head.root,
            "made": head.made,
            "leaves": head.leaves,
            "files": len(done.files),
            "placed": done.placed,
            "missing": [each.path for each in done.missing],
        }
    )
    return 1 if done.missing else 0


def _invitation(args: Namespace) -> Invitation:
    """Return the desk's invitation: from a file, sealed or not, from a descriptor, or typed in."""
    if args.invitation is None:
        what = "the desk's invitation"
        fd = args.invitation_fd
        prompt = f"Paste {what}, or type the path of its file; then an empty line:"
        lines = ask_lines(prompt, what, _is_path) if fd is None else read_lines(fd, what)
        if fd is not None or not _is_path(lines[0]):
            return Invitation.parse("\n".join(lines))
        args.invitation = there(pasted_path(lines[0]))
    with refusals("the invitation"):
        data = args.invitation.read_bytes()
    if data.startswith(SEALED):
        fd, what = args.words_fd, "the six words of the invitation"
        if fd is not None:
            return open_sealed(data, " ".join(read_lines(fd, what)))
        prompt = "The six words, as the desk speaks them: "
        return until_right(lambda: open_sealed(data, ask_line(prompt)), sys.stdin.isatty(), UsageError)
    try:
        return Invitation.parse(data.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise BadEncoding("Expected a desk's invitation as text, found bytes that are not UTF-8.") from error


def _is_path(line: str) -> bool:
    """Tell whether somebody gave the path of a file, not the invitation itself, of which no line begins like one."""
    path = pasted_path(line)
    return path.startswith(("/", "./", "../")) or os.path.isfile(path)  # noqa: PTH113  a line too long for a name is none


def _delete_invitation(args: Namespace, out: Out) -> None:
    """Delete the file of the invitation, or say loudly that it is still there; say what else names the desk."""
    left = "whatever the invitation came in, the message that brought it"
    if args.invitation is not None:
        left = "the message that brought the invitation"
        try:
            args.invitation.unlink()
            out.say("The file of the invitation was deleted.")
        except OSError:
            out.warn("The file of the invitation could NOT be deleted. It names the desk: delete it now.")
    out.say(
        f"Delete now: {left}, and these commands in the shell's history. The invitation names the desk, and so its "
        "site; whoever takes this laptop and has not the passphrase finds the desk's name nowhere else."
    )


def _field(args: Namespace, out: Out) -> int:
    if args.invitation is not None:  # not before: it is deleted when it is used, and a second run must say why
        args.invitation = there(args.invitation)
    invitation = _invitation(args)
    shown = spoken(invitation.fingerprint)
    if args.dry_run:
        out.say(f"Would make a field device that seals to the desk “{invitation.desk}”. The invitation's fingerprint:")
        out.show(f"\n  {shown}\n")
        return 0
    passphrase = new_passphrase(args.passphrase_fd, "this field device")
    with out.progress(None, "making the keys"):
        home = create_field(args.home, invitation, passphrase)
    out.say(
        f"This is now a field device for the desk “{invitation.desk}”. Ask the desk, over a second channel, "
        "whether this is the fingerprint of its invitation. If one letter differs, it is forged: "
        f"delete {args.home}."
    )
    out.show(f"\n  {shown}\n")
    out.say("And tell it this device's key; until the desk has accepted it, it will not take in what you send:")
    out.show(f"\n  {device_text(home)}\n")
    if invitation.places:
        out.say(f"{counted(len(invitation.places), 'place')} came with the invitation. Next: 'tamizdat seal CARD'.")
    else:
        out.say("Next: 'tamizdat places add NAME' for each storage place, then 'tamizdat seal CARD'.")
    if invitation.copies:
        out.say(
            f"The desk allows a card to be wiped before its receipt is here, when {invitation.copies} disks hold all "
            f"of it, sealed: 'tamizdat wipe CARD --copies {invitation.copies}'."
        )
    _delete_invitation(args, out)
    out.record(
        {
            "role": "field",
            "desk": invitation.desk,
            "root": invitation.root.hex(),
            "spoken": spoken(invitation.root),
            "fingerprint": shown,
            "copies": invitation.copies,
            "device": device_text(home),
        }
    )
    return 0
