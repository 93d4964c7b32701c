"""Whether two places are one: the same folder under two names, or two folders of one disk, which are lost together."""

import os
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import unquote


def folder_of(url: str) -> Path | None:
    """Return the folder that a place's URL names; None for a service."""
    if url.startswith("file://"):
        return Path(unquote(url.removeprefix("file://")))
    return Path(url) if ":" not in url else None


def is_same(url: str, other: str) -> bool:
    """Tell whether both name one folder, by whatever path, or one address of a service."""
    folders = [folder for each in (url, other) if (folder := folder_of(each)) is not None]
    if len(folders) < 2:
        return url.rstrip("/") == other.rstrip("/")
    try:
        return os.path.samestat(folders[0].stat(), folders[1].stat())
    except OSError:
        return folders[0].resolve() == folders[1].resolve()


def on_one_disk(url: str, others: Iterable[str]) -> list[str]:
    """Return those of *others* that lie on the disk on which the folder *url* lies, or will lie."""
    disk = _disk(folder_of(url))
    return [each for each in others if disk is not None and _disk(folder_of(each)) == disk]


def _disk(folder: Path | None) -> int | None:
    """Return the number of the disk that holds a folder, or its nearest parent that is there."""
    for each in (folder, *folder.parents) if folder is not None else ():
        try:
            return each.stat().st_dev
        except OSError:
            continue
    return None
