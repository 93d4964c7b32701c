"""What stamps and witnesses add to an edition: bytes, seconds on loopback, and to the time of ``verify``.

    PYTHONPATH=tests python bench/proof.py [posts]

The site is that of ``publish.py``. Two authorities (``openssl ts``), a calendar double and three witnesses of ours
answer on loopback; each witness signs with Ed25519 and ML-DSA-44. The site without all that is verified in turns with
the one that has it, and of each the best of several runs counts.
"""

import os
import shutil
import sys
import tempfile
import time
from contextlib import ExitStack
from datetime import UTC, date, datetime
from pathlib import Path

from publish import DAY, prepare
from publish_ours import ORIGIN

from support.stamping import StampServers
from support.witness_server import witnessing
from tamizdat.archive import Archive
from tamizdat.home.home import Home
from tamizdat.home.keyring import Keyring
from tamizdat.keys import SigningKey
from tamizdat.ledger.cosignature import Policy
from tamizdat.ledger.note import Verifier
from tamizdat.ledger.roster import RoleKey, Root, Roster
from tamizdat.ledger.signing import sign_roster
from tamizdat.publishing import publish
from tamizdat.publishing.daily_stamps import agree, name_others, stamp_due
from tamizdat.verifying import verify
from tamizdat.verifying.trust import Trust
from tamizdat.witness.edition import witness_edition
from tamizdat.witness.record import Record

POSTS = 1_000
ROUNDS = 5


def size_of(*folders: Path) -> int:
    """Return the bytes of all files below these folders."""
    return sum(path.stat().st_size for folder in folders for path in folder.rglob("*") if path.is_file())


def best(site: Path, root: bytes, trust: Trust) -> float:
    """Return the CPU seconds of one check of a site, with those of the processes that help."""
    began = sum(os.times()[:4])
    report = verify(site, root, None, trust)
    seconds = sum(os.times()[:4]) - began
    assert report.holds, report.broken
    return seconds


def main(count: int) -> None:
    """Measure a site of *count* posts."""
    with tempfile.TemporaryDirectory() as made, ExitStack() as open_until_the_end:
        scratch = Path(made)
        site, plain = scratch / "site", scratch / "plain"
        prepare(scratch, count)
        servers = open_until_the_end.enter_context(StampServers(scratch / "servers"))
        authorities = [servers.authority("One"), servers.authority("Two", is_rsa=True)]
        calendar = servers.calendar()
        records = [Record.create(scratch / f"witness-{number}", f"w{number}.example") for number in range(3)]
        addresses = {each.name: open_until_the_end.enter_context(witnessing(each)) for each in records}
        desk, log, root = (SigningKey.from_seed(bytes([number]) * 32) for number in (0, 1, 2))
        keys = tuple(key for each in records for key in each.witnesses)
        own = Roster(
            Root((root.public,), 1), Policy(Verifier(ORIGIN, log.public), keys, 0), (RoleKey("desk", desk.public),)
        )
        envelope = sign_roster(own, [(root.public, root.sign)])
        roster = Roster.open(envelope)
        for each in records:
            each.watch(roster.policy.log)
        with Archive.open(scratch / "archive") as archive:
            began = time.monotonic()
            publish(archive, desk, log, envelope, site, date.fromisoformat(DAY))
            print(f"{count:,} posts published in {time.monotonic() - began:.1f} s")
            shutil.copytree(site, plain)
            began = time.monotonic()
            answers = witness_edition(archive, roster, log, addresses, site)
            print(f"three witnesses ({', '.join(each.outcome for each in answers)}): {time.monotonic() - began:.2f} s")
        home = Home.create(scratch / "home", Keyring.new(("desk", "log")), "desk", {}, b"")
        name_others(home, [*(each.url for each in authorities), f"ots:{calendar.url}"])
        agree(home, datetime.now(UTC).date())
        began = time.monotonic()
        report = stamp_due(home, scratch / "archive", site)
        assert not report.failed, report.failed
        print(f"two authorities and a calendar, at night: {time.monotonic() - began:.2f} s")
        beside, certificates = size_of(site / "ledger/checkpoints"), size_of(site / "ledger/certificates")
        before = size_of(plain / "ledger/checkpoints")
        print(f"bytes beside the checkpoint: {beside:,} (before: {before:,}); certificates, once: {certificates:,}")
        trust = Trust(tuple(each.local.root for each in authorities))
        fingerprint = roster.root.fingerprint
        seconds: dict[Path, list[float]] = {plain: [], site: []}
        for _ in range(ROUNDS):
            for folder, found in seconds.items():
                found.append(best(folder, fingerprint, trust))
        without, with_all = min(seconds[plain]), min(seconds[site])
        print(
            f"verify, CPU seconds: {without:.3f} without, {with_all:.3f} with: {100 * (with_all / without - 1):+.1f} %"
        )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else POSTS)
