"""Packets in every format: what comes back, what was overtaken, what is begun, and through the real OmegaT."""

import csv
import io
import re
import shutil
import subprocess
from codecs import BOM_UTF8
from collections.abc import Callable, Sequence
from pathlib import Path
from unicodedata import normalize

import pytest
from babel.messages.pofile import read_po, write_po

from support.translating_desk import DAY, LIN, MAY, WEI, Bureau
from tamizdat.archive import Archive
from tamizdat.archive.acts.releases import state_release
from tamizdat.errors import BadPacket, UsageError
from tamizdat.statements.catalogued import CataloguedPost
from tamizdat.translation.packet_csv import export_packet_csv, import_packet_csv
from tamizdat.translation.packets import Judged, Packet, format_of, proposals, take
from tamizdat.translation.po import export_po, import_po
from tamizdat.translation.proposals import tag
from tamizdat.translation.xliff import export_xliff, import_xliff

Write = Callable[[Archive, Sequence[str], str], bytes]
Read = Callable[[bytes], Packet]
Fill = Callable[[bytes, Sequence[str]], bytes]
TEXTS = ("没有回音。名单有 512 人。", "第二条，=1+1。")


def filled_xliff(data: bytes, words: Sequence[str]) -> bytes:
    """As a program saves it that writes targets and leaves their states alone."""
    parts = data.decode().split("<target state=")
    made = [parts[0]]
    for part, word in zip(parts[1:], words, strict=True):
        state, _, rest = part.partition(">")
        made.append(f"{state}>{word}</target>{rest.partition('</target>')[2]}" if word else part)
    return "<target state=".join(made).encode()


def filled_po(data: bytes, words: Sequence[str]) -> bytes:
    """As an editor of gettext saves it."""
    catalog, written = read_po(io.BytesIO(data)), io.BytesIO()
    for message, word in zip([each for each in catalog if each.id], words, strict=True):
        message.string = word
    write_po(written, catalog, width=60, omit_header=False)
    return written.getvalue()


def filled_csv(data: bytes, words: Sequence[str], separator: str = ";") -> bytes:
    """As a spreadsheet of a country with semicolons saves it, sorted by the source, without the mark."""
    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    for row, word in zip(rows[1:], words, strict=True):
        row[1] = word
    text = io.StringIO()
    csv.writer(text, delimiter=separator).writerows([rows[0], *sorted(rows[1:]), [""] * len(rows[0])])
    return text.getvalue().encode()


FORMATS = {
    "xliff": (export_xliff, import_xliff, filled_xliff),
    "po": (export_po, import_po, filled_po),
    "csv": (export_packet_csv, import_packet_csv, filled_csv),
}


@pytest.fixture
def bureau(tmp_path: Path) -> Bureau:
    return Bureau.of(tmp_path, *TEXTS)


@pytest.fixture(params=FORMATS)
def ways(request: pytest.FixtureRequest) -> tuple[Write, Read, Fill]:
    return FORMATS[request.param]


def judged(bureau: Bureau, packet: Packet) -> Judged:
    return proposals(bureau.archive, packet)


def taken(bureau: Bureau, packet: Packet, who: bytes = LIN) -> tuple[list[int], list[str]]:
    return take(bureau.archive, bureau.key, lambda *of: tag(who, *of), packet, judged(bureau, packet), DAY)


def posts(bureau: Bureau) -> list[str]:
    return [bureau.post(number) for number in (1, 2)]


def test_a_packet_comes_back_from_each_kind_of_program(bureau: Bureau, ways: tuple[Write, Read, Fill]) -> None:
    write, read, fill = ways
    data = fill(write(bureau.archive, posts(bureau), "en"), ["No answer.", "There are 512 people.", "=Second, 1+1."])
    assert judged(bureau, read(data)).findings == ()
    new, wrong = taken(bureau, read(data))
    assert (len(new), wrong) == (2, [])
    second = bureau.archive.index.translations.latest(bureau.post(2), "en")
    assert second
    assert second.segments[0].target == "=Second, 1+1."
    assert taken(bureau, read(data)) == ([], []), "the same again proposes nothing"


def without_order(data: bytes) -> bytes:
    """Units as a program that sorts them leaves them: the last one first."""
    head, *units = re.split(rb"(?=<trans-unit )", data)
    units[-1], tail = units[-1].split(b"</trans-unit>")
    units[-1] += b"</trans-unit>"
    return head + b"".join(reversed(units)) + tail


@pytest.mark.parametrize(
    ("form", "saved"),
    [
        ("xliff", without_order),
        ("xliff", lambda data: data.replace(b'target-language="en"', b'target-language="en_US"')),
        *((form, lambda data: normalize("NFD", data.decode()).encode()) for form in FORMATS),
        *((form, lambda data: BOM_UTF8 + data.removeprefix(BOM_UTF8)) for form in FORMATS),
        *((form, lambda data: data.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")) for form in FORMATS),
        ("csv", lambda data: b"sep=;\r\n" + data),
        ("csv", lambda data: data.decode().replace(";", "\t").encode("utf-16")),
    ],
)
def test_what_a_program_does_to_a_packet_when_it_saves_it_costs_nothing_of_it(
    form: str, saved: Callable[[bytes], bytes], tmp_path: Path
) -> None:
    bureau = Bureau.of(tmp_path, "학교는 없다. Café fermé. 第三句。")
    write, read, fill = FORMATS[form]
    data = fill(write(bureau.archive, [bureau.post(1)], "en"), ["There is no school.", "Closed.", "A third one."])
    packet = read(saved(data))
    assert (len(judged(bureau, packet).proposals), taken(bureau, packet)[1]) == (1, [])
    latest = bureau.archive.index.translations.latest(bureau.post(1), packet.language)
    assert latest
    assert [each.target for each in latest.segments] == ["There is no school.", "Closed.", "A third one."]


def test_an_untouched_packet_proposes_nothing(bureau: Bureau, ways: tuple[Write, Read, Fill]) -> None:
    write, read, _ = ways
    found = judged(bureau, read(write(bureau.archive, posts(bureau), "en")))
    assert (found.proposals, found.wrong, len(found.unfinished)) == ((), (), 2)
    assert not any(each.begun or each.same for each in found.unfinished)


def test_a_target_that_is_its_source_is_told_and_not_proposed(bureau: Bureau) -> None:
    for write, read, fill in FORMATS.values():
        sources = ["没有回音。", "名单有 512 人。", "第二条，=1+1。"]
        data = fill(write(bureau.archive, posts(bureau), "en"), sources)
        data = data.replace(b'state="needs-translation"', b'state="translated"')
        found = judged(bureau, read(data))
        assert (found.proposals, [each.same for each in found.unfinished]) == ((), [(1, 2), (1,)])


def test_what_somebody_proposed_since_is_not_replaced(bureau: Bureau, ways: tuple[Write, Read, Fill]) -> None:
    write, read, fill = ways
    data = fill(write(bureau.archive, posts(bureau), "en"), ["No answer.", "There are 512.", "Second."])
    bureau.propose(1, "Nothing came back.", "512 people.", by=MAY)
    new, wrong = taken(bureau, read(data))
    assert len(new) == 1
    assert len(wrong) == 1
    assert "proposed after the packet went out" in wrong[0]
    latest = bureau.archive.index.translations.latest(bureau.post(1), "en")
    assert latest
    assert latest.by == tag(MAY, bureau.post(1), "en")
    again = fill(write(bureau.archive, posts(bureau), "en"), ["No answer.", "There are 512.", "Second, again."])
    assert len(taken(bureau, read(again), WEI)[0]) == 2, "a packet that knows it may improve it"


def test_a_packet_of_an_older_version_that_tells_no_translation_overtakes_none(bureau: Bureau) -> None:
    data = filled_xliff(export_xliff(bureau.archive, posts(bureau)[:1], "en"), ["No answer.", "There are 512."])
    data = data.replace(b' product-version="none"', b"")
    bureau.propose(1, "Nothing came back.", "512 people.", by=MAY)
    assert "proposed after" in taken(bureau, import_xliff(data))[1][0]


def test_findings_are_told_for_each_segment(bureau: Bureau, ways: tuple[Write, Read, Fill]) -> None:
    write, read, fill = ways
    data = fill(write(bureau.archive, posts(bureau)[:1], "en"), ["No answer.", "There are 521 people."])
    found = judged(bureau, read(data))
    told = [(post, place, each.kind) for post, place, each in found.findings]
    assert told == [(bureau.post(1), 2, "number"), (bureau.post(1), 2, "added")]
    assert len(found.proposals) == 1, "a finding stops nothing"


def test_notes_that_say_so_are_published_in_each_format(bureau: Bureau) -> None:
    rows = export_packet_csv(bureau.archive, posts(bureau)[1:], "en").decode("utf-8-sig").splitlines()
    table = rows[0] + "\n" + rows[1].replace(",,", ",Second.,", 1).replace("2013-05-12T06:28:00+00:00", "", 1)
    plain = list(csv.reader(io.StringIO(table)))
    plain[1][3] = "[1] a note\n\n[2] another"
    text = io.StringIO()
    csv.writer(text).writerows(plain)
    assert import_packet_csv(text.getvalue().encode()).posts[0].notes == ("[1] a note", "[2] another")
    po = export_po(bureau.archive, posts(bureau)[1:], "en").decode()
    po = po.replace("#. ", "# PUBLISH: [1] a note\n# to a friend\n#. ", 1)
    assert import_po(po.encode()).posts[0].notes == ("[1] a note",)


def test_a_fuzzy_message_is_not_finished(bureau: Bureau) -> None:
    data = filled_po(export_po(bureau.archive, posts(bureau)[1:], "en"), ["Second."])
    assert len(judged(bureau, import_po(data)).proposals) == 1
    fuzzy = data.replace(b"msgctxt", b"#, fuzzy\nmsgctxt")
    assert judged(bureau, import_po(fuzzy)).proposals == ()


@pytest.mark.parametrize(
    ("read", "data", "told"),
    [
        (import_po, b"", "language in the header"),
        (import_po, b'msgid ""\nmsgstr "Language: en\\n"\n\nmsgid "a"\nmsgstr "b"\n', "msgctxt"),
        (import_po, b'msgid "a\n', "damaged"),
        (import_po, b'msgid ""\nmsgstr "Content-Type: text/plain; charset=none\\n"\n', "language in the header"),
        (import_po, b"\xff\xfe\x00", "damaged"),
        (import_packet_csv, b"", "with the columns"),
        (import_packet_csv, b"source,into:en\n", "without told, publish"),
        (import_packet_csv, b"\xff\xfe\x00", "UTF-8"),
        (import_packet_csv, b"PK\x03\x04xl/workbook.xml", "workbook.*save the sheet.*hidden"),
        (import_packet_csv, b"source,into:Englisch,told,publish,post,segment,text,after\n", "a language after"),
    ],
)
def test_what_is_no_packet_is_refused(read: Read, data: bytes, told: str) -> None:
    with pytest.raises(BadPacket, match=told):
        read(data)


def test_the_name_of_the_file_tells_the_format() -> None:
    found = [format_of(Path(each)) for each in ("a.XLF", "a.xliff", "b.c.po", "t.csv")]
    assert found == ["xliff", "xliff", "po", "csv"]
    with pytest.raises(UsageError, match=r"\.xlf, \.po or \.csv, found 'packet\.xlsx'"):
        format_of(Path("packet.xlsx"))


PROJECT = """<?xml version="1.0" encoding="UTF-8"?>
<omegat><project version="1.0"><source_dir>__DEFAULT__</source_dir><target_dir>__DEFAULT__</target_dir>
<tm_dir>__DEFAULT__</tm_dir><glossary_dir>__DEFAULT__</glossary_dir><glossary_file>__DEFAULT__</glossary_file>
<dictionary_dir>__DEFAULT__</dictionary_dir><source_lang>ZH</source_lang><target_lang>EN</target_lang>
<sentence_seg>false</sentence_seg><support_default_translations>true</support_default_translations>
<remove_tags>false</remove_tags></project></omegat>
"""
SAVED = """<?xml version="1.0" encoding="UTF-8"?>
<tmx version="1.1"><header creationtool="OmegaT" o-tmf="OmegaT TMX" adminlang="EN-US" datatype="plaintext"
creationtoolversion="3.6" segtype="paragraph" srclang="ZH"/><body>{}</body></tmx>
"""
PAIR = '<tu><tuv lang="ZH"><seg>{}</seg></tuv><tuv lang="EN"><seg>{}</seg></tuv></tu>'


@pytest.mark.skipif(shutil.which("omegat") is None, reason="OmegaT is not installed (apt install omegat)")
def test_a_packet_goes_through_the_real_omegat(bureau: Bureau, tmp_path: Path) -> None:
    project = tmp_path / "project"
    for name in ("source", "target", "tm", "glossary", "dictionary", "omegat"):
        (project / name).mkdir(parents=True)
    (project / "source" / "packet.xlf").write_bytes(export_xliff(bureau.archive, posts(bureau), "en"))
    (project / "omegat.project").write_text(PROJECT)
    words = {"没有回音。": "No answer.", "名单有 512 人。": "There are 512 people."}
    saved = SAVED.format("".join(PAIR.format(*each) for each in words.items()))
    (project / "omegat" / "project_save.tmx").write_text(saved)
    command = ["omegat", str(project), "--mode=console-translate", f"--config-dir={tmp_path / 'config'}"]
    environment = {"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), "JAVA_TOOL_OPTIONS": "-XX:TieredStopAtLevel=1"}
    subprocess.run(command, check=True, capture_output=True, timeout=120, env=environment)
    back = import_xliff((project / "target" / "packet.xlf").read_bytes())
    found = judged(bureau, back)
    assert [each.targets for each in found.proposals] == [tuple(words.values())]
    assert [(each.begun, each.same) for each in found.unfinished] == [(False, ())], "nobody translated the second"
    assert len(taken(bureau, back)[0]) == 1


@pytest.fixture
def closed(tmp_path: Path) -> Bureau:
    """Three posts of a thread; the second, which is translated, is under an embargo."""
    bureau = Bureau.of(tmp_path, "名单有 512 人。", "名单有 513 人。", "名单有 514 人。")
    bureau.approved(2, "There are 513 names.")
    state_release(bureau.archive, bureau.key, CataloguedPost(bureau.post(2), release="public", until="9999-12-31"))
    return bureau


@pytest.mark.parametrize("kind", FORMATS)
def test_nothing_under_an_embargo_leaves_in_a_packet_unless_it_is_asked_for_and_then_it_says_so(
    closed: Bureau, kind: str
) -> None:
    write, _, _ = FORMATS[kind]
    with pytest.raises(UsageError, match="under an embargo until 9999-12-31"):
        write(closed.archive, [closed.post(1), closed.post(2)], "en")
    other = write(closed.archive, [closed.post(1)], "en").decode()
    assert "513" not in other, "the memory recalls nothing of it either"
    told = write(closed.archive, [closed.post(1), closed.post(2)], "en", True).decode()
    assert told.count("UNDER AN EMBARGO UNTIL 9999-12-31") == 1
    assert "There are 513 names." in told
    state_release(closed.archive, closed.key, CataloguedPost(closed.post(2), until="2020-01-01"))
    after = write(closed.archive, [closed.post(1)], "en").decode()
    assert "There are 513 names." in after, "once its day has come, it is recalled"
    assert "EMBARGO" not in write(closed.archive, [closed.post(2)], "en").decode()


def test_the_thread_before_a_post_is_not_told_where_it_is_under_an_embargo(tmp_path: Path) -> None:
    bureau = Bureau.of(tmp_path, "第一条。")
    bureau.take_texts({2: "第二条。"}, "answer", in_reply_to_status_id="1")
    assert "第一条。" in export_po(bureau.archive, [bureau.post(2)], "en").decode()
    state_release(bureau.archive, bureau.key, CataloguedPost(bureau.post(1), until="9999-12-31"))
    assert "第一条。" not in export_po(bureau.archive, [bureau.post(2)], "en").decode()
