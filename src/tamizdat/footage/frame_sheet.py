"""The frame sheet of a clip under its cover: the frames that somebody looks at before approving what covers it.

One frame a second, and every frame at which a region begins, moves or ends, :data:`ON_A_PAGE` on each page::

    3 s long, one region from 400 to 1,700 ms    frames at 0, 400, 1000, 1700, 2000, 3000 ms
"""

from collections.abc import Sequence
from typing import Final

from tamizdat.covering import Cover

SECOND: Final = 1_000  #: milliseconds between two frames
ON_A_PAGE: Final = 240  #: frames


def instants(cover: Cover, length: int) -> list[int]:
    """Return the instants, in ms, of the frames of the sheet of a clip of *length* milliseconds, in order."""
    found = set(range(0, max(length, 1), SECOND))
    for region in cover.regions:
        found |= {region.start, region.end, *(each.at for each in region.keys)}
    return sorted(each for each in found if each <= length)


def pages(frames: Sequence[int]) -> list[Sequence[int]]:
    """Return the *frames* by page; one page without any where there are none."""
    return [frames[at : at + ON_A_PAGE] for at in range(0, len(frames), ON_A_PAGE)] or [frames]
