"""Setting up a desk and its field devices, and how they come to know each other.

The desk's root key signs the first roster and is then no longer needed every day: it lies in ``root.age``, to be
moved to a stick in a drawer. For each field device, and each period, the desk makes a sealing key of its own and
hands out an invitation with its public half; the key is destroyed when that device's last consignment is in.
"""

import secrets
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Final

from tamizdat.encoding import timestamp
from tamizdat.errors import UsageError
from tamizdat.home import backups
from tamizdat.home.home import ARCHIVE, Home, PlaceSettings, check_label, require_new
from tamizdat.home.invitation import COPIES, Invitation, InvitedPlace
from tamizdat.home.keyring import WORK, Keyring
from tamizdat.home.withheld import withhold
from tamizdat.keys import PostQuantumKey, Recipient, SealingKey, SigningKey, encode_device
from tamizdat.ledger.cosignature import Policy, PostQuantumWitness
from tamizdat.ledger.note import Verifier
from tamizdat.ledger.roster import RoleKey, Root, Roster
from tamizdat.ledger.signing import sign_roster

MOST_ROOTS: Final = 9  #: sticks, in as many drawers


def root_files(roots: int) -> list[str]:
    """Return the names of the files of *roots* root keys."""
    return ["root.age"] if roots == 1 else [f"root-{number}.age" for number in range(1, roots + 1)]


def check_roots(needed: int, roots: int) -> None:
    """Raise UsageError for numbers of root keys that cannot be."""
    if not 1 <= needed <= roots <= MOST_ROOTS:
        raise UsageError(f"Expected root keys like 2-of-3, at most {MOST_ROOTS}; found {needed}-of-{roots}.")


def new_root(needed: int, roots: int) -> tuple[list[SigningKey], Root]:
    """Make *roots* root keys, of which *needed* sign together."""
    keys = [SigningKey.generate() for _ in range(roots)]
    return keys, Root(tuple(each.public for each in keys), needed)


def save_root_keys(keys: Sequence[SigningKey], folder: Path, passphrase: bytes, work: int = WORK) -> None:
    """Write each root key to a file of its own in *folder*."""
    for file, each in zip(root_files(len(keys)), keys, strict=True):
        Keyring(secrets.token_bytes(32), {"root": each}).save(folder / file, passphrase, work)


def create_desk(folder: Path, name: str, passphrase: bytes, work: int = WORK, needed: int = 1, roots: int = 1) -> Home:
    """Make a desk: an archive, the keys "desk" and "log", and *roots* root keys that have signed the first roster.

    *needed* of them sign the next ones together. Raises UsageError for a folder that is set up, or that has a root key
    in it, and for numbers that cannot be.
    """
    check_label(name, "the desk")
    check_roots(needed, roots)
    require_new(folder)
    if there := sorted(each.name for each in folder.glob("root*.age")):
        raise UsageError(
            f"Expected a new folder for the desk, found {there[0]} in it: the root key of another desk, or of this one "
            "if its setup was cut off. It is never overwritten. Move it to a safe place, or choose another folder with "
            "--home."
        )
    root_keys, root = new_root(needed, roots)
    keyring = Keyring.new(("desk", "log"))
    origin = f"{name.lower()}-{root.fingerprint.hex()[:8]}/ledger"
    # The folder becomes a desk's with the last of these steps: a kill leaves no desk without its archive.
    save_root_keys(root_keys, folder, passphrase, work)
    second = PostQuantumWitness(origin, PostQuantumKey(keyring.signing["log"]).public)
    policy = Policy(Verifier(origin, keyring.signing["log"].public), second=second)
    roster = Roster(root, policy, (RoleKey("desk", keyring.signing["desk"].public),))
    from tamizdat.archive import Archive  # a field device starts without

    with Archive.create(folder / ARCHIVE, origin) as archive:
        archive.append([sign_roster(roster, [(each.public, each.sign) for each in root_keys])])
    return Home.create(
        folder,
        keyring,
        "desk",
        {
            "name": name,
            "root": root.fingerprint.hex(),
            "devices": {},
            "revoked": {},
            "recipients": {},
            "copies": [],
            "backups": [],
        },
        passphrase,
        work,
    )


def create_field(folder: Path, invitation: Invitation, passphrase: bytes, work: int = WORK) -> Home:
    """Make a field device that seals to the desk of *invitation*; raises UsageError if the folder is one already."""
    return Home.create(
        folder,
        Keyring.new(("device",)),
        "field",
        {
            "desk": invitation.desk,
            "root": invitation.root.hex(),
            "recipients": list(invitation.recipients),
            "consignments": 0,
            **({"copies_to_wipe": invitation.copies} if invitation.copies else {}),
            "places": [
                vars(PlaceSettings(number, each.name, each.url, dict(each.options)))
                for number, each in enumerate(invitation.places, 1)
            ],
        },
        passphrase,
        work,
    )


def invite(
    home: Home,
    device: str,
    passphrase: bytes,
    now: datetime,
    work: int = WORK,
    places: tuple[InvitedPlace, ...] = (),
    copies: int | None = None,
) -> Invitation:
    """Make a sealing key for *device*, kept by the desk, and return the invitation with its public half.

    *places* go with it, with the logins of this device alone; *copies* lets it wipe cards of which so many disks hold
    all, sealed, before the receipt is there. Raises UsageError.
    """
    check_label(device, "the device")
    if copies is not None and copies not in COPIES:
        raise UsageError(f"Expected from {COPIES[0]} to {COPIES[-1]} copies, found {copies}.")
    label = f"{device} {timestamp(now)}"
    with home.changing():
        home.keyring = Keyring.load(home.folder / "keys.age", passphrase)  # another process may have invited meanwhile
        if label in home.keyring.sealing:
            raise UsageError("This device was invited a moment ago. Use that invitation, or wait a second.")
        key = SealingKey.generate()
        home.keyring.sealing[label] = key
        home.settings["recipients"][label] = [key.recipient.to_text()]
        # the key first: an invitation without it is a trap
        home.keyring.save(home.folder / "keys.age", passphrase, work)
        withhold(home.keyring, home.settings)
    root = bytes.fromhex(home.settings["root"])
    return Invitation(home.settings["name"], root, (key.recipient.to_text(),), places, copies)


def accept(
    home: Home,
    device: bytes,
    name: str,
    although_revoked: bool = False,
    today: date | None = None,
    although_uninvited: bool = False,
) -> None:
    """Take consignments of the device with this Ed25519 key (32 bytes) from now on, and call it *name*.

    The day is remembered if it is given. Raises UsageError, as :func:`check_acceptable` does.
    """
    with home.changing():
        check_acceptable(home, device, name, although_revoked, although_uninvited)
        devices, revoked = home.settings["devices"], home.settings.setdefault("revoked", {})
        revoked.pop(device.hex(), None)
        devices[name] = device.hex()
        if today is not None:
            home.settings.setdefault("since", {}).setdefault(device.hex(), today.isoformat())


def check_acceptable(
    home: Home, device: bytes, name: str, although_revoked: bool = False, although_uninvited: bool = False
) -> None:
    """Raise UsageError for a name or key that is known otherwise, and, unless that is asked for, for two more.

    A name that nobody was invited by may be misspelled; and whoever holds a seized device shows the key that was
    revoked.
    """
    check_label(name, "the device")
    devices, revoked = home.settings["devices"], home.settings.get("revoked", {})
    if devices.get(name, device.hex()) != device.hex():
        key = encode_device(bytes.fromhex(devices[name]))
        raise UsageError(f"Expected a new name for this device, found that {name} is {key}. Choose another name.")
    others = [other for other, key in devices.items() if key == device.hex() and other != name]
    if others:
        raise UsageError(f"Expected a new device, found the key of “{others[0]}”, which is accepted already.")
    if device.hex() in revoked and not although_revoked:
        before = revoked[device.hex()]
        raise UsageError(
            f"Expected a device that was never revoked, found “{before['name']}”, revoked on {before['day']}: it was "
            "seized, or turned. Do not accept it. If that was a mistake, and the person in the field has told you so "
            "over a second channel, say --although-revoked."
        )
    if not (although_uninvited or is_invited(home, name)):
        waiting = ", ".join(f"“{each}”" for each in invited(home)) or "nobody"
        raise UsageError(
            f"Expected the name of a device that was invited, found “{name}”. Invited, and not accepted yet: {waiting}."
            " Give the name that the invitation was made for. If two devices use one invitation, or this one was "
            "invited by another desk, choose a name and say --although-uninvited."
        )


def is_invited(home: Home, name: str) -> bool:
    """Return whether somebody was invited, or is accepted, by this name."""
    return name in home.settings["devices"] or name in invited(home)


def invited(home: Home) -> dict[str, str]:
    """Return names that an invitation was made for and no device is accepted by, each with the day of the last."""
    days = dict(sorted(label.partition(" ")[::2] for label in home.settings["recipients"]))
    return {name: day for name, day in days.items() if name not in home.settings["devices"]}


def key_of(home: Home, name: str) -> str:
    """Return the key of the device *name*, 64 hexadecimal digits.

    Raises UsageError if no accepted device has this name.
    """
    key: str | None = home.settings["devices"].get(name)
    if key is None:
        raise UsageError(f"Expected an accepted device's name, found {name}. 'tamizdat keys print' lists them.")
    return key


def revoke(home: Home, name: str, today: date) -> None:
    """Take no more consignments of the device *name*: it was seized, or turned. Its key and the day are remembered.

    Raises UsageError if no accepted device has this name.
    """
    with home.changing():
        key = key_of(home, name)
        del home.settings["devices"][name]
        home.settings.get("since", {}).pop(key, None)
        home.settings.setdefault("revoked", {})[key] = {"name": name, "day": today.isoformat()}


def limit(home: Home, name: str, size: int | None) -> None:
    """Let the device *name* store *size* bytes in a day: 0 is no limit, None nine tenths of what was free.

    Raises UsageError if no accepted device has this name.
    """
    with home.changing():
        key = key_of(home, name)
        limits = home.settings.setdefault("limits", {})
        limits.pop(key, None)
        if size is not None:
            limits[key] = size


def require_sealing_key(home: Home, label: str) -> None:
    """Raise UsageError if the desk has no sealing key of this *label*."""
    if label not in home.keyring.sealing:
        raise UsageError(f"Expected the label of a sealing key, found {label}. See 'tamizdat keys print'.")


def retire(home: Home, label: str, passphrase: bytes, work: int = WORK) -> None:
    """Destroy a sealing key: what was sealed to it and is not received yet can never be opened again, by anyone.

    Raises UsageError.
    """
    with home.changing():
        home.keyring = Keyring.load(home.folder / "keys.age", passphrase)
        require_sealing_key(home, label)
        with backups.changing(home.folder) as told:  # first: a backup that is thought to hold it does no harm
            told.retired += 1
        del home.keyring.sealing[label]
        home.settings["recipients"].pop(label, None)
        home.keyring.save(home.folder / "keys.age", passphrase, work)
        withhold(home.keyring, home.settings)


def set_recovery_key(home: Home, recipient: Recipient, day: str) -> None:
    """Seal backups to *recipient* from now on; its other half stands on paper."""
    with home.changing():
        home.settings["recovery"] = {"recipient": recipient.to_text(), "day": day}


def change_passphrase(home: Home, old: bytes, new: bytes, work: int = WORK) -> None:
    """Wrap the folder's keys with another passphrase; the file is replaced whole or not at all."""
    with home.changing():
        Keyring.load(home.folder / "keys.age", old).save(home.folder / "keys.age", new, work)


def device_text(home: Home) -> str:
    """Return the text of the device's public key, which the field reads to the desk."""
    return encode_device(home.keyring.signing["device"].public)
