"""What takes long to make out of files of the program, kept beside its compiled code (``__pycache__``).

It is as private and as trusted as that is, is made anew when a source changed, and is left out where Python may not
write its own either.
"""

import contextlib
import os
import sys
from collections.abc import Callable
from hashlib import sha256
from importlib.util import cache_from_source
from pathlib import Path


def folder(name: str) -> Path | None:
    """Return the folder *name* beside the compiled code, which is there then; None where none may be written."""
    if sys.dont_write_bytecode:
        return None
    found = Path(cache_from_source(__file__)).parent / name
    try:
        found.mkdir(mode=0o755, parents=True, exist_ok=True)
    except OSError:
        return None
    return found if os.access(found, os.W_OK) else None


def kept(name: str, sources: bytes, make: Callable[[], bytes]) -> bytes:
    """Return what *make* makes of *sources*: as it was kept under *name*, if they are the same."""
    within, digest = folder("kept"), sha256(sources).digest()
    if within is None:
        return make()
    path = within / name
    with contextlib.suppress(OSError):
        found = path.read_bytes()
        if found[:32] == digest and found[32:64] == sha256(found[64:]).digest():
            return found[64:]
    made = make()
    temporary = path.with_name(f"{name}.{os.getpid()}.part")
    with contextlib.suppress(OSError):
        temporary.write_bytes(digest + sha256(made).digest() + made)
        temporary.rename(path)
    return made
