"""Print the keys of this device or desk; at a desk, invite field devices, make the recovery key, replace keys.

'invite' makes a new sealing key for one field device and prints the invitation to hand over. 'accept' takes the
key a device shows at its setup; without it the desk does not take in what that device sends. 'limit' says how much it
may store here in a day; by default no more than nine tenths of what was free. 'retire' destroys a
sealing key: whoever steals the desk's keys later cannot open what was sealed to it before. A revoked device is
remembered with its day: its key is not accepted a second time by a slip.

'recovery' makes the key that opens backups and shows the sheet to print; 'rehearse' tries the paper on the backup.
'passphrase' changes the passphrase. 'catch-up' and 'rotate' are for a desk that was made again from a backup, or
whose keys somebody may have. 'roster' shows whose keys count and who witnesses the ledger, and adds witnesses.
"""

from argparse import Namespace
from datetime import UTC, datetime
from pathlib import Path

from tamizdat.backup.back_up import recovery_recipient
from tamizdat.backup.recovery_key import short_name
from tamizdat.cli import keys_recovery, keys_roster
from tamizdat.cli.console import Out
from tamizdat.cli.open_home import open_any, open_archive, open_home, open_with_passphrase
from tamizdat.cli.parser import Parser, there
from tamizdat.cli.private_input import require_new_file
from tamizdat.disk.files import refusals, write_file
from tamizdat.encoding import spoken
from tamizdat.errors import UsageError
from tamizdat.home.codes import page_of_codes
from tamizdat.home.home import Home
from tamizdat.home.invitation import InvitedPlace, new_words, parse_places
from tamizdat.home.rotate import newest_roster
from tamizdat.home.setup import (
    accept,
    check_acceptable,
    device_text,
    invite,
    key_of,
    limit,
    require_sealing_key,
    retire,
    revoke,
)
from tamizdat.keys import decode_device, encode_device
from tamizdat.text.quantities import amount, parse_amount


def add(parser: Parser) -> None:
    """Declare what ``keys`` takes."""
    parser.action("print", "show this home's public keys and fingerprint")
    new = parser.action("invite", "make a sealing key for a field device, and its invitation")
    new.add_argument("name", metavar="NAME", help="a short name for the device")
    new.add_argument("--out", metavar="FILE", type=Path, help="write the invitation to a file")
    new.add_argument("--sealed", action="store_true", help="seal it with six words, to be spoken over a second channel")
    new.add_argument(
        "--places",
        metavar="FILE",
        type=there,
        help="places go with it, and seal it: lines 'place NAME URL', below each its 'option NAME VALUE' (a login that "
        "only adds, and that this device alone has)",
    )
    new.add_argument(
        "--codes", metavar="FILE", type=Path, help="write it as a page of QR codes, to be shown to the camera"
    )
    new.add_argument(
        "--copies",
        metavar="N",
        type=int,
        help="let it wipe a card that N disks hold, sealed, before your receipt is there",
    )
    known = parser.action("accept", "accept a field device's key")
    known.add_argument("device", metavar="KEY", help="tamizdatdevice1…, as its setup showed it")
    known.add_argument("name", metavar="NAME", help="a short name for the device")
    known.add_argument(
        "--although-revoked", action="store_true", help="a device that was revoked by mistake: take it again"
    )
    known.add_argument("--although-uninvited", action="store_true", help="under a name that no invitation was made for")
    gone = parser.action("revoke", "take no more consignments of a device: it was seized, or turned")
    gone.add_argument("name", metavar="NAME", help="the device's short name")
    most = parser.action("limit", "change what a device may store at the desk in a day")
    most.add_argument("name", metavar="NAME", help="the device's short name")
    most.add_argument("limit", metavar="BYTES", help="500G, 2T; none: no limit; default: nine tenths of what is free")
    old = parser.action("retire", "destroy a sealing key when its device's last consignment is in")
    old.add_argument("label", metavar="LABEL", help="as 'keys print' shows it")
    old.add_argument("--yes", action="store_true", help="what is sealed to it and not yet received is lost for ever")
    keys_recovery.add(parser)
    keys_roster.add(parser)


def run(args: Namespace, out: Out) -> int:
    """Print, invite, accept, revoke or retire."""
    if args.action == "invite":
        return _invite(args, out)
    if args.action == "accept":
        return _accept(args, out)
    if args.action == "revoke":
        home = open_home(args, "desk")
        key_of(home, args.name)
        if not args.dry_run:
            revoke(home, args.name, datetime.now(UTC).date())
        out.say(f"{'Would take' if args.dry_run else 'The desk takes'} no more consignments of “{args.name}”.")
        out.record({"revoked": args.name})
        return 0
    if args.action == "limit":
        return _limit(args, out)
    if args.action == "retire":
        return _retire(args, out)
    if args.action == "print":
        return _print(open_any(args), args, out)
    if args.action == "roster":
        return keys_roster.run(args, out)
    return keys_recovery.run(args, out)


def _print(home: Home, args: Namespace, out: Out) -> int:
    fingerprint = bytes.fromhex(home.settings["root"])
    if home.role == "desk":
        with open_archive(args) as archive:
            fingerprint = newest_roster(archive, fingerprint).root.fingerprint
    root = spoken(fingerprint)
    if home.role == "field":
        out.say(f"This device's key, for the desk “{home.settings['desk']}”:")
        out.show(f"\n  {device_text(home)}\n")
        out.record({"role": "field", "device": device_text(home), "root": home.settings["root"], "spoken": root})
    else:
        devices = {name: encode_device(bytes.fromhex(key)) for name, key in home.settings["devices"].items()}
        since = home.settings.get("since", {})
        for name, key in devices.items():
            day = since.get(home.settings["devices"][name])
            out.show(f"device {name}" + (f" (accepted on {day})" if day else "") + f"\n  {key}")
            most = home.settings.get("limits", {}).get(home.settings["devices"][name])
            if most is not None:
                out.show(f"  may store in a day: {amount(most) if most else 'as much as the disk holds'}")
        revoked = home.settings.get("revoked", {})
        for key, each in revoked.items():
            out.show(f"revoked on {each['day']}, {each['name']}\n  {encode_device(bytes.fromhex(key))}")
        for label in home.keyring.sealing:
            out.show(f"sealing key “{label}”")
        recovery = home.settings.get("recovery")
        if recovery:
            name = short_name(recovery_recipient(home))
            out.show(f"recovery key {name}, since {recovery['day']}")
        out.record(
            {
                "role": "desk",
                "root": fingerprint.hex(),
                "spoken": root,
                "devices": dict(devices),
                "revoked": [encode_device(bytes.fromhex(key)) for key in revoked],
                "sealing": list(home.keyring.sealing),
            }
        )
    out.say("The desk's fingerprint:")
    out.show(f"\n  {root}\n")
    return 0


def _invite(args: Namespace, out: Out) -> int:
    for path in (args.out, args.codes):
        if path:
            require_new_file(path, "the invitation")
    home, passphrase = open_with_passphrase(args, "desk")
    if args.dry_run:
        out.say(f"Would make a sealing key for “{args.name}” and print its invitation.")
        return 0
    places = _places(args.places)
    sealed = args.sealed or bool(places)
    if sealed and not (args.out or args.codes):
        raise UsageError("Expected --out FILE or --codes FILE: a sealed invitation is no text to be read out.")
    words = new_words() if sealed else ""
    invitation = invite(home, args.name, passphrase, datetime.now(UTC), places=places, copies=args.copies)
    data = invitation.seal(words) if sealed else invitation.encode().encode("utf-8")
    if args.out:
        write_file(args.out, data, "the invitation")
    if args.codes:
        write_file(args.codes, page_of_codes(data).encode("utf-8"), "the page of codes")
    if args.out or args.codes:
        out.say(
            "The invitation is written. Hand it over, and over a second channel compare the invitation's fingerprint, "
            "which the other side shows too:"
        )
    else:
        out.show(invitation.encode())
        out.say("Over a second channel compare the invitation's fingerprint, which the other side shows too:")
    out.show(f"\n  {spoken(invitation.fingerprint)}\n")
    if sealed:
        out.say("The six words that open it. Speak them over the second channel; they are kept nowhere:")
        out.show(f"\n  {words}\n")
    if args.places:
        out.say(f"Delete {args.places} now: the logins in it open the places, and the invitation holds them sealed.")
    out.record(
        {
            "invitation": None if sealed else invitation.encode(),
            "fingerprint": spoken(invitation.fingerprint),
            "words": words or None,
            "name": args.name,
        }
    )
    return 0


def _places(file: Path | None) -> tuple[InvitedPlace, ...]:
    """Return the places that *file* names, in the lines of an invitation."""
    if file is None:
        return ()
    with refusals("the file of places"):
        data = file.read_bytes()
    try:
        lines = data.decode("utf-8").splitlines()
    except UnicodeDecodeError:
        raise UsageError("Expected a file of places in UTF-8, found other bytes.") from None
    return parse_places([line for line in lines if line.strip()])


def _accept(args: Namespace, out: Out) -> int:
    device = decode_device(args.device)
    home = open_home(args, "desk")
    although = args.although_revoked, args.although_uninvited
    if args.dry_run:
        check_acceptable(home, device, args.name, *although)
    else:
        accept(home, device, args.name, although[0], datetime.now(UTC).date(), although[1])
    out.say(f"{'Would accept' if args.dry_run else 'Accepted'} the field device “{args.name}”.")
    out.record({"accepted": args.name, "device": args.device})
    return 0


def _limit(args: Namespace, out: Out) -> int:
    size = None if args.limit == "default" else 0 if args.limit == "none" else parse_amount(args.limit)
    home = open_home(args, "desk")
    key_of(home, args.name)
    if not args.dry_run:
        limit(home, args.name, size)
    what = "nine tenths of what was free" if size is None else amount(size) if size else "as much as the disk holds"
    out.say(f"“{args.name}” {'would be allowed to' if args.dry_run else 'may'} store in a day: {what}.")
    out.record({"limited": args.name, "bytes": size})
    return 0


def _retire(args: Namespace, out: Out) -> int:
    if not (args.yes or args.dry_run):
        raise UsageError(
            "This cannot be undone: what is sealed to that key and not yet received is lost for ever. "
            "If its device's last consignment is in, say --yes."
        )
    home, passphrase = open_with_passphrase(args, "desk")
    require_sealing_key(home, args.label)
    if not args.dry_run:
        retire(home, args.label, passphrase)
    out.say(
        f"{'Would destroy' if args.dry_run else 'Destroyed'} the sealing key “{args.label}”. Backups hold it still: "
        "run 'tamizdat backup' with each of them, which deletes it there; 'tamizdat check' says which have it."
    )
    out.record({"retired": args.label})
    return 0
