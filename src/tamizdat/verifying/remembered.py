"""What a reader remembers of the newest edition that held, and what comes of it.

::

    edition ← newest         not older than what was seen
    ledger ← history         the ledger begins with the one that was seen

Without a memory there is only ``newest``, unknown: newer editions may exist.
"""

from tamizdat.encoding import sha256_hex
from tamizdat.errors import CheckFailed
from tamizdat.verifying.edition import EDITION
from tamizdat.verifying.evidence import Evidence
from tamizdat.verifying.report import Seen, Unjudged, Verdict


def not_older(evidence: Evidence) -> None:
    """Judge the edition against the one remembered, and the ledger if the whole of it was read."""
    seen = evidence.seen
    with evidence.report.link("newest", "edition") as claim:
        edition, roster = evidence.known_edition(), evidence.known_roster()
        digest = sha256_hex(evidence.folder.read(EDITION))
        claim.say("No earlier edition is remembered here; newer ones may exist.", Verdict.UNKNOWN)
        if seen:
            if edition.number < seen.edition or roster.version < seen.roster:
                raise CheckFailed(
                    f"Expected edition {seen.edition} and version {seen.roster} of the roster or later ones, for you"
                    f" saw these; found edition {edition.number} and version {roster.version}. Get the site anew, from"
                    " elsewhere."
                )
            before = digest if edition.number == seen.edition else edition.previous
            if edition.number <= seen.edition + 1 and before != seen.digest:
                raise CheckFailed(
                    f"Expected the edition {seen.edition} that you saw, {seen.digest}, or the one made after it; found"
                    f" {before}. The desk may have shown you and others different editions: tell others who read this"
                    " site."
                )
            claim.say(f"Not older than edition {seen.edition}, which you saw; newer ones may exist.")
    if seen:
        _history(evidence, seen)


def seen_before(evidence: Evidence) -> None:
    """Judge an item without an edition above it against the edition remembered, if there is one."""
    if (seen := evidence.seen) is None:
        return
    with evidence.report.link("newest", "roster") as claim:
        if (version := evidence.known_roster().version) < seen.roster:
            raise CheckFailed(
                f"Expected version {seen.roster} of the roster or a later one, for you saw that; found version"
                f" {version}. Get the item anew, from the newest edition."
            )
        claim.say(
            f"You saw edition {seen.edition}; this item does not come with it. Look it up there: it may have been"
            " corrected or withdrawn.",
            Verdict.UNKNOWN,
        )
    _history(evidence, seen)


def _history(evidence: Evidence, seen: Seen) -> None:
    with evidence.report.link("history", "ledger") as claim:
        if (size := evidence.known_checkpoint().size) < seen.size:
            raise CheckFailed(
                f"Expected a ledger of {seen.size} entries or more, for you saw these; found {size}."
                + (" It was cut." if evidence.above else " The item is older: get it anew, from the newest edition.")
            )
        if not evidence.whole:
            claim.say("Check the whole site to compare its ledger with the one you saw.", Verdict.UNKNOWN)
            return
        if evidence.entries is None:
            raise Unjudged("The ledger's entries are needed to compare it with the one you saw.")
        if (first := evidence.entries.root(seen.size).hex()) != seen.ledger:
            raise CheckFailed(
                f"Expected a ledger whose first {seen.size} entries have the root you saw, {seen.ledger}, found"
                f" {first}: it was rewritten. Tell others who read this site."
            )
        claim.say(f"It begins with the {seen.size} entries you saw.")
