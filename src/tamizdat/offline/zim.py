"""An edition as one ZIM file, which Kiwix reads on telephones and sticks without a network (the extra ``zim``).

Every file of the site lies in it under its own path, so links work, and what is read out of it verifies as a site.
libzim writes random identifiers into a ZIM and its search indexes, and a checksum over all of it. They are replaced by
ones that follow from the edition, so that the same edition gives the same bytes::

    byte 8 … 23         the ZIM's identifier
    0f 0d "Xapian Glass" ‖ 2 bytes of version ‖ 16 bytes: a search index's identifier
    the last 16 bytes   MD5 over everything before them, by the format
"""

import contextlib
import hashlib
import importlib.util
import io
import multiprocessing
import os
import shutil
import uuid
from collections.abc import Callable, Iterator
from multiprocessing.connection import Connection
from pathlib import Path, PurePosixPath
from typing import BinaryIO, Final

from PIL import Image, ImageDraw

from tamizdat.disk.files import file_sha256, refusals
from tamizdat.disk.installed import REMEDY
from tamizdat.disk.lock import locked
from tamizdat.disk.target import AlreadyThere, rename_new
from tamizdat.encoding import safe_path, sha256
from tamizdat.errors import BadPath, DamagedInput, StorageFull, StorageRefused, ToolMissing, UsageError
from tamizdat.offline.edition import EditionFolder, title_of

MAGIC: Final = b"ZIM\x04"
_GLASS: Final = b"\x0f\x0dXapian Glass"
LOCK: Final = "lock"  #: in the folder in which a file is made: by one process at a time
STEP: Final = 4 << 20
LOOK: Final = 0.2  #: seconds from one look at the free room to the next
INDEXED: Final = "1000"  #: pages whose words are held in memory; by default they are ten times as many
MOST_FILES: Final = 20_000_000
MISSING: Final = (
    f"Expected packages that write and read ZIM files (libzim), found that they are not installed. {REMEDY}"
)
#: what Kiwix is told of a file; all of a site's kinds are here
MEDIA_TYPES: Final = {
    ".css": "text/css", ".html": "text/html", ".jpg": "image/jpeg", ".js": "text/javascript",
    ".json": "application/json", ".mp4": "video/mp4", ".svg": "image/svg+xml", ".txt": "text/plain",
    ".vtt": "text/vtt", ".xml": "text/xml",
}  # fmt: skip
PACKED: Final = (".jpg", ".mp4")  #: are packed already
LANGUAGES: Final = "eng,zho"  #: of pages, as ISO 639-3


def make_zim(edition: EditionFolder, out: Path, progress: Callable[[int], None] = lambda size: None) -> int:
    """Write the edition to *out*, which must not exist yet; return its size in bytes.

    *progress* is told the bytes of what was taken in, some five times a second; what it raises stops it, and nothing
    stays. Raises :class:`ToolMissing` without libzim, :class:`UsageError` if the file is there, :class:`InUse` if it is
    being made, :class:`StorageFull`, :class:`StorageRefused`.
    """
    if out.exists():
        raise _already_there(out)
    with refusals("the ZIM file"), _folder_of_one(out) as making:
        _check_room(edition, out.parent)
        part = making / "zim"
        with _silence():
            _watched(edition, part, progress)
        _fix_identifiers(part, _digest(edition))
        _give_name(part, out)
        return out.stat().st_size


def _already_there(out: Path) -> UsageError:
    return UsageError(f"Expected a file that does not exist yet, found one: {out}.")


@contextlib.contextmanager
def _folder_of_one(out: Path) -> Iterator[Path]:
    """Yield a folder beside *out*, in which nobody else makes it: libzim keeps more beside the file that it writes."""
    making = out.with_name(f".{out.name}.making")
    making.mkdir(exist_ok=True)
    try:
        with locked(making / LOCK, work=f"making {out.name}"):
            _clear(making)  # what a run left that was killed
            try:
                yield making
            finally:
                _clear(making)
                (making / LOCK).unlink()
    finally:
        with contextlib.suppress(OSError):  # somebody else is at it, and it is not empty
            making.rmdir()


def _clear(making: Path) -> None:
    for each in making.iterdir():
        if each.name != LOCK:
            shutil.rmtree(each) if each.is_dir() and not each.is_symlink() else each.unlink()


def _give_name(part: Path, out: Path) -> None:
    """Move the file out of the folder in which it was made, never over what came there meanwhile."""
    folder = os.open(out.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        rename_new(folder, f"{part.parent.name}/{part.name}", out.name)
    except AlreadyThere:
        raise _already_there(out) from None
    finally:
        os.close(folder)


def _check_room(edition: EditionFolder, folder: Path) -> None:
    """Raise StorageFull unless all files would have room unpacked: on a full disk libzim waits for ever."""
    needed = sum((edition.folder / path).stat().st_size for path in edition.files) + STEP
    if (free := shutil.disk_usage(folder).free) < needed:
        raise StorageFull(
            f"Expected {needed:,} free bytes for the ZIM file and what is written beside it meanwhile, found {free:,}. "
            "Make room, and run it again."
        )


def _watched(edition: EditionFolder, part: Path, progress: Callable[[int], None]) -> None:
    """Write the file in a process of its own, and end that when the disk is full: libzim would wait there for ever.

    Raises :class:`ToolMissing`, :class:`StorageFull`, :class:`StorageRefused`.
    """
    if importlib.util.find_spec("libzim") is None:
        raise ToolMissing(MISSING)
    spawned = multiprocessing.get_context("spawn")
    told, telling = spawned.Pipe(duplex=False)
    writing = spawned.Process(target=_write, args=(edition, part, telling), daemon=True)
    writing.start()
    telling.close()
    try:
        while writing.is_alive():
            writing.join(LOOK)
            progress(_taken_in(told))
            if shutil.disk_usage(part.parent).free < STEP:
                raise StorageFull("No room is left to write the ZIM file. Make room, and run it again.")
    finally:
        writing.kill()
        writing.join()
        told.close()
    if writing.exitcode:
        raise StorageRefused(
            f"Expected libzim to write the ZIM file, found that it ended with {writing.exitcode}. Run it again."
        )


def _taken_in(told: Connection) -> int:
    """Return how many bytes the writing process has taken in since the last look."""
    size = 0
    with contextlib.suppress(EOFError):  # it has ended
        while told.poll():
            size += told.recv()
    return size


def _write(edition: EditionFolder, out: Path, telling: Connection) -> None:
    os.environ["XAPIAN_FLUSH_THRESHOLD"] = INDEXED  # of this process alone, and the file has the same bytes
    from libzim.writer import Creator, FileProvider, Hint

    class SiteFile:
        """A file of the site, as libzim asks for it: by these five questions; it wants no subclass of its own."""

        def __init__(self, path: str) -> None:
            self.path, self.suffix = path, PurePosixPath(path).suffix

        def get_path(self) -> str:
            return self.path

        def get_title(self) -> str:
            return title_of(edition.folder / self.path) if self.suffix == ".html" else ""

        def get_mimetype(self) -> str:
            return MEDIA_TYPES.get(self.suffix, "application/octet-stream")

        def get_contentprovider(self) -> object:
            return FileProvider(str(edition.folder / self.path))

        def get_hints(self) -> dict[object, bool]:
            return {Hint.FRONT_ARTICLE: self.suffix == ".html", Hint.COMPRESS: self.suffix not in PACKED}

    # one worker: with several, the order of clusters is chance
    creator = Creator(str(out)).config_nbworkers(1).config_indexing(True, "eng").config_verbose(False)
    creator.set_mainpath("index.html")
    with creator:
        creator.add_illustration(48, _illustration())
        for name, value in _metadata(edition).items():
            creator.add_metadata(name, value)
        for path in edition.files:
            creator.add_item(SiteFile(path))
            telling.send((edition.folder / path).stat().st_size)


def _metadata(edition: EditionFolder) -> dict[str, str]:
    title = edition.title if len(edition.title) <= 30 else f"{edition.title[:29]}…"
    return {
        "Name": f"tamizdat_{edition.digest.hex()[:16]}",
        "Title": title,
        "Description": f"Edition {edition.number} of {edition.day}, with its proofs",
        "Language": LANGUAGES,
        "Creator": title,
        "Publisher": title,
        "Date": edition.day,
    }


def _illustration() -> bytes:
    """Return the picture that Kiwix shows in its list: 48 by 48 pixels, PNG."""
    picture = Image.new("RGB", (48, 48), "#1f2a33")
    draw = ImageDraw.Draw(picture)
    for at in range(3):
        draw.rectangle((10, 12 + 9 * at, 37 - 6 * at, 15 + 9 * at), fill="#f3efe6")
    file = io.BytesIO()
    picture.save(file, "PNG")
    return file.getvalue()


def _digest(edition: EditionFolder) -> bytes:
    """Return a digest over all files: stamps and cosignatures may come to an edition later."""
    lines = (f"{file_sha256(edition.folder / path)}  {path}\n" for path in edition.files)
    return sha256("".join(lines).encode())


def is_zim_of(path: Path, edition: EditionFolder) -> bool:
    """Tell whether a file is the ZIM of this edition, whole: by its identifier, and by its own checksum."""
    with refusals("the ZIM file"), path.open("rb") as file:
        if file.read(24)[8:] != _identifiers(_digest(edition))[0]:
            return False
        size = file.seek(0, os.SEEK_END) - 16
        return _checksum(file, size) == file.read()


def _identifiers(digest: bytes) -> list[bytes]:
    return [uuid.UUID(bytes=hashlib.sha256(digest + bytes([at])).digest()[:16], version=4).bytes for at in range(8)]


def _checksum(file: BinaryIO, size: int) -> bytes:
    """Return the checksum over the first *size* bytes, behind which the file then stands."""
    file.seek(0)
    state = hashlib.md5(usedforsecurity=False)
    while size and (data := file.read(min(size, STEP))):
        state.update(data)
        size -= len(data)
    return state.digest()


def _fix_identifiers(path: Path, digest: bytes) -> None:
    """Replace what is random in the file by what follows from the edition."""
    known = _identifiers(digest)
    with path.open("r+b") as file:
        file.seek(8)
        file.write(known[0])
        for at, place in enumerate(_found(path), 1):
            file.seek(place + len(_GLASS) + 2)
            file.write(known[min(at, 7)])
        file.write(_checksum(file, file.seek(0, os.SEEK_END) - 16))
        file.flush()
        os.fsync(file.fileno())


def _found(path: Path) -> list[int]:
    """Return where the search indexes begin."""
    places, before, at = list[int](), b"", 0
    with path.open("rb") as file:
        while data := file.read(STEP):
            window, start, place = before + data, at - len(before), -1
            while (place := window.find(_GLASS, place + 1)) >= 0:
                places.append(start + place)
            before, at = window[-len(_GLASS) + 1 :], at + len(data)
    return places


# Reading --------------------------------------------------------------------------------------------------------------


def is_zim(path: Path) -> bool:
    """Tell whether a file begins as a ZIM does."""
    with refusals("the file"), path.open("rb") as file:
        return file.read(4) == MAGIC


def read_site(path: Path, folder: Path) -> int:
    """Write the site in a ZIM into *folder*, an empty one; return how many files it has.

    Raises :class:`DamagedInput` for a file that libzim cannot read or whose checksum fails, and for a name that must
    not touch a disk; :class:`ToolMissing` without libzim; :class:`StorageFull`.
    """
    try:
        from libzim.reader import Archive
    except ImportError as error:
        raise ToolMissing(MISSING) from error
    try:
        with _silence():
            archive = Archive(path)
            sound = archive.check()
        if not sound:
            raise DamagedInput(
                "Expected a ZIM file whose checksum holds, found one that is damaged or was cut short. Get it again."
            )
        count = min(int(archive.entry_count), MOST_FILES)
        room = shutil.disk_usage(folder).free
        for number in range(count):
            entry = archive._get_entry_by_id(number)
            if entry.is_redirect:
                continue
            item = entry.get_item()
            room -= item.size
            if room < STEP:
                raise StorageFull("No room is left for what is in this ZIM file. Set TMPDIR to a larger disk.")
            place = folder / safe_path(entry.path)
            place.parent.mkdir(parents=True, exist_ok=True)
            with refusals("what is in the ZIM file"), place.open("xb") as file:
                file.write(item.content)
    except BadPath as error:
        raise DamagedInput(f"Expected paths of a site in the ZIM file. {error}") from error
    except (RuntimeError, KeyError, OSError) as error:
        raise DamagedInput(f"Expected a ZIM file that libzim can read, found one that it refuses: {error}.") from error
    return count


@contextlib.contextmanager
def _silence() -> Iterator[None]:
    """Send nowhere what libzim prints on the standard output, where others may expect JSON."""
    kept = os.dup(1)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 1)
        yield
    finally:
        os.dup2(kept, 1)
        os.close(kept)
        os.close(nowhere)
