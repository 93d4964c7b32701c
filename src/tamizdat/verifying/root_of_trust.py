"""The link ``root``: the root that the reader knows, or one to which that root handed over.

::

    roster-1.json  ──its root signed──►  roster-2.json  ──its root signed──►  roster.json
    the root that was printed once                                            the root that counts now

A root that hands over signs the next version of the roster together with the new one, or has named it among its
successors (:mod:`tamizdat.ledger.roster_chain`). Only a site whose root changed has the earlier versions beside it.
"""

from collections.abc import Callable
from typing import Final

from tamizdat.encoding import spoken
from tamizdat.errors import CheckFailed
from tamizdat.ledger.roster import Roster
from tamizdat.ledger.roster_chain import check_follows
from tamizdat.verifying.evidence import Evidence
from tamizdat.verifying.report import Claim, Verdict

EARLIER: Final = "roster-{}.json"  #: in a site whose root changed, an earlier version of its roster
MOST: Final = 1000  #: versions that are followed back


def judge_root(evidence: Evidence, claim: Claim) -> None:
    """Judge the root by what the reader gave and remembers; raises CheckFailed for another, BadRoster."""
    found, origin = evidence.known_roster().root.fingerprint, evidence.known_roster().policy.log.name
    if evidence.given == found:
        claim.say("It is the root you gave.")
        return
    if evidence.given is not None and not _handed_over(evidence, evidence.given):
        raise CheckFailed(
            f"Expected the root you gave, {spoken(evidence.given)}, found {spoken(found)}: this is not that"
            " desk's site. Do not rely on anything in it."
        )
    seen = {bytes.fromhex(root): each.edition for root, each in evidence.memory.items() if each.origin == origin}
    for before in sorted(seen, key=seen.__getitem__):  # a root that handed over leads no reader back who saw the next
        if before != found and not _handed_over(evidence, before):
            raise CheckFailed(
                f"Expected the root under which you saw {origin} before, {spoken(before)}, found"
                f" {spoken(found)}. Ask the desk over a second channel which one is theirs, and give it with --root."
            )
        evidence.former_root = before  # the newest, at the end: what is remembered under it counts
    if evidence.given is not None:
        claim.say(f"The root you gave handed over to this one, {spoken(found)}: give that from now on.")
    elif found.hex() in evidence.memory:
        claim.say(f"It is the root you saw here before: {spoken(found)}.", Verdict.UNKNOWN)
    elif seen:
        said = f"The root you saw here before, {spoken(before)}, handed over to this one: {spoken(found)}."
        claim.say(said, Verdict.UNKNOWN)
    else:
        claim.say(f"Compare this fingerprint over a second channel: {spoken(found)}.", Verdict.UNKNOWN)


def handed_over(newest: Roster, read: Callable[[str], bytes | None], root: bytes) -> bool:
    """Whether *newest* follows, version by version, from one with this root; *read* gives a file, None for none there.

    Raises BadRoster for a version that is none, or that does not follow.
    """
    later = newest
    for version in range(newest.version - 1, max(0, newest.version - MOST), -1):
        data = read(EARLIER.format(version))
        if data is None:
            return False
        earlier = Roster.open(data)
        check_follows(later, earlier)
        if earlier.root.fingerprint == root:
            return True
        later = earlier
    return False


def _handed_over(evidence: Evidence, root: bytes) -> bool:
    """Whether a root that the reader knows handed over to the roster's."""
    folder = evidence.folder
    return handed_over(evidence.known_roster(), lambda path: folder.read(path) if folder.has(path) else None, root)
