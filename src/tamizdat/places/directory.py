"""One folder of a place, held open: objects enter it whole and lasting, and nothing leads out of it.

An object is written under a temporary name beside its own, fsynced, renamed, and the folder fsynced: a power
cut leaves the whole object or none. The writer holds a lock (flock) on the temporary file, so whoever can
take that lock knows that its writer is dead, and clears it away; no clock is asked.

Every step goes through the open folder (``dir_fd``) with O_NOFOLLOW, so a link that somebody planted, even in
the middle of our work, leads nowhere; and what is not a regular file is not there. The functions raise OSError.
"""

import contextlib
import errno
import fcntl
import os
import secrets
import stat
import threading
from collections.abc import Iterator
from typing import Final

from tamizdat.disk.files import PAGE, aligned_buffer, read_all, write_all
from tamizdat.places.place import name_at

FOLDER: Final = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
LARGE: Final = 1 << 20  #: bytes from which an object is written around the system's cache
INSIDE: Final = os.O_NOFOLLOW | os.O_CLOEXEC
_THREAD: Final = threading.local()


@contextlib.contextmanager
def opened(file: int) -> Iterator[int]:
    """Give the descriptor *file*, closed at the end."""
    try:
        yield file
    finally:
        os.close(file)


@contextlib.contextmanager
def open_shelf(root: int, letter: str) -> Iterator[int]:
    """Return the folder of all names that begin with *letter*, open."""
    with opened(os.open(letter, FOLDER | INSIDE, dir_fd=root)) as shelf:
        yield shelf


def put_whole(shelf: int, name: str, data: bytes | memoryview) -> None:
    """Put *data*: let it appear under *name*, all at once, and last."""
    part, descriptor = _locked_part(shelf, name)
    with opened(descriptor) as file:
        try:
            write_durably(file, data)
            os.rename(part, name, src_dir_fd=shelf, dst_dir_fd=shelf)
        except BaseException:  # also when interrupted: leave no half object behind
            with contextlib.suppress(OSError):
                os.unlink(part, dir_fd=shelf)
            raise
    os.fsync(shelf)


def _locked_part(shelf: int, name: str) -> tuple[str, int]:
    """Make a temporary file, locked; made again if another process swept it away before it was locked."""
    while True:
        part = f".{name[:8]}.{secrets.token_hex(4)}.part"
        file = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | INSIDE, 0o666, dir_fd=shelf)
        with contextlib.suppress(OSError):  # some shares know no locks: then nobody sweeps there either
            fcntl.flock(file, fcntl.LOCK_EX)
        try:
            os.stat(part, dir_fd=shelf, follow_symlinks=False)
        except FileNotFoundError:
            os.close(file)
        else:
            return part, file


def sweep(shelf: int) -> None:
    """Delete half objects whose writers are dead: nobody holds their lock."""
    with os.scandir(shelf) as entries:
        parts = [entry.name for entry in entries if entry.name.startswith(".") and entry.name.endswith(".part")]
    for part in parts:
        with contextlib.suppress(OSError), opened(os.open(part, os.O_WRONLY | INSIDE, dir_fd=shelf)) as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            os.unlink(part, dir_fd=shelf)


def write_durably(file: int, data: bytes | memoryview) -> None:
    """Write all of *data* and wait until the disk says that it has it."""
    write_all(file, data, around=len(data) >= LARGE)
    os.fsync(file)


def regular_size(shelf: int, name: str) -> int:
    """Return the size of a regular file; anything else (a link, a pipe, a folder) is not there."""
    found = os.stat(name, dir_fd=shelf, follow_symlinks=False)
    if not stat.S_ISREG(found.st_mode):
        raise FileNotFoundError(errno.ENOENT, "not a regular file")
    return found.st_size


def read_regular(shelf: int, name: str, size: int) -> bytes | memoryview:
    """Return the first *size* bytes of a regular file, or all it has; of a large one in this thread's buffer."""
    # O_NONBLOCK: if a pipe was put there a moment ago, opening it would wait for ever
    with opened(os.open(name, os.O_RDONLY | os.O_NONBLOCK | INSIDE, dir_fd=shelf)) as file:
        if not stat.S_ISREG(os.fstat(file).st_mode):
            raise FileNotFoundError(errno.ENOENT, "not a regular file")
        if size >= LARGE:
            return read_all(file, _room(size))[:size]
        with open(file, "rb", closefd=False) as stream:
            return stream.read(size)


def _room(size: int) -> memoryview:
    """Return whole pages of this thread's buffer, used again and again: parcels are all of one size."""
    size = -(-size // PAGE) * PAGE
    if len(getattr(_THREAD, "room", b"")) < size:
        _THREAD.room = aligned_buffer(size)
    room: memoryview = _THREAD.room
    return room[:size]


def names_on(root: int, letter: str) -> list[tuple[int, str]]:
    """Return the objects on a shelf, with the time of each: regular files that bear a name of ours."""
    try:
        with open_shelf(root, letter) as shelf, os.scandir(shelf) as entries:
            found = []
            for entry in entries:
                if name_at(f"{letter}/{entry.name}") and entry.is_file(follow_symlinks=False):
                    with contextlib.suppress(FileNotFoundError):  # deleted a moment ago; the others are there
                        found.append((entry.stat(follow_symlinks=False).st_mtime_ns, entry.name))
            return found
    except OSError as error:
        if error.errno in (errno.ENOENT, errno.ENOTDIR, errno.ELOOP):
            return []  # a file or a link, planted where a shelf would be
        raise
