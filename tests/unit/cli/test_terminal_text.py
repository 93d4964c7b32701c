"""Text for a terminal of 80 columns, with names in any script and from hostile cards."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tamizdat.cli.terminal_text import paragraphs, printable, wrap
from tamizdat.text.excerpt import columns


@given(st.text(alphabet=st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp", "Zs"]) | st.just(" "), max_size=300))
def test_wrapping_loses_no_word_and_breaks_no_word(words: str) -> None:
    assert wrap(words).split() == words.split()


def test_wrapped_lines_fit_80_columns_and_go_on_under_their_first_word() -> None:
    lines = wrap("  - " + "fourteen words " * 14).split("\n")
    assert all(columns(line) <= 80 for line in lines)
    assert all(line.startswith("    ") for line in lines[1:])


def test_a_list_of_terms_keeps_its_columns() -> None:
    lines = wrap("  vouched for   " + "the desk says so " * 9).split("\n")
    assert lines[0].startswith("  vouched for   the desk")
    assert all(re.match(r" {16}\S", line) for line in lines[1:])


def test_chinese_words_are_measured_in_columns_not_in_characters() -> None:
    assert all(columns(line) <= 80 for line in wrap("地震调查 遇难学生 " * 20).split("\n"))


def test_a_fingerprint_is_never_cut() -> None:
    fingerprint = "-".join(["ABCD"] * 30)
    assert fingerprint in wrap(f"Compare this fingerprint: {fingerprint} with theirs").split("\n")


def test_a_margin_gives_way_to_a_word_that_would_be_longer_for_it_alone() -> None:
    fingerprint = "-".join(["ABCD"] * 14)
    lines = wrap(f"  root              Compare this fingerprint: {fingerprint} with theirs").split("\n")
    assert [len(line) for line in lines if fingerprint in line] == [80]


@pytest.mark.parametrize(
    "hostile",
    [
        "\x1b[2J",
        "\x1b]0;owned\x07",
        "\x9b31m",
        "\r",
        "\b\b",
        "\x00",
        "\x7f",
        "\u202egpj.exe",
        "\u2066x\u2069",
        "\udcff",
        "\u200f",
    ],
)
def test_nothing_from_a_card_can_command_the_terminal(hostile: str) -> None:
    shown = printable(f"DCIM/{hostile}.mp4")
    assert shown.isprintable()
    assert hostile not in shown


def test_a_line_feed_stays_and_a_name_in_tibetan_stays() -> None:
    assert printable("གངས་རི\n地震") == "གངས་རི\n地震"


def test_paragraphs_of_a_docstring_are_joined_and_its_lists_are_not() -> None:
    assert paragraphs("One\n    two.\n\n    three\n    four\n\n      a  list\n      of  two\n    ") == (
        "One two.\n\nthree four\n\n  a  list\n  of  two"
    )
