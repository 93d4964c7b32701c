"""The made-up card has everything on it that a real one has, and must not be published."""

import shutil
import subprocess
from pathlib import Path

import pytest
from PIL import ExifTags, Image

from tamizdat.demo import sample_card
from tamizdat.demo.landscape import SCENES, Scene, moving, still
from tamizdat.demo.sample_card import OWNER, POSITION, SampleCard, make_card, with_thumbnail
from tamizdat.encoding import safe_path
from tamizdat.errors import UsageError

needs_ffmpeg = pytest.mark.skipif(shutil.which("ffmpeg") is None, reason="ffmpeg is not installed: no clips")


@pytest.fixture(scope="module")
def card(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, SampleCard]:
    folder = tmp_path_factory.mktemp("card")
    with pytest.MonkeyPatch.context() as patch:  # smaller and shorter than the demo's: the same code, sooner done
        patch.setattr(sample_card, "PICTURE", (480, 320))
        patch.setattr(sample_card, "CLIP", (320, 180))
        patch.setattr(sample_card, "FRAMES", 24)
        return folder, make_card(folder)


def test_every_name_on_the_card_may_be_carried(card: tuple[Path, SampleCard]) -> None:
    folder, made = card
    found = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert found == {*made.pictures, *made.clips, *made.notes}
    assert all(safe_path(name) == name for name in found)
    assert any("\u0f40" <= letter <= "\u0f69" for name in found for letter in name)  # Tibetan
    assert sum((folder / name).stat().st_size for name in found) == made.size


def _exif(path: Path) -> Image.Exif:
    with Image.open(path) as picture:
        return picture.getexif()


def test_a_picture_tells_where_by_whom_and_with_what_it_was_taken(card: tuple[Path, SampleCard]) -> None:
    folder, made = card
    exif = _exif(folder / made.pictures[0])
    position = exif.get_ifd(ExifTags.IFD.GPSInfo)
    degrees, minutes, seconds = position[ExifTags.GPS.GPSLatitude]
    assert float(degrees + minutes / 60 + seconds / 3600) == pytest.approx(POSITION[0], abs=1e-4)
    assert exif[ExifTags.Base.Artist] == OWNER
    assert exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.BodySerialNumber] == sample_card.BODY_SERIAL


def test_a_picture_has_a_thumbnail_inside(card: tuple[Path, SampleCard]) -> None:
    folder, made = card
    second = _exif(folder / made.pictures[0]).get_ifd(ExifTags.IFD.IFD1)
    assert second[ExifTags.Base.JpegIFByteCount] > 500


@pytest.mark.skipif(shutil.which("exiftool") is None, reason="exiftool is not installed: no second opinion")
def test_exiftool_reads_the_same(card: tuple[Path, SampleCard]) -> None:
    folder, made = card
    thumbnail = subprocess.run(
        ["exiftool", "-b", "-ThumbnailImage", folder / made.pictures[1]], capture_output=True, check=True
    ).stdout
    assert thumbnail[:2] == b"\xff\xd8"
    assert thumbnail[-2:] == b"\xff\xd9"
    for name in [*made.pictures[:1], *made.clips[:1]]:
        told = subprocess.run(["exiftool", folder / name], capture_output=True, check=True).stdout
        assert OWNER.encode() in told
        assert b"31 deg 3' 42" in told


@needs_ffmpeg
def test_clips_play_and_the_last_one_is_empty(card: tuple[Path, SampleCard]) -> None:
    folder, made = card
    file = str(folder / made.clips[0])
    probe = ["ffprobe", "-v", "error", "-show_entries", "stream=codec_name", "-of", "csv=p=0", file]
    assert subprocess.run(probe, capture_output=True, check=True).stdout.split() == [b"h264", b"aac"]
    assert (folder / made.clips[-1]).stat().st_size == 0
    assert made.left_out is None


def test_without_ffmpeg_there_are_pictures_and_a_plain_word_about_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(sample_card, "PICTURE", (96, 64))
    made = make_card(tmp_path / "card")
    assert made.clips == ()
    assert len(made.pictures) == 8
    assert "ffmpeg" in str(made.left_out)


def test_a_folder_with_something_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.jpg").write_bytes(b"mine")
    with pytest.raises(UsageError, match="empty folder"):
        make_card(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.jpg"]


def test_the_same_seed_draws_the_same_picture_and_another_seed_another() -> None:
    first, again, other = (still(SCENES[0], (120, 80), seed).tobytes() for seed in (1, 1, 2))
    assert first == again
    assert first != other


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.name)
def test_a_pan_moves_and_stays_in_its_frame(scene: Scene) -> None:
    frames = [frame.copy() for frame in moving(scene, (160, 90), 1, 3)]
    assert {frame.size for frame in frames} == {(160, 90)}
    assert len({frame.tobytes() for frame in frames}) == 3


@pytest.mark.parametrize("order", ["little", "big"])
def test_a_thumbnail_is_put_into_either_byte_order(order: str) -> None:
    exif = Image.Exif()
    exif.endian = ">" if order == "big" else "<"
    exif[ExifTags.Base.Artist] = "somebody with a name of odd length"
    loaded = with_thumbnail(exif.tobytes(), b"\xff\xd8 thumbnail \xff\xd9")
    read = Image.Exif()
    read.load(loaded)
    second = read.get_ifd(ExifTags.IFD.IFD1)
    start = second[ExifTags.Base.JpegIFOffset]
    assert loaded[6:][start : start + second[ExifTags.Base.JpegIFByteCount]] == b"\xff\xd8 thumbnail \xff\xd9"
