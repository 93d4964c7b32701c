"""A place that is a folder: a disk, a stick, a mounted share.

::

    blue-stick/
      tamizdat-place                  the marker: without it nothing is read or written here
      9/9f64a747…806a                 an object, under the first character of its name
      9/.9f64a747.3f0c91d2.part       half an object, of a run that is writing now or died

The marker is made once, when the person adds the place. A stick that is gone leaves its empty mount point
behind; without the marker the next run would fill the root disk and call it "blue stick".

How an object is written so that a power cut leaves all of it or nothing is in :mod:`tamizdat.places.directory`.
The folder named by the person may itself be a symbolic link; below it none is followed.
"""

import contextlib
import errno
import os
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from tamizdat.disk.files import flush_folder
from tamizdat.errors import NotThere, PlaceError, PlaceFull, PlaceRefused, PlaceUnreachable
from tamizdat.places.directory import (
    FOLDER,
    INSIDE,
    names_on,
    open_shelf,
    opened,
    put_whole,
    read_regular,
    regular_size,
    sweep,
    write_durably,
)
from tamizdat.places.place import MARKER, Guarantees, check_name, check_size, oldest_first

MARKER_TEXT: Final = (
    b"This folder is a tamizdat storage place. Keep this file: without it nothing is read or written here.\n"
)

_ABSENT: Final = frozenset({errno.ENOENT, errno.ELOOP, errno.ENOTDIR})  # ELOOP: a planted symbolic link
_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EMLINK})
_REFUSED: Final = frozenset(
    {errno.EACCES, errno.EPERM, errno.EROFS, errno.ELOOP, errno.ENOTDIR, errno.EISDIR, errno.ENOTEMPTY, errno.EEXIST}
)


class FolderPlace:
    """Objects as files, crash-safe, in a folder that bears the marker."""

    guarantees = Guarantees(atomic_put=True, durable_put=True, complete_list=True, can_delete=True)

    def __init__(self, name: str, folder: Path, private: bool = False) -> None:
        """*private*: what lies here is sealed by nobody, so that no other user of this computer may look in."""
        self.name = name
        self.folder = folder
        self._private = private
        self._ready: set[str] = set()
        self._lock = threading.Lock()

    def __repr__(self) -> str:
        return f"FolderPlace({self.name!r})"

    def set_up(self) -> None:
        """Make the folder (its parent must be there) and the marker. Only when the person adds the place."""
        with self._explained("be set up"):
            if not self.folder.is_dir():
                self.folder.mkdir(exist_ok=True)
                flush_folder(self.folder.parent)
            with opened(os.open(self.folder, FOLDER)) as root:
                with opened(os.open(MARKER, os.O_WRONLY | os.O_CREAT | INSIDE, 0o666, dir_fd=root)) as marker:
                    write_durably(marker, MARKER_TEXT)
                os.fsync(root)

    def put(self, name: str, data: bytes | memoryview) -> None:
        """Write a file beside its place and move it there once it is on the disk."""
        check_name(name)
        check_size(self.name, memoryview(data).nbytes)
        with self._explained("take an object"), self._root() as root:
            self._make_ready(root, name[0])
            with open_shelf(root, name[0]) as shelf:
                put_whole(shelf, name, data)

    def get(self, name: str) -> bytes:
        """Return the bytes of a regular file; a link is not there, and what is larger than any object is not read."""
        return bytes(self.lend(name))

    def lend(self, name: str) -> bytes | memoryview:
        """Return the same, a large one in a buffer of this thread, until it asks a folder again."""
        check_name(name)
        with (
            self._explained("give an object"),
            self._root() as root,
            self._absence(),
            open_shelf(root, name[0]) as shelf,
        ):
            size = regular_size(shelf, name)
            check_size(self.name, size)
            return read_regular(shelf, name, size)

    def stat(self, name: str) -> int:
        """Return the size in bytes of a regular file."""
        check_name(name)
        with (
            self._explained("find an object"),
            self._root() as root,
            self._absence(),
            open_shelf(root, name[0]) as shelf,
        ):
            return regular_size(shelf, name)

    def list(self) -> Iterator[str]:
        """Yield the names of files, oldest first; all shelves are read before the first is given."""
        with self._explained("list its objects"), self._root() as root, os.scandir(root) as entries:
            shelves = sorted(entry.name for entry in entries if len(entry.name) == 1)
        yield from oldest_first(self._names_on(letter) for letter in shelves)

    def _names_on(self, letter: str) -> Sequence[tuple[int, str]]:
        with self._explained("list its objects"), self._root() as root:
            return names_on(root, letter)

    def delete(self, name: str) -> None:
        """Unlink the file, and flush its shelf to the disk."""
        check_name(name)
        absent = contextlib.suppress(FileNotFoundError)
        with self._explained("delete an object"), self._root() as root, absent, open_shelf(root, name[0]) as shelf:
            os.unlink(name, dir_fd=shelf)
            os.fsync(shelf)

    def _make_ready(self, root: int, letter: str) -> None:
        """Prepare a shelf for its first ``put``: make it lasting, and clear away what dead runs left there."""
        with self._lock:
            with contextlib.suppress(FileExistsError):
                os.mkdir(letter, 0o700 if self._private else 0o777, dir_fd=root)
                self._ready.discard(letter)  # another disk, or somebody tidied up
            if letter not in self._ready:
                os.fsync(root)  # also when it was there: another process may have made it a moment ago
                with open_shelf(root, letter) as shelf:
                    if self._private:
                        with contextlib.suppress(OSError):  # a stick's file system may know no owners
                            os.fchmod(shelf, 0o700)
                    sweep(shelf)
                self._ready.add(letter)

    @contextlib.contextmanager
    def _root(self) -> Iterator[int]:
        """Return the folder, open, once its marker was seen: a stick that is pulled now fails instead of vanishing."""
        try:
            root = os.open(self.folder, FOLDER)
        except (FileNotFoundError, NotADirectoryError) as error:
            raise self._gone("the folder is not there") from error
        with opened(root):
            try:
                os.stat(MARKER, dir_fd=root, follow_symlinks=False)
            except FileNotFoundError as error:
                raise self._gone(f"the folder is there without its file “{MARKER}”") from error
            yield root

    def _gone(self, found: str) -> PlaceUnreachable:
        return PlaceUnreachable(
            f"Place “{self.name}”: {found}. Is the disk plugged in and mounted? Nothing was written. "
            "If this is a new place, add it with “tamizdat places add”."
        )

    @contextlib.contextmanager
    def _absence(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            if error.errno not in _ABSENT:
                raise
            raise NotThere(f"Place “{self.name}” holds nothing of this name.") from None

    @contextlib.contextmanager
    def _explained(self, doing: str) -> Iterator[None]:
        """Turn what the system says into our tree; the path stays out of the message, the reason stays in."""
        try:
            yield
        except OSError as error:
            reason = os.strerror(error.errno) if error.errno else type(error).__name__
            where = f"Place “{self.name}” could not {doing}: {reason}."
            if error.errno in _FULL:
                raise PlaceFull(f"{where} Make room there.") from error
            if error.errno in _REFUSED:
                raise PlaceRefused(f"{where} Check who may write there.") from error
            if error.errno == errno.EINVAL:
                raise PlaceError(f"{where} This kind of disk cannot do it.") from error
            raise PlaceUnreachable(f"{where} Check the disk and its cable, then try again.") from error
