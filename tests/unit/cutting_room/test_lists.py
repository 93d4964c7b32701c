"""Edit lists and tables: names, reels, rates and time codes right, read back by a library of cutting rooms."""

import csv
import io
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import fromstring

import pytest

from tamizdat.cutting_room.edit_lists.files import read_list
from tamizdat.cutting_room.edl import lists
from tamizdat.cutting_room.fcpxml import fcpxml
from tamizdat.cutting_room.shots import Shot
from tamizdat.cutting_room.table import table
from tamizdat.cutting_room.timeline import timelines
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


@pytest.mark.parametrize("rate", RATES, ids=lambda each: each.name)
def test_a_timeline_has_the_words_as_markers_where_they_are_said(rate: Rate) -> None:
    opentimelineio: Any = pytest.importorskip("opentimelineio", reason="OpenTimelineIO is not installed")
    said = (Cue(1_200, 3_000, "teacher", "They are\nall gone."), *CUES[1:])
    given = replace(shot(41, rate), tracks=(track(CUES, "zh"), track(said, "en")))
    [(name, data)] = timelines([given, shot(7, rate, (), sound=False), shot(9, rate, kind="sound")])
    read = opentimelineio.adapters.read_from_string(data.decode(), "otio_json")
    assert name == f"marked-{rate.name}.otio"
    code = opentimelineio.opentime.to_timecode(read.global_start_time)
    assert code.replace(";", ":") == "01:00:00:00"
    assert (";" in code) == rate.drop
    video, audio = ([*track.find_clips()] for track in read.tracks)
    assert [each.name for each in video] == ["item-0041.mov", "item-0007.mov"]
    assert [each.name for each in audio] == ["item-0041.mov", "item-0009.m4a"]
    assert [int(track.duration().value) for track in read.tracks] == [3 * given.length] * 2
    assert video[0].media_reference.target_url == "item-0041.mov"
    marks = [(each.name, each.comment, int(each.marked_range.start_time.value)) for each in video[0].markers]
    wanted = given.span(CUES[0])
    assert wanted
    assert marks[0] == ("老师: 他们都不在了。", "en: teacher: They are all gone.", wanted[0])
    assert len(marks) == 2, "what begins behind the end is marked nowhere"
    assert [len(each.markers) for each in (*video[1:], *audio)] == [0, 0, 2]


def test_fcpxml_has_a_project_of_each_rate_in_whole_frames_and_escapes_words() -> None:
    odd = replace(shot(41, RATES[3]), tracks=(track((Cue(1_001, 2_002, "", 'a <b> & "c"\0'),), "zh"),), size=(540, 960))
    root = fromstring(fcpxml([shot(7, RATES[2], ()), odd, shot(9, RATES[2], kind="sound")]).decode())
    assert [each.get("name") for each in root.iter("project")] == ["TAMIZDAT 25", "TAMIZDAT 29.97-DROP"]
    [marker] = [each for each in root.iter("marker") if each.get("start") != "30/25s" and each.get("value") != "=1+1"]
    assert marker.attrib == {"start": "30030/30000s", "duration": "30030/30000s", "value": 'a <b> & "c"\ufffd'}
    sequences = [(each.get("tcStart"), each.get("tcFormat")) for each in root.iter("sequence")]
    assert sequences == [("90000/25s", "NDF"), ("107999892/30000s", "DF")]
    assert [(each.get("width"), each.get("height")) for each in root.iter("format")] == [("0", "0"), ("540", "960")]
    assert [each.get("src") for each in root.iter("media-rep")] == ["item-0007.mov", "item-0009.m4a", "item-0041.mov"]
    [sound] = [each for each in root.iter("asset") if each.get("name") == "item-0009.m4a"]
    assert (sound.get("hasVideo"), sound.get("hasAudio")) == (None, "1")


def test_what_goes_out_is_known_when_it_comes_back() -> None:
    shots = [shot(41, RATES[3]), shot(7, RATES[3], ())]
    every = [*lists(shots), *timelines(shots), ("marked.fcpxml", fcpxml(shots))]
    for name, data in every:
        known = {named for each in read_list(data) for named in each.names if named.startswith("item-")}
        assert known == {"item-0041.mov", "item-0007.mov"}, name
    length = Fraction(shots[0].length * 1001, 30_000)
    for _, data in every[1:]:
        assert {(each.start, each.end) for each in read_list(data)} == {(Fraction(0), length)}
