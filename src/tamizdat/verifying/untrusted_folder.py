"""The files under check. They may come from a hostile mirror: links, devices, huge files and odd names are refused.

Nothing outside the folder is ever opened, nothing is written, and a name that a terminal should not see is escaped.
"""

import errno
import hashlib
import os
import stat
from collections.abc import Callable, Iterable
from io import FileIO
from pathlib import Path
from typing import TypeVar

from tamizdat.encoding import safe_path, sha256
from tamizdat.errors import BadPath, CheckFailed
from tamizdat.verifying.report import Unjudged

T = TypeVar("T")
SMALL = 4 << 20  #: bytes: statements, proofs, checkpoints, tiles
LARGE = 256 << 20  #: bytes: the list of files of a site with a million of them
RECENT = 8  #: files whose bytes are kept for the next link: about those of one item
KEPT = 1 << 16  #: bytes of such a file
#: what the system says of a file that is gone, or has become a link, a folder or a device; else it failed to read one
NO_FILE = frozenset({errno.ENOENT, errno.ENOTDIR, errno.ELOOP, errno.EISDIR, errno.ENXIO, errno.ENAMETOOLONG})
_PLAINLY = os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK  #: for what became a link or a pipe meanwhile


class Folder:
    """A folder whose files are named by relative paths with ``/``."""

    def __init__(self, base: Path) -> None:
        self.base = base
        self.digests: dict[str, bytes] = {}  #: SHA-256 of what was read so far, by path
        self.unread: dict[str, str] = {}  #: of what is there and could not be read: why
        self._plain: set[str] = set()  #: files that no link leads to
        self._recent: dict[str, bytes] = {}

    def read(self, path: str, most: int = SMALL, compared: bool = True) -> bytes:
        """Return the bytes of a file; :class:`CheckFailed` if it is missing, a link, or larger than *most* bytes.

        *compared* says whether its digest may be asked for as well.
        """
        if path in self._recent:
            return self._recent[path]
        data = self._taken(path, lambda file, size: _bytes(file, min(size, most + 1)))
        if len(data) > most:
            raise CheckFailed(f"Expected {path} with at most {most} bytes, found more.")
        if compared:
            self.digests[path] = sha256(data)
        if len(data) <= KEPT:
            self._recent[path] = data
            if len(self._recent) > RECENT:
                del self._recent[next(iter(self._recent))]
        return data

    def digest(self, path: str) -> str:
        """Return the SHA-256 of a file of any size; each is read once. Raises :class:`CheckFailed` if it is refused."""
        if path not in self.digests:
            self.digests[path] = self._taken(path, _digest)
        return self.digests[path].hex()

    def _taken(self, path: str, take: Callable[[int, int], T]) -> T:
        """Return what *take* takes from an open file of so many bytes."""
        try:
            file = os.open(self._locate(path), _PLAINLY)
            try:
                found = os.fstat(file)
                if not stat.S_ISREG(found.st_mode):  # a pipe would be read for ever
                    raise CheckFailed(f"Expected the file {path}, found no such file.")
                return take(file, found.st_size)
            finally:
                os.close(file)
        except OSError as error:
            said = f"Expected to read {path}, but the system refused: {error.strerror}."
            if error.errno in NO_FILE:
                raise CheckFailed(said) from error
            raise Unjudged(self.unread.setdefault(path, said)) from error

    def difference(self, path: str, digest: str) -> str:
        """Say what is found instead of a file with this SHA-256; "" if nothing is."""
        try:
            found = self.digest(path)
        except (CheckFailed, BadPath) as error:
            return str(error)
        return "" if found == digest else f"Expected {path} with the SHA-256 {digest}, found {found}."

    def failure(self, said: str, wrong: Iterable[str]) -> CheckFailed:
        """Return the error for what is *wrong*; if all of it is that files could not be read, nothing is known."""
        return (Unjudged if {*self.unread.values()}.issuperset(wrong) else CheckFailed)(said)

    def why_refused(self, path: str) -> str:
        """Say why :meth:`walk` did not take what is at *path*."""
        return self.unread.get(path, f"Expected a plain file with a plain name, found {path}, which is none.")

    def is_new(self, path: str) -> bool:
        """Return whether a file is to be looked at: all are, but for who renews a folder."""
        return bool(path)

    def has(self, path: str, plain: bool = False) -> bool:
        """Return whether a file is there that :meth:`read` would open; *plain* is what a list of its folder said."""
        try:
            if plain:
                self._plain.add(safe_path(path))
            else:
                self._locate(path)
        except (CheckFailed, BadPath, OSError):
            return False
        return True

    def folders(self) -> list[str]:
        """Return the names of the folders in it that :meth:`read` would look into."""
        try:
            return sorted(each.name for each in os.scandir(self.base) if each.is_dir(follow_symlinks=False))
        except OSError:
            return []

    def languages(self) -> list[str]:
        """Return what may stand before ``items/``: nothing, or the folder of a language with its ``/``."""
        return ["", *(f"{name}/" for name in self.folders() if os.path.isdir(f"{self.base}/{name}/items"))]  # noqa: PTH112

    def walk(self, below: str = "") -> tuple[list[str], list[str]]:
        """Return the paths of every plain file *below*, and of all else that should not be there (names escaped)."""
        files, refused, names = list[str](), list[str](), below.strip("/").split("/")
        waiting = ["/".join(names)] if os.path.isdir(f"{self.base}/{below}") else []  # noqa: PTH112 -- for each item
        above = ("/".join([f"{self.base}", *names[:count]]) for count in range(1, len(names) + 1))
        straight = bool(waiting) and not any(map(os.path.islink, above))  # else each file is asked what is above it
        while waiting:
            within = waiting.pop()
            try:
                found = list(os.scandir(f"{self.base}/{within}"))
            except OSError as error:
                refused.append(name := ascii(within)[1:-1])
                if error.errno not in NO_FILE:
                    self.unread[name] = f"Expected to list the folder {name}, but the system refused: {error.strerror}."
                continue
            for each in found:
                path = f"{within}/{each.name}" if within else each.name
                if each.is_dir(follow_symlinks=False):
                    waiting.append(path)
                elif self.has(path, straight and each.is_file(follow_symlinks=False)):
                    files.append(path)
                else:
                    refused.append(ascii(path)[1:-1])
        return sorted(files), sorted(refused)

    def _locate(self, path: str) -> str:
        """Return the place of a plain file that no link leads to."""
        if path in self._plain:
            return f"{self.base}/{path}"
        names, mode = safe_path(path).split("/"), 0
        try:
            for count in range(1, len(names) + 1):
                place = f"{self.base}/{'/'.join(names[:count])}"
                mode = os.lstat(place).st_mode
                if stat.S_ISLNK(mode):
                    raise CheckFailed(f"Expected {path} as a plain file, found a symbolic link; it was not followed.")
        except (FileNotFoundError, NotADirectoryError):
            mode = 0
        if not stat.S_ISREG(mode):
            raise CheckFailed(f"Expected the file {path}, found no such file.")
        self._plain.add(path)
        return place


def _bytes(file: int, size: int) -> bytes:
    data = os.read(file, size)
    while len(data) < size and (more := os.read(file, size - len(data))):  # some file systems give less at once
        data += more
    return data


def _digest(file: int, _: int) -> bytes:
    return hashlib.file_digest(FileIO(file, closefd=False), "sha256").digest()
