"""An export as a person has it: a folder, a zip, a tar, or a single file. Read only, and only what is safe to read.

A ``.tar.gz`` is :mod:`tamizdat.posts.tarball`. Names from a zip or a folder pass
:func:`tamizdat.encoding.safe_path`. Refused, and told in the report, are names that lead out, symbolic links, devices,
the second of two members of one name, encrypted members, members packed otherwise than stored or deflated (which is all
that platforms do), and what would unpack to :data:`~tamizdat.posts.export_bounds.MAX_RATIO` times its packed size. What
a zip declares as a member's size is also the most that is read of it.
"""

import io
import os
import stat
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO, Any, BinaryIO, Final, Protocol, cast

from tamizdat.disk.files import refusals
from tamizdat.errors import UsageError
from tamizdat.posts.export_bounds import MAX_MEMBERS, WHAT, BadExport, is_safe, safe_or, shown, swells, unpacking
from tamizdat.posts.gzip_reader import MAGIC as GZIP
from tamizdat.posts.gzip_reader import GzipReader
from tamizdat.posts.report import IngestReport
from tamizdat.posts.tarball import BLOCK, Gzipped, Tar, is_tar_header

__all__ = ["HEAD", "BadExport", "Bytes", "Export", "Folder", "Single", "Zip", "head", "open_export", "shown"]

HEAD: Final = 4096
METHODS: Final = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
#: archives that are recognised and not read
OTHER_ARCHIVES: Final = {
    b"BZh": "bzip2", b"\xfd7zXZ\0": "xz", b"7z\xbc\xaf\x27\x1c": "7-Zip", b"Rar!\x1a\x07": "RAR",
    b"\x28\xb5\x2f\xfd": "Zstandard",
}  # fmt: skip


class Export(Protocol):
    """What the formats read from."""

    def names(self) -> list[str]:
        """Return the names of its files, in order."""

    def size(self, name: str) -> int:
        """Return the size of a file in bytes."""

    def open(self, name: str) -> BinaryIO:
        """Open a file for reading from its beginning. Reading raises :class:`BadExport` where it is damaged."""

    def close(self) -> None:
        """Close it."""


def head(export: Export, name: str) -> bytes:
    """Return the first 4,096 bytes of a file; empty if it cannot be read."""
    try:
        with export.open(name) as file:
            return file.read(HEAD)
    except BadExport:
        return b""


def open_export(path: Path, report: IngestReport) -> Export:
    """Open the export at *path*; problems with its names go into *report*.

    Raises :class:`UsageError` if there is neither a file nor a folder.
    """
    with refusals(WHAT):
        if path.is_dir():
            return Folder(path, report)
        if not path.is_file():
            raise UsageError(
                f"Expected a folder, a zip or another file of an export, found nothing named {str(path)!r}."
            )
        with path.open("rb") as file:
            beginning = file.read(BLOCK)
    for magic, name in OTHER_ARCHIVES.items():
        if beginning.startswith(magic):
            raise UsageError(
                f"Expected an export (a folder, a zip, a .tar.gz or another file), found an archive packed by {name}. "
                "Nothing was taken; unpack it, and collect the folder."
            )
    if beginning[:4] in (b"PK\3\4", b"PK\5\6"):
        return Zip(path, report)
    if beginning.startswith(GZIP):
        return Tar(path, report, packed=True) if _holds_tar(path) else Gzipped(path, report)
    if is_tar_header(beginning):
        return Tar(path, report, packed=False)
    return Single(path)


def _holds_tar(path: Path) -> bool:
    reader = GzipReader(path)
    try:
        return is_tar_header(reader.read_at(0, BLOCK))
    finally:
        reader.close()


class Single:
    """One file, under its own name."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._name = safe_or(path.name, "posts")

    def names(self) -> list[str]:
        """Return the one name, or ``posts`` for a name that is not safe."""
        return [self._name]

    def size(self, name: str) -> int:
        """Return the size of the file in bytes, whatever the name."""
        with refusals(WHAT):
            return self._path.stat().st_size

    def open(self, name: str) -> BinaryIO:
        """Open the file, whatever the name."""
        with refusals(WHAT):
            return self._path.open("rb")

    def close(self) -> None:
        """Do nothing: no file is kept open."""
        return


class Bytes:
    """One file that is in memory: what was fetched."""

    def __init__(self, name: str, data: bytes) -> None:
        self._name, self._data = name, data

    def names(self) -> list[str]:
        """Return the one name."""
        return [self._name]

    def size(self, name: str) -> int:
        """Return the number of bytes, whatever the name."""
        return len(self._data)

    def open(self, name: str) -> BinaryIO:
        """Open the bytes, whatever the name."""
        return io.BytesIO(self._data)

    def close(self) -> None:
        """Do nothing: no file is open."""
        return


class Several:
    """Files that are in memory: what was fetched in one visit."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self._files = files

    def names(self) -> list[str]:
        """Return the names, in the order in which they came."""
        return list(self._files)

    def size(self, name: str) -> int:
        """Return the number of bytes of a file."""
        return len(self._files[name])

    def open(self, name: str) -> BinaryIO:
        """Open the bytes of a file."""
        return io.BytesIO(self._files[name])

    def close(self) -> None:
        """Do nothing: no file is open."""
        return


class Folder:
    """A folder, without what its links lead to."""

    def __init__(self, path: Path, report: IngestReport) -> None:
        self._path = path
        self._sizes = dict(sorted(_walk(path, report)))

    def names(self) -> list[str]:
        """Return the paths of regular files below the folder, as they were when it was opened."""
        return list(self._sizes)

    def size(self, name: str) -> int:
        """Return the size of a file in bytes, as it was when the folder was opened."""
        return self._sizes[name]

    def open(self, name: str) -> BinaryIO:
        """Open a file that was listed. Raises :class:`BadExport` if it is no regular file any more."""
        assert name in self._sizes
        with refusals(WHAT):
            handle = os.open(self._path / name, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK)
            if not stat.S_ISREG(os.fstat(handle).st_mode):
                os.close(handle)
                raise BadExport("Expected the file that was listed, found a folder, link, pipe or device of its name.")
            return os.fdopen(handle, "rb")

    def close(self) -> None:
        """Do nothing: no file is kept open."""
        return


def _walk(root: Path, report: IngestReport) -> Iterator[tuple[str, int]]:
    count = 0
    with refusals(WHAT):
        for folder, folders, files in os.walk(root):
            folders[:] = [each for each in folders if not (Path(folder) / each).is_symlink()]
            for each in files:
                count += 1
                if count > MAX_MEMBERS:
                    raise UsageError(
                        f"Expected an export of at most {MAX_MEMBERS:,} files, found more; collect folder by folder."
                    )
                path = Path(folder) / each
                state = path.lstat()
                name = str(path.relative_to(root))
                if not stat.S_ISREG(state.st_mode):
                    report.problem("link", shown(name))
                elif is_safe(name, report):
                    yield name, state.st_size


class Zip:
    """A zip, read without unpacking it."""

    def __init__(self, path: Path, report: IngestReport) -> None:
        with unpacking(
            "Expected a zip that is whole, found one cut short or damaged: its list of contents cannot be read ({}). "
            "Copy or download it again; unpack by hand what can be, and collect the folder."
        ):
            self._zip = zipfile.ZipFile(path)
            packed = path.stat().st_size
        self._members = dict(sorted(self._sound(self._zip.infolist(), packed, report)))

    def _sound(
        self, members: list[zipfile.ZipInfo], packed: int, report: IngestReport
    ) -> Iterator[tuple[str, zipfile.ZipInfo]]:
        if len(members) > MAX_MEMBERS:
            raise BadExport(f"Expected an export of at most {MAX_MEMBERS:,} files, found {len(members):,}.")
        seen: set[str] = set()
        total = 0
        for member in members:
            kind = stat.S_IFMT(member.external_attr >> 16)
            if member.filename.endswith("/"):  # a folder; is_dir() fails at a name of no letters
                continue
            if kind not in (0, stat.S_IFREG):
                report.problem("link", shown(member.filename))
            elif not is_safe(member.filename, report):
                continue
            elif member.filename in seen:
                report.problem("path", shown(member.filename), detail="twice in the zip; the first was taken")
            elif member.flag_bits & 1:
                report.problem("encrypted", shown(member.filename))
            elif member.compress_type not in METHODS:
                how = f"packed by method {member.compress_type}; only 0 (stored) and 8 (deflated) are read"
                report.problem("packing", shown(member.filename), detail=how)
            elif swells(member.file_size, member.compress_size) or swells(total + member.file_size, packed):
                report.problem("bomb", shown(member.filename), detail=f"{member.file_size:,} bytes")
            else:
                seen.add(member.filename)
                total += member.file_size
                yield member.filename, member

    def names(self) -> list[str]:
        """Return the names of the members that are safe to read."""
        return list(self._members)

    def size(self, name: str) -> int:
        """Return the unpacked size of a member in bytes, as the zip tells it."""
        return self._members[name].file_size

    def open(self, name: str) -> BinaryIO:
        """Open a member, which is unpacked as it is read."""
        with unpacking():
            return cast(BinaryIO, io.BufferedReader(_Member(self._zip.open(self._members[name])), 1 << 18))

    def close(self) -> None:
        """Close the zip."""
        self._zip.close()


class _Member(io.RawIOBase):
    """A member of a zip, with our errors."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        with unpacking():  # little at a time: where damage lies further on, what stands before it is read
            data = self._file.read(min(len(buffer), HEAD))
        buffer[: len(data)] = data
        return len(data)

    def close(self) -> None:
        self._file.close()
        super().close()
