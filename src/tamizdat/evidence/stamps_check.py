"""What others said of a package's checkpoints: stamps and witnesses, judged as a site's are, by what the reader trusts.

Their files lie in a package as they do in a site, below ``proofs/`` where a site has ``ledger/``; so the verifier's own
judge reads them there.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

from tamizdat.encoding import timestamp
from tamizdat.errors import BadNote
from tamizdat.evidence.layout import CHECKPOINTS, NOTE, STAMPS
from tamizdat.ledger.checkpoint import Checkpoint
from tamizdat.ledger.cosignature import Policy
from tamizdat.ledger.roster import Roster
from tamizdat.verifying.evidence import Evidence
from tamizdat.verifying.report import Report, Verdict
from tamizdat.verifying.stamps import Stamps, Trust, earliest
from tamizdat.verifying.untrusted_folder import SMALL, Folder

PROOFS, LEDGER = "data/proofs/", "ledger/"


class _ProofsAsLedger(Folder):
    """A package's folder, in which ``ledger/…`` of a site is found where the package has it."""

    def read(self, path: str, most: int = SMALL) -> bytes:
        """Return the bytes of a file; :class:`CheckFailed` if it is missing, a link, or larger than *most* bytes."""
        return super().read(PROOFS + path.removeprefix(LEDGER) if path.startswith(LEDGER) else path, most)


def judge_others(
    report: Report, base: Path, rosters: Sequence[Roster], heads: Mapping[int, Checkpoint], trust: Trust
) -> None:
    """Add a link for each stamp on the checkpoints *heads* that proofs lead to, and for who witnessed each."""
    if not rosters or not heads:
        return
    folder = _ProofsAsLedger(base)
    evidence = Evidence(folder, None, {}, whole=False)
    evidence.report, evidence.checkpoint = report, heads[max(heads)]
    files = [LEDGER + path.removeprefix(PROOFS) for path in folder.walk(PROOFS)[0]]
    stamps = Stamps(evidence, trust, files)
    stamps._read_certificates()
    for size, head in sorted(heads.items()):
        evidence.roster = _signed_by(rosters, folder.read(f"{LEDGER}{CHECKPOINTS}/{size}/{NOTE}"))
        within = f"{LEDGER}{CHECKPOINTS}/{size}/{STAMPS}/"
        names = [path.removeprefix(within) for path in files if path.startswith(within)]
        stamps._judge(size, names, head.encode())
        with report.link(f"witnesses {size}", "root") as claim:
            _, witnessed = evidence.known_roster().policy.open(folder.read(f"{LEDGER}{CHECKPOINTS}/{size}/{NOTE}"))
            claim.say("None: that nobody was shown another ledger is the desk's word.", Verdict.UNKNOWN)
            if witnessed:
                claim.say(f"Witnessed by {', '.join(witnessed)}.")
        with report.link(f"stamps {size}", "root") as claim:
            claim.say("None that proves anything here: when it existed is the desk's word.", Verdict.UNKNOWN)
            if good := earliest(stamps.found, size):
                claim.say(f"These entries existed before {timestamp(good[0])}: {' and '.join(good[1])}.", good[2])


def _signed_by(rosters: Sequence[Roster], note: bytes) -> Roster:
    """Return the version whose log key signed a checkpoint; the newest if none did, for its link to tell so."""
    for roster in reversed(rosters):
        try:
            Policy(roster.policy.log).open(note)
        except BadNote:
            continue
        return roster
    return rosters[-1]
