"""Proposing and reviewing: who may say what, when."""

from pathlib import Path

import pytest

from support.translating_desk import DAY, LIN, MAY, WEI, Bureau
from tamizdat.encoding import sha256_hex
from tamizdat.errors import UsageError
from tamizdat.translation.proposals import is_stale, tag

TEXT = "没有回音。谁知道？ RT @wang: 五年了"
WORDS = ("No answer.", "Who knows?", "Five years.")


@pytest.fixture
def bureau(tmp_path: Path) -> Bureau:
    return Bureau.of(tmp_path, TEXT, "名单现在有 512 人。")


def test_a_proposal_says_what_of_and_into_what(bureau: Bureau) -> None:
    number = bureau.propose(1, *WORDS, notes=("[1] The answer never came.",))
    [statement] = bureau.said("translated")
    version = bureau.posts()["1"]
    target = "No answer. Who knows? RT @wang: Five years."
    assert statement.subjects[0].sha256 == sha256_hex(target.encode())
    assert statement.predicate == {
        "post": bureau.post(1),
        "source": {"index": version.number, "commitment": bureau.archive.commitments()[version.number].hex()},
        "text": sha256_hex(TEXT.encode()),
        "language": "en",
        "segments": [
            {"source": source, "target": words}
            for source, words in zip(["没有回音。", "谁知道？", "五年了"], WORDS, strict=True)
        ],
        "target": target,
        "notes": ["[1] The answer never came."],
        "by": tag(LIN, bureau.post(1), "en"),
        "day": DAY,
        "after": None,
    }
    assert bureau.state(number) == "proposed"


def test_the_way_from_proposed_to_approved(bureau: Bureau) -> None:
    translated = bureau.propose(1, *WORDS)
    assert bureau.archive.index.translations.approved(bureau.post(1)) == []
    first = bureau.review(translated, "reviewed")
    assert bureau.state(translated) == "reviewed"
    last = bureau.review(translated, "approved", by=MAY)
    assert bureau.state(translated) == "approved"
    [approved] = bureau.archive.index.translations.approved(bureau.post(1))
    assert approved.number == translated
    assert [each.number for each in bureau.archive.index.translations.counting(translated)] == [first, last]


def test_one_account_may_review_and_approve(bureau: Bureau) -> None:
    assert bureau.state(bureau.approved(2, "There are 512 people on the list now.")) == "approved"


@pytest.mark.parametrize("verdict", ["reviewed", "approved", "returned"])
def test_nobody_reviews_their_own_words(bureau: Bureau, verdict: str) -> None:
    translated = bureau.propose(1, *WORDS)
    with pytest.raises(UsageError, match="nobody reviews"):
        bureau.review(translated, verdict, by=LIN)


def test_the_translator_of_a_reviewed_text_does_not_approve_it(bureau: Bureau) -> None:
    translated = bureau.propose(1, *WORDS)
    bureau.review(translated, "reviewed")
    with pytest.raises(UsageError, match="nobody reviews"):
        bureau.review(translated, "approved", by=LIN)


def test_what_nobody_reviewed_is_not_approved(bureau: Bureau) -> None:
    translated = bureau.propose(1, *WORDS)
    with pytest.raises(UsageError, match="Review it first"):
        bureau.review(translated, "approved", by=MAY)


def test_what_was_returned_is_not_approved_until_it_is_reviewed_again(bureau: Bureau) -> None:
    translated = bureau.propose(1, *WORDS)
    bureau.review(translated, "reviewed")
    bureau.review(translated, "returned", by=MAY)
    assert bureau.state(translated) == "returned"
    with pytest.raises(UsageError, match="is returned"):
        bureau.review(translated, "approved", by=MAY)
    again = bureau.propose(1, "No reply.", *WORDS[1:])
    assert (bureau.state(translated), bureau.state(again)) == ("returned", "proposed")
    work = bureau.archive.index.translations.translation(again)
    assert work
    assert work.after
    assert work.after.index == translated


def test_an_approval_can_be_taken_back(bureau: Bureau) -> None:
    translated = bureau.approved(1, *WORDS)
    bureau.review(translated, "returned", by=MAY)
    assert bureau.state(translated) == "returned"
    assert bureau.archive.index.translations.approved(bureau.post(1)) == []


def test_a_later_proposal_leaves_the_approved_one_standing(bureau: Bureau) -> None:
    translated = bureau.approved(1, *WORDS)
    later = bureau.propose(1, "No reply.", *WORDS[1:], by=MAY)
    translations = bureau.archive.index.translations
    assert [each.number for each in translations.approved(bureau.post(1))] == [translated]
    assert [each.number for each in translations.of(bureau.post(1))] == [later]
    assert translations.all_approved() == {bureau.post(1): translations.approved(bureau.post(1))}
    assert list(translations.all_latest()) == [(bureau.post(1), "en")]


def test_the_same_words_again_propose_nothing_new(bureau: Bureau) -> None:
    translated = bureau.propose(1, *WORDS)
    size = bureau.archive.size
    assert bureau.propose(1, *(f" {each}\n" for each in WORDS)) == translated
    bureau.review(translated, "reviewed")
    assert bureau.review(translated, "reviewed") == size
    assert bureau.archive.size == size + 1


@pytest.mark.parametrize(
    ("targets", "language", "message"),
    [
        (WORDS[:2], "en", "each of 3 segments, found 2"),
        ((*WORDS[:2], " \n"), "en", "missing: 3"),
        (WORDS, "zh", "other than the post's own"),
        (WORDS, "English", "language tag"),
        (WORDS, "", "language tag"),
        ((*WORDS[:2], "a\0b"), "en", "control characters"),
        ((*WORDS[:2], "a\x1b[2Jb"), "en", "control characters"),
        ((*WORDS[:2], "a\ud800b"), "en", "unpaired surrogate"),
        ((*WORDS[:2], "x" * 262_144), "en", "at most 262,144 bytes"),
    ],
)
def test_what_cannot_be_proposed(bureau: Bureau, targets: tuple[str, ...], language: str, message: str) -> None:
    size = bureau.archive.size
    with pytest.raises(UsageError, match=message):
        bureau.propose(1, *targets, language=language)
    assert bureau.archive.size == size


def test_a_post_without_words_needs_no_translation(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no words"):
        Bureau.of(tmp_path, "😀 http://t.co/x").propose(1)


def test_a_translation_of_an_edited_post_is_stale_and_not_approved(bureau: Bureau) -> None:
    translated = bureau.propose(1, *WORDS)
    bureau.edit(1, "没有回音。谁知道？ RT @wang: 六年了")
    work = bureau.archive.index.translations.translation(translated)
    assert work
    assert is_stale(bureau.archive, work)
    with pytest.raises(UsageError, match="edited after"):
        bureau.review(translated, "reviewed")
    bureau.review(translated, "returned")
    again = bureau.propose(1, *WORDS[:2], "Six years.")
    bureau.review(again, "reviewed")
    assert bureau.state(again) == "reviewed"


def test_tags_of_an_account_cannot_be_linked_across_posts_and_languages(bureau: Bureau) -> None:
    tags = {tag(who, bureau.post(post), to) for who in (LIN, WEI) for post in (1, 2) for to in ("en", "ar")}
    assert len(tags) == 8
    assert tag(LIN, "a\0b", "c") != tag(LIN, "a", "b\0c"[2:])
    with pytest.raises(UsageError, match="32 bytes"):
        tag(b"", bureau.post(1), "en")
