"""What the site's folder was when the last edition had been put there, so that a run need not list all of it.

Of each file the build cache knows size, inode and times, and of each folder the inode and the time at which anything
was put into it or taken out, which only the system sets (``ctime``). A folder that is as it was holds what it held, so
its files are known without a look into 24,000 folders. ``ledger/`` is listed each time: what witnesses and authorities
say of a checkpoint is put there between editions.
"""

import os
import stat
from collections.abc import Iterable, Mapping
from itertools import chain
from pathlib import Path
from typing import Final

from tamizdat.disk.files import refusals
from tamizdat.publishing.build.cache import BuildCache, identity_of, touched_at
from tamizdat.publishing.build.site_folder import WHAT, folders, names
from tamizdat.verifying.checkpoint_files import is_beside_checkpoint

LEDGER: Final = "ledger"
KnownFile = tuple[str, int, int, int]  #: path, size, identity and when it was touched, as of a WrittenFile


def present_files(out: Path, cache: BuildCache, others: Iterable[KnownFile]) -> set[str] | None:
    """Return the files of *out*, where the last edition put its units and *others*; None if any folder changed since.

    It only tells where files are: what is in them may have been altered (:func:`is_untouched`).
    """
    before = cache.folders()
    try:
        if not before or not all(touched_at(os.lstat(f"{out}/{path}")) == touched for path, touched in before):
            return None
        listed = {f"{LEDGER}/{name}" for name in names(f"{out}/{LEDGER}")}
    except OSError:
        return None
    known = {path for path, _, _, _ in chain(cache.identities(), others)}
    below = {path for path in known if path.startswith(f"{LEDGER}/")}
    return known | listed if all(map(is_beside_checkpoint, below ^ listed)) else None


def is_untouched(out: Path, cache: BuildCache, others: Iterable[KnownFile]) -> bool:
    """Return whether nobody touched a file of *out* that the last edition put there."""
    folder = f"{out}/"
    try:
        for path, size, identity, touched in chain(cache.identities(), others):
            found = os.lstat(folder + path)
            if found.st_ctime_ns != touched or found.st_size != size or identity_of(found) != identity:
                return False
            if not stat.S_ISREG(found.st_mode):
                return False
    except OSError:
        return False
    return True


def known_files(out: Path, paths: Iterable[str]) -> list[KnownFile]:
    """Return what :func:`is_untouched` asks for of files of *out*."""
    found = ((path, os.lstat(f"{out}/{path}")) for path in paths)
    return [(path, state.st_size, identity_of(state), state.st_ctime_ns) for path, state in found]


def known_folders(out: Path, some: Iterable[str] | None) -> Mapping[str, int | None]:
    """Return what :func:`present_files` asks for of *some* folders of *out*, or of all; None for one that is not there.

    All are also those with nothing in them: nothing else would tell that a file is put there.
    """
    with refusals(WHAT):
        every = folders(str(out)) if some is None else some
        return {path: _touched(f"{out}/{path}") for path in every if path.partition("/")[0] != LEDGER}


def _touched(folder: str) -> int | None:
    try:
        return touched_at(os.lstat(folder))
    except FileNotFoundError:
        return None
