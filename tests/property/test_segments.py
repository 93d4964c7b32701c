"""Segments: nothing of a text is lost, and a translation keeps who speaks."""

import unicodedata

from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from support.kinds import examples
from tamizdat.posts.parts import MAX_DEPTH, read_parts, read_translation
from tamizdat.translation.checks import check
from tamizdat.translation.placeables import has_words
from tamizdat.translation.segments import joined, segments

LANGUAGES = st.sampled_from(["zh", "zh-Hant", "en", "ja", "bo", "ar", "th", "", "und", "xx", "ug"])
PIECES = [
    *"。！？.!?；…’”“\"'（）()།༎་؟۔،\r\n\t\v\f\x00\x1c\x85\u2028\u2029\u3000\u00a0\u200b\u202e\ufeff😀👨‍👩‍👧🇹🇼:：/@# ",
    "没有了",
    "五年",
    "Mr. Smith",
    "R.",
    "བཀྲ་ཤིས",
    "༄༅། །",
    "مرحبا",
    "สวัสดี",
    "カメラ",
    "RT @wang: ",
    " //@li：",
    "//@li",
    "QT @a.b ",
    "@lin ",
    "http://t.co/x",
    "https://a.example/?q=1!&r=(2).",
    "www.x.y",
    "2013年5月12日",
    "3.5",
]
TEXTS = st.text() | st.lists(st.sampled_from(PIECES), max_size=40).map("".join)


@settings(max_examples=examples(600), deadline=None)
@given(TEXTS, LANGUAGES)
@example("R.\u20285. x", "en")
@example("༄༅། །བཀྲ་ཤིས། བདེ་ལེགས།", "bo")
@example("\u3000R\u3000.5\r\n\r\r\n", "en")
@example("//@" * 500, "zh")
@example("RT @a: x" * 300, "zh")
@example("一。" * 5000, "en")
@example("a" * 10_000, "en")
def test_leads_sources_and_tail_joined_are_the_text(text: str, language: str) -> None:
    found, tail = segments(text, language)
    assert "".join(each.lead + each.source for each in found) + tail == text
    for each in found:
        assert has_words(each.source)
        assert each.source == each.source.strip()
    assert [each.depth for each in found] == sorted(each.depth for each in found)


@settings(max_examples=examples(600), deadline=None)
@given(TEXTS, LANGUAGES)
def test_sources_in_their_own_place_change_white_space_at_most(text: str, language: str) -> None:
    found, tail = segments(text, language)
    again = joined(found, tail, [each.source for each in found], language)
    assert "".join(again.split()) == "".join(text.split())


@settings(max_examples=examples(600), deadline=None)
@given(
    TEXTS,
    LANGUAGES,
    LANGUAGES,
    st.sampled_from(["Gone.", "gone", "没有了。", "没有", "མེད།", "مرحبا", "5", "(x)", "。", "_x", "-"]),
)
@example("五年RT @wang: 没有", "zh", "en", "gone")
@example("没有//@wang 五年", "zh", "zh-Hant", "没有")
@example("RT @a。好", "zh", "en", "Good")
@example("http:x //@li：好 @a", "zh", "en", "Good")
def test_a_translation_keeps_the_speakers(text: str, language: str, into: str, target: str) -> None:
    found, tail = segments(text, language)
    parts = list(read_parts(text).chain())
    assume(len(parts) <= MAX_DEPTH)
    again = read_translation(joined(found, tail, [target] * len(found), into), text).chain()
    assert [(part.how, part.speaker) for part in again] == [(part.how, part.speaker) for part in parts]


@settings(max_examples=examples(200), deadline=None)
@given(st.lists(st.text("没有了五年谁知道名单", min_size=1, max_size=8), min_size=1, max_size=8))
def test_chinese_sentences_are_cut_at_full_stops_and_come_back_without_spaces(sentences: list[str]) -> None:
    text = "".join(f"{each}。" for each in sentences)
    found, tail = segments(text, "zh")
    assert [each.source for each in found] == [f"{each}。" for each in sentences]
    assert joined(found, tail, [each.source for each in found], "zh-Hant") == text
    into = joined(found, tail, ["Yes."] * len(found), "en")
    assert into == " ".join(["Yes."] * len(found))
    assert not any(unicodedata.category(each) == "Cc" for each in into)


@settings(max_examples=examples(300), deadline=None)
@given(TEXTS, TEXTS, LANGUAGES)
def test_no_pair_of_texts_stops_a_check_and_a_text_has_its_own_numbers(text: str, target: str, language: str) -> None:
    for finding in check(text, target, language):
        assert str(finding)
    assert not {each.kind for each in check(text, text, language)} & {"number", "link", "handle", "speaker"}
