"""An archive handed over to an institution: everything that is kept and published, and none of the desk's keys.

What is made is a desk's folder that signs nothing::

    role, keys.age, settings        a desk whose settings say that it is kept by others (home.withheld)
    archive/                        the whole ledger with salts and envelopes, every object, checkpoints with stamps
    site/                           the last edition, as it stands

Opened with ``--home FOLDER`` it can be searched, checked, exported from and verified. Accounts, places, devices and the
keys of any of them are not in it. Who translated what stays a tag; names that an edition credits stand in its pages.

``role`` is written last: before it, the folder is no desk, and a rerun keeps what is there and right.
"""

import hashlib
import os
import secrets
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import BinaryIO, Final

from tamizdat.archive import Archive
from tamizdat.archive.check import HOLDERS
from tamizdat.archive.checkpoints import WRITTEN
from tamizdat.dataclass import dataclass
from tamizdat.disk.files import file_sha256, flush_folder, make_private, refusals, write_file
from tamizdat.errors import BadArchive, UsageError
from tamizdat.home.home import ARCHIVE, SITE, Home
from tamizdat.home.keyring import Keyring

WHAT: Final = "the archive that is handed over"
UNFINISHED: Final = "unfinished"
STEP: Final = 4 << 20
#: files of the archive beside ledger and objects without which its pages would not be the same
BESIDE: Final = ("archive.json", "clocks.txt", "hide-changed.txt")
CHECKPOINTS: Final = "checkpoints"
OBJECTS: Final = "objects"


@dataclass(frozen=True)
class HandedOver:
    """What was written: entries of the ledger, objects, files of the site, bytes; objects that are nowhere here."""

    entries: int
    objects: int
    pages: int
    bytes: int
    missing: tuple[str, ...]


def hand_over(
    home: Home,
    archive: Archive,
    site: Path,
    folder: Path,
    day: str,
    progress: Callable[[int], None] = lambda size: None,
) -> HandedOver:
    """Write the archive into *folder*, which is new, empty, or was left by a killed run.

    *home* is the desk that hands it over. Raises :class:`UsageError` for a folder with files of others, and for one
    inside what is copied.
    """
    for within in (home.folder, site):
        if folder.resolve().is_relative_to(within.resolve()):
            raise UsageError(
                f"Expected a folder outside the desk's own and its site, found {folder} in one of them: it would be "
                "copied into itself. Name a folder elsewhere."
            )
    _begin(folder, archive.origin)
    with archive.standing_ledger() as ledger:
        entries = ledger.leaves
        size = _write(folder / ARCHIVE / "entries.log", _pieces(ledger.read, ledger.size))
    for path in _beside(archive.folder):
        size += _copy(archive.folder / path, folder / ARCHIVE / path)
    count = 0
    for digest in archive.objects:
        place = folder / ARCHIVE / OBJECTS / digest[:2] / digest
        if not _stands(place, digest):
            _write(place, _object(archive, digest), digest)
        count += 1
        size += place.stat().st_size
        progress(place.stat().st_size)
    pages = 0
    for path in _files_below(site):
        size += _copy(site / path, folder / SITE / path)
        pages += 1
    _keep_as_desk(home, folder, day, entries)
    return HandedOver(entries, count, pages, size, tuple(_missing(archive)))


def _missing(archive: Archive) -> Iterator[str]:
    """Yield what statements say is kept and this archive does not have."""
    question = "SELECT DISTINCT sha256 FROM subjects JOIN entries USING (number) WHERE act IN (?, ?) ORDER BY sha256"
    for (digest,) in archive.index.ask(question, *HOLDERS):
        if not archive.objects.has(digest):
            yield digest


def _begin(folder: Path, origin: str) -> None:
    with refusals(WHAT):
        make_private(folder)
        folder.chmod(0o700)
        there = sorted(each.name for each in folder.iterdir())
    mark = f"{origin}\n".encode()
    with refusals(WHAT):
        ours = UNFINISHED in there and (folder / UNFINISHED).read_bytes() == mark
    if there and not ours:
        raise UsageError(
            f"Expected an empty folder for the archive, found {there[0]} in it. Name a new folder; an archive that was "
            "handed over before is not written over."
        )
    write_file(folder / UNFINISHED, mark, WHAT)


def _keep_as_desk(home: Home, folder: Path, day: str, leaves: int) -> None:
    keyring = Keyring(secrets.token_bytes(32))  # it seals settings that hold no secret, and signs nothing
    told = {name: home.settings[name] for name in ("name", "root")}
    kept = {"caught_up": True, "day": day, "kept": day, "leaves": leaves, "seized": False}
    empty: dict[str, object] = {
        "devices": {},
        "revoked": {},
        "recipients": {},
        "copies": [],
        "backups": [],
        "places": [],
    }
    settings = {**told, **empty, "withheld": kept}
    if home.addresses:
        settings["addresses"] = home.addresses
    os.sync()  # pages are many and small: they are flushed together, before the folder counts as a desk
    keyring.save(folder / "keys.age", b"")
    made = Home(folder, "desk", keyring, settings)
    made.save()
    write_file(folder / "role", b"desk\n", WHAT)
    with refusals(WHAT):
        (folder / UNFINISHED).unlink(missing_ok=True)


def _beside(archive: Path) -> Iterator[str]:
    yield from (name for name in BESIDE if (archive / name).is_file())
    kept = (path for path in _files_below(archive / CHECKPOINTS) if not path.endswith(".lock"))
    # Last what their digests are: one that is written meanwhile has its line in it then, and the one before has, too.
    yield from (f"{CHECKPOINTS}/{path}" for path in sorted(kept, key=lambda path: path == WRITTEN))


def _files_below(folder: Path) -> Iterator[str]:
    for place, folders, names in os.walk(folder):
        folders.sort()
        for name in sorted(names):
            path = Path(place, name)
            if not path.is_symlink() and not name.endswith(".part"):
                yield path.relative_to(folder).as_posix()


def _pieces(read: Callable[[int, int], bytes], size: int) -> Iterator[bytes]:
    for at in range(0, size, STEP):
        yield read(at, min(STEP, size - at))


def _object(archive: Archive, digest: str) -> Iterator[bytes]:
    with archive.objects.open(digest) as file:
        yield from _chunks(file)


def _chunks(file: BinaryIO) -> Iterator[bytes]:
    while chunk := file.read(STEP):
        yield chunk


def _stands(path: Path, digest: str) -> bool:
    with refusals(WHAT):
        return path.is_file() and file_sha256(path) == digest


def _copy(source: Path, place: Path) -> int:
    """Copy a file with its time, unless the same bytes are there; return its size."""
    with refusals(WHAT):
        told = source.stat()
        same = place.is_file() and place.stat().st_size == told.st_size
        if not (same and file_sha256(place) == file_sha256(source)):
            with source.open("rb") as file:
                _write(place, _chunks(file), flush=False)
        os.utime(place, ns=(told.st_mtime_ns, told.st_mtime_ns))
    return told.st_size


def _write(place: Path, pieces: Iterable[bytes], digest: str = "", flush: bool = True) -> int:
    """Write a file whole or not at all, an object (*digest*) only with its SHA-256; return its size.

    Raises :class:`BadArchive` for a damaged object.
    """
    state, size = hashlib.sha256(), 0
    with refusals(WHAT):
        make_private(place.parent)
        temporary = place.with_name(f".{place.name}.part")
        try:
            with temporary.open("wb") as file:
                os.fchmod(file.fileno(), 0o444 if digest else 0o600)
                for piece in pieces:
                    state.update(piece)
                    size += len(piece)
                    file.write(piece)
                file.flush()
                if flush:
                    os.fsync(file.fileno())
            if digest and state.hexdigest() != digest:
                raise BadArchive(
                    f"Expected the object {digest} in the archive, found the SHA-256 {state.hexdigest()}. "
                    "'tamizdat check' tells more."
                )
            temporary.rename(place)
        finally:
            temporary.unlink(missing_ok=True)
        if flush:
            flush_folder(place.parent)
    return size
