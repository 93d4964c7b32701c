"""What an author wrote for followers, on the command line: by number, after consent, never by --all."""

from pathlib import Path

import pytest

from support.collecting_desk import in_folder, tweet, x_files
from support.field_and_desk import WORK
from tamizdat.home.setup import create_desk
from unit.cli.test_publish import listed, publish, run

CLOSED = {"user": {"protected": True}}


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A desk with a post for followers and one for all."""
    create_desk(tmp_path / "desk", "ourdesk", b"", WORK)
    posts = [tweet(1, "For followers only", **CLOSED), tweet(2, "For all")]
    assert run("collect", str(in_folder(tmp_path / "x", x_files(posts))), "--home", str(tmp_path / "desk"))[0] == 0
    return tmp_path / "desk"


def number(home: Path, post: str = "1") -> str:
    return str(listed(home)[post]["item"])


def shown(home: Path) -> str:
    return "".join(path.read_text("utf-8") for path in (home / "site").glob("items/*/index.html"))


def test_it_is_released_by_number_after_its_author_agreed_and_taken_down_when_they_do_not_any_more(home: Path) -> None:
    code, _, err = run("publish", "release", number(home), "--home", str(home))
    assert code == 2
    assert "publish consent" in err
    assert publish(home, "consent", number(home), "--day", "2026-01-05")[1][-1]["consent"] == [int(number(home))]
    _, out, _ = run("publish", "list", "--home", str(home))
    assert "(for followers; consent 2026-01-05)" in out
    assert publish(home, "release", number(home))[0] == 0
    assert publish(home)[0] == 0
    assert "For followers only" in shown(home)
    code, said, _ = publish(
        home, "consent", number(home), "--day", "2026-02-05", "--withdrawn", "--reason", "They asked"
    )
    assert (code, said[-1]["withdrawn"]) == (0, [int(number(home))])
    assert publish(home)[0] == 0
    assert "For followers only" not in shown(home)
    assert "They asked" in shown(home)


def test_an_account_takes_back_every_consent_of_its_own_whatever_it_never_consented_to(home: Path) -> None:
    posts = [tweet(1, "For followers only", **CLOSED), tweet(3, "And of this nobody spoke", **CLOSED)]
    assert run("collect", str(in_folder(home.parent / "y", x_files(posts))), "--home", str(home))[0] == 0
    taken_back = ("consent", "--voice", "lin", "--day", "2026-02-05", "--withdrawn")
    code, _, err = run("publish", *taken_back, "--home", str(home))
    assert (code, "of which consent is recorded, found none" in err) == (2, True), err
    publish(home, "consent", number(home), "--day", "2026-01-05")
    assert publish(home, *taken_back)[1][-1]["withdrawn"] == [int(number(home))]
    assert not listed(home)["1"]["consent"]["given"]


@pytest.mark.parametrize("chosen", [("--all",), ("--voice", "lin"), ("--since", "2013-01-01")])
def test_no_choice_of_many_releases_it_whoever_agreed(home: Path, chosen: tuple[str, ...]) -> None:
    publish(home, "consent", number(home), "--day", "2026-01-05")
    released = publish(home, "release", *chosen)[1][-1]["released"]
    assert released == [int(number(home, "2"))]
    publish(home)
    assert "For followers only" not in shown(home)


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("2", "--day", "2026-01-05"), "wrote for followers"),
        (("9999", "--day", "2026-01-05"), "which is none"),
        (("1", "--day", "9999-01-05"), "at the latest"),
        (("1", "--day", "5 January"), "a day such as"),
        (("1", "--day", "2026-01-05", "--withdrawn"), "no consent recorded"),
        (("1", "--day", "2026-01-05", "--reason", "x"), "only with --withdrawn"),
    ],
)
def test_consent_that_opens_nothing_is_refused_and_not_recorded(home: Path, words: tuple[str, ...], why: str) -> None:
    named = number(home, words[0]) if words[0] in "12" else words[0]
    code, _, err = run("publish", "consent", number(home), named, *words[1:], "--home", str(home))
    assert (code, why in err) == (2, True), err
    assert "consent" not in listed(home)["1"], "all or none"


def test_a_dry_run_records_nothing(home: Path) -> None:
    assert publish(home, "consent", number(home), "--day", "2026-01-05", "--dry-run")[0] == 0
    assert "consent" not in listed(home)["1"]


def test_what_an_earlier_export_says_was_for_followers_is_not_released_among_many(home: Path, tmp_path: Path) -> None:
    later = [tweet(1, "For followers only"), tweet(2, "For all")]  # X forgets after six months who could read it
    export = in_folder(tmp_path / "later", x_files(later))
    assert run("collect", str(export), "--home", str(home))[0] == 0
    assert listed(home)["1"]["audience"] == "public", "the attack needs that the later export says so"
    code, out, err = run("publish", "release", "--all", "--home", str(home))
    assert code == 0
    assert "written for few" in out + err
    assert [listed(home)[each]["release"] for each in "12"] == ["restricted", "public"]
    assert publish(home, "release", number(home))[0] == 0, "by its number, when somebody asked"


def test_consent_can_be_recorded_for_the_words_that_wait(home: Path, tmp_path: Path) -> None:
    publish(home, "consent", number(home), "--day", "2026-01-05")
    publish(home, "release", number(home))
    export = in_folder(tmp_path / "later", x_files([tweet(1, "Other words for followers", **CLOSED)]))
    assert run("collect", str(export), "--home", str(home))[0] == 0
    [told] = [each for each in publish(home, "--dry-run")[1] if "edition" in each]
    version = str(told["unread"][0]["version"])
    assert publish(home, "release", number(home), "--version", version)[0] == 2, "not without consent"
    assert publish(home, "consent", number(home), "--version", version, "--day", "2026-01-06")[0] == 0
    assert publish(home, "release", number(home), "--version", version)[0] == 0
    publish(home)
    assert "Other words for followers" in shown(home)
    assert publish(home, "consent", number(home), "--version", "0", "--day", "2026-01-06")[0] == 2
