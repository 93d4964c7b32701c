"""The verb: what it prints, and how it ends."""

import io
import json
from pathlib import Path

import pytest

from support.collecting_desk import in_folder, manifest, tweet, x_files
from support.field_and_desk import WORK
from tamizdat.cli.main import main
from tamizdat.home.setup import create_desk


@pytest.fixture
def home(tmp_path: Path) -> Path:
    create_desk(tmp_path / "desk", "ourdesk", b"", WORK)
    return tmp_path / "desk"


def run(*argv: str) -> tuple[int, str, str]:
    out, err = io.StringIO(), io.StringIO()
    code = main(list(argv), out, err)
    return code, out.getvalue(), err.getvalue()


def test_an_export_is_taken_in_and_the_second_time_nothing(home: Path, tmp_path: Path) -> None:
    export = str(in_folder(tmp_path / "x", x_files([tweet(1, "一"), tweet(2, "二")])))
    code, out, _ = run("collect", export, "--home", str(home), "--dry-run")
    assert (code, "2 would be new" in out) == (0, True)
    code, out, _ = run("collect", export, "--home", str(home))
    assert (code, "2 new, 0 known" in out) == (0, True), out
    code, out, _ = run("collect", export, "--home", str(home), "--json")
    facts = json.loads(out.splitlines()[-1])
    assert (code, facts["new"], facts["known"]) == (0, 0, 2)


def test_damage_ends_with_3_and_says_where(home: Path, tmp_path: Path) -> None:
    export = str(in_folder(tmp_path / "x", x_files([tweet(1, "一")], manifest=manifest(7))))
    code, out, err = run("collect", export, "--home", str(home))
    assert code == 3
    assert "1 new" in out
    assert "data/tweets.js: the export's own list says another number (7 said, 1 found)" in " ".join(err.split())


@pytest.mark.parametrize(
    ("source", "code"),
    [("nothing-here", 2), ("file:///etc/passwd", 2), ("http://127.0.0.1:9/feed", 1), ("https://u:p@a.example/", 2)],
)  # fmt: skip
def test_what_cannot_be_collected_says_why(home: Path, source: str, code: int) -> None:
    found, _, err = run("collect", source, "--home", str(home))
    assert found == code
    assert "xpected" in err


def test_without_an_argument_and_without_feeds_it_says_what_it_needs(home: Path) -> None:
    code, _, err = run("collect", "--home", str(home))
    assert (code, "none is followed yet" in err) == (2, True)
