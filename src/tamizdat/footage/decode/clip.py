"""A clip from outside, by ffmpeg: what its container says, one frame of it, and all of it encoded anew.

The encoder is told to leave no mark of itself; :mod:`tamizdat.footage.allowlist` reads afterwards what came out. A
clip's frame comes over a pipe, so that no picture of what was filmed lies in a temporary file.
"""

import json
import os
import re
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from PIL import Image

from tamizdat.covering import NOTHING, SOFTENED, Cover, Region, Silence
from tamizdat.errors import BadMedia
from tamizdat.footage.decode.clip_probe import LONGEST, LOOKING, MOST_SOUNDS, Probe, SoundAlone
from tamizdat.footage.decode.cover import HELD, TICK, Colours, Covers, Grid, Inside, colours_of, fed
from tamizdat.footage.decode.encoding_progress import arguments
from tamizdat.footage.decode.ffmpeg import MAX_PIXELS, PROTOCOLS, fit, name_of, run
from tamizdat.footage.decode.mix import ENCODED, IN_TIME, as_one, check_sounds, decoded, mix, mixed, together
from tamizdat.footage.decode.picture import portable_pixmap
from tamizdat.footage.mp4_boxes import outer_boxes

_ENTRIES: Final = (
    "format=duration:stream=codec_type,codec_name,channels,width,height,color_transfer,color_primaries,color_space:"
    "stream_disposition=attached_pic"
)
#: whose length ffmpeg reckons from the size, and the rate at which a file begins: wrong where people are silent
_RECKONED: Final = frozenset({"amr", "mp3", "aac"})
_NO_CODEC: Final = frozenset({"none", "unknown"})  #: how ffprobe calls what ffmpeg has never heard of
_WITHOUT_INDEX: Final = (
    "Expected a clip with its index (moov), which a camera writes last, found none: it was cut off while it was filmed "
    "or copied. What was filmed lies in it; a program such as untrunc can make it play, by a whole clip of the same "
    "camera. Keep the original."
)
NEARBY: Final = 0.2  #: seconds before the end of a clip within which there is a frame

UNNAMED_VIDEO: Final = (
    "-pix_fmt", "yuv420p", "-threads", "2", "-a53cc", "0", "-udu_sei", "0",  # another number makes other bytes
    "-bsf:v", "filter_units=remove_types=6",  # SEI: x264's banner, captions, whatever a camera put there
)  # fmt: skip
_VIDEO: Final = (
    "-c:v", "libx264", "-preset", "veryfast", "-crf", "22", "-fpsmax", "60", *UNNAMED_VIDEO,
)  # fmt: skip
_BEFORE: Final = ("-nostdin", "-max_pixels", str(MAX_PIXELS))
_EARLY: Final = "setpts='if(eq(N,0),-86400/TB,PTS)'"  #: the first cover holds for whatever comes before it, too
_DARK: Final = 40  #: of 255, where black is 16: an encoder leaves a little
_SILENT: Final = -60.0  #: dB below full scale
_HEARD: Final = 0.05  #: seconds of sound that are looked at together, and more
_SAMPLED: Final = 128  #: pixels of a side of what colours of softened regions are taken from
_LEVELS_A_SECOND: Final = 50  #: how often it is told how loud a recording is
_SAMPLES: Final = 40  #: that each of them is taken of; enough to hear speech by, and small for hours
RATE: Final = 16_000  #: samples a second for machines that listen
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


def probe(file: int, decoder: str) -> Probe:
    """Return what the container says about its first video stream; width and height are 0 if there is only sound.

    Raises :class:`BadMedia` if there is neither.
    """
    try:
        said = run("ffprobe", (), decoder, file, ("-of", "json", "-show_entries", _ENTRIES), LOOKING)
    except BadMedia:
        if decoder == "mov" and not _has_index(file):
            raise BadMedia(_WITHOUT_INDEX) from None
        raise
    try:
        document = json.loads(said)
        streams = document["streams"]
        seconds = max(0.0, float(document["format"].get("duration", 0)))
        if not seconds or decoder in _RECKONED:
            seconds = _played(file, decoder) or seconds
        sounds = [s for s in streams if s["codec_type"] == "audio"]
        channels = [int(s.get("channels", 0)) if s.get("codec_name", "none") not in _NO_CODEC else 0 for s in sounds]
        moving = (s for s in streams if s["codec_type"] == "video" and not s["disposition"]["attached_pic"])
        video = next(moving, {"width": 0, "height": 0} if sounds else None)
        if video is None:
            raise KeyError
        bright = video.get("color_transfer") in _BRIGHT
        coloured = all(video.get(each, "unknown") != "unknown" for each in ("color_primaries", "color_space"))
        about = int(video["width"]), int(video["height"]), seconds
        return Probe(*about, bool(sounds), (*channels[: MOST_SOUNDS + 1],), bright, coloured)
    except (ValueError, KeyError, TypeError, StopIteration) as error:
        raise BadMedia("Expected a clip with moving pictures, found none in it; look at the original.") from error


def _has_index(file: int) -> bool:
    """Tell whether an MP4 holds what tells where its pictures lie, which a camera writes last."""
    with os.fdopen(os.dup(file), "rb") as opened:
        return any(kind == b"moov" for kind, _ in outer_boxes(opened, os.fstat(file).st_size))


def _played(file: int, decoder: str) -> float:
    """Return for how many seconds a clip plays whose container does not tell it; nothing is decoded.

    A browser, or a camera that was switched off, does not know the length when it writes the beginning. 0 if this takes
    too long, or the file is damaged.
    """
    after = ("-map", "0", "-dn", "-sn", "-c", "copy", "-progress", "pipe:1", "-f", "null", "-")
    try:
        told = run("ffmpeg", ("-nostdin",), decoder, file, after, LOOKING)
    except BadMedia:
        return 0.0
    return int(([b"0", *re.findall(rb"out_time_us=(\d+)", told)])[-1]) / 1_000_000


def frame(file: int, decoder: str, longest: int, at: int | None = None, said: Probe | None = None) -> Image.Image:
    """Return one frame of the clip: at *at* ms, or a tenth of its length; the very first if nothing decodes there.

    *said* is what its container says, if somebody asked before. Raises :class:`BadMedia` if neither decodes.
    """
    found_out = said or probe(file, decoder)
    if not found_out.width:
        raise SoundAlone("Expected a clip with moving pictures, found sound alone in it.")
    wanted = found_out.seconds / 10 if at is None else at / 1000
    shown = _shown(longest, found_out)
    for seconds in (wanted, max(wanted - NEARBY, 0), 0.0):
        before = (*_BEFORE, "-ss", f"{seconds:.3f}")
        after = ("-map", "0:V:0", "-frames:v", "1", "-vf", shown, "-f", "image2pipe", "-c:v", "ppm", "pipe:1")
        found = run("ffmpeg", before, decoder, file, after, LOOKING)
        if found:
            return portable_pixmap(found)
    raise BadMedia("Expected a clip with at least one frame that decodes, found none; look at the original.")


def encode(
    file: int,
    decoder: str,
    out: int,
    seconds: float,
    reached: int | None = None,
    cover: Cover = NOTHING,
    heard: bool = True,
    said: Probe | None = None,
) -> None:
    """Write the clip, encoded anew under its *cover*, to the open and empty file *out*, within so many seconds.

    How far it is stands in the open file *reached* meanwhile. If it is not *heard*, its sound is not even decoded.
    *said* is what its container says, if somebody asked before.
    """
    said = said or probe(file, decoder)
    said = said if heard else replace(said, sound=False, channels=())
    colours = ("-color_primaries", "bt709", "-color_trc", "bt709", "-colorspace", "bt709") if said.bright else ()
    sound = mixed(said.channels, cover.silences) if heard else ("-an",)
    how = (*_VIDEO, *colours, *sound, *NOTHING_ELSE, *arguments(reached))
    after = (*how, "-f", "mp4", "-y", name_of(out))
    if not cover.regions:
        shown = ("-map", "0:V:0", "-vf", _shown(LONGEST, said))
        run("ffmpeg", _BEFORE, decoder, file, (*shown, *after), seconds, out, _others(reached))
        check_silent(out, cover.silences if said.sounds else (), seconds)
        return
    grid = Grid(*_decoded(file, decoder))
    with fed(Covers(grid, cover.regions, _colours(file, decoder, cover.regions, seconds))) as pipe:
        laid = (*_piped(grid, pipe), "-filter_complex", _covered(grid, said), "-map", "[shown]")
        run("ffmpeg", _BEFORE, decoder, file, (*laid, *after), seconds, out, (pipe, *_others(reached)))
    check_covered(out, grid, cover.regions, seconds)
    check_silent(out, cover.silences if said.sounds else (), seconds)


def _piped(grid: Grid, pipe: int) -> tuple[str, ...]:
    """Return how ffmpeg is given covers as a second film, through a pipe."""
    about = ("-pixel_format", "rgba", "-framerate", str(1000 // TICK), "-video_size", f"{grid.columns}x{grid.rows}")
    return (*PROTOCOLS, "-f", "rawvideo", *about, "-i", f"pipe:{pipe}")


def check_covered(file: int, grid: Grid, regions: Sequence[Region], seconds: float) -> None:
    """Look at every frame of a clip that was made, under its solid regions. Raises :class:`BadMedia` for a bright one.

    Another ffmpeg, or a container that nobody thought of, shall cost the clip and not the person in it.
    """
    with fed(Inside(grid, regions)) as pipe:
        small = f"[0:V:0]scale={grid.columns}:{grid.rows}:flags=area,format=yuv444p[small]"
        free = f"[1:v:0]{_EARLY},format=yuva444p[rest];[small][rest]overlay=shortest=1:format=yuv444"
        told = f"{small};{free},signalstats,metadata=print:key=lavfi.signalstats.YMAX:file=-[told]"
        after = (*_piped(grid, pipe), "-filter_complex", told, "-map", "[told]", "-f", "null", "-")
        found = run("ffmpeg", ("-nostdin",), "mov", file, after, seconds, -1, (pipe,))
    brightest = max((float(each) for each in re.findall(rb"YMAX=([0-9.]+)", found)), default=255.0)
    if brightest > _DARK:
        raise BadMedia(
            f"Expected frames whose covered parts are black, found one of brightness {brightest:.0f} of 255 there; "
            "nothing of it was kept. Cover a larger part, or the whole frame."
        )


def check_silent(file: int, silences: Sequence[Silence], seconds: float) -> None:
    """Listen to a clip or sound that was made, where it is silenced. Raises :class:`BadMedia` if something is heard."""
    if not silences:
        return
    within = "+".join(f"between(t,{each.start / 1000:.3f},{each.end / 1000 - _HEARD:.3f})" for each in silences)
    rest = f"asetnsamples=n=480:p=0,volume=volume=0:enable='not({within})'"
    told = "astats=metadata=1:reset=1,ametadata=print:key=lavfi.astats.Overall.Peak_level:file=-"
    found = run("ffmpeg", ("-nostdin",), "mov", file, ("-vn", "-af", f"{rest},{told}", "-f", "null", "-"), seconds)
    loudest = max((float(each) for each in re.findall(rb"Peak_level=(-?[0-9.]+)", found)), default=_SILENT)
    if loudest > _SILENT:
        raise BadMedia(
            f"Expected silence where it was asked for, found sound of {loudest:.0f} dB there; nothing of it was kept. "
            "Silence a longer stretch, or all of it."
        )


def _decoded(file: int, decoder: str) -> tuple[int, int]:
    """Return width and height of the first frame as it comes out of the decoder and is turned upright, in pixels.

    Raises :class:`BadMedia` if none decodes.
    """
    after = ("-map", "0:V:0", "-frames:v", "1", "-f", "image2pipe", "-c:v", "ppm", "pipe:1")
    return portable_pixmap(run("ffmpeg", _BEFORE, decoder, file, after, LOOKING)).size


def _colours(file: int, decoder: str, regions: Sequence[Region], seconds: float) -> Mapping[tuple[int, int], Colours]:
    """Return the colours of softened regions, by the number of the region and of the three seconds they hold for."""
    soft = [(number, each) for number, each in enumerate(regions) if each.cover == SOFTENED]
    if not soft:
        return {}
    sampled = f"fps=1000/{HELD}:start_time=0,scale={_SAMPLED}:{_SAMPLED}:flags=area,format=rgb24"
    after = ("-map", "0:V:0", "-vf", sampled, "-f", "rawvideo", "pipe:1")
    frames = run("ffmpeg", _BEFORE, decoder, file, after, seconds)
    found, size = {}, 3 * _SAMPLED * _SAMPLED
    for period in range(len(frames) // size):
        image = Image.frombytes("RGB", (_SAMPLED, _SAMPLED), frames[period * size : (period + 1) * size])
        for number, region in soft:
            if region.start < (period + 1) * HELD and region.end >= period * HELD:
                found[number, period] = colours_of(image, region, max(period * HELD, region.start))
    return found


def _covered(grid: Grid, said: Probe) -> str:
    """Return the filter that lays covers over the frames as they are decoded, and then fits them.

    The first cover lies from long before the beginning: a frame may be of an earlier time. A frame of another size,
    which a broken recording can have, is brought to that of the first. What is written is as long as the shorter one
    of both, so that nothing is shown when covers ended.
    """
    main, over, how = ("yuv420p10", "yuva420p10", "yuv420p10") if said.bright else ("yuv420p", "yuva420p", "yuv420")
    size = f"{grid.columns * grid.cell}:{grid.rows * grid.cell}"
    return (
        f"[0:V:0]scale={grid.width}:{grid.height},format={main}[whole];"
        f"[1:v:0]{_EARLY},scale={size}:flags=neighbor,format={over}[cover];"
        f"[whole][cover]overlay=shortest=1:format={how}[covered];"
        f"[covered]{_shown(LONGEST, said)}[shown]"
    )


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
    sound = mix([(f"{number}:a:0", 2) for number in range(1, len(sounds) + 1)])
    after = (*given, "-map", "0:V:0", "-c:v", "copy", *sound, *ENCODED, *NOTHING_ELSE, "-f", "mp4", "-y", name_of(out))
    run("ffmpeg", ("-nostdin",), "mov", file, after, seconds, out, sounds)


def encode_sound(
    file: int, decoder: str, out: int, seconds: float, reached: int | None = None, cover: Cover = NOTHING
) -> None:
    """Write the sound, its streams mixed and silenced as *cover* says, encoded anew to the open and empty file *out*.

    Raises :class:`BadMedia` if there is none.
    """
    said = probe(file, decoder)
    if not said.sounds:
        raise BadMedia("Expected a recording with sound, found none in it; look at the original.")
    sound = mixed(said.channels, cover.silences)
    after = ("-vn", *sound, *NOTHING_ELSE, *arguments(reached), "-f", "mp4", "-y", name_of(out))
    run("ffmpeg", ("-nostdin",), decoder, file, after, seconds, out, _others(reached))
    check_silent(out, cover.silences, seconds)


def _others(reached: int | None) -> tuple[int, ...]:
    return () if reached is None else (reached,)


def wave(file: int, decoder: str, longest: int) -> Image.Image:
    """Return a picture of how loud a recording is from beginning to end. Raises :class:`BadMedia`."""
    size = f"{longest}x{longest // 4}"
    drawn = f"[0:a:0]{IN_TIME},aformat=channel_layouts=mono,showwavespic=s={size}:colors=0x55504a:scale=sqrt[wave]"
    paper = f"color=c=0xf6f3ec:s={size}[paper];[paper][wave]overlay=format=auto:shortest=1"
    after = ("-filter_complex", f"{drawn};{paper}", "-frames:v", "1", "-f", "image2pipe", "-c:v", "ppm", "pipe:1")
    return portable_pixmap(run("ffmpeg", ("-nostdin",), decoder, file, after, 10 * LOOKING))


def levels(file: int, decoder: str, stream: int = 0) -> bytes:
    """Return how loud a stream of sound is, a byte for each 20 milliseconds. Raises :class:`BadMedia` without one."""
    channels = probe(file, decoder).channels[stream : stream + 1]
    check_sounds(channels)
    after = ("-map", f"0:a:{stream}", *as_samples(*channels), "pipe:1")
    return levels_in(run("ffmpeg", ("-nostdin",), decoder, file, after, 20 * LOOKING))


def as_samples(channels: int = 2) -> tuple[str, ...]:
    """Return how sound of so many *channels* is written for :func:`levels_in`."""
    return ("-af", f"{IN_TIME},{as_one(channels)}", "-ac", "1", "-ar", str(_LEVELS_A_SECOND * _SAMPLES), "-f", "u8")


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
    channels = probe(file, decoder).channels
    if not channels:
        raise BadMedia("Expected a clip or recording with sound, found none in it; look at the original.")
    check_sounds(channels)
    given = [word for each in more for word in (*PROTOCOLS, "-f", decoder, "-i", name_of(each))]
    streams = decoded(channels)
    if more:
        streams = [
            (f"{at}:a:0", max(probe(each, decoder).channels[:1], default=0)) for at, each in enumerate((file, *more))
        ]
    each = "".join(
        f"[{stream}]aresample={RATE}:async=1:first_pts=0,{as_one(count)}[s{at}];"
        for at, (stream, count) in enumerate(streams)
    )
    samples = round(length * RATE)
    whole = f",apad=whole_len={samples},atrim=end_sample={samples}" if length else ""
    mix = f"{each}{together(len(streams), RATE, 'mono')},aformat=channel_layouts=mono{whole}[all]"
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


def _shown(longest: int, said: Probe) -> str:
    """Return the filter that fits a frame, and brings the brightness of HDR down to what every screen shows."""
    colours = "" if said.coloured else "setparams=color_primaries=bt2020:colorspace=bt2020nc,"
    return f"{fit(longest)},{colours}{_TONES}" if said.bright else fit(longest)
