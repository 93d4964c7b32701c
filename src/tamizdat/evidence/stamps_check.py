"""What others said of a package's checkpoints: stamps and witnesses, judged as a site's are, by what the reader trusts.

Their files lie in a package as they do in a site, below ``proofs/`` where a site has ``ledger/``; so the verifier's own
judge reads them there.
"""

from collections.abc import Mapping
from pathlib import Path

from tamizdat.encoding import timestamp
from tamizdat.evidence.layout import CHECKPOINTS, STAMPS
from tamizdat.ledger.checkpoint import Checkpoint
from tamizdat.ledger.roster import Roster
from tamizdat.verifying.evidence import Evidence
from tamizdat.verifying.report import Report, Verdict
from tamizdat.verifying.stamps import Stamps, earliest
from tamizdat.verifying.trust import Trust
from tamizdat.verifying.untrusted_folder import Folder
from tamizdat.verifying.witnesses import judge_witnesses

PROOFS, LEDGER = "data/proofs/", "ledger/"


class _ProofsAsLedger(Folder):
    """A package's folder, in which ``ledger/…`` of a site is found where the package has it."""

    def _locate(self, path: str) -> str:
        return super()._locate(PROOFS + path.removeprefix(LEDGER) if path.startswith(LEDGER) else path)


def judge_others(report: Report, base: Path, heads: Mapping[int, tuple[Checkpoint, Roster]], trust: Trust) -> None:
    """Add a link for each stamp on the checkpoints that proofs lead to, and for who witnessed each.

    *heads* are these by size, with the roster whose log key signed.
    """
    folder = _ProofsAsLedger(base)
    evidence = Evidence(folder, None, {}, whole=False)
    evidence.report, evidence.demanded = report, trust.witnesses
    files = [LEDGER + path.removeprefix(PROOFS) for path in folder.walk(PROOFS)[0]]
    stamps = Stamps(evidence, trust, files)
    stamps.read_certificates()
    for size, (head, roster) in sorted(heads.items()):
        evidence.checkpoint, evidence.roster = head, roster
        evidence.note = head.encode() + b"\n"  # so the note beside the stamps begins
        within = f"{LEDGER}{CHECKPOINTS}/{size}/{STAMPS}/"
        names = [path.removeprefix(within) for path in files if path.startswith(within)]
        stamps.judge(size, names, head.encode())
        with report.link(f"witnesses {size}", "root") as claim:
            judge_witnesses(evidence, claim)
        with report.link(f"stamps {size}", "root") as claim:
            claim.say("None that proves anything here: when it existed is the desk's word.", Verdict.UNKNOWN)
            if good := earliest(stamps.reader.found, size):
                claim.say(f"These entries existed before {timestamp(good[0])}: {' and '.join(good[1])}.", good[2])
