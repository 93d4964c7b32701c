"""How one version of the roster follows another: who may say, from the next version on, whose keys count."""

from collections.abc import Sequence

from tamizdat.encoding import sha256
from tamizdat.errors import BadRoster
from tamizdat.ledger.roster import Roster


def open_chain(envelopes: Sequence[bytes], fingerprint: bytes | None = None) -> Roster:
    """Return the newest of the versions, oldest first; the oldest has the root of *fingerprint*.

    Raises :class:`BadRoster`.
    """
    if not envelopes:
        raise BadRoster(
            "Expected a ledger that begins with a roster, found none in it: it was cut off. Put back a whole copy of "
            "the folder archive/, or make the desk again from its backup with 'tamizdat setup desk --restore'."
        )
    roster = Roster.open(envelopes[0], fingerprint)
    for envelope in envelopes[1:]:
        earlier, roster = roster, Roster.open(envelope)
        check_follows(roster, earlier)
    return roster


def check_follows(roster: Roster, earlier: Roster) -> None:
    """Raise :class:`BadRoster` unless *roster* is the version after *earlier*, by the will of its root."""
    if roster.version != earlier.version + 1 or roster.previous != sha256(earlier.envelope):
        raise BadRoster(f"Expected version {earlier.version + 1} that names the one before, found {roster.version}.")
    if roster.policy.log.name != earlier.policy.log.name:
        raise BadRoster(
            f"Expected a roster of the ledger {earlier.policy.log.name}, found one of {roster.policy.log.name}."
        )
    if roster.root != earlier.root and roster.root.fingerprint not in earlier.successors:
        earlier.root.check_signed(roster.envelope)
