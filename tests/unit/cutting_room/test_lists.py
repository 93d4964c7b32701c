"""Edit lists and tables: names, reels, rates and time codes right, read back by a library of cutting rooms."""

import csv
import io
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tamizdat.cutting_room.edl import lists
from tamizdat.cutting_room.shots import Shot
from tamizdat.cutting_room.table import table
from tamizdat.errors import BadPacket
from tamizdat.footage.timecode import RATES, Rate, rate_near
from tamizdat.statements.reference import Reference
from tamizdat.statements.transcribed import Cue, Track
from tamizdat.transcripts.files import read

CUES = (
    Cue(1_200, 3_000, "老师", "他们都不在了。"),
    Cue(59_900, 60_100, "", "=1+1"),
    Cue(900_000, 901_000, "", "nach dem Ende"),
)
LISTED = """\
TITLE: TAMIZDAT 25
FCM: NON-DROP FRAME

001  I0000041 AA/V  C        00:00:01:05 00:00:03:00 01:00:00:00 01:00:01:20
* FROM CLIP NAME: item-0041.mov
* COMMENT: ITEM 41 CUE 1
002  I0000041 AA/V  C        00:00:59:22 00:01:00:03 01:00:01:20 01:00:02:01
* FROM CLIP NAME: item-0041.mov
* COMMENT: ITEM 41 CUE 2
003  I0000007 V     C        00:00:00:00 00:10:00:00 01:00:02:01 01:10:02:01
* FROM CLIP NAME: item-0007.mov
* COMMENT: ITEM 7 WHOLE
"""


def track(cues: tuple[Cue, ...], language: str) -> Track:
    stated = Reference(1, bytes(32))
    return Track(language, f"track.{language}.vtt", cues, "", "", "2026-11-25", stated, (stated,))


def shot(number: int, rate: Rate, cues: tuple[Cue, ...] = CUES, kind: str = "clip", sound: bool = True) -> Shot:
    tracks = (track(cues, "zh"), track(cues, "en")) if cues else ()
    return Shot(number, kind, "=The gate", Path("clip.mp4"), rate, 600.0, sound, tracks)


def test_a_list_has_an_event_for_each_cue_and_one_for_a_clip_in_which_nothing_is_marked() -> None:
    made = dict(lists([shot(41, RATES[2]), shot(7, RATES[2], (), sound=False)]))
    assert made["marked-25.edl"].decode("ascii").replace("\r\n", "\n") == LISTED


def test_every_rate_has_a_list_of_its_own_and_no_list_more_events_than_the_format_has() -> None:
    many = tuple(Cue(100 * at, 100 * at + 90, "", "a") for at in range(1_000))
    made = dict(lists([shot(1, RATES[3], many), shot(2, RATES[0]), shot(3, RATES[2], kind="sound")]))
    assert sorted(made) == ["marked-23.976.edl", "marked-25.edl", "marked-29.97-drop-1.edl", "marked-29.97-drop-2.edl"]
    assert b"FCM: DROP FRAME" in made["marked-29.97-drop-1.edl"]
    assert b"01:00:00;00" in made["marked-29.97-drop-1.edl"]
    assert b" AA    C " in made["marked-25.edl"]
    assert made["marked-29.97-drop-1.edl"].count(b"\n999  ") == 1
    assert made["marked-29.97-drop-2.edl"].count(b" C  ") == 1


def test_drop_frame_numbers_are_those_of_a_clock() -> None:
    drop = RATES[3]
    assert [drop.timecode(at) for at in (0, 1_799, 1_800, 17_981, 17_982, 107_892)] == [
        "00:00:00;00", "00:00:59;29", "00:01:00;02", "00:09:59;29", "00:10:00;00", "01:00:00;00",
    ]  # fmt: skip
    for minutes in range(0, 24 * 60, 7):
        hours, minute, second, frame = map(
            int, drop.timecode(drop.frames(60_000 * minutes)).replace(";", ":").split(":")
        )
        assert abs((hours * 60 + minute) * 60 + second + frame / 30 - 60 * minutes) < 0.15


@pytest.mark.parametrize(
    ("found", "name"),
    [
        ((24_000, 1_001), "23.976"), ((24, 1), "24"), ((25, 1), "25"), ((30_000, 1_001), "29.97-drop"), ((30, 1), "30"),
        ((60_000, 1_001), "29.97-drop"), ((50, 1), "25"), ((2_398, 100), "23.976"), ((15, 1), "30"), ((1, 7), "25"),
        ((1_000_000, 1), "25"),
    ],
)  # fmt: skip
def test_the_rate_of_a_cut_is_one_that_lists_know(found: tuple[int, int], name: str) -> None:
    assert rate_near(*found).name == name


def test_the_table_tells_the_words_in_each_language_and_runs_no_formula() -> None:
    rows = list(csv.reader(io.StringIO(table([shot(41, RATES[2])]).decode("utf-8-sig"))))
    assert len(rows) == 7
    assert rows[1] == [
        "41", "I0000041", "item-0041.mov", "25", "'=The gate", "1", "zh", "00:00:01:05", "00:00:03:00", "1.200",
        "3.000", "老师", "他们都不在了。",
    ]  # fmt: skip
    assert rows[2][-1] == "'=1+1"


def test_a_table_of_one_clip_is_taken_back_as_its_transcript_and_one_of_several_is_not() -> None:
    said = (*CUES, Cue(902_000, 903_000, "", "yes,-no\n'=x"))
    one = replace(shot(41, RATES[2]), tracks=(track(said, "zh"),))
    assert read(table([one]), ".csv").cues == said
    with pytest.raises(BadPacket, match="table of one item, found 2"):
        read(table([one, replace(one, number=42)]), ".csv")
    with pytest.raises(BadPacket, match="table of one language, found 2"):
        read(table([shot(41, RATES[2])]), ".csv")


@pytest.mark.parametrize("rate", RATES, ids=lambda each: each.name)
def test_a_library_of_cutting_rooms_reads_the_same_frames_back(rate: Rate) -> None:
    opentimelineio: Any = pytest.importorskip("opentimelineio", reason="OpenTimelineIO is not installed")
    pytest.importorskip("otio_cmx3600_adapter", reason="its adapter of CMX 3600 is not installed")
    given = shot(41, rate)
    [(_, data)] = lists([given, shot(7, rate, ())])
    read = opentimelineio.adapters.read_from_string(data.decode(), "cmx_3600", rate=rate.above / rate.below)
    clips = list(read.find_clips())
    video = [each for each in clips if each.parent().kind == "Video"]
    spans = [(int(each.source_range.start_time.value), int(each.source_range.duration.value)) for each in video]
    wanted = [given.span(each) for each in CUES]
    assert spans == [*((first, behind - first) for first, behind in filter(None, wanted)), (0, given.length)]
    assert {each.metadata["cmx_3600"]["reel"] for each in video} == {"I0000041", "I0000007"}
    assert [each.name for each in video] == ["item-0041.mov", "item-0041.mov", "item-0007.mov"]
    assert read.global_start_time is None or read.global_start_time.value == rate.frames(3_600_000)
