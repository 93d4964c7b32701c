"""Writing so that it is still there after the plug was pulled, and saying plainly when it cannot be.

A file is first written under a temporary name in the folder it belongs to, flushed to the disk, then renamed, and
the folder is flushed too: whoever opens the final name finds all of it or nothing. An append is flushed before the
call returns; a line without its newline is the mark of a cut-off append, and readers drop it.

What is large and will not be read again soon goes to the disk around the system's cache (``O_DIRECT``), where the file
system can do that: a card of 60 GB must not push everything else out of memory, and the copy is saved, which is the
largest single cost of writing. It needs memory that begins at a page: :func:`aligned_buffer`.

:func:`refusals` turns what the system says (no room, no permission, a broken disk) into our errors. Their texts never
hold a file name: it may be a source's.
"""

import contextlib
import errno
import fcntl
import hashlib
import mmap
import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Final

from tamizdat.errors import StorageFull, StorageRefused

PAGE: Final = 4096  #: bytes; memory and files are aligned to it for writing around the cache
PIECE: Final = 1 << 20  #: bytes of a file that are in memory at a time while it is copied
MUCH: Final = 1 << 18  #: bytes from which it pays to write a part of a file around the cache
SMALL: Final = 256 << 10  #: bytes of room that a small file, or what SQLite keeps beside one, may need
FLUSHED: Final = 4  #: files that are flushed at a time; more of them only wait in turn
FEW: Final = 4  #: files for which no threads are begun
_AROUND: Final = getattr(os, "O_DIRECT", 0)
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


class refusals:  # named as the function that it is read as; it is entered for each file, sooner than a generator
    """Turn :class:`OSError` within the block into :class:`StorageFull` or :class:`StorageRefused`.

    *what* is what was read or written, in words, and never the name of a file.
    """

    def __init__(self, what: str) -> None:
        self._what = what

    def __enter__(self) -> None:
        """Begin."""

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        """End, with our errors in the place of the system's."""
        if not isinstance(error, OSError):
            return
        if error.errno in _FULL:
            raise StorageFull(no_room(self._what)) from None
        reason = os.strerror(error.errno) if error.errno else "it does not say why"
        raise StorageRefused(f"The system refused to read or write {self._what}: {reason}.") from None


def no_room(what: str) -> str:
    """Return what is told when *what* could not be written, because its disk is full."""
    return (
        f"No room is left to write {what}: the disk is full. Nothing that was finished is lost. Free some space on it "
        "(its trash, exports that were taken in, what was given out) and run the same command again."
    )


def is_full(folder: Path) -> bool:
    """Return whether the disk that *folder* lies on has no room for another small file."""
    with contextlib.suppress(OSError):
        found = os.statvfs(folder)
        return found.f_bavail * found.f_frsize < SMALL or (found.f_files > 0 and found.f_favail == 0)
    return False


def make_private(folder: Path) -> None:
    """Make a folder and those above it that are missing, each for its owner only. Raises :class:`OSError`.

    ``Path.mkdir`` gives its mode to the last one alone; those above it have what the umask leaves.
    """
    try:
        folder.mkdir(0o700)
    except FileNotFoundError:
        make_private(folder.parent)
        folder.mkdir(0o700, exist_ok=True)
    except FileExistsError:
        if not folder.is_dir():
            raise


def flush_file(path: Path) -> None:
    """Flush a file that was written to the disk, whoever has it open. Raises :class:`OSError`."""
    handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def flush_folder(folder: Path) -> None:
    """Flush a folder to the disk, so that renames and new names in it survive a power cut. Raises :class:`OSError`."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def flush_all(paths: Sequence[Path], flush: Callable[[Path], None] = flush_file) -> None:
    """Flush many files, or with *flush* folders, some at a time. Raises :class:`OSError`.

    The disk's journal is written once for those that wait together, and not once for each: a thousand small files
    took a second one after the other, and take a seventh of it so. After the first error no more are begun with.
    """
    if len(paths) < FEW:
        for path in paths:
            flush(path)
        return
    waiting = iter(paths)  # of all threads: a task for each of 300,000 files would take 500 MB

    def flush_next() -> None:
        for path in waiting:
            flush(path)

    from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait  # most commands need not load it

    with ThreadPoolExecutor(FLUSHED, thread_name_prefix="flushing") as pool:
        try:
            flushing = [pool.submit(flush_next) for _ in range(FLUSHED)]
            wait(flushing, return_when=FIRST_EXCEPTION)
        finally:
            for _ in waiting:  # what is left after an error, or when somebody interrupts
                pass
    for each in flushing:
        each.result()


def write_file(
    path: Path, data: bytes | bytearray | memoryview, what: str, flush: bool = True, around: bool = False
) -> None:
    """Write *path* whole or not at all, readable by its owner only.

    With ``flush=False`` the folder is not flushed; the caller does that once for many files. With ``around=True`` the
    bytes go around the system's cache, if *data* lies in an :func:`aligned_buffer` and the file system can do it.
    Raises :class:`StorageFull` and :class:`StorageRefused`; then the old file stands, if there was one.
    """
    with _made_whole(path, what, flush) as handle:
        write_all(handle, data, around)


def copy_file(source: Path, path: Path, what: str) -> int:
    """Copy *source* to *path*, whole or not at all, readable by its owner only; return how many bytes that are.

    Little of it is in memory at a time. Raises as :func:`write_file`.
    """
    copied = 0
    with _made_whole(path, what, flush=True) as handle, source.open("rb") as file:
        while piece := file.read(PIECE):
            write_all(handle, piece)
            copied += len(piece)
    return copied


@contextlib.contextmanager
def _made_whole(path: Path, what: str, flush: bool) -> Iterator[int]:
    """Give an open file that takes the place of *path* when it was written; nothing of it is left if that failed."""
    temporary = path.with_name(f".{path.name}.part")
    with refusals(what):
        try:
            handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
            try:
                yield handle
                os.fsync(handle)
            finally:
                os.close(handle)
            temporary.rename(path)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
        if flush:
            flush_folder(path.parent)


def aligned_buffer(size: int) -> memoryview:
    """Allocate *size* bytes of memory that begin at a page, which a disk reads and writes without another copy."""
    # It is shared memory, though private memory costs a third less to take: what goes around the cache from private
    # memory while another thread starts a process may be torn (open(2), "O_DIRECT").
    return memoryview(mmap.mmap(-1, -(-size // PAGE) * PAGE))[:size]


def write_all(handle: int, data: bytes | bytearray | memoryview, around: bool = False) -> None:
    """Write all of *data* at the position of an open file. Raises :class:`OSError`.

    With *around*, its whole pages go around the system's cache, where that can be done.
    """
    view = memoryview(data).cast("B")
    if around:
        view = view[_write_pages(handle, view) :]
    while view:
        view = view[os.write(handle, view) :]


def _write_pages(handle: int, view: memoryview, offset: int | None = None) -> int:
    """Write whole pages straight to the disk; return 0 if memory, position or file system do not allow it."""
    flags = fcntl.fcntl(handle, fcntl.F_GETFL)
    try:
        fcntl.fcntl(handle, fcntl.F_SETFL, flags | _AROUND)
        pages = view[: len(view) // PAGE * PAGE]
        return os.write(handle, pages) if offset is None else os.pwrite(handle, pages, offset)
    except OSError as error:
        if error.errno != errno.EINVAL:
            raise
        return 0
    finally:
        fcntl.fcntl(handle, fcntl.F_SETFL, flags)


def write_at(handle: int, data: bytes | bytearray | memoryview, offset: int) -> None:
    """Write all of *data* at *offset* of an open file, which must be as long already. Raises :class:`OSError`.

    If there is much of it, whole pages of the file go around the system's cache, where that can be done; several
    threads may do so at a time, for the file does not grow.
    """
    view, done = memoryview(data).cast("B"), 0
    if len(view) >= MUCH:
        done = -offset % PAGE
        _write_whole(handle, view[:done], offset)
        done += _write_pages(handle, view[done:], offset + done)
    _write_whole(handle, view[done:], offset + done)


def _write_whole(handle: int, view: memoryview, offset: int) -> None:
    while view:
        count = os.pwrite(handle, view, offset)
        view, offset = view[count:], offset + count


def read_into(path: Path, room: memoryview) -> memoryview:
    """Read a file into *room* (an :func:`aligned_buffer`) and return the part that it fills. Raises :class:`OSError`.

    It goes around the system's cache, where that can be done.
    """
    handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        return read_all(handle, room)
    finally:
        os.close(handle)


def read_all(handle: int, room: memoryview, offset: int = 0) -> memoryview:
    """Read an open file from *offset* on, as far as there is *room*; as :func:`read_into`.

    A disk gives whole pages: where *room* ends within one, the end of the file is read through the cache.
    """
    size, count = max(0, min(os.fstat(handle).st_size - offset, len(room))), 0  # it may have become shorter
    end = min(len(room), -(-size // PAGE) * PAGE)
    flags = fcntl.fcntl(handle, fcntl.F_GETFL)
    with contextlib.suppress(OSError):  # no way around the cache here
        fcntl.fcntl(handle, fcntl.F_SETFL, flags | _AROUND)
    while count < size:
        try:
            step = os.preadv(handle, [room[count:end]], offset + count)
        except OSError as error:
            if error.errno != errno.EINVAL or fcntl.fcntl(handle, fcntl.F_GETFL) == flags:
                raise
            fcntl.fcntl(handle, fcntl.F_SETFL, flags)  # the disk, or the memory, is aligned otherwise
            continue
        if not step:
            break
        count += step
    fcntl.fcntl(handle, fcntl.F_SETFL, flags)
    return room[: min(count, size)]


def append_lines(path: Path, lines: list[str], what: str) -> None:
    """Append *lines* and return when the disk has them; a cut-off line of an earlier run is cut away first.

    Raises :class:`StorageFull` and :class:`StorageRefused`.
    """
    with refusals(what):
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            if os.fstat(handle).st_size == 0:
                flush_folder(path.parent)  # it may be new: its name must survive as well as its lines
            end = _whole_lines(handle)
            os.ftruncate(handle, end)
            data = "".join(f"{line}\n" for line in lines).encode("ascii")
            if os.pwrite(handle, data, end) != len(data):
                os.ftruncate(handle, end)
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            os.fsync(handle)
        finally:
            os.close(handle)


def file_sha256(path: Path) -> str:
    """Return the SHA-256 of a file's bytes, 64 lower-case hexadecimal digits. Raises :class:`OSError`."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def read_lines(path: Path, what: str) -> list[str]:
    """Return the whole lines of an append-only file, without what a cut-off append left behind.

    There are no lines where there is no file. Raises :class:`StorageRefused`.
    """
    with refusals(what):
        data = path.read_bytes() if path.exists() else b""
    return data[: data.rfind(b"\n") + 1].decode("ascii", "replace").splitlines()


def _whole_lines(handle: int) -> int:
    """Return the length of a file up to and with its last newline, found from the end in small steps."""
    end = os.fstat(handle).st_size
    while end:
        step = min(end, 4096)
        at = os.pread(handle, step, end - step).rfind(b"\n")
        if at >= 0:
            return end - step + at + 1
        end -= step
    return 0
