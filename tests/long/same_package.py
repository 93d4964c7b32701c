"""Make the Debian package twice, in other folders, with other rights, in another zone, and compare the bytes.

::

    .venv/bin/python tests/long/same_package.py [COMMIT]

Exit code 1 if they differ. No part of the suite: pip fetches 52 packages for three Pythons, twice; it takes minutes.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[2]


def main() -> int:
    """Make both, at the same time."""
    commit = sys.argv[1] if len(sys.argv) > 1 else "HEAD"
    with tempfile.TemporaryDirectory() as temporary:
        clone = Path(temporary, "another clone")
        subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], check=True)
        told = {**os.environ, "TZ": "Asia/Shanghai", "LC_ALL": "C.UTF-8", "TMPDIR": temporary}
        run = [
            subprocess.Popen([sys.executable, ROOT / "scripts/package", commit, "--out", Path(temporary, "one")]),
            subprocess.Popen(
                [sys.executable, clone / "scripts/package", commit, "--out", Path(temporary, "two")],
                env=told,
                umask=0o077,
            ),
        ]
        if sum(each.wait() for each in run):
            return 2
        [one], [two] = (list(Path(temporary, name).glob("*.deb")) for name in ("one", "two"))
        same = one.read_bytes() == two.read_bytes()
        print(f"{one.name}: {'the same bytes' if same else 'other bytes'}")
        return 0 if same else 1


if __name__ == "__main__":
    sys.exit(main())
