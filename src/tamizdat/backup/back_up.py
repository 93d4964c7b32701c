"""One run of backing up: what is new goes to the place, and what must not be there any more is deleted there.

::

    1  what the last run may have left behind is looked at, and a few packs are read back; what the place lost or
       damaged counts as new
    2  pieces that are in no pack yet are packed, sealed, sent, and read back
    3  the list of all files, then the head: from here on there is a newer whole backup
    4  packs that hold anything which is over (a retired key, a forgotten statement) are deleted; what else they held
       was sent anew in step 2

Killed anywhere, the next run continues, and until step 3 is done the backup before it is whole. Nothing is believed
because a place said so: a pack counts when it was read back.
"""

import hashlib
import random
from collections.abc import Callable, Iterator, Set
from contextlib import suppress
from dataclasses import field
from datetime import datetime
from pathlib import Path
from typing import Final

from tamizdat.archive import Archive
from tamizdat.backup.contents import Contents, File, contents_of, in_memory, read_pieces, read_sound_piece
from tamizdat.backup.file_list import Head, ListedFile, encode_list
from tamizdat.backup.packs import Pack, piece_sizes
from tamizdat.backup.record import Record
from tamizdat.backup.recovery_key import short_name
from tamizdat.dataclass import dataclass
from tamizdat.encoding import Json, parse_timestamp, sha256_hex, timestamp
from tamizdat.errors import BadArchive, NotThere, PlaceError, PlaceFull, StorageRefused, UsageError
from tamizdat.home import backups
from tamizdat.home.backups import LastBackup
from tamizdat.home.home import Home, PlaceSettings
from tamizdat.keys import Recipient
from tamizdat.places import Place
from tamizdat.places.disks import is_same
from tamizdat.sealing.age import seal, sealed_size
from tamizdat.sealing.parcel import PLAINTEXT, parcel_name

DRAWN: Final = 8  #: packs, drawn by lot, that each run reads back: a disk that fails is noticed before it is needed
FEW: Final = 2_000  #: packs; so many are asked for one by one, of more only those that the place does not list
SEALED: Final = sealed_size(PLAINTEXT, 1)  #: bytes of every pack


@dataclass
class BackupReport:
    """What a run did. *faults* says what could not be backed up; *unknown* counts files there that are none of ours."""

    place: str
    number: int = 0
    new: bool = False
    files: int = 0
    leaves: int = 0
    sent: int = 0  #: packs
    lost: int = 0  #: packs that the place did not have any more, or not whole
    deleted: int = 0
    undeleted: list[str] = field(default_factory=list)
    unknown: int = 0
    elsewhere: int = 0  # objects on a place that a second store holds too
    faults: list[str] = field(default_factory=list)


def recovery_recipient(home: Home) -> Recipient:
    """Return the public half of the recovery key; raises UsageError if there is none yet."""
    known = home.settings.get("recovery")
    if not known:
        raise UsageError(
            "Expected a recovery key to seal the backup to, found none. Make one with 'tamizdat keys recovery', print "
            "its sheet, and run this command again."
        )
    return Recipient.from_text(known["recipient"])


def require_apart(home: Home, url: str) -> None:
    """Raise UsageError if a backup at *url* would lie inside the desk's own folder, or in a place of another kind."""
    if ":" not in url and Path(url).resolve().is_relative_to(home.folder.resolve()):
        raise UsageError(
            "Expected a folder outside the desk's own, found one inside it: what happens to the desk would happen to "
            "its backup. Name a folder on another disk."
        )
    for each in (each for use in ("places", "copies", "objects") for each in home.places(use)):
        if ":" not in url and is_same(each.url, url):
            raise UsageError(
                f"Expected a folder of its own for the backup, found that of the place “{each.name}”. Name another one."
            )


def back_up(
    home: Home,
    archive: Archive,
    settings: PlaceSettings,
    now: datetime,
    progress: Callable[[int], None] = lambda size: None,
) -> BackupReport:
    """Back up the desk to one place; *progress* is told the bytes of each pack that is there.

    Raises UsageError without a recovery key, PlaceError, StorageFull, StorageRefused, WorkRemains.
    """
    recipient = recovery_recipient(home)
    require_apart(home, settings.url)
    with home.alone("backing up"):
        record = Record.open(home, settings.number, short_name(recipient))
        run = _Run(home, archive, settings.open(), recipient, record, now, progress)
        return run.run()


class _Run:
    def __init__(
        self,
        home: Home,
        archive: Archive,
        place: Place,
        recipient: Recipient,
        record: Record,
        now: datetime,
        progress: Callable[[int], None],
    ) -> None:
        self.home, self.archive, self.place, self.recipient = home, archive, place, recipient
        self.record, self.now, self.progress = record, now, progress
        self.report = BackupReport(place.name)
        self.damaged: dict[str, str] = {}  # paths of objects that are not what they are named by → what is wrong
        self.cut: set[str] = set()  # objects of which there is less than there was
        self.used: set[str] = set()  # packs that the newest backup consists of

    def run(self) -> BackupReport:
        """Do all of it."""
        self._look_at_the_place()
        retired = backups.Backups.read(self.home.folder).retired  # before the keys are read: a later one counts as held
        contents = contents_of(self.home, self.archive, {piece for some in self.record.held.values() for piece in some})
        backups.require_all_entries(self.home.folder, contents.leaves)
        self.report.faults += contents.unfit
        listed = self._listed(contents)
        alive = self._send_new(listed)
        files = [each for _, each in listed if each.path not in self.damaged]
        self.report.elsewhere = contents.elsewhere
        self.report.files, self.report.leaves = len(files), contents.leaves
        self.report.number = self._finish(contents.leaves, files, alive)
        self._delete_the_rest()
        self.record.rewrite()
        self._tell(contents, retired)
        return self.report

    # -- what is there ---------------------------------------------------------------------------------------

    def _look_at_the_place(self) -> None:
        """Settle what the last run left behind, and drop what the place does not have any more."""
        there = set(self.place.list())
        for name in list(self.record.sent):
            if self._given_back(name):
                self.record.note({"held": name})
            else:
                self._drop(name)
        ask_each = len(self.record.held) <= FEW
        for name in list(self.record.held):
            if name in there and not ask_each:
                continue
            try:
                if self.place.stat(name) == SEALED:
                    continue
            except NotThere:
                pass
            self._drop(name)
            self.report.lost += 1
        drawn = random.SystemRandom().sample(sorted(self.record.held), min(DRAWN, len(self.record.held)))
        for name in drawn:
            if not self._given_back(name):
                self._drop(name)
                self.report.lost += 1
        self.report.unknown = len(there - self.record.held.keys())

    def _drop(self, name: str) -> None:
        """Forget a pack that is not whole there; a part of it may be."""
        with suppress(PlaceError):
            self.place.delete(name)
        self.record.note({"dropped": name})

    def _given_back(self, name: str) -> bool:
        try:
            return parcel_name(self.place.get(name)) == name
        except NotThere:
            return False

    # -- what is to be there ---------------------------------------------------------------------------------

    def _listed(self, contents: Contents) -> list[tuple[File, ListedFile]]:
        """Return each file with its pieces; a damaged object is left out, and told."""
        found, packed = [], {piece for pieces in self.record.held.values() for piece in pieces}
        for file in contents.files:
            try:
                pieces = self._pieces(file, packed)
            except (BadArchive, StorageRefused) as error:
                self.report.faults.append(str(error))
                continue
            found.append((file, ListedFile(file.path, file.sha256, file.size, pieces)))
        self.record.note_sizes()
        return found

    def _pieces(self, file: File, packed: Set[str]) -> tuple[str, ...]:
        if self.record.is_cut(file, packed):
            self.cut.add(file.sha256)
            raise BadArchive(f"Object {file.sha256}: expected all of it, found {file.size:,} bytes: it was cut off.")
        if file.pieces is not None:
            return file.pieces
        if known := self.record.files.get(file.sha256):
            return known
        whole, pieces = hashlib.sha256(), []
        for digest, piece in read_pieces(file):  # a large object, seen for the first time
            whole.update(piece)
            pieces.append(digest)
        if whole.hexdigest() != file.sha256:
            raise BadArchive(
                f"Object {file.sha256}: expected bytes with this SHA-256, found {whole.hexdigest()}. It is not in the "
                "backup. Restore it from a second copy."
            )
        self.record.note({"file": file.sha256, "pieces": list[Json](pieces)})
        return tuple(pieces)

    def _send_new(self, listed: list[tuple[File, ListedFile]]) -> set[str]:
        """Send the pieces that are in no pack that may stay; return those packs, old and new."""
        needed = {piece for _, each in listed for piece in each.pieces}
        lost = self._lost(needed)
        kept = {piece for pieces in lost.values() for piece in pieces}
        alive, there = self._alive(needed | kept)
        sparse = set() if needed <= there else self._hardly_filled(listed, alive, kept)
        there = {piece for name in alive - sparse for piece in self.record.held[name]}
        before = set(self.record.held)
        for settled in (True, False):
            some = [pair for pair in listed if pair[0].settled == settled]
            self._pack(self._missing(some, there))
        alive = alive - sparse | (self.record.held.keys() - before)
        there = {piece for name in alive for piece in self.record.held[name]}
        alive |= {name for name in sparse if not there.issuperset(self.record.held[name])}  # damaged here, sound there
        there = {piece for name in alive for piece in self.record.held[name]}
        for digest, pieces in lost.items():
            why = f"Object {digest}: a statement names it, and the archive has lost it."
            self._tell_of(why, there.issuperset(pieces))
        for each in [each for _, each in listed if each.path in self.damaged]:
            is_there = there.issuperset(each.pieces)
            self._tell_of(self.damaged.pop(each.path) if is_there else self.damaged[each.path], is_there)
        return alive

    def _lost(self, needed: set[str]) -> dict[str, tuple[str, ...]]:
        """Return objects that statements name and the archive has lost, with their pieces, which the place has.

        What was forgotten no statement names any more. A small object is its own piece.
        """
        held = {piece for some in self.record.held.values() for piece in some}
        known = {**{each: (each,) for each in held - needed}, **self.record.files}
        return {
            digest: pieces
            for digest, pieces in known.items()
            if held.issuperset(pieces) and not needed.issuperset(pieces)
            and (digest in self.cut or not self.archive.objects.has(digest)) and self.archive.index.about(digest)
        }  # fmt: skip

    def _tell_of(self, why: str, is_there: bool) -> None:
        """Say what the archive lost or has damaged, and whether the backup has it from before."""
        there = "What an earlier backup has of it stays in the place. Put it back from there, or with 'tamizdat check "
        there += "--repair' from a second store, then back up again."
        gone = "It is not in the backup. Restore it from a second copy, then back up again."
        self.report.faults.append(f"{why} {there if is_there else gone}")

    def _alive(self, needed: set[str]) -> tuple[set[str], set[str]]:
        """Return the packs that may stay, and the pieces in them: nothing in them is over or there twice."""
        last = set(self.record.finished.packs) if self.record.finished else set()
        alive: set[str] = set()
        there: set[str] = set()
        for name in sorted(self.record.held, key=lambda name: (name not in last, -len(self.record.held[name]))):
            pieces = self.record.held[name]
            if needed.issuperset(pieces) and not there.issuperset(pieces):
                alive.add(name)
                there.update(pieces)
        return alive, there

    def _hardly_filled(self, listed: list[tuple[File, ListedFile]], alive: set[str], lost: set[str]) -> set[str]:
        """Return the packs without what was *lost* that are less than half full: they go along with what is new.

        Else a desk that is backed up every day would leave a pack of its own for each day's few posts.
        """
        sizes = {
            piece: size
            for file, each in listed
            for piece, size in zip(each.pieces, piece_sizes(file.size), strict=True)
        }
        packs = {name: self.record.held[name] for name in alive if lost.isdisjoint(self.record.held[name])}
        return {name for name, pieces in packs.items() if sum(sizes[piece] for piece in pieces) < PLAINTEXT // 2}

    def _missing(self, listed: list[tuple[File, ListedFile]], there: set[str]) -> Iterator[tuple[str, bytes]]:
        """Yield the pieces that are not *there*, each once, and add them to it."""
        for file, each in listed:
            for number, (piece, size) in enumerate(zip(each.pieces, piece_sizes(file.size), strict=True)):
                if piece in there:
                    continue
                try:
                    data = read_sound_piece(file, number, size, piece)
                except (BadArchive, StorageRefused) as error:
                    if not file.settled:
                        raise  # a backup without the ledger or the keys is none
                    self.damaged[file.path] = str(error)
                    break
                there.add(piece)
                yield piece, data

    # -- sending ---------------------------------------------------------------------------------------------

    def _pack(self, pieces: Iterator[tuple[str, bytes]], head: tuple[str, bytes] | None = None) -> None:
        """Pack the pieces in order and send each pack when it is full; *head* is the last file of the last one."""
        pack = Pack()
        for digest, data in pieces:
            if not pack.fits(len(data)):
                self._send(pack)
                pack = Pack()
            pack.add(f"pieces/{digest}", data)
        if head is not None:
            if not pack.fits(len(head[1])):
                self._send(pack)
                pack = Pack()
            pack.add(*head)
        if pack.sizes or head is not None:
            self._send(pack)

    def _send(self, pack: Pack) -> None:
        sealed = seal(pack.plaintext(), [self.recipient])
        name = parcel_name(sealed)
        self.record.sizes.update(pack.sizes)
        self.record.note(self.record.pack(name, tuple(pack.sizes)))
        try:
            self.place.put(name, sealed)
        except PlaceFull as error:
            raise PlaceFull(
                f"{error} Then run the same command again: it goes on where it stopped. Or back up to another folder. "
                "The backup made before stands."
            ) from None
        if not self._given_back(name):
            raise PlaceError(
                f"“{self.place.name}” took a file of the backup and did not give the same bytes back. The backup made "
                "before stands. Run the same command again, or back up to another place."
            )
        self.record.note({"held": name})
        self.report.sent += 1
        self.progress(len(sealed))

    def _finish(self, leaves: int, files: list[ListedFile], alive: set[str]) -> int:
        """Send list and head unless the last ones say the same; return the number of the newest backup."""
        same = sha256_hex(encode_list(files, ()))
        before = self.record.finished
        if before and before.contents == same and set(before.packs) <= self.record.held.keys():
            self.used = set(before.packs)
            return before.number
        number = max(before.number + 1 if before else 1, self._number_before() + 1, int(self.now.timestamp()))
        text = in_memory("list", encode_list(files, sorted(alive)))
        assert text.pieces is not None
        entry = ListedFile("", text.sha256, text.size, text.pieces)
        settings = self.home.settings
        head = Head(number, timestamp(self.now), settings["name"], settings["root"], leaves, entry)
        known = set(self.record.held)
        self._pack(read_pieces(text), (f"backup/{number}", head.encode()))
        self.used = alive | (self.record.held.keys() - known)
        finished: dict[str, Json] = {"number": number, "contents": same, "packs": list[Json](sorted(self.used))}
        self.record.note({"finished": finished})
        self.report.new = True
        return number

    def _number_before(self) -> int:
        """Return the number of the last backup in this place, also if the record of it was lost; 0 if there is none."""
        told = backups.Backups.read(self.home.folder).last.get(self.place.name)
        if told is None:
            return 0
        return told.number or int(parse_timestamp(told.done, "the time of a backup").timestamp())

    # -- what is over ----------------------------------------------------------------------------------------

    def _delete_the_rest(self) -> None:
        """Delete the packs of which the newest backup needs nothing; what the place keeps is named."""
        for name in [name for name in self.record.held if name not in self.used]:
            try:
                self.place.delete(name)
                self.place.stat(name)
            except NotThere:
                self.record.note({"dropped": name})
                self.report.deleted += 1
                continue
            except PlaceError:
                pass
            self.report.undeleted.append(name)

    def _tell(self, contents: Contents, retired: int) -> None:
        with backups.changing(self.home.folder) as told:
            told.last[self.place.name] = LastBackup(
                timestamp(self.now), contents.leaves, contents.forgotten, retired, len(self.report.undeleted),
                self.report.number,
            )  # fmt: skip
