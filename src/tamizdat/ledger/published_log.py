"""A published ledger read back: its entries, and what each tile of it must be.

What a full bundle of 256 entries gives, or 256 lines of the list of items, is computed twice in a process, however
often it is asked for, and a publisher's next process may be told (:func:`remember`): other bytes have another SHA-256.
Twice, for in a publisher's process ledger and edition are signed by what was computed first, and our verifier asks
second: what a failing computer got wrong is found before it is published, and is not remembered. A reader is told
nothing.
"""

from collections.abc import Callable, Iterable, Iterator
from functools import cached_property, lru_cache, partial
from hashlib import sha256
from itertools import chain, islice
from typing import Final, NamedTuple

from tamizdat.errors import BadProof
from tamizdat.ledger.merkle import HASH, leaf_hash, root_over
from tamizdat.ledger.tiles import WIDTH, bundle, parse_bundle, row_of, tile_path, tiles_of

AT_HAND: Final = 16  #: bundles that are kept parsed; what an item names is near to what the one before it does


class FullTile(NamedTuple):
    """What a bundle of 256 entries gives: its SHA-256, the root over them, the SHA-256 of their tile; 32 bytes each."""

    bundle: bytes
    root: bytes
    hashes: bytes


_entries: Final = partial(parse_bundle, width=WIDTH)
_FULL: dict[bytes, FullTile] = {}  #: what was computed twice alike, by the SHA-256 of the bundle; it never changes
_ONCE: dict[bytes, FullTile] = {}  #: what was computed once
_ASKED: dict[bytes, None] = {}  #: SHA-256 of what was asked for in this process


def full_tile(data: bytes, entries_of: Callable[[bytes], list[bytes]] = _entries) -> FullTile:
    """Return what a full bundle gives, or *data* that has other entries, which these are; raises BadProof.

    For the same bytes it is computed twice, and not again.
    """
    digest = sha256(data).digest()
    _ASKED[digest] = None
    if digest in _FULL:
        return _FULL[digest]
    row = [*map(leaf_hash, entries_of(data))]
    found = FullTile(digest, root_over(row), sha256(b"".join(row)).digest())
    if (first := _ONCE.pop(digest, None)) is None:
        return _ONCE.setdefault(digest, found)
    if first != found:
        raise BadProof(
            f"Expected {len(row)} entries to give the root {first.root.hex()} as before, found {found.root.hex()}: "
            "this computer computes wrong. Test its memory."
        )
    return _FULL.setdefault(digest, found)


def asked() -> Iterator[FullTile]:
    """Yield what was asked for in this process and is computed twice."""
    return (_FULL[digest] for digest in _ASKED if digest in _FULL)


def packed(tiles: Iterable[FullTile]) -> bytes:
    """Return what these tiles gave, for :func:`remember` in another process."""
    every = b"".join(hashed for tile in tiles for hashed in tile)
    return every + sha256(every).digest()


def remember(data: bytes) -> None:
    """Take for computed what another process of the same desk did; nothing if a disk turned a bit of it."""
    every = data[:-HASH]
    if sha256(every).digest() == data[-HASH:]:
        rows = (FullTile(*_hashes(every, at, at + 3)) for at in range(0, len(every) // HASH, 3))
        for tile in rows:
            _FULL.setdefault(tile.bundle, tile)


class Log:
    """The entries of a ledger, in bundles of 256, of which each hash that its tiles hold is computed once.

    It is not changed any more. Entries by themselves would take twice the memory.
    """

    def __init__(self, entries: Iterable[bytes] = ()) -> None:
        rest, self._size, self._bundles = iter(entries), 0, list[bytes]()
        self.full: list[FullTile] = []  #: what its full bundles give
        while first := [*islice(rest, WIDTH)]:
            self.add(bundle(first), len(first))
        self._parsed = lru_cache(AT_HAND)(self._parse)

    def add(self, data: bytes, width: int) -> None:
        """Add a bundle of so many entries; only the last may have fewer than 256. Raises BadProof."""
        if width == WIDTH:
            self.full.append(full_tile(data))
        else:
            parse_bundle(data, width)
        self._bundles.append(data)
        self._size += width

    def __len__(self) -> int:
        return self._size

    def __iter__(self) -> Iterator[bytes]:
        return self.since(0)

    def entry(self, index: int) -> bytes | None:
        """Return one entry; None where there is none."""
        return self._parsed(index // WIDTH)[index % WIDTH] if 0 <= index < self._size else None

    def since(self, first: int) -> Iterator[bytes]:
        """Yield the entries from the one with this index on."""
        number, inside = divmod(first, WIDTH)
        return islice(chain.from_iterable(map(self._parsed, range(number, len(self._bundles)))), inside, None)

    def _parse(self, number: int) -> list[bytes]:
        return parse_bundle(self._bundles[number], min(WIDTH, self._size - number * WIDTH))

    @cached_property
    def rows(self) -> list[bytes]:
        """By level from 1, the roots over full tiles of the level below; the hashes of a level joined."""
        rows = [b"".join(tile.root for tile in self.full)]
        while full := len(rows[-1]) // (WIDTH * HASH):
            rows.append(b"".join(root_over(_hashes(rows[-1], n * WIDTH, (n + 1) * WIDTH)) for n in range(full)))
        return rows

    def root(self, size: int) -> bytes:
        """Return the root over the first *size* entries."""
        beyond = [*map(leaf_hash, islice(self.since(size // WIDTH * WIDTH), size % WIDTH))]
        # What is right of the full tiles of a level is one hash of the next.
        edge = [root_over(beyond)] if beyond else []
        for level, row in enumerate(self.rows, 1):
            beyond = [*_hashes(row, size // WIDTH ** (level + 1) * WIDTH, size // WIDTH**level), *edge]
            edge = [root_over(beyond)] if beyond else []
        return root_over(edge)

    def tiles(self, earlier: Iterable[int] = ()) -> Iterator[tuple[str, bytes]]:
        """Yield path and content of every tile, with the partial ones of *earlier* checkpoints' sizes.

        Whoever holds an earlier checkpoint so finds the tiles it needs until full ones have taken their place.
        """
        return ((tile_path(*tile), self._content(*tile)) for tile in tiles_of(len(self), earlier))

    def digests(self, earlier: Iterable[int] = ()) -> Iterator[tuple[str, str]]:
        """Yield path and SHA-256 of what :meth:`tiles` does."""
        for level, number, width in tiles_of(len(self), earlier):
            if width == WIDTH and level in ("entries", 0):
                full = self.full[number]
                digest = full.hashes if level == 0 else full.bundle
            else:
                digest = sha256(self._content(level, number, width)).digest()
            yield tile_path(level, number, width), digest.hex()

    def _content(self, level: int | str, number: int, width: int) -> bytes:
        first = number * WIDTH
        if level and not isinstance(level, str):
            return self.rows[level - 1][first * HASH : (first + width) * HASH]
        entries = [*islice(self.since(first), width)]
        return bundle(entries) if level else b"".join(map(leaf_hash, entries))


def _hashes(row: bytes, start: int, end: int) -> list[bytes]:
    """Return some of the hashes that are joined in *row*."""
    return [row[at : at + HASH] for at in range(start * HASH, min(end * HASH, len(row)), HASH)]


def read_log(size: int, root: bytes, read: Callable[[str], bytes], digest: Callable[[str], str] | None = None) -> Log:
    """Return all entries of a published ledger, from what *read* finds at each path; raises BadProof.

    The entries must give the verified checkpoint's *root*, and every tile must be what the entries give. *digest* tells
    the SHA-256 of what lies at a path to whoever knows it from having read it.
    """
    digest = digest or (lambda path: sha256(read(path)).hexdigest())
    entries = Log()
    for level, number, width in row_of("entries", size):
        entries.add(read(tile_path(level, number, width)), width)
    if (found := entries.root(size)) != root:
        raise BadProof(f"Expected entries that give the checkpoint's root {root.hex()}, found {found.hex()}.")
    for path, expected in entries.digests():
        if digest(path) != expected:
            raise BadProof(f"Expected {path} to follow from the entries, found bytes that do not.")
    return entries
