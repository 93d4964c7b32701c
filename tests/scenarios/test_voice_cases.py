"""Kinds of faults that were met with real archives, rebuilt small; each with what is right, by the command."""

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from support.field_and_desk import WORK
from support.item_files import statements_in
from support.shared import SHARED, needs_shared
from tamizdat.archive import Archive
from tamizdat.cli.main import main
from tamizdat.home.setup import create_desk

CASES = SHARED / "cases" / "voice"
pytestmark = needs_shared
Run = Callable[..., tuple[int, list[dict[str, Any]], str]]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    create_desk(tmp_path / "desk", "ourdesk", b"", WORK)
    return tmp_path / "desk"


@pytest.fixture
def run(home: Path) -> Run:
    def command(*argv: str, words: bool = False) -> tuple[int, list[dict[str, Any]], str]:
        out, err = io.StringIO(), io.StringIO()
        code = main([*argv, "--home", str(home), *([] if words else ["--json"])], out, err)
        told = [] if words else [json.loads(line) for line in out.getvalue().splitlines()]
        return code, told, " ".join((err.getvalue() + out.getvalue()).split())

    return command


def case(number: str, *parts: str) -> str:
    return str(next(CASES.glob(f"{number}-*")).joinpath(*parts))


def posts(home: Path) -> dict[str, tuple[str, str, str]]:
    """Handle, words and state of each post, by the end of its id."""
    with Archive.open(home / "archive") as archive:
        return {
            each.post.rsplit("/", 1)[-1]: (each.handle, each.text, each.state) for each in archive.index.posts.latest()
        }


def test_two_accounts_in_one_folder_keep_their_own_words(run: Run, home: Path) -> None:
    assert run("collect", case("01", "exports"))[0] == 0
    assert {each[:2] for each in posts(home).values()} == {
        ("lin_invented", "I was at the gate"),
        ("wang_invented", "I was at the bridge"),
    }


@pytest.mark.parametrize("order", [("newer", "older"), ("older", "newer")])
def test_an_older_export_turns_no_correction_round(run: Run, home: Path, order: tuple[str, str]) -> None:
    for each in order:
        assert run("collect", case("03", each))[0] == 0
    assert posts(home)["1"][1] == "forty-one children"
    with Archive.open(home / "archive") as archive:
        assert len(archive.index.by_act("edited")) == 1


def test_an_older_file_of_twarc_brings_no_deleted_post_back(run: Run, home: Path) -> None:
    for each in ("a.jsonl", "b-deleted.jsonl", "c.jsonl"):
        assert run("collect", case("04", each))[0] == 0
    assert posts(home)["1700000000000000001"][2] == "gone"


def test_a_page_of_addresses_empties_no_post(run: Run, home: Path) -> None:
    run("collect", case("05", "1-export"))
    _, told, _ = run("collect", case("05", "2-page.json"))
    assert told[-1]["edited"] == 0
    assert posts(home)["1"][1] == "forty names on the wall"


def shown(home: Path) -> dict[str, Any]:
    """What the site says of its posts, by their texts."""
    found = {}
    for each in statements_in(home / "site"):
        said: Any = each.predicate
        found[said["text"]] = said
    return found


def test_seen_so_until_is_the_last_sight_or_the_platforms_word(run: Run, home: Path) -> None:
    for each in ("1", "2", "3", "numbered"):
        assert run("collect", case("06", each))[0] == 0
    run("publish", "release", "--all")
    assert run("publish")[0] == 0
    site = shown(home)
    assert [each["as_of"] for each in site["forty-one"]["earlier"]] == ["2024-06-01"]
    [earlier] = next(each for text, each in site.items() if text.startswith("the northern"))["earlier"]
    assert earlier["as_of"] == "2023-12-01"


@pytest.mark.parametrize("part", [("07", "a-date"), ("07", "b-other-line-breaks"), ("31", "mirror")])
def test_publishing_is_not_blocked_by_what_is_no_secret(run: Run, part: tuple[str, str]) -> None:
    assert run("collect", case(*part))[0] == 0
    run("publish", "release", "--all")
    assert run("publish", "--dry-run")[0] == 0
    assert run("publish")[0] == 0


def test_three_exports_in_one_folder_are_all_read(run: Run, home: Path) -> None:
    code, told, _ = run("collect", case("16"))
    with Archive.open(home / "archive") as archive:
        assert (code, archive.index.posts.count()) == (0, 3)
    assert {each["format"].partition("/")[0] for each in told if "format" in each} == {"x-archive", "mastodon", "feed"}


def test_what_the_platform_says_of_accounts_is_none_about_posts(run: Run, home: Path) -> None:
    run("collect", case("30", "export"))
    _, _, told = run("collect", case("30", "users.jsonl"))
    assert "removals of posts" not in told
    assert "900100" in told


def test_nothing_released_says_why(run: Run) -> None:
    run("collect", case("32"))
    _, _, told = run("publish", "release", "--all", words=True)
    assert "1 post was not written for everybody" in told


def test_a_handle_that_two_feeds_have_is_asked_about(run: Run) -> None:
    for each in ("a.xml", "b.xml"):
        run("collect", case("22", each))
    code, _, told = run("publish", "release", "--voice", "feeds.example")
    assert code == 2
    assert "Name one by its handle: @feeds.example/a, @feeds.example/b" in told


def test_bytes_that_tell_the_place_are_not_released_by_the_way(run: Run, home: Path) -> None:
    run("collect", case("34"))
    with Archive.open(home / "archive") as archive:
        number = str(min(archive.index.releases.numbers().values()))
    code, _, told = run("publish", "release", number, "--bytes")
    assert (code, "coordinates" in told) == (2, True)
    assert run("publish", "release", number, "--bytes", "--bytes-tell", "coordinates,place,device")[0] == 0


def test_a_picture_that_is_not_in_the_export_was_replaced_by_the_platforms_word(run: Run, home: Path) -> None:
    assert run("collect", case("09"))[1][-1]["edited"] == 1
    with Archive.open(home / "archive") as archive:
        [number] = archive.index.by_act("edited")
        assert archive.statement(number).predicate["pictures"] is True
    run("publish", "release", "--all")
    assert run("publish")[0] == 0
    [said] = shown(home).values()
    assert (said["earlier"], said["context"]["replaced"]) == ([], ["2023-12-01"])


def test_what_an_account_wrote_for_followers_is_published_with_its_consent_all_at_once(run: Run, home: Path) -> None:
    run("collect", case("28"))
    assert run("publish", "release", "--all", words=True)[2].count("1 post was not written for everybody")
    assert run("publish", "release", "--consented")[1][-1]["released"] == []
    assert run("publish", "consent", "--voice", "nobody", "--day", "2026-01-01")[0] == 2
    assert run("publish", "consent", "--voice", "@lin_invented", "--day", "2026-01-01")[0] == 0
    assert run("publish", "release", "--all")[1][-1]["released"] == [], "never by the way"
    said = run("publish", "release", "--consented", words=True)[2]
    assert ("1 post released" in said, "not written for everybody" in said) == (True, False)
    assert run("publish")[0] == 0
    assert list(shown(home)) == ["my own words"]
