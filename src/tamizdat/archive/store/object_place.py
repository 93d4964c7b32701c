"""The place where a desk keeps its objects, sealed: segments put, read back and given, and nothing believed unread.

A segment counts as kept when the place gave back exactly the bytes it was given. When the line breaks in the middle of
a long work it is tried again a few times, and then is the place's error; whoever looks at something is told at once.
What the place gives that is not the segment asked for is :class:`~tamizdat.errors.BadArchive`, and names the object.
"""

import os
import re
import threading
import time
from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import field
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, Final, TypeVar

from tamizdat.archive.store import segments
from tamizdat.dataclass import dataclass
from tamizdat.errors import BadArchive, NotThere, PlaceBusy, PlaceError, PlaceRefused, PlaceUnreachable
from tamizdat.keys import SealingKey

if TYPE_CHECKING:
    from tamizdat.places.place import Place  # a protocol; its package opens connections, which most commands do not

Answer = TypeVar("Answer")
Job = TypeVar("Job")
Result = TypeVar("Result")

_NAME: Final = re.compile(r"[0-9a-f]{64}")
PATIENCE: Final = (1.0, 5.0, 20.0)  #: seconds before the same is tried again, one after the other
THREADS: Final = 4  #: segments on their way at a time: each waits for the line
LONGEST_REST: Final = 60.0  #: seconds that a busy place is waited for; if it wants more, the work is gone on with later


@dataclass(frozen=True)
class Keeping:
    """Where objects are kept instead of on this disk, and the keys for it.

    *cache* is how many bytes of objects may stay on this disk besides; *returning*: all come back to it, and nothing
    new goes to the place.
    """

    open: "Callable[[], Place]"
    key: SealingKey
    secret: bytes = field(repr=False)
    cache: int
    returning: bool = False
    patience: Sequence[float] = field(default_factory=lambda: PATIENCE)

    @property
    def mark(self) -> str:
        """What the list of objects is marked with."""
        return mark_of(self.secret)


def mark_of(secret: bytes) -> str:
    """Return the mark by which a list of objects shows that it belongs to these keys; it tells nothing of them."""
    return segments.name(secret, "00" * 32, (1 << 64) - 1)[:16]


class ObjectPlace:
    """The open place. May be used by several threads, and by a fork, which opens the place anew."""

    def __init__(self, keeping: Keeping) -> None:
        self.keeping = keeping
        self._answered = False
        self._opened: list[tuple[int, Place]] = []  # process and place: a connection serves one process
        self._lock = threading.Lock()

    @property
    def place(self) -> "Place":
        """The place, for this process."""
        if not self._opened or self._opened[-1][0] != os.getpid():
            with self._lock:
                if not self._opened or self._opened[-1][0] != os.getpid():
                    self._opened.append((os.getpid(), self.keeping.open()))
        return self._opened[-1][1]

    def name(self, digest: str, number: int) -> str:
        """Return the name of a segment there."""
        return segments.name(self.keeping.secret, digest, number)

    def names(self, digest: str, size: int) -> list[str]:
        """Return the names of all segments of an object of *size* bytes."""
        return [self.name(digest, number) for number in range(segments.count(size))]

    def put(self, digest: str, size: int, number: int, payload: memoryview) -> None:
        """Seal a segment and put it there; return when the place gave it back. Raises PlaceError."""
        name, place = self.name(digest, number), self.place
        sealed = segments.seal(self.keeping.secret, self.keeping.key.recipient, digest, size, number, payload)
        try:
            self._patiently(lambda: place.put(name, sealed))
        except PlaceRefused:  # it keeps what it has: perhaps from a run that was killed
            try:
                if self.get(digest, number, size) == payload:
                    return
            except (BadArchive, PlaceError):
                pass
            raise
        try:
            held = self._patiently(lambda: place.get(name))
        except NotThere:
            held = b""
        if held != sealed:
            raise PlaceError(
                f"Place “{place.name}”: expected the {len(sealed):,} bytes of an object that it had taken, found "
                f"{'nothing' if not held else f'{len(held):,} bytes that differ'}. The object was not counted as kept "
                "there. Run the same command again; if it stays so, keep objects in another place."
            )

    def get(self, digest: str, number: int, size: int | None = None, patient: bool = False) -> memoryview:
        """Return the bytes of a segment. Raises BadArchive if it is missing or another there, PlaceError."""
        return self.segment(digest, number, size, patient)[1]

    def segment(
        self, digest: str, number: int, size: int | None = None, patient: bool = False
    ) -> tuple[int, memoryview]:
        """Return the size of the whole object and the bytes of one segment. Raises BadArchive, PlaceError as get."""
        name, place = self.name(digest, number), self.place
        try:
            sealed = self._patiently(lambda: place.get(name)) if patient else place.get(name)
            return segments.unseal(self.keeping.secret, [self.keeping.key], digest, number, sealed, size)
        except NotThere:
            why = "found nothing under its name"
        except BadArchive as error:
            why = str(error)
        raise BadArchive(
            f"Object {digest}: expected its segment {number} at “{place.name}”, {why}. Restore the object from a "
            "second store with 'tamizdat check --repair', or receive its consignment again."
        )

    def pieces(self, digest: str, size: int) -> Iterator[memoryview]:
        """Yield the bytes of each segment in order, fetching a few at a time; raises as :meth:`get`."""
        return in_parallel(lambda number: self.get(digest, number, size, patient=True), range(segments.count(size)))

    def lost(self, objects: Iterable[tuple[str, int]]) -> list[str]:
        """Return the digests of *objects* (SHA-256 and size) of which the place does not show, nor hold, some segment.

        A login that may not list asks for each by itself. Raises PlaceError.
        """
        try:
            shown = _Names(self.place.list())
        except PlaceRefused:
            shown = _Names(())
        return [
            digest
            for digest, size in objects
            if any(
                name not in shown and not self.holds(name, segments.sealed(size)) for name in self.names(digest, size)
            )
        ]

    def left_over(self, objects: Iterable[tuple[str, int]]) -> list[str]:
        """Return the names there that are of no segment of *objects* (SHA-256 and size). Raises PlaceError."""
        known = _Names(name for digest, size in objects for name in self.names(digest, size))
        return [name for name in self.place.list() if _NAME.fullmatch(name) and name not in known]

    def delete_own(self, name: str) -> bool:
        """Delete a segment if these keys have sealed it under this name; return whether it was one. Raises PlaceError.

        What somebody else put there is left.
        """
        try:
            sealed = self._patiently(lambda: self.place.get(name))
            said = segments.told([self.keeping.key], sealed)
            if said is None or self.name(*said) != name:
                return False
            segments.unseal(self.keeping.secret, [self.keeping.key], *said, sealed)
        except (NotThere, BadArchive):
            return False
        self.place.delete(name)
        return True

    def delete(self, digest: str, size: int) -> None:
        """Delete every segment of an object. Raises PlaceError."""
        for name in self.names(digest, size):
            self._patiently(partial(self.place.delete, name))

    def holds(self, name: str, size: int) -> bool:
        """Tell whether the place says that it holds so many bytes under *name*. Raises PlaceError."""
        try:
            return self._patiently(lambda: self.place.stat(name)) == size
        except NotThere:
            return False

    def _patiently(self, ask: Callable[[], Answer]) -> Answer:
        """Ask, and ask again if the place is away that was there in this run; one that never was is not waited for."""
        for seconds in self.keeping.patience:
            try:
                answer = ask()
                self._answered = True
                return answer
            except PlaceUnreachable as error:
                if not self._answered:
                    raise
                wanted = error.seconds if isinstance(error, PlaceBusy) else seconds
                if wanted > LONGEST_REST:
                    raise
                time.sleep(wanted)
        return ask()


class _Names:
    """Names of segments, of which there may be millions: eight bytes of each, sorted."""

    def __init__(self, names: Iterable[str]) -> None:
        shelves: dict[str, array[int]] = {digit: array("Q") for digit in "0123456789abcdef"}
        for name in names:
            if _NAME.fullmatch(name):
                shelves[name[0]].append(int(name[:16], 16))
        self._shelves = {digit: array("Q", sorted(shelf)) for digit, shelf in shelves.items()}

    def __contains__(self, name: str) -> bool:
        shelf, wanted = self._shelves[name[0]], int(name[:16], 16)
        at = bisect_left(shelf, wanted)
        return at < len(shelf) and shelf[at] == wanted


def in_parallel(work: Callable[[Job], Result], jobs: Iterable[Job]) -> Iterator[Result]:
    """Yield the result of each job in order, a few at a time under way; the first failure ends it."""
    rest = iter(jobs)
    first = list(islice(rest, THREADS))
    if len(first) < 2:
        yield from map(work, first)
        return
    with ThreadPoolExecutor(THREADS, thread_name_prefix="objects") as pool:
        under_way = [pool.submit(work, job) for job in first]
        try:
            while under_way:
                done = under_way.pop(0).result()
                under_way += [pool.submit(work, job) for job in islice(rest, 1)]
                yield done
        finally:
            for each in under_way:
                each.cancel()


def other_bytes(digest: str, found: str) -> str:
    """Return what is said of an object whose bytes are others."""
    return (
        f"Object {digest}: expected bytes with this SHA-256, found {found}. Restore the object from a second store "
        "with 'tamizdat check --repair', or receive its consignment again."
    )
