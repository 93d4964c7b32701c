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
        return Run(wall, wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, 0)


def collect(desk: Desk, work: Path) -> Run:
    """Take in the export."""
    return desk.timed("collect", str(work / "export"))


def publish(desk: Desk, work: Path) -> Run:
    """Publish all of it."""
    desk._run("publish", "release", "--all", "--home", "desk")
    return desk.timed("publish")


def receive(desk: Desk, work: Path) -> Run:
    """Receive the card."""
    desk.seal(work / "card")
    desk.send()
    return desk.timed("receive")


def check(desk: Desk, work: Path) -> Run:
    """Read again what this run reads."""
    return desk.timed("check")


def export(desk: Desk, work: Path) -> Run:
    """Give the card back, nothing being cached."""
    if (desk.work / "desk/archive/placed.log").exists():
        for cached in (desk.work / "desk/archive/objects").glob("*/*"):
            cached.unlink()
    [name] = [line["name"] for line in _records(desk._run("status", "--json", "--home", "desk")) if "name" in line]
    return desk.timed("export", str(name), str(desk.work / "given"))


def _records(said: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in said.splitlines()]


def main() -> None:
    """Measure both, and print them side by side."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--card", type=int, default=16, help="MiB of its large files")
    parser.add_argument("--posts", type=int, default=60)
    parser.add_argument("--pictures", type=int, default=5)
    parser.add_argument("--work", type=Path, default=None)
    args = parser.parse_args()
    work = Path(tempfile.mkdtemp(dir=args.work))
    try:
        make(work, args.posts, args.pictures)
        make_card(work / "card", args.card, 200)
        with serve_s3(work / "s3") as bucket:
            here, there = Desk(work / "here", None), Desk(work / "there", bucket)
            print(f"{'':10}{'on its disk':>24}{'on a bucket':>24}")
            for step in (receive, collect, export, publish, check):
                one, other = step(here, work), step(there, work)
                figures = "".join(f"{each.wall:>14.1f} s {each.cpu:>5.1f} CPU" for each in (one, other))
                print(f"{step.__name__:10}{figures}", flush=True)
    finally:
        shutil.rmtree(work)


if __name__ == "__main__":
    main()
