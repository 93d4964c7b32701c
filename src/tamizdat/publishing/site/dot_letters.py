"""Letters made of tiles: a sentence as small dot matrices, drawn from a font that is installed where we publish.

No font comes with us; whoever fills the model looks for one. Without one the wall is a plain field of tiles, and
:func:`lettering` says so.

A Chinese, Japanese or Korean character is a *letter block* of its own; of other scripts each word
(in Tibetan: syllable) is one, because their letters join, stack and have a direction, which FreeType with Raqm knows
and a row of boxes does not.
"""

import re
from typing import Final

from tamizdat.dataclass import dataclass
from tamizdat.publishing.model import Font, Wall

SMALLEST, LARGEST = 11, 48  #: tiles a side of a square letter; with fewer, Chinese cannot be read
PLAIN_SMALLEST: Final = 8  #: the same for alphabets
GROUNDED, PLAIN_GROUNDED = 20, 14  #: letters this large stand on a ground of people; smaller ones use all for strokes
#: compiled when there is a wall
_SQUARE: Final = "[\u2e80-\u303e\u3041-\u33ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff\uff01-\uffee\U00020000-\U0003ffff]"
_UNIT: Final = rf"{_SQUARE}|[\u0f00-\u0fff]+?[\u0f0b-\u0f12]+|(?:(?!{_SQUARE})\S)+"


@dataclass(frozen=True)
class Block:
    """A letter or word: *width* × *height* tiles, row by row; True is ink."""

    width: int
    height: int
    ink: tuple[bool, ...]

    @property
    def strokes(self) -> int:
        """How many tiles are ink."""
        return sum(self.ink)


@dataclass(frozen=True)
class Lettering:
    """A sentence in blocks. *full*: every tile of a block is a person, not only those that are ink."""

    blocks: tuple[Block, ...]
    full: bool

    @property
    def tiles(self) -> int:
        """How many people stand in the blocks."""
        return sum(each.width * each.height if self.full else each.strokes for each in self.blocks)


def lettering(wall: Wall, people: int) -> tuple[Lettering | None, str]:
    """Return the largest letters that *people* tiles make; or None and, as a sentence, why there are none."""
    units, font = re.findall(_UNIT, wall.sentence) if wall.sentence else [], wall.font
    if not units or not people:
        return None, ""
    if font is None:
        return None, (
            f"Expected a font with every character of the wall's sentence in {wall.language}, found none. The wall is "
            "shown without it. Install one (on Debian fonts-noto-cjk or fonts-noto-core) and publish again."
        )
    square = any(re.fullmatch(_SQUARE, each) for each in units)
    smallest, grounded = (SMALLEST, GROUNDED) if square else (PLAIN_SMALLEST, PLAIN_GROUNDED)
    best = None
    for size in range(smallest, LARGEST + 1):
        blocks = _blocks(tuple(units), font, size)
        fits = [made for full in (size >= grounded, False) if (made := Lettering(blocks, full)).tiles <= people]
        if not fits or (best is not None and best.full and not fits[0].full):
            break  # larger letters would need more people, or leave the ground empty
        best = fits[0]
    if best is None:
        return None, (
            f"Expected people enough to write the wall's sentence with, found {people}. The wall is shown without it. "
            "A shorter sentence needs fewer."
        )
    return best, ""


def _blocks(units: tuple[str, ...], font: Font, size: int) -> tuple[Block, ...]:
    """Return the blocks of all units, *size* tiles high, on one line.

    As high as the highest and as deep as the deepest. FreeType draws without shades of grey, strokes fitted to the
    tiles, as it did for the screens of the nineties.
    """
    from PIL import Image, ImageDraw, ImageFont  # most sites have no wall

    drawn = ImageFont.truetype(font.file, size, index=font.face)
    boxes = {unit: drawn.getbbox(unit, mode="1", anchor="ls") for unit in units}
    if any(re.fullmatch(_SQUARE, unit) for unit in units):
        top, bottom = round(-0.88 * size), round(0.12 * size)
    else:
        top, bottom = int(min(box[1] for box in boxes.values())), int(max(box[3] for box in boxes.values()))
    made = {}
    for unit, (left, _, right, _) in boxes.items():
        start, width = (0, size) if re.fullmatch(_SQUARE, unit) else (int(left), max(1, int(right - left)) + 1)
        image = Image.new("1", (width + 1, bottom - top + 2))  # a margin of one tile around the letter
        ImageDraw.Draw(image).text((1 - start, 1 - top), unit, fill=1, font=drawn, anchor="ls")
        made[unit] = Block(*image.size, tuple(each > 0 for each in image.convert("L").tobytes()))
    return tuple(made[unit] for unit in units)
