"""Covering: solid cells over the pixels of a source, before anything is made of them. It runs in the box.

The frame, as it came out of the decoder and was turned upright, is divided into square cells of 8, 16 … pixels, so
that both sides have at most 256. A cell that a region touches, or comes as near to as the side of a cell, is covered
whole::

    . . . . . . .        a region of 12 times 12 pixels (R), cells of 8: no covered pixel is mixed with one beside the
    . # # # # . .        cells when colours are halved (4:2:0 has one for two times two pixels) or the frame is made
    . # R R # . .        smaller, for that is done afterwards
    . # R R # . .
    . # # # # . .

A clip's frames come at odd times, and not always at the times that a container says. So a cover is made for each
twentieth of a second, whatever the frames: it lies over everything the regions touch from one twentieth before it to
one after it, and a frame gets the cover of the twentieth in which it is shown.

A *softened* region is not made of its pixels: of four times four averages, each brought to one of four levels of red,
green and blue, taken anew every three seconds. It can still be recognised by who knows the place and the clothes.
"""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import lru_cache
from itertools import pairwise
from math import ceil, sqrt
from types import MappingProxyType
from typing import Final

from PIL import Image

from tamizdat.covering import ELLIPSE, SOFTENED, WHOLE, Region
from tamizdat.dataclass import dataclass
from tamizdat.errors import BadMedia

LEAST_CELL: Final = 8  #: pixels
MOST_CELLS: Final = 256  #: along a side
TICK: Final = 50  #: milliseconds for which a cover holds
SOFT: Final = 4  #: averages along a side of a softened region
HELD: Final = 3_000  #: milliseconds for which they hold
LEVEL: Final = 64  #: a colour is one of 32, 96, 160, 224
CLEAR, BLACK, OPAQUE = bytes(4), b"\0\0\0\xff", 0xFF
_AROUND: Final = bytes(OPAQUE if each != OPAQUE else 0 for each in range(256))  #: opaque where a cover is not
Colours = Sequence[bytes]  #: of a softened region, row by row: red, green, blue, opaque


@dataclass(frozen=True)
class Grid:
    """The cells of a frame of so many pixels."""

    width: int
    height: int

    @property
    def cell(self) -> int:
        """The side of a cell in pixels."""
        cell = LEAST_CELL
        while cell * MOST_CELLS < max(self.width, self.height):
            cell *= 2
        return cell

    @property
    def columns(self) -> int:
        """Cells in a row."""
        return ceil(self.width / self.cell)

    @property
    def rows(self) -> int:
        """Cells in a column."""
        return ceil(self.height / self.cell)

    def runs(self, region: Region, start: float, end: float) -> Iterator[tuple[int, int, int]]:
        """Yield what *region* covers from *start* to *end*, in ms: a row, its first cell, and the one after the last.

        Some are told more than once.
        """
        for box in self._boxes(region, start, end):
            yield from self._ellipse(box) if region.shape == ELLIPSE else self._rectangle(box)

    def _boxes(self, region: Region, start: float, end: float) -> Iterator[tuple[float, float, float, float]]:
        """Yield boxes in pixels over which the region lies in turn, near enough to each other for its shape."""
        instants = region.within(start, end)
        if len(instants) == 1 or (instants and instants[0] == instants[-1]):
            yield self._pixels(region.at(instants[0]))
            return
        for one, other in pairwise(instants):
            before, after = self._pixels(region.at(one)), self._pixels(region.at(other))
            if region.shape != ELLIPSE:
                (left, top, right, bottom), (a, b, c, d) = before, after
                yield min(left, a), min(top, b), max(right, c), max(bottom, d)
                continue
            steps = max(1, ceil(max(abs(a - b) for a, b in zip(before, after, strict=True)) / (self.cell / 2)))
            for step in range(steps + 1):
                share = step / steps
                a, b, c, d = (p + share * (q - p) for p, q in zip(before, after, strict=True))
                yield a, b, c, d

    def _pixels(self, box: tuple[float, float, float, float]) -> tuple[float, float, float, float]:
        left, top, right, bottom = box
        across, down = self.width / WHOLE, self.height / WHOLE
        return left * across, top * down, right * across, bottom * down

    def _rectangle(self, box: tuple[float, float, float, float]) -> Iterator[tuple[int, int, int]]:
        left, top, right, bottom = box
        first, last = self._columns(left, right)
        yield from ((row, first, last) for row in self._rows(top, bottom))

    def _ellipse(self, box: tuple[float, float, float, float]) -> Iterator[tuple[int, int, int]]:
        left, top, right, bottom = box
        middle, half_width = (left + right) / 2, (right - left) / 2
        centre, half_height = (top + bottom) / 2, (bottom - top) / 2
        for row in self._rows(top, bottom):
            upper, lower = (row - 1) * self.cell, (row + 2) * self.cell  # with the cells above and below
            away = max(upper - centre, centre - lower, 0.0) / half_height
            reach = half_width * sqrt(max(0.0, 1 - away * away))
            yield (row, *self._columns(middle - reach, middle + reach))

    def _columns(self, left: float, right: float) -> tuple[int, int]:
        first, last = int(left // self.cell) - 1, int(right // self.cell) + 2
        return max(first, 0), min(last, self.columns)

    def _rows(self, top: float, bottom: float) -> range:
        return range(max(int(top // self.cell) - 1, 0), min(int(bottom // self.cell) + 2, self.rows))


def draw(image: Image.Image, regions: Sequence[Region]) -> None:
    """Cover these regions of a still picture, upright and in its full size."""
    grid = Grid(*image.size)
    for region in sorted(regions, key=lambda each: each.cover == SOFTENED, reverse=True):  # a solid one lies above
        colours = colours_of(image, region, 0) if region.cover == SOFTENED else ()
        runs = list(grid.runs(region, 0, 0))
        side = grid.cell
        for row, first, last in runs:
            if not colours:
                image.paste(_ink(image.mode, *BLACK[:3]), (first * side, row * side, last * side, (row + 1) * side))
                continue
            for column in range(first, last):
                ink = _ink(image.mode, *colours[_place(grid, region, 0, row, column)][:3])
                image.paste(ink, (column * side, row * side, (column + 1) * side, (row + 1) * side))


def _ink(mode: str, red: int, green: int, blue: int) -> int | tuple[int, ...]:
    """Return a colour as pictures of this mode have it: L, RGB or CMYK."""
    if mode == "L":
        return green
    return (255 - red, 255 - green, 255 - blue, 0) if mode == "CMYK" else (red, green, blue)


def colours_of(image: Image.Image, region: Region, instant: int) -> Colours:
    """Return the colours of a softened region: four times four averages of what lies under it, brought to levels."""
    width, height = image.size
    left, top, right, bottom = region.at(instant)
    box = (left * width / WHOLE, top * height / WHOLE, right * width / WHOLE, bottom * height / WHOLE)
    averages = image.convert("RGB").resize((SOFT, SOFT), Image.Resampling.BOX, box=box).tobytes()
    levels = bytes(each // LEVEL * LEVEL + LEVEL // 2 for each in averages)
    return [levels[at : at + 3] + b"\xff" for at in range(0, len(levels), 3)]


def _place(grid: Grid, region: Region, instant: float, row: int, column: int) -> int:
    """Return which of the averages a cell gets."""
    left, top, right, bottom = region.at(instant)
    across = ((column + 0.5) * grid.cell * WHOLE / grid.width - left) / (right - left)
    down = ((row + 0.5) * grid.cell * WHOLE / grid.height - top) / (bottom - top)
    return SOFT * min(max(int(SOFT * down), 0), SOFT - 1) + min(max(int(SOFT * across), 0), SOFT - 1)


def cover_at(grid: Grid, regions: Sequence[Region], tick: int, colours: Mapping[tuple[int, int], Colours]) -> bytes:
    """Return the cover of one twentieth of a second: red, green, blue and opacity of each cell.

    *colours* are those of softened regions, by the number of the region and of the three seconds.
    """
    cells = bytearray(CLEAR * (grid.columns * grid.rows))
    start, end = (tick - 1) * TICK, (tick + 2) * TICK
    solid = [(number, each) for number, each in enumerate(regions) if each.cover != SOFTENED]
    softened = [(number, each) for number, each in enumerate(regions) if each.cover == SOFTENED]
    for number, region in (*softened, *solid):
        shades = colours.get((number, tick * TICK // HELD)) if region.cover == SOFTENED else None
        for row, first, last in grid.runs(region, start, end):
            at = 4 * (row * grid.columns + first)
            if shades is None:
                cells[at : at + 4 * (last - first)] = BLACK * (last - first)
                continue
            instant = min(max(tick * TICK, region.start), region.end)
            cells[at : at + 4 * (last - first)] = b"".join(
                shades[_place(grid, region, instant, row, column)] for column in range(first, last)
            )
    return bytes(cells)


class Covers:
    """The covers of a clip, one for each twentieth of a second; *colours* as of :func:`cover_at`."""

    def __init__(
        self, grid: Grid, regions: Sequence[Region], colours: Mapping[tuple[int, int], Colours] = MappingProxyType({})
    ) -> None:
        self._grid, self._regions, self._colours = grid, regions, colours
        self._lying: object = None
        self._cover = b""

    def __call__(self, tick: int) -> bytes:
        """Return the cover of one; the very same bytes as long as nothing moves."""
        lying = []
        for number, each in enumerate(self._regions):
            period = tick * TICK // HELD if each.cover == SOFTENED else 0
            instants = each.within((tick - 1) * TICK, (tick + 2) * TICK)
            lying += [(number, period, each.at(instant)) for instant in instants]
        if lying != self._lying:
            self._lying, self._cover = lying, cover_at(self._grid, self._regions, tick, self._colours)
        return self._cover


class Inside:
    """What surely lies under the solid regions of a clip, for each twentieth of a second: all else is black there.

    Those are cells that are covered one twentieth before and after as well, and whose neighbours are.
    """

    def __init__(self, grid: Grid, regions: Sequence[Region]) -> None:
        self._columns = grid.columns
        solid = [each for each in regions if each.cover != SOFTENED]
        self._cover = lru_cache(3)(Covers(grid, solid))  # the one before, this one, the one after
        self._of: tuple[bytes, ...] = ()
        self._cells = b""

    def __call__(self, tick: int) -> bytes:
        """Return the cells of one, as a cover that leaves only these free."""
        of = tuple(self._cover(max(tick + step, 0)) for step in (-1, 0, 1))
        if of != self._of:
            self._of = of
            under = -1
            for each in of:
                under &= int.from_bytes(each[3::4])
            for step in (8, 8 * self._columns):
                under &= (under << step) & (under >> step)
            free = (under & ((1 << 8 * len(of[0][3::4])) - 1)).to_bytes(len(of[0]) // 4)
            cells = bytearray(len(of[0]))
            cells[3::4] = free.translate(_AROUND)
            self._cells = bytes(cells)
        return self._cells


@contextmanager
def fed(pieces: Callable[[int], bytes]) -> Iterator[int]:
    """Give a pipe from which pieces 0, 1 … can be read one after the other, without end.

    Raises :class:`BadMedia` at the end if one could not be made: whoever read then got too few.
    """
    reading, writing = os.pipe2(os.O_CLOEXEC)
    with ThreadPoolExecutor(1, "covers") as threads:
        written = threads.submit(_write, writing, pieces)
        try:
            yield reading
        finally:
            os.close(reading)
    if error := written.exception():
        raise BadMedia(f"Expected a cover for each moment of a clip, found none ({type(error).__name__}).")


def _write(pipe: int, pieces: Callable[[int], bytes]) -> None:
    tick = 0
    try:
        while True:
            view = memoryview(pieces(tick))
            while view:
                view = view[os.write(pipe, view) :]
            tick += 1
    except BrokenPipeError:
        pass  # the clip has ended
    finally:
        os.close(pipe)
