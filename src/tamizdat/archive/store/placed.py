"""Objects on a place: sealed there in segments, with a bounded cache of whole files on this disk.

The folder ``objects/`` is the cache. It looks as that of an archive without a place does, and what lies in it and is
not on the list (``placed.log``) is kept there alone and never leaves: so an archive may be on its way to a place, or
back, for as long as that takes, and every object counts at every moment.

=========  =========================================================================================================
storing    segments are sealed, put, read back and compared; then the list is appended to; then the file becomes a
           cached one, or goes, if it is larger than the cache
reading    from the cache; a small object is fetched into it first; of a large one the segments that are asked for
whole      decoders need a file: it is fetched, held against its SHA-256, and stays for as long as it is used
evicting   when the cache is over its bound, or the disk almost full: large ones first, then small ones, in each the
           one used longest ago; never what is not on the list
=========  =========================================================================================================

Killed anywhere, an object is on the list and whole on the place, or it does not exist yet and its statement neither.
Without keys (``keeping`` is None) what is cached can be read and everything named; nothing can be fetched or stored.
Where they may have to be asked for, ``keeping`` is a function, called once, when something has to be fetched.
"""

import contextlib
import hashlib
import io
import os
import shutil
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final

from tamizdat.archive.store import segments
from tamizdat.archive.store.cache import Cache
from tamizdat.archive.store.object_place import Keeping, ObjectPlace, other_bytes
from tamizdat.archive.store.objects import READ_ONLY, WHAT, Objects
from tamizdat.archive.store.placed_list import PlacedList
from tamizdat.archive.store.segment_file import RecentSegments, open_segments
from tamizdat.archive.store.upload import batches, put_files
from tamizdat.disk.files import file_sha256, refusals
from tamizdat.errors import BadArchive, KeyMissing, PlaceError, StorageFull
from tamizdat.text.quantities import amount

SMALL: Final = segments.PAYLOAD  #: bytes; an object of one segment is fetched whole when it is opened


class PlacedObjects(Objects):
    """Objects on a place, and those that are not there yet."""

    on_place = True

    def __init__(
        self,
        archive: Path,
        staging: Callable[[], Path],
        listed: PlacedList,
        keeping: Keeping | None,
        asked: Callable[[], Keeping | None] | None = None,
    ) -> None:
        super().__init__(archive / "objects", staging)
        self.listed = listed
        self.keeping = keeping
        self.cache = Cache(self.folder, listed, None)
        self._place: ObjectPlace | None = None
        self._asked = asked
        self._asking = threading.RLock()
        if keeping is not None:
            self._use(keeping)
        self._recent = RecentSegments()
        self._whole: dict[str, list[Path]] = {}  # files that decoders have in use

    def _use(self, keeping: Keeping) -> None:
        self.keeping = keeping
        self.cache = Cache(self.folder, self.listed, None if keeping.returning else keeping.cache)
        self._place = ObjectPlace(keeping)

    @property
    def place(self) -> ObjectPlace:
        """The place; raises KeyMissing without its keys, BadArchive for those of another list."""
        with self._asking:  # whoever comes second waits for the answer
            if self._place is None and self._asked is not None:
                asked, self._asked = self._asked, None
                if (keeping := asked()) is not None:
                    self.listed.require(keeping.mark)
                    self._use(keeping)
        if self._place is None:
            raise KeyMissing(
                "Expected the keys of this desk, for its objects lie sealed on a place; found that they were not "
                "opened. Run 'tamizdat check', which asks for the passphrase, then this command again."
            )
        return self._place

    # -- what there is ---------------------------------------------------------------------------------------

    def has(self, digest: str) -> bool:
        """Return whether the object is on the list, or on this disk alone."""
        return super().has(digest) or digest in self.listed.sizes

    def size(self, digest: str) -> int:
        """Return the size of the object in bytes."""
        self.path(digest)
        known = self.listed.sizes.get(digest)
        return super().size(digest) if known is None else known

    def by_shelf(self) -> Iterator[list[str]]:
        """Yield all names in order, those of one folder at a time."""
        shelves: dict[str, set[str]] = {}
        for digest in list(self.listed.sizes):
            shelves.setdefault(digest[:2], set()).add(digest)
        for names in super().by_shelf():
            for digest in names:
                shelves.setdefault(digest[:2], set()).add(digest)
        for shelf in sorted(shelves):
            yield sorted(shelves[shelf])

    def unplaced(self) -> list[str]:
        """Return the digests of what lies on this disk alone."""
        return [digest for names in super().by_shelf() for digest in names if digest not in self.listed.sizes]

    def is_here(self, digest: str) -> bool:
        """Return whether all of the object lies on this disk, cached or alone."""
        return super().has(digest)

    # -- storing ---------------------------------------------------------------------------------------------

    def adopt_many(self, arrivals: Sequence[tuple[Path, str]]) -> None:
        """Store many files on the place, as :class:`Objects` does on the disk. Raises PlaceError, KeyMissing.

        If it fails, some are stored and the others still lie where they were.
        """
        if self.place.keeping.returning:
            super().adopt_many(arrivals)
            return
        for batch in batches(arrivals):
            with contextlib.ExitStack() as opened, self.listed.growing():
                put_files(self.place, [each for each in batch if not self._is_sound(each[1])], opened)
                self.listed.add((digest, size) for _, digest, size in batch)
            self._cache_all(batch)

    def _cache_all(self, batch: Sequence[tuple[Path, str, int]]) -> None:
        """Make files of the cache of those that were put and fit into it.

        A file with another name is somebody's who may still write to it: only a copy is cached, if it is small.
        """
        cached, grown = list[tuple[Path, str]](), 0
        with refusals(WHAT):
            for path, digest, size in batch:
                shared = path.lstat().st_nlink > 1
                if not self.cache.takes(size) or (shared and size > SMALL):
                    self._uncache(digest)  # it may be an older, damaged copy
                    path.unlink()
                    continue
                own = path
                if shared:
                    own = self.staged()
                    shutil.copyfile(path, own)
                    path.unlink()
                cached.append((own, digest))
                grown += size
        super().adopt_many(cached)
        self.cache.grew(grown)

    def _uncache(self, digest: str) -> None:
        """Delete a cached copy, if it is one still: all objects may have come back to this disk meanwhile."""
        with self.listed.locked(), refusals(WHAT):
            if digest in self.listed.sizes:
                self.path(digest).unlink(missing_ok=True)

    def place_here(self, digests: Iterable[str], progress: Callable[[int], None] = lambda size: None) -> None:
        """Put objects that lie on this disk alone on the place; from then on they are cached ones.

        *progress* is told the bytes of each segment. Raises PlaceError, and BadArchive for one that is damaged.
        """
        with refusals(WHAT):
            arrivals = [(self.path(digest), digest) for digest in digests]
        for batch in batches(arrivals):
            with contextlib.ExitStack() as opened, self.listed.growing():
                for path, digest, _ in batch:
                    with refusals(WHAT):
                        found = file_sha256(path)
                    if found != digest:
                        raise BadArchive(other_bytes(digest, found))
                put_files(self.place, batch, opened, progress)
                self.listed.add((digest, size) for _, digest, size in batch)
            self.cache.grew(sum(size for _, _, size in batch))

    def _is_sound(self, digest: str) -> bool:
        """Return whether the object is kept already, which is read: storing it again heals what was damaged there."""
        if digest not in self.listed.sizes:
            return False
        try:
            self.check(digest)
        except BadArchive:
            return False
        return True

    # -- reading ---------------------------------------------------------------------------------------------

    def open(self, digest: str) -> io.BufferedReader:
        """Open the object for reading: a file of the cache, or a large object's segments as they are asked for."""
        if (cached := self._cached(digest)) is not None:
            return cached
        if self.size(digest) <= SMALL:
            return self.open_whole(digest)
        return open_segments(self.place, self._recent, digest, self.size(digest))

    def open_whole(self, digest: str) -> io.BufferedReader:
        """Open a file of this disk with all of the object, fetched if need be."""
        if (cached := self._cached(digest)) is not None:
            return cached
        with self.whole(digest) as path, refusals(WHAT):
            return path.open("rb")

    @contextlib.contextmanager
    def whole(self, digest: str) -> Iterator[Path]:
        """Give the path of a file with all of the object; it is fetched unless it is cached."""
        if digest not in self.listed.sizes:
            yield self.path(digest)
            return
        staged = self.staged()
        try:
            if not self._linked(digest, staged):
                self._fetch(digest, staged)
            self._whole.setdefault(digest, []).append(staged)
            yield staged
        finally:
            with contextlib.suppress(KeyError, ValueError):
                self._whole[digest].remove(staged)
            with contextlib.suppress(OSError):
                staged.unlink()

    def check(self, digest: str) -> None:
        """Read all of the object where it is kept, the place, and compare its SHA-256 with its name.

        Raises BadArchive, PlaceError.
        """
        size = self.listed.sizes.get(digest)
        if size is None:
            super().check(digest)
            return
        for _ in self._checked(digest, size):
            pass

    def kept(self, digest: str, step: int) -> Iterator[bytes | memoryview]:
        """Yield the object from the place, whatever is cached; *step* is that of what lies on this disk alone."""
        size = self.listed.sizes.get(digest)
        return super().kept(digest, step) if size is None else self._checked(digest, size)

    def _checked(self, digest: str, size: int) -> Iterator[memoryview]:
        found = hashlib.sha256()
        for piece in self.place.pieces(digest, size):
            found.update(piece)
            yield piece
        if found.hexdigest() != digest:
            raise BadArchive(other_bytes(digest, found.hexdigest()))

    def check_here(self, digest: str) -> int:
        """Check what this disk has of the object; a cached copy that is damaged goes, for the place has it.

        Raises BadArchive if it was.
        """
        if digest not in self.listed.sizes:
            return super().check_here(digest)
        path = self.path(digest)
        with refusals(WHAT):
            try:
                found, size = file_sha256(path), path.stat().st_size
            except FileNotFoundError:
                return 0
        if found != digest:
            self._uncache(digest)
            raise BadArchive(
                f"Object {digest}: expected bytes with this SHA-256 in the cache, found {found}. The disk may be "
                "failing. The cached copy was deleted; the object is on its place."
            )
        return size

    def lost(self) -> list[str]:
        """Return the digests of objects of which the place does not show, and does not give, some segment."""
        return self.place.lost(list(self.listed.sizes.items()))

    def remove(self, digest: str) -> None:
        """Delete the object on its place, then from the list, then from the cache. Raises PlaceError, KeyMissing."""
        size = self.listed.sizes.get(digest)
        if size is not None:
            self.place.delete(digest, size)
            self.listed.strike(digest)
        super().remove(digest)

    def left_over(self, delete: bool) -> int:
        """Return how many objects of the place are no part of any object here; with *delete* those of our own go.

        A run that was killed while it stored leaves them. Then only what was deleted is counted. Raises PlaceError.
        """
        with self.listed.resting():
            names = self.place.left_over(list(self.listed.sizes.items()))
            return sum(self.place.delete_own(name) for name in names) if delete else len(names)

    def mend(self, digest: str) -> bool:
        """Put an object that is damaged on the place there anew from the cache, if it is whole in it."""
        if not self.is_here(digest):
            return False
        with self.whole(digest) as path, contextlib.ExitStack() as opened:
            with refusals(WHAT):
                if file_sha256(path) != digest:
                    return False
            put_files(self.place, [(path, digest, self.listed.sizes[digest])], opened)
        return True

    def bring_back(
        self,
        progress: Callable[[int], None] = lambda size: None,
        elsewhere: Callable[[str], bool] = lambda digest: False,
    ) -> None:
        """Fetch every object to this disk that is not on it, and empty the list when all are.

        What the place does not give whole is asked for *elsewhere*, which adopts it. *progress* is told the bytes of
        each. Raises StorageFull, and BadArchive or PlaceError if one could be had nowhere, once all others are here.
        """
        while True:
            failure: BadArchive | PlaceError | None = None
            for digest, size in list(self.listed.sizes.items()):
                try:
                    self._bring(digest)
                except (BadArchive, PlaceError) as error:
                    if not elsewhere(digest):
                        failure = failure or error
                        continue
                progress(size)
            if failure is not None:
                raise failure
            with self.listed.locked():
                if all(self.is_here(digest) for digest in self.listed.sizes):
                    self.listed.empty()
                    return

    def _bring(self, digest: str) -> None:
        if self.is_here(digest):
            return
        staged = self.staged()
        try:
            self._fetch(digest, staged, keep=False)
            super().adopt_many([(staged, digest)])
        finally:
            with contextlib.suppress(OSError):
                staged.unlink()

    def _linked(self, digest: str, staged: Path) -> bool:
        """Give a file that is here another name, which no evicting takes; return whether there is one.

        It is cached, or larger than the cache and in use at this moment.
        """
        for path in (self.path(digest), *self._whole.get(digest, ())):
            with contextlib.suppress(OSError):  # it is not there, or the file system knows no second names
                os.link(path, staged)
                self.cache.used(digest)
                return True
        return False

    def _cached(self, digest: str) -> io.BufferedReader | None:
        try:
            file = super().open(digest)
        except BadArchive:
            if digest not in self.listed.sizes:
                raise
            return None
        self.cache.used(digest)
        return file

    def _fetch(self, digest: str, staged: Path, keep: bool = True) -> None:
        """Write the object to *staged*, held against its SHA-256; with *keep* the cache has it too, if it takes it."""
        size = self.listed.sizes[digest]
        self.cache.make_room(size)
        if self._free() < size:
            self.cache.make_room(1 << 62)  # everything that may go
        if (free := self._free()) < size:
            raise StorageFull(
                f"Expected room on this desk's disk for an object of {amount(size)} that is to be looked into and lies "
                f"on a place, found {amount(free)}. Free some space and run the same command again."
            )
        self._write(digest, size, staged)
        if keep and self.cache.takes(size):
            path = self.path(digest)
            with contextlib.suppress(OSError):  # a file system without second names has no cache of what is read
                self._put_up([path.parent])
                os.link(staged, path)
                self.cache.grew(size)

    def _free(self) -> int:
        with refusals(WHAT):
            return shutil.disk_usage(self.folder).free

    def _write(self, digest: str, size: int, staged: Path) -> None:
        with refusals(WHAT), staged.open("wb") as file:
            for piece in self._checked(digest, size):
                file.write(piece)
            file.flush()
            os.fchmod(file.fileno(), READ_ONLY)
            os.fsync(file.fileno())
