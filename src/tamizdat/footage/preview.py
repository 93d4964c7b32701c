"""A small JPEG of a picture or clip, so that the desk sees what comes before the originals are through.

At most 640 pixels on the longer side, some 20–60 KB, the same bytes for the same file. It carries no
metadata: those stay with the original, inside the seal. A clip's preview is one frame from a tenth of its
length, which avoids the black of the first; ffmpeg hands it over a pipe, so that no picture of what was
filmed ever lies in a temporary file of the field device.
"""

import io
from pathlib import Path
from typing import Final

from PIL import Image

from tamizdat.errors import BadMedia
from tamizdat.footage.ffmpeg import MAX_PIXELS, fit, run
from tamizdat.footage.picture import BROKEN, jpeg, pixels
from tamizdat.footage.probe import CLIP, Form, probe_clip, recognise

LONGEST: Final = 640
QUALITY: Final = 70


def preview(path: Path) -> bytes | None:
    """A small JPEG of *path*, or None if it is neither a picture nor a clip.

    Raises :class:`BadMedia` for a damaged one, :class:`ToolMissing` if a clip needs ffmpeg and there is none.
    """
    form = recognise(path)
    if form is None:
        return None
    image = frame(path, form, LONGEST) if form.kind == CLIP else pixels(path, form, LONGEST)
    return jpeg(image, QUALITY)


def frame(path: Path, form: Form, longest: int) -> Image.Image:
    """One frame of the clip, from a tenth of its length; the very first if nothing decodes there."""
    at = probe_clip(path, form).seconds / 10
    for seconds in (at, 0.0):
        before = ("-max_pixels", str(MAX_PIXELS), "-ss", f"{seconds:.3f}")
        after = ("-map", "0:V:0", "-frames:v", "1", "-vf", fit(longest), "-f", "image2pipe", "-c:v", "ppm", "pipe:1")
        found = run("ffmpeg", ("-nostdin", *before), form.decoder, path, after, 60)
        if found:
            return _portable_pixmap(found)
    raise BadMedia("Expected a clip with at least one frame that decodes, found none.")


def _portable_pixmap(data: bytes) -> Image.Image:
    try:
        with Image.open(io.BytesIO(data), formats=("PPM",)) as image:
            return image.convert("RGB")
    except BROKEN as error:
        raise BadMedia(f"Expected one frame of a clip, found none that decodes ({type(error).__name__}).") from None
