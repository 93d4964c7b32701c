"""Which cards and sticks are plugged in: what the system mounted where it mounts removable disks."""

import os
import sys
from pathlib import Path
from typing import Final

from tamizdat.dataclass import dataclass

_MOUNTS: Final = Path("/proc/self/mounts")
_WHERE: Final = ("/media/", "/run/media/", "/mnt/")  #: where desktops and people mount removable disks on Linux


@dataclass(frozen=True)
class Volume:
    """A mounted card, stick or disk: where it is, and how many bytes it holds."""

    root: Path
    used: int

    @property
    def name(self) -> str:
        """Return the name under which a file manager shows it."""
        return self.root.name


def volumes(mounts: Path = _MOUNTS) -> list[Volume]:
    """Return what is plugged in, by name. What is empty, or cannot be asked, is left out."""
    roots = sorted(Path("/Volumes").glob("*")) if sys.platform == "darwin" else _mounted(mounts)
    return [Volume(root, used) for root in roots if (used := _used(root))]


def _mounted(mounts: Path) -> list[Path]:
    try:
        lines = mounts.read_text("utf-8", "surrogateescape").splitlines()
    except OSError:
        return []
    points = {_unescaped(fields[1]) for line in lines if len(fields := line.split(" ")) > 1}
    return sorted(Path(point) for point in points if point.startswith(_WHERE))


def _unescaped(text: str) -> str:
    """Return a mount point as it is: the kernel writes space, tab, line feed and backslash as octal (proc(5))."""
    for code, character in (("\\040", " "), ("\\011", "\t"), ("\\012", "\n"), ("\\134", "\\")):
        text = text.replace(code, character)
    return text


def _used(root: Path) -> int | None:
    try:
        found = os.statvfs(root)
    except OSError:
        return None
    return (found.f_blocks - found.f_bfree) * found.f_frsize
