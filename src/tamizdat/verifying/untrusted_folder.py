"""The files under check. They may come from a hostile mirror: links, devices, huge files and odd names are refused.

Nothing outside the folder is ever opened, nothing is written, and a name that a terminal should not see is escaped.
"""

import hashlib
import os
import stat
from pathlib import Path

from tamizdat.encoding import safe_path, sha256_hex
from tamizdat.errors import BadPath, CheckFailed

SMALL = 4 << 20  #: bytes: statements, proofs, checkpoints, tiles
LARGE = 256 << 20  #: bytes: the list of files of a site with a million of them
CHUNK = 1 << 20
RECENT = 8  #: files whose bytes are kept for the next link: about those of one item
KEPT = 1 << 16  #: bytes of such a file


class Folder:
    """A folder whose files are named by relative paths with ``/``."""

    def __init__(self, base: Path) -> None:
        self.base = base
        self.digests: dict[str, str] = {}  #: of what was read so far, by path
        self._folders: set[str] = set()  #: those with a plain file that no link leads to
        self._recent: dict[str, bytes] = {}

    def read(self, path: str, most: int = SMALL) -> bytes:
        """Return the bytes of a file; :class:`CheckFailed` if it is missing, a link, or larger than *most* bytes."""
        if path in self._recent:
            return self._recent[path]
        try:
            place, size = self._locate(path)
            with open(place, "rb") as file:  # noqa: PTH123 -- a Path for each of 100,000 files takes as long as reading
                data = file.read(min(size, most) + 1)
        except OSError as error:
            raise CheckFailed(f"Expected to read {path}, but the system refused: {error.strerror}.") from error
        if len(data) > most:
            raise CheckFailed(f"Expected {path} with at most {most} bytes, found more.")
        self.digests[path] = sha256_hex(data)
        if len(data) <= KEPT:
            self._recent = dict([*self._recent.items(), (path, data)][-RECENT:])
        return data

    def digest(self, path: str) -> str:
        """Return the SHA-256 of a file of any size, in hexadecimal; each file is read once.

        Raises :class:`CheckFailed` if the system refuses it.
        """
        if path not in self.digests:
            state = hashlib.sha256()
            try:
                with open(self._locate(path)[0], "rb") as file:  # noqa: PTH123 -- as above
                    while chunk := file.read(CHUNK):
                        state.update(chunk)
            except OSError as error:
                raise CheckFailed(f"Expected to read {path}, but the system refused: {error.strerror}.") from error
            self.digests[path] = state.hexdigest()
        return self.digests[path]

    def difference(self, path: str, digest: str) -> str:
        """Say what is found instead of a file with this SHA-256; "" if nothing is."""
        try:
            found = self.digest(path)
        except (CheckFailed, BadPath) as error:
            return str(error)
        return "" if found == digest else f"Expected {path} with the SHA-256 {digest}, found {found}."

    def is_new(self, path: str) -> bool:
        """Return whether a file is to be looked at: all are, but for who renews a folder."""
        return bool(path)

    def has(self, path: str) -> bool:
        """Return whether a file is there that :meth:`read` would open."""
        try:
            self._locate(path)
        except (CheckFailed, BadPath):
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
        return ["", *(f"{name}/" for name in self.folders() if (self.base / name / "items").is_dir())]

    def walk(self, below: str = "") -> tuple[list[str], list[str]]:
        """Return the paths of every plain file *below*, and of all else that should not be there (names escaped)."""
        files, refused = list[str](), list[str]()
        waiting = [below.strip("/")] if (self.base / below).is_dir() else []
        while waiting:
            within = waiting.pop()
            try:
                found = list(os.scandir(f"{self.base}/{within}"))
            except OSError as error:
                refused.append(self._escaped(str(error.filename)))
                continue
            if not below:
                self._folders.add(within)  # no link leads there from the top
            for each in found:
                path = f"{within}/{each.name}" if within else each.name
                if each.is_dir(follow_symlinks=False):
                    waiting.append(path)
                elif self.has(path):
                    files.append(path)
                else:
                    refused.append(self._escaped(path))
        return sorted(files), sorted(refused)

    def _locate(self, path: str) -> tuple[str, int]:
        """Return the place and the size in bytes of a plain file that no link leads to."""
        names, mode = safe_path(path).split("/"), 0
        folder = "/".join(names[:-1])
        try:
            for count in range(len(names) if folder in self._folders else 1, len(names) + 1):
                place = f"{self.base}/{'/'.join(names[:count])}"
                found = os.lstat(place)
                mode = found.st_mode
                if stat.S_ISLNK(mode):
                    raise CheckFailed(f"Expected {path} as a plain file, found a symbolic link; it was not followed.")
        except (FileNotFoundError, NotADirectoryError):
            mode = 0
        except OSError as error:
            raise CheckFailed(f"Expected to read {path}, but the system refused: {error.strerror}.") from error
        if not stat.S_ISREG(mode):
            raise CheckFailed(f"Expected the file {path}, found no such file.")
        self._folders.add(folder)
        return place, found.st_size

    @staticmethod
    def _escaped(path: str) -> str:
        return ascii(path)[1:-1]
