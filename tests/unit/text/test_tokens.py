"""Cutting and folding: which writings are one, and where the words are."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tamizdat.text.tokens import LONGEST, folded, pieces, tokens

SCRIPTS = st.text(
    st.sampled_from(
        "遇難难學学生的地震 ab3ÉéßŁİı，。\n#@_༄བོད་པའིཡུལ།السجنحرًٌأآةىک٢กรุงเทพမြန်ភាសាバﾊﾞ광주नमस्ते🕯\ufe0f\u0301\u200d\ue000𠀀"
    ),
    max_size=60,
)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("遇難學生", "遇难学生"),  # traditional and simplified
        ("乾隆", "干隆"),  # one character at a time, so that a part of a phrase folds as the phrase does
        ("睡著", "睡着"),
        ("Ürümqi", "URUMQI"),
        ("Łódź", "lodz"),
        ("Straße", "STRASSE"),
        ("İstanbul", "istanbul"),
        ("cafe\u0301", "café"),
        ("ＡＢＣ１２３", "abc123"),  # full width
        ("ﾊﾞｽ", "バス"),  # half width
        ("كِتَابٌ", "كتاب"),  # vowel signs
        ("أحمد", "احمد"),
        ("مدرسة", "مدرسه"),
        ("کتاب", "كتاب"),  # Persian and Arabic kaf
        ("الســـجن", "السجن"),  # stretched
        ("٢٠٠٩", "2009"),
        ("ёлка", "ЕЛКА"),
        ("بچه\u200cها", "بچهها"),  # a joiner nobody sees
        ("🕯\ufe0f", "🕯"),
    ],
)
def test_two_writings_of_the_same_are_one(one: str, other: str) -> None:
    assert folded(one) == folded(other)
    assert tokens(one) == tokens(other) != []


def test_letters_that_are_others_stay_others() -> None:
    assert folded("мой") != folded("мои")
    assert folded("が") != folded("か")
    assert folded("नमस्ते") == "नमस्ते"
    assert folded("བོད") == "བོད"


def test_every_character_of_chinese_begins_a_token() -> None:
    assert tokens("遇難學生，名單") == ["遇难", "难学", "学生", "生", "名单", "单"]
    assert tokens("2009年iPhone手机") == ["2009", "年", "iphone", "手机", "机"]
    assert tokens("𠀀𠀁") == ["𠀀𠀁", "𠀁"]


def test_a_letter_with_its_signs_is_a_word_of_its_own() -> None:
    assert tokens("C++ and c#, c, C+, abc++ 1++") == ["c＋＋", "and", "c＃", "c", "c", "abc", "1"]
    assert [piece.token for piece in pieces("in C++.")] == ["in", "c＋＋"]


def test_scripts_without_spaces_are_cut_at_letters_with_their_marks() -> None:
    assert tokens("กรุง") == ["กรุ", "รุง", "ง"]
    assert tokens("မြန်မာ") == ["မြန်", "န်မာ", "မာ"]
    assert tokens("민주화") == ["민주", "주화", "화"]


def test_tibetan_is_cut_at_its_dots_and_endings_go() -> None:
    assert tokens("བོད་པའི་ཕ་ཡུལ། རང་དབང༌།") == ["བོད", "པ", "ཕ", "ཡུལ", "རང", "དབང"]


def test_words_of_alphabets_are_words() -> None:
    assert tokens("state-run @li_lao don't") == ["state", "run", "li", "lao", "don", "t"]
    assert tokens("السجن والحرية") == ["سجن", "حريه"]
    assert tokens("नमस्ते दुनिया") == ["नमस्ते", "दुनिया"]


def test_a_word_that_never_ends_counts_by_its_beginning() -> None:
    assert tokens("a" * 100_000) == ["a" * LONGEST]


def test_what_is_no_text_separates() -> None:
    assert tokens("a\x00b \ue000kpost c\ud800d".encode("utf-8", "replace").decode()) == ["a", "b", "kpost", "c", "d"]
    assert tokens(" ，。!?\n") == []


@given(SCRIPTS)
def test_places_are_those_of_the_tokens(text: str) -> None:
    cut = pieces(text)
    assert [piece.token for piece in cut] == tokens(text)
    for piece in cut:
        assert 0 <= piece.start < piece.first <= piece.end <= len(text)
        assert piece.token in tokens(text[piece.start : piece.end])


@given(SCRIPTS)
def test_folding_twice_is_folding_once(text: str) -> None:
    assert folded(folded(text)) == folded(text)


@pytest.mark.parametrize("between", ["\u200d", "\u00ad", "\u034f", "\ufe0f"])
def test_marks_around_what_is_not_seen_are_put_in_order(between: str) -> None:
    assert folded(f"\u0f40\u0f74{between}\u0f71") == folded("\u0f40\u0f71\u0f74")
    assert [each.token for each in pieces(f"\u0f40\u0f74{between}\u0f71")] == tokens("\u0f40\u0f71\u0f74")


@given(st.text(max_size=40))
def test_no_text_makes_a_token_that_is_ours_or_breaks_a_question(text: str) -> None:
    for token in tokens(text):
        assert token
        assert not set(token) & set("\ue000\ue001\"' \n\x00")
