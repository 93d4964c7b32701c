"""Packets: read and written by translate-toolkit, and what of a packet is not believed."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from translate.storage import tmx, xliff

from support.translating_desk import DAY, LIN, MAY, Bureau
from tamizdat.archive.acts.releases import state_release
from tamizdat.errors import BadPacket, UsageError
from tamizdat.statements.catalogued import CataloguedPost, TermEntry
from tamizdat.translation.glossary import state_term
from tamizdat.translation.packets import proposals, take
from tamizdat.translation.proposals import tag
from tamizdat.translation.tmx import export_tmx
from tamizdat.translation.xliff import export_xliff, import_xliff

XLIFF: Any = xliff.xlifffile  #: translate-toolkit has no types
TMX: Any = tmx.tmxfile
TEXT = "没有回音 <a & b>。遇难学生的名单？ RT @wang: “五年了” http://t.co/x"
WORDS = ["No answer <a & b>.", "The list of the students who died?", "“Five years on”"]


@pytest.fixture
def bureau(tmp_path: Path) -> Bureau:
    bureau = Bureau.of(tmp_path, TEXT, "第二条。", "五年")
    state_term(bureau.archive, bureau.key, TermEntry("zh", ("遇难学生",), {"en": ("students who died",)}))
    bureau.approved(3, "Five years", language="en")
    return bureau


def packet(bureau: Bureau, *numbers: int, language: str = "en") -> bytes:
    return export_xliff(bureau.archive, [bureau.post(number) for number in numbers or (1, 2)], language)


def filled(data: bytes, words: list[str]) -> bytes:
    """The packet as translate-toolkit saves it after somebody has translated it."""
    store = XLIFF.parsestring(data)
    for unit, target in zip(store.units, words, strict=True):
        unit.target = target
    return bytes(store)


def taken(bureau: Bureau, data: bytes, who: bytes = LIN) -> tuple[list[int], list[str]]:
    found = import_xliff(data)
    judged = proposals(bureau.archive, found)
    new, refused = take(bureau.archive, bureau.key, lambda *of: tag(who, *of), found, judged, DAY)
    return new, [*judged.wrong, *refused]


def test_translate_toolkit_loads_and_saves_a_packet_without_changing_a_byte(bureau: Bureau) -> None:
    bureau.propose(2, 'Second "post"\n', notes=("[1] a\n\tb “c” 'd' & <e>",))
    for data in (packet(bureau), packet(bureau, 1, 2, language="ar")):
        assert bytes(XLIFF.parsestring(data)) == data
    store = XLIFF.parsestring(packet(bureau))
    assert [unit.source for unit in store.units] == ["没有回音 <a & b>。", "遇难学生的名单？", "“五年了”", "第二条。"]
    assert store.units[3].target == 'Second "post"'


def test_translators_see_who_speaks_and_what_glossary_and_memory_know(bureau: Bureau) -> None:
    units = XLIFF.parsestring(packet(bureau)).units
    assert "Glossary: 遇难学生 → students who died" in units[1].getnotes()
    assert units[2].getnotes() == "Spoken by @wang"
    assert [(each.source, each.target) for each in units[2].getalttrans()] == [("五年", "Five years")]
    assert b"@lin, \xe6\x9e\x97, 2013-05-12" in packet(bureau)


def test_what_comes_back_is_proposed_once(bureau: Bureau) -> None:
    data = filled(packet(bureau), [*WORDS, "The second."])
    new, wrong = taken(bureau, data)
    assert (len(new), wrong) == (2, [])
    found = bureau.archive.index.translations.latest(bureau.post(1), "en")
    assert found
    assert found.target == f"{WORDS[0]} {WORDS[1]} RT @wang: {WORDS[2]} http://t.co/x"
    assert found.by == tag(LIN, bureau.post(1), "en")
    assert taken(bureau, data) == ([], [])
    bureau.propose(1, "Nothing.", *WORDS[1:], by=MAY)
    assert taken(bureau, data) == ([], []), "an old packet does not cover what came after it"


def test_only_notes_that_say_so_are_published(bureau: Bureau) -> None:
    store = XLIFF.parsestring(packet(bureau, 2))
    store.units[0].target = "The second."
    store.units[0].addnote("Between us: he lives in the third house", origin="translator")
    store.units[0].addnote("PUBLISH: [1] The first post is lost.", origin="translator")
    new, _ = taken(bureau, bytes(store))
    found = bureau.archive.index.translations.translation(new[0])
    assert found
    assert found.notes == ("[1] The first post is lost.",)
    again = import_xliff(packet(bureau, 2))
    assert again.posts[0].notes == ("[1] The first post is lost.",), "and they come back with the next packet"


def test_a_post_that_is_not_finished_is_not_proposed(bureau: Bureau) -> None:
    found = import_xliff(filled(packet(bureau), [*WORDS[:2], "", "The second."]))
    judged = proposals(bureau.archive, found)
    assert [each.version.post for each in judged.proposals] == [bureau.post(2)]
    assert [(each.version.post, each.missing, len(each.targets)) for each in judged.unfinished] == [
        (bureau.post(1), 1, 3)
    ]
    assert judged.wrong == ()


def _again(data: bytes) -> bytes:
    [file] = re.findall(rb"  <file .*?</file>\n", data, re.S)
    return data.replace(file, file + file)


@pytest.mark.parametrize(
    ("alter", "told"),
    [
        (lambda data: data.replace("第二条。".encode(), "第三条。".encode()), "source of segment 1 was altered"),
        (lambda data: data.replace(b"status/2", b"status/99"), "not in the archive"),
        (lambda data: data.replace(b'original="https://x.com/i/status/2"', b""), "A file without a name"),
        (lambda data: re.sub(rb'build-num="[0-9a-f]+"', b'build-num="' + b"0" * 64 + b'"', data), "does not know"),
        (lambda data: data.replace(b'id="1"', b'id="2"'), "expected the segments 1 to 1"),
        (lambda data: re.sub(rb"<trans-unit.*?</trans-unit>", b"", data, flags=re.S), "expected the segments 1 to 1"),
        (lambda data: data.replace(b'target-language="en"', b'target-language="zh"'), "in zh itself"),
        (_again, "in the packet twice"),
    ],
)  # fmt: skip
def test_what_is_altered_is_told_and_not_taken(bureau: Bureau, alter: Callable[[bytes], bytes], told: str) -> None:
    data = alter(filled(packet(bureau, 2), ["The second."]))
    new, wrong = taken(bureau, data)
    assert told in wrong[0]
    assert len(new) == (alter is _again)


def test_a_packet_of_a_post_that_was_edited_since_is_told(bureau: Bureau) -> None:
    data = filled(packet(bureau, 2), ["The second."])
    bureau.edit(2, "第二条，改过。")
    assert taken(bureau, data) == (
        [],
        [f"{bureau.post(2)}: another text of the post counts since the packet was made; export it again."],
    )


BOMB = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
ENTITY = b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'


@pytest.mark.parametrize(
    "alter",
    [
        lambda data: b"",
        lambda data: data[:-20],
        lambda data: data.replace(b"<xliff", BOMB + b"<xliff").replace(b"<target", b"<target>&b;</target><target", 1),
        lambda data: data.replace(b"<xliff", ENTITY + b"<xliff"),
        lambda data: data.replace(b"<xliff", b"<!DOCTYPE xliff><xliff"),
        lambda data: data.replace(b"xliff:document:1.2", b"xliff:document:2.0"),
        lambda data: b"<html/>",
        lambda data: data.replace(b"</source>", b"</source>" + b"<g>" * 80 + b"</g>" * 80, 1),
        lambda data: data.replace(b'encoding="UTF-8"', b'encoding="no-such-thing"'),
        lambda data: data.replace(b'target-language="en"', b'target-language="../../x"'),
        lambda data: data.replace(b'target-language="en"', b"", 1),
        lambda data: data.replace(b'target-language="en"', b'target-language="ar"', 1),
        lambda data: b" " * (32 << 20) + data,
        pytest.param(  # test_xliff2.py tells it in every run, of the same reader
            lambda data: data.replace(b"</xliff>", b"<g/>" * 500_001 + b"</xliff>"), marks=pytest.mark.long
        ),
        lambda data: b"\xff\xfe\x00" + data,
    ],
)
def test_hostile_packets_are_refused(bureau: Bureau, alter: Callable[[bytes], bytes]) -> None:
    data = alter(filled(packet(bureau), [*WORDS, "The second."]))
    with pytest.raises(BadPacket):
        import_xliff(data)


def test_a_packet_in_utf_16_or_with_groups_and_marks_is_read(bureau: Bureau) -> None:
    data = filled(packet(bureau, 2), ["The second."])
    grouped = data.replace(b"<trans-unit", b"<group><trans-unit").replace(b"</trans-unit>", b"</trans-unit></group>")
    marked = grouped.replace(b"The second.", b'<mrk mtype="seg">The <g id="1">second</g>.</mrk>')
    text = marked.decode().replace('encoding="UTF-8"', 'encoding="UTF-16"')
    [post] = import_xliff(text.encode("utf-16")).posts
    assert post.targets == ["The second."]


def test_control_characters_of_a_post_do_not_break_its_packet(tmp_path: Path) -> None:
    bureau = Bureau.of(tmp_path, "没\x00有\x07了。\u2028五年\ufffe")
    data = packet(bureau, 1)
    assert bytes(XLIFF.parsestring(data)) == data
    assert taken(bureau, filled(data, ["Gone.", "Five years"]))[1] == []


def test_what_was_not_written_for_the_public_does_not_go_out(bureau: Bureau) -> None:
    state_release(bureau.archive, bureau.key, CataloguedPost(bureau.post(1), release="withdrawn"))
    for numbers in ((1,), (99,)):
        with pytest.raises(UsageError, match="may be translated"):
            packet(bureau, *numbers)
    with pytest.raises(UsageError, match="is in it"):
        packet(bureau, 2, language="zh")
    with pytest.raises(UsageError, match="language tag"):
        packet(bureau, 2, language="English")


def test_the_memory_goes_out_without_what_is_under_an_embargo(bureau: Bureau) -> None:
    bureau.approved(2, "Five years.")
    for until, pairs in (("9999-12-31", 0), ("2020-01-01", 1), ("9999-12-31", 0), ("", 1)):
        state_release(bureau.archive, bureau.key, CataloguedPost(bureau.post(2), release="public", until=until))
        assert export_tmx(bureau.archive)[1] == pairs
    assert export_tmx(bureau.archive, everything=True)[1] == 2


def test_the_memory_goes_out_as_tmx_that_others_read_without_what_is_not_released(bureau: Bureau) -> None:
    bureau.approved(2, 'The "second" <post>.')
    assert export_tmx(bureau.archive)[1] == 0
    state_release(bureau.archive, bureau.key, CataloguedPost(bureau.post(2), release="public"))
    data, pairs = export_tmx(bureau.archive, "en")
    assert pairs == 1
    store = TMX.parsestring(data, sourcelanguage="zh", targetlanguage="en")
    assert [(unit.source, unit.target) for unit in store.units] == [("第二条。", 'The "second" <post>.')]
    assert bytes(store) == data
    assert export_tmx(bureau.archive, everything=True)[1] == 2
    assert b"status" not in data
    assert tag(LIN, bureau.post(2), "en").encode() not in data
