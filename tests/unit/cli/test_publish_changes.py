"""A post that changed after its release: told with the difference, and shown only when an editor says so."""

import json
import re
from pathlib import Path

import pytest

from support.collecting_desk import assigned, in_folder, tweet, x_files
from support.field_and_desk import WORK
from tamizdat.home.setup import create_desk
from unit.cli.test_publish import listed, publish, run


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A desk whose one post was released, published, and edited since."""
    create_desk(tmp_path / "desk", "ourdesk", b"", WORK)
    home = tmp_path / "desk"
    for number, text in enumerate(("They took the names", "Nobody took anything")):
        export = str(in_folder(tmp_path / f"x{number}", x_files([tweet(1, text)])))
        assert run("collect", export, "--home", str(home))[0] == 0
        if not number:
            assert publish(home, "release", "--voice", "lin")[0] == 0
            assert publish(home)[0] == 0
    return home


def page(home: Path) -> str:
    return (home / f"site/items/{listed(home)['1']['item']}/index.html").read_text("utf-8")


def test_a_dry_run_lists_what_changed_and_waits_with_the_difference(home: Path) -> None:
    _, out, err = run("publish", "--dry-run", "--home", str(home))
    assert "changed, waits for you" in out + err
    assert "- They took the names" in out
    assert "+ Nobody took anything" in out
    [told] = [each for each in publish(home, "--dry-run")[1] if "edition" in each]
    assert [(each["before"], each["after"]) for each in told["unread"]] == [
        ("They took the names", "Nobody took anything")
    ]


@pytest.mark.parametrize("fixture", ["home", "deleted"])
def test_what_waits_is_named_by_its_number_alone_where_no_edition_is_made(
    fixture: str, request: pytest.FixtureRequest
) -> None:
    home: Path = request.getfixturevalue(fixture)
    number = listed(home)["1"]["item"]
    publish(home)
    _, out, err = run("publish", "--home", str(home))
    told = " ".join(err.split())
    assert re.search(rf"Waiting for you: {number} \((changed\)|deleted, and still shown; whoever deleted)", told), told
    assert "They took the names" not in out
    assert "Nobody took anything" not in out


def test_that_the_last_run_was_cut_off_and_this_one_takes_longer_is_said_once(home: Path) -> None:
    longer = "cut off, or what it left for this one is lost: it takes longer"
    assert longer not in run("publish", "--home", str(home))[1]
    (home / "archive/publishing.sqlite").unlink()
    assert longer in run("publish", "--home", str(home))[1]
    assert longer not in run("publish", "--home", str(home))[1]


def test_releasing_a_whole_voice_again_releases_no_words_that_nobody_read(home: Path) -> None:
    assert publish(home, "release", "--voice", "lin", "--tag", "names")[0] == 0
    assert publish(home)[0] == 0
    assert "They took the names" in page(home)
    assert "Nobody took anything" not in page(home)


def test_releasing_it_by_its_number_shows_the_new_words(home: Path) -> None:
    assert publish(home, "release", str(listed(home)["1"]["item"]))[0] == 0
    [told] = [each for each in publish(home)[1] if "edition" in each]
    assert (len(told["changed"]), told["unread"]) == (1, [])
    assert "Nobody took anything" in page(home)


def test_a_voice_can_be_set_to_hide_the_old_words_until_an_editor_looked(home: Path) -> None:
    item = listed(home)["1"]["item"]
    assert publish(home, "hide-changed", "@Lin")[1][-1] == {"hidden": ["lin"]}
    assert "warning" not in str(publish(home, "hide-changed", "@Lin")[1]), "she is known"
    [told] = [each for each in publish(home)[1] if "edition" in each]
    assert (told["removed"], [number for number, _ in told["skipped"]]) == ([item], [item])
    assert "They took the names" not in page(home)
    assert publish(home, "release", str(item))[0] == 0
    assert publish(home)[0] == 0
    assert "Nobody took anything" in page(home)
    assert publish(home, "hide-changed", "lin", "--show")[1][-1] == {"hidden": []}


def test_a_voice_that_nobody_goes_by_is_told_for_a_mistyped_one_hides_nothing(home: Path) -> None:
    for argv in (("hide-changed", "lni"), ("clock", "@lni", "Asia/Shanghai")):
        told = " ".join(str(each) for each in publish(home, *argv)[1])
        assert "Nobody of whom anything was collected goes by" in told, argv
        assert "Is 'lin' meant?" in told
    assert publish(home, "clock", "lin", "Mars/Olympus", "--dry-run")[0] == 2
    assert "Nobody" not in str(publish(home, "hide-changed", "lni", "--show")[1])


@pytest.fixture
def deleted(tmp_path: Path) -> Path:
    """A desk whose one post was released, published, and deleted by its author since."""
    create_desk(tmp_path / "desk", "ourdesk", b"", WORK)
    home, gone = tmp_path / "desk", tweet(1, "They took the names", deleted_at="Sun May 12 17:40:00 +0000 2013")
    exports = (
        x_files([tweet(1, "They took the names")]),
        x_files([], deleted_tweets=assigned("deleted_tweets", [gone])),
    )
    for number, files in enumerate(exports):
        assert run("collect", str(in_folder(tmp_path / f"x{number}", files)), "--home", str(home))[0] == 0
        if not number:
            assert publish(home, "release", "--voice", "lin")[0] == 0
            assert publish(home)[0] == 0
    return home


def test_a_dry_run_lists_what_was_deleted_and_waits_with_the_words_that_are_shown(deleted: Path) -> None:
    _, out, err = run("publish", "--dry-run", "--home", str(deleted))
    assert "deleted by its author on 2013-05-12; the words are still shown" in " ".join(err.split())
    assert "They took the names" in out
    [told] = [each for each in publish(deleted, "--dry-run")[1] if "edition" in each]
    assert [(each["item"], each["text"], each["author"]) for each in told["deleted"]] == [
        (listed(deleted)["1"]["item"], "They took the names", True)
    ]


@pytest.mark.parametrize(("verb", "there"), [("release", True), ("withdraw", False)])
def test_a_deleted_post_is_kept_or_withdrawn_by_its_number_and_waits_no_more(
    deleted: Path, verb: str, there: bool
) -> None:
    assert publish(deleted, verb, str(listed(deleted)["1"]["item"]))[0] == 0
    [told] = [each for each in publish(deleted)[1] if "edition" in each]
    assert told["deleted"] == []
    assert ("They took the names" in page(deleted)) == there


def test_a_voice_can_be_set_to_hide_what_it_deleted_until_an_editor_looked(deleted: Path) -> None:
    item = listed(deleted)["1"]["item"]
    publish(deleted, "hide-changed", "lin")
    [told] = [each for each in publish(deleted)[1] if "edition" in each]
    assert (told["removed"], [number for number, _ in told["skipped"]]) == ([item], [item])
    assert "They took the names" not in page(deleted)


def test_a_dry_run_names_the_command_that_shows_the_new_words_and_it_does(home: Path) -> None:
    _, out, err = run("publish", "--dry-run", "--home", str(home))
    [command] = re.findall(r"'(tamizdat publish release \d+ --version \d+)'", out + err)
    assert publish(home, *command.split()[2:])[0] == 0
    assert publish(home)[1][-1]["unread"] == []
    assert "Nobody took anything" in page(home)


def test_words_that_another_source_gave_out_are_shown_by_their_number_and_by_nothing_else(
    home: Path, tmp_path: Path
) -> None:
    item = {"id": "https://x.com/i/status/1", "content_text": "What the mirror kept", "url": "https://b.example/1"}
    feed = {"version": "https://jsonfeed.org/version/1.1", "title": "B", "home_page_url": "https://b.example/"}
    export = in_folder(tmp_path / "feed", {"feed.json": json.dumps({**feed, "items": [item]}).encode()})
    assert run("collect", str(export), "--home", str(home))[0] == 0
    number = str(listed(home)["1"]["item"])
    [told] = [each for each in publish(home, "--dry-run")[1] if "edition" in each]
    [other] = [each for each in told["unread"] if each["source"]]
    assert publish(home, "release", number)[0] == 0
    publish(home)
    assert "What the mirror kept" not in page(home), "a release by the post's number is of its own source"
    assert publish(home, "release", number, "--version", str(other["version"]))[0] == 0
    publish(home)
    assert "What the mirror kept" in page(home)


@pytest.mark.parametrize("words", [("--version", "0"), ("--version", "1", "--all"), ("--version", "999")])
def test_a_version_that_is_none_of_this_post_is_refused(home: Path, words: tuple[str, ...]) -> None:
    number = str(listed(home)["1"]["item"])
    code, _, err = run("publish", "release", *([] if "--all" in words else [number]), *words, "--home", str(home))
    assert code == 2
    assert "Expected --version" in err
