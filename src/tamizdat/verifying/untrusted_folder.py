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


class Folder:
    """A folder whose files are named by relative paths with ``/``."""

    def __init__(self, base: Path) -> None:
        self.base = base
        self._digests: dict[str, str] = {}

    def read(self, path: str, most: int = SMALL) -> bytes:
        """Return the bytes of a file; :class:`CheckFailed` if it is missing, a link, or larger than *most* bytes."""
        try:
            with self._locate(path).open("rb") as file:
                data = file.read(most + 1)
        except OSError as error:
            raise CheckFailed(f"Expected to read {path}, but the system refused: {error.strerror}.") from error
        if len(data) > most:
            raise CheckFailed(f"Expected {path} with at most {most} bytes, found more.")
        self._digests[path] = sha256_hex(data)
        return data

    def digest(self, path: str) -> str:
        """Return the SHA-256 of a file of any size, in hexadecimal; each file is read once.

        Raises :class:`CheckFailed` if the system refuses it.
        """
        if path not in self._digests:
            state = hashlib.sha256()
            try:
                with self._locate(path).open("rb") as file:
                    while chunk := file.read(CHUNK):
                        state.update(chunk)
            except OSError as error:
                raise CheckFailed(f"Expected to read {path}, but the system refused: {error.strerror}.") from error
            self._digests[path] = state.hexdigest()
        return self._digests[path]

    def difference(self, path: str, digest: str) -> str:
        """Say what is found instead of a file with this SHA-256; "" if nothing is."""
        try:
            found = self.digest(path)
        except (CheckFailed, BadPath) as error:
            return str(error)
        return "" if found == digest else f"Expected {path} with the SHA-256 {digest}, found {found}."

    def has(self, path: str) -> bool:
        """Return whether a file is there that :meth:`read` would open."""
        try:
            self._locate(path)
        except (CheckFailed, BadPath):
            return False
        return True

    def has_folder(self, path: str) -> bool:
        """Return whether a folder of this name is there, which no link stands for."""
        return path in self.folders()

    def folders(self) -> list[str]:
        """Return the names of the folders in it that :meth:`read` would look into."""
        try:
            return sorted(each.name for each in os.scandir(self.base) if each.is_dir(follow_symlinks=False))
        except OSError:
            return []

    def walk(self, below: str = "") -> tuple[list[str], list[str]]:
        """Return the paths of every plain file *below*, and of all else that should not be there (names escaped)."""
        files: list[str] = []
        refused: list[str] = []
        if below and not (self.base / below).is_dir():
            return files, refused
        for top, folders, names in os.walk(
            self.base / below, onerror=lambda error: refused.append(self._escaped(error.filename))
        ):
            within = Path(top).relative_to(self.base).as_posix()
            for name in [*names, *(each for each in folders if (Path(top) / each).is_symlink())]:
                path = name if within == "." else f"{within}/{name}"
                try:
                    self._locate(path)
                    files.append(path)
                except (CheckFailed, BadPath):
                    refused.append(self._escaped(path))
        return sorted(files), sorted(refused)

    def _locate(self, path: str) -> Path:
        """Return the place of a plain file that no link leads to."""
        place, mode = str(self.base), 0
        try:
            for name in safe_path(path).split("/"):
                place = f"{place}/{name}"
                mode = os.lstat(place).st_mode
                if stat.S_ISLNK(mode):
                    raise CheckFailed(f"Expected {path} as a plain file, found a symbolic link; it was not followed.")
        except (FileNotFoundError, NotADirectoryError):
            mode = 0
        except OSError as error:
            raise CheckFailed(f"Expected to read {path}, but the system refused: {error.strerror}.") from error
        if not stat.S_ISREG(mode):
            raise CheckFailed(f"Expected the file {path}, found no such file.")
        return Path(place)

    @staticmethod
    def _escaped(path: str) -> str:
        return ascii(path)[1:-1]
