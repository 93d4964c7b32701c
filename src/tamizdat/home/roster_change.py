"""Another roster for a desk that keeps its keys: new witnesses, how many readers demand, a second log key, a root.

A new version, signed by the root key from the stick, becomes the next entry of the ledger and goes out with the next
edition. Keys keep their ranges. Where witnesses are reached is no reader's business: their addresses stay in the desk's
sealed settings.

A desk of one that becomes a desk of several makes new root keys, a stick for each of them. The old root signs once
more, with all the new ones; from then on it signs nothing that counts. The new roster has another fingerprint, and the
old one leads to it: readers, mirrors and this desk's own settings go on from the root they know.
"""

from collections.abc import Mapping, Sequence
from dataclasses import field, replace

from tamizdat.archive import Archive
from tamizdat.dataclass import dataclass
from tamizdat.encoding import sha256
from tamizdat.errors import BadNote, KeyMissing, UsageError
from tamizdat.home.home import Home
from tamizdat.home.rotate import newest_roster
from tamizdat.keys import PostQuantumKey, SigningKey
from tamizdat.ledger.cosignature import Policy, PostQuantumWitness, Witness
from tamizdat.ledger.roster import Root, Roster
from tamizdat.ledger.roster_chain import check_follows
from tamizdat.ledger.signing import sign_roster


@dataclass(frozen=True)
class RosterChange:
    """What is to be another: witnesses that come and go (by name), quorum, where witnesses are reached, the root."""

    add: Sequence[Witness] = ()
    remove: Sequence[str] = ()
    quorum: int | None = None
    addresses: Mapping[str, str] = field(default_factory=dict)
    root: Root | None = None  #: other root keys, and how many of them sign from now on

    @property
    def needs_root(self) -> bool:
        """Whether the roster itself changes, which the root signs."""
        return bool(self.add or self.remove or self.quorum is not None or self.root)


def addresses_of(home: Home) -> dict[str, str]:
    """Return where each witness of the desk is reached, by its name."""
    return dict(home.settings.get("witnesses", {}))


def change_roster(home: Home, archive: Archive, change: RosterChange, roots: Sequence[SigningKey]) -> Roster:
    """Make the next version of the roster, signed by *roots*, and keep the addresses; return the roster in force.

    Without a change of the roster only addresses are kept. Raises UsageError for a witness that is there, or is not,
    and for a quorum that cannot be; KeyMissing if *roots* are not enough of the root's keys.
    """
    with home.changing():
        roster = newest_roster(archive, bytes.fromhex(home.settings["root"]))
        if change.needs_root or roots:
            changed = _changed(roster, change, home.keyring.signing["log"])
            signers = [key for key in roots if key.public in (*roster.root.keys, *changed.root.keys)]
            if len({key.public for key in signers}.intersection(roster.root.keys)) < roster.root.threshold:
                raise KeyMissing(
                    f"Expected {roster.root.threshold} of the root's keys, found {len(roots)} files without enough of "
                    "them. Give each with --root FILE: it is on the stick in the drawer."
                )
            if (changed.policy, changed.root) != (roster.policy, roster.root):
                envelope = sign_roster(changed, [(key.public, key.sign) for key in signers])
                check_follows(Roster.open(envelope), roster)
                archive.append([envelope])
                roster = Roster.open(envelope)
        known = {**addresses_of(home), **change.addresses}
        if strange := sorted(change.addresses.keys() - set(roster.policy.names)):
            raise UsageError(f"Expected the name of a witness of the roster, found {strange[0]}.")
        home.settings["witnesses"] = {name: url for name, url in known.items() if name in roster.policy.names}
    return roster


def _changed(roster: Roster, change: RosterChange, log: SigningKey) -> Roster:
    before = roster.policy
    if strange := [name for name in change.remove if name not in before.names]:
        raise UsageError(f"Expected the name of a witness of the roster, found {strange[0]}.")
    known = {each.public for each in before.witnesses}
    if there := [each for each in change.add if each.public in known]:
        raise UsageError(f"Expected a new witness, found the key of {there[0].name}, which the roster has already.")
    kept = [each for each in before.witnesses if each.name not in change.remove]
    quorum = before.quorum if change.quorum is None else change.quorum
    try:
        second = PostQuantumWitness(before.log.name, PostQuantumKey(log).public)
        policy = Policy(before.log, (*kept, *change.add), quorum, second)
    except BadNote as error:
        raise UsageError(f"This cannot be a roster. {error} Say --quorum N too, if fewer witnesses remain.") from error
    before_it = sha256(roster.envelope)
    root = change.root or roster.root
    return replace(roster, root=root, policy=policy, version=roster.version + 1, previous=before_it, envelope=b"")
