"""One command as a process of its own: seconds, CPU seconds, the most memory; and the tools of others beside ours.

Of the CPU seconds the system's own share is told beside, for it depends on what was on the disk before: an ext4 without
a journal looks at every file that was deleted within the last minutes each time it makes one (findings,
``ext4-deleted-files``). 50,000 files made behind as many that were just deleted cost it seconds. Where that share is
many times another run's, wait for six minutes, or give the bench a folder elsewhere (``/dev/shm``).

Others' tools are no dependencies: they live in an environment under ``build/peers``, which the first run makes.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

BUILD = Path(__file__).resolve().parents[1] / "build"


class Run(NamedTuple):
    """What one process took."""

    seconds: float
    cpu: float  #: user and system, with its children
    megabytes: float  #: the most memory any single process of it held
    system: float  #: of the CPU seconds, those of the system

    def row(self, what: str, count: int, beside: "Run | None" = None) -> str:
        """A line of a report; *beside*: the run it is compared with, in seconds and in CPU seconds."""
        ratio = f"{self.seconds / beside.seconds:8.2f} × {self.cpu / beside.cpu:8.2f} ×" if beside else ""
        taken = f"{self.cpu:8.1f} CPU s ({self.system:4.1f} the system's)"
        figures = f"{self.seconds:8.1f} s {taken} {count / self.seconds:10,.0f} /s"
        return f"  {what:<42} {figures} {self.megabytes:7,.0f} MB {ratio}"


def run(command: Sequence[object]) -> Run:
    """Runs a command to its end; raises, and shows its last words, if it fails."""
    with tempfile.TemporaryFile() as said:
        start = time.perf_counter()
        process = subprocess.Popen(list(map(str, command)), stdout=said, stderr=said, env=surroundings())
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            said.seek(0)
            print(said.read()[-2_000:].decode(errors="replace"))
            raise subprocess.CalledProcessError(process.returncode, process.args)
    return Run(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, usage.ru_stime)


def surroundings() -> dict[str, str]:
    """Return this process's, but for what keeps Python from keeping what it compiled: no user has that."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, "PYTHONPYCACHEPREFIX": str(BUILD / "compiled")}


def again(script: str, *arguments: str | Path) -> Run:
    """A part of a bench in a process of its own."""
    return run([sys.executable, script, *arguments])


def size_of(path: Path) -> int:
    """Bytes of a file, or of all files in a folder, as they are counted on the disk (whole blocks)."""
    files = path.rglob("*") if path.is_dir() else [path]
    return sum(each.stat().st_blocks * 512 for each in files if each.is_file())


class Room(NamedTuple):
    """What a folder takes."""

    files: int
    bytes: int
    blocks: int  #: bytes in whole blocks, as they are counted on the disk

    def row(self, what: str, count: int, beside: "Room") -> str:
        """A line of a report of *count* things; *beside*: what it is compared with."""
        told = f"{self.files:8,} files {self.files / count:6.2f} each {self.bytes / 1e6:8,.0f} MB"
        ratios = " ".join(f"{own / other:6.2f} ×" for own, other in zip(self, beside, strict=True))
        return f"  {what:<12} {told} {self.blocks / 1e6:8,.0f} MB in whole blocks {ratios}"


def room_of(path: Path) -> Room:
    """What the files of a folder take, without the folders."""
    found = [each.stat() for each in path.rglob("*") if each.is_file()]
    return Room(len(found), sum(each.st_size for each in found), sum(each.st_blocks * 512 for each in found))


def peer(package: str, import_name: str = "") -> Path | None:
    """The folder with the programs of a peer's environment, *package* being installed in it; None, and why, if not."""
    programs = BUILD / "peers" / "bin"
    try:
        if not (programs / "python").exists():
            subprocess.run([sys.executable, "-m", "venv", programs.parent], check=True)
        known = subprocess.run([programs / "python", "-c", f"import {import_name or package}"], capture_output=True)
        if known.returncode:
            subprocess.run([programs / "pip", "install", "--quiet", package], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError) as error:
        print(f"  {package}: not installed ({type(error).__name__}), left out")
        return None
    return programs
