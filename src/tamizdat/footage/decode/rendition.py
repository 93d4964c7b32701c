"""What is made of a clip that :mod:`.clip` has made, in one pass over it: a small clip, a contact sheet, its levels.

::

    clip.mp4 ─┬─ 426 px, at most 15 frames a second, sound in one channel ──► an MP4 of some 150 kbit/s
              ├─ FRAMES of it, each from the middle of its part, in rows ───► a picture
              └─ its sound, thinned out ────────────────────────────────────► how loud it is, a byte for each 20 ms

The frames are those that a player shows at these times, whatever the distances between a clip's frames are.
"""

import os
from contextlib import ExitStack

from PIL import Image

from tamizdat.errors import BadMedia
from tamizdat.footage.decode.clip import NOTHING_ELSE, UNNAMED_VIDEO, as_samples, levels_in, probe
from tamizdat.footage.decode.clip_probe import Probe
from tamizdat.footage.decode.ffmpeg import fit, name_of, run
from tamizdat.footage.decode.picture import portable_pixmap

SMALL = 426  #: pixels on the longer side of the small clip
CELL = 240  #: of a frame on the sheet
_SMALL_VIDEO = (
    "-c:v", "libx264", "-preset", "veryfast", "-crf", "30", "-maxrate", "110k", "-bufsize", "220k", "-fpsmax", "15",
    *UNNAMED_VIDEO,
)  # fmt: skip
_SMALL_SOUND = ("-c:a", "aac", "-b:a", "32k", "-ac", "1", "-ar", "24000")


def renditions(
    file: int,
    decoder: str,
    out: int,
    length: float,
    frames: int,
    columns: int,
    seconds: float,
    said: Probe | None = None,
) -> tuple[Image.Image, bytes]:
    """Write the small clip to the open and empty file *out*; return the contact sheet and the levels.

    The sheet has so many *frames* of a clip of *length* seconds, in so many *columns*; the levels of a clip without
    sound are empty. *said* is what its container says, if somebody asked before. Raises :class:`BadMedia` if it does
    not decode within so many *seconds*.
    """
    said = said or probe(file, decoder)
    if not said.width:
        raise BadMedia("Expected a clip with moving pictures, found sound alone in it.")
    # two frames for each part, of which the second begins in its middle; a clip may end before its sound does
    even = f"tpad=stop_mode=clone:stop_duration={length:.3f},fps={20 * frames}/{max(1, round(10 * length))}:round=up"
    sheet = rf"{even}:start_time=0,select=mod(n\,2),{fit(CELL)},tile={columns}x{-(-frames // columns)}"
    graph = f"[0:v:0]split[a][b];[a]{fit(SMALL)}[small];[b]{sheet}[sheet]"
    with ExitStack() as opened:
        # in memory, for what a box may write to its /tmp is less than a clip of three hours needs
        sound = opened.enter_context(os.fdopen(os.memfd_create("sound"), "r+b")) if said.sounds else None
        small = ("-map", "[small]", *_SMALL_VIDEO, *(("-map", "0:a:0", *_SMALL_SOUND) if sound else ()))
        after = (
            "-filter_complex", graph, *small, *NOTHING_ELSE, "-f", "mp4", "-y", name_of(out),
            "-map", "[sheet]", "-frames:v", "1", "-f", "image2pipe", "-c:v", "ppm", "pipe:1",
            *(("-map", "0:a:0", *as_samples(), "-y", name_of(sound.fileno())) if sound else ()),
        )  # fmt: skip
        drawn = run("ffmpeg", ("-nostdin",), decoder, file, after, seconds, out, [sound.fileno()] if sound else ())
        if not drawn:
            raise BadMedia("Expected a clip with at least one frame that decodes, found none; look at the original.")
        return portable_pixmap(drawn), levels_in(_read(sound.fileno())) if sound else b""


def _read(file: int) -> bytes:
    return os.pread(file, os.fstat(file).st_size, 0)
