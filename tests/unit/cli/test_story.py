"""``tamizdat story``: text in and out, versions kept, what is to become of them; what is no story is refused."""

import json
from pathlib import Path

import pytest

from support.field_and_desk import WORK
from tamizdat.archive import Archive
from tamizdat.cli.main import main
from tamizdat.home.setup import create_desk

TEXT = """# A list
language: en
credit: Robin

## The first day

They asked for names.

\\{not an element}

{wall}
"""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return create_desk(tmp_path / "desk", "demo", b"", WORK).folder


def run(home: Path, *words: str) -> int:
    return main(["story", *words, "--json", "--allow-swap", "--home", str(home)])


def facts(capsys: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines() if line.startswith("{")]


def test_a_story_goes_in_as_text_out_as_text_or_json_and_every_version_is_kept(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "day.md"
    file.write_bytes(b"\xef\xbb\xbf" + TEXT.replace("\n", "\r\n").encode())
    capsys.readouterr()
    assert run(home, "add", str(file), "--dry-run") == 0
    assert facts(capsys)[-1]["story"] is None
    assert run(home, "add", str(file)) == 0
    number = str(facts(capsys)[-1]["story"])
    assert run(home, "show", number, str(tmp_path / "out.md")) == 0
    assert (tmp_path / "out.md").read_text("utf-8") == TEXT
    assert run(home, "show", number, str(tmp_path / "out.json")) == 0
    assert run(home, "add", str(tmp_path / "out.json"), "--story", number) == 0, "which says the same"
    for step in ("propose", "release"):
        assert run(home, step, number) == 0
    (tmp_path / "next.md").write_text(TEXT.replace("A list", "The list"), "utf-8")
    assert run(home, "add", str(tmp_path / "next.md"), "--story", number) == 0
    capsys.readouterr()
    assert run(home) == 0
    [row] = facts(capsys)
    assert (row["title"], row["release"]) == ("The list", "draft")
    assert run(home, "withdraw", number, "--reason", "A wrong day.") == 0
    with Archive.open(home / "archive") as archive:
        history = archive.index.stories.history(int(number))
        assert [each.release for each in history] == ["draft", "proposed", "public", "draft", "withdrawn"]
        assert archive.index.stories.shown(int(number)) is None
        assert archive.check().faults == []


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("a.md", b"", "begins with its title"),
        ("a.md", b"# A\nlanguage: en\n", "1 to 100 chapters"),
        ("a.md", b"# A\nlanguage: en\nwho: me\n", "Line 3"),
        ("a.md", b"\xff\xfe", "in UTF-8"),
        ("a.json", b"[" * 100_000, "a story as JSON"),
        ("a.json", b"", "found none from line 1, column 1 on"),
        ("a.json", b'{"title": "A"}', "Expected the members"),
        (
            "a.json",
            b'{"chapters": [{"elements": [{"item": %d, "kind": "item"}], "title": "C"}], "credit": "", '
            b'"language": "en", "title": "A"}' % (1 << 64),
            f"found {1 << 64}",
        ),
        ("a.docx", b"PK", "ends in .md"),
        ("../a.md", b"", "/inside/../a.md'"),
    ],
)
def test_what_is_no_story_is_refused(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, data: bytes, says: str
) -> None:
    if "/" not in name:
        (tmp_path / name).write_bytes(data)
    assert run(home, "add", str(tmp_path / "inside" / name if "/" in name else tmp_path / name)) == 2
    assert says in capsys.readouterr().err


def test_another_number_than_a_storys_and_a_withdrawal_of_a_draft_are_refused(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "day.md").write_text(TEXT, "utf-8")
    assert run(home, "release", "99") == 2
    assert "Expected the number of a story, found 99" in capsys.readouterr().err
    assert run(home, "add", str(tmp_path / "day.md")) == 0
    number = str(facts(capsys)[-1]["story"])
    assert run(home, "withdraw", number, "--dry-run") == 2, "it would be refused"
    assert run(home, "release", number, "--dry-run", "--reason", "\u202e") == 2
    assert run(home, "withdraw", number) == 2
    assert "there is nothing to" in capsys.readouterr().err
    assert run(home, "show", number, str(tmp_path / "day.md")) == 2, "no file is written over"
