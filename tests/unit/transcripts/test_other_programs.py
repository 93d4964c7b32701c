"""Transcripts of linguists and broadcasters: read as their own programs show them, and what is left out is told first.

The files are in the forms in which ELAN, Praat and caption programs save them; what is read of the samples of pympi,
praatio, ttconv and pycaption was compared with what these read.
"""

import json
import tracemalloc
from contextlib import suppress

import pytest

from tamizdat.errors import BadPacket, UsageError
from tamizdat.transcripts.files import READ, format_of, read

EAF = """<?xml version="1.0" encoding="UTF-8"?>
<ANNOTATION_DOCUMENT AUTHOR="" FORMAT="3.0" VERSION="3.0">
<HEADER TIME_UNITS="milliseconds"><MEDIA_DESCRIPTOR MEDIA_URL="file:///films/a.wav" MIME_TYPE="audio/x-wav"/></HEADER>
<TIME_ORDER><TIME_SLOT TIME_SLOT_ID="ts1" TIME_VALUE="1000"/><TIME_SLOT TIME_SLOT_ID="ts2"/>
<TIME_SLOT TIME_SLOT_ID="ts3" TIME_VALUE="4000"/><TIME_SLOT TIME_SLOT_ID="ts4" TIME_VALUE="3500"/>
<TIME_SLOT TIME_SLOT_ID="ts5" TIME_VALUE="6000"/><TIME_SLOT TIME_SLOT_ID="ts6"/></TIME_ORDER>
<TIER TIER_ID="tx@Tenzin" PARTICIPANT="Tenzin" LANG_REF="bod" LINGUISTIC_TYPE_REF="tx">
<ANNOTATION><ALIGNABLE_ANNOTATION ANNOTATION_ID="a1" TIME_SLOT_REF1="ts1" TIME_SLOT_REF2="ts3">
<ANNOTATION_VALUE>ཁོང་ཚོ་མེད།</ANNOTATION_VALUE></ALIGNABLE_ANNOTATION></ANNOTATION></TIER>
<TIER TIER_ID="wd@Tenzin" PARENT_REF="tx@Tenzin" LINGUISTIC_TYPE_REF="wd">
<ANNOTATION><ALIGNABLE_ANNOTATION ANNOTATION_ID="a2" TIME_SLOT_REF1="ts1" TIME_SLOT_REF2="ts2">
<ANNOTATION_VALUE>ཁོང་ཚོ་</ANNOTATION_VALUE></ALIGNABLE_ANNOTATION></ANNOTATION>
<ANNOTATION><ALIGNABLE_ANNOTATION ANNOTATION_ID="a3" TIME_SLOT_REF1="ts2" TIME_SLOT_REF2="ts3">
<ANNOTATION_VALUE>མེད།</ANNOTATION_VALUE></ALIGNABLE_ANNOTATION></ANNOTATION>
<ANNOTATION><ALIGNABLE_ANNOTATION ANNOTATION_ID="a9" TIME_SLOT_REF1="ts5" TIME_SLOT_REF2="ts6">
<ANNOTATION_VALUE>x</ANNOTATION_VALUE></ALIGNABLE_ANNOTATION></ANNOTATION></TIER>
<TIER TIER_ID="ft@Tenzin" PARENT_REF="tx@Tenzin" LANG_REF="eng" LINGUISTIC_TYPE_REF="ft">
<ANNOTATION><REF_ANNOTATION ANNOTATION_ID="a5" ANNOTATION_REF="a1" PREVIOUS_ANNOTATION="a4">
<ANNOTATION_VALUE>gone.</ANNOTATION_VALUE></REF_ANNOTATION></ANNOTATION>
<ANNOTATION><REF_ANNOTATION ANNOTATION_ID="a4" ANNOTATION_REF="a1">
<ANNOTATION_VALUE>They are</ANNOTATION_VALUE></REF_ANNOTATION></ANNOTATION></TIER>
<TIER TIER_ID="tx@Dolma" PARTICIPANT="" LINGUISTIC_TYPE_REF="tx">
<ANNOTATION><ALIGNABLE_ANNOTATION ANNOTATION_ID="a6" TIME_SLOT_REF1="ts4" TIME_SLOT_REF2="ts5">
<ANNOTATION_VALUE>Who &amp; where?</ANNOTATION_VALUE></ALIGNABLE_ANNOTATION></ANNOTATION></TIER>
</ANNOTATION_DOCUMENT>
"""
GRID = """File type = "ooTextFile"
Object class = "TextGrid"

xmin = 0
xmax = 9.5
tiers? <exists>
size = 3
item []:
    item [1]:
        class = "IntervalTier"
        name = "teacher"
        xmin = 0
        xmax = 9.5
        intervals: size = 3
        intervals [1]:
            xmin = 0
            xmax = 1.2505
            text = ""
        intervals [2]:
            xmin = 1.2505
            xmax = 3
            text = "They are ""gone"" = 5 <3 ! so"
        intervals [3]:
            xmin = 3
            xmax = 9.5
            text = ""
    item [2]:
        class = "IntervalTier"
        name = "mother"
        xmin = 0
        xmax = 9.5
        intervals: size = 2
        intervals [1]:
            xmin = 0
            xmax = 2
            text = ""
        intervals [2]:
            xmin = 2
            xmax = 9.5
            text = "谁
知道？"
    item [3]:
        class = "TextTier"
        name = "door"
        xmin = 0
        xmax = 9.5
        points: size = 1
        points [1]:
            number = 4
            mark = "slams"
"""
SHORT = """"ooTextFile"\r
"TextGrid"\r
0 9.5 <exists>\r
2 ! tiers\r
"IntervalTier" "sentence" 0 9.5 1 0 9.5 "They are gone."\r
"IntervalTier" "word" 0 9.5 3 0 2 "They" 2 4 "are" 4 9.5 "gone."\r
"""
SCC = """Scenarist_SCC V1.0

01:00:00{}00\t94ae 94ae 9420 9420 9470 9470 c8e5 ecec ef80 942c 942c 942f 942f

01:00:03{}00\t942c 942c

01:00:04{}00\t9425 9425 94ad 94ad 9470 9470 cdc1 5252 d580 92a4

01:00:06{}00\t9425 9425 94ad 94ad 9470 9470 1c20 d54f 942c 942c
"""


def cues(data: bytes, ending: str, *tiers: str) -> list[tuple[int, int, str, str]]:
    return [(each.start, each.end, each.speaker, each.text) for each in read(data, ending, tiers=tiers).cues]


def told(data: bytes, ending: str, *tiers: str) -> list[str]:
    return list(map(str, read(data, ending, tiers=tiers).told))


def stl(*blocks: tuple[int, int, bytes, int], table: bytes = b"00", start: bytes = b"10000000") -> bytes:
    general = bytearray(b" " * 1024)
    for at, value in ((0, b"850STL25.01"), (12, table), (238, b"%05d" % len(blocks)), (256, start)):
        general[at : at + len(value)] = value
    made = bytes(general)
    for number, (second, part, text, comment) in enumerate(blocks):
        times = bytes([10, 0, second, 5, 10, 0, second + 2, 0])
        made += bytes([0, number, 0, part, 0]) + times + bytes([20, 2, comment]) + text.ljust(112, b"\x8f")
    return made


def test_words_that_a_form_hides_are_read_or_told() -> None:
    slots = EAF.replace('"ts1" TIME_VALUE="1000"', '"ts1"')
    told = read(slots.encode(), ".eaf").told
    assert any(each.lost and "without a time" in str(each) for each in told), "of a tier that has nothing else, too"
    marked = EAF.replace("Who &amp; where?", "Who <b>and</b> where?")
    assert "Who and where?" in [each.text for each in read(marked.encode(), ".eaf").cues]
    behind = read(f'{GRID}\n0 1 "more"\n'.encode(), ".TextGrid".lower())
    assert "1 text behind the last tier not read" in " ".join(map(str, behind.told))


def test_a_number_that_may_be_somebodys_word_is_told_and_a_time_of_day_is_one() -> None:
    first, second = "1\n00:00:01,000 --> 00:00:02,000\nWhich?\n", "\n00:00:03,000 --> 00:00:04,000\nhm\n"
    for number in ("\n1984", "2\n", "1984"):
        [told] = read(f"{first}{number}{second}".encode(), ".srt").told
        assert told.lost
        assert "taken for the number of a cue" in str(told)
    [cue] = read(first.replace("Which?", "00:00:01.000").encode(), ".srt").cues
    assert cue.text == "00:00:01.000"


def test_a_long_text_of_a_grid_takes_little_memory() -> None:
    grid = f'"ooTextFile"\n"TextGrid"\n0\n9\n<exists>\n1\n"IntervalTier"\n"t"\n0 9\n1\n0 9\n"{"a" * (1 << 18)}"\n'
    tracemalloc.start()
    with suppress(BadPacket):
        read(grid.encode(), ".textgrid")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 8 << 20


def test_tiers_of_elan_are_speakers_and_what_refers_to_them_is_told_first() -> None:
    assert cues(EAF.encode(), ".eaf") == [
        (1000, 4000, "Tenzin", "ཁོང་ཚོ་མེད།"),
        (3500, 6000, "tx@Dolma", "Who & where?"),
    ]
    assert told(EAF.encode(), ".eaf") == [
        "the tier 'wd@Tenzin' was not read: 2 parts, below 'tx@Tenzin'",
        "the tier 'ft@Tenzin' was not read: 1 part in 'eng', below 'tx@Tenzin'",
    ]


def test_a_named_tier_of_elan_has_the_times_of_what_it_refers_to_and_borders_nobody_set_are_spread() -> None:
    assert cues(EAF.encode(), ".eaf", "ft@Tenzin") == [(1000, 4000, "Tenzin", "They are gone.")]
    assert cues(EAF.encode(), ".eaf", "wd@Tenzin") == [
        (1000, 2500, "Tenzin", "ཁོང་ཚོ་"),
        (2500, 4000, "Tenzin", "མེད།"),
    ]
    first = told(EAF.encode(), ".eaf", "wd@Tenzin")
    assert "line 15: words without a time were left out" in first
    with pytest.raises(UsageError, match=r"'ft@Tenzin' .1 part in 'eng', below 'tx@Tenzin'.*found 'en'"):
        read(EAF.encode(), ".eaf", tiers=["en"])


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-be"])
def test_intervals_of_praat_are_cues_and_points_are_told(encoding: str) -> None:
    data = GRID.encode(encoding)
    assert cues(data, ".textgrid") == [
        (1250, 3000, "teacher", 'They are "gone" = 5 <3 ! so'),
        (2000, 9500, "mother", "谁\n知道？"),
    ]
    assert told(data, ".textgrid") == ["the tier 'door' was not read: it has 1 point without a length"]


def test_a_tier_that_parts_another_is_asked_about_so_that_nothing_is_said_twice() -> None:
    with pytest.raises(UsageError, match="'sentence', and in pieces 'word': all would be said twice"):
        read(SHORT.encode(), ".textgrid")
    assert cues(SHORT.encode(), ".textgrid", "sentence") == [(0, 9500, "", "They are gone.")]
    assert told(SHORT.encode(), ".textgrid", "sentence") == ["the tier 'word' was not read: 3 parts"]


def test_stl_has_accents_before_letters_and_its_comments_are_no_words() -> None:
    data = stl(
        (1, 0xFF, b"\x0d\x07\x0b\x0bCaf\xc2e \x80on\x81 \x8a\x8aZ\xc8urich", 0),
        (4, 0xFF, b"ask her real name", 1),
        (6, 1, b"long ", 0),
        (6, 0xFE, b"\0\1", 0),
        (6, 0xFF, b"one", 0),
    )
    assert cues(data, ".stl") == [(1200, 3000, "", "Café on\nZürich"), (6200, 8000, "", "long one")]
    assert told(data, ".stl") == [
        "comments left out, which are no words that are said: 1",
        "blocks of a program left out, which are no words that are said: 1",
        "times count from 10:00:00.000, at which the film begins by what the file says",
    ]
    assert "real name" not in str(read(data, ".stl"))
    cut = told(data[:-3], ".stl")
    assert cut[0] == "the file is cut off: its last 125 bytes were not read"
    assert "block 3: a subtitle without its last part was left out" in cut


@pytest.mark.parametrize(
    ("table", "encoding", "words"),
    [
        (b"01", "iso8859-5", "Их нет."),
        (b"02", "iso8859-6", "من يعرف؟"),
        (b"03", "iso8859-7", "Ποιος;"),
        (b"04", "iso8859-8", "מי יודע?"),
    ],
)
def test_stl_is_read_by_its_code_table(table: bytes, encoding: str, words: str) -> None:
    assert cues(stl((1, 0xFF, words.encode(encoding), 0), table=table), ".stl")[0][3] == words


def test_captions_are_shown_when_their_code_comes_and_a_line_that_rolls_up_is_said_once() -> None:
    for mark, late in ((":", 3600), (";", 0)):
        found = cues(SCC.replace("{}", mark).encode(), ".scc")
        assert [words for _, _, _, words in found] == ["Hello", "MARRÜ"]
        times = [start - 3_600_000 - late for start, _, _, _ in found] + [found[0][1] - found[0][0]]
        assert times == [pytest.approx(each, abs=6) for each in (367, 4_203, 2_636)]
    assert "2 letters of the second channel were not read" in told(SCC.replace("{}", ";").encode(), ".scc")


def test_subrip_without_empty_lines_and_with_too_many_is_read_and_told() -> None:
    text = (
        "1\n00:00:01,000 --> 00:00:02,000\nIn the year\n1989\n2\n00:00:03,000 --> 00:00:04,000\nb\n\nmore\n"
        "00:00:05,000 --> 00:00:06,000 X1:1\n<i>c</i>\n\n4\n\n00: 00: 07,000 -> 00: 00: 08.5\nd\n"
    )
    assert [(start, words) for start, _, _, words in cues(text.encode(), ".srt")] == [
        (1000, "In the year\n1989"),
        (3000, "b\nmore"),
        (5000, "c\n4"),
        (7000, "d"),
    ]
    assert told(text.encode(), ".srt")[0] == "line 9: words behind an empty line go on with the cue above"


@pytest.mark.parametrize(("data", "ending", "why"), [
    (EAF.replace("<ANNOTATION_D", '<!DOCTYPE a [<!ENTITY b "c">]><ANNOTATION_D'), ".eaf", "document type"),
    ("<ANNOTATION_DOCUMENT>" + "<a>" * 9999, ".eaf", "deep"),
    (EAF.replace('"1000"', '"-1"'), ".eaf", "time in milliseconds, found '-1'"),
    (EAF[:900], ".eaf", "well-formed"),
    (GRID, ".eaf", "Line 1"),
    (GRID.replace("1.2505", "nan"), ".textgrid", "Line"),
    (GRID.replace("xmin = 2", "xmin = -2"), ".textgrid", "'-2'"),
    (GRID[:700], ".textgrid", "end of the file"),
    (GRID.replace("size = 3", "size = 999999999", 1), ".textgrid", "at most"),
    ("ooBinaryFile\x08TextGrid", ".textgrid", "Save as text file"),
    (SCC.replace("{}", ";").replace("9420", "94zz"), ".scc", "Line 3"),
    (EAF, ".scc", "Line 1"),
    ("Scenarist_SCC V1.0\n\n00:00:01:00\t9420 " + "c1c2 " * 60, ".scc", "at most 100 letters"),
    (EAF, ".stl", "EBU"),
])  # fmt: skip
def test_what_is_damaged_or_something_else_is_refused(data: str, ending: str, why: str) -> None:
    with pytest.raises(BadPacket, match=why):
        read(data.encode(), ending)


def test_tiers_are_asked_for_only_where_there_are_some() -> None:
    with pytest.raises(UsageError, match="tiers of a file of ELAN, EXMARaLDA or Praat"):
        read(b"1\n00:00:01,000 --> 00:00:02,000\na\n", ".srt", tiers=["a"])


WHISPERX = (
    '{"segments": [{"start": 1.0, "end": 3, "text": " They are gone.", "speaker": "Ann"}, '
    '{"start": 3, "end": 6.0, "text": "Who?", "speaker": "Bo"}], "language": "en"}'
)
TWO = [(1000, 3000, "Ann", "They are gone."), (3000, 6000, "Bo", "Who?")]


@pytest.mark.parametrize(
    ("text", "ending"),
    [
        ("Speaker;From;To;Words\nAnn;0:01;0:03;They are gone.\nBo;0:03;;Who?\n", ".csv"),
        (
            'sep=,\r\n"Start Time","Duration","Text","Speaker Name"\r\n1.0,"2,0",They are gone.,Ann\r\n3.0,3.0,Who?,Bo',
            ".csv",
        ),
        ("start_ms\tend_ms\tspeaker\ttext\n1000\t3000\tAnn\tThey are gone.\n3000\t6000\tBo\tWho?\n", ".tsv"),
        ("Ann  0:01  \nThey are gone.\n\nBo  0:03  \nWho?\n\nTranscribed by https://otter.ai\n", ".txt"),
        ("Ann (00:01):\nThey are gone.\n\nBo (00:03):\nWho?\n", ".txt"),
        ("[00:00:01.00] - Ann\nThey are gone.\n\n[00:00:03.00] - Bo\nWho?\n", ".txt"),
        (WHISPERX, ".json"),
    ],
)
def test_tables_and_what_programs_that_listen_give_out_are_read(text: str, ending: str) -> None:
    assert cues(text.encode(), ending) == TWO


def test_whole_numbers_of_whispers_table_are_milliseconds_and_youtubes_own_file_is_read() -> None:
    bare = [(start, end, "", words) for start, end, _, words in TWO]
    assert cues(b"start\tend\ttext\n1000\t3000\tThey are gone.\n3000\t6000\tWho?\n", ".tsv") == bare
    assert cues(b"0:00:01.000,0:00:03.000\nThey are gone.\n\n0:00:03.000,0:00:06.000\nWho?\n", ".sbv") == bare
    assert cues(b"0:01\nThey are gone.\n0:03\nWho?\n", ".txt") == bare
    offsets = b'{"transcription": [{"offsets": {"from": 1000, "to": 3000}, "text": " They are gone."}]}'
    assert cues(offsets, ".json") == bare[:1]
    assert told(offsets, ".json")[0].startswith("a machine heard these words")


@pytest.mark.parametrize(("data", "ending", "why"), [
    (b"start,end,text\n1,3,a\n", ".csv", "seconds or milliseconds"),
    (b"start,end,text\n00:00:01:00,00:00:03:12,a\n", ".csv", "how many frames a second"),
    (b"Ann,They are gone.\n", ".csv", "names of columns"),
    (b"item,start,text\n41,0:01,a\n42,0:01,b\n", ".csv", "table of one item, found 2"),
    (b"start,text\n,a\n", ".csv", "Line 2: expected a time before these words"),
    (b"PK\x03\x04" + bytes(99), ".csv", "workbook"),
    (b'{"results": {"transcripts": []}}', ".json", "Amazon, Google or Deepgram"),
    (b'{"segments": [{"start": NaN, "end": 1, "text": "a"}]}', ".json", "Segment 1"),
    (b"[" * 100_000, ".json", "no JSON"),
    (b"00:00:01:00 - 00:00:03:12\nAnn\nGone.\n\n00:00:04:00 - 00:00:05:00\nBo\nWho?\n", ".txt", "of another form"),
    (b"[00:00:01.05] They are gone. [00:00:03.12]\n", ".txt", "found another time behind"),
])  # fmt: skip
def test_times_that_may_be_two_and_times_among_words_are_refused(data: bytes, ending: str, why: str) -> None:
    with pytest.raises(BadPacket, match=why):
        read(data, ending)


def test_a_workbook_is_named_with_what_to_do() -> None:
    with pytest.raises(UsageError, match="save the sheet that is meant as “CSV UTF-8”"):
        format_of("interview.xlsx", READ)


def ttml(body: str, head: str = "") -> bytes:
    of = 'xmlns="http://www.w3.org/ns/ttml" xmlns:tts="http://www.w3.org/ns/ttml#styling" xml:lang="ja"'
    return f"<tt {of}><head>{head}</head><body><div>{body}</div></body></tt>".encode()


def test_what_ttml_does_not_show_is_no_words_and_what_is_above_letters_is_in_brackets() -> None:
    hidden = ttml(
        '<p begin="1s" end="2s">a<span tts:display="none">b</span><span style="h">c<span tts:visibility="visible">d'
        "</span></span></p>",
        '<styling><style xml:id="h" tts:visibility="hidden"/></styling>',
    )
    assert cues(hidden, ".ttml") == [(1000, 2000, "", "ad")]
    assert sum("not shown" in each for each in told(hidden, ".ttml")) == 2
    base, above = '<span tts:ruby="base">漢字</span>', '<span tts:ruby="text">かんじ</span>'
    ruby = ttml(f'<p begin="1s" end="2s"><span tts:ruby="container">{base}{above}</span>です</p>')
    assert cues(ruby, ".ttml") == [(1000, 2000, "", "漢字(かんじ)です")]
    vtt = "WEBVTT\n\n00:01.000 --> 00:02.000\n<ruby>漢字<rt>かんじ</ruby>です\n"
    assert cues(vtt.encode(), ".vtt") == [(1000, 2000, "", "漢字(かんじ)です")]


def test_words_in_two_languages_of_one_file_are_told_first() -> None:
    both = ttml('<p begin="1s" end="2s">没了</p></div><div xml:lang="en"><p begin="1s" end="2s">Gone</p>')
    assert (
        told(both, ".ttml")[0]
        == "line 1: words in 'en' beside those in 'ja': if they say the same, take the file apart"
    )


@pytest.mark.parametrize(
    ("ending", "text", "why"),
    [
        (".tsv", "start\tend\ttext\n0.0\t2.5\tGone\n", "whole milliseconds"),
        (".csv", "start_ms;end_ms;text\n1.000;2.500;Gone\n", "thousands"),
        (".csv", 'start,end,text\n"1,500","2,500",Gone\n', "thousands"),
        (".csv", "start,end,words,text\n1.0,2.0,3,They are gone\n", "'words' and 'text'"),
        (".csv", "time,start,text\n14:05:00,1.5,Gone\n", "'time' and 'start'"),
        (".json", '{"segments": [{"start": 1000, "end": 62500, "text": "Gone"}]}', "may be milliseconds"),
        (".txt", "1.000000\t2.500000\tGone\n3.000000\t4.000000\tBack\n", "times of another form"),
    ],
)
def test_what_may_mean_two_times_or_words_is_refused(ending: str, text: str, why: str) -> None:
    with pytest.raises(BadPacket, match=why):
        read(text.encode(), ending)


def test_where_nothing_ends_the_last_segment_of_transformers_the_others_are_read() -> None:
    def of(*ends: float | None) -> bytes:
        said = [{"timestamp": [2.0 * at, end], "text": f"{at}"} for at, end in enumerate(ends)]
        return json.dumps({"text": "", "chunks": said}).encode()

    made = read(of(2.0, None), ".json")
    assert [(each.start, each.end, each.text) for each in made.cues] == [(0, 2000, "0"), (2000, 5000, "1")]
    assert any("three seconds" in each.says for each in made.told)
    with pytest.raises(BadPacket, match="Segment 1"):
        read(of(None, 4.0), ".json")
