"""Previews are small, bare, the same every time, and leave no trace of themselves."""

import io
import os
from pathlib import Path

import pytest
from PIL import Image

from support.media_samples import corners, loaded_clip, loaded_jpeg, needs_exiftool, needs_ffmpeg, scene
from tamizdat.errors import BadMedia, StorageRefused, ToolMissing
from tamizdat.footage.allowlist import check_bare
from tamizdat.footage.decode import probe_clip
from tamizdat.footage.decode.box import BOXES
from tamizdat.footage.preview import preview
from tamizdat.footage.probe import Form, recognise


def shown(data: bytes | None) -> Image.Image:
    assert data is not None
    with Image.open(io.BytesIO(data)) as image:
        return image.convert("RGB")


@needs_exiftool
def test_preview_of_a_picture_is_small_upright_and_bare(tmp_path: Path) -> None:
    data = preview(loaded_jpeg(tmp_path / "a.jpg", 6))
    image = shown(data)
    assert image.size == (480, 640)
    assert "".join(corners(image)) == "wrgb"
    (tmp_path / "p.jpg").write_bytes(data or b"")
    check_bare(tmp_path / "p.jpg")


@needs_ffmpeg
@needs_exiftool
def test_preview_of_a_clip_is_one_frame_and_the_same_every_time(tmp_path: Path) -> None:
    clip = loaded_clip(tmp_path / "བོད་ཡིག.mp4", rotate=90, size="1280x720")
    assert preview(clip) == preview(clip)
    assert shown(preview(clip)).size == (360, 640)


@needs_ffmpeg
@needs_exiftool
def test_preview_of_a_clip_writes_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    card, empty = tmp_path / "card", tmp_path / "empty"
    card.mkdir()
    empty.mkdir()
    clip = loaded_clip(card / "a.mp4")
    monkeypatch.setenv("TMPDIR", str(empty))
    monkeypatch.setenv("FFREPORT", f"file={empty}/report.log:level=32")
    monkeypatch.chdir(empty)
    assert preview(clip)
    assert list(empty.iterdir()) == []
    assert [path.name for path in card.iterdir()] == ["a.mp4"]


@needs_ffmpeg
@needs_exiftool
def test_a_clip_without_its_end_still_has_a_preview_if_its_index_comes_first(tmp_path: Path) -> None:
    from tamizdat.footage.reencode import remake

    whole = remake(loaded_clip(tmp_path / "a.mp4", seconds=4), "clip", tmp_path)[0].read_bytes()
    (tmp_path / "cut.mp4").write_bytes(whole[: len(whole) * 2 // 3])
    assert shown(preview(tmp_path / "cut.mp4")).size == (320, 240)


def test_what_is_no_picture_has_no_preview(tmp_path: Path) -> None:
    for name, data in (("notes.txt", b"words"), ("empty", b""), ("x.pdf", b"%PDF-1.4"), ("a.m3u8", b"#EXTM3U\n")):
        (tmp_path / name).write_bytes(data)
        assert preview(tmp_path / name) is None


@pytest.mark.parametrize("name", ["a.jpg", "a.MP4", "a.heic", "དཔེ་རིས།.mov"])
def test_what_is_only_named_like_a_picture_or_clip_is_refused(tmp_path: Path, name: str) -> None:
    for data in (b"", b"words", b"#EXTM3U\nhttp://localhost/\n"):
        (tmp_path / name).write_bytes(data)
        with pytest.raises(BadMedia):
            preview(tmp_path / name)


@needs_ffmpeg
def test_a_sound_recording_is_no_clip(tmp_path: Path) -> None:
    from support.media_samples import run

    run("ffmpeg", "-v", "error", "-f", "lavfi", "-i", "sine=duration=1", "-c:a", "aac", tmp_path / "voice.m4a")
    assert preview(tmp_path / "voice.m4a") is None
    run("ffmpeg", "-v", "error", "-f", "lavfi", "-i", "sine=duration=1", "-c:a", "aac", tmp_path / "voice.mov")
    assert preview(tmp_path / "voice.mov") is None  # there is nothing to see, and nothing is damaged


@needs_ffmpeg
@needs_exiftool
def test_ffmpeg_opens_nothing_but_the_file_it_is_given(tmp_path: Path) -> None:
    """A playlist, forced through as if it were a clip, opens neither the file nor the address it names."""
    clip = loaded_clip(tmp_path / "a.mp4")
    playlist = tmp_path / "list.bin"
    playlist.write_text(f"#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:1,\n{clip}\n#EXTINF:1,\nhttp://127.0.0.1:9/a.ts\n")
    assert recognise(playlist) is None
    with pytest.raises(BadMedia):
        probe_clip(playlist, Form("clip", "mov"))


def test_a_missing_program_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.mp4").write_bytes(b"\0\0\0\x18ftypisom" + bytes(400))
    BOXES.close()  # those of other tests know where it is
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ToolMissing, match="ffmpeg"):
        preview(tmp_path / "a.mp4")


def test_an_unreadable_file_is_a_refusal_without_its_name(tmp_path: Path) -> None:
    with pytest.raises(StorageRefused) as refused:
        preview(tmp_path / "Tenzin.jpg")
    assert "Tenzin" not in str(refused.value)


def test_a_pipe_or_folder_does_not_hang_the_reading(tmp_path: Path) -> None:
    (tmp_path / "folder.jpg").mkdir()
    os.mkfifo(tmp_path / "pipe.jpg")
    for name in ("folder.jpg", "pipe.jpg"):
        with pytest.raises(StorageRefused):
            preview(tmp_path / name)


def test_a_picture_without_a_suffix_is_known_by_its_bytes(tmp_path: Path) -> None:
    scene().save(tmp_path / "a", "PNG")
    assert shown(preview(tmp_path / "a")).size == (640, 480)
