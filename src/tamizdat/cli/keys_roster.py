"""The action ``keys roster``: whose keys count, who watches the ledger; new witnesses, signed by the root key."""

from argparse import Namespace

from tamizdat.cli.console import Out
from tamizdat.cli.keys_recovery import read_root_key
from tamizdat.cli.open_home import open_archive, open_home, passphrase_for
from tamizdat.cli.parser import Parser
from tamizdat.cli.witness_keys import read_witnesses
from tamizdat.encoding import Json, spoken
from tamizdat.errors import UsageError
from tamizdat.home.home import Home
from tamizdat.home.roster_change import RosterChange, addresses_of, change_roster
from tamizdat.home.rotate import newest_roster
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
        "--root", metavar="FILE", action="append", default=[], help="root.age, on the stick; signs the change"
    )
    shown.add_argument("--policy", action="store_true", help="show it as a policy file for others' tools (tlog-policy)")


def run(args: Namespace, out: Out) -> int:
    """Change the roster if that is asked, and show it. Raises UsageError."""
    home = open_home(args, "desk", passphrase_for(args, "desk"))
    change = RosterChange(
        read_witnesses(args.add_witness),
        args.remove_witness,
        args.quorum,
        dict(_address(each) for each in args.witness_address),
    )
    if change.needs_root and not args.root:
        raise UsageError("Expected --root FILE: a change of the roster is signed by the root key, on the stick.")
    roots = [read_root_key(path, args.passphrase_fd) for path in args.root]
    with open_archive(args) as archive:
        before = newest_roster(archive, bytes.fromhex(home.settings["root"]))
        asked = change.needs_root or change.addresses or roots
        roster = change_roster(home, archive, change, roots) if asked and not args.dry_run else before
    if args.policy:
        out.show(policy_file(roster.policy).rstrip("\n"))
        return 0
    _show(home, roster, out)
    if roster.version > before.version:
        out.say("It is signed. Readers have it with the next edition: 'tamizdat publish'. Take the stick out.")
    return 0


def _show(home: Home, roster: Roster, out: Out) -> None:
    policy, addresses = roster.policy, addresses_of(home)
    root = roster.root
    out.say(f"Version {roster.version} of the roster, signed by {root.threshold} of {len(root.keys)} root keys:")
    out.show(f"\n  {spoken(root.fingerprint)}\n")
    out.show(f"ledger    {policy.log.encode()}")
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
