"""Differences: nothing lost, readable pieces."""

import itertools

from hypothesis import given, settings
from hypothesis import strategies as st

from support.kinds import examples
from tamizdat.translation.difference import difference

TEXTS = st.text("没有了五年 abc12.\n😀མི་مرحبا", max_size=30)


def shown(before: str, after: str) -> list[tuple[str, str]]:
    return [(each.kind, each.text) for each in difference(before, after)]


@settings(max_examples=examples(400), deadline=None)
@given(TEXTS, TEXTS)
def test_both_texts_can_be_read_out_of_it(before: str, after: str) -> None:
    found = difference(before, after)
    assert "".join(each.text for each in found if each.kind != "added") == before
    assert "".join(each.text for each in found if each.kind != "removed") == after
    assert all(each.text for each in found)
    assert all(one.kind != other.kind for one, other in itertools.pairwise(found))


def test_chinese_changes_by_characters_and_other_scripts_by_words() -> None:
    assert shown("三个孩子", "两个孩子") == [("removed", "三"), ("added", "两"), ("same", "个孩子")]
    assert shown("three children", "thirteen children") == [
        ("removed", "three"),
        ("added", "thirteen"),
        ("same", " children"),
    ]
    assert shown("", "") == []
    assert shown("一", "一") == [("same", "一")]


def test_long_texts_do_not_take_for_ever() -> None:
    before, after = "一二三" * 30_000, "四五六" * 30_000
    assert shown(f"头{before}尾", f"头{after}尾") == [
        ("same", "头"),
        ("removed", before),
        ("added", after),
        ("same", "尾"),
    ]
