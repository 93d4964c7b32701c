"""An edition as a torrent, by both versions of BitTorrent at once (BEP 3 with 47, BEP 52), for clients of either.

Of many files it is too large for clients so: libtorrent, on which most are built, reads from a file no torrent of more
than 10,000,000 bytes, which by both versions are some 48,000 files or 15,000 posts. Such an edition is given out by
version 1 alone, which any client reads; with more than some 190,000 files it has no torrent. (SHA-1 proves little, and
need not prove more: the edition in the folder has its own proofs.)

::

    info   name, piece length
           files, pieces          version 1: SHA-1 over the files one after the other, each filled up to a whole piece
           file tree              version 2: the SHA-256 Merkle root of each file; meta version 2
    piece layers                  of each file larger than a piece the hashes over its pieces
    url-list                      the site's own addresses, if they can be seeds

Files stand in the order of their paths' parts, in which ``edition/items/000.js`` comes before ``edition/items.txt``:
version 2 sorts folders so, and a client compares both lists. (libtorrent 2.1 does not write them so, and then refuses
what it wrote; torf 4.3 writes version 1 alone. That is why this is ours.)

No tracker is named, no program, no time. A client fetches ``<seed><name>/<path>``, so the torrent bears the name of the
folder that the site is served from, and an address at the root of its host can be no seed.
"""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import field
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from tamizdat.dataclass import dataclass
from tamizdat.disk.files import refusals
from tamizdat.encoding import safe_path
from tamizdat.errors import BadEncoding, BadPath, DamagedInput, UsageError
from tamizdat.offline.bencode import Bencoded, decode, encode
from tamizdat.offline.edition import EditionFolder

BLOCK: Final = 1 << 14  #: bytes under a leaf of version 2
LARGEST: Final = 1 << 22  #: bytes of the largest piece
MANY: Final = 4000  #: pieces; with more, they are made larger
MOST: Final = 256 << 20  #: bytes of a torrent that is read
#: bytes of a torrent that is made, without name and web seeds: of the 10,000,000 that libtorrent reads from a file
READABLE: Final = 9_900_000
#: stands in the torrent, where clients show it
WARNING: Final = "Whoever downloads or seeds a torrent shows their address to others who do, and to who watches them."
_HASH: Final = 32


@dataclass(frozen=True)
class Torrent:
    """A torrent: its bytes, the name of its folder, the info hashes of both versions; *v2* is "" for version 1 alone.

    *seeds* are its web seeds, *unfit* addresses that can be none.
    """

    data: bytes
    name: str
    v1: str
    v2: str
    seeds: tuple[str, ...] = ()
    unfit: tuple[str, ...] = ()

    @property
    def magnet(self) -> str:
        """A magnet link, without a tracker."""
        return f"magnet:?xt=urn:btih:{self.v1}" + (f"&xt=urn:btmh:1220{self.v2}" if self.v2 else "")

    @property
    def info_hash(self) -> str:
        """The info hash that tells it from others: of version 2 if it has that."""
        return self.v2 or self.v1


def has_both(site: Path, files: Sequence[str]) -> bool:
    """Tell whether the torrent of these files is by both versions, or by version 1 alone.

    Raises :class:`UsageError` if no client would read either.
    """
    sizes = _sizes(site, files)
    piece = _piece(sum(sizes.values()))
    blank = {path: _blank(number, sizes[path], piece) for number, path in enumerate(sizes)}
    if len(encode(_both("", sizes, piece, blank))) <= READABLE:
        return True
    if len(encode(_alone("", sizes, piece, bytes(20 * _count(sum(sizes.values()), piece))))) <= READABLE:
        return False
    raise UsageError(
        f"Expected an edition with so few files that clients read its torrent, found {len(sizes):,} files: it would be "
        f"larger than {READABLE:,} bytes, and most clients refuse that. Make one file of the edition ('tamizdat export "
        "--zim FILE'), which any client shares, or have the site mirrored."
    )


def make_torrent(
    edition: EditionFolder, addresses: Sequence[str] = (), progress: Callable[[int], None] = lambda size: None
) -> Torrent:
    """Return the torrent of an edition that is served at *addresses*, of its folder, with a slash at the end.

    *progress* is told the bytes of each file that was read; what it raises stops it. Raises as :func:`has_both`.
    """
    both = has_both(edition.folder, edition.files)
    folders = [each.rstrip("/").rpartition("/") for each in addresses if urlsplit(each).path.strip("/")]
    name = folders[0][2] if folders else f"tamizdat-{edition.digest.hex()[:16]}"
    seeds = {f"{folder}/{last}/": f"{folder}/" for folder, _, last in folders if last == name}
    unfit = tuple(each for each in addresses if each not in seeds)
    return _made(edition.folder, edition.files, name, both, tuple(seeds.values()), unfit, progress)


def read_torrent(path: Path) -> tuple[Path, Torrent]:
    """Return the folder beside a torrent that it names, and what the torrent says.

    Raises :class:`DamagedInput` for a file that is no torrent of a folder, :class:`UsageError` if that is not there.
    """
    with refusals("the torrent"):
        data = path.read_bytes() if path.stat().st_size <= MOST else b""
    try:
        told = decode(data)
        info = told[b"info"] if isinstance(told, dict) else None
        named = info[b"name"] if isinstance(info, dict) else None
        if info is None or not isinstance(named, bytes):
            raise BadEncoding("Expected an info dictionary with a name, found none.")
        name = safe_path(named.decode())
        if "/" in name:
            raise BadPath(f"Expected the name of one folder, found {name!r}.")
    except (BadEncoding, BadPath, KeyError, UnicodeDecodeError) as error:
        raise DamagedInput(f"Expected a torrent of a site, found a file that is none. {error}") from error
    hashes = _hashes(info)
    folder = path.parent / name
    if not folder.is_dir():
        raise UsageError(
            f"Expected the folder “{name}”, which this torrent is of, beside it; found none. Let a client fetch it "
            f"there, then run the same command. Its info hash: {hashes[1] or hashes[0]}."
        )
    return folder, Torrent(data, name, *hashes)


def difference(torrent: Torrent, folder: Path) -> str:
    """Return what is otherwise than the torrent says; "" if the folder has exactly its files.

    Raises :class:`BadPath` for a file whose name no torrent of a site has.
    """
    with refusals("the folder of the torrent"):
        files = [safe_path(path.relative_to(folder).as_posix()) for path in folder.rglob("*") if path.is_file()]
    made = _made(folder, files, torrent.name, bool(torrent.v2))
    if (made.v1, made.v2) == (torrent.v1, torrent.v2):
        return ""
    return (
        f"Expected a folder with the info hash {torrent.info_hash}, found one with {made.info_hash}: a file is "
        "missing, other, or one too many. Let a client fetch it again."
    )


def _made(
    site: Path,
    files: Sequence[str],
    name: str,
    both: bool,
    seeds: tuple[str, ...] = (),
    unfit: tuple[str, ...] = (),
    progress: Callable[[int], None] = lambda size: None,
) -> Torrent:
    sizes = _sizes(site, files)
    piece = _piece(sum(sizes.values()))
    with refusals("the site"):
        if both:
            last = _last(sizes)
            hashed = dict[str, _Hashed]()
            for path, size in sizes.items():
                hashed[path] = _hash(site / path, piece, fill=path != last)
                progress(size)
            whole = _both(name, sizes, piece, hashed)
        else:
            whole = _alone(name, sizes, piece, _pieces_of_all(site, sizes, piece, progress))
    whole[b"comment"] = WARNING.encode()
    if seeds:
        whole[b"url-list"] = [each.encode() for each in seeds]
    info = whole[b"info"]
    assert isinstance(info, dict)
    return Torrent(encode(whole), name, *_hashes(info), seeds, unfit)


def _sizes(site: Path, files: Sequence[str]) -> dict[str, int]:
    with refusals("the site"):
        return {path: (site / path).stat().st_size for path in sorted(files, key=_parts)}


def _both(name: str, sizes: dict[str, int], piece: int, hashed: dict[str, "_Hashed"]) -> dict[bytes, Bencoded]:
    last = _last(sizes)
    tree: dict[bytes, Bencoded] = {}
    listed: list[Bencoded] = []
    for path, size in sizes.items():
        *folders, file = _parts(path)
        here = tree
        for folder in folders:
            within = here.setdefault(folder, {})
            assert isinstance(within, dict)  # no path is a file and a folder
            here = within
        root: dict[bytes, Bencoded] = {b"pieces root": hashed[path].root} if size else {}
        here[file] = {b"": {b"length": size, **root}}
        listed.append({b"length": size, b"path": list(_parts(path))})
        if filled := -size % piece if path != last else 0:
            listed.append({b"attr": b"p", b"length": filled, b"path": [b".pad", b"%d" % filled]})
    info: dict[bytes, Bencoded] = {
        b"file tree": tree, b"files": listed, b"meta version": 2, b"name": name.encode(), b"piece length": piece,
        b"pieces": b"".join(each.sha1 for each in hashed.values()),
    }  # fmt: skip
    layers = {each.root: b"".join(each.layer) for path, each in hashed.items() if sizes[path] > piece}
    return {b"info": info, b"piece layers": layers}


def _alone(name: str, sizes: dict[str, int], piece: int, pieces: bytes) -> dict[bytes, Bencoded]:
    listed: list[Bencoded] = [{b"length": size, b"path": list(_parts(path))} for path, size in sizes.items()]
    return {b"info": {b"files": listed, b"name": name.encode(), b"piece length": piece, b"pieces": pieces}}


def _hashes(info: dict[bytes, Bencoded]) -> tuple[str, str]:
    data = encode(info)
    v2 = hashlib.sha256(data).hexdigest() if b"meta version" in info else ""
    return hashlib.sha1(data, usedforsecurity=False).hexdigest(), v2


def _last(sizes: dict[str, int]) -> str:
    """Return the last file that is not empty, behind which nothing is filled up."""
    return next((path for path in reversed(sizes) if sizes[path]), "")


def _parts(path: str) -> tuple[bytes, ...]:
    return tuple(path.encode().split(b"/"))


def _piece(size: int) -> int:
    piece = BLOCK
    while piece < LARGEST and size / piece > MANY:
        piece *= 2
    return piece


def _count(size: int, piece: int) -> int:
    return -(-size // piece)


@dataclass
class _Hashed:
    """The hashes of one file: of version 1 the digests of its pieces, of version 2 root and piece layer."""

    sha1: bytes = b""
    root: bytes = b""
    layer: list[bytes] = field(default_factory=list)


def _blank(number: int, size: int, piece: int) -> _Hashed:
    """Return what takes the room of the hashes of a file, before it is read."""
    count = _count(size, piece)
    return _Hashed(bytes(20 * count), number.to_bytes(_HASH), [bytes(_HASH)] * count)


def _pieces_of_all(site: Path, sizes: dict[str, int], piece: int, progress: Callable[[int], None]) -> bytes:
    """Return version 1's digests of the files one after the other, nothing between them."""
    digests, rest = list[bytes](), bytearray()
    for path, size in sizes.items():
        for data in _pieces(site / path, piece):
            rest += data
            while len(rest) >= piece:
                digests.append(hashlib.sha1(rest[:piece], usedforsecurity=False).digest())
                del rest[:piece]
        progress(size)
    if rest:
        digests.append(hashlib.sha1(rest, usedforsecurity=False).digest())
    return b"".join(digests)


def _hash(path: Path, piece: int, fill: bool) -> _Hashed:
    found, sha1 = _Hashed(), list[bytes]()
    blocks: list[list[bytes]] = []
    for data in _pieces(path, piece):
        filled = data + bytes(piece - len(data)) if fill else data
        sha1.append(hashlib.sha1(filled, usedforsecurity=False).digest())
        blocks.append([hashlib.sha256(data[at : at + BLOCK]).digest() for at in range(0, len(data), BLOCK)])
    found.sha1 = b"".join(sha1)
    if len(blocks) == 1:  # a file of one piece: its tree is as small as its blocks allow
        found.root = _root(blocks[0], bytes(_HASH), _power(len(blocks[0])))
    elif blocks:
        wide = piece // BLOCK
        found.layer = [_root(each, bytes(_HASH), wide) for each in blocks]
        nothing = _root([], bytes(_HASH), wide)
        found.root = _root(found.layer, nothing, _power(len(found.layer)))
    return found


def _pieces(path: Path, piece: int) -> Iterator[bytes]:
    with path.open("rb") as file:
        while data := file.read(piece):
            yield data


def _power(count: int) -> int:
    return 1 << (count - 1).bit_length()


def _root(hashes: Sequence[bytes], filling: bytes, width: int) -> bytes:
    """Return the root over *width* hashes, a power of two: these, then *filling*."""
    row = list(hashes)
    while width > 1:
        if len(row) % 2:
            row.append(filling)
        row = [hashlib.sha256(row[at] + row[at + 1]).digest() for at in range(0, len(row), 2)]
        filling = hashlib.sha256(filling + filling).digest()
        width //= 2
    return row[0] if row else filling
