"""Following a region along a clip, by OpenCV where it is installed: key frames for a person to look at, and no more.

It takes the region as it lies in one frame and looks for what was in it in the next ones, ten a second. It is wrong
when somebody turns away, is hidden, or leaves the picture, and does not know it. So what it finds is proposed to
whoever draws, in front of the frames, and nobody's face depends on it.

The frames are decoded in the box; OpenCV is given grey pixels and never a file.
"""

import importlib.util
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from tamizdat.covering import WHOLE, Key
from tamizdat.disk.installed import remedy_for_models
from tamizdat.errors import BadMedia, ToolMissing
from tamizdat.footage import decode
from tamizdat.footage.decode.greys import MOST, STEP
from tamizdat.footage.probe import Form

LONGEST: Final = MOST * STEP  #: milliseconds that are followed at once
LEAST: Final = 8  #: pixels of a side that can be followed
NEAR: Final = 60  #: parts of :data:`WHOLE` by which a key frame may be off where it is left out


def require_opencv() -> None:
    """Raise :class:`ToolMissing` if OpenCV is not installed."""
    if importlib.util.find_spec("cv2") is None:
        raise ToolMissing(
            "Expected the package opencv-python-headless, which follows a region, found none. "
            f"{remedy_for_models('tracking')}. Or move the region by hand: between two key frames it moves evenly."
        )


def follow(path: Path, form: Form, key: Key, end: int) -> list[Key]:
    """Return key frames of the region that lies at *key* in a clip, from there to *end* in ms, a minute at most.

    Raises :class:`BadMedia`, and :class:`ToolMissing` without OpenCV.
    """
    require_opencv()
    width, height, frames = decode.grey_frames(path, form, key.at, min(end, key.at + LONGEST))
    box = (key.x * width // WHOLE, key.y * height // WHOLE, key.width * width // WHOLE, key.height * height // WHOLE)
    if min(box[2:]) < LEAST or len(frames) < 2:
        raise BadMedia("Expected a region large enough to be followed, and a part of a clip, found a smaller one.")
    found = [key]
    for number, (x, y) in enumerate(_positions(frames, width, height, box), 1):
        left = min(max(round(x * WHOLE / width), 0), WHOLE - key.width)
        top = min(max(round(y * WHOLE / height), 0), WHOLE - key.height)
        at = key.at + number * STEP
        if at <= end:
            found.append(Key(at, left, top, key.width, key.height))
    return thinned(found)


def _positions(
    frames: list[bytes], width: int, height: int, box: tuple[int, int, int, int]
) -> Iterator[tuple[float, float]]:
    import cv2
    import numpy

    cv2.setRNGSeed(1)  # the same clip, the same key frames
    tracker = cv2.TrackerMIL.create()
    pictures = (
        cv2.cvtColor(numpy.frombuffer(each, numpy.uint8).reshape(height, width), cv2.COLOR_GRAY2BGR) for each in frames
    )
    tracker.init(next(pictures), box)
    for picture in pictures:
        found, (x, y, _, _) = tracker.update(picture)
        if not found:
            return
        yield x, y


def thinned(keys: list[Key]) -> list[Key]:
    """Return *keys* without those that lie where even movement between their neighbours leads anyway."""
    if len(keys) < 3:
        return keys
    first, last = keys[0], keys[-1]

    def away(key: Key) -> float:
        share = (key.at - first.at) / (last.at - first.at)
        return max(abs(one + share * (other - one) - own) for one, other, own in (
            (first.x, last.x, key.x), (first.y, last.y, key.y),
        ))  # fmt: skip

    farthest = max(range(1, len(keys) - 1), key=lambda place: away(keys[place]))
    if away(keys[farthest]) <= NEAR:
        return [first, last]
    return thinned(keys[: farthest + 1])[:-1] + thinned(keys[farthest:])
