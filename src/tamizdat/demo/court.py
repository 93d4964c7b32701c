"""The demonstration's package of evidence: an original and a post, checked as the page in it says, without us."""

import json
import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path
from typing import Final, Protocol

from tamizdat.errors import CheckFailed
from tamizdat.evidence.documents import steps

TOOLS: Final = ("bash", "sha256sum", "openssl", "base64", "xxd", "sed", "awk", "grep", "find")


class Out(Protocol):
    """Where the demonstration tells what it does: ``tamizdat.cli.console.Out`` is one."""

    def say(self, text: str = "") -> None:
        """Print words for people, with long lines broken."""

    def show(self, text: str) -> None:
        """Print *text* as it is."""

    def warn(self, text: str) -> None:
        """Print something a person should know."""


def exhibits(listed: str) -> list[str]:
    """Return the numbers of a text that came on the card and of a post, from what ``publish list --json`` said."""
    items = [json.loads(line) for line in listed.splitlines()]
    text = next(each["item"] for each in items if str(each.get("path", "")).endswith(".txt"))
    post = next(each["item"] for each in items if each.get("post"))
    return [str(text), str(post)]


def prints() -> bool:
    """Tell whether what makes PDFs is installed."""
    return find_spec("weasyprint") is not None


def check_by_hand(package: Path, out: Out) -> None:
    """Run the commands of the package's own page in its folder, and show what they say.

    Raises :class:`CheckFailed` if they fail.
    """
    if missing := [tool for tool in TOOLS if not shutil.which(tool)]:
        out.warn(f"Not checked by hand, for these are not installed: {', '.join(missing)}.")
        return
    out.say("\nThe commands of its page check.en.html, in the folder of the package; no tamizdat, no Python:")
    for line in steps()["files"].splitlines():
        out.show(f"$ {line}" if not line.startswith(("set", "echo")) else "")
    out.show("… and the blocks after it, with openssl:")
    done = subprocess.run(
        ["bash", "-c", "".join(steps().values())], cwd=package, capture_output=True, text=True, check=False
    )
    out.show("\n".join(line for line in done.stdout.splitlines() if not line.startswith("entry")))
    entries = [line for line in done.stdout.splitlines() if line.startswith("entry")]
    opened = sum("opened, signed" in line for line in entries)
    out.say(f"{len(entries)} entries stand in the ledger; {opened} are opened, each signed by the desk.")
    if done.returncode:
        raise CheckFailed(
            f"Expected stock tools to accept the package, found that they refuse it: {done.stderr[-300:]}"
        )
