"""The folder of a place that is not there: new, misspelled, or on a disk that is not plugged in.

A folder is made only inside one that is there, never where systems put disks and sticks, and none for a second store on
the desk's own disk, where a path that was mistyped leads most often.
"""

from pathlib import Path
from typing import Final

from tamizdat.errors import UsageError
from tamizdat.home.home import Home
from tamizdat.places.disks import folder_of, on_one_disk

#: where systems put disks and sticks; below the second, each person's in a folder of their own
MOUNTED: Final = ("/media", "/mnt", "/run/media", "/Volumes")
MOUNTED_BY_NAME: Final = ("/media", "/run/media")


def missing_folder(url: str) -> Path | None:
    """Return the folder of a place if it would be made.

    Raises :class:`UsageError` where a disk belongs, and if what it would lie in is not there either.
    """
    folder = folder_of(url)
    if folder is None or folder.exists():
        return None
    missing = next(each for each in reversed((folder, *folder.parents)) if not each.exists())
    above = missing.parent
    if str(above) in MOUNTED or str(above.parent) in MOUNTED_BY_NAME:
        raise UsageError(
            f"Expected a disk or stick at {missing}, found nothing there. Plug it in, or look how it is called: a "
            "folder made there would lie on this computer's own disk."
        )
    if missing != folder:
        raise UsageError(
            f"Expected a folder inside one that is there, found no {missing}. Look how it is spelled; is the disk or "
            "stick plugged in?"
        )
    return folder


def refuse_on_own_disk(folder: Path, home: Home) -> None:
    """Raise :class:`UsageError` for a second store in a *folder* that is not there, on the desk's own disk."""
    if on_one_disk(str(folder), [str(home.folder)]):
        raise UsageError(
            f"Expected a folder on another disk for the second store, found that {folder} is not there, and would be "
            "made on the desk's own disk. Look how it is spelled; is the disk plugged in? If it is meant so, make the "
            "folder first."
        )
