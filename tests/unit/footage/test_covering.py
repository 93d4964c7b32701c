"""What is covered is in no byte of what is made: of a clip, a picture, a sound; on every frame of its time."""

import io
from array import array
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import pytest
from PIL import Image, ImageDraw

from support.media_samples import run, scene
from tamizdat.covering import Cover, Key, Region, Silence
from tamizdat.errors import BadMedia
from tamizdat.footage.decode.clip import check_covered, check_silent
from tamizdat.footage.decode.cover import Grid
from tamizdat.footage.probe import CLIP, PICTURE, SOUND
from tamizdat.footage.reencode import remake

DARK: Final = 12  #: of 255: what an encoder makes of black, and more than nothing is left of a face
FACE: Final = Region(
    "solid", "rectangle", 400, 1200, (Key(400, 2500, 2500, 2500, 2500), Key(1200, 5000, 2500, 2500, 2500))
)
COVER: Final = Cover((FACE,), (Silence(400, 1200),))


def clip(path: Path, face: str, voice: int, *how: str, rate: str = "25", size: str = "320x240", odd: str = "") -> Path:
    """A clip of 1.6 seconds in which a face of one colour walks from 400 to 1,200 ms, and somebody speaks meanwhile."""
    width, height = map(int, size.split("x"))
    moving = "x='iw/4+iw/4*(t-0.4)/0.8'"
    box = f"color=c={face}:s={width // 4}x{height // 4}:r={rate}:d=1.6[face]"
    drawn = f"testsrc2=s={size}:r={rate}:d=1.6[ground];{box};[ground][face]overlay={moving.replace('iw', 'W')}:y=H/4"
    graph = f"{drawn}:enable='between(t,0.4,1.2)'{odd}"
    sound = f"aevalsrc='0.2*sin(2*PI*200*t)+if(between(t,0.4,1.2),0.3*sin(2*PI*{voice}*t))':s=44100:d=1.6"
    lossless = ("-c:v", "ffv1", "-pix_fmt", "yuv420p", "-c:a", "pcm_s16le")
    given = ("-f", "lavfi", "-i", graph, "-f", "lavfi", "-i", sound)
    run("ffmpeg", "-loglevel", "error", "-y", *given, *(how or lossless), path)
    return path


def made(source: Path, kind: str, out: Path, cover: Cover) -> dict[str, bytes]:
    """What is published of a file under a cover."""
    out.mkdir()
    return {path.name: path.read_bytes() for path in remake(source, kind, out, cover=cover)}


def frames(path: Path) -> tuple[list[float], list[Image.Image]]:
    """Every frame of a clip in grey, and the second at which it is shown."""
    told = run(
        "ffprobe", "-v", "error", "-select_streams", "v", "-show_entries", "frame=pts_time", "-of", "csv=p=0", path
    )
    times = [float(each.strip(",")) for each in told.decode().split()]
    wide, high = run("ffprobe", "-v", "error", "-select_streams", "v", "-show_entries", "stream=width,height",
                     "-of", "csv=p=0", path).decode().strip().split(",")[:2]  # fmt: skip
    size = int(wide), int(high)
    data = run(
        "ffmpeg",
        "-loglevel",
        "error",
        "-i",
        path,
        "-fps_mode",
        "passthrough",
        "-f",
        "rawvideo",
        "-pix_fmt",
        "gray",
        "-",
    )
    step = size[0] * size[1]
    return times, [Image.frombytes("L", size, data[at : at + step]) for at in range(0, len(data), step)]


def brightest(frame: Image.Image, region: Region, instant: float) -> int:
    """The brightest pixel under a region, in whole pixels."""
    left, top, right, bottom = region.at(instant)
    wide, high = frame.width / 10_000, frame.height / 10_000
    box = (round(left * wide), round(top * high), round(right * wide), round(bottom * high))
    most: int = frame.crop(box).getextrema()[1]  # type: ignore[assignment]  # of one band
    return most


def assert_covered(path: Path, region: Region) -> int:
    """On every frame of its time the region is black; returns on how many."""
    times, every = frames(path)
    assert len(times) == len(every)
    within = [
        (time, frame) for time, frame in zip(times, every, strict=True) if region.start <= 1000 * time <= region.end
    ]
    shown = {round(time, 3): brightest(frame, region, 1000 * time) for time, frame in within}
    assert max(shown.values()) <= DARK, shown
    return len(shown)


def test_the_same_clip_with_another_face_and_voice_under_a_cover_gives_the_same_bytes(tmp_path: Path) -> None:
    one = made(clip(tmp_path / "a.mkv", "red", 500), CLIP, tmp_path / "a", COVER)
    other = made(clip(tmp_path / "b.mkv", "white", 900), CLIP, tmp_path / "b", COVER)
    assert one.keys() == {"clip.mp4", "poster.jpg", "small.jpg"}
    assert one == other
    assert made(tmp_path / "b.mkv", CLIP, tmp_path / "c", Cover()) != other, "without a cover it shows"
    assert assert_covered(tmp_path / "a" / "clip.mp4", FACE) == 21
    heard = array(
        "h",
        run(
            "ffmpeg",
            "-loglevel",
            "error",
            "-i",
            tmp_path / "a" / "clip.mp4",
            "-ac",
            "1",
            "-ar",
            "8000",
            "-f",
            "s16le",
            "-",
        ),
    )
    assert max(map(abs, heard[3_200:9_600])) <= 2, "silence"
    assert max(map(abs, heard[:1_600])) > 2_000
    assert max(map(abs, heard[-1_600:])) > 2_000, "what is before and after is heard"


def test_the_streams_of_a_sound_are_silenced_before_they_are_mixed(tmp_path: Path) -> None:
    found = []
    for voice in (500, 900):
        path = tmp_path / f"{voice}.mkv"
        said = f"aevalsrc='0.2*sin(2*PI*200*t)+if(between(t,0.4,1.2),0.3*sin(2*PI*{voice}*t))':s=44100:d=1.6"
        given = ("-f", "lavfi", "-i", said, "-f", "lavfi", "-i", "sine=d=1.6")
        run("ffmpeg", "-loglevel", "error", *given, "-map", "0", "-map", "1", "-c:a", "pcm_s16le", path)
        found.append(made(path, SOUND, tmp_path / str(voice), Cover((), COVER.silences)))
    assert found[0] == found[1]


@pytest.mark.parametrize(
    ("how", "rate", "odd"),
    [
        pytest.param(
            (), "25", ",select='not(eq(mod(n,7),3))+gt(n,30)',setpts='PTS+0.013*mod(N,5)/TB'", id="a variable rate"
        ),
        pytest.param(
            (),
            "60",
            ",scale=333:251,setsar=2,setpts=PTS+0.3/TB",
            id="sixty a second, of odd sides and long pixels, that begin after the sound",
        ),
    ],
)
def test_a_cover_holds_on_every_frame_of(tmp_path: Path, how: Sequence[str], rate: str, odd: str) -> None:
    source = clip(tmp_path / "a.mkv", "white", 500, *how, rate=rate, odd=odd)
    still = Region("solid", "rectangle", 300, 1300, (Key(300, 2000, 2000, 6000, 4000),))
    made(source, CLIP, tmp_path / "out", Cover((still,)))
    assert assert_covered(tmp_path / "out" / "clip.mp4", still) >= 10


def test_a_cover_lies_where_it_was_drawn_on_a_clip_that_a_telephone_held_upright(tmp_path: Path) -> None:
    source = clip(tmp_path / "a.mp4", "white", 500, "-c:v", "libx264", "-pix_fmt", "yuv420p", "-c:a", "aac")
    run("exiftool", "-q", "-overwrite_original", "-Rotation=90", source)
    upper = Region("solid", "rectangle", 0, 1600, (Key(0, 0, 0, 10_000, 2_500),))
    made(source, CLIP, tmp_path / "out", Cover((upper,)))
    _, every = frames(tmp_path / "out" / "clip.mp4")
    assert every[5].size == (240, 320)
    assert brightest(every[5], upper, 0) <= DARK
    assert every[5].crop((0, 100, 240, 320)).getextrema()[1] > 100  # type: ignore[operator]  # of one band


def test_an_ellipse_that_moves_and_grows_covers_all_it_passes(tmp_path: Path) -> None:
    region = Region(
        "solid",
        "ellipse",
        0,
        1500,
        (Key(0, 0, 0, 2000, 4000), Key(700, 6000, 5000, 4000, 5000), Key(1500, 0, 0, 500, 500)),
    )
    run(
        "ffmpeg",
        "-loglevel",
        "error",
        "-f",
        "lavfi",
        "-i",
        "color=white:s=320x240:r=25:d=1.6",
        "-c:v",
        "ffv1",
        tmp_path / "a.mkv",
    )
    made(tmp_path / "a.mkv", CLIP, tmp_path / "out", Cover((region,)))
    times, every = frames(tmp_path / "out" / "clip.mp4")
    for time, frame in zip(times, every, strict=True):
        if 1000 * time <= region.end:
            left, top, right, bottom = region.at(1000 * time)
            mask = Image.new("L", frame.size)
            wide, high = frame.width / 10_000, frame.height / 10_000
            ImageDraw.Draw(mask).ellipse((left * wide, top * high, right * wide - 1, bottom * high - 1), fill=255)
            under = Image.composite(frame, Image.new("L", frame.size), mask)
            assert under.getextrema()[1] <= DARK, time  # type: ignore[operator]  # of one band
    assert every[5].getpixel((310, 230)) > 200  # type: ignore[operator]  # what is not covered is seen


PASSPORT: Final = Cover((Region("solid", "rectangle", 0, 0, (Key(0, 4_000, 4_000, 1_000, 500),)),))


@pytest.mark.parametrize(("form", "orientation"), [("PNG", 1), ("PNG", 6), ("TIFF", 3)])
def test_the_same_picture_with_other_words_under_a_cover_gives_the_same_bytes(
    tmp_path: Path, form: str, orientation: int
) -> None:
    found = []
    for name, ink in (("a", "red"), ("b", "white")):
        shown = scene(2600, 1500).convert("RGB")  # larger than what is published: it is made smaller
        ImageDraw.Draw(shown).rectangle((1040, 600, 1299, 674), fill=ink)
        turned = {
            1: shown,
            6: shown.transpose(Image.Transpose.ROTATE_90),
            3: shown.transpose(Image.Transpose.ROTATE_180),
        }[orientation]
        exif = Image.Exif()
        exif[0x0112] = orientation
        turned.save(tmp_path / name, form, exif=exif)
        found.append(made(tmp_path / name, PICTURE, tmp_path / f"{name}-out", PASSPORT))
        assert made(tmp_path / name, PICTURE, tmp_path / f"{name}-bare", Cover()) != found[-1]
    assert found[0] == found[1]
    with Image.open(io.BytesIO(found[0]["picture.jpg"])) as opened:
        assert opened.size == (1920, 1108)
        assert max(opened.crop((768, 443, 958, 497)).tobytes()) <= DARK


@pytest.mark.parametrize("mode", ["L", "CMYK", "P", "RGBA"])
def test_a_picture_of_any_mode_is_covered(tmp_path: Path, mode: str) -> None:
    form = "TIFF" if mode == "CMYK" else "PNG"
    Image.new("RGB", (400, 300), "white").convert(mode).save(tmp_path / "a", form)
    whole = Region("solid", "rectangle", 0, 0, (Key(0, 0, 0, 10_000, 10_000),))
    data = made(tmp_path / "a", PICTURE, tmp_path / "out", Cover((whole,)))["picture.jpg"]
    with Image.open(io.BytesIO(data)) as opened:
        assert opened.convert("L").getextrema()[1] <= 40  # type: ignore[operator]  # ink of a press is not as black


def test_a_softened_region_is_of_sixteen_colours_at_most_each_of_four_levels(tmp_path: Path) -> None:
    scene(640, 480).save(tmp_path / "a", "PNG")
    soft = Region("softened", "rectangle", 0, 0, (Key(0, 2_500, 2_500, 5_000, 5_000),))
    data = made(tmp_path / "a", PICTURE, tmp_path / "out", Cover((soft,)))["picture.jpg"]
    with Image.open(io.BytesIO(data)) as opened:
        middles = {
            opened.getpixel((160 + 40 + 80 * column, 120 + 30 + 60 * row)) for row in range(4) for column in range(4)
        }
    assert all(min(abs(each - level) for level in (32, 96, 160, 224)) <= 6 for colour in middles for each in colour)  # type: ignore[union-attr]


def test_a_softened_region_of_a_clip_holds_its_colours_while_what_is_under_it_changes(tmp_path: Path) -> None:
    run(
        "ffmpeg",
        "-loglevel",
        "error",
        "-f",
        "lavfi",
        "-i",
        "testsrc2=s=320x240:r=25:d=1.6",
        "-c:v",
        "ffv1",
        tmp_path / "a.mkv",
    )
    soft = Region("softened", "rectangle", 0, 1600, (Key(0, 2_500, 2_500, 5_000, 5_000),))
    made(tmp_path / "a.mkv", CLIP, tmp_path / "out", Cover((soft,)))
    _, every = frames(tmp_path / "out" / "clip.mp4")
    cells = [frame.crop((90, 70, 230, 170)).resize((14, 10), Image.Resampling.NEAREST).tobytes() for frame in every]
    assert all(abs(a - b) <= 8 for each in cells for a, b in zip(cells[0], each, strict=True))
    assert max(cells[0]) > 40, "it is not black"


def test_a_clip_that_shows_or_sounds_what_should_be_covered_is_not_given_out(tmp_path: Path) -> None:
    source = clip(tmp_path / "a.mp4", "white", 500, "-c:v", "libx264", "-pix_fmt", "yuv420p", "-c:a", "aac")
    with source.open("rb") as file:
        with pytest.raises(BadMedia, match="black, found one of brightness"):
            check_covered(file.fileno(), Grid(320, 240), COVER.regions, 60)
        with pytest.raises(BadMedia, match="Expected silence"):
            check_silent(file.fileno(), COVER.silences, 60)
