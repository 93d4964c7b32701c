"""Markers that are some, and what only looks like one."""

import pytest

from tamizdat.posts.parts import read_parts, read_translation
from tamizdat.translation.checks import check

CHAINS = [
    ("没有回音。RT @chen: 退回来了 RT @li: 请公布", [("", "没有回音。"), ("chen", "退回来了 "), ("li", "请公布")]),
    ("转！//@mumu：我也收到了//@陈老师:又退回一封", [("", "转！"), ("mumu", "我也收到了"), ("陈老师", "又退回一封")]),
    ("RT @a: RT @b: text", [("", ""), ("a", ""), ("b", "text")]),
    ("QT @wen: “核实。” 谁？", [("", ""), ("wen", "“核实。” 谁？")]),
    ("说得对RT@lin：是的", [("", "说得对"), ("lin", "是的")]),
    ("RT //@wang: 一 //@li: 二", [("", ""), ("wang", "一 "), ("li", "二")]),
    ("see RT @lin@mastodon.example: yes", [("", "see "), ("lin@mastodon.example", "yes")]),
    ("看 http://t.example/x//@b: c", [("", "看 http://t.example/x"), ("b", "c")]),  # so it is written: without a space
    ("//@a://@b:c", [("", ""), ("a", ""), ("b", "c")]),
    ("two lines\nRT @a: b\nc", [("", "two lines\n"), ("a", "b\nc")]),
    ("ok RT @wang 谁知道", [("", "ok "), ("wang", "谁知道")]),
    ("转发微博 //@li", [("", "转发微博 "), ("li", "")]),
    ("좋다 RT @kim 네", [("", "좋다 "), ("kim", "네")]),
    ("So true RT @mira: the gate", [("", "So true "), ("mira", "the gate")]),
    ("So true! RT @mira the gate", [("", "So true! "), ("mira", "the gate")]),
    ("RT @mira https://t.example/x", [("", ""), ("mira", "https://t.example/x")]),
    ("RT @a the gate RT @b the bell", [("", ""), ("a", "the gate "), ("b", "the bell")]),
    ("#gate RT @mira yes", [("", "#gate "), ("mira", "yes")]),
    ("ok //@li the gate was open", [("", "ok "), ("li", "the gate was open")]),
    ("RT @a: I can't RT @b but c // @d", [("", ""), ("a", "I can't RT @b but c // @d")]),
]


@pytest.mark.parametrize(("text", "chain"), CHAINS, ids=[chain[0][:12] for chain in CHAINS])
def test_a_chain_has_its_speakers_in_order(text: str, chain: list[tuple[str, str]]) -> None:
    assert [(part.speaker, part.text) for part in read_parts(text).chain()] == chain


@pytest.mark.parametrize(
    "text",
    [
        "http://@home/: x",
        "https://@home: x",
        "START @a: no",
        "@lin hello",
        "RT",
        "RT @",
        "//@",
        "art RT lin: x",
        "@@RT",
        "I can't RT @mira but she is right, the gate was open",
        "wir müssen RT @mira, weil sie recht hat",
        "Я не могу RT @mira но она права",
        "Please RT @mira",
        "the merry month of May // @tomas https://pictures.example/1",
        "the talk begins at five // @ana @bo",
        "the talk // @ana // @bo #gate",
        "the talk // @陈老师",
    ],
)
def test_what_only_looks_like_a_marker_is_text(text: str) -> None:
    assert read_parts(text).inner is None


def test_a_hostile_chain_is_read_in_linear_time_and_to_a_bounded_depth() -> None:
    for text in (
        "RT @" * 60_000, "//@" * 80_000, "RT @a: " * 40_000, "//@" + "a" * 250_000, "RT" + " " * 250_000,
        "x RT @a " * 30_000, "x // @a " * 30_000, "RT @a " + "http://" * 40_000, "a" * 250_000 + " RT @b c",
    ):  # fmt: skip
        part = read_parts(text)
        assert part.joined() == text
        assert len(list(part.chain())) <= 101


def test_a_translation_is_held_to_the_markers_of_its_original() -> None:
    assert not [each for each in check("没 RT @wang 谁知道", "Gone RT @wang who knows", "en") if each.kind == "speaker"]
    assert [each.kind for each in check("没 RT @wang 谁知道", "Gone, who knows @wang", "en")] == ["speaker"]


def test_in_a_translation_the_same_people_speak_as_in_its_original() -> None:
    """In Latin letters "RT @x" behind a clause is no speech; here it is, for the Chinese original says so."""
    original, translation = "没有了RT @wang 五年了 //@li", "All is gone RT @wang Five years // @li"
    assert read_parts(translation).inner is None
    found = read_translation(translation, original)
    assert [(part.how, part.speaker) for part in found.chain()] == [("", ""), ("RT", "wang"), ("//", "li")]
    assert found.joined() == translation
    assert read_translation("They cannot RT @wang: why?", "他们不能转发").inner is None
