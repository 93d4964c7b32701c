"""The outbox: what of one consignment is sealed and not yet away, on disk, so that a kill costs one group.

::

    consignments/0001/
      state             sealed: the consignment's key, receipt key, check key, k and n, the card's keyed fingerprint;
                        destroyed when the consignment is closed
      journal           append-only, a line a group: <number> <group id> <check> …
      making/<group>/   parcels of a group that is being sealed
      ready/<number>/   parcels of a finished group, each named <place number>-<parcel name>; gone when delivered, but
                        for the folder of the last one
      again             what the desk has asked for again (missing_groups), and the numbers of the groups that were
                        sealed again since, a line each; gone when the consignment is closed
      parcels           the names of all parcels, sealed, if the desk allows a wipe by copies (carrying.disk_copies)
      closed            an empty file: nothing more will be sealed

A group is *committed* by its line in the journal, after all its parcels are flushed to disk. Then its folder moves
from ``making`` to ``ready``; if the process dies in between, the next run moves it. A folder in ``making`` without
its line is deleted and the group made again under a new id. A group that is sealed again because the desk asked for it
gets a new id too, and no new line in the journal: its folder in ``ready`` is named <number>-<its id>.

*check* is four bytes for each payload, keyed with the check key: by it a resumed run notices that the card now gives
other bytes than were sealed. It goes with the state. Until then, whoever has the passphrase and a guess at the
content can test that guess; without the passphrase it is noise.
"""

import os
import secrets
import shutil
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

from tamizdat.dataclass import dataclass
from tamizdat.disk.files import append_lines, flush_all, flush_folder, read_lines, refusals, write_file
from tamizdat.errors import BadArchive, StorageFull
from tamizdat.text.quantities import amount

RESERVE: Final = 64 << 20  #: bytes of free disk that are never used for the spool


@dataclass(frozen=True)
class Parcel:
    """A sealed parcel in the spool: where it is to go, its name, and its file."""

    place: int
    name: str
    file: Path


class Outbox:
    """One consignment's folder. All methods may be called by one sealing and one sending process at a time."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._making = folder / "making"
        self._ready = folder / "ready"
        self._journal = folder / "journal"

    @classmethod
    def create(cls, folder: Path, state: bytes) -> "Outbox":
        """Make a new outbox; *state* is already sealed."""
        with refusals("the outbox"):
            folder.parent.mkdir(exist_ok=True, mode=0o700)
            folder.mkdir(mode=0o700)  # must not be there: nobody's state is ever written over
            for name in ("making", "ready"):
                (folder / name).mkdir(mode=0o700)
            write_file(folder / "state", state, "the outbox")
            flush_folder(folder.parent)
            flush_folder(folder.parent.parent)
        return cls(folder)

    @property
    def number(self) -> int:
        """The device's own counter of consignments."""
        return int(self.folder.name)

    @property
    def is_open(self) -> bool:
        """Whether sealing may go on: the state is there and nothing was closed."""
        return (self.folder / "state").exists() and not self.is_closed

    @property
    def is_closed(self) -> bool:
        """Whether nothing more will be sealed: it was closed, or parcels are here and the disk has lost its state."""
        return (self.folder / "closed").exists() or (not (self.folder / "state").exists() and self._has_parcels)

    @property
    def _has_parcels(self) -> bool:
        return next(self.waiting(), None) is not None

    @property
    def is_stillborn(self) -> bool:
        """Whether a kill came before its state was written: nothing was ever sealed in it, or all of it is away."""
        return not (self.folder / "state").exists() and not self.is_closed

    def state(self) -> bytes:
        """Return the sealed state."""
        with refusals("the outbox"):
            return (self.folder / "state").read_bytes()

    def keep_state(self, state: bytes) -> None:
        """Replace the state by one that is already sealed."""
        write_file(self.folder / "state", state, "the outbox")

    def recover(self) -> list[list[bytes]]:
        """Mend what a kill left behind; return the checks of every committed group, in order. Raises BadArchive."""
        committed: dict[str, int] = {}
        checks: list[list[bytes]] = []
        for line in read_lines(self._journal, "the journal"):
            group, marks = _parse(line, len(checks))
            committed[group] = len(checks)
            checks.append(marks)
        with refusals("the outbox"):
            for folder in sorted(self._making.iterdir()):
                if folder.name in committed:
                    folder.rename(self._free(committed[folder.name], folder.name))
                else:
                    shutil.rmtree(folder)
        return checks

    def begun(self) -> int:
        """Return how many groups were committed, by the highest number that lies here: the journal may lose its end."""
        last = self._last_ready()
        return int(last.partition("-")[0]) + 1 if last else 0

    def _last_ready(self) -> str:
        """Return the name of the last group's folder that is here, empty if there is none."""
        with refusals("the outbox"):
            try:
                with os.scandir(self._ready) as found:
                    return max((each.name for each in found if each.name.partition("-")[0].isdecimal()), default="")
            except (FileNotFoundError, NotADirectoryError):
                return ""

    def new_group(self) -> tuple[bytes, Path]:
        """Make a random group id, and the folder in which its parcels are made."""
        group = secrets.token_bytes(16)
        folder = self._making / group.hex()
        with refusals("the outbox"):
            folder.mkdir(mode=0o700)
        return group, folder

    def require_room(self, size: int) -> None:
        """Raise StorageFull unless *size* bytes fit beside the reserve."""
        with refusals("the outbox"):
            room = os.statvfs(self.folder)
        if room.f_bavail * room.f_frsize < size + RESERVE:
            raise StorageFull(
                f"The outbox has filled this disk: {amount(size + RESERVE)} must be free. Run 'tamizdat send' to make "
                "room, or, if nothing waits to be sent, delete something else there; then the same 'tamizdat seal' "
                "again: it goes on where it stopped."
            )

    @property
    def parcel_names(self) -> Path:
        """Where the names of all parcels are kept, each line sealed, if the desk allows a wipe by copies."""
        return self.folder / "parcels"

    def note_names(self, lines: list[str]) -> None:
        """Keep the names of the parcels of groups that are to be committed."""
        append_lines(self.parcel_names, lines, "the outbox")

    def commit(self, groups: Sequence[tuple[int, bytes, Path, list[bytes]]]) -> None:
        """Commit finished groups (number, id, folder, checks of the payloads), in order. Their files are flushed."""
        with refusals("the outbox"):
            flush_all([folder for _, _, folder, _ in groups], flush_folder)
            flush_folder(self._making)
        lines = [
            " ".join([str(number), group.hex(), *(check.hex() for check in checks)])
            for number, group, _, checks in groups
        ]
        append_lines(self._journal, lines, "the journal")
        before = self._last_ready()
        with refusals("the outbox"):
            for number, group, folder, _ in groups:
                folder.rename(self._free(number, group.hex()))
            if before != self._last_ready():
                with suppress(OSError):  # parcels of it still wait
                    (self._ready / before).rmdir()

    def _free(self, number: int, group: str) -> Path:
        """Return where a group is to lie that is ready.

        If the disk has lost the end of the journal, its number is taken by what was sealed before. That goes out too:
        the desk takes either.
        """
        plain = self._ready / f"{number:08d}"
        return self._ready / f"{number:08d}-{group}" if plain.exists() else plain

    def ask_again(self, code: str) -> None:
        """Keep what the desk lacks until it is sealed again."""
        write_file(self.folder / "again", f"{code}\n".encode("ascii"), "the outbox")

    def asked_again(self) -> tuple[str | None, set[int]]:
        """Return what the desk lacks, None if it asked for nothing; and the groups that were sealed again since."""
        lines = read_lines(self.folder / "again", "the outbox")
        if not lines:
            return None, set()
        return lines[0], {int(line) for line in lines[1:] if line.isdecimal()}

    def commit_again(self, number: int, group: bytes, folder: Path) -> None:
        """Commit a group that was sealed again. Its files are not flushed yet."""
        with refusals("the outbox"):
            flush_folder(folder)
            flush_folder(self._making)
            folder.rename(self._ready / f"{number:08d}-{group.hex()}")
        append_lines(self.folder / "again", [str(number)], "the outbox")

    def waiting_of(self, number: int) -> int:
        """Return how many parcels of group *number* wait to be sent."""
        folders = [each for each in _sorted(self._ready) if each.name.partition("-")[0] == f"{number:08d}"]
        return sum(_parcel(file) is not None for folder in folders for file in _sorted(folder))

    def waiting(self) -> Iterator[Parcel]:
        """Yield the parcels that are ready to go, oldest group first; one is gone from here when it is delivered."""
        for folder in _sorted(self._ready):
            for file in _sorted(folder):
                if (parcel := _parcel(file)) is not None:
                    yield parcel

    def delivered(self, parcel: Parcel) -> None:
        """Delete a parcel that its place holds."""
        with refusals("the outbox"):
            parcel.file.unlink(missing_ok=True)
            with suppress(OSError):  # it is gone already, or something else lies in it
                folder = parcel.file.parent
                if not any(folder.iterdir()) and folder.name != self._last_ready():  # which tells how far it came
                    folder.rmdir()

    def close(self) -> None:
        """Destroy the state and the journal: from here on this device cannot tell what was in the consignment."""
        if not (self.folder / "closed").exists():
            write_file(self.folder / "closed", b"", "the outbox")
        with refusals("the outbox"):
            (self.folder / "state").unlink(missing_ok=True)
            self._journal.unlink(missing_ok=True)
            for name in ("again", "parcels"):
                (self.folder / name).unlink(missing_ok=True)
            flush_folder(self.folder)
            shutil.rmtree(self._making, ignore_errors=True)  # last: its absence says that the closing is done

    def remove_if_done(self) -> bool:
        """Delete the folder of a consignment whose closing is done and of which nothing waits any more."""
        if not self.is_closed or self._making.exists() or next(self.waiting(), None) is not None:
            return False
        self.remove()
        return True

    def remove(self) -> None:
        """Delete the folder with all that is in it."""
        with refusals("the outbox"):
            shutil.rmtree(self.folder)


def _parse(line: str, number: int) -> tuple[str, list[bytes]]:
    """Return group id and checks of the journal's line *number*."""
    try:
        found, group, *marks = line.split(" ")
        if int(found) != number or len(bytes.fromhex(group)) != 16:
            raise ValueError
        return group, [bytes.fromhex(mark) for mark in marks]
    except ValueError as error:
        raise BadArchive(
            "Expected the journal's groups in order; it was damaged. Close this consignment with 'tamizdat seal "
            "--abandon' and seal again."
        ) from error


def _parcel(file: Path) -> Parcel | None:
    """Return the parcel in a file of the spool; None for what a file manager may have left there."""
    place, dash, name = file.name.partition("-")
    return Parcel(int(place), name, file) if dash and place.isdecimal() else None


def _sorted(folder: Path) -> list[Path]:
    """Return what is in *folder*; nothing if it was delivered, and removed, meanwhile."""
    with refusals("the outbox"):
        try:
            return sorted(folder.iterdir())
        except (FileNotFoundError, NotADirectoryError):
            return []


def outboxes(home: Path) -> list[Outbox]:
    """Return every consignment that is open or not yet away, oldest first."""
    folder = home / "consignments"
    if not folder.is_dir():
        return []
    return [Outbox(entry) for entry in sorted(folder.iterdir()) if entry.name.isdigit()]


def unused_number(home: Path, counted: int) -> int:
    """Return a number that no consignment had, of *counted* that there were by the settings.

    The disk may give back older settings, and what wipes an earlier card is kept under its number.
    """
    folders = [home / name for name in ("consignments", "receipts", "carried")]
    with refusals("the outbox"):
        names = [path.name.partition(".")[0] for folder in folders if folder.is_dir() for path in folder.iterdir()]
    return max([counted, *(int(name) for name in names if name.isdecimal())]) + 1
