"""Make a stick with the real packages, start it where nothing is installed, and look what the page says and what stays.

::

    .venv/bin/python tests/long/start_stick.py [--wheels FOLDER] [PYTHON …]     by default this Python

Each PYTHON is a program of that version (python3.13). Exit code 1 if a page does not answer, or anything is left in the
home folder or in memory. No part of the suite: pip fetches some 30 packages for each Python.
"""

import argparse
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

from tamizdat.field.stick import make_stick

ASK = "import platform, sys; print(f'linux-{platform.machine()}-3.{sys.version_info.minor}')"
PATIENCE = 120  #: seconds for a page to answer


def main() -> int:
    """Make one stick for all, and start each."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--wheels", type=Path)
    parser.add_argument("pythons", metavar="PYTHON", nargs="*", default=[sys.executable])
    given = parser.parse_args()
    ask = (subprocess.run([each, "-c", ASK], capture_output=True, text=True, check=True) for each in given.pythons)
    targets = [each.stdout.strip() for each in ask]
    with tempfile.TemporaryDirectory() as folder:
        stick = Path(folder, "a stick")
        stick.mkdir()
        make_stick(stick, given.wheels, targets, [], None)
        print(f"{sum(path.stat().st_size for path in stick.rglob('*') if path.is_file()) / 1e6:.0f} MB, for {targets}")
        return max([start(stick, each, Path(folder, f"home {number}")) for number, each in enumerate(given.pythons)])


def start(stick: Path, python: str, home: Path) -> int:
    """Start it in an empty environment with an empty home folder; say what the page answered, and what was left."""
    memory, bin_ = home / "memory", home / "bin"
    memory.mkdir(parents=True)
    bin_.mkdir()
    found = subprocess.run(
        [python, "-c", "import sys; print(sys.executable)"], capture_output=True, text=True, check=True
    )
    (bin_ / "python3.11").symlink_to(found.stdout.strip())  # the first that has a name of the script's
    before, began = sorted(home.rglob("*")), time.monotonic()
    with subprocess.Popen(
        ["/bin/sh", str(stick / "start-linux.sh"), "--no-browser", "--allow-swap"],
        env={"HOME": str(home), "PATH": f"{bin_}:/usr/bin:/bin", "XDG_RUNTIME_DIR": str(memory)},
        cwd="/", stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    ) as running:  # fmt: skip
        assert running.stdout is not None
        said, address = "", None
        while address is None and time.monotonic() - began < PATIENCE and (line := running.stdout.readline()):
            said += line
            address = re.search(r"http://127\.0\.0\.1:\d+/", said)
        answer = urllib.request.urlopen(address[0], timeout=30).status if address else 0
        took = time.monotonic() - began
        running.send_signal(signal.SIGINT)
        status = running.wait(60)
    left = sorted(set(home.rglob("*")) - set(before))
    held = answer == 200 and status == 0 and not left
    print(
        f"{python}: the page answered {answer} after {took:.0f} s, ended with {status}; left in the home folder: {left}"
    )
    if not held:
        print(said)
    return 0 if held else 1


if __name__ == "__main__":
    os.umask(0o077)
    sys.exit(main())
