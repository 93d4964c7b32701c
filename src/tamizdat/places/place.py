"""A place: somewhere that holds opaque, named, whole objects, and may be seized, lie or vanish.

A place knows nothing of seals or ledgers. It is asked for five things, and every answer is distrusted by
whoever asked: an object is believed when its digest holds, an absence is never believed.

* ``put`` is idempotent and whole: after it returns, the place *says* it holds exactly these bytes. Putting
  again replaces what is there, which repairs a damaged copy.
* ``get`` and ``stat`` raise :class:`~tamizdat.errors.NotThere` for a name the place does not hold.
* ``list`` gives names in any order, some perhaps twice, some perhaps missing. Where a place tells times, those that
  came first are given first (:func:`oldest_first`): they show what the others are.
* ``delete`` of an absent name is fine.

Everything that goes wrong is a :class:`~tamizdat.errors.PlaceError`; a place may be used by several threads.

Names are lower-case ASCII (so they mean the same on FAT, APFS, S3 and WebDAV), begin and end with a letter
or digit, and have at most 128 characters::

    good   9f64a747e1b97f131fabb6b447296c9b6f0201e79fb3c5356e6c77e89b6a806a   receipt-2026.age   a
    bad    ../x   .hidden   a/b   A   a.   é   (empty)   tamizdat-place (the marker)

An object lies under the first character of its name, ``9/9f64…``, in every kind of place, so that what was
written through WebDAV can be read as a folder, and a bucket that was copied to a disk is a place again.
The sixteen folders are for FAT32, whose folders end at 65,536 entries of 32 bytes: 10,922 parcel names, 45 GB.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Final, Protocol

from tamizdat.dataclass import dataclass
from tamizdat.errors import BadPath, NotThere, PlaceError, PlaceRefused

MARKER: Final = "tamizdat-place"  #: the file that says "this folder is a place"; never the name of an object
MAX_OBJECT: Final = 64 << 20  #: bytes; a parcel has 4 MiB, and a hostile place must not fill our memory
MAX_LISTED: Final = 1_000_000  #: names on one shelf, 4 TB of parcels; a listing that goes on is broken off there

#: what to do where a login was refused
TRY: Final = " Check its URL, the login and its rights with “tamizdat places test”."

_NAME: Final = re.compile(r"[a-z0-9](?:[a-z0-9.-]{0,126}[a-z0-9])?")


@dataclass(frozen=True)
class Guarantees:
    """What a kind of place promises when it is sound. No promise is relied upon where a digest can be checked."""

    atomic_put: bool  #: a reader, or we after a crash, find the whole object or the one before, never a part
    durable_put: bool  #: once ``put`` returned, a power cut at the place does not lose the object
    complete_list: bool  #: ``list`` names every object whose ``put`` returned before the listing began
    can_delete: bool  #: it knows deletion (its owner may keep older versions; what a login may do, the probe tells)


class Pace(Protocol):
    """How a transfer shares a line with others: it asks before each piece, and tells what moved."""

    def soon(self) -> None:
        """Wait until it is worth while to connect: it is almost this transfer's turn. Raises what ends it."""

    def turn(self) -> None:
        """Wait until this transfer may move a piece; raises what ends it."""

    def moved(self, size: int) -> None:
        """Count *size* more bytes that the other side has; 0: it begins (again) over a connection that stands."""

    def sent(self) -> None:
        """Let others begin: all that remains is to wait for an answer."""

    def others_wait(self) -> bool:
        """Whether another transfer would use the line, if this one does not."""


class PacedPlace(Protocol):
    """A place at the end of a line that tells how far a transfer is, and waits for its turn."""

    def put_paced(self, name: str, data: bytes | memoryview, pace: Pace) -> None:
        """Hold *data* under *name*, as ``put`` does, at the pace of *pace*."""


class PartedPlace(Protocol):
    """A place at the end of a line that gives a part of an object, so that not all of it has to come."""

    def get_part(self, name: str, start: int, count: int) -> bytes:
        """Return *count* bytes of an object from *start* on, fewer if it ends before; raises NotThere."""


class LendingPlace(Protocol):
    """A place that lends its objects: fresh memory for each 4 MiB costs as much as deciphering them."""

    def lend(self, name: str) -> bytes | memoryview:
        """Return the whole object, as ``get`` does, until this thread asks again; raises NotThere."""


class Place(Protocol):
    """What every place can be asked for; see the module's text for the rules."""

    @property
    def name(self) -> str:
        """What the person calls it, for messages: "blue stick"."""

    @property
    def guarantees(self) -> Guarantees:
        """What this kind of place promises."""

    def put(self, name: str, data: bytes | memoryview) -> None:
        """Hold *data* under *name*; returns only when the place says that it does."""

    def get(self, name: str) -> bytes:
        """Return the whole object; raises NotThere."""

    def stat(self, name: str) -> int:
        """Return its size in bytes; raises NotThere."""

    def list(self) -> Iterator[str]:
        """Yield the names the place shows: in any order, no proof of absence, and never a name we would not put."""

    def delete(self, name: str) -> None:
        """Remove it; that it is not there is fine."""


def is_name(text: str) -> bool:
    """Whether *text* may name an object. What a listing shows and this refuses is passed over."""
    return _NAME.fullmatch(text) is not None and text != MARKER


def check_name(name: str) -> str:
    """Return *name* if an object can have it; raises BadPath, which does not repeat it."""
    if not is_name(name):
        raise BadPath("Expected the name of an object: 1 to 128 of a–z, 0–9, '.' and '-'; this one is not.")
    return name


def oldest_first(shelves: Iterable[Iterable[tuple[float, str]]]) -> Iterator[str]:
    """Yield the names of (time, name) on all shelves together, the oldest first.

    All of them are read before the first is given; from :data:`MAX_LISTED` on, only so many at a time. What was read
    is given also if a later shelf cannot be.
    """
    names: list[tuple[float, str]] = []
    try:
        for shelf in shelves:
            names.extend(shelf)
            if len(names) >= MAX_LISTED:
                yield from (name for _, name in sorted(names))
                names.clear()
    except PlaceError:
        yield from (name for _, name in sorted(names))
        raise
    yield from (name for _, name in sorted(names))


def check_size(place: str, size: int) -> None:
    """Refuse what is larger than any object of ours, before memory is taken for it. Raises PlaceError."""
    if size > MAX_OBJECT:
        raise PlaceError(
            f"Place “{place}”: expected an object of at most {MAX_OBJECT:,} bytes, found {size:,}; nothing was moved."
        )


def require_held(place: "Place", name: str, size: int) -> None:
    """Ask a place for the size of what it took; some say yes and keep nothing. Raises PlaceError for another size.

    A login that may only add cannot be asked: what it says is all there is.
    """
    try:
        held = place.stat(name)
    except PlaceRefused:
        return
    except NotThere:
        held = -1
    if held != size:
        found = "nothing" if held < 0 else f"{held:,} bytes"
        raise PlaceError(f"Place “{place.name}” took {size:,} bytes and says that it holds {found}; put it again.")


def path_of(name: str) -> str:
    """Return where an object lies, below the root of its place: ``9f64…`` is at ``9/9f64…``."""
    return f"{check_name(name)[0]}/{name}"


def name_at(path: str) -> str | None:
    """Return the name of the object at a path; None for a path that no object of ours can have."""
    shelf, _, name = path.partition("/")
    return name if is_name(name) and shelf == name[0] else None
