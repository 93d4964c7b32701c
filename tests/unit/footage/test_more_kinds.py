"""Pictures of telephones, raw stills, several sounds, bright clips, documents: made anew, nothing else of them."""

import io
import math
import struct
import subprocess
import wave
from pathlib import Path

import pillow_heif
import pytest
from PIL import Image

from support.media_samples import needs_ffmpeg, scene
from tamizdat.errors import BadMedia
from tamizdat.footage import decode
from tamizdat.footage.allowlist import check_bare
from tamizdat.footage.kinds import kind_of
from tamizdat.footage.preview import preview
from tamizdat.footage.probe import Form, recognise
from tamizdat.footage.reencode import is_heard, is_sound_alone_damaged, remake
from tamizdat.footage.text_file import words_of

PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R/OpenAction<</S/JavaScript/JS(app.alert\\(1\\))>>>>endobj "
    b"2 0 obj<</Type/Pages/Kids[3 0 R 4 0 R]/Count 2>>endobj "
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 100]/Contents 5 0 R>>endobj "
    b"4 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 100 200]>>endobj "
    b"5 0 obj<</Length 34>>stream\n1 0 0 rg 0 0 200 100 re f         \nendstream endobj\n"
    b"trailer<</Root 1 0 R/Info<</Author(Tenzin secret)>>>>\n"
)


def ffmpeg(*words: str | Path) -> None:
    subprocess.run(["ffmpeg", "-loglevel", "error", "-y", *words], check=True)


def jpeg(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "JPEG")
    return out.getvalue()


def pixel(data: bytes, x: float, y: float) -> tuple[int, ...]:
    image = Image.open(io.BytesIO(data))
    found = image.getpixel((int(image.width * x), int(image.height * y)))
    assert isinstance(found, tuple)
    return found


def loudest(path: Path) -> float:
    """The loudest moment of the sound in dB."""
    command = ["ffmpeg", "-hide_banner", "-i", str(path), "-map", "0:a", "-af", "volumedetect", "-f", "null", "-"]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stderr
    return float(said.partition("max_volume:")[2].split()[0])


def test_a_telephones_heic_has_a_preview_and_is_published_bare(tmp_path: Path) -> None:
    source = tmp_path / "IMG_0001.HEIC"
    exif = Image.Exif()
    exif[0x0110] = "Tenzin's telephone"
    pillow_heif.from_pillow(scene(800, 600)).save(source, exif=exif.tobytes())
    assert b"Tenzin" in source.read_bytes()
    small = preview(source)
    assert small is not None
    assert pixel(small, 0.1, 0.1)[0] > 200  # red, in the upper left corner
    (tmp_path / "out").mkdir()
    for path in remake(source, "picture", tmp_path / "out"):
        check_bare(path)
        assert b"Tenzin" not in path.read_bytes()


@needs_ffmpeg
@pytest.mark.parametrize(
    ("name", "how"),
    [
        ("tudou.flv", ["-c:v", "flv1", "-c:a", "mp3", "-ar", "44100"]),
        ("tape.dv", ["-s", "720x576", "-pix_fmt", "yuv420p", "-ar", "48000", "-ac", "2"]),
    ],
)
def test_clips_of_the_web_before_html5_and_of_tapes_are_clips(tmp_path: Path, name: str, how: list[str]) -> None:
    source = tmp_path / name
    both = ["-f", "lavfi", "-i", "testsrc=size=320x240:rate=25:duration=1", "-f", "lavfi", "-i", "sine=d=1"]
    ffmpeg(*both, *how, "-shortest", source)
    assert kind_of(name) == "clip"
    assert preview(source) is not None
    (tmp_path / "out").mkdir()
    made = remake(source, "clip", tmp_path / "out")
    assert made[0].name == "clip.mp4"
    assert loudest(made[0]) > -40


@pytest.mark.parametrize("head", [b"II*\0\x10\0\0\0CR\2\0", b"FUJIFILMCCD-RAW 0201"])
def test_a_raw_still_is_shown_by_the_largest_picture_that_lies_in_it(tmp_path: Path, head: bytes) -> None:
    source = tmp_path / "IMG_0001.CR2"
    small, large = jpeg(scene(160, 120)), jpeg(scene(1600, 1200))
    source.write_bytes(head.ljust(4096, b"\0") + small + bytes(99) + large + bytes(range(256)) * 99)
    found = preview(source)
    assert found is not None
    assert Image.open(io.BytesIO(found)).size == (640, 480)
    source.write_bytes(head.ljust(4096, b"\0"))
    with pytest.raises(BadMedia):
        preview(source)


def test_a_raw_still_held_upright_is_shown_upright(tmp_path: Path) -> None:
    source = tmp_path / "a.NEF"
    directory = (8).to_bytes(4, "little") + (1).to_bytes(2, "little")
    directory += b"".join(n.to_bytes(s, "little") for n, s in ((0x0112, 2), (3, 2), (1, 4), (6, 2), (0, 2), (0, 4)))
    source.write_bytes(b"II*\0" + directory + bytes(64) + jpeg(scene(1600, 1200)))
    found = preview(source)
    assert found is not None
    assert Image.open(io.BytesIO(found)).size == (480, 640)


@needs_ffmpeg
def test_all_sounds_of_a_clip_are_heard_although_the_first_is_silence(tmp_path: Path) -> None:
    source, out = tmp_path / "two.mov", tmp_path / "out"
    picture = ("-f", "lavfi", "-i", "testsrc=s=64x48:r=10:d=1")
    sounds = ("-f", "lavfi", "-i", "anullsrc=d=1", "-f", "lavfi", "-i", "sine=frequency=440:d=1")
    ffmpeg(*picture, *sounds, "-map", "0", "-map", "1", "-map", "2", "-c:v", "mpeg4", "-c:a", "pcm_s16le", source)
    out.mkdir()
    [chief, *_] = remake(source, "clip", out)
    check_bare(chief)
    assert loudest(chief) > -30


@needs_ffmpeg
def test_of_fifty_sounds_the_last_is_heard_and_too_many_are_refused_not_left_out(tmp_path: Path) -> None:
    silent, heard, out = tmp_path / "silent.mka", tmp_path / "heard.mka", tmp_path / "out"
    for path, sound in ((silent, "anullsrc"), (heard, "sine")):
        ffmpeg("-f", "lavfi", "-i", f"{sound}=d=0.2", "-c:a", "pcm_s16le", path)
    given = ("-f", "lavfi", "-i", "testsrc=s=64x48:r=10:d=0.2", "-i", silent, "-i", heard, "-map", "0")
    for count in (50, 65):
        streams = ("-map", "1") * (count - 1) + ("-map", "2")
        ffmpeg(*given, *streams, "-c:v", "mpeg4", "-c:a", "copy", tmp_path / f"{count}.mkv")
    (empty := tmp_path / "empty").mkdir()
    out.mkdir()
    [chief, *_] = remake(tmp_path / "50.mkv", "clip", out)
    assert loudest(chief) > -30
    with pytest.raises(BadMedia, match="at most 64 streams of sound"):
        remake(tmp_path / "65.mkv", "clip", empty)


def recorded(path: Path, channels: int, spoken: int) -> None:
    """A recording of so many channels, as a recorder writes it, of which one is not silent."""
    tone = [int(12000 * math.sin(2 * math.pi * 440 * at / 48000)) for at in range(14400)]
    with wave.open(str(path), "wb") as file:  # it does not tell where channels belong, as recorders do not
        file.setparams((channels, 2, 48000, 0, "NONE", ""))
        file.writeframes(
            b"".join(bytes(2 * spoken - 2) + struct.pack("<h", each) + bytes(2 * (channels - spoken)) for each in tone)
        )


@needs_ffmpeg
@pytest.mark.parametrize(("channels", "spoken"), [(3, 3), (6, 4), (10, 9)])
def test_whoever_spoke_into_one_of_many_channels_is_heard(tmp_path: Path, channels: int, spoken: int) -> None:
    source, out = tmp_path / "ZOOM0001.WAV", tmp_path / "out"
    recorded(source, channels, spoken)
    assert is_heard(source)
    out.mkdir()
    [chief, *_] = remake(source, "sound", out)
    check_bare(chief)
    assert loudest(chief) > -12


@needs_ffmpeg
def test_a_microphone_that_begins_later_is_heard_when_it_spoke(tmp_path: Path) -> None:
    source, out = tmp_path / "late.mov", tmp_path / "out"
    given = ("-f", "lavfi", "-i", "testsrc=s=64x48:r=10:d=2", "-f", "lavfi", "-i", "anullsrc=r=48000:cl=mono:d=2")
    late = ("-itsoffset", "1", "-f", "lavfi", "-i", "sine=r=48000:d=0.5", "-map", "0", "-map", "1", "-map", "2")
    ffmpeg(*given, *late, "-c:v", "mpeg4", "-c:a", "pcm_s16le", source)
    out.mkdir()
    [chief, *_] = remake(source, "clip", out)
    loud = [at for at, each in enumerate(decode.levels(chief, Form("sound", "mov"))) if each > 20]
    assert 48 <= loud[0] <= 52  # of fifty a second
    assert loud[0] == next(at for at, each in enumerate(decode.levels(source, Form("clip", "mov"), 1)) if each > 20)


@needs_ffmpeg
def test_a_microphone_that_is_switched_off_silences_no_other(tmp_path: Path) -> None:
    source, out = tmp_path / "two.mov", tmp_path / "out"
    given = ("-f", "lavfi", "-i", "testsrc=s=64x48:r=10:d=3", "-f", "lavfi", "-i", "sine=r=48000:d=3")
    short = ("-f", "lavfi", "-i", "anullsrc=r=48000:cl=mono:d=1", "-map", "0", "-map", "1", "-map", "2")
    ffmpeg(*given, *short, "-c:v", "mpeg4", "-c:a", "aac", source)
    out.mkdir()
    [chief, *_] = remake(source, "clip", out)
    loud = [at for at, each in enumerate(decode.levels(chief, Form("sound", "mov"))) if each > 20]
    assert loud[-1] >= 145  # of fifty a second
    with (tmp_path / "samples").open("wb") as file:
        decode.write_samples([source], "mov", file.fileno())
    assert (tmp_path / "samples").stat().st_size >= 4 * 16000 * 2.9


def unknown(path: Path, streams: int) -> None:
    """A clip whose last stream of sound, of some, has a name that nobody here knows, as new telephones write one."""
    tones = [word for _ in range(streams) for word in ("-f", "lavfi", "-i", "sine=d=0.3")]
    maps = [word for at in range(streams + 1) for word in ("-map", str(at))]
    ffmpeg("-f", "lavfi", "-i", "testsrc=s=64x48:r=10:d=0.3", *tones, *maps, "-c:v", "mpeg4", "-c:a", "aac", path)
    before, entry, rest = path.read_bytes().rpartition(b"mp4a")
    path.write_bytes(before + entry.replace(b"mp4a", b"zzzz") + rest.replace(b"esds", b"zzzz"))


@needs_ffmpeg
def test_of_two_sounds_of_which_one_is_of_an_unknown_kind_the_other_is_heard(tmp_path: Path) -> None:
    source, out = tmp_path / "IMG_0001.MP4", tmp_path / "out"
    unknown(source, 2)
    out.mkdir()
    [chief, *_] = remake(source, "clip", out)
    assert loudest(chief) > -30
    assert not is_sound_alone_damaged(source)
    unknown(source, 1)
    (tmp_path / "none").mkdir()
    with pytest.raises(BadMedia, match="a kind that ffmpeg does not know"):
        remake(source, "clip", tmp_path / "none")
    assert is_sound_alone_damaged(source)


@needs_ffmpeg
def test_a_clip_that_does_not_tell_its_length_has_one_and_one_without_its_index_is_told_as_that(tmp_path: Path) -> None:
    source, cut = tmp_path / "live.webm", tmp_path / "cut.mp4"
    ffmpeg("-f", "lavfi", "-i", "testsrc=s=64x48:r=10:d=3", "-c:v", "libvpx", "-f", "webm", "-live", "1", source)
    assert 2.8 < decode.probe_clip(source, Form("clip", "matroska")).seconds < 3.2
    ffmpeg("-f", "lavfi", "-i", "testsrc=s=64x48:r=10:d=1", "-c:v", "mpeg4", cut)
    cut.write_bytes(cut.read_bytes().partition(b"moov")[0][:-4])
    with pytest.raises(BadMedia, match="cut off while it was filmed"):
        preview(cut)


@needs_ffmpeg
def test_an_old_telephones_recording_with_pauses_is_as_long_as_it_is(tmp_path: Path) -> None:
    source = tmp_path / "call.amr"
    speech, noise, nothing = bytes([0x3C]) + bytes(31), bytes([0x44]) + bytes(5), bytes([0x7C])
    source.write_bytes(b"#!AMR\n" + (noise + nothing * 7) * 50 + speech * 50)  # of frames of 20 ms each
    assert 8.9 < decode.probe_clip(source, Form("sound", "amr")).seconds < 9.1


@needs_ffmpeg
def test_a_bright_clip_that_does_not_tell_its_colours_is_shown(tmp_path: Path) -> None:
    source = tmp_path / "hlg.mp4"
    ffmpeg("-f", "lavfi", "-i", "color=gray:s=64x48:r=10:d=1", "-c:v", "libx264", "-color_trc", "arib-std-b67", source)
    assert preview(source) is not None


@needs_ffmpeg
def test_a_bright_clip_is_brought_down_to_what_every_screen_shows(tmp_path: Path) -> None:
    source, out = tmp_path / "hdr.mp4", tmp_path / "out"
    tags = ("-color_primaries", "bt2020", "-color_trc", "smpte2084", "-colorspace", "bt2020nc", "-color_range", "tv")
    ffmpeg("-f", "lavfi", "-i", "color=gray:s=64x48:r=10:d=1", "-c:v", "libx264", *tags, source)
    out.mkdir()
    [chief, poster, _] = remake(source, "clip", out)
    said = subprocess.run(
        ["ffprobe", "-loglevel", "error", "-show_entries", "stream=color_transfer", "-of", "csv=p=0", chief],
        check=True, capture_output=True, text=True,
    ).stdout  # fmt: skip
    assert said.strip() == "bt709"
    assert pixel(poster.read_bytes(), 0.5, 0.5) != pixel(jpeg(Image.new("RGB", (64, 48), "gray")), 0.5, 0.5)


@needs_ffmpeg
def test_a_recording_is_published_as_sound_without_its_owner(tmp_path: Path) -> None:
    source, out = tmp_path / "say.wav", tmp_path / "out"
    ffmpeg("-f", "lavfi", "-i", "sine=frequency=440:d=1", "-metadata", "artist=Tenzin", source)
    assert b"Tenzin" in source.read_bytes()
    out.mkdir()
    made = remake(source, "sound", out)
    assert [path.name for path in made] == ["sound.mp4", "poster.jpg", "small.jpg"]
    for path in made:
        check_bare(path)
        assert b"Tenzin" not in path.read_bytes()
    assert loudest(made[0]) > -30


def test_a_document_becomes_pictures_of_its_pages_and_nothing_else_of_it_survives(tmp_path: Path) -> None:
    source, out = tmp_path / "report.pdf", tmp_path / "out"
    source.write_bytes(PDF)
    assert decode.count_pages(source) == 2
    out.mkdir()
    made = remake(source, "document", out)
    assert [path.name for path in made] == ["picture.jpg", "small.jpg", "page-2.jpg"]
    assert pixel(made[0].read_bytes(), 0.5, 0.5)[0] > 200
    for path in made:
        check_bare(path)
        assert not any(word in path.read_bytes() for word in (b"secret", b"JavaScript", b"PDF"))


def test_a_text_becomes_plain_text(tmp_path: Path) -> None:
    source, out = tmp_path / "note.txt", tmp_path / "out"
    source.write_bytes("名单\r\n<script>\u202egpj\x07".encode("utf-16"))
    out.mkdir()
    [made] = remake(source, "text", out)
    assert made.read_bytes() == "名单\n<script>\ufffdgpj\ufffd\n".encode()
    check_bare(made)


@pytest.mark.parametrize(
    ("data", "words", "encoding"),
    [
        ("五年了".encode("gb18030"), "五年了", "gb18030"),
        ("學校塌了，沒有人說話。".encode("big5"), "學校塌了，沒有人說話。", "big5hkscs"),
        ("Никто не говорит.".encode("koi8-r"), "Никто не говорит.", "koi8-r"),
        ("a note".encode("utf-16-le"), "a note", "utf-16-le"),
        ("五年了 512".encode("utf-16-be"), "五年了 512", "utf-16-be"),
        (b"\xef\xbb\xbfa\r\nb\rc", "a\nb\nc", "utf-8"),
        ("བོད་".encode(), "བོད་", "utf-8"),
    ],
)
def test_words_are_read_in_the_encoding_they_were_written_in(data: bytes, words: str, encoding: str) -> None:
    assert words_of(data) == (words, encoding)


@pytest.mark.parametrize("data", [bytes(range(256)) * 9, b"\x7fELF" + bytes(400), b"\0"])
def test_what_is_no_text_has_no_words(data: bytes) -> None:
    assert words_of(data) is None


PACKETS = b"\x47" + bytes(187)


@pytest.mark.parametrize(
    ("name", "data", "decoder"),
    [
        ("speech.mp3", b"\xff\xe3\x18\xc4" + bytes(99), "mp3"),
        ("old.mp2", b"\xff\xfd\xa4\x04" + bytes(99), "mp3"),
        ("still.avif", b"\0\0\0\x1cftypmif1\0\0\0\0mif1avifmiaf" + bytes(99), "AVIF"),
        ("IMG_0001.HEIC", b"\0\0\0\x1cftypmif1\0\0\0\0mif1heicmiaf" + bytes(99), "HEIF"),
        ("dash.ts", (PACKETS * 8)[77:], "mpegts"),
        ("dash.ts", (bytes(4) + PACKETS) * 3, "mpegts"),
        ("icon.bmp", b"BM\x3a\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0" + bytes(40), "BMP"),
        ("take.wav", b"BW64\xff\xff\xff\xffWAVEds64", "wav"),
        ("note.txt", b"BMW drove off, and nobody said why." + b"G" * 3 + b"." * 2000, ""),
    ],
)
def test_what_telephones_dashboards_and_recorders_write_is_known_by_its_bytes(
    tmp_path: Path, name: str, data: bytes, decoder: str
) -> None:
    (tmp_path / name).write_bytes(data)
    found = recognise(tmp_path / name)
    assert (found.decoder if found else "") == decoder


def test_only_what_it_is_by_its_bytes_is_opened(tmp_path: Path) -> None:
    for name, data in (("a.pdf", b"hello"), ("a.wav", b"#!/bin/sh")):
        (tmp_path / name).write_bytes(data)
        assert recognise(tmp_path / name) is None
