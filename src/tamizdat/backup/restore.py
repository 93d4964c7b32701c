"""A desk made again from a backup, and the rehearsal of it, which writes nothing.

Every pack in the place is opened with the recovery key; the head with the highest number says what the newest backup
consists of. ``setup desk --restore`` puts pieces into ``restoring/`` of the new folder as they come, sealed under a
key that follows from the recovery key, and remembers which packs were read: killed, it goes on. The folder becomes a
desk's with the last of its steps, the file ``role``.

The new desk signs nothing at first (:mod:`tamizdat.home.withheld`): its ledger may be older than the published one, and
whoever took the old computer may have its keys.
"""

import contextlib
import fnmatch
import hashlib
import os
import shutil
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import field
from pathlib import Path
from typing import Any, Final

from tamizdat.archive import Archive
from tamizdat.archive.store.placed_list import NAME, PlacedList
from tamizdat.backup.contents import KEYS, OBJECTS, SETTINGS
from tamizdat.backup.file_list import Head, ListedFile, encode_list, parse_list
from tamizdat.backup.found import WHAT, Found, Kept
from tamizdat.backup.packs import members
from tamizdat.backup.record import FOLDER, Finished, Record
from tamizdat.backup.recovery_key import short_name
from tamizdat.dataclass import dataclass
from tamizdat.disk.files import file_sha256, flush_folder, make_private, refusals, write_file
from tamizdat.encoding import parse_canonical, sha256_hex
from tamizdat.errors import BadAge, BadBackup, BadEncoding, NotForUs, PlaceError, UsageError
from tamizdat.home import objects
from tamizdat.home.home import ARCHIVE, RESTORING, USES, Home, free_name
from tamizdat.home.keyring import WORK, Keyring
from tamizdat.keys import SealingKey
from tamizdat.ledger.roster import ACT as ROSTER
from tamizdat.ledger.roster_chain import open_chain
from tamizdat.places import Place
from tamizdat.sealing.age import unseal
from tamizdat.sealing.parcel import parcel_name

PLACED: Final = f"{ARCHIVE}/{NAME}"


@dataclass
class Restored:
    """What was found in the newest backup. *missing* are files that it names and that are not whole there.

    *placed* counts the objects that were left on their place.
    """

    head: Head
    found: Found
    files: list[ListedFile] = field(default_factory=list)
    missing: list[ListedFile] = field(default_factory=list)
    placed: int = 0

    @property
    def whole(self) -> bool:
        """Whether nothing is missing and nothing that was read is damaged."""
        return not self.missing and not self.found.damaged


def scan(
    place: Place, key: SealingKey, progress: Callable[[int], None] = lambda size: None, keep: Kept | None = None
) -> Found:
    """Open every pack in *place*; with *keep*, its pieces are kept there. Raises PlaceError."""
    found = Found(place.name)
    if keep is not None:
        keep.take_up(found)
    for name in list(place.list()):
        if name in found.packs:
            continue
        try:
            data = place.get(name)
            if parcel_name(data) != name:
                raise BadBackup("Expected bytes with the BLAKE3 of the file's name.")
            opened = list(members(unseal(data, [key])))
            heads = [Head.parse(bytes(each)) for member, each in opened if not member.startswith("pieces/")]
        except NotForUs:
            found.strange += 1
            continue
        except (BadAge, BadBackup):
            found.damaged.append(name)
            continue
        pieces = {member[7:]: each for member, each in opened if member.startswith("pieces/")}
        found.packs[name] = tuple(pieces)
        found.heads |= {each.number: each for each in heads}
        if keep is not None:
            keep.add(name, pieces, heads)
        progress(len(data))
    return found


def rehearse(place: Place, key: SealingKey, progress: Callable[[int], None] = lambda size: None) -> Restored:
    """Prove that *key* opens the newest backup, and that all of it is there; nothing is written.

    Raises KeyMissing or BadBackup if it opens none, PlaceError.
    """
    found = scan(place, key, progress)
    head = found.newest()
    files = _files(head, found, lambda piece: _fetch(place, key, found, piece))
    restored = Restored(head, found, files)
    have = found.pieces()
    restored.missing = [each for each in files if not have.issuperset(each.pieces)]
    keys = next((each for each in files if each.path == KEYS and each not in restored.missing), None)
    if keys is not None:
        Keyring.parse(b"".join(_fetch(place, key, found, piece) for piece in keys.pieces))
    return restored


def restore(
    folder: Path,
    place: Place,
    key: SealingKey,
    passphrase: bytes,
    url: str,
    options: dict[str, str],
    day: str,
    seized: bool = True,
    progress: Callable[[int], None] = lambda size: None,
    work: int = WORK,
    here: bool = False,
) -> Restored:
    """Make the desk of the newest backup in *folder*, under a new *passphrase*.

    *seized*: somebody may have the old computer, so that nothing is signed before its keys are replaced. *here*: put
    its objects on this disk, though they lay on a place, and forget that place. Objects that
    the backup lacks are told, and do not stop it; without keys, settings or ledger it raises BadBackup. Raises
    KeyMissing, PlaceError, StorageFull, UsageError.
    """
    require_restorable(folder)
    keep = Kept(folder / RESTORING, key)
    found = scan(place, key, progress, keep)
    head = found.newest()
    files = _files(head, found, keep.read)
    restored = Restored(head, found, files)
    placed = _placed(folder, keep, files)
    if here:
        with refusals(WHAT):
            (folder / PLACED).unlink(missing_ok=True)
    home = _open_again(folder, keep, files, passphrase)
    if here:
        home.settings.pop(objects.KEYS, None)
        home.settings[objects.USE] = []
        restored.missing += _not_in(files, placed)
    else:
        restored.placed = len(placed)
    with refusals(WHAT):
        make_private(folder / OBJECTS)
    _put_in_place(folder, keep, restored, placed.keys(), here)
    _check_roster(folder, home, head)
    _remember_place(home, restored, short_name(key.recipient), url, options)
    home.settings["withheld"] = {"day": day, "leaves": head.leaves, "caught_up": False, "seized": seized}
    home.keyring.save(folder / "keys.age", passphrase, work)
    home.save()
    write_file(folder / "role", b"desk\n", WHAT)
    shutil.rmtree(keep.folder, ignore_errors=True)  # else whoever opens the desk next does it
    return restored


def fetch_missing(home: Home, archive: Archive, restored: Restored) -> int:
    """Fetch objects that the backup lacks from the desk's second stores; return how many came.

    A store that cannot be reached is passed over: what is still missing stays in *restored*.
    """
    before = len(restored.missing)
    for settings in home.places("copies"):
        for each in [each for each in restored.missing if each.path.startswith(f"{OBJECTS}/")]:
            with contextlib.suppress(PlaceError):
                archive.restore_from(settings.open(), each.sha256)
                restored.missing.remove(each)
    return before - len(restored.missing)


def require_restorable(folder: Path) -> None:
    """Make *folder*; raises UsageError unless it is new, or one in which a restoring was cut off."""
    with refusals(WHAT):
        make_private(folder)
        folder.chmod(0o700)
        there = [path.name for path in folder.iterdir()]
    if "role" in there or (there and RESTORING not in there):
        raise UsageError(
            "Expected a new folder to make the desk in, found one with something in it. Choose another with --home; "
            "nothing was changed."
        )


# -- pieces ------------------------------------------------------------------------------------------------------


def _fetch(place: Place, key: SealingKey, found: Found, piece: str) -> bytes:
    """Return a piece from the pack it lies in, read again; raises BadBackup."""
    name = next((name for name, pieces in found.packs.items() if piece in pieces), None)
    for member, data in members(unseal(place.get(name), [key])) if name else ():
        if member == f"pieces/{piece}":
            return bytes(data)
    raise BadBackup("Expected a piece of the backup in its file, found it gone meanwhile. Run the same command again.")


def _files(head: Head, found: Found, piece_of: Callable[[str], bytes]) -> list[ListedFile]:
    """Return the files of a backup; raises BadBackup if its list, or what no desk can be without, is not whole."""
    have = found.pieces()
    lost = sum(piece not in have for piece in head.list.pieces)
    if lost:
        raise BadBackup(
            f"Expected all {len(head.list.pieces)} pieces of the list of backup {head.number}, found "
            f"{len(head.list.pieces) - lost} in “{found.place}”. Try another place."
        )
    text = b"".join(map(piece_of, head.list.pieces))
    if (digest := sha256_hex(text)) != head.list.sha256:
        raise BadBackup(
            f"Expected the list of backup {head.number} with the SHA-256 {head.list.sha256}, found one with {digest}."
        )
    files, _ = parse_list(text)
    if any(not _may_be_written(each) for each in files):
        raise BadBackup(
            "Expected files of a desk in the list of this backup, found some that no backup holds, or an object under "
            "another's name. Somebody may have made it up. Try another place."
        )
    needed = (KEYS, SETTINGS, f"{ARCHIVE}/archive.json", f"{ARCHIVE}/entries.log")
    absent = set(needed) - {each.path for each in files if have.issuperset(each.pieces)}
    if absent:
        raise BadBackup(
            f"Expected keys, settings and ledger of the desk in “{found.place}”, found {', '.join(sorted(absent))} "
            "missing or damaged. Without them no desk can be made again. Try another place."
        )
    return files


def _may_be_written(file: ListedFile) -> bool:
    """Whether a backup of ours may hold this file: no root key, nothing that says that the folder is a desk's."""
    name = file.path.rpartition("/")[2]
    if file.path.startswith(f"{OBJECTS}/"):
        return file.path == f"{OBJECTS}/{file.sha256[:2]}/{file.sha256}"
    return file.path != "role" and not file.path.startswith(RESTORING) and not fnmatch.fnmatchcase(name, "root*.age")


# -- the desk ----------------------------------------------------------------------------------------------------


def _put_in_place(folder: Path, keep: Kept, restored: Restored, placed: Collection[str], here: bool) -> None:
    """Write every file under its name; a file that stands there whole from an earlier run is left.

    Objects that are *placed* stay on their place, unless all shall be *here*.
    """
    have = restored.found.pieces()
    waiting = []
    for each in restored.files:
        if each.path in (KEYS, SETTINGS) or (each.path == PLACED if here else _digest(each) in placed):
            continue
        if not have.issuperset(each.pieces):
            restored.missing.append(each)
        elif not _stands(folder / each.path, each):
            waiting.append(each)
    uses = Counter(piece for each in waiting for piece in set(each.pieces))
    for each in waiting:
        path = folder / each.path
        with refusals(WHAT):
            make_private(path.parent)
        _write(path, keep, each, read_only=each.path.startswith(f"{OBJECTS}/"))
        for piece in set(each.pieces):
            uses[piece] -= 1
            if not uses[piece]:
                keep.forget(piece)


def _placed(folder: Path, keep: Kept, files: list[ListedFile]) -> dict[str, int]:
    """Return the sizes of the objects that lie on a place, by SHA-256. Raises BadArchive for a damaged list."""
    for each in files:
        if each.path == PLACED:
            with refusals(WHAT):
                (folder / ARCHIVE).mkdir(exist_ok=True, mode=0o700)
            _write(folder / PLACED, keep, each, read_only=False)
    return dict(PlacedList(folder / ARCHIVE).sizes)


def _not_in(files: list[ListedFile], placed: Mapping[str, int]) -> list[ListedFile]:
    """Return the objects on a place that the backup does not have, for second stores have them."""
    had = {_digest(each) for each in files}
    return [
        ListedFile(f"{OBJECTS}/{digest[:2]}/{digest}", digest, size, ())
        for digest, size in placed.items()
        if digest not in had
    ]


def _digest(file: ListedFile) -> str:
    return file.sha256 if file.path.startswith(f"{OBJECTS}/") else ""


def _stands(path: Path, file: ListedFile) -> bool:
    with refusals(WHAT):
        return path.is_file() and path.stat().st_size == file.size and file_sha256(path) == file.sha256


def _write(path: Path, keep: Kept, file: ListedFile, read_only: bool) -> None:
    """Write a file of its pieces, whole or not at all."""
    temporary = path.with_name(f".{path.name}.part")
    whole = hashlib.sha256()
    with refusals(WHAT):
        with temporary.open("wb") as out:
            os.fchmod(out.fileno(), 0o600)
            for piece in _read_all(keep, file):
                whole.update(piece)
                out.write(piece)
            out.flush()
            if read_only:
                os.fchmod(out.fileno(), 0o444)
            os.fsync(out.fileno())
        if whole.hexdigest() != file.sha256:
            temporary.unlink()
            raise BadBackup(f"Expected a file with the SHA-256 {file.sha256} in the backup, found {whole.hexdigest()}.")
        temporary.rename(path)
        flush_folder(path.parent)


def _read_all(keep: Kept, file: ListedFile) -> Iterator[bytes]:
    for piece in file.pieces:
        yield keep.read(piece)


def _open_again(folder: Path, keep: Kept, files: list[ListedFile], passphrase: bytes) -> Home:
    """Return the desk with keys and settings as they were under their seals."""
    by_path = {each.path: b"".join(_read_all(keep, each)) for each in files if each.path in (KEYS, SETTINGS)}
    try:
        settings: dict[str, Any] = parse_canonical(by_path[SETTINGS], "the settings")
        with refusals(WHAT):
            (folder / FOLDER).mkdir(mode=0o700, exist_ok=True)
        return Home(folder, "desk", Keyring.parse(by_path[KEYS]), settings)
    except BadEncoding as error:
        raise BadBackup(f"The settings in the backup are damaged. {error} Try another place.") from error


def _check_roster(folder: Path, home: Home, head: Head) -> None:
    """Raise BadBackup unless keys, settings and ledger are of one desk: else somebody made this backup up."""
    with objects.open_archive(home) as archive:
        indexes = archive.index.by_act(ROSTER)
        envelopes = [archive.disclosure(index).envelope for index in indexes]
        size = archive.size
    if not envelopes:
        raise BadBackup(
            "Expected a roster in the ledger of this backup, found none: it is no desk's. Try another place."
        )
    roster = open_chain(envelopes, bytes.fromhex(home.settings["root"]))
    ours = {key.public for role, key in home.keyring.signing.items() if role == "desk"}
    if head.root != home.settings["root"] or size != head.leaves or not ours & roster.keys_at("desk", size):
        raise BadBackup(
            "Expected keys, settings and ledger of one desk in this backup, found some that do not belong together. "
            "Somebody may have made it up. Try another place."
        )


def _remember_place(home: Home, restored: Restored, key: str, url: str, options: dict[str, str]) -> None:
    """Enter the place among those of backups, with what is there, so that the next backup continues it."""
    places = home.settings.setdefault("backups", [])
    known = next((each for each in places if each["url"] == url), None)
    if known is None:
        every = [each for use in USES for each in home.settings.get(use, [])]
        known = {
            "number": max((each["number"] for each in every), default=0) + 1,
            "name": free_name("restored", {each["name"] for each in every}),
            "url": url,
            "options": options,
        }
        places.append(known)
    record = Record(home, home.folder / FOLDER / str(known["number"]), key)
    record.held = dict(restored.found.packs)
    record.files = {each.sha256: each.pieces for each in restored.files if len(each.pieces) > 1 and each.sha256}
    same = sha256_hex(encode_list(restored.files, ()))
    record.finished = Finished(restored.head.number, same, tuple(sorted(restored.found.packs)))
    record.rewrite()
