"""Transcripts of further programs: what is said is read, and what may mean two things is refused."""

import io
import json
import zipfile

import pytest

from tamizdat.errors import BadPacket, UsageError
from tamizdat.transcripts.files import READ, format_of, read

EXB = """<?xml version="1.0" encoding="UTF-8"?>
<basic-transcription><head><meta-information><referenced-file url="C:/people/lin.wav"/></meta-information>
<speakertable><speaker id="SPK0"><abbreviation>LIN</abbreviation></speaker>
<speaker id="SPK1"><abbreviation>WEI</abbreviation></speaker>
</speakertable></head><basic-body><common-timeline><tli id="T0" time="1.0"/><tli id="T1"/><tli id="T2" time="3.5"/>
<tli id="T3" time="4.0"/><tli id="T4"/></common-timeline>
<tier id="A" speaker="SPK0" category="v" type="t" display-name="LIN [v]"><event start="T0" end="T1">They are </event>
<event start="T1" end="T2">all gone. </event><event start="T3" end="T4">lost</event></tier>
<tier id="B" speaker="SPK1" category="v" type="t" display-name="WEI [v]"><event start="T1" end="T3">Who?
</event></tier>
<tier id="C" speaker="SPK0" category="e" type="a" display-name="LIN [en]"><event start="T0" end="T2">gone</event></tier>
</basic-body></basic-transcription>"""
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
DOCX = f"""<?xml version="1.0"?><w:document {W}><w:body>
<w:p><w:pPr><w:tabs><w:tab w:val="left"/></w:tabs></w:pPr><w:r><w:t>[00:00:01.000] </w:t></w:r><w:r>
<w:t>老师: They</w:t>
</w:r><w:del><w:r><w:delText>never</w:delText><w:t>not</w:t></w:r></w:del><w:ins><w:r><w:t> are</w:t></w:r></w:ins>
<w:r><w:rPr><w:vanish/></w:rPr><w:t>(his name)</w:t></w:r><w:r><w:br/><w:t>gone.</w:t><w:commentReference w:id="1"/>
</w:r></w:p>
<w:p><w:r><w:t>[00:00:03.000] Who?</w:t></w:r></w:p></w:body></w:document>"""
TABLE = f"""<?xml version="1.0"?><w:document {W}><w:body><w:tbl>{{}}</w:tbl>{{}}</w:body></w:document>"""
ROW = "<w:tr><w:tc><w:p><w:r><w:t>{}</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>{}</w:t></w:r></w:p></w:tc></w:tr>"
ODT = """<?xml version="1.0"?><office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:text><text:tracked-changes><text:p>never
</text:p></text:tracked-changes><text:p>Ann Lee<text:s text:c="2"/>0:01</text:p><text:p>They are<text:line-break/>gone.
<office:annotation><text:p>is that so</text:p></office:annotation></text:p></office:text></office:body>
</office:document-content>"""


def document(part: str, words: str) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr(part, words)
    return held.getvalue()


def docx(words: str) -> bytes:
    return document("word/document.xml", words)


def said(data: bytes | str, ending: str, length: int = 0) -> list[tuple[int, int, str, str]]:
    found = read(data if isinstance(data, bytes) else data.encode(), ending, length=length)
    return [(each.start, each.end, each.speaker, each.text) for each in found.cues]


def told(data: bytes | str, ending: str) -> str:
    return "; ".join(map(str, read(data if isinstance(data, bytes) else data.encode(), ending).told))


def test_frames_are_times_only_by_the_rate_that_the_file_says() -> None:
    frames = "{24}{84}They are|gone.\n{96}{}{y:i}so\n"
    assert said("{1}{1}23.976\n" + frames, ".sub") == [(1001, 3504, "", "They are\ngone."), (4004, 7007, "", "so")]
    assert said("{0}{0}25\n{DEFAULT}{}{C:$0000ff}\n" + frames, ".sub")[0] == (960, 3360, "", "They are\ngone.")
    assert "formatting is not kept: '{y:i}so'" in told("{1}{1}25\n" + frames, ".sub")
    with pytest.raises(BadPacket, match=r"other times at 23.976 and at 25. Write \{1\}\{1\}25"):
        read(frames.encode(), ".sub")
    for wrong, why in (
        ("{1}{1}900\n" + frames, "from 5 to 120"), ("{1}{1}25\n" + frames + "words\n", "Line 4"),
        ("{1}{1}25\n{1}{99999999}a\n", "within a day"), ("hello\n", "pictures of words"),
    ):  # fmt: skip
        with pytest.raises(BadPacket, match=why):
            read(wrong.encode(), ".sub")
    viewer = "[INFORMATION]\n[AUTHOR]x\n[END INFORMATION]\n\n00:00:01.00,00:00:03.50\nThey are[br]gone.\n\n"
    assert said(viewer, ".sub") == [(1000, 3500, "", "They are\ngone.")]
    assert "[AUTHOR]x" in told(viewer, ".sub")


def test_lines_of_songs_last_until_the_next_time_and_what_may_mean_two_is_refused() -> None:
    lrc = "[ar:x]\n[00:01.00]They are\n[00:01.00]gone.\n[00:03.50][61:20]Who <00:04.10>asks?\n[00:06.0]\n"
    assert said(lrc, ".lrc") == [
        (1000, 3500, "", "They are\ngone."), (3500, 6000, "", "Who asks?"), (3_680_000, 3_683_000, "", "Who asks?"),
    ]  # fmt: skip
    assert "times of single words" in told(lrc, ".lrc")
    assert said("[offset:+0]\n[00:01.00]a\n", ".lrc") == [(1000, 4000, "", "a")]
    for wrong, why in (
        ("[offset:+500]\n[00:01.00]a\n", "some players add"), ("[01:02:50]a\n", "or hundredths"), ("a\n", "found none"),
        ("[9999:00.00]a\n", "within a day"), ("[ar:x]\n", "cues with words"),
    ):  # fmt: skip
        with pytest.raises(BadPacket, match=why):
            read(wrong.encode(), ".lrc")


def test_what_people_type_beside_a_player_is_read_and_the_name_of_its_file_is_not_told() -> None:
    page = (
        '<p>before</p><p><span class="timestamp" data-timestamp="62.5">1:02</span>&nbsp;teacher: They are <b>gone</b>.'
        '<br>5 &lt; 6</p><div><span data-timestamp="65" class="timestamp">1:05</span> Who?</div>'
    )
    otr = json.dumps({"text": page, "media": "lin-at-home.mp3", "media-time": 7})
    assert said(otr, ".otr") == [
        (0, 62_500, "", "before"), (62_500, 65_000, "teacher", "They are gone.\n5 < 6"), (65_000, 68_000, "", "Who?"),
    ]  # fmt: skip
    assert "words before the first time" in told(otr, ".otr")
    assert "lin-at-home" not in told(otr, ".otr")
    assert said(json.dumps({"text": "<p>a</p><p>b</p>"}), ".otr", 1000) == [(0, 500, "", "a"), (500, 1000, "", "b")]
    for wrong, why in (
        ("{", "no JSON"), ("[1]", "with “text”"), (json.dumps({"text": 5}), "with “text”"), ("[" * 9_999, "no JSON"),
        (json.dumps({"text": '<span data-timestamp="-1">a</span>b'}), "found '-1'"),
        (json.dumps({"text": "a" * ((1 << 20) + 1)}), "found more"),
    ):  # fmt: skip
        with pytest.raises(BadPacket, match=why):
            read(wrong.encode(), ".otr")


def test_tiers_of_exmaralda_are_speakers_and_points_without_a_time_lie_between() -> None:
    assert said(EXB, ".exb") == [
        (1000, 2250, "LIN", "They are"), (2250, 3500, "LIN", "all gone."), (2250, 4000, "WEI", "Who?"),
    ]  # fmt: skip
    assert told(EXB, ".exb").startswith("the tier 'LIN [en]' was not read: 1 part")
    assert "words without a time were left out" in told(EXB, ".exb")
    assert "lin.wav" not in told(EXB, ".exb")
    assert [each.text for each in read(EXB.encode(), ".exb", tiers=["WEI [v]"]).cues] == ["Who?"]
    for wrong, why in (
        (EXB.replace("<basic-t", "<!DOCTYPE a><basic-t", 1), "document type"), ("<a/>", "found 'a'"),
        (EXB[:300], "XML"),
        (EXB.replace('time="3.5"', 'time="-3.5"'), "time in seconds"),
    ):  # fmt: skip
        with pytest.raises(BadPacket, match=why):
            read(wrong.encode(), ".exb")


def test_a_document_of_a_word_processor_says_what_a_reader_of_its_page_sees() -> None:
    assert said(docx(DOCX), ".docx") == [(1000, 3000, "老师", "They are\ngone."), (3000, 6000, "", "Who?")]
    assert all(each in told(docx(DOCX), ".docx") for each in ("deleted", "hidden words", "comments and notes"))
    assert said(document("content.xml", ODT), ".odt") == [(1000, 4000, "Ann Lee", "They are\ngone.")]
    rows = "".join(ROW.format(*each) for each in (("Time", "Text"), ("00:00:01", "a, b"), ("00:00:02", "c")))
    assert said(docx(TABLE.format(rows, "")), ".docx") == [(1000, 2000, "", "a, b"), (2000, 5000, "", "c")]


def test_what_a_style_of_a_document_hides_is_nobodys_words() -> None:
    style = '<w:style w:type="{}" w:styleId="{}"><w:basedOn w:val="{}"/><w:rPr>{}</w:rPr></w:style>'
    off, on = '<w:vanish w:val="0"/>', "<w:vanish/>"
    kinds = (("Secret", "", on), ("More", "Secret", ""), ("Shown", "Secret", off), ("Note", "", on))
    styles = "".join(style.format("paragraph" if each[0] == "Note" else "character", *each) for each in kinds)
    run = '<w:r><w:rPr><w:rStyle w:val="{}"/>{}</w:rPr><w:t>{}</w:t></w:r>'
    note = f'<w:pPr><w:pStyle w:val="Note"/></w:pPr><w:r><w:t>PEMA</w:t></w:r>{run.format("Shown", off, "late")}'
    changed = "<w:r><w:rPr><w:rPrChange><w:rPr><w:vanish/></w:rPr></w:rPrChange></w:rPr><w:t>!</w:t></w:r>"
    words = (
        f"<w:p><w:r><w:t>[00:00:01.000] They</w:t></w:r>{run.format('Secret', '', 'PEMA')}{run.format('More', '', 'x')}"
        f"{run.format('Shown', '', ' are')}{run.format('Secret', off, ' gone')}{changed}</w:p><w:p>{note}</w:p>"
    )
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as packed:
        packed.writestr("word/document.xml", f"<w:document {W}><w:body>{words}</w:body></w:document>")
        packed.writestr("word/styles.xml", f"<w:styles {W}>{styles}</w:styles>")
    assert [each.text for each in read(held.getvalue(), ".docx").cues] == ["They are gone!\nlate"]
    assert "hidden words are not read" in told(held.getvalue(), ".docx")

    hides = '<style:text-properties text:display="none"/>'
    automatic = f"""<office:automatic-styles xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0">
<style:style style:name="T1">{hides}</style:style><style:style style:name="P1">{hides}</style:style>
<style:style style:name="T2" style:parent-style-name="T1"/></office:automatic-styles><office:body>"""
    seen = """<text:p>[00:00:01.000] They<text:span text:style-name="T1">PEMA</text:span> are<text:span
text:style-name="T2">PEMA</text:span> gone</text:p><text:p text:style-name="P1">PEMA</text:p><text:section
text:display="none"><text:p>PEMA</text:p></text:section><text:p>PEMA<text:hidden-paragraph text:is-hidden="true"/>
</text:p>"""
    body = ODT.replace("<office:body>", automatic)
    body = body[: body.index("<text:tracked")] + seen + body[body.index("</office:text>") :]
    assert [each.text for each in read(document("content.xml", body), ".odt").cues] == ["They are gone"]
    assert "hidden words are not read" in told(document("content.xml", body), ".odt")


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (docx(TABLE.format("", f"<w:tbl>{ROW}</w:tbl>")), "found 2 of them"),
        (docx(TABLE.format(ROW.format("a", "b"), "<w:p><w:r><w:t>c</w:t></w:r></w:p>")), "words beside"),
        (docx(TABLE.format(ROW.format("a", "b"), "")), "names of columns"), (docx("<a>"), "no element found"),
        (docx(f'<!DOCTYPE a [<!ENTITY b "c">]>{DOCX[21:]}'), "document type"), (docx("<a>" * 300), "200 deep"),
        (document("a.xml", DOCX), "found none"), (b"PK\x03\x04" + bytes(60), "found none"), (b"hello", "found none"),
        (docx(f"<w:document {W}/>"), "found none in the file"), (docx(" " * (33 << 20)), "at most 32 MiB"),
    ],
)  # fmt: skip
def test_a_document_that_is_damaged_or_says_it_twice_is_refused(data: bytes, why: str) -> None:
    with pytest.raises(BadPacket, match=why):
        read(data, ".docx")


def test_of_what_is_not_read_it_is_said_what_to_do() -> None:
    for name, why in (("a.doc", r"\.docx or \.odt"), ("a.idx", "pictures of words"), ("a.xml", r"name it \.ttml")):
        with pytest.raises(UsageError, match=why):
            format_of(name, READ)
