"""Recordings that volunteers send, one by one, not on a card: each is an item of its own.

What the file was called, when it was changed and who brought it is not kept: it would tell who reads. A recording that
is here already is not kept twice.
"""

from functools import partial
from pathlib import Path
from typing import Final

from tamizdat.archive.acts.readings import check_sound
from tamizdat.archive.acts.state import state
from tamizdat.archive.archive import Archive
from tamizdat.archive.views.items import Item
from tamizdat.disk.files import file_sha256, refusals
from tamizdat.errors import UsageError
from tamizdat.footage.kinds import kind_of
from tamizdat.footage.probe import SOUND
from tamizdat.keys import SigningKey
from tamizdat.statements.captured import CapturedFile
from tamizdat.statements.catalogued import Release

MOST: Final = 32 << 20  #: bytes: a minute of uncompressed sound has fewer
NO_CARD: Final = ""  #: the consignment of what came on none
WHAT: Final = "a recording"
STEP: Final = 1 << 20
_SHORT: Final = 8  #: digits of its SHA-256 by which a recording's name is told from another's


def keep_recording(archive: Archive, desk: SigningKey, source: Path, name: str, dry: bool = False) -> int | None:
    """Keep the recording at *source* and state it; return its number, which it may have had before.

    Of its *name* the ending is kept. With *dry* only look at it: of one that is not here there is no number yet. Raises
    :class:`UsageError` for what is no recording of one name, :class:`SandboxMissing` where nothing can tell; then
    nothing is kept.
    """
    with refusals(WHAT):
        size = source.stat().st_size
    if not 0 < size <= MOST:
        raise UsageError(f"Expected a recording of 1 to {MOST:,} bytes, found one of {size:,}. Nothing was kept.")
    if (known := _known(archive, file_sha256(source))) is not None:
        return known
    check_sound(source)
    if dry:
        return None
    with refusals(WHAT), source.open("rb") as file:
        digest = archive.objects.add(iter(partial(file.read, STEP), b""))
    path = f"recording-{digest[:_SHORT]}{_ending(name)}"
    said = CapturedFile(NO_CARD, path, size, None, "original", "whole", digest)
    return state(archive, desk, [said.to_statement()])[0]


def may_be_read(item: Item) -> bool:
    """Return whether a name may be read in an item: a sound by its name's ending, or what was taken in as one."""
    return item.release != Release.WITHDRAWN and (kind_of(item.path) == SOUND or item.consignment == NO_CARD)


def _known(archive: Archive, digest: str) -> int | None:
    """Return the number of the item with these bytes; None if there is none."""
    return next((number for number in archive.index.about(digest) if archive.index.item(number)), None)


def _ending(name: str) -> str:
    """Return the ending by which people and players know what it is, if it is a plain one."""
    ending = Path(name).suffix.lower()
    return ending if ending[1:].isalnum() and ending.isascii() and len(ending) <= 5 else ".sound"
