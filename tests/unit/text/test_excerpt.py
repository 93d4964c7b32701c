"""The beginning of a text: on one line, within its characters or columns, with a sign that more follows."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tamizdat.text.excerpt import columns, excerpt, shorten
from tamizdat.workbench.templating import environment


@given(st.text(max_size=60), st.integers(1, 40))
def test_a_shortened_text_never_takes_more_columns_than_it_may(name: str, width: int) -> None:
    assert columns(shorten(name, width)) <= width


@pytest.mark.parametrize(
    ("text", "said"), [("a b\nc", "a b c"), ("word " * 10, "word word word word…"), ("名" * 30, f"{'名' * 20}…")]
)
def test_the_workbench_and_the_site_cut_alike(text: str, said: str) -> None:
    assert environment().from_string("{{ text|brief(20) }}").render(text=text) == excerpt(text, 20) == said
