"""A decoder that ends, hangs or answers nonsense costs the one file that was in it."""

import os
import signal
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from support.media_samples import needs_ffmpeg, scene
from support.media_samples import run as ffmpeg
from tamizdat.encoding import Json
from tamizdat.errors import BadMedia, SandboxMissing
from tamizdat.footage import decode
from tamizdat.footage.decode import box as module
from tamizdat.footage.decode.box import BOXES, Boxes, results
from tamizdat.footage.decode.clip_probe import MOST_CHANNELS, MOST_SOUNDS, Probe
from tamizdat.footage.decode.sandbox import Limits
from tamizdat.footage.preview import preview
from tamizdat.footage.probe import Form, recognise
from tamizdat.footage.reencode import remake

pytestmark = pytest.mark.needs_box

JOB: dict[str, Json] = {"job": "picture", "decoder": "PNG", "sizes": [[640, 70]]}


@pytest.fixture
def boxes() -> Iterator[Boxes]:
    made = Boxes(Limits())
    yield made
    made.close()


@pytest.fixture
def picture(tmp_path: Path) -> Iterator[int]:
    scene().save(tmp_path / "a.png")
    descriptor = os.open(tmp_path / "a.png", os.O_RDONLY)
    yield descriptor
    os.close(descriptor)


@pytest.fixture
def endless() -> Iterator[int]:
    """A file that never gives out its first byte."""
    ours, theirs = os.pipe()
    yield ours
    os.close(ours)
    os.close(theirs)


def only(boxes: Boxes) -> module.Box:
    [box] = boxes._idle
    return box


def worker_of(box: module.Box) -> int:
    """The process that waits in the box, by its number outside: bwrap's child."""
    number = box._process.pid
    return int(Path(f"/proc/{number}/task/{number}/children").read_text().split()[0])


def test_one_box_is_kept_for_many_files(boxes: Boxes, picture: int) -> None:
    first = boxes.decode(JOB, picture)
    kept = only(boxes)
    os.lseek(picture, 0, os.SEEK_SET)
    assert boxes.decode(JOB, picture) == first
    assert only(boxes) is kept


def test_a_box_that_is_killed_in_the_middle_costs_that_file_and_the_next_is_decoded(
    boxes: Boxes, picture: int, endless: int
) -> None:
    boxes.decode(JOB, picture)
    worker = worker_of(only(boxes))

    def kill_at_work() -> None:
        while not Path(f"/proc/{worker}/task/{worker}/children").read_text():
            time.sleep(0.01)
        os.kill(worker, signal.SIGKILL)

    killing = threading.Thread(target=kill_at_work)
    killing.start()
    with pytest.raises(BadMedia, match="before its time"):
        boxes.decode(JOB, endless)
    killing.join()
    os.lseek(picture, 0, os.SEEK_SET)
    assert boxes.decode(JOB, picture)


def test_a_worker_that_hangs_is_ended_with_its_box(boxes: Boxes, picture: int) -> None:
    boxes.decode(JOB, picture)
    worker = worker_of(only(boxes))
    os.kill(worker, signal.SIGSTOP)
    boxes.close()
    assert not Path(f"/proc/{worker}").exists()


def test_a_file_that_takes_too_long_is_given_up_and_the_next_is_decoded(
    boxes: Boxes, picture: int, endless: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "GRACE", 0.3)
    with pytest.raises(BadMedia, match="in the time it may take"):
        boxes.decode(JOB, endless, (), 0)
    monkeypatch.undo()
    assert boxes.decode(JOB, picture)


def test_a_picture_that_needs_more_memory_than_there_is_costs_that_picture(tmp_path: Path) -> None:
    boxes = Boxes(Limits(memory=256 << 20))
    scene(9000, 6000).save(tmp_path / "large.png", compress_level=1)
    scene().save(tmp_path / "small.png")
    with (tmp_path / "large.png").open("rb") as large, (tmp_path / "small.png").open("rb") as small:
        with pytest.raises(BadMedia):
            boxes.decode(JOB, large.fileno())
        assert boxes.decode(JOB, small.fileno())
    boxes.close()


def test_a_box_whose_worker_ended_while_idle_is_replaced_and_costs_nothing(boxes: Boxes, picture: int) -> None:
    boxes.decode(JOB, picture)
    first = only(boxes)
    first._process.kill()
    first._process.wait()
    os.lseek(picture, 0, os.SEEK_SET)
    assert boxes.decode(JOB, picture)
    assert only(boxes) is not first


def test_threads_have_a_box_each(boxes: Boxes, tmp_path: Path) -> None:
    scene().save(tmp_path / "a.png")

    def once(_: int) -> list[bytes]:
        with (tmp_path / "a.png").open("rb") as file:
            return boxes.decode(JOB, file.fileno())

    with ThreadPoolExecutor(3) as pool:
        found = list(pool.map(once, range(12)))
    assert all(each == found[0] for each in found)
    assert len(boxes._idle) <= 3


@pytest.mark.parametrize("answer", [b"", b"x", b"0\0", b"0\0\0\0\5abc", b"0\xff\xff\xff\xff", b"00000"])
def test_an_answer_that_is_none_is_refused(answer: bytes) -> None:
    with pytest.raises(BadMedia, match="bytes that are none"):
        results(answer)


def test_a_message_from_the_box_is_shown_without_what_could_harm_a_terminal() -> None:
    with pytest.raises(BadMedia) as refused:
        results(b"mhere\x1b[2J\r\nis" + b"x" * 5_000)
    assert str(refused.value).startswith("here [2J  is")
    assert len(str(refused.value)) <= 400


def test_a_picture_is_the_same_with_and_without_a_box(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    scene().save(tmp_path / "a.png")
    boxed = preview(tmp_path / "a.png")
    BOXES.close()
    monkeypatch.setenv("PATH", str(tmp_path))
    assert preview(tmp_path / "a.png") == boxed, "the field's own files may be previewed without"


def test_without_a_box_nothing_of_strangers_is_decoded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    scene().save(tmp_path / "a.png")
    (tmp_path / "a.mp4").write_bytes(b"\0\0\0\x18ftypisom" + bytes(400))
    (tmp_path / "out").mkdir()
    BOXES.close()
    monkeypatch.setenv("PATH", str(tmp_path))
    for name, kind in (("a.png", "picture"), ("a.mp4", "clip")):
        with pytest.raises(SandboxMissing, match="bubblewrap"):
            remake(tmp_path / name, kind, tmp_path / "out")
    with pytest.raises(SandboxMissing):
        decode.jpegs(tmp_path / "a.png", recognise(tmp_path / "a.png") or Form("picture", "PNG"), [(90, 70)])
    assert list((tmp_path / "out").iterdir()) == []


def test_what_comes_out_of_a_box_is_no_jpeg_with_anything_extra(tmp_path: Path, boxes: Boxes) -> None:
    """The worker is believed no more than the file: a preview is structure by structure what showing it needs."""
    scene().save(tmp_path / "a.png")
    [made] = decode.jpegs(tmp_path / "a.png", Form("picture", "PNG"), [(640, 70)])
    (tmp_path / "a.jpg").write_bytes(made)
    from tamizdat.footage.allowlist import check_bare, extra_in_jpeg

    check_bare(tmp_path / "a.jpg")
    assert extra_in_jpeg(made + b"more")


#: where Pillow opens a file, or ffmpeg is run: the box, the sizes of our own published JPEGs, the demo's own drawings
DECODING = {
    "Image.open(": {"footage/decode/picture.py", "publishing/build/media_facts.py"},
    # a sandbox and a stick name it only to take it along
    '"ffmpeg"': {
        "footage/decode/clip.py", "footage/decode/greys.py", "footage/decode/proxy.py", "footage/decode/rendition.py",
        "footage/decode/sandbox.py", "field/stick.py", "demo/sample_card.py",
    },
}  # fmt: skip


@pytest.mark.parametrize("call", DECODING)
def test_nothing_is_decoded_elsewhere(call: str) -> None:
    root = Path(module.__file__).parents[2]
    found = {path.relative_to(root).as_posix() for path in root.rglob("*.py") if call in path.read_text()}
    assert found == DECODING[call]


@pytest.mark.parametrize("answer", [b"", b"[]", b"{}", b'{"width": []}', b"[" * 3_000, b'{"width": 1e999}'])
def test_what_a_box_says_of_a_clip_is_believed_no_more_than_the_clip(answer: bytes) -> None:
    with pytest.raises(BadMedia):
        Probe.parse(answer)
    channels = b"[" + b"9999, -1, " * 99 + b"2]"
    said = (
        b'{"width": 2, "height": 2, "seconds": NaN, "sound": 1, "channels": %b, "bright": 0, "coloured": 1}' % channels
    )
    found = Probe.parse(said)
    assert found == Probe(2, 2, 0.0, True, found.channels, False)
    assert (found.sounds, found.channels[:2]) == (MOST_SOUNDS + 1, (MOST_CHANNELS + 1, 0))


@needs_ffmpeg
def test_the_sound_of_a_clip_of_hours_is_larger_than_what_a_box_may_write_aside(tmp_path: Path) -> None:
    clip, small = tmp_path / "clip.mp4", tmp_path / "small.mp4"
    given = ("-f", "lavfi", "-i", "color=red:s=16x16:r=1:d=40", "-f", "lavfi", "-i", "sine=r=8000:d=40")
    ffmpeg("ffmpeg", "-v", "error", *given, "-pix_fmt", "yuv420p", clip)
    job: dict[str, Json] = {"job": "renditions", "decoder": "mov", "sizes": [[64, 70]], "seconds": 60,
                            "length": "40", "frames": 4, "columns": 4}  # fmt: skip
    boxes = Boxes(Limits(scratch=16 << 10))  # as 16 MiB are to a clip of three hours
    with clip.open("rb") as file, small.open("w+b") as made:
        _sheet, levels = boxes.decode(job, file.fileno(), (made.fileno(),), 60)
    boxes.close()
    assert len(levels) == pytest.approx(40 * 50, abs=10)
