"""Whether two places are one: the same folder under two names, or two folders of one disk, which are lost together."""

import os
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit

MOUNTS: Final = Path("/proc/self/mountinfo")
IN_MEMORY: Final = (
    "tmpfs",
    "ramfs",
    "rootfs",
    "devtmpfs",
    "overlay",
    "aufs",
)  #: the last two: of a live system, mostly
PORTS: Final = {"webdav": 443, "webdav+http": 80, "https": 443, "http": 80, "sftp": 22}  #: where none is named


def folder_of(url: str) -> Path | None:
    """Return the folder that a place's URL names; None for a service."""
    if url.startswith("file://"):
        return Path(unquote(url.removeprefix("file://")))
    return Path(url) if ":" not in url else None


def is_same(url: str, other: str) -> bool:
    """Tell whether both name one folder, by whatever path, or one address of a service."""
    folders = [folder for each in (url, other) if (folder := folder_of(each)) is not None]
    if len(folders) < 2:
        return address_of(url) == address_of(other)
    try:
        return os.path.samestat(folders[0].stat(), folders[1].stat())
    except OSError:
        return folders[0].resolve() == folders[1].resolve()


def address_of(url: str) -> str:
    """Return the address of a service as one writing of the many that mean the same.

    >>> address_of("webdav://Cloud.example:443/in//%63ards/"), address_of("rclone:remote:path/")
    ('webdav://cloud.example:443/in/cards', 'rclone:remote:path')
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port or PORTS.get(parts.scheme, 0)
    except ValueError:
        host = port = None
    if not host:
        return url.rstrip("/")
    return f"{parts.scheme}://{host.rstrip('.')}:{port}/{'/'.join(filter(None, unquote(parts.path).split('/')))}"


def on_one_disk(url: str, others: Iterable[str]) -> list[str]:
    """Return those of *others* that lie on the disk on which the folder *url* lies, or will lie, on any part of it."""
    folder = folder_of(url)
    disks = physical_disks(folder) if folder is not None else frozenset()
    folders = ((each, folder_of(each)) for each in others)
    return [each for each, other in folders if other is not None and disks & physical_disks(other)]


def physical_disks(folder: Path) -> frozenset[str]:
    """Return names of the disks on which a folder lies: of a partition its disk, of an encrypted one what is below.

    Where the system does not tell that (all but Linux), it is the number of the file system.
    """
    number = _disk(folder)
    if number is None:
        return frozenset()
    if os.major(number) == 0:  # of a file system with numbers of its own: btrfs, a network's, memory's
        source = _mounted_from(folder)
        if not source.startswith("/dev/"):
            return frozenset([source or str(number)])
        with suppress(OSError):
            number = Path(source).stat().st_rdev
    device = Path(f"/sys/dev/block/{os.major(number)}:{os.minor(number)}")
    return frozenset(_below(device.resolve())) if device.exists() else frozenset([str(number)])


def lies_in_memory(folder: Path, mounts: Path = MOUNTS) -> bool:
    """Tell whether what lies in the folder is gone when the computer is switched off, as the files of a live system."""
    return _mount(folder, mounts)[0] in IN_MEMORY


def _mounted_from(folder: Path, mounts: Path = MOUNTS) -> str:
    """Return what is mounted where the folder lies; "" where the system does not say."""
    return _mount(folder, mounts)[1]


def _mount(folder: Path, mounts: Path) -> tuple[str, str]:
    """Return of which kind the file system is in which a folder lies, and what it is mounted from; "" for unknown."""
    try:
        lines = mounts.read_text("utf-8", "surrogateescape").splitlines()
    except OSError:
        return "", ""
    where, found = folder.resolve(), ("", "", "")
    for line in lines:
        mount, _, source = line.partition(" - ")
        point = re.sub(r"\\([0-7]{3})", lambda match: chr(int(match[1], 8)), mount.split(" ")[4])
        if where.is_relative_to(point) and len(point) >= len(found[0]):
            kind, origin = source.split(" ")[:2]
            found = point, kind, origin
    return found[1:]


def _below(device: Path) -> Iterator[str]:
    slaves = sorted((device / "slaves").iterdir()) if (device / "slaves").is_dir() else []
    if slaves:
        for slave in slaves:
            yield from _below(slave.resolve())
    else:
        yield device.parent.name if (device / "partition").exists() else device.name


def _disk(folder: Path | None) -> int | None:
    """Return the number of the disk that holds a folder, or its nearest parent that is there."""
    for each in (folder, *folder.parents) if folder is not None else ():
        try:
            return each.stat().st_dev
        except OSError:
            continue
    return None
