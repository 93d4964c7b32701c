"""The wall of names: one tile a person, in five colours, that spell a sentence when seen from afar.

The strokes of each letter have one of four strong colours, in turn; what is not a stroke has the fifth. Where there are
too few people to fill the ground between the strokes, it stays empty; those left over stand in rows below. Colours and
sizes are classes (``names/wall.css``): a page has no inline style. Letters flow, so that a telephone shows two or three
in a row and a desk the sentence in lines.

``names/wall.png`` is the same in small, without links. More people than a page holds stand on several walls, each of
which spells the whole sentence.
"""

import io
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cached_property
from itertools import pairwise
from math import ceil, sqrt
from typing import Final

from markupsafe import Markup, escape

from tamizdat.dataclass import dataclass
from tamizdat.publishing.model import SiteContent
from tamizdat.publishing.site.dot_letters import Block, Lettering, lettering
from tamizdat.statements.derived import Person
from tamizdat.text.languages import direction

COLOURS: Final = ("#a8321f", "#b5770c", "#2c6a50", "#2f5880")  #: strokes; style.css has the same
GROUND: Final = (128, 120, 104, 90)  #: the fifth, in small
DOT: Final = 5  #: pixels a tile in small, one of which is the joint
MOST: Final = 9_000  #: people of a page, which then has some 800 kB
WIDE, TALL = 2.2, 0.62  #: breadth : height that is aimed at, on a desk and on a telephone


def walls(shown: SiteContent, most: int = MOST) -> list["NamesWall"]:
    """Return the walls of all people, equally large, *most* on each at the most; of nobody there is one."""
    people, count = shown.people, max(1, ceil(len(shown.people) / most))
    ends = [len(people) * each // count for each in range(count + 1)]
    return [NamesWall(replace(shown, people=people[start:end])) for start, end in pairwise(ends)]


@dataclass(frozen=True)
class NamesWall:
    """The wall of *shown*."""

    shown: SiteContent

    @cached_property
    def _lettered(self) -> tuple[Lettering | None, str]:
        return lettering(self.shown.wall, len(self.shown.people))

    @property
    def warning(self) -> str:
        """Why the sentence is not spelt, for the editor; empty if it is, or there is none."""
        return self._lettered[1]

    @property
    def spells(self) -> bool:
        """Whether the tiles spell the sentence."""
        return self._lettered[0] is not None

    def markup(self, label: str, up: str = "../") -> Markup:
        """Return the tiles, each a link to its person's page, as the list has them; *up* is the way to ``items/``."""
        people = iter(self.shown.people)
        kind = "tiles" if self.spells else "tiles plain-tiles"
        way = "rtl" if direction(self.shown.wall.language) == "rtl" else "ltr"
        pieces = [f'<div class="{kind}" dir="{way}" role="group" aria-label="{escape(label)}">']
        letters = self._lettered[0]
        language = self._language
        for place, block in enumerate(letters.blocks if letters else ()):
            assert letters is not None
            pieces.append(f'<div class="block w{block.width} c{place % 4 + 1}" lang="{escape(language)}">')
            pieces += _tiles(block, letters.full, people, language, up)
            pieces.append("</div>")
        rest = list(people)
        if rest:
            plain = "" if self.spells else " mixed"
            pieces.append(f'<div class="rest{plain}" lang="{escape(language)}">')
            pieces += [_tile(each, "", language, up) for each in rest]
            pieces.append("</div>")
        return Markup("".join(pieces) + "</div>")  # noqa: S704 -- names are escaped in _tile

    @property
    def _language(self) -> str:
        """The language of most names; the others carry their own."""
        found = [each.told.language for each in self.shown.people]
        return max(set(found), key=found.count, default="")

    def style(self) -> bytes:
        """``names/wall.css``: the widths of the blocks, and how many tiles there are in a row, narrow and wide."""
        letters = self._lettered[0]
        if letters is None:
            return b"/* The wall spells no sentence. */\n"
        widths = sorted({each.width for each in letters.blocks})
        rules = [f".w{width} {{ grid-template-columns: repeat({width}, var(--tile)); }}" for width in widths]
        narrow, wide = (_row(letters.blocks, aim) for aim in (TALL, WIDE))
        rules.append(f".tiles {{ --row: {narrow}; }}")
        rules.append(f"@media (min-width: 48rem) {{ .tiles {{ --row: {wide}; }} }}")
        return ("\n".join(rules) + "\n").encode()

    def small(self) -> tuple[bytes, int, int]:
        """``names/wall.png``, its width and height."""
        letters = self._lettered[0]
        backwards = direction(self.shown.wall.language) == "rtl"
        dots = list(_dots(letters, backwards)) if letters else _field(len(self.shown.people))
        width = _row(letters.blocks, WIDE) if letters else max((x for x, _, _ in dots), default=0) + 1
        below = max((y for _, y, _ in dots), default=-1) + 1
        if letters:
            rest = len(self.shown.people) - letters.tiles
            dots += [(at % width, below + at // width, None) for at in range(rest)]
        height = max((y for _, y, _ in dots), default=0) + 1
        from PIL import Image, ImageDraw  # most sites have no wall

        image = Image.new("RGBA", (width * DOT, height * DOT))
        draw = ImageDraw.Draw(image)
        for x, y, colour in dots:
            fill = GROUND if colour is None else COLOURS[colour]
            draw.rectangle((x * DOT, y * DOT, x * DOT + DOT - 2, y * DOT + DOT - 2), fill=fill)
        out = io.BytesIO()
        image.quantize(16, Image.Quantize.FASTOCTREE).save(out, "PNG", optimize=True)
        return out.getvalue(), *image.size


def _tiles(block: Block, full: bool, people: Iterator[Person], language: str, up: str) -> Iterator[str]:
    for ink in block.ink:
        person = next(people, None) if ink or full else None
        yield _tile(person, ' class="s"' if ink else "", language, up) if person else "<i></i>"


def _tile(person: Person, colour: str, language: str, up: str) -> str:
    tongue = "" if person.told.language == language else f' lang="{escape(person.told.language)}"'
    name = escape(person.told.name)
    return f'<a{colour} href="{up}items/{person.number}/index.html" aria-label="{name}"{tongue}></a>'


def _row(blocks: Sequence[Block], aim: float) -> int:
    """How many tiles there should be in a row for the whole to be about *aim* times as wide as it is high.

    Rows of equal blocks are kept equally long where that is possible.
    """
    widths = [each.width for each in blocks]
    height = max(each.height for each in blocks)
    if len(set(widths)) > 1:
        return max(*widths, ceil(sqrt(sum(widths) * height * aim)))
    count = len(blocks)

    def ugly(each: int) -> float:
        rows = ceil(count / each)
        ratio = each * widths[0] / (rows * height) / aim
        return max(ratio, 1 / ratio) + 2 * (each * rows - count) / each

    return widths[0] * min(range(1, count + 1), key=ugly)


def _dots(letters: Lettering, backwards: bool) -> Iterator[tuple[int, int, int | None]]:
    """Column, row and colour of every tile in small, as a wide page shows them; *backwards*: from right to left."""
    row, x, y = _row(letters.blocks, WIDE), 0, 0
    height = max(each.height for each in letters.blocks)
    for place, block in enumerate(letters.blocks):
        if x and x + block.width > row:
            x, y = 0, y + height
        start = row - x - block.width if backwards else x
        for at, ink in enumerate(block.ink):
            if ink or letters.full:
                yield start + at % block.width, y + at // block.width, place % 4 if ink else None
        x += block.width


def _field(count: int) -> list[tuple[int, int, int | None]]:
    """Return a plain field of *count* tiles, about twice as wide as high."""
    width = max(1, ceil(sqrt(count * WIDE)))
    return [(at % width, at // width, at % 4 if at % 5 else None) for at in range(count)]
