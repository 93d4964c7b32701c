"""What ``publish.py`` measures: one edition, as a process of its own that loads nothing of the bench.

python bench/publish_ours.py FOLDER DAY
"""

import gc
import sys
from datetime import date
from pathlib import Path

from tamizdat.cli.garbage import garbage_waits

ORIGIN = "example.org/ledger"


def publish_ours(folder: Path, today: str) -> None:
    with garbage_waits():  # as the command does while it loads
        from tamizdat.archive import Archive
        from tamizdat.keys import SigningKey
        from tamizdat.ledger.cosignature import Policy
        from tamizdat.ledger.note import Verifier
        from tamizdat.ledger.roster import RoleKey, Root, Roster
        from tamizdat.ledger.signing import sign_roster
        from tamizdat.publishing import publish

    desk, log, root = (SigningKey.from_seed(bytes([number]) * 32) for number in (0, 1, 2))
    policy = Policy(Verifier(ORIGIN, log.public))
    roster = Roster(root=Root((root.public,), 1), policy=policy, keys=(RoleKey("desk", desk.public),))
    signed = sign_roster(roster, [(root.public, root.sign)])
    with Archive.open(folder / "archive") as archive, garbage_waits():  # likewise
        edition = publish(archive, desk, log, signed, folder / "site", date.fromisoformat(today))
    print(f"    edition {edition.number}: {edition.items:,} items, {edition.files:,} files", flush=True)
    gc.freeze()  # as the command does at its end


if __name__ == "__main__":
    publish_ours(Path(sys.argv[1]), sys.argv[2])
