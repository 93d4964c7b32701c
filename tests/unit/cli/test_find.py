"""The verb: what it prints, at 80 columns, and how it ends."""

import io
import json
from pathlib import Path

import pytest

from support.collecting_desk import in_folder, tweet, x_files
from support.field_and_desk import NOW, WORK
from tamizdat.cli.main import main
from tamizdat.home.setup import create_desk, create_field, invite
from tamizdat.text.excerpt import columns

LONG = "四川地震" * 40 + "遇難學生的名單" + "，名單在這裡" * 40


@pytest.fixture
def home(tmp_path: Path) -> Path:
    create_desk(tmp_path / "desk", "ourdesk", b"", WORK)
    tweets = [
        tweet(1, LONG),
        tweet(2, "the Schools of Ürümqi"),
        tweet(3, "བོད་པའི་ཕ་ཡུལ། " * 30),
        tweet(4, "a\x1b[2Jb \u202egpj.exe " * 5),
    ]
    code, _, err = run("collect", str(in_folder(tmp_path / "x", x_files(tweets))), "--home", str(tmp_path / "desk"))
    assert code == 0, err
    return tmp_path / "desk"


def run(*argv: str) -> tuple[int, str, str]:
    out, err = io.StringIO(), io.StringIO()
    code = main(list(argv), out, err)
    return code, out.getvalue(), err.getvalue()


def test_a_hit_is_two_lines_with_the_words_marked(home: Path) -> None:
    code, out, err = run("find", "遇难学生", "--home", str(home))
    assert (code, err) == (0, "")
    about, words, total = out.splitlines()
    assert about.startswith("post ")
    assert about.endswith("2013-05-12  @lin  zh  present  restricted")
    assert "[遇難學生]的名單" in words
    assert total == "1 found."


@pytest.mark.parametrize("words", [[], ["a"], ["ཕ་ཡུལ"], ["名单"], ["urum", "SCHOOL"]])
def test_no_line_is_wider_than_80_columns_or_commands_the_terminal(home: Path, words: list[str]) -> None:
    code, out, _ = run("find", *words, "--home", str(home))
    assert code == 0
    assert max(map(columns, out.splitlines())) <= 80
    assert "\x1b" not in out
    assert "\u202e" not in out


def test_options_and_what_is_not_shown(home: Path) -> None:
    options = ["--limit", "1", "--kind", "post", "--person", "@lin", "--since", "2013-05"]
    _, out, _ = run("find", *options, "--home", str(home))
    assert out.splitlines()[-1] == "4 found, the first 1 shown (--limit)."
    _, out, _ = run("find", "--state", "restricted", "--state", "gone", "--home", str(home))
    assert out == "Nothing was found.\n"
    _, out, _ = run("find", "学生", "--until", "2012", "--language", "zh", "--home", str(home))
    assert out == "Nothing was found.\n"


def test_what_is_released_waits_for_an_edition(home: Path) -> None:
    assert run("publish", "release", "--voice", "lin", "--home", str(home))[0] == 0
    about = run("find", "schools", "--home", str(home))[1].splitlines()[0]
    assert about.endswith("present  released, not yet published")
    assert not json.loads(run("find", "schools", "--json", "--home", str(home))[1].splitlines()[0])["in_edition"]


def test_json_is_one_object_a_line(home: Path) -> None:
    code, out, _ = run("find", "schools of", "--json", "--home", str(home))
    hit, total = map(json.loads, out.splitlines())
    assert (code, total) == (0, {"found": 1, "shown": 1})
    assert (hit["kind"], hit["post"], hit["earlier"]) == ("post", "https://x.com/i/status/2", False)
    assert [hit["snippet"][start:end] for start, end in hit["marks"]] == ["Schools", "of"]


@pytest.mark.parametrize(
    "option",
    ["--kind=cat", "--state=lost", "--since=May", "--limit=0", "--limit=x", "--language=?"],
)
def test_wrong_usage_ends_with_2(home: Path, option: str) -> None:
    code, out, err = run("find", "a", option, "--home", str(home))
    assert (code, out) == (2, "")
    assert err


def test_a_field_device_has_nothing_to_search(tmp_path: Path) -> None:
    desk = create_desk(tmp_path / "desk", "ourdesk", b"", WORK)
    create_field(tmp_path / "field", invite(desk, "north", b"", NOW), b"", WORK)
    code, _, err = run("find", "a", "--home", str(tmp_path / "field"))
    assert (code, "Expected a desk" in err) == (2, True)
