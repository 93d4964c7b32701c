"""A proxy: a published clip in small, at a constant rate, with its number and the time code drawn into the picture.

The line is drawn here, a small grey picture for each frame, with the letters that Pillow brings along, and laid over
the clip by ffmpeg, which would need a font of the system to draw it. The file has a time code track from 00:00:00:00
and the name of its reel, so that cutting programs match it with the edit decision list.
"""

import os
import threading
from collections.abc import Iterator
from contextlib import suppress
from typing import Final

from PIL import Image, ImageDraw, ImageFont

from tamizdat.errors import BadMedia
from tamizdat.footage.decode.clip import probe
from tamizdat.footage.decode.clip_probe import LOOKING
from tamizdat.footage.decode.encoding_progress import arguments
from tamizdat.footage.decode.ffmpeg import fit, name_of, run
from tamizdat.footage.timecode import Rate

LONGEST: Final = 960
_SHARE: Final = 22  #: of the picture's breadth that a letter's height is
_LETTERS: Final = "0123456789:;"


def rate(file: int, decoder: str) -> tuple[int, int]:
    """Return the mean frame rate of the moving pictures, as a fraction. Raises :class:`BadMedia` for none."""
    entries = ("-select_streams", "V:0", "-of", "csv=p=0", "-show_entries", "stream=avg_frame_rate")
    said = run("ffprobe", (), decoder, file, entries, LOOKING).decode("ascii", "replace").strip().strip(",")
    above, _, below = said.partition("/")
    if not (above.isdecimal() and below.isdecimal() and len(said) < 24 and int(above) and int(below)):
        raise BadMedia(f"Expected moving pictures with a frame rate, found {said[:24]!a}.")
    return int(above), int(below)


def encode(
    file: int, decoder: str, out: int, at: Rate, label: str, reel: str, seconds: float, reached: int | None
) -> None:
    """Write the proxy to the open and empty file *out*, within so many seconds; *label* stands before the time code."""
    said = probe(file, decoder)
    by = min(1.0, LONGEST / max(said.width, said.height, 1))
    wide = max(64, int(said.width * by))
    line = _Line(label, wide, at)
    size, frames = f"{line.width}x{line.height}", f"{at.above}/{at.below}"
    hears, draws = os.pipe()
    drawing = threading.Thread(target=_draw, args=(line, draws), daemon=True)
    second = ("-f", "rawvideo", "-pix_fmt", "gray", "-s", size, "-r", frames, "-i", f"pipe:{hears}")
    shown = (
        f"[0:V:0]fps={frames},{fit(LONGEST)}[clip];[clip][1:v]overlay=x=(W-w)/2:y=H-h-8:shortest=1,format=yuv420p[v]"
    )
    code = at.timecode(0)
    after = (
        *second, "-filter_complex", shown, "-map", "[v]", "-map", "0:a:0?", "-c:v", "libx264", "-preset", "veryfast",
        "-crf", "24", "-g", str(at.base), "-r", frames, "-fps_mode", "cfr", "-threads", "2", "-c:a", "copy",
        "-sn", "-dn", "-map_metadata", "-1", "-map_chapters", "-1", "-timecode", code, "-metadata:s:v:0",
        f"reel_name={reel}", "-fflags", "+bitexact", "-movflags", "+faststart", *arguments(reached), "-f", "mov", "-y",
    )  # fmt: skip
    others = (hears,) if reached is None else (hears, reached)
    try:
        drawing.start()
        run("ffmpeg", ("-nostdin",), decoder, file, (*after, name_of(out)), seconds, out, others)
    finally:
        os.close(hears)
        drawing.join()


class _Line:
    """The line that is laid over a clip: its label, then the time code, white on black."""

    def __init__(self, label: str, wide: int, at: Rate) -> None:
        letter = max(12, min(40, wide // _SHARE))
        self._at, self._font = at, ImageFont.load_default(letter)
        while self._length(f"{label}  00:00:00:00") > wide - 16 and letter > 8:
            letter -= 1
            self._font = ImageFont.load_default(letter)
        self._label = self._drawn(f" {label}  ", 0)
        broad = max(self._length(each) for each in _LETTERS) + 1
        self._each = {each: self._drawn(each, broad) for each in _LETTERS}
        self.height = self._label.height
        self.width = self._label.width + 11 * broad + letter // 3
        self.width += self.width % 2
        self.height += self.height % 2

    def frames(self) -> Iterator[bytes]:
        """Yield the line of each frame, without end, as bytes of grey."""
        number, picture = 0, Image.new("L", (self.width, self.height))
        picture.paste(self._label, (0, 0))
        while True:
            at = self._label.width
            for letter in self._at.timecode(number):
                picture.paste(self._each[letter], (at, 0))
                at += self._each[letter].width
            yield picture.tobytes()
            number += 1

    def _length(self, text: str) -> int:
        return int(self._font.getlength(text)) + 1

    def _drawn(self, text: str, broad: int) -> Image.Image:
        _left, _top, _right, below = self._font.getbbox("0123456789:;ITEMgj")
        wide = broad or self._length(text)
        made = Image.new("L", (wide, int(below) + 6))
        ImageDraw.Draw(made).text(((wide - self._length(text)) // 2, 2), text, 255, font=self._font)
        return made


def _draw(line: _Line, pipe: int) -> None:
    """Write frame after frame until nobody reads them any more."""
    with suppress(BrokenPipeError):
        for frame in line.frames():
            view = memoryview(frame)
            while view:
                view = view[os.write(pipe, view) :]
    os.close(pipe)
