"""The glossary: terms as statements, found in texts, looked for in translations, exchanged as a table."""

import csv
import io
import re
from dataclasses import replace
from pathlib import Path

import pytest

from support.translating_desk import Bureau
from tamizdat.encoding import Json, canonical, sha256_hex
from tamizdat.errors import BadPacket, UsageError
from tamizdat.ledger.shapes import members_of
from tamizdat.ledger.signing import sign_statement
from tamizdat.ledger.statement import Statement, Subject
from tamizdat.statements.catalogued import CataloguedTerm, TermEntry
from tamizdat.translation.glossary import Term, hits, is_used, state_term, terms
from tamizdat.translation.glossary_csv import export_csv, import_csv

TOFU = TermEntry("zh", ("豆腐渣工程", "豆腐渣"), {"en": ("tofu-dregs construction",)})


def term(number: int, *variants: str, language: str = "zh", **targets: tuple[str, ...]) -> Term:
    return Term(number, number, language, variants, targets)


def found(text: str, *known: Term) -> list[tuple[str, int]]:
    return [(text[hit.start : hit.end], hit.term.number) for hit in hits(text, known)]


def test_a_term_is_said_changed_and_retired(tmp_path: Path) -> None:
    bureau = Bureau.of(tmp_path)
    number = state_term(bureau.archive, bureau.key, TOFU)
    other = state_term(bureau.archive, bureau.key, TermEntry("zh", ("陈老师",), kind="person"))
    targets = {"en": ("tofu dregs",), "fr": ("résidus de tofu",)}
    changed = replace(TOFU, targets=targets, note="shoddy building")
    assert state_term(bureau.archive, bureau.key, changed, number) == number
    size = bureau.archive.size
    assert state_term(bureau.archive, bureau.key, changed, number) == number
    assert bureau.archive.size == size, "the same again says nothing"
    one, two = terms(bureau.archive)
    assert (one.number, one.latest, one.into("en"), one.into("en-GB"), one.note) == (
        number, size - 1, ("tofu dregs",), ("tofu dregs",), "shoddy building",
    )  # fmt: skip
    assert (two.number, two.kind, two.into("en")) == (other, "person", ())
    state_term(bureau.archive, bureau.key, replace(TOFU, retired=True), number)
    assert [each.number for each in terms(bureau.archive)] == [other]
    assert [each.retired for each in terms(bureau.archive, retired=True)] == [True, False]


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"variants": ["x"]},
        {"language": "Chinese!", "variants": ["x"]},
        {"language": "zh", "variants": []},
        {"language": "zh", "variants": [""]},
        {"language": "zh", "variants": ["\u200b"]},
        {"language": "zh", "variants": "豆腐渣"},
        {"language": "zh", "variants": ["a|b"]},
        {"language": "zh", "variants": ["a\nb"]},
        {"language": "zh", "variants": ["x" * 201]},
        {"language": "zh", "variants": ["x"], "targets": {"en": "y"}},
        {"language": "zh", "variants": ["x"], "targets": {"../en": ["y"]}},
        {"language": "zh", "variants": ["x"], "kind": "secret"},
        {"language": "zh", "variants": ["x"], "retired": "no"},
        {"language": "zh", "variants": ["x"], "more": "y"},
    ],
)  # fmt: skip
def test_what_has_not_the_form_of_a_term_adds_nothing(tmp_path: Path, said: dict[str, Json]) -> None:
    bureau = Bureau.of(tmp_path)
    subject = Subject("term", sha256_hex(canonical(said)))
    for statement in (
        Statement("catalogued", (subject,), {"term": None, "said": said}),
        Statement("catalogued", (subject,), {"term": 0, "said": said}),
        Statement("catalogued", (Subject("term", "00" * 32),), {"term": None, "said": members_of(TOFU)}),
        Statement("catalogued", (subject,), {"term": True, "said": said}),
    ):
        bureau.archive.append([sign_statement(statement, [(bureau.key.public, bureau.key.sign)])])
    assert terms(bureau.archive, retired=True) == []


def test_a_term_that_was_said_before_a_character_was_refused_can_be_retired(tmp_path: Path) -> None:
    bureau = Bureau.of(tmp_path)
    old = replace(TOFU, note="a\u202eb", targets={"en": ("a\u2067b",)})
    statement = CataloguedTerm(None, old).to_statement()
    [number] = bureau.archive.append([sign_statement(statement, [(bureau.key.public, bureau.key.sign)])])
    state_term(bureau.archive, bureau.key, replace(old, retired=True), number)
    assert [(each.note, each.retired) for each in terms(bureau.archive, retired=True)] == [("a\u202eb", True)]
    with pytest.raises(UsageError, match=r"^note: expected .* found U\+202E"):
        state_term(bureau.archive, bureau.key, replace(old, note="c\u202eb"), number)


@pytest.mark.parametrize(
    ("entry", "told"),
    [
        (TermEntry("Chinese!", ("x",)), "language tag"),
        (TermEntry("zh", ()), "at least one variant"),
        (TermEntry("zh", ("",)), "words of 1 to"),
        (TermEntry("zh", ("\u200b",)), "words of 1 to"),
        (TermEntry("zh", ("a|b",)), "words of 1 to"),
        (TermEntry("zh", ("a\nb",)), "variant: expected one line, found 2"),
        (TermEntry("zh", ("x" * 201,)), "variant: expected at most 200"),
        (TermEntry("zh", ("x",) * 51), "at most 50"),
        (TermEntry("zh", ("x",), {"../en": ("y",)}), "language tag"),
        (TermEntry("zh", ("x",), kind="secret"), "a kind"),
        (TermEntry("zh", ("x",), note="x" * 2001), "note: expected at most 2,000"),
    ],
)
def test_what_is_no_term_is_refused_with_the_reason(tmp_path: Path, entry: TermEntry, told: str) -> None:
    bureau = Bureau.of(tmp_path)
    with pytest.raises(UsageError, match=told):
        state_term(bureau.archive, bureau.key, entry)
    assert terms(bureau.archive, retired=True) == []


def test_a_number_that_is_no_term_cannot_be_changed(tmp_path: Path) -> None:
    bureau = Bureau.of(tmp_path, "一")
    with pytest.raises(UsageError, match="number of a term"):
        state_term(bureau.archive, bureau.key, TOFU, 0)


def test_the_longest_match_wins_and_none_overlap() -> None:
    known = (term(1, "遇难学生"), term(2, "学生"), term(3, "生的"), term(4, "名单"))
    assert found("遇难学生的名单", *known) == [("遇难学生", 1), ("名单", 4)]
    assert found("学生的学生", *known) == [("学生", 2), ("学生", 2)]


def test_traditional_and_simplified_width_and_case_are_one() -> None:
    known = (term(1, "遇难学生"), term(2, "SARS", language="en"), term(3, "臺灣"))
    assert found("遇難學生、ｓａｒｓ、台湾", *known) == [("遇難學生", 1), ("ｓａｒｓ", 2), ("台湾", 3)]


def test_words_of_spaced_scripts_are_found_as_words() -> None:
    known = (term(1, "art", language="en"), term(2, "школа", language="ru"), term(3, "مدرسة", language="ar"))
    assert found("Art, party, artist; art", *known) == [("Art", 1), ("art", 1)]
    assert found("школа автошкола", *known) == [("школа", 2)]
    assert found("في المدرسة ومدرسة، بالمدرسة", *known) == [("مدرسة", 3)] * 3
    assert found("看art展", *known) == [("art", 1)]


def test_tibetan_terms_are_found_inside_a_phrase() -> None:
    assert found("བོད་ཀྱི་སློབ་གྲྭ་ཆེན་མོ།", term(1, "སློབ་གྲྭ", language="bo")) == [("སློབ་གྲྭ", 1)]


@pytest.mark.parametrize("text", ["", "\0", "\ud800", "ﷺ" * 50, "ß" * 100, "学" * 20_000])
def test_places_are_those_of_the_text_whatever_folding_does_to_its_length(text: str) -> None:
    sentence = f"{text}ﬁ İ 名单"
    assert ("名单", 1) in found(sentence, term(1, "名单"))


@pytest.mark.parametrize(
    ("target", "words", "used"),
    [
        ("Under the tofu-dregs constructions", "tofu dregs construction", True),
        ("dregs of tofu", "tofu dregs", False),
        ("в школах и школами", "школа", True),
        ("скола", "школа", False),
        ("والمدارس", "مدرسة", False),
        ("بالمدرسة", "مدرسة", True),
        ("The Students' Names", "student names", True),
        ("遇難者名單公布", "遇难者名单", True),
        ("Bird’s Nest", "Bird's Nest", True),
        ("arty", "art", True),
        ("cart", "art", False),
        ("", "art", False),
    ],
)
def test_a_target_counts_as_used_with_another_ending(target: str, words: str, used: bool) -> None:
    assert is_used(target, words) is used


def test_the_glossary_goes_out_and_in_as_a_table_unchanged(tmp_path: Path) -> None:
    bureau = Bureau.of(tmp_path)
    state_term(bureau.archive, bureau.key, replace(TOFU, note='=cmd|"x"!A1, "quoted"'))
    state_term(
        bureau.archive,
        bureau.key,
        TermEntry("en", ("@handle", "'tis"), {"ar": ("كذا", "هكذا")}),
    )
    state_term(bureau.archive, bureau.key, TermEntry("zh", ("旧词",), retired=True))
    data, number = export_csv(bureau.archive)
    assert number == 3
    cells = data.decode("utf-8-sig").replace('"', ",").split(",")
    assert not any(cell.startswith(("=", "@", "+", "-")) for cell in cells)
    assert import_csv(bureau.archive, bureau.key, data) == (0, 0, [])
    (tmp_path / "other").mkdir()
    other = Bureau.of(tmp_path / "other")
    fresh = re.sub(rb"\r\n\d+,", b"\r\n,", data)
    assert import_csv(other.archive, other.key, fresh, dry_run=True) == (3, 0, [])
    assert terms(other.archive) == []
    assert import_csv(other.archive, other.key, fresh) == (3, 0, [])
    assert import_csv(other.archive, other.key, fresh) == (0, 0, []), "a rerun adds nothing"
    assert [each.entry() for each in terms(other.archive, True)] == [
        each.entry() for each in terms(bureau.archive, True)
    ]


def test_lines_that_are_no_terms_are_told_and_the_others_taken(tmp_path: Path) -> None:
    bureau = Bureau.of(tmp_path)
    table = "number,language,variants,kind,note,retired,into:en\n"
    table += ",zh,名单,term,,no,list\n,zh,,term,,no,x\n\n99,zh,旧,term,,no,old\n"
    new, changed, wrong = import_csv(bureau.archive, bureau.key, table.encode())
    assert (new, changed, [each.partition(":")[0] for each in wrong]) == (1, 0, ["Line 3", "Line 5"])
    assert [each.variants for each in terms(bureau.archive)] == [("名单",)]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff\xfe",
        b"name,age\n",
        b"number,language,variants,kind,note,retired,en\n",
        b'number,language,variants,kind,note,retired,into:en\n1,"zh\n',
        b"number,language,variants,kind,note,retired\nx,zh,a,term,,no\n",
        b"number,language,variants,kind,note,retired\n,zh,a,term,,no,1,2,3\n",
        b"x" * ((16 << 20) + 1),
    ],
)
def test_what_is_no_table_is_refused(tmp_path: Path, data: bytes) -> None:
    bureau = Bureau.of(tmp_path)
    with pytest.raises(BadPacket):
        import_csv(bureau.archive, bureau.key, data)


def test_two_terms_of_one_form_are_refused_and_told_from_each_other(tmp_path: Path) -> None:
    bureau = Bureau.of(tmp_path)
    court = state_term(bureau.archive, bureau.key, TermEntry("zh", ("法院", "法庭"), {"en": ("court",)}))
    second = TermEntry("zh", ("法庭",), {"en": ("courthouse",)})
    with pytest.raises(UsageError, match=f"found '法庭', which is a form of term {court} already .en court"):
        state_term(bureau.archive, bureau.key, second)
    state_term(bureau.archive, bureau.key, replace(second, language="ja"))
    table = "number,language,variants,kind,note,retired,into:en\n,zh-Hant,法院,term,,no,courthouse\n"
    assert (
        "Line 2: Expected forms that no other term has" in import_csv(bureau.archive, bureau.key, table.encode())[2][0]
    )
    state_term(bureau.archive, bureau.key, TermEntry("zh", ("法院", "法庭"), {"en": ("court",)}, retired=True), court)
    state_term(bureau.archive, bureau.key, second)


@pytest.mark.parametrize("separator", [";", "\t"])
def test_a_table_that_a_spreadsheet_saved_with_another_separator_is_read(tmp_path: Path, separator: str) -> None:
    bureau = Bureau.of(tmp_path)
    state_term(bureau.archive, bureau.key, replace(TOFU, note='a note; with, a "mark"'))
    rows = list(csv.reader(io.StringIO(export_csv(bureau.archive)[0].decode("utf-8-sig"))))
    text = io.StringIO()
    csv.writer(text, delimiter=separator).writerows(rows)
    assert import_csv(bureau.archive, bureau.key, text.getvalue().encode()) == (0, 0, [])
    with pytest.raises(BadPacket, match=r"between commas, semicolons or tabs; found 'number.language.variants'"):
        import_csv(bureau.archive, bureau.key, b"number|language|variants\n")
