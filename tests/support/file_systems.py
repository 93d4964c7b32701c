"""FAT and exFAT as cameras format their cards: an image, mounted by root through FUSE, or a test that is skipped."""

import contextlib
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

NEEDED = {"exfat": ("mkfs.exfat", "mount.exfat-fuse", "losetup"), "fat": ("mkfs.vfat", "fusefat")}


@dataclass
class Card:
    """A card in its reader: where it is mounted, and how it is pulled out and plugged in."""

    kind: str
    image: Path
    point: Path
    device: str | None = None

    def plug_in(self) -> None:
        """Mounts it; skips the test if that cannot be done here."""
        if self.kind == "exfat":
            taken = subprocess.run(["losetup", "-f", "--show", self.image], capture_output=True, text=True, check=False)
            self.device = taken.stdout.strip() or None
            if self.device is None:
                pytest.skip("no loop device is free here, so exFAT was not tried")
            done = subprocess.run(["mount.exfat-fuse", self.device, self.point], capture_output=True, check=False)
        else:
            done = subprocess.run(["fusefat", "-o", "rw+", self.image, self.point], capture_output=True, check=False)
        deadline = time.monotonic() + 30
        while not done.returncode and not os.path.ismount(self.point) and time.monotonic() < deadline:
            time.sleep(0.01)
        if not os.path.ismount(self.point):
            self._free()
            pytest.skip(f"{self.kind} could not be mounted here (no /dev/fuse?), so it was not tried")

    def unmount(self) -> None:
        """Unmounts it, in order if that can be done; a card that was pulled out is forgotten."""
        if subprocess.run(["umount", self.point], capture_output=True, check=False).returncode:
            subprocess.run(["umount", "-l", self.point], capture_output=True, check=False)
        self._free()

    def plug_in_again(self) -> None:
        """Mounts anew what was pulled out; or what a camera wrote, which is on the card when that lets go of it."""
        self.unmount()
        self.plug_in()

    def pull_out(self) -> None:
        """Pulls it out: from this moment on every access to it fails."""
        [serving] = [
            int(entry.name)
            for entry in Path("/proc").iterdir()
            if entry.name.isdecimal() and os.fsencode(self.point) in _arguments(entry)
        ]
        os.kill(serving, signal.SIGKILL)
        while Path(f"/proc/{serving}/exe").exists():
            time.sleep(0.01)

    def _free(self) -> None:
        """Lets go of the loop device; one whose program was killed a moment ago may be busy for a little longer."""
        if self.device:
            held = Path("/sys/block", Path(self.device).name, "loop")
            deadline = time.monotonic() + 30
            while held.exists() and time.monotonic() < deadline:
                subprocess.run(["losetup", "-d", self.device], capture_output=True, check=False)
                time.sleep(0.02)
            self.device = None


def _arguments(process: Path) -> list[bytes]:
    """The arguments of a process that mounts FUSE; nothing of one that is gone."""
    with contextlib.suppress(OSError):
        if (process / "comm").read_text().strip() in ("mount.exfat-fus", "fusefat"):
            return (process / "cmdline").read_bytes().split(b"\0")
    return []


@contextlib.contextmanager
def mounted(kind: str, folder: Path, megabytes: int = 64) -> Iterator[Card]:
    """A card of *kind* ("fat" or "exfat"), mounted; skips the test where none can be made."""
    tools = NEEDED[kind]
    if os.geteuid() != 0 or not all(shutil.which(name, path="/usr/sbin:/sbin:/usr/bin") for name in tools):
        pytest.skip(f"no {kind} could be made and mounted (needs root, {', '.join(tools)})")
    card = Card(kind, folder / f"{kind}.image", folder / kind)
    card.image.touch()
    os.truncate(card.image, megabytes << 20)
    card.point.mkdir()
    subprocess.run([tools[0], card.image], check=True, capture_output=True)
    card.plug_in()
    try:
        yield card
    finally:
        card.unmount()
