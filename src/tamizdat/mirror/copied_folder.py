"""The folder of a copy: what it holds, and which edition that is."""

import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

from tamizdat.disk.files import refusals
from tamizdat.encoding import sha256_hex
from tamizdat.errors import DamagedInput
from tamizdat.ledger.checkpoint import Checkpoint
from tamizdat.ledger.note import open_note
from tamizdat.ledger.roster import Roster
from tamizdat.ledger.statement import peek_envelope
from tamizdat.mirror import site_paths
from tamizdat.statements.published import read as read_edition
from tamizdat.verifying import Seen
from tamizdat.verifying.edition import EDITION, ROSTER
from tamizdat.witness.edition import HEAD

WHAT: Final = "the copy"
SECOND: Final = 1_000_000_000  #: nanoseconds; a time of an edition is whole seconds, a clock's is hardly ever


def seen_in(folder: Path) -> tuple[bytes, Seen] | None:
    """Return root and edition of a copy, as a reader remembers them; None where no copy lies."""
    try:
        roster = Roster.open((folder / ROSTER).read_bytes())
        checkpoint = Checkpoint.parse(open_note((folder / HEAD).read_bytes(), [roster.policy.log]).text)
        envelope = (folder / EDITION).read_bytes()
        said = read_edition(peek_envelope(envelope))
    except (FileNotFoundError, NotADirectoryError, DamagedInput):
        return None
    digest, origin = sha256_hex(envelope), checkpoint.origin
    return roster.root.fingerprint, Seen(
        origin, roster.version, said.number, digest, checkpoint.size, checkpoint.root.hex()
    )


def write_public(path: Path, data: bytes) -> None:
    """Write a file that everybody may read, whole or not at all."""
    with refusals(WHAT):
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(f".{path.name}.part")
        part.write_bytes(data)
        part.replace(path)


def missing(folder: Path, paths: Iterable[str]) -> list[str]:
    """Return those of *paths* that are no files of *folder*."""
    return [path for path in paths if not (folder / path).is_file()]


def files_of(folder: Path, below: str = "") -> Iterator[tuple[str, Path]]:
    """Yield every file of a folder, and whatever else is no folder, by its path."""
    for each in sorted(folder.iterdir()):
        if each.is_dir() and not each.is_symlink():
            yield from files_of(each, f"{below}{each.name}/")
        else:
            yield f"{below}{each.name}", each


def set_times(folder: Path, before: Path, time: int) -> None:
    """Give files and folders of a copy the *time* of its edition; what the copy *before* had as well keeps its own.

    A clock's time would tell at which hour the site was fetched, and so about when it was renewed.
    """
    with refusals(WHAT):
        for path, place in files_of(folder):
            found = os.lstat(place).st_mtime_ns
            with suppress(FileNotFoundError, NotADirectoryError):
                if found % SECOND == 0 and os.lstat(before / path).st_mtime_ns == found:
                    continue
            os.utime(place, ns=(time, time), follow_symlinks=False)
        for each, _, _ in os.walk(folder):
            os.utime(each, ns=(time, time))


def same_bytes(one: Path, other: Path) -> bool:
    """Whether both files are there, with the same bytes."""
    try:
        return one.read_bytes() == other.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return False


def listed_or_none(folder: Path) -> dict[str, str]:
    """Return the SHA-256 by path that a copy's list names; empty for one that is damaged or not there."""
    try:
        return site_paths.listed(folder)
    except DamagedInput:
        return {}


def top_or_none(folder: Path) -> dict[str, str]:
    """Return what a copy's first list names; empty for one that is damaged or not there."""
    try:
        return site_paths.top(folder)
    except DamagedInput:
        return {}


def link(paths: Iterable[str], before: Path, folder: Path) -> list[str]:
    """Link files of the copy *before* into the new one, *folder*; return those that neither has."""
    absent = []
    with refusals(WHAT):
        for path in paths:
            place, old = folder / path, before / path
            if place.is_file():
                continue
            if not old.is_file() or old.is_symlink():
                absent.append(path)
                continue
            place.parent.mkdir(parents=True, exist_ok=True)
            try:
                os.link(old, place)
            except OSError:  # a disk that knows no links
                shutil.copy2(old, place)
    return absent
