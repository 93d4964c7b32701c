"""Voices whose posts are hidden while a change or deletion of them waits: ``hide-changed.txt`` in the archive's folder.

One handle, or one id of an account, a line. Whoever changes or deletes a post may do so in danger; for a voice of whom
that is to be feared, the old words are not shown until an editor looked.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Final

from tamizdat.archive.views.posts import Version
from tamizdat.disk.files import refusals, write_file
from tamizdat.disk.lock import locked

NAME: Final = "hide-changed.txt"
WHAT: Final = "the list of voices to hide"


def hidden_voices(archive: Path) -> frozenset[str]:
    """Return the handles and ids that are listed in the folder *archive*; raises :class:`StorageRefused`."""
    path = archive / NAME
    with refusals(WHAT):
        text = path.read_text("utf-8", "replace") if path.exists() else ""
    return frozenset(_name(line) for line in text.splitlines() if line.strip())


def hide_voices(archive: Path, voices: Iterable[str], hide: bool) -> frozenset[str]:
    """Add *voices* to the list, or take them off it, and return all that are on it."""
    named = {_name(each) for each in voices}
    with locked((archive / NAME).with_suffix(".lock")):
        before = hidden_voices(archive)
        after = before | named if hide else before - named
        write_file(archive / NAME, "".join(f"{each}\n" for each in sorted(after)).encode(), WHAT)
    return frozenset(after)


def is_hidden(version: Version, voices: frozenset[str]) -> bool:
    """Tell whether a version is of one of these voices."""
    return not voices.isdisjoint((_name(version.handle), _name(version.author)))


def _name(voice: str) -> str:
    return voice.strip().lstrip("@").casefold()
