"""Frames of a clip in grey and small, at even times, for a program that follows what moves in them."""

from typing import Final

from tamizdat.footage.decode.clip_probe import LOOKING
from tamizdat.footage.decode.ffmpeg import MAX_PIXELS, fit, run
from tamizdat.footage.decode.picture import portable_pixmap

LONGEST: Final = 320  #: pixels
STEP: Final = 100  #: milliseconds between two
MOST: Final = 600  #: of them at once: a minute


def greys(file: int, decoder: str, start: int, end: int) -> list[bytes]:
    """Return width and height, two bytes each, and one frame after the other, a byte a pixel, from *start* to *end* ms.

    Raises :class:`BadMedia` if none decodes.
    """
    before = ("-nostdin", "-max_pixels", str(MAX_PIXELS), "-ss", f"{start / 1000:.3f}")
    first = ("-map", "0:V:0", "-frames:v", "1", "-vf", fit(LONGEST), "-f", "image2pipe", "-c:v", "ppm", "pipe:1")
    width, height = portable_pixmap(run("ffmpeg", before, decoder, file, first, LOOKING)).size
    many = min(max(end - start, 0) // STEP + 1, MOST)
    shown = f"fps=1000/{STEP},{fit(LONGEST)},format=gray"
    after = ("-map", "0:V:0", "-vf", shown, "-frames:v", str(many), "-f", "rawvideo", "pipe:1")
    frames = run("ffmpeg", before, decoder, file, after, 5 * LOOKING)
    return [width.to_bytes(2, "big") + height.to_bytes(2, "big"), frames]
