"""Writing so that it is still there after the plug was pulled, and saying plainly when it cannot be.

A file is first written under a temporary name in the folder it belongs to, flushed to the disk, then renamed, and
the folder is flushed too: whoever opens the final name finds all of it or nothing. An append is flushed before the
call returns; a line without its newline is the mark of a cut-off append, and readers drop it.

:func:`refusals` turns what the system says (no room, no permission, a broken disk) into our errors. Their texts never
hold a file name: it may be a source's.
"""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tamizdat.errors import StorageFull, StorageRefused

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


def write_file(path: Path, data: bytes | bytearray | memoryview, what: str, flush: bool = True) -> None:
    """Writes *path* whole or not at all, readable by its owner only.

    With ``flush=False`` the folder is not flushed; the caller does that once for many files.
    """
    temporary = path.with_name(f".{path.name}.part")
    with refusals(what):
        try:
            handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
            try:
                view = memoryview(data)
                while view:
                    view = view[os.write(handle, view) :]
                os.fsync(handle)
            finally:
                os.close(handle)
            temporary.rename(path)
        except OSError:
            temporary.unlink(missing_ok=True)
            raise
        if flush:
            flush_folder(path.parent)


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
