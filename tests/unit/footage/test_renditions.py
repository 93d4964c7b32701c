"""What is made of a published clip: the frames that the sheet says, a wave form of what sounds, a smaller clip."""

import json
from itertools import chain
from pathlib import Path

import pytest
from PIL import Image

from support.media_samples import needs_ffmpeg, run
from tamizdat.errors import BadMedia, DamagedInput, Leak
from tamizdat.footage.allowlist import check_bare
from tamizdat.footage.contact_sheet import Sheet
from tamizdat.footage.mp4_boxes import length_of
from tamizdat.footage.reencode import remake
from tamizdat.footage.renditions import RENDITIONS, make_renditions, wave_form

COLOURS = ("red", "lime", "blue", "yellow", "cyan", "magenta")


def uneven_clip(path: Path, sound: str = "") -> Path:
    """Six colours, a second each, of which every frame but the first of a colour is left out: one frame a second."""
    inputs = [f"color=c={colour}:size=64x48:rate=20:duration=1" for colour in COLOURS]
    given = list(chain.from_iterable(("-f", "lavfi", "-i", each) for each in inputs))
    graph = "".join(f"[{at}:v]" for at in range(6)) + r"concat=n=6,select=not(mod(n\,20))[v]"
    heard = ("-f", "lavfi", "-i", sound, "-map", "6:a", "-c:a", "aac") if sound else ()
    run("ffmpeg", "-v", "error", *given, *heard[:4], "-filter_complex", graph, "-map", "[v]", *heard[4:],
        "-fps_mode", "passthrough", "-c:v", "libx264", "-qp", "0", path)  # fmt: skip
    return path


def published(source: Path, folder: Path) -> tuple[Path, dict[str, Path]]:
    """The published clip and its renditions, by name."""
    for name in ("clip", "renditions"):
        (folder / name).mkdir()
    clip = remake(source, "clip", folder / "clip")[0]
    return clip, {each.name: each for each in make_renditions(clip, folder / "renditions")}


def named(pixel: tuple[int, ...]) -> str:
    """The colour that a pixel is nearest to."""
    about = {"red": (255, 0, 0), "lime": (0, 255, 0), "blue": (0, 0, 255), "yellow": (255, 255, 0),
             "cyan": (0, 255, 255), "magenta": (255, 0, 255)}  # fmt: skip
    return min(about, key=lambda name: sum(abs(one - other) for one, other in zip(about[name], pixel, strict=True)))


@needs_ffmpeg
@pytest.mark.needs_box
def test_each_frame_of_the_sheet_is_what_a_player_shows_then_whatever_the_distances_of_frames(tmp_path: Path) -> None:
    clip, made = published(uneven_clip(tmp_path / "a.mp4", "sine=frequency=300:duration=6"), tmp_path)
    sheet = Sheet(length_of(clip))
    assert (sheet.frames, sheet.columns, round(sheet.length)) == (4, 4, 6)
    image = Image.open(made["sheet.jpg"]).convert("RGB")
    wide = image.width // sheet.columns
    shown = [named(image.getpixel((at * wide + wide // 2, image.height // 2))) for at in range(4)]  # type: ignore[arg-type]  # Pillow says less than it returns
    assert shown == [COLOURS[int(each)] for each in sheet.times]
    assert tuple(made) == RENDITIONS
    told = json.loads(run("ffprobe", "-v", "error", "-show_streams", "-show_format", "-of", "json", made["small.mp4"]))
    assert [(each["codec_name"], each.get("channels")) for each in told["streams"]] == [("h264", None), ("aac", 1)]
    assert float(told["format"]["duration"]) == pytest.approx(sheet.length, abs=0.3)
    again = tmp_path / "again"
    again.mkdir()
    assert [each.read_bytes() for each in make_renditions(clip, again)] == [each.read_bytes() for each in made.values()]


@needs_ffmpeg
@pytest.mark.needs_box
def test_a_clip_without_sound_and_one_of_silence_have_no_wave_form(tmp_path: Path) -> None:
    for name, sound in (("mute", ""), ("silent", "anullsrc=duration=6")):
        (tmp_path / name).mkdir()
        _, made = published(uneven_clip(tmp_path / f"{name}.mp4", sound), tmp_path / name)
        assert tuple(made) == RENDITIONS[:2]


@needs_ffmpeg
@pytest.mark.needs_box
def test_a_clip_that_is_cut_off_or_is_none_costs_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    whole = uneven_clip(tmp_path / "a.mp4").read_bytes()
    for data in (b"", whole[:200], b"\0" * 100):
        path = tmp_path / "broken.mp4"
        path.write_bytes(data)
        with pytest.raises((DamagedInput, BadMedia), match="Expected"):
            make_renditions(path, tmp_path / "out")


def test_a_sheet_has_whole_rows_and_one_of_ten_hours_no_more_frames_than_one_of_a_minute() -> None:
    laid = {length: (Sheet(length).frames, Sheet(length).columns) for length in (0.04, 2, 3.5, 10.2, 60, 36_000)}
    assert laid == {0.04: (1, 1), 2: (2, 2), 3.5: (4, 4), 10.2: (8, 4), 60: (24, 4), 36_000: (24, 4)}
    assert Sheet(36_000).times[:2] == [750, 2250]
    assert Sheet(0.04).times == [0.02]


def test_a_wave_form_is_one_shape_whatever_its_length_and_more_than_a_shape_is_a_leak(tmp_path: Path) -> None:
    path = tmp_path / "wave.svg"
    for levels in (b"\3", bytes(range(256)), bytes(1_800_000) + b"\xff"):
        path.write_bytes(wave_form(levels))
        check_bare(path)
        assert len(path.read_bytes()) < 16_000
    for more in (b"<!-- by a name -->\n", b"<text>a name</text>"):
        path.write_bytes(wave_form(b"\3\4").replace(b"</svg>\n", more + b"</svg>\n"))
        with pytest.raises(Leak, match="more than one shape"):
            check_bare(path)
