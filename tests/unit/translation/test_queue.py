"""The queue: what waits for whom, in which order."""

from pathlib import Path

import pytest

from support.collecting_desk import in_folder, tweet, x_files
from support.translating_desk import LIN, MAY, WEI, Bureau
from tamizdat.archive import Archive
from tamizdat.archive.acts.releases import state_release
from tamizdat.archive.views.posts import Posts, Version
from tamizdat.archive.views.translations import Head, Translations
from tamizdat.errors import UsageError
from tamizdat.statements.catalogued import CataloguedPost
from tamizdat.translation.proposals import tag
from tamizdat.translation.queue import changes, counts, languages, waiting
from tamizdat.translation.standing import Voice
from tamizdat.translation.standings import standings


def queue(bureau: Bureau, role: str, who: bytes = b"", language: str = "en") -> list[tuple[str, str]]:
    found = waiting(bureau.archive, language, role, lambda post, into: tag(who, post, into) if who else "")
    return [(each.version.post.rsplit("/", 1)[-1], each.why) for each in found]


def test_a_post_goes_from_the_translator_to_the_reviewer_to_the_editor(tmp_path: Path) -> None:
    bureau = Bureau.of(tmp_path, "五年了", "六年了")
    assert queue(bureau, "translator") == [("1", "new"), ("2", "new")]
    assert languages(bureau.archive) == []
    translated = bureau.propose(1, "Five years.")
    assert queue(bureau, "translator") == [("2", "new")]
    assert queue(bureau, "reviewer", LIN) == [], "nobody reviews their own words"
    assert queue(bureau, "reviewer", WEI) == [("1", "proposed")]
    bureau.review(translated, "reviewed")
    assert queue(bureau, "reviewer", MAY) == []
    assert queue(bureau, "editor", LIN) == []
    assert queue(bureau, "editor", WEI) == [("1", "reviewed")]
    bureau.review(translated, "approved")
    assert counts(bureau.archive, ["en", "ar"]) == {
        "en": {"translator": 1, "reviewer": 0, "editor": 0},
        "ar": {"translator": 2, "reviewer": 0, "editor": 0},
    }
    assert languages(bureau.archive) == ["en"]


def test_what_was_sent_back_or_edited_waits_for_the_translator_again(tmp_path: Path) -> None:
    bureau = Bureau.of(tmp_path, "五年了", "名单现在有 512 人。")
    first = bureau.propose(1, "Five years")
    bureau.review(first, "returned")
    second = bureau.approved(2, "There are 512 people on the list now.")
    assert queue(bureau, "translator") == [("1", "returned")]
    bureau.edit(2, "更正：名单现在有 513 人。")
    assert queue(bureau, "translator") == [("1", "returned"), ("2", "stale")]
    work = bureau.archive.index.translations.translation(second)
    assert work
    assert [(each.kind, each.text) for each in changes(bureau.archive, work)] == [
        ("added", "更正："),
        ("same", "名单现在有 "),
        ("removed", "512"),
        ("added", "513"),
        ("same", " 人。"),
    ]
    bureau.propose(2, "Correction: there are 513 people on the list now.")
    assert queue(bureau, "translator") == [("1", "returned")]


def test_posts_of_the_language_and_posts_without_words_wait_for_nobody(tmp_path: Path) -> None:
    bureau = Bureau.of(tmp_path, "五年了", "😀 http://t.co/x", "512")
    assert queue(bureau, "translator") == [("1", "new")]
    assert queue(bureau, "translator", language="zh-Hant") == []


def test_withdrawn_posts_are_not_given_out(tmp_path: Path) -> None:
    bureau = Bureau.of(tmp_path, "五年了", "六年了", "七年了")
    state_release(bureau.archive, bureau.key, CataloguedPost(bureau.post(1), release="withdrawn"))
    state_release(bureau.archive, bureau.key, CataloguedPost(bureau.post(2), release="restricted"))
    state_release(bureau.archive, bureau.key, CataloguedPost(bureau.post(3), release="public"))
    assert queue(bureau, "translator") == [("2", "new"), ("3", "new")]


def test_a_thread_stays_together_behind_its_oldest_post(tmp_path: Path) -> None:
    bureau = Bureau.of(tmp_path)
    made = "Sun May 12 06:{:02}:00 +0000 2013"
    posts = [
        tweet(11, "二", created_at=made.format(40), in_reply_to_status_id_str="10", in_reply_to_user_id_str="12"),
        tweet(20, "另一条", created_at=made.format(35)),
        tweet(10, "一", created_at=made.format(30)),
        tweet(12, "三", created_at=made.format(50), in_reply_to_status_id_str="11", in_reply_to_user_id_str="12"),
        tweet(21, "回复别人", created_at=made.format(20), in_reply_to_status_id_str="9999"),
    ]
    bureau.take(in_folder(tmp_path / "thread", x_files(posts)))
    assert [post for post, _ in queue(bureau, "translator")] == ["21", "10", "11", "12", "20"]
    assert len(waiting(bureau.archive, "en", "translator", limit=2)) == 2


def test_what_comes_in_later_stands_where_it_would_if_all_were_read_again(tmp_path: Path) -> None:
    bureau = Bureau.of(tmp_path, *(f"第{number}句" for number in range(1, 9)))
    made = "Sun May {:02} 06:40:00 +0000 2013"
    others = [
        tweet(5, "第五句", created_at=made.format(12)),
        tweet(31, "最早", created_at=made.format(5)),
        tweet(32, "回答", created_at=made.format(26), in_reply_to_status_id_str="3", in_reply_to_user_id_str="12"),
    ]

    def orders() -> list[tuple[list[tuple[str, str]], list[Voice]]]:
        """The order of the archive that is open all the time, and of one that is opened now."""
        with Archive.open(bureau.archive.folder) as fresh:
            every = [standings(each, "en") for each in (bureau.archive, fresh)]
            return [
                (
                    [(each.at(place).post, each.at(place).thread) for place in each.places["new"]],
                    list(each.voices.values()),
                )
                for each in every
            ]

    before, again = orders()
    assert before == again
    bureau.take(in_folder(tmp_path / "others", x_files(others)))
    bureau.edit(2, "第二句，改过")
    after, again = orders()
    assert after == again
    assert after != before
    state_release(bureau.archive, bureau.key, CataloguedPost(bureau.post(4), language="en"))
    after, again = orders()
    assert after == again
    assert len(after[0]) == len(before[0]) + 1, "the fourth is English now"


def test_posts_that_answer_each_other_do_not_stop_it(tmp_path: Path) -> None:
    bureau = Bureau.of(tmp_path)
    posts = [
        tweet(one, "一", in_reply_to_status_id_str=other, in_reply_to_user_id_str="12")
        for one, other in (("1", "2"), ("2", "1"))
    ]
    bureau.take(in_folder(tmp_path / "circle", x_files(posts)))
    assert len(queue(bureau, "translator")) == 2


def test_an_unknown_role_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="translator, reviewer, editor"):
        waiting(Bureau.of(tmp_path).archive, "en", "admin")


def test_a_translation_that_is_forgotten_while_the_queue_is_read_waits_for_nobody_after_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bureau = Bureau.of(tmp_path, "五年了", "六年了")
    forgotten = bureau.propose(1, "Five years.")
    bureau.propose(2, "Six years.")
    translations = type(bureau.archive.index.translations)
    read = translations.heads

    def slowly(self: Translations) -> dict[tuple[str, str], Head]:
        found = read(self)
        bureau.archive.forget(forgotten)
        return found

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(translations, "heads", slowly)
        queue(bureau, "reviewer", WEI)
    assert queue(bureau, "reviewer", WEI) == [("2", "proposed")]


def test_a_post_that_is_forgotten_while_the_queue_is_read_is_not_in_it_after_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bureau = Bureau.of(tmp_path, "五年了", "六年了")
    posts = type(bureau.archive.index.posts)
    read, gone = posts.latest, bureau.archive.index.posts.latest()[0].number

    def slowly(self: Posts, after: str = "", limit: int = -1) -> list[Version]:
        found = read(self, after, limit)
        bureau.archive.forget(gone)
        return found

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(posts, "latest", slowly)
        standings(bureau.archive, "en")
    assert queue(bureau, "translator") == [("2", "new")]
