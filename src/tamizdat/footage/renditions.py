"""What is made of a published clip, and never of its original: a smaller clip, a contact sheet, its wave form.

========== ===========================================================================================================
small.mp4  for poor lines: at most 426 px and 15 frames a second, some 150 kbit/s with its sound
sheet.jpg  frames of it in rows, each from the middle of its part of the clip (:class:`Sheet`)
wave.svg   how loud it is; there is none of a clip without sound
========== ===========================================================================================================

So whatever is covered in the clip is covered in these: they know no other bytes. A sheet has one frame for each second
that is begun, at most 24, four in a row::

    a clip of 10.2 s     8 frames, at 0.64, 1.91, 3.19, … 9.56 s

The drawing is an SVG of one shape, from which nobody can hear a word: the loudest of each of at most 480 parts, in 24
steps. A clip is *silent* when nothing in it is louder than :data:`SILENCE`.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from tamizdat.footage import decode
from tamizdat.footage.allowlist import check_bare
from tamizdat.footage.contact_sheet import Sheet
from tamizdat.footage.mp4_boxes import length_of

RENDITIONS: Final = ("small.mp4", "sheet.jpg", "wave.svg")
#: what the sentence of a clip's recipe is followed by (:data:`tamizdat.footage.reencode.HOW`)
AND_RENDITIONS: Final = "; of that a smaller clip, a contact sheet and its wave form (recipe renditions/1)"
SILENCE: Final = 2  #: of 255: a sample of one bit; silence that an encoder rounds has that
_SHEET: Final = (1440, 80)  #: longest side in pixels, JPEG quality
_SECONDS: Final = 120  #: and eight for each second of the clip: a slow computer takes three
_WIDE, _HIGH = 480, 48  #: of the drawing


def make_renditions(clip: Path, out: Path) -> tuple[Path, ...]:
    """Make the renditions of a published clip in the empty folder *out* and name them.

    Raises :class:`BadMedia`, :class:`DamagedInput` if *clip* is none of ours, :class:`SandboxMissing`.
    """
    sheet = Sheet(length_of(clip))
    small, picture, drawing = (out / name for name in RENDITIONS)
    layout = sheet.length, sheet.frames, sheet.columns
    data, levels = decode.encode_renditions(clip, small, layout, _SHEET, _SECONDS + int(8 * sheet.length))
    picture.write_bytes(data)
    made = [small, picture]
    if not is_silent(levels):
        drawing.write_bytes(wave_form(levels))
        made.append(drawing)
    for path in made:
        check_bare(path)
    return tuple(made)


def is_silent(levels: bytes) -> bool:
    """Return whether nothing can be heard; *levels* are bytes that each tell how loud 20 milliseconds are."""
    return max(levels, default=0) <= SILENCE


def wave_form(levels: Sequence[int]) -> bytes:
    """Return an SVG that draws *levels*, each from 0 to 255: 480 by 48, in grey that is seen on white and on black."""
    count = min(_WIDE, len(levels))
    parts = [levels[at * len(levels) // count : (at + 1) * len(levels) // count] for at in range(count)]
    top, middle = max(levels), _HIGH // 2
    highs = [max(1, round(middle * max(part) / top)) for part in parts]
    ends = [(at + 1) * _WIDE // count for at in range(count)]
    above = "".join(f"V{middle - high}H{end}" for high, end in zip(highs, ends, strict=True))
    starts = [0, *ends[:-1]]
    below = "".join(f"V{middle + high}H{at}" for high, at in zip(reversed(highs), reversed(starts), strict=True))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDE} {_HIGH}" preserveAspectRatio="none">'
        f'<path fill="#8a847b" d="M0 {middle}{above}{below}Z"/></svg>\n'
    ).encode()
