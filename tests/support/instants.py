"""What a kill leaves: the folders of a site as they lie before each call of the system that changes them."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import pytest

CALLS = ("fsync", "write", "rename", "link", "unlink", "rmdir", "mkdir", "utime")
LINK = os.link


class Instant(NamedTuple):
    """What lay in the folder of the site, and beside it, before *call*."""

    folder: Path
    call: str


def _keep(folder: Path, kept: Path) -> None:
    kept.mkdir(parents=True)
    for part in folder.iterdir():
        if part.name == "site" or part.name.startswith(".site"):
            shutil.copytree(part, kept / part.name, copy_function=LINK, symlinks=True)


@contextmanager
def instants(
    folder: Path, kept: Path, patch: pytest.MonkeyPatch, names: tuple[str, ...] = ("site", ".site")
) -> Iterator[list[Instant]]:
    """Keeps every instant of what happens in folders of *folder* whose names begin so, by second names."""
    found: list[Instant] = []
    busy, watched_places = False, tuple(f"{folder}/{name}" for name in names)

    def watched(name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def call(first: Any, *others: Any, **more: Any) -> Any:
            nonlocal busy
            within = more.get("dir_fd")
            handle = within or (first if isinstance(first, int) else 0)
            place = str(Path(f"/proc/self/fd/{handle}").readlink() if handle else first)
            if not busy and place.startswith(watched_places):
                busy = True
                instant = Instant(kept / str(len(found)), f"{name} {place}")
                _keep(folder, instant.folder)
                found.append(instant)
                busy = False
            return real(first, *others, **more)

        return call

    with patch.context() as patched:
        for name in CALLS:
            patched.setattr(os, name, watched(name, getattr(os, name)))
        yield found
