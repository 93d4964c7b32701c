"""How fast the archive takes in statements and objects, and how long it needs to open.

    python bench/archive.py                    100,000 statements, 256 MB in four objects, 2,000 small files
    python bench/archive.py 1000000 FOLDER     another number; in a folder on the disk that matters

The small files are stored in two ways, to show what waiting for the disk costs; ``cp`` does not wait for it.
"""

import os
import resource
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from time import perf_counter

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tamizdat.archive import Archive
from tamizdat.encoding import Json, sha256_hex
from tamizdat.ledger.signing import sign_statement
from tamizdat.ledger.statement import Statement, Subject

BATCH = 100_000
LARGE = [os.urandom(1 << 20)] * 64
SMALL = 2_000


def timed(what: str, work: Callable[[], object], amount: float, unit: str) -> float:
    """Runs *work*, prints how much of it a second there was; returns the seconds."""
    start = perf_counter()
    work()
    spent = perf_counter() - start
    print(f"  {what:<44}{amount / spent:>12,.0f} {unit}/s{spent:>10.2f} s")
    return spent


def envelopes(count: int) -> list[bytes]:
    """Signed `captured` statements; some thousand different ones are enough."""
    key = Ed25519PrivateKey.generate()
    public = key.public_key().public_bytes_raw()
    made = []
    for number in range(min(count, 2_000)):
        said: dict[str, Json] = {
            "consignment": "c0" * 32,
            "path": f"DCIM/100CANON/IMG_{number:04}.JPG",
            "size": 4_000_000 + number,
            "modified": "2026-11-23T08:00:00Z",
            "state": "whole",
            "kind": "original",
        }
        statement = Statement("captured", (Subject("original", sha256_hex(str(number).encode())),), said)
        made.append(sign_statement(statement, [(public, key.sign)]))
    return (made * (count // len(made) + 1))[:count]


def measure_statements(archive: Archive, count: int) -> None:
    made = envelopes(min(count, BATCH))
    print(f"{count:,} statements of {len(made[0])} bytes")

    def append() -> None:
        for start in range(0, count, BATCH):
            archive.append(made[: count - start])

    timed("append, one flush for each 100,000", append, count, "statements")
    timed("append, one flush for each", lambda: [archive.append(made[:1]) for _ in range(200)], 200, "statements")
    timed("tree over all commitments", archive.tree, archive.size, "leaves")
    timed("read and verify all", lambda: sum(1 for _ in archive.statements()), archive.size, "statements")
    size = archive.size
    archive.close()
    opened: list[Archive] = []
    timed("open", lambda: opened.append(Archive.open(archive.folder)), size, "statements")
    timed("index, from nothing", lambda: opened[0].index, size, "statements")
    timed("one item of the index", lambda: [opened[0].index.item(n) for n in range(1000)], 1000, "items")
    timed("forget one statement", lambda: opened[0].forget(7), 1, "statements")
    opened[0].close()


def measure_large(archive: Archive) -> None:
    size = 4 * len(LARGE)
    print(f"{size} MB in four objects")

    def add() -> None:
        for number in range(4):
            archive.objects.add([str(number).encode(), *LARGE])

    mine = timed("add (hash, write, flush)", add, size, "MB")
    whole = b"".join(LARGE)
    bare = timed("SHA-256 of the same bytes", lambda: [sha256_hex(whole) for _ in range(4)], size, "MB")
    print(f"  the archive takes {mine / bare:.2f} times as long as its SHA-256 alone")
    timed("check (read, hash; all cores)", archive.check, size, "MB")


def measure_small(archive: Archive, scratch: Path) -> None:
    print(f"{SMALL:,} files of 20 kB")
    files = [(f"{number}", os.urandom(20_000)) for number in range(2 * SMALL)]

    def staged(some: list[tuple[str, bytes]]) -> list[tuple[Path, str]]:
        arrivals = []
        for name, data in some:
            path = archive.staging / name
            path.write_bytes(data)
            arrivals.append((path, sha256_hex(data)))
        return arrivals

    single, many = staged(files[:SMALL]), staged(files[SMALL:])

    def one_by_one() -> None:
        for path, digest in single:
            archive.objects.adopt(path, digest)

    one = timed("adopt, one after the other", one_by_one, SMALL, "files")
    all_ = timed("adopt_many, all at once", lambda: archive.objects.adopt_many(many), SMALL, "files")
    objects = archive.folder / "objects"
    copying = ["cp", "-r", str(objects), str(scratch / "copy")]
    timed("cp -r of twice as many, not flushed", lambda: subprocess.run(copying, check=True), 2 * SMALL, "files")
    print(f"  at once is {one / all_:.1f} times as fast")


def main() -> None:
    count = int(sys.argv[1]) if sys.argv[1:] else BATCH
    with tempfile.TemporaryDirectory(dir=sys.argv[2] if sys.argv[2:] else None) as folder:
        scratch = Path(folder)
        measure_statements(Archive.create(scratch / "statements", "example.org/ledger"), count)
        shutil.rmtree(scratch / "statements")
        with Archive.create(scratch / "small", "example.org/ledger") as archive:
            measure_small(archive, scratch)
        with Archive.create(scratch / "large", "example.org/ledger") as archive:
            measure_large(archive)
    print(f"most memory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MB")


if __name__ == "__main__":
    main()
