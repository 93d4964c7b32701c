"""What of a desk's folder is backed up: all that cannot be made again.

Everything that lies there is, unless it is named here: views, locks, what is on its way in (the places have it still),
the published site and what is half made of one beside it (``publish`` makes it again), models (who made them has them),
and ``root.age``, which belongs on a stick in a drawer. So what a later version keeps in the folder is backed up without
anybody's having to remember it.

``keys.age`` and ``settings`` are given as they are under their seals, for the recovery key is their seal in a backup,
and a forgotten passphrase shall not make the backup useless. ``entries.log`` is read under the archive's lock, in one
go, so that a statement that is forgotten meanwhile is there whole or not at all.

Of an archive whose objects lie on a place, the backup has the keys (in the settings), the list of what lies there, and
those objects that no second store has given back: nothing ends with one copy, and footage is not carried thrice.
"""

import contextlib
import fnmatch
import hashlib
import os
import sqlite3
from collections.abc import Callable, Collection, Iterator
from pathlib import Path
from typing import Final

from tamizdat.archive import Archive, Objects
from tamizdat.archive.log import places
from tamizdat.archive.store.placed import PlacedObjects
from tamizdat.backup.packs import PIECE, piece_sizes
from tamizdat.dataclass import dataclass
from tamizdat.disk.files import refusals
from tamizdat.encoding import canonical, safe_path, sha256_hex
from tamizdat.errors import BadArchive, BadPath, WorkRemains
from tamizdat.home.home import ARCHIVE, GIVEN, MODELS, SITE, Home
from tamizdat.home.keyring import Keyring
from tamizdat.statements import received

KEYS: Final = "keys.age"
SETTINGS: Final = "settings"
LEDGER: Final = f"{ARCHIVE}/entries.log"
OBJECTS: Final = f"{ARCHIVE}/objects"
WHAT: Final = "the desk's folder"

#: patterns of paths in the desk's folder that no backup holds
LEFT_OUT: Final = (
    "root*.age", "*/root*.age", "role", KEYS, SETTINGS, SITE, f"{SITE}/*", f".{SITE}.*", "incoming", "incoming/*",
    "mirrors", "mirrors/*", MODELS, f"{MODELS}/*", GIVEN, f"{GIVEN}/*",
    "backups", "backups/*", "backups.json", "restoring", "restoring/*",
    *(f"{ARCHIVE}/{view}.sqlite" for view in ("index", "search", "publishing")),
    f"{ARCHIVE}/forgetting.json", f"{ARCHIVE}/staging", f"{ARCHIVE}/staging/*", f"{ARCHIVE}/bare", f"{ARCHIVE}/bare/*",
    OBJECTS, f"{OBJECTS}/*", LEDGER, f"{ARCHIVE}/{places.NAME}",
    "*.lock", f"{ARCHIVE}/lock", "*.part", "*-wal", "*-shm", "*-journal",
)  # fmt: skip


@dataclass(frozen=True)
class File:
    """A file to back up. *read* gives *count* bytes from an offset; *pieces* are known of all but large objects.

    *settled*: it will never change, so that its pieces share no pack with what does.
    """

    path: str
    size: int
    sha256: str
    pieces: tuple[str, ...] | None
    settled: bool
    read: Callable[[int, int], bytes]


@dataclass(frozen=True)
class Contents:
    """Everything of a desk at one moment; *leaves* is how many entries its ledger had."""

    files: list[File]
    leaves: int
    forgotten: int
    unfit: list[str]  #: why something in the folder is in no backup
    elsewhere: int = 0  #: objects that are in no backup, because their place and a second store hold them


def contents_of(home: Home, archive: Archive, known: Collection[str] = ()) -> Contents:
    """Gather what is to be backed up; nothing large is read yet but the ledger. Raises BadArchive, StorageRefused.

    The ledger's entries must hold: a damaged one would take the place of the sound one in the backup before. Not looked
    at are those in pieces that are *known*, by SHA-256, because they were when these were sent.
    """
    keyring = Keyring(home.keyring.settings, dict(home.keyring.signing.items()), home.keyring.sealing)
    unfit: list[str] = []
    elsewhere = _in_two_stores(
        home, archive
    )  # first: what is put on the place later is not on the list that is backed up
    with archive.standing_ledger() as ledger:
        files = [
            in_memory(KEYS, keyring.encode()),
            in_memory(SETTINGS, canonical(home.settings)),
            *_others(home.folder, unfit),
            log := _whole(LEDGER, ledger.size, ledger.read),
        ]
        for number, piece in enumerate(log.pieces or ()):
            if piece not in known:
                archive.require_sound(ledger, number * PIECE, PIECE)
        leaves, forgotten = ledger.leaves, ledger.forgotten
    return Contents([*files, *_objects(archive, elsewhere)], leaves, forgotten, unfit, len(elsewhere))


def in_memory(path: str, data: bytes) -> File:
    """Return a small file whose bytes are at hand."""
    return _whole(path, len(data), lambda offset, count: data[offset : offset + count])


def read_pieces(file: File) -> Iterator[tuple[str, bytes]]:
    """Yield the SHA-256 and the bytes of each piece of a file; raises WorkRemains if it became shorter meanwhile."""
    for number, size in enumerate(piece_sizes(file.size)):
        yield read_piece(file, number, size)


def read_piece(file: File, number: int, size: int) -> tuple[str, bytes]:
    """Return the SHA-256 and the bytes of one piece of *size* bytes; raises WorkRemains if it became shorter."""
    piece = file.read(number * PIECE, size)
    if len(piece) != size:
        raise WorkRemains("Something in the desk's folder changed while it was backed up. Run the same command again.")
    return sha256_hex(piece), piece


def read_sound_piece(file: File, number: int, size: int, expected: str) -> bytes:
    """Return one piece of this SHA-256; raises BadArchive for a damaged object, WorkRemains for what has changed."""
    digest, data = read_piece(file, number, size)
    if digest == expected:
        return data
    if file.settled:
        raise BadArchive(
            f"Object {file.sha256}: expected bytes with this SHA-256, found others. The disk may be failing."
        )
    raise WorkRemains("Something in the desk's folder changed while it was backed up. Run the same command again.")


def _whole(path: str, size: int, read: Callable[[int, int], bytes]) -> File:
    """Return a file of which all pieces are read now."""
    whole, pieces = hashlib.sha256(), []
    for number, count in enumerate(piece_sizes(size)):
        piece = read(number * PIECE, count)
        whole.update(piece)
        pieces.append(sha256_hex(piece))
    return File(path, size, whole.hexdigest(), tuple(pieces), False, read)


def _in_two_stores(home: Home, archive: Archive) -> set[str]:
    """Return the SHA-256 of objects that their place holds, and a second store that gave all of a consignment back.

    One that was removed counts no more: its disk may have died.
    """
    if not isinstance(archive.objects, PlacedObjects):
        return set()
    listed, held = set(archive.objects.listed.sizes), set[str]()
    statements = [(each, archive.statement(each.index)) for each in archive.index.consignments()]
    stores = {settings.name for settings in home.places("copies")}
    copied = {
        each.consignment
        for each, statement in statements
        if not stores.isdisjoint(received.read(statement).copies or ())
    }
    for each, statement in statements:
        if each.consignment in copied:
            held |= {subject.sha256 for subject in statement.subjects}
    held |= {item.original for item in archive.index.items() if item.consignment in copied}
    return listed & held


def _objects(archive: Archive, elsewhere: Collection[str]) -> Iterator[File]:
    for names in archive.objects.by_shelf():
        for digest in names:
            if digest in elsewhere:
                continue
            try:
                size = archive.objects.size(digest)
            except BadArchive:  # it went between the listing and now
                continue
            pieces = None if size > PIECE else (digest,) if size else ()
            read = _reader(archive.objects, digest)
            yield File(f"{OBJECTS}/{digest[:2]}/{digest}", size, digest, pieces, True, read)


def _reader(objects: Objects, digest: str) -> Callable[[int, int], bytes]:
    def read(offset: int, count: int) -> bytes:
        with objects.open(digest) as file, refusals(WHAT):
            file.seek(offset)
            return file.read(count)

    return read


def _others(folder: Path, unfit: list[str]) -> Iterator[File]:
    """Yield the small files that are neither keys, settings, ledger nor objects."""
    for path in sorted(_walk(folder)):
        relative = path.relative_to(folder).as_posix()
        if any(fnmatch.fnmatchcase(relative, pattern) for pattern in LEFT_OUT):
            continue
        try:
            safe_path(relative)
        except BadPath as error:
            unfit.append(f"A file of the desk's folder is in no backup: {error}")
            continue
        if path.is_symlink() or not path.is_file():
            unfit.append(f"“{relative}” in the desk's folder is no file but a link or a device, and is in no backup.")
            continue
        with refusals(WHAT):
            data = _copy_of_sqlite(path) if path.suffix == ".sqlite" else path.read_bytes()
        yield in_memory(relative, data)


def _walk(folder: Path) -> Iterator[Path]:
    """Yield what is not a folder, without going into what is left out whole."""
    with refusals(WHAT), os.scandir(folder) as entries:
        found = sorted(entries, key=lambda each: each.name)
    for entry in found:
        if not entry.is_dir(follow_symlinks=False):
            yield Path(entry.path)
        elif entry.name.startswith(f".{SITE}."):  # an edition that was stopped, or a renewal
            continue
        elif entry.name not in (SITE, GIVEN, "incoming", "backups", "restoring", "objects", "staging", "bare"):
            yield from _walk(Path(entry.path))


def _copy_of_sqlite(path: Path) -> bytes:
    """Return a consistent copy of an SQLite file, also while others write to it; raises BadArchive."""
    try:
        with (
            contextlib.closing(sqlite3.connect(path, timeout=30)) as live,
            contextlib.closing(sqlite3.connect(":memory:")) as copy,
        ):
            live.backup(copy)
            return copy.serialize()
    except sqlite3.Error as error:
        raise BadArchive(f"{path.name}: expected a sound file, found a damaged one. Restore it from a copy.") from error
