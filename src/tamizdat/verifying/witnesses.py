"""Who else signed the ledger's checkpoints: the witnesses of the roster, and how many of them it demands.

::

    witnesses ← checkpoint    the roster's quorum of witnesses signed the same checkpoint

Their lines come after an edition was signed, so they stand in a file of their own (:mod:`.checkpoint_files`), which
begins with the note that proofs carry.
"""

from tamizdat.errors import CheckFailed
from tamizdat.verifying.checkpoint_files import CHECKPOINTS
from tamizdat.verifying.evidence import Evidence
from tamizdat.verifying.report import Claim, Verdict


def judge_witnesses(evidence: Evidence, claim: Claim) -> None:
    """Judge who witnessed the checkpoint; raises BadNote for fewer than the roster demands, CheckFailed."""
    head, policy, note = evidence.known_checkpoint(), evidence.known_roster().policy, evidence.note
    path = f"{CHECKPOINTS}{head.size}/checkpoint"
    if evidence.folder.has(path):
        note = evidence.folder.read(path)
        if not note.startswith(evidence.note):
            raise CheckFailed(f"Expected the ledger's checkpoint at the beginning of {path}, found other bytes.")
    _, witnessed = policy.open(note)
    if witnessed:
        claim.say(f"Witnessed by {' and '.join(filter(None, [', '.join([*witnessed][:-1]), [*witnessed][-1]]))}.")
    elif policy.witnesses:
        claim.say(
            f"None of its witnesses ({', '.join(policy.names)}) signed; its roster demands none.", Verdict.UNKNOWN
        )
    else:
        claim.say("None: when this ledger existed is the desk's word, unless stamps say it.", Verdict.UNKNOWN)
