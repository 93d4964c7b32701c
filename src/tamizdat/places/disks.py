"""Whether two places are one: the same folder under two names, or two folders of one disk, which are lost together.

Seen are, on Linux, the partitions of one disk, what is encrypted or kept in an image on it, file systems over several
disks, and folders of one server that are mounted by NFS, SMB or SSH. Not seen is that two servers are one machine, or
stand in one room; and what one server keeps for two services.
"""

import os
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit

MOUNTS: Final = Path("/proc/self/mountinfo")
BLOCK: Final = Path("/sys/block")
IN_MEMORY: Final = (
    "tmpfs",
    "ramfs",
    "rootfs",
    "devtmpfs",
    "overlay",
    "aufs",
)  #: the last two: of a live system, mostly
#: folders that a computer shares with a machine, or a Windows with a Linux, that runs inside it
OF_HOST: Final = ("9p", "drvfs", "virtiofs", "vboxsf", "vmhgfs", "fuse.vmhgfs-fuse", "prl_fs")
UNSEEN: Final = "an image that only the program that opened it may see"  #: VeraCrypt's, for one
_ADDRESS: Final = re.compile(r"(?:^|,)addr=([^,]+)")  #: among the options of NFS and SMB: a name may be one of many
_SERVERS: Final = (
    re.compile(r"//(?:[^/@]*@)?([^/:]+)"),  # SMB, and AFP: //nas/share
    re.compile(r"https?://(?:[^/@]*@)?(\[[^]]+\]|[^/:]+)"),  # WebDAV
    re.compile(r"(?:[^/@:]*@)?(\[[^]]+\]|[^/:]+):/?[^:]*"),  # NFS and SSH: nas:/export, anna@nas:
)
_CABLE: Final = re.compile(r"usb[0-9]+|fw[0-9]+(\.[0-9]+)?")  #: a folder of the system's that tells of a cable
_INSIDE: Final = re.compile(r"ata[0-9]+|nvme[0-9]+")
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
        kind, source, options = _mount(folder, MOUNTS)
        if not source.startswith("/dev/"):
            return frozenset([_lost_with(kind, source, options) or str(number)])
        with suppress(OSError):
            number = Path(source).stat().st_rdev
    device = Path(f"/sys/dev/block/{os.major(number)}:{os.minor(number)}")
    return frozenset(_below(device.resolve())) if device.exists() else frozenset([str(number)])


def lies_in_memory(folder: Path, mounts: Path = MOUNTS) -> bool:
    """Tell whether what lies in the folder is gone when the computer is switched off, as the files of a live system."""
    return _mount(folder, mounts)[0] in IN_MEMORY


def lies_on_host(folder: Path, mounts: Path = MOUNTS) -> bool:
    """Tell whether the folder is one of the computer in which this machine runs: on which disk, only that knows."""
    return _mount(folder, mounts)[0] in OF_HOST


def is_built_in(disk: str, block: Path = BLOCK) -> bool:
    """Tell whether a disk, by the name of :func:`physical_disks`, lies inside the computer, as far as the system tells.

    Who takes the computer takes it too. A card in a reader, and what hangs on a cable, does not count.
    """
    device = block / disk
    if "/" in disk or not device.exists():
        return False
    device = device.resolve()
    kind = _said(device / "device" / "type")  # of what lies in an MMC slot: SD for a card
    # of NVMe a disk may be shown apart (/sys/devices/virtual/nvme-subsystem) from what it hangs on, which lies beside
    beside = device.parent.glob("nvme*") if device.parent.name.startswith("nvme-subsys") else ()
    seen = [device, *(each.resolve() for each in beside if each.is_symlink())]
    movable = kind == "SD" or any(
        _said(each / "removable") in ("1", "removable") for one in seen for each in (one, *one.parents)
    )
    parts = [part for one in seen for part in one.parts]
    if movable or any(map(_CABLE.fullmatch, parts)):
        return False
    return kind == "MMC" or any(map(_INSIDE.fullmatch, parts))


def _said(file: Path) -> str:
    try:
        return file.read_text("ascii").strip()
    except (OSError, ValueError):
        return ""


def _lost_with(kind: str, source: str, options: str) -> str:
    """Return a name of what a folder of no disk of this computer is lost with: its server, or what it is mounted from.

    >>> _lost_with("nfs4", "nas:/photos", "rw,vers=4.2,addr=192.0.2.7"), _lost_with("cifs", "//NAS/film", "rw")
    ('server 192.0.2.7', 'server nas')
    """
    if kind == "zfs":  # a pool may have many file systems
        return source.split("/")[0]
    if found := _ADDRESS.search(options):
        return f"server {found[1]}"
    for form in _SERVERS:
        if found := form.match(source):
            return f"server {found[1].lower()}"
    return source


def _mounted_from(folder: Path, mounts: Path = MOUNTS) -> str:
    """Return what is mounted where the folder lies; "" where the system does not say."""
    return _mount(folder, mounts)[1]


def _mount(folder: Path, mounts: Path) -> tuple[str, str, str]:
    """Return kind, source and options of the file system in which a folder lies; "" for what is not known."""
    try:
        lines = mounts.read_text("utf-8", "surrogateescape").splitlines()
    except OSError:
        return "", "", ""
    where, found = folder.resolve(), ("", "", "", "")
    for line in lines:
        mount, _, source = line.partition(" - ")
        point = re.sub(r"\\([0-7]{3})", lambda match: chr(int(match[1], 8)), mount.split(" ")[4])
        if where.is_relative_to(point) and len(point) >= len(found[0]):
            kind, origin, options = (*source.split(" "), "", "")[:3]
            found = point, kind, origin, options
    return found[1:]


def _below(device: Path) -> Iterator[str]:
    image = _said(device / "loop" / "backing_file")  # it lies on a disk itself
    try:
        Path(image or "/").stat()
    except PermissionError:  # whatever disks such images lie on, they count as one
        yield UNSEEN
        return
    except OSError:
        pass
    if image and (number := _disk(Path(image))) is not None and os.major(number):
        yield from physical_disks(Path(image))
        return
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
