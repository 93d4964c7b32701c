"""A clip from outside, by ffmpeg: what its container says, one frame of it, and all of it encoded anew.

The encoder is told to leave no mark of itself; :mod:`tamizdat.footage.allowlist` reads afterwards what came out. A
clip's frame comes over a pipe, so that no picture of what was filmed lies in a temporary file.
"""

import json
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Final

from PIL import Image

from tamizdat.errors import BadMedia
from tamizdat.footage.decode.encoding_progress import arguments
from tamizdat.footage.decode.ffmpeg import MAX_PIXELS, PROTOCOLS, fit, name_of, run
from tamizdat.footage.decode.picture import portable_pixmap

LONGEST: Final = 1920
LOOKING: Final = 60  #: seconds for what looks at a little of a clip only

UNNAMED_VIDEO: Final = (
    "-pix_fmt", "yuv420p", "-threads", "2", "-a53cc", "0", "-udu_sei", "0",  # another number makes other bytes
    "-bsf:v", "filter_units=remove_types=6",  # SEI: x264's banner, captions, whatever a camera put there
)  # fmt: skip
_VIDEO: Final = (
    "-map", "0:V:0", "-c:v", "libx264", "-preset", "veryfast", "-crf", "22", "-fpsmax", "60", *UNNAMED_VIDEO,
)  # fmt: skip
_SOUND: Final = ("-c:a", "aac", "-b:a", "128k", "-ac", "2", "-ar", "48000")
_LEVELS_A_SECOND: Final = 50  #: how often it is told how loud a recording is
_SAMPLES: Final = 40  #: that each of them is taken of; enough to hear speech by, and small for hours
RATE: Final = 16_000  #: samples a second for machines that listen
MOST_SOUNDS: Final = 32  #: streams of one clip that are mixed; the largest recorders write so many
#: how brightness is coded, where it must be brought down for screens that know no more: HDR10 and HLG
_BRIGHT: Final = frozenset({"smpte2084", "arib-std-b67"})
_TONES: Final = (
    "zscale=t=linear:npl=203,format=gbrpf32le,zscale=p=bt709,tonemap=hable:desat=0,zscale=t=bt709:m=bt709:r=tv,"
    "format=yuv420p"
)
NOTHING_ELSE: Final = (
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
    sounds: int = 0  #: streams of sound
    bright: bool = False  #: whether it is HDR

    def document(self) -> bytes:
        """Return it as JSON; the inverse of :meth:`parse`."""
        return json.dumps(asdict(self)).encode()

    @classmethod
    def parse(cls, document: bytes) -> "Probe":
        """Return what a box answered; raise :class:`BadMedia` if it is no such answer."""
        try:
            said = json.loads(document)
            seconds = max(0.0, float(said["seconds"]))  # which is 0 for NaN
            sounds = min(max(0, int(said["sounds"])), MOST_SOUNDS)
            about = int(said["width"]), int(said["height"]), seconds, bool(said["sound"])
            return cls(*about, sounds, bool(said["bright"]))
        except (ValueError, KeyError, TypeError, OverflowError, RecursionError) as error:
            raise BadMedia("Expected what a clip's container says of it, found no such answer.") from error


def probe(file: int, decoder: str) -> Probe:
    """Return what the container says about its first video stream; width and height are 0 if there is only sound.

    Raises :class:`BadMedia` if there is neither.
    """
    entries = "format=duration:stream=codec_type,width,height,color_transfer:stream_disposition=attached_pic"
    said = run("ffprobe", (), decoder, file, ("-of", "json", "-show_entries", entries), LOOKING)
    try:
        document = json.loads(said)
        streams = document["streams"]
        seconds = max(0.0, float(document["format"].get("duration", 0)))
        sounds = sum(s["codec_type"] == "audio" for s in streams)
        moving = (s for s in streams if s["codec_type"] == "video" and not s["disposition"]["attached_pic"])
        video = next(moving, {"width": 0, "height": 0} if sounds else None)
        if video is None:
            raise KeyError
        bright = video.get("color_transfer") in _BRIGHT
        return Probe(int(video["width"]), int(video["height"]), seconds, sounds > 0, min(sounds, MOST_SOUNDS), bright)
    except (ValueError, KeyError, TypeError, StopIteration) as error:
        raise BadMedia("Expected a clip with moving pictures, found none in it; look at the original.") from error


def frame(file: int, decoder: str, longest: int) -> Image.Image:
    """Return one frame of the clip, from a tenth of its length; the very first if nothing decodes there.

    Raises :class:`BadMedia` if neither decodes.
    """
    found_out = probe(file, decoder)
    if not found_out.width:
        raise BadMedia("Expected a clip with moving pictures, found sound alone in it.")
    at, shown = found_out.seconds / 10, _shown(longest, found_out.bright)
    for seconds in (at, 0.0):
        before = ("-nostdin", "-max_pixels", str(MAX_PIXELS), "-ss", f"{seconds:.3f}")
        after = ("-map", "0:V:0", "-frames:v", "1", "-vf", shown, "-f", "image2pipe", "-c:v", "ppm", "pipe:1")
        found = run("ffmpeg", before, decoder, file, after, LOOKING)
        if found:
            return portable_pixmap(found)
    raise BadMedia("Expected a clip with at least one frame that decodes, found none; look at the original.")


def encode(file: int, decoder: str, out: int, seconds: float, reached: int | None = None) -> None:
    """Write the clip, encoded anew, to the open and empty file *out*, within so many seconds.

    How far it is stands in the open file *reached* meanwhile.
    """
    before = ("-nostdin", "-max_pixels", str(MAX_PIXELS))
    said = probe(file, decoder)
    colours = ("-color_primaries", "bt709", "-color_trc", "bt709", "-colorspace", "bt709") if said.bright else ()
    shown = ("-vf", _shown(LONGEST, said.bright), *colours)
    how = (*_VIDEO, *shown, *_mixed(said.sounds), *NOTHING_ELSE, *arguments(reached))
    after = (*how, "-f", "mp4", "-y", name_of(out))
    run("ffmpeg", before, decoder, file, after, seconds, out, _others(reached))


def join(files: Sequence[int], out: int, seconds: float, heard: bool = True) -> None:
    """Write clips that :func:`encode` has made, of one take, one after the other into the open and empty file *out*.

    Without their sound if they are not to be *heard*.
    """
    with tempfile.TemporaryFile() as listed:
        listed.write("".join(["ffconcat version 1.0\n", *(f"file '{name_of(file)}'\n" for file in files)]).encode())
        listed.flush()
        sound = ("-map", "0:a:0?") if heard else ()
        after = ("-map", "0:V:0", *sound, "-c", "copy", *NOTHING_ELSE, "-f", "mp4", "-y", name_of(out))
        run("ffmpeg", ("-nostdin", "-safe", "0"), "concat", listed.fileno(), after, seconds, out, files)


def add_sounds(file: int, sounds: Sequence[int], out: int, seconds: float) -> None:
    """Write a clip that :func:`encode` has made, with these sounds of :func:`encode_sound` mixed, to the file *out*."""
    given = [word for sound in sounds for word in (*PROTOCOLS, "-f", "mov", "-i", name_of(sound))]
    mixed = _mix([f"{number}:a:0" for number in range(1, len(sounds) + 1)])
    after = (*given, "-map", "0:V:0", "-c:v", "copy", *mixed, *_SOUND, *NOTHING_ELSE, "-f", "mp4", "-y", name_of(out))
    run("ffmpeg", ("-nostdin",), "mov", file, after, seconds, out, sounds)


def encode_sound(file: int, decoder: str, out: int, seconds: float, reached: int | None = None) -> None:
    """Write the sound, all its streams mixed, encoded anew to the open and empty file *out*.

    Raises :class:`BadMedia` if there is none.
    """
    said = probe(file, decoder)
    if not said.sounds:
        raise BadMedia("Expected a recording with sound, found none in it; look at the original.")
    after = ("-vn", *_mixed(said.sounds), *NOTHING_ELSE, *arguments(reached), "-f", "mp4", "-y", name_of(out))
    run("ffmpeg", ("-nostdin",), decoder, file, after, seconds, out, _others(reached))


def _others(reached: int | None) -> tuple[int, ...]:
    return () if reached is None else (reached,)


def wave(file: int, decoder: str, longest: int) -> Image.Image:
    """Return a picture of how loud a recording is from beginning to end. Raises :class:`BadMedia`."""
    size = f"{longest}x{longest // 4}"
    drawn = f"[0:a:0]aformat=channel_layouts=mono,showwavespic=s={size}:colors=0x55504a:scale=sqrt[wave]"
    paper = f"color=c=0xf6f3ec:s={size}[paper];[paper][wave]overlay=format=auto:shortest=1"
    after = ("-filter_complex", f"{drawn};{paper}", "-frames:v", "1", "-f", "image2pipe", "-c:v", "ppm", "pipe:1")
    return portable_pixmap(run("ffmpeg", ("-nostdin",), decoder, file, after, 10 * LOOKING))


def levels(file: int, decoder: str, stream: int = 0) -> bytes:
    """Return how loud a stream of sound is, a byte for each 20 milliseconds. Raises :class:`BadMedia` without one."""
    after = ("-map", f"0:a:{stream}", *as_samples(), "pipe:1")
    return levels_in(run("ffmpeg", ("-nostdin",), decoder, file, after, 20 * LOOKING))


def as_samples() -> tuple[str, ...]:
    """Return how sound is written for :func:`levels_in`."""
    return ("-ac", "1", "-ar", str(_LEVELS_A_SECOND * _SAMPLES), "-f", "u8")


def levels_in(samples: bytes) -> bytes:
    """Return how loud these samples are, a byte for each 20 milliseconds."""
    found = bytearray()
    for at in range(0, len(samples), _SAMPLES):
        some = samples[at : at + _SAMPLES]
        found.append(min(2 * max(max(some) - 128, 128 - min(some)), 255))
    return bytes(found)


def write_samples(file: int, decoder: str, more: Sequence[int], out: int, length: float, seconds: float) -> None:
    """Write what is heard, as samples for machines that listen, to the open file or pipe *out*; take so many *seconds*.

    They are 32-bit floating-point numbers, :data:`RATE` a second, of one channel: of all streams of *file*, mixed, or
    of the first of it and of each of *more*, which have its *decoder*. With a *length* in seconds there are as many,
    silence where the sound ends before. Raises :class:`BadMedia`, also without sound.
    """
    sounds = probe(file, decoder).sounds
    if not sounds:
        raise BadMedia("Expected a clip or recording with sound, found none in it; look at the original.")
    given = [word for each in more for word in (*PROTOCOLS, "-f", decoder, "-i", name_of(each))]
    streams = [f"{number}:a:0" for number in range(len(more) + 1)] if more else [f"0:a:{at}" for at in range(sounds)]
    each = "".join(f"[{stream}]aresample={RATE}:async=1:first_pts=0[s{at}];" for at, stream in enumerate(streams))
    names = "".join(f"[s{at}]" for at in range(len(streams)))
    samples = round(length * RATE)
    whole = f",apad=whole_len={samples},atrim=end_sample={samples}" if length else ""
    mix = (
        f"{each}{names}amix=inputs={len(streams)}:duration=longest:normalize=0,aformat=channel_layouts=mono{whole}[all]"
    )
    after = (
        *given,
        "-filter_complex",
        mix,
        "-map",
        "[all]",
        "-ac",
        "1",
        "-c:a",
        "pcm_f32le",
        "-f",
        "f32le",
        f"pipe:{out}",
    )
    run("ffmpeg", ("-nostdin",), decoder, file, after, seconds, out, more)


def _mixed(sounds: int) -> tuple[str, ...]:
    """Return how the sound is written: the one stream as it is, several mixed, each as loud as it was.

    Cameras and recorders write a stream for each microphone, and the first may be silence.
    """
    if sounds < 2:
        return ("-map", "0:a:0?", *_SOUND)
    return (*_mix([f"0:a:{number}" for number in range(sounds)]), *_SOUND)


def _mix(streams: Sequence[str]) -> tuple[str, ...]:
    each = "".join(f"[{stream}]aformat=channel_layouts=stereo[s{at}];" for at, stream in enumerate(streams))
    names = "".join(f"[s{at}]" for at in range(len(streams)))
    mix = f"{each}{names}amix=inputs={len(streams)}:duration=longest:normalize=0,alimiter=limit=0.95:level=0[mixed]"
    return ("-filter_complex", mix, "-map", "[mixed]")


def _shown(longest: int, bright: bool) -> str:
    """Return the filter that fits a frame, and brings the brightness of HDR down to what every screen shows."""
    return f"{fit(longest)},{_TONES}" if bright else fit(longest)
