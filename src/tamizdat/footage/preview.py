"""A small JPEG of a picture or clip, so that the desk sees what comes before the originals are through.

At most 640 pixels on the longer side, some 20–60 KB, the same bytes for the same file. It carries no metadata: those
stay with the original, inside the seal. A clip's preview is one frame from a tenth of its length, which avoids the
black of the first.

It is made on the field device, of its own camera's files: in a box where there is one, and without where there is none,
for the desk should see what comes. At the desk nothing is decoded without a box.
"""

from pathlib import Path
from typing import Final

from tamizdat.footage import decode
from tamizdat.footage.decode.clip_probe import SoundAlone
from tamizdat.footage.probe import CLIP, PICTURE, recognise

LONGEST: Final = 640
QUALITY: Final = 70


def preview(path: Path) -> bytes | None:
    """Return a small JPEG of *path*, or None if there is nothing to see in it: it is neither a picture nor a clip.

    Raises :class:`BadMedia` for a damaged one, :class:`ToolMissing` if a clip needs ffmpeg and there is none.
    """
    form = recognise(path)
    if form is None or form.kind not in (PICTURE, CLIP):
        return None
    try:
        return decode.jpegs(path, form, [(LONGEST, QUALITY)], own=True)[0]
    except SoundAlone:  # a voice message, in a container that may hold clips
        return None
