"""How loud a clip is from beginning to end: drawn on its timeline, made once, beside the copy that is played.

``levels`` in the copy's folder has a byte for each 20 milliseconds. It is made of that copy, in the box, and nothing in
it tells words.
"""

import threading
from pathlib import Path
from typing import Final

from tamizdat.disk.files import refusals, write_file
from tamizdat.errors import BadMedia
from tamizdat.footage import decode
from tamizdat.footage.probe import SOUND, Form
from tamizdat.publishing.derived.bare_copies import WHAT

FILE: Final = "levels"
_LOOKING: Final = threading.Lock()
_MAKING: Final[dict[Path, threading.Lock]] = {}  # by folder; two who open one clip would write one file at a time


def levels_of(copy: Path) -> bytes:
    """Return the levels of a copy; nothing of one without sound."""
    with _LOOKING:
        mine = _MAKING.setdefault(copy.parent, threading.Lock())
    with mine:
        path = copy.parent / FILE
        with refusals(WHAT):
            if path.is_file():
                return path.read_bytes()
        try:
            made = decode.levels(copy, Form(SOUND, "mov"))
        except BadMedia:
            made = b""
        write_file(path, made, WHAT)
        return made
