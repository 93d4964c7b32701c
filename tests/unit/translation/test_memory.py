"""The memory: what it recalls, of whom, and that it follows the archive."""

import random
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from support.translating_desk import LIN, MAY, Bureau
from tamizdat.archive import Archive
from tamizdat.archive.acts.releases import state_release
from tamizdat.archive.views.translations import Pair
from tamizdat.statements.catalogued import CataloguedPost
from tamizdat.text.tokens import tokens
from tamizdat.translation import memory
from tamizdat.translation.memory import Memory, Suggestion


def recalled(bureau: Bureau, source: str, language: str = "en") -> list[tuple[int, str]]:
    return [(each.score, each.target) for each in Memory(bureau.archive).suggest(source, "zh", language)]


def test_a_sentence_is_recalled_whatever_its_writing(tmp_path: Path) -> None:
    bureau = Bureau.of(tmp_path, "没有回音。遇难学生的名单。", "别的")
    translated = bureau.approved(1, "No answer.", "The list of the students who died.")
    assert Memory(bureau.archive).suggest("遇難學生的名單。", "zh-Hant", "en") == [
        Suggestion(100, "遇难学生的名单。", "The list of the students who died.", translated)
    ]


def test_short_chinese_sentences_that_differ_in_one_character_are_recalled(tmp_path: Path) -> None:
    bureau = Bureau.of(tmp_path, "五年了。请公布名单。")
    bureau.approved(1, "Five years.", "Publish the list.")
    assert recalled(bureau, "六年了。") == [(75, "Five years.")]
    assert recalled(bureau, "请公布姓名。") == [(83, "Publish the list.")]
    assert recalled(bureau, "完全不同的一句话。") == []


def test_other_languages_are_not_mixed_in(tmp_path: Path) -> None:
    bureau = Bureau.of(tmp_path, "五年了")
    bureau.approved(1, "Five years.")
    bureau.approved(1, "خمس سنوات.", language="ar")
    assert recalled(bureau, "五年了") == [(100, "Five years.")]
    assert recalled(bureau, "五年了", "ar") == [(100, "خمس سنوات.")]
    assert recalled(bureau, "五年了", "de") == []
    assert Memory(bureau.archive).suggest("五年了", "ja", "en") == []


def test_what_nobody_else_has_seen_is_not_recalled_and_what_is_taken_back_no_longer(tmp_path: Path) -> None:
    bureau = Bureau.of(tmp_path, "五年了", "六年了")
    translated = bureau.propose(1, "Five years.")
    assert recalled(bureau, "五年了") == []
    bureau.review(translated, "reviewed")
    assert recalled(bureau, "五年了") == [(100, "Five years.")]
    bureau.review(translated, "returned", by=MAY)
    assert recalled(bureau, "五年了") == []
    assert len(Memory(bureau.archive)) == 0


def test_of_equals_the_newest_comes_first_and_the_same_words_once(tmp_path: Path) -> None:
    bureau = Bureau.of(tmp_path, "五年了", "五年了 https://a.example", "五年了 http://t.co/x")
    bureau.approved(1, "Five years on.")
    bureau.approved(2, "Five years.")
    last = bureau.approved(3, "Five years on.")
    assert recalled(bureau, "五年了") == [(100, "Five years on."), (100, "Five years.")]
    bureau.review(last, "returned", by=MAY)
    assert recalled(bureau, "五年了") == [(100, "Five years."), (100, "Five years on.")]


def test_the_memory_of_one_desk_knows_nothing_of_another(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    ours, theirs = Bureau.of(tmp_path / "a", "五年了"), Bureau.of(tmp_path / "b", "五年了")
    ours.approved(1, "Five years.")
    assert recalled(theirs, "五年了") == []
    assert recalled(ours, "五年了") == [(100, "Five years.")]


def test_sentences_of_posts_that_translators_may_not_see_are_not_told(tmp_path: Path) -> None:
    bureau = Bureau.of(tmp_path, "五年了", "五年了 http://t.co/x")
    bureau.approved(1, "Five years on.")
    bureau.approved(2, "Five years.")
    state_release(bureau.archive, bureau.key, CataloguedPost(bureau.post(2), release="withdrawn"))
    assert recalled(bureau, "五年了") == [(100, "Five years on.")]
    state_release(bureau.archive, bureau.key, CataloguedPost(bureau.post(1), release="withdrawn"))
    assert recalled(bureau, "五年了") == []


def test_what_is_forgotten_is_recalled_no_more(tmp_path: Path) -> None:
    bureau = Bureau.of(tmp_path, "五年了", "六年了")
    translated = bureau.approved(1, "Five years.")
    other = bureau.approved(2, "Six years.")
    assert len(recalled(bureau, "五年了")) == 2
    bureau.archive.forget(translated)
    assert recalled(bureau, "五年了") == [(67, "Six years.")]
    observed = bureau.posts()["2"].number
    bureau.archive.forget(observed)
    assert recalled(bureau, "五年了") == [], f"translation {other} is of a post that was forgotten"


def test_what_is_forgotten_while_the_memory_is_read_is_recalled_no_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bureau = Bureau.of(tmp_path, "五年了", "六年了")
    forgotten = bureau.approved(1, "Five years.")
    bureau.approved(2, "Six years.")
    translations = bureau.archive.index.translations
    read = translations.pairs

    def slowly(after: int = -1, numbers: Iterable[int] | None = None) -> Iterator[Pair]:
        every = list(read(after, numbers))
        bureau.archive.forget(forgotten)
        yield from every

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(type(translations), "pairs", lambda self, *args, **more: slowly(*args, **more))
        Memory(bureau.archive).suggest("五年了", "zh", "en")
    assert recalled(bureau, "五年了") == [(67, "Six years.")]


def test_an_archive_opened_anew_remembers_the_same(tmp_path: Path) -> None:
    bureau = Bureau.of(tmp_path, "五年了")
    bureau.approved(1, "Five years.")
    before = recalled(bureau, "五年了")
    with Archive.open(bureau.archive.folder) as again:
        found = Memory(again).suggest("五年了", "zh", "en")
    assert [(each.score, each.target) for each in found] == before
    bureau.archive.check(rebuild=True)
    assert recalled(bureau, "五年了") == before


def test_work_of_another_process_is_recalled(tmp_path: Path) -> None:
    bureau = Bureau.of(tmp_path, "五年了")
    assert recalled(bureau, "五年了") == []
    with Archive.open(bureau.archive.folder) as archive:
        other = Bureau(archive, bureau.key)
        other.review(other.propose(1, "Five years.", by=LIN), "reviewed")
    assert recalled(bureau, "五年了") == [(100, "Five years.")]


def test_every_sentence_that_a_token_stands_in_is_found_whether_it_stands_in_few_or_many() -> None:
    dice, store, brute = random.Random(1), memory._Store(), dict[str, set[int]]()
    for number in range(3_000):
        words = " ".join(f"word{round(dice.paretovariate(0.7)) % 5_000}" for _ in range(8))
        at = store.add(Pair(number, "x:1", number, "en", "zh", words, "字"))
        assert at is not None
        for token in tokens(words):
            brute.setdefault(token, set()).add(at)
    assert {token: set(store._standing(token)) for token in brute} == brute
    assert max(map(len, brute.values())) > 1_000
    assert store.often, "of the many are places of their own"
