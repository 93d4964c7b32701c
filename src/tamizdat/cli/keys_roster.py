"""The action ``keys roster``: whose keys count, who watches the ledger; new witnesses, a root of several keys."""

from argparse import Namespace
from dataclasses import replace
from pathlib import Path

from tamizdat.cli.console import Out
from tamizdat.cli.keys_recovery import parse_shares, read_root_key
from tamizdat.cli.open_home import open_archive, open_with_passphrase
from tamizdat.cli.parser import Parser, there
from tamizdat.cli.witness_keys import read_witnesses
from tamizdat.encoding import Json, spoken
from tamizdat.errors import UsageError
from tamizdat.home.home import Home
from tamizdat.home.roster_change import RosterChange, addresses_of, change_roster
from tamizdat.home.rotate import newest_roster
from tamizdat.home.setup import check_roots, new_root, root_files, save_root_keys
from tamizdat.keys import SigningKey
from tamizdat.ledger.cosignature import PostQuantumWitness, Witness
from tamizdat.ledger.policy_file import policy_file
from tamizdat.ledger.roster import Roster
from tamizdat.witness.ask import checked_url


def add(parser: Parser) -> None:
    """Declare what the action takes."""
    shown = parser.action("roster", "show whose keys count and who witnesses; add witnesses")
    shown.add_argument(
        "--add-witness", metavar="FILE|KEY", action="append", default=[],
        help="a witness's verifier keys, a line each, as 'tamizdat mirror --witness' writes them; or one key",
    )  # fmt: skip
    shown.add_argument(
        "--witness-address", metavar="NAME=URL", action="append", default=[], help="where a witness is asked"
    )
    shown.add_argument("--remove-witness", metavar="NAME", action="append", default=[], help="ask it no more")
    shown.add_argument("--quorum", metavar="N", type=int, help="how many of the witnesses readers demand")
    shown.add_argument(
        "--root",
        metavar="FILE",
        type=there,
        action="append",
        default=[],
        help="root.age, on the stick; signs it",
    )
    shown.add_argument(
        "--roots", metavar="K-OF-N",
        help="a desk of several: makes N new root keys, of which K sign together from now on, like 2-of-3",
    )  # fmt: skip
    shown.add_argument("--policy", action="store_true", help="show it as a policy file for others' tools (tlog-policy)")


def run(args: Namespace, out: Out) -> int:
    """Change the roster if that is asked, and show it. Raises UsageError."""
    change = RosterChange(
        read_witnesses(args.add_witness),
        args.remove_witness,
        args.quorum,
        dict(_address(each) for each in args.witness_address),
    )
    home, passphrase = open_with_passphrase(args, "desk")
    if (change.needs_root or args.roots) and not args.root:
        raise UsageError("Expected --root FILE: a change of the roster is signed by the root key, on the stick.")
    roots = [read_root_key(path, args.passphrase_fd) for path in args.root]
    if args.roots:
        made, change = _new_root(args, home, change, passphrase)
        roots += made
    with open_archive(args) as archive:
        before = newest_roster(archive, bytes.fromhex(home.settings["root"]))
        asked = change.needs_root or change.addresses or roots
        roster = change_roster(home, archive, change, roots) if asked and not args.dry_run else before
    if args.policy:
        out.show(policy_file(roster.policy).rstrip("\n"))
        return 0
    _show(home, roster, out)
    if roster.root != before.root:
        _say_new_root(roster, before, args.home, out)
    if roster.version > before.version:
        out.say("It is signed. Readers have it with the next edition: 'tamizdat publish'. Take the stick out.")
    return 0


def _new_root(
    args: Namespace, home: Home, change: RosterChange, passphrase: bytes
) -> tuple[list[SigningKey], RosterChange]:
    """Make the root keys of a desk of several, and write them into its folder, from where people carry them away."""
    needed, count = parse_shares(args.roots)
    check_roots(needed, count)
    if there := [name for name in root_files(count) if (home.folder / name).exists()]:
        raise UsageError(
            f"Expected no root key in the desk's folder, found {there[0]}: it is never overwritten. Carry it to its "
            "stick; or, if this command was cut off before and 'keys roster' still shows the old root, delete it."
        )
    keys, root = new_root(needed, count)
    if not args.dry_run:
        save_root_keys(keys, home.folder, passphrase)
    return keys, replace(change, root=root)


def _say_new_root(roster: Roster, before: Roster, folder: Path, out: Out) -> None:
    count = len(roster.root.keys)
    out.say(
        f"The desk has another root: {roster.root.threshold} of {count} keys sign together. Carry "
        f"{', '.join(root_files(count))} from {folder} each to a stick, and each stick to another person. The old "
        "root key counts for nothing any more; destroy it when the sticks were tried ('keys roster --root FILE' with "
        "enough of them)."
    )
    out.say("Who knows the old fingerprint is led to the new one by every edition; print the new one from now on. Old:")
    out.show(f"\n  {spoken(before.root.fingerprint)}\n")


def _show(home: Home, roster: Roster, out: Out) -> None:
    policy, addresses = roster.policy, addresses_of(home)
    root = roster.root
    out.say(f"Version {roster.version} of the roster, signed by {root.threshold} of {len(root.keys)} root keys:")
    out.show(f"\n  {spoken(root.fingerprint)}\n")
    out.show(f"ledger\n  {policy.log.encode()}")
    out.show("          " + ("and with ML-DSA-44" if policy.second else "without ML-DSA-44 ('--root FILE' adds it)"))
    for key in roster.keys:
        end = "on" if key.until is None else f"to {key.until - 1:,}"
        out.show(f"{key.role:<9} {key.key.hex()[:16]}… from entry {key.start:,} {end}")
    for name in policy.names:
        kinds = [_kind(each) for each in policy.witnesses if each.name == name]
        out.show(f"witness   {name} ({', '.join(kinds)}), {addresses.get(name, 'no address: it is not asked')}")
    if policy.names:
        out.say(f"Readers demand {policy.quorum} of {len(policy.names)}.")
    else:
        out.say("Nobody witnesses this ledger. Another desk can: 'tamizdat mirror --witness' there.")
    out.record(
        {
            "roster": roster.version,
            "fingerprint": spoken(root.fingerprint),
            "log": policy.log.encode(),
            "second": policy.second.encode() if policy.second else None,
            "witnesses": list[Json]([each.encode() for each in policy.witnesses]),
            "quorum": policy.quorum,
            "addresses": dict(addresses),
        }
    )


def _kind(witness: Witness) -> str:
    return "ML-DSA-44" if isinstance(witness, PostQuantumWitness) else "Ed25519"


def _address(text: str) -> tuple[str, str]:
    name, equals, url = text.partition("=")
    if not equals:
        raise UsageError(f"Expected NAME=URL, found {text!r}.")
    return name.strip(), checked_url(url)
