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

import errno
import fcntl
import mmap
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from tamizdat.errors import StorageFull, StorageRefused

PAGE: Final = 4096  #: bytes; memory and files are aligned to it for writing around the cache
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


@contextmanager
def refusals(what: str) -> Iterator[None]:
    """Turns :class:`OSError` into :class:`StorageFull` or :class:`StorageRefused`; *what* is no name."""
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise StorageFull(
                f"No room is left to write {what}. Free some space and run the same command again."
            ) from None
        reason = os.strerror(error.errno) if error.errno else "input/output error"
        raise StorageRefused(f"The system refused to read or write {what}: {reason}.") from None


def flush_folder(folder: Path) -> None:
    """Makes renames and new names in *folder* survive a power cut."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write_file(
    path: Path, data: bytes | bytearray | memoryview, what: str, flush: bool = True, around: bool = False
) -> None:
    """Writes *path* whole or not at all, readable by its owner only.

    With ``flush=False`` the folder is not flushed; the caller does that once for many files. With ``around=True`` the
    bytes go around the system's cache, if *data* lies in an :func:`aligned_buffer` and the file system can do it.
    """
    temporary = path.with_name(f".{path.name}.part")
    with refusals(what):
        try:
            with Writing(temporary, around) as file:
                file.write(memoryview(data))
                os.fsync(file.handle)
            temporary.rename(path)
        except OSError:
            temporary.unlink(missing_ok=True)
            raise
        if flush:
            flush_folder(path.parent)


def aligned_buffer(size: int) -> memoryview:
    """Memory of *size* bytes that begins at a page: what a disk takes without a copy."""
    return memoryview(mmap.mmap(-1, -(-size // PAGE) * PAGE))[:size]


class Writing:
    """A new file that is written front to back. With *around*, whole pages go to the disk around the cache.

    Every write but the last must then be a multiple of :data:`PAGE`; what is not, and all after it, goes the usual way.
    """

    def __init__(self, path: Path, around: bool = False) -> None:
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC
        self._direct = getattr(os, "O_DIRECT", 0) if around else 0
        try:
            self.handle = os.open(path, flags | self._direct, 0o600)
        except OSError as error:
            if not self._direct or error.errno != errno.EINVAL:  # this file system has no way around its cache
                raise
            self._direct = 0
            self.handle = os.open(path, flags, 0o600)

    def __enter__(self) -> "Writing":
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self.handle)

    def write(self, data: memoryview) -> None:
        """Appends all of *data*."""
        whole = len(data) // PAGE * PAGE
        if self._direct and whole:
            try:
                count = os.write(self.handle, data[:whole])
            except OSError as error:
                if error.errno != errno.EINVAL:  # the memory does not begin at a page, or the disk wants more than that
                    raise
                count = 0
            data = data[count:]
        if data and self._direct:
            fcntl.fcntl(self.handle, fcntl.F_SETFL, fcntl.fcntl(self.handle, fcntl.F_GETFL) & ~self._direct)
            self._direct = 0
        while data:
            data = data[os.write(self.handle, data) :]


def append_lines(path: Path, lines: list[str], what: str) -> None:
    """Appends *lines* and returns when the disk has them. A cut-off line of an earlier run is cut away first."""
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


def read_lines(path: Path, what: str) -> list[str]:
    """The whole lines of an append-only file; what a cut-off append left behind is not among them."""
    with refusals(what):
        data = path.read_bytes() if path.exists() else b""
    return data[: data.rfind(b"\n") + 1].decode("ascii", "replace").splitlines()


def _whole_lines(handle: int) -> int:
    """Length of the file up to and with its last newline, found from the end in small steps."""
    end = os.fstat(handle).st_size
    while end:
        step = min(end, 4096)
        at = os.pread(handle, step, end - step).rfind(b"\n")
        if at >= 0:
            return end - step + at + 1
        end -= step
    return 0
