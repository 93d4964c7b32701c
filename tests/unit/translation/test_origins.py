"""Memories from outside: suggested under the name of their origin, thrown out as one, and nobody's words."""

from pathlib import Path

import pytest

from support.translating_desk import Bureau
from tamizdat.errors import BadArchive, BadPacket, UsageError
from tamizdat.translation import origins
from tamizdat.translation.memory import Memory
from tamizdat.translation.origins import FILE, ForeignPair, Origins
from tamizdat.translation.tmx import export_tmx, import_tmx

OUTSIDE = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE tmx SYSTEM "tmx14.dtd">
<tmx version="1.4"><header srclang="zh-CN"/><body>
<tu><tuv xml:lang="zh-CN"><seg>遇难学生的<bpt i="1">&lt;b&gt;</bpt>名单<ept i="1"/></seg></tuv>
    <tuv lang="EN-US"><seg>The list of the
      victims</seg></tuv></tu>
<tu><tuv xml:lang="zh"><seg>没有译文</seg></tuv></tu>
</body></tmx>"""
LIST = ("遇难学生的名单", "The list of the victims")
PAIRS = [("zh", "en", *LIST), ("en", "zh", *LIST[::-1])]


def taken(bureau: Bureau, name: str, *pairs: tuple[str, str]) -> None:
    Origins(bureau.archive).add(name, [ForeignPair("zh", "en", *each) for each in pairs], "2026-11-28")


def suggested(bureau: Bureau, source: str, language: str = "en") -> list[tuple[int, str, str]]:
    return [(each.score, each.target, each.origin) for each in Memory(bureau.archive).suggest(source, "zh", language)]


def test_a_memory_of_another_program_is_read_without_its_markup(tmp_path: Path) -> None:
    assert [tuple(each) for each in import_tmx(OUTSIDE.encode())] == PAIRS
    bureau = Bureau.of(tmp_path, "五年了")
    bureau.approved(1, "Five years")
    assert ("zh", "en", "五年了", "Five years") in list(import_tmx(export_tmx(bureau.archive, everything=True)[0]))


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "well-formed"),
        (b"<xliff/>", "memory in TMX"),
        (OUTSIDE.replace('SYSTEM "tmx14.dtd"', '[<!ENTITY a "b">]').encode(), "document type"),
        (OUTSIDE.replace('"tmx14.dtd"', '"file:///etc/passwd" [<!ENTITY a "b">]').encode(), "document type"),
    ],
)
def test_what_is_no_memory_is_refused(data: bytes, told: str) -> None:
    with pytest.raises(BadPacket, match=told):
        list(import_tmx(data))


def test_an_origin_is_suggested_by_name_behind_our_own_words_and_thrown_out_as_one(tmp_path: Path) -> None:
    bureau = Bureau.of(tmp_path, "遇难学生的名单")
    taken(bureau, "UN 2019", ("遇难学生的名单", "The list of the victims"), ("五年了", "Five years on"))
    taken(bureau, "a friend", ("遇难学生的名单", "List of dead pupils"))
    assert {each[1:] for each in suggested(bureau, "遇難學生的名單")} == {
        ("The list of the victims", "UN 2019"), ("List of dead pupils", "a friend"),
    }  # fmt: skip
    assert suggested(bureau, "五年了", "en-GB") == [(100, "Five years on", "UN 2019")]
    assert suggested(bureau, "五年了", "ar") == []
    bureau.approved(1, "The list of the students who died")
    assert suggested(bureau, "遇难学生的名单")[0] == (100, "The list of the students who died", "")
    assert [(each.name, each.pairs) for each in Origins(bureau.archive).all()] == [("a friend", 1), ("UN 2019", 2)]
    assert Origins(bureau.archive).drop("UN 2019") == 2
    assert {each[2] for each in suggested(bureau, "遇难学生的名单")} == {"", "a friend"}
    assert suggested(bureau, "五年了") == []
    assert b"victims" not in (bureau.archive.folder / FILE).read_bytes(), "thrown out is gone"


def test_what_came_from_outside_counts_as_nobodys_words(tmp_path: Path) -> None:
    bureau = Bureau.of(tmp_path, "五年了")
    size = bureau.archive.size
    taken(bureau, "UN 2019", ("五年了", "Five years on"))
    assert bureau.archive.size == size
    assert len(Memory(bureau.archive)) == 0
    assert export_tmx(bureau.archive, everything=True)[1] == 0
    assert bureau.archive.index.translations.heads() == {}


def test_an_origin_has_a_name_of_its_own_and_there_is_an_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bureau = Bureau.of(tmp_path, "五年了")
    for name, pairs, told in (("", [("a", "b")], "a name"), ("x", [], "a name"), ("a\nb", [("a", "b")], "name of an")):
        with pytest.raises(UsageError, match=told):
            taken(bureau, name, *pairs)
    assert not (bureau.archive.folder / FILE).exists(), "a desk without any has no file"
    with pytest.raises(UsageError, match="found 'x', which none has"):
        Origins(bureau.archive).drop("x")
    taken(bureau, "x", ("a", "b"), ("a", "b"))
    with pytest.raises(UsageError, match="found 'x', which one has"):
        taken(bureau, "x", ("c", "d"))
    monkeypatch.setattr(origins, "MAX_PAIRS", 2)
    with pytest.raises(UsageError, match="found 1 and 2 more"):
        taken(bureau, "y", ("c", "d"), ("e", "f"))
    (bureau.archive.folder / FILE).write_bytes(b"x" * 5000)
    with pytest.raises(BadArchive, match="take them in again"):
        Origins(bureau.archive).all()
