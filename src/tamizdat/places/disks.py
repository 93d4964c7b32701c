"""Whether two places are one: the same folder under two names, or two folders of one disk, which are lost together.

Seen are, on Linux, the partitions of one disk, what is encrypted or kept in an image on it, file systems over several
disks, folders that are shown once more under another name (gocryptfs, bindfs), and folders of one server that are
mounted by NFS, SMB or SSH. Not seen is that two servers are one machine, or stand in one room; and what one server
keeps for two services. A disk is named as the system names it (``sdb``); what is none, or is not known, has a name with
one of the words :data:`SERVER`, :data:`MEMORY`, :data:`HOST` and :data:`UNSEEN` in front.
"""

import ipaddress
import os
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final, Literal
from urllib.parse import unquote, urlsplit

MOUNTS: Final = Path("/proc/self/mountinfo")
BLOCK: Final = Path("/sys/block")
BTRFS: Final = Path("/sys/fs/btrfs")  #: a folder for each that is mounted, with the devices that it lies on
SERVER: Final = "server "
MEMORY: Final = "memory "
HOST: Final = "host "  #: a folder of the computer in which this machine runs: on which disk, only that knows
UNSEEN: Final = "unseen "  #: nobody tells here on which disk it lies
Where = Literal["outside", "inside", "memory", "host", "unknown"]
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
_KEPT_BACK: Final = ("fuse.rclone",)  #: has what was written to it on this computer's own disk, and sends it later
_ADDRESS: Final = re.compile(r"(?:^|,)addr=([^,]+)")  #: among the options of NFS and SMB: a name may be one of many
_SHARES: Final = ("nfs", "nfs4", "cifs", "smb3", "fuse.sshfs")  #: what was written to them is at the server
_SERVERS: Final = (
    re.compile(r"//(?:[^/@]*@)?([^/:]+)"),  # SMB: //nas/share
    re.compile(r"https?://(?:[^/@]*@)?(\[[^]]+\]|[^/:]+)"),  # WebDAV
    re.compile(r"(?:[^/@:]*@)?(\[[^]]+\]|[^/:]+):/?[^:]*"),  # NFS and SSH: nas:/export, anna@nas:
)
_AT_HOME: Final = re.compile(
    r"(\.(local|lan|home|home\.arpa|internal|localdomain|fritz\.box))?\.?$"
)  #: nas.local is nas
_CABLE: Final = re.compile(r"usb[0-9]+|fw[0-9]+(\.[0-9]+)?")  #: a folder of the system's that tells of a cable
_INSIDE: Final = re.compile(r"ata[0-9]+|nvme[0-9]+")
_OF_MEMORY: Final = re.compile(r"z?ram[0-9]+")
_LOCAL: Final = Path("/proc/net")  #: with the addresses that this computer has itself
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
    return frozenset(_disks(folder))


def _disks(folder: Path, shown: frozenset[int] = frozenset()) -> Iterator[str]:
    """*shown*: the file systems that show this one once more; one may be mounted over what it shows."""
    number = _disk(folder)
    if number is None:
        return
    if number in shown:
        yield f"{UNSEEN}{number}"
        return
    sources = [number]
    if os.major(number) == 0:  # of a file system with numbers of its own: btrfs, a network's, memory's
        kind, source, options = _mount(folder, MOUNTS)
        if not source.startswith("/dev/"):
            yield from _lost_with(kind, source, options, number, shown)
            return
        sources = [Path(each).stat().st_rdev for each in source.split(":") if Path(each).exists()]  # bcachefs: several
    devices = [Path(f"/sys/dev/block/{os.major(each)}:{os.minor(each)}") for each in sources]
    if not devices or not all(each.exists() for each in devices):
        yield f"{UNSEEN}{number}"
    for device in devices:
        if device.exists():
            yield from _members(device.resolve())


def where_is(disk: str, block: Path = BLOCK) -> Where:
    """Return where a disk is, by its name in :func:`physical_disks`, as far as the system tells.

    Who takes the computer takes what is inside it too. A card in a reader, what hangs on a cable, and a server that is
    not this computer itself are outside. Of a machine that runs inside another one nobody tells where its disks lie.
    """
    if disk.startswith(SERVER):
        return "inside" if _is_own(disk.removeprefix(SERVER)) else "outside"
    if disk.startswith(MEMORY) or _OF_MEMORY.fullmatch(disk):
        return "memory"
    if disk.startswith(HOST):
        return "host"
    device = block / disk
    if disk.startswith(UNSEEN) or "/" in disk or not device.exists():
        return "unknown"
    device = device.resolve()
    kind = _said(device / "device" / "type")  # of what lies in an MMC slot: SD for a card
    # of NVMe a disk may be shown apart (/sys/devices/virtual/nvme-subsystem) from what it hangs on, which lies beside
    beside = device.parent.glob("nvme*") if device.parent.name.startswith("nvme-subsys") else ()
    seen = [device, *(each.resolve() for each in beside if each.is_symlink())]
    parts = [part for one in seen for part in one.parts]
    if kind == "SD" or any(map(_CABLE.fullmatch, parts)):
        return "outside"
    if any(_said(each / "removable") == "removable" for one in seen for each in (one, *one.parents)):  # Thunderbolt
        return "outside"
    if _said(device / "removable") == "1":  # of a socket for SATA it may say that it is made for changing disks, inside
        return "unknown" if any(part.startswith("ata") for part in parts) else "outside"
    return "inside" if kind == "MMC" or any(map(_INSIDE.fullmatch, parts)) else "unknown"


def _is_own(server: str) -> bool:
    """Tell whether a server is this computer: nobody is asked for the address of a name."""
    if server.partition(".")[0] in ("localhost", "ip6-localhost", os.uname().nodename.lower().partition(".")[0]):
        return True  # by whatever domain
    try:
        address = ipaddress.ip_address(server)
    except ValueError:
        return False
    if address.is_loopback:
        return True
    if address.version == 6:
        return address.packed.hex() in _said(_LOCAL / "if_inet6").split()
    return bool(re.search(rf"\|-- {re.escape(str(address))}\s+/32 host LOCAL", _said(_LOCAL / "fib_trie")))


def _said(file: Path) -> str:
    """Return what the system says in a file, which may be a path; "" if there is none."""
    try:
        return os.fsdecode(file.read_bytes()).removesuffix("\n")
    except OSError:
        return ""


def _lost_with(kind: str, source: str, options: str, number: int, shown: frozenset[int] = frozenset()) -> Iterator[str]:
    """Return names of what a folder of no disk of this computer is lost with: its server, or what it is shown from.

    >>> sorted(_lost_with("nfs4", "nas:/photos", "rw,vers=4.2,addr=192.0.2.7", 44))
    ['server 192.0.2.7', 'server nas']
    """
    found = next(filter(None, (form.match(source) for form in _SERVERS)), None)
    servers = [_AT_HOME.sub("", found[1].strip("[]").lower())] if found else []
    if kind in IN_MEMORY:
        yield f"{MEMORY}{number}"
    elif kind in OF_HOST:
        yield f"{HOST}{source}"
    elif kind in _SHARES and servers:  # by its name and by its address: another share may be known by one of them
        yield from {f"{SERVER}{each}" for each in servers + _ADDRESS.findall(options)}
    elif kind not in _KEPT_BACK and Path(source).is_absolute() and Path(source).exists():
        yield from _disks(Path(source), shown | {number})  # gocryptfs, bindfs, eCryptfs
    else:  # ZFS, of whose pools each may have many file systems; what programs mount of theirs
        yield UNSEEN + (source.split("/")[0] if kind == "zfs" else next(filter(None, (*servers, source, str(number)))))


def _mounted_from(folder: Path, mounts: Path = MOUNTS) -> str:
    """Return what is mounted where the folder lies; "" where the system does not say."""
    return _mount(folder, mounts)[1]


def _mount(folder: Path, mounts: Path) -> tuple[str, str, str]:
    """Return kind, source and options of the file system in which a folder lies; "" for what is not known."""
    try:
        lines = os.fsdecode(mounts.read_bytes()).removesuffix("\n").split("\n")  # a name may hold other breaks of lines
    except OSError:
        return "", "", ""
    where, found = folder.resolve(), ("", "", "", "")
    for line in lines:
        mount, _, source = line.partition(" - ")
        point = _unescaped(mount.split(" ")[4])
        if where.is_relative_to(point) and len(point) >= len(found[0]):
            kind, origin, options = (*source.split(" "), "", "")[:3]
            found = point, kind, _unescaped(origin), options
    return found[1:]


def _unescaped(name: str) -> str:
    return re.sub(r"\\([0-7]{3})", lambda match: chr(int(match[1], 8)), name)


def _members(device: Path) -> Iterator[str]:
    """Yield the disks of a device, and of all that btrfs lays its file system over together with it."""
    together = {device}
    with suppress(OSError):
        for folder in BTRFS.glob("*/devices"):
            members = {each.resolve() for each in folder.iterdir()}
            together |= members if device in members else set()
    for each in together:
        yield from _below(each)


def _below(device: Path) -> Iterator[str]:
    if (device / "partition").exists():  # of a disk, or of what lies on disks itself: an image, an array
        device = device.parent
    if image := _said(device / "loop" / "backing_file"):  # it lies on a disk itself
        try:
            Path(image).stat()
        except PermissionError:  # VeraCrypt's, which only the program that opened it may see
            yield f"{UNSEEN}image"
            return
        except OSError:  # deleted, or nobody sees it here: on the disk of what is there of its path
            pass
        yield from _disks(Path(image))
        return
    slaves = sorted((device / "slaves").iterdir()) if (device / "slaves").is_dir() else []
    for slave in slaves:
        yield from _below(slave.resolve())
    if not slaves:
        yield device.name


def _disk(folder: Path | None) -> int | None:
    """Return the number of the disk that holds a folder, or its nearest parent that is there."""
    for each in (folder, *folder.parents) if folder is not None else ():
        try:
            return each.stat().st_dev
        except OSError:
            continue
    return None
