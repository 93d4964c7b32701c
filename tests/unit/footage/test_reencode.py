"""What is re-made carries pixels and sound, and nothing that a camera, a telephone or an owner wrote."""

import json
import os
import shutil
import subprocess
import zlib
from pathlib import Path

import pytest
from PIL import Image

from support.kinds import some_of
from support.media_samples import (
    SECRETS,
    corners,
    loaded_clip,
    loaded_jpeg,
    loaded_png,
    needs_exiftool,
    needs_ffmpeg,
    run,
    scene,
)
from tamizdat.errors import BadMedia, DamagedInput, Leak, StorageFull
from tamizdat.footage.allowlist import check_bare
from tamizdat.footage.decode.encoding_progress import EncodingProgress
from tamizdat.footage.probe import CLIP
from tamizdat.footage.reencode import remake, remake_sound

#: exiftool's groups and tags that describe how a file is to be shown; whatever else it finds is a leak
TECHNICAL_GROUPS = {"ExifTool", "System", "File", "Composite", "JFIF", "QuickTime", "Track1", "Track2", "H264"}
SILENT = {
    "QuickTime:CreateDate": "0000:00:00 00:00:00", "QuickTime:ModifyDate": "0000:00:00 00:00:00",
    "Track1:MediaCreateDate": "0000:00:00 00:00:00", "Track1:HandlerDescription": "VideoHandler",
    "Track2:HandlerDescription": "SoundHandler", "Track1:CompressorName": "Lavc libx264",
}  # fmt: skip


def remade(source: Path, kind: str, folder: Path) -> list[Path]:
    folder.mkdir()
    return list(remake(source, kind, folder))


def assert_nothing_told(path: Path) -> None:
    data = path.read_bytes()
    assert [word for word in SECRETS if word in data or word.decode().encode("utf-16-le") in data] == []
    (tags,) = json.loads(run("exiftool", "-a", "-u", "-G1", "-j", path))
    told = {name: value for name, value in tags.items() if ":" in name}
    assert {name.partition(":")[0] for name in told} <= TECHNICAL_GROUPS
    assert {name: told[name] for name in SILENT if name in told} == {n: v for n, v in SILENT.items() if n in told}
    assert [
        name for name in told if any(word in name for word in ("GPS", "Serial", "Owner", "Thumbnail", "Comment"))
    ] == []


@needs_exiftool
def test_jpeg_loses_exif_gps_iptc_xmp_comment_profile_and_thumbnail(tmp_path: Path) -> None:
    for path in remade(loaded_jpeg(tmp_path / "a.jpg"), "picture", tmp_path / "out"):
        assert_nothing_told(path)


@needs_exiftool
def test_png_loses_text_chunks_of_all_kinds(tmp_path: Path) -> None:
    for path in remade(loaded_png(tmp_path / "a.png"), "picture", tmp_path / "out"):
        assert_nothing_told(path)


@needs_ffmpeg
@needs_exiftool
def test_clip_loses_location_owner_chapters_subtitles_timecode_and_sei(tmp_path: Path) -> None:
    source = loaded_clip(tmp_path / "a.mp4")
    assert b"MakerSays" in source.read_bytes()
    made = remade(source, "clip", tmp_path / "out")
    assert [path.name for path in made] == ["clip.mp4", "poster.jpg", "small.jpg"]
    for path in made:
        assert_nothing_told(path)
    assert b"x264" not in made[0].read_bytes().replace(b"Lavc libx264", b"")


@pytest.mark.parametrize("orientation", some_of(range(1, 9), 1, 6, 7))  # as it lies, turned, and turned and mirrored
@needs_exiftool
def test_orientation_is_applied_to_the_pixels(tmp_path: Path, orientation: int) -> None:
    source = loaded_jpeg(tmp_path / "a.jpg", orientation)
    picture = remade(source, "picture", tmp_path / "out")[0]
    shown = ["rgbw", "grwb", "bwrg", "wbgr", "rwbg", "wrgb", "bgrw", "gbwr"][orientation - 1]
    with Image.open(picture) as image:
        assert "".join(corners(image)) == shown
        assert image.size == ((1200, 900) if orientation < 5 else (900, 1200))


@needs_ffmpeg
@needs_exiftool
def test_a_clip_filmed_upright_is_shown_upright(tmp_path: Path) -> None:
    made = remade(loaded_clip(tmp_path / "a.mp4", rotate=90), "clip", tmp_path / "out")
    with Image.open(made[1]) as poster:
        assert poster.size == (240, 320)
        assert "".join(corners(poster)) == "wrgb"


@needs_ffmpeg
def test_the_same_source_makes_the_same_bytes(tmp_path: Path) -> None:
    clip, picture = loaded_clip(tmp_path / "a.mp4"), tmp_path / "a.png"
    scene().save(picture)
    for source, kind in ((clip, "clip"), (picture, "picture")):
        first, second = (remade(source, kind, tmp_path / f"{kind}{n}") for n in (1, 2))
        assert [path.read_bytes() for path in first] == [path.read_bytes() for path in second]


def test_a_large_picture_is_bounded_and_a_small_one_not_enlarged(tmp_path: Path) -> None:
    for size, expected in (((4000, 1000), (1920, 480)), ((90, 60), (90, 60)), ((1, 5000), (1, 1920))):
        source = tmp_path / f"{size[0]}.png"
        scene(*size).save(source)
        with Image.open(remade(source, "picture", tmp_path / f"out{size[0]}")[0]) as image:
            assert image.size == expected


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "I;16", "CMYK", "I", "F", "YCbCr", "LAB"])
def test_every_colour_mode_becomes_a_plain_picture(tmp_path: Path, mode: str) -> None:
    source = tmp_path / "a.tif"
    image = scene(64, 48)
    if mode == "I;16":
        image.convert("L").convert("I").point(lambda value: value * 257).convert("I;16").save(source)
    else:
        image.convert(mode).save(source)
    with Image.open(remade(source, "picture", tmp_path / "out")[0]) as made:
        assert made.mode == "RGB"
        brightness = made.convert("L").getpixel((9, 40))
    assert isinstance(brightness, (int, float))
    assert brightness > 200  # the white corner is still white


def png(width: int, height: int) -> bytes:
    """The head of a PNG that claims to be enormous, and a little of its body."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big")

    header = width.to_bytes(4, "big") + height.to_bytes(4, "big") + b"\x08\x02\0\0\0"
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(9999))) + chunk(b"IEND", b"")
    )


def damaged(folder: Path) -> dict[str, tuple[bytes, str]]:
    scene().save(folder / "sound.jpg")
    sound = (folder / "sound.jpg").read_bytes()
    return {
        "empty.mp4": (b"", "clip"),
        "empty.jpg": (b"", "picture"),
        "truncated.jpg": (sound[: len(sound) // 2], "picture"),
        "head-only.jpg": (sound[:20], "picture"),
        "bomb.png": (png(50_000, 50_000), "picture"),
        "wide-bomb.png": (png(2**31 - 1, 1), "picture"),
        "unfinished.png": (png(4000, 3000), "picture"),
        "text.jpg": (b"Dear all, this is not a picture.\n", "picture"),
        "still-life.mp4": (sound, "clip"),
        "playlist.mp4": (b"#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n", "clip"),
        "concat.mp4": (b"ffconcat version 1.0\nfile /etc/passwd\n", "clip"),
        "དཔེ་རིས།.mp4": (b"\0\0\0\x18ftypisom" + bytes(300), "clip"),
        "noise.mp4": (b"\0\0\0\x08moov" + bytes(range(256)) * 40, "clip"),
        "heif.jpg": (b"\0\0\0\x18ftypheic" + bytes(300), "picture"),
        "drawing.svg": (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "picture"),
        "postscript.jpg": (b"%!PS-Adobe-3.0 EPSF-3.0\n", "picture"),
    }


@needs_ffmpeg
def test_odd_inputs_are_refused_with_a_typed_error_that_does_not_repeat_the_name(tmp_path: Path) -> None:
    for number, (name, (data, kind)) in enumerate(damaged(tmp_path).items()):
        source = tmp_path / name
        source.write_bytes(data)
        with pytest.raises(BadMedia) as refused:
            remade(source, kind, tmp_path / f"out{number}")
        assert name not in str(refused.value)
        assert "/etc/passwd" not in str(refused.value)


def test_a_flipped_byte_makes_a_picture_or_a_typed_error_and_nothing_else(tmp_path: Path) -> None:
    scene(200, 150).save(tmp_path / "a.jpg")
    sound = (tmp_path / "a.jpg").read_bytes()
    for number, at in enumerate(range(2, min(len(sound), 700), 7)):
        source = tmp_path / "flipped.jpg"
        source.write_bytes(sound[:at] + bytes([sound[at] ^ 0x5A]) + sound[at + 1 :])
        try:
            made = remade(source, "picture", tmp_path / f"o{number}")
        except DamagedInput:
            continue
        check_bare(made[0])


def test_a_jpeg_with_anything_extra_is_not_bare(tmp_path: Path) -> None:
    source, path = tmp_path / "a.png", tmp_path / "b.jpg"
    scene().save(source)
    good = remade(source, "picture", tmp_path / "out")[0].read_bytes()
    bad = {
        "comment": good[:2] + b"\xff\xfe\x00\x08secret" + good[2:],
        "exif": good[:2] + b"\xff\xe1\x00\x08Exif\0\0" + good[2:],
        "profile": good[:2] + b"\xff\xe2\x00\x08ICC_PR" + good[2:],
        "jfif thumbnail": good[:2] + b"\xff\xe0\x00\x13JFIF\0\1\1\0\0\1\0\1\1\1abc" + good[20:],
        "after the end": good + b"secret",
        "no end": good[:-2],
        "no picture": b"GIF89a",
    }
    for data in bad.values():
        path.write_bytes(data)
        with pytest.raises(Leak):
            check_bare(path)


@needs_ffmpeg
@needs_exiftool
def test_an_mp4_with_anything_extra_is_not_bare(tmp_path: Path) -> None:
    good = remade(loaded_clip(tmp_path / "a.mp4"), "clip", tmp_path / "out")[0].read_bytes()
    created = good.index(b"mvhd") + 8
    bad = {
        "uuid box": good + b"\0\0\0\x18uuid" + bytes(16),
        "free space": good + b"\0\0\0\x0cfree" + b"here",
        "half a box": good + b"\0\0",
        "creation": good[:created] + b"\0\0\0\1" + good[created + 4 :],
        "handler": good.replace(b"VideoHandler\0", b"TenzinHandle\0"),
        "encoder": good.replace(b"Lavc libx264", b"Tenzins x264"),
        "user data": good.replace(b"mdirappl", b"mdirTnzn"),
        "original": (tmp_path / "a.mp4").read_bytes(),
    }
    path = tmp_path / "b.mp4"
    for data in bad.values():
        path.write_bytes(data)
        with pytest.raises(Leak):
            check_bare(path)


@needs_ffmpeg
@needs_exiftool
@pytest.mark.skipif(os.geteuid() != 0 or shutil.which("mount") is None, reason="only root can mount a tiny disk")
def test_a_full_disk_is_not_taken_for_a_bad_clip(tmp_path: Path) -> None:
    source, disk = loaded_clip(tmp_path / "a.mp4", seconds=3, size="1280x720"), tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=16k", "tmpfs", str(disk)]
    mounted = subprocess.run(mount, capture_output=True, check=False)
    if mounted.returncode:
        pytest.skip("a tiny disk cannot be mounted here")
    try:
        with pytest.raises(StorageFull):
            remake(source, "clip", disk)
    finally:
        run("umount", disk)


@needs_ffmpeg
def test_of_a_clip_it_is_told_which_share_is_encoded(tmp_path: Path) -> None:
    (out := tmp_path / "out").mkdir()
    shares: list[float] = []
    remake(loaded_clip(tmp_path / "clip.mp4"), CLIP, out, shares.append)
    assert shares == sorted(shares)
    assert 0.9 < shares[-1] <= 1
    remake_sound(tmp_path / "clip.mp4", tmp_path, shares.append)
    assert 0.9 < shares[-1] <= 1


def test_what_an_encoder_writes_of_how_far_it_is_takes_no_memory_and_is_believed_in_nothing_but_a_number() -> None:
    shares: list[float] = []
    with EncodingProgress(10, shares.append) as progress:
        for said in (
            b"out_time_us=N/A\n",
            b"out_time_us=2500000\nprogress=continue\n",
            b"x" * 4096,
            b"out_time_us=-9\n",
        ):
            os.write(progress.file, said)
            progress._look()
            assert os.fstat(progress.file).st_size == 0
        os.write(progress.file, b"out_time_us=99000000\n")
    assert shares == [0.25, 1.0]
