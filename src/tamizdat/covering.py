"""What is covered in a picture, clip or sound: regions that lie over the people in it, and stretches of silence.

::

    {"regions": [{"cover": "solid", "from": 1000, "shape": "ellipse", "to": 4000,
                  "keys": [{"at": 1000, "height": 2500, "width": 1200, "x": 4100, "y": 900},
                           {"at": 3000, "height": 2500, "width": 1200, "x": 6100, "y": 900}]}],
     "silences": [{"from": 1000, "to": 4000}]}

Times are milliseconds from the beginning, as a player shows them. ``x``, ``y``, ``width`` and ``height`` are parts in
ten thousand of the width and height of the picture as it is shown: upright, with square pixels; so they say nothing of
how a camera wrote it. Between two key frames a region moves and grows evenly, before the first and after the last it
rests. In a still picture all times are 0.

A region is covered from its first instant to its last, both included. What is drawn reaches a little beyond it, in time
and on every side (:mod:`tamizdat.footage.decode.cover`); never less.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from functools import cached_property
from itertools import pairwise
from typing import Annotated, Final

from tamizdat.dataclass import dataclass
from tamizdat.encoding import canonical, sha256_hex
from tamizdat.errors import UsageError
from tamizdat.ledger.shapes import Member, Shape, like, members_of, record, several, whole

WHOLE: Final = 10_000  #: of these a side of the picture has so many
SOLID, SOFTENED = "solid", "softened"
COVERS: Final = (SOLID, SOFTENED)
RECTANGLE, ELLIPSE = "rectangle", "ellipse"
SHAPES: Final = (RECTANGLE, ELLIPSE)
LONGEST: Final = 24 * 3600 * 1000  #: milliseconds of a clip
MOST: Final = 1_000  #: regions, and silences
MOST_KEYS: Final = 10_000  #: key frames of all regions


@dataclass(frozen=True)
class Key:
    """Where a region lies at one instant: its corner at the left and top, and its sides."""

    at: int
    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True)
class Region:
    """A part of the picture that is covered for a while."""

    cover: str  #: one of :data:`COVERS`
    shape: str  #: one of :data:`SHAPES`
    start: Annotated[int, Member("from")]
    end: Annotated[int, Member("to")]
    keys: tuple[Key, ...]

    def at(self, instant: float) -> tuple[float, float, float, float]:
        """Return left, top, right and bottom at an instant, in parts of :data:`WHOLE`."""
        before = self.keys[max(bisect_right(self._times, instant) - 1, 0)]
        after = self.keys[min(bisect_left(self._times, instant), len(self.keys) - 1)]
        share = (instant - before.at) / (after.at - before.at) if after.at > before.at else 0.0
        x, y, width, height = (
            one + share * (other - one) for one, other in zip(_sides(before), _sides(after), strict=True)
        )
        return x, y, x + width, y + height

    def within(self, start: float, end: float) -> list[float]:
        """Return the instants between which it moves evenly, of its time from *start* to *end*; none outside it."""
        first, last = max(start, self.start), min(end, self.end)
        if first > last:
            return []
        between = self._times[bisect_right(self._times, first) : bisect_left(self._times, last)]
        return [first, *between, last]

    @cached_property
    def _times(self) -> list[int]:
        return [each.at for each in self.keys]


@dataclass(frozen=True)
class Silence:
    """A stretch in which nothing is heard."""

    start: Annotated[int, Member("from")]
    end: Annotated[int, Member("to")]


@dataclass(frozen=True)
class Cover:
    """All that is covered in one picture, clip or sound."""

    regions: tuple[Region, ...] = ()
    silences: tuple[Silence, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.regions or self.silences)

    @property
    def document(self) -> bytes:
        """Its canonical JSON."""
        return canonical(members_of(self))

    @property
    def digest(self) -> str:
        """The SHA-256 of :attr:`document`, 64 lower-case hexadecimal digits."""
        return sha256_hex(self.document)


NOTHING: Final = Cover()


def _one_of(*words: str) -> Shape[str]:
    return like("|".join(words))


REGION: Final = record(
    Region, cover=_one_of(*COVERS), shape=_one_of(*SHAPES), start=whole, end=whole,
    keys=several(record(Key, at=whole, x=whole, y=whole, width=whole, height=whole), 1),
)  # fmt: skip
SILENCE: Final = record(Silence, start=whole, end=whole)
COVER: Final = record(Cover, regions=several(REGION), silences=several(SILENCE))


def checked(cover: Cover, moves: bool, length: int = 0) -> Cover:
    """Return *cover* if it can lie over a picture, or one that *moves* (or sounds) for *length* milliseconds, if known.

    Raises :class:`UsageError`, which names the region and what is wrong with it.
    """
    keys = sum(len(each.keys) for each in cover.regions)
    for many, what, most in (
        (len(cover.regions), "regions", MOST), (len(cover.silences), "silences", MOST), (keys, "key frames", MOST_KEYS),
    ):  # fmt: skip
        if many > most:
            raise UsageError(f"Expected at most {most:,} {what} in one picture or clip, found {many:,}.")
    for what, each in _numbered(cover):
        if not moves and (isinstance(each, Silence) or (each.start, each.end) != (0, 0)):
            raise UsageError(f"Expected no times in a picture, which does not move; found some in {what}. Write 0.")
        if moves and not each.start < each.end <= LONGEST:
            raise UsageError(
                f"Expected {what} to end after it begins, within a day; found {each.start:,} to {each.end:,} ms."
            )
        if length and each.start >= length:
            raise UsageError(
                f"Expected {what} to begin within the clip, which ends at {length:,} ms; found {each.start:,} ms."
            )
        if isinstance(each, Region):
            _check_keys(what, each)
    return cover


def _numbered(cover: Cover) -> Iterator[tuple[str, Region | Silence]]:
    yield from ((f"region {number}", each) for number, each in enumerate(cover.regions, 1))
    yield from ((f"silence {number}", each) for number, each in enumerate(cover.silences, 1))


def _check_keys(what: str, region: Region) -> None:
    for key in region.keys:
        if not region.start <= key.at <= region.end:
            raise UsageError(
                f"Expected the key frames of {what} between {region.start:,} and {region.end:,} ms, found one at "
                f"{key.at:,} ms."
            )
        if not (0 < key.width <= WHOLE - key.x and 0 < key.height <= WHOLE - key.y):
            raise UsageError(
                f"Expected {what} inside the picture, {WHOLE:,} wide and {WHOLE:,} high, and not empty; found "
                f"x {key.x:,}, y {key.y:,}, width {key.width:,}, height {key.height:,} at {key.at:,} ms."
            )
    for one, other in pairwise(region.keys):
        if one.at >= other.at:
            raise UsageError(
                f"Expected the key frames of {what} in order of time, found one at {other.at:,} ms after {one.at:,} ms."
            )


def _sides(key: Key) -> tuple[int, int, int, int]:
    return key.x, key.y, key.width, key.height
