"""What takes long to make out of files of the program, kept beside its compiled code (``__pycache__``).

It is as private and as trusted as that is: of templates it is code, which runs. It is made anew when a source changed
or a file is torn, and is left out where Python may not write its own either.
"""

import contextlib
import os
import sys
from collections.abc import Callable
from hashlib import sha256
from importlib.util import cache_from_source
from pathlib import Path


def folder() -> Path | None:
    """Return the folder beside the compiled code, which is there then; None where there is none and none may be made.

    Others may have filled it, as the installation of a package does: then it is read, and what is missing is not kept.
    """
    if sys.dont_write_bytecode:
        return None
    found = Path(cache_from_source(__file__)).parent / "kept"
    try:
        found.mkdir(mode=0o755, parents=True, exist_ok=True)
    except OSError:
        return None
    return found


def read(within: Path, name: str, sources: bytes) -> bytes | None:
    """Return what was kept under *name*; None if it was made of other *sources*, or is not whole."""
    with contextlib.suppress(OSError):
        found = (within / name).read_bytes()
        if found[:32] == sha256(sources).digest() and found[32:64] == sha256(found[64:]).digest():
            return found[64:]
    return None


def keep(within: Path, name: str, sources: bytes, made: bytes) -> None:
    """Keep what was *made* of *sources* under *name*, as far as there is room."""
    temporary = within / f"{name}.{os.getpid()}.part"
    with contextlib.suppress(OSError):
        temporary.write_bytes(sha256(sources).digest() + sha256(made).digest() + made)
        temporary.rename(within / name)


def kept(name: str, sources: bytes, make: Callable[[], bytes]) -> bytes:
    """Return what *make* makes of *sources*: as it was kept under *name*, if they are the same."""
    within = folder()
    if within is None:
        return make()
    found = read(within, name, sources)
    if found is None:
        found = make()
        keep(within, name, sources, found)
    return found
