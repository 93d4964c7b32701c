"""The files in which the ledger is published (C2SP tlog-tiles): whatever serves files serves a ledger.

A tile holds up to 256 hashes, 32 bytes each: at level 0 those of the leaves, at level L+1 the roots over full tiles
of level L. The last tile of a level is partial until it is full. The entries themselves lie in bundles of 256, each
after its length (two bytes, big-endian). 70,000 entries::

    tile/0/000 … tile/0/272, tile/0/273.p/112       256 leaf hashes each, then 112
    tile/1/000, tile/1/001.p/17                     256 roots over full tiles of level 0, then 17
    tile/2/000.p/1                                  the root over tile/1/000
    tile/entries/000 … tile/entries/273.p/112

>>> tile_path(0, 1234067), tile_path(1, 1, 17), tile_path("entries", 273, 112)
('tile/0/x001/x234/067', 'tile/1/001.p/17', 'tile/entries/273.p/112')

A full tile never changes, so mirrors and caches may keep it for ever. Our entries are commitments, 32 bytes each.
"""

from collections.abc import Iterable, Iterator

from tamizdat.errors import BadProof
from tamizdat.ledger.merkle import HASH

WIDTH = 256  #: hashes of a full tile
_LENGTH = HASH.to_bytes(2, "big")  #: what stands before a commitment in a bundle

Tile = tuple[int | str, int, int]  #: level (or "entries"), number, width


def tile_path(level: int | str, number: int, width: int = WIDTH) -> str:
    """Return where a tile lies below the ledger's folder."""
    *above, last = f"{number:,}".split(",")  # groups of three digits
    folders = [f"x{group:0>3}/" for group in above]
    return f"tile/{level}/{''.join(folders)}{last:0>3}" + ("" if width == WIDTH else f".p/{width}")


def tiles_of(size: int, earlier: Iterable[int] = ()) -> list[Tile]:
    """Return every tile of a ledger of *size* entries, the bundles of entries last, then partial ones of smaller sizes.

    These *earlier* sizes had the same full tiles, as far as they went.

    >>> tiles_of(257, [2, 2])
    [(0, 0, 256), (0, 1, 1), (1, 0, 1), ('entries', 0, 256), ('entries', 1, 1), (0, 0, 2), ('entries', 0, 2)]
    """
    found = dict[Tile, None]()
    for each in (size, *earlier):
        rows: list[tuple[int | str, int]] = [(n, each // WIDTH**n) for n in range(-(-each.bit_length() // 8))]
        for level, count in [*rows, ("entries", each)]:
            found |= dict.fromkeys(row_of(level, count, 0 if each == size else count // WIDTH))
    return [*found]


def bundle(entries: Iterable[bytes]) -> bytes:
    """Return an entry bundle; raises OverflowError for an entry over 65,535 bytes."""
    every = list(entries)
    if {*map(len, every)} == {HASH}:  # commitments: all of one length
        return _LENGTH + _LENGTH.join(every)
    return b"".join(len(entry).to_bytes(2, "big") + entry for entry in every)


def parse_bundle(data: bytes, width: int) -> list[bytes]:
    """Return the *width* entries of a bundle, the inverse of :func:`bundle`; raises BadProof."""
    entries, at, step = [], 0, len(_LENGTH) + HASH
    if len(data) == width * step and data[::step] == _LENGTH[:1] * width and data[1::step] == _LENGTH[1:] * width:
        return [data[at + 2 : at + step] for at in range(0, len(data), step)]
    while at < len(data):
        end = at + 2 + int.from_bytes(data[at : at + 2], "big")
        entries.append(data[at + 2 : end])
        at = end
    if len(entries) != width or bundle(entries) != data:
        raise BadProof(f"Expected a bundle of {width} whole entries, found {len(entries)} or one cut short.")
    return entries


def row_of(level: int | str, count: int, first: int = 0) -> Iterator[Tile]:
    """Yield the tiles of one level with *count* hashes or entries, from the *first* on."""
    return ((level, number, min(WIDTH, count - number * WIDTH)) for number in range(first, -(-count // WIDTH)))
