"""A map of the places that an editor names: outlines of countries as a drawing in the page, and a number at each place.

The outlines lie in the package (``outlines/``, with their source and licence) as a topology: arcs of points, each the
difference to the one before, and polygons that name arcs (~3 is arc 3 backwards). They are decoded here, cut to what is
seen, and drawn as one path, so that a map needs nothing from elsewhere. North is up; a degree east is as wide as it is
at the latitude in the middle.

>>> found = view_of([(104.46, 31.83), (103.62, 31.0)])
>>> round(found.west), round(found.east), round(found.south), round(found.north)
(73, 135, 16, 46)
"""

import json
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import pairwise
from math import cos, radians
from pathlib import Path
from typing import Final, NamedTuple

OUTLINES: Final = Path(__file__).parent / "outlines/countries-110m.json"
WIDE, TALL = 1000, 560  #: of the drawing, in its own units
LEAST: Final = 30.0  #: degrees of latitude that are seen at least: the outlines are those of countries
AROUND: Final = 2.2  #: times the extent of the places that is seen
MARGIN: Final = 20  #: units outside of the drawing in which paths still run, so that no cut edge is seen
STEP: Final = 10  #: degrees between two lines of the net
DOT: Final = 8  #: units from the middle of a dot to its rim
LABEL: Final = 34  #: units that a number takes
BESIDE: Final = ((1, -1), (-1, -1), (1, 1), (-1, 1), (0, -1.4), (0, 1.4))  #: where a number may stand, from its dot
FAR: Final = (0.7, 1.4, 2.1)  #: times the size of a number
POLE: Final = 84.0  #: degrees beyond which nothing is drawn

Point = tuple[float, float]


class View(NamedTuple):
    """The part of the world that is seen, in degrees."""

    west: float
    east: float
    south: float
    north: float

    def place(self, east: float, north: float) -> Point:
        """Return where a place is in the drawing."""
        return (
            (east - self.west) / (self.east - self.west) * WIDE,
            (self.north - north) / (self.north - self.south) * TALL,
        )


class Mark(NamedTuple):
    """A place in the drawing: its dot, and where its number stands."""

    number: int
    x: int
    y: int
    label_x: int
    label_y: int


class Drawing(NamedTuple):
    """What a page draws: the outlines and the net as paths, the places as marks."""

    land: str
    net: str
    marks: tuple[Mark, ...]


def drawing_of(places: Sequence[tuple[str, str]]) -> Drawing:
    """Return the map of *places*, each degrees north and east as they are written."""
    points = _side_by_side([(float(east), float(north)) for north, east in places])
    view = view_of(points)
    drawn = (view.place(*each) for each in points)
    dots = [(x, min(max(y, DOT), TALL - DOT)) for x, y in drawn]  # of a pole, which is not drawn, at the edge
    return Drawing(_land(view), _net(view), tuple(_marks(dots)))


def _side_by_side(points: Sequence[Point]) -> list[Point]:
    """Return places with degrees east that go on beyond 180 where the shorter way around leads over that meridian."""
    easts = sorted(east for east, _ in points)
    _, west = max((after - before, after) for before, after in pairwise([*easts, easts[0] + 360]))
    return [(east if east >= west or west > easts[-1] else east + 360, north) for east, north in points]


def view_of(points: Sequence[Point]) -> View:
    """Return the part of the world that a map of *points*, degrees east and north, shows.

    It has all of them, and enough around to know where.
    """
    easts, norths = ([each[at] for each in points] for at in (0, 1))
    middle, across = (max(norths) + min(norths)) / 2, max(easts) - min(easts)
    narrow = max(cos(radians(min(abs(middle), POLE))), 0.1)
    tall = max(LEAST, (max(norths) - min(norths)) * AROUND, across * AROUND * narrow * TALL / WIDE)
    tall = min(tall, 2 * POLE)
    wide = min(max(tall * WIDE / TALL / narrow, across * 1.1), 360.0)
    centre = min(max(middle, tall / 2 - POLE), POLE - tall / 2)
    east = (max(easts) + min(easts)) / 2
    return View(east - wide / 2, east + wide / 2, centre - tall / 2, centre + tall / 2)


@cache
def _rings() -> tuple[tuple[Point, ...], ...]:
    """Return every outline, as degrees east and north."""
    text = OUTLINES.read_text("utf-8")
    topology = json.loads(text)
    (across, up), (left, bottom) = topology["transform"]["scale"], topology["transform"]["translate"]
    arcs: list[list[Point]] = []
    for arc in topology["arcs"]:
        x = y = 0
        points = []
        for dx, dy in arc:
            x, y = x + dx, y + dy
            points.append((left + x * across, bottom + y * up))
        arcs.append(points)
    found = []
    for each in topology["objects"]["countries"]["geometries"]:
        polygons = each["arcs"] if each["type"] == "MultiPolygon" else [each["arcs"]]
        found += [tuple(_ring(arcs, ring)) for polygon in polygons for ring in polygon]
    return tuple(found)


def _ring(arcs: Sequence[Sequence[Point]], numbers: Sequence[int]) -> Iterator[Point]:
    for number in numbers:
        points = arcs[number] if number >= 0 else arcs[~number][::-1]
        yield from points[1:]  # the first is the last of the arc before


def _land(view: View) -> str:
    pieces = []
    for shift in (-360, 0, 360):  # a view may reach over the meridian where the degrees begin anew
        for ring in _rings():
            points = [view.place(east + shift, north) for east, north in ring]
            if _is_near(points):
                cut = [(round(x), round(y)) for x, y in _cut(points)]
                pieces.append(_path([each for at, each in enumerate(cut) if each != cut[at - 1]]))
    return "".join(pieces)


def _is_near(points: Sequence[Point]) -> bool:
    xs, ys = ([each[at] for each in points] for at in (0, 1))
    return max(xs) >= -MARGIN and min(xs) <= WIDE + MARGIN and max(ys) >= -MARGIN and min(ys) <= TALL + MARGIN


def _cut(points: Sequence[Point]) -> Sequence[Point]:
    """Return the outline within the drawing and its margin, side by side (Sutherland and Hodgman)."""
    for axis, limit, sign in ((0, -MARGIN, 1), (0, WIDE + MARGIN, -1), (1, -MARGIN, 1), (1, TALL + MARGIN, -1)):
        points = list(_cut_side(points, axis, limit, sign))
    return points


def _cut_side(points: Sequence[Point], axis: int, limit: int, sign: int) -> Iterator[Point]:
    for at, here in enumerate(points):
        before = points[at - 1]
        one, two = (before[axis] - limit) * sign, (here[axis] - limit) * sign  # how far inside they are
        if (one < 0) != (two < 0):
            share = one / (one - two)
            yield before[0] + (here[0] - before[0]) * share, before[1] + (here[1] - before[1]) * share
        if two >= 0:
            yield here


def _path(points: Sequence[tuple[int, int]]) -> str:
    """Return a closed path, each point as the difference to the one before."""
    if len(points) < 3:
        return ""
    steps = [f"{x - a} {y - b}" for (a, b), (x, y) in pairwise(points)]
    return f"M{points[0][0]} {points[0][1]}l{' '.join(steps)}z"


def _net(view: View) -> str:
    lines = []
    for degree in range(-540, 541, STEP):
        x, y = view.place(degree, degree)
        lines += [f"M{round(x)} 0V{TALL}"] if 0 < x < WIDE else []
        lines += [f"M0 {round(y)}H{WIDE}"] if 0 < y < TALL else []
    return "".join(lines)


def _marks(points: Sequence[Point]) -> Iterator[Mark]:
    """Yield the marks; a number stands beside its dot, where it covers no other."""
    taken: list[Point] = list(points)
    for number, (x, y) in enumerate(points, 1):
        spots = [(x + dx * LABEL * far, y + dy * LABEL * far) for far in FAR for dx, dy in BESIDE]
        label = next((spot for spot in spots if _is_free(spot, taken)), (x + LABEL, y))
        taken.append(label)
        yield Mark(number, round(x), round(y), round(label[0]), round(label[1]))


def _is_free(spot: Point, taken: Sequence[Point]) -> bool:
    inside = LABEL / 2 < spot[0] < WIDE - LABEL / 2 and LABEL / 2 < spot[1] < TALL - LABEL / 2
    return inside and all(max(abs(spot[0] - x), abs(spot[1] - y)) > LABEL * 0.6 for x, y in taken)
