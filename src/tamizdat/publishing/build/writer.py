"""Build units become files in the new folder: taken over from the last edition as they are, or made.

Taken over is by a second name for the same file (a hard link), after a look at its size and the times of its last
change; where the system has no such links, by a copy. What is made is searched for leaks before it is written.
"""

import contextlib
import hashlib
import os
import shutil
import stat
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import field
from functools import partial
from pathlib import Path
from typing import Final

from tamizdat.archive import Objects
from tamizdat.dataclass import dataclass
from tamizdat.disk.files import file_sha256, refusals, write_all
from tamizdat.encoding import sha256_hex
from tamizdat.errors import BadArchive
from tamizdat.parallel import ENOUGH, map_forked, map_shared
from tamizdat.publishing.build.cache import BuildCache
from tamizdat.publishing.build.file_identity import identity_of, is_of_its_time
from tamizdat.publishing.build.site_folder import folders, is_plain
from tamizdat.publishing.build.unit_files import MadeUnits, UnitFiles, WrittenFile
from tamizdat.publishing.build.units import BuildUnit
from tamizdat.publishing.leaks.scanner import LeakScanner, check_pages
from tamizdat.publishing.site import renderer

WHAT: Final = "the site"
STEP: Final = 1 << 20
FOLDERS: Final = 4_096  #: folders of which it is remembered that they were made
FEW: Final = 20  #: units that are made before it is asked whether to go on

TOGETHER: Final = 64  #: units that one process makes before it takes others,
GROUPS: Final = 10  #: or pages of several posts
#: pages of several posts that show each of them in their own way; the others share what they make of each
APART: Final = ("group days/", "group threads/", "group search/", "group cite/")


@dataclass
class SiteWriter:
    """Fills *new* with units; *old* is the folder of the last edition."""

    objects: Objects
    cache: BuildCache
    old: Path
    new: Path
    secrets: LeakScanner
    of_a_clock: set[str] = field(default_factory=set)  #: files of the last edition whose time tells when it was made
    #: identity and time of files that were read again, for something had touched them, or they are copies
    touched: dict[str, tuple[int, int]] = field(default_factory=dict)
    believed: bool = False  #: whether it was seen that nobody touched a file of the last edition
    _folders: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._root = str(self.new)

    def reusable_files(self, unit: BuildUnit) -> list[WrittenFile] | None:
        """Return the files of the last edition, if they are what would be made, and nobody has touched them since."""
        if self.cache.is_empty or self.cache.fingerprint(unit.name) != unit.fingerprint:
            return None
        files = self.cache.files_of(unit.name)
        return files if all(map(self._untouched, files)) else None

    def _untouched(self, file: WrittenFile) -> bool:
        try:
            found = os.lstat(f"{self.old}/{file.path}")
        except OSError:
            return False
        if not stat.S_ISREG(found.st_mode) or found.st_size != file.size:
            return False
        if found.st_mtime_ns % 1_000_000_000:
            self.of_a_clock.add(file.path)
        identity = identity_of(found)
        if file.identity == identity and file.touched == found.st_ctime_ns:
            return True
        # a copy of another time is made anew, for that may be the one at which the desk works
        return is_of_its_time(file.identity, found) and self._is_same(file, (identity, found.st_ctime_ns))

    def _is_same(self, file: WrittenFile, known: tuple[int, int]) -> bool:
        """Read a file whose size and time are as they were, but which something touched since, or which was copied."""
        if self.touched.get(file.path) == known:
            return True
        same = self.holds(file)
        if same:
            self.touched[file.path] = known
        return same

    def holds(self, file: WrittenFile) -> bool:
        """Return whether what lies in the old folder has the bytes of a file; it is read for that."""
        with refusals(WHAT):
            return is_plain(self.old / file.path) and file_sha256(self.old / file.path) == file.sha256

    def make_all(self, units: Sequence[BuildUnit], advance: Callable[[int], None] = lambda size: None) -> UnitFiles:
        """Make *units* into the new folder. *advance* is told 0 between some; what it raises ends the making."""
        made = UnitFiles()
        if len(units) >= ENOUGH:  # a second process will need them too
            renderer.preload()
        for some in map_shared(partial(self._make_some, advance, os.getpid()), *_runs(units), len(units)):
            made.add_packed(some.packed())
        return made

    def _make_some(self, advance: Callable[[int], None], first: int, units: Sequence[BuildUnit]) -> UnitFiles:
        made = UnitFiles()
        for place, unit in enumerate(units):
            if place % FEW == 0 and os.getpid() == first:  # a second process would tell it twice
                advance(0)
            made[unit.name] = self.make(unit)
        return made

    def make(self, unit: BuildUnit) -> list[WrittenFile]:
        """Make one; :class:`Leak` if something private is in it."""
        if unit.copies:
            return [self._copy(path, digest) for path, digest in unit.copies]
        if unit.streamed:
            return [self._stream(path, pieces()) for path, pieces in unit.streamed]
        made = unit.make()
        standing = self._standing(unit.name, made) if self.believed else {}
        new = {path: data for path, data in made.items() if path not in standing}
        if unit.searched:
            check_pages(self.secrets, new, unit.words())
        return [standing.get(path) or self.write(path, made[path]) for path in made]

    def _standing(self, unit: str, made: Mapping[str, bytes]) -> dict[str, WrittenFile]:
        """Return the files of a unit that are made as the last edition has them: of the search's segments most are.

        They were searched then, as pages were that are not made again: a secret that is new is looked for in all words
        that are told.
        """
        before = {file.path: file for file in self.cache.files_of(unit)}
        return {path: before[path] for path in made if path in before and before[path].sha256 == sha256_hex(made[path])}

    def write(self, path: str, data: bytes) -> WrittenFile:
        """Write one file of the site; *path* is one of ours."""
        target = self._place(path)
        with refusals(WHAT):
            handle = _published(target)
            try:
                write_all(handle, data)
                found = os.fstat(handle)
            finally:
                os.close(handle)
        return WrittenFile(path, found.st_size, identity_of(found), sha256_hex(data))

    def found(self, made: MadeUnits) -> MadeUnits:
        """Return the same files as they lie in the site's folder, which is known to hold them."""
        return made.changed(partial(_as_it_lies, folder=self.old))

    def read(self, path: str) -> bytes:
        """Return a file of the new folder, or if it is not made anew, of the old one."""
        with refusals(WHAT):
            try:
                return (self.new / path).read_bytes()
            except FileNotFoundError:
                return (self.old / path).read_bytes()

    def standing(self, path: str) -> bytes:
        """Return a file of the last edition as it was made; nothing if it was not, or its bytes are others by now."""
        digest = self.cache.digest_of(path)
        with contextlib.suppress(OSError):
            data = (self.old / path).read_bytes() if digest else b""
            return data if sha256_hex(data) == digest else b""
        return b""

    def link_all(self, files: Sequence[WrittenFile]) -> dict[WrittenFile, WrittenFile]:
        """Take files over; returns those that had to be copied, as they were and as they are now."""
        copied: dict[WrittenFile, WrittenFile] = {}
        for half in map_forked(self._keep_some, files):
            copied |= half
        return copied

    def _keep_some(self, files: Iterable[WrittenFile]) -> dict[WrittenFile, WrittenFile]:
        copied = {}
        for file in files:
            target = self._place(file.path)
            with refusals(WHAT):
                try:
                    os.link(f"{self.old}/{file.path}", target)
                except FileNotFoundError:
                    raise
                except OSError:  # a file system without second names
                    shutil.copyfile(f"{self.old}/{file.path}", target, follow_symlinks=False)
                    copied[file] = _as_it_lies(file, self.new)
        return copied

    def _copy(self, path: str, digest: str) -> WrittenFile:
        """Copy an object into the site; :class:`BadArchive` if its bytes are not those it is named for."""
        with self.objects.open(digest) as source:
            written = self._stream(path, iter(partial(source.read, STEP), b""))
        if written.sha256 != digest:
            raise BadArchive(
                f"Object {digest}: expected bytes with this SHA-256, found {written.sha256}. Restore it from a copy."
            )
        return written

    def _stream(self, path: str, pieces: Iterable[bytes]) -> WrittenFile:
        """Write a file of the site piece by piece."""
        found, target = hashlib.sha256(), self._place(path)
        with refusals(WHAT), os.fdopen(_published(target), "wb") as file:
            for piece in pieces:
                found.update(piece)
                file.write(piece)
            file.flush()
            written = os.fstat(file.fileno())
        return WrittenFile(path, written.st_size, identity_of(written), found.hexdigest())

    def stamp(self, paths: Iterable[str], time: int) -> None:
        """Give what was made the modification time of the edition, in nanoseconds.

        The clock would tell when the desk works. Files that are taken over keep the time of the edition that made
        them, unless it is one of a clock.
        """
        with refusals(WHAT):
            for path in paths:
                os.utime(f"{self._root}/{path}", ns=(time, time))

    def stamp_folders(self, time: int) -> None:
        """Give every folder that time."""
        with refusals(WHAT):
            for folder in folders(self._root):
                os.utime(f"{self._root}/{folder}", ns=(time, time))

    def _place(self, path: str) -> str:
        """Where it is written; its folder is there afterwards."""
        folder = path.rpartition("/")[0]
        if len(self._folders) > FOLDERS:
            self._folders.clear()
        if folder not in self._folders:
            assert ".." not in folder.split("/"), "paths of the site are made by us"
            with refusals(WHAT):
                self._make_folder(folder)
        return f"{self._root}/{path}"

    def _make_folder(self, folder: str) -> None:
        """Make a folder and those around it; another process may be doing so."""
        above = folder.rpartition("/")[0]
        if above and above not in self._folders:
            self._make_folder(above)
        with contextlib.suppress(FileExistsError):
            os.mkdir(f"{self._root}/{folder}", 0o755)  # noqa: PTH102 -- a Path for each of 20,000 folders costs as much
        self._folders.add(folder)


def _published(path: str) -> int:
    """Open a new file that everybody may read and its owner alone may write, also where the umask leaves more."""
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o644)


def _as_it_lies(file: WrittenFile, folder: Path) -> WrittenFile:
    found = os.lstat(f"{folder}/{file.path}")
    return file._replace(identity=identity_of(found), touched=found.st_ctime_ns)


def _runs(units: Sequence[BuildUnit]) -> tuple[list[list[BuildUnit]], list[list[BuildUnit]]]:
    """Return units in runs that a process makes one after the other: those of one thing, and pages of several posts.

    Pages that share what they make of each post stay together.
    """
    ones, lists, apart = list[BuildUnit](), list[BuildUnit](), list[BuildUnit]()
    for unit in units:
        several = unit.name.startswith("group")
        (apart if several and unit.name.startswith(APART) else lists if several else ones).append(unit)
    return _cut(ones, TOGETHER), [*([lists] if lists else ()), *_cut(apart, GROUPS)]


def _cut(units: Sequence[BuildUnit], step: int) -> list[list[BuildUnit]]:
    return [[*units[at : at + step]] for at in range(0, len(units), step)]
