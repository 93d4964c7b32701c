"""Objects: whole files, named by the SHA-256 of their bytes, never changed.

They lie on this disk, or, sealed, on a place of which this folder is then the cache
(:mod:`tamizdat.archive.store.placed`); who uses them need not know.

``objects/ab/abcd…``: the first two digits are the folder. ``sha256sum objects/*/*`` checks the store with stock
tools. A file arrives under another name in ``staging/``, is made read-only and flushed, and is then renamed: under
its final name there is all of it or nothing. The folder is flushed last; only then has the object arrived.

Storing what is there already replaces it with the same bytes: that heals an object the disk has damaged. Reading
does not verify (a clip may have gigabytes); :meth:`Objects.check` does.

Many small files: one after the other, each flush waits for the disk. :meth:`Objects.adopt_many` asks the disk to
begin with all of them and waits afterwards, for some at a time: many times as fast with small files on ext4.
"""

import contextlib
import hashlib
import os
import re
import stat
from collections.abc import Callable, Iterable, Iterator, Sequence
from io import BufferedReader
from pathlib import Path
from typing import Final

from tamizdat.disk.files import file_sha256, flush_all, flush_folder, refusals
from tamizdat.encoding import parse_hex
from tamizdat.errors import BadArchive

WHAT: Final = "an object"
READ_ONLY: Final = 0o444
_SHELF: Final = re.compile(r"[0-9a-f]{2}")
_NAME: Final = re.compile(r"[0-9a-f]{64}")


class Objects:
    """The folder ``objects/``."""

    on_place = False  #: whether objects are kept elsewhere (:mod:`tamizdat.archive.store.placed`)

    def __init__(self, folder: Path, staging: Callable[[], Path]) -> None:
        self.folder = folder
        self._staging = staging

    def add(self, chunks: Iterable[bytes]) -> str:
        """Store the bytes of *chunks* as they come; return their SHA-256 when the disk has them."""
        staged = self.staged()
        digest = hashlib.sha256()
        try:
            with refusals(WHAT), staged.open("xb") as file:
                for chunk in chunks:
                    digest.update(chunk)
                    file.write(chunk)
            self.adopt(staged, digest.hexdigest())
        finally:
            with contextlib.suppress(OSError):
                staged.unlink()
        return digest.hexdigest()

    def staged(self) -> Path:
        """Return a path in this process's staging folder that is not taken."""
        return self._staging() / os.urandom(8).hex()

    def adopt(self, staged: Path, digest: str) -> None:
        """Move a file from ``staging`` into the store.

        Its SHA-256 was computed by whoever wrote it, from the bytes as written.
        """
        self.adopt_many([(staged, digest)])

    def adopt_many(self, arrivals: Sequence[tuple[Path, str]]) -> None:
        """Move many files into the store as :meth:`adopt` does, waiting for the disk as seldom as can be.

        If it fails, some are stored and the others still lie where they were; none is half stored.
        """
        places = [self.path(digest) for _, digest in arrivals]
        shelves = sorted({place.parent for place in places})
        with refusals(WHAT):
            for staged, _ in arrivals:
                _begin_flush_read_only(staged)
            flush_all([staged for staged, _ in arrivals])
            self._put_up(shelves)
            for (staged, _), place in zip(arrivals, places, strict=True):
                staged.rename(place)
            flush_all(shelves, flush_folder)

    def has(self, digest: str) -> bool:
        """Return whether there is an object of this name. Whether it is sound, only :meth:`check` knows."""
        with refusals(WHAT):
            return self.path(digest).is_file()

    def holds(self, digest: str, size: int) -> bool:
        """Return whether there is an object of this name and size, by a look that is cheap for thousands of them."""
        try:
            return self.size(digest) == size
        except BadArchive:
            return False

    def open(self, digest: str) -> BufferedReader:
        """Open the object for reading; its bytes are not verified."""
        with refusals(WHAT), self._expected(digest):
            return self.path(digest).open("rb")

    def open_whole(self, digest: str) -> BufferedReader:
        """Open the object as a file of this disk, whose descriptor others may be given; its bytes are not verified."""
        return self.open(digest)

    @contextlib.contextmanager
    def whole(self, digest: str) -> Iterator[Path]:
        """Give the path of a file with all of the object, for a decoder; it stays for as long as the block runs."""
        yield self.path(digest)

    def path(self, digest: str) -> Path:
        """Return where the object lies, or would lie; *digest* is 64 lower-case hexadecimal digits and nothing else."""
        parse_hex(digest, 32, "the name of an object")
        return self.folder / f"{digest[:2]}/{digest}"

    def size(self, digest: str) -> int:
        """Return the size of the object in bytes."""
        with refusals(WHAT), self._expected(digest):
            return self.path(digest).stat().st_size

    def check(self, digest: str) -> None:
        """Read the whole object and compare its SHA-256 with its name.

        Raises :class:`BadArchive` unless it is there and its bytes have this SHA-256.
        """
        path = self.path(digest)
        with refusals(WHAT), self._expected(digest):
            if not stat.S_ISREG(mode := path.stat().st_mode):
                raise BadArchive(f"Object {digest}: expected a file, found one of mode {stat.filemode(mode)}.")
            found = file_sha256(path)
        if found != digest:
            raise BadArchive(
                f"Object {digest}: expected bytes with this SHA-256, found {found}. The disk may be failing. "
                "Restore the object from a second copy, or receive its consignment again."
            )

    def kept(self, digest: str, step: int) -> Iterator[bytes | memoryview]:
        """Yield the object in steps from where it is kept, which is read, every byte of it checked; raises BadArchive.

        What was yielded before an error is true, but not all.
        """
        self.check(digest)
        with self.open(digest) as file:
            while data := file.read(step):
                yield data

    def check_here(self, digest: str) -> int:
        """Check what this disk has of the object, as :meth:`check`; return how many bytes were read."""
        self.check(digest)
        return self.size(digest)

    def remove(self, digest: str) -> None:
        """Delete the object, if it is there: what spoke of it was forgotten.

        Its bytes stay on the disk until the system writes there again.
        """
        path = self.path(digest)
        with refusals(WHAT):
            path.unlink(missing_ok=True)
            if path.parent.is_dir():
                flush_folder(path.parent)

    def __iter__(self) -> Iterator[str]:
        for names in self.by_shelf():
            yield from names

    def by_shelf(self) -> Iterator[list[str]]:
        """Yield all names in order, those of one folder at a time."""
        with refusals(WHAT):
            shelves = sorted(path for path in self.folder.iterdir() if _SHELF.fullmatch(path.name) and path.is_dir())
        for shelf in shelves:
            with refusals(WHAT):
                names = sorted(path.name for path in shelf.iterdir() if _is_name(path))
            yield names

    def strangers(self) -> Iterator[str]:
        """Yield what lies in the folder and is not named like an object, as paths relative to it."""
        with refusals(WHAT):
            for path in sorted(self.folder.iterdir()):
                if not _SHELF.fullmatch(path.name) or not path.is_dir():
                    yield path.name
                else:
                    yield from (f"{path.name}/{each.name}" for each in path.iterdir() if not _is_name(each))

    def _put_up(self, shelves: Iterable[Path]) -> None:
        """Make the folders that are not there yet, and flush their names once for all of them."""
        made = False
        for shelf in shelves:
            with contextlib.suppress(FileExistsError):
                shelf.mkdir(mode=0o700)
                made = True
        if made:
            flush_folder(self.folder)

    @contextlib.contextmanager
    def _expected(self, digest: str) -> Iterator[None]:
        try:
            yield
        except FileNotFoundError:
            raise BadArchive(
                f"Object {digest}: expected it in the archive, found no file. Restore it from a second copy, or "
                "receive its consignment again."
            ) from None


def _is_name(path: Path) -> bool:
    return _NAME.fullmatch(path.name) is not None and path.name.startswith(path.parent.name)


def _begin_flush_read_only(path: Path) -> None:
    """Make the file read-only and ask the system to start writing it to the disk, without waiting.

    Linux does so when told that the cached pages will not be needed; they stay cached as long as they are not written.
    Changing the mode of each file only before its own flush would let the disk wait once for each of them.
    """
    handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
    try:
        os.fchmod(handle, READ_ONLY)
        if hasattr(os, "posix_fadvise"):
            os.posix_fadvise(handle, 0, 0, os.POSIX_FADV_DONTNEED)
    finally:
        os.close(handle)
