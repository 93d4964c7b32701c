"""The site's folder as a whole: built beside the old one, flushed, then exchanged for it in one step.

So it is done where there is no edition yet, or most of it changes; else it is renewed in place (:mod:`.renewal`).

::

    site/                    the edition that is served
    .site.new-9f3c…/site/    the next one while it is built; afterwards the old one, for the moment until it is deleted

On Linux the two names are exchanged by the kernel (``renameat2``), so that at no instant there is no site; elsewhere
by two renames. A process killed in between, or stopped, leaves the old site or the new one, and a folder
``.site.new-…`` that the next run clears away. Only a folder that we made, and that holds nothing we did not put there,
is ever replaced.
"""

import contextlib
import errno
import glob
import os
import re
import shutil
import stat
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Final

from tamizdat.archive.checkpoints import Checkpoints
from tamizdat.disk.files import file_sha256, flush_folder, refusals, write_file
from tamizdat.encoding import sha256_hex
from tamizdat.errors import CheckFailed, UsageError, WorkRemains
from tamizdat.parallel import map_forked
from tamizdat.verifying.edition import EDITION, EDITION_JS, FILES, LISTS, parse_files
from tamizdat.verifying.generated_files import is_made_after

WHAT: Final = "the site"
NEXT: Final = "edition/next/"  #: where the edition that a folder is being renewed to is told
SMALL: Final = 1 << 14  #: bytes; a full tile has half as many
_EXCHANGE: Final = 2  #: RENAME_EXCHANGE
_AT_FDCWD: Final = -100


def check_replaceable(out: Path, archive: Path, known: set[str] | None = None) -> set[str]:
    """Return the files of *out*; *known* are those that it is known to have.

    Raises :class:`UsageError` unless it is absent, empty, or an edition with nothing else in it.
    """
    if out == archive or out in archive.parents or archive in out.parents:
        raise UsageError("Expected a folder for the site outside the archive, and not around it.")
    if known is not None:
        return known
    with refusals(WHAT):
        if not out.exists() or (out.is_dir() and not any(out.iterdir())):
            return set()
    present = present_in(out)

    missing = set[str]()

    def read(path: Path) -> bytes:
        data = path.read_bytes() if path.exists() else b""
        if not data:  # a renewal removes a list after all that it lists; a power cut may empty one
            missing.add(path.relative_to(out).as_posix())
        return data

    try:
        (out / FILES).stat()  # where there is none, it is no site of ours
        listed_there = every_file(read(out / FILES), lambda path, _: read(out / path))
        with contextlib.suppress(FileNotFoundError):  # a renewal was cut off
            data = (out / next_of(FILES)).read_bytes()
            listed_there |= every_file(data, lambda path, _: read(out / next_of(path)))
    except (OSError, UnicodeDecodeError):
        raise UsageError(
            f"Expected a new or empty folder, or a site of ours; found {min(present, default=out.name)!r} in it."
        ) from None
    strange = sorted(path for path in present if path not in listed_there and not _is_of_an_edition(path))
    if strange and missing:
        raise UsageError(
            f"Expected the lists of the last edition's files, found {min(missing)!a} missing or empty: without it "
            f"nobody can tell whether {strange[0]!a} and {len(strange) - 1} more are of the site. Move the folder "
            "elsewhere, then publish again: the site is made anew."
        )
    if strange:
        raise UsageError(
            f"Expected only what the last edition put into the folder, found {len(strange)} other files, such as "
            f"{strange[0]!a}. They would be lost: move them elsewhere, then publish again."
        )
    return present


def next_of(path: str) -> str:
    """Return where a file of ``edition/`` lies while the folder is being renewed to its edition."""
    return NEXT + path.removeprefix("edition/")


def scripts_told(paths: Iterable[str]) -> list[str]:
    """Return those of the *paths* that differ by which a page on a disk, which may read no file, knows an edition."""
    return [path for path in paths if path == EDITION_JS or re.fullmatch(r"(?a)edition/items/\d+\.js", path)]


def by_item(path: str) -> tuple[str, str]:
    """Return what to sort files by, so that those of an item come one after another, whatever their language.

    A page that is older or newer than the facts beside it does not hold, and on a disk nothing tells why.
    """
    _, _, inside = path.partition("/")
    return inside if inside.startswith("items/") else path, path


def _is_of_an_edition(path: str) -> bool:
    return is_made_after(path) or path.startswith(NEXT)


def listed(data: bytes) -> dict[str, str]:
    """Path → SHA-256 of what a list of files lists, unchecked: for lists of ours, and for what is only compared."""
    return {line[66:]: line[:64] for line in data.decode().splitlines()}


def every_file(top: bytes, read: Callable[[str, str], bytes]) -> dict[str, str]:
    """Return path → SHA-256 of all that an edition lists, unchecked; *read* gives a list by its path and SHA-256."""
    found = listed(top)
    lists = [(path, digest) for path, digest in found.items() if path.startswith(LISTS)]
    return found | {path: each for name, digest in lists for path, each in listed(read(name, digest)).items()}


def stands(out: Path, files: Mapping[str, bytes], envelope: bytes) -> bool:
    """Whether *out* already is this edition, whole and unaltered; *files* are the lists of its files."""
    try:
        same = (out / EDITION).read_bytes() == envelope and all(holds(out, path, data) for path, data in files.items())
        every = (each for data in files.values() for each in parse_files(data).items())
        return same and all(is_plain(out / path) and file_sha256(out / path) == digest for path, digest in every)
    except (OSError, CheckFailed):
        return False


def holds(out: Path, path: str, data: bytes) -> bool:
    """Whether a file of *out* has exactly these bytes."""
    try:
        return is_plain(out / path) and (out / path).read_bytes() == data
    except OSError:
        return False


def has(out: Path, path: str, digest: str) -> bool:
    """Whether a small file of *out*, which is no link to one, has the bytes with this SHA-256."""
    try:
        with open(f"{out}/{path}", "rb", buffering=0, opener=_no_link) as file:
            return stat.S_ISREG(os.fstat(file.fileno()).st_mode) and sha256_hex(file.read(SMALL)) == digest
    except OSError:
        return False


def _no_link(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_NOFOLLOW | os.O_NONBLOCK)


def is_plain(path: Path) -> bool:
    """Whether there is a file, and no link to one: whoever copies or checks the site follows none."""
    return stat.S_ISREG(os.lstat(path).st_mode)


def time_of_edition(day: str, number: int) -> int:
    """Return the time of modification of an edition's files, in nanoseconds.

    It is midnight UTC of the edition's *day*, and a second for each edition of that day: its first is *number* 1. The
    clock would tell when the desk works; without the seconds a mirror that compares sizes and times would miss changes.
    """
    midnight = datetime.fromisoformat(f"{day}T00:00:00+00:00")
    return (int(midnight.timestamp()) + number) * 1_000_000_000


def renew_beside(out: Path, archive: Path) -> int:
    """Put what others said since of the checkpoints that *out* has into it, as the archive has it; return how many.

    No list names these files, so the edition stays the same. They have the time of the edition, as all its files do.
    Raises StorageFull, StorageRefused.
    """
    place = out / "ledger/checkpoints"
    with refusals(WHAT):
        if not place.is_dir():
            return 0
        time = (out / "ledger/checkpoint").stat().st_mtime_ns
        there = {int(each.name) for each in place.iterdir() if each.name.isascii() and each.name.isdecimal()}
    kept = Checkpoints(archive)
    kept.mend(out)
    files = dict(kept.published(there))
    written = [path for path, data in files.items() if not holds(out, path, data)]
    aside = out.with_name(f".{out.name}.beside")  # a kill leaves nothing in the site that is not of it
    for path in written:
        target = out / path
        write_file(aside, files[path], WHAT)
        with refusals(WHAT):
            aside.chmod(0o644)
            os.utime(aside, ns=(time, time))
            target.parent.mkdir(0o755, parents=True, exist_ok=True)
            aside.rename(target)
            flush_folder(target.parent)
    with refusals(WHAT):
        replaced = out / "ledger/certificates"
        for each in sorted(replaced.iterdir()) if replaced.is_dir() else ():
            if f"ledger/certificates/{each.name}" not in files:
                each.unlink()
        for folder in {(out / each).parent for each in written} | {out / "ledger"}:
            os.utime(folder, ns=(time, time))
    return len(written)


def clear_away(out: Path) -> None:
    """Delete what earlier runs, stopped or killed, left half made beside *out*: its words may be withdrawn since."""
    with refusals(WHAT):
        for stale in [*out.parent.glob(f".{glob.escape(out.name)}.new-{'[0-9a-f]' * 8}")]:
            _remove(stale)


@contextlib.contextmanager
def staging_folder(out: Path) -> Iterator[Path]:
    """Make a new folder in one of its own beside *out*; both are gone at the end, if they are still there.

    Whoever stopped the work does not wait until ten thousand files are deleted: what is half made then, the next run
    clears away (:func:`clear_away`), as after a kill. An old edition is deleted at once in any case: it may show what
    was withdrawn.
    """
    with refusals(WHAT):
        out.parent.mkdir(parents=True, exist_ok=True)
        around = out.parent / f".{out.name}.new-{os.urandom(4).hex()}"
        folder = around / "site"
        folder.mkdir(mode=0o755, parents=True)
        made = folder.stat().st_ino
    left = False
    try:
        yield folder
    except (WorkRemains, KeyboardInterrupt):
        left = folder.is_dir() and folder.stat().st_ino == made
        raise
    finally:
        if not left:
            _remove(around)


def _remove(around: Path) -> None:
    """Delete a folder, its many small ones in two processes; what cannot be deleted now, the next run tries again."""
    for below in ("items", "site/items", "site/*/items"):
        for part in filter(Path.is_dir, around.glob(below)):
            map_forked(partial(_remove_some, part), os.listdir(part))  # noqa: PTH208 -- paths are four times as large
    shutil.rmtree(around, ignore_errors=True)


def _remove_some(part: Path, names: Sequence[str]) -> None:
    for each in names:
        shutil.rmtree(part / each, ignore_errors=True)


def swap(folder: Path, out: Path) -> None:
    """Put *folder* in the place of *out*; what was there lies at *folder* afterwards."""
    with refusals(WHAT):
        flush_tree(folder)
        if not out.exists():
            folder.rename(out)
        elif not _exchanged(folder, out):
            aside = folder.with_name(f"{folder.name}.prior")
            out.rename(aside)
            folder.rename(out)
            aside.rename(folder)


def folders_of(paths: Iterable[str]) -> Iterator[str]:
    """Yield every folder above *paths* that was written in, up to the site's own, which is ""."""
    seen = set[str]()
    for path in paths:
        folder = path.rpartition("/")[0]
        while folder not in seen:
            seen.add(folder)
            yield folder
            folder = folder.rpartition("/")[0]


def present_in(out: Path) -> set[str]:
    """Return the files of *out*, and whatever else is no folder, by their paths."""
    with refusals(WHAT):
        return {*names(str(out))}


def names(folder: str) -> list[str]:
    """Return every file, and whatever else is no folder, by its path."""
    files, folders = list[str](), [""]
    for below in folders:  # which grows
        with os.scandir(f"{folder}/{below}") as entries:
            for entry in entries:
                path = f"{below}/{entry.name}" if below else entry.name
                (folders if entry.is_dir(follow_symlinks=False) else files).append(path)
    return files


def folders(folder: str, below: str = "") -> Iterator[str]:
    """Yield *below* and every folder in it by its path, whether or not anything is in it, the site's own as ""."""
    yield below
    with os.scandir(f"{folder}/{below}") as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                yield from folders(folder, f"{below}/{entry.name}" if below else entry.name)


def flush_tree(folder: Path) -> None:
    """Make the whole tree survive a power cut.

    By one call for its file system where there is one (Linux), else file by file.
    """
    if _flushed_together(folder):
        return
    found = names(str(folder))
    for name in found:
        handle = os.open(folder / name, os.O_RDONLY | os.O_CLOEXEC)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
    for path in {(folder / name).parent for name in found} | {folder.parent}:
        flush_folder(path)


def _flushed_together(folder: Path) -> bool:
    """``syncfs``; False where that cannot be done."""
    import ctypes  # where few files are put out it is not needed

    try:
        syncfs = ctypes.CDLL(None, use_errno=True).syncfs
    except (OSError, AttributeError):
        return False
    handle = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        if syncfs(handle) == 0:
            return True
        error = ctypes.get_errno()
    finally:
        os.close(handle)
    if error == errno.ENOSYS:
        return False
    raise OSError(error, os.strerror(error))


def _exchanged(one: Path, other: Path) -> bool:
    """Exchanges two names in the kernel; False where that cannot be done."""
    import ctypes  # as above

    try:
        renameat2 = ctypes.CDLL(None, use_errno=True).renameat2
    except (OSError, AttributeError):
        return False
    if renameat2(_AT_FDCWD, os.fsencode(one), _AT_FDCWD, os.fsencode(other), _EXCHANGE) == 0:
        return True
    error = ctypes.get_errno()
    if error in (errno.EINVAL, errno.ENOSYS, errno.ENOTSUP):  # a file system or kernel that does not know how
        return False
    raise OSError(error, os.strerror(error))
