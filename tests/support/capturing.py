"""Runs a capture in a process of its own, as an ordinary user: as root nothing is captured.

``python capturing.py URL FOLDER NAMES``: NAMES is JSON: twice name → address. The first count as the public
web here, by functions that are handed in; every other address inside is refused as ever. Prints the facts as JSON.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from functools import partial
from pathlib import Path
from typing import Any

NOBODY = 65534


def capture(
    url: str, folder: Path, names: dict[str, str], inside: dict[str, str] | None = None, **environment: str
) -> dict[str, Any]:
    """Capture in a process of its own; return the facts, or ``{"error": …}``. *inside*: names of inner addresses."""
    folder.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as open_to_all:  # pytest's folders are closed to other users
        Path(open_to_all).chmod(0o777)
        command = [*as_nobody(), sys.executable, __file__, url, open_to_all, json.dumps([names, inside or {}])]
        trust = environment.get("SSL_CERT_FILE")
        if trust:
            environment["SSL_CERT_FILE"] = shutil.copy(trust, f"{open_to_all}/authorities.pem")
        env = {"PATH": "/usr/bin:/bin", "PYTHONPATH": str(Path(__file__).parents[2] / "src"), **environment}
        done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=150, check=False)
        assert done.returncode == 0, done.stderr
        for each in Path(open_to_all).iterdir():
            if each.suffix != ".pem":
                shutil.copy(each, folder)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def as_nobody() -> list[str]:
    """What makes a command that of an ordinary user, if this one is root."""
    return ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"] if os.geteuid() == 0 else []


def why_not() -> str:
    """Why no page can be captured here; "" if it can."""
    if not any(Path(each).is_file() for each in ("/usr/lib/chromium/chromium", "/usr/bin/chromium")):
        return "chromium is not installed, so nothing was captured"
    if not shutil.which("bwrap"):
        return "bwrap is not installed, so nothing was captured"
    if as_nobody() and not shutil.which("setpriv"):
        return "run as root, and setpriv is not there to be somebody else, so nothing was captured"
    probe = ["bwrap", "--unshare-all", "--ro-bind", "/", "/", "--proc", "/proc", sys.executable, "-c", "1"]
    tried = subprocess.run([*as_nobody(), *probe], capture_output=True, text=True, timeout=30, check=False)
    return f"no box for an ordinary user here ({tried.stderr.strip()[:200]})" if tried.returncode else ""


def main(url: str, folder: str, names: str) -> None:
    from tamizdat.captures.capture import captured, now_in_utc
    from tamizdat.errors import TamizdatError
    from tamizdat.network.addresses import is_inside
    from tamizdat.network.connect import connect_to_stranger

    known, inside = json.loads(names)

    def resolve(host: str, port: int) -> list[str]:
        every = known | inside
        if host not in every:
            raise OSError("there is no such name")
        return [every[host]]

    def is_refused(host: str) -> bool:
        return host not in known.values() and is_inside(host)

    connect = partial(connect_to_stranger, resolve=resolve, is_refused=is_refused)
    try:
        with captured(url, Path(folder), now_in_utc(), connect) as found:
            shutil.copyfile(found.path, Path(folder, "page.wacz"))
            told = {name: value for name, value in vars(found).items() if name != "path"}
    except TamizdatError as error:
        told = {"error": str(error), "kind": type(error).__name__}
    json.dump(told, sys.stdout)


if __name__ == "__main__":
    main(*sys.argv[1:])
