"""``placed.log``: which objects a place keeps for this archive. It lies on the desk's own disk, and in its backup.

::

    tamizdat/placed/v1 460e0811876ec92d          the mark of the keys these objects are sealed with
    e3b0c442…b855 0                              SHA-256 and size in bytes, once all of it was read back there
    9f64a747…806a 60129542144

Lines are appended, under ``placed.lock``, each flushed before it counts; what a killed process left of a line is cut
away. A line is taken back only where the object was forgotten, by writing the list anew; an object that got lost there
is a fault that ``check`` tells.
"""

import re
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from tamizdat.disk.files import append_lines, flush_folder, refusals, write_file
from tamizdat.disk.lock import locked
from tamizdat.errors import BadArchive, InUse

NAME: Final = "placed.log"
WHAT: Final = "the list of objects on a place (placed.log)"
_FIRST: Final = "tamizdat/placed/v1 "
_LINE: Final = re.compile(rb"([0-9a-f]{64}) (0|[1-9][0-9]{0,15})")


class PlacedList:
    """The list of one archive, read on whenever it grew. May be used by several threads and processes.

    Whoever writes to it says which *mark* it had.
    """

    def __init__(self, folder: Path, mark: str = "") -> None:
        self._expected = mark
        self.path = folder / NAME
        self._lock = folder / "placed.lock"
        self._growing = folder / "placed.growing"
        self._mutex = threading.RLock()
        self._read = 0  # bytes
        self._number = 0  # of the file: another one is another list
        self._sizes: dict[str, int] = {}
        self.mark = ""  #: the mark of the keys; empty if there is no list

    @classmethod
    def create(cls, folder: Path, mark: str) -> None:
        """Begin a list of objects that are sealed with the keys of this *mark*. An empty one is replaced.

        Raises BadArchive if there is one with objects in it.
        """
        known = cls(folder)
        if known.sizes:
            raise BadArchive(
                f"{NAME}: expected an archive whose objects lie on this disk, found {len(known.sizes):,} of them on a "
                "place already. Bring them back with 'tamizdat objects return' first."
            )
        write_file(known.path, f"{_FIRST}{mark}\n".encode(), WHAT)

    def begin(self, mark: str) -> None:
        """Begin the list unless it is there with this *mark*; a damaged one, or one of other keys, is replaced."""
        try:
            self.sizes  # noqa: B018 -- reads it
            if self.mark == mark:
                return
        except BadArchive:
            pass
        write_file(self.path, f"{_FIRST}{mark}\n".encode(), WHAT)

    def require(self, mark: str) -> None:
        """Raise :class:`BadArchive` unless what was read of the list is of this *mark*."""
        if self.mark != mark:
            raise BadArchive(
                f"{NAME}: expected the list of the objects on a place, with the mark {mark}, found "
                f"{f'one with the mark {self.mark}' if self.mark else 'none'}. Restore the file from a backup, or make "
                "it anew from the place with 'tamizdat objects find'."
            )

    @property
    def sizes(self) -> dict[str, int]:
        """Sizes in bytes by SHA-256, as of now. Raises BadArchive for a damaged list."""
        with self._mutex, refusals(WHAT):
            try:
                found = self.path.stat()
                size, number = found.st_size, found.st_ino
            except FileNotFoundError:
                size, number = 0, 0
            if size < self._read or number != self._number:  # emptied, or begun anew
                self._read, self._sizes, self.mark, self._number = 0, {}, "", number
            if size > self._read:
                self._read_on(size)
            return self._sizes

    def add(self, objects: Iterable[tuple[str, int]]) -> None:
        """Note objects that the place gave back; return when the disk has that."""
        with self.locked():
            known = self.sizes
            lines = [f"{digest} {size}" for digest, size in dict(objects).items() if digest not in known]
            if lines:
                append_lines(self.path, lines, WHAT)

    def strike(self, digest: str) -> None:
        """Take an object off the list, which is written anew: it was forgotten, and its segments are deleted."""
        with self.locked():
            left = [f"{each} {size}\n" for each, size in self.sizes.items() if each != digest]
            write_file(self.path, "".join([f"{_FIRST}{self.mark}\n", *left]).encode(), WHAT)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the lock of the list; within it the list is the one this process knows.

        Raises InUse if it was emptied meanwhile: all objects came back to the disk.
        """
        with self._mutex, locked(self._lock):
            self.sizes  # noqa: B018 -- reads on
            if self.mark != self._expected:
                raise InUse(
                    "Expected the objects of this archive on their place, found that they were brought back to this "
                    "disk, or are kept elsewhere, since this was started. Start it again."
                )
            yield

    @contextmanager
    def growing(self) -> Iterator[None]:
        """Hold off :meth:`resting` within the block: segments are put that stand on the list only afterwards."""
        with locked(self._growing, shared=True):
            yield

    @contextmanager
    def resting(self) -> Iterator[None]:
        """Wait until nobody puts segments, and let nobody begin within the block."""
        with locked(self._growing):
            yield

    def empty(self) -> None:
        """Take everything off the list; the caller holds the lock, and everything lies on this disk."""
        with refusals(WHAT):
            self.path.unlink(missing_ok=True)
            flush_folder(self.path.parent)

    def _read_on(self, size: int) -> None:
        with self.path.open("rb") as file:
            file.seek(self._read)
            data = file.read(size - self._read)
        data = data[: data.rfind(b"\n") + 1]
        lines = data.splitlines()
        if lines and not self._read:
            first = lines.pop(0).decode("ascii", "replace")
            if not first.startswith(_FIRST):
                raise BadArchive(_damaged(f"a list of objects ({_FIRST.strip()})", first))
            self.mark = first.removeprefix(_FIRST)
        for line in lines:
            match = _LINE.fullmatch(line)
            if match is None:
                raise BadArchive(_damaged("a SHA-256 and a size", line.decode("ascii", "replace")))
            self._sizes[match[1].decode()] = int(match[2])
        self._read += len(data)


def _damaged(expected: str, found: str) -> str:
    return (
        f"{NAME}: expected {expected} in each line, found {found[:80]!a}. Nothing was changed. Restore the file from a "
        "backup, or make it anew from the place with 'tamizdat objects find'."
    )
