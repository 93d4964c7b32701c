"""Markers that are some, and what only looks like one."""

import pytest

from tamizdat.posts.parts import read_parts

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
    ],
)
def test_what_only_looks_like_a_marker_is_text(text: str) -> None:
    assert read_parts(text).inner is None


def test_a_hostile_chain_is_read_in_linear_time_and_to_a_bounded_depth() -> None:
    for text in ("RT @" * 60_000, "//@" * 80_000, "RT @a: " * 40_000, "//@" + "a" * 250_000, "RT" + " " * 250_000):
        part = read_parts(text)
        assert part.joined() == text
        assert len(list(part.chain())) <= 101
