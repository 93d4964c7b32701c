"""Edit lists that come back: which files they use and where, in the forms that cutting programs write; or a refusal."""

import json
from fractions import Fraction

import pytest

from tamizdat.cutting_room.edit_lists.files import read_list
from tamizdat.cutting_room.film import joined
from tamizdat.errors import BadPacket

EDL = """\
TITLE: film
FCM: DROP FRAME

001  I0000041 AA/V  C        00:00:01;06 00:00:03;00 01:00:00;00 01:00:01;24
* FROM CLIP NAME: item-0041.mov
002  AX       V     C        00:00:09:00 00:00:09:00 01:00:01:24 01:00:01:24
002  AX       V     D    025 00:00:02:00 00:00:04:00 01:00:01:24 01:00:03:24
* FROM CLIP NAME: item-0041.mov
* TO CLIP NAME: 采访.mov
003  MVI_0042 AA    C        00:00:00:00 00:00:02:00 01:00:03:24 01:00:05:24
M2   MVI_0042       050.0                00:00:00:00
* SOURCE FILE: /Volumes/card/DCIM/MVI_0042.MOV
004  BL       V     C        00:00:00:00 00:00:02:00 01:00:05:24 01:00:07:24
"""
FCPXML = """\
<?xml version="1.0" encoding="UTF-8"?><!DOCTYPE fcpxml><fcpxml version="1.10"><resources>
<asset id="r2" name="item-0041" start="3600s" duration="60s"><media-rep src="file:///cut%20room/item-0041.mov"/></asset>
<asset id="r3" name="b" src="file:///cut/item-0057-2.mov" start="0s" duration="1001/10s"/></resources>
<event><asset-clip ref="r3" name="in a bin"/><project><sequence><spine>
<asset-clip ref="r2" offset="0s" start="36012/10s" duration="18/10s"><asset-clip ref="r3" lane="1" duration="2s"/>
</asset-clip>
<clip start="5s" duration="2s"><video ref="r3" offset="0s" duration="60s"/></clip>
</spine></sequence></project></event></fcpxml>"""
XMEML = """\
<?xml version="1.0" encoding="UTF-8"?><!DOCTYPE xmeml><xmeml version="4"><bin><clip><file id="f9"><name>unused</name>
</file></clip></bin><sequence><media><video><track><clipitem><name>item-0041.mov</name><in>30</in><out>60</out>
<rate><timebase>30</timebase><ntsc>TRUE</ntsc></rate><file id="f1"><name>item-0041.mov</name>
<pathurl>file://localhost/cut%20room/item-0041.mov</pathurl></file></clipitem></track></video>
<audio><track><clipitem><name>renamed</name><in>0</in><out>60</out><rate><timebase>30</timebase></rate><file id="f1"/>
</clipitem></track></audio></media></sequence></xmeml>"""
MLT = """\
<mlt><profile frame_rate_num="25" frame_rate_den="1"/><chain id="c"><property name="resource">item-0041.mov</property>
</chain>
<producer id="black"><property name="resource">#ff0000</property></producer><producer id="p" in="10">
<property name="resource">item-0057-2.mov</property></producer>
<playlist id="main_bin"><entry producer="c" in="0" out="9"/></playlist><playlist id="playlist0">
<entry producer="c" in="00:00:01.200" out="00:00:02.960"/><entry producer="black" in="0" out="9"/>
<entry producer="p" in="0" out="24"/></playlist></mlt>"""


def otio(**more: object) -> str:
    def span(start: float, length: float) -> dict[str, object]:
        times = [{"OTIO_SCHEMA": "RationalTime.1", "rate": 29.97002997, "value": each} for each in (start, length)]
        return {"OTIO_SCHEMA": "TimeRange.1", "start_time": times[0], "duration": times[1]}

    media = {"OTIO_SCHEMA": "ExternalReference.1", "target_url": "item-0041.mov", "available_range": span(300, 900)}
    clip = {"OTIO_SCHEMA": "Clip.2", "name": "a", "media_references": {"DEFAULT_MEDIA": media}, **more}
    clip["source_range"] = span(330, 60)
    return json.dumps({"OTIO_SCHEMA": "Timeline.1", "tracks": {"OTIO_SCHEMA": "Stack.1", "children": [clip]}})


def spans(text: str) -> list[tuple[str, Fraction | None, Fraction | None]]:
    return [(each.names[0], each.start, each.end) for each in read_list(text.encode())]


def test_an_edit_decision_list_tells_both_clips_of_a_dissolve_and_its_time_codes() -> None:
    found = [(each.names, each.code) for each in read_list(EDL.encode())]
    assert found == [
        (("item-0041.mov", "I0000041"), "00:00:01;06-00:00:03;00"),
        (("采访.mov",), "00:00:02:00-00:00:04:00"),
        (("/Volumes/card/DCIM/MVI_0042.MOV", "MVI_0042"), "00:00:00:00-00:00:02:00"),
    ]
    assert read_list(b"\xff\xfe" + EDL.replace("\n", "\r\n").encode("utf-16-le")) == read_list(EDL.encode())
    assert read_list(EDL.encode("gb18030"))[0].names == ("item-0041.mov", "I0000041")


def test_what_lies_in_a_bin_is_not_used_and_times_count_from_the_beginning_of_a_file() -> None:
    ours, other, frame = "file:///cut room/item-0041.mov", "file:///cut/item-0057-2.mov", Fraction(1001, 30_000)
    assert spans(FCPXML) == [
        (ours, Fraction("1.2"), Fraction(3)), (other, Fraction(0), Fraction(2)), (other, Fraction(5), Fraction(7)),
    ]  # fmt: skip
    assert [span[1:] for span in spans(XMEML)] == [(30 * frame, 60 * frame), (Fraction(0), Fraction(2))]
    assert {span[0] for span in spans(XMEML)} == {"item-0041.mov"}
    assert spans(MLT) == [
        ("item-0041.mov", Fraction("1.2"), Fraction(3)), ("item-0057-2.mov", Fraction("0.4"), Fraction("1.4")),
    ]  # fmt: skip
    assert spans(otio()) == [("item-0041.mov", 30 * frame, 90 * frame)]
    assert spans(otio(enabled=False)) == spans(otio()), "what is switched off may be switched on"


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"\xd0\xcf\x11\xe0" + bytes(600), "found AAF"), (b"\x1f\x8b\x08", "a project of Premiere"),
        (b"PK\x03\x04", "a package"), (b"", "found none"), (b"TITLE: film\nFCM: DROP FRAME\n", "found none"),
        (b"<html/>", "the root 'html'"), (b"<fcpxml>", "not well-formed"), (b'{"a": 1}', "found other JSON"),
        (b'{"OTIO_SCHEMA"', "no JSON"), (b"<mlt><playlist/></mlt>", "found none"), (b"[" * 9_000, "found none"),
        (b'{"OTIO_SCHEMA": "Stack.1", "children": ' + b"[" * 450 + b"]" * 450 + b"}", "at most 400 levels"),
        (b'<!DOCTYPE fcpxml [<!ENTITY a "b">]><fcpxml/>', "document type"),
        (b"WEBVTT\n\n00:01.000 --> 00:02.000\na", "found none"),
    ],
)  # fmt: skip
def test_what_is_no_edit_list_is_refused_with_what_to_do(data: bytes, why: str) -> None:
    with pytest.raises(BadPacket, match=why):
        read_list(data)


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        (FCPXML, ('"36012/10s"', '"1/0s"')), (FCPXML, ('"18/10s"', '"-3s"')), (XMEML, ("<in>30", "<in>x")),
        (XMEML, ("<timebase>30</timebase><ntsc>", "<timebase>0</timebase><ntsc>")),
        (MLT, ('frame_rate_den="1"', 'frame_rate_den="0"')), (MLT, ('out="00:00:02.960"', 'out="00:00:00.000"')),
        (otio(), ('"value": 60', '"value": NaN')),
        (otio(), ('"rate": 29.97002997, "value": 60', '"rate": 0, "value": 60')),
    ],
)  # fmt: skip
def test_times_that_are_none_leave_the_file_named(text: str, wrong: tuple[str, str]) -> None:
    assert wrong[0] in text
    found = read_list(text.replace(*wrong).encode())
    assert any("item-0041" in name for each in found for name in each.names)


def names(text: str) -> list[str]:
    return [name for each in read_list(text.encode()) for name in each.names]


@pytest.mark.parametrize(
    "line",
    [
        "005  I0000041 V     K B   00:00:01:05 00:00:03:00 01:00:00:00 01:00:01:20",
        "005  I0000041 V     K O 010 00:00:01:05 00:00:03:00 01:00:00:00 01:00:01:20",
        "005  I0000041 V     c     00:00:01:05 00:00:03:00 01:00:00:00 01:00:01:20",
        "005  I0000041 V     C     00:00:00:00 00:00:00:00 01:00:00:00 01:00:10:00",
        "005  AX V C 00:00:01:05 00:00:03:00 01:00:00:00 01:00:01:20\nFINAL CUT PRO REEL: I0000041 REPLACED BY: I00000",
    ],
)
def test_no_event_of_an_edit_decision_list_is_missed(line: str) -> None:
    assert names(f"TITLE: a\n{line}\n") == ["I0000041"]


def test_an_event_that_cannot_be_read_is_an_error_and_one_without_a_name_is_told() -> None:
    with pytest.raises(BadPacket, match="Line 4: expected an event"):
        read_list(EDL.partition("\n002")[0].replace("00:00:01;06", "00:00:01;006").encode())
    event = "002 AX V C 00:00:01:00 00:00:02:00 01:00:00:00 01:00:01:00\n"
    assert [each.names for each in read_list(event.encode())] == [()]


def test_an_fcpxml_clip_whose_asset_is_missing_goes_by_its_own_name() -> None:
    text = FCPXML.replace("<spine>", '<spine><asset-clip ref="r9" name="item-0052.mov" duration="2s"/>')
    assert "item-0052.mov" in names(text)


def test_the_sound_inside_an_fcpxml_clip_is_used_as_far_as_the_clip_is() -> None:
    old = '<video ref="r3" offset="0s" duration="60s"/>'
    inside = '<video ref="r3" offset="0s" duration="60s"><audio lane="-1" ref="r3" offset="0s" duration="60s"/></video>'
    beside = '<asset-clip ref="r2" lane="1" offset="6s" start="3605s" duration="9s"/>'
    found = spans(FCPXML.replace(old, inside + beside))
    assert [span[1:] for span in found[2:4]] == [(5, 7), (5, 7)]
    assert found[4][1:] == (5, 14), "what is connected to a clip is not cut by it"


def test_every_clip_of_xml_is_told_with_several_cameras_without_a_file_and_without_an_id() -> None:
    named = "<file><name>item-0052.mov</name></file>"
    angles = f"<multiclip><angle><clip><file id='f1'/></clip></angle><angle><clip>{named}"
    more = f"<clipitem>{angles}</clip></angle></multiclip></clipitem><clipitem><name>item-0053.mov</name></clipitem>"
    two = "".join(f"<clipitem><file><name>{each}</name></file></clipitem>" for each in ("a.mov", "b.mov"))
    found = read_list(XMEML.replace("<audio><track>", f"<audio><track>{more}{two}").encode())
    assert [each.names[0] for each in found] == [
        "item-0041.mov", "item-0041.mov", "item-0052.mov", "item-0053.mov", "a.mov", "b.mov", "item-0041.mov",
    ]  # fmt: skip


def test_a_file_of_mlt_that_is_a_track_by_itself_and_the_original_of_a_proxy_are_told() -> None:
    track = '<property name="shotcut:resource">DCIM/0042.MP4</property></chain><tractor><track producer="c"/></tractor>'
    found = read_list(MLT.replace("</chain>", track, 1).encode())
    assert [each.names for each in found].count(("item-0041.mov", "DCIM/0042.MP4")) == 2


@pytest.mark.parametrize(
    ("text", "change"),
    [
        (FCPXML, ('start="36012/10s" duration="18/10s">', 'start="36012/10s" duration="18/10s"><timeMap/>')),
        (XMEML, ("<in>30</in>", "<in>30</in><filter><effect><effectid>timeremap</effectid></effect></filter>")),
        (MLT, ("item-0041.mov</property>", 'item-0041.mov</property><property name="mlt_service">timewarp</property>')),
        (otio(), ('"name": "a"', '"name": "a", "effects": [{"OTIO_SCHEMA": "LinearTimeWarp.1", "time_scalar": 2.0}]')),
    ],
)  # fmt: skip
def test_where_a_file_is_shown_faster_or_slower_no_wrong_times_of_it_are_told(
    text: str, change: tuple[str, str]
) -> None:
    assert change[0] in text
    assert (spans(text)[0][1], spans(text.replace(*change))[0][1]) != (None, None)
    assert spans(text.replace(*change))[0][1] is None


def test_stretches_that_overlap_are_one() -> None:
    given = [(Fraction(5), Fraction(7)), (Fraction(1), Fraction(3)), (Fraction(2), Fraction(4))]
    assert [(int(start), int(end)) for start, end in joined(given)] == [(1, 4), (5, 7)]
