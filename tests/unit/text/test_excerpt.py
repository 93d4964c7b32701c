"""The beginning of a text: on one line, within its characters or columns, with a sign that more follows."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tamizdat.text.excerpt import brief, columns, excerpt, opening, shorten
from tamizdat.workbench.templating import environment


@given(st.text(max_size=60), st.integers(1, 40))
def test_a_shortened_text_never_takes_more_columns_than_it_may(name: str, width: int) -> None:
    assert columns(shorten(name, width)) <= width


@pytest.mark.parametrize(
    ("text", "said"), [("a b\nc", "a b c"), ("word " * 10, "word word word word…"), ("名" * 30, f"{'名' * 20}…")]
)
def test_the_workbench_and_the_site_cut_alike(text: str, said: str) -> None:
    assert environment().from_string("{{ text|brief(20) }}").render(text=text) == excerpt(text, 20) == said


@pytest.mark.parametrize(("text", "said"), [
    ("The water came\n\nNobody asked.", "The water came\nNobody asked."),  # no white space between paragraphs is lost
    ("The water  came\r\n \r\nNobody asked, and nobody answered.", "The water came\nNobody asked,…"),
    ("1\n2\n3\n4\n5", "1\n2\n3\n4…"),
    ("水来了\n没有人说", "水来了\n没有人说"),
    ("水" * 20 + "\n" + "路" * 20, f"{'水' * 20}…"),
    ("", ""),
    ("\n\n", ""),
])  # fmt: skip
def test_paragraphs_of_an_opening_stand_on_lines_of_their_own(text: str, said: str) -> None:
    assert opening(text, 32) == said


@given(st.text(st.sampled_from("ab水བ \n\r\u2028\x85…"), max_size=60), st.integers(2, 40))
def test_an_opening_is_cut_where_one_line_is(text: str, length: int) -> None:
    one, lines = brief(text, length), opening(text, length)
    assert lines.count("\n") < 4
    assert one.startswith(" ".join(lines.removesuffix("…").split("\n")).rstrip()) or lines == one


def test_a_tower_of_signs_over_one_letter_is_cut() -> None:
    assert shorten("a" + "\u0301" * 900 + "b", 10) == "a" + "\u0301" * 8 + "b"
    assert len(shorten("a\u0301" * 900, 10)) == 19
    assert shorten("གསུམ་", 10) == "གསུམ་", "Tibetan piles signs up, too"
