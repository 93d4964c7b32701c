"""A region that is followed along a clip: where OpenCV is installed, and what is said where it is not."""

import importlib.util
from pathlib import Path

import pytest

from support.media_samples import run
from tamizdat.covering import Cover, Key, Region, checked
from tamizdat.errors import BadMedia, ToolMissing
from tamizdat.footage.probe import recognise
from tamizdat.footage.tracking import follow, require_opencv, thinned

HAS_OPENCV = importlib.util.find_spec("cv2") is not None


def walking(path: Path) -> Path:
    """A clip of two seconds in which a checked square walks from the left to the right."""
    ground = "color=gray:s=320x240:r=25:d=2[g];testsrc=s=64x64:r=25:d=2,select='1',loop=-1:1[f]"
    graph = f"{ground};[g][f]overlay=x='30+90*t':y=80:shortest=1"
    run("ffmpeg", "-loglevel", "error", "-f", "lavfi", "-i", graph, "-t", "2", "-pix_fmt", "yuv420p", path)
    return path


@pytest.mark.skipif(HAS_OPENCV, reason="OpenCV is installed here")
def test_without_opencv_it_is_said_what_to_install_and_what_goes_without(tmp_path: Path) -> None:
    with pytest.raises(ToolMissing, match=r"opencv-python-headless.*by hand"):
        require_opencv()


@pytest.mark.needs_box
@pytest.mark.skipif(not HAS_OPENCV, reason="OpenCV is not installed")
def test_a_region_goes_with_what_is_under_it(tmp_path: Path) -> None:
    path = walking(tmp_path / "a.mp4")
    form = recognise(path)
    assert form
    keys = follow(path, form, Key(0, 30 * 10_000 // 320, 80 * 10_000 // 240, 2_000, 2_666), 1_800)
    checked(Cover((Region("solid", "rectangle", 0, 1_800, tuple(keys)),)), moves=True, length=2_000)
    assert abs(keys[-1].x - 192 * 10_000 / 320) < 600
    assert len(keys) < 15
    with pytest.raises(BadMedia, match="large enough"):
        follow(path, form, Key(0, 0, 0, 10, 10), 1_800)


def test_key_frames_that_say_nothing_are_left_out() -> None:
    straight = [Key(at, at, 500, 100, 100) for at in range(0, 1_000, 100)]
    assert thinned(straight) == [straight[0], straight[-1]]
    bent = [Key(at, abs(500 - at), 500, 100, 100) for at in range(0, 1_100, 100)]
    assert thinned(bent) == [bent[0], bent[5], bent[-1]]
    assert thinned(straight[:2]) == straight[:2]
