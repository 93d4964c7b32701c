r"""Whether this machine writes memory to a disk in the clear.

The system may move any page of memory to swap, a key or a frame of footage among them, and there it stays after
the machine is off. Swap is harmless if it lies on an encrypted disk (dm-crypt) or in compressed memory (zram).

Linux lists what is in use in ``/proc/swaps``::

    Filename                Type        Size        Used    Priority
    /dev/dm-1               partition   8388604     0       -2
    /swap\040file           file        2097148     512     -3

and says in ``/sys`` what a disk is made of: ``dm/uuid`` of an encrypted one begins with ``CRYPT-``, ``slaves``
holds the disks below one (LVM over LUKS: the volume is ``LVM-…``, its slave ``CRYPT-LUKS2-…``). What cannot be
told counts as unencrypted.
"""

import os
import re
import sys
from pathlib import Path

from tamizdat.errors import UsageError


def refuse_exposed_swap(
    allowed: bool, proc_swaps: Path = Path("/proc/swaps"), sys_root: Path = Path("/sys")
) -> list[str]:
    """Refuse to go on while unencrypted swap is in use; if that is *allowed*, return the swap areas.

    Raises :class:`UsageError`.
    """
    exposed = exposed_swap(proc_swaps, sys_root)
    if exposed and not allowed:
        raise UsageError(
            f"Unencrypted swap is in use ({', '.join(exposed)}): passphrases and footage could be left on the disk in "
            "the clear. Turn it off with 'sudo swapoff -a', or encrypt it; or go on all the same with --allow-swap."
        )
    return exposed


def exposed_swap(proc_swaps: Path = Path("/proc/swaps"), sys_root: Path = Path("/sys")) -> list[str]:
    """Return the swap areas in use that are not known to be encrypted."""
    if sys.platform == "darwin":  # always encrypted since Mac OS X 10.7
        return []
    try:
        text = proc_swaps.read_text("utf-8", "surrogateescape")
    except FileNotFoundError:  # a kernel without swap, or no Linux at all
        return [] if sys.platform == "linux" else ["this system does not say"]
    return [name for name, kind in parse_swaps(text) if not _is_safe(name, kind, sys_root)]


def parse_swaps(text: str) -> list[tuple[str, str]]:
    r"""Return name and type of each line of ``/proc/swaps``; the kernel writes a space in a name as ``\040``."""
    rows = [line.split() for line in text.splitlines()[1:] if line.strip()]
    return [(re.sub(r"\\([0-7]{3})", lambda match: chr(int(match[1], 8)), row[0]), row[1]) for row in rows]


def _is_safe(name: str, kind: str, sys_root: Path) -> bool:
    if kind == "partition":
        return _is_encrypted(sys_root / "class" / "block" / Path(name).resolve().name)
    try:
        number = Path(name).stat().st_dev
    except OSError:
        return False
    device = sys_root / "dev" / "block" / f"{os.major(number)}:{os.minor(number)}"
    return _is_encrypted(device.resolve())


def _is_encrypted(device: Path) -> bool:
    """Return whether all that is written to *device*, a folder under ``/sys``, is encrypted or stays in memory."""
    if device.name.startswith("zram"):
        return _first_line(device / "backing_dev") in ("", "none")  # zram may write idle pages to a disk
    if _first_line(device / "dm" / "uuid").startswith("CRYPT-"):
        return True
    below = sorted((device / "slaves").iterdir()) if (device / "slaves").is_dir() else []
    return bool(below) and all(_is_encrypted(slave) for slave in below)


def _first_line(path: Path) -> str:
    try:
        return path.read_text("utf-8").strip()
    except OSError:
        return ""
