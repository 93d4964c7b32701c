"""What a stick runs on a laptop: unpack the program into a folder that goes away, and start the page.

``field stick`` puts this file on the stick as ``program/start.py``. It is run by ``start-linux.sh`` or
``start-macos.command`` after these have held every file of ``program`` against its digest; it knows the standard
library only::

    python3 -I -B program/start.py STICK MEMORY [options of 'tamizdat field']

``program/targets.json`` says which wheels are for which computer: ``{"linux-x86_64-3.11": ["…whl", …], …}``.
"""

import functools
import json
import os
import platform
import shutil
import signal
import sys
import zipfile
from pathlib import Path
from types import FrameType

SYSTEMS = {"Linux": "linux", "Darwin": "macos"}


def target() -> str:
    """Return what a stick calls this computer: system, processor, Python."""
    system = SYSTEMS.get(platform.system(), platform.system().lower())
    return f"{system}-{platform.machine()}-{sys.version_info.major}.{sys.version_info.minor}"


def unpack(program: Path, wheels: list[str], packages: Path) -> None:
    """Unpack the program and the packages it needs."""
    packages.mkdir()
    for archive in (program / "tamizdat.zip", *(program / "wheels" / name for name in wheels)):
        with zipfile.ZipFile(archive) as opened:
            opened.extractall(packages)  # which leaves out what would lead elsewhere
    for data in packages.glob("*.data/*lib/*"):  # a wheel may keep its modules there (PEP 427)
        data.rename(packages / data.name)


def lend_programs(program: Path, folder: Path) -> None:
    """Copy ffmpeg, if the stick has it, to where it can be run: a stick's own files often cannot."""
    if (program / "bin").is_dir():
        shutil.copytree(program / "bin", folder, copy_function=shutil.copyfile)
        for each in folder.iterdir():
            each.chmod(0o700)
        os.environ["PATH"] = f"{folder}{os.pathsep}{os.environ.get('PATH', os.defpath)}"


def main(stick: Path, memory: Path, options: list[str]) -> int:
    """Start the page of the device on the stick; return its exit status."""
    program = stick / "program"
    targets: dict[str, list[str]] = json.loads((program / "targets.json").read_text("utf-8"))
    if target() not in targets:
        said = f"Expected a computer that this stick was made for ({', '.join(sorted(targets))}), found {target()}."
        sys.stderr.write(f"{said} Ask your desk for a stick for this one.\n")
        return 1
    unpack(program, targets[target()], memory / "packages")
    lend_programs(program, memory / "bin")
    sys.path.insert(0, str(memory / "packages"))
    sys.stdout.write("Starting. A window opens; closing it ends everything.\n")
    sys.stdout.flush()
    start = __import__("tamizdat.cli.main", fromlist=["start"]).start
    return int(start(["field", "--home", str(stick / "device"), *options]))


def _end(number: int, frame: object) -> None:
    """End as after an exit: the window with the terminal was closed, or the computer is shutting down."""
    raise SystemExit(128 + number)


def _end_again(lost: "sys.UnraisableHookArgs") -> None:
    """Ask for the end once more if it was lost.

    Python ignores what is raised while it clears away an object, as it does a hundred times in a start.
    """
    if isinstance(lost.exc_value, SystemExit) and isinstance(lost.exc_value.code, int):
        signal.signal(signal.SIGALRM, functools.partial(_end_later, lost.exc_value.code - 128))
        signal.setitimer(signal.ITIMER_REAL, 0.01, 0.01)
    else:
        sys.__unraisablehook__(lost)


def _end_later(number: int, _alarm: int, frame: FrameType | None) -> None:
    """End as *number* asked for; not in the middle of what asks for it again, where it would be lost for good."""
    while frame is not None:
        if frame.f_code is _end_again.__code__:
            return  # on a busy computer; the alarm comes again
        frame = frame.f_back
    signal.setitimer(signal.ITIMER_REAL, 0)
    _end(number, None)


if __name__ == "__main__":
    for each in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(each, _end)
    sys.unraisablehook = _end_again
    status = 1
    try:
        status = main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3:])
    finally:
        shutil.rmtree(sys.argv[2], ignore_errors=True)
        if status and sys.stdin.isatty():
            input("Press Enter to close this window. ")
    sys.exit(status)
