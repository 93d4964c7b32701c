"""New keys for a desk: a new version of the roster, signed by the root key from the stick.

The old key's range ends at the ledger's present size, the new one's begins there: what was signed before still counts,
and whoever has the old key can add nothing that does. The new roster is the next entry of the ledger itself.

The new keys are in ``keys.age`` before the roster names them, and while that lasts the desk signs nothing: killed at
any moment, the same command goes on.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from tamizdat.archive import Archive
from tamizdat.dataclass import dataclass
from tamizdat.encoding import sha256
from tamizdat.errors import KeyMissing, UsageError
from tamizdat.home.home import Home
from tamizdat.home.keyring import WORK, Keyring
from tamizdat.home.withheld import CATCH_UP, withhold
from tamizdat.keys import PostQuantumKey, SigningKey
from tamizdat.ledger.cosignature import Policy, PostQuantumWitness
from tamizdat.ledger.note import Verifier
from tamizdat.ledger.roster import ACT, RoleKey, Roster
from tamizdat.ledger.roster_chain import open_chain
from tamizdat.ledger.signing import sign_roster

ROLES: Final = ("desk", "log")
NEXT: Final = "next-"  #: before the role of a key that no roster names yet


@dataclass(frozen=True)
class Rotated:
    """The roster that counts now, and from which entry of the ledger its keys do."""

    version: int
    start: int


def rotate(home: Home, archive: Archive, roots: Sequence[SigningKey], passphrase: bytes, work: int = WORK) -> Rotated:
    """Replace the desk's and the log's signing keys; *roots* are enough of the root's keys.

    Raises KeyMissing if they are not, UsageError if the ledger of a restored desk was not compared yet.
    """
    with home.changing():
        said = home.settings.get("withheld") or {}
        if said.get("caught_up") is False:
            raise UsageError(
                "Expected a ledger that was compared with the published one, found one that was not. First: "
                f"{CATCH_UP}."
            )
        roster = newest_roster(archive, bytes.fromhex(home.settings["root"]))
        signers = [key for key in roots if key.public in roster.root.keys]
        if len({key.public for key in signers}) < roster.root.threshold:
            raise KeyMissing(
                f"Expected {roster.root.threshold} of the root's keys, found {len(signers)}. Give each with --root "
                "FILE."
            )
        version = said.get("rotating") or roster.version + 1  # of a run that was cut off, or of this one
        home.settings["withheld"] = {**said, "rotating": version}
        home.save()
        path = home.folder / "keys.age"
        ring = Keyring.load(path, passphrase)
        if roster.version < version:
            for role in ROLES:
                ring.signing.setdefault(NEXT + role, SigningKey.generate())
            ring.save(path, passphrase, work)
            roster = _next_version(roster, archive.size, ring.signing[NEXT + "desk"], ring.signing[NEXT + "log"])
            archive.append([sign_roster(roster, [(key.public, key.sign) for key in signers])])
        for role in ROLES:
            ring.signing[role] = ring.signing.pop(NEXT + role, ring.signing[role])
        ring.save(path, passphrase, work)
        home.keyring = ring
        home.settings.pop("withheld", None)
        withhold(home.keyring, home.settings)
    start = next(each.start for each in roster.keys if each.key == home.keyring.signing["desk"].public)
    return Rotated(roster.version, start)


def newest_roster(archive: Archive, root: bytes) -> Roster:
    """Return the newest version of the ledger's roster; *root* is the first one's fingerprint. Raises BadRoster."""
    return open_chain([archive.disclosure(index).envelope for index in archive.index.by_act(ACT)], root)


def _next_version(roster: Roster, size: int, desk: SigningKey, log: SigningKey) -> Roster:
    ended = [replace(each, until=size) if each.role == "desk" and each.until is None else each for each in roster.keys]
    origin = roster.policy.log.name
    second = PostQuantumWitness(origin, PostQuantumKey(log).public)
    policy = Policy(Verifier(origin, log.public), roster.policy.witnesses, roster.policy.quorum, second)
    return replace(
        roster,
        policy=policy,
        keys=(*ended, RoleKey("desk", desk.public, size)),
        version=roster.version + 1,
        previous=sha256(roster.envelope),
        envelope=b"",
    )
