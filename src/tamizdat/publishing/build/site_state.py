"""What the site's folder was when the last edition had been put there, so that a run need not list all of it.

Of each file the build cache knows size, inode and times, and of each folder the inode and the time at which anything
was put into it or taken out, which only the system sets (``ctime``). A folder that is as it was holds what it held, so
its files are known without a look into 24,000 folders. ``ledger/`` is listed each time: what witnesses and authorities
say of a checkpoint is put there between editions.
"""

import os
import stat
from collections.abc import Iterable, Iterator
from itertools import chain, zip_longest
from pathlib import Path
from typing import Final

from tamizdat.dataclass import dataclass
from tamizdat.disk.files import refusals
from tamizdat.publishing.build.cache import BuildCache
from tamizdat.publishing.build.file_identity import APART, WIDE, identity_of, touched_at
from tamizdat.publishing.build.site_folder import WHAT, folders, names
from tamizdat.verifying.checkpoint_files import is_beside_checkpoint

LEDGER: Final = "ledger"
SECOND: Final = 1_000_000_000  #: in nanoseconds
KIND: Final = 0o170000  #: bits of a file's mode that tell what it is
KnownFile = tuple[str, int, int, int]  #: path, size, identity and when it was touched, as of a WrittenFile


@dataclass(frozen=True)
class FolderState:
    """That the files of a folder are where the last edition put them; *beside* are those that belong to no unit.

    *untouched*: nobody touched one of them since; *of_a_clock*: the time of one tells when it was made.
    """

    beside: set[str]
    untouched: bool
    of_a_clock: bool


def look(out: Path, cache: BuildCache, others: Iterable[KnownFile]) -> FolderState | None:
    """Return what *out* is, where the last edition put its units and *others*; None if any folder changed since."""
    others, place = [*others], -1
    try:
        beside = _files_beside(out, {path for path, *_ in others})
        place = os.open(out, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        found = _look_at_all(place, cache.folders(), chain(cache.identities(), [others])) if beside else None
        return FolderState(beside, *found) if beside and found else None
    except OSError:
        return None
    finally:
        if place >= 0:
            os.close(place)


def _files_beside(out: Path, known: set[str]) -> set[str] | None:
    """Return the files that belong to no unit, of which these are *known*; None if something else is in ``ledger/``."""
    listed = {f"{LEDGER}/{name}" for name in names(f"{out}/{LEDGER}")}
    below = {path for path in known if path.startswith(f"{LEDGER}/")}
    return known | listed if all(map(is_beside_checkpoint, below ^ listed)) else None


def _look_at_all(
    place: int, folders: Iterable[Iterable[tuple[str, int]]], files: Iterable[Iterable[KnownFile]]
) -> tuple[bool, bool] | None:
    """Return whether nobody touched a file, and whether one has the time of a clock; None if a folder changed, or none.

    The open folder is *place*. Files are looked at soon after the folders that they are in, which come in the same
    order: the system has these at hand then, and takes a tenth less time.
    """
    looked, untouched, of_a_clock, stat_of = False, True, False, os.stat
    for some, those in zip_longest(folders, files, fillvalue=()):
        for path, touched in some:
            looked, found = True, stat_of(path or ".", dir_fd=place, follow_symlinks=False)
            if (found.st_ino * APART + found.st_ctime_ns) % WIDE != touched:  # as touched_at
                return None
        if untouched:
            untouched, one = _look_at_files(place, those)
            of_a_clock = of_a_clock or one
    return (untouched, of_a_clock) if looked else None


def _look_at_files(place: int, known: Iterable[KnownFile]) -> tuple[bool, bool]:
    """Return whether nobody touched a *known* file, and whether one has the time of a clock."""
    of_a_clock, stat_of = False, os.stat
    try:
        for path, size, identity, touched in known:
            found = stat_of(path, dir_fd=place, follow_symlinks=False)
            time = found.st_mtime_ns
            if (
                found.st_ctime_ns != touched
                or found.st_size != size
                or (found.st_ino * APART + time) % WIDE != identity  # as identity_of, without a call for each
                or found.st_mode & KIND != stat.S_IFREG
            ):
                return False, of_a_clock
            if time % SECOND:
                of_a_clock = True
    except OSError:
        return False, of_a_clock
    return True, of_a_clock


def known_files(out: Path, paths: Iterable[str]) -> list[KnownFile]:
    """Return what :func:`look` asks for of files of *out*."""
    found = ((path, os.lstat(f"{out}/{path}")) for path in paths)
    return [(path, state.st_size, identity_of(state), state.st_ctime_ns) for path, state in found]


def known_folders(out: Path, some: Iterable[str] | None) -> Iterator[tuple[str, int | None]]:
    """Yield what :func:`look` asks for of *some* folders of *out*, or of all; None for one that is not there.

    All are also those with nothing in them: nothing else would tell that a file is put there. They come item by item.
    """
    with refusals(WHAT):
        every = sorted(folders(str(out)) if some is None else some)
        every.sort(key=_item_of)  # numbers alone: of 129,000 items both at once are 30 MB more
        yield from ((path, _touched(f"{out}/{path}")) for path in every if path.partition("/")[0] != LEDGER)


def _item_of(folder: str) -> int:
    """Return the number of a folder's item, or -1: a reader's eye, and the system's memory, goes from item to item."""
    _, is_of_item, number = folder.rpartition("items/")
    return int(number) if is_of_item and number.isdecimal() else -1


def _touched(folder: str) -> int | None:
    try:
        return touched_at(os.lstat(folder))
    except FileNotFoundError:
        return None
