"""An edition as a torrent of its ZIM file: one file, by version 1 of BitTorrent (BEP 3), which every client reads.

::

    info       name, length, piece length
               pieces       the SHA-1 of each piece
    url-list   where the file may be laid beside the site, so that it can be fetched with nobody seeding (BEP 19)
    comment    a warning, where clients show it

It is not of the site's folder: of 60,000 posts that has so many files that most clients refuse to read the torrent, and
its web seed ends with the next edition. Version 2 (BEP 52) is left out: old clients refuse a torrent that has both, and
SHA-256 would prove nothing here that is not proved without it, for what is in the file proves itself.

No tracker is named, no program, no time.
"""

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final
from urllib.parse import quote, urlsplit

from tamizdat.dataclass import dataclass
from tamizdat.disk.files import refusals
from tamizdat.encoding import safe_path
from tamizdat.errors import BadEncoding, BadPath, DamagedInput, UsageError
from tamizdat.offline.bencode import Bencoded, decode, encode

SMALLEST: Final = 1 << 14  #: bytes of the smallest piece
LARGEST: Final = 1 << 24  #: bytes of the largest
MANY: Final = 4000  #: pieces; with more, they are made larger
MOST: Final = 10_000_000  #: bytes of a torrent that is read: libtorrent reads no larger one from a file either
STEP: Final = 1 << 20
#: stands in the torrent, where clients show it
WARNING: Final = "Whoever downloads or seeds a torrent shows their address to others who do, and to who watches them."
_HASH: Final = 20


@dataclass(frozen=True)
class Torrent:
    """A torrent: its bytes, the name of the file that it is of, its info hash, and its web seeds."""

    data: bytes
    name: str
    info_hash: str
    seeds: tuple[str, ...] = ()

    @property
    def magnet(self) -> str:
        """A magnet link, without a tracker."""
        return f"magnet:?xt=urn:btih:{self.info_hash}"


@dataclass(frozen=True)
class NamedFile:
    """What a torrent says of the one file that it is of, which lies beside it."""

    path: Path
    size: int
    piece: int
    pieces: bytes
    info_hash: str


def make_torrent(
    file: Path, addresses: Sequence[str] = (), progress: Callable[[int], None] = lambda size: None
) -> Torrent:
    """Return the torrent of a file that may be laid beside a site that is served at *addresses*.

    *progress* is told the bytes of what was read; what it raises stops it.
    """
    name = safe_path(file.name)
    with refusals("the file"):
        size = file.stat().st_size
        piece = _piece(size)
        pieces = _pieces(file, piece, progress)
    info: Bencoded = {b"length": size, b"name": name.encode(), b"piece length": piece, b"pieces": pieces}
    seeds = tuple(dict.fromkeys(beside(address, name) for address in addresses))
    whole: dict[bytes, Bencoded] = {b"comment": WARNING.encode(), b"info": info}
    if seeds:
        whole[b"url-list"] = [each.encode() for each in seeds]
    return Torrent(encode(whole), name, _info_hash(info), seeds)


def beside(address: str, name: str) -> str:
    """Return the address of a file that lies beside a site's folder; of a site that is all its host has, in it.

    >>> beside("https://example.org/site/", "edition-7.zim")
    'https://example.org/edition-7.zim'
    """
    parts = urlsplit(address)
    above = parts.path.rstrip("/").rpartition("/")[0]
    return f"{parts.scheme}://{parts.netloc}{above}/{quote(name)}"


def read_torrent(path: Path) -> NamedFile:
    """Return what a torrent says, and where its file is: beside it.

    Raises :class:`DamagedInput` for a file that is no torrent, :class:`UsageError` if it is one of a folder, or if its
    file is not there.
    """
    with refusals("the torrent"):
        data = path.read_bytes() if path.stat().st_size <= MOST else b""
    try:
        told = decode(data)
        info = told[b"info"] if isinstance(told, dict) else None
        if not isinstance(info, dict) or not isinstance(named := info[b"name"], bytes):
            raise BadEncoding("Expected an info dictionary with a name, found none.")
        name = safe_path(named.decode())
        if "/" in name:
            raise BadPath(f"Expected the name of one file, found {name!r}.")
        if b"files" in info or b"pieces" not in info:
            raise UsageError(
                f"Expected the torrent of one file, found one of the folder “{name}”, or of version 2 alone. Check "
                "what was fetched by itself, the folder of a site or a ZIM file."
            )
        match info:
            case {b"length": int(size), b"piece length": int(piece), b"pieces": bytes(pieces)} if piece > 0 and len(
                pieces
            ) == _HASH * -(-size // piece):
                found = NamedFile(path.parent / name, size, piece, pieces, _info_hash(info))
            case _:
                raise BadEncoding("Expected a size and the hashes of so many pieces, found others.")
    except (BadEncoding, BadPath, KeyError, UnicodeDecodeError) as error:
        raise DamagedInput(f"Expected a torrent, found a file that is none. {error}") from error
    if not found.path.is_file():
        raise UsageError(
            f"Expected the file “{name}”, which this torrent is of, beside it; found none. Let a client fetch it "
            f"there, then run the same command. Its info hash: {found.info_hash}."
        )
    return found


def difference(told: NamedFile) -> str:
    """Return what is otherwise than the torrent says; "" if its file is the one, byte for byte."""
    with refusals("the file of the torrent"):
        size = told.path.stat().st_size
        if size == told.size and _pieces(told.path, told.piece) == told.pieces:
            return ""
    return (
        f"Expected the file of the torrent with the info hash {told.info_hash}, {told.size:,} bytes; found another of "
        f"{size:,}: it is not fetched whole, or was changed. Let a client check it and fetch what is missing."
    )


def _info_hash(info: Bencoded) -> str:
    return hashlib.sha1(encode(info), usedforsecurity=False).hexdigest()


def _piece(size: int) -> int:
    piece = SMALLEST
    while piece < LARGEST and size / piece > MANY:
        piece *= 2
    return piece


def _pieces(file: Path, piece: int, progress: Callable[[int], None] = lambda size: None) -> bytes:
    """Return the digests of a file's pieces one after the other."""
    digests = bytearray()
    with file.open("rb") as data:
        state, left = hashlib.sha1(usedforsecurity=False), piece
        while read := data.read(min(left, STEP)):
            state.update(read)
            left -= len(read)
            if not left:
                digests += state.digest()
                state, left = hashlib.sha1(usedforsecurity=False), piece
            progress(len(read))
    return bytes(digests + state.digest() if left < piece else digests)
