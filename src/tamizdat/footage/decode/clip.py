"""A clip from outside, by ffmpeg: what its container says, one frame of it, and all of it encoded anew.

The encoder is told to leave no mark of itself; :mod:`tamizdat.footage.allowlist` reads afterwards what came out. A
clip's frame comes over a pipe, so that no picture of what was filmed lies in a temporary file.
"""

import json
from dataclasses import asdict, dataclass
from typing import Final

from PIL import Image

from tamizdat.errors import BadMedia
from tamizdat.footage.decode.ffmpeg import MAX_PIXELS, fit, name_of, run
from tamizdat.footage.decode.picture import portable_pixmap

LONGEST: Final = 1920
LOOKING: Final = 60  #: seconds for what looks at a little of a clip only

_VIDEO: Final = (
    "-map", "0:V:0", "-c:v", "libx264", "-preset", "veryfast", "-crf", "22", "-pix_fmt", "yuv420p", "-fpsmax", "60",
    "-threads", "2", "-a53cc", "0", "-udu_sei", "0",  # two threads: another number would make other bytes
    "-bsf:v", "filter_units=remove_types=6",  # SEI: x264's banner, captions, whatever a camera put there
)  # fmt: skip
_SOUND: Final = ("-map", "0:a:0?", "-c:a", "aac", "-b:a", "128k", "-ac", "2", "-ar", "48000")
_NOTHING_ELSE: Final = (
    "-sn", "-dn", "-map_metadata", "-1", "-map_chapters", "-1", "-write_tmcd", "0", "-fflags", "+bitexact",
    "-flags:v", "+bitexact", "-flags:a", "+bitexact", "-movflags", "+faststart",
)  # fmt: skip


@dataclass(frozen=True)
class Probe:
    """What the container of a clip says about it; nobody has decoded it yet."""

    width: int
    height: int
    seconds: float
    sound: bool

    def document(self) -> bytes:
        """Return it as JSON; the inverse of :meth:`parse`."""
        return json.dumps(asdict(self)).encode()

    @classmethod
    def parse(cls, document: bytes) -> "Probe":
        """Return what a box answered; raise :class:`BadMedia` if it is no such answer."""
        try:
            said = json.loads(document)
            seconds = max(0.0, float(said["seconds"]))  # which is 0 for NaN
            return cls(int(said["width"]), int(said["height"]), seconds, bool(said["sound"]))
        except (ValueError, KeyError, TypeError, OverflowError, RecursionError) as error:
            raise BadMedia("Expected what a clip's container says of it, found no such answer.") from error


def probe(file: int, decoder: str) -> Probe:
    """Return what the container says about the first video stream; raise :class:`BadMedia` if there is none."""
    entries = "format=duration:stream=codec_type,width,height:stream_disposition=attached_pic"
    said = run("ffprobe", (), decoder, file, ("-of", "json", "-show_entries", entries), LOOKING)
    try:
        document = json.loads(said)
        streams = document["streams"]
        video = next(s for s in streams if s["codec_type"] == "video" and not s["disposition"]["attached_pic"])
        seconds = float(document["format"].get("duration", 0))
        sound = any(s["codec_type"] == "audio" for s in streams)
        return Probe(int(video["width"]), int(video["height"]), max(0.0, seconds), sound)
    except (ValueError, KeyError, TypeError, StopIteration) as error:
        raise BadMedia("Expected a clip with moving pictures, found none in it; look at the original.") from error


def frame(file: int, decoder: str, longest: int) -> Image.Image:
    """Return one frame of the clip, from a tenth of its length; the very first if nothing decodes there.

    Raises :class:`BadMedia` if neither decodes.
    """
    at = probe(file, decoder).seconds / 10
    for seconds in (at, 0.0):
        before = ("-nostdin", "-max_pixels", str(MAX_PIXELS), "-ss", f"{seconds:.3f}")
        after = ("-map", "0:V:0", "-frames:v", "1", "-vf", fit(longest), "-f", "image2pipe", "-c:v", "ppm", "pipe:1")
        found = run("ffmpeg", before, decoder, file, after, LOOKING)
        if found:
            return portable_pixmap(found)
    raise BadMedia("Expected a clip with at least one frame that decodes, found none; look at the original.")


def encode(file: int, decoder: str, out: int, seconds: float) -> None:
    """Write the clip, encoded anew, to the open and empty file *out*, within so many seconds."""
    before = ("-nostdin", "-max_pixels", str(MAX_PIXELS))
    after = (*_VIDEO, "-vf", fit(LONGEST), *_SOUND, *_NOTHING_ELSE, "-f", "mp4", "-y", name_of(out))
    run("ffmpeg", before, decoder, file, after, seconds, out)
