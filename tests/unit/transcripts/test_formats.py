"""Subtitle formats: what is said is read, what a cue cannot hold is told, what is damaged is refused with its line."""

import pytest

from tamizdat.errors import BadPacket, UsageError
from tamizdat.statements.transcribed import Cue
from tamizdat.transcripts.files import read, write
from tamizdat.transcripts.legibility import hints

VTT = """WEBVTT - of the desk

STYLE
::cue { color: red }

NOTE
for the translator only:
he is not to be named

intro
00:01.000 --> 00:02.500 align:start line:0
<v.loud teacher>They <c.red>are</c> gone.</v>

NOTE private

3
01:00:03.000 --> 01:00:04.000
5 &lt; 6 &amp; more --&gt;
"""
ASS = """[Script Info]
Title: x

[V4+ Styles]
Style: Default,Sans
Style: Sign,Serif

[Aegisub Extradata]
Data: 1

[Events]
Format: Layer, Start, End, Style, Name, Text
Comment: 0,0:00:00.00,0:00:01.00,Default,,not shown
Dialogue: 0,0:00:01.50,0:00:02.25,Default,teacher,{\\an8}They, too,\\Nare{to check} gone.
"""
TTML = """<?xml version="1.0" encoding="UTF-8"?>
<tt xmlns="http://www.w3.org/ns/ttml" xmlns:ttm="http://www.w3.org/ns/ttml#metadata"
    xmlns:ttp="http://www.w3.org/ns/ttml#parameter" ttp:frameRate="25">
<head><metadata><ttm:agent xml:id="a"><ttm:name>teacher</ttm:name></ttm:agent></metadata>
<layout><region xml:id="r"/></layout></head>
<body begin="10s"><div>
<p begin="00:00:01:05" dur="800ms" ttm:agent="a" region="r">They
   <span style="s">are</span><br/>gone.</p>
<p begin="2.5s" end="3s">5 &lt; 6</p>
</div></body></tt>
"""


def said(data: str, ending: str) -> tuple[list[tuple[int, int, str, str]], list[str]]:
    found = read(data.encode(), ending)
    return [(each.start, each.end, each.speaker, each.text) for each in found.cues], list(map(str, found.told))


def test_a_note_of_webvtt_is_never_words_and_all_that_is_not_kept_is_told() -> None:
    cues, told = said(VTT, ".vtt")
    assert cues == [(1000, 2500, "teacher", "They are gone."), (3_603_000, 3_604_000, "", "5 < 6 & more -->")]
    assert told == [
        "line 1: the remark behind WEBVTT is not kept",
        "line 3: a style of 2 lines is not kept, and is no words",
        "line 6: a note of 3 lines is not kept, and is no words",
        "line 10: the name of a cue is not kept: 'intro'",
        "line 11: settings are not kept: 'align:start line:0'",
        "line 11: formatting is not kept: '<c.red>'",
        "line 11: formatting is not kept: '</c>'",
        "line 14: a note of 1 line is not kept, and is no words",
    ]


def test_what_stands_in_braces_of_substation_is_told_and_commas_are_words() -> None:
    cues, told = said(ASS, ".ass")
    assert cues == [(1500, 2250, "teacher", "They, too,\nare gone.")]
    assert told == [
        "styles are not kept: 2",
        "line 8: a section is not kept: '[Aegisub Extradata]'",
        "line 13: a comment is not kept, and is no words",
        "line 14: formatting is not kept: '\\\\an8'",
        "line 14: a comment in braces is not kept: 'to check'",
    ]


@pytest.mark.parametrize(
    ("text", "words", "drawn"),
    [
        ("{\\p1}m 0 0 l 9 0 9 9{\\p0}", "", "m 0 0 l 9 0 9 9"),
        ("{\\an7\\p2}m 0 0{\\i1} l 5 5{\\p0}gone", "gone", "m 0 0 l 5 5"),
        ("{\\pos(1,2)}gone {\\pbo3}again{\\k20}", "gone again", ""),
        ("gone{\\p" + "9" * 5000 + "}m 0 0", "gone", "m 0 0"),
    ],
)
def test_a_drawing_of_substation_is_told_and_is_no_words(text: str, words: str, drawn: str) -> None:
    line = "Dialogue: 0,0:00:{}.00,0:00:09.00,Default,,0,0,0,,{}\n"
    cues, told = said(f"[Events]\n{line.format('01', text)}{line.format('02', 'last')}", ".ass")
    assert [each[3] for each in cues] == [*filter(None, [words]), "last"]
    assert (f"line 2: a drawing is not kept, and is no words: {drawn!r}" in told) == bool(drawn)


def test_times_of_a_time_code_are_told_in_ttml() -> None:
    _, told = said(TTML.replace("ttp:frameRate", "ttp:timeBase='smpte' ttp:frameRate"), ".ttml")
    assert any("times of the base 'smpte' are taken as times from the beginning" in each for each in told)


@pytest.mark.parametrize(
    ("rates", "begins"),
    [
        ('ttp:frameRate="25"', 3_600_480),
        ('ttp:frameRate="24" ttp:frameRateMultiplier="1000 1001"', 3_604_100),
        ('ttp:frameRate="30" ttp:frameRateMultiplier="1000 1001"', 3_604_000),
        ('ttp:frameRate="30" ttp:frameRateMultiplier="1000 1001" ttp:dropMode="dropNTSC"', 3_600_397),
    ],
)
def test_a_time_code_counts_frames(rates: str, begins: int) -> None:
    head = TTML.replace('ttp:frameRate="25"', f'ttp:timeBase="smpte" {rates}').replace('body begin="10s"', "body")
    [_, cue], _ = said(head.replace("00:00:01:05", "01:00:00:12"), ".ttml")
    assert cue[0] == begins


YOUTUBE = """WEBVTT
Kind: captions
Language: en

00:00:00.160 --> 00:00:02.470 align:start position:0%
~
hello<00:00:00.560><c> and</c>

00:00:02.470 --> 00:00:02.480 align:start position:0%
hello and
~

00:00:03.000 --> 00:00:04.000
one
~
00:00:04.000 --> 00:00:05.000
two
~
three
00:00:05.000 --> 00:00:06.000
four
""".replace("~", " ")


def test_a_line_of_spaces_ends_no_cue_of_webvtt_as_youtube_writes_them() -> None:
    cues, _ = said(YOUTUBE, ".vtt")
    assert [(start, words) for start, _, _, words in cues] == [
        (160, "hello and"),
        (2470, "hello and"),
        (3000, "one"),
        (4000, "two"),
        (5000, "four"),
    ]


ROLLING = [
    (160, 2149, "hello and welcome"), (2149, 2159, "hello and welcome"), (2159, 4309, "hello and welcome\nto this"),
    (4309, 4319, "to this"), (4319, 6000, "to this"), (6000, 6010, "to this"), (6010, 7000, "to this\nto this"),
]  # fmt: skip


@pytest.mark.parametrize("ending", [".vtt", ".srt"])
def test_lines_that_roll_up_are_said_once(ending: str) -> None:
    def at(time: int) -> str:
        return f"00:00:{time // 1000:02}{'.' if ending == '.vtt' else ','}{time % 1000:03}"

    text = "".join(f"{at(start)} --> {at(end)}\n{words}\n\n" for start, end, words in ROLLING)
    cues, told = said(f"WEBVTT\n\n{text}" if ending == ".vtt" else text, ending)
    assert [(start, words) for start, _, _, words in cues] == [
        (160, "hello and welcome"), (2159, "to this"), (6010, "to this")
    ]  # fmt: skip
    assert sum("roll up" in each for each in told) == 1


def test_words_that_somebody_says_again_stay() -> None:
    times = ["00:01.000 --> 00:02.000", "00:02.000 --> 00:02.200", "00:02.200 --> 00:04.000"]
    cues, _ = said("WEBVTT\n\n" + "".join(f"{each}\nNo.\n\n" for each in times), ".vtt")
    assert [words for *_, words in cues] == ["No.", "No.", "No."]
    few = [*times[:1], "00:02.000 --> 00:02.010", "00:02.010 --> 00:03.000"]
    cues, _ = said("WEBVTT\n\n" + "".join(f"{each}\nNo.\n\n" for each in few), ".vtt")
    assert [words for *_, words in cues] == ["No.", "No.", "No."]
    apart = ["00:01.000 --> 00:02.000", "00:02.500 --> 00:02.510", "00:02.510 --> 00:04.000"]
    cues, _ = said("WEBVTT\n\n" + "".join(f"{each}\nNo.\n\n" for each in apart), ".vtt")
    assert [words for *_, words in cues] == ["No.", "No.", "No."]


def test_words_of_which_each_frame_has_a_cue_of_its_own_stay() -> None:
    times = [f"00:00.{start:03} --> 00:00.{start + 40:03}" for start in range(0, 400, 40)]
    cues, told = said("WEBVTT\n\n" + "".join(f"{each}\nNo.\n\n" for each in times), ".vtt")
    assert [words for *_, words in cues] == ["No."] * 10
    assert told == []


def test_times_of_ttml_are_added_up_and_frames_are_counted() -> None:
    cues, told = said(TTML, ".ttml")
    assert cues == [(11_200, 12_000, "teacher", "They are\ngone."), (12_500, 13_000, "", "5 < 6")]
    assert "line 8: formatting is not kept: the element 'span'" in told
    assert "line 7: a region of a cue is not kept: 'r'" in told


def test_braces_and_strange_tags_of_subrip_are_somebodys_words() -> None:
    cues, told = said("1\n00:00:01,000 --> 00:00:02,000\n{he} <3 \\N {\\an8}<b>you</b>\n", ".srt")
    assert cues == [(1000, 2000, "", "{he} <3 \\N you")]
    assert told == [f"line 2: formatting is not kept: {each!r}" for each in ("{\\an8}", "<b>", "</b>")]


def test_overlapping_cues_stay_and_cues_out_of_order_are_put_in_order_and_told() -> None:
    cues, told = said(
        "00:00:05,000 --> 00:00:08,000\nb\n\n00:00:01,000 --> 00:00:06,000\na\n\n00:00:05,500 --> 00:00:07,000\nc\n",
        ".srt",
    )
    assert [each[3] for each in cues] == ["a", "b", "c"]
    assert told == ["line 4: this cue begins before the one above it; it was put in its place"]


def test_plain_text_with_times_has_speakers_and_without_is_spread_over_the_clip() -> None:
    cues, _ = said("[00:00:01] teacher: They\nare gone.\n[00:00:03.5 - 00:00:04] 谁知道？\n", ".txt")
    assert cues == [(1000, 3500, "teacher", "They\nare gone."), (3500, 4000, "", "谁知道？")]
    found = read(b"one two\n\nthree\n", ".txt", length=12_000)
    assert [(each.start, each.end, each.text) for each in found.cues] == [(0, 7000, "one two"), (7000, 12_000, "three")]
    assert "has no times" in str(found.told[0])


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_unicode_in_any_form_is_recognised(encoding: str) -> None:
    data = "1\r\n00:00:01,000 --> 00:00:02,000\r\n老师\r\n".encode(encoding)
    assert read(data, ".srt").cues == (Cue(1000, 2000, "", "老师"),)


@pytest.mark.parametrize(("data", "ending", "line"), [
    ("1\n00:00:01,000 --> 00:00:02,000\na\n\n2\n00:00:03,000 -- 00:00:04,000\nb\n", ".srt", "Line 6"),
    ("1\n00:00:01,000 --> 00:00:02,000\na --> b\n", ".srt", "Line 3"),
    ("words\n\n1\n00:00:01,000 --> 00:00:02,000\na\n", ".srt", "Line 1"),
    ("WEBVTT\n\n00:61.000 --> 02:00.000\nx\n", ".vtt", "Line 3"),
    ("[Events]\nDialogue: 0,0:00:02.00,0:00:01.00,D,,0,0,0,,x\n", ".ass", "found none in the file. Line 2: a cue from"),
    ("[Script Info]\n", ".ass", "section"),
    ("<tt xmlns='http://www.w3.org/ns/ttml'>\n<body><p begin='1s'>x</p></body></tt>", ".ttml", "Line 2.*found none"),
    ("<tt xmlns='http://www.w3.org/ns/ttml'>\n<body timeContainer='seq'/></tt>", ".ttml", "Line 2"),
    ("<tt xmlns='http://www.w3.org/ns/ttml'>\n<p begin='1s' end='2s'><span begin='1s'>x</span></p></tt>", ".ttml", "2"),
    ("<html/>", ".ttml", "Line 1"),
    ("<tt", ".ttml", "Line 1"),
    ("[00:00:99] x", ".txt", "Line 1"),
    ("WEBVTT\n", ".vtt", "found none"),
    ("1\n00:00:01,000 --> 00:00:02,000\na\0b\n", ".srt", "Line 3.*NUL"),
    ("[Events]\nFormat: Start, Text\n", ".ass", "found 'Start, Text'"),
])  # fmt: skip
def test_what_is_damaged_is_refused_with_its_line(data: str, ending: str, line: str) -> None:
    with pytest.raises(BadPacket, match=line):
        read(data.encode(), ending)


def test_the_byte_that_is_told_is_the_one_that_is_no_text_behind_a_byte_order_mark_too() -> None:
    with pytest.raises(BadPacket, match=r"Line 2: .*the byte 0xff\."):
        read(b"\xef\xbb\xbf1\n\xff", ".srt")


def test_long_files_are_read_in_a_time_that_grows_with_their_length_alone() -> None:
    """A form may send these: a million steps, or, with a search for each line or sign, billions."""
    lines = 20_000
    cues = read(b"[00:00:01] a\n" * lines, ".txt").cues
    assert (len(cues), cues[0].end) == (lines, 4000)
    many = b"a" * 250_000
    assert len(read(b"00:00:01,000 --> 00:00:02,000\n{\\" + many, ".srt").cues[0].text) == len(many) + 2
    with pytest.raises(BadPacket, match="bare"):
        read(b"WEBVTT\n\n00:01.000 --> 00:02.000\n<v" + b" " * 250_000 + b"x\n", ".vtt")


def test_what_a_writer_cannot_carry_is_told_or_refused() -> None:
    cues = [Cue(1001, 2000, "teacher", "<i>so</i>"), Cue(2000, 3000, "", "x: y")]
    assert list(map(str, write(cues, ".srt", "en").told)) == [
        "cue 1: SubRip has no speakers; the name stands before the words",
        "cue 1: players take '<i>' for formatting and do not show it",
    ]
    assert "rounded" in str(write(cues, ".ass", "en").told[0])
    assert "a speaker or a time" in str(write(cues, ".txt", "en").told[0])
    with pytest.raises(UsageError, match="Cue 1"):
        write([Cue(0, 1000, "", "a {b}")], ".ass", "en")
    with pytest.raises(UsageError, match="Cue 1"):
        write([Cue(0, 1000, "", "a --> b")], ".srt", "en")


def test_what_is_hard_to_read_is_told_by_language() -> None:
    cues = [
        Cue(0, 1000, "", "今天去了三户人家，警察在楼下"),
        Cue(1_040, 3_000, "", "a"),
        Cue(2_900, 12_000, "", "b\nc\nd"),
    ]
    assert [(each.cue, each.kind) for each in hints(cues, "zh", 10_000)] == [
        (0, "fast"), (0, "gap"), (1, "overlap"), (2, "lines"), (2, "long"), (2, "beyond"),
    ]  # fmt: skip
    assert [each.kind for each in hints(cues[:1], "en")] == []


@pytest.mark.parametrize(
    ("ending", "head", "cue"),
    [
        (".srt", "", "00:00:0{},000 --> 00:00:0{},000 X1:5\n<i>{}</i>\n\n"),
        (".vtt", "WEBVTT\n\n", "00:0{}.000 --> 00:0{}.000 line:0\n<i>{}</i>\n\n"),
        (".ass", "[Events]\n", "Dialogue: 0,0:00:0{}.00,0:00:0{}.00,D,,0,0,0,,{{\\i1}}{}\n"),
        (".ttml", "<tt xmlns='http://www.w3.org/ns/ttml'><body>", "<p begin='{}s' end='{}s' region='r'>{}</p>\n"),
    ],
)
def test_of_a_file_with_a_cue_that_ends_before_it_begins_the_others_are_read(ending: str, head: str, cue: str) -> None:
    end = "</body></tt>" if ending == ".ttml" else ""
    spans = ((1, 2, "one"), (3, 3, "never shown"), (5, 4, "backwards"), (6, 7, "two"))
    cues, told = said(head + "".join(cue.format(*each) for each in spans) + end, ending)
    assert cues == [(1000, 2000, "", "one"), (6000, 7000, "", "two")]
    assert ["was left out" in each for each in told][:3] == [True, True, False], "told before all formatting"


@pytest.mark.parametrize(
    "place",
    [
        "[iso: 100] [latitude: 31.024] [longitude: 103.614] [rel_alt: 1.2]",
        "HOME(103.6,31.0) 2024.05.12",
        "GPS (-3.6, 31.0, 20)",
    ],
)
def test_where_a_drone_was_is_no_transcript(place: str) -> None:
    cue = '{}\n00:00:0{},000 --> 00:00:0{},500\n<font size="28">FrameCnt: 1\n{}</font>\n\n'
    with pytest.raises(BadPacket, match="where a drone was in 2 of 2 cues"):
        read("".join(cue.format(n, n, n, place) for n in (1, 2)).encode(), ".srt")
    spoken = "".join(cue.format(n, n, n, place if n == 1 else "They say GPS is off.") for n in (1, 2, 3))
    assert len(read(spoken.encode(), ".srt").cues) == 3


@pytest.mark.parametrize(
    ("encoding", "words", "named"),
    [
        ("big5", "他們都不在了。", "big5hkscs"),
        ("shift_jis", "誰もいない。", "shift_jis"),
        ("euc-kr", "아무도 없다.", "euc-kr"),
    ],
)
def test_an_encoding_that_is_asked_for_is_proposed_by_its_words_and_never_taken(
    encoding: str, words: str, named: str
) -> None:
    data = f"1\n00:00:01,000 --> 00:00:02,000\n{words}\n".encode(encoding)
    with pytest.raises(BadPacket, match=f"By its words it is {named}: try that"):
        read(data, ".srt")
    assert read(data, ".srt", named).cues[0].text == words
    with pytest.raises(BadPacket, match=r"or save it as UTF-8\.$"):
        read(data.replace(words.encode(encoding), "café".encode("cp1252")), ".srt")
