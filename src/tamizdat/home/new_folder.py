"""The folder of a place that is not there: new, misspelled, or on a disk that is not plugged in.

A folder is made only inside one that is there, where systems put disks and sticks only on a disk that is mounted, and
none for a second store on the desk's own disk, where a path that was mistyped leads most often.
"""

from pathlib import Path
from typing import Final

from tamizdat.errors import UsageError
from tamizdat.home.home import Home
from tamizdat.places.disks import folder_of, on_one_disk

MOUNTED: Final = ("/media", "/mnt", "/run/media", "/Volumes")  #: where systems put disks and sticks
MOUNTED_ON: Final = "/mnt"  #: the one of these that people put a disk itself on


def missing_folder(url: str) -> Path | None:
    """Return the folder of a place if it would be made.

    Raises :class:`UsageError` where a disk belongs and none is, and if what it would lie in is not there either.
    """
    folder = folder_of(url)
    if folder is None or folder.exists():
        return None
    missing = next(each for each in reversed((folder, *folder.parents)) if not each.exists())
    if _lacks_its_disk(missing.parent):
        raise UsageError(
            f"Expected a disk or stick at {missing}, or above it, found none. Plug it in, or look how it is called: a "
            "folder made there would lie on this computer's own disk. If it is meant so, make the folder first."
        )
    if missing != folder:
        raise UsageError(
            f"Expected a folder inside one that is there, found no {missing}. Look how it is spelled; is the disk or "
            "stick plugged in?"
        )
    return folder


def _lacks_its_disk(folder: Path) -> bool:
    """Tell whether a folder lies where disks do, and no disk is mounted there: it may be what one is mounted to."""
    at = next((each for each in MOUNTED if folder.is_relative_to(each)), None)
    if at is None:
        return False
    below = [each for each in (folder, *folder.parents) if each.is_relative_to(at) and str(each) != at]
    return not any(each.is_mount() for each in (*below, *([Path(at)] if at == MOUNTED_ON else [])))


def refuse_on_own_disk(folder: Path, home: Home) -> None:
    """Raise :class:`UsageError` for a second store in a *folder* that is not there, on the desk's own disk."""
    if on_one_disk(str(folder), [str(home.folder)]):
        raise UsageError(
            f"Expected a folder on another disk for the second store, found that {folder} is not there, and would be "
            "made on the desk's own disk. Look how it is spelled; is the disk plugged in? If it is meant so, make the "
            "folder first."
        )
