"""The links of a whole site: what a sceptic's own tool does too (``docs/spec/verification.md``).

::

    roster ← root            whose keys count; the reader compares the root's fingerprint over a second channel
    checkpoint ← witnesses   the whole ledger in three lines, signed by the roster's log key
    edition                  which files and items, at which place of the ledger
    ledger                   the entries give the checkpoint's root
    items                    every item is listed, as the edition names it; the files are for :mod:`.listed_files`

Each function judges the links that its name tells, with ``with evidence.report.link(…)``; nothing is believed because
of where it lies or what it is called. A failure goes into the report, so none of them raises.
"""

from collections.abc import Callable, Sequence

from tamizdat.encoding import sha256_hex
from tamizdat.errors import BadProof, BadStatement, CheckFailed
from tamizdat.ledger.cosignature import Policy
from tamizdat.ledger.proof import TlogProof
from tamizdat.ledger.published_log import read_log
from tamizdat.ledger.roster import Roster
from tamizdat.ledger.statement import Envelope
from tamizdat.ledger.tiles import WIDTH
from tamizdat.statements.published import read as read_edition
from tamizdat.verifying.edition import EDITION, EDITION_PROOF, ITEMS, ROSTER, Items
from tamizdat.verifying.evidence import Evidence
from tamizdat.verifying.report import Unjudged
from tamizdat.verifying.root_of_trust import judge_root
from tamizdat.verifying.untrusted_folder import LARGE
from tamizdat.verifying.witnesses import judge_witnesses


def trust(evidence: Evidence, others: Sequence[str], misplaced: Sequence[str] = ()) -> bool:
    """Judge the roster and the root it hangs from, and return whether it makes sense to go on; if not, say so.

    Under a root that is not the reader's, a stranger says what there is to compute: *others* are links not judged then.
    *misplaced* are folders between the site's and an item's, with the latter, that have a roster of their own: it would
    decide what "above" the item is.
    """
    with evidence.report.link("roster") as claim:
        evidence.roster = roster = Roster.open(evidence.folder.read(ROSTER))
        evidence.report.root = roster.root.fingerprint
        claim.say(f"Version {roster.version}, signed by its root, for the ledger {roster.policy.log.name}.")
        if misplaced:
            raise CheckFailed(
                f"Expected one {ROSTER}, that of the site's folder, found one more in {', '.join(misplaced)}. Somebody"
                " put it there; get the item anew, from elsewhere."
            )
    with evidence.report.link("root", "roster") as claim:
        judge_root(evidence, claim)
    sound = all(link.name != "root" for link in evidence.report.broken)
    for name in () if sound else others:
        with evidence.report.link(name):
            raise Unjudged("Not judged: another root.")
    return sound


def head(evidence: Evidence, note: Callable[[], bytes] | None = None) -> None:
    """Judge the checkpoint, which *note* reads inside a proof (by default that of the ledger), and its witnesses."""
    with evidence.report.link("checkpoint", "root") as claim:
        evidence.note = note() if note else evidence.folder.read("ledger/checkpoint")
        found, _ = Policy(evidence.known_roster().policy.log).open(evidence.note)  # witnesses are the next link
        evidence.checkpoint = found
        claim.say(f"The ledger's key signed it: {found.size:,} entries; random ones hide how much the desk did.")
    with evidence.report.link("witnesses", "checkpoint") as claim:
        judge_witnesses(evidence, claim)


def published(evidence: Evidence) -> None:
    """Judge the edition."""
    with evidence.report.link("edition", "root", "checkpoint") as claim:
        data = evidence.folder.read(EDITION)
        envelope = Envelope.parse(data)
        evidence.edition = said = read_edition(envelope.statement())
        way = evidence.folder.read(EDITION_PROOF)
        head, proof = evidence.known_checkpoint(), TlogProof.parse(way)
        if proof.checkpoint != evidence.note:
            raise BadProof(
                "Expected the edition's proof for the checkpoint in the ledger, found one for an earlier state."
            )
        evidence.disclosed(data, envelope, proof)
        if said.origin != head.origin:
            raise BadStatement(f"Expected an edition of the ledger {head.origin}, found one of {said.origin}.")
        claim.say(
            f"Edition {said.number}, signed by the desk and unaltered since it became entry {proof.index}. Its"
            f" date, {said.date}, is the desk's word."
        )


def whole_ledger(evidence: Evidence, files: int) -> None:
    """Judge the ledger by its entries; *files* is how many there are: nothing is allocated for more than they hold."""
    with evidence.report.link("ledger", "root", "checkpoint") as claim:
        head = evidence.known_checkpoint()
        if head.size > WIDTH * files:
            raise BadProof(f"Expected the tiles of {head.size} entries, found fewer files than that takes: {files}.")
        folder = evidence.folder
        evidence.entries = read_log(
            head.size,
            head.root,
            lambda path: folder.read(f"ledger/{path}", LARGE),
            lambda path: folder.digest(f"ledger/{path}"),
        )
        claim.say(f"Its {head.size:,} entries give the checkpoint's root.")


def listed_items(evidence: Evidence) -> None:
    """Judge the list of items."""
    with evidence.report.link("items", "edition") as claim:
        data = evidence.folder.read(ITEMS, LARGE)
        evidence.items = items = Items.parse(data)
        edition = evidence.known_edition()
        if (count := len(items.digests)) != edition.items.count:
            raise BadProof(f"Expected a list of {edition.items.count} items, as the edition says, found {count} in it.")
        if (root := edition.items.root.hex()) != (given := items.root.hex()):
            raise BadProof(f"Expected a list of items with the root {root}, as the edition says, found {given}.")
        if edition.format and (found := sha256_hex(data)) != edition.list_of_items:
            raise BadProof(f"Expected a list of items with the SHA-256 {edition.list_of_items}, found {found}.")
        claim.say(f"Items: {count}, as the edition names them.")
