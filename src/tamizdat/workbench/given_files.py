"""What was given out: the folder ``given`` of the desk's, each thing a folder of its own, sent as a ZIP file on demand.

Everything in it is in the clear: it was taken out of the archive to be carried elsewhere, and is deleted when that is
done. Who wants it on another disk makes ``given`` a link to a folder there, at the desk's computer: a browser chooses
no folder. What is not whole yet has a name that begins with a dot, and is not listed. What a thing shows is noted in
a file beside it, ``..<name>.json`` (:mod:`.given_shows`), which is in no ZIP file, and whose name nothing half made can
have: no name of a thing begins with a dot.
"""

import contextlib
import os
import shutil
import stat
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Final, cast

from tamizdat.dataclass import dataclass
from tamizdat.disk.files import refusals, write_file
from tamizdat.errors import BadEncoding, StorageFull, UsageError
from tamizdat.home.home import GIVEN, Home
from tamizdat.text.quantities import amount
from tamizdat.workbench.given_shows import Shows
from tamizdat.workbench.l10n import gettext as _

ROOM: Final = 256 << 20  #: bytes that stay free
CHUNK: Final = 1 << 20
WHAT: Final = "the folder of what was given out"


@dataclass(frozen=True)
class GivenFile:
    """One thing that was given out: its name, files, bytes, and the day on which it was made."""

    name: str
    files: int
    size: int
    day: str


class GivenFiles:
    """The folder, and what is in it."""

    def __init__(self, home: Home) -> None:
        self.folder = home.folder / GIVEN

    def all(self) -> list[GivenFile]:
        """Return what is there and whole, the newest first."""
        with refusals(WHAT):
            found = [each for each in self._entries() if self._is_whole(each)]
            times = {each.name: each.stat(follow_symlinks=False).st_mtime for each in found}
            return [self._given(name, times[name]) for name in sorted(times, key=lambda name: (-times[name], name))]

    def path(self, name: str) -> Path | None:
        """Return where a thing lies; None if there is none of this name."""
        with refusals(WHAT):
            there = any(each.name == name and self._is_whole(each) for each in self._entries())
        return self.folder / name if there else None

    def begin(self, name: str, size: int, resumed: bool = False) -> Path:
        """Return the folder in which a thing of this name and about so many bytes is made, until :meth:`finish`.

        It is empty, unless what a stopped run left is *resumed*. Raises :class:`UsageError` if there is such a thing
        or the disk of the folder is away, :class:`StorageFull` if there is no room for it.
        """
        if self.path(name) is not None:
            raise UsageError(_("“%(name)s” was given out already. Save it, or delete it below first.", name=name))
        making = self.folder / f".{name}"
        if self.folder.is_symlink() and not self.folder.exists():
            raise UsageError(
                _("The desk’s folder “given” is a link to a folder that is not there. Is its disk plugged in?")
            )
        if self.folder.exists() and not self.folder.is_dir():
            raise UsageError(
                _(
                    "Expected “given” in the desk’s folder to be a folder, found a file. Move it away at the desk’s "
                    "computer."
                )
            )
        with refusals(WHAT):
            self.folder.mkdir(mode=0o700, exist_ok=True)
            if not resumed or not making.is_dir():
                _clear(making)
            free, size = shutil.disk_usage(self.folder).free, size + ROOM
        if size > free and not making.exists():
            raise StorageFull(
                _(
                    "Expected room for %(size)s, found %(free)s free on the disk of the desk’s folder “given”. Nothing "
                    "was written. Free some space, or make that folder a link to one on another disk.",
                    size=amount(size),
                    free=amount(free),
                )
            )
        return making

    def free_name(self, wish: str) -> str:
        """Return *wish*, or with a number behind it, so that nothing has this name yet."""
        number = 1
        while self.path(name := wish if number == 1 else f"{wish} ({number})") is not None:
            number += 1
        return name

    def finish(self, name: str, shows: Shows) -> None:
        """Let a thing that is whole appear under its name, after it was noted what it *shows*."""
        write_file(self._note(name), shows.encode(), WHAT)
        with refusals(WHAT):
            (self.folder / f".{name}").rename(self.folder / name)

    def shows(self, name: str) -> Shows | None:
        """Return what was noted of a thing; None if nothing was, or nothing that can be read."""
        with refusals(WHAT), contextlib.suppress(FileNotFoundError, BadEncoding):
            return Shows.decode(self._note(name).read_bytes())
        return None

    def delete(self, name: str) -> None:
        """Delete a thing, or what a stopped run left of it. Raises :class:`UsageError` if there is none."""
        path = self.path(name)
        if path is None:
            raise UsageError(_("“%(name)s” is not there any more.", name=name))
        going = self.folder / f".{name}"
        with refusals(WHAT):
            _clear(going)
            path.rename(going)  # killed from here on, it is not whole and is not taken for it
            self._note(name).unlink(missing_ok=True)
            shutil.rmtree(going)

    def halves(self) -> list[str]:
        """Return the names of what stopped or killed runs left unfinished."""
        with refusals(WHAT):
            there = self._entries()
        return sorted(each.name[1:] for each in there if each.name[:1] == "." and each.is_dir(follow_symlinks=False))

    def delete_halves(self) -> None:
        """Delete what stopped or killed runs left unfinished."""
        for name in self.halves():
            shutil.rmtree(self.folder / f".{name}", ignore_errors=True)

    def _note(self, name: str) -> Path:
        return self.folder / f"..{name}.json"

    def _entries(self) -> "list[os.DirEntry[str]]":
        if not self.folder.is_dir():
            return []
        with os.scandir(self.folder) as found:
            return [each for each in found if each.name.isprintable()]  # what somebody put there may have any name

    @staticmethod
    def _is_whole(entry: "os.DirEntry[str]") -> bool:
        return entry.name[:1] != "." and entry.is_dir(follow_symlinks=False)

    def _given(self, name: str, time: float) -> GivenFile:
        sizes = [path.lstat().st_size for path in files_in(self.folder / name)]
        return GivenFile(name, len(sizes), sum(sizes), datetime.fromtimestamp(time, UTC).date().isoformat())


def _clear(path: Path) -> None:
    """Delete what lies in the way: a folder, or the note of an earlier version, ``.X.json``, whose thing was *X*."""
    shutil.rmtree(path, ignore_errors=True)
    with contextlib.suppress(FileNotFoundError, IsADirectoryError):
        path.unlink()


def files_in(folder: Path) -> list[Path]:
    """Return the regular files below *folder*, sorted; no link is followed."""
    found = []
    for root, folders, names in os.walk(folder):
        folders.sort()
        found += [path for name in sorted(names) if stat.S_ISREG((path := Path(root, name)).lstat().st_mode)]
    return found


class _Pipe:
    """What ``zipfile`` writes into and nobody seeks in; it is emptied by whoever sends it on."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def write(self, data: bytes) -> int:
        """Take bytes."""
        self._parts.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Do nothing: there is nothing behind it."""

    def taken(self) -> bytes:
        """Return what was written since it was last taken."""
        data, self._parts = b"".join(self._parts), []
        return data


def zipped(folder: Path) -> Iterator[bytes]:
    """Yield a ZIP file of everything below *folder*, uncompressed, as it is read: it lies nowhere meanwhile.

    It ends without its list, which every program notices, if something in it goes meanwhile or cannot be read.
    """
    pipe = _Pipe()
    with contextlib.suppress(OSError):
        yield from _members(folder, pipe)
        yield pipe.taken()


def _in_utc(path: Path) -> tuple[int, int, int, int, int, int]:
    """Return when a file was changed last, as ZIP has it. In local time it would tell in which zone the desk is."""
    changed = datetime.fromtimestamp(path.lstat().st_mtime, UTC)
    year, month, day, hour, minute, second = changed.timetuple()[:6]
    if 1980 <= year <= 2107:
        return year, month, day, hour, minute, second
    return (1980, 1, 1, 0, 0, 0) if year < 1980 else (2107, 12, 31, 23, 59, 58)


def _members(folder: Path, pipe: _Pipe) -> Iterator[bytes]:
    with zipfile.ZipFile(cast(IO[bytes], pipe), "w", zipfile.ZIP_STORED) as made:
        for path in files_in(folder):
            entry = zipfile.ZipInfo.from_file(path, path.relative_to(folder).as_posix(), strict_timestamps=False)
            entry.date_time = _in_utc(path)
            with path.open("rb") as file, made.open(entry, "w", force_zip64=True) as member:
                while chunk := file.read(CHUNK):
                    member.write(chunk)
                    yield pipe.taken()
