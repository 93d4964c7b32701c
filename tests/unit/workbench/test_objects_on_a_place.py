"""Pictures and clips in the workbench of a desk whose objects lie on a place: whole, or the range a player asks for."""

import os
from pathlib import Path

import pytest

from support.visitor import PICTURE, Room, Visitor
from tamizdat.archive.store import segments
from tamizdat.encoding import Json
from tamizdat.home import objects
from tamizdat.ledger.signing import sign_statement
from tamizdat.ledger.statement import Statement, Subject
from tamizdat.places import set_up_place

CLIP = b"\0\0\0\x18ftypmp42" + os.urandom(1000) * 5000  # 5 MB, two segments


@pytest.fixture
def room(tmp_path: Path) -> Room:
    """A desk that keeps its objects in another folder, and nothing of them on its own disk."""
    room = Room(tmp_path)
    set_up_place("cloud", str(tmp_path / "bucket"), {})
    objects.keep_on(room.home, "cloud", str(tmp_path / "bucket"), {}, cache=1)
    room.close()
    return room.open()


@pytest.fixture
def clip(room: Room) -> str:
    digest = room.archive.objects.add([CLIP])
    said: dict[str, Json] = {
        "consignment": "c0" * 32,
        "path": "a.mp4",
        "size": len(CLIP),
        "modified": "2011-04-03T02:11:09Z",
    }
    said |= {"state": "whole", "kind": "original"}
    statement = Statement("captured", (Subject("original", digest),), said)
    [number] = room.archive.append([sign_statement(statement, [(room.bench.key.public, room.bench.key.sign)])])
    return f"/items/{number}/original"


@pytest.fixture
def editor(room: Room) -> Visitor:
    return room.visitor("editor")


def test_a_clip_comes_whole_and_by_range(room: Room, clip: str, editor: Visitor) -> None:
    whole = editor.get(clip)
    assert (whole.status, whole.body == CLIP, whole.headers["content-type"]) == (200, True, "video/mp4")
    assert (whole.headers["content-length"], whole.headers["accept-ranges"]) == (str(len(CLIP)), "bytes")
    assert whole.headers["content-security-policy"] == "default-src 'none'; sandbox"
    edge, end = segments.PAYLOAD, len(CLIP)
    for asked, begin, stop in (
        ("bytes=0-0", 0, 1),
        (f"bytes={edge - 5}-{edge + 4}", edge - 5, edge + 5),
        (f"bytes={end - 9}-", end - 9, end),
        ("bytes=-7", end - 7, end),
        (f"bytes=10-{end * 2}", 10, end),
        (f"bytes=-{end * 2}", 0, end),
    ):
        part = editor.get(clip, range=asked)
        assert part.body == CLIP[begin:stop], asked
        assert (part.status, part.headers["content-length"]) == (200 if stop - begin == end else 206, str(stop - begin))
        if part.status == 206:
            assert part.headers["content-range"] == f"bytes {begin}-{stop - 1}/{end}"


@pytest.mark.parametrize("asked", ["bytes=5-3", "bytes=-", "bytes=0-1,4-5", "lines=0-1", "bytes=a-b", "bytes=0-1\r"])
def test_what_is_no_one_range_brings_the_whole(clip: str, editor: Visitor, asked: str) -> None:
    answer = editor.get(clip, range=asked)
    assert (answer.status, len(answer.body)) == (200, len(CLIP))


@pytest.mark.parametrize("asked", [f"bytes={len(CLIP)}-", "bytes=-0"])
def test_a_range_behind_the_end_is_refused(clip: str, editor: Visitor, asked: str) -> None:
    answer = editor.get(clip, range=asked)
    assert (answer.status, answer.headers["content-range"], answer.body) == (416, f"bytes */{len(CLIP)}", b"")


def test_a_place_that_is_away_is_told_without_a_part_of_the_file(room: Room, clip: str, editor: Visitor) -> None:
    assert editor.get(clip, range="bytes=0-9").status == 206
    (room.folder / "bucket").rename(room.folder / "unplugged")
    answer = editor.get(clip, range="bytes=5000000-")
    assert answer.status == 503
    assert "cloud" in answer.text
    assert "Traceback" not in answer.text


def test_a_picture_is_shown_to_whoever_may_see_only_its_pixels(room: Room) -> None:
    answer = room.visitor("translator").get(f"/items/{room.number(1)}/media/0")
    assert (answer.status, answer.headers["content-type"]) == (200, "image/jpeg")
    assert b"Lin Xia" in PICTURE
    assert b"Lin Xia" not in answer.body
