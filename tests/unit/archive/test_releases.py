"""What the desk says of posts: merged member by member, about true bytes only, refused when it makes no sense."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from support.collecting_desk import NOW, Desk, in_folder, tweet, x_files
from tamizdat.archive.acts.releases import state_release, state_releases
from tamizdat.archive.views.releases import Release
from tamizdat.encoding import sha256_hex
from tamizdat.errors import UsageError
from tamizdat.ledger.signing import sign_statement
from tamizdat.ledger.statement import Statement, Subject, peek_envelope
from tamizdat.statements.catalogued import CataloguedPost

POST = "https://x.com/i/status/1"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    desk = Desk.make(tmp_path / "archive")
    desk.take(in_folder(tmp_path / "x", x_files([tweet(1, "五年了"), tweet(2, "second")])))
    return desk


def raw(desk: Desk, number: int = -1) -> str:
    """The SHA-256 of a version's bytes."""
    version = desk.archive.index.posts.versions(POST)[number]
    return peek_envelope(desk.archive.disclosure(version.number).envelope).subjects[0].sha256


def state(desk: Desk, subject: str, **said: Any) -> None:
    """A statement that :func:`releases.say` would not make."""
    statement = Statement("catalogued", (Subject("post", subject),), {"post": POST, **said})
    desk.archive.append([sign_statement(statement, [(desk.key.public, desk.key.sign)])])


def test_a_post_of_which_nothing_was_said_is_restricted(desk: Desk) -> None:
    assert desk.archive.index.releases.of(POST) == Release(POST)
    assert desk.archive.index.releases.all() == {}


def test_the_later_word_counts_member_by_member(desk: Desk) -> None:
    state_release(desk.archive, desk.key, CataloguedPost(POST, release="public", tags=("a", "b"), alts=("wall",)))
    state_release(desk.archive, desk.key, CataloguedPost(POST, until="2026-12-01", bytes_shown=True))
    state_release(desk.archive, desk.key, CataloguedPost(POST, tags=()))
    assert desk.archive.index.releases.of(POST) == Release(POST, "public", "2026-12-01", True, (), ("wall",))
    assert desk.archive.index.releases.all("public").keys() == {POST}
    desk.archive.index.make_anew()
    assert desk.archive.index.releases.of(POST).alts == ("wall",)


@pytest.mark.parametrize(
    ("day", "shown"), [("2026-11-30", False), ("2026-12-01", True), ("2026-12-02", True), ("2027-01-01", True)]
)
def test_an_embargo_ends_on_its_day(day: str, shown: bool) -> None:
    assert Release(POST, "public", "2026-12-01").shown_on(day) is shown
    assert not Release(POST, "restricted", "2026-12-01").shown_on(day)


def test_what_is_said_of_an_earlier_version_still_counts(desk: Desk, tmp_path: Path) -> None:
    state_release(desk.archive, desk.key, CataloguedPost(POST, release="public"))
    desk.take(in_folder(tmp_path / "later", x_files([tweet(1, "五年了。")])), NOW + timedelta(days=1))
    assert desk.archive.index.releases.of(POST).release == "public"


def test_a_word_about_other_bytes_counts_for_nothing(desk: Desk) -> None:
    state(desk, sha256_hex(b"other bytes"), release="public")
    assert desk.archive.index.releases.of(POST).release == "restricted"


def test_a_word_about_the_bytes_of_another_post_counts_for_nothing(desk: Desk) -> None:
    other = desk.archive.index.posts.versions("https://x.com/i/status/2")[-1]
    subject = peek_envelope(desk.archive.disclosure(other.number).envelope).subjects[0].sha256
    state(desk, subject, release="public")
    assert desk.archive.index.releases.of(POST).release == "restricted"


@pytest.mark.parametrize(
    "said",
    [
        {"release": "secret"},
        {"bytes": 1},
        {"until": "tomorrow"},
        {"tags": "a"},
        {"until": "2026-02-31"},
        {"more": 1},
        {"alts": [1]},
    ],
)
def test_words_in_another_form_are_passed_over(desk: Desk, said: dict[str, Any]) -> None:
    state(desk, raw(desk), release="public", **{name: said[name] for name in said if name != "release"})
    state(desk, raw(desk), **said)
    found = desk.archive.index.releases.of(POST)
    assert found in (Release(POST), Release(POST, "public"))


@pytest.mark.parametrize("old", ["a\u2028b", "a\ufffeb", "a\u202eb", "a\u2067b"])
def test_a_withdrawal_stated_before_a_character_was_refused_still_counts(desk: Desk, old: str) -> None:
    state_release(desk.archive, desk.key, CataloguedPost(POST, release="public"))
    state(desk, raw(desk), release="withdrawn", reason=old, tags=[old])
    found = desk.archive.index.releases.of(POST)
    assert (found.release, found.reason, found.tags) == ("withdrawn", old, (old,))


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"release": "secret"},
        {"until": "tomorrow"},
        {"until": "2026-02-31"},
        {"tags": ("",)},
        {"tags": ("a\nb",)},
        {"reason": "a\u202eb"},
        {"alts": ("a\u2067b",)},
        {"alts": ("x" * 20_001,)},
    ],
)
def test_words_that_may_not_be_stated_are_refused(desk: Desk, said: dict[str, Any]) -> None:
    size = desk.archive.size
    with pytest.raises(UsageError):
        state_release(desk.archive, desk.key, CataloguedPost(POST, **said))
    assert desk.archive.size == size


def test_the_forgotten_version_takes_its_release_with_it(desk: Desk) -> None:
    state_release(desk.archive, desk.key, CataloguedPost(POST, release="public"))
    desk.archive.forget(desk.archive.index.posts.versions(POST)[0].number)
    assert desk.archive.index.releases.of(POST).release == "restricted"


def test_a_post_that_is_none_and_a_post_for_few_cannot_be_released(desk: Desk, tmp_path: Path) -> None:
    desk.take(in_folder(tmp_path / "p", x_files([tweet(3, "to friends", user={"protected": True})])))
    size = desk.archive.size
    for post in ("https://x.com/i/status/99", "https://x.com/i/status/3"):
        with pytest.raises(UsageError):
            state_releases(desk.archive, desk.key, [CataloguedPost(each, release="public") for each in (POST, post)])
    assert desk.archive.size == size  # all or none
    state_release(desk.archive, desk.key, CataloguedPost("https://x.com/i/status/3", release="withdrawn"))


def test_many_are_released_all_or_none_and_in_their_order(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tamizdat.archive.acts.state.AT_A_TIME", 4)
    monkeypatch.setattr("tamizdat.archive.acts.releases.AT_A_TIME", 3)
    desk.take(in_folder(tmp_path / "more", x_files([tweet(number, f"No. {number}") for number in range(3, 12)])))
    said = [CataloguedPost(f"https://x.com/i/status/{number}", release="public") for number in range(1, 12)]
    before = desk.archive.size
    with pytest.raises(UsageError):
        state_releases(desk.archive, desk.key, [*said, CataloguedPost("https://x.com/i/status/99", release="public")])
    assert desk.archive.size == before
    indexes = state_releases(desk.archive, desk.key, said)
    assert indexes == [*range(before, before + len(said))]
    assert [desk.archive.statement(index).predicate["post"] for index in indexes] == [each.post for each in said]
    assert desk.archive.index.releases.all("public").keys() == {each.post for each in said}
