"""A folder of somebody else's disk, into which files are put: nothing is overwritten, no link is followed.

Every step goes through open folders (``dir_fd``) with O_NOFOLLOW, so that a link which somebody planted, even in the
middle of our work, leads nowhere. A file is written under a temporary name beside its own, flushed, read back from the
disk, and then renamed: under its final name there is all of it, checked, or nothing. What is renamed never replaces
what is there (``renameat2`` with RENAME_NOREPLACE; where a file system has not that, a hard link, then the name goes).

Which names the disk can hold is found out by trying, in :meth:`Target.rules`, not by asking what it is called: a FAT
stick behind a network share has the rules of FAT.
"""

import contextlib
import ctypes
import errno
import fcntl
import hashlib
import os
import re
import secrets
import stat
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Final

from tamizdat.dataclass import dataclass
from tamizdat.errors import StorageFull, StorageRefused

STEP: Final = 4 << 20
LEAST: Final = 1 << 16  #: bytes read at a time, where a file system tells another size
PART: Final = ".tamizdat-"  #: how temporary names begin
_HALF: Final = re.compile(re.escape(PART) + r"[0-9a-f]{16}\.part")
_TRIAL: Final = re.compile(re.escape(PART) + r"[0-9a-f]{8}-names")
_FOLDER: Final = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC | os.O_NOFOLLOW
_READ: Final = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_WRITE: Final = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
_NOREPLACE: Final = 1  #: of renameat2(2)
_UNKNOWN: Final = frozenset({errno.ENOSYS, errno.EINVAL, errno.ENOTSUP, errno.EPERM})
_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT})


@dataclass(frozen=True)
class NameRules:
    """What a disk does with names and times. *refused*: characters it cannot hold, of those that our names may have.

    *folds*: ``a`` and ``A``, or the two Unicode forms of ``é``, are one name there. *reserved*: it is a disk of the DOS
    family, on which CON or NUL mean devices to whoever opens it on Windows. *timed*: the times of files can be set
    there; on a FAT stick that another user mounted, and on some shares, they cannot.
    """

    refused: frozenset[str] = frozenset()
    folds: bool = False
    reserved: bool = False
    timed: bool = True


#: what every disk takes, also one that a thing is taken to later: Windows, macOS and most sticks
EVERY_DISK: Final = NameRules(frozenset('"*<>?|'), folds=True, reserved=True)


class AlreadyThere(Exception):
    """Something has this name. It was left alone."""


class TooLarge(Exception):
    """The file system takes no file of this size: FAT takes less than 4 GiB."""


class NotTheSame(Exception):
    """What was written reads back otherwise: the disk or the cable is failing. It was deleted again."""


class Target:
    """An open folder to put files into; a context manager. Raises :class:`StorageRefused` and :class:`StorageFull`."""

    def __init__(self, folder: Path) -> None:
        with _refusals():
            folder.mkdir(parents=True, exist_ok=True)
            self._root = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)

    def __enter__(self) -> "Target":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        os.close(self._root)

    def rules(self) -> NameRules:
        """Return what this disk does with names, by trying; what was tried is gone again."""
        with _refusals():
            trial = f"{PART}{secrets.token_hex(4)}-names"
            os.mkdir(trial, dir_fd=self._root)
            try:
                with _opened(os.open(trial, _FOLDER, dir_fd=self._root)) as folder:
                    _lock(folder)
                    refused = frozenset(letter for letter in '"*<>?|' if not _takes(folder, f"a{letter}b"))
                    timed = _takes_times(folder)
                    folds = _is_one_name(folder, "ascii", "ASCII") or _is_one_name(folder, "caf\u00e9", "cafe\u0301")
            finally:
                os.rmdir(trial, dir_fd=self._root)
        return NameRules(refused, folds, bool(refused), timed)

    def feed(self, path: str, take: Callable[[memoryview], object]) -> bool:
        """Give the bytes of the file at *path* to *take*; return False if there is none, or what is no regular file."""
        with (
            contextlib.suppress(FileNotFoundError, NotADirectoryError),
            self._folder(path, make=False) as (folder, name),
        ):
            try:
                file = _open_regular(folder, name)
            except OSError as error:
                if error.errno in (errno.ENOENT, errno.ELOOP, errno.EISDIR, errno.ENXIO):
                    return False
                raise
            with _opened(file):
                _feed(file, take)
            return True
        return False

    def has(self, path: str) -> bool:
        """Tell whether anything has this name, a link that leads nowhere too."""
        with (
            contextlib.suppress(FileNotFoundError, NotADirectoryError),
            self._folder(path, make=False) as (folder, name),
        ):
            os.stat(name, dir_fd=folder, follow_symlinks=False)
            return True
        return False

    def names(self, path: str) -> list[str]:
        """Return the names in the folder *path*, or the root, sorted; none if there is no such folder."""
        with (
            contextlib.suppress(FileNotFoundError, NotADirectoryError),
            self._folder(f"{path}/-" if path else "-", False) as (folder, _),
            os.scandir(folder) as entries,
        ):
            return sorted(entry.name for entry in entries)
        return []

    def read(self, path: str, most: int) -> bytes:
        """Return the bytes of a regular file, at most so many of them."""
        with self._folder(path, make=False) as (folder, name), _opened(_open_regular(folder, name)) as file:
            return _read(file, most)

    def put(self, path: str, chunks: Iterable[bytes], sha256: Callable[[], str], seconds: int | None = None) -> None:
        """Write a new file, last changed at *seconds* since 1970, and let it appear once it reads back as it should.

        *sha256* is asked, when all chunks are written, for what the file must have. Raises :class:`AlreadyThere`,
        :class:`TooLarge`, :class:`NotTheSame`.
        """
        try:
            with self._folder(path, make=True) as (folder, name):
                if _exists(folder, name):
                    raise AlreadyThere
                with _written(folder, chunks, sha256, seconds) as part:
                    rename_new(folder, part, name)
                os.fsync(folder)
        except NotADirectoryError:  # a file, or a link, where a folder of the card would be
            raise AlreadyThere from None

    def replace(self, path: str, data: bytes, seconds: int | None = None) -> None:
        """Write a file of ours, last changed at *seconds* since 1970, over the one that had this name."""
        with self._folder(path, make=True) as (folder, name):
            digest = hashlib.sha256(data).hexdigest()
            with _written(folder, [data], lambda: digest, seconds) as part:
                os.replace(part, name, src_dir_fd=folder, dst_dir_fd=folder)
            os.fsync(folder)

    def remove(self, path: str) -> None:
        """Delete a file of ours; nothing happens if it is gone already."""
        with contextlib.suppress(FileNotFoundError), self._folder(path, make=False) as (folder, name):
            os.unlink(name, dir_fd=folder)
            os.fsync(folder)

    def clear(self, path: str) -> None:
        """Delete what killed runs left half done in the folder *path*, or the root; who writes, or tries, keeps it."""
        with (
            contextlib.suppress(FileNotFoundError, NotADirectoryError),
            self._folder(f"{path}/-" if path else "-", make=False) as (folder, _),
        ):
            with os.scandir(folder) as entries:
                names = [entry.name for entry in entries]
            for name in filter(_TRIAL.fullmatch, names):
                with contextlib.suppress(OSError), _opened(os.open(name, _FOLDER, dir_fd=folder)) as trial:
                    fcntl.flock(trial, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    with os.scandir(trial) as entries:
                        left = [entry.name for entry in entries]
                    for each in left:
                        os.unlink(each, dir_fd=trial)
                    os.rmdir(name, dir_fd=folder)
            for name in filter(_HALF.fullmatch, names):
                with contextlib.suppress(OSError), _opened(os.open(name, _READ, dir_fd=folder)) as file:
                    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    os.unlink(name, dir_fd=folder)

    def free(self) -> int:
        """Return how many bytes are free."""
        found = os.fstatvfs(self._root)
        return found.f_bavail * found.f_frsize

    @contextlib.contextmanager
    def _folder(self, path: str, make: bool) -> Iterator[tuple[int, str]]:
        """Give the folder of *path*, open, and the name in it; folders on the way are made, none is a link."""
        *folders, name = path.split("/")
        with _refusals(), contextlib.ExitStack() as stack:
            here = self._root
            for each in folders:
                if make:
                    with contextlib.suppress(FileExistsError):
                        os.mkdir(each, dir_fd=here)
                here = stack.enter_context(_opened(os.open(each, _FOLDER, dir_fd=here)))
            yield here, name


@contextlib.contextmanager
def _written(folder: int, chunks: Iterable[bytes], sha256: Callable[[], str], seconds: int | None) -> Iterator[str]:
    """Give the temporary name of a file that was written, flushed and read back; it is gone afterwards."""
    part = f"{PART}{secrets.token_hex(8)}.part"
    try:
        with _opened(os.open(part, _WRITE, 0o666, dir_fd=folder)) as file:
            _lock(file)
            for chunk in chunks:
                _write(file, chunk)
            if seconds is not None:
                os.utime(file, (seconds, seconds))
            os.fsync(file)
            if hasattr(os, "posix_fadvise"):  # what is read back comes from the disk, and not from memory
                os.posix_fadvise(file, 0, 0, os.POSIX_FADV_DONTNEED)
            if _sha256_of(file) != sha256():
                raise NotTheSame
            yield part  # locked until it has its name
    finally:
        with contextlib.suppress(OSError):
            os.unlink(part, dir_fd=folder)


def _lock(file: int) -> None:
    """Show other runs that somebody is at it; some disks know no locks: then nothing is cleared there either."""
    with contextlib.suppress(OSError):
        fcntl.flock(file, fcntl.LOCK_EX)


def _write(file: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        try:
            view = view[os.write(file, view) :]
        except OSError as error:
            if error.errno == errno.EFBIG:
                raise TooLarge from None
            raise


def rename_new(folder: int, part: str, name: str) -> None:
    """Give a file of the open folder its name, if nothing has it. Raises :class:`AlreadyThere`."""
    renameat2 = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if renameat2 is not None:
        if renameat2(folder, os.fsencode(part), folder, os.fsencode(name), _NOREPLACE) == 0:
            return
        number = ctypes.get_errno()
        if number == errno.EEXIST:
            raise AlreadyThere
        if number not in _UNKNOWN:
            raise OSError(number, os.strerror(number))
    try:
        os.link(part, name, src_dir_fd=folder, dst_dir_fd=folder, follow_symlinks=False)
    except FileExistsError:
        raise AlreadyThere from None
    except OSError:  # neither way: the last one looks first
        if _exists(folder, name):
            raise AlreadyThere from None
        os.rename(part, name, src_dir_fd=folder, dst_dir_fd=folder)


def _exists(folder: int, name: str) -> bool:
    try:
        os.stat(name, dir_fd=folder, follow_symlinks=False)
    except FileNotFoundError:
        return False
    return True


def _open_regular(folder: int, name: str) -> int:
    file = os.open(name, _READ, dir_fd=folder)
    if not stat.S_ISREG(os.fstat(file).st_mode):
        os.close(file)
        raise FileNotFoundError(errno.ENOENT, "not a regular file")
    return file


def _sha256_of(file: int) -> str:
    digest = hashlib.sha256()
    _feed(file, digest.update)
    return digest.hexdigest()


def _feed(file: int, take: Callable[[memoryview], object]) -> None:
    room = min(STEP, os.fstat(file).st_size + LEAST)  # to fill all of it with zeros takes longer than a small file
    at, view = 0, memoryview(bytearray(room))
    while count := os.preadv(file, [view], at):
        take(view[:count])
        at += count


def _read(file: int, most: int) -> bytes:
    pieces: list[bytes] = []
    while most > 0 and (piece := os.read(file, min(most, STEP))):
        pieces.append(piece)
        most -= len(piece)
    return b"".join(pieces)


def _takes(folder: int, name: str) -> bool:
    """Tell whether a file of this name can be made, and then has this name."""
    try:
        os.close(os.open(name, _WRITE, 0o600, dir_fd=folder))
    except OSError as error:
        if error.errno in _FULL:  # shares say so when a file is closed: it tells nothing of the name
            raise
        return False
    finally:
        with os.scandir(folder) as entries:
            names = [entry.name for entry in entries]
        for each in names:
            os.unlink(each, dir_fd=folder)
    return name in names


def _takes_times(folder: int) -> bool:
    with _opened(os.open("time", _WRITE, 0o600, dir_fd=folder)) as file:
        try:
            os.utime(file, (0, 0))
        except OSError:
            return False
        finally:
            os.unlink("time", dir_fd=folder)
    return True


def _is_one_name(folder: int, one: str, other: str) -> bool:
    try:
        os.close(os.open(one, _WRITE, 0o600, dir_fd=folder))
    except OSError:
        return True  # it cannot even hold the one: then no letter beyond ASCII is safe
    try:
        return _exists(folder, other)
    finally:
        os.unlink(one, dir_fd=folder)


@contextlib.contextmanager
def _opened(file: int) -> Iterator[int]:
    try:
        yield file
    finally:
        os.close(file)


@contextlib.contextmanager
def _refusals() -> Iterator[None]:
    """Turn what the system refuses into our errors; that something is not there is for the caller to judge."""
    try:
        yield
    except (FileNotFoundError, NotADirectoryError):
        raise
    except OSError as error:
        if error.errno in _FULL:
            raise StorageFull(
                "No room is left on the disk that is written to. What is there is whole; make room, or take another "
                "disk, and run the same command again."
            ) from None
        if error.errno == errno.ELOOP:
            raise StorageRefused(
                "Expected a folder to write into, found a symbolic link; none is followed. Choose another folder."
            ) from None
        reason = os.strerror(error.errno or errno.EIO)
        raise StorageRefused(f"The system refused to write what is given back: {reason}.") from None
