"""The verb: showing, changing, the table in and out, and how it ends."""

import io
import json
import stat
from pathlib import Path

import pytest

from support.field_and_desk import PASSPHRASE, WORK
from tamizdat.archive import Archive
from tamizdat.cli.main import main
from tamizdat.home.home import ARCHIVE
from tamizdat.home.setup import create_desk
from tamizdat.text.excerpt import columns

TABLE = """name,language,name:en,age,school,state,release
王小明,zh-Hans,Wang Xiaoming,7,云溪小学,checked,public
བཀྲ་ཤིས།,bo,,,,,
"""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    create_desk(tmp_path / "desk", "ourdesk", b"", WORK)
    return tmp_path / "desk"


@pytest.fixture
def table(tmp_path: Path) -> Path:
    (tmp_path / "people.csv").write_text(TABLE, encoding="utf-8")
    return tmp_path / "people.csv"


def run(home: Path, *argv: str) -> tuple[int, str, str]:
    out, err = io.StringIO(), io.StringIO()
    code = main(["people", *argv, "--home", str(home)], out, err)
    return code, out.getvalue(), err.getvalue()


def names(home: Path) -> dict[int, tuple[str, str]]:
    with Archive.open(home / ARCHIVE) as archive:
        return {person.number: (person.name, person.release) for person in archive.index.people.all()}


def size(home: Path) -> int:
    with Archive.open(home / ARCHIVE) as archive:
        return archive.size


def test_a_table_comes_in_and_goes_out_and_says_nothing_new(home: Path, table: Path) -> None:
    assert run(home)[1] == "Nobody is on the list yet.\n"
    before = size(home)
    code, out, _ = run(home, "import", str(table), "--dry-run")
    assert (code, "2 would be new" in out, size(home)) == (0, True, before)
    code, out, _ = run(home, "import", str(table))
    assert (code, size(home)) == (0, before + 2)
    assert "2 new, 0 changed, 0 as they were." in out
    assert "1 of them are now released" in out
    exported = table.with_name("out.csv")
    assert run(home, "export", str(exported))[0] == 0
    assert stat.S_IMODE(exported.stat().st_mode) == 0o600
    code, out, _ = run(home, "export", "-", "--json")
    assert (code, exported.read_bytes()) == (0, out.encode("utf-8-sig"))
    for each in (exported, table):
        code, out, _ = run(home, "import", str(each), "--json")
        assert (code, json.loads(out)["same"], size(home)) == (0, 2, before + 2)


def test_no_file_is_written_over(home: Path, table: Path) -> None:
    code, _, err = run(home, "export", str(table))
    assert (code, "found one that is there" in " ".join(err.split())) == (2, True)
    assert table.read_text(encoding="utf-8") == TABLE


def test_damaged_rows_end_with_3_and_are_told_without_names(home: Path, table: Path) -> None:
    table.write_text(TABLE + "秘密,,,,,sure,\n", encoding="utf-8")
    code, out, err = run(home, "import", str(table))
    assert code == 3
    assert "2 new" in out
    assert "Row 4: state: expected one of" in err
    assert "秘密" not in out + err
    (table.parent / "gb.csv").write_bytes("name\n秘密\n".encode("gb18030"))
    code, out, err = run(home, "import", str(table.parent / "gb.csv"))
    assert (code, "Save it as" in err) == (3, True)
    for name, beginning in (("names.xlsx", b"PK\x03\x04"), ("names.xls", b"\xd0\xcf\x11\xe0")):
        (table.parent / name).write_bytes(beginning)
        code, out, err = run(home, "import", str(table.parent / name))
        assert (code, "save the sheet that is meant" in " ".join(err.split())) == (3, True)
    assert run(home, "import", str(table.parent / "nothing.csv"))[0] == 2
    assert run(home, "import", str(table.parent))[0] == 2


def test_one_entry_is_changed_member_by_member(home: Path) -> None:
    code, out, _ = run(home, "add", "name=王小明", "language=zh-Hans", "sources=31 https://x.com/i/1", "--json")
    number = json.loads(out)["person"]
    code, out, _ = run(home, "set", str(number), "age=8", "name:en=Wang = Xiaoming", "note=")
    assert (code, out) == (0, "1 entry changed.\n")
    assert run(home, "set", str(number), "age=8")[1] == "0 entries changed.\n"
    assert run(home, "set", str(number), "age=9", "--dry-run")[1] == "1 entry would be changed.\n"
    with Archive.open(home / ARCHIVE) as archive:
        person = archive.index.people.person(number)
        assert person is not None
        assert (person.age, person.names, person.sources) == (
            "8",
            (("en", "Wang = Xiaoming"),),
            (31, "https://x.com/i/1"),
        )


def test_whoever_withholds_a_name_is_told_if_it_cannot_be_looked_for_or_only_as_a_whole_word(home: Path) -> None:
    code, out, err = run(home, "add", "name=An", "name:en=Pema", "known_as=Aku Tashi; L", "elsewhere=Pema Chödrön")
    out, err = " ".join(out.split()), " ".join(err.split())
    assert code == 0
    assert "Nothing will keep 'An' out of an edition: it is a word of every other sentence" in err
    assert "Nothing will keep 'L' out of an edition: it has fewer than two letters" in err
    assert "in what the desk says: Pema." in out
    with Archive.open(home / ARCHIVE) as archive:
        [person] = archive.index.people.all()
        assert (person.known_as, person.elsewhere) == (("Aku Tashi", "L"), ("Pema Chödrön",))
    assert "Nothing" not in run(home, "set", str(person.number), "name=Tashi Dolma", "known_as=")[2]


def test_release_and_withdraw(home: Path, table: Path) -> None:
    run(home, "import", str(table))
    first, second = names(home)
    assert run(home, "withdraw", str(first), "--reason", "the parents asked")[1] == "1 entry changed.\n"
    assert run(home, "release", "--all")[1] == "1 entry changed.\n"
    assert names(home) == {first: ("王小明", "withdrawn"), second: ("བཀྲ་ཤིས།", "public")}
    assert run(home, "release", "--all")[1] == "0 entries changed.\n"
    told = run(home, "release", f"{first}-{second}", "--dry-run")
    assert (told[0], "found none in" in told[2]) == (2, True), "whom --all leaves a range leaves"
    assert run(home, "withdraw", f"{first}-{second}", "--dry-run")[1].endswith("1 entry would be changed.\n")
    assert run(home, "release", f"{first}-{second + 3}", str(first), "--dry-run")[1].endswith("would be changed.\n")
    assert run(home, "release", str(first), str(first), str(second))[1] == "1 entry changed.\n"
    assert run(home, "withdraw", "--all")[1].endswith("2 entries changed.\n"), "and how their names are looked for"
    assert {release for _, release in names(home).values()} == {"withdrawn"}


def test_the_wall(home: Path) -> None:
    assert run(home, "wall")[1] == "The wall spells nothing yet.\n"
    assert run(home, "wall", "--sentence", "别忘记")[0] == 2
    assert run(home, "wall", "--sentence", "别忘记", "--language", "zh-Hans")[0] == 0
    before = size(home)
    assert run(home, "wall", "--sentence", "别忘记", "--language", "zh-Hans")[0] == 0
    assert size(home) == before
    assert run(home, "wall")[1] == "The wall spells: 别忘记 (zh-Hans)\n"


@pytest.mark.parametrize(
    "argv",
    [
        ["set", "99", "age=7"],
        ["set", "x", "age=7"],
        ["add", "age=7"],
        ["add", "name"],
        ["add", "wang=7"],
        ["add", "name=a", "name:?=b"],
        ["add", "name=a", "state=sure"],
        ["add", "name=a", "known_as=b", "known_as=c"],
        ["release"],
        ["release", "99"],
        ["withdraw"],
        ["import"],
        ["export"],
        ["remove"],
    ],
)
def test_wrong_usage_ends_with_2_and_changes_nothing(home: Path, argv: list[str]) -> None:
    before = size(home)
    code, out, err = run(home, *argv)
    assert (code, out, size(home)) == (2, "", before)
    assert err


def test_the_list_fits_80_columns(home: Path) -> None:
    for name in ("王" * 100, "བཀྲ་ཤིས་" * 20, "محمد", "x" * 200):
        run(home, "add", f"name={name}", f"place={name}", "age=about 7")
    _, out, _ = run(home, "list")
    assert max(map(columns, out.splitlines())) <= 80
    assert out.splitlines()[-1] == "4 people, released: 0."


def test_the_passphrase_is_asked_for_only_to_change(tmp_path: Path) -> None:
    create_desk(tmp_path / "desk", "ourdesk", PASSPHRASE, WORK)
    assert run(tmp_path / "desk", "list")[0] == 0
    code, _, err = run(tmp_path / "desk", "add", "name=a")
    assert (code, "passphrase" in err) == (2, True)
