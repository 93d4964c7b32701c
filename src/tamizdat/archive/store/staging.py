"""Where files lie until they are whole: a folder for each process, inside the archive.

::

    staging/3f0c91d2a7b4e650/        files of one running process (decrypted: they must not lie in /tmp)
    staging/3f0c91d2a7b4e650.lock    locked by that process for as long as it lives

They are on the file system of ``objects/``, so that a rename brings them there in one step. Whoever opens the
archive takes away the folders whose lock is free: their processes are dead. No process number and no clock is asked.
"""

import contextlib
import errno
import fcntl
import os
import secrets
import shutil
import weakref
from pathlib import Path

from tamizdat.disk.files import refusals

WHAT = "files on their way into the archive (staging)"


class Staging:
    """The folder of this process in ``staging/``, made when it is first asked for."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._own: Path | None = None

    @property
    def made(self) -> Path | None:
        """The folder, if it was made already."""
        return self._own

    def make(self) -> Path:
        """Make the folder and lock it; the caller holds the archive's lock."""
        own = self._folder / secrets.token_hex(8)
        with refusals(WHAT):
            self._folder.mkdir(mode=0o700, exist_ok=True)
            handle = os.open(_lock_of(own), os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
            self._let_go = weakref.finalize(self, os.close, handle)
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            own.mkdir(mode=0o700)
        self._own = own
        return own

    def clear_dead(self) -> None:
        """Remove what processes left behind that are no more; the caller holds the archive's lock."""
        with refusals(WHAT):
            self._folder.mkdir(mode=0o700, exist_ok=True)
            for path in self._folder.iterdir():
                own = path.with_suffix("")
                if own != self._own and not _alive(own):
                    _remove(own)

    def close(self) -> None:
        """Remove the folder with what is still in it."""
        if self._own is not None:
            with refusals(WHAT):
                _remove(self._own)
            self._let_go()
            self._own = None


def _lock_of(own: Path) -> Path:
    return own.with_suffix(".lock")


def _alive(own: Path) -> bool:
    """Return whether somebody holds the folder's lock."""
    try:
        handle = os.open(_lock_of(own), os.O_RDWR | os.O_CLOEXEC)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(handle)
    return False


def _remove(own: Path) -> None:
    """Remove the folder, then its lock file: while that is there, an interrupted removal is found again.

    On NFS, and through FUSE, a file that somebody has open keeps a hidden name when it is deleted, and its folder
    stays: whoever opens the archive next removes it.
    """
    if own.is_dir():
        try:
            shutil.rmtree(own)
        except OSError as error:
            if error.errno not in (errno.ENOTEMPTY, errno.EBUSY):
                raise
            return
    with contextlib.suppress(FileNotFoundError):
        _lock_of(own).unlink()
