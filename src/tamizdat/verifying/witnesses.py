"""Who else signed the ledger's checkpoints: the witnesses of the roster, and how many of them it demands.

::

    witnesses ← checkpoint    the roster's quorum of witnesses signed the same checkpoint
    checkpoints ← ledger      each checkpoint that is kept beside the ledger is a beginning of it

Their lines come after an edition was signed, so they stand in a file of their own (:mod:`.checkpoint_files`), which
begins with the note that proofs carry.
"""

import re
from collections.abc import Sequence
from typing import Final

from tamizdat.errors import BadProof, CheckFailed
from tamizdat.ledger.checkpoint import Checkpoint
from tamizdat.ledger.cosignature import Policy
from tamizdat.ledger.note import split_note
from tamizdat.verifying.checkpoint_files import CHECKPOINTS, SIZE
from tamizdat.verifying.evidence import Evidence, needed
from tamizdat.verifying.report import Claim, Verdict

TOO_FEW: Final = "Expected the cosignatures of "  #: how :class:`Policy` begins to say that
KEPT: Final = re.compile(rf"{CHECKPOINTS}(?P<size>{SIZE})/checkpoint", re.ASCII)


def judge_witnesses(evidence: Evidence, claim: Claim) -> None:
    """Judge who witnessed the checkpoint; raises BadNote for fewer than are demanded, CheckFailed."""
    head, policy, note = evidence.known_checkpoint(), evidence.known_roster().policy, evidence.note
    path = f"{CHECKPOINTS}{head.size}/checkpoint"
    if evidence.folder.has(path):
        note = evidence.folder.read(path)
        if not note.startswith(evidence.note):
            raise CheckFailed(f"Expected the ledger's checkpoint at the beginning of {path}, found other bytes.")
    _, witnessed = policy.open(note)
    if evidence.demanded:  # by the reader, who knows them from elsewhere
        own = tuple(evidence.demanded)
        witnessed |= Policy(policy.log, own, len({each.name for each in own})).open(note)[1]
    if witnessed:
        claim.say(f"Witnessed by {' and '.join(filter(None, [', '.join([*witnessed][:-1]), [*witnessed][-1]]))}.")
    elif policy.witnesses:
        claim.say(
            f"None of its witnesses ({', '.join(policy.names)}) signed; its roster demands none.", Verdict.UNKNOWN
        )
    else:
        claim.say("None: when this ledger existed is the desk's word, unless stamps say it.", Verdict.UNKNOWN)


def require_beginning(note: bytes, known: Checkpoint | None, policy: Policy, path: str) -> None:
    """Raise BadProof, BadNote for a note at *path* of another checkpoint than *known*, or if a signature does not hold.

    Of a log with another key than the policy's, as an earlier roster had one, no signature is asked.
    """
    text, signatures = split_note(note)
    found = Checkpoint.parse(text)
    if found != known:
        raise BadProof(
            f"Expected in {path} a checkpoint of the first {path.split('/')[-2]} entries of this ledger, found one of"
            f" {found.size} with the root {found.root.hex()}. Tell others who read this site."
        )
    if any((name, key_id) == (policy.log.name, policy.log.key_id) for name, key_id, _ in signatures):
        Policy(policy.log, policy.witnesses, 0, policy.second).open(note)


def judge_kept(evidence: Evidence, files: Sequence[str]) -> None:
    """Judge the checkpoints that are kept beside the ledger, if any are."""
    kept = [match for match in map(KEPT.fullmatch, files) if match]
    if not kept:
        return
    with evidence.report.link("checkpoints", "ledger") as claim:
        policy = evidence.known_roster().policy
        entries = needed(evidence.entries, "the ledger's entries")
        for match in kept:
            size, data = int(match["size"]), evidence.folder.read(match[0])
            head = evidence.known_checkpoint()
            known = Checkpoint(head.origin, size, entries.root(size)) if size <= head.size else None
            require_beginning(data, known, policy, match[0])
        claim.say(f"{len(kept)} of them, each a beginning of this ledger.")
