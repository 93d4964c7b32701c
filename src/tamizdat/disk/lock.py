"""One writer at a time, among processes and among threads.

The lock is ``flock`` on the file ``lock``. It is the kernel's: a process that is killed lets go of it at once, so
there is no stale lock to break and no clock to compare (a laptop sleeps). The file is opened anew for every
locking, because a lock belongs to an open file: a fork or a second thread would otherwise share it.

Readers who met a longer ``entries.log`` take it shared, and so wait for an append that is under way.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tamizdat.disk.files import refusals
from tamizdat.errors import InUse


@contextmanager
def locked(path: Path, *, shared: bool = False, work: str = "") -> Iterator[None]:
    """Hold the lock within the block, waiting for as long as another process or thread holds it.

    *shared* lets other readers in, and no writer. With *work*, what its holder is at, nobody waits: then it raises
    :class:`InUse`. Raises :class:`StorageRefused` where the file cannot be opened.
    """
    how = (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | (fcntl.LOCK_NB if work else 0)
    with refusals("the lock"):
        handle = os.open(path, os.O_RDONLY | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(handle, how)
        except BlockingIOError:
            os.close(handle)
            raise InUse(f"Another tamizdat is {work} here at this moment. Wait until it is done.") from None
        except BaseException:
            os.close(handle)
            raise
    try:
        yield
    finally:
        os.close(handle)
