"""A second, independent store: copies of objects in a place, read back and re-hashed.

The receipt that lets the field wipe its cards is released only when two independent stores hold everything; the
archive's own ``objects/`` is one, a place of the desk's (another disk, another house) is the other. A copy counts
when the place gave it back and it had the right SHA-256, not when the place said it took it.

In the place an object bears its SHA-256 as its name. A larger one than 32 MiB is cut into parts, because a place
moves whole objects through memory::

    e3b0c442…b855                     an object of up to 33,554,432 bytes
    9f64a747…806a.00000 … .00131      a larger one; cat 9f64a747…806a.* | sha256sum

The copies are **not sealed**, and their names are plain digests: whoever holds the place can read them and can
confirm that a clip is among them. Use a place in the desk's own hands.
"""

import hashlib
from collections.abc import Collection, Iterable, Iterator
from typing import TYPE_CHECKING, Final

from tamizdat.archive.store.objects import Objects
from tamizdat.dataclass import dataclass
from tamizdat.disk.files import refusals
from tamizdat.errors import BadArchive, NotThere, PlaceError, PlaceRefused, StorageRefused

if TYPE_CHECKING:
    from tamizdat.places.place import Place  # a protocol; its package opens connections, which most commands do not

PART: Final = 32 << 20  #: bytes; an object is held in one piece up to this size, in pieces of this size above
MAX_PARTS: Final = 100_000  #: as many as the five digits of a part's name can number


@dataclass(frozen=True)
class CopyReport:
    """The result of copying: how many objects (and bytes) are new there, were sound there, or failed and why."""

    place: str
    copied: int = 0
    already: int = 0
    bytes: int = 0
    failed: tuple[tuple[str, str], ...] = ()

    @property
    def whole(self) -> bool:
        """Whether the place gave back every object asked for, sound."""
        return not self.failed


def copy_to(objects: Objects, place: "Place", digests: Iterable[str]) -> CopyReport:
    """Copy these objects to *place*; what is there and sound is not sent again, so repeating it continues.

    A place that cannot be reached, refuses or is full raises; what it lost or altered is in the report.
    """
    copied = already = moved = 0
    failed: list[tuple[str, str]] = []
    for digest in dict.fromkeys(digests):
        try:
            if held(place, digest, objects.size(digest)):
                if objects.on_place:  # a second one is worth nothing if the first has lost it
                    objects.check(digest)
                already += 1
                continue
            moved += _put(objects, place, digest)
        except (BadArchive, StorageRefused) as error:  # ours is missing or damaged: not to be sent under this name
            failed.append((digest, str(error)))
            continue
        if held(place, digest, objects.size(digest)):
            copied += 1
        else:
            failed.append((digest, f"“{place.name}” took the object and did not give the same bytes back."))
    return CopyReport(place.name, copied, already, moved, tuple(failed))


def held(place: "Place", digest: str, size: int) -> bool:
    """Return whether *place* gives back an object of *size* bytes with this SHA-256; reads all of it."""
    found = hashlib.sha256()
    try:
        for name in _names(digest, size):
            found.update(place.get(name))
    except NotThere:
        return False
    return found.hexdigest() == digest


def shows(place: "Place", listed: Collection[str], digest: str, size: int) -> bool:
    """Return whether *place* shows an object of *size* bytes, by name; what is not in *listed* is asked for by itself.

    Nothing is read. Raises :class:`PlaceError`.
    """
    try:
        for name in _names(digest, size):
            if name not in listed:
                place.stat(name)
    except NotThere:
        return False
    return True


def restore_from(objects: Objects, place: "Place", digest: str) -> None:
    """Fetch an object from *place* and put it into the archive, verified, also over a damaged one.

    Raises :class:`PlaceError` if the place holds other bytes, :class:`NotThere` if it holds none.
    """
    staged = objects.staged()
    found = hashlib.sha256()
    try:
        with refusals("an object"), staged.open("xb") as file:
            for piece in _pieces(place, digest):
                found.update(piece)
                file.write(piece)
        if found.hexdigest() != digest:
            raise PlaceError(f"“{place.name}” holds object {digest} with altered bytes. Try another copy.")
        objects.adopt(staged, digest)
    finally:
        staged.unlink(missing_ok=True)


def delete_from(place: "Place", digest: str, size: int) -> None:
    """Delete the copy of an object of *size* bytes, and look whether it is gone.

    Raises :class:`PlaceError`, which is :class:`PlaceRefused` if the place shows it still.
    """
    for name in _names(digest, size):
        place.delete(name)
        try:
            place.stat(name)
        except NotThere:
            continue
        raise PlaceRefused(f"“{place.name}” was told to delete a file and shows it still.")


def _pieces(place: "Place", digest: str) -> Iterator[bytes]:
    """Yield the object, whose size is unknown: in one piece, or else parts until there are no more."""
    try:
        whole = place.get(digest)
    except NotThere:
        first = place.get(f"{digest}.00000")
    else:
        yield whole
        return
    yield first
    for number in range(1, MAX_PARTS):
        try:
            piece = place.get(f"{digest}.{number:05}")
        except NotThere:
            return
        yield piece


def _names(digest: str, size: int) -> list[str]:
    if size <= PART:
        return [digest]
    return [f"{digest}.{number:05}" for number in range(-(-size // PART))]


def _put(objects: Objects, place: "Place", digest: str) -> int:
    """Send one object, read where it is kept and checked; return its size in bytes."""
    size = objects.size(digest)
    names, waiting = iter(_names(digest, size)), bytearray()
    for piece in objects.kept(digest, PART):
        waiting += piece
        if len(waiting) >= PART:
            place.put(next(names), bytes(waiting[:PART]))
            del waiting[:PART]
    if waiting or not size:
        place.put(next(names), bytes(waiting))
    return size
