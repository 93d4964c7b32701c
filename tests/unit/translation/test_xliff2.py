"""Packets that come back as XLIFF 2: converted by real programs, split and merged, and what of them is not believed."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from translate.storage import xliff2

from support.translating_desk import DAY, LIN, MAY, Bureau
from tamizdat.errors import BadPacket
from tamizdat.translation.packets import Judged, proposals, take
from tamizdat.translation.proposals import tag
from tamizdat.translation.xliff import import_xliff

XLIFF2: Any = xliff2.Xliff2File  #: translate-toolkit has no types
CONVERTED = Path(__file__).parents[2] / "data" / "packets_xliff2"
TEXTS = ("没有回音。名单有 512 人。", "第二条，<b>&1+1。", "五年了。")
TEXT = "0e3f54fe756b934dd7c921ec0691638e2cd0391ac0aa7006e485f26678916d19"  #: SHA-256 of the third
WORDS = "<source>五年了。</source><target>Five years.</target>"
REVERSED = """<segment><source>五年</source><target order='2'>years.</target></segment>
<segment><source>了。</source><target order='1'>Five</target></segment>"""
META = '<m:metadata xmlns:m="urn:oasis:names:tc:xliff:metadata:2.0"><m:metaGroup>{}</m:metaGroup></m:metadata>'


@pytest.fixture
def bureau(tmp_path: Path) -> Bureau:
    bureau = Bureau.of(tmp_path, *TEXTS)
    bureau.propose(2, "The second, <b>&1+1.", by=MAY, notes=("[1] a note",))
    return bureau


def packet(inside: str, before: str = "", language: str = "en") -> bytes:
    """A packet of the third post, with this in its unit."""
    told = META.format(f'<m:meta type="build-number">{TEXT}</m:meta><m:meta type="project-id">none</m:meta>')
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><xliff xmlns="urn:oasis:names:tc:xliff:document:2.0" version="2.1" '
        f'srcLang="zh" trgLang="{language}"><file id="f1" original="https://x.com/i/status/3">{told}{before}'
        f'<unit id="1">{inside}</unit></file></xliff>'
    ).encode()


def segment(source: str, target: str | None = None, state: str = "translated") -> str:
    words = "" if target is None else f"<target>{target}</target>"
    return f'<segment state="{state}"><source>{source}</source>{words}</segment>'


def judged(bureau: Bureau, data: bytes) -> Judged:
    return proposals(bureau.archive, import_xliff(data))


def taken(bureau: Bureau, data: bytes) -> tuple[list[int], list[str]]:
    found = import_xliff(data)
    held = proposals(bureau.archive, found)
    new, refused = take(bureau.archive, bureau.key, lambda *of: tag(LIN, *of), found, held, DAY)
    return new, [*held.wrong, *refused]


def target(bureau: Bureau, data: bytes) -> str:
    """What a packet of the third post proposes for its one sentence."""
    found = judged(bureau, data)
    assert (found.wrong, found.unfinished) == ((), ())
    return found.proposals[0].targets[0]


@pytest.mark.parametrize("version", ["2.0", "2.1", "2.2"])
def test_what_openxliff_converted_is_proposed_once_and_keeps_published_notes(bureau: Bureau, version: str) -> None:
    data = (CONVERTED / f"openxliff-{version}.xlf").read_bytes()
    new, wrong = taken(bureau, data)
    assert (len(new), wrong) == (2, [])
    found = [bureau.archive.index.translations.translation(each) for each in new]
    assert [[pair.target for pair in each.segments] for each in found if each] == [
        ["No answer.", "There are 512 people."],
        ["The second one, <b>&1+1."],
    ]
    assert [each.notes for each in found if each] == [(), ("[1] a note", "[2] another")]
    assert [each.version.post for each in judged(bureau, data).unfinished] == [bureau.post(3)], "nobody translated it"
    assert taken(bureau, data) == ([], []), "the same again proposes nothing"
    bureau.propose(1, "Nothing.", "512.", by=MAY)
    assert taken(bureau, data) == ([], []), "and does not cover what came after it"


def test_what_names_the_post_only_by_the_id_of_the_file_is_proposed_unless_it_may_be_overtaken(bureau: Bureau) -> None:
    new, wrong = taken(bureau, (CONVERTED / "npm-xliff-6.4.0.xlf").read_bytes())
    found = [bureau.archive.index.translations.translation(each) for each in new]
    assert [each.post for each in found if each] == [bureau.post(1)]
    assert len(wrong) == 1
    assert "proposed after the packet went out" in wrong[0], "it does not say which translation it knows"


def test_translate_toolkit_fills_a_packet_and_its_notes_are_private(bureau: Bureau) -> None:
    store = XLIFF2.parsestring(packet(segment("五年了。", "五年了。", "initial")))
    [unit] = store.units
    unit.target = "Five years on."
    unit.addnote("Between us: he lives in the third house", origin="translator")
    unit.addnote("PUBLISH: [1] of 2013", origin="translator")
    unit.marktranslated()
    new, wrong = taken(bureau, bytes(store))
    assert wrong == []
    found = bureau.archive.index.translations.translation(new[0])
    assert found
    assert (found.target, found.notes) == ("Five years on.", ("[1] of 2013",))


@pytest.mark.parametrize(
    ("inside", "words"),
    [
        (f"<segment>{WORDS}</segment>", "Five years."),
        (segment("五年", "Five years") + segment("了。", "passed."), "Five years passed."),
        (segment("五", "Five") + "<ignorable><source/></ignorable>" + segment("年了。", "years."), "Five years."),
        (segment("五年", "It is five") + segment("了", "years") + segment("。", None), "It is five years。"),
        (REVERSED, "Five years."),
        (segment("五<pc id='1'>年</pc>了。", "Five <pc id='1'>years</pc>.<ph id='2'/><sc id='3'/>"), "Five years."),
        (segment("<mrk id='a' type='term'>五年</mrk>了。<sm id='b'/>", "<mrk id='a'>Five</mrk> years."), "Five years."),
        (
            "<originalData><data id='d'>五</data><data id='e'>5</data></originalData>"
            + segment("<ph id='1' dataRef='d'/>年了。", "<ph id='1' dataRef='e'/> <pc id='2' dataRefStart='e'>y</pc>"),
            "5 5y",
        ),
        (segment("五年了。", "Five<cp hex='0007'/>years<cp hex='zz'/><cp hex='2e'/>"), "Five\ufffdyears\ufffd."),
        (
            "<x:match xmlns:x='urn:m'><source>a</source></x:match>" + segment("五年了。", "Five"),
            "Five",
        ),
        (segment("\n    五年了。\n  ", "\n    Five years.\n  "), "Five years."),
    ],
)  # fmt: skip
def test_a_unit_that_was_split_merged_or_marked_reads_as_one_sentence(bureau: Bureau, inside: str, words: str) -> None:
    assert target(bureau, packet(inside)) == words
    grouped = packet(inside).replace(b"<unit", b'<group id="g"><group id="h"><unit')
    assert target(bureau, grouped.replace(b"</unit>", b"</unit></group></group>")) == words


@pytest.mark.parametrize(
    "inside",
    [
        segment("五年", "Five years") + segment("了。"),
        segment("五年", "Five years") + segment("了。", "", "final"),
        segment("五年", "Five years") + segment("了。", "了。"),
        segment("五年", "五年") + segment("了。"),
        segment("五年了。", ""),
        segment("五年了。"),
    ],
)
def test_half_a_sentence_is_none(bureau: Bureau, inside: str) -> None:
    found = judged(bureau, packet(inside))
    assert (found.proposals, found.wrong) == ((), ())
    assert [(each.missing, each.same) for each in found.unfinished] == [(1, ())]


def test_a_target_that_is_its_source_is_told_unless_its_state_is_initial(bureau: Bureau) -> None:
    split = segment("五年", "五年") + segment("了。", "了。")
    for inside in (segment("五年了。", "五年了。"), split):
        assert [each.same for each in judged(bureau, packet(inside)).unfinished] == [(1,)]
        untouched = packet(inside.replace('"translated"', '"initial"'))
        assert [each.same for each in judged(bureau, untouched).unfinished] == [()]


@pytest.mark.parametrize(
    ("alter", "told"),
    [
        (lambda data: data.replace("五年了".encode(), "六年了".encode()), "source of segment 1 was altered"),
        (lambda data: data.replace(b"status/3", b"status/99"), "not in the archive"),
        (lambda data: data.replace(b"status/3", b"../../3"), "not in the archive"),
        (lambda data: data.replace(TEXT.encode(), b"0" * 64), "does not know"),
        (lambda data: data.replace(b'unit id="1"', b'unit id="2"'), "expected the segments 1 to 1 in order, found '2'"),
        (lambda data: data.replace(b"</unit>", b'</unit><unit id="2"/>'), "found '1, 2'"),
        (lambda data: data.replace(b'trgLang="en"', b'trgLang="zh"'), "in zh itself"),
    ],
)
def test_what_is_altered_is_told_and_not_taken(bureau: Bureau, alter: Callable[[bytes], bytes], told: str) -> None:
    new, wrong = taken(bureau, alter(packet(f"<segment>{WORDS}</segment>")))
    assert new == []
    assert told in wrong[0]


def test_a_packet_whose_post_was_edited_or_translated_since_is_told(bureau: Bureau) -> None:
    data = packet(f"<segment>{WORDS}</segment>")
    bureau.propose(3, "It is five years.", by=MAY)
    assert "proposed after the packet went out" in taken(bureau, data)[1][0]
    bureau.edit(3, "六年了。")
    assert "another text of the post counts" in taken(bureau, data)[1][0]


BOMB = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
DATA = f"<originalData><data id='d'>{'五' * 100_000}</data></originalData>"


@pytest.mark.parametrize(
    ("alter", "told"),
    [
        (lambda data: data[:-20], "not well-formed"),
        (lambda data: data.replace(b"<xliff", BOMB + b"<xliff"), "without a document type"),
        (lambda data: data.replace(b"<xliff", b"<!DOCTYPE xliff><xliff"), "without a document type"),
        (lambda data: data.replace(b"document:2.0", b"document:3.0"), r"XLIFF 1\.2 or 2, found"),
        (lambda data: data.replace(b' trgLang="en"', b""), r"one language \(trgLang\), found ''"),
        (lambda data: data.replace(b'trgLang="en"', b'trgLang="../../x"'), "one language"),
        (lambda data: data.replace(b"<file", b"<fiel").replace(b"</file", b"</fiel"), "found no posts"),
        (lambda data: data.replace(b"<unit", b"<body/><unit"), r"Save it as XLIFF 1\.2"),
        (lambda data: data.replace(b"</segment>", b"</segment>" + b"<group>" * 80 + b"</group>" * 80), "64 deep"),
        (lambda data: data.replace(b"</xliff>", b"<g/>" * 500_001 + b"</xliff>"), "500,000 elements"),
        (lambda _: packet(DATA + segment("五年了。", "<ph dataRef='d'/>" * 400)), "at most 32 MiB in all"),
        (
            lambda _: packet("<segment><source>五</source><target order='2'>b</target></segment>" + segment("年", "a")),
            "two of unit '1' at one place",
        ),
    ],
)  # fmt: skip
def test_hostile_packets_are_refused(alter: Callable[[bytes], bytes], told: str) -> None:
    with pytest.raises(BadPacket, match=told):
        import_xliff(alter(packet(f"<segment>{WORDS}</segment>")))


def test_a_unit_of_thousands_of_parts_is_read_in_one_go() -> None:
    [post] = import_xliff(packet(segment("五", "five") * 20_000)).posts
    assert post.units[0].target.count("five") == 20_000


def test_notes_of_a_file_are_published_only_if_they_say_so() -> None:
    notes = "".join(
        f"<note{category}>{text}</note>"
        for category, text in ((" category='publication'", "[1] a"), ("", "[2] b"), (" category='x'", "publish: [3] c"))
    )
    [post] = import_xliff(packet(f"<segment>{WORDS}</segment>", f"<notes>{notes}</notes>")).posts
    assert (post.notes, post.keeps_notes) == (("[1] a", "[3] c"), False)
