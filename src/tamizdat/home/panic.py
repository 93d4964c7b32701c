"""Destroying what a field device knows, in the order in which it would hurt most if it were found.

The keys come first: with them everything else in the folder becomes noise, because settings and open consignments are
sealed under a key that lies among them, and parcels to a key that only the desk has::

    panic                 a mark, written and flushed first: whatever is cut off is finished at the next start; where
                          there is no room for it, the keys go all the same
    keys.age, settings    written over in place, flushed, deleted
    state, journal        of every open consignment: likewise
    receipts/, parcels    deleted; they are noise to whoever has no receipt, and tell only how much there was
    role, panic           last; then the folder itself

Writing over does not reach the old blocks of flash memory, which its controller keeps. What may be left there is the
wrapped file of keys: whoever takes the memory apart must still guess the passphrase.
"""

import os
import shutil
import time
from contextlib import suppress
from pathlib import Path
from typing import Final

from tamizdat.disk.files import flush_folder, refusals, write_all, write_file
from tamizdat.errors import StorageFull, StorageRefused, UsageError
from tamizdat.home.home import NAMED, OF_DEVICE, role_of

MARK: Final = "panic"
_MARKED: Final = b"tamizdat panic v1\n"  #: what the mark holds: a file of that name may be anybody's
_KEYS: Final = ("keys.age", "settings")
_STATES: Final = ("consignments/*/state", "consignments/*/journal")
_PATIENCE: Final = 10.0  #: seconds in which work that still writes there comes to its end


def panic(folder: Path) -> None:
    """Destroy keys, names and all else in a field device's *folder*. Raises :class:`UsageError` for anything else."""
    role = role_of(folder)
    if role not in NAMED and (folder / "keys.age").exists() and any((folder / each).exists() for each in OF_DEVICE):
        role = "field"  # the disk has lost or damaged the file that says so, and this cannot wait
    if role != "field":
        raise UsageError(
            f"Expected a field device in {folder}, found {'nothing' if role is None else 'a ' + role}. Nothing was "
            "destroyed. Name the device's folder with --home."
        )
    with suppress(StorageFull, StorageRefused):  # sealing fills disks: the keys go whether there is room for it or not
        write_file(folder / MARK, _MARKED, "the mark")
    _destroy_all(folder)


def finish_panic(folder: Path) -> bool:
    """Go on with a panic that was cut off; return whether there was one. Raises :class:`StorageRefused`."""
    with refusals("the folder that is destroyed"):
        if not _is_marked(folder):
            return False
    _destroy_all(folder)
    return True


def _destroy_all(folder: Path) -> None:
    with refusals("the folder that is destroyed"):
        for pattern in (*_KEYS, *_STATES):
            for path in sorted(folder.glob(pattern)):
                _destroy(path)
        for path in sorted(folder.iterdir(), key=lambda each: (each.name == MARK, each.name == "role")):
            _remove(path)
        flush_folder(folder)
        with suppress(OSError):  # it may be a mount point, or the folder somebody stands in
            folder.rmdir()


def _remove(path: Path) -> None:
    """Remove a file or a folder; a sealing that is ended at this moment may still put files into it, and take some."""
    until = time.monotonic() + _PATIENCE
    while path.is_dir() and not path.is_symlink():
        try:
            shutil.rmtree(path)
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.05)
    path.unlink(missing_ok=True)


def _is_marked(folder: Path) -> bool:
    """Tell whether this is a field device's folder in which a panic began, or what is left of one."""
    mark = folder / MARK
    if not mark.is_file() or mark.is_symlink() or mark.read_bytes() != _MARKED:
        return False
    return role_of(folder) == "field" or [path.name for path in folder.iterdir()] == [MARK]


def _destroy(path: Path) -> None:
    """Write noise over a file in place, flush, delete it; what the disk does not let be written over is deleted."""
    if path.is_symlink() or not path.is_file():
        return
    with suppress(OSError):
        handle = os.open(path, os.O_WRONLY | os.O_CLOEXEC)
        try:
            write_all(handle, os.urandom(os.fstat(handle).st_size))
            os.fsync(handle)
        finally:
            os.close(handle)
    path.unlink(missing_ok=True)
