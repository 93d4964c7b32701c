"""The links of a whole site: what a sceptic's own tool does too (``docs/spec/verification.md``).

::

    roster ← root            whose keys count; the reader compares the root's fingerprint over a second channel
    checkpoint ← witnesses   the whole ledger in three lines, signed by the roster's log key
    edition ← newest         which files and items, at which place of the ledger; not older than what was seen
    ledger ← history         the entries give the checkpoint's root, and begin with the ledger that was seen
    items, files             every item and file is listed, and every listed one is there, unaltered

Each function judges the links that its name tells, with ``with evidence.report.link(…)``; nothing is believed because
of where it lies or what it is called. A failure goes into the report, so none of them raises.
"""

from collections.abc import Sequence

from tamizdat.encoding import sha256_hex, spoken
from tamizdat.errors import BadProof, BadStatement, CheckFailed
from tamizdat.ledger.cosignature import Policy
from tamizdat.ledger.proof import TlogProof
from tamizdat.ledger.roster import Roster
from tamizdat.ledger.statement import Envelope
from tamizdat.ledger.tiles import WIDTH, read_log
from tamizdat.statements.published import read as read_edition
from tamizdat.verifying.edition import EDITION, EDITION_PROOF, ITEMS, ROSTER, Items
from tamizdat.verifying.evidence import Evidence
from tamizdat.verifying.generated_files import made_after
from tamizdat.verifying.report import Seen, Unjudged, Verdict
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
        found, origin = evidence.known_roster().root.fingerprint, evidence.known_roster().policy.log.name
        if evidence.given is not None:
            if evidence.given != found:
                raise CheckFailed(
                    f"Expected the root you gave, {spoken(evidence.given)}, found {spoken(found)}: this is not that"
                    " desk's site. Do not rely on anything in it."
                )
            claim.say("It is the root you gave.")
        elif found.hex() in evidence.memory:
            claim.say(f"It is the root you saw here before: {spoken(found)}.", Verdict.UNKNOWN)
        elif other := next((root for root, seen in evidence.memory.items() if seen.origin == origin), None):
            raise CheckFailed(
                f"Expected the root under which you saw {origin} before, {spoken(bytes.fromhex(other))}, found"
                f" {spoken(found)}. Ask the desk over a second channel which one is theirs, and give it with --root."
            )
        else:
            claim.say(f"Compare this fingerprint over a second channel: {spoken(found)}.", Verdict.UNKNOWN)
    sound = all(link.name != "root" for link in evidence.report.broken)
    for name in () if sound else others:
        with evidence.report.link(name):
            raise Unjudged("Not judged: another root.")
    return sound


def head(evidence: Evidence, path: str) -> None:
    """Judge the checkpoint, which lies in the ledger or inside a proof, and its witnesses."""
    with evidence.report.link("checkpoint", "root") as claim:
        data = evidence.folder.read(path)
        evidence.note = TlogProof.parse(data).checkpoint if path.endswith(".tlog-proof") else data
        found, _ = Policy(evidence.known_roster().policy.log).open(evidence.note)  # witnesses are the next link
        evidence.checkpoint = found
        claim.say(f"The ledger's key signed it: {found.size} entries.")
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
        index = proof.index
        if said.origin != head.origin:
            raise BadStatement(f"Expected an edition of the ledger {head.origin}, found one of {said.origin}.")
        claim.say(
            f"Edition {said.number}, signed by the desk and unaltered since it became entry {index}. Its date,"
            f" {said.date}, is the desk's word."
        )


def whole_ledger(evidence: Evidence, files: int) -> None:
    """Judge the ledger by its entries; *files* is how many there are: nothing is allocated for more than they hold."""
    with evidence.report.link("ledger", "root", "checkpoint") as claim:
        head = evidence.known_checkpoint()
        if head.size > WIDTH * files:
            raise BadProof(f"Expected the tiles of {head.size} entries, found fewer files than that takes: {files}.")
        evidence.entries = read_log(head.size, head.root, lambda path: evidence.folder.read(f"ledger/{path}", LARGE))
        claim.say(f"Its {head.size} entries give the checkpoint's root.")


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
        if (first := evidence.root_of_first(seen.size).hex()) != seen.ledger:
            raise CheckFailed(
                f"Expected a ledger whose first {seen.size} entries have the root you saw, {seen.ledger}, found"
                f" {first}: it was rewritten. Tell others who read this site."
            )
        claim.say(f"It begins with the {seen.size} entries you saw.")


def listed_items(evidence: Evidence) -> None:
    """Judge the list of items."""
    with evidence.report.link("items", "edition") as claim:
        evidence.items = items = Items.parse(evidence.folder.read(ITEMS, LARGE))
        edition = evidence.known_edition()
        if (count := len(items.digests)) != edition.items.count:
            raise BadProof(f"Expected a list of {edition.items.count} items, as the edition says, found {count} in it.")
        if items.root != edition.items.root:
            raise BadProof(
                f"Expected a list of items with the root {edition.items.root.hex()}, as the edition says, found"
                f" {items.root.hex()}."
            )
        claim.say(f"{count} items, as the edition names them.")


def listed_files(evidence: Evidence, files: Sequence[str], refused: Sequence[str]) -> None:
    """Judge that every file is listed and every listed file is there; those made after the list follow from the others.

    *files* are all paths in the folder, *refused* those that were not opened.
    """
    wrong = dict.fromkeys(refused, "Expected a plain file with a plain name, found a link, a device or an odd name.")
    with evidence.report.link("files", "edition") as claim:
        listed = evidence.list_of_files()
        made = evidence.made | made_after(evidence.folder, files, evidence.items, evidence.entries)
        for path in {*files, *filter(evidence.concerns, listed)}:
            if path not in listed and path not in made:
                wrong[path] = "Expected only files that the edition lists, found this one, which it does not list."
            elif path in listed and (difference := evidence.folder.difference(path, listed[path])):
                wrong[path] = difference
        wrong |= dict.fromkeys(
            (path for path in made if not made[path]), "Expected what follows from the other files, found other bytes."
        )
        if wrong:
            raise CheckFailed(f"Expected all files as the edition lists them, found {len(wrong)} that are not.")
        evidence.known_edition()
        claim.say(f"{len(listed)} files, all as listed, and no other.")
    for path, detail in sorted(wrong.items()):
        with evidence.report.link(f"file {path}"):
            raise CheckFailed(detail)
