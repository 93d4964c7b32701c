"""What it costs a desk to keep its objects on an S3 bucket of this computer instead of on its own disk.

::

    .venv/bin/python bench/objects.py [--card MIB] [--posts N] [--pictures N] [--work DIR]

Two desks do the same by the command line, each command a process of its own: take in an export of X (posts and
pictures, made up), release all and publish, receive a card (four large files, 200 small ones), check, and give the card
back with an empty cache. One has its objects on its disk, the other on a bucket (rclone, served on loopback; no line is
as near), with a cache of 64 MB. Printed are seconds of clock and of CPU; the server's CPU is in neither.
"""

import argparse
import json
import resource
import shutil
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from carry import Run, Tamizdat, make_card
from real_archive import make

from places.servers import Service, serve_s3


class Desk(Tamizdat):
    """A desk with its field device and three places in folders."""

    def __init__(self, work: Path, bucket: Service | None) -> None:
        super().__init__(work, 3, 1)
        if bucket is not None:
            for name in ("access_key_id", "secret_access_key"):
                (work / name).write_text(bucket.options[name])
            secrets = [f"{name}={work / name}" for name in ("access_key_id", "secret_access_key")]
            given = [word for each in (f"endpoint={bucket.endpoint}", *secrets) for word in ("--option", each)]
            self._run("places", "add", "cloud", bucket.url, "--objects", "--cache", "64M", "--home", "desk", *given)

    def timed(self, *words: str) -> Run:
        """Run a command at the desk, with the system's cache as it is: both desks do the same one after the other."""
        before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
        self._run(*words, "--home", "desk")
        after, wall = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic() - started
        print(f"  {words[0]:<10}{wall:>8.1f} s", file=sys.stderr, flush=True)
        return Run(wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, 0)


def run(desk: Desk, card: Path, export: Path) -> dict[str, Run]:
    """Do everything once; what was measured, by what it was."""
    told = {"collect": desk.timed("collect", str(export))}
    desk._run("publish", "release", "--all", "--home", "desk")
    told["publish"] = desk.timed("publish")
    desk.seal(card)
    desk.send()
    told["receive"] = desk.timed("receive")
    told["check"] = desk.timed("check")
    if (desk.work / "desk/archive/placed.log").exists():
        for cached in (desk.work / "desk/archive/objects").glob("*/*"):
            cached.unlink()
    [name] = [line["name"] for line in _records(desk._run("status", "--json", "--home", "desk")) if "name" in line]
    told["export"] = desk.timed("export", str(name), str(desk.work / "given"))
    return told


def _records(said: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in said.splitlines()]


def main() -> None:
    """Measure both, and print them side by side."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--card", type=int, default=64, help="MiB of its large files")
    parser.add_argument("--posts", type=int, default=500)
    parser.add_argument("--pictures", type=int, default=20)
    parser.add_argument("--work", type=Path, default=None)
    args = parser.parse_args()
    work = Path(tempfile.mkdtemp(dir=args.work))
    try:
        make(work, args.posts, args.pictures)
        make_card(work / "card", args.card, 200)
        with serve_s3(work / "s3") as bucket:
            here = run(Desk(work / "here", None), work / "card", work / "export")
            there = run(Desk(work / "there", bucket), work / "card", work / "export")
        print(f"{'':10}{'on its disk':>24}{'on a bucket':>24}")
        for what, one in here.items():
            other = there[what]
            print(f"{what:10}{one.wall:>14.1f} s {one.cpu:>5.1f} CPU{other.wall:>13.1f} s {other.cpu:>5.1f} CPU")
    finally:
        shutil.rmtree(work)


if __name__ == "__main__":
    main()
