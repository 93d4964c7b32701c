"""The list of people: statements, and the table they go through."""

import csv
import io
import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from support.archive_samples import ORIGIN, captured, signed
from tamizdat.archive import Archive
from tamizdat.archive.acts.people import cleaned, state_people, state_person, state_wall
from tamizdat.archive.acts.people_csv import Row, read_table, take_in_table, write_table
from tamizdat.archive.views.people import STATES, TEXTS, Person
from tamizdat.encoding import canonical, sha256_hex
from tamizdat.errors import DamagedInput, UsageError
from tamizdat.keys import SigningKey
from tamizdat.ledger.shapes import members_of
from tamizdat.ledger.signing import sign_statement
from tamizdat.ledger.statement import Statement, Subject, open_envelope
from tamizdat.statements.catalogued import PERSON_ENTRY, CataloguedPerson, PersonEntry, Release
from tamizdat.text.spreadsheet import guarded, unguarded

KEY = SigningKey.generate()
HEADER = "number,name,language,name:en,age,place,school,sources,state,public note,release,reason\n"
FULL = PersonEntry(
    name="王小明",
    language="zh-Hans",
    names={"bo": "བཀྲ་ཤིས།", "en": "Wang Xiaoming", "ar": "محمد"},
    age="about 7",
    place="云溪",
    school="云溪小学, third row; by the window",
    sources=(31, "https://x.com/i/status/57"),
    state="checked",
    note='He said "no".\n=cmd()\n\n- a list',
    release="public",
    known_as=("小明", "=1+1"),
    elsewhere=("王小明大学", "a phrase; of several words"),
)


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive.create(tmp_path / "archive", ORIGIN)


def names(archive: Archive) -> list[str]:
    return [person.name for person in archive.index.people.all()]


def table(*rows: str) -> bytes:
    return (HEADER + "\n".join(rows)).encode()


# -- statements ------------------------------------------------------------------------------------------------------


def test_an_entry_is_one_statement_and_its_number_is_that_of_the_first(archive: Archive) -> None:
    archive.append([captured("one")])
    number = state_person(archive, KEY, FULL)
    later = state_person(archive, KEY, replace(FULL, state="confirmed"), number)
    person = archive.index.people.person(number)
    assert person is not None
    assert (person.number, person.latest, person.state) == (1, later, "confirmed") == (number, 2, "confirmed")
    assert person.entry() == replace(FULL, state="confirmed")
    assert [each.state for each in archive.index.people.history(number)] == ["checked", "confirmed"]
    statement = open_envelope(archive.disclosure(later).envelope, [KEY.public]).statement
    assert statement.predicate == {"person": number, "said": members_of(person.entry())}
    assert statement.subjects == (Subject("person", sha256_hex(canonical(members_of(person.entry())))),)


def test_what_is_already_said_is_not_said_again(archive: Archive) -> None:
    number = state_person(archive, KEY, FULL)
    assert state_person(archive, KEY, replace(FULL, names=dict(reversed(list(FULL.names.items())))), number) == number
    assert state_person(archive, KEY, replace(FULL, name=" 王小明\n"), number) == number
    assert archive.size == 1


def test_nobody_is_shown_before_release(archive: Archive) -> None:
    state_person(archive, KEY, PersonEntry(name="王"))
    state_person(archive, KEY, PersonEntry(name="李", release="public"))
    assert [person.name for person in archive.index.people.all("public")] == ["李"]
    assert names(archive) == ["王", "李"]


def test_a_forgotten_entry_leaves_the_others(archive: Archive) -> None:
    first = state_person(archive, KEY, PersonEntry(name="王"))
    second = state_person(archive, KEY, PersonEntry(name="王", note="seen in Ngaba"), first)
    third = state_person(archive, KEY, PersonEntry(name="王", note="seen in Barkham"), first)
    archive.forget(third)
    person = archive.index.people.person(first)
    assert person is not None
    assert (person.note, person.latest) == ("seen in Ngaba", second)
    archive.forget(first)
    assert [(each.number, each.latest) for each in archive.index.people.all()] == [(first, second)]
    archive.forget(second)
    assert archive.index.people.all() == []
    assert archive.check(rebuild=True).sound


@pytest.mark.parametrize(
    "said",
    [
        {"name": ""},
        {"name": " \n"},
        {"name": "a\nb"},
        {"name": "a\x1b[2J"},
        {"name": "a\u202eb"},
        {"name": "x" * 301},
        {"state": "sure"},
        {"release": "maybe"},
        {"language": "中文"},
        {"names": {"": "x"}},
        {"names": {"en us": "x"}},
        {"sources": ("no id",)},
        {"sources": (-1,)},
        {"sources": ("https://x.com/" + "x" * 3000,)},
        {"sources": tuple(range(201))},
        {"note": "x" * 20_001},
    ],
)  # fmt: skip
def test_an_entry_that_cannot_be_stated_is_refused_without_its_words(archive: Archive, said: dict[str, Any]) -> None:
    entry = replace(PersonEntry("王小明", note="secret"), **said)
    with pytest.raises(UsageError) as refused:
        state_people(archive, KEY, [(None, PersonEntry("李")), (None, entry)])
    assert archive.size == 0  # all or none
    for word in ("王", "secret", "wang", "sure", "maybe", "中文"):
        assert word not in str(refused.value)


@pytest.mark.parametrize("old", ["a\u2028b", "a\ufffeb", "a\u202eb"])
def test_who_was_entered_before_a_character_was_refused_can_be_withdrawn_and_corrected(
    archive: Archive, old: str
) -> None:
    source = f"https://x.com/{old.replace(chr(0x2028), '')}"
    before = PersonEntry(old, note=old, names={"en": old}, sources=(source,))
    statement = CataloguedPerson(None, before).to_statement()
    [number] = archive.append([sign_statement(statement, [(KEY.public, KEY.sign)])])
    state_person(archive, KEY, replace(before, release="withdrawn", reason="Asked for."), number)
    person = archive.index.people.person(number)
    assert person
    assert (person.name, person.note, person.release) == (old, old, "withdrawn")
    with pytest.raises(UsageError, match=r"note: expected .*, found U\+"):
        state_person(archive, KEY, replace(before, note=f"{old}."), number)
    state_person(archive, KEY, replace(before, note="", name="王"), number)


def test_nobody_has_this_number(archive: Archive) -> None:
    archive.append([captured("one")])
    with pytest.raises(UsageError, match="number of a person, found 0"):
        state_person(archive, KEY, PersonEntry(name="王"), 0)


def entry(person: Any, said: dict[str, Any], about: str = "person", digest: str = "") -> bytes:
    return sign_statement(
        Statement(
            "catalogued", (Subject(about, digest or sha256_hex(canonical(said))),), {"person": person, "said": said}
        ),
        [(KEY.public, KEY.sign)],
    )


def test_statements_of_another_form_count_for_nothing(archive: Archive) -> None:
    good = members_of(PersonEntry(name="王"))
    archive.append(
        [
            captured("one"),
            entry(None, good),
            entry(0, good),  # a clip's number
            entry(7, good),  # of somebody yet to come
            entry(True, good),
            entry("1", good),
            entry(1, {"name": ""}),
            entry(1, {"name": "李", "state": "sure"}),
            entry(1, members_of(PersonEntry(name="李")), digest="ab" * 32),
            entry(1, members_of(PersonEntry(name="李")), about="original"),
            signed("catalogued", {"person": 1, "said": ["李"]}, "ab" * 32),
            entry(1, members_of(PersonEntry("王")) | {"phone": "7"}),
            entry(1, members_of(PersonEntry("王")) | {"sources": [True]}),
            entry(1, members_of(PersonEntry("王")) | {"names": ["x"]}),
            entry(1, {"name": "王", "age": "7"}),  # absent members are empty
        ]
    )
    assert [(each.number, each.latest, each.age) for each in archive.index.people.all()] == [(1, 14, "7")]


def test_the_wall_spells_the_latest_sentence(archive: Archive) -> None:
    assert archive.index.people.wall() == ("", "")
    state_wall(archive, KEY, "别忘记", "zh-Hans")
    state_wall(archive, KEY, " 念他们的名字 ", "zh-Hans")
    assert archive.index.people.wall() == ("念他们的名字", "zh-Hans")
    state_wall(archive, KEY, "", "")
    assert archive.index.people.wall() == ("", "")
    for wrong in (("a\nb", "en"), ("a", "?"), ("a\x00", "en"), ("x" * 301, "en")):
        with pytest.raises(UsageError):
            state_wall(archive, KEY, *wrong)


# -- the table -------------------------------------------------------------------------------------------------------


def test_the_table_of_the_list_says_nothing_new(archive: Archive) -> None:
    state_person(archive, KEY, FULL)
    state_person(
        archive, KEY, PersonEntry(name="=cmd()|' /C calc'!A0", note="a;=1+1\n'-x", names={"en": "@x", "zh-Hant": "'='"})
    )
    state_person(archive, KEY, PersonEntry(name="王小明"))
    state_person(archive, KEY, PersonEntry(name="王小明"))
    text = write_table(archive.index.people.all())
    for data in (text.encode(), text.encode("utf-8-sig"), text.encode("utf-16"), text.replace("\r\n", "\n").encode()):
        report = take_in_table(archive, KEY, data)
        assert (report.new, report.changed, report.same, report.problems) == (0, 0, 4, [])
    assert archive.size == 4


TEXT = st.text(st.sampled_from("王བོད་محمد=+-@'\";,\t\n\r ＝ab\u200f0"), max_size=12)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(st.tuples(TEXT, TEXT, TEXT), min_size=1, max_size=4))
def test_whatever_is_written_is_read(cells: list[tuple[str, str, str]]) -> None:
    people = []
    for number, (name, note, english) in enumerate(cells):
        one_line = str.maketrans("", "", "\n\t\r")  # of a name
        names = {"en": english.translate(one_line), "bo": note.translate(one_line)}
        said = cleaned(PersonEntry("王" + name.translate(one_line), names=names, note=note))
        people.append(Person(number, number, said.name, names=tuple(said.names.items()), note=said.note))
    rows, problems = read_table(write_table(people).encode("utf-8-sig"))
    assert problems == []
    said_of: list[tuple[Row, dict[str, Any]]] = [(row, {**row.said, **row.lists}) for row in rows]
    found = [cleaned(PersonEntry(**said, names=row.names, sources=row.sources or ())) for row, said in said_of]
    assert found == [person.entry() for person in people]


@given(TEXT)
def test_no_cell_is_live_in_any_column_of_any_spreadsheet(cell: str) -> None:
    written = guarded(cell)
    assert unguarded(written) == cell
    for separator in ",;\t\n\r":
        for part in written.split(separator):
            assert not part.startswith(tuple("=+-@＝＋－＠"))


def test_the_same_file_twice_says_nothing_the_second_time(archive: Archive) -> None:
    data = table(',王小明,zh-Hans,,7,,,31 https://x.com/i/1,,"one\ntwo",,', ",王小明,,,,,,,,,,", ",王小明,,,,,,,,,,")
    report = take_in_table(archive, KEY, data)
    assert (report.new, report.changed, report.same) == (3, 0, 0)  # two children of one name are two
    report = take_in_table(archive, KEY, data)
    assert (report.new, report.changed, report.same) == (0, 0, 3)
    assert archive.size == 3
    state_person(archive, KEY, PersonEntry(name="王小明", state="confirmed"), 1)
    report = take_in_table(archive, KEY, data)  # an older word is not said again over a later one
    assert (report.new, report.changed, report.same) == (0, 0, 3)
    assert archive.size == 4


def test_a_dry_run_says_what_would_be_said(archive: Archive) -> None:
    report = take_in_table(archive, KEY, table(",王,,,,,,,,,public,"), dry_run=True)
    assert (report.new, report.released, archive.size) == (1, 1, 0)


def test_a_column_that_is_absent_leaves_what_was_said_and_an_empty_cell_empties_it(archive: Archive) -> None:
    state_person(archive, KEY, FULL)
    take_in_table(archive, KEY, b"number;name:en;age;release\n0;;8;\n")
    person = archive.index.people.person(0)
    assert person is not None
    names = {"ar": "محمد", "bo": "བཀྲ་ཤིས།"}
    assert person.entry() == replace(FULL, names=names, age="8", release=Release.RESTRICTED)


def test_excel_may_write_semicolons_and_tabs(archive: Archive) -> None:
    for text in (
        "Name;Age\r\n王;7\r\n",
        "sep=;\r\nname;age\r\n李;7\r\n",
        "name\tage\r\n张\t7",
        'name;public note\r\n赵;"a;\r\nb"',
    ):
        assert take_in_table(archive, KEY, text.encode("utf-8-sig")).new == 1
    assert names(archive) == ["王", "李", "张", "赵"]
    assert archive.index.people.all()[3].note == "a;\nb"


def test_damaged_rows_are_told_by_number_and_column_and_the_rest_is_taken(archive: Archive) -> None:
    state_person(archive, KEY, FULL)
    rows = [
        ",秘密,,,,,,,sure,,,",
        ",,,秘密,,,,,,,,",
        "",
        "99,秘密,,,,,,,,,,",
        "x1,秘密,,,,,,,,,,",
        ",好,,,,,,,,,,",
        ",秘密,,,,,,,,,,,,more",
        ",秘密,,,,,,no id,,,,",
        "0,王小明,zh-Hans,,,,,,,,,",
        "0,秘密,,,,,,,,,,",
        ',"秘密"x,,,,,,,,,,',
        ",短",
        ',"秘密 never closed,,,,,,,,,,',
        ",吞,,,,,,,,,,",
    ]
    report = take_in_table(archive, KEY, table(*rows))
    told = [str(problem) for problem in report.problems]
    assert [problem.row for problem in report.problems] == [2, 3, 5, 6, 8, 9, 11, 12, 14]
    assert "state: expected one of" in told[0]
    assert not any("秘密" in each or "吞" in each for each in told)
    assert names(archive) == ["王小明", "好", "短"]
    assert (report.new, report.changed) == (2, 1)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\n\n",
        "秘密,2,3\n".encode(),
        "name,Name\n秘密,b\n".encode(),
        b"note,age\na,b\n",
        "name\n秘密\n".encode("gb18030"),
        b"\xff\xfen",
        b"PK\x03\x04 a spreadsheet",
        b"\x00" * 100,
        b"name\n" + b"x" * (64 << 20),
    ],
    ids=range(10),
)  # fmt: skip
def test_what_is_no_such_table_is_refused(archive: Archive, data: bytes) -> None:
    with pytest.raises(DamagedInput) as refused:
        take_in_table(archive, KEY, data)
    assert "秘密" not in str(refused.value)
    assert archive.size == 0


def test_columns_of_a_stranger_are_left_and_not_repeated(archive: Archive) -> None:
    report = take_in_table(archive, KEY, "name,王小明的电话,age,\n李,123,7,\n".encode())
    [problem] = map(str, report.problems)
    assert problem.startswith("Row 1: column 2 is none of this list's; it was left. Columns that count: number, name,")
    assert "电话" not in problem
    assert [(each.name, each.age) for each in archive.index.people.all()] == [("李", "7")]


def test_a_column_that_is_nearly_one_of_the_list_is_asked_about_and_the_public_note_is_never_proposed(
    archive: Archive,
) -> None:
    report = take_in_table(archive, KEY, b"name,known_as,Sources:,name_en,private note,nickname\n")
    told = [each.what.partition(" Columns that count: ") for each in report.problems]
    assert [said.rpartition("left.")[2].strip() for said, _, _ in told] == [
        "Is “known as” meant?",
        "Is “sources” meant?",
        "Is “name:en” meant?",
        "",
        "",
    ]
    assert [each for _, _, each in told[:-1]] == [""] * 4
    assert told[-1][2] == (
        "number, name, language, name:en, age, place, school, sources, state, public note, release, reason, known as, "
        "elsewhere."
    )


def test_a_cell_without_end_stops_at_its_limit(archive: Archive) -> None:
    report = take_in_table(archive, KEY, table(f',"{"x" * 500_000}",,,,,,,,,,', ",好,,,,,,,,,,"))
    assert [problem.row for problem in report.problems] == [2]
    assert names(archive) == ["好"]


def test_the_table_is_what_other_programs_read(archive: Archive) -> None:
    state_person(archive, KEY, FULL)
    [header, row] = csv.reader(io.StringIO(write_table(archive.index.people.all()), newline=""))
    told = dict(zip(header, row, strict=True))
    assert told["name"] == "王小明"
    assert told["name:bo"] == "བཀྲ་ཤིས།"
    assert told["sources"] == "31 https://x.com/i/status/57"
    assert header == [
        "number", "name", "language", "name:ar", "name:bo", "name:en",
        "age", "place", "school", "sources", "state", "public note", "release", "reason",
        "known as", "elsewhere",
    ]  # fmt: skip


# -- docs/spec/people.md ---------------------------------------------------------------------------------------------

SPEC = (Path(__file__).resolve().parents[3] / "docs" / "spec" / "people.md").read_text(encoding="utf-8")


def test_the_worked_bytes(archive: Archive) -> None:
    part = SPEC.split("### Worked bytes")[1].split("\n## ")[0]
    said, person, wall, digest = (block.strip("\n") for block in re.findall(r"```\n(.*?)```", part, re.S))
    assert f"{len(said.encode())} bytes" in part
    entry = PERSON_ENTRY(json.loads(said))
    number = state_person(archive, KEY, entry)
    assert canonical(members_of(entry)) == said.encode()
    stated = open_envelope(archive.disclosure(number).envelope, [KEY.public]).statement
    assert stated.subjects == (Subject("person", person),)
    index = state_wall(archive, KEY, json.loads(wall)["sentence"], json.loads(wall)["language"])
    stated = open_envelope(archive.disclosure(index).envelope, [KEY.public]).statement
    assert (stated.subjects, canonical(stated.predicate["wall"])) == ((Subject("wall", digest),), wall.encode())


def test_the_table_of_cells() -> None:
    rows = re.findall(r"^\| `(\S+)` \| `(\S+)` \|$", SPEC, re.M)
    assert len(rows) == 4
    for cell, written in rows:
        assert (guarded(cell), unguarded(written)) == (written, cell)


def test_every_member_and_value_is_in_the_specification() -> None:
    for word in (*TEXTS, "names", "sources", *STATES, *Release):
        assert f"`{word}`" in SPEC, word


def test_a_column_of_notes_that_was_not_written_for_the_public_is_left_and_told(archive: Archive) -> None:
    report = take_in_table(archive, KEY, "name,note\n王小明,the mother asked us not to say\n".encode())
    assert [each.what.partition(" Columns that count")[0] for each in report.problems] == [
        "column 2 is none of this list's; it was left."
    ]
    assert [(each.name, each.note) for each in archive.index.people.all()] == [("王小明", "")]
